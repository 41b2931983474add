"""Shapes of addresses: what a crawl learns of them, and the forms of traps."""

from __future__ import annotations

import time
from datetime import date

import pytest

from xinnong_scraper.crawl.shapes import Shapes, is_trap, may_be_page, shape_of, trap_of, verdict_of

HOST = "http://www.x.cn"


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/nongye/2018/0428/123456.html", "/nongye/{d4}/{d4}/{n}.html"),
        ("/nongye/2018/0428/1234.html", "/nongye/{d4}/{d4}/{n}.html"),
        ("/nongye/2018-04/28/123.shtml", "/nongye/{d4}-{d2}/{d2}/{n}.shtml"),
        ("/n1/2018/0428/c1001-29958.html", "/n{n}/{d4}/{d4}/c{n}-{n}.html"),
        ("/zx/201804/t20180428_12345.htm", "/zx/{d6}/t{d8}_{n}.htm"),
        ("/list_2.html", "/list_{n}.html"),
        ("/19/0907/18/EOG8EEPB000189FH.html", "/{d2}/{d4}/{d2}/{id}.html"),
        ("/a/9f996e5696c656e2.html", "/a/{hex}.html"),
        ("/a/2f0c1e9a-7d1c-4b62-9f57-0a0c5f6f8a11", "/a/{hex}"),
        ("/news/wheat-turns-green-in-spring", "/news/{slug}"),
        ("/tag/%E5%B0%8F%E9%BA%A6", "/tag/{slug}"),
        ("/tag/小麦/", "/tag/{slug}/"),
        ("/?page=2&cat=nongye", "/?cat=nongye&page={n}"),
        ("/index.php?m=content&c=index&a=show&catid=3&id=99", "/index.php?a=show&c=index&catid={n}&id={n}&m=content"),
        ("/search?q=wheat", "/search?q={w}"),
    ],
)
def test_the_shape_of_an_address(path: str, shape: str) -> None:
    assert shape_of(HOST + path) == "www.x.cn" + shape


def test_addresses_of_one_template_have_one_shape() -> None:
    numbers = [(9, 1, 2, 5), (18, 12, 31, 99_999), (20, 4, 5, 2_018)]
    assert len({shape_of(f"{HOST}/nongye/20{y:02}/{m:02}{d:02}/{n}.html") for y, m, d, n in numbers}) == 1


def test_what_was_read_says_what_is_likely() -> None:
    shapes = Shapes()
    article, listing, print_version = f"{HOST}/show/1.html", f"{HOST}/cat/7/", f"{HOST}/print.php?id=1"
    for number in range(30):
        shapes.learn(f"{HOST}/show/{number}.html", "article")
        shapes.learn(f"{HOST}/cat/{number}/", "list")
        shapes.learn(f"{HOST}/print.php?id={number}", "other")
    assert shapes.score(article).article > 0.9
    assert shapes.score(listing).article < 0.1
    assert shapes.score(listing).list > 0.9
    assert shapes.score(print_version).article < 0.1 and shapes.score(print_version).list < 0.1  # noqa: PT018
    assert shapes.score(article).seen == 30
    assert [shapes.is_barren(url) for url in (article, listing, print_version)] == [False, False, True]


def test_a_new_section_is_judged_by_the_others() -> None:
    shapes = Shapes()
    for number in range(30):
        shapes.learn(f"{HOST}/nongye/a{number}.html", "other")
    before = Shapes().score(f"{HOST}/caijing/a7.html").article
    assert shapes.score(f"{HOST}/caijing/a7.html").article < before
    assert not shapes.is_barren(f"{HOST}/caijing/a7.html")


def test_without_evidence_the_address_itself_speaks() -> None:
    shapes = Shapes()
    dated, home, listing = (shapes.score(HOST + path) for path in ("/2018/0428/1.html", "/", "/nongye/list_3.html"))
    assert dated.article > 0.5 > dated.list
    assert home.list > 0.5 > home.article
    assert listing.list > 0.5 > listing.article


def test_a_shape_of_some_use_is_not_barren() -> None:
    shapes = Shapes()
    for number in range(100):
        shapes.learn(f"{HOST}/t/{number}", "article" if number % 40 == 0 else "other")
    assert not shapes.is_barren(f"{HOST}/t/7")
    assert not Shapes().is_barren(f"{HOST}/t/7")


def test_rows_carry_what_was_learned() -> None:
    shapes = Shapes()
    shapes.learn(f"{HOST}/show/1.html", "article")
    shapes.learn(f"{HOST}/show/2.html", "list")
    again = Shapes(shapes.rows())
    assert again.rows() == [("www.x.cn/show/{n}.html", 1, 1, 0)]
    assert again.score(f"{HOST}/show/3.html") == shapes.score(f"{HOST}/show/3.html")


def test_the_number_of_shapes_is_bounded_and_the_known_ones_stay() -> None:
    shapes = Shapes(limit=100)
    for _ in range(50):
        shapes.learn(f"{HOST}/show/1.html", "article")
    for a in range(676):
        shapes.learn(f"{HOST}/{chr(97 + a // 26)}{chr(97 + a % 26)}/x", "other")
    assert len(shapes) <= 100
    assert shapes.score(f"{HOST}/show/2.html").seen == 50
    with pytest.raises(ValueError, match="limit"):
        Shapes(limit=0)


def test_verdicts_of_the_gate() -> None:
    assert [verdict_of(reason) for reason in (None, "list_page", "no_article", "login_wall")] == [
        "article", "list", "other", "other",
    ]  # fmt: skip


TRAPS = {
    "long": ["/" + "a" * 2_000],
    "deep": ["/" + "/".join(f"f{n}" for n in range(17)) + "/a.html"],
    "repeated": ["/a/b/a/b/a/b/", "/a/a/a/x.html", "/a/x/a/y/a/z/a/1.html"],
    "calendar": ["/calendar/2018/04/28/", "/events?year=2150&month=3", "/a?date=1812-01-01"],
    "parameters": [
        "/list?sort=price&order=desc",
        "/list?filter%5Bcolor%5D=1",
        "/a?" + "&".join(f"k{n}=1" for n in range(14)),
    ],
    "action": ["/a/1.html?replytocom=7", "/index.php?action=edit&id=1", "/member.php?mod=register"],
}
NO_TRAPS = [
    "/nongye/2018/0428/123456.html", "/a/2018/04/28/1.html", "/1/1/1/2.html",
    "/index.php?m=content&c=index&a=lists&catid=3",
    "/list?order=time&page=2", "/archive?year=2018&month=4", "/s/a/b/c/d/e/f.html",
    "/forum.php?mod=viewthread&tid=1", "",
]  # fmt: skip


@pytest.mark.parametrize(("trap", "path"), [(trap, path) for trap, paths in TRAPS.items() for path in paths])
def test_a_trap_is_told_by_its_form(trap: str, path: str) -> None:
    assert trap_of(HOST + path) == trap
    assert is_trap(HOST + path)


@pytest.mark.parametrize("path", NO_TRAPS)
def test_ordinary_addresses_are_no_traps(path: str) -> None:
    assert trap_of(HOST + path, today=date(2018, 5, 2)) is None


def test_days_to_come_are_a_calendar() -> None:
    assert trap_of(f"{HOST}/2030/01/01/", today=date(2018, 5, 2)) == "calendar"
    assert trap_of(f"{HOST}/2019/01/01/", today=date(2018, 5, 2)) is None


@pytest.mark.parametrize("name", ["a.jpg", "a.PDF", "app.apk", "v.mp4?x=1", "s.css", "s.js#a", "data.zip", "feed.xml"])
def test_files_are_no_pages(name: str) -> None:
    assert not may_be_page(f"{HOST}/f/{name}")


@pytest.mark.parametrize(
    "path", ["", "/", "/a", "/a.html", "/a.php?f=x.pdf", "/a.com", "/v1.2/", "/a.jpg/", "/3.shtml"]
)
def test_pages_are(path: str) -> None:
    assert may_be_page(HOST + path)


@pytest.mark.parametrize(
    "url",
    [
        "http://x.cn/" + "a/" * 100_000, "http://x.cn/" + "1a" * 100_000, "http://x.cn/" + "a-" * 100_000,
        "http://x.cn/?" + "a=1&" * 100_000, "http://[::1", "", "x", "http://x.cn/%zz\ud800",
        "http://x.cn/" + "f" * 200_000,
    ],
    ids=str.__len__,
)  # fmt: skip
def test_strange_addresses_are_bounded(url: str) -> None:
    started = time.process_time()
    shapes = Shapes()
    shapes.learn(url, "other")
    assert shapes.score(url).seen == 1
    assert len(shape_of(url)) <= 200
    trap_of(url)
    may_be_page(url)
    assert time.process_time() - started < 0.5
