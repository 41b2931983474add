"""What tells a line of an article from one around it, as small numbers: the marks that the learned scores are for.

A mark is the number of a kind or of a range of values, so that a score is looked up in a table. Most lines are told by
where they stand, so most marks are of the box, and are found once for all of its lines. Docs: ``docs/line-scores.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ..layouts.surroundings import furniture
from .line_words import OwnNames, link_kind, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..blocks import Box, Line
    from .density import TextArea
    from .reading import Reading

__all__ = ["BOX_MARKS", "LINE_MARKS", "VALUES", "WORD_MARKS", "LineMarks"]

WORD_MARKS: Final = ("saying", "own", "leads", "look")
"""The marks of a line by its words, which take longest to find: only for lines that the others leave in doubt."""
LINE_MARKS: Final = (
    "length", "linked", "end", "reached", "prose_near", "links_near", "below_headline", "to_prose", "under", "word",
    "repeated", "down", *WORD_MARKS,
)  # fmt: skip
"""The marks of a line itself."""
BOX_MARKS: Final = (
    "climb", "climb_headline", "alike", "articles", "make", "paragraphs", "tag", "part", "name", "text_name", "item",
    "share", "holds_links", "holds_prose", "outer_share", "outer_links", "outer_prose",
)  # fmt: skip
"""The marks of the box that a line stands in, and of the boxes around that."""

_PARTS: Final = {
    "article": 1, "main": 1, "header": 2, "nav": 3, "footer": 4, "aside": 5, "form": 6, "dialog": 6, "figure": 7,
    "address": 8,
}  # fmt: skip
_APART: Final = (3, 4, 5, 6)  # parts that what stands in them never leaves
_MENUS: Final = (3, 4)
_TAGS: Final = {
    tag: number for number, tag in enumerate((
        "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "div", "span", "section", "article", "main", "pre",
        "blockquote", "figcaption", "dt", "dd", "summary", "label", "header", "footer", "aside", "nav", "ul", "body",
        "form", "a",
    ), 1)
}  # fmt: skip
_ITEMS: Final = {"li": 1, "td": 2, "th": 2, "pre": 3, "blockquote": 3}
_LENGTHS: Final = (2, 5, 9, 15, 22, 32, 45, 60, 90, 140, 220, 400, 800)
_LINKED: Final = (0.001, 0.1, 0.25, 0.5, 0.9)
_SHARES: Final = (0.001, 0.02, 0.1, 0.3, 0.6, 0.85, 0.97)
_BOX_LINKED: Final = (0.001, 0.1, 0.25, 0.45, 0.7, 0.9)
_BOX_PROSE: Final = (0.02, 0.1, 0.25, 0.5, 0.8)
_REACHED: Final = (0.0005, 0.01, 0.03, 0.1, 0.3, 0.7, 0.9, 0.97, 0.99, 0.9995)
_BEHIND: Final = 14
_DISTANCES: Final = (1, 2, 3, 5, 9, 20)
_TO_PROSE: Final = (1, 2, 3, 4, 6, 10, 20)
_DOWN: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
_MAKES: Final = (0.001, 0.02, 0.05, 0.15, 0.4, 0.7)
_PARAGRAPHS: Final = (60, 100, 150, 220, 320, 450)
_COUNTS: Final = (4, 8, 16)
_FEW: Final = 2  # boxes of one make
_PROSE: Final = 40  # weight
_NEAR: Final = 3  # lines before and behind
_FAR: Final = 99
_SHORT: Final = 90  # characters of a line that may be furniture
_LABEL: Final = 45
_SPEAKING: Final = 300  # characters of a line whose words are looked at
_LITTLE_LINE: Final = 60
_ENDS: Final = {
    **dict.fromkeys('.。…”"’)」', 1), **dict.fromkeys(":：", 2), **dict.fromkeys(",;،，；、", 3),
    **dict.fromkeys("!！", 5), **dict.fromkeys("?？؟", 6),
}  # fmt: skip
_DEEPEST: Final = 9

_BoxMarks = tuple[int, ...]

VALUES: Final = dict(
    zip(
        LINE_MARKS + BOX_MARKS,
        (14, 6, 7, 15, 8, 8, 9, 8, 8, 16, 4, 10, 15, 4, 6, 5, 8, 10, 17, 8, 7, 7, 34, 9, 14, 3, 4, 8, 7, 6, 8, 7, 6),
        strict=True,
    )
)
"""How many values each mark has, from 0."""


class LineMarks:
    """The marks of one page's lines."""

    def __init__(self, reading: Reading, area: TextArea, scale: float) -> None:
        self.lines = reading.lines
        self.boxes = reading.outline.boxes
        self.area = area
        self.scale = scale
        """Letters of this script's text for one character of it: a Han character says as much as some letters."""
        lines, weights = self.lines, reading.weights
        self._own = OwnNames(reading)
        self._weights = weights
        self._prose = list(accumulate(weights, initial=0))
        self._all = list(accumulate([len(line.text) for line in lines], initial=0))
        self._linked = list(accumulate([line.link_chars for line in lines], initial=0))
        self._links = list(accumulate([line.all_link for line in lines], initial=0))
        self._runs = list(accumulate([weight > 0 for weight in weights], initial=0))
        self._total = self._prose[-1] or 1
        self._headline = next((line.index for line in lines if line.box.heading == 1), -1)
        self._makes: Counter[tuple[str, str, str]] = Counter()
        for line, weight in zip(lines, weights, strict=True):
            if weight:
                self._makes[_make(line.box)] += weight
        self._known: dict[Box, _BoxMarks] = {}
        self._alone: dict[tuple[object, ...], _BoxMarks] = {}
        self._held: dict[Box, tuple[int, ...]] = {}
        self._said: dict[str, tuple[int, int]] = {}
        self._names: dict[Box, tuple[int, int, int]] = {self.boxes[0]: (0, 0, 0)}
        self._read_boxes()

    def __iter__(self) -> Iterator[tuple[Line, _BoxMarks, tuple[int, ...]]]:
        """Give each line that may be of the text with the marks of its box and its own but those by its words."""
        lines, runs, links, prose = self.lines, self._runs, self._links, self._prose
        area, scale, size, headline = self.area, self.scale, len(self.lines), self._headline
        first, last, before = area.first, area.last, prose[area.first]
        inside = (prose[area.last] - before) or 1
        repeated = Counter([line.text for line in lines])
        ahead = self._to_prose()
        kind_of = furniture().kind
        places, held, known = self._places, self._held, self._known
        under, level, holder = 0, 0, self.boxes[0]
        for index, line in enumerate(lines):
            text, box = line.text, line.box
            length = len(text) * scale
            heading = box.heading
            if under and ((heading and (heading <= level or not level)) or index >= holder.last):
                under = 0
            reached = 0 if index < first else _BEHIND
            if first <= index < last:
                reached = 1 + bisect_right(_REACHED, (prose[index] - before) / inside)
            if length < _LITTLE_LINE and not heading:
                place = places[box.index]
                contents = held.get(place[0]) or self._hold(place[0])
                textless = place[4] in _MENUS or (reached in (0, _BEHIND) and contents[1] <= 1 and contents[4] <= 1)
                if textless and place[1]:
                    continue  # of menus, or among no text
            word = kind_of(text) if length <= _SHORT else 0
            if 0 < word <= 8 and (heading or (length < _LABEL and not line.all_link)):
                under, level, holder = word, heading, box
                while holder.parent is not None and holder.last <= index + 1:
                    holder = holder.parent
            link_chars = line.link_chars
            start, stop = max(0, index - _NEAR), min(size, index + _NEAR + 1)
            end = text[-1]
            own = (
                bisect_right(_LENGTHS, length),
                bisect_right(_LINKED, link_chars / len(text)) if link_chars else 0,
                _ENDS.get(end) or (4 if end.isdigit() else 0),
                reached,
                runs[stop] - runs[start],
                links[stop] - links[start],
                0 if headline < 0 else 1 if index < headline else 2 + bisect_right(_DISTANCES, index - headline),
                bisect_right(_TO_PROSE, ahead[index]),
                under,
                word,
                min(repeated[text], 3),
                bisect_right(_DOWN, index / size),
            )
            yield line, known.get(box) or self._box(box), own

    def by_words(self, line: Line) -> tuple[int, ...]:
        """Find the marks of a line by its words."""
        low = line.text.lower()
        return (
            furniture().saying(low) if len(low) <= _SPEAKING else 0,
            self._own(low),
            link_kind(line.links) if line.link_chars else 0,
            look(line),
        )

    def _to_prose(self) -> list[int]:
        """The lines from each line to the next one of running text."""
        ahead, distance = [_FAR] * len(self._weights), _FAR
        for index in range(len(self._weights) - 1, -1, -1):
            ahead[index] = distance
            distance = 1 if self._weights[index] > _PROSE else distance + 1
        return ahead

    def _read_boxes(self) -> None:
        """Note of each box with lines what follows from those around it: holder, climbs, articles, part, item."""
        prose, top = self._prose, self.boxes[0]
        self._siblings: Counter[tuple[Box | None, str, str]] = Counter()
        self._articles = min(3, sum(box.tag == "article" and box.last > box.first for box in self.boxes))
        climb, climb_headline = _depths(self.area.box), {}
        if self._headline >= 0:
            climb_headline = _depths(self.lines[self._headline].box)
        places = [(top, climb.get(top, _DEEPEST), climb_headline.get(top, _DEEPEST), 0, 0, 0)] * len(self.boxes)
        for box in self.boxes:
            size = box.last - box.first
            if not size or box.parent is None:
                continue
            holder, up, up_headline, nth, part, item = places[box.parent.index]
            tag = box.tag
            if tag in _PARTS and part not in _APART:
                part = _PARTS[tag]
            if size > 1:
                holder = box
                if prose[box.last] > prose[box.first]:
                    self._siblings[box.parent, tag, box.ident] += 1
            places[box.index] = (
                holder, climb.get(box, up), climb_headline.get(box, up_headline),
                self._articles if tag == "article" else nth, part, _ITEMS.get(tag, item),
            )  # fmt: skip
        self._places = places

    def _named(self, box: Box) -> tuple[int, int, int]:
        """What a box has from those around it by their names: the make of its repeated part, against and for a text."""
        chain: list[Box] = []
        current: Box | None = box
        while current is not None and current not in self._names:
            chain.append(current)
            current = current.parent
        alike, against, text = self._names[current or self.boxes[0]]
        said_by = furniture().said
        for inner in reversed(chain):
            ident = inner.ident
            if ident != " ":
                said = self._said.get(ident) or self._said.setdefault(ident, said_by(ident))
                against, text = said[0] or against, max(said[1], text)
            count = self._siblings.get((inner.parent, inner.tag, ident), 0) if inner.last - inner.first > 1 else 0
            if count > _FEW:
                alike = self._alike(inner, count)
            self._names[inner] = (alike, against, text)
        return alike, against, text

    def _alike(self, box: Box, count: int) -> int:
        """Number a box among others of its make: how many, whether they hold the page's text, whether they link."""
        outer = box.parent or box
        text = 4 * (self._prose[outer.last] - self._prose[outer.first] > 0.4 * self._total)
        linked = self._linked[box.last] - self._linked[box.first]
        return 1 + bisect_right(_COUNTS, count) + text + 8 * (linked * 4 > self._all[box.last] - self._all[box.first])

    def _box(self, box: Box) -> _BoxMarks:
        """Find the marks of a box."""
        place = self._places[box.index]
        alone = box.last - box.first == 1
        make = (place, box.parent, box.tag, box.ident, box.heading)
        if alone and (marks := self._alone.get(make)):
            self._known[box] = marks
            return marks
        holder, up, up_headline, nth, part, item = place
        paragraphs, *contents = self._held.get(holder) or self._hold(holder)
        alike, name, text_name = self._named(box)
        marks = self._known[box] = (
            min(up, 7), min(up_headline, _DEEPEST), alike, nth * 2 + (self._articles > 1),
            bisect_right(_MAKES, self._makes.get(_make(box), 0) / self._total), paragraphs,
            2 + box.heading if box.heading else _TAGS.get(box.tag, 0), part, name, text_name, item, *contents,
        )  # fmt: skip
        if alone:
            self._alone[make] = marks
        return marks

    def _hold(self, holder: Box) -> tuple[int, ...]:
        """What a box of several lines holds, and what the next one holds that is half as large again."""
        size = holder.last - holder.first
        outer = holder
        while outer.parent is not None and outer.last - outer.first < size * 1.5 + 1:
            outer = outer.parent
        weight = self._prose[holder.last] - self._prose[holder.first]
        runs = self._runs[holder.last] - self._runs[holder.first]
        found = self._held[holder] = (
            bisect_right(_PARAGRAPHS, weight / max(1, runs)), *self._contents(holder), *self._contents(outer),
        )  # fmt: skip
        return found

    def _contents(self, box: Box) -> tuple[int, int, int]:
        """The share of the page's text that a box holds, the share of links in it, and that of lines that are text."""
        first, last = box.first, box.last
        linked = self._linked[last] - self._linked[first]
        return (
            bisect_right(_SHARES, (self._prose[last] - self._prose[first]) / self._total),
            bisect_right(_BOX_LINKED, linked / ((self._all[last] - self._all[first]) or 1)),
            bisect_right(_BOX_PROSE, (self._runs[last] - self._runs[first]) / ((last - first) or 1)),
        )


def _make(box: Box) -> tuple[str, str, str]:
    return box.tag, box.ident, box.parent.ident if box.parent is not None else ""


def _depths(box: Box) -> dict[Box, int]:
    """The boxes around a box with the steps up to each."""
    found: dict[Box, int] = {}
    outer: Box | None = box
    while outer is not None:
        found[outer] = len(found)
        outer = outer.parent
    return found
