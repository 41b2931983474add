"""What the strategies share while one page is read: the page, the layout, the clock, and the marks on its lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from ..normalize.text import clean, squeeze

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from ..blocks import Box, Line, Outline
    from ..layouts import Layout, Lexicon
    from ..page import Page
    from .headline import Headline
    from .metadata import Metadata

__all__ = ["END_PUNCTUATION", "Candidate", "Reading", "Region", "Similarity", "is_sentence", "prose_weight"]

_PARAGRAPH: Final = 60
_SHORTEST_PROSE: Final = 9  # characters
_LONGEST_HEADING: Final = 40  # characters, with a link to more of the same
_HEADLINE: Final = 8  # characters of a link that reads like a headline
_COUNTERS: Final = 3
_TABS: Final = 5
_STROKES: Final = " \u3000\t\n|｜/·"
_LONGEST_MORE: Final = 20
_NUMBER = re.compile(r"\d+")
_SENTENCE_LENGTH: Final = 16  # characters
_LOOSE_RANK: Final = 80  # headings known only by a part of theirs
END_PUNCTUATION: Final = "。！？；，、：…!?;,:"
_SENTENCE = re.compile("[。！？；，、：,.!?;:](?:(?<=[。！？；，、：])|(?=\\s|$))")


@dataclass(slots=True)
class Candidate:
    """One strategy's proposal for one field."""

    field: str
    value: Any
    """The value in the record's type, or text still to be normalized."""
    raw: str
    """The text as found."""
    strategy: str
    rule: str
    node: LexborNode | None = None
    trust: float = 0.6
    """How often a lone statement of this kind is right, from 0 to 1."""


@dataclass(slots=True)
class Region:
    """A part of the page that a heading opens."""

    kind: str
    """``disclaimer``, ``teasers`` or ``other``."""
    rank: int
    head: int
    """Index of the heading's line."""
    first: int
    last: int
    """The lines behind the heading: ``first`` up to, not including, ``last``."""
    box: Box


@dataclass(slots=True)
class Reading:
    """One page under one layout."""

    page: Page
    layout: Layout
    now: datetime | None
    metadata: Metadata
    candidates: list[Candidate] = field(default_factory=list)
    notes: list[tuple[str, str | None, str]] = field(default_factory=list)
    """Warnings found on the way: code, field, message."""
    outline: Outline = field(init=False)
    """The visible lines in their boxes."""
    lines: list[Line] = field(init=False)
    """The visible lines."""
    lexicon: Lexicon = field(init=False)
    """The layout's words."""
    context: tuple[datetime | None] | None = None
    """The date that the page's address or metadata names; None as long as nobody asked."""
    headline: Headline | None = None
    """The visible headline."""
    span: tuple[int, int] | None = None
    """The lines of the text: the first, and the one behind the last."""
    selected: str | None = None
    """The layout's selector that found the text."""
    distance: int = 0
    """Characters shown between the headline's byline and the text."""
    is_chinese: bool | None = None
    """Whether the page is read by the rules for Chinese; None as long as nobody asked."""
    settled: frozenset[str] = frozenset()
    """Fields for which all that a reader sees has been proposed."""
    _regions: list[Region] | None = None
    _weights: list[int] | None = None
    _apart: frozenset[int] | None = None
    _sums: tuple[list[int], list[int]] | None = None

    def __post_init__(self) -> None:
        """Bring near what every strategy asks for."""
        self.outline = self.page.outline
        self.lines = self.outline.lines
        self.lexicon = self.layout.lexicon

    @property
    def regions(self) -> list[Region]:
        """The parts of the page that known headings open, in order."""
        if self._regions is None:
            self._regions = _find_regions(self)
        return self._regions

    @property
    def weights(self) -> list[int]:
        """The weight as running text of each line."""
        if self._weights is None:
            self._weights = [0 if line.link_chars * 2 > len(line.text) else prose_weight(line) for line in self.lines]
        return self._weights

    def characters(self, box: Box) -> tuple[int, int]:
        """Count the characters of a box and those of them that are links."""
        if self._sums is None:
            lines = self.lines
            self._sums = (
                list(accumulate([len(line.text) for line in lines], initial=0)),
                list(accumulate([line.link_chars for line in lines], initial=0)),
            )
        all_before, linked_before = self._sums
        return all_before[box.last] - all_before[box.first], linked_before[box.last] - linked_before[box.first]

    @property
    def apart(self) -> frozenset[int]:
        """The lines of all regions, headings included."""
        if self._apart is None:
            self._apart = frozenset(index for region in self.regions for index in range(region.head, region.last))
        return self._apart

    def propose(self, candidate: Candidate) -> None:
        """Add a candidate, unless what a reader sees of its field is settled."""
        if candidate.field not in self.settled or candidate.strategy != "landmarks":
            self.candidates.append(candidate)

    def published(self) -> datetime | None:
        """Give the date found so far, the most trusted first: the year of dates on the page that have none."""
        found = [c for c in self.candidates if c.field == "published_at" and c.value and c.value.value]
        return max(found, key=lambda c: c.trust).value.value if found else None

    def note(self, code: str, field: str | None, message: str) -> None:
        """Add a warning."""
        self.notes.append((code, field, message))


def prose_weight(line: Line) -> int:
    """Weigh a line as running text: its unlinked characters, more with punctuation; 0 for a link or a label."""
    length = len(line.text)
    if length < _SHORTEST_PROSE or line.link_chars * 2 > length:
        return 0
    punctuation = len(_SENTENCE.findall(line.text))
    if punctuation == 0 and length < 40:
        return 0
    return length - line.link_chars + 8 * min(punctuation, length // 5)


def is_sentence(text: str) -> bool:
    """Tell running text: a line of some length that ends as a sentence."""
    return len(text) > _SENTENCE_LENGTH and text[-1] in "。！？”"


def _find_regions(reading: Reading) -> list[Region]:
    lexicon, lines = reading.lexicon, reading.lines
    heads = [
        (line.index, *found)
        for line in lines
        if len(line.text) <= _LONGEST_HEADING
        and (found := _heading(lexicon, line))
        and (found[1] < _LOOSE_RANK or len(line.links) < 2 or (found := _among_links(lexicon, line, found)))
        and not (found[1] >= _LOOSE_RANK and line.all_link and _is_entry(lines, line))
    ]
    heads, tabs = _without_tabs(lines, _without_counters(lines, heads))
    regions = []
    for position, (index, kind, rank) in enumerate(heads):
        bar = tabs.get(index, index)
        box = _opened_box(reading, lines[bar], kind)
        if box is None or (kind == "teasers" and _heads_text(lines, bar + 1)):
            continue
        last = box.last
        if position + 1 < len(heads):
            last = min(last, heads[position + 1][0])
        last = _before_greater_heading(lines, index, last)
        contents = kind == "other" and lexicon.contents.match(lines[index].text)
        if contents or (kind == "teasers" and box.first < index):
            last = _before_running_text(lines, index, last)
        if last > bar + 1:
            regions.append(Region(kind, rank, index, bar + 1, last, box))
    return regions


def _heading(lexicon: Lexicon, line: Line) -> tuple[str, int] | None:
    found = lexicon.heading(line.text)
    if len(line.parts) < 2 or line.all_link or (found and found[1] < _LOOSE_RANK):
        return found
    return _leading_heading(lexicon, line) or found


def _is_entry(lines: list[Line], line: Line) -> bool:
    """Tell a link among links, of a list whose boxes are all of one kind: an entry, which heads nothing."""
    own = line.box
    if line.link_chars < _HEADLINE or own.heading:
        return False
    return any(
        other.all_link and (other.box is own or (other.box.parent is own.parent and other.box.tag == own.tag))
        for other in lines[max(0, line.index - 1) : line.index + 2]
        if other is not line
    )


def _share_bar(first: Box, other: Box) -> bool:
    """Tell boxes of one kind side by side in a box that begins with the first and holds little more."""
    bar = first.parent
    alike = first is not other and other.parent is bar and first.tag == other.tag
    return alike and bar is not None and bar.first == first.first and bar.last - bar.first <= _TABS


def _without_tabs(
    lines: list[Line], heads: list[tuple[int, str, int]]
) -> tuple[list[tuple[int, str, int]], dict[int, int]]:
    """Keep of headings side by side in a bar of their own the first, which what follows belongs to.

    The second value tells where the bar of such a heading ends.
    """
    kept: list[tuple[int, str, int]] = []
    ends: dict[int, int] = {}
    for head in heads:
        box = lines[head[0]].box
        first = kept[-1][0] if kept else -1
        if first >= 0 and ends.get(first, first) == head[0] - 1 and _share_bar(lines[first].box, box):
            ends[first] = head[0]
        else:
            kept.append(head)
    return kept, ends


def _without_counters(lines: list[Line], heads: list[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """Drop what stands at entry after entry with another number (31 跟贴): it heads nothing."""
    loose = {index: _NUMBER.sub("", lines[index].text) for index, _, rank in heads if rank >= _LOOSE_RANK}
    counts = Counter(text for index, text in loose.items() if text != lines[index].text)
    if not counts or max(counts.values()) < _COUNTERS:
        return heads
    return [head for head in heads if counts.get(loose.get(head[0], ""), 0) < _COUNTERS]


def _among_links(lexicon: Lexicon, line: Line, found: tuple[str, int]) -> tuple[str, int] | None:
    """A heading known only by a part of it counts beside a link to more; beside tags only what stands before them."""
    if len(line.links) == 2 and lexicon.more.match(clean(line.parts[-1][0])):
        return found
    return _leading_heading(lexicon, line)


def _leading_heading(lexicon: Lexicon, line: Line) -> tuple[str, int] | None:
    """Read a heading that shares its line with a link to more (阅读延展 更多>>), with tags, or with other headings."""
    if line.all_link or len(line.parts) < 2:
        return None
    head, links = line.parts[0][0], len(line.links)
    rest = len(line.text) - len(head)
    tags = links > 1 and line.link_chars < _HEADLINE * links and line.link_chars * 2 > rest
    if not tags and rest > _LONGEST_MORE:
        return None
    found = lexicon.heading(clean(head))
    if found is None or tags or lexicon.more.match(clean("".join([text for text, _ in line.parts[1:]]))):
        return found
    others = [text for part, _ in line.parts[1:] if (text := part.strip(_STROKES))]
    return found if all(lexicon.heading(text) for text in others) else None


def _opened_box(reading: Reading, line: Line, kind: str) -> Box | None:
    """The innermost box that goes on behind the heading; None where the heading ends a list of other things."""
    own = line.box
    if line.all_link and not own.heading and own.first == line.index and own.parent and own.parent.first < line.index:
        return None  # an entry of a menu
    box: Box | None = own
    while box is not None and (box.last <= line.index + 1 or _only_more(reading, line.index + 1, box.last)):
        if box.first != line.index and kind == "other":
            return None
        box = box.parent
    return box


def _heads_text(lines: list[Line], first: int) -> bool:
    """Tell a heading inside a text (政策解读): what follows ends as no title does and leads nowhere."""
    line = lines[first] if first < len(lines) else None
    return line is not None and not line.links and line.text[-1] in "。；，："


def _only_more(reading: Reading, first: int, last: int) -> bool:
    """Tell whether the lines are nothing but links to more of the same, as in a heading's own bar."""
    return last - first <= 2 and all(reading.lexicon.more.match(line.text) for line in reading.lines[first:last])


def _before_running_text(lines: list[Line], index: int, last: int) -> int:
    """Stop where two paragraphs follow each other: related links stand in the text's own flow, and it goes on."""
    run = 0
    for line in lines[index + 1 : last]:
        if line.link_chars * 5 <= len(line.text) and prose_weight(line) >= _PARAGRAPH and not _opens_with_link(line):
            run += 1
            if run == 2:
                return line.index - 1
        else:
            run = 0
    return last


def _opens_with_link(line: Line) -> bool:
    """Tell an entry that goes on with its summary: it begins with a link that reads like a headline."""
    return line.link_chars >= _HEADLINE and line.text.startswith(clean(line.links[0].text())[:_HEADLINE])


def _before_greater_heading(lines: list[Line], index: int, last: int) -> int:
    level = lines[index].box.heading or 1
    for line in lines[index + 1 : last]:
        entry = line.all_link and line.link_chars >= _HEADLINE
        if 0 < line.box.heading <= level and line.box.heading < 3 and not entry:
            return line.index
    return last


class Similarity:
    """Compares lines with a text that may hold them: the document's title with the site's name at its end."""

    def __init__(self, text: str | None) -> None:
        self._text = squeeze(text) if text else ""

    def __call__(self, text: str) -> float:
        """1 where one begins with the other, 0.8 where one holds the other, else 0."""
        return self.of(squeeze(text))

    def of(self, own: str) -> float:
        """The same for a text that is squeezed already."""
        if len(own) < 3 or not self._text:
            return 0.0
        if own == self._text or self._text.startswith(own):
            return 1.0
        if own in self._text or (len(self._text) > 5 and self._text in own):
            return 0.8
        cut = own.rstrip(".…")
        if len(cut) <= 8 or len(self._text) <= 8:
            return 0.0
        return 0.9 if self._text.startswith(cut) or own.startswith(self._text.rstrip(".…")) else 0.0
