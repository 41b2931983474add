"""What a crawl shows while it runs: a table that changes on a terminal, a plain line now and then otherwise."""

from __future__ import annotations

import sys
import time
from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from .terminal import complain, errors, printable

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rich.console import RenderableType
    from rich.live import Live

    from ..crawl import Crawler, CrawlStats, PageVisited, Store
    from ..crawl.busiest import BusyHost
    from ..drift import Verdict

__all__ = ["Display", "duration"]

_EVERY: Final = 10.0
"""Seconds between two plain lines."""
_LOOK: Final = 1.0
"""Seconds between two looks at the store's counters."""
_FRAMES: Final = 2
"""Times a second that a terminal is drawn."""
_WINDOW: Final = 30.0
"""Seconds over which the rate is taken."""
_HOSTS: Final = 10
"""Hosts in the table."""
_REMEMBERED: Final = 1_000
"""Hosts whose last error is remembered."""
_MOST_COMPLAINTS: Final = 20
_MOST_FINDINGS: Final = 3
"""Things said of a site that has changed; xinnong check tells them all."""
_ORDINARY: Final = frozenset({"article", "list_page", "feed", "sitemap", "too_old"})


class Display:
    """Shows the progress of one crawl on standard error; a context manager.

    A plain line is written every ``every`` seconds of a crawl without a terminal.
    """

    def __init__(self, path: Path, *, every: float = _EVERY) -> None:
        self._path = path
        self._every = every
        self._store: Store | None = None
        self._crawler: Crawler | None = None
        self._live: Live | None = None
        self._recent: deque[float] = deque()
        self._failures: Counter[str] = Counter()
        self._last_errors: OrderedDict[str, str] = OrderedDict()
        self._hosts: list[BusyHost] = []
        self._host_count = 0
        self._under_way: dict[int, int] = {}
        self._queued = 0
        self._looked_at = 0.0
        self._said_at = time.monotonic()
        self._line = "starting"

    def watch(self, store: Store, crawler: Crawler) -> None:
        """Look at the counters of this crawl now and then."""
        self._store, self._crawler = store, crawler

    def show(self, event: PageVisited) -> None:
        """Take in what became of a page."""
        now = time.monotonic()
        self._recent.append(now)
        while self._recent[0] < now - _WINDOW:
            self._recent.popleft()
        if event.outcome not in _ORDINARY and event.outcome[:1].isupper():
            self._note_failure(event)
        if now - self._looked_at >= _LOOK:
            self._looked_at = now
            self._look()
            self._line = self._totals(event.stats)
        if self._live is None and now - self._said_at >= self._every:
            self._said_at = now
            self.say(self._totals(event.stats))

    def warn(self, verdict: Verdict) -> None:
        """Say that a site has changed."""
        for finding in verdict.findings[:_MOST_FINDINGS]:
            self.say(f"{finding.status}: {finding}  {' '.join(finding.urls[:1])}")

    def _note_failure(self, event: PageVisited) -> None:
        parts = urlsplit(event.url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        self._last_errors[origin] = event.outcome
        self._last_errors.move_to_end(origin)
        if len(self._last_errors) > _REMEMBERED:
            self._last_errors.popitem(last=False)
        self._failures[event.outcome] += 1
        if self._failures.total() <= _MOST_COMPLAINTS:
            complain(f"{event.url}: {event.message} ({event.outcome})")
        elif self._failures.total() == _MOST_COMPLAINTS + 1:
            complain(f"further failures are counted only; see xinnong status {self._path}")

    def _look(self) -> None:
        if self._store is None or self._crawler is None:
            return
        self._queued = self._store.queued()
        if self._live is not None:
            from ..crawl.busiest import read_busiest  # noqa: PLC0415  with the network library, by those who crawl

            self._under_way = self._crawler.under_way()
            self._hosts, self._host_count = read_busiest(self._store, _HOSTS)

    def _totals(self, stats: CrawlStats) -> str:
        span = min(_WINDOW, max(0.001, stats.seconds))
        rate = len(self._recent) / span
        parts = [f"{stats.visited:,} pages", f"{stats.articles:,} articles", f"{rate:.1f} pages/s"]
        parts.append(f"{self._queued:,} queued")
        if self._queued and rate:
            parts.append(f"{duration(self._queued / rate)} for these")
        parts += [f"{count:,} {name}" for name, count in self._failures.most_common(3)]
        return ", ".join(parts)

    def _screen(self) -> RenderableType:
        """Draw what was last looked at; called several times a second, also while the crawl waits."""
        from rich.console import Group  # noqa: PLC0415  only where there is a terminal
        from rich.table import Table  # noqa: PLC0415  as above
        from rich.text import Text  # noqa: PLC0415  as above

        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("host", overflow="ellipsis", no_wrap=True)
        for name in ("done", "waiting", "at once", "failed"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("asked again", justify="right", no_wrap=True)
        table.add_column("last error", overflow="ellipsis", no_wrap=True)
        now = time.time()
        for host in list(self._hosts):
            going = self._under_way.get(host.id, 0)
            rest = f"in {duration(host.next_at - now)}" if host.next_at > now else ""
            error = self._last_errors.get(host.origin, "")
            cells = [host.origin.partition("://")[2], f"{host.visited:,}", f"{max(0, host.queued - going):,}"]
            cells += [str(going or ""), f"{host.failed:,}" if host.failed else "", rest, error]
            table.add_row(*(Text(printable(cell)) for cell in cells))
        more = self._host_count - len(self._hosts)
        foot = [Text(f"and {more:,} more hosts")] if more > 0 else []
        return Group(*([table] if self._hosts else []), *foot, Text(self._line))

    def say(self, text: str) -> None:
        """Say a line."""
        complain(text)

    def summary(self, stats: CrawlStats, counts: dict[str, int]) -> None:
        """Say how the crawl ended."""
        took = duration(stats.seconds)
        run = f"{stats.visited:,} pages in {took}, {stats.articles:,} articles, {stats.failed:,} failed"
        held = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        self.say(f"{run}; in {self._path} now: {held}")

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.live import Live  # noqa: PLC0415  only where there is a terminal

            self._live = Live(
                get_renderable=self._screen, console=errors(), refresh_per_second=_FRAMES, transient=True,
                redirect_stdout=False,
            )  # fmt: skip
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def duration(seconds: float) -> str:
    """Give a time in words.

    >>> duration(75), duration(7_300), duration(4.2)
    ('1 min 15 s', '2 h 1 min', '4.2 s')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
