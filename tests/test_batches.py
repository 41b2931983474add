"""Batches over real sockets: who waits for a host holds up nobody else, and nothing is left behind."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from xinnong_scraper import FetchPolicy, Scraper, extract_many
from xinnong_scraper.fetch.slots import Places, Slot

from .faults import Asked, Connection, FaultServer, response, says
from .serving import LOOPBACK, html_page, run_many_with

both = pytest.mark.parametrize("driver", ["sync", "async"])

ARTICLE = response(html_page("一").encode())
MANNERS = FetchPolicy(allow_private=True, timeout=5, retries=1)


@both
def test_a_host_that_wants_pauses_holds_no_place(driver: str) -> None:
    def rules(connection: Connection, asked: Asked) -> None:
        slow = asked.headers["host"].startswith("localhost")
        connection.send(response(b"User-agent: *\nCrawl-delay: 0.4" if slow else b"", content_type="text/plain"))

    with FaultServer(robots__txt=rules, page=says(ARTICLE)) as server:
        slow = [server.url(f"/page?{number}", host="localhost") for number in range(3)]
        fast = [server.url(f"/page?{number}") for number in range(12)]
        outcomes = run_many_with(MANNERS, driver, slow + fast, concurrency=1)
    assert all(outcome.article for outcome in outcomes), outcomes
    assert [outcome.url for outcome in outcomes][-2:] == slow[1:], "all others came while the slow host was waited for"


@both
def test_a_page_that_is_asked_to_come_back_holds_no_place(driver: str) -> None:
    later = says(response(b"", status=503, retry_after="1"))
    with FaultServer(busy=[later, says(ARTICLE)], page=says(ARTICLE)) as server:
        others = [server.url(f"/page?{number}", host="localhost") for number in range(5)]
        policy = FetchPolicy(allow_private=True, respect_robots=False, timeout=5)
        outcomes = run_many_with(policy, driver, [server.url("/busy"), *others], concurrency=1)
        busy = server.url("/busy")
    assert all(outcome.article for outcome in outcomes), outcomes
    assert [outcome.url for outcome in outcomes] == [*others, busy]


@both
def test_waiting_for_a_place_is_no_part_of_the_timeout(driver: str) -> None:
    with FaultServer(page=says(ARTICLE)) as server:
        policy = FetchPolicy(allow_private=True, respect_robots=False, timeout=0.5, delay=0.15)
        outcomes = run_many_with(policy, driver, [server.url()] * 6, concurrency=6)
    assert all(outcome.article for outcome in outcomes), outcomes


@both
def test_no_more_pages_than_told_are_asked_for_at_once(driver: str) -> None:
    lock = threading.Lock()
    under_way = [0]

    def slow(connection: Connection, _asked: Asked) -> None:
        with lock:
            under_way.append(under_way[-1] + 1)
        time.sleep(0.03)
        with lock:
            under_way.append(under_way[-1] - 1)
        connection.send(ARTICLE)

    with FaultServer(page=slow) as server:
        urls = [server.url(f"/page?{number}", host) for number in range(6) for host in ("localhost", "127.0.0.1")]
        outcomes = run_many_with(LOOPBACK, driver, urls, concurrency=3)
    assert len(outcomes) == 12
    assert max(under_way) == 3


def test_a_batch_may_run_within_an_event_loop() -> None:
    async def notebook(url: str) -> list[str | None]:
        found = list(extract_many([url] * 3, policy=LOOPBACK))
        return [outcome.article.title for outcome in found if outcome.article]

    with FaultServer(page=says(ARTICLE)) as server:
        assert asyncio.run(notebook(server.url())) == ["全市小麦陆续返青"] * 3


def test_two_batches_of_one_scraper_at_once() -> None:
    with FaultServer(page=says(ARTICLE)) as server, Scraper(policy=LOOPBACK) as scraper:
        urls = [server.url(f"/page?{number}") for number in range(4)]
        pairs = list(zip(scraper.extract_many(urls), scraper.extract_many(urls), strict=True))
    assert all(one.article and other.article for one, other in pairs)


def test_a_batch_left_open_does_not_keep_the_process() -> None:
    script = """
        import sys
        from xinnong_scraper import FetchPolicy, extract_many
        policy = FetchPolicy(allow_private=True, respect_robots=False)
        outcomes = extract_many([sys.argv[1]] * 50, policy=policy, concurrency=2)
        print(next(outcomes).article.title)
    """
    with FaultServer(page=says(ARTICLE)) as server:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), server.url()],
            capture_output=True, encoding="utf-8", timeout=30, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "全市小麦陆续返青", "")


def test_places_are_given_in_turn_and_never_lost() -> None:
    async def work() -> list[str]:
        places, order = Places(1), []
        first = Slot(places, lambda: order.append("left"))

        async def wait(name: str) -> None:
            await places.take()
            order.append(name)
            places.give_back()

        waiting = [asyncio.create_task(wait(name)) for name in ("a", "b", "c")]
        await asyncio.sleep(0)
        waiting[0].cancel()
        first.leave()
        first.leave()
        waiting[1].cancel()  # handed over in this moment
        await asyncio.gather(*waiting, return_exceptions=True)
        assert places.free == 1
        return order

    assert asyncio.run(work()) == ["left", "c"]
