"""What arrives is checked before it is called a page: over real sockets and with both drivers."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from xinnong_scraper import FetchPolicy, aextract, extract
from xinnong_scraper.errors import ChallengeError, ConnectionFailedError, HTTPStatusError, NotAnArticleError
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, fetch_in_turn, policy, response, says

pytestmark = pytest.mark.parametrize("driver", ["sync", "async"])

CHECK = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>"
WAYPOINT = b'<html><meta http-equiv="refresh" content="0;url=/good"></html>'


def unsized(body: bytes) -> bytes:
    """A response that only the end of the connection ends."""
    return b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body


@pytest.mark.parametrize("status", [403, 429, 503])
def test_robot_check_is_named_and_not_tried_again(driver: str, status: int) -> None:
    with FaultServer(page=says(response(CHECK, status=status))) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(error, ChallengeError)
    assert (error.status, error.service) == (status, "Cloudflare")
    assert server.paths() == ["/page"]


@pytest.mark.parametrize(
    "body",
    [
        response(gzip.compress(CHECK), status=503, content_encoding="gzip"),
        response(CHECK, status=503, length=5_000),
        response(gzip.compress(CHECK + b"x" * 90_000)[:-8], status=503, content_encoding="gzip"),
        response(CHECK + b" " * 200_000, status=503, content_type="image/png"),
        b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(CHECK), CHECK),
    ],
    ids=["compressed", "shorter than told", "compressed and cut", "large", "no last chunk"],
)
def test_robot_check_in_a_broken_body(driver: str, body: bytes) -> None:
    with FaultServer(page=says(body)) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(error, ChallengeError)


@pytest.mark.parametrize(
    "body",
    [
        response(b"", status=404, length=50),
        response(b"no gzip at all", status=404, content_encoding="gzip"),
        response(b"rot", status=404, content_encoding="rot13"),
        response(gzip.compress(b"\0" * 50_000_000), status=404, content_encoding="gzip"),
        response(b"%PDF-1.7", status=404, content_type="application/pdf"),
        b"HTTP/1.1 404 Gone\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["cut", "no gzip", "unknown coding", "bomb", "no page", "bad chunk"],
)
def test_trouble_with_its_body_does_not_hide_a_status(driver: str, body: bytes) -> None:
    with FaultServer(page=says(body), good=says(response())) as server:
        error, good = fetch_in_turn(driver, [server.url(), server.url("/good")], policy())
    assert type(error) is HTTPStatusError
    assert error.status == 404
    assert isinstance(good, FetchedPage)
    assert server.paths() == ["/page", "/good"]


def test_error_body_that_never_ends_is_left_after_two_seconds(driver: str) -> None:
    def endless(connection: Connection, _: Asked) -> None:
        connection.send(response(b"<p>", status=404, length=1_000_000))
        connection.hang()

    start = time.monotonic()
    with FaultServer(page=endless) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(timeout=20))
    assert isinstance(error, HTTPStatusError)
    assert time.monotonic() - start < 10


def test_error_body_is_not_waited_for_beyond_the_deadline(driver: str) -> None:
    def endless(connection: Connection, _: Asked) -> None:
        connection.send(response(b"<p>", status=503, length=1_000_000))
        connection.drip(b"x" * 1000, 0.05)

    with FaultServer(page=endless) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(timeout=1))
    assert isinstance(error, HTTPStatusError)
    assert error.status == 503


def test_busy_server_is_asked_again_after_its_body(driver: str) -> None:
    with FaultServer(page=[says(response(b"<p>busy</p>", status=503)), says(response())]) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert server.paths() == ["/page", "/page"]


def test_connection_outlives_a_small_error(driver: str) -> None:
    clients: list[object] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            clients.append(self.client_address)
            body = PAGE if self.path == "/page" else b"<p>not here</p>"
            self.send_response(200 if self.path == "/page" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            del args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        work = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        work.start()
        base = f"http://127.0.0.1:{server.server_port}"
        outcomes = fetch_in_turn(driver, [base + "/missing", base + "/page"], policy(respect_robots=True))
        server.shutdown()
        work.join()
    assert [type(outcome).__name__ for outcome in outcomes] == ["HTTPStatusError", "FetchedPage"]
    assert len(clients) == 3
    assert len(set(clients)) == 1, "robots.txt, the missing page and the page shared one connection"


def test_robot_check_before_robots_txt_is_told_as_one(driver: str) -> None:
    check = response(b"<script>document.cookie='__jsl_clearance_s=1'</script>", status=521, set_cookie="__jsluid_s=5")
    with FaultServer(robots__txt=says(check), page=says(response())) as server:
        chosen = policy(respect_robots=True)
        first, second = fetch_in_turn(driver, [server.url(), server.url("/page?2")], chosen)
    assert isinstance(first, ChallengeError)
    assert isinstance(second, ChallengeError)
    assert "robots.txt" in first.message
    assert (first.url, second.url) == (server.url(), server.url("/page?2"))
    assert server.paths() == ["/robots.txt"]


def test_robot_check_before_robots_txt_with_4xx_forbids_nothing(driver: str) -> None:
    with FaultServer(robots__txt=says(response(CHECK, status=403)), page=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy(respect_robots=True))
    assert isinstance(page, FetchedPage)


async def _read(driver: str, url: str, chosen: FetchPolicy) -> object:
    return extract(url, policy=chosen) if driver == "sync" else await aextract(url, policy=chosen)


@pytest.mark.parametrize(
    "body",
    [CHECK, b"<script>var arg1='0F3A';setCookie('acw_sc__v2',x)</script>", b"<script>$_ts=window['$_ts'];</script>"],
)
def test_robot_check_with_status_200_is_no_article(driver: str, body: bytes) -> None:
    with FaultServer(page=says(response(body))) as server, pytest.raises(NotAnArticleError) as caught:
        asyncio.run(_read(driver, server.url(), policy()))
    assert caught.value.reason == "challenge"


def test_waypoint_leads_to_the_page(driver: str) -> None:
    with FaultServer(page=says(response(WAYPOINT)), good=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert (page.requested_url, page.url, page.body) == (server.url(), server.url("/good"), PAGE)
    assert server.paths() == ["/page", "/good"]


def test_refresh_header_leads_to_the_page(driver: str) -> None:
    with FaultServer(page=says(response(b"", refresh="0; url=/good")), good=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert page.url == server.url("/good")


def test_robots_txt_counts_for_where_a_waypoint_leads(driver: str) -> None:
    rules = response(b"User-agent: *\nDisallow: /good", content_type="text/plain")
    with FaultServer(robots__txt=says(rules), page=says(response(WAYPOINT)), good=says(response())) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(respect_robots=True))
    assert type(error).__name__ == "RobotsDisallowedError"
    assert server.paths() == ["/robots.txt", "/page"]


def test_page_cut_by_the_connection_is_asked_for_again(driver: str) -> None:
    with FaultServer(page=[says(unsized(PAGE[:-20])), says(unsized(PAGE))]) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE
    assert server.paths() == ["/page", "/page"]


def test_page_that_has_no_end_is_taken_when_it_comes_again(driver: str) -> None:
    with FaultServer(page=says(unsized(PAGE[:-20]))) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE[:-20]
    assert server.paths() == ["/page", "/page"]


def test_page_that_breaks_off_anywhere_is_an_error(driver: str) -> None:
    script = [says(unsized(PAGE[:-number])) for number in (20, 21, 22)]
    with FaultServer(page=script) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(retries=2))
    assert isinstance(error, ConnectionFailedError)
    assert server.paths() == ["/page"] * 3


@pytest.mark.parametrize("answer", [response(PAGE[:-20]), unsized(PAGE)], ids=["a length", "an end"])
def test_complete_page_is_asked_for_once(driver: str, answer: bytes) -> None:
    with FaultServer(page=says(answer)) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(page, FetchedPage)
    assert server.paths() == ["/page"]
