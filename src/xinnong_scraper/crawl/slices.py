"""What a worker of a divided crawl does: some of its stores at once, for a while.

It knows nothing of the other workers nor of who gave it the stores, so that a process on this machine and an actor on
another one run the same code.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .crawler import Crawler, CrawlStats
from .policy import CrawlPolicy
from .schema import CACHE_KB
from .store import Store

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path

    from ..drift import Baseline, Verdict
    from ..layouts import Layout

__all__ = ["Ended", "Orders", "Report", "crawl_slice"]

_LOOK: Final = 0.2
"""Seconds between two looks whether the worker was told to stop."""
_LEAST_CACHE_KB: Final = 4_000


@dataclass(frozen=True, slots=True)
class Orders:
    """How a worker crawls; pickles."""

    policy: CrawlPolicy = field(default_factory=CrawlPolicy)
    layouts: tuple[Layout, ...] = ()
    second_opinion: bool = False
    baseline: Baseline | None = None
    seconds: float = 300.0
    """After which nothing new is begun."""
    grace: float = 300.0
    """Further seconds for what is under way; then it is broken off, so that a worker that nobody can reach any more
    asks for nothing after a time that is known."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a worker's time; pickles."""

    stats: CrawlStats
    verdicts: tuple[Verdict, ...] = ()
    """Sites whose status changed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A worker's slice that is over."""

    shards: tuple[int, ...]
    report: Report | None
    """None where the worker was lost."""
    free_at: float = 0.0
    """Until when (monotonic seconds) a lost worker might still be asking for pages."""


def crawl_slice(paths: Mapping[int, Path], orders: Orders, stopping: threading.Event) -> Report:
    """Crawl into these stores until their queues are empty, the time is over, or the event is set.

    Raises :class:`~xinnong_scraper.errors.StoreError`.
    """
    return asyncio.run(_crawl(paths, orders, stopping))


async def _crawl(paths: Mapping[int, Path], orders: Orders, stopping: threading.Event) -> Report:
    cache = max(_LEAST_CACHE_KB, CACHE_KB // max(1, len(paths)))
    verdicts: list[Verdict] = []
    with ExitStack() as stack:
        crawlers = [
            Crawler(
                stack.enter_context(Store(path, keep_raw=orders.policy.keep_raw, cache_kb=cache)),
                orders.policy,
                layouts=orders.layouts,
                second_opinion=orders.second_opinion,
                baseline=orders.baseline,
                on_drift=verdicts.append,
            )
            for path in paths.values()
        ]
        watcher = asyncio.create_task(_stop_in_time(crawlers, orders.seconds, stopping))
        try:
            async with asyncio.timeout(orders.seconds + orders.grace), asyncio.TaskGroup() as group:
                for crawler in crawlers:
                    group.create_task(crawler.arun())
        except TimeoutError:
            pass  # what was committed is in the stores
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        finally:
            watcher.cancel()
    return Report(_sum([crawler.stats for crawler in crawlers]), tuple(verdicts))


async def _stop_in_time(crawlers: list[Crawler], seconds: float, stopping: threading.Event) -> None:
    ends = asyncio.get_running_loop().time() + seconds
    while not stopping.is_set() and asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(_LOOK)
    for crawler in crawlers:
        crawler.stop()


def _sum(all_stats: list[CrawlStats]) -> CrawlStats:
    return CrawlStats(
        visited=sum(stats.visited for stats in all_stats),
        articles=sum(stats.articles for stats in all_stats),
        failed=sum(stats.failed for stats in all_stats),
        postponed=sum(stats.postponed for stats in all_stats),
        bytes=sum(stats.bytes for stats in all_stats),
        seconds=max((stats.seconds for stats in all_stats), default=0.0),
    )
