"""Input that is no article, or hostile: a typed error or a bounded result, in bounded time."""

from __future__ import annotations

import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.errors import NotAnArticleError

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10.0
URL = "http://www.xinnong.example/a.html"
HEAD = (
    "<!doctype html><meta charset=utf-8><title>小麦返青</title>"
    "<h1>全市小麦陆续返青</h1><p>来源：聊城日报 2018-04-28 13:44</p>"
)
SENTENCE = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
BODY = f"<p>{SENTENCE}</p>" * 3


def reason_of(html: str | bytes, **arguments: Any) -> str:
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(html, **arguments)
    assert str(caught.value)
    return caught.value.reason


def timed(html: str | bytes, record_property: Callable[[str, object], None], **arguments: Any) -> Article | str:
    """The record, or the reason why there is none; the time is kept in the test report."""
    started = time.process_time()
    try:
        found: Article | str = extract_html(html, **arguments)
    except NotAnArticleError as error:
        found = error.reason
    seconds = time.process_time() - started
    record_property("seconds", round(seconds, 3))
    assert seconds < SECONDS
    return found


def codes(article: Article) -> set[str]:
    return {warning.code for warning in article.warnings}


# No article


@pytest.mark.parametrize("html", [b"", "", b" \r\n\t", " \n", "\ufeff", b"\xef\xbb\xbf", "<html></html>", "<p>&nbsp;"])
def test_nothing_is_no_article(html: str | bytes) -> None:
    assert reason_of(html) == "empty"


def zip_bytes() -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("page.html", HEAD + BODY)
        return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj" + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20,
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20,
        zip_bytes(),
        b"\x00" * 5000,
        bytes(range(32)) * 200,
    ],
    ids=["pdf", "png", "jpeg", "zip", "nuls", "controls"],
)
def test_binary_data_is_no_page(data: bytes) -> None:
    headers = {"content-type": "text/html; charset=utf-8"}
    assert reason_of(data, url="http://www.xinnong.example/report.html", headers=headers) == "not_html"


def test_nuls_inside_a_page_do_not_matter() -> None:
    article = extract_html((HEAD + BODY).replace("返青", "\x00返\x00青").encode(), url=URL)
    assert article.title == "全市小麦陆续返青"
    assert article.paragraphs == [SENTENCE] * 3


LINKS = "".join(f"<li><a href=/a/{n}.html>全省第{n}次农业农村工作会议在济南召开</a> 04-28</li>" for n in range(60))
NAVIGATION = "".join(
    f"<a href=/{name}/>{name}</a> " for name in ("首页", "招商", "农业", "财经", "社会", "文化", "图片")
)


@pytest.mark.parametrize(
    ("html", "reasons"),
    [
        (f"<title>招商</title><ul>{LINKS}</ul>", {"list_page"}),
        (f"<title>中国新农网</title><div class=nav>{NAVIGATION}</div>", {"no_article", "list_page"}),
        (
            f"<title>中国新农网</title><nav>{NAVIGATION}</nav><div>版权所有 中国新农网</div>",
            {"no_article", "list_page"},
        ),
        ("<title>x</title><div id=app></div><script src=/app.js></script>", {"script_shell"}),
        ("<title>404</title><h1>页面不存在</h1><p>抱歉，您访问的页面不存在或已删除。</p>", {"error_page"}),
        ("<title>安全验证</title><p>请完成验证后继续访问</p>", {"challenge"}),
        ("<title>登录</title><p>请先登录后查看</p><form><input name=u></form>", {"login_wall"}),
    ],
    ids=["links", "navigation", "nav", "shell", "404", "challenge", "login"],
)
def test_pages_that_are_something_else_say_what(html: str, reasons: set[str]) -> None:
    assert reason_of(html, url=URL) in reasons


# Too much of something


DEEP = {
    "div": "<div>",
    "span": "<span>",
    "b": "<b>",
    "font": "<font size=2>",
    "table": "<table><tr><td>",
    "ul": "<ul><li>",
    "blockquote": "<blockquote>",
    "p-in-a": "<a href=/a><p>",
    "custom": "<x-y>",
    "svg": "<svg><g>",
}


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "unclosed"])
@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_bounded(name: str, closed: bool, record_property: Callable[[str, object], None]) -> None:
    start = DEEP[name]
    end = "".join(f"</{tag.split()[0]}>" for tag in reversed(start.strip("<>").split("><"))) if closed else ""
    found = timed(HEAD + BODY + start * 100_000 + "深处" + end * 100_000, record_property, url=URL)
    assert isinstance(found, Article)
    assert found.title == "全市小麦陆续返青"
    assert found.text.startswith(SENTENCE)
    assert "truncated" in codes(found)


@pytest.mark.parametrize("tag", ["p", "div", "b", "a href=/x", "li", "td", "h2", "option", "dd"])
def test_many_unclosed_tags_are_bounded(tag: str, record_property: Callable[[str, object], None]) -> None:
    found = timed(HEAD + BODY + f"<{tag}>好" * 50_000, record_property, url=URL)
    assert isinstance(found, Article) or found in ("list_page", "no_article")


VALUES = {"plain": "=x", "quoted": '="x>y"', "tags": '="<b>y</b>"', "single": "='>'", "none": ""}


@pytest.mark.parametrize("name", VALUES)
def test_a_tag_with_very_many_attributes(name: str, record_property: Callable[[str, object], None]) -> None:
    attributes = " ".join(f"data-a{n}{VALUES[name]}" for n in range(200_000 if name == "plain" else 50_000))
    found = timed(f"{HEAD}<div {attributes}>{BODY}</div>", record_property, url=URL)
    assert isinstance(found, Article)
    assert found.paragraphs == [SENTENCE] * 3
    assert "truncated" in codes(found)


def test_a_page_of_twenty_megabytes(record_property: Callable[[str, object], None]) -> None:
    data = (HEAD + "\n".join(f"<p>第{n}段：{SENTENCE}</p>" for n in range(155_000))).encode()
    assert len(data) > 20_000_000
    found = timed(data, record_property, url=URL)
    assert isinstance(found, Article)
    assert found.paragraphs[0] == f"第0段：{SENTENCE}"
    assert "truncated" in codes(found)


@pytest.mark.parametrize(
    "text", [SENTENCE, "字", "a", "a ", "来源：", "2018-04-28 ", "（记者 张三）", "&amp;", "\u3000"]
)
def test_a_text_of_five_megabytes(text: str, record_property: Callable[[str, object], None]) -> None:
    size = 5_000_000 // len(text.encode())
    found = timed(f"{HEAD}{BODY}<p>{text * size}</p>".encode(), record_property, url=URL)
    assert isinstance(found, Article)
    assert found.title == "全市小麦陆续返青"


def test_fifty_thousand_links(record_property: Callable[[str, object], None]) -> None:
    links = "".join(f"<li><a href=/a/{n}.html>全省第{n}次农业农村工作会议召开</a></li>" for n in range(50_000))
    assert timed(f"<title>招商</title><ul>{links}</ul>", record_property, url=URL) == "list_page"
    found = timed(f"{HEAD}<div>{BODY}</div><h3>【阅读延展】</h3><ul>{links}</ul>", record_property, url=URL)
    assert isinstance(found, Article)
    assert found.paragraphs == [SENTENCE] * 3


@pytest.mark.parametrize(
    "piece",
    ["<br>", "<img src=/a.jpg>", "<!-- -->", "<meta name=author content=甲>", "<link rel=canonical href=/a>",
     "<h1>甲</h1>", "<p>来源：甲</p>", "<p>1、甲</p>", "<h3>【免责声明】</h3>", "<h3>【阅读延展】</h3>",
     "<a href=/b>下一页</a>", "首页 -> ", "<i hidden>",
     "<script>", "&#20013;", "<", "</p>", "]]>", "<a id=x>", "-->", "2018-04-28 13:44 "],
)  # fmt: skip
def test_many_of_one_thing(piece: str, record_property: Callable[[str, object], None]) -> None:
    found = timed(HEAD + BODY + piece * 50_000, record_property, url=URL)
    assert isinstance(found, Article) or found in ("list_page", "no_article")


# Broken metadata


BROKEN_DATA = [
    '{"@type":"NewsArticle","headline":"别的"',
    "not json",
    "[" * 100_000 + "]" * 100_000,
    '{"a":' * 100_000 + "1" + "}" * 100_000,
    '{"@graph":' * 500 + "[]" + "}" * 500,
    '{"@type":["NewsArticle",1,null],"headline":{"a":[1]},"author":[[],{},1,null,{"name":[]}],"datePublished":[7]}',
    '{"@type":"NewsArticle","headline":1e999,"datePublished":-5,"image":{"@list":[null]},"author":{"name":{"x":1}}}',
    '{"@type":"NewsArticle","headline":"\\ud800","author":"\\udfff"}',
    '{"@type":"NewsArticle","datePublished":"0000-00-00T99:99:99Z","dateModified":"9999-99-99"}',
    '{"@type":"NewsArticle","keywords":' + "1" * 10_000 + "}",
    "null", "1", '"x"', "[]", "", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BROKEN_DATA)))
def test_broken_json_ld_does_not_matter(number: int, record_property: Callable[[str, object], None]) -> None:
    script = f'<script type="application/ld+json">{BROKEN_DATA[number]}</script>'
    found = timed(script + HEAD + BODY, record_property, url=URL)
    assert isinstance(found, Article)
    assert (found.title, found.source, found.paragraphs) == ("全市小麦陆续返青", "聊城日报", [SENTENCE] * 3)
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2018-04-28T13:44:00+08:00"
    found.model_dump_json()


# Strange addresses

STRANGE = [
    "", " ", "not a url", "http://[::1", "http://[::1]/a", "http://例子.测试/路径?问=答", "file:///x", "//host/a", "?",
    "#", "http://xinnong.example:8080/a", "http://xinnong.example:99999/", "http://xinnong.example:abc/", "data:,x",
    "http://", "http:///a", "http://a b/", "HTTP://XINNONG.EXAMPLE/%zz?%", "http://user:pass@host/", "http://\x00/",
    "\ud800", "javascript:alert(1)", "x" * 100_000, "http://" + "a" * 10_000 + "/", "http://xinnong.example/\n/a", "http://%/",
    "mailto:a@b.example",
]  # fmt: skip


@pytest.mark.parametrize("url", [*STRANGE, None], ids=lambda url: ascii(url)[:40])
def test_a_strange_address_of_the_page_is_no_error(url: str | None) -> None:
    article = extract_html(HEAD + BODY, url=url)
    assert (article.title, article.paragraphs) == ("全市小麦陆续返青", [SENTENCE] * 3)
    assert article.url == (url.replace("\ud800", "\ufffd") if url else None)
    article.model_dump_json()


def test_an_iri_makes_links_absolute() -> None:
    pager = "<p><a href=2.html>下一页</a></p>"
    article = extract_html(HEAD + BODY + pager, url="http://例子.测试/路径/1.html")
    assert article.next_page_url in (
        "http://例子.测试/路径/2.html",
        "http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84/2.html",
    )


@pytest.mark.parametrize("href", STRANGE, ids=lambda url: ascii(url)[:40])
def test_strange_links_are_no_error(href: str) -> None:
    html = (
        f"<base href='{href}'><link rel=canonical href='{href}'><meta property=og:url content='{href}'>"
        f"<p><a href='{href}'>首页</a> -> <a href='{href}'>农业</a></p>{HEAD}<p>来源：<a href='{href}'>聊城日报</a></p>"
        f"{BODY}<img src='{href}'>{BODY}<div class=page><a href='{href}'>下一页</a></div>"
        f"<h3>【阅读延展】</h3><p><a href='{href}'>千川汇海阔风好正扬帆</a></p>"
    )
    html = html.replace("\ud800", "&#xd800;")
    for url in (URL, None, href):
        article = extract_html(html, url=url)
        assert article.paragraphs[:6] == [SENTENCE] * 6
        article.model_dump_json()


@pytest.mark.parametrize("html", [None, 1, ["<p>"], object()])
def test_what_is_no_page_at_all_is_misuse(html: Any) -> None:
    with pytest.raises(TypeError, match="html must be str or bytes"):
        extract_html(html)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_bytes_is_read(kind: Callable[[bytes], Any]) -> None:
    assert extract_html(kind((HEAD + BODY).encode())).title == "全市小麦陆续返青"


@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "text/html; charset=;"}, {"CONTENT-TYPE": "\x00"}, {"x": "y"}]
)
def test_strange_headers_are_no_error(headers: dict[str, str]) -> None:
    assert extract_html((HEAD + BODY).encode(), headers=headers).title == "全市小麦陆续返青"


def test_a_lone_surrogate_in_the_text_is_no_error() -> None:
    article = extract_html(HEAD + BODY + f"<p>{SENTENCE}\ud800</p>")
    assert article.paragraphs[3].startswith(SENTENCE)
    article.model_dump_json()
