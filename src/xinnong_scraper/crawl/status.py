"""How far a crawl is: what its store holds, counted where it stands."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .snapshots import reading
from .store import FAILED, QUEUED, Store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from .snapshots import StoreLike

__all__ = ["Failure", "HostStatus", "Status", "count_status", "read_status", "read_statuses"]

MOST_HOSTS: Final = 50
MOST_FAILURES: Final = 50


@dataclass(frozen=True, slots=True)
class HostStatus:
    """One host of a crawl."""

    origin: str
    """Scheme, host and port."""
    queued: int
    """Its pages that wait."""
    next_at: datetime | None
    """Before when nothing is asked of it (UTC); None if it may be asked now."""
    visited: int
    """Its pages that were asked for."""
    failed: int
    """Those of them that were given up."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Pages that failed in one way."""

    error: str
    """The error's class."""
    status: int | None
    """The HTTP status, where there was one."""
    pages: int
    """How many were given up."""
    waiting: int
    """How many more are queued for another attempt."""
    url: str
    """The one that failed last."""
    message: str | None
    """What was wrong with that one."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a store holds at one moment."""

    store: str
    """The path of its file."""
    pages: int
    """All pages known."""
    queued: int
    """Pages that wait, those of a further attempt included."""
    outcomes: dict[str, int]
    """The pages that are done by what became of them, the most frequent first: ``article``, a reason of
    NotAnArticleError, ``feed``, ``sitemap``, ``too_old``, ``same`` (another page's address), or an error's class."""
    articles: int
    """Articles, each once, however many versions of it are kept."""
    versions: int
    """Records of articles, older versions included."""
    duplicates: int
    """Articles that repeat another one."""
    hosts: tuple[HostStatus, ...]
    """Those with the longest queues first, at most 50."""
    host_count: int
    """All hosts."""
    failures: tuple[Failure, ...]
    """Pages that failed, by class and status, the most frequent first, at most 50."""
    first_fetch: datetime | None
    """The earliest of the pages' last fetches (UTC)."""
    last_fetch: datetime | None
    """The latest fetch (UTC)."""
    bytes: int
    """Of the bodies as they were last fetched, unpacked."""
    mean_seconds: float | None
    """The mean time that a fetch took; None before the first."""


def read_status(store: StoreLike) -> Status:
    """Count what a store holds; a crawl may go on meanwhile.

    ``store`` is a :class:`Store` or the path of one. Raises :class:`~xinnong_scraper.errors.StoreError` if there is no
    store.
    """
    path = store.path if isinstance(store, Store) else Path(store)
    with reading(store) as db:
        return count_status(db, path)


def read_statuses(stores: Sequence[StoreLike], name: str) -> Status:
    """Count what several stores hold together, as if they were one of that name; each is read as it is in its turn."""
    found = [read_status(store) for store in stores]
    outcomes: Counter[str] = Counter()
    for status in found:
        outcomes.update(status.outcomes)
    visited = [sum(status.outcomes.values()) for status in found]
    seconds = sum((status.mean_seconds or 0.0) * weight for status, weight in zip(found, visited, strict=True))
    hosts = sorted((host for status in found for host in status.hosts), key=lambda host: -host.queued)
    return Status(
        store=name,
        pages=sum(status.pages for status in found),
        queued=sum(status.queued for status in found),
        outcomes=dict(outcomes.most_common()),
        articles=sum(status.articles for status in found),
        versions=sum(status.versions for status in found),
        duplicates=sum(status.duplicates for status in found),
        hosts=tuple(hosts[:MOST_HOSTS]),
        host_count=sum(status.host_count for status in found),
        failures=_added(failure for status in found for failure in status.failures),
        first_fetch=min((status.first_fetch for status in found if status.first_fetch), default=None),
        last_fetch=max((status.last_fetch for status in found if status.last_fetch), default=None),
        bytes=sum(status.bytes for status in found),
        mean_seconds=seconds / sum(visited) if any(visited) else None,
    )


def _added(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Add up the failures of one kind; the example is that of the first store."""
    kinds: dict[tuple[str, int | None], Failure] = {}
    for each in failures:
        known = kinds.get((each.error, each.status))
        kinds[each.error, each.status] = (
            each
            if known is None
            else replace(known, pages=known.pages + each.pages, waiting=known.waiting + each.waiting)
        )
    return tuple(sorted(kinds.values(), key=lambda failure: -failure.pages)[:MOST_FAILURES])


def count_status(db: sqlite3.Connection, path: Path) -> Status:
    """Count what an open store holds."""
    total, queued, size, seconds, first, last = db.execute(
        "SELECT count(*), coalesce(sum(state = ?), 0), coalesce(sum(bytes), 0), avg(seconds), min(fetched_at),"
        " max(fetched_at) FROM page",
        (QUEUED,),
    ).fetchone()
    outcomes = db.execute(
        "SELECT coalesce(outcome, 'unknown'), count(*) FROM page WHERE state <> ? GROUP BY 1 ORDER BY 2 DESC, 1",
        (QUEUED,),
    ).fetchall()
    versions, articles, duplicates = db.execute(
        "SELECT count(*), coalesce(sum(latest), 0), coalesce(sum(latest AND duplicate_of IS NOT NULL), 0) FROM record"
    ).fetchone()
    return Status(
        store=str(path),
        pages=total,
        queued=queued,
        outcomes=dict(outcomes),
        articles=articles,
        versions=versions,
        duplicates=duplicates,
        hosts=_hosts(db),
        host_count=db.execute("SELECT count(*) FROM host").fetchone()[0],
        failures=_failures(db),
        first_fetch=_moment(first),
        last_fetch=_moment(last),
        bytes=size,
        mean_seconds=seconds,
    )


def _hosts(db: sqlite3.Connection) -> tuple[HostStatus, ...]:
    now = time.time()
    rows = db.execute(
        "WITH told AS (SELECT host, sum(attempts > 0) AS visited, sum(state = ?) AS failed FROM page GROUP BY host)"
        " SELECT origin, queued, next_at, coalesce(visited, 0), coalesce(told.failed, 0) FROM host"
        " LEFT JOIN told ON told.host = host.id ORDER BY queued DESC, visited DESC, origin LIMIT ?",
        (FAILED, MOST_HOSTS),
    )
    return tuple(
        HostStatus(origin, queued, _moment(next_at) if next_at > now else None, visited, failed)
        for origin, queued, next_at, visited, failed in rows
    )


def _failures(db: sqlite3.Connection) -> tuple[Failure, ...]:
    """Count failed pages by class and status.

    In a query with ``max()``, SQLite takes the other columns from the row that has it
    (https://www.sqlite.org/lang_select.html#bareagg).
    """
    rows = db.execute(
        "SELECT outcome, status, sum(state = ?) AS pages, sum(state = ?), url, message, max(fetched_at) FROM page"
        " WHERE state = ? OR (state = ? AND attempts > 0 AND outcome IS NOT NULL)"
        " GROUP BY outcome, status ORDER BY pages DESC, 4 DESC, outcome, status LIMIT ?",
        (FAILED, QUEUED, FAILED, QUEUED, MOST_FAILURES),
    )
    return tuple(Failure(row[0] or "unknown", *row[1:6]) for row in rows)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
