"""The dates that a reader sees around a headline, or anywhere behind a label, in languages other than Chinese.

A label (Published, Aktualisiert) says whether a date is that of publication or of a change, then the name of its
element. Of 03/04/2019 the order is told by another statement of the same day, by a date on the page that reads one
way, or by the page's language; if none tells, the date has no value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from ..layouts.languages import words_of_languages
from ..normalize.clocks import word_key
from ..normalize.text import clean
from ..normalize.worded import find_worded_dates
from .language import numeric_order_of, read_stamp, zone_of

if TYPE_CHECKING:
    from datetime import date

    from selectolax.lexbor import LexborNode

    from ..blocks import Box, Line
    from ..normalize.dates import FoundDate
    from ..normalize.worded import DateOrder
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["CHANGED", "ISSUED", "DateField", "DateReader", "ShownDate", "is_of_visitors"]

DateField = Literal["published_at", "modified_at"]

"""Of publication or of change."""
_BELOW: Final = 30  # lines below the headline that may be its byline
_ABOVE: Final = 4
_LONGEST: Final = 200  # characters of a line beside the headline that is read
_LONGEST_LABELLED: Final = 120  # and of one elsewhere
_PARAGRAPH: Final = 160  # characters of a line that is text
_PARAGRAPHS: Final = 2  # a lead may stand between headline and byline
_ENTRY: Final = 25  # characters of a headline link beside a date in a list
_BEFORE: Final = 60  # characters before a date in which its label stands
_LABEL_LINE: Final = 30
_SHORT: Final = 60  # characters of a line right below the text
_MARKS: Final = 3  # characters beside a date that is a whole line
_HEADS: Final = ("header", "nav", "aside")
_OVERLAP: Final = 3  # lines at the end of the text's box
_AFTER: Final = 8
_LINES: Final = 3_000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_YEAR = re.compile(r"\d{4}")
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(?:19|20)\d\d(?![\d./-])")
_NEAR: Final = 10  # lines below the headline where a date that nothing confirms may be the article's
_SEVERAL: Final = 4  # dates without a label below a headline: a table's
CHANGED = re.compile(r"updat|modif|chang|revis|lastmod|edited")
ISSUED = re.compile(r"publi[sc]|posted|entry-date|pub-?date|date-?posted|created|post-?date")
_COMMENTS = re.compile(r"\bcomments?(?:[-_](?:list|body|meta|content|area|section|item|date))?\b|replies|commentlist")
_OTHERS = re.compile(r"comment|repl(?:y|ies)|related|recommend|teaser|card|most-?read|trending")
_ASIDE = re.compile(rf"{_OTHERS.pattern}|sidebar|widget|footer|aside")


@dataclass(slots=True)
class ShownDate:
    """A date that a reader sees."""

    date: FoundDate
    line: Line
    field: DateField | None
    rule: str
    trust: float
    far: bool = False
    """Whether it stands apart from the headline."""


class DateReader:
    """Reads the dates of one page; ``known`` are the days that other statements name."""

    def __init__(self, reading: Reading, known: set[date]) -> None:
        self.reading = reading
        self.known = known
        self.words = words_of_languages()
        self.zone = zone_of(reading)
        self._order: tuple[DateOrder | None] | None = None
        self._days: set[date] | None = None

    def around(self, headline: Headline | None, area: TextArea | None) -> list[ShownDate]:
        """Read the dates below the headline and right above it."""
        lines = self.reading.lines
        first = headline.last if headline else max(0, (area.first_prose if area else 0) - _BELOW)
        found: list[ShownDate] = []
        paragraphs, near = 0, first + _NEAR
        for line in lines[first : first + _BELOW]:
            if len(line.text) > _PARAGRAPH and not line.links:
                paragraphs += 1
                if paragraphs > _PARAGRAPHS:
                    break
            read = [replace(one, far=line.index >= near) for one in self.read(line, _LONGEST)]
            found += read if not (read and is_of_visitors(line.box.node, _COMMENTS)) else []
        if sum(one.field is None for one in found) > _SEVERAL:
            found = [one for one in found if one.field or not one.far]
        if headline is not None and not any(one.field != "modified_at" for one in found):
            box = headline.line.box.parent or headline.line.box
            box = box.parent or box
            above = lines[max(0, headline.first - _ABOVE) : headline.first]
            read = [one for line in above if line.box.within(box) for one in self.read(line, _LONGEST)]
            found = (read or ([] if self.known else self._alone(above, headline))) + found
        return found

    def labelled(self, headline: Headline | None) -> list[ShownDate]:
        """Read the first date of each kind that has a label, anywhere below the headline."""
        found: list[ShownDate] = []
        doubtful: list[ShownDate] = []
        for line in self.reading.lines[headline.first if headline else 0 :][:_LINES]:
            if len(line.text) <= _LONGEST_LABELLED and _YEAR.search(line.text) and not line.all_link:
                read = _labelled(whole := self.read(line, _LONGEST_LABELLED))
                if len(whole) == 1 and not read and self._is_byline(line):
                    doubtful += [] if is_of_visitors(line.box.node, _COMMENTS) else whole
                elif not (read and is_of_visitors(line.box.node, _OTHERS)):
                    found += read
                elif not is_of_visitors(line.box.node, _COMMENTS):
                    doubtful += [one for one in read if one.field == "published_at"]
        if not found and len(doubtful) == 1:  # the lists of other articles have several
            found = [replace(doubtful[0], trust=0.6, far=True)]
        found.sort(key=lambda one: -one.trust)
        return list({one.field: one for one in reversed(found)}.values())

    def _alone(self, above: list[Line], headline: Headline) -> list[ShownDate]:
        """Read a date that is a whole line right above the headline, in another part of the page than its head."""
        for line in reversed(above):
            read = self.read(line, _SHORT)
            if len(read) == 1 and len(line.text) - len(read[0].date.raw) <= _MARKS:
                outer: Box | None = line.box
                while outer is not None and outer.last <= headline.first:
                    if outer.tag in _HEADS:
                        return []  # today's date in the site's head
                    outer = outer.parent
                return [replace(read[0], trust=0.7, far=True)]
        return []

    def below(self, area: TextArea | None) -> list[ShownDate]:
        """Read a date that stands alone right below the text."""
        lines = self.reading.lines[max(0, area.last - _OVERLAP) : area.last + _AFTER] if area else []
        found = [one for line in lines if len(line.text) <= _SHORT for one in self.read(line, _SHORT)]
        found = [one for one in found if not is_of_visitors(one.line.box.node, _COMMENTS)]
        return [replace(one, trust=0.6, far=True) for one in found] if len(found) == 1 else []

    def read(self, line: Line, longest: int) -> list[ShownDate]:
        """Read the dates of a line with what their label or element says they are."""
        text = line.spaced
        if len(text) > longest or (not _DIGIT.search(text) and len(text) > _LABEL_LINE):
            return []
        found, at = [], 0
        for one in self._dates(text):
            if self._is_entry(line, one):
                continue
            if one.value is None and (stamp := self._machine_date(line)) is not None and stamp.value:
                one = one._replace(value=stamp.value, precision=stamp.precision, kind="absolute")  # noqa: PLW2901
            label, field = self._label(text[max(at, one.start - _BEFORE) : one.start])
            if field is None and not at and not text[: one.start].strip(" :|·•-–—,") and line.index:
                before = self.reading.lines[line.index - 1].text
                label, field = (
                    self._label(before) if len(before) <= _LABEL_LINE and not _DIGIT.search(before) else ("", None)
                )
            rule, trust = (f"label:{label}", 0.93) if field else ("byline-date", 0.8)
            if field is None:
                field = _named_field(line, one.raw)
                rule = "element-name" if field else rule
            paragraph = len(text) > _PARAGRAPH or (len(text) > 3 * len(one.raw) + 40 and text.rstrip()[-1:] in ".!?")
            if not (paragraph and (field is None or one.start > _BEFORE)):
                found.append(ShownDate(one, line, field, rule, 0.8 if len(text) > 4 * len(one.raw) + 40 else trust))
            at = one.end
        return found or self._hidden_behind(line)

    def _hidden_behind(self, line: Line) -> list[ShownDate]:
        """Read the machine's date of a ``<time>`` whose text is none that can be read: 12/19, some time back."""
        found = self._machine_date(line)
        if found is None:
            return []
        label, field = self._label(line.text[:_BEFORE])
        return [ShownDate(found, line, field or _named_field(line, line.text), label or "time", 0.75)]

    def _machine_date(self, line: Line) -> FoundDate | None:
        for _, element in line.parts[:8]:
            node = element if element.tag == "time" or element.parent is None else element.parent
            if node.tag == "time" and (found := read_stamp(self.reading, node.attributes.get("datetime") or "")):
                return found
        return None

    def _dates(self, text: str) -> list[FoundDate]:
        dates = find_worded_dates(text, self.words.dates, zone=self.zone, now=self.reading.now)
        return [self._told(text, one) if one.kind == "ambiguous" else one for one in dates]

    def _told(self, text: str, unsure: FoundDate) -> FoundDate:
        """Read a date that reads two ways in the order that the page tells."""
        readings: dict[DateOrder, FoundDate] = {}
        for order in ("dmy", "mdy"):
            for one in find_worded_dates(text, self.words.dates, zone=self.zone, order=order):
                if one.start == unsure.start or one.end == unsure.end:
                    readings[order] = one
        for known in (self.known, self._elsewhere()):
            fitting = [one for one in readings.values() if one.value and one.value.date() in known]
            if len(fitting) == 1:
                return fitting[0]
        if self._order is None:
            self._order = (self._order_shown() or numeric_order_of(self.reading),)
        return readings.get(self._order[0], unsure) if self._order[0] else unsure

    def _elsewhere(self) -> set[date]:
        """The days that the page shows anywhere in a form that reads one way."""
        if self._days is None:
            short = [line.text for line in self.reading.lines[:_LINES] if len(line.text) <= _LONGEST_LABELLED]
            texts = [text for text in short if len(_DIGIT.findall(text)) >= 5]
            dates = [one for text in texts for one in find_worded_dates(text, self.words.dates, zone=self.zone)]
            self._days = {one.value.date() for one in dates if one.value}
        return self._days

    def _order_shown(self) -> DateOrder | None:
        """Tell the order from the dates on the page that read one way: 25/04/2019."""
        votes = set()
        for line in self.reading.lines[:_LINES]:
            for match in _NUMERIC.finditer(line.text[:_LONGEST]):
                first, second = int(match[1]), int(match[3])
                if first > 12 >= second:
                    votes.add("dmy")
                elif second > 12 >= first:
                    votes.add("mdy")
        return None if len(votes) != 1 else "dmy" if "dmy" in votes else "mdy"

    def _label(self, before: str) -> tuple[str, DateField | None]:
        """The last label in the words before a date and the field it names."""
        words = _WORD.findall(before)[-12:]
        keys = [word_key(word) for word in words]
        at, found = 0, ("", "")
        while at < len(keys):
            for size in range(min(self.words.longest, len(keys) - at), 0, -1):
                label = " ".join(keys[at : at + size])
                if field := self.words.labels.get(label):
                    if field == "by" and self.words.labels.get(keys[at]) == "published":
                        field = "published"  # Posted by … on
                    found = (" ".join(words[at : at + size]), field)
                    at += size - 1
                    break
            at += 1
        if found[1] == "published":
            return found[0], "published_at"
        return (found[0], "modified_at") if found[1] == "modified" else ("", None)

    def _is_byline(self, line: Line) -> bool:
        """Tell a short line that begins with the word before an author."""
        first = _WORD.search(line.text[:_LABEL_LINE])
        return len(line.text) <= _SHORT and first is not None and self.words.labels.get(word_key(first[0])) == "by"

    @staticmethod
    def _is_entry(line: Line, one: FoundDate) -> bool:
        """Tell an entry of a list, a headline link with its date."""
        texts = [clean(link.text()) for link in line.links]
        return any(len(text) - len(one.raw) >= _ENTRY for text in texts if one.raw in text) or (
            line.link_chars >= _ENTRY * 2
            and line.link_chars * 2 > len(line.text)
            and max(map(len, texts)) >= _ENTRY * 2
        )


def _labelled(read: list[ShownDate]) -> list[ShownDate]:
    """Give the dates of a line that have a label, and the one without that stands before that of a change."""
    kept = [one for one in read if one.rule.startswith("label:")]
    if kept and kept[0].field == "modified_at" and read[0].field is None:
        kept.insert(0, replace(read[0], far=True))
    return kept


def _named_field(line: Line, raw: str) -> DateField | None:
    """What the class of the date's element says the date is."""
    elements = [element for text, element in line.parts if raw in clean(text) or clean(text) in raw]
    names = [(element.attributes.get("class") or "").lower() for element in elements[:3]]
    for name in [*names, line.box.ident]:
        if ISSUED.search(name):
            return "published_at"
        if CHANGED.search(name):
            return "modified_at"
    return None


def is_of_visitors(node: LexborNode, names: re.Pattern[str] = _ASIDE) -> bool:
    """Tell an element of a comment or of a list of other articles by the names of the boxes around it."""
    around = node.parent
    for _ in range(6):
        if around is None or around.tag in ("body", "html", "main"):
            return False
        attributes = around.attributes
        if names.search(f"{around.tag} {attributes.get('class')} {attributes.get('id')}".lower()):
            return True
        around = around.parent
    return False
