"""Feeds: addresses, titles and times, in every kind of RSS and Atom, whole or broken."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.crawl.feeds import MOST_ITEMS, read_feed

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "http://www.x.cn/feed/rss.xml"

RSS_2 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>新农网</title><link>http://www.x.cn/</link>
<item><title><![CDATA[小麦 & 大豆]]></title><link>http://www.x.cn/1.html?a=1&b=2</link>
<pubDate>Sat, 28 Apr 2018 13:44:24 +0800</pubDate><description>&lt;a href="http://www.x.cn/9.html"&gt;</description></item>
<item><title>农技培训&nbsp;开班</title><guid isPermaLink="true">http://www.x.cn/2.html</guid><dc:date>2018-04-27T08:00:00Z</dc:date></item>
<item><title>没有地址</title><guid isPermaLink="false">17</guid></item>
</channel></rss>"""
RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><item><title>小麦返青</title><link>/1.html</link></item></channel></rss>"""
RSS_1 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://www.x.cn/"><title>新农网</title></channel>
<item rdf:about="http://www.x.cn/1.html"><title>小麦返青</title><d:date>2018-04-28 13:44</d:date></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="http://www.x.cn/news/">
<a:entry><a:title type="html">小麦&lt;b&gt;返青&lt;/b&gt;</a:title><a:link rel="self" href="/atom/1"/>
<a:link href="1.html"/><a:id>tag:x.cn,2018:1</a:id><a:updated>2018-05-01T00:00:00Z</a:updated>
<a:published>2018-04-28T13:44:00+08:00</a:published>
<a:source><a:title>聊城日报</a:title><a:link href="http://y.cn/"/></a:source></a:entry></a:feed>"""


def read(text: str, encoding: str = "utf-8") -> list[tuple[str, str | None, str]]:
    return [
        (item.url, item.title, item.published_at.isoformat() if item.published_at else "")
        for item in read_feed(text.encode(encoding), URL).items
    ]


def test_rss_2() -> None:
    assert read(RSS_2) == [
        ("http://www.x.cn/1.html?a=1&b=2", "小麦 & 大豆", "2018-04-28T13:44:24+08:00"),
        ("http://www.x.cn/2.html", "农技培训 开班", "2018-04-27T16:00:00+08:00"),
    ]


def test_rss_091_has_a_doctype() -> None:
    assert read(RSS_091) == [("http://www.x.cn/1.html", "小麦返青", "")]


def test_rss_1() -> None:
    assert read(RSS_1) == [("http://www.x.cn/1.html", "小麦返青", "2018-04-28T13:44:00+08:00")]


def test_atom() -> None:
    assert read(ATOM) == [("http://www.x.cn/news/1.html", "小麦返青", "2018-04-28T13:44:00+08:00")]


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030"])
def test_a_feed_in_gb18030(label: str) -> None:
    assert [title for _, title, _ in read(RSS_2.replace("utf-8", label).replace("农技", "朱镕基"), "gb18030")] == [
        "小麦 & 大豆", "朱镕基培训 开班",
    ]  # fmt: skip


def test_a_label_that_lies() -> None:
    assert read(RSS_2.replace('encoding="utf-8"', 'encoding="gb2312"')) == read(RSS_2)


def test_a_packed_feed_and_one_after_blank_lines() -> None:
    assert len(read_feed(gzip.compress(RSS_2.encode())).items) == 2
    assert len(read_feed(b"\xef\xbb\xbf\n\n " + RSS_2.encode()).items) == 2


def test_what_came_before_a_break_counts() -> None:
    feed = read_feed(RSS_2.replace("<item><title>农技", "<item><<>").encode(), URL)
    assert [item.url for item in feed.items] == ["http://www.x.cn/1.html?a=1&b=2"]
    assert not feed.complete
    assert read_feed(RSS_2.encode()).complete


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2", b"<html><body>404</body></html>", b"{}", b"\x1f\x8b\x08", b"<rss>" * 10]
)
def test_what_is_no_feed_has_no_items(data: bytes) -> None:
    assert read_feed(data).items == ()


def _laughs() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]><rss><channel><item><title>&e9;</title>'


HOSTILE: dict[str, Callable[[], str]] = {
    "billion laughs": _laughs,
    "external entity": lambda: (
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title>'
        "<link>http://x.cn/1</link></item></channel></rss>"
    ),
    "deep": lambda: "<rss>" + "<a>" * 1_000_000,
    "attributes": lambda: "<rss " + " ".join(f"a{n}='1'" for n in range(200_000)) + ">",
    "one long text": lambda: "<rss><channel><item><title>" + "麦" * 5_000_000,
    "ampersands": lambda: "<rss><channel><item><title>" + "&" * 3_000_000,
    "no tags": lambda: "<rss" + "a" * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_is_bounded(name: str) -> None:
    data = HOSTILE[name]().encode()
    started = time.process_time()
    feed = read_feed(data)
    assert time.process_time() - started < 4
    assert feed.items == ()
    assert not feed.complete


def test_the_number_of_items_is_bounded() -> None:
    items = "".join(f"<item><link>http://x.cn/{n}.html</link></item>" for n in range(MOST_ITEMS + 10))
    feed = read_feed(f"<rss><channel>{items}</channel></rss>".encode())
    assert len(feed.items) == MOST_ITEMS
    assert not feed.complete
