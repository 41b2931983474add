"""Sitemaps: what they name, whole, packed or broken, and where robots.txt says they are."""

from __future__ import annotations

import gzip
import time

import pytest

from xinnong_scraper.crawl.markup import MOST_BYTES, unpacked
from xinnong_scraper.crawl.sitemaps import MOST_PAGES, read_sitemap, sitemaps_of_robots

URL = "http://www.x.cn/sitemap.xml"

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<s:url><s:loc> http://www.x.cn/1.html?a=1&amp;b=2 </s:loc><s:lastmod>2018-04-28</s:lastmod>
<image:image><image:loc>http://www.x.cn/1.jpg</image:loc></image:image></s:url>
<s:url><s:loc>http://www.x.cn/2.html?a=1&b=2</s:loc><s:lastmod>2018-04-28T05:44:24Z</s:lastmod>
<n:news><n:publication_date>2018-04-27T08:00+08:00</n:publication_date><n:title>小麦返青</n:title></n:news></s:url>
<s:url><s:loc><![CDATA[http://www.x.cn/3.html?a=1&b=2]]></s:loc><s:lastmod>soon</s:lastmod></s:url>
<s:url><s:loc>/4.html</s:loc></s:url><s:url><s:loc>javascript:;</s:loc></s:url><s:url></s:url>
</s:urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>http://www.x.cn/s1.xml.gz</loc><lastmod>2018-04-28</lastmod></sitemap>
<sitemap><loc>s2.xml</loc></sitemap></sitemapindex>"""


def test_pages_with_their_times() -> None:
    sitemap = read_sitemap(SITEMAP.encode(), URL)
    assert [page.url for page in sitemap.pages] == [
        "http://www.x.cn/1.html?a=1&b=2", "http://www.x.cn/2.html?a=1&b=2", "http://www.x.cn/3.html?a=1&b=2",
        "http://www.x.cn/4.html",
    ]  # fmt: skip
    times = [page.lastmod.isoformat() if page.lastmod else None for page in sitemap.pages]
    assert times == ["2018-04-28T00:00:00+08:00", "2018-04-28T13:44:24+08:00", None, None]
    assert [page.published_at.isoformat() for page in sitemap.pages if page.published_at] == [
        "2018-04-27T08:00:00+08:00"
    ]
    assert sitemap.complete
    assert sitemap.indexes == ()


def test_an_index_names_further_sitemaps() -> None:
    sitemap = read_sitemap(INDEX.encode(), URL)
    assert sitemap.indexes == ("http://www.x.cn/s1.xml.gz", "http://www.x.cn/s2.xml")
    assert sitemap.pages == ()


@pytest.mark.parametrize("packings", [1, 2])
def test_a_packed_sitemap_is_told_by_its_bytes(packings: int) -> None:
    data = SITEMAP.encode()
    for _ in range(packings):
        data = gzip.compress(data)
    assert read_sitemap(data, URL) == read_sitemap(SITEMAP.encode(), URL)


def test_a_packed_sitemap_that_breaks_off() -> None:
    whole = (
        "<urlset>" + "".join(f"<url><loc>http://x.cn/{n * 7919}.html</loc></url>" for n in range(5_000)) + "</urlset>"
    )
    packed = gzip.compress(whole.encode())
    sitemap = read_sitemap(packed[: len(packed) // 2], URL)
    assert 100 < len(sitemap.pages) < 5_000
    assert not sitemap.complete


def test_members_of_a_packed_file_follow_each_other() -> None:
    half = len(SITEMAP) // 2
    data = gzip.compress(SITEMAP[:half].encode()) + gzip.compress(SITEMAP[half:].encode())
    assert read_sitemap(data, URL).complete


def test_a_text_has_an_address_a_line() -> None:
    sitemap = read_sitemap(b"\xef\xbb\xbfhttp://x.cn/1.html\r\n\r\nhttp://x.cn/\xe9\xba\xa6.html\n", URL)
    assert [page.url for page in sitemap.pages] == ["http://x.cn/1.html", "http://x.cn/麦.html"]
    assert sitemap.complete
    assert read_sitemap(b"Not found: http://x.cn/1.html", URL).pages == ()


def test_a_feed_may_stand_for_a_sitemap() -> None:
    rss = "<?xml version='1.0' encoding='gbk'?><!-- 小麦 --><rss><channel><item><link>http://x.cn/1.html</link></item></channel></rss>"
    assert [page.url for page in read_sitemap(rss.encode("gbk"), URL).pages] == ["http://x.cn/1.html"]


def test_what_came_before_a_break_counts() -> None:
    sitemap = read_sitemap(SITEMAP.replace("<s:url><s:loc><!", "<s:url><<").encode(), URL)
    assert [page.url for page in sitemap.pages] == ["http://www.x.cn/1.html?a=1&b=2", "http://www.x.cn/2.html?a=1&b=2"]
    assert not sitemap.complete


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><body><url><loc>http://x.cn/1</loc></url></html>", b"\x1f\x8b\x08\0", b"%PDF-1.4", bytes(range(256))],
)
def test_what_is_no_sitemap_names_nothing(data: bytes) -> None:
    sitemap = read_sitemap(data, URL)
    assert (sitemap.pages, sitemap.indexes) == ((), ())


def test_a_bomb_is_unpacked_to_the_limit_only() -> None:
    bomb = gzip.compress(gzip.compress(b"<urlset>" + b" " * 300_000_000))
    started = time.process_time()
    assert len(unpacked(bomb)) == MOST_BYTES
    assert not read_sitemap(bomb, URL).complete
    assert time.process_time() - started < 10


def test_entities_end_the_reading() -> None:
    data = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>http://x.cn/&x;</loc></url></urlset>'
    sitemap = read_sitemap(data.encode(), URL)
    assert (sitemap.pages, sitemap.complete) == ((), False)


def test_the_number_of_pages_is_bounded() -> None:
    body = "".join(f"<url><loc>http://x.cn/{n}.html</loc></url>" for n in range(MOST_PAGES + 5))
    sitemap = read_sitemap(f"<urlset>{body}</urlset>".encode(), URL)
    assert len(sitemap.pages) == MOST_PAGES
    assert not sitemap.complete
    assert len(read_sitemap(b"http://x.cn/1.html\n" * (MOST_PAGES + 5), URL).pages) == MOST_PAGES


def test_the_lines_of_robots() -> None:
    text = (
        "\ufeffSitemap: http://x.cn/a.xml\nUser-agent: *\r\nDisallow: /a/\r\n  SITEMAP :http://x.cn/b.xml # news\r\n"
        "Sitemap: /c.xml\nSitemap: http://x.cn/a.xml\nSitemap:\n# Sitemap: http://x.cn/d.xml\nXSitemap: http://x.cn/e.xml\n"
    )
    assert sitemaps_of_robots(text) == ("http://x.cn/a.xml", "http://x.cn/b.xml")
    assert sitemaps_of_robots(text, "http://x.cn/robots.txt")[-1] == "http://x.cn/c.xml"
    many = "".join(f"Sitemap: http://x.cn/{n}.xml\n" for n in range(100_000))
    assert len(sitemaps_of_robots(many)) <= 500
