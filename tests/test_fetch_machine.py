"""The decisions of a fetch, told to the machine alone: no network, no clock, no chance."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xinnong_scraper.errors import (
    AddressBlockedError,
    ConnectionFailedError,
    FetchTimeoutError,
    HTTPStatusError,
    ResponseTooLargeError,
    TooManyRedirectsError,
    UnsupportedContentError,
)
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.fetch.actions import Budget, Done, Failure, FailureKind, Read, Stop
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.headers import retry_after
from xinnong_scraper.fetch.machine import RobotsMachine

from .courses import HTML, URL, error, headers, machine, reply, sent


def test_straight_course() -> None:
    course = machine()
    assert sent(course.start()).address.url == URL
    assert reply(course, 200, HTML, 1.0) == Read((), 20_000_000)
    done = course.on_body(b"<p>text", 1.0)
    assert isinstance(done, Done)
    assert (done.status, done.body, done.address.url) == (200, b"<p>text", URL)


def test_headers_name_us_and_can_be_replaced() -> None:
    plain = headers(machine().start())
    assert plain["host"] == "a.example"
    assert plain["user-agent"].startswith("xinnong-scraper/")
    own = headers(machine(user_agent="NewsBot/1 (+https://n.example)", headers={"Accept-Language": "en"}).start())
    assert (own["user-agent"], own["accept-language"]) == ("NewsBot/1 (+https://n.example)", "en")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_passing_trouble_is_tried_again_with_growing_pauses(status: int) -> None:
    course = machine(retries=3)
    pauses = [sent(reply(course, status, [], 1.0)).after for _ in range(3)]
    assert pauses == [0.3, 0.6, 1.2]
    last = error(reply(course, status, [], 1.0))
    assert isinstance(last, HTTPStatusError)
    assert last.status == status


def test_jitter_takes_up_to_half_of_a_pause() -> None:
    assert sent(reply(machine(chance=0.0), 503, [], 0.0)).after == 0.15


def test_pauses_have_a_ceiling() -> None:
    course = machine(retries=20, timeout=1000)
    pauses = [sent(reply(course, 503, [], 0.0)).after for _ in range(20)]
    assert max(pauses) == 8.0


@pytest.mark.parametrize("status", [201, 202, 203])
def test_other_success_is_read(status: int) -> None:
    assert isinstance(reply(machine(), status, HTML, 0.0), Read)


@pytest.mark.parametrize("status", [204, 205, 206, 300, 304, 400, 401, 403, 404, 410, 451, 500, 501, 999])
def test_status_that_no_retry_can_help(status: int) -> None:
    assert isinstance(error(reply(machine(), status, HTML, 0.0)), HTTPStatusError)


def test_redirect_without_location_is_a_status_error() -> None:
    assert isinstance(error(reply(machine(), 302, [], 0.0)), HTTPStatusError)


@pytest.mark.parametrize(
    ("value", "pause", "held"), [("7", 7.0, True), ("0", 0.3, True), ("soon", 0.3, False), ("-3", 0.3, False)]
)
def test_retry_after_sets_the_pause(value: str, pause: float, held: bool) -> None:
    action = sent(reply(machine(), 503, [("retry-after", value)], 0.0))
    assert (action.after, action.held) == (pause, held)


@pytest.mark.parametrize(("timeout", "asked"), [(30, "30"), (30, "99999999"), (3600, "61")])
def test_retry_after_too_far_ahead_ends_the_fetch_and_is_told(timeout: float, asked: str) -> None:
    stop = error(reply(machine(timeout=timeout), 429, [("retry-after", asked)], 0.0))
    assert isinstance(stop, HTTPStatusError)
    assert stop.retry_after == min(float(asked), 86_400.0)
    restored = pickle.loads(pickle.dumps(stop))
    assert (restored.status, restored.retry_after) == (stop.status, stop.retry_after)


def test_retry_after_as_a_date() -> None:
    now = datetime(2026, 10, 21, 7, 27, 30, tzinfo=UTC)
    assert retry_after("Wed, 21 Oct 2026 07:28:00 GMT", now=now) == 30.0
    assert retry_after("Wednesday, 21-Oct-26 07:28:00 GMT", now=now) == 30.0
    assert retry_after("Wed, 21 Oct 2020 07:28:00 GMT", now=now) == 0.0
    assert retry_after("Wed, 99 Oct 2026", now=now) is None
    assert retry_after("٣", now=now) is None


RETRIED: list[FailureKind] = ["connect", "connect_timeout", "broken", "corrupt"]
FINAL: list[FailureKind] = ["name", "tls", "protocol"]


@pytest.mark.parametrize("kind", RETRIED)
def test_failure_that_may_pass_is_tried_again(kind: FailureKind) -> None:
    course = machine(retries=1)
    assert sent(course.on_failure(Failure(kind, "why"), 1.0)).after == 0.3
    expected = FetchTimeoutError if kind == "connect_timeout" else ConnectionFailedError
    assert type(error(course.on_failure(Failure(kind, "why"), 2.0))) is expected


def test_silence_within_the_deadline_names_the_limit_for_silence() -> None:
    stop = error(machine(timeout=30, idle_timeout=4).on_failure(Failure("timeout", "nothing"), 5.0))
    assert isinstance(stop, FetchTimeoutError)
    assert stop.timeout == 4
    assert "idle_timeout" in stop.message
    stop = error(machine(timeout=30, idle_timeout=4).on_failure(Failure("timeout", "nothing"), 30.0))
    assert isinstance(stop, FetchTimeoutError)
    assert stop.timeout == 30


@pytest.mark.parametrize("kind", FINAL)
def test_failure_that_stays_is_not_tried_again(kind: FailureKind) -> None:
    cause = OSError("why")
    action = machine().on_failure(Failure(kind, "why", cause), 1.0)
    assert type(error(action)) is ConnectionFailedError
    assert isinstance(action, Stop)
    assert action.cause is cause


def test_closed_kept_connection_costs_no_retry() -> None:
    course = machine(retries=0)
    repeats = [sent(course.on_failure(Failure("stale", "closed"), 1.0)).after for _ in range(4)]
    assert repeats == [0.0] * 4
    assert isinstance(error(course.on_failure(Failure("stale", "closed"), 1.0)), ConnectionFailedError)


def test_nothing_happens_after_the_deadline() -> None:
    stop = error(machine(timeout=5).on_failure(Failure("connect", "refused"), 5.0))
    assert isinstance(stop, FetchTimeoutError)
    assert stop.timeout == 5


def test_pause_beyond_the_deadline_is_not_begun() -> None:
    assert isinstance(error(reply(machine(timeout=5), 503, [], 4.8)), HTTPStatusError)


def test_retries_count_for_the_whole_fetch() -> None:
    course = machine(retries=1)
    sent(course.on_failure(Failure("broken", ""), 0.0))
    sent(reply(course, 302, [("location", "/b")], 0.0))
    assert isinstance(error(reply(course, 503, [], 0.0)), HTTPStatusError)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "http://a.example/b"),
        ("b?c=1", "http://a.example/b?c=1"),
        ("?c=1", "http://a.example/page?c=1"),
        ("//b.example/c", "http://b.example/c"),
        ("https://b.example#x", "https://b.example/"),
        ("  /b\r\n ", "http://a.example/b"),
        ("\\b", "http://a.example/b"),
        ("/新闻", "http://a.example/%E6%96%B0%E9%97%BB"),
    ],
)
def test_location_forms(location: str, target: str) -> None:
    assert sent(reply(machine(), 301, [("location", location)], 0.0)).address.url == target


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://127.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://a.example:22/",
        "http://user:secret@a.example/",
        "http://[::1",
        "data:text/html,x",
    ],
)
def test_location_that_is_blocked(location: str) -> None:
    stop = error(reply(machine(), 302, [("location", location)], 0.0))
    assert isinstance(stop, AddressBlockedError)
    assert "secret" not in str(stop)


def test_loop_and_limit() -> None:
    course = machine(max_redirects=2)
    sent(reply(course, 302, [("location", "/b")], 0.0))
    assert isinstance(error(reply(course, 302, [("location", "/page")], 0.0)), TooManyRedirectsError)
    course = machine(max_redirects=2)
    sent(reply(course, 302, [("location", "/b")], 0.0))
    sent(reply(course, 302, [("location", "/c")], 0.0))
    stop = error(reply(course, 302, [("location", "/d")], 0.0))
    assert isinstance(stop, TooManyRedirectsError)
    assert stop.limit == 2


def test_downgrade_is_refused_unless_allowed() -> None:
    home = "https://a.example/"
    location = [("location", "http://a.example/")]
    assert isinstance(error(reply(machine(home), 302, location, 0.0)), AddressBlockedError)
    allowed = reply(machine(home, allow_downgrade=True), 302, location, 0.0)
    assert sent(allowed).address.url == "http://a.example/"


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("http://a.example/b", True),
        ("https://a.example/b", True),
        ("http://a.example:8080/b", False),
        ("http://www.a.example/b", False),
        ("http://b.example/", False),
    ],
)
def test_credentials_follow_only_to_the_same_host(target: str, kept: bool) -> None:
    secrets = {"Authorization": "Bearer x", "cookie": "sid=1", "Proxy-Authorization": "y"}
    course = machine(headers=secrets)
    assert headers(course.start()).keys() >= {"authorization", "cookie", "proxy-authorization"}
    seen = headers(reply(course, 302, [("location", target)], 0.0))
    assert (("authorization" in seen), ("cookie" in seen), ("proxy-authorization" in seen)) == (kept, kept, kept)


def test_credentials_are_gone_after_a_downgrade() -> None:
    course = machine("https://a.example/", headers={"Authorization": "x"}, allow_downgrade=True)
    assert "authorization" not in headers(reply(course, 302, [("location", "http://a.example/")], 0.0))


def test_cookies_come_back_to_their_origin_only() -> None:
    course = machine()
    first = reply(course, 302, [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("location", "/page")], 0.0)
    assert headers(first)["cookie"] == "a=1; b=2"
    away = reply(course, 302, [("location", "http://b.example/")], 0.0)
    assert "cookie" not in headers(away)
    back = reply(course, 302, [("location", URL + "?2")], 0.0)
    assert headers(back)["cookie"] == "a=1; b=2"


def test_cookies_are_bounded() -> None:
    course = machine()
    many = [("set-cookie", f"n{number}={'x' * 40}") for number in range(500)]
    cookie = headers(reply(course, 302, [*many, ("set-cookie", "big=" + "x" * 5000), ("location", "/b")], 0.0))[
        "cookie"
    ]
    assert cookie.count("=") == 50
    assert "big" not in cookie


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "video/mp4", "application/json", "text/css"])
def test_type_that_is_no_page_is_refused_before_the_body(content_type: str) -> None:
    stop = error(reply(machine(), 200, [("content-type", content_type)], 0.0))
    assert isinstance(stop, UnsupportedContentError)
    assert stop.content_type == content_type


def test_content_is_looked_at_whatever_was_declared() -> None:
    course = machine()
    reply(course, 200, HTML, 0.0)
    assert isinstance(error(course.on_body(b"%PDF-1.4", 1.0)), UnsupportedContentError)
    assert isinstance(course.on_body("<p>正文</p>".encode("utf-16"), 1.0), Done)
    assert isinstance(course.on_body(b"", 1.0), Done)


def test_coding_stack() -> None:
    assert reply(machine(), 200, [*HTML, ("content-encoding", "gzip")], 0.0) == Read(("gzip",), 20_000_000)
    stacked = [("content-encoding", "gzip, deflate")]
    assert reply(machine(), 200, [*HTML, *stacked], 0.0) == Read(("gzip", "deflate"), 20_000_000)
    assert isinstance(error(reply(machine(), 200, [*HTML, *stacked, *stacked], 0.0)), UnsupportedContentError)


def test_too_large() -> None:
    stop = error(machine(max_bytes=10).on_too_large(b"x" * 10, 12))
    assert isinstance(stop, ResponseTooLargeError)
    assert (stop.limit, stop.seen) == (10, 12)


def test_robots_takes_any_type_and_keeps_the_whole_lines_of_its_beginning() -> None:
    course = RobotsMachine(parse_address(URL), FetchPolicy(), budget=Budget(0, 30), random=lambda: 1.0)
    assert reply(course, 200, [("content-type", "image/png")], 0.0) == Read((), 500_000)
    done = course.on_too_large(b"Disallow: /a\nDisallow: /lo", 500_001)
    assert isinstance(done, Done)
    assert done.body == b"Disallow: /a\n"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"timeout": 0}, ValueError),
        ({"timeout": float("nan")}, ValueError),
        ({"timeout": "5"}, TypeError),
        ({"timeout": None}, TypeError),
        ({"connect_timeout": -1}, ValueError),
        ({"delay": -0.1}, ValueError),
        ({"delay": True}, TypeError),
        ({"max_bytes": 0}, ValueError),
        ({"max_bytes": 1.5}, TypeError),
        ({"retries": 21}, ValueError),
        ({"max_redirects": -1}, ValueError),
        ({"concurrency_per_host": 0}, ValueError),
        ({"respect_robots": "no"}, TypeError),
        ({"user_agent": ""}, ValueError),
        ({"user_agent": "a\r\nX: y"}, ValueError),
        ({"user_agent": None}, TypeError),
        ({"contact": "me (at) home"}, ValueError),
        ({"contact": 5}, TypeError),
        ({"idle_timeout": 0}, ValueError),
        ({"http2": 1}, TypeError),
        ({"headers": {"X": "a\nb"}}, ValueError),
        ({"headers": {"Ho st": "a"}}, ValueError),
        ({"headers": {"Host": "a"}}, ValueError),
        ({"headers": {"X": 1}}, TypeError),
        ({"headers": [("X", "y")]}, TypeError),
        ({"cache": True}, TypeError),
        ({"cache": b"pages.db"}, TypeError),
        ({"cache": " "}, ValueError),
        ({"cache": "a\0b"}, ValueError),
        ({"cache_max_bytes": 99_999}, ValueError),
        ({"cache_max_bytes": None}, TypeError),
        ({"unknown": 1}, TypeError),
    ],
)
def test_wrong_policy_fails_at_once_and_names_the_field(changes: dict[str, object], kind: type[Exception]) -> None:
    with pytest.raises(kind, match=next(iter(changes))):
        FetchPolicy(**changes)  # type: ignore[arg-type]


def test_policy_is_a_value() -> None:
    given = {"X-A": "1"}
    policy = FetchPolicy(headers=given, cache="pages.db")
    given["X-A"] = "2"
    assert policy.headers["X-A"] == "1"
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert len({policy, replace(policy), FetchPolicy()}) == 2
    assert policy.cache == Path("pages.db")
    assert FetchPolicy().respect_robots is True
    assert FetchPolicy().allow_private is False
