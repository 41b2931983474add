"""Records in the store: versions of one page, and records that repeat one another.

Which record of a group is the original does not depend on the order in which they came: one without another canonical
address before one with it, then the one published first, then the lowest address.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from .keys import page_key
from .similar import NEAR, blocks_of, distance, fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from ..records import Article

__all__ = ["differing", "keep_record", "relate_record", "retire_record"]

_MARK_SIGN: Final = 1 << 63
_AROUND: Final = frozenset({"teasers", "evidence", "warnings", "confidence", "layout", "encoding"})
"""Fields that tell of the reading or of other articles: on many pages the teasers change by the hour."""


def keep_record(db: sqlite3.Connection, page: int, article: Article) -> None:
    """Keep a record: as a new version where the page had another text, in place where other fields changed.

    Where nothing but the time of the fetch is new, the record stays as it is. A record of which more changed than what
    stands around the article gets a new number, as a new version has one, so that an export that follows sees it.
    """
    last = db.execute("SELECT id, content_hash, json FROM record WHERE page = ? AND latest = 1", (page,)).fetchone()
    data = article.model_dump_json().encode()
    if last is None or last[1] != (article.content_hash or ""):
        if last is not None:
            retire_record(db, page)
        _add(db, page, article, data)
        return
    changed = differing(json.loads(last[2]), json.loads(data))
    if not changed:
        return
    if _AROUND.issuperset(changed):
        db.execute("UPDATE record SET json = ? WHERE id = ?", (data, last[0]))
        return
    _leave(db, last[0])
    canonical, mark = _canonical_key(article), fingerprint(article.text)
    record = db.execute("SELECT max(id) + 1 FROM record").fetchone()[0]
    db.execute(
        "UPDATE record SET id = ?, json = ?, canonical = ?, published_at = ?, section = ?, source = ?, stored_at = ?"
        " WHERE id = ?",
        (record, data, canonical, _moment(article), article.section, article.source, time.time(), last[0]),
    )
    relate_record(db, record, page, mark, canonical)


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Name the fields that two records of a page do not agree on, but for the time of the fetch.

    >>> differing({"title": "甲", "fetched_at": "1", "url": "u"}, {"title": "乙", "fetched_at": "2", "url": "u"})
    ['title']
    """
    return [name for name in {**new, **old} if name != "fetched_at" and old.get(name) != new.get(name)]


def retire_record(db: sqlite3.Connection, page: int) -> None:
    """Make the record of a page one that was: it stays in the store, and no export has it."""
    last = db.execute("SELECT id FROM record WHERE page = ? AND latest = 1", (page,)).fetchone()
    if last is not None:
        db.execute("UPDATE record SET latest = 0 WHERE id = ?", last)
        _leave(db, last[0])


def _add(db: sqlite3.Connection, page: int, article: Article, data: bytes) -> None:
    mark, canonical = fingerprint(article.text), _canonical_key(article)
    record = db.execute(
        "INSERT INTO record (page, version, json, content_hash, canonical, mark, published_at, section, source,"
        " stored_at) VALUES (?, (SELECT coalesce(max(version), 0) + 1 FROM record WHERE page = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            page,
            page,
            data,
            article.content_hash or "",
            canonical,
            None if mark is None else mark - (mark & _MARK_SIGN) * 2,
            _moment(article),
            article.section,
            article.source,
            time.time(),
        ),
    ).lastrowid
    assert record is not None  # noqa: S101  an INSERT has one
    relate_record(db, record, page, mark, canonical)


def _moment(article: Article) -> str | None:
    return article.published_at.isoformat() if article.published_at else None


def _canonical_key(article: Article) -> int | None:
    """Give the key of the canonical address where that is another page's."""
    if article.canonical_url is None or article.canonical_url == article.url:
        return None
    key = page_key(article.canonical_url)
    return None if article.url is not None and key == page_key(article.url) else key


def _leave(db: sqlite3.Connection, record: int) -> None:
    """Take a record out of the group of those that repeat one another; the others find a new original."""
    db.execute("DELETE FROM block WHERE record = ?", (record,))
    db.execute("UPDATE record SET duplicate_of = NULL WHERE id = ?", (record,))
    others = {int(row[0]) for row in db.execute("SELECT id FROM record WHERE duplicate_of = ?", (record,))}
    db.execute("UPDATE record SET duplicate_of = NULL WHERE duplicate_of = ?", (record,))
    if len(others) > 1:
        _unite(db, others)


def relate_record(db: sqlite3.Connection, record: int, page: int, mark: int | None, canonical: int | None) -> None:
    """Find the records with the same text, and let all of them repeat one."""
    group = {record}
    if mark is not None:
        blocks = blocks_of(mark)
        near = db.execute(
            "SELECT DISTINCT record.id, record.mark FROM block JOIN record ON record.id = block.record"
            " WHERE block.value IN (SELECT value FROM json_each(?))",
            (json.dumps(blocks),),
        )
        group |= {int(row[0]) for row in near if distance(int(row[1]) % (1 << 64), mark) <= NEAR}
        db.executemany("INSERT INTO block (value, record) VALUES (?, ?)", [(value, record) for value in blocks])
    if canonical is not None:
        rows = db.execute(
            "SELECT record.id FROM record JOIN page ON page.id = record.page WHERE page.key = ? AND latest = 1",
            (canonical,),
        )
        group |= {int(row[0]) for row in rows}
    own = db.execute("SELECT key FROM page WHERE id = ?", (page,)).fetchone()[0]
    group |= {int(row[0]) for row in db.execute("SELECT id FROM record WHERE canonical = ? AND latest = 1", (own,))}
    if len(group) > 1:
        _unite(db, group)


def _unite(db: sqlite3.Connection, group: set[int]) -> None:
    roots = db.execute(
        "SELECT DISTINCT coalesce(duplicate_of, id) FROM record WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(group)),),
    ).fetchall()
    members = db.execute(
        "WITH root AS (SELECT value FROM json_each(?))"
        " SELECT record.id FROM record JOIN page ON page.id = record.page"
        " WHERE record.id IN root OR duplicate_of IN root"
        " ORDER BY canonical IS NOT NULL, published_at IS NULL, published_at, page.url, record.id",
        (json.dumps([row[0] for row in roots]),),
    ).fetchall()
    first = members[0][0]
    db.execute("UPDATE record SET duplicate_of = NULL WHERE id = ?", (first,))
    db.executemany("UPDATE record SET duplicate_of = ? WHERE id = ?", [(first, row[0]) for row in members[1:]])
