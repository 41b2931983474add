"""The dates of a list's entries: beside the link, below it, or before it in the same row."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from ..normalize.dates import find_dates
from ..normalize.urls import date_in_url
from .spots import weight_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from ..blocks import Line
    from .spots import Run, Spot

__all__ = ["date_entries"]

_LONGEST: Final = 40  # characters of a line below a title that may hold its date, and not a summary
_LONGEST_REST: Final = 60  # and of what stands beside the title on its own line
_LONGEST_LINE: Final = 20_000  # of a line of many entries
_TITLE: Final = 8.0  # weight of a headline
_ENTRY: Final = 4.0  # and of a text that may be one among headlines
_LINES: Final = 6  # of one entry
_TRIED: Final = 3  # entries without a date, after which no more of their like are looked through
_MARK = re.compile(r"[0-9](?:\s?[-/.:年月天日小分秒]|, 20)| 20[0-9]{2}|[昨今前]天|刚刚")
"""What every date of a list has somewhere; most lines have it not."""
_WRITTEN_OUT = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?: ([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?)?(?![0-9:/.-])"
)
"""The commonest form, read here at a tenth of the cost; every other goes to the grammar of dates."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BARE_DAY = re.compile(r"[\[(（【]?\s{0,3}([01]?[0-9])[-/.月]([0-3]?[0-9])日?\s{0,3}[\])）】]?")
"""A day without a year and a time, which is a date only where nothing else stands beside the title."""


def date_entries(run: Run, lines: Sequence[Line], zone: tzinfo, now: datetime | None) -> None:
    """Give the links of a run the dates that stand beside them."""
    spots = run.spots
    missed = 0
    among = run.titles * 2 >= len(spots)
    for at, spot in enumerate(spots):
        if spot.weight < _ENTRY:
            continue
        following = spots[at + 1] if at + 1 < len(spots) and spots[at + 1].line is spot.line else None
        spot.date = _beside(spot, following, zone, now)
        if spot.date is not None and spot.text[-1:].isdigit():
            _cut_date(spot)
        if spot.date is not None or not (among or spot.weight >= _TITLE):
            continue
        if missed < _TRIED and not (at and spot.line is spots[at - 1].line):
            before = spots[at - 1].last if at else -1
            after = spots[at + 1].line.index if at + 1 < len(spots) else len(lines)
            spot.date = _near(spot, lines, before, after, (zone, now), alone=len(spots) == 1)
            missed = 0 if spot.date else missed + 1


def _cut_date(spot: Spot) -> None:
    """Take the date off a title where the link holds both."""
    found = _WRITTEN_OUT.search(spot.text)
    if found and found.start() and found.end() == len(spot.text):
        spot.text = spot.text[: found.start()].rstrip(" \u3000([（【|｜·-")
        spot.weight = weight_of(spot.text)


def _beside(spot: Spot, following: Spot | None, zone: tzinfo, now: datetime | None) -> datetime | None:
    """Read the date on the link's own line, up to the ``following`` link."""
    line = spot.line
    if len(line.text) - line.link_chars < 4 and not line.text[-1:].isdigit() and not line.text[:1].isdigit():
        return None
    if len(line.links) > 1:
        at = line.text.find(spot.text, 0, _LONGEST_LINE)
        if at < 0:
            return None
        end = at + len(spot.text)
        behind = line.text[end : end + _LONGEST_REST]
        if following is not None and following.text:
            behind = behind.partition(following.text[:10])[0]
        before = line.text[max(0, at - _LONGEST_REST) : at]
        return _read(behind, spot.url, zone, now) or _read(before, spot.url, zone, now)
    if len(line.text) - line.link_chars > _LONGEST_REST:
        return None
    rest = line.text if line.all_link else line.text.replace(spot.text, " ", 1)
    return _read(rest, spot.url, zone, now)


def _near(
    spot: Spot,
    lines: Sequence[Line],
    before: int,
    after: int,
    clock: tuple[tzinfo, datetime | None],
    *,
    alone: bool,
) -> datetime | None:
    """Look through the entry: the largest box around the link that holds no other one of the run, else what follows."""
    if alone:
        first, last = spot.last + 1, min(after, spot.last + 1 + _LINES // 2)
        return next(filter(None, (_short(line, spot, clock) for line in lines[first:last])), None)
    box = spot.line.box
    while box.parent is not None and box.parent.first > before and box.parent.last <= after and box.depth > 2:
        box = box.parent
    first, last = box.first, box.last
    if last - first <= spot.last - spot.line.index + 1:
        first, last = spot.line.index, after
    near = lines[max(first, spot.line.index - _LINES) : min(last, spot.last + 1 + _LINES)]
    return next(filter(None, (_short(line, spot, clock) for line in near if line is not spot.line)), None)


def _short(line: Line, spot: Spot, clock: tuple[tzinfo, datetime | None]) -> datetime | None:
    text = line.text
    if line.all_link and line.links[0].attributes.get("href") != spot.attributes.get("href"):
        return None  # where another link leads; the date may lead where the title does
    return _read(text, spot.url, *clock) if len(text) <= _LONGEST and not text.endswith(("。", "…")) else None


def _read(text: str, url: str, zone: tzinfo, now: datetime | None) -> datetime | None:
    """Read the one date of a text."""
    if not _MARK.search(text):
        return None
    if found := _WRITTEN_OUT.search(text):
        try:
            return datetime(
                int(found[1]), int(found[3]), int(found[4]), int(found[5] or 0), int(found[6] or 0), tzinfo=zone
            )
        except ValueError:
            return None
    hint = None if _YEAR.search(text) else date_in_url(url)
    context = datetime.combine(hint, time(), zone) if hint else None
    stripped = text.strip(" ·•|>»-—")
    if bare := _BARE_DAY.fullmatch(stripped):
        stripped = f"{bare[1]}月{bare[2]}日"
    dates = find_dates(stripped, zone=zone, now=now, year_hint=context, limit=1)
    return dates[0].value if dates else None
