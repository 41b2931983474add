"""Refreshes in headers and documents, and the pages that are only a waypoint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.fetch.refresh import refresh_target, waypoint


def meta(content: str, rest: str = "") -> bytes:
    return f'<html><head><meta http-equiv="refresh" content="{content}">{rest}</head><body></body></html>'.encode()


SYNTAX: list[tuple[str, tuple[float, str] | None]] = [
    ("0;url=/a", (0, "/a")),
    ("0; url=/a", (0, "/a")),
    ("0, url=/a", (0, "/a")),
    ("0 url=/a", (0, "/a")),
    ("0 ; url = /a", (0, "/a")),
    ("  5;URL=/a  ", (5, "/a")),
    ("5;uRl=/a", (5, "/a")),
    ("5;/a", (5, "/a")),
    ("5; /a b", (5, "/a b")),
    ("5;url='/a'", (5, "/a")),
    ("5;url='/a' more", (5, "/a")),
    ("5;url='/a", (5, "/a")),
    ("5;'/a'", (5, "/a")),
    ("5;url=/a'b", (5, "/a'b")),
    ("5;url/a", (5, "url/a")),
    ("5;urla=/a", (5, "urla=/a")),
    ("5;u", (5, "u")),
    ("5;ur=/a", (5, "ur=/a")),
    ("5;url=", (5, "")),
    ("5;url", (5, "url")),
    ("5;", (5, "")),
    ("5", (5, "")),
    ("5.", (5, "")),
    ("5.9", (5, "")),
    (".9;url=/a", (0, "/a")),
    ("1.2.3;url=/a", (1, "/a")),
    ("05;url=/a", (5, "/a")),
    ("0;;url=/a", (0, ";url=/a")),
    ("0\t;\turl=/a", (0, "/a")),
    ("0\xa0;url=/a", None),
    ("-1;url=/a", None),
    ("+1;url=/a", None),
    ("url=/a", None),
    (";url=/a", None),
    ("5x;url=/a", None),
    ("5x", None),
    ("", None),
    (" ", None),
    ("٥;url=/a", None),
    ("0;url=/a&amp;b=1", (0, "/a&b=1")),
    ("0;url=&quot;/a&quot;", (0, "/a")),
    ("0;url=javascript:go()", None),
    ("0;url=JavaScript:go()", None),
    ("0;url=app://open", (0, "app://open")),
    ("0;url=//b.example/", (0, "//b.example/")),
    ("999999999999999999999;url=/a", (999_999_999, "/a")),
]


@pytest.mark.parametrize(("content", "found"), SYNTAX)
def test_syntax_of_the_element(content: str, found: tuple[float, str] | None) -> None:
    assert refresh_target([], meta(content)) == found


@pytest.mark.parametrize(("content", "found"), [case for case in SYNTAX if "&" not in case[0]])
def test_syntax_of_the_header(content: str, found: tuple[float, str] | None) -> None:
    assert refresh_target([("refresh", content)], b"<p>") == found


@pytest.mark.parametrize(
    "element",
    [
        "<meta http-equiv=refresh content=0;url=/a>",
        "<META HTTP-EQUIV='Refresh' CONTENT='0;url=/a'/>",
        '<meta content="0;url=/a" http-equiv="REFRESH">',
        '<meta\nhttp-equiv = "refresh"\n content\t=\t"0;url=/a">',
        '<meta name="a>b" http-equiv="refresh" content="0;url=/a">',
        '<meta http-equiv="refresh" content="0;url=/a" content="9;url=/b">',
        '<meta http-equiv="refresh" content="never"><meta http-equiv="refresh" content="0;url=/a">',
        '<meta http-equiv="refresh" content="0;url=/a"><meta http-equiv="refresh" content="0;url=/b">',
        "<!-- a --><script>b</script><meta http-equiv=refresh content=0;url=/a>",
        "<!--><meta http-equiv=refresh content=0;url=/a>",
    ],
)
def test_ways_to_write_the_element(element: str) -> None:
    assert refresh_target([], element.encode()) == (0, "/a")


@pytest.mark.parametrize(
    "before_and_after",
    [
        ("<noscript>", "</noscript>"),
        ("<NOSCRIPT>", "</NoScript >"),
        ("<!--", "-->"),
        ("<!--[if lt IE 9]>", "<![endif]-->"),
        ("<script>document.write('", "')</script>"),
        ("<template>", "</template>"),
        ("<textarea>", "</textarea>"),
        ("<style>", "</style>"),
        ("<title>", "</title>"),
        ("<xmp>", "</xmp>"),
        ("<p title='", "'>"),
        ("<!-- never closed", ""),
        ("x" * 20_000, ""),
    ],
)
def test_where_an_element_does_not_count(before_and_after: tuple[str, str]) -> None:
    before, after = before_and_after
    assert refresh_target([], f'{before}<meta http-equiv="refresh" content="0;url=/a">{after}'.encode()) is None


def test_header_counts_before_the_element() -> None:
    assert refresh_target([("x", "1"), ("refresh", "0;url=/h")], meta("0;url=/a")) == (0, "/h")
    assert refresh_target([("refresh", "soon")], meta("0;url=/a")) == (0, "/a")


def test_target_starts_from_the_base() -> None:
    assert refresh_target([], meta("0;url=a.html", '<base href="http://b.example/x/">')) == (
        0,
        "http://b.example/x/a.html",
    )
    assert refresh_target([], meta("0;url=a.html", '<base href="/x/">')) == (0, "/x/a.html")
    assert refresh_target([], meta("0;url=a.html", '<base href="http://[">')) == (0, "a.html")
    assert refresh_target([], meta("0", '<base href="/x/">')) == (0, "")


def test_bytes_of_the_target_are_kept() -> None:
    assert refresh_target([], meta("0;url=/新闻")) == (0, "/新闻")
    gbk = b'<meta http-equiv="refresh" content="0;url=/' + "新闻".encode("gbk") + b'">'
    assert refresh_target([], gbk) == (0, "/%D0%C2%CE%C5")


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (meta("0;url=/a"), "/a"),
        (meta("5;url=/a"), "/a"),
        (meta("6;url=/a"), None),
        (meta("300"), None),
        (meta("0"), ""),
        (meta("0;url=/a", "<title>正在跳转</title><style>p{}</style><script>go()</script>"), "/a"),
        (meta("3;url=/a") + "<p>正在跳转，如果浏览器没有自动跳转，请<a href=/a>点击这里</a>。</p>".encode(), "/a"),
        (meta("0;url=/a") + b"<p>If you are not redirected within a few seconds, please follow this link.</p>", "/a"),
        (meta("3;url=/app") + "<h1>早稻开镰</h1><p>今年早稻种植面积比去年增加。</p>".encode() * 3, None),
        (meta("0;url=/a") + b"<script>" + b"x" * 20_000 + b"</script>", None),
        (b"<p>text", None),
        (b"", None),
    ],
)  # fmt: skip
def test_waypoint(body: bytes, target: str | None) -> None:
    assert waypoint([], body) == target


def test_header_makes_a_waypoint_too() -> None:
    assert waypoint([("refresh", "0;url=/a")], b"") == "/a"
    assert (
        waypoint([("refresh", "0;url=/a")], "<p>记者从市农业局获悉，早稻种植面积比去年增加。</p>".encode() * 4) is None
    )


@given(st.binary(max_size=300), st.text(max_size=60))
def test_nothing_raises(body: bytes, value: str) -> None:
    waypoint([("refresh", value)], body)
    waypoint([], b"<meta http-equiv=refresh content='" + body)
    refresh_target([], b"<base href='" + body + b"'>" + meta("0;url=a"))
