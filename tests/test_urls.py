from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xinnong_scraper.normalize.urls import absolute, canonical, date_in_url, host, is_placeholder_image, same_page

BASE = "http://www.example.cn/news/2018/a.html?x=1#top"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("b.html", "http://www.example.cn/news/2018/b.html"),
        ("./b.html", "http://www.example.cn/news/2018/b.html"),
        ("../b.html", "http://www.example.cn/news/b.html"),
        ("../../../../b.html", "http://www.example.cn/b.html"),
        ("/b.html", "http://www.example.cn/b.html"),
        ("//img.example.cn/b.jpg", "http://img.example.cn/b.jpg"),
        ("?p=2", "http://www.example.cn/news/2018/a.html?p=2"),
        ("b.html#part", "http://www.example.cn/news/2018/b.html#part"),
        ("https://other.cn/a/../b.html", "https://other.cn/b.html"),
        ("//other.cn/a/./../b.html?../c", "http://other.cn/b.html?../c"),
        ("HTTP://other.cn/b.html", "http://other.cn/b.html"),
        ("http:\\\\other.cn\\b.html", "http://other.cn/b.html"),
        ("http:/other.cn/b.html", "http://other.cn/b.html"),
        (" \n/b.html\t ", "http://www.example.cn/b.html"),
        ("/a\n/b.html", "http://www.example.cn/a/b.html"),
        ("\u3000/b.html\xa0", "http://www.example.cn/b.html"),
        ("/新闻/春 天.html", "http://www.example.cn/新闻/春%20天.html"),
        ("http://新农网.cn/a", "http://新农网.cn/a"),
        ("/a%20b%E6%98%A5.html", "http://www.example.cn/a%20b%E6%98%A5.html"),
        ("http://other.cn:port/", "http://other.cn:port/"),
        ("http://[bad/", "http://[bad/"),
        ("//[bad", "//[bad"),
    ],
)
def test_links_become_absolute(link: str, expected: str) -> None:
    assert absolute(link, BASE) == expected


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "  ",
        "#",
        "#top",
        "javascript:;",
        "JavaScript:void(0)",
        " java\nscript:x()",
        "mailto:a@b.cn",
        "tel:110",
        "data:image/gif;base64,R0",
        "about:blank",
    ],
)
def test_links_that_lead_nowhere(link: str | None) -> None:
    assert absolute(link, BASE) is None


@pytest.mark.parametrize("base", [None, "", "http://[bad/"])
@pytest.mark.parametrize("link", ["b.html", "../b.html", "/b.html", "//img.example.cn/b.jpg", "?p=2"])
def test_without_a_base_a_link_stays_as_written(link: str, base: str | None) -> None:
    assert absolute(link, base) == link


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.example.cn/a.html", "http://www.example.cn/a.html"),
        ("HTTP://WWW.Example.CN:80/A.html#x", "http://www.example.cn/A.html"),
        ("https://example.cn:443/", "https://example.cn/"),
        ("https://example.cn:8443/", "https://example.cn:8443/"),
        ("http://example.cn", "http://example.cn/"),
        ("http://example.cn/?utm_source=a&id=2&b=1&utm_medium=c", "http://example.cn/?id=2&b=1"),
        ("http://example.cn/a?from=timeline&isappinstalled=0", "http://example.cn/a"),
        ("http://example.cn/a?spm=1.2&scm=3&share_token=4&wxshare=1&bd_vid=5&fbclid=6&gclid=7", "http://example.cn/a"),
        ("http://example.cn/a?b&a=%E6%98%A5&c=", "http://example.cn/a?b&a=%E6%98%A5&c="),
        ("http://example.cn/#!/a", "http://example.cn/#!/a"),
        ("http://example.cn/新闻.html", "http://example.cn/新闻.html"),
        ("/a.html#x", "/a.html"),
        ("http://[bad/#x", "http://[bad/#x"),
        ("http://example.cn:port/", "http://example.cn:port/"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://WWW.example.cn:81/a", "www.example.cn"),
        ("//example.cn/a", "example.cn"),
        ("/a", None),
        ("", None),
        (None, None),
        ("http://[bad", None),
        ("http:///a", None),
    ],
)
def test_host(url: str | None, expected: str | None) -> None:
    assert host(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.cn/a/", "https://www.example.cn/a", True),
        ("http://example.cn/a/index.html", "http://example.cn/a/", True),
        ("http://example.cn/a.html?spm=1#top", "http://example.cn/a.html", True),
        ("http://example.cn/a.html?id=1", "http://example.cn/a.html?id=2", False),
        ("http://example.cn/a.html", "http://example.cn/b.html", False),
        ("http://m.example.cn/a.html", "http://example.cn/a.html", False),
        ("http://[bad", "http://[bad", True),
        (None, "http://example.cn/", False),
        ("", "", False),
    ],
)
def test_same_page(one: str | None, other: str | None, same: bool) -> None:
    assert same_page(one, other) is same


@pytest.mark.parametrize(
    "path",
    [
        "/2018-04-28/1.html",
        "/2018/04/28/1.html",
        "/2018/4/28/1.html",
        "/20180428/1.html",
        "/2018/0428/1.html",
        "/201804/28/1.html",
        "/news/201804/t20180428_123.html",
        "/n1/2018/0428/c1-29958.html",
        "/content_20180428.html",
        "/2018-04/28/content_123.htm",
        "/201804281344241.html",
        "/c/2018_04_28_123.shtml",
        "/a/20180428A0B1.html",
    ],
)
def test_date_in_url(path: str) -> None:
    assert date_in_url("http://www.example.cn" + path) == date(2018, 4, 28)


@pytest.mark.parametrize(
    "url",
    [
        *(
            None,
            "",
            "http://[bad/2018-04-28",
            "http://example.cn/",
            "http://example.cn/1.html",
            "http://example.cn/20181328.html",
        ),
        *(
            "http://example.cn/123456789.html",
            "http://example.cn/1820180428.html",
            "http://example.cn/2018/",
            "http://example.cn/18990428/",
        ),
        *("http://example.cn/21000428/", "http://example.cn/a?d=20180428", "http://20180428.cn/a"),
    ],
)
def test_no_date_in_url(url: str | None) -> None:
    assert date_in_url(url) is None


@pytest.mark.parametrize(
    ("url", "placeholder"),
    [
        ("data:image/gif;base64,R0lGOD", True),
        ("about:blank", True),
        ("", True),
        (None, True),
        ("/images/blank.gif", True),
        ("http://a.cn/1x1.png?v=2", True),
        ("spacer.gif", True),
        ("/img/loading.gif", True),
        ("/img/loading-img.png", True),
        ("/static/img_placeholder.svg", True),
        ("/static/lazyload.png", True),
        ("/2018/0428/pic1.jpg", False),
        ("/2018/0428/1-1.jpg", False),
        ("/uploads/loading-dock-strike.jpg", False),
        ("/lazy/1.jpg", False),
    ],
)
def test_placeholder_images(url: str | None, placeholder: bool) -> None:
    assert is_placeholder_image(url) is placeholder


@given(
    st.text(alphabet=st.sampled_from("htp:/\\.?#&=%[]@ aＡ春\n\t0189_-!"), max_size=60),
    st.one_of(st.none(), st.text(max_size=20)),
)
@example("0/ ?", None)
def test_strange_addresses_never_raise(link: str, base: str | None) -> None:
    for written in (link, "http://" + link, "//" + link):
        absolute(written, base)
        absolute(written, BASE)
        absolute("a", written)
        host(written)
        date_in_url(written)
        is_placeholder_image(written)
        assert canonical(canonical(written)) == canonical(written)
        assert same_page(written, written) is bool(written)


def test_long_addresses_are_no_burden() -> None:
    started = time.process_time()
    for url in ("http://a.cn/" + "2018" * 250_000, "http://a.cn/?" + "a&" * 300_000, "/" + "loading" * 100_000):
        date_in_url(url)
        canonical(url)
        absolute(url, BASE)
        is_placeholder_image(url)
    assert time.process_time() - started < 5


@given(st.text(alphabet="ab/.?#=", max_size=20))
def test_links_from_the_root_are_joined_by_the_rules(rest: str) -> None:
    assert absolute("/" + rest, "//www.example.cn/a/b") == (
        absolute("/" + rest, "http://www.example.cn/a/b") or ""
    ).removeprefix("http:")
