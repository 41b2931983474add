"""Pages as they came: kept by a crawl that is told to, and given back to be read again."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ..page import FetchedPage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

__all__ = ["NoArticle", "RawPage", "first_page", "keep_pages", "raw_pages"]

_OK: Final = 200


class RawPage(NamedTuple):
    """A page of the store, as the server sent it."""

    id: int
    url: str
    kind: str
    outcome: str | None
    """What the crawl made of it."""
    record: bytes | None
    """The newest version of its record as JSON, if it has one."""
    parts: tuple[FetchedPage, ...]
    """The page, and the further pages of its article."""


class NoArticle(NamedTuple):
    """Why a kept page gives no record."""

    reason: str
    """A reason of NotAnArticleError, ``doubtful``, or the class of an error."""
    message: str | None
    is_error: bool = False
    """The page could not be read, which says nothing of what it is."""


def keep_pages(db: sqlite3.Connection, page: int, pages: Sequence[FetchedPage]) -> None:
    """Keep a page and the further pages of its article, in place of what was kept of it before."""
    db.execute("DELETE FROM raw WHERE page = ?", (page,))
    db.executemany(
        "INSERT INTO raw (page, part, requested_url, url, headers, body, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                page,
                part,
                fetched.requested_url,
                fetched.url,
                json.dumps(dict(fetched.headers), ensure_ascii=False),
                zlib.compress(fetched.body, 1),
                fetched.fetched_at.timestamp(),
            )
            for part, fetched in enumerate(pages)
        ],
    )


def raw_pages(db: sqlite3.Connection, after: int, limit: int) -> list[RawPage]:
    """Give the next pages that were kept, in the order of their numbers; raises ``ValueError`` for a damaged one."""
    rows = db.execute(
        "SELECT page.id, page.url, page.kind, page.outcome, record.json FROM page"
        " LEFT JOIN record ON record.page = page.id AND record.latest = 1"
        " WHERE page.id IN (SELECT page FROM raw WHERE page > ? AND part = 0 ORDER BY page LIMIT ?) ORDER BY page.id",
        (after, limit),
    ).fetchall()
    return [
        RawPage(number, url, kind, outcome, record, _parts(db, number)) for number, url, kind, outcome, record in rows
    ]


def first_page(db: sqlite3.Connection, page: int) -> FetchedPage | None:
    """Give a page that was kept, without the further pages of its article; None where it was not kept."""
    return next(iter(_parts(db, page, 1)), None)


def _parts(db: sqlite3.Connection, page: int, most: int = -1) -> tuple[FetchedPage, ...]:
    rows = db.execute(
        "SELECT requested_url, url, headers, body, fetched_at FROM raw WHERE page = ? ORDER BY part LIMIT ?",
        (page, most),
    )
    try:
        return tuple(
            FetchedPage(
                requested_url=requested,
                url=url,
                status=_OK,
                headers=json.loads(headers),
                body=zlib.decompress(body),
                fetched_at=datetime.fromtimestamp(moment, UTC),
            )
            for requested, url, headers, body, moment in rows
        )
    except zlib.error as error:
        raise ValueError(f"the kept page {page} is damaged ({error})") from error
