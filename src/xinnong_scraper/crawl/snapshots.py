"""Looking into a store without changing it, also while a crawl writes to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import StoreError
from .schema import check_store, store_errors
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StoreLike", "reading"]

StoreLike = Store | str | os.PathLike[str]
"""A store, or the path of one."""

_BUSY_SECONDS: Final = 30.0
_CACHE_KB: Final = 32_000


@contextmanager
def reading(store: StoreLike) -> Iterator[sqlite3.Connection]:
    """Open a store as it is at this moment: all that is read in the block belongs together.

    What a crawl commits meanwhile is not seen, and neither waits for the other. Large sorts go to a file, so that the
    memory does not grow with the store. Raises :class:`~xinnong_scraper.errors.StoreError`.
    """
    path = store.path if isinstance(store, Store) else Path(store)
    if not path.is_file():
        raise StoreError("there is no such store; xinnong crawl makes one", path=str(path))
    with store_errors(path), closing(_opened(path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        connection.text_factory = _text
        connection.execute("BEGIN")
        if not check_store(connection, path):
            raise StoreError("the file is empty; xinnong crawl fills it", path=str(path))
        yield connection


def _opened(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{_mode(path)}"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)


def _mode(path: Path) -> str:
    """Tell how SQLite should open the file (https://www.sqlite.org/wal.html, "Read-Only Databases").

    A connection that may only read leaves its ``-shm`` and ``-wal`` files behind; one that may write removes them. On
    a medium where nothing can be written, a store without a log is as it will stay.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    return "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
