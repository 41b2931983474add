"""What the pages of a store tell of the state of their sites, and what is noted in the store as normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ..drift import Baseline, observe, observe_outcome
from ..drift.observing import ARTICLE, REFUSED, REFUSING
from ..errors import StoreError
from ..page import read_page
from ..records import Article
from .raws import first_page
from .snapshots import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime

    from ..drift import Observation
    from .snapshots import StoreLike
    from .store import Store

__all__ = ["NEWEST", "StorePages", "keep_baseline", "kept_baseline", "observe_store"]

NEWEST: Final = 100
"""Pages of a site that count as new."""
_MOST_LEARNED: Final = 1_000
"""Older pages of a site that are looked at, spread over all of them."""
_NOTE: Final = "drift baseline"
_NOT_MODIFIED: Final = 304
_SAY_NOTHING: Final = frozenset(
    {"feed", "sitemap", "too_old", "robots", "out_of_scope", "same", "redirect", "unchanged"}
)
"""Outcomes that the crawl's own rules gave."""


class StorePages(NamedTuple):
    """The pages of a store that were asked for as articles, each site's in the order of their fetches."""

    older: list[Observation]
    """At most 1,000 of a site, evenly spread."""
    newest: list[Observation]
    """The newest 100 of each site; of one with fewer than 300 the newest third."""


def observe_store(
    store: StoreLike, *, newest: int = NEWEST, older: int = _MOST_LEARNED, since: datetime | None = None
) -> StorePages:
    """Note what the pages of a store tell, ``since`` of those fetched from then on; a crawl may go on meanwhile.

    Where the crawl kept pages as they came (``keep_raw``), the structure of the pages is noted too. Raises
    :class:`~xinnong_scraper.errors.StoreError`.
    """
    found = StorePages([], [])
    with reading(store) as db:
        for row in _rows(db, newest, older, 0.0 if since is None else since.timestamp()):
            told = _told(row.outcome, row.status)
            if told is not None:
                (found.newest if row.is_new else found.older).extend(_observed(db, row, told))
    return found


def kept_baseline(store: Store) -> Baseline | None:
    """Give what is noted in a store as normal; None where nothing is."""
    text = store.note(_NOTE)
    try:
        return Baseline.from_json(text) if text else None
    except ValueError as error:
        raise StoreError(f"what it notes as normal cannot be read ({error})", path=str(store.path)) from error


def keep_baseline(store: Store, baseline: Baseline) -> None:
    """Note in a store what is normal."""
    store.note(_NOTE, baseline.to_json())


class _Row(NamedTuple):
    page: int
    url: str
    outcome: str
    status: int | None
    is_new: int


def _rows(db: sqlite3.Connection, newest: int, older: int, since: float) -> list[_Row]:
    """Choose among the pages that were taken for articles before they were read, or proved to be some."""
    rows = db.execute(
        "WITH asked AS (SELECT id, url, outcome, status, fetched_at,"
        " row_number() OVER (PARTITION BY host ORDER BY fetched_at DESC, id DESC) AS place,"
        " min(?, count(*) OVER (PARTITION BY host) / 3) AS few, count(*) OVER (PARTITION BY host) AS all_pages"
        " FROM page WHERE attempts > 0 AND outcome IS NOT NULL AND state IN (1, 2, 3)"
        " AND (kind = 'item' OR state = 1) AND (status IS NULL OR status <> ?)"
        " AND fetched_at >= ?)"
        " SELECT id, url, outcome, status, place <= few FROM asked"
        " WHERE place <= few OR (? > 0 AND (place - few) % (1 + (all_pages - few - 1) / max(1, ?)) = 0)"
        " ORDER BY fetched_at, id",
        (newest, _NOT_MODIFIED, since, older, older),
    )
    return [_Row(*row) for row in rows]


def _told(outcome: str, status: int | None) -> str | None:
    """Say what an outcome of a crawl tells of the page; None for nothing."""
    if outcome[:1].isupper():  # the class of an error
        return REFUSED if status in REFUSING else None
    return None if outcome in _SAY_NOTHING else outcome


def _observed(db: sqlite3.Connection, row: _Row, told: str) -> Iterator[Observation]:
    record = None
    if told == ARTICLE:
        record = db.execute("SELECT json FROM record WHERE page = ? AND latest = 1", (row.page,)).fetchone()
    if record is None:
        yield observe_outcome(row.url, told)
        return
    raw = first_page(db, row.page)
    page = None if raw is None else read_page(raw.body, url=raw.url, headers=raw.headers)
    found = observe(Article.model_validate_json(record[0]), page=page, url=row.url)
    if found is not None:
        yield found
