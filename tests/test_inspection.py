"""Inspections as text: what they say, of every page, and that nothing of a page gets through as markup."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import Article, extract_html
from xinnong_scraper.errors import LayoutError, NotAnArticleError
from xinnong_scraper.fetch import FetchedPage
from xinnong_scraper.inspection import (
    Inspection,
    describe_diff,
    find_changes,
    inspect_page,
    render_diff,
    render_inspection,
)
from xinnong_scraper.inspection.copying import copy_page
from xinnong_scraper.inspection.places import find_places
from xinnong_scraper.page import read_page

from .attacks import ATTRIBUTES, ELEMENTS, ENCODED
from .hostile import filled, longer, page
from .rules import BY, H1, TITLE, URL, B

FIXTURES = sorted(path.parent for path in (Path(__file__).parent / "fixtures").glob("*/*/page.html"))
SMALL = TITLE + H1 + BY + B


def saved(folder: Path) -> tuple[bytes, dict[str, Any]]:
    response = json.loads((folder / "response.json").read_text("utf-8"))
    now = datetime.fromisoformat(response["now"]) if response["now"] else None
    return (folder / "page.html").read_bytes(), {
        "url": response["url"],
        "headers": response["headers"],
        "now": now,
    }


def frame_of(html: str, name: str = "page") -> LexborHTMLParser:
    """Parse the document in a frame."""
    frame = LexborHTMLParser(html).css_first(f"iframe[name={name}]")
    assert frame is not None
    return LexborHTMLParser(frame.attributes["srcdoc"] or "")


def text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    assert node is not None
    return node.text()


def assert_clean(copy: LexborHTMLParser) -> None:
    for node in copy.css("*"):
        assert node.tag in ELEMENTS
        if node.tag != "meta":
            assert set(node.attributes) <= ATTRIBUTES


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda folder: folder.name)
def test_looking_on_changes_nothing(folder: Path) -> None:
    html, options = saved(folder)
    found = inspect_page(html, **options)
    if found.article is not None:
        assert found.article == extract_html(html, **options)
        return
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(html, **options)
    assert str(found.error) == str(caught.value)


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda folder: folder.name)
def test_all_that_the_record_holds_has_its_place(folder: Path) -> None:
    html, options = saved(folder)
    found = inspect_page(html, **options)
    article = found.article
    if article is None:
        assert render_inspection(found)
        return
    assert found.page is not None
    places = find_places(found.page, article, found.rivals)
    assert not [name for name, evidence in article.evidence.items() if evidence.path and name not in places.first]
    counts = {
        "body": len(article.body.blocks),
        "teasers": len(article.teasers),
        "disclaimer": len(article.disclaimer.clauses) if article.disclaimer else 0,
        "images": len(article.images),
        "breadcrumb": len(article.breadcrumb),
        "authors": len(article.authors),
        "editors": len(article.editors),
    }
    expected = {(name, number) for name, count in counts.items() for number in range(count)}
    assert expected <= set(places.items)
    copy = LexborHTMLParser(copy_page(found.page.tree, places).html)
    written = {node.id for node in copy.css("[id]")}
    assert {*places.first.values(), *places.items.values(), *places.rivals.values()} <= written
    assert_clean(copy)


def test_the_places_hold_what_the_fields_say() -> None:
    html = render_inspection(SMALL, url=URL)
    tree, copy = LexborHTMLParser(html), frame_of(html)
    for name, text in {
        "title": "联峰山桃花盛开迎来八方游客",
        "source": "聊城日报",
        "published_at": "2018-04-28 13:44:24",
    }.items():
        link = tree.css_first(f"section.f-{name} a.head")
        assert link is not None
        anchor = (link.attributes["href"] or "").removeprefix("about:srcdoc#")
        assert (link.attributes["target"], text_of(copy, f"#{anchor}")) == ("page", name + text)


def test_a_field_that_stands_in_the_page_s_own_element_has_a_place() -> None:
    html = render_inspection(
        "<title>小麦返青</title><body>小麦返青<br>来源：聊城日报 2018-04-28<br>" + "四月以来，长势良好。<br>" * 9
    )
    assert frame_of(html).css_first(".unseen") is None
    assert "聊城日报" in text_of(frame_of(html), ".f-source")


def test_a_row_says_how_the_value_was_found() -> None:
    row = LexborHTMLParser(render_inspection(SMALL, url=URL)).css_first("section.f-source")
    assert row is not None
    text = row.text(separator=" ")
    assert "landmarks · label:来源" in text
    assert "聊城日报" in text
    assert re.search(r"0\.\d\d", text)
    assert row.css_first("dl dd code") is not None


def test_candidates_that_lost_are_named_with_the_reason() -> None:
    meta = '<meta property="og:title" content="另一个完全不同的题目在这里"><meta name=source content="农民日报">'
    found = inspect_page(meta + SMALL, url=URL)
    (rival,) = found.rivals["title"]
    assert (rival.value, rival.strategy, rival.rule) == ("另一个完全不同的题目在这里", "metadata", "meta:og:title")
    assert rival.why == "landmarks goes before metadata"
    html = render_inspection(found)
    for shown in (rival.value, rival.rule, rival.why, "metadata_disagrees"):
        assert shown in html


def test_the_same_said_elsewhere_is_no_contradiction() -> None:
    found = inspect_page('<meta property="og:title" content="联峰山桃花盛开迎来八方游客">' + SMALL, url=URL)
    assert [rival.why for rival in found.rivals["title"]] == ["says the same"]


def test_the_page_is_described_as_a_whole() -> None:
    notice = "<p>出处非(中国新农网)的作品,均转载于自其它媒体,并不代表本网赞同其观点</p>"
    body = f"<meta charset=gb2312>{SMALL}{notice}".encode("gb18030")
    text = text_of(LexborHTMLParser(render_inspection(body, url=URL)), "header")
    for shown in ("gb18030", "declared gb2312", "xinnong", "ms"):
        assert shown in text


NO_ARTICLES = [path for path in FIXTURES if path.name in ("a-home-page", "a-list-page", "a-not-found")]


@pytest.mark.parametrize("folder", NO_ARTICLES, ids=lambda folder: folder.name)
def test_a_page_that_is_no_article_is_shown_with_the_reason_and_the_candidates(folder: Path) -> None:
    html, options = saved(folder)
    reason = json.loads((folder / "expected.json").read_text("utf-8"))["reason"]
    tree = LexborHTMLParser(render_inspection(html, **options))
    assert reason in text_of(tree, ".refused")
    assert tree.css_first("iframe[srcdoc]") is not None
    assert "the page was refused" in text_of(tree, "section.field table")


@pytest.mark.parametrize(("html", "reason"), [(b"", "empty"), (b"%PDF-1.4 x", "not_html"), (b'{"a": 1}', "not_html")])
def test_what_is_no_page_is_named(html: bytes, reason: str) -> None:
    assert reason in text_of(LexborHTMLParser(render_inspection(html)), ".refused")


def test_an_article_alone_is_shown_without_a_page() -> None:
    article = extract_html(SMALL, url=URL)
    html = render_inspection(article)
    assert LexborHTMLParser(html).css_first("iframe") is None
    for shown in (article.title, article.source, "label:来源", "record only"):
        assert str(shown) in html
    assert "No title" in render_inspection(Article())


def test_pages_of_every_form_are_taken() -> None:
    moment = datetime(2018, 4, 29, 8, tzinfo=UTC)
    byline = SMALL.replace("2018-04-28 13:44:24", "昨天 13:44")
    fetched = FetchedPage(URL, URL, 200, {"content-type": "text/html; charset=utf-8"}, byline.encode(), moment)
    for subject, options in (
        (fetched, {}),
        (byline, {"url": URL, "now": moment}),
        (byline.encode(), {"url": URL, "now": moment}),
        (read_page(byline, url=URL), {"now": moment}),
    ):
        found = inspect_page(subject, **options)
        assert found.article is not None
        assert found.article.published_at == datetime.fromisoformat("2018-04-28T13:44:00+08:00")
        assert "2018-04-28 13:44:00+08:00" in render_inspection(found)
        assert render_inspection(subject, **options).startswith("<!doctype html>")


def test_misuse_is_named() -> None:
    wrong: Any = 5
    with pytest.raises(TypeError, match="not int"):
        render_inspection(wrong)
    with pytest.raises(LayoutError):
        render_inspection(SMALL, layout="no-such-layout")


@pytest.mark.parametrize("name", ENCODED)
def test_nothing_of_an_attack_gets_through_as_markup(name: str) -> None:
    html = render_inspection(ENCODED[name]("http://127.0.0.1:9"), url=URL)
    assert_clean(frame_of(html))
    outer = LexborHTMLParser(html)
    assert outer.css("script,img,object,embed,svg script,[style],[onload],[onerror],[onclick]") == []
    assert all(
        (a.attributes["href"] or "").startswith(("about:srcdoc#p", "http://www.xinnong")) for a in outer.css("a")
    )
    assert len(outer.css("iframe")) == 1
    assert html.encode()


PIECES = [
    "<script>", "</script>", "<style>", "</style>", "<svg>", "<math>", "<mtext>", "<table>", "<td>", "<p>",
    "</p>", "<a href='javascript:1'>", "<img src=x onerror=1>", "<!--", "-->", "<template>", "</template>",
    "<noscript>", "<title>", "</title>", "<textarea>", "]]>", "<xmp>", "<select>", "<option>",
    "<iframe srcdoc='<script>'>", '"', "'", "&lt;", "&#0;", "<x-y onclick=1>", "<form>", "字", "\x00",
    "<plaintext>", "<![CDATA[",
]  # fmt: skip
MARKUP = st.lists(
    st.sampled_from(PIECES),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_no_markup_gets_through(markup: str) -> None:
    found = inspect_page(SMALL + markup, url=URL)
    assert found.page is not None
    places = find_places(found.page, found.article, found.rivals)
    assert_clean(LexborHTMLParser(copy_page(found.page.tree, places).html))


@pytest.mark.parametrize(
    "html",
    [
        longer(page(B), 5_000_000),
        page("<div>" * 50_000 + "深"),
        page("<b>" * 50_000 + "深"),
        page(filled("<span>字</span>", 3_000_000)),
        page(filled("四月以来，全市小麦陆续返青。<br>", 3_000_000)),
        page(filled("<a href=/a/1.html>四月以来全市小麦陆续返青</a>", 3_000_000)),
    ],
    ids=["long", "deep", "bold", "pieces", "lines", "links"],
)
def test_a_large_page_is_shown_in_bounds(html: str) -> None:
    start = time.perf_counter()
    shown = render_inspection(html)
    assert time.perf_counter() - start < 30  # it takes a second or two
    assert len(shown) < 6_000_000
    assert frame_of(shown).css_first("[id]") is not None


def test_a_cut_copy_says_so() -> None:
    html = render_inspection(page(filled(f"<p>{'四月以来，长势良好。' * 40}</p>", 9_000_000)))
    assert "the page is very long" in html
    assert "the rest is not shown here" in html
    assert "is not shown here" not in render_inspection(SMALL)


def test_halves_of_characters_and_control_characters_do_no_harm() -> None:
    html = render_inspection(Article(title="题\ud83d\x00\x1b[31m\u202e目", url="http://a.example/\ud800"))
    assert html.encode()
    assert not re.search("[\x00\x1b]", html)


def test_equal_pages_do_not_differ() -> None:
    text = describe_diff(SMALL, SMALL, url=URL)
    assert text.splitlines()[0] == "record: the same"
    assert "page: the same elements" in text
    changes = find_changes(inspect_page(SMALL), inspect_page(SMALL))
    assert (changes.different, changes.parts, changes.outcome, changes.layout) == ([], [], None, None)


def test_a_diff_names_what_changed_and_what_moved() -> None:
    new = SMALL.replace("聊城日报", "农民日报").replace("<h1>", "<div class=head><h2>").replace("</h1>", "</h2></div>")
    text = describe_diff(SMALL, new, url=URL)
    assert "  source: another value\n    - 聊城日报\n    + 农民日报\n" in text
    assert "  title: found elsewhere\n    path: " in text
    assert "  new: div.head (one)" in text
    assert "  gone: h1 (one)" in text
    html = render_diff(SMALL, new, url=URL)
    for shown in ("聊城日报", "农民日报", "div.head", "found elsewhere"):
        assert shown in html
    assert len(LexborHTMLParser(html).css("iframe[srcdoc]")) == 2


def test_a_diff_of_lists_names_their_items_only() -> None:
    new = SMALL.replace("去年全年", "前年全年")
    found = [inspect_page(html, url=URL) for html in (SMALL, new)]
    (change,) = [change for change in find_changes(*found).different if change.name == "body"]
    assert (len(change.old), len(change.new)) == (1, 1)
    assert "去年全年" in change.old[0]


def test_a_diff_tells_that_an_article_has_gone() -> None:
    found: list[Inspection] = [
        inspect_page(html, url=URL) for html in (SMALL, "<title>404 Not Found</title><h1>404</h1>")
    ]
    changes = find_changes(*found)
    assert changes.outcome is not None
    assert changes.outcome[0] == "article"
    assert {change.kind for change in changes.fields} == {"gone"}
    assert "outcome: article -> " in describe_diff(*found)
