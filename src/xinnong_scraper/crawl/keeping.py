"""Records in the store: versions of one page, and records that repeat one another.

Which record of a group is the original does not depend on the order in which they came: one without another canonical
address before one with it, then the one published first, then the lowest address.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from .keys import page_key
from .similar import NEAR, blocks_of, distance, fingerprint

if TYPE_CHECKING:
    import sqlite3

    from ..records import Article

__all__ = ["keep_record"]

_MARK_SIGN: Final = 1 << 63


def keep_record(db: sqlite3.Connection, page: int, article: Article) -> bool:
    """Keep a record, as a new version where the page had another text before; False if it has not changed."""
    last = db.execute("SELECT id, version, content_hash FROM record WHERE page = ? AND latest = 1", (page,)).fetchone()
    if last is not None and last[2] == (article.content_hash or ""):
        return False
    if last is not None:
        db.execute("UPDATE record SET latest = 0 WHERE id = ?", (last[0],))
        db.execute("DELETE FROM block WHERE record = ?", (last[0],))
    mark = fingerprint(article.text)
    canonical = page_key(article.canonical_url) if article.canonical_url else None
    if canonical is not None and article.url is not None and canonical == page_key(article.url):
        canonical = None
    data = json.dumps(article.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    record = db.execute(
        "INSERT INTO record (page, version, json, content_hash, canonical, mark, published_at, section, source,"
        " stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            page,
            last[1] + 1 if last else 1,
            data.encode(),
            article.content_hash or "",
            canonical,
            None if mark is None else mark - (mark & _MARK_SIGN) * 2,
            article.published_at.isoformat() if article.published_at else None,
            article.section,
            article.source,
            time.time(),
        ),
    ).lastrowid
    assert record is not None  # noqa: S101  an INSERT has one
    _relate(db, record, page, mark, canonical)
    return True


def _relate(db: sqlite3.Connection, record: int, page: int, mark: int | None, canonical: int | None) -> None:
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
