"""A crawl: pages from the store's queue through the visitor back into the store, until nothing is left."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..batches import Batch
from ..collector import seldom
from ..fetch import AsyncFetcher
from ..layouts import resolve_layout
from .frontier import Frontier
from .policy import CrawlPolicy
from .scope import Scope
from .shapes import Shapes
from .store import FAILED, QUEUED, Store
from .visiting import Visitor, seeds_of
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike
    from pathlib import Path

    from ..drift import Baseline, Verdict
    from ..layouts import Layout
    from .store import Job, Result

__all__ = ["CrawlStats", "Crawler", "PageVisited"]

_MOST_UNWRITTEN: Final = 100
"""Results that wait for a commit."""
_LONGEST_REST: Final = 1.0
"""Seconds without a look at the queue."""


@dataclass(frozen=True, slots=True)
class CrawlStats:
    """What a crawl has done in this run."""

    visited: int = 0
    """Pages asked for."""
    articles: int = 0
    """Articles read."""
    failed: int = 0
    """Pages given up."""
    postponed: int = 0
    """Pages that failed and will be asked for again."""
    bytes: int = 0
    """Bytes of bodies, unpacked."""
    seconds: float = 0.0
    """Since the run began."""


@dataclass(frozen=True, slots=True)
class PageVisited:
    """An event: what became of a page, told when it is committed."""

    url: str
    """The page's address."""
    outcome: str
    """``article``, a reason of NotAnArticleError, ``feed``, ``sitemap``, ``too_old``, or the class of an error."""
    message: str | None
    """What there is to say of it: the error's message, mostly; None for an article."""
    stats: CrawlStats
    """What the run has done so far, this page included."""


class Crawler:
    """Crawls portals into a store; the same call again goes on where it was.

    ``store`` is a :class:`Store`, or a path to one that is made if need be. ``policy`` says where the crawl goes and
    what it may cost. ``layouts`` (Layout objects, names or paths) are tried before the built-in ones.
    ``second_opinion`` asks trafilatura where confidence in a text is low. ``on_event`` is called with each
    :class:`PageVisited`, in the thread of the crawl. One crawler at a time may work on a store: a second one raises
    StoreError.

    Each page is compared with what is normal for its site: by ``baseline``, else by what an earlier run, once nothing
    was queued any more, has noted in the store. ``on_drift`` is called with the
    :class:`~xinnong_scraper.drift.Verdict` on a site whenever its status changes; the same is logged.
    """

    def __init__(
        self,
        store: Store | str | PathLike[str],
        policy: CrawlPolicy | None = None,
        *,
        layouts: Iterable[Layout | str | Path] = (),
        second_opinion: bool = False,
        on_event: Callable[[PageVisited], object] | None = None,
        baseline: Baseline | None = None,
        on_drift: Callable[[Verdict], object] | None = None,
    ) -> None:
        if policy is not None and not isinstance(policy, CrawlPolicy):
            raise TypeError(f"policy must be a CrawlPolicy, not {type(policy).__name__}")
        self.policy = policy or CrawlPolicy()
        self.stats = CrawlStats()
        self._store = store
        self._layouts = tuple(resolve_layout(layout) for layout in layouts)
        self._second_opinion = second_opinion
        self._on_event = on_event
        self._baseline = baseline
        self._on_drift = on_drift
        self._stopping = False
        self._frontier: Frontier | None = None

    def run(self, seeds: Iterable[str] = (), *, refresh: bool = False) -> CrawlStats:
        """Crawl from ``seeds`` and whatever the store has queued, until nothing is left or :meth:`stop` is called.

        Seeds are addresses to start at: a home page, a section. One that an earlier run gave up is asked for again.
        ``refresh`` asks the pages that led to others for news, and articles for changes, with conditional requests.
        Returns what this run has done. A page that cannot be had ends nothing; it is counted.
        Raises :class:`~xinnong_scraper.errors.StoreError`, and ``ValueError`` for a seed that is no http(s) address.
        """
        return asyncio.run(self.arun(seeds, refresh=refresh))

    async def arun(self, seeds: Iterable[str] = (), *, refresh: bool = False) -> CrawlStats:
        """Crawl from asyncio; arguments and errors as with :meth:`run`."""
        self._stopping = False
        if isinstance(self._store, Store):
            return await self._crawl(self._store, list(seeds), refresh=refresh)
        with Store(self._store, create=True, keep_raw=self.policy.keep_raw) as store:
            return await self._crawl(store, list(seeds), refresh=refresh)

    def stop(self) -> None:
        """Begin nothing more, finish what is under way, and return from the run; may be called from any thread."""
        self._stopping = True

    async def _crawl(self, store: Store, seeds: list[str], *, refresh: bool) -> CrawlStats:
        policy = self.policy
        with store.locked():
            scope = self._scope(store, seeds)
            store.add(seeds_of(seeds))
            store.try_again(seeds)
            if refresh:
                store.queue_again(before=time.time(), articles=True)
            store.begin_run(policy.fetch.delay)
            async with AsyncFetcher(policy.fetch) as fetcher:
                shapes = Shapes(store.shapes())
                watch = Watch(store, self._baseline, self._on_drift)
                visitor = Visitor(fetcher, policy, scope, shapes, self._layouts, self._second_opinion, watch)
                self._frontier = Frontier(store, per_host=policy.fetch.concurrency_per_host)
                run = _Run(self, store, visitor, self._frontier)
                try:
                    with seldom():
                        await run.go()
                    watch.end()
                finally:
                    store.keep_shapes(shapes.rows())
            store.end_run()
        return self.stats

    def _scope(self, store: Store, seeds: list[str]) -> Scope:
        known = (store.note("seeds") or "").split()
        seeds = list(dict.fromkeys([*known, *seeds]))
        policy = self.policy
        scope = Scope.of(
            *seeds,
            subdomains=policy.subdomains,
            hosts=policy.hosts,
            prefixes=policy.prefixes,
            include=policy.include,
            exclude=policy.exclude,
            since=policy.since,
            max_depth=policy.max_depth,
        )
        store.note("seeds", "\n".join(seeds))
        return scope

    @property
    def is_stopping(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stopping

    def under_way(self) -> dict[int, int]:
        """Count the pages worked at now, by the number that their host has in the store; for the crawl's own thread."""
        return self._frontier.under_way() if self._frontier else {}

    def tell(self, result: Result, stats: CrawlStats) -> None:
        """Tell of a page that is committed."""
        self.stats = stats
        if self._on_event is not None:
            self._on_event(PageVisited(result.job.url, result.outcome, result.message, stats))


class _Run:
    """One run of a crawler."""

    def __init__(self, crawler: Crawler, store: Store, visitor: Visitor, frontier: Frontier) -> None:
        self._crawler = crawler
        self._store = store
        self._frontier = frontier
        self._policy = crawler.policy
        self._batch: Batch[Job, Result] = Batch(visitor.visit, crawler.policy.concurrency)
        self._unwritten: list[Result] = []
        self._begun = time.monotonic()
        self._written_at = self._begun
        self._left = self._allowance()

    def _allowance(self) -> float:
        limit = self._policy.max_pages
        return float("inf") if limit is None else limit - self._store.visited()

    async def go(self) -> None:
        try:
            while True:
                hungry = self._begin_some()
                if self._batch.is_idle and not self._batch.is_ready:
                    self._write()
                    if self._is_over() or not await self._rest():
                        return
                    continue
                found, _ = await self._batch.take(more=hungry)
                self._unwritten += found
                if len(self._unwritten) >= _MOST_UNWRITTEN or self._is_due() or self._batch.is_idle:
                    self._write()
        finally:
            await self._batch.close()

    def _is_over(self) -> bool:
        return self._crawler.is_stopping or self._left <= 0

    def _is_due(self) -> bool:
        return time.monotonic() - self._written_at >= self._policy.commit_seconds

    def _begin_some(self) -> bool:
        """Begin with pages while there is room for them; False where the queue has none for now."""
        now = time.time()
        while self._batch.room and not self._is_over():
            job = self._frontier.next(now)
            if job is None:
                return False
            self._left -= 1
            self._batch.begin(job)
        return not self._is_over()

    async def _rest(self) -> bool:
        """Wait for the next page that may be asked for; False if the queue is empty."""
        moment = self._store.rests_until()
        if moment is None:
            return False
        await asyncio.sleep(min(max(0.0, moment - time.time()), _LONGEST_REST))
        return True

    def _write(self) -> None:
        results, self._unwritten = self._unwritten, []
        self._written_at = time.monotonic()
        if not results:
            return
        self._store.commit(results)
        for result in results:
            self._frontier.done(result)
            self._crawler.tell(result, self._counted(result))

    def _counted(self, result: Result) -> CrawlStats:
        stats = self._crawler.stats
        return replace(
            stats,
            visited=stats.visited + 1,
            articles=stats.articles + (result.article is not None),
            failed=stats.failed + (result.state == FAILED),
            postponed=stats.postponed + (result.state == QUEUED),
            bytes=stats.bytes + sum(len(page.body) for page in result.pages),
            seconds=time.monotonic() - self._begun,
        )
