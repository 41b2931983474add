"""Many pages in one call, and one Scraper for many calls."""

from __future__ import annotations

import asyncio
import itertools
import threading
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import Scraper, ScraperError, aextract_many, extract_many
from xinnong_scraper.errors import ConnectionFailedError, HTTPStatusError, NotAnArticleError
from xinnong_scraper.replica import ReplicaPortal

from .serving import LOOPBACK, html_page, run_many, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal() as running:
        yield running
    assert running.errors == ()


both = pytest.mark.parametrize("driver", ["sync", "async"])


# Many


@both
@pytest.mark.parametrize("concurrency", [1, 3, 50])
def test_a_bad_address_never_ends_a_batch(portal: ReplicaPortal, driver: str, concurrency: int) -> None:
    with serve() as server:
        closed = server.url("/x")
    good = [portal.url_of(article) for article in portal.articles[:12]]
    bad = ["", "not a url", "http://[::1", "ftp://x/", "http://例子/", "file:///etc/passwd", "http://", closed,
           portal.url, portal.url + "nongye/", portal.url + "nothing.html",
           portal.url + "images/a_20x20.png"]  # fmt: skip
    urls = [url for pair in zip(good, bad, strict=True) for url in pair]
    outcomes = run_many(driver, urls, concurrency=concurrency)
    assert sorted(outcome.url for outcome in outcomes) == sorted(urls)
    for outcome in outcomes:
        assert (outcome.article is None) != (outcome.error is None)
        assert (outcome.article is not None) == (outcome.url in good), outcome
        assert outcome.error is None or isinstance(outcome.error, ScraperError)
    errors = {outcome.url: type(outcome.error) for outcome in outcomes}
    assert errors[closed] is ConnectionFailedError
    assert errors[portal.url] is NotAnArticleError
    assert errors[portal.url + "nothing.html"] is HTTPStatusError


@both
def test_the_same_address_twice_gives_two_outcomes(portal: ReplicaPortal, driver: str) -> None:
    url = portal.url_of(portal.articles[0])
    first, second = run_many(driver, [url, url])
    assert first.article is not None
    assert second.article is not None
    assert first.article.content_hash == second.article.content_hash


@both
def test_no_addresses_no_outcomes(driver: str) -> None:
    assert run_many(driver, []) == []


def endless(portal: ReplicaPortal, taken: list[str]) -> Iterator[str]:
    for article in itertools.cycle(portal.articles[:20]):
        taken.append(portal.url_of(article))
        yield taken[-1]


def own_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("xinnong")]


def test_endless_addresses_are_read_as_results_are_taken(portal: ReplicaPortal) -> None:
    taken: list[str] = []
    with closing(extract_many(endless(portal, taken), concurrency=4, policy=LOOPBACK)) as outcomes:
        assert taken == []
        for count in range(1, 13):
            assert next(outcomes).article is not None
            assert len(taken) <= count + 4
        assert own_threads()
    assert own_threads() == []


def test_endless_addresses_are_read_as_results_are_taken_by_tasks(portal: ReplicaPortal) -> None:
    taken: list[str] = []

    async def work() -> None:
        async with aclosing(aextract_many(endless(portal, taken), concurrency=4, policy=LOOPBACK)) as outcomes:
            count = 0
            async for outcome in outcomes:
                count += 1
                assert outcome.article is not None
                assert len(taken) <= count + 8
                if count == 12:
                    break
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(work())


def broken(portal: ReplicaPortal) -> Iterator[str]:
    yield portal.url_of(portal.articles[0])
    raise OSError("the list ends here")


@both
def test_an_iterable_that_fails_says_so_and_leaves_nothing_running(portal: ReplicaPortal, driver: str) -> None:
    with pytest.raises(OSError, match="the list ends here"):
        run_many(driver, broken(portal))
    assert own_threads() == []


def test_closing_early_by_a_consumers_error_leaves_no_thread(portal: ReplicaPortal) -> None:
    outcomes = extract_many(endless(portal, []), concurrency=4, policy=LOOPBACK)
    next(outcomes)
    with pytest.raises(KeyError):
        outcomes.throw(KeyError)
    assert own_threads() == []


@both
@pytest.mark.parametrize(
    ("concurrency", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)]
)
def test_a_wrong_concurrency_is_misuse(driver: str, concurrency: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="concurrency"):
        run_many(driver, ["http://127.0.0.1:9/"], concurrency=concurrency)


# Scraper


def test_a_scraper_keeps_its_connections(portal: ReplicaPortal) -> None:
    urls = [portal.url_of(article) for article in portal.articles[:3]]
    with Scraper(policy=LOOPBACK) as scraper:
        titles = [scraper.extract(url).title for url in urls]
        many = {outcome.article.title for outcome in scraper.extract_many(urls) if outcome.article}
    assert titles == [article.title for article in portal.articles[:3]]
    assert many == set(titles)
    assert own_threads() == []


def test_a_scraper_in_asyncio(portal: ReplicaPortal) -> None:
    urls = [portal.url_of(article) for article in portal.articles[:3]]

    async def work() -> list[str | None]:
        async with Scraper(policy=LOOPBACK) as scraper:
            titles = [(await scraper.aextract(url)).title for url in urls]
            many = [outcome.article.title async for outcome in scraper.aextract_many(urls) if outcome.article]
            assert sorted(filter(None, many)) == sorted(filter(None, titles))
            assert scraper.extract_html(html_page("一")).title == "全市小麦陆续返青"
            return titles

    assert asyncio.run(work()) == [article.title for article in portal.articles[:3]]


def test_a_scraper_may_be_used_from_many_threads(portal: ReplicaPortal) -> None:
    urls = [portal.url_of(article) for article in portal.articles[:16]]
    found: dict[str, str | None] = {}
    with Scraper(policy=LOOPBACK) as scraper:
        threads = [
            threading.Thread(target=lambda url=url: found.update({url: scraper.extract(url).title})) for url in urls
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [found[url] for url in urls] == [article.title for article in portal.articles[:16]]


def test_a_closed_scraper_may_be_closed_again(portal: ReplicaPortal) -> None:
    scraper = Scraper(policy=LOOPBACK)
    scraper.close()
    with scraper:
        scraper.extract(portal.url_of(portal.articles[0]))
    scraper.close()
    asyncio.run(scraper.aclose())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"policy": {"timeout": 3}}, "policy must be a FetchPolicy"), ({"layouts": [7]}, "layout must be a Layout")],
)
def test_a_scraper_refuses_misuse(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Scraper(**arguments)
