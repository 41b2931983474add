"""Redirects, of pages and of robots.txt, that lead in circles or to where nothing may be fetched."""

from __future__ import annotations

import httpx
import pytest
import respx

from xinnong_scraper.errors import (
    AddressBlockedError,
    ConnectionFailedError,
    FetchTimeoutError,
    RobotsDisallowedError,
    TooManyRedirectsError,
)
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, Script, fetch_in_turn, fetch_then_good, policy, response, says

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]


def redirect(location: str, status: int = 302) -> Script:
    return says(response(b"", status=status, location=location))


# Circles


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_loop_of_one_and_of_two(driver: str, status: int) -> None:
    error, server = fetch_then_good(driver, redirect("/page", status))
    assert isinstance(error, TooManyRedirectsError)
    assert server.paths() == ["/page", "/good"]
    with FaultServer(page=redirect("/other", status), other=redirect("/page", status)) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy())
    assert isinstance(error, TooManyRedirectsError)
    assert server.paths() == ["/page", "/other"]


@pytest.mark.parametrize(("limit", "arrives"), [(10, False), (19, False), (20, True)])
def test_twenty_hops(driver: str, limit: int, arrives: bool) -> None:
    hops: dict[str, Script] = {f"hop{n}": redirect(f"/hop{n + 1}") for n in range(20)}
    with FaultServer(**hops, hop20=says(response())) as server:
        (outcome,) = fetch_in_turn(driver, [server.url("/hop0")], policy(max_redirects=limit))
    assert isinstance(outcome, FetchedPage) is arrives
    assert isinstance(outcome, TooManyRedirectsError) is not arrives
    assert len(server.asked) == limit + 1


def test_loop_that_a_growing_cookie_hides(driver: str) -> None:
    def script(connection: Connection, asked: Asked) -> None:
        cookie = asked.headers.get("cookie", "a=") + "x"
        connection.send(response(b"", status=302, location="/page", set_cookie=cookie))

    error, server = fetch_then_good(driver, script)
    assert isinstance(error, TooManyRedirectsError)
    assert len(server.asked) == 12


def test_redirects_without_end_and_slow_end_with_the_deadline(driver: str) -> None:
    def script(connection: Connection, asked: Asked) -> None:
        connection.drip(response(b"", status=302, location=asked.path + "?")[:20], 0.01)
        connection.send(response(b"", status=302, location=f"{asked.path}a")[20:])

    scripts: dict[str, Script] = {"page" + "a" * n: script for n in range(12)}
    with FaultServer(**scripts) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(timeout=0.5, max_redirects=100))
    assert isinstance(error, FetchTimeoutError)


@pytest.mark.parametrize("location", ["", "   ", "#top", "?", "."])
def test_redirect_to_nowhere_new(driver: str, location: str) -> None:
    outcome, server = fetch_then_good(driver, redirect(location), retries=0)
    assert not isinstance(outcome, FetchedPage)
    assert len(server.asked) <= 3


@pytest.mark.parametrize("body", [b"x" * 100_000, None])
def test_body_of_a_redirect_is_not_waited_for(driver: str, body: bytes | None) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(response(body or b"", status=302, location="/good", length=10**9 if body is None else None))
        connection.hang()

    page, _ = fetch_then_good(driver, script)
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE


# Where nothing may be fetched


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "FILE:/etc/passwd", "ftp://a.example/", "gopher://127.0.0.1:70/", "data:text/html,<p>",
     "javascript:alert(1)", "about:blank", "ws://a.example/", "http://", "https:///page", "http://a b/", "//[::1",
     "http://user:secret@a.example/", "http://a.example:0/", "http://a.example:99999/"],
)  # fmt: skip
def test_to_what_is_no_page(driver: str, location: str) -> None:
    error, server = fetch_then_good(driver, redirect(location))
    assert isinstance(error, AddressBlockedError)
    assert "secret" not in str(error)
    assert server.paths() == ["/page", "/good"]


HIDDEN = [
    "http://127.0.0.1/", "http://127.0.0.1:8080/", "//localhost/", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]:8080/", "http://[::1]/", "http://2130706433/",
    "http://0x7f.1/", "http://10.0.0.1/", "http://192.168.1.1/admin", "http://private.example/",
    "http://mixed.example/", "https://private.example/", "http://news.example:22/", "http://8.8.8.8:6379/",
    "http://[64:ff9b::7f00:1]/", "http://１２７.0.0.1/", "http://mapped.example/", "//private.example:8080/",
]  # fmt: skip
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "private.example": ["10.0.0.1"],
    "mixed.example": ["8.8.8.8", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


@pytest.mark.parametrize("location", HIDDEN)
@pytest.mark.parametrize("what", ["page", "robots.txt"])
def test_from_a_public_page_to_a_private_address(driver: str, location: str, what: str) -> None:
    """The public host is mocked; everything else goes the whole way to the network, where the guard stands."""
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return NAMES[host]

    page, robots = "http://news.example/page", "http://news.example/robots.txt"
    with respx.mock(assert_all_called=False) as network:
        network.get(page).mock(return_value=httpx.Response(200, html="<p>text</p>"))
        network.get(robots).respond(404)
        away = httpx.Response(302, headers=[(b"Location", location.encode())])
        network.get(page if what == "page" else robots).mock(return_value=away)
        network.route().pass_through()
        (outcome,) = fetch_in_turn(driver, [page], FetchPolicy(timeout=2), resolver)
    assert set(asked) <= set(NAMES)
    if what == "page":
        assert isinstance(outcome, AddressBlockedError), outcome
        assert outcome.url
    else:
        assert isinstance(outcome, FetchedPage), outcome  # rules that cannot be had forbid nothing


def test_name_that_turns_private_between_two_look_ups(driver: str) -> None:
    """DNS rebinding: each connection asks once, judges all answers and goes to one of those."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    chosen = FetchPolicy(timeout=2, respect_robots=False)
    with respx.mock() as network:
        network.get("http://rebind.example/page").respond(302, headers={"Location": "/next"})
        network.route().pass_through()
        (error,) = fetch_in_turn(driver, ["http://rebind.example/page"], chosen, lambda _host, _port: next(answers))
    assert isinstance(error, AddressBlockedError)
    assert len(list(answers)) == 1


def test_from_https_down_to_http(driver: str) -> None:
    with respx.mock(assert_all_called=False) as network:
        network.get("https://news.example/page").respond(301, headers={"Location": "http://news.example/page"})
        plain = network.get("http://news.example/page").respond(200, html="<p>")
        chosen = FetchPolicy(respect_robots=False)
        (error,) = fetch_in_turn(driver, ["https://news.example/page"], chosen)
        assert plain.call_count == 0
    assert isinstance(error, AddressBlockedError)


# robots.txt


def endless(data: bytes) -> Script:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /other\n")
        while connection.send(data):
            pass

    return script


@pytest.mark.parametrize("data", [b"# more\n" * 1000, b"a" * 7000, b"\0" * 7000, b"Disallow: /x*y*z$\n" * 400])
def test_robots_without_end_counts_as_far_as_it_is_read(driver: str, data: bytes) -> None:
    with FaultServer(robots__txt=endless(data), page=says(response()), other=says(response())) as server:
        urls = [server.url("/page"), server.url("/other")]
        page, other = fetch_in_turn(driver, urls, policy(respect_robots=True))
    assert isinstance(page, FetchedPage), page
    assert isinstance(other, RobotsDisallowedError), other
    assert server.paths() == ["/robots.txt", "/page"]


@pytest.mark.parametrize(
    "script",
    [
        redirect("/robots.txt"),
        redirect("file:///etc/passwd"),
        redirect("http://[::1"),
        says(response(PAGE, content_type="text/html")),
        says(response(b"<html>User-agent: *\nDisallow: /</html>" * 9, status=404)),
        says(response(b"garbage", content_encoding="rot13")),
    ],
)
def test_robots_that_says_nothing_forbids_nothing(driver: str, script: Script) -> None:
    with FaultServer(robots__txt=script, page=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url()], policy(respect_robots=True, retries=0))
    assert isinstance(page, FetchedPage), page


@pytest.mark.parametrize("how", ["reset", "silence", "garbage", "headers for ever", "gzip cut"])
def test_robots_that_breaks_is_told_of_and_asked_for_again(driver: str, how: str) -> None:
    def bad(connection: Connection, _asked: Asked) -> None:
        if how == "reset":
            connection.reset()
        elif how == "silence":
            connection.hang()
        elif how == "headers for ever":
            while connection.send(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000):
                pass
        else:
            connection.send(b"\0" * 100 if how == "garbage" else response(b"\x1f\x8b\x08", content_encoding="gzip"))

    with FaultServer(robots__txt=[bad, says(response(b"", status=404))], page=says(response())) as server:
        chosen = policy(respect_robots=True, retries=0, timeout=0.5)
        error, page = fetch_in_turn(driver, [server.url()] * 2, chosen)
    assert isinstance(error, ConnectionFailedError | FetchTimeoutError), error
    assert "robots.txt" in str(error)
    assert error.url == server.url()
    assert isinstance(page, FetchedPage), page


def test_location_that_is_too_long_when_it_is_encoded(driver: str) -> None:
    longest = ("/" + "例" * 7_900).encode().decode("latin-1")
    error, _ = fetch_then_good(driver, redirect(longest))
    assert isinstance(error, AddressBlockedError)
