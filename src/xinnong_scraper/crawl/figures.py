"""The figures of a report, counted by SQLite; of however large a store only small tables come into memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from ..records import Article

if TYPE_CHECKING:
    import sqlite3

__all__ = ["DuplicateGroup", "Figures", "Progress", "Share", "Shares", "Timeline", "read_figures"]

SAMPLE: Final = 20_000
"""Records that are looked into; of more, every second, third, … one is."""
LATENCIES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""The bounds of the bins of fetch times, in seconds."""
CONFIDENCES: Final = 20
"""The number of bins of confidence."""
_TOP: Final = 15
_GROUPS: Final = 10
_MEMBERS: Final = 5
_LONGEST: Final = 300  # characters of a title that are read
_FEW_MONTHS: Final = 12  # up to which a timeline has days
_MANY_MONTHS: Final = 240  # and up to which it has months
_MOST_YEARS: Final = 120
_RARE: Final = 0.01  # of the articles may lie outside the timeline, where their dates would stretch it
_PAUSE: Final = 1800  # seconds without a fetch, after which another run is taken to begin
_STEPS: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400)
_MOST_STEPS: Final = 120
_ABOUT_THE_READING: Final = frozenset(
    {"url", "layout", "page_count", "confidence", "evidence", "warnings", "fetched_at", "content_hash"}
)


class Share(NamedTuple):
    """A name, and how many have it; None for those that have none."""

    name: str | None
    number: int


class Shares(NamedTuple):
    """The most frequent names, and how many others there are."""

    top: tuple[Share, ...]
    others: int
    """What stands under all further names."""
    other_names: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Articles by the time of publication."""

    unit: str
    """``day``, ``month`` or ``year``."""
    bins: tuple[Share, ...]
    """All from the first to the last, those without articles too."""
    outside: int
    """Articles with dates so far from the others that they are left out."""
    undated: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Pages by the time of their last fetch, since the last pause of half an hour or more."""

    step: int
    """Seconds of one step."""
    steps: tuple[tuple[int, int, int, int], ...]
    """The start of a step (seconds since 1970), and the articles, other pages and failures in it."""
    earlier: int
    """Pages that were fetched before the pause."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Articles that repeat one."""

    title: str | None
    url: str | None
    count: int
    """How many repeat it."""
    members: tuple[tuple[str | None, str], ...]
    """Titles and addresses of the first of them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report shows beside the status."""

    timeline: Timeline
    sections: Shares
    sources: Shares
    sampled: int
    """Records that the next three were counted in: all, or an even sample."""
    coverage: tuple[Share, ...]
    """Fields of the record with how many of the sampled records have them filled."""
    warnings: tuple[Share, ...]
    """Codes of warnings with how many of the sampled records have them."""
    confidence: tuple[int, ...]
    """Sampled records by confidence, in equal bins from 0 to 1."""
    latency: tuple[int, ...]
    """Fetches between the bounds ``LATENCIES``; one number more than there are bounds."""
    groups: tuple[DuplicateGroup, ...]
    group_count: int
    progress: Progress


def read_figures(db: sqlite3.Connection) -> Figures:
    """Count everything, in one pass over the pages and a few over the records."""
    articles = _count(db, "SELECT coalesce(sum(latest), 0) FROM record")
    every = max(1, -(-articles // SAMPLE))
    groups, group_count = _groups(db)
    return Figures(
        timeline=_timeline(db),
        sections=_shares(db, "section"),
        sources=_shares(db, "source"),
        sampled=_count(db, "SELECT count(*) FROM record WHERE latest = 1 AND id % ? = 0", every),
        coverage=_coverage(db, every),
        warnings=_warnings(db, every),
        confidence=_confidence(db, every),
        latency=_latency(db),
        groups=groups,
        group_count=group_count,
        progress=_progress(db),
    )


def _count(db: sqlite3.Connection, query: str, *values: object) -> int:
    return int(db.execute(query, values).fetchone()[0])


# By the columns of records


def _timeline(db: sqlite3.Connection) -> Timeline:
    rows = db.execute(
        "SELECT substr(published_at, 1, 7), count(*) FROM record WHERE latest = 1 GROUP BY 1 ORDER BY 1"
    ).fetchall()
    undated = sum(count for month, count in rows if month is None)
    months = [(str(month), int(count)) for month, count in rows if month is not None]
    first, last, size = _span(months)
    if not months:
        return Timeline("day", (), 0, undated)
    bins = db.execute(
        "SELECT substr(published_at, 1, ?), count(*) FROM record WHERE latest = 1"
        " AND substr(published_at, 1, 7) BETWEEN ? AND ? GROUP BY 1 ORDER BY 1",
        (size, first, last),
    ).fetchall()
    counts = {str(label): int(count) for label, count in bins}
    drawn = tuple(Share(label, counts.get(label, 0)) for label in _labels(min(counts), max(counts)))
    outside = sum(count for _, count in months) - sum(counts.values())
    return Timeline({10: "day", 7: "month", 4: "year"}[size], drawn, outside, undated)


def _labels(first: str, last: str) -> list[str]:
    """Name every day, month or year from the first to the last.

    >>> _labels("2018-11", "2019-02")
    ['2018-11', '2018-12', '2019-01', '2019-02']
    """
    if len(first) == 10:
        days = range(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1)
        return [date.fromordinal(day).isoformat() for day in days]
    if len(first) == 7:
        months = range(_number(first), _number(last) + 1)
        return [f"{(month - 1) // 12:04}-{(month - 1) % 12 + 1:02}" for month in months]
    return [f"{year:04}" for year in range(int(first), int(last) + 1)]


def _span(months: list[tuple[str, int]]) -> tuple[str, str, int]:
    """Tell the first and last month to draw, and how many characters of a date name a bin.

    Rare dates at both ends, such as 1970-01-01, are left out where that makes the bins finer.
    """
    if not months:
        return "", "", 10
    rare = int(sum(count for _, count in months) * _RARE)
    whole, core = (months[0][0], months[-1][0]), (_beyond(months, rare), _beyond(months[::-1], rare))
    for size, most in ((10, _FEW_MONTHS), (7, _MANY_MONTHS)):
        for first, last in (whole, core):
            if _number(last) - _number(first) < most:
                return first, last, size
    first, last = core
    return max(first, f"{int(last[:4]) - _MOST_YEARS + 1:04}-01"), last, 4


def _beyond(months: list[tuple[str, int]], rare: int) -> str:
    for month, count in months:
        rare -= count
        if rare < 0:
            return month
    return months[-1][0]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _shares(db: sqlite3.Connection, column: str) -> Shares:
    """Count by ``section`` or ``source``."""
    rows = db.execute(
        "SELECT substr(CASE ? WHEN 'section' THEN section ELSE source END, 1, ?), count(*) AS articles,"
        " count(*) OVER (), sum(count(*)) OVER () FROM record WHERE latest = 1"
        " GROUP BY 1 ORDER BY articles DESC, 1 LIMIT ?",
        (column, _LONGEST, _TOP),
    ).fetchall()
    names, articles = (rows[0][2], rows[0][3]) if rows else (0, 0)
    top = tuple(Share(row[0], row[1]) for row in rows)
    return Shares(top, articles - sum(share.number for share in top), names - len(top))


def _groups(db: sqlite3.Connection) -> tuple[tuple[DuplicateGroup, ...], int]:
    count = _count(db, "SELECT count(DISTINCT duplicate_of) FROM record WHERE duplicate_of IS NOT NULL AND latest = 1")
    rows = db.execute(
        "SELECT duplicate_of, count(*) FROM record WHERE duplicate_of IS NOT NULL AND latest = 1"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
        (_GROUPS,),
    ).fetchall()
    groups = []
    for original, repeated in rows:
        members = db.execute(
            "SELECT substr(json_extract(CAST(record.json AS TEXT), '$.title'), 1, ?), page.url FROM record"
            " JOIN page ON page.id = record.page WHERE record.id = ? OR (duplicate_of = ? AND latest = 1)"
            " ORDER BY record.id <> ?, record.id LIMIT ?",
            (_LONGEST, original, original, original, _MEMBERS + 1),
        ).fetchall()
        (title, url), *others = members or [(None, None)]
        groups.append(DuplicateGroup(title, url, repeated, tuple((name, link) for name, link in others)))
    return tuple(groups), count


# By what stands in the records


def _coverage(db: sqlite3.Connection, every: int) -> tuple[Share, ...]:
    rows = db.execute(
        "SELECT key, sum(CASE type WHEN 'null' THEN 0 WHEN 'array' THEN value <> '[]'"
        """ WHEN 'object' THEN value NOT IN ('{}', '{"blocks":[]}') ELSE 1 END)"""
        " FROM record, json_each(CAST(record.json AS TEXT)) WHERE record.latest = 1 AND record.id % ? = 0 GROUP BY key",
        (every,),
    )
    filled = {str(key): int(count) for key, count in rows}
    fields = [name for name in Article.model_fields if name not in _ABOUT_THE_READING]
    return tuple(Share(name, filled.get(name, 0)) for name in fields) if filled else ()


def _warnings(db: sqlite3.Connection, every: int) -> tuple[Share, ...]:
    rows = db.execute(
        "SELECT json_extract(warning.value, '$.code'), count(DISTINCT record.id)"
        " FROM record, json_each(CAST(record.json AS TEXT), '$.warnings') AS warning"
        " WHERE record.latest = 1 AND record.id % ? = 0 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
        (every, _TOP),
    )
    return tuple(Share(str(code), int(count)) for code, count in rows)


def _confidence(db: sqlite3.Connection, every: int) -> tuple[int, ...]:
    rows = db.execute(
        "SELECT min(CAST(json_extract(CAST(json AS TEXT), '$.confidence') * ? AS INTEGER), ?), count(*)"
        " FROM record WHERE latest = 1 AND id % ? = 0 GROUP BY 1",
        (CONFIDENCES, CONFIDENCES - 1, every),
    )
    counts = dict(rows.fetchall())
    return tuple(int(counts.get(number, 0)) for number in range(CONFIDENCES))


# By pages


def _latency(db: sqlite3.Connection) -> tuple[int, ...]:
    cases = " ".join(f"WHEN seconds < {bound} THEN {number}" for number, bound in enumerate(LATENCIES))
    rows = db.execute(
        f"SELECT CASE {cases} ELSE {len(LATENCIES)} END, count(*) FROM page"  # noqa: S608  our own bounds
        " WHERE seconds IS NOT NULL GROUP BY 1"
    )
    counts = dict(rows.fetchall())
    return tuple(int(counts.get(number, 0)) for number in range(len(LATENCIES) + 1))


def _progress(db: sqlite3.Connection) -> Progress:
    """Count pages over the time of their last fetch, in steps that give a readable number of columns."""
    slots = db.execute(
        "SELECT CAST(fetched_at / ? AS INTEGER), min(fetched_at), max(fetched_at), count(*) FROM page"
        " WHERE fetched_at IS NOT NULL AND attempts > 0 GROUP BY 1 ORDER BY 1",
        (_PAUSE,),
    ).fetchall()
    if not slots:
        return Progress(60, (), 0)
    at = len(slots) - 1
    while at and slots[at][0] - slots[at - 1][0] <= 1:
        at -= 1
    begun, ended, earlier = slots[at][1], slots[-1][2], sum(count for *_, count in slots[:at])
    wanted = (ended - begun) / _MOST_STEPS
    step = next((step for step in _STEPS if step >= wanted), int(wanted // _STEPS[-1] + 1) * _STEPS[-1])
    rows = db.execute(
        "SELECT CAST(fetched_at / ? AS INTEGER) * ?, sum(state = 1), sum(state IN (2, 4)), sum(state IN (0, 3))"
        " FROM page WHERE fetched_at >= ? AND attempts > 0 GROUP BY 1 ORDER BY 1",
        (step, step, begun),
    )
    return Progress(step, tuple((int(at), int(good), int(other), int(bad)) for at, good, other, bad in rows), earlier)
