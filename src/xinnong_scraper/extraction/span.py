"""Where the body begins and ends in the text area, and what in it is no text of the article."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ..normalize.text import squeeze
from .looks import is_attachment
from .reading import END_PUNCTUATION, is_sentence

if TYPE_CHECKING:
    from ..blocks import Box, Line
    from .density import TextArea
    from .reading import Reading, Region

__all__ = ["BodySpan", "SpanFinder"]

_LABEL: Final = 14  # characters of the words above a card
_LONGEST_END: Final = 120  # characters
_PARAGRAPH: Final = 60  # weight as prose
_CARDS: Final = 2
_HEADLINE: Final = 10
_ROW: Final = 3  # links
_TITLE: Final = 240  # characters
_ASIDE_TAGS: Final = frozenset({"aside", "footer", "nav", "form"})
_NUMERAL_ALONE = re.compile(r"0\d|\d{1,2}:\d{2}(?::\d{2})?")  # a part's number, the time of a live report's entry


class BodySpan:
    """The lines of the body: a range, and the lines in it that are something else."""

    __slots__ = ("dropped", "first", "last")

    def __init__(self, first: int, last: int, dropped: set[int]) -> None:
        self.first = first
        self.last = last
        self.dropped = dropped


class SpanFinder:
    """Cuts the area to the article's own lines."""

    def __init__(self, reading: Reading, area: TextArea) -> None:
        self.reading = reading
        self.area = area
        self.lines = reading.lines
        self._prose_before = list(accumulate(area.weights, initial=0))
        self._asides: dict[int, bool] = {}
        self._endings: dict[int, bool] = {}

    def find(self, begin: int, used: set[int], title: str | None) -> BodySpan:
        """Find where the body begins and ends and what inside it is no text of the article."""
        if self.area.kept is not None:
            return self._among_kept(self.area.kept - used, squeeze(title or ""))
        first = max(self.area.first, begin)
        last = self.area.last
        dropped = {index for index in used if first <= index < last}
        for region in self.reading.regions:
            if first < region.head < last or (region.head == first and region.kind != "disclaimer"):
                after = self._prose_before[last] - self._prose_before[min(region.last, last)]
                before = self._prose_before[region.head] - self._prose_before[first]
                if not before and not after:
                    continue  # a text is no part of its own page that words above it head
                if before >= after and not self._goes_on(first, region, last):
                    last = region.head
                else:
                    dropped.update(range(region.head, region.last))
        last = self._before_cards(first, self._end(first, last))
        dropped |= self._noise(first, last, squeeze(title or ""))
        while first < last and first in dropped:
            first += 1
        while last > first and last - 1 in dropped:
            last -= 1
        return BodySpan(first, last, dropped)

    def _among_kept(self, kept: frozenset[int], title: str) -> BodySpan:
        """Take the lines that are known to be the text, without the headline."""
        own = {index for index in kept if not self._is_title(self.lines[index].text, title)}
        if not own:
            return BodySpan(self.area.first, self.area.first, set())
        first, last = min(own), max(own) + 1
        return BodySpan(first, last, set(range(first, last)) - own)

    @staticmethod
    def _is_title(text: str, title: str) -> bool:
        """Tell a line that shows the title, by its first letter where that tells enough."""
        if len(text) > _TITLE or (text.isascii() and text[0].lower() != title[:1]):
            return False
        return squeeze(text) == title

    def _goes_on(self, first: int, region: Region, last: int) -> bool:
        """Tell whether paragraphs like those above a box in the text follow it: of the same make, at the same place."""
        made = {(line.box.parent, line.box.tag) for line in self._paragraphs(first, region.head)}
        return any((line.box.parent, line.box.tag) in made for line in self._paragraphs(region.last, last))

    def _paragraphs(self, first: int, last: int) -> list[Line]:
        return [
            self.lines[index]
            for index in range(first, last)
            if self.area.weights[index] >= _PARAGRAPH and not self.lines[index].links
        ]

    def _end(self, first: int, last: int) -> int:
        """Cut at the first line that ends articles, unless most of the text comes behind it."""
        total = self._prose_before[last] - self._prose_before[first]
        for index in range(first + 1, last):
            text = self.lines[index].text
            if self._is_source(text) and self._prose_before[last] - self._prose_before[index + 1] < _PARAGRAPH:
                return index
            if self._ends(index):
                seen = self._prose_before[index] - self._prose_before[first]
                if seen * 2 >= total:
                    return index
        return last

    def _before_cards(self, first: int, last: int) -> int:
        """Cut below the last prose where links to other articles, each with its own small print, begin."""
        stop = next((i for i in range(last - 1, first, -1) if self.area.weights[i]), first) + 1
        cards = [i for i in range(stop, last) if self.lines[i].all_link and self._promotes(self.lines[i])]
        if len(cards) < _CARDS:
            return last
        cut = cards[0]
        while cut > stop and len(label := self.lines[cut - 1].text) <= _LABEL and label[-1] not in END_PUNCTUATION:
            cut -= 1
        return cut

    def _ends(self, index: int) -> bool:
        """Tell a line that ends articles (责任编辑：王五) from a sentence that begins like one."""
        answer = self._endings.get(index)
        if answer is None:
            lexicon, text = self.reading.lexicon, self.lines[index].text
            answer = len(text) <= _LONGEST_END and lexicon.end.match(text) is not None
            answer = answer and (not is_sentence(text) or lexicon.legal_words.search(text) is not None)
            self._endings[index] = answer
        return answer

    def _is_source(self, text: str) -> bool:
        return len(text) <= _LONGEST_END and self.reading.lexicon.source_line.match(text) is not None

    def _noise(self, first: int, last: int, title: str) -> set[int]:
        lexicon, noise = self.reading.lexicon, self._pager(first, last)
        prose = [index for index in range(first, last) if self.area.weights[index]]
        start, stop = (prose[0], prose[-1] + 1) if prose else (first, last)
        for index in range(first, last):
            line = self.lines[index]
            text = line.text
            if (
                self._ends(index)
                or self._is_source(text)
                or (len(text) <= 120 and lexicon.noise.match(text) and self._is_noise(line))
                or lexicon.boilerplate.match(text)
                or (title and index < first + 3 and len(text) < 120 and squeeze(text) == title)
                or (line.links and line.all_link and self._promotes(line))
                or (index + 1 < last and index < first + 2 and self._is_abstract(line))
                or (line.links and index < start and self._links_only(line))
                or (index >= stop and text[-1] not in END_PUNCTUATION and lexicon.footer.search(text[:300]))
                or self.is_aside(line.box)
            ):
                noise.add(index)
        return noise

    def _is_noise(self, line: Line) -> bool:
        text = line.text
        if _NUMERAL_ALONE.fullmatch(text) and line.index + 1 < len(self.lines):
            following = self.lines[line.index + 1]
            beside = following.box.within(line.box) or following.box.parent is line.box.parent
            return not (beside and (text[0] == "0" or self.area.weights[following.index]))
        return not is_sentence(text) or bool(self.reading.lexicon.promotion.search(text))

    def _is_abstract(self, line: Line) -> bool:
        """Tell a line that the text's first paragraph begins with word for word."""
        following = self.lines[line.index + 1].text
        return len(line.text) >= 12 and len(following) > len(line.text) and following.startswith(line.text)

    def _pager(self, first: int, last: int) -> set[int]:
        """Find runs of lines that are nothing but a pager and have one of its words."""
        lexicon, found = self.reading.lexicon, set()
        run: list[int] = []
        for index in range(first, last + 1):
            if index < last and len(self.lines[index].text) <= 120 and lexicon.pager_line.match(self.lines[index].text):
                run.append(index)
                continue
            if run:
                if any(lexicon.pager_word.search(self.lines[i].text) for i in run):
                    found.update(run)
                run = []
        return found

    def _promotes(self, line: Line) -> bool:
        """Tell a line that is nothing but a link to another article from a linked name or a heading in the text."""
        if len(line.text) < _HEADLINE or line.box.heading or line.text[-1] == "。":
            return False
        return not is_attachment(self.reading, line)

    def _links_only(self, line: Line) -> bool:
        """Tell a line of links to other parts of the site, above the text."""
        return not line.box.heading and (
            line.all_link or (len(line.links) >= _ROW and line.link_chars * 2 > len(line.text))
        )

    def weight(self, box: Box) -> int:
        """The weight as prose of a box's lines."""
        return self._prose_before[box.last] - self._prose_before[box.first]

    def is_aside(self, box: Box) -> bool:
        """Tell whether a box of the area, or one around it, calls itself something else and holds little prose."""
        chain: list[Box] = []
        answer = False
        current: Box | None = box
        while current is not None and current.depth > self.area.box.depth:
            known = self._asides.get(current.index)
            if known is not None:
                answer = known
                break
            chain.append(current)
            current = current.parent
        for inner in reversed(chain):
            if not answer and (inner.tag in _ASIDE_TAGS or self.reading.lexicon.aside_hint.search(inner.ident)):
                answer = self.weight(inner) * 5 < self.area.weight
            self._asides[inner.index] = answer
        return answer
