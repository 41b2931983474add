"""Stores of crawls made one: every page and record once, and which records repeat one another found out anew.

Rows are copied by SQLite itself, store after store, so that the memory does not grow with them. Where two stores have
the same page, the one that knows more of it counts (an article before anything else, what was asked for before what is
queued, then the later fetch), and the records of both are its versions, in the order of storing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..drift import Baseline
from ..errors import StoreError
from .jobs import Link
from .keeping import relate_record
from .observed import keep_baseline, kept_baseline
from .schema import CACHE_KB, lock, store_errors
from .snapshots import reading
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from ..drift import Profile

__all__ = ["merge_stores"]

_AT_ONCE: Final = 1_000
"""Rows that go through our own hands between two commits."""

_PAGE: Final = (
    "state, kind, rank, depth, attempts, not_before, fetched_at, status, bytes, seconds, etag, last_modified, outcome,"
    " message"
)
_RECORD: Final = "content_hash, canonical, mark, published_at, section, source, stored_at, json"

_COPY: Final = f"""
INSERT INTO host (origin, next_at, fetched, failed) SELECT origin, next_at, fetched, failed FROM other.host WHERE true
  ON CONFLICT (origin) DO UPDATE SET next_at = max(next_at, excluded.next_at), fetched = fetched + excluded.fetched,
    failed = failed + excluded.failed;
CREATE TEMP TABLE host_map AS
  SELECT old.id AS old, new.id AS new FROM other.host AS old JOIN main.host AS new USING (origin);
CREATE UNIQUE INDEX temp.host_map_old ON host_map (old);

CREATE TEMP TABLE page_map AS
  SELECT old.id AS old, coalesce(new.id, old.id + (SELECT coalesce(max(id), 0) FROM main.page)) AS new,
    new.id IS NOT NULL AS known,
    new.id IS NULL OR (old.state = 1, old.state <> 0, coalesce(old.fetched_at, 0))
      > (new.state = 1, new.state <> 0, coalesce(new.fetched_at, 0)) AS better
  FROM other.page AS old LEFT JOIN main.page AS new ON new.key = old.key;
CREATE UNIQUE INDEX temp.page_map_old ON page_map (old);
INSERT OR REPLACE INTO page (id, key, url, host, {_PAGE})
  SELECT page_map.new, key, url, host_map.new, {_PAGE} FROM page_map JOIN other.page AS page ON page.id = page_map.old
    JOIN host_map ON host_map.old = page.host WHERE better;

CREATE TEMP TABLE record_map AS
  SELECT record.id AS old, record.id + (SELECT coalesce(max(id), 0) FROM main.record) AS new, page_map.new AS page,
    CASE known WHEN 0 THEN version
      ELSE version + (SELECT coalesce(max(version), 0) FROM main.record AS mine WHERE mine.page = page_map.new)
    END AS version, latest, known
  FROM other.record AS record JOIN page_map ON page_map.old = record.page
  WHERE NOT known OR NOT EXISTS (
    SELECT 1 FROM main.record AS mine WHERE mine.page = page_map.new AND mine.content_hash = record.content_hash);
INSERT INTO record (id, page, version, latest, {_RECORD})
  SELECT new, record_map.page, record_map.version, record_map.latest, {_RECORD}
  FROM record_map JOIN other.record AS record ON record.id = record_map.old;

CREATE TEMP TABLE orders AS
  SELECT record.id, row_number() OVER versions AS version,
    row_number() OVER versions = count(*) OVER (PARTITION BY page) AND page.state = 1 AS latest
  FROM main.record AS record JOIN main.page AS page ON page.id = record.page
  WHERE record.page IN (SELECT page FROM record_map WHERE known)
  WINDOW versions AS (PARTITION BY page ORDER BY stored_at, record.version);
UPDATE record SET version = -orders.version, latest = orders.latest FROM orders WHERE orders.id = record.id;
UPDATE record SET version = -version WHERE id IN (SELECT id FROM orders);

DELETE FROM raw WHERE page IN (SELECT new FROM page_map WHERE known AND better);
INSERT INTO raw (page, part, requested_url, url, headers, body, fetched_at)
  SELECT page_map.new, part, requested_url, url, headers, body, fetched_at
  FROM other.raw AS raw JOIN page_map ON page_map.old = raw.page WHERE better;
INSERT INTO shape SELECT * FROM other.shape WHERE true
  ON CONFLICT (shape) DO UPDATE SET articles = articles + excluded.articles, lists = lists + excluded.lists,
    others = others + excluded.others;
"""  # noqa: S608  names of columns, ours
_COPY_PACE: Final = """
INSERT INTO pace SELECT host_map.new, gap FROM other.pace JOIN host_map ON host_map.old = host WHERE true
  ON CONFLICT (host) DO UPDATE SET gap = max(gap, excluded.gap);
"""
_FORGET: Final = "".join(f"DROP TABLE temp.{name};" for name in ("host_map", "page_map", "record_map", "orders"))
_COUNT: Final = """
UPDATE host SET queued = 0;
UPDATE host SET queued = waiting.pages
  FROM (SELECT host, count(*) AS pages FROM page WHERE state = 0 GROUP BY host) AS waiting WHERE waiting.host = host.id;
"""


def merge_stores(stores: Sequence[str | PathLike[str]], into: str | PathLike[str]) -> int:
    """Make one store of several ``stores``, wholly or not at all; returns the number of articles in it.

    Each store is taken as it is when its turn comes; a crawl into it may go on. What is queued stays queued, links that
    the stores of a divided crawl found for one another included, so that a crawl can go on with the result. Raises
    :class:`~xinnong_scraper.errors.StoreError`, also where ``into`` is there already.
    """
    target = Path(into)
    if target.exists():
        raise StoreError("the file is there already; give another path, or remove it", path=str(target))
    fresh = target.with_name(f".{target.name}.merging")
    with lock(fresh):
        _remove(fresh)
        try:
            articles = _merge([Path(store) for store in stores], fresh)
            fresh.replace(target)
        except OSError as error:
            message = f"the stores cannot be merged: {error.strerror or error}"
            raise StoreError(message, path=str(target)) from error
        finally:
            _remove(fresh)
            Path(f"{fresh}.lock").unlink(missing_ok=True)
    return articles


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def _merge(stores: Sequence[Path], fresh: Path) -> int:
    Store(fresh, create=True).close()
    with store_errors(fresh), closing(sqlite3.connect(fresh, isolation_level=None)) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KB}"):
            db.execute(f"PRAGMA {pragma}")  # whoever is interrupted begins anew
        for path in stores:
            _copy(db, path)
        db.executescript(f"BEGIN; {_COUNT} COMMIT;")
        articles = _relate(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA journal_mode = WAL")
    with Store(fresh) as merged:
        _take_notes(stores, merged)
        for path in stores:
            _take_handed(path, merged)
    return articles


def _copy(db: sqlite3.Connection, path: Path) -> None:
    with reading(path) as store:
        has_pace = store.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'pace'").fetchone()[0]
    db.execute("ATTACH ? AS other", (str(path),))
    try:
        db.executescript(f"BEGIN; {_COPY} {_COPY_PACE if has_pace else ''} {_FORGET} COMMIT;")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    finally:
        db.execute("DETACH other")


def _relate(db: sqlite3.Connection) -> int:
    """Find out which of the newest records repeat one another; returns how many there are."""
    last, count = 0, 0
    while True:
        rows = db.execute(
            "SELECT id, page, mark, canonical FROM record WHERE latest = 1 AND id > ? ORDER BY id LIMIT ?",
            (last, _AT_ONCE),
        ).fetchall()
        if not rows:
            return count
        db.execute("BEGIN")
        for record, page, mark, canonical in rows:
            relate_record(db, record, page, None if mark is None else mark % (1 << 64), canonical)
        db.execute("COMMIT")
        last, count = rows[-1][0], count + len(rows)


def _take_notes(stores: Sequence[Path], merged: Store) -> None:
    """Note from where the crawls started, and what is normal for their sites."""
    seeds: dict[str, None] = {}
    profiles: dict[str, Profile] = {}
    for path in stores:
        with Store(path) as store:
            seeds |= dict.fromkeys((store.note("seeds") or "").split())
            profiles |= (kept_baseline(store) or Baseline({})).profiles
    merged.note("seeds", "\n".join(seeds))
    if profiles:
        keep_baseline(merged, Baseline(profiles))
    merged.begin_run(0.0)  # the next one lets the hosts rest


def _take_handed(path: Path, merged: Store) -> None:
    """Queue what a store of a divided crawl found for others, as far as they do not know it."""
    with reading(path) as store:
        if not store.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'handed'").fetchone()[0]:
            return
        found = store.execute("SELECT url, kind, rank, depth FROM handed ORDER BY key")
        while rows := found.fetchmany(_AT_ONCE):
            merged.add([Link(*row) for row in rows])
