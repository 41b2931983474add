"""Fetching over real sockets from a server that misbehaves; every case with both drivers and within its deadline."""

from __future__ import annotations

import gzip
import importlib
import re
import socket
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard

from xinnong_scraper.errors import (
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    ResponseTooLargeError,
    TooManyRedirectsError,
    UnsupportedContentError,
)
from xinnong_scraper.page import FetchedPage

from .faults import (
    PAGE,
    Asked,
    Connection,
    FaultServer,
    Outcome,
    Script,
    fetch_in_turn,
    policy,
    response,
    says,
)
from .faults import fetch_then_good as fetch

if TYPE_CHECKING:
    from collections.abc import Callable

brotli = importlib.import_module("brotli")  # it has no types

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

MEGABYTE = 1_000_000


def took(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def test_page_comes_as_it_was_sent(driver: str) -> None:
    body = "<html><body>正文</body></html>".encode("gb18030")
    page, server = fetch(driver, says(response(body, content_type="text/html; charset=GBK", x_two="a")))
    assert isinstance(page, FetchedPage)
    assert (page.body, page.status) == (body, 200)
    assert page.headers["content-type"] == "text/html; charset=GBK"
    assert page.url == page.requested_url == server.url()
    assert page.fetched_at.utcoffset() is not None
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw deflate", "br", "zstd", "two members"])
def test_compressed_page_is_unpacked(driver: str, name: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    coding, body = {
        "gzip": ("gzip", gzip.compress(PAGE)),
        "deflate": ("deflate", zlib.compress(PAGE)),
        "raw deflate": ("deflate", raw.compress(PAGE) + raw.flush()),
        "br": ("br", brotli.compress(PAGE)),
        "zstd": ("zstd", zstandard.compress(PAGE)),
        "two members": ("gzip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    }[name]
    page, server = fetch(driver, says(response(body, content_encoding=coding)))
    assert isinstance(page, FetchedPage), page
    assert page.body == PAGE
    assert coding in server.asked[0].headers["accept-encoding"]


def test_page_that_is_not_compressed_as_declared_is_taken_as_it_is(driver: str) -> None:
    page, _ = fetch(driver, says(response(content_encoding="gzip")))
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_bomb_stops_at_the_limit_in_bounded_memory(driver: str, coding: str) -> None:
    zeros = bytes(200 * MEGABYTE)
    bomb = brotli.compress(zeros, quality=3) if coding == "br" else zstandard.compress(zeros)
    del zeros
    outcome: list[Outcome] = []
    with FaultServer(page=says(response(bomb, content_encoding=coding))) as server:
        chosen = policy(max_bytes=MEGABYTE, timeout=5)
        tracemalloc.start()
        try:
            outcome = fetch_in_turn(driver, [server.url()], chosen)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    error = outcome[0]
    assert isinstance(error, ResponseTooLargeError), error
    assert (error.limit, error.seen > MEGABYTE, error.seen <= 2.1 * MEGABYTE) == (MEGABYTE, True, True)
    assert peak < MEGABYTE + 16 * MEGABYTE


def test_endless_body_stops_at_the_limit(driver: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while connection.send(b"<p>more</p>" * 1000):
            pass

    error, _ = fetch(driver, script, max_bytes=MEGABYTE)
    assert isinstance(error, ResponseTooLargeError)


def test_body_of_exactly_the_limit_is_allowed(driver: str) -> None:
    page, _ = fetch(driver, says(response(PAGE)), max_bytes=len(PAGE))
    assert isinstance(page, FetchedPage)


@pytest.mark.parametrize("where", ["head", "body", "chunk size", "robots"])
def test_one_byte_at_a_time_ends_with_the_deadline(driver: str, where: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        if where == "body":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n")
        if where == "chunk size":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        connection.drip(response() + b"a" * 500, 0.1)

    robots = where == "robots"
    with FaultServer(page=says(response()) if robots else script, robots__txt=script) as server:
        outcomes: list[Outcome] = []
        chosen = policy(timeout=0.4, respect_robots=robots)
        seconds = took(lambda: outcomes.extend(fetch_in_turn(driver, [server.url()], chosen)))
    assert isinstance(outcomes[0], FetchTimeoutError)
    assert outcomes[0].timeout == 0.4
    assert outcomes[0].url == server.url()
    assert seconds < 0.4 + 0.5


@pytest.mark.parametrize("where", ["before the head", "in the body"])
def test_silence_ends_before_the_deadline(driver: str, where: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        if where == "in the body":
            connection.send(response(length=len(PAGE) + 5))
        connection.hang()

    outcomes: list[Outcome] = []
    seconds = took(lambda: outcomes.append(fetch(driver, script, timeout=20, idle_timeout=0.3)[0]))
    assert isinstance(outcomes[0], FetchTimeoutError)
    assert outcomes[0].timeout == 0.3
    assert seconds < 2


BROKEN = {
    "less than its length": response(length=len(PAGE) + 10),
    "no last chunk": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n",
    "gzip cut": response(gzip.compress(PAGE * 20)[:-12], content_encoding="gzip"),
    "gzip damaged": response(gzip.compress(PAGE)[:20] + b"\xff" * 30, content_encoding="gzip"),
    "head cut": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "nothing": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_truncated_page_is_asked_for_again(driver: str, name: str) -> None:
    page, server = fetch(driver, [says(BROKEN[name]), says(response())])
    assert isinstance(page, FetchedPage), page
    assert server.paths() == ["/page", "/page", "/good"]


@pytest.mark.parametrize("name", ["less than its length", "no last chunk", "gzip cut"])
def test_page_that_stays_truncated_is_an_error(driver: str, name: str) -> None:
    error, server = fetch(driver, says(BROKEN[name]), retries=1)
    assert type(error) is ConnectionFailedError
    assert server.paths() == ["/page", "/page", "/good"]


def test_more_than_its_length_is_cut_there(driver: str) -> None:
    page, _ = fetch(driver, says(response(length=len(PAGE) - 3)))
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE[:-3]


def test_refused_connection_is_an_error_also_with_robots(driver: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = policy(retries=1, respect_robots=True)
    (error,) = fetch_in_turn(driver, [f"http://127.0.0.1:{port}/"], chosen)
    assert isinstance(error, ConnectionFailedError)
    assert error.url == f"http://127.0.0.1:{port}/"


def test_retry_after_is_waited_for(driver: str) -> None:
    page, server = fetch(driver, [says(response(b"", status=429, retry_after="1")), says(response())])
    assert isinstance(page, FetchedPage)
    assert server.asked[1].at - server.asked[0].at > 0.95


def test_retry_after_beyond_the_deadline_ends_the_fetch_at_once(driver: str) -> None:
    outcomes: list[Outcome] = []
    seconds = took(lambda: outcomes.append(fetch(driver, says(response(status=503, retry_after="20")))[0]))
    error = outcomes[0]
    assert isinstance(error, HTTPStatusError)
    assert (error.status, error.retry_after) == (503, 20.0)
    assert seconds < 2


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 410, 500])
def test_status_without_a_page_is_an_error_and_not_tried_again(driver: str, status: int) -> None:
    body = b"" if status in (204, 304) else PAGE
    error, server = fetch(driver, says(response(body, status=status)))
    assert isinstance(error, HTTPStatusError)
    assert (error.status, error.retry_after) == (status, None)
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/pdf", b"%PDF-1.7 ..."),
        ("text/html", b"%PDF-1.7 ..."),
        ("text/html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("application/octet-stream", b"PK\x03\x04\x14\0"),
        (None, b"\0\x01\x02binary" * 300),
        ("image/jpeg", PAGE),
        ("application/json", b"{}"),
    ],
)
def test_what_is_no_page_is_refused(driver: str, content_type: str | None, body: bytes) -> None:
    error, _ = fetch(driver, says(response(body, content_type=content_type)))
    assert isinstance(error, UnsupportedContentError)
    assert error.content_type == content_type


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/octet-stream", "application/xhtml+xml", "?"])
def test_page_under_a_vague_type_is_taken(driver: str, content_type: str | None) -> None:
    page, _ = fetch(driver, says(response(content_type=content_type)))
    assert isinstance(page, FetchedPage), page


def redirect(location: str, status: int = 302) -> Script:
    return says(response(b"", status=status, location=location))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(driver: str, status: int) -> None:
    with FaultServer(page=redirect("next?a=1#part", status), next=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url() + "#top"], policy())
    assert isinstance(page, FetchedPage)
    assert page.url == server.url("/next?a=1")
    assert page.requested_url == server.url() + "#top"


def test_location_in_gbk_bytes_keeps_its_bytes(driver: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /q?w=" + "农".encode("gbk") + b"\r\n\r\n"
        )

    with FaultServer(page=script, q=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert page.url == server.url("/q?w=%C5%A9")


def test_cookie_that_a_redirect_to_itself_asks_for(driver: str) -> None:
    first = says(response(b"", status=302, location="/page", set_cookie="pass=1; Path=/; HttpOnly"))
    page, server = fetch(driver, [first, says(response())])
    assert isinstance(page, FetchedPage)
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, "pass=1", None]


def test_credentials_and_cookies_stay_with_their_host(driver: str) -> None:
    chosen = policy(headers={"Authorization": "Bearer secret", "Cookie": "sid=1", "X-Mine": "yes"})
    with FaultServer(page=says(response())) as other:
        away = says(response(b"", status=302, location=other.url(host="localhost"), set_cookie="a=b"))
        with FaultServer(page=away) as home:
            (page,) = fetch_in_turn(driver, [home.url()], chosen)
    assert isinstance(page, FetchedPage), page
    assert (home.asked[0].headers["authorization"], home.asked[0].headers["cookie"]) == ("Bearer secret", "sid=1")
    assert "authorization" not in other.asked[0].headers
    assert "cookie" not in other.asked[0].headers
    assert other.asked[0].headers["x-mine"] == "yes"


@pytest.mark.parametrize("limit", [0, 3])
def test_redirect_limit(driver: str, limit: int) -> None:
    def onwards(connection: Connection, asked: Asked) -> None:
        connection.send(response(b"", status=302, location=f"/page?{len(asked.path)}a{asked.path[-30:]}"))

    error, server = fetch(driver, onwards, max_redirects=limit)
    assert isinstance(error, TooManyRedirectsError)
    assert error.limit == limit
    assert len(server.paths()) == limit + 2


def test_iri_is_encoded_for_the_wire(driver: str) -> None:
    with FaultServer() as server:
        fetch_in_turn(driver, [server.url("/路 径%20?参=数&a=%C5%A9")], policy())
    assert server.paths() == ["/%E8%B7%AF%20%E5%BE%84%20?%E5%8F%82=%E6%95%B0&a=%C5%A9"]


def test_request_carries_our_headers_and_path_and_nothing_else(driver: str) -> None:
    with FaultServer() as server:
        fetch_in_turn(driver, [server.url("/a/./b/../c|d?q=a'b|{c}[]")], policy(user_agent="Newsbot/1"))
    (asked,) = server.asked
    assert asked.path == "/a/./b/../c%7Cd?q=a'b|{c}[]"
    assert set(asked.headers) == {"host", "user-agent", "accept", "accept-language", "accept-encoding"}
    assert asked.headers["user-agent"] == "Newsbot/1"


def test_user_agent_names_who_runs_it(driver: str) -> None:
    with FaultServer(page=says(response())) as server:
        fetch_in_turn(driver, [server.url()], policy(contact="mailto:crawl@example.com"))
    assert re.fullmatch(
        r"xinnong-scraper/[\w.]+ \(\+mailto:crawl@example\.com\)", server.asked[0].headers["user-agent"]
    )


def test_errors_of_the_network_library_are_only_causes(driver: str) -> None:
    error, _ = fetch(driver, says(b""), retries=0)
    assert isinstance(error, FetchError)
    assert type(error.__cause__).__module__.startswith("httpx")
