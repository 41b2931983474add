"""The records of the store that are wanted: most that a filter asks for is told by columns, the rest by the record."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..export import Filter, Record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator
    from datetime import date

__all__ = ["select_records"]


def select_records(db: sqlite3.Connection, after: int, wanted: Filter) -> Generator[tuple[int, Record], None, None]:
    """Give the newest version of each article that is wanted, with its number, all as of one moment (a WAL snapshot).

    Only numbers above ``after`` are given, in their order. One row at a time is in memory.
    """
    condition, values, rest = _split(wanted)
    with closing(db.cursor()) as cursor:
        cursor.execute(
            "SELECT record.id, record.json, page.url FROM record"  # noqa: S608  the condition is one of our own texts
            " LEFT JOIN record AS first ON first.id = record.duplicate_of LEFT JOIN page ON page.id = first.page"
            f" WHERE record.latest = 1 AND record.id > ? AND {condition} ORDER BY record.id",
            (after, *values),
        )
        for number, data, original in cursor:
            record = Record(data, duplicate_of=original)
            if rest is None or rest.matches(record):
                yield int(number), record


def _split(wanted: Filter) -> tuple[str, list[str], Filter | None]:
    """Turn a filter into a condition on ``record``, its values, and what is left to ask of each record, if anything.

    A day is compared with the first ten characters of ``published_at``, which are the day as the page dates it.

    >>> _split(Filter(sections=["三农"], duplicates=False))
    ('record.section IN (SELECT value FROM json_each(?)) AND record.duplicate_of IS NULL', ['["三农"]'], None)
    """
    conditions: list[str] = []
    values: list[str] = []
    for names, condition in (
        (wanted.sections, "record.section IN (SELECT value FROM json_each(?))"),
        (wanted.sources, "record.source IN (SELECT value FROM json_each(?))"),
    ):
        if names is not None:
            conditions.append(condition)
            values.append(json.dumps(list(names), ensure_ascii=False))
    for bound, condition in (
        (wanted.since, "substr(record.published_at, 1, 10) >= ?"),
        (wanted.until, "substr(record.published_at, 1, 10) <= ?"),
    ):
        if bound is not None and not isinstance(bound, datetime):
            conditions.append(condition)
            values.append(bound.isoformat())
    if not wanted.duplicates:
        conditions.append("record.duplicate_of IS NULL")
    rest = replace(
        wanted,
        sections=None,
        sources=None,
        duplicates=True,
        since=_moment(wanted.since),
        until=_moment(wanted.until),
    )
    return " AND ".join(conditions) or "TRUE", values, None if rest == Filter() else rest


def _moment(bound: date | None) -> datetime | None:
    return bound if isinstance(bound, datetime) else None
