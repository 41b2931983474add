"""Fetch and read together: one page, the pages of one article, many pages; blocking and asyncio."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import (
    Article,
    Layout,
    Scraper,
    extract,
    extract_html,
)
from xinnong_scraper.drivers import MAX_PAGES
from xinnong_scraper.errors import (
    FetchError,
    HTTPStatusError,
    IncompleteArticleError,
    LayoutError,
    NotAnArticleError,
)
from xinnong_scraper.replica import ReplicaArticle, ReplicaPortal
from xinnong_scraper.replica.pages import Site
from xinnong_scraper.replica.theme import THEMES

from .serving import LOOPBACK, SENTENCE, html_page, run_extract, run_many, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal() as running:
        yield running
    assert running.errors == ()


both = pytest.mark.parametrize("driver", ["sync", "async"])


# One page


@both
@pytest.mark.parametrize("template", THEMES)
def test_a_fetched_page_gives_the_record_of_the_saved_one(portal: ReplicaPortal, driver: str, template: str) -> None:
    article = next(article for article in portal.articles if article.template == template)
    url = portal.url_of(article)
    saved = Site(portal.articles, portal.url).respond(article.path)
    fetched = run_extract(driver, url)
    assert fetched.fetched_at is not None
    assert fetched.fetched_at.utcoffset() is not None
    headers = {"Content-Type": saved.content_type}
    read = extract_html(saved.body, url=url, headers=headers, now=fetched.fetched_at)
    assert read.fetched_at is None
    assert fetched.model_copy(update={"fetched_at": None}).model_dump_json() == read.model_dump_json()


def differences(expected: dict[str, Any], record: Article) -> Iterator[tuple[str, object, object]]:
    found = record.model_dump(mode="json")
    found["body"] = []
    for block in record.body.blocks:
        if block.kind == "table":
            found["body"] += [("table", "\t".join(row)) for row in block.rows]
        elif block.kind != "image":
            found["body"].append((block.kind, block.text))
    for field, value in expected.items():
        if found[field] != value:
            yield field, value, found[field]


def mismatches(portal: ReplicaPortal, article: ReplicaArticle, page: int | None) -> list[str]:
    url = portal.url_of(article, page or 1)
    with Scraper(policy=LOOPBACK) as scraper:
        record = scraper.extract(url, follow_pages=page is None)
    found = differences(article.expected(portal.url, page), record)
    return [f"{url} {field}: expected {want!r}, got {got!r}" for field, want, got in found]


@pytest.mark.parametrize("template", THEMES)
def test_every_field_of_every_article_of_the_portal(portal: ReplicaPortal, template: str) -> None:
    wrong = []
    for article in portal.articles:
        if article.template == template:
            for page in range(1, len(article.paths) + 1):
                wrong += mismatches(portal, article, page)
    assert wrong == []


@pytest.mark.parametrize("template", THEMES)
def test_every_field_of_every_article_with_its_pages_merged(portal: ReplicaPortal, template: str) -> None:
    wrong = []
    for article in portal.articles:
        if article.template == template and len(article.paths) > 1:
            wrong += mismatches(portal, article, None)
    assert wrong == []


@both
def test_what_cannot_be_fetched_is_a_typed_error(driver: str) -> None:
    with serve() as server, pytest.raises(HTTPStatusError) as caught:
        run_extract(driver, server.url("/gone.html"))
    assert caught.value.status == 404
    with pytest.raises(FetchError):
        run_extract(driver, server.url("/closed.html"))


def test_private_addresses_are_refused_by_default() -> None:
    with serve(a=html_page("一")) as server, pytest.raises(FetchError, match="allow_private"):
        extract(server.url("/a"))
    assert server.paths() == []


@both
def test_a_section_list_is_no_article(portal: ReplicaPortal, driver: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        run_extract(driver, portal.url + "nongye/")
    assert (caught.value.reason, caught.value.url) == ("list_page", portal.url + "nongye/")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"now": "2018-05-02"}, "now must be a datetime or None, not str"),
        ({"now": date(2018, 5, 2)}, "now must be a datetime or None, not date"),
        ({"headers": ["content-type: text/html"]}, "headers must be a mapping of str to str, or None, not list"),
        ({"headers": "text/html"}, "headers must be a mapping of str to str, or None, not str"),
        ({"url": 123}, "url must be str or None, not int"),
        ({"url": b"http://www.xinnong.example/"}, "url must be str or None, not bytes"),
    ],
)
def test_an_argument_of_another_type_is_named(arguments: dict[str, Any], message: str) -> None:
    for read in (extract_html, Scraper().extract_html):
        with pytest.raises(TypeError, match=f"^{message}$"):
            read(html_page("一"), **arguments)


# The pages of one article


def texts(article: Article) -> list[str]:
    """The pages that the paragraphs come from, each once."""
    return list(dict.fromkeys(text.split("：")[0] for text in article.paragraphs if SENTENCE in text))


@pytest.mark.parametrize(
    "pager",
    [
        "<a href=b.html>下一页</a>",
        "<p><a href=b.html>下一页</a></p>",
        "<p align=center>1 <a href=b.html>2</a> <a href=b.html>下一页</a></p>",
        "<div class=pages><span>1</span> <a href=b.html>下一页</a></div>",
        "<ul><li>1<li><a href=b.html>2</a><li><a href=b.html>下一页</a></ul>",
        "<div>[<a href=#>上一页</a>] [<a href=b.html>下一页</a>]</div>",
        "<div><a href=b.html>下一页</a> <a href=z.html>下一篇</a></div>",
    ],
)
def test_a_pager_leads_on_and_is_no_text(pager: str) -> None:
    html = html_page("一").replace("</div>", f"{pager}</div>")
    article = extract_html(html, url="http://www.xinnong.example/n/a.html")
    assert article.next_page_url == "http://www.xinnong.example/n/b.html"
    assert article.paragraphs == [f"第一页：{SENTENCE}"] * 3


@pytest.mark.parametrize("name", ["下一篇", "下一篇：东河村修通致富路", "上一篇", "上一页", "下一条"])
def test_another_article_is_no_next_page(name: str) -> None:
    html = html_page("一") + f"<div><a href=b.html>{name}</a></div>"
    assert extract_html(html, url="http://www.xinnong.example/n/a.html").next_page_url is None


@both
def test_pages_are_merged_in_order(driver: str) -> None:
    pages = {"a": html_page("一", "/b"), "b": html_page("二", "c"), "c": html_page("三")}
    with serve(**pages) as server:
        article = run_extract(driver, server.url("/a"), follow_pages=True)
        assert server.paths() == ["/a", "/b", "/c"]
    assert texts(article) == ["第一页", "第二页", "第三页"]
    assert (article.page_count, article.next_page_url, article.url) == (3, None, server.url("/a"))
    assert article.title == "全市小麦陆续返青"
    assert article.warnings == []
    assert article.content_hash not in (None, extract_html(pages["a"]).content_hash)


@both
def test_one_page_is_fetched_unless_asked(driver: str) -> None:
    with serve(a=html_page("一", "/b"), b=html_page("二")) as server:
        article = run_extract(driver, server.url("/a"))
        assert server.paths() == ["/a"]
        assert (article.page_count, article.next_page_url) == (1, server.url("/b"))


@both
@pytest.mark.parametrize("back", ["/a", "/b", "/c", "/a#top", "/a?utm_source=x"])
def test_a_pager_that_leads_in_circles_ends(driver: str, back: str) -> None:
    pages = {"a": html_page("一", "/b"), "b": html_page("二", "/c"), "c": html_page("三", back)}
    with serve(**pages) as server:
        article = run_extract(driver, server.url("/a"), follow_pages=True)
        assert server.paths() == ["/a", "/b", "/c"]
    assert texts(article) == ["第一页", "第二页", "第三页"]
    assert article.page_count == 3


@both
def test_an_article_of_very_many_pages_is_cut_with_a_warning(driver: str) -> None:
    pages = {f"p{n}": html_page(str(n), f"/p{n + 1}") for n in range(MAX_PAGES + 10)}
    with serve(**pages) as server:
        article = run_extract(driver, server.url("/p0"), follow_pages=True)
        assert len(server.paths()) == MAX_PAGES
    assert article.page_count == MAX_PAGES
    assert len(texts(article)) == MAX_PAGES
    assert article.next_page_url == server.url(f"/p{MAX_PAGES}")
    assert [(warning.code, warning.field) for warning in article.warnings] == [("truncated", "body")]


@both
@pytest.mark.parametrize("second", [None, "", "<title>404</title><h1>页面不存在</h1>", "%PDF-1.7"])
def test_a_missing_second_page_is_a_warning(driver: str, second: str | None) -> None:
    pages = {"a": html_page("一", "/b")} | ({} if second is None else {"b": second})
    with serve(**pages) as server:
        article = run_extract(driver, server.url("/a"), follow_pages=True)
    assert texts(article) == ["第一页"]
    assert (article.page_count, article.next_page_url) == (1, server.url("/b"))
    assert [(warning.code, warning.field) for warning in article.warnings] == [("truncated", "body")]
    assert "page 2" in article.warnings[0].message


# Strict


@both
def test_strict_insists_on_title_body_and_date(driver: str) -> None:
    undated = html_page("一", byline="来源：聊城日报")
    with serve(a=undated, b=html_page("一")) as server:
        assert run_extract(driver, server.url("/a")).published_at is None
        assert run_extract(driver, server.url("/b"), strict=True).published_at is not None
        for follow in (False, True):
            with pytest.raises(IncompleteArticleError) as caught:
                run_extract(driver, server.url("/a"), strict=True, follow_pages=follow)
            assert caught.value.missing == ("published_at",)
            assert caught.value.article.title == "全市小麦陆续返青"
            assert "published_at" in str(caught.value)
        (outcome,) = run_many(driver, [server.url("/a")], strict=True)
    assert isinstance(outcome.error, IncompleteArticleError)


def test_strict_on_a_saved_page() -> None:
    with pytest.raises(IncompleteArticleError):
        extract_html(html_page("一", byline="来源：聊城日报"), strict=True)


# Layouts


def test_a_layout_by_name_path_and_object(tmp_path: Path) -> None:
    path = tmp_path / "village.toml"
    path.write_text('name = "village"\nextends = "zh"\n', encoding="utf-8")
    layouts: list[tuple[Layout | str | Path, str]] = [
        ("zh", "zh"), ("xinnong", "xinnong"), (path, "village"), (str(path), "village"), (Layout(name="own"), "own"),
    ]  # fmt: skip
    for layout, name in layouts:
        assert extract_html(html_page("一"), layout=layout).layout == name


def test_a_layout_counts_for_fetched_pages_too() -> None:
    with serve(a=html_page("一")) as server:
        assert run_extract("sync", server.url("/a"), layout="xinnong").layout == "xinnong"
        assert run_extract("async", server.url("/a"), layout="xinnong").layout == "xinnong"
        assert [o.article.layout for o in run_many("sync", [server.url("/a")], layout="xinnong") if o.article] == [
            "xinnong"
        ]


@pytest.mark.parametrize("layout", [7, b"zh", ["zh"], {"name": "zh"}, Layout])
def test_a_layout_of_another_type_is_misuse(layout: Any) -> None:
    with pytest.raises(TypeError, match="layout must be a Layout, a layout's name or a path"):
        extract_html(html_page("一"), layout=layout)


@pytest.mark.parametrize("layout", ["nowhere", "./nowhere.toml", "zh.toml", ""])
def test_an_unknown_layout_says_what_there_is(layout: str) -> None:
    with pytest.raises(LayoutError) as caught:
        extract_html(html_page("一"), layout=layout)
    assert "zh, " in str(caught.value) or ".toml" in str(caught.value)


@both
def test_a_wrong_layout_is_said_before_anything_is_fetched(driver: str) -> None:
    with serve(a=html_page("一")) as server:
        with pytest.raises(LayoutError, match=r"zh, .*xinnong"):
            run_extract(driver, server.url("/a"), layout="nowhere")
        assert server.paths() == []


# Second opinion

LOADED = """
import sys
from xinnong_scraper import extract_html
page = sys.stdin.buffer.read()
extract_html(page)
first = "trafilatura" in sys.modules
extract_html(page, second_opinion=True)
print(first, "trafilatura" in sys.modules)
"""


@pytest.mark.parametrize(
    ("page", "loaded"),
    [
        (f"<title>短讯</title><p>{SENTENCE}</p><p>{SENTENCE}</p>", "False True"),
        (html_page("一"), None),
    ],
    ids=["unsure", "sure"],
)
def test_a_second_opinion_is_loaded_when_it_is_asked(page: str, loaded: str | None) -> None:
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, input=page, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("False ")
    assert loaded is None or done.stdout.strip() == loaded


def test_a_second_opinion_leaves_a_sure_record_as_it_is(portal: ReplicaPortal) -> None:
    saved = Site(portal.articles, portal.url).respond(portal.articles[0].path)
    url = portal.url_of(portal.articles[0])
    assert extract_html(saved.body, url=url) == extract_html(saved.body, url=url, second_opinion=True)


def test_a_second_opinion_never_costs_the_record() -> None:
    page = "<title>短讯</title><h1>短讯一则</h1><p>2018-04-28</p><p>四月以来，全市小麦陆续返青，长势良好。</p>"
    alone, asked = (extract_html(page, second_opinion=ask) for ask in (False, True))
    assert (asked.title, asked.published_at) == (alone.title, alone.published_at)
    assert asked.text
    with contextlib.suppress(KeyError):
        assert asked.evidence["body"].confidence >= alone.evidence["body"].confidence or asked.warnings
