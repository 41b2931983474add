"""Batches where something beside the pages goes wrong: the fetcher, the event loop, the process, the collector."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import xinnong_scraper
from xinnong_scraper import FetchPolicy, Scraper, extract_many
from xinnong_scraper.errors import FetchError

from .faults import Asked, Connection, FaultServer, response, says
from .serving import LOOPBACK, html_page
from .test_fetch_seam import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xinnong_scraper.fetch import FetchedPage
    from xinnong_scraper.pipeline import Outcome

ARTICLE = response(html_page("一").encode())
PATIENT = FetchPolicy(allow_private=True, respect_robots=False, timeout=5, retries=1)
SOURCE = str(Path(xinnong_scraper.__file__).parents[1])


def run_child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


# The fetcher


class Cancelling:
    """Raises what a task of its own leaves behind when it is cancelled."""

    async def fetch(self, url: str) -> FetchedPage:
        await asyncio.sleep(0)
        if "bad" in url:
            raise asyncio.CancelledError
        return page_of(url)


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_fetcher_that_cancels_itself_costs_one_page(concurrency: int) -> None:
    async def run() -> list[Outcome]:
        async with Scraper(fetcher=Cancelling()) as scraper:
            urls = [f"http://news.example.cn/{name}.html" for name in ("bad", "a", "bad2", "b")]
            async with asyncio.timeout(5):
                return [outcome async for outcome in scraper.aextract_many(urls, concurrency=concurrency)]

    # In a thread, so that a loop that spins would be left behind and not hold up the tests.
    found: list[Outcome] = []
    thread = threading.Thread(target=lambda: found.extend(asyncio.run(run())), daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert sorted(outcome.article is not None for outcome in found) == [False, False, True, True]
    assert {type(outcome.error) for outcome in found if outcome.error} == {FetchError}


# The places


def test_an_address_that_comes_late_takes_no_second_place() -> None:
    came, leave = threading.Event(), threading.Event()
    at_once: list[int] = []

    def back(connection: Connection, _asked: Asked) -> None:
        came.set()
        at_once.append(1)
        leave.wait(0.7)
        at_once.append(-1)
        connection.send(ARTICLE)

    def other(connection: Connection, _asked: Asked) -> None:
        at_once.append(1)
        leave.set()
        at_once.append(-1)
        connection.send(ARTICLE)

    later = says(response(b"", status=503, retry_after="1"))
    with FaultServer(busy=[later, back], page=other) as server:

        def urls() -> Iterator[str]:
            yield server.url("/busy")
            assert came.wait(10)  # it holds the only place again
            yield server.url("/page", host="localhost")

        outcomes = list(extract_many(urls(), concurrency=1, policy=PATIENT))
    assert all(outcome.article for outcome in outcomes), outcomes
    assert at_once == [1, -1, 1, -1]


# The event loop


def test_closed_by_another_thread_while_a_batch_waits() -> None:
    waiting = threading.Event()

    def hang(connection: Connection, _asked: Asked) -> None:
        waiting.set()
        connection.gone()

    with FaultServer(page=hang) as server:
        scraper = Scraper(policy=LOOPBACK)

        def close() -> None:
            waiting.wait(10)
            scraper.close()

        closing = threading.Thread(target=close)
        closing.start()
        with pytest.raises(RuntimeError, match="closed"):
            list(scraper.extract_many([server.url()]))
        closing.join(10)


@pytest.mark.filterwarnings("error")
def test_closed_between_two_outcomes() -> None:
    with FaultServer(page=says(ARTICLE)) as server:
        scraper = Scraper(policy=LOOPBACK)
        outcomes = scraper.extract_many([server.url()] * 20, concurrency=2)
        assert next(outcomes).article
        scraper.close()
        with pytest.raises(RuntimeError, match="closed"):
            list(outcomes)
        gc.collect()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a POSIX system")
def test_no_files_left_for_an_event_loop() -> None:
    done = run_child("""
        import os, resource
        import xinnong_scraper.fetch.client
        from xinnong_scraper import extract_many
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
        try:
            while True:
                os.open(os.devnull, 0)
        except OSError:
            pass
        try:
            next(extract_many(["http://127.0.0.1:1/"]))
        except OSError as error:
            print(error.errno)
    """)
    assert done.stdout == "24\n", done.stderr[-500:]


# The garbage collector

FORGOTTEN = """
import asyncio, gc, sys
from xinnong_scraper import FetchPolicy, Scraper

class Circle:
    pass

def begin(scraper):
    circle = Circle()
    circle.itself = circle
    circle.outcomes = scraper.extract_many([sys.argv[1]] * 50, concurrency=4)
    print(bool(next(circle.outcomes).article))

async def collect():
    gc.collect()

gc.disable()
with Scraper(policy=FetchPolicy(allow_private=True, respect_robots=False, timeout=5)) as scraper:
    begin(scraper)
    loop, _ = scraper._fetchers.batches()
    loop.run(collect())
    print(sum(bool(outcome.article) for outcome in scraper.extract_many([sys.argv[1]] * 3)))
"""


def test_a_forgotten_batch_that_the_event_loop_finds() -> None:
    """The collector of circles runs in any thread; that of the event loop must not wait for itself."""
    with FaultServer(page=says(ARTICLE)) as server:
        done = run_child(FORGOTTEN, server.url())
    assert done.stdout == "True\n3\n", done.stderr[-500:]


# The process

FORKED = """
import os, sys
from xinnong_scraper import FetchPolicy, Scraper

scraper = Scraper(policy=FetchPolicy(allow_private=True, respect_robots=False, timeout=5))
scraper.extract(sys.argv[1])
child = os.fork()
article = scraper.extract(sys.argv[1])
if child == 0:
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a POSIX system")
def test_a_forked_process_makes_connections_of_its_own() -> None:
    def keep(connection: Connection, asked: Asked | None) -> None:
        while asked is not None:
            connection.send(ARTICLE)
            asked = connection.next()

    with FaultServer(page=keep) as server:
        done = run_child(FORKED, server.url())
        assert (len(server.asked), server.connections) == (3, 2)
    assert done.stdout == "0\n", done.stderr[-500:]


LOOP_AFTER_LOOP = """
import asyncio, sys
from xinnong_scraper import FetchPolicy, Scraper

scraper = Scraper(policy=FetchPolicy(allow_private=True, respect_robots=False, timeout=5))
for _ in range(3):
    print(bool(asyncio.run(scraper.aextract(sys.argv[1]))))
asyncio.run(scraper.aclose())
"""


def test_one_scraper_in_one_event_loop_after_another() -> None:
    def keep(connection: Connection, asked: Asked | None) -> None:
        while asked is not None:
            connection.send(ARTICLE)
            asked = connection.next()

    with FaultServer(page=keep) as server:
        done = run_child(LOOP_AFTER_LOOP, server.url())
    assert (done.stdout, done.returncode) == ("True\n" * 3, 0), done.stderr[-500:]
