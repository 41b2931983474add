"""The rules of the cache told to the functions alone: what is kept, how long it is good, what a 304 does to it."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.fetch.actions import Budget, Done, Send, Stop
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.freshness import (
    StoredPage,
    cache_key,
    is_fresh,
    may_answer,
    refreshed,
    storable,
    validators,
)
from xinnong_scraper.fetch.machine import Machine, RobotsMachine

from .courses import reply, sent

URL = "http://a.example/page"
NOW = 1_800_000_000.0
BODY = b"<html>"
TAG = ("etag", '"one"')
DATE = formatdate(NOW, usegmt=True)
PLAIN = [("host", "a.example"), ("user-agent", "bot/1"), ("accept-encoding", "gzip")]

Pairs = list[tuple[str, str]]


def at(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


def keep(*headers: tuple[str, str], request: Pairs = PLAIN, status: int = 200, body: bytes = BODY) -> StoredPage | None:
    sent = [("content-type", "text/html"), ("content-length", "6"), *headers]
    return storable(b"key", URL, request, status, sent, body, (NOW, NOW))


def kept(*headers: tuple[str, str]) -> StoredPage:
    page = keep(*headers)
    assert page is not None
    return page


def lifetime(page: StoredPage, request: Pairs = PLAIN) -> int:
    """The first of a few ages at which a page is not fresh any more."""
    ages = (0, 1, 9, 10, 59, 60, 100, 3_600, 86_399, 86_400)
    return next((age for age in ages if not is_fresh(page, request, NOW + age)), 99_999)


@pytest.mark.parametrize("status", [200, 201, 203, 204, 206, 301, 302, 304, 404, 500])
def test_only_200_is_kept(status: int) -> None:
    assert (keep(TAG, status=status) is not None) is (status == 200)


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ([TAG], True),
        ([("etag", 'W/"one"')], True),
        ([("etag", "unquoted-1")], True),
        ([("etag", "*")], False),
        ([("etag", '"a" , "b"')], False),
        ([("etag", '"农"')], False),
        ([("etag", '"' + "x" * 501 + '"')], False),
        ([("last-modified", DATE)], True),
        ([("last-modified", "yesterday")], False),
        ([("cache-control", "max-age=60")], True),
        ([("cache-control", "max-age=0")], False),
        ([("expires", at(60))], True),
        ([("expires", "0")], False),
        ([("cache-control", "private"), TAG], True),
        ([("cache-control", "no-cache"), TAG], True),
        ([("cache-control", "no-store"), TAG], False),
        ([("cache-control", "max-age=60, No-Store"), TAG], False),
        ([("cache-control", "max-age=60"), ("cache-control", "no-store"), TAG], False),
        ([("cache-control", 'private="no-store"'), TAG], True),
        ([("cache-control", "x=" + "y" * 4_000), TAG], False),
        ([("vary", "*"), TAG], False),
        ([("vary", "accept-encoding, *"), TAG], False),
        ([("vary", "Accept-Encoding, Cookie, User-Agent"), TAG], True),
        ([], False),
    ],
)
def test_what_is_kept(headers: Pairs, wanted: bool) -> None:
    assert (keep(*headers) is not None) is wanted


def test_answer_whose_end_cannot_be_told_is_not_kept() -> None:
    times = (NOW, NOW)
    assert storable(b"key", URL, PLAIN, 200, [TAG], BODY, times) is None
    assert storable(b"key", URL, PLAIN, 200, [TAG, ("transfer-encoding", "chunked")], BODY, times) is not None
    assert keep(TAG, body=b"") is None


@pytest.mark.parametrize("name", ["cookie", "authorization", "proxy-authorization"])
def test_what_was_asked_with_credentials_is_kept_and_used_only_if_public(name: str) -> None:
    request = [*PLAIN, (name, "secret")]
    assert keep(TAG, request=request) is None
    assert keep(TAG, ("cache-control", "private"), request=request) is None
    assert keep(TAG, ("cache-control", "public"), request=request) is not None
    assert keep(TAG, ("cache-control", "public"), ("vary", name), request=request) is None
    assert may_answer(kept(TAG), PLAIN)
    assert not may_answer(kept(TAG), request)
    assert may_answer(kept(TAG, ("cache-control", "public")), request)


def test_what_belongs_to_a_person_or_a_connection_is_left_out() -> None:
    page = kept(TAG, ("set-cookie", "sid=1"), ("connection", "X-Hop"), ("x-hop", "1"), ("x-other", "2"))
    assert dict(page.headers).keys() == {"content-type", "content-length", "etag", "x-other"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([TAG], 0),
        ([("last-modified", at(-10_000_000))], 0),
        ([("cache-control", "max-age=60")], 60),
        ([("cache-control", 'Max-Age = "60"')], 60),
        ([("cache-control", "public, max-age=60, must-revalidate")], 60),
        ([("cache-control", "max-age=60, max-age=10")], 10),
        ([("cache-control", "max-age=60"), ("cache-control", "max-age=10")], 10),
        ([("cache-control", "max-age=-1"), TAG], 0),
        ([("cache-control", "max-age=1.5"), TAG], 0),
        ([("cache-control", "max-age=٣"), TAG], 0),
        ([("cache-control", "max-age"), TAG], 0),
        ([("cache-control", "s-maxage=60"), TAG], 0),
        ([("cache-control", "s-maxage=10, max-age=60")], 60),
        ([("cache-control", "max-age=10"), ("expires", at(60))], 10),
        ([("cache-control", "max-age=60, no-cache"), TAG], 0),
        ([("cache-control", 'max-age=60, no-cache="set-cookie"'), TAG], 0),
        ([("cache-control", "max-age=31536000, immutable")], 86_400),
        ([("cache-control", "max-age=" + "9" * 400)], 86_400),
        ([("expires", at(60)), ("date", DATE)], 60),
        ([("expires", at(60))], 60),
        ([("expires", at(60)), ("date", at(50))], 10),
        ([("expires", at(60)), ("expires", at(10))], 10),
        ([("expires", at(60)), ("pragma", "no-cache"), TAG], 0),
        ([("expires", at(-60)), TAG], 0),
        ([("expires", "-1"), TAG], 0),
        ([("cache-control", "max-age=60"), ("age", "50")], 10),
        ([("cache-control", "max-age=60"), ("age", "50, 3")], 10),
        ([("cache-control", "max-age=60"), ("age", "old")], 60),
        ([("cache-control", "max-age=60"), ("date", at(-50))], 10),
        ([("cache-control", "max-age=60"), ("date", at(50))], 60),
    ],
)
def test_only_an_explicit_lifetime_makes_a_page_fresh(headers: Pairs, seconds: int) -> None:
    assert lifetime(kept(*headers)) == seconds


def test_time_under_way_counts_as_age() -> None:
    page = kept(("cache-control", "max-age=60"))
    assert lifetime(replace(page, asked_at=NOW - 50)) == 10
    assert lifetime(replace(page, asked_at=NOW + 50)) == 60


def test_clock_that_was_set_back_makes_nothing_fresh() -> None:
    assert not is_fresh(kept(("cache-control", "max-age=60")), PLAIN, NOW - 1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (("cache-control", "no-cache"), 0),
        (("cache-control", "max-age=0"), 0),
        (("cache-control", "max-age=10"), 10),
        (("cache-control", "max-age=100"), 60),
        (("pragma", "no-cache"), 0),
        (("cache-control", "max-stale=999"), 60),
    ],
)
def test_request_may_shorten_a_lifetime(header: tuple[str, str], seconds: int) -> None:
    assert lifetime(kept(("cache-control", "max-age=60")), [*PLAIN, header]) == seconds


def test_validators() -> None:
    both = kept(("etag", 'W/"a,b"'), ("last-modified", DATE))
    assert validators(both) == (("if-none-match", 'W/"a,b"'), ("if-modified-since", DATE))
    assert validators(kept(("cache-control", "max-age=60"))) == ()


@pytest.mark.parametrize(
    ("stored", "told", "fits"),
    [
        ([TAG], [], True),
        ([TAG], [TAG], True),
        ([TAG], [("etag", 'W/"one"')], True),
        ([("etag", 'W/"one"')], [TAG], True),
        ([TAG], [("etag", '"two"')], False),
        ([("last-modified", DATE)], [TAG], False),
        ([("last-modified", DATE)], [("last-modified", DATE)], True),
        ([("last-modified", DATE)], [("last-modified", at(9))], False),
        ([TAG, ("last-modified", DATE)], [TAG, ("last-modified", at(9))], True),
        ([TAG], [("last-modified", DATE)], True),
    ],
)
def test_304_must_speak_of_the_stored_page(stored: Pairs, told: Pairs, fits: bool) -> None:
    assert (refreshed(kept(*stored), told) is not None) is fits


def test_304_renews_the_headers_but_those_of_the_body() -> None:
    page = kept(TAG, ("age", "50"), ("x-a", "1"), ("x-a", "2"), ("cache-control", "max-age=10"))
    told = [
        ("cache-control", "max-age=60"),
        ("x-a", "3"),
        ("x-b", "4"),
        ("content-type", "text/plain"),
        ("content-length", "0"),
        ("content-encoding", "br"),
        ("set-cookie", "sid=1"),
    ]
    renewed = refreshed(page, told)
    assert renewed is not None
    assert renewed.body == page.body
    assert sorted(renewed.headers) == [
        ("cache-control", "max-age=60"),
        ("content-length", "6"),
        ("content-type", "text/html"),
        TAG,
        ("x-a", "3"),
        ("x-b", "4"),
    ]


def test_key_covers_what_is_sent_but_codings_and_credentials() -> None:
    key = cache_key("Machine", URL, PLAIN)
    same = [("user-agent", "bot/1"), ("accept-encoding", "br"), ("cookie", "a=b"), ("host", "b.example")]
    assert cache_key("Machine", URL, same) == key
    assert cache_key("Machine", URL, [*PLAIN, ("accept-language", "en")]) != key
    assert cache_key("Machine", URL, [("user-agent", "phone/1")]) != key
    assert cache_key("Machine", URL + "?", PLAIN) != key
    assert cache_key("RobotsMachine", URL, PLAIN) != key


@pytest.mark.parametrize("name", ["if-none-match", "if-modified-since", "if-match", "if-range", "range"])
def test_callers_own_condition_bypasses_the_cache(name: str) -> None:
    assert cache_key("Machine", URL, [*PLAIN, (name, "x")]) is None
    assert cache_key("Machine", URL, [*PLAIN, ("cache-control", "no-store")]) is None


@given(st.lists(st.tuples(st.sampled_from(["cache-control", "expires", "age", "date", "vary", "etag"]), st.text())))
def test_strange_headers_never_fail(headers: Pairs) -> None:
    page = keep(("last-modified", DATE), *headers)
    if page is not None:
        is_fresh(page, PLAIN, NOW)
        refreshed(page, headers)
        assert all(value.isascii() for _, value in validators(page))


def course(kind: type[Machine] = Machine, **changes: Any) -> Machine:
    policy = FetchPolicy(cache="unused.db", **changes)
    return kind(parse_address(URL), policy, budget=Budget(0.0, 30), random=lambda: 1.0)


def test_machine_looks_up_asks_and_takes_the_304() -> None:
    machine = course()
    assert sent(machine.start()).key is not None
    request = sent(machine.on_recalled(kept(TAG), NOW))
    assert request.key is None
    assert ("if-none-match", '"one"') in request.headers
    done = reply(machine, 304, [], 1.0)
    assert isinstance(done, Done)
    assert (done.status, done.body) == (200, BODY)
    assert done.stored is not None


def test_machine_keeps_what_passed_the_guard_apart_from_the_rest() -> None:
    keys = {sent(course(allow_private=private).start()).key for private in (True, False)}
    assert len(keys) == 2


def test_machine_asks_again_without_condition_once() -> None:
    machine = course(retries=0)
    machine.start()
    machine.on_recalled(kept(TAG), NOW)
    again = sent(reply(machine, 304, [("etag", '"two"')], 1.0))
    assert not {"if-none-match", "if-modified-since"} & dict(again.headers).keys()
    assert isinstance(reply(machine, 304, [], 1.0), Stop)


def test_machine_keeps_the_condition_through_retries_and_drops_it_with_a_redirect() -> None:
    machine = course()
    machine.start()
    machine.on_recalled(kept(TAG), NOW)
    assert ("if-none-match", '"one"') in sent(reply(machine, 503, [], 1.0)).headers
    onward = sent(reply(machine, 302, [("location", "/b")], 1.0))
    assert "if-none-match" not in dict(onward.headers)
    assert onward.key is not None


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (403, False), (500, False), (451, False)])
def test_machine_forgets_only_what_is_gone(status: int, gone: bool) -> None:
    machine = course(retries=0)
    machine.start()
    machine.on_recalled(kept(TAG), NOW)
    stop = reply(machine, status, [], 1.0)
    assert isinstance(stop, Stop)
    assert (stop.forget is not None) is gone


def test_machine_believes_a_lifetime_for_pages_not_for_robots() -> None:
    page = kept(TAG, ("cache-control", "max-age=60"))
    assert isinstance(course().on_recalled(page, NOW), Done)
    assert isinstance(course(RobotsMachine).on_recalled(page, NOW), Send)
    assert isinstance(course(headers={"Cache-Control": "no-cache"}).on_recalled(page, NOW), Send)


@pytest.mark.parametrize("change", [{"max_bytes": 5}, {"headers": {"Cookie": "a=b"}}])
def test_machine_uses_nothing_that_this_fetch_could_not_have_brought(change: dict[str, Any]) -> None:
    page = kept(TAG, ("cache-control", "max-age=60"))
    assert "if-none-match" not in dict(sent(course(**change).on_recalled(page, NOW)).headers)


def test_machine_looks_at_the_stored_body_too() -> None:
    page = replace(kept(TAG), body=b"%PDF-1.4")
    assert "if-none-match" not in dict(sent(course().on_recalled(page, NOW)).headers)


def test_machine_without_cache_looks_nothing_up() -> None:
    machine = Machine(parse_address(URL), FetchPolicy(), budget=Budget(0.0, 30), random=lambda: 1.0)
    assert sent(machine.start()).key is None
    assert isinstance(reply(machine, 304, [], 1.0), Stop)
