"""Dates as Chinese pages write them: a grammar of its own, strict, in one pass over the text.

A date is only what is written out as one: no fuzzy reading, no month without a day, no time without a date. What has
the form of a date and is none (13月, 2月30日, a version, an IP address, ``2018-2020年``) is not returned; a time
that is none (25:61) is left out of its date. Two-digit years (``18-04-28``) need a time behind them or a label such as
发布时间 before them (``18年4月28日`` does not); ``04-28`` needs a time; 昨天 without a time has to stand alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple

from . import _date_forms as forms
from .text import is_han

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match, Pattern

__all__ = ["DateKind", "DatePrecision", "FoundDate", "find_dates", "may_hold_date", "parse_stamp"]

DateKind = Literal["absolute", "relative", "no_year", "epoch", "ambiguous"]
DatePrecision = Literal["second", "minute", "day"]

_MIDNIGHT = time()


class FoundDate(NamedTuple):
    """One date in a text."""

    value: datetime | None
    """Aware, in the zone asked for; None when the date is relative and there is no clock, or no year can be known."""
    precision: DatePrecision
    """What is written: seconds, minutes (whole hours too), or only the day (then the time is 00:00:00)."""
    raw: str
    """The date as written, white space folded."""
    start: int
    """Index in the text of the first character."""
    end: int
    """Index behind the last character."""
    kind: DateKind
    """Whether year, month and day are written (``absolute``), or what the value had to be worked out from."""


class _Clock(NamedTuple):
    time: time
    precision: DatePrecision
    zone: tzinfo | None
    end: int


def find_dates(
    text: str,
    *,
    zone: tzinfo,
    now: datetime | None = None,
    year_hint: datetime | None = None,
    limit: int = 8,
    compact: bool = False,
) -> list[FoundDate]:
    """Return the dates of a visible text in order of position, at most ``limit``.

    ``now`` is the clock for relative dates and, failing ``year_hint``, for dates without a year (the latest such day
    that is not in the future); a naive one is in ``zone``. ``year_hint`` is a date known from the page's context, its
    URL say: a date without a year falls in the year that brings it nearest before the hint, or one day after it.
    ``compact`` also reads ``20180428``, which only a label tells from a number.

    >>> from zoneinfo import ZoneInfo
    >>> [found] = find_dates("时间：2018年4月28日 13:44", zone=ZoneInfo("Asia/Shanghai"))
    >>> found.value.isoformat(), found.precision, found.raw
    ('2018-04-28T13:44:00+08:00', 'minute', '2018年4月28日 13:44')
    """
    if limit < 1 or not (compact or may_hold_date(text)):
        return []
    folded = forms.FOLD(text)
    reader = _Reader(text, folded, zone, _in_zone(now, zone), _in_zone(year_hint, zone))
    found = reader.scan(forms.CALENDAR_ANCHOR, forms.CALENDAR, reader.calendar, limit)
    if "前" in folded or "刚" in folded:
        found += reader.scan(forms.AGO_ANCHOR, forms.AGO, reader.ago, limit)
    if forms.LATIN_WORD.search(folded):
        found += reader.scan(forms.ENGLISH_ANCHOR, forms.ENGLISH, reader.english, limit)
    if compact:
        found += reader.scan(forms.COMPACT_ANCHOR, forms.COMPACT, reader.compact, limit)
    return _without_overlaps(found)[:limit]


def may_hold_date(text: str) -> bool:
    """Tell at little cost whether :func:`find_dates` could find a date in a text, a compact one left aside."""
    return forms.LIKELY.search(text) is not None


def parse_stamp(text: str, zone: tzinfo, *, keep_offset: bool = False) -> FoundDate | None:
    """Read a metadata stamp that is nothing but a date: ISO 8601, RFC 2822, epoch seconds or milliseconds, or a form
    that :func:`find_dates` reads as absolute. A stamp without an offset is in ``zone``; one with an offset is put there
    too, or with ``keep_offset``, which reads ISO 8601 and epochs only, keeps it.

    >>> from datetime import UTC
    >>> parse_stamp("Sat, 28 Apr 2018 13:44:24 +0800", UTC).value.isoformat()
    '2018-04-28T05:44:24+00:00'
    """  # noqa: D205  the summary takes two lines
    stripped = text.strip()
    if not stripped or len(stripped) > 80:
        return None
    start = text.index(stripped)
    if found := _iso_or_epoch(stripped, zone, keep_offset=keep_offset):
        return found._replace(start=start, end=start + len(stripped))
    if keep_offset:
        return None
    for candidate in find_dates(stripped, zone=zone, limit=1, compact=True):
        if candidate.kind == "absolute" and candidate.raw == " ".join(stripped.split()):
            return candidate._replace(start=start, end=start + len(stripped))
    return None


def _iso_or_epoch(stamp: str, zone: tzinfo, *, keep_offset: bool) -> FoundDate | None:
    upper = stamp.upper()
    try:
        if iso := forms.ISO.fullmatch(upper) or forms.OTHER_ISO.fullmatch(upper):
            value = _iso(upper.replace(" ", "T", 1).replace(" ", ""), plain=iso.re is forms.ISO)
            if not 1900 <= value.year < 2100:
                return None
            precision: DatePrecision = "second" if iso[3] else "minute" if iso[2] else "day"
            value = _to_zone(value, (keep_offset and value.tzinfo) or zone)
            return FoundDate(value, precision, stamp, 0, 0, "absolute")
        if (epoch := forms.EPOCH.fullmatch(upper)) and int(epoch[1]) < forms.EPOCH_END:
            return FoundDate(datetime.fromtimestamp(int(epoch[1]), zone), "second", stamp, 0, 0, "epoch")
    except (ValueError, OverflowError):
        pass
    return None


def _iso(stamp: str, *, plain: bool) -> datetime:
    """Read a stamp that has the form of ISO 8601; dateutil knows the forms that Python 3.11 does not, 24:00 too."""
    if plain and stamp[11:13] != "24":
        return datetime.fromisoformat(stamp)
    from dateutil.parser import isoparse  # noqa: PLC0415  rare, and not free to load

    return isoparse(stamp)


def _in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return None if moment is None else _to_zone(moment, zone)


def _to_zone(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is zone and not moment.microsecond:
        return moment
    moment = moment.replace(microsecond=0)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _without_overlaps(found: list[FoundDate]) -> list[FoundDate]:
    if len(found) < 2:
        return found
    kept: list[FoundDate] = []
    for candidate in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
    return kept


@dataclass(slots=True)
class _Reader:
    text: str
    folded: str
    """The text with full-width forms and white space made plain, character for character."""
    zone: tzinfo
    now: datetime | None
    hint: datetime | None

    def scan(
        self,
        anchor: Pattern[str],
        pattern: Pattern[str],
        read: Callable[[Match[str]], FoundDate | None],
        limit: int,
    ) -> list[FoundDate]:
        """Try the pattern wherever the anchor stands, and return what could be read."""
        found: list[FoundDate] = []
        position = 0
        while len(found) < limit and (here := anchor.search(self.folded, position)):
            position = here.end()
            if match := pattern.match(self.folded, here.start()):
                position = max(position, match.end())
                try:
                    one = read(match)
                except (ValueError, OverflowError):  # 13月, 2月30日: in the form of a date, and none
                    continue
                if one:
                    position = one.end
                    found.append(one)
        return found

    def calendar(self, match: Match[str]) -> FoundDate | None:
        """Read a day of the calendar, with or without a year, or one counted from today."""
        end = match.end() if match["gap"] is None else match.start("gap")
        clock = _clock(match)
        if match["word"] or match["ago"]:
            return self._counted(match, clock, end)
        if match["y"]:
            if match["sep"]:
                glued = self.folded[end : end + 1].isdigit() or self.folded[end : end + 1] == "T"
                unsure = match["short"] and not forms.LABEL.search(
                    self.folded[max(0, match.start() - 12) : match.start()]
                )
                if clock is None and (glued or unsure):
                    return None
            year = int(match["y"])
            if match["short"]:
                year += 2000 if year < 80 else 1900
            day = date(year, int(match["mo"] or match["moc"]), int(match["d"] or match["dc"]))
        elif match["ycn"]:
            day = date(_number(match["ycn"]), _number(match["mcn"]), _number(match["dcn"]))
            if not 1900 <= day.year < 2100:
                return None
        elif match["ym"]:
            day = date(1911 + _number(match["ym"]), _number(match["mm"]), _number(match["dm"]))
        else:
            return self._without_year(match, clock, end)
        return self._found(match.start(), end, day, clock, "absolute")

    def _counted(self, match: Match[str], clock: _Clock | None, end: int) -> FoundDate | None:
        """Read 昨天 13:44 and 3天前."""
        if match["word"] and clock is None and not self._stands_alone(match.start(), end):
            return None
        days = forms.DAY_WORDS[match["word"]] if match["word"] else _number(match["ago"])
        day = self.now.date() - timedelta(days=days) if self.now else None
        return self._found(match.start(), end, day, clock, "relative")

    def _stands_alone(self, start: int, end: int) -> bool:
        before = self.folded[max(0, start - 12) : start]
        after = self.folded[end : end + 2]
        free = not before or not before[-1].isalnum() or forms.LABEL.search(before)
        return bool(free and (not after or not is_han(after[0]) or after in {"发布", "更新", "发表"}))

    def _without_year(self, match: Match[str], clock: _Clock | None, end: int) -> FoundDate | None:
        """Read 04-28 13:44 and 4月28日; the year comes from the context or stays unknown."""
        if match["ms"]:
            if clock is None:
                return None
            month, number = int(match["ms"][:-1]), int(match["ds"])
        else:
            month, number = int(match["mn"]), int(match["dn"])
        date(2000, month, number)
        word = match["yw"]
        if word == "每年":
            return None
        context = self.hint or self.now
        if word and context:
            day: date | None = date(context.year - forms.YEAR_WORDS[word], month, number)
        else:
            day = self._latest(month, number, clock)
        return self._found(match.start(), end, day, clock, "no_year")

    def _latest(self, month: int, number: int, clock: _Clock | None) -> date | None:
        """Return the latest such day up to the hint and a day, or else up to now."""
        context = self.hint or self.now
        if context is None:
            return None
        for year in range(context.year + 1, context.year - 9, -1):
            try:
                day = date(year, month, number)
            except ValueError:  # 29 February
                continue
            if self.hint:
                if day <= self.hint.date() + timedelta(days=1):
                    return day
            elif self._moment(day, clock) <= context:
                return day
        return None

    def ago(self, match: Match[str]) -> FoundDate | None:
        """Read 3小时前, 半小时前, 刚刚; a week or a month ago is no day that could be named."""
        if match["just"]:
            seconds = 0 if self._stands_alone(match.start(), match.end()) else None
            if seconds is None:
                return None
        elif match["u"] not in forms.AGO_SECONDS:
            return None if match["n"] == "半" else self._found(*match.span(), None, None, "relative")
        elif match["n"] == "半":
            if match["u"].startswith(("秒", "分")):
                return None
            seconds = 1800
        else:
            seconds = _number(match["n"]) * forms.AGO_SECONDS[match["u"]]
        value = self.now - timedelta(seconds=seconds) if self.now else None
        if value:
            value = value.replace(second=0)
        return FoundDate(value, "minute", self._raw(*match.span()), *match.span(), "relative")

    def english(self, match: Match[str]) -> FoundDate | None:
        """Read ``Apr 28, 2018 13:44``, ``28 April 2018`` and what ``date`` prints."""
        first = match["m1"] is not None
        day = date(
            int(match["y1"] if first else match["y2"]),
            forms.MONTHS[(match["m1"] or match["m2"]).lower()],
            int(match["d1"] or match["d2"]),
        )
        clock: _Clock | None = None
        for prefix in ("in", ""):
            if match[prefix + "h"]:
                half = match["ampm"] if not prefix else None
                hour = _hour(int(match[prefix + "h"]), half)
                clock = _as_clock(hour, match[prefix + "mi"], match[prefix + "s"], match[prefix + "z"], match.end())
        return self._found(match.start(), match.end(), day, clock, "absolute")

    def compact(self, match: Match[str]) -> FoundDate | None:
        """Read ``20180428``, ``20180428134424`` and ``20180428 13:44``."""
        day = date(int(match["y"]), int(match["mo"]), int(match["d"]))
        clock = None
        if match["h"] or match["h2"]:
            clock = _as_clock(
                int(match["h"] or match["h2"]),
                match["mi"] or match["mi2"],
                match["s"] or match["s2"],
                None,
                match.end(),
            )
        return self._found(match.start(), match.end(), day, clock, "absolute")

    def _found(self, start: int, end: int, day: date | None, clock: _Clock | None, kind: DateKind) -> FoundDate:
        value = None if day is None else self._moment(day, clock)
        end = clock.end if clock else end
        return FoundDate(value, clock.precision if clock else "day", self._raw(start, end), start, end, kind)

    def _moment(self, day: date, clock: _Clock | None) -> datetime:
        moment = datetime.combine(day, clock.time if clock else _MIDNIGHT, (clock and clock.zone) or self.zone)
        return moment.astimezone(self.zone) if clock and clock.zone else moment

    def _raw(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())


def _clock(match: Match[str]) -> _Clock | None:
    """Read the time behind a day; None when there is none or when it is none (25:61)."""
    if match["gap"] is None:
        return None
    end = match.end()
    offset = match["z"]
    if offset and "-" in offset and match["gap"] != "T":  # 13:44-15:00 is from, to
        offset, end = None, match.start("z")
    try:
        if match["h"]:
            hour = _hour(int(match["h"]), match["half"] or match["ampm"])
            return _as_clock(hour, match["mi"], match["s"], offset, end)
        hour = _hour(_number(match["hc"]), match["half"])
        minute = "30" if match["mc"] == "半" else str(_number(match["mc"] or "0"))
        return _as_clock(hour, minute, match["sc"] and str(_number(match["sc"])), offset, end)
    except ValueError:
        return None


def _as_clock(hour: int, minute: str, second: str | None, offset: str | None, end: int) -> _Clock:
    moment = time(hour, int(minute), int(second or 0))
    return _Clock(moment, "second" if second else "minute", _offset(offset), end)


def _hour(hour: int, half: str | None) -> int:
    """Put an hour of the half-day into the 24-hour day; ``ValueError`` where the words do not say which it is."""
    kind = forms.HALF_DAYS[half.lower()] if half else None
    if hour == 12 and half:
        if half in {"晚上", "晚间", "夜间", "晚"}:
            raise ValueError("midnight of which day")
        return 0 if kind == "am" and half != "上午" else 12
    if kind == "pm" or (kind == "noon" and hour < 10):
        return hour + 12 if hour < 12 else hour
    return hour


def _offset(written: str | None) -> tzinfo | None:
    if not written:
        return None
    written = written.strip().lower()
    if written in forms.ZONES:
        return timezone(timedelta(hours=forms.ZONES[written]))
    sign = -1 if written[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(written[1:3]), minutes=int(written[-2:])))


def _number(written: str) -> int:
    """Read digits or Chinese numerals: 28, 二十八, 廿八, 二〇一八, 元 (the first year).

    >>> _number("二〇一八"), _number("二十八"), _number("一百零七")
    (2018, 28, 107)
    """
    if written.isdecimal():
        return int(written)
    if not set(written) & set("十廿卅百元"):
        return int("".join(str(forms.DIGITS[char]) for char in written))
    total = current = 0
    for char in written:
        if unit := {"十": 10, "百": 100}.get(char):
            total, current = total + (current or 1) * unit, 0
        elif whole := {"廿": 20, "卅": 30, "元": 1}.get(char):
            total += whole
        else:
            current = forms.DIGITS[char]
    return total + current
