"""A crawl by several workers: who works on which stores, and what is done when a worker is lost.

Workers take stores for a while (a slice), all that wait divided evenly among those that are free; at the end of a slice
the links that its stores found for others are brought to them. A store whose worker was lost goes to the next free
worker alone, so that what kills workers is found out, and is given up when that has brought nothing several times.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from ..layouts import resolve_layout
from .crawler import CrawlStats
from .policy import CrawlPolicy
from .processes import ProcessWorkers
from .scope import Scope
from .shards import Shards
from .slices import Orders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike
    from pathlib import Path

    from ..drift import Baseline, Verdict
    from ..layouts import Layout
    from .slices import Ended

__all__ = ["FleetCrawler", "FleetStats", "SliceEnded", "Workers"]

_LOOK: Final = 0.5
"""Seconds between two looks at the workers."""
_MOST_LOSSES: Final = 5
"""Workers in turn that a store may cost without a page that was committed."""


class Workers(Protocol):
    """Where slices are crawled: processes of this machine, or a cluster's."""

    @property
    def free(self) -> int:
        """How many more slices may begin."""

    def begin(self, paths: dict[int, Path], orders: Orders) -> None:
        """Begin a slice."""

    def wait(self, seconds: float) -> list[Ended]:
        """Give the slices that are over, waiting so long for one at the most; raises what a slice raised."""

    def stop(self) -> None:
        """Let all slices come to their end now."""

    def close(self) -> None:
        """End all workers at once."""


@dataclass(frozen=True, slots=True)
class FleetStats(CrawlStats):
    """What a crawl by several workers has done in this run, as far as their slices are over."""

    losses: int = 0
    """Workers lost."""
    given_up: tuple[int, ...] = ()
    """Numbers of stores that were given up, as each worker on them was lost."""


@dataclass(frozen=True, slots=True)
class SliceEnded:
    """An event: a worker is through with some stores for now, or was lost."""

    shards: tuple[int, ...]
    lost: bool
    stats: FleetStats
    verdicts: tuple[Verdict, ...] = ()
    """Sites whose status changed meanwhile."""


class FleetCrawler:
    """Crawls portals with several workers into a folder of stores; the same call again goes on where it was.

    The pages of one host are all in one store, and one worker at a time has a store, so that no host is asked faster
    than ``policy`` says, however many workers there are; for the same reason one host alone gets no faster. ``workers``
    is their number, for processes of this machine, or a :class:`Workers`. ``folder`` is a :class:`.Shards`, or a path
    at which one is made if need be. ``seconds`` is the length of a slice.
    ``layouts``, ``second_opinion`` and ``baseline`` are those of :class:`~xinnong_scraper.crawl.Crawler`.
    ``on_event`` is called with each :class:`SliceEnded`. With ``max_pages`` in the policy it is a ``ValueError``.
    """

    def __init__(
        self,
        folder: Shards | str | PathLike[str],
        policy: CrawlPolicy | None = None,
        *,
        workers: int | Workers,
        layouts: Iterable[Layout | str | Path] = (),
        second_opinion: bool = False,
        baseline: Baseline | None = None,
        seconds: float = 300.0,
        on_event: Callable[[SliceEnded], object] | None = None,
    ) -> None:
        policy = policy or CrawlPolicy()
        if policy.max_pages is not None:
            raise ValueError("max_pages goes with one store, not with several workers")
        self.stats = FleetStats()
        self._workers = ProcessWorkers(workers) if isinstance(workers, int) else workers
        self._shards = folder if isinstance(folder, Shards) else Shards(folder, workers=self._workers.free)
        self._orders = Orders(policy, tuple(map(resolve_layout, layouts)), second_opinion, baseline, seconds)
        self._on_event = on_event
        self._seeds: list[str] = []
        self._stopping = False
        self._begun = 0.0
        self._busy: dict[int, int] = {}
        """Stores that are worked on, with the pages that were asked for before."""
        self._ready: set[int] = set()
        """Stores with pages that wait, and nobody works on."""
        self._giving: set[int] = set()
        """Stores that may have links for others."""
        self._losses: Counter[int] = Counter()
        self._rests: dict[int, float] = {}

    def run(self, seeds: Iterable[str] = (), *, refresh: bool = False) -> FleetStats:
        """Crawl from ``seeds`` and whatever is queued, until nothing is left or :meth:`stop` is called.

        ``refresh`` is that of :meth:`.Crawler.run`. Raises :class:`~xinnong_scraper.errors.StoreError`, and
        ``ValueError`` for a seed that is no http(s) address.
        """
        seeds = list(seeds)
        Scope.of(*seeds)  # a ValueError for what is no address
        self._stopping, self._begun = False, time.monotonic()
        with self._shards.locked():
            self._shards.plant(seeds, refresh=refresh)
            self._seeds = self._shards.seeds()
            there = self._shards.there()
            self._giving = set(there)
            try:
                self._deliver(there)
                while self._begin() or self._busy:
                    if self._stopping:
                        self._workers.stop()  # those too that began in the moment of the call
                    for ended in self._workers.wait(_LOOK):
                        self._take(ended)
            finally:
                self._workers.close()
        return self.stats

    def stop(self) -> None:
        """Begin nothing more, let the workers finish what is under way; may be called from any thread."""
        self._stopping = True
        self._workers.stop()

    def _begin(self) -> bool:
        """Give the free workers what waits; False if nothing does."""
        if self._stopping:
            return False
        now = time.monotonic()
        rested = sorted(number for number in self._ready if self._rests.get(number, 0.0) <= now)
        while rested and (free := self._workers.free):
            bundle = self._bundle(rested, free)
            rested = [number for number in rested if number not in bundle]
            self._ready.difference_update(bundle)
            self._busy |= {number: self._shards.visited(number) for number in bundle}
            self._workers.begin({number: self._shards.path(number) for number in bundle}, self._orders)
        return bool(self._ready)

    def _bundle(self, ready: list[int], free: int) -> list[int]:
        """Choose stores for one worker: one that has cost a worker alone, else an even share."""
        suspects = [number for number in ready if self._losses[number]]
        return suspects[:1] or ready[: -(-len(ready) // free)]

    def _take(self, ended: Ended) -> None:
        before = {number: self._busy.pop(number) for number in ended.shards}
        lost = ended.report is None
        given_up = list(self.stats.given_up)
        for number, visited in before.items():
            if not lost or self._shards.visited(number) > visited:
                del self._losses[number]
            if lost:
                self._losses[number] += 1
                self._rests[number] = ended.free_at
            if self._losses[number] >= _MOST_LOSSES:
                given_up.append(number)
        stats = ended.report.stats if ended.report else CrawlStats()
        self.stats = replace(
            self.stats,
            visited=self.stats.visited + stats.visited,
            articles=self.stats.articles + stats.articles,
            failed=self.stats.failed + stats.failed,
            postponed=self.stats.postponed + stats.postponed,
            bytes=self.stats.bytes + stats.bytes,
            seconds=time.monotonic() - self._begun,
            losses=self.stats.losses + lost,
            given_up=tuple(given_up),
        )
        self._giving.update(ended.shards)
        self._deliver(ended.shards)
        if self._on_event is not None:
            self._on_event(SliceEnded(ended.shards, lost, self.stats, ended.report.verdicts if ended.report else ()))

    def _deliver(self, changed: Iterable[int]) -> None:
        """Bring links to the stores that they are for, as far as nobody works on these, and see what waits."""
        busy, changed = frozenset(self._busy), set(changed)
        for number in sorted(self._giving - busy):
            took, left = self._shards.deliver(number, busy=busy, seeds=self._seeds)
            changed |= took
            if not left:
                self._giving.discard(number)
        for number in changed.difference(self.stats.given_up):
            if self._shards.queued(number):
                self._ready.add(number)
