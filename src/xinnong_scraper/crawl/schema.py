"""The store as an SQLite file: its tables, how it is opened, and who may write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "CACHE_KB",
    "SCHEMA_VERSION",
    "add_later_tables",
    "check_store",
    "lock",
    "open_store",
    "pack_store",
    "replace_store",
    "store_errors",
]

SCHEMA_VERSION: Final = 1
_APPLICATION: Final = 0x584E5331  # "XNS1": PRAGMA application_id
CACHE_KB: Final = 64_000
_BUSY_SECONDS: Final = 30.0

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE host (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  queued INTEGER NOT NULL DEFAULT 0,      -- its pages with state 0
  next_at REAL NOT NULL DEFAULT 0,        -- not asked before (seconds since 1970)
  fetched INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE page (
  id INTEGER PRIMARY KEY,
  key INTEGER NOT NULL UNIQUE,            -- 64 bits of a hash of the address in the form that tells pages apart
  url TEXT NOT NULL,
  host INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,       -- 0 queued, 1 article, 2 other page, 3 failed, 4 the same as another page
  kind TEXT NOT NULL,                     -- how it was found: seed, item, section, pager, other, feed, sitemap
  rank INTEGER NOT NULL,                  -- lower ones of a host are asked for first
  depth INTEGER NOT NULL,                 -- links away from a seed
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before REAL NOT NULL DEFAULT 0,     -- seconds since 1970
  fetched_at REAL,
  status INTEGER,
  bytes INTEGER,                          -- of the body, unpacked
  seconds REAL,                           -- that the fetch took
  etag TEXT,
  last_modified TEXT,
  outcome TEXT,                           -- article, a reason of NotAnArticleError, feed, sitemap, or the error's class
  message TEXT
);
CREATE INDEX page_queue ON page (host, rank, id) WHERE state = 0;

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL,
  version INTEGER NOT NULL,               -- 1, 2, … of the same page
  latest INTEGER NOT NULL DEFAULT 1,
  content_hash TEXT NOT NULL,
  canonical INTEGER,                      -- the key of the canonical address, where that is another page's
  mark INTEGER,                           -- fingerprint of the text, as a signed number
  published_at TEXT,
  section TEXT,
  source TEXT,
  duplicate_of INTEGER,                   -- the record that this one repeats
  stored_at REAL NOT NULL,
  json BLOB NOT NULL,                     -- article.model_dump(mode="json"), UTF-8; last, as it is long
  UNIQUE (page, version)                  -- rows are never deleted: a number is never given twice
);
CREATE INDEX record_canonical ON record (canonical) WHERE canonical IS NOT NULL;
CREATE INDEX record_duplicate ON record (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE block (value INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (value, record)) WITHOUT ROWID;

CREATE TABLE raw (
  page INTEGER NOT NULL,
  part INTEGER NOT NULL,                  -- 0 the page itself, 1, 2, … the further pages of its article
  requested_url TEXT NOT NULL,            -- asked for; url is the address that answered
  url TEXT NOT NULL,
  headers TEXT NOT NULL,                  -- JSON
  body BLOB NOT NULL,                     -- zlib
  fetched_at REAL NOT NULL,
  PRIMARY KEY (page, part)
) WITHOUT ROWID;

CREATE TABLE shape (
  shape TEXT PRIMARY KEY,
  articles INTEGER NOT NULL,
  lists INTEGER NOT NULL,
  others INTEGER NOT NULL
) WITHOUT ROWID;
"""

_LATER_TABLES: Final = """
CREATE TABLE IF NOT EXISTS pace (host INTEGER PRIMARY KEY, gap REAL NOT NULL);  -- seconds between two requests

CREATE TABLE IF NOT EXISTS handed (       -- links to pages that another store of a divided crawl has
  key INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  rank INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS handed_waiting ON handed (key) WHERE taken = 0;
"""
"""What stores of this version that are older lack, until a run begins with them."""


def open_store(path: Path, *, create: bool, cache_kb: int = CACHE_KB) -> sqlite3.Connection:
    """Open a store, or make it; raises :class:`StoreError` for what is none.

    Commits are in the write-ahead log when the call returns, so that the end of the process loses nothing;
    ``synchronous=NORMAL`` means that a loss of power may undo the last ones, and never damages the file.
    """
    if path.is_dir():
        raise StoreError("it is a folder, of stores perhaps; xinnong merge makes one store of them", path=str(path))
    if not create and not path.is_file():
        raise StoreError("there is no such store; xinnong crawl makes one", path=str(path))
    with store_errors(path):
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, cache_kb)
        except BaseException:
            connection.close()
            raise
    return connection


def check_store(connection: sqlite3.Connection, path: Path) -> bool:
    """Tell whether the file has a store's tables; False if it is empty, StoreError if it is anything else."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        return False
    if application != _APPLICATION:
        raise StoreError("the file is a database of something else; give another path", path=str(path))
    if version != SCHEMA_VERSION:
        raise StoreError(f"the store has version {version}, and this library reads {SCHEMA_VERSION}", path=str(path))
    return True


def _prepare(connection: sqlite3.Connection, path: Path, cache_kb: int) -> None:
    empty = not check_store(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{cache_kb}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if empty:
        pragmas = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {SCHEMA_VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} {_LATER_TABLES} {pragmas} COMMIT;")


def add_later_tables(connection: sqlite3.Connection) -> None:
    """Make the tables that a store of this version may lack."""
    connection.executescript(f"BEGIN IMMEDIATE; {_LATER_TABLES} COMMIT;")


def pack_store(path: Path) -> bytes:
    """Give a store that nobody writes to as the bytes of its file, with what its log still holds."""
    with store_errors(path), closing(open_store(path, create=False)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def replace_store(path: Path, data: bytes) -> None:
    """Make a store what bytes of :func:`pack_store` say, in one transaction; it may be read meanwhile."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_bytes(data)
        with (
            store_errors(path),
            closing(open_store(fresh, create=False)) as new,
            closing(open_store(path, create=True)) as old,
        ):
            new.backup(old)
    except OSError as error:
        raise StoreError(f"the store cannot be written: {error.strerror or error}", path=str(path)) from error
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Be the only one to crawl into a store; raises :class:`StoreError` where another process does."""
    keeper = FileLock(f"{path}.lock", timeout=0)
    try:
        keeper.acquire()
    except Timeout:
        raise StoreError("another process is crawling into this store", path=str(path)) from None
    except OSError as error:
        raise StoreError(f"the store cannot be locked: {error.strerror or error}", path=str(path)) from error
    try:
        yield
    finally:
        keeper.release()


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Tell what went wrong with the file in one error of ours."""
    try:
        yield
    except sqlite3.Error as error:
        full = "full" in str(error)
        advice = "make room and run the same command again" if full else "see whether the file and its disk are sound"
        raise StoreError(f"the store cannot be read or written ({error}); {advice}", path=str(path)) from error
