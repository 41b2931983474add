"""The times beside dates in languages other than Chinese: ``2:30 PM EST``, ``14.30 Uhr``, ``午後2時30分``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .dates import DatePrecision

__all__ = ["TOKEN", "ClockReader", "ClockTime", "DateWords", "word_key"]

TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
"""A number, a word or a mark."""
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2})"
    r"(?:(?: ?[:h時时시] ?|\.)(?P<mi>\d\d)(?!\d|\.\d)[分분]?(?:(?: ?: ?| )(?P<s>\d\d)(?![\d:])[秒초]?(?:[.,]\d{1,9})?)?"
    r"| ?(?P<whole>[時时시])|(?= ?(?:[AaPp]\.? ?[Mm](?![A-Za-z])|[Uu]hr)))"
)
_HALF = re.compile(r" ?([AaPp])\.? ?[Mm](?![A-Za-z])\.?")
_ZONE = re.compile(
    r" ?[(\[]?(?:(?P<base>UTC|GMT) ?)?(?P<offset>[+-]\d{1,2}(?::?\d\d)?(?!\d))[)\]]?"
    r"| ?[(\[]?(?P<name>[A-Z]{1,4}|[А-Я]{3})(?![\w+-])[)\]]?"
)
_BETWEEN_MARKS: Final = frozenset(",.·•|-–—@/()|،*")
_CLOCK_WINDOW: Final = 60  # characters
_BEFORE_WINDOW: Final = 48


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of dates, by their :func:`word_key`."""

    telling: frozenset[str]
    """The words without one of which no date has words: of months, units and days."""
    months: Mapping[str, int]
    weekdays: frozenset[str]
    between: frozenset[str]
    """Inside a date, or between a day and its time: at, de, um."""
    halves: Mapping[str, str]
    """Of the day: ``am`` or ``pm``."""
    clock: frozenset[str]
    """Behind an hour: Uhr."""
    zones: Mapping[str, timedelta]
    units: Mapping[str, int]
    """Seconds of a unit."""
    ones: frozenset[str]
    ago_before: frozenset[str]
    ago_after: frozenset[str]
    days_ago: Mapping[str, int]
    """today, yesterday."""


class ClockTime(NamedTuple):
    """A time of the day and where it stands."""

    moment: time
    precision: DatePrecision
    zone: tzinfo | None
    start: int
    end: int


def word_key(word: str) -> str:
    """Give the form in which words are compared: without case and accents.

    >>> word_key("MÄRZ") == word_key("marz")
    True
    """
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


class ClockReader:
    """Reads the times of one text, folded to plain digits and spaces."""

    def __init__(self, folded: str, words: DateWords) -> None:
        self.folded = folded
        self.words = words

    def behind(self, end: int) -> ClockTime | None:
        """Read the time behind a day."""
        window = self.folded[end : end + _CLOCK_WINDOW]
        at, half = 0, ""
        for token in TOKEN.finditer(window):
            word = token[0]
            if word[0].isdecimal():
                at = token.start()
                break
            key = word_key(word)
            if key in self.words.halves and not word.isascii():
                half = self.words.halves[key]
            elif not (
                word in _BETWEEN_MARKS or (word == "T" and not token.start()) or key in self.words.between
                or key in self.words.weekdays or word in "月火水木金土日요일曜월화수목금토"
            ):  # fmt: skip
                return None
        else:
            return None
        match = _CLOCK.match(self.folded, end + at)
        return self._time(match, half) if match else None

    def before(self, start: int) -> ClockTime | None:
        """Read the time before a day: 13:44, 3 March 2019."""
        floor = max(0, start - _BEFORE_WINDOW)
        clock = None
        for match in _CLOCK.finditer(self.folded, floor, start):
            clock = self._time(match, "")
        if clock is None or clock.end > start:
            return None
        for token in TOKEN.finditer(self.folded, clock.end, start):
            key = word_key(token[0])
            if not (token[0] in ",-–—·|" or key in self.words.between or key in self.words.weekdays):
                return None
        return clock

    def _time(self, match: re.Match[str], half: str) -> ClockTime | None:
        end, hour = match.end(), int(match["h"])
        if written := _HALF.match(self.folded, end):
            half, end = written[1].lower() + "m", written.end()
        else:
            word = TOKEN.match(self.folded, end + self.folded.startswith(" ", end))
            key = word_key(word[0]) if word else ""
            if word and not half and key in self.words.halves:
                half, end = self.words.halves[key], word.end()
            elif word and key in self.words.clock:
                end = word.end()
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        zone, end = self._zone(end)
        try:
            moment = time(
                hour % 24 if hour == 24 and not int(match["mi"] or 0) else hour,
                int(match["mi"] or 0),
                int(match["s"] or 0),
            )
        except ValueError:
            return None
        return ClockTime(moment, "second" if match["s"] else "minute", zone, match.start(), end)

    def _zone(self, end: int) -> tuple[tzinfo | None, int]:
        match = _ZONE.match(self.folded, end)
        if match is None:
            return None, end
        if match["name"]:
            offset = self.words.zones.get(match["name"].lower())
            return (timezone(offset), match.end()) if offset is not None else (None, end)
        written = match["offset"]
        if not match["base"] and len(written) < 5:
            return None, end  # 13:44-15 is from, to
        digits = written[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            return None, end
        return timezone((-1 if written[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)), match.end()
