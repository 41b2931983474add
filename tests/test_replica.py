"""The replica portal: what it serves over a real socket, and that its expected values stand on its pages."""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import zlib
from html import escape, unescape
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import httpx
import pytest

from xinnong_scraper.replica import ReplicaArticle, ReplicaPortal, generate_articles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

BASE = "http://127.0.0.1:8000/"
SEED_SENTENCE = "千川汇海阔,风好正扬帆。当前,在新一轮对外开放、招商引资的热潮中,聊城市各级各部门勇立潮头、奋楫争先"


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal() as running:
        yield running
    assert running.errors == ()


def get(url: str, **headers: str) -> HTTPResponse:
    request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response: HTTPResponse = urlopen(request, timeout=10)
    return response


def fetch(url: str) -> bytes:
    with get(url) as response:
        return response.read()


def visible(html: str) -> str:
    """The text without markup and white space; broken-off scripts and hidden elements do not matter here."""
    text = re.sub(r"(?is)<(script|style|noscript)\b[^>]*>.*?</\1>", "", html)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", text)))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pages_of(articles: list[ReplicaArticle]) -> list[tuple[ReplicaArticle, int]]:
    return [(article, page) for article in articles for page in range(1, len(article.paths) + 1)]


def shown_strings(record: dict[str, Any]) -> list[str]:
    """Every expected value that a reader sees as text."""
    scalars = [record["title"], record["source"], record["published_raw"], *record["authors"], *record["editors"]]
    crumbs = [crumb["name"] for crumb in record["breadcrumb"]]
    cells = [cell for _, text in record["body"] for cell in text.split("\t")]
    captions = [image["caption"] for image in record["images"]]
    notice = [record["disclaimer"]["heading"], *record["disclaimer"]["clauses"]] if record["disclaimer"] else []
    teasers = [text for teaser in record["teasers"] for text in (teaser["title"], teaser["summary"])]
    return [text for text in [*scalars, *crumbs, *cells, *captions, *notice, *teasers] if text]


# The articles


def test_the_first_article_is_the_portals_own() -> None:
    record: Any = generate_articles()[0].expected(BASE)
    assert record["title"] == "聊城迅速掀起新一轮对外开放、招商引资热潮"
    assert (record["source"], record["section"]) == ("聊城日报", "招商")
    assert record["published_at"] == "2018-04-28T13:44:24+08:00"
    kinds = [kind for kind, _ in record["body"]]
    assert (kinds.count("paragraph"), kinds.count("subheading")) == (14, 3)
    assert SEED_SENTENCE in record["body"][-1][1]
    assert len(record["disclaimer"]["clauses"]) == 3
    assert [teaser["title"] for teaser in record["teasers"]][3] == "广宗荷塘采藕忙"
    assert record["teasers"][3]["published_at"] == "2018-04-28T11:25:20+08:00"
    assert record["teasers"][3]["summary"].endswith("大力推进..")


def test_articles_vary_and_headlines_are_unique() -> None:
    articles = generate_articles()
    assert len(articles) == 120
    assert len({article.title for article in articles}) == 120
    assert len({path for article in articles for path in article.paths}) == sum(len(a.paths) for a in articles)
    assert len({article.template for article in articles}) >= 8
    assert len({article.section for article in articles}) == 5
    assert {len(article.paths) for article in articles} == {1, 2, 3}
    assert {article.encoding for article in articles} == {"utf-8", "gb18030"}
    assert {article.precision for article in articles} == {"second", "minute", "day"}
    assert {article.author_place for article in articles if article.authors} == {"byline", "dateline", "credit"}
    kinds = {block.kind for article in articles for page in article.pages for block in page}
    assert kinds == {"paragraph", "subheading", "list_item", "quote", "table", "image"}
    for absent in ("source", "source_url", "editor", "disclaimer", "teasers", "pictures"):
        assert {bool(getattr(article, absent)) for article in articles} == {True, False}, absent


def test_no_slot_of_the_phrases_is_left_open() -> None:
    text = json.dumps([article.expected(BASE, None) for article in generate_articles()], ensure_ascii=False)
    assert not re.findall(r"\{[a-z]+\d*\}|@\d|@name", text)


def test_the_same_seed_gives_equal_articles_and_another_seed_does_not() -> None:
    assert generate_articles(30, 7) == generate_articles(30, 7)
    assert generate_articles(30, 7)[6:] != generate_articles(30, 8)[6:]


def test_too_few_articles_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 14"):
        generate_articles(5)


def test_pages_merge_into_one_record() -> None:
    article = next(article for article in generate_articles() if len(article.paths) == 3)
    whole: Any = article.expected(BASE, None)
    parts: list[Any] = [article.expected(BASE, page) for page in (1, 2, 3)]
    assert whole["body"] == [line for part in parts for line in part["body"]]
    assert (whole["page_count"], whole["next_page_url"]) == (3, None)
    assert [part["next_page_url"] for part in parts] == [*(urljoin(BASE, p) for p in article.paths[1:]), None]
    with pytest.raises(IndexError, match="pages 1 to 3, not 4"):
        article.expected(BASE, 4)


# Article pages over the socket


def test_every_expected_string_stands_on_its_page(portal: ReplicaPortal) -> None:
    with httpx.Client(trust_env=False) as client:
        for article, page in pages_of(portal.articles):
            record: Any = article.expected(portal.url, page)
            html = client.get(portal.url_of(article, page)).content.decode(article.encoding)
            text = visible(html)
            missing = [string for string in shown_strings(record) if squeezed(string) not in text]
            assert not missing, (article.template, page, missing)


def test_every_expected_address_is_linked_from_its_page(portal: ReplicaPortal) -> None:
    for article, page in pages_of(portal.articles):
        url = portal.url_of(article, page)
        html = fetch(url).decode(article.encoding)
        base = re.search(r'<base href="([^"]+)"', html)
        raw = re.findall(r"(?:href|src|data-src|data-original)=(\"[^\"]*\"|[^\s>\"]+)", html)
        linked = {urljoin(base[1] if base else url, unescape(address.strip('"'))) for address in raw}
        record: Any = article.expected(portal.url, page)
        wanted = {crumb["url"] for crumb in record["breadcrumb"]}
        wanted |= {image["url"] for image in record["images"]}
        wanted |= {teaser[key] for teaser in record["teasers"] for key in ("url", "image_url")}
        wanted |= {record["source_url"], record["next_page_url"]}
        assert wanted - {None} <= linked, article.template


def test_body_text_of_another_page_is_not_on_this_one(portal: ReplicaPortal) -> None:
    article = next(article for article in portal.articles if len(article.paths) > 1)
    first: Any = article.expected(portal.url, 1)
    text = visible(fetch(portal.url_of(article, 2)).decode(article.encoding))
    assert squeezed(first["body"][1][1]) not in text


def test_gbk_pages_are_gbk_bytes(portal: ReplicaPortal) -> None:
    declared = set()
    for article in (article for article in portal.articles if article.encoding == "gb18030"):
        with get(portal.url_of(article)) as response:
            body = response.read()
            declared.add((response.headers["Content-Type"], b"charset=gb2312" in body))
        assert article.title in body.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
    assert declared == {("text/html", True), ("text/html; charset=gbk", False)}


def test_what_a_template_leaves_out_is_not_expected(portal: ReplicaPortal) -> None:
    for article in portal.articles:
        html = fetch(portal.url_of(article)).decode(article.encoding)
        assert ("阅读延展" in html) == bool(article.teasers)
        assert ("责任编辑" in html or "编辑：" in html or "责编" in html) == (article.editor is not None)
        if article.disclaimer is None:
            assert not re.search("免责声明|版权声明|特别声明", html)


def test_templates_are_structurally_different(portal: ReplicaPortal) -> None:
    """The tags right before headline, date, text, clauses and teasers differ, so that no set of selectors fits two."""
    shapes = set()
    full = [article for article in portal.articles if article.disclaimer and article.teasers]
    templates = {article.template: article for article in full}
    for article in templates.values():
        html = fetch(portal.url_of(article)).decode(article.encoding)
        clause = article.disclaimer.clauses[0] if article.disclaimer else ""
        texts = [article.title, article.published_text, article.pages[0][0].text, clause, article.teasers[0].title]
        shapes.add(tuple(tuple(re.findall(rf"<([^<>]*)>[^<>]*{re.escape(escape(text))}", html)) for text in texts))
    assert len(shapes) == len(templates) >= 8


def test_same_seed_same_bytes(portal: ReplicaPortal) -> None:
    with ReplicaPortal() as other:
        for article, twin in zip(portal.articles, other.articles, strict=True):
            mine, theirs = fetch(portal.url_of(article)), fetch(other.url_of(twin))
            assert mine.replace(portal.url.encode()[5:-1], b"") == theirs.replace(other.url.encode()[5:-1], b"")


# Everything else that the portal serves


def test_home_links_to_every_section(portal: ReplicaPortal) -> None:
    html = fetch(portal.url).decode()
    assert "中国新农网" in html
    assert all(f'href="{article.section.path}"' in html for article in portal.articles)


def test_list_pages_reach_every_article(portal: ReplicaPortal) -> None:
    found: set[str] = set()
    visited: list[str] = []
    for section in {article.section for article in portal.articles}:
        address: str | None = section.path
        while address and len(visited) < 50:
            visited.append(address)
            body = fetch(urljoin(portal.url, address))
            html = body.decode("gb18030" if b"charset=gb2312" in body else "utf-8")
            items = re.findall(r'<h3><a href="([^"]+)"', html)
            assert 1 <= len(items) <= 20
            found |= set(items)
            following = re.search(r'<a href="([^"]+)">下一页', html)
            address = following[1] if following else None
    assert found == {article.path for article in portal.articles}
    assert any("list_2.html" in path for path in visited)
    assert any("?page=2" in path for path in visited)


def test_sitemap_lists_every_article(portal: ReplicaPortal) -> None:
    tree = ET.fromstring(fetch(urljoin(portal.url, "/sitemap.xml")))
    addresses = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert addresses == [portal.url_of(article) for article in portal.articles]


def test_feed_holds_the_newest_articles(portal: ReplicaPortal) -> None:
    items = ET.fromstring(fetch(urljoin(portal.url, "/feed.xml"))).findall("channel/item")
    assert [item.findtext("title") for item in items] == [article.title for article in portal.articles[:20]]


def test_robots_shuts_the_administration_only(portal: ReplicaPortal) -> None:
    text = fetch(urljoin(portal.url, "/robots.txt")).decode()
    assert "Disallow: /admin/" in text
    assert "Crawl-delay" not in text
    assert f"Sitemap: {portal.url}sitemap.xml" in text


def test_pictures_are_png_files_of_the_size_told(portal: ReplicaPortal) -> None:
    pictures = [picture for article in portal.articles for picture in article.pictures][:8]
    assert pictures
    for picture in pictures:
        with get(urljoin(portal.url, picture.path)) as response:
            data = response.read()
            assert response.headers["Content-Type"] == "image/png"
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert (width, height) == (picture.width, picture.height)
        length = struct.unpack(">I", data[33:37])[0]
        assert len(zlib.decompress(data[41 : 41 + length])) == (width + 1) * height
        assert zlib.crc32(data[37 : 41 + length]) == struct.unpack(">I", data[41 + length : 45 + length])[0]


@pytest.mark.parametrize(
    "path", ["/nothing.html", "/zhaoshang/list_99.html", "/nongye/?page=x", "/images/a_9999x1.png", "/../etc", "//["]
)
def test_unknown_addresses_get_the_404_page(portal: ReplicaPortal, path: str) -> None:
    connection = HTTPConnection(urlsplit(portal.url).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 404
    assert "页面不存在" in response.read().decode()
    connection.close()


# HTTP


def test_validators_save_the_body(portal: ReplicaPortal) -> None:
    url = portal.url_of(portal.articles[0])
    with get(url) as response:
        etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
    assert modified == "Sat, 28 Apr 2018 05:44:24 GMT"
    for headers in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
        with pytest.raises(HTTPError) as caught:
            get(url, **headers)
        assert caught.value.code == 304
        assert caught.value.read() == b""
        caught.value.close()
    for headers in (
        {"If_None_Match": '"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Fri, 27 Apr 2018 05:44:24 GMT"},
        {"If_Modified_Since": "yesterday"},
    ):
        with get(url, **headers) as response:
            assert response.status == 200


def test_gzip_only_where_accepted(portal: ReplicaPortal) -> None:
    url = portal.url_of(portal.articles[0])
    plain = fetch(url)
    with get(url, Accept_Encoding="br, gzip;q=0.8") as response:
        packed = response.read()
        assert response.headers["Content-Encoding"] == "gzip"
    assert len(packed) < len(plain)
    assert gzip.decompress(packed) == plain


def test_head_has_the_headers_and_no_body(portal: ReplicaPortal) -> None:
    url = portal.url_of(portal.articles[1])
    with urlopen(Request(url, method="HEAD"), timeout=10) as response:
        assert int(response.headers["Content-Length"]) == len(fetch(url))
        assert response.read() == b""


def test_one_connection_serves_many_requests(portal: ReplicaPortal) -> None:
    with httpx.Client(base_url=portal.url, trust_env=False) as client:
        codes = [client.get(article.path).status_code for article in portal.articles[:20]]
    assert codes == [200] * 20


def test_requests_are_told_in_order() -> None:
    with ReplicaPortal(count=14) as portal:
        assert portal.requests == []
        fetch(portal.url)
        fetch(urljoin(portal.url, "/nongye/?page=1"))
        assert portal.requests == ["/", "/nongye/?page=1"]


def test_two_portals_at_once() -> None:
    with ReplicaPortal(count=20, seed=1) as one, ReplicaPortal(count=20, seed=2) as two:
        assert one.url != two.url
        assert one.articles[10].title in fetch(one.url_of(one.articles[10])).decode(one.articles[10].encoding)
        assert two.articles[10].title in fetch(two.url_of(two.articles[10])).decode(two.articles[10].encoding)


def test_closing_frees_the_port_even_with_open_connections() -> None:
    portal = ReplicaPortal(count=14)
    port = urlsplit(portal.url).port
    assert port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as idle:
        idle.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        portal.close()
        portal.close()
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", port), timeout=10)
    with ReplicaPortal(count=14, port=port) as again:
        assert fetch(again.url)


def test_a_broken_request_harms_nobody(portal: ReplicaPortal) -> None:
    address = ("127.0.0.1", urlsplit(portal.url).port or 0)
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert b"400" in client.recv(200)
    assert fetch(portal.url)
