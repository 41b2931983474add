"""Dates as pages in languages other than Chinese write them: a grammar over words and numbers, strict, in one pass.

``3. März 2019``, ``March 3, 2019 at 1:44 PM EST``, ``3 de marzo de 2019``, ``2019年3月3日``, ``2019년 3월 3일``,
``٣ مارس ٢٠١٩``, ``03.03.2019``, ``2 hours ago``. The words come from outside, as data. A date needs its day, month and
year; a range of days is none. Of ``03/04/2019`` the order has to be told, or it stays without a value.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from .clocks import TOKEN, ClockReader, word_key
from .dates import FoundDate

if TYPE_CHECKING:
    from .clocks import ClockTime, DateWords
    from .dates import DateKind, DatePrecision

__all__ = ["DateOrder", "find_worded_dates"]

DateOrder = Literal["dmy", "mdy"]

_NUMERIC = re.compile(
    r"(?<![\w./-])(?:"
    r"(?P<y1>(?:19|20)\d\d)(?P<s1>[-/.]) ?(?P<m1>\d{1,2})(?P=s1) ?(?P<d1>\d{1,2})\.?(?=T\d|(?![\w-]|[/.]\d))"
    r"|(?P<a>\d{1,2})(?P<s2>[-/.]) ?(?P<b>\d{1,2})(?P=s2) ?(?P<y2>(?:19|20)\d\d)(?![\w-]|[/.]\d)"
    r"|(?P<y3>(?:19|20)\d\d) ?[年년] ?(?P<m3>\d{1,2}) ?[月월] ?(?P<d3>\d{1,2}) ?[日일])"
)
_WORD = re.compile(r"[^\W\d_]+")
_ORDINALS: Final = frozenset(("st", "nd", "rd", "th", "er", "re", "e", "o", "a", "º", "ª", "го", "η", "ης"))
_INSIDE_MARKS: Final = frozenset(",.-/'’،°")
_STEPS: Final = 4  # tokens between the parts of a date
_YEARS: Final = range(1900, 2100)
_WIDE: Final = {
    ord(a): b for a, b in zip("０１２３４５６７８９：／．－\u00a0\u202f\u2009\u3000", "0123456789:/.-    ", strict=True)
}


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    number: int
    """Its value, or -1 for a word or mark."""


def find_worded_dates(
    text: str,
    words: DateWords,
    *,
    zone: tzinfo,
    order: DateOrder | None = None,
    now: datetime | None = None,
    limit: int = 8,
) -> list[FoundDate]:
    """Return the dates of a short text in order of position, at most ``limit``.

    A date that names its zone keeps that offset, any other is in ``zone``. ``order`` is that of numeric dates with
    the year at their end; without it one that could be read both ways has no value and the kind ``ambiguous``. ``now``
    is the clock for relative dates.
    """
    if not text or limit < 1:
        return []
    folded = text if text.isascii() else text.translate(_WIDE)
    reader = _Reader(text, folded, words, zone, order, now)
    found = reader.numeric()
    if _has_telling_word(folded, words):
        found += reader.worded() + reader.relative()
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[FoundDate] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept[:limit]


def _has_telling_word(text: str, words: DateWords) -> bool:
    """Tell quickly whether a text has a word that dates in words have."""
    keys = list(map(word_key, _WORD.findall(text)))
    return not words.telling.isdisjoint(keys) or not words.telling.isdisjoint(
        [key[:-1] for key in keys if key[-1:] in words.ago_after]
    )


class _Reader:
    def __init__(
        self, text: str, folded: str, words: DateWords, zone: tzinfo, order: DateOrder | None, now: datetime | None
    ) -> None:
        self.text = text
        self.folded = folded
        self.words = words
        self.zone = zone
        self.order = order
        self.now = now
        self.clocks = ClockReader(folded, words)

    @cached_property
    def tokens(self) -> list[_Token]:
        """The text's words, numbers and marks."""
        return [
            _Token(
                match[0],
                match.start(),
                match.end(),
                int(match[0]) if match[0].isdecimal() and len(match[0]) < 9 else -1,
            )
            for match in TOKEN.finditer(self.folded)
        ]

    def numeric(self) -> list[FoundDate]:
        """Read dates of digits: 2019-03-03, 03.03.2019, 2019年3月3日."""
        found = []
        for match in _NUMERIC.finditer(self.folded):
            for one in ("1", "3"):
                if match[f"y{one}"]:
                    day = _day(int(match[f"y{one}"]), int(match[f"m{one}"]), int(match[f"d{one}"]))
                    found.append(self._found(match.start(), match.end(), day))
            if match["y2"]:
                found.append(self._either(match))
        return [one for one in found if one is not None]

    def _either(self, match: re.Match[str]) -> FoundDate | None:
        """Read a date with the year at its end: both readings agree, one is none, or the order tells."""
        first, second, year = int(match["a"]), int(match["b"]), int(match["y2"])
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first is None or month_first is None or day_first == month_first:
            return self._found(match.start(), match.end(), day_first or month_first)
        if self.order:
            return self._found(match.start(), match.end(), day_first if self.order == "dmy" else month_first)
        raw = " ".join(self.text[match.start() : match.end()].split())
        return FoundDate(None, "day", raw, match.start(), match.end(), "ambiguous")

    def worded(self) -> list[FoundDate]:
        """Read dates around the name of a month."""
        named = [(index, month) for index in range(len(self.tokens)) if (month := self._month(index))]
        found = [self._around(index, *month) for index, month in named]
        return [one for one in found if one is not None]

    def _month(self, index: int) -> tuple[int, int] | None:
        """The month that a token names and the tokens its name takes."""
        token = self.tokens[index]
        if token.number >= 0 or not token.text[0].isalpha():
            return None
        key = word_key(token.text)
        if index + 1 < len(self.tokens) and self.tokens[index + 1].text[0].isalpha():
            number = self.words.months.get(f"{key} {word_key(self.tokens[index + 1].text)}")
            if number:
                return number, 2
        number = self.words.months.get(key)
        return (number, 1) if number else None

    def _around(self, index: int, month: int, size: int) -> FoundDate | None:
        if index + size + 1 < len(self.tokens) and self.tokens[index + size].text == "/":  # أبريل/نيسان
            second = self._month(index + size + 1)
            size += 1 + second[1] if second and second[0] == month else 0
        before = self._number(index, -1)
        after = self._number(index + size - 1, 1)
        if before is not None and self._is_day(before) and after is not None and self._is_year(after):
            return self._dated(before, after, self._value(after), month, self._value(before))
        if after is None:
            return None
        if self._is_day(after):
            if before is not None and self._is_year(before):
                return self._dated(before, after, self._value(before), month, self._value(after))
            year = self._number(after, 1)
            timed = self._time_between(after) if year is None or not self._is_year(year) else None
            if timed is not None:
                year = self._number(timed[1], 1) if timed[1] >= 0 else None
            if year is not None and self._is_year(year):
                return self._dated(index, year, self._value(year), month, self._value(after), timed and timed[0])
        return None

    def _time_between(self, day: int) -> tuple[ClockTime, int] | None:
        """Read the time between the day and the year, as ``date`` prints it: Apr 28 13:44:24 EDT 2018."""
        clock = self.clocks.behind(self.tokens[day].end)
        if clock is None:
            return None
        last = day
        while last + 1 < len(self.tokens) and self.tokens[last + 1].start < clock.end:
            last += 1
        return clock, last

    def _number(self, index: int, step: int) -> int | None:
        """The nearest number on one side, past marks, ordinal endings and words such as ``de``."""
        at = index + step
        for _ in range(_STEPS):
            if not 0 <= at < len(self.tokens):
                return None
            token = self.tokens[at]
            if token.number >= 0:
                return at
            ordinal = token.text in _ORDINALS and at > 0 and self.tokens[at - 1].end == token.start
            if not (token.text in _INSIDE_MARKS or ordinal or word_key(token.text) in self.words.between):
                return None
            at += step
        return None

    def _value(self, at: int) -> int:
        return self.tokens[at].number

    def _is_day(self, at: int) -> bool:
        token = self.tokens[at]
        return len(token.text) <= 2 and 1 <= token.number <= 31 and not self._is_range(at)

    def _is_year(self, at: int) -> bool:
        token = self.tokens[at]
        return len(token.text) == 4 and token.number in _YEARS

    def _is_range(self, at: int) -> bool:
        """Tell a day that begins or ends a stretch of days: March 3-5, 2019."""
        for step in (-1, 1):
            mark, other = at + step, at + 2 * step
            if 0 <= other < len(self.tokens) and 0 <= mark < len(self.tokens):
                joined = self.tokens[mark].text in "-–—&" or word_key(self.tokens[mark].text) in ("to", "bis", "al")
                if joined and self.tokens[other].number >= 0 and len(self.tokens[other].text) <= 2:
                    return True
        return False

    def _dated(
        self, first: int, last: int, year: int, month: int, number: int, clock: ClockTime | None = None
    ) -> FoundDate | None:
        start, end = self.tokens[first].start, self.tokens[last].end
        if start and (self.folded[start - 1].isalnum() or self.folded[start - 1] == "_"):
            return None
        return self._found(start, end, _day(year, month, number), clock)

    def _found(
        self, start: int, end: int, day: date | None, clock: ClockTime | None = None, kind: DateKind = "absolute"
    ) -> FoundDate | None:
        if day is None:
            return None
        clock = clock or self.clocks.behind(end) or self.clocks.before(start)
        moment = datetime.combine(day, clock.moment if clock else time(), (clock and clock.zone) or self.zone)
        if clock:
            start, end = min(start, clock.start), max(end, clock.end)
        raw = " ".join(self.text[start:end].split())
        return FoundDate(moment, clock.precision if clock else "day", raw, start, end, kind)

    def relative(self) -> list[FoundDate]:
        """Read dates counted from now: 2 hours ago, vor 3 Tagen, gestern um 13:44."""
        found: list[FoundDate] = []
        for index, token in enumerate(self.tokens):
            key = word_key(token.text)
            if key in self.words.days_ago and (one := self._on_day(index, self.words.days_ago[key])):
                found.append(one)
            unit = key[:-1] if key[-1:] in self.words.ago_after else key  # 3時間前
            seconds = self.words.units.get(unit)
            if seconds is not None and (one := self._ago(index, seconds, glued=unit != key)):
                found.append(one)
        return found

    def _on_day(self, index: int, days: int) -> FoundDate | None:
        token = self.tokens[index]
        clock = self.clocks.behind(token.end)
        alone = len(self.folded.strip(" :.,|·")) == len(token.text)
        if clock is None and not alone:
            return None
        start, end = token.start, clock.end if clock else token.end
        raw = " ".join(self.text[start:end].split())
        precision: DatePrecision = clock.precision if clock else "day"
        if self.now is None:
            return FoundDate(None, precision, raw, start, end, "relative")
        zone = (clock and clock.zone) or self.zone
        day = _in(self.now, zone).date() - timedelta(days=days)
        return FoundDate(
            datetime.combine(day, clock.moment if clock else time(), zone), precision, raw, start, end, "relative"
        )

    def _ago(self, index: int, seconds: int, *, glued: bool) -> FoundDate | None:
        tokens = self.tokens
        if index == 0 or (tokens[index - 1].number < 0 and word_key(tokens[index - 1].text) not in self.words.ones):
            return None
        number = max(tokens[index - 1].number, 0) if tokens[index - 1].number >= 0 else 1
        if number > 1000:
            return None
        first, last = index - 1, index
        if last + 1 < len(tokens) and tokens[last + 1].text == "." and last + 2 < len(tokens):
            last += 1  # 2 hrs. ago
        leads = {
            word_key(" ".join(token.text for token in tokens[max(0, first - size) : first])): size for size in (1, 2, 3)
        }
        if lead := next((size for words, size in leads.items() if words in self.words.ago_before), 0):
            first = max(0, first - lead)
        elif glued:
            pass
        elif last + 1 < len(tokens) and word_key(tokens[last + 1].text) in self.words.ago_after:
            last += 1
        else:
            return None
        start, end = tokens[first].start, tokens[last].end
        precision: DatePrecision = "day" if seconds >= 86400 else "minute"
        value = None
        if self.now is not None:
            value = (_in(self.now, self.zone) - timedelta(seconds=number * seconds)).replace(second=0, microsecond=0)
            if precision == "day":
                value = value.replace(hour=0, minute=0)
        return FoundDate(value, precision, " ".join(self.text[start:end].split()), start, end, "relative")


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:  # 31 February: in the form of a date, and none
        return None


def _in(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
