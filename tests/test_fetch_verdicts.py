"""What the machine decides on bodies: robot checks, waypoints and pages that break off."""

from __future__ import annotations

import pickle

import pytest

from xinnong_scraper.errors import (
    AddressBlockedError,
    ChallengeError,
    ConnectionFailedError,
    HTTPStatusError,
    TooManyRedirectsError,
)
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.fetch.actions import Budget, Done, Read, Send, Stop
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.machine import Machine, RobotsMachine

from .courses import HTML, URL, error, headers, machine, reply, sent

CHECK = b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
SIZED = [*HTML, ("content-length", "1")]
"""Headers that say where the body ends."""


def page(course: Machine, body: bytes, answer: list[tuple[str, str]] = SIZED, status: int = 200) -> Send | Stop | Done:
    assert isinstance(course.on_head(status, answer), Read)
    return course.on_body(body, 1.0)


def refresh(target: str, seconds: int = 0) -> bytes:
    return f'<html><meta http-equiv="refresh" content="{seconds};url={target}"></html>'.encode()


@pytest.mark.parametrize("status", [403, 405, 429, 468, 501, 503, 521])
def test_robot_check_is_its_own_error_and_not_tried_again(status: int) -> None:
    stop = error(reply(machine(), status, [("retry-after", "7")], body=CHECK))
    assert isinstance(stop, ChallengeError)
    assert isinstance(stop, HTTPStatusError)
    assert (stop.status, stop.retry_after, stop.service, stop.url) == (status, 7.0, "Cloudflare", URL)
    assert "Cloudflare" in stop.message
    restored = pickle.loads(pickle.dumps(stop))
    assert (restored.service, restored.status, str(restored)) == (stop.service, status, str(stop))


@pytest.mark.parametrize("status", [201, 202, 203])
def test_robot_check_with_another_success(status: int) -> None:
    stop = error(page(machine(), b"", [*SIZED, ("x-amzn-waf-action", "challenge")], status))
    assert isinstance(stop, ChallengeError)
    assert stop.service == "AWS WAF"
    assert isinstance(page(machine(), b"<p>text", SIZED, status), Done)


def test_robot_check_with_status_200_is_left_to_who_reads_it() -> None:
    assert isinstance(page(machine(), CHECK), Done)


def test_refresh_of_a_robot_check_is_not_followed() -> None:
    assert isinstance(page(machine(), CHECK + refresh("/again")), Done)


def test_body_of_an_error_is_read_in_small() -> None:
    assert machine().on_head(503, HTML) == Read((), 32_768, 2.0)
    assert machine().on_head(404, [("content-encoding", "gzip")]) == Read(("gzip",), 32_768, 2.0)
    assert machine().on_head(404, [("content-encoding", "rot13")]) == Read((), 32_768, 2.0)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"\0\0\0", refresh("/b"), b"<html>cut"])
def test_body_without_marks_changes_nothing_about_an_error(body: bytes) -> None:
    stop = error(reply(machine(), 404, HTML, body=body))
    assert type(stop) is HTTPStatusError
    assert stop.status == 404
    assert sent(reply(machine(), 503, HTML, body=body)).after == 0.3


def test_robots_file_behind_a_robot_check() -> None:
    course = RobotsMachine(parse_address(URL), FetchPolicy(), budget=Budget(0, 30), random=lambda: 1.0)
    assert isinstance(error(reply(course, 403, [], body=CHECK)), ChallengeError)


@pytest.mark.parametrize("body", [b"<html>User-agent: *", refresh("/b"), CHECK])
def test_robots_file_is_taken_as_it_is(body: bytes) -> None:
    course = RobotsMachine(parse_address(URL), FetchPolicy(), budget=Budget(0, 30), random=lambda: 1.0)
    assert isinstance(page(course, body, []), Done)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/b", "http://a.example/b"),
        ("b?c=1&amp;d=2#e", "http://a.example/b?c=1&d=2"),
        ("http://b.example/", "http://b.example/"),
        ("//b.example/", "http://b.example/"),
        ("https://a.example/page", "https://a.example/page"),
    ],
)
def test_waypoint_is_followed(target: str, url: str) -> None:
    course = machine()
    action = sent(page(course, refresh(target)))
    assert (action.address.url, action.after) == (url, 0.0)
    assert course.redirects == 1


def test_header_is_followed_too() -> None:
    assert sent(page(machine(), b"", [*SIZED, ("refresh", "0; url=/b")])).address.url == "http://a.example/b"


@pytest.mark.parametrize(
    "body", [refresh(""), refresh("/page"), refresh("#top"), b"<meta http-equiv=refresh content=0>"]
)
def test_reload_is_no_waypoint(body: bytes) -> None:
    assert isinstance(page(machine(), body), Done)


def test_reload_that_shows_a_new_cookie_is_followed_once() -> None:
    course = machine()
    again = page(course, refresh("/page"), [*SIZED, ("set-cookie", "seen=1")])
    assert headers(again)["cookie"] == "seen=1"
    assert isinstance(page(course, refresh("/page"), [*SIZED, ("set-cookie", "seen=1")]), Done)


def test_waypoints_count_as_redirects() -> None:
    course = machine(max_redirects=2)
    sent(page(course, refresh("/b")))
    sent(reply(course, 302, [("location", "/c")]))
    stop = error(page(course, refresh("/d")))
    assert isinstance(stop, TooManyRedirectsError)
    assert isinstance(error(page(machine(max_redirects=0), refresh("/b"))), TooManyRedirectsError)


def test_loop_of_waypoints() -> None:
    course = machine()
    sent(page(course, refresh("/b")))
    assert isinstance(error(page(course, refresh("/page"))), TooManyRedirectsError)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://169.254.169.254/x", "file:///etc/passwd", "app://open", "http://a.example:22/"],
)
def test_waypoint_to_what_is_blocked(target: str) -> None:
    assert isinstance(error(page(machine(), refresh(target))), AddressBlockedError)


def test_waypoint_from_https_to_http() -> None:
    course = machine("https://a.example/")
    assert isinstance(error(page(course, refresh("http://a.example/b"))), AddressBlockedError)
    allowed = machine("https://a.example/", allow_downgrade=True)
    assert sent(page(allowed, refresh("http://a.example/b"))).address.scheme == "http"


def test_credentials_do_not_follow_to_another_host() -> None:
    secrets = {"Authorization": "x", "Cookie": "sid=1"}
    away = headers(page(machine(headers=secrets), refresh("http://b.example/")))
    assert not away.keys() & {"authorization", "cookie"}
    assert headers(page(machine(headers=secrets), refresh("/b")))["authorization"] == "x"


CUT = b"<html><body><p>text that brea"


def test_page_that_may_be_cut_is_asked_for_again() -> None:
    course = machine()
    assert sent(page(course, CUT, HTML)).after == 0.3
    whole = page(course, CUT + b"ks off no more</body></html>", HTML)
    assert isinstance(whole, Done)


def test_page_that_comes_the_same_again_is_taken() -> None:
    course = machine()
    sent(page(course, CUT, HTML))
    done = page(course, CUT, HTML)
    assert isinstance(done, Done)
    assert done.body == CUT


def test_page_that_breaks_off_elsewhere_each_time_is_an_error() -> None:
    course = machine(retries=1)
    sent(page(course, CUT, HTML))
    assert isinstance(error(page(course, CUT[:-5], HTML)), ConnectionFailedError)


def test_page_that_cannot_be_asked_for_again_is_taken() -> None:
    assert isinstance(page(machine(retries=0), CUT, HTML), Done)
    assert isinstance(page(machine(timeout=1.1), CUT, HTML), Done)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (CUT, SIZED),
        (CUT, [*HTML, ("transfer-encoding", "chunked")]),
        (CUT, [*HTML, ("content-encoding", "gzip")]),
        (CUT + b"</BODY >", HTML),
        (b"<body>text</html>\n<!-- 0.1 s -->", HTML),
        (b"<p>a fragment", HTML),
        ("纯文本".encode("gbk"), HTML),
        (b"", HTML),
    ],
)
def test_page_with_an_end_costs_no_second_request(body: bytes, answer: list[tuple[str, str]]) -> None:
    assert isinstance(page(machine(), body, answer), Done)


def test_each_address_is_doubted_by_itself() -> None:
    course = machine()
    sent(page(course, CUT, HTML))
    sent(reply(course, 302, [("location", "/b")]))
    assert sent(page(course, CUT, HTML)).address.url == "http://a.example/b"
