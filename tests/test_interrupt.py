"""Batches that are ended from outside: they end at once and leave no connection, thread, task or file open."""

from __future__ import annotations

import asyncio
import signal
import ssl
import subprocess
import sys
import threading
import time
from contextlib import aclosing, closing
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import trustme

import xinnong_scraper
from xinnong_scraper import FetchPolicy, aextract_many, extract, extract_many
from xinnong_scraper.fetch import AsyncFetcher

from .faults import Asked, Connection, FaultServer, Script, response, says
from .serving import html_page

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

pytestmark = pytest.mark.usefixtures("nothing_left")

POLICY = FetchPolicy(allow_private=True, respect_robots=False, timeout=30)
GOOD = says(response(html_page("一").encode()))


class Stalled:
    """A script that stalls at one place, and knows how many clients wait and how many have gone."""

    def __init__(self, wanted: int, place: str = "body") -> None:
        self.waiting = threading.Semaphore(0)
        self.gone = threading.Semaphore(0)
        self._wanted = 1 if place == "retry" else wanted  # the others wait with it
        self._sent = {
            "before the head": b"",
            "head": b"HTTP/1.1 200 OK\r\nConte",
            "body": response(length=10_000),
            "retry": response(b"", status=503, retry_after="20"),
        }[place]

    def __call__(self, connection: Connection, _asked: Asked) -> None:
        connection.send(self._sent)
        self.waiting.release()
        if connection.gone():
            self.gone.release()

    def all_wait(self) -> None:
        assert all(self.waiting.acquire(timeout=10) for _ in range(self._wanted))

    def all_gone(self) -> None:
        assert all(self.gone.acquire(timeout=2) for _ in range(self._wanted))


PLACES = pytest.mark.parametrize("place", ["before the head", "head", "body", "retry"])


def ends_soon(start: float) -> bool:
    return time.monotonic() - start < 2


CHILD = """
import sys
from xinnong_scraper import FetchPolicy, extract_many
policy = FetchPolicy(allow_private=True, respect_robots=False, timeout=30)
for outcome in extract_many([sys.argv[1]] * 8, concurrency=4, policy=policy):
    print(outcome, flush=True)
"""

ASYNC_CHILD = """
import asyncio, sys
from xinnong_scraper import FetchPolicy, aextract_many
policy = FetchPolicy(allow_private=True, respect_robots=False, timeout=30)
async def run():
    async for outcome in aextract_many([sys.argv[1]] * 8, concurrency=4, policy=policy):
        print(outcome, flush=True)
asyncio.run(run())
"""


@PLACES
@pytest.mark.parametrize("code", [CHILD, ASYNC_CHILD], ids=["sync", "async"])
def test_ctrl_c_ends_a_batch(code: str, place: str) -> None:
    stalled = Stalled(4, place)
    source = str(Path(xinnong_scraper.__file__).parents[1])
    with FaultServer(page=stalled) as server:
        child = subprocess.Popen(
            [sys.executable, "-c", code, server.url()], env={"PYTHONPATH": source}, stderr=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            stalled.all_wait()
            start = time.monotonic()
            child.send_signal(signal.SIGINT)
            output, errors = child.communicate(timeout=10)
            assert ends_soon(start)
            stalled.all_gone()
        finally:
            child.kill()
            child.communicate()
    assert errors.rstrip().endswith("KeyboardInterrupt"), errors
    assert child.returncode in (-signal.SIGINT, 1)
    assert output == ""


@PLACES
def test_generator_closed_early(place: str) -> None:
    stalled = Stalled(2, place)
    with FaultServer(page=stalled, good=GOOD) as server:
        urls = [server.url(), server.url(), server.url("/good"), *[server.url()] * 18]
        with closing(extract_many(urls, concurrency=3, policy=POLICY)) as outcomes:
            assert next(outcomes).article is not None
            stalled.all_wait()
            start = time.monotonic()
        assert ends_soon(start)
        stalled.all_gone()


@pytest.mark.parametrize("where", ["handshake", "body", "a place at the host"])
def test_generator_closed_early_elsewhere(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    stalled, waiting = Stalled(1), threading.Semaphore(0)
    chosen = replace(POLICY, concurrency_per_host=1)

    def no_handshake(connection: Connection) -> None:
        waiting.release()
        connection.gone()

    bad = FaultServer(tls, no_handshake) if where == "handshake" else FaultServer(tls, page=stalled)
    with bad, FaultServer(good=GOOD) as server:
        urls = [*[bad.url()] * (3 if where == "a place at the host" else 1), server.url("/good")]
        with closing(extract_many(urls, concurrency=len(urls), policy=chosen)) as outcomes:
            assert next(outcomes).article is not None
            assert (waiting if where == "handshake" else stalled.waiting).acquire(timeout=10)
            start = time.monotonic()
        assert ends_soon(start)


def test_consumer_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    stalled = Stalled(1)
    with FaultServer(page=stalled, good=GOOD) as server:
        urls = [server.url(), server.url("/good")]
        outcomes = extract_many(urls, concurrency=2, policy=POLICY)
        next(outcomes)
        stalled.all_wait()
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            outcomes.throw(KeyboardInterrupt)
        assert ends_soon(start)
        stalled.all_gone()
    assert capsys.readouterr().err == ""


def test_other_fetches_of_the_same_scraper_go_on() -> None:
    stalled, release = Stalled(1), threading.Event()

    def late(connection: Connection, asked: Asked) -> None:
        stalled.waiting.release()
        release.wait(10)
        GOOD(connection, asked)

    titles: list[str | None] = []
    with (
        FaultServer(page=stalled, good=GOOD, late=late) as server,
        xinnong_scraper.Scraper(policy=POLICY) as scraper,
    ):
        other = threading.Thread(target=lambda: titles.append(scraper.extract(server.url("/late")).title))
        other.start()
        assert stalled.waiting.acquire(timeout=10)
        with closing(scraper.extract_many([server.url(), server.url("/good")], concurrency=2)) as outcomes:
            next(outcomes)
            stalled.all_wait()
        stalled.all_gone()
        release.set()
        other.join(10)
    assert titles == ["全市小麦陆续返青"]


@PLACES
def test_cancelled_task(place: str) -> None:
    stalled = Stalled(4, place)

    async def batch(url: str) -> None:
        async for _ in aextract_many([url] * 20, concurrency=4, policy=POLICY):
            pass

    async def run(url: str) -> None:
        task = asyncio.create_task(batch(url))
        await asyncio.to_thread(stalled.all_wait)
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ends_soon(start)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(stalled.all_gone)

    with FaultServer(page=stalled) as server:
        asyncio.run(run(server.url()))


@pytest.mark.parametrize("steps", range(12))
def test_cancelled_at_any_moment_of_a_connection(steps: int) -> None:
    """So many turns of the event loop after the answer of the resolver; whatever goes on then must take notice."""
    asked, answer = threading.Event(), threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        asked.set()
        answer.wait(10)
        return ["127.0.0.1"]

    async def run(server: FaultServer) -> None:
        async with AsyncFetcher(POLICY, resolver=resolver) as fetcher:
            task = asyncio.create_task(fetcher.fetch(server.url(host="portal.example")))
            await asyncio.to_thread(asked.wait, 10)
            answer.set()
            for thread in threading.enumerate():
                if thread.name.startswith("look-up"):
                    thread.join(10)
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)

    with FaultServer(page=lambda connection, _: connection.hang()) as server:
        asyncio.run(run(server))


def test_async_generator_closed_early() -> None:
    stalled = Stalled(2)

    async def run(server: FaultServer) -> None:
        urls = [server.url(), server.url(), server.url("/good"), *[server.url()] * 18]
        async with aclosing(aextract_many(urls, concurrency=3, policy=POLICY)) as outcomes:
            assert (await anext(outcomes)).article is not None
            await asyncio.to_thread(stalled.all_wait)
            start = time.monotonic()
        assert ends_soon(start)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(stalled.all_gone)

    with FaultServer(page=stalled, good=GOOD) as server:
        asyncio.run(run(server))


def test_timeout_around_a_batch() -> None:
    stalled = Stalled(2)

    async def batch(url: str) -> None:
        async with aclosing(aextract_many([url] * 9, concurrency=2, policy=POLICY)) as outcomes:
            async for _ in outcomes:
                pass

    async def run(url: str) -> None:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batch(url), 0.5)
        assert ends_soon(start)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(stalled.all_gone)

    with FaultServer(page=stalled) as server:
        asyncio.run(run(server.url()))


def test_after_an_ended_batch_the_next_call_works() -> None:
    stalled = Stalled(1)
    scripts: dict[str, Script] = {"page": stalled, "good": GOOD}
    with FaultServer(**scripts) as server:
        with closing(extract_many([server.url(), server.url("/good")], concurrency=2, policy=POLICY)) as outcomes:
            next(outcomes)
            stalled.all_wait()
        assert extract(server.url("/good"), policy=POLICY).title == "全市小麦陆续返青"


def test_fetches_cancelled_at_any_moment_leave_no_connection() -> None:
    connected = threading.Semaphore(0)
    gone = threading.Semaphore(0)

    def keep(connection: Connection, asked: Asked | None) -> None:
        connected.release()
        while asked is not None and connection.send(response()):
            asked = connection.next()
        gone.release()

    async def run() -> None:
        async with AsyncFetcher(replace(POLICY, concurrency_per_host=2)) as fetcher:
            for number in range(300):
                tasks = [asyncio.create_task(fetcher.fetch(server.url())) for _ in range(4)]
                await asyncio.sleep(number % 30 * 0.0002)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            await fetcher.fetch(server.url())
            made = 0
            while connected.acquire(blocking=False):
                made += 1
            for _ in range(made - 2):  # two may be kept, one for each place
                assert await asyncio.to_thread(gone.acquire, timeout=5)

    with FaultServer(page=keep) as server:
        asyncio.run(run())


class CancelledAt:
    """Awaits a coroutine, and cancels the task as it begins to wait for the so manieth time."""

    def __init__(self, coroutine: Coroutine[Any, Any, object], wait: int) -> None:
        self._coroutine = coroutine
        self._wait = wait

    def __await__(self) -> Generator[Any, Any, object]:
        waits = self._coroutine.__await__()
        go_on = partial(next, waits)
        for number in count():
            try:
                waited_for = go_on()
            except StopIteration as stop:
                return stop.value
            if number == self._wait:
                cast("asyncio.Task[object]", asyncio.current_task()).cancel()
            try:
                yield waited_for
                go_on = partial(next, waits)
            except asyncio.CancelledError as error:
                go_on = partial(waits.throw, error)
        raise AssertionError


@pytest.mark.parametrize("kept", [False, True], ids=["new connection", "kept connection"])
def test_a_fetch_cancelled_at_any_of_its_waits_leaves_a_good_connection_or_none(*, kept: bool) -> None:
    def keep(connection: Connection, asked: Asked | None) -> None:
        while asked is not None and connection.send(response()):
            asked = connection.next()

    async def was_cancelled(wait: int) -> bool:
        async with AsyncFetcher(replace(POLICY, concurrency_per_host=1)) as fetcher:
            if kept:
                await fetcher.fetch(server.url())
            cancelled = False
            try:
                await CancelledAt(fetcher.fetch(server.url()), wait)
            except asyncio.CancelledError:
                cancelled = True
            await fetcher.fetch(server.url())
            made = server.connections
            await fetcher.fetch(server.url())
            assert server.connections == made, f"not kept after a fetch was cancelled at wait {wait}"
        return cancelled

    with FaultServer(page=keep) as server:
        waits = next(wait for wait in range(100) if not asyncio.run(was_cancelled(wait)))
        assert waits >= 3  # for the connection or the lock, the head, the body's end
