"""CSS paths in the evidence: each selects the element that it was made from, and no other."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from xinnong_scraper.extraction.paths import PathFinder
from xinnong_scraper.page import read_page

from .cases import Sample, all_samples


def selected(tree: LexborHTMLParser, path: str) -> list[int]:
    return [node.mem_id for node in tree.css(path)]


def elements(tree: LexborHTMLParser) -> list[LexborNode]:
    root = tree.root
    assert root is not None
    return [node for node in root.traverse(include_text=False) if node.is_element_node]


def check(html: str) -> list[str]:
    """The paths of all elements, each of which has to lead back."""
    tree = LexborHTMLParser(html)
    paths = []
    for node in elements(tree):
        path = PathFinder().path(node)
        assert path is not None
        assert selected(tree, path) == [node.mem_id], path
        paths.append(path)
    return paths


@pytest.mark.parametrize("sample", all_samples()[::4], ids=lambda sample: sample.name)
def test_every_path_leads_back_to_its_element(sample: Sample) -> None:
    tree = read_page(sample.body, url=sample.url, headers=sample.headers).tree
    nodes = elements(tree)
    for node in nodes[:: max(1, len(nodes) // 60)]:
        path = PathFinder().path(node)
        assert path is not None
        assert selected(tree, path) == [node.mem_id], path


@pytest.mark.parametrize(
    "html",
    [
        "<div id=a><h1>甲</h1></div><div id=a><h1>乙</h1></div>",
        "<div id=a><h1>甲</h1></div><div id=A><h1>乙</h1></div>",
        "<!doctype html><div id=a><h1>甲</h1></div><p id=a><b>乙</b></p>",
        "<div id=a><div id=a><p>甲</p><p>乙</p></div></div>",
        "<p>甲<o:p>乙</o:p><b>丙</b><o:p>丁<i>戊</i></o:p></p>",
        "<svg><foreignObject><p>甲</p></foreignObject><g><a>乙</a></g></svg>",
        "<ul>甲<li>乙<!-- 丙 --><li>丁</ul>戊<ul><li>己</ul>",
        "<frameset><frame><frame></frameset>",
        "<b id=x>甲<p>乙</b>丙</p>",
    ],
)
def test_paths_tell_elements_apart_that_look_alike(html: str) -> None:
    paths = check(html)
    assert len(set(paths)) == len(paths)


def test_a_unique_id_starts_the_path() -> None:
    tree = LexborHTMLParser("<div><div id=main><p>甲</p><p>乙</p></div></div>")
    assert [PathFinder().path(node) for node in tree.css("p")] == ["div#main > p:nth-of-type(1)", "div#main > p:nth-of-type(2)"]


def test_an_id_that_css_would_have_to_escape_does_not() -> None:
    paths = check("<div id='1.2'><p>甲</p></div><div id='a b'><p>乙</p></div>")
    assert not any("#" in path for path in paths)


def test_a_node_among_very_many_has_its_exact_place() -> None:
    tree = LexborHTMLParser("<div>" + "<p>甲</p>\n" * 5_000 + "<p id=last>乙</p>" + "<p>丙</p>")
    last, after = tree.css("p")[-2:]
    assert PathFinder().path(last) == "p#last"
    assert PathFinder().path(after) == "html > body > div > p:nth-of-type(5002)"


def test_beyond_every_bound_there_is_no_path_rather_than_a_false_one() -> None:
    wide = LexborHTMLParser("<div>" + "<p>甲" * 250_000)
    deep = LexborHTMLParser("<div>" * 300 + "<p>甲")
    started = time.process_time()
    assert PathFinder().path(wide.css("p")[-1]) is None
    assert PathFinder().path(deep.css_first("p")) is None
    many = LexborHTMLParser("<div id=a><p>" * 150 + "甲" + "<i>" * 60_000)
    assert PathFinder().path(many.css("p")[-1]) is None
    assert time.process_time() - started < 5


def test_what_is_no_element_has_no_path() -> None:
    tree = LexborHTMLParser("<p>甲</p>")
    paragraph = tree.css_first("p")
    assert paragraph is not None
    assert PathFinder().path(None) is None
    assert PathFinder().path(paragraph.first_child) is None
    paragraph.remove()
    assert PathFinder().path(paragraph) is None
