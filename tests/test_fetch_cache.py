"""The cache over real sockets: what the server is asked a second time, and what the caller gets."""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Self

import pytest

from xinnong_scraper.errors import HTTPStatusError, NotAnArticleError, RobotsDisallowedError
from xinnong_scraper.fetch import AsyncFetcher, Fetcher
from xinnong_scraper.page import FetchedPage
from xinnong_scraper.pipeline import read_fetched
from xinnong_scraper.replica import ReplicaPortal

from .faults import (
    PAGE,
    Asked,
    Connection,
    FaultServer,
    Outcome,
    Script,
    fetch_in_turn,
    fetch_together,
    policy,
    response,
    says,
)
from .test_fetch_manners import KeepingServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

pytestmark = pytest.mark.parametrize("driver", ["sync", "async"])

OTHER = PAGE.replace(b"text", b"news")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "pages.db"


def not_modified(**headers: Any) -> bytes:
    return response(b"", status=304, content_type=None, **headers)


def validating(**headers: Any) -> Script:
    """A script that sends the page with these headers, and 304 to who has it."""

    def script(connection: Connection, asked: Asked) -> None:
        known = asked.headers.get("if-none-match") == headers.get("etag", "no tag")
        known = known or asked.headers.get("if-modified-since") == headers.get("last_modified", "no date")
        connection.send(not_modified(**headers) if known else response(**headers))

    return script


def twice(
    driver: str, file: Path, script: Script | Sequence[Script], *paths: str, **changes: object
) -> tuple[list[Outcome], FaultServer]:
    """Fetch the same pages with one fetcher after the other: two runs of a program."""
    with FaultServer(page=script, other=says(response())) as server:
        urls = [server.url(path) for path in paths or ("/page",)]
        chosen = policy(cache=file, **changes)
        outcomes = [*fetch_in_turn(driver, urls, chosen), *fetch_in_turn(driver, urls, chosen)]
    return outcomes, server


def pages(outcomes: Sequence[Outcome]) -> list[FetchedPage]:
    assert all(isinstance(outcome, FetchedPage) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, FetchedPage)]


@pytest.mark.parametrize(
    "headers",
    [{"etag": '"one"'}, {"etag": 'W/"one"'}, {"last_modified": formatdate(1_500_000_000, usegmt=True)}],
)
def test_unchanged_page_is_confirmed_and_not_sent_again(driver: str, file: Path, headers: dict[str, Any]) -> None:
    outcomes, server = twice(driver, file, validating(**headers, x_two="a", content_language="zh"))
    first, second = pages(outcomes)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert (second.status, second.body, second.url) == (200, PAGE, first.url)
    assert second.headers == first.headers
    assert second.fetched_at > first.fetched_at
    assert len(server.asked) == 2


@pytest.mark.parametrize("headers", [{"cache_control": "max-age=600"}, {"expires": formatdate(4e9, usegmt=True)}])
def test_page_that_the_server_vouches_for_is_not_asked_for(driver: str, file: Path, headers: dict[str, Any]) -> None:
    outcomes, server = twice(driver, file, says(response(**headers)))
    first, second = pages(outcomes)
    assert second.from_cache
    assert second.body == PAGE
    assert abs(second.fetched_at - first.fetched_at) < timedelta(seconds=1), "it is as old as the answer"
    assert second.fetched_at.tzinfo is UTC
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache_control": "no-store", "etag": '"one"'},
        {"cache_control": "no-store, max-age=600"},
        {"vary": "*", "etag": '"one"'},
        {"cache_control": "s-maxage=600"},
        {"etag": "*"},
    ],
)
def test_page_that_may_not_be_kept_is_fetched_again(driver: str, file: Path, headers: dict[str, Any]) -> None:
    outcomes, server = twice(driver, file, validating(**headers))
    assert [page.from_cache for page in pages(outcomes)] == [False, False]
    assert not [asked for asked in server.asked if "if-none-match" in asked.headers]


def test_no_lifetime_is_guessed(driver: str, file: Path) -> None:
    long_ago = formatdate(1_000_000_000, usegmt=True)
    _, server = twice(driver, file, validating(last_modified=long_ago, date=formatdate(usegmt=True)))
    assert server.asked[1].headers["if-modified-since"] == long_ago


def test_changed_page_replaces_the_stored_one(driver: str, file: Path) -> None:
    script = [says(response(etag='"one"')), says(response(OTHER, etag='"two"')), says(not_modified(etag='"two"'))]
    with FaultServer(page=script) as server:
        chosen = policy(cache=file)
        first, second, third = pages([fetch_in_turn(driver, [server.url()], chosen)[0] for _ in range(3)])
    assert [page.body for page in (first, second, third)] == [PAGE, OTHER, OTHER]
    assert [page.from_cache for page in (first, second, third)] == [False, False, True]
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"one"', '"two"']


def test_304_of_another_page_leads_to_one_plain_request(driver: str, file: Path) -> None:
    script = [says(response(etag='"one"')), says(not_modified(etag='"two"')), says(response(OTHER, etag='"two"'))]
    outcomes, server = twice(driver, file, script, retries=0)
    assert pages(outcomes)[1].body == OTHER
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"one"', None]


def test_304_that_was_not_asked_for_is_a_status_error(driver: str, file: Path) -> None:
    outcomes, server = twice(driver, file, says(not_modified(etag='"one"')), retries=0)
    assert all(isinstance(outcome, HTTPStatusError) and outcome.status == 304 for outcome in outcomes)
    assert len(server.asked) == 2


def test_304_renews_what_is_stored(driver: str, file: Path) -> None:
    script = [says(response(etag='"one"')), says(not_modified(etag='"one"', cache_control="max-age=600"))]
    with FaultServer(page=script) as server:
        found = pages([fetch_in_turn(driver, [server.url()], policy(cache=file))[0] for _ in range(4)])
    assert [page.from_cache for page in found] == [False, True, True, True]
    assert len(server.asked) == 2
    assert found[3].headers["cache-control"] == "max-age=600"
    assert found[3].headers["content-type"] == "text/html"


@pytest.mark.parametrize(("status", "kept"), [(500, True), (503, True), (403, True), (404, False), (410, False)])
def test_trouble_keeps_the_stored_page_and_absence_drops_it(driver: str, file: Path, status: int, kept: bool) -> None:
    validate = validating(etag='"one"')
    with FaultServer(page=[validate, says(response(b"", status=status)), validate]) as server:
        chosen = policy(cache=file, retries=0)
        first, error, third = [fetch_in_turn(driver, [server.url()], chosen)[0] for _ in range(3)]
    assert isinstance(error, HTTPStatusError), "an answer is never a page that the server did not confirm"
    assert [page.from_cache for page in pages([first, third])] == [False, kept]


@pytest.mark.parametrize("second", [not_modified(cache_control="no-store"), response(cache_control="no-store")])
def test_page_that_may_no_longer_be_kept_is_dropped(driver: str, file: Path, second: bytes) -> None:
    outcomes, _ = twice(driver, file, [says(response(etag='"one"')), says(second)])
    assert [page.body for page in pages(outcomes)] == [PAGE, PAGE]
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("SELECT count(*) FROM bodies").fetchone() == (0,)


def test_damaged_answer_is_not_kept(driver: str, file: Path) -> None:
    short = says(response(PAGE[:20], length=len(PAGE), etag='"one"'))
    no_page = says(response(b"%PDF-1.4", etag='"one"'))
    open_end = says(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "one"\r\n\r\n' + PAGE[:20])
    with FaultServer(page=[short, no_page, open_end, validating(etag='"one"')]) as server:
        chosen = policy(cache=file, retries=0)
        *_, last = [fetch_in_turn(driver, [server.url()], chosen)[0] for _ in range(4)]
    assert pages([last])[0].body == PAGE
    assert not [asked for asked in server.asked if "if-none-match" in asked.headers]


def test_what_is_private_is_not_on_the_disk(driver: str, file: Path) -> None:
    chosen = {"headers": {"Cookie": "sid=topsecret"}}
    script = says(response(b"<html>topsecret</html>" + PAGE, etag='"one"', set_cookie="sid=topsecret"))
    outcomes, server = twice(driver, file, script, **chosen)
    assert [page.from_cache for page in pages(outcomes)] == [False, False]
    outcomes, _ = twice(driver, file, says(response(etag='"one"', set_cookie="sid=topsecret")))
    assert "set-cookie" in pages(outcomes)[0].headers
    assert b"topsecret" not in b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert len(server.asked) == 2


def test_stored_page_is_not_shown_to_who_asks_as_somebody(driver: str, file: Path) -> None:
    with FaultServer(page=says(response(cache_control="max-age=600"))) as server:
        fetch_in_turn(driver, [server.url()], policy(cache=file))
        (page,) = pages(
            fetch_in_turn(driver, [server.url()], policy(cache=file, headers={"Authorization": "Bearer x"}))
        )
    assert not page.from_cache
    assert "if-none-match" not in server.asked[1].headers


def test_other_request_headers_are_another_page(driver: str, file: Path) -> None:
    with FaultServer(page=says(response(cache_control="max-age=600", vary="User-Agent"))) as server:
        for agent in ("desk/1", "phone/1", "desk/1", "phone/1"):
            fetch_in_turn(driver, [server.url()], policy(cache=file, user_agent=agent))
    assert [asked.headers["user-agent"] for asked in server.asked] == ["desk/1", "phone/1"]


def test_callers_own_condition_is_left_to_the_caller(driver: str, file: Path) -> None:
    validate = validating(etag='"one"')
    outcomes, server = twice(driver, file, validate, headers={"If-None-Match": '"one"'})
    assert all(isinstance(outcome, HTTPStatusError) for outcome in outcomes)
    assert [asked.headers["if-none-match"] for asked in server.asked] == ['"one"'] * 2


def test_redirect_is_followed_each_time_and_its_goal_kept(driver: str, file: Path) -> None:
    with FaultServer(page=says(response(b"", status=301, location="/goal")), goal=validating(etag='"one"')) as server:
        found = [fetch_in_turn(driver, [server.url()], policy(cache=file))[0] for _ in range(2)]
    assert [(page.url, page.from_cache) for page in pages(found)] == [
        (server.url("/goal"), False),
        (server.url("/goal"), True),
    ]
    assert server.paths() == ["/page", "/goal", "/page", "/goal"]


def test_robots_is_confirmed_once_a_run_and_counts_for_stored_pages(driver: str, file: Path) -> None:
    rules: dict[str, Any] = {"etag": '"rules"', "cache_control": "max-age=600"}
    page = says(response(cache_control="max-age=600"))

    def robots(connection: Connection, asked: Asked) -> None:
        known = asked.headers.get("if-none-match") == '"rules"'
        connection.send(not_modified(**rules) if known else response(b"User-agent: *\nDisallow: /x", **rules))

    shut = says(response(b"User-agent: *\nDisallow: /", etag='"other"'))
    with FaultServer(robots__txt=[robots, robots, shut], page=page) as server:
        chosen = policy(cache=file, respect_robots=True)
        first, second, third = [fetch_in_turn(driver, [server.url()], chosen)[0] for _ in range(3)]
    assert [found.from_cache for found in pages([first, second])] == [False, True]
    assert isinstance(third, RobotsDisallowedError)
    assert server.paths() == ["/robots.txt", "/page", "/robots.txt", "/robots.txt"]
    assert server.asked[2].headers["if-none-match"] == '"rules"'


def test_many_at_once_share_the_cache(driver: str, file: Path) -> None:
    with FaultServer(page=validating(etag='"one"')) as server:
        urls = [server.url(f"/page?{number}") for number in range(24)]
        runs = [pages(fetch_together(driver, urls, policy(cache=file))) for _ in range(2)]
    assert [{page.from_cache for page in run} for run in runs] == [{False}, {True}]
    assert [page.url for page in runs[1]] == urls


def test_page_larger_than_this_policy_allows_is_not_taken_from_the_cache(driver: str, file: Path) -> None:
    with FaultServer(page=says(response(cache_control="max-age=600"))) as server:
        fetch_in_turn(driver, [server.url()], policy(cache=file))
        (outcome,) = fetch_in_turn(driver, [server.url()], policy(cache=file, max_bytes=10))
    assert not isinstance(outcome, FetchedPage)


def test_file_of_another_kind_is_refused_and_left_alone(driver: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(b"my notes\n" * 1_000)
    with pytest.raises(ValueError, match=r"notes\.txt is no cache"):
        fetch_in_turn(driver, [], policy(cache=file))
    assert file.read_bytes() == b"my notes\n" * 1_000
    with pytest.raises(ValueError, match="folder"):
        fetch_in_turn(driver, [], policy(cache=tmp_path))


def test_place_that_cannot_be_written_costs_the_cache_and_one_line(
    driver: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with caplog.at_level(logging.WARNING, logger="xinnong_scraper"):
        outcomes, _ = twice(
            driver, tmp_path / "file" / "pages.db", validating(etag='"one"'), "/page", "/other", "/page"
        )
    assert len(pages(outcomes)) == 6
    assert len(caplog.records) == 2, "one a fetcher"


def test_closed_fetcher_stays_closed(driver: str, file: Path) -> None:
    async def run() -> None:
        fetcher = AsyncFetcher(policy(cache=file))
        await fetcher.aclose()
        await fetcher.fetch("http://127.0.0.1/")

    def block() -> None:
        fetcher = Fetcher(policy(cache=file))
        fetcher.close()
        fetcher.fetch("http://127.0.0.1/")

    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(run()) if driver == "async" else block()


@pytest.mark.parametrize("body", [b"", PAGE])
def test_connection_outlives_a_304_even_one_with_a_body(driver: str, file: Path, body: bytes) -> None:
    def answer(asked: bytes) -> bytes:
        known = b"If-None-Match" in asked
        return response(body, status=304, etag='"one"') if known else response(etag='"one"')

    server = KeepingServer(ends=False, answer=answer)
    try:
        found = pages(fetch_in_turn(driver, [server.url] * 6, policy(cache=file, retries=0)))
    finally:
        server.close()
    assert [page.body for page in found] == [PAGE] * 6
    if not body:
        assert server.requests_of == [6]


class Relay:
    """Hands every connection on to another port and counts the bytes that come back and those that go there."""

    def __init__(self, port: int) -> None:
        self.sent = self.received = 0
        self._port = port
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._sockets |= {near, far}
            self._start(self._copy, near, far, "sent")
            self._start(self._copy, far, near, "received")

    def _copy(self, source: socket.socket, goal: socket.socket, count: str) -> None:
        try:
            while piece := source.recv(65_536):
                with self._lock:
                    setattr(self, count, getattr(self, count) + len(piece))
                goal.sendall(piece)
            goal.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._sockets):
            sock.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()


def test_second_run_over_an_unchanged_portal_transfers_next_to_nothing(driver: str, file: Path) -> None:
    chosen = policy(cache=file, respect_robots=True, timeout=30)
    with ReplicaPortal(count=60) as portal, Relay(int(portal.url.rstrip("/").rpartition(":")[2])) as relay:
        paths = ["/", *(path for article in portal.articles for path in article.paths)]
        urls = [f"http://127.0.0.1:{relay.port}{path}" for path in paths]
        first = pages(fetch_in_turn(driver, urls, chosen))
        before = relay.received
        second = pages(fetch_in_turn(driver, urls, chosen))
        after = relay.received - before
    assert after <= before * 0.05, f"{after} bytes after {before}"
    assert all(page.from_cache for page in second)
    for one, two in zip(first, second, strict=True):
        assert record(one) == record(two)


def record(page: FetchedPage) -> dict[str, object] | str:
    try:
        return read_fetched(page).model_dump(exclude={"fetched_at"})
    except NotAnArticleError as error:
        return error.reason
