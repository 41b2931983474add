"""The store of a crawl: what is known of each page, the records, and the queue, in one SQLite file.

What became of a page, its record and the links on it are committed together, so that after a crash each page is either
done with all that it gave or still queued.
"""

from __future__ import annotations

import secrets
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from ..errors import StoreError
from ..export import Filter
from .jobs import ARTICLE, FAILED, OTHER, QUEUED, SAME, Job, Link, Result
from .keeping import keep_record, retire_record
from .keys import page_key
from .pacing import begin_run, end_run, keep_gap
from .parts import Part, hand_over, handed, settle_handed
from .raws import NoArticle, keep_pages, raw_pages
from .schema import CACHE_KB, add_later_tables, lock, open_store, store_errors
from .selecting import select_records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from os import PathLike
    from types import TracebackType

    from ..export import Record
    from ..records import Article
    from .raws import RawPage

__all__ = ["ARTICLE", "FAILED", "OTHER", "QUEUED", "SAME", "Job", "Link", "Result", "Store"]

_PART = "part"


class Store:
    """One crawl's file; a context manager. For one thread at a time; many processes may read while one writes."""

    def __init__(
        self, path: str | PathLike[str], *, create: bool = False, keep_raw: bool = False, cache_kb: int = CACHE_KB
    ) -> None:
        """Open the store at ``path``, or with ``create`` make it; ``keep_raw`` keeps pages as they came.

        ``cache_kb`` bounds the memory for pages of the file. Raises :class:`~xinnong_scraper.errors.StoreError`.
        """
        self.path = Path(path)
        self._keep_raw = keep_raw
        self._db = open_store(self.path, create=create, cache_kb=cache_kb)
        self._hosts: dict[str, int] = {}
        try:
            part = self.note(_PART)
        except StoreError:
            self.close()
            raise
        self._part = None if part is None else Part.parse(part)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def locked(self) -> AbstractContextManager[None]:
        """Be the only crawler of this file as long as the context lasts; raises StoreError if there is another."""
        return lock(self.path)

    def begin_run(self, delay: float) -> None:
        """Begin to ask for pages, no host sooner than ``delay`` seconds, or its own longer time, after the last run."""
        with store_errors(self.path):
            add_later_tables(self._db)
            with self._transaction():
                begin_run(self._db, delay, time.time())

    def end_run(self) -> None:
        """Note that the run is over and asks for nothing any more."""
        with store_errors(self.path), self._transaction():
            end_run(self._db, time.time())

    # As one of several

    def become_part(self, part: Part) -> None:
        """Be one store of a divided crawl from now on: links that are another one's are kept for it."""
        self.note(_PART, str(part))
        self._part = part

    def handed(self, limit: int = 10_000) -> list[Link]:
        """Give links that wait for another store to take them."""
        with store_errors(self.path):
            return handed(self._db, limit)

    def settle_handed(self, links: Sequence[Link]) -> None:
        """Note that these links were taken."""
        with store_errors(self.path), self._transaction():
            settle_handed(self._db, links)

    # The queue

    def add(self, links: Iterable[Link]) -> int:
        """Queue the addresses that are not known yet; returns how many."""
        with store_errors(self.path), self._transaction():
            return self._add(links)

    def _add(self, links: Iterable[Link]) -> int:
        added: dict[int, int] = {}
        for link in links:
            if self._part is not None and not self._part.has(link.url):
                hand_over(self._db, link)
                continue
            host = self._host(link.url)
            done = self._db.execute(
                "INSERT OR IGNORE INTO page (key, url, host, kind, rank, depth) VALUES (?, ?, ?, ?, ?, ?)",
                (page_key(link.url), link.url, host, link.kind, link.rank, link.depth),
            )
            if done.rowcount > 0:
                added[host] = added.get(host, 0) + 1
        for host, count in added.items():
            self._db.execute("UPDATE host SET queued = queued + ? WHERE id = ?", (count, host))
        return sum(added.values())

    def _host(self, url: str) -> int:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        known = self._hosts.get(origin)
        if known is None:
            self._db.execute("INSERT OR IGNORE INTO host (origin) VALUES (?)", (origin,))
            known = int(self._db.execute("SELECT id FROM host WHERE origin = ?", (origin,)).fetchone()[0])
            if len(self._hosts) > 10_000:
                self._hosts.clear()
            self._hosts[origin] = known
        return known

    def waiting_hosts(self, limit: int) -> list[tuple[int, float]]:
        """Give hosts with queued pages and when they may be asked, the soonest first."""
        with store_errors(self.path):
            rows = self._db.execute(
                "SELECT id, next_at FROM host WHERE queued > 0 ORDER BY next_at, id LIMIT ?", (limit,)
            )
            return [(int(row[0]), float(row[1])) for row in rows]

    def queue_of(self, host: int, limit: int, now: float) -> list[Job]:
        """Give the first pages of a host's queue that may be asked for now (seconds since 1970)."""
        with store_errors(self.path):
            rows = self._db.execute(
                "SELECT id, url, kind, depth, attempts, etag, last_modified, outcome FROM page"
                " WHERE state = 0 AND host = ? AND not_before <= ? ORDER BY rank, id LIMIT ?",
                (host, now, limit),
            )
            return [Job(*row) for row in rows]

    def rests_until(self) -> float | None:
        """Give the moment when the next page of the queue may be asked for; None if the queue is empty."""
        with store_errors(self.path):
            row = self._db.execute(
                "SELECT min(max(page.not_before, host.next_at)) FROM page JOIN host ON host.id = page.host"
                " WHERE page.state = 0"
            ).fetchone()
            return None if row[0] is None else float(row[0])

    def queue_again(self, *, before: float, articles: bool) -> int:
        """Queue pages that led on (and articles, if told) and were fetched before then; returns how many."""
        states = (OTHER, ARTICLE) if articles else (OTHER, OTHER)
        with store_errors(self.path), self._transaction():
            found = self._db.execute(
                "UPDATE page SET state = 0, attempts = 0, not_before = 0 WHERE state IN (?, ?) AND fetched_at < ?"
                " AND (state = 1 OR outcome IN ('list_page', 'feed', 'sitemap') OR kind IN ('seed', 'section'))",
                (*states, before),
            ).rowcount
            self._db.execute(
                "UPDATE host SET queued = (SELECT count(*) FROM page WHERE state = 0 AND page.host = host.id)"
            )
        return found

    def try_again(self, urls: Iterable[str]) -> None:
        """Queue those of the pages that were given up, or that robots.txt forbade."""
        again = "UPDATE page SET state = 0, attempts = 0, not_before = 0 WHERE key = ? AND state <> 0"
        with store_errors(self.path), self._transaction():
            for url in urls:
                which = f"{again} AND (state = {FAILED} OR outcome = 'robots') RETURNING host"
                for row in self._db.execute(which, (page_key(url),)).fetchall():
                    self._db.execute("UPDATE host SET queued = queued + 1 WHERE id = ?", row)

    # What came of it

    def commit(self, results: Sequence[Result]) -> None:
        """Write what became of pages, all in one transaction."""
        with store_errors(self.path), self._transaction():
            for result in results:
                self._write(result)

    def _write(self, result: Result) -> None:
        job, first = result.job, result.pages[0] if result.pages else None
        state, outcome = result.state, result.outcome
        if (first is not None and not self._owns(job, first.url)) or (
            result.article is not None and self._is_shown_elsewhere(job, result.article)
        ):
            state, outcome = SAME, "same"
        host = self._host(job.url)
        self._db.execute(
            "UPDATE page SET state = ?, attempts = attempts + 1, not_before = ?, fetched_at = ?, status = ?,"
            " bytes = coalesce(?, bytes), seconds = ?, etag = coalesce(?, etag),"
            " last_modified = coalesce(?, last_modified), outcome = ?, message = ? WHERE id = ?",
            (
                state,
                result.not_before,
                first.fetched_at.timestamp() if first else time.time(),
                first.status if first else result.status,
                sum(len(page.body) for page in result.pages) if first else None,
                result.seconds,
                first.headers.get("etag") if first else None,
                first.headers.get("last-modified") if first else None,
                outcome,
                result.message,
                job.id,
            ),
        )
        self._db.execute(
            "UPDATE host SET queued = queued - ?, fetched = fetched + ?, failed = failed + ?,"
            " next_at = max(next_at, ?) WHERE id = ?",
            (state != QUEUED, first is not None, state == FAILED, result.host_waits_until, host),
        )
        keep_gap(self._db, host, result.gap)
        self._add(result.links)
        if result.article is not None and state == ARTICLE:
            keep_record(self._db, job.id, result.article)
        if self._keep_raw and result.pages and state in (ARTICLE, OTHER):
            keep_pages(self._db, job.id, result.pages)

    def _owns(self, job: Job, url: str) -> bool:
        """Take the address that a redirect led to; False if it is another page's that was fetched already."""
        if url == job.url:
            return True
        key = page_key(url)
        if key == page_key(job.url):
            return True
        other = self._db.execute("SELECT id, state, host FROM page WHERE key = ?", (key,)).fetchone()
        if other is None:
            self._db.execute(
                "INSERT INTO page (key, url, host, state, kind, rank, depth, outcome) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
                (key, url, self._host(url), SAME, job.kind, job.depth, "same"),
            )
            return True
        if other[1] == QUEUED:
            self._db.execute("UPDATE page SET state = ?, outcome = 'same' WHERE id = ?", (SAME, other[0]))
            self._db.execute("UPDATE host SET queued = queued - 1 WHERE id = ?", (other[2],))
            return True
        owner = self._db.execute("SELECT outcome FROM page WHERE id = ?", (other[0],)).fetchone()
        return bool(owner[0] == "same")

    def _is_shown_elsewhere(self, job: Job, article: Article) -> bool:
        """Tell whether the page names another one of its host as the article's, and that one is stored."""
        canonical = article.canonical_url
        if canonical is None or canonical == job.url or urlsplit(canonical).netloc != urlsplit(job.url).netloc:
            return False
        key = page_key(canonical)
        if key == page_key(job.url):
            return False
        row = self._db.execute("SELECT state FROM page WHERE key = ?", (key,)).fetchone()
        return row is not None and row[0] == ARTICLE

    # What it holds

    def records(self, *, after: int = 0, wanted: Filter | None = None) -> Iterator[Record]:
        """Give the newest version of each article in the order of storing, those of later versions at their place.

        What comes is the store as it is at the first record, however long the reading takes and whatever a crawl
        writes meanwhile. ``after`` and ``wanted`` are those of :meth:`numbered`.
        """
        return (record for _, record in self.numbered(after=after, wanted=wanted))

    def numbered(self, *, after: int = 0, wanted: Filter | None = None) -> Iterator[tuple[int, Record]]:
        """Do the same, each record with its number: a later one is higher.

        Only numbers above ``after`` are given, and only records that ``wanted`` lets through. A record that changes
        gets a new number, so that whoever goes on after the last one misses nothing.
        """
        with store_errors(self.path), closing(select_records(self._db, after, wanted or Filter())) as found:
            yield from found

    def identity(self) -> str:
        """Give the name that tells this store from all others, a random one."""
        with store_errors(self.path), self._transaction():
            self._db.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (secrets.token_hex(16),))
            return str(self._db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()[0])

    # Pages as they came

    def raw_pages(self, *, after: int = 0, limit: int = 50) -> list[RawPage]:
        """Give up to ``limit`` pages kept as they came (``keep_raw``), numbered above ``after``, in their order."""
        with store_errors(self.path):
            try:
                return raw_pages(self._db, after, limit)
            except ValueError as error:
                raise StoreError(
                    f"{error}; see whether the file and its disk are sound", path=str(self.path)
                ) from error

    def settle(self, findings: Iterable[tuple[int, Article | NoArticle]]) -> None:
        """Write what kept pages, given by their numbers, turned out to be, in one transaction."""
        with store_errors(self.path), self._transaction():
            for page, found in findings:
                if isinstance(found, NoArticle):
                    retire_record(self._db, page)
                    self._db.execute(
                        "UPDATE page SET state = ?, outcome = ?, message = ? WHERE id = ? AND state = ?",
                        (OTHER, found.reason, found.message, page, ARTICLE),
                    )
                else:
                    keep_record(self._db, page, found)
                    self._db.execute(
                        "UPDATE page SET state = ?, outcome = 'article', message = NULL WHERE id = ? AND state = ?",
                        (ARTICLE, page, OTHER),
                    )

    # What it has learned

    def versions(self) -> dict[str, int]:
        """Count the versions of each article, by the page's address."""
        with store_errors(self.path):
            rows = self._db.execute(
                "SELECT page.url, max(version) FROM record JOIN page ON page.id = record.page GROUP BY page.id"
            )
            return {str(row[0]): int(row[1]) for row in rows}

    def shapes(self) -> list[tuple[str, int, int, int]]:
        """Give what the crawl has learned of addresses."""
        with store_errors(self.path):
            return self._db.execute("SELECT shape, articles, lists, others FROM shape").fetchall()

    def keep_shapes(self, rows: Sequence[tuple[str, int, int, int]]) -> None:
        """Keep what the crawl has learned of addresses."""
        with store_errors(self.path), self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO shape VALUES (?, ?, ?, ?)", rows)

    def counts(self) -> dict[str, int]:
        """Count pages by what became of them: an outcome, ``queued``, or the class of an error."""
        with store_errors(self.path):
            rows = self._db.execute(
                "SELECT CASE state WHEN 0 THEN 'queued' ELSE outcome END, count(*) FROM page GROUP BY 1 ORDER BY 2 DESC"
            )
            return {str(row[0]): int(row[1]) for row in rows}

    def queued(self) -> int:
        """Count the pages in the queue."""
        with store_errors(self.path):
            return int(self._db.execute("SELECT coalesce(sum(queued), 0) FROM host").fetchone()[0])

    def visited(self) -> int:
        """Count the pages that were asked for."""
        with store_errors(self.path):
            return int(self._db.execute("SELECT count(*) FROM page WHERE attempts > 0").fetchone()[0])

    def note(self, key: str, value: str | None = None) -> str | None:
        """Give what was noted under a key; note a value, if there is one."""
        if value is not None:
            with store_errors(self.path), self._transaction():
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        with store_errors(self.path):
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            return str(row[0]) if row else None

    def _transaction(self) -> AbstractContextManager[None]:
        return _Transaction(self._db)


class _Transaction:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:
            self._db.execute("ROLLBACK")
