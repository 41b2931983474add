"""Pages that arrive whole and are not what they claim to be: the record is right, or an error says what the page is."""

from __future__ import annotations

import gzip

import pytest

from xinnong_scraper.errors import HTTPStatusError, NotAnArticleError, UnsupportedContentError

from .faults import FaultServer, response, says
from .serving import SENTENCE, html_page, run_extract

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

RARE = html_page("一").replace("</h1>", "镕喆囧</h1>")
"""With characters that GBK has and that some decoders lose."""


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
@pytest.mark.parametrize("header", ["utf-8", "gb2312", "iso-8859-1", "nonsense", None])
@pytest.mark.parametrize("meta", ["utf-8", "gbk", None])
def test_text_is_right_whatever_charset_is_declared(
    driver: str, written: str, header: str | None, meta: str | None
) -> None:
    html = RARE.replace("<meta charset=utf-8>", f"<meta charset={meta}>" if meta else "")
    content_type = f"text/html; charset={header}" if header else "text/html"
    body = html.encode(written)
    with FaultServer(a=says(response(body, content_type=content_type))) as server:
        article = run_extract(driver, server.url("/a"))
    assert article.encoding == written
    assert article.title == "全市小麦陆续返青镕喆囧"
    assert SENTENCE in article.text


ERROR_PAGES = {
    "404": "<title>404 Not Found</title><h1>404 Not Found</h1><hr><center>nginx</center>",
    "Chinese": "<title>页面不存在</title><h1>抱歉，您访问的页面不存在</h1><p>您访问的页面可能已被删除。"
    "<a href=/>返回首页</a></p>",
    "gone": "<title>提示信息</title><p>对不起，您要查看的文章不存在或已被删除！</p><a href=/>返回首页</a>",
    "server": "<title>500 Internal Server Error</title><h1>Internal Server Error</h1><p>nginx/1.18.0</p>",
    "gateway": "<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><p>openresty</p>",
}


@pytest.mark.parametrize("name", ERROR_PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_error_page_with_status_200(driver: str, name: str, encoding: str) -> None:
    page = f"<!doctype html><html><head><meta charset={encoding}>{ERROR_PAGES[name]}".encode(encoding)
    with FaultServer(a=says(response(page))) as server, pytest.raises(NotAnArticleError) as caught:
        run_extract(driver, server.url("/a"))
    assert (caught.value.reason, caught.value.url) == ("error_page", server.url("/a"))


def test_redirect_to_an_error_page_names_where_it_led(driver: str) -> None:
    away = says(response(b"", status=302, location="/error.html?from=a"))
    page = f"<!doctype html><meta charset=utf-8>{ERROR_PAGES['Chinese']}".encode()
    scripts = {"a": away, "error__html": says(response(page))}
    with FaultServer(**scripts) as server, pytest.raises(NotAnArticleError) as caught:
        run_extract(driver, server.url("/a"))
    assert (caught.value.reason, caught.value.url) == ("error_page", server.url("/error.html?from=a"))


@pytest.mark.parametrize("body", [b"", b" \r\n ", b"<!-- -->", gzip.compress(b"", mtime=0)])
def test_empty_page_with_status_200(driver: str, body: bytes) -> None:
    coding = {"content_encoding": "gzip"} if body[:1] == b"\x1f" else {}
    with FaultServer(a=says(response(body, **coding))) as server, pytest.raises(NotAnArticleError) as caught:  # type: ignore[arg-type]
        run_extract(driver, server.url("/a"))
    assert caught.value.reason == "empty"


def test_binary_garbage_with_status_200(driver: str) -> None:
    garbage = bytes(range(1, 256)) * 40
    with FaultServer(a=says(response(garbage))) as server, pytest.raises(NotAnArticleError):
        run_extract(driver, server.url("/a"))
    with FaultServer(a=says(response(b"\0" + garbage))) as server, pytest.raises(UnsupportedContentError):
        run_extract(driver, server.url("/a"))


@pytest.mark.parametrize("status", [404, 410, 500])
def test_article_with_the_status_of_an_error_is_no_article(driver: str, status: int) -> None:
    answer = response(html_page("一").encode(), status=status)
    with FaultServer(a=says(answer)) as server, pytest.raises(HTTPStatusError) as caught:
        run_extract(driver, server.url("/a"))
    assert caught.value.status == status


def test_page_that_was_cut_at_a_chunk_is_fetched_again(driver: str) -> None:
    whole = html_page("一").encode()
    chunked = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    cut = chunked + b"%x\r\n%b\r\n" % (len(whole) // 2, whole[: len(whole) // 2])
    with FaultServer(a=says(cut)) as server, pytest.raises(Exception, match="before the page was complete"):
        run_extract(driver, server.url("/a"))
