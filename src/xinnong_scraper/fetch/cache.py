"""The cache on disk: one SQLite file of pages, bounded in bytes, shared by threads and processes.

It does what it is told; what may be kept and how long it is good is decided in ``freshness`` and ``machine``. A fetch
never fails because of it: an error of SQLite is logged once, and the fetches go on without. A transaction writes a page
as a whole, and the write-ahead log keeps the file readable when a writer is killed. A page of 100 kB is read in about
0.1 ms and written in 0.4 ms, most of it zlib's, so the asyncio driver calls it directly, too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .effects import CacheEffect, Confirm, Forget, Recall, Remember
from .freshness import StoredPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["DiskCache", "check_file"]

APPLICATION_ID = 0x584E4331
"""What marks a file as ours: ``XNC1`` (SQLite's ``PRAGMA application_id``)."""
SCHEMA_VERSION = 1

_SCHEMA = (
    (
        "CREATE TABLE pages (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, url TEXT NOT NULL,"
        " headers TEXT NOT NULL, digest BLOB NOT NULL, length INTEGER NOT NULL,"
        " asked_at REAL NOT NULL, received_at REAL NOT NULL, used_at REAL NOT NULL)"
    ),
    "CREATE INDEX pages_by_use ON pages (used_at)",
    # Apart from the rest, so that new headers do not write the body again.
    "CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_BUSY_SECONDS = 1.0
"""How long a call waits for another process; a transaction takes a few milliseconds."""
_TOUCH_SECONDS = 3_600.0
"""How exactly the last use is known: reading a page is no write each time."""
_EVICTED_AT_ONCE = 16
_MOST_EVICTIONS = 64
_LOG_BYTES = 8_000_000
_LEVEL = 1  # ten times as fast as zlib's default, for pages a tenth larger

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Opened:
    """A connection and the lock around it, in the process that made them: SQLite's must not cross a fork."""

    process: int = field(default_factory=os.getpid)
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None


_inherited: list[_Opened] = []
"""Connections of a parent process: closing them here would tamper with its locks."""


class DiskCache:
    """Pages in one file; may be used from many threads, and after a fork.

    Raises ``ValueError`` if ``path`` names something that is no cache of this version: it is left as it is. ``wall`` is
    the clock, in seconds since 1970.
    """

    def __init__(self, path: Path, max_bytes: int, *, wall: Callable[[], float] = time.time) -> None:
        self.path = path.absolute()
        self._max_bytes = max_bytes
        self._wall = wall
        self._usable = self._writable = True
        self._told = False
        self._opened = _Opened()
        try:
            self._opened.connection = _open(self.path)
        except (sqlite3.Error, OSError) as error:
            self._usable = _is_busy(error)
            self._tell("cannot be used", error)

    def perform(self, effect: CacheEffect) -> StoredPage | None:
        """Do what a flow asks for; never raises."""
        match effect:
            case Recall():
                return self.recall(effect.key)
            case Remember():
                self.remember(effect.page)
            case Confirm():
                self.confirm(effect.page)
            case Forget():
                self.forget(effect.key)
        return None

    def recall(self, key: bytes) -> StoredPage | None:
        """Give the page kept under a key; None if there is none, or none that is whole."""
        row = self._read(
            "SELECT id, used_at, url, headers, digest, length, asked_at, received_at, body"
            " FROM pages JOIN bodies USING (id) WHERE key = ?",
            key,
        )
        if row is None:
            return None
        place, used_at, *rest = row
        page = _unpacked(key, *rest)
        if page is None:
            self.forget(key)
        elif abs(self._wall() - used_at) > _TOUCH_SECONDS:
            touched = (self._wall(), place)
            self._write(lambda connection: connection.execute("UPDATE pages SET used_at = ? WHERE id = ?", touched))
        return page

    def remember(self, page: StoredPage) -> None:
        """Keep a page in place of the one under its key, and drop those unused for longest if the file is too large."""
        packed = zlib.compress(page.body, _LEVEL)
        if len(packed) > self._max_bytes // 4:
            self.forget(page.key)
            return
        headers, times = json.dumps(page.headers), (page.asked_at, page.received_at, self._wall())

        def insert(connection: sqlite3.Connection) -> None:
            _delete(connection, page.key)
            place = connection.execute(
                "INSERT INTO pages (key, url, headers, digest, length, asked_at, received_at, used_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (page.key, page.url, headers, page.digest, len(page.body), *times),
            ).lastrowid
            connection.execute("INSERT INTO bodies (id, body) VALUES (?, ?)", (place, packed))
            _evict(connection, self._max_bytes)

        self._write(insert)

    def confirm(self, page: StoredPage) -> None:
        """Renew headers and times, unless another process has meanwhile kept another body."""
        values = (json.dumps(page.headers), page.asked_at, page.received_at, self._wall(), page.key, page.digest)
        self._write(
            lambda connection: connection.execute(
                "UPDATE pages SET headers = ?, asked_at = ?, received_at = ?, used_at = ? WHERE key = ? AND digest = ?",
                values,
            )
        )

    def forget(self, key: bytes) -> None:
        """Drop the page under a key."""
        if self._writable and self._read("SELECT 1 FROM pages WHERE key = ?", key) is not None:
            self._write(lambda connection: _delete(connection, key))

    def close(self) -> None:
        """Close the file; whatever is asked after that is as if the cache were empty."""
        self._usable = False
        opened = self._opened
        if opened.process == os.getpid():
            with opened.lock:
                connection, opened.connection = opened.connection, None
                if connection is not None:
                    connection.close()

    def _read(self, query: str, key: bytes) -> tuple[Any, ...] | None:
        """Give the first row; after an error that is no passing lock the cache is not used any more."""
        try:
            with self._connection() as connection:
                row: tuple[Any, ...] | None = connection.execute(query, (key,)).fetchone() if connection else None
                return row
        except _ERRORS as error:
            if not _is_busy(error):
                self._usable = False
                self._tell("cannot be used", error)
        return None

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do one transaction; after an error that is no passing lock the cache is only read."""
        if not self._writable:
            return
        try:
            with self._connection() as connection:
                if connection is not None:
                    with _transaction(connection):
                        work(connection)
        except _ERRORS as error:
            if not _is_busy(error):
                self._writable = False
                self._tell("cannot be written", error)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection | None]:
        """Hold the connection; None where the cache is not used."""
        opened = self._opened
        if opened.process != os.getpid():
            _inherited.append(opened)
            opened = self._opened = _Opened()
        with opened.lock:
            if self._usable and opened.connection is None:
                opened.connection = _open(self.path)
            yield opened.connection if self._usable else None

    def _tell(self, what: str, error: Exception) -> None:
        if not self._told:
            self._told = True
            _log.warning("the cache %s %s, so fetches go on without it: %s", self.path, what, error)


def check_file(path: Path) -> None:
    """Raise ``ValueError`` if a file is something other than a cache of this version; make it if there is none."""
    with contextlib.suppress(sqlite3.Error, OSError):
        _open(path.absolute()).close()


_ERRORS = (sqlite3.Error, OSError, ValueError)
"""What a file may do that was changed while it was in use."""


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, make it if there is none; raises ``ValueError`` if it is something else."""
    if path.is_dir():
        raise ValueError(f"the cache must be a file, but {path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        if not _is_ours(connection, path):
            _switch_to_log(connection)
            with _transaction(connection):
                if not _is_ours(connection, path):
                    for statement in _SCHEMA:
                        connection.execute(statement)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Tell a cache from an empty file; raises ``ValueError`` if it is neither."""
    try:
        found = (_pragma(connection, "application_id"), _pragma(connection, "user_version"))
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_NOTADB:
            raise
        found, tables = (0, 0), 1
    if found == (APPLICATION_ID, SCHEMA_VERSION):
        return True
    if found == (0, 0) and tables == 0:
        return False
    other = "a cache of another version" if found[0] == APPLICATION_ID else "no cache of pages"
    raise ValueError(f"{path} is {other}; it was left as it is: choose another file for the cache, or remove this one")


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Let reading and writing go on side by side; SQLite does not wait here, when two processes make the file."""
    ends = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _delete(connection: sqlite3.Connection, key: bytes) -> None:
    connection.execute("DELETE FROM bodies WHERE id IN (SELECT id FROM pages WHERE key = ?)", (key,))
    connection.execute("DELETE FROM pages WHERE key = ?", (key,))


def _evict(connection: sqlite3.Connection, most: int) -> None:
    """Free the space of pages unused for longest; what is freed is used again, so the file stops growing."""
    for _ in range(_MOST_EVICTIONS):
        used = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
        if used * _pragma(connection, "page_size") <= most:
            return
        oldest = connection.execute("SELECT id FROM pages ORDER BY used_at LIMIT ?", (_EVICTED_AT_ONCE,)).fetchall()
        connection.executemany("DELETE FROM bodies WHERE id = ?", oldest)
        connection.executemany("DELETE FROM pages WHERE id = ?", oldest)


def _unpacked(
    key: bytes, url: str, headers: str, digest: bytes, length: int, asked_at: float, received_at: float, packed: bytes
) -> StoredPage | None:
    """Make a page of a row; None if it is damaged, which SQLite does not notice inside a value."""
    try:
        body = zlib.decompressobj().decompress(packed, length + 1)
        pairs = tuple((str(name), str(value)) for name, value in json.loads(headers))
    except (zlib.error, ValueError, TypeError):
        return None
    if len(body) != length or hashlib.sha256(body).digest() != digest:
        return None
    return StoredPage(key, str(url), pairs, body, digest, float(asked_at), float(received_at))
