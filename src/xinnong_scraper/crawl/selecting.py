"""Which records of the store are wanted: what SQL can tell by the record's columns, and what only the record tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..export import Filter

if TYPE_CHECKING:
    from datetime import date

__all__ = ["split"]


def split(wanted: Filter) -> tuple[str, list[str], Filter | None]:
    """Turn a filter into a condition on ``record``, its values, and what is left to ask of each record, if anything.

    A day is compared with the first ten characters of ``published_at``, which are the day as the page dates it.

    >>> split(Filter(sections=["三农"], duplicates=False))
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
