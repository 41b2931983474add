"""When an article in another language than Chinese was published and changed.

Read are the visible dates around the headline and those with a label anywhere, ``<time>`` and ``itemprop``, what the
metadata states, and the address. A label (Published, Aktualisiert) says which of the two a date is, then the name of
its element. A date without either is that of publication, unless the metadata says otherwise: equal to the day of the
last change it is that; later than the day of publication it is a change or another article's, and the metadata's is
taken. Of 03/04/2019 the order is told by another statement of the same day, by a date on the page that reads one way,
or by the page's language; if none tells, the date has no value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, Literal

from ..layouts.languages import words_of_languages
from ..normalize.clocks import word_key
from ..normalize.dates import FoundDate
from ..normalize.text import clean
from ..normalize.urls import date_in_url
from ..normalize.worded import find_worded_dates
from .language import numeric_order_of, read_stamp, zone_of
from .reading import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from ..normalize.worded import DateOrder
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["propose_general_dates"]

Field = Literal["published_at", "modified_at"]

_BELOW: Final = 30  # lines below the headline that may be its byline
_ABOVE: Final = 4
_LONGEST: Final = 200  # characters of a line beside the headline that is read
_LONGEST_LABELLED: Final = 120  # and of one elsewhere
_PARAGRAPH: Final = 160  # characters of a line that is text
_PARAGRAPHS: Final = 2  # a lead may stand between headline and byline
_ENTRY: Final = 25  # characters of a headline link beside a date in a list
_BEFORE: Final = 60  # characters before a date in which its label stands
_LABEL_LINE: Final = 30
_ELEMENTS: Final = 40
_LINES: Final = 3_000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(?:19|20)\d\d(?![\d./-])")
_CHANGED = re.compile(r"updat|modif|chang|revis|lastmod|edited")
_ISSUED = re.compile(r"publi[sc]|posted|entry-date|pub-?date|date-?posted|created|post-?date")
_META_CHANGED = re.compile(r"modif|updat|revis|lastmod|last[-_. ]?(?:edit|review|publ)|expir")
_META_ISSUED = re.compile(
    r"publi(?:sh|c)[a-z]{0,5}[-_. ]?(?:date|time|on\b|at\b)|pub[-_. ]?(?:date|time)|^published$"
    r"|date[-_. ]?(?:publi|issued|posted|created)|post(?:ed)?[-_ ]?date|^(?:sailthru\.date|issued)$"
    r"|^citation_(?:online_)?date$|^(?:dcterms|dc)\.(?:date\.)?(?:date|created|issued|submitted)$"
)
"""In the name of a ``<meta>`` that systems use beside the well-known ones."""
_JSON_DATE = re.compile(r'"datePublished"\s{0,3}:\s{0,3}"([^"]{8,40})"')
_NEAR: Final = 10  # lines below the headline where a date that nothing confirms may be the article's
_SEVERAL: Final = 4  # dates without a label below a headline: a table's
_MAX_SCRIPT: Final = 500_000  # characters
_VISITORS = re.compile(r"comment|repl(?:y|ies)|sidebar|related|recommend|widget|footer|teaser|card|most-?read|trending")


@dataclass(slots=True)
class _Shown:
    """A date that a reader sees."""

    date: FoundDate
    line: Line
    field: Field | None
    rule: str
    trust: float
    far: bool = False
    """Whether it stands apart from the headline."""


def propose_general_dates(reading: Reading, headline: Headline | None, area: TextArea | None) -> None:
    """Propose the dates of a page that is not Chinese, in place of those that the rules for Chinese found."""
    reading.candidates[:] = [
        one
        for one in reading.candidates
        if one.field not in ("published_at", "modified_at") or one.strategy != "landmarks"
    ]
    marked = [*_marked(reading), *_further_metadata(reading)]
    known = _known_days(reading, marked)
    reader = _Reader(reading, known)
    shown = reader.around(headline, area) or reader.labelled(headline)
    for one in marked:
        reading.propose(one)
    _propose_shown(reading, shown)
    if not any(one.field == "published_at" and one.value.value for one in _stated(reading)):
        _propose_address(reading)


def _propose_shown(reading: Reading, shown: list[_Shown]) -> None:
    """Propose each date as what it says of itself, and what says nothing as what the metadata leaves it."""
    issued = {one.value.value.date() for one in _stated(reading) if one.field == "published_at" and one.value.value}
    changed = {one.value.value.date() for one in _stated(reading) if one.field == "modified_at" and one.value.value}
    taken = 0
    for one in shown:
        field, day = one.field, one.date.value.date() if one.date.value else None
        if field is None and taken:
            continue
        if not one.rule.startswith("label:") and day and issued and day not in issued:
            if day in changed:
                field = "modified_at"
            elif field is None and (day > min(issued) or one.far):
                said = f"the page shows {one.date.raw!r} without a label, which is not the metadata's date"
                reading.note("metadata_disagrees", "published_at", f"{said}; the metadata's was taken")
                continue
        field = field or "published_at"
        if field == "published_at":
            taken += 1
            if taken > 1:
                continue
        node = one.line.node
        reading.propose(Candidate(field, one.date, one.date.raw, "landmarks", one.rule, node, one.trust))


def _stated(reading: Reading) -> list[Candidate]:
    """What the metadata and the marked elements say of dates."""
    found = [one for one in reading.candidates if one.field.endswith("_at") and one.strategy in ("metadata", "layout")]
    for field in ("published_at", "modified_at"):
        for stated in reading.metadata.all(field)[:4]:
            if value := read_stamp(reading, stated.value):
                found.append(Candidate(field, value, stated.value, "metadata", stated.rule, stated.node, 0.8))
    return found


def _propose_address(reading: Reading) -> None:
    day = date_in_url(reading.page.url)
    if day is not None:
        url = reading.page.url or ""
        found = FoundDate(datetime.combine(day, time(), zone_of(reading)), "day", url, 0, len(url), "absolute")
        reading.propose(Candidate("published_at", found, url, "url", "date-in-path", None, 0.6))


def _marked(reading: Reading) -> Iterator[Candidate]:
    """Yield the dates that elements carry for machines: ``itemprop``, ``<time class="published">``, ``pubdate``."""
    seen: set[str] = set()
    nodes = reading.page.tree.css("[itemprop*='date'], time[datetime], time[pubdate], [class*='dt-published']")
    for node in nodes[:_ELEMENTS]:
        attributes = node.attributes
        field, rule = _marked_field(node)
        if field is None or field in seen or node.tag == "meta" or _of_visitors(node):
            continue
        value = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or node.text()
        if found := read_stamp(reading, clean(value or "")):
            seen.add(field)
            yield Candidate(field, found, found.raw, "metadata", rule, node, 0.75)


def _further_metadata(reading: Reading) -> Iterator[Candidate]:
    """Yield dates of the head that stand under names less well known, or beside no article's description."""
    metadata = reading.metadata
    used = {id(stated) for field in ("published_at", "modified_at") for stated in metadata.all(field)}
    for name, stated in metadata.by_name.items():
        field: Field | None = "published_at" if _META_ISSUED.search(name) else None
        field = "modified_at" if _META_CHANGED.search(name) else field
        if field and id(stated) not in used and (found := read_stamp(reading, stated.value)):
            yield Candidate(field, found, stated.value, "metadata", stated.rule, stated.node, 0.7)
    for item in metadata.others[:_ELEMENTS]:
        for field, key in (("published_at", "datePublished"), ("modified_at", "dateModified")):
            value = item.get(key)
            if isinstance(value, str) and (found := read_stamp(reading, value)):
                yield Candidate(field, found, value, "metadata", f"json-ld:{item.get('@type')}.{key}", None, 0.7)
    if metadata.article is None and not metadata.others:
        for _, node in reading.outline.head.data:  # JSON that is broken, by its words
            if match := _JSON_DATE.search((node.text() or "")[:_MAX_SCRIPT]):
                if found := read_stamp(reading, match[1]):
                    yield Candidate("published_at", found, match[1], "metadata", "json-ld:datePublished", node, 0.65)
                return


def _marked_field(node: LexborNode) -> tuple[Field | None, str]:
    attributes = node.attributes
    properties = (attributes.get("itemprop") or "").lower().split()
    if "datepublished" in properties:
        return "published_at", "itemprop:datePublished"
    if "datemodified" in properties:
        return "modified_at", "itemprop:dateModified"
    named = (attributes.get("class") or "").lower()
    if "pubdate" in attributes or _ISSUED.search(named):
        return "published_at", "time:published"
    if _CHANGED.search(named):
        return "modified_at", "time:updated"
    return None, ""


def _of_visitors(node: LexborNode) -> bool:
    """Tell an element of a comment or of a list of other articles by the names of the boxes around it."""
    around = node.parent
    for _ in range(6):
        if around is None or around.tag in ("body", "html", "main"):
            return False
        attributes = around.attributes
        if around.tag == "aside" or _VISITORS.search(f"{attributes.get('class')} {attributes.get('id')}".lower()):
            return True
        around = around.parent
    return False


def _known_days(reading: Reading, marked: Iterable[Candidate]) -> set[date]:
    """The days that other statements name: of a date that reads two ways they tell the one meant."""
    days = {one.value.value.date() for one in (*_stated(reading), *marked) if one.value.value}
    if day := date_in_url(reading.page.url):
        days.add(day)
    for node in reading.page.tree.css("time[datetime]")[:_ELEMENTS]:
        if found := read_stamp(reading, node.attributes.get("datetime") or ""):
            days |= {found.value.date()} if found.value else set()
    return days


class _Reader:
    def __init__(self, reading: Reading, known: set[date]) -> None:
        self.reading = reading
        self.known = known
        self.words = words_of_languages()
        self.zone = zone_of(reading)
        self._order: tuple[DateOrder | None] | None = None
        self._days: set[date] | None = None

    def around(self, headline: Headline | None, area: TextArea | None) -> list[_Shown]:
        """Read the dates below the headline and right above it."""
        lines = self.reading.lines
        first = headline.last if headline else max(0, (area.first_prose if area else 0) - _BELOW)
        found: list[_Shown] = []
        paragraphs, near = 0, first + _NEAR
        for line in lines[first : first + _BELOW]:
            if len(line.text) > _PARAGRAPH and not line.links:
                paragraphs += 1
                if paragraphs > _PARAGRAPHS:
                    break
            found += [replace(one, far=line.index >= near) for one in self.read(line, _LONGEST)]
        if sum(one.field is None for one in found) > _SEVERAL:
            found = [one for one in found if one.field or not one.far]
        if headline is not None and not any(one.field != "modified_at" for one in found):
            box = headline.line.box.parent or headline.line.box
            box = box.parent or box
            above = [line for line in lines[max(0, headline.first - _ABOVE) : headline.first] if line.box.within(box)]
            found = [one for line in above for one in self.read(line, _LONGEST)] + found
        return found

    def labelled(self, headline: Headline | None) -> list[_Shown]:
        """Read the first date of each kind that has a label, anywhere below the headline."""
        found: dict[Field | None, _Shown] = {}
        for line in self.reading.lines[headline.first if headline else 0 :][:_LINES]:
            if len(line.text) <= _LONGEST_LABELLED and _DIGIT.search(line.text) and not line.all_link:
                for one in self.read(line, _LONGEST_LABELLED):
                    if one.rule.startswith("label:") and not _of_visitors(line.box.node):
                        found.setdefault(one.field, one)
        return list(found.values())

    def read(self, line: Line, longest: int) -> list[_Shown]:
        """Read the dates of a line with what their label or element says they are."""
        text = line.spaced
        if len(text) > longest or (not _DIGIT.search(text) and (self.reading.now is None or len(text) > _LABEL_LINE)):
            return []
        found, at = [], 0
        for one in self._dates(text):
            if self._is_entry(line, one):
                continue
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
                found.append(_Shown(one, line, field, rule, 0.8 if len(text) > 4 * len(one.raw) + 40 else trust))
            at = one.end
        return found or self._hidden_behind(line)

    def _hidden_behind(self, line: Line) -> list[_Shown]:
        """Read the machine's date of a ``<time>`` whose text is none that can be read: 12/19, 3 weeks ago."""
        for _, element in line.parts[:8]:
            node = element if element.tag == "time" or element.parent is None else element.parent
            if node.tag == "time" and (found := read_stamp(self.reading, node.attributes.get("datetime") or "")):
                label, field = self._label(line.text[:_BEFORE])
                return [_Shown(found, line, field or _named_field(line, line.text), label or "time", 0.75)]
        return []

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

    def _label(self, before: str) -> tuple[str, Field | None]:
        """The last label in the words before a date and the field it names."""
        words = _WORD.findall(before)[-12:]
        keys = [word_key(word) for word in words]
        at, found = 0, ("", "")
        while at < len(keys):
            for size in range(min(self.words.longest, len(keys) - at), 0, -1):
                label = " ".join(keys[at : at + size])
                if field := self.words.labels.get(label):
                    found = (" ".join(words[at : at + size]), field)
                    at += size - 1
                    break
            at += 1
        if found[1] == "published":
            return found[0], "published_at"
        return (found[0], "modified_at") if found[1] == "modified" else ("", None)

    @staticmethod
    def _is_entry(line: Line, one: FoundDate) -> bool:
        """Tell an entry of a list, a headline link with its date."""
        texts = [clean(link.text()) for link in line.links]
        return any(len(text) - len(one.raw) >= _ENTRY for text in texts if one.raw in text) or (
            line.link_chars >= _ENTRY * 2
            and line.link_chars * 2 > len(line.text)
            and max(map(len, texts)) >= _ENTRY * 2
        )


def _named_field(line: Line, raw: str) -> Field | None:
    """What the class of the date's element says the date is."""
    elements = [element for text, element in line.parts if raw in clean(text) or clean(text) in raw]
    names = [(element.attributes.get("class") or "").lower() for element in elements[:3]]
    for name in [*names, line.box.ident]:
        if _ISSUED.search(name):
            return "published_at"
        if _CHANGED.search(name):
            return "modified_at"
    return None
