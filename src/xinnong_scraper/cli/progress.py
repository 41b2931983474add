"""What a crawl shows while it runs: a line that changes on a terminal, a plain line now and then otherwise."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Final, Self

from .terminal import complain, errors

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rich.status import Status

    from ..crawl import CrawlStats, PageVisited, Store
    from ..drift import Verdict

__all__ = ["Display"]

_EVERY: Final = 10.0
"""Seconds between two plain lines."""
_LOOK: Final = 1.0
"""Seconds between two looks at the store's queue."""
_WINDOW: Final = 30.0
"""Seconds over which the rate is taken."""
_MOST_COMPLAINTS: Final = 20
_MOST_FINDINGS: Final = 3
"""Things said of a site that has changed; xinnong check tells them all."""
_ORDINARY: Final = frozenset({"article", "list_page", "feed", "sitemap", "too_old"})


class Display:
    """Shows the progress of one crawl on standard error; a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store: Store | None = None
        self._terminal = sys.stderr.isatty()
        self._status: Status | None = None
        self._recent: deque[float] = deque()
        self._failures: Counter[str] = Counter()
        self._queued = 0
        self._looked_at = 0.0
        self._said_at = time.monotonic()

    def watch(self, store: Store) -> None:
        """Look at this store's queue now and then."""
        self._store = store

    def show(self, event: PageVisited) -> None:
        """Take in what became of a page."""
        now = time.monotonic()
        self._recent.append(now)
        while self._recent[0] < now - _WINDOW:
            self._recent.popleft()
        if event.outcome not in _ORDINARY and event.outcome[:1].isupper():
            self._failures[event.outcome] += 1
            if self._failures.total() <= _MOST_COMPLAINTS:
                complain(f"{event.url}: {event.message} ({event.outcome})")
            elif self._failures.total() == _MOST_COMPLAINTS + 1:
                complain(f"further failures are counted only; see xinnong status {self._path}")
        if self._store is not None and now - self._looked_at >= _LOOK:
            self._looked_at = now
            self._queued = self._store.queued()
            if self._status is not None:
                self._status.update(self._line(event.stats))
        if self._status is None and now - self._said_at >= _EVERY:
            self._said_at = now
            self.say(self._line(event.stats))

    def warn(self, verdict: Verdict) -> None:
        """Say that a site has changed."""
        for finding in verdict.findings[:_MOST_FINDINGS]:
            self.say(f"{finding.status}: {finding}  {' '.join(finding.urls[:1])}")

    def _line(self, stats: CrawlStats) -> str:
        span = min(_WINDOW, max(0.001, stats.seconds))
        rate = len(self._recent) / span
        parts = [f"{stats.visited:,} pages", f"{stats.articles:,} articles", f"{rate:.1f} pages/s"]
        parts.append(f"{self._queued:,} queued")
        if self._queued and rate:
            parts.append(f"{_duration(self._queued / rate)} for these")
        parts += [f"{count:,} {name}" for name, count in self._failures.most_common(3)]
        return ", ".join(parts)

    def say(self, text: str) -> None:
        """Say a line."""
        complain(text)

    def summary(self, stats: CrawlStats, counts: dict[str, int]) -> None:
        """Say how the crawl ended."""
        took = _duration(stats.seconds)
        run = f"{stats.visited:,} pages in {took}, {stats.articles:,} articles, {stats.failed:,} failed"
        held = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        self.say(f"{run}; in {self._path} now: {held}")

    def __enter__(self) -> Self:
        if self._terminal:
            self._status = errors().status("starting")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def _duration(seconds: float) -> str:
    """Give a time in words.

    >>> _duration(75), _duration(7_300), _duration(4.2)
    ('1 min 15 s', '2 h 1 min', '4.2 s')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
