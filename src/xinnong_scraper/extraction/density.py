"""Where the text is: the box with the densest prose, whatever it is called.

Every line has a weight as prose. A paragraph gives its weight to the box around it, half of it to the next box that
holds more than that, a quarter to the one after, and so on. Boxes that hold the same lines count once. The best box is
the one with the most weight times its share of text that is no link. This is the idea of Arc90's Readability (2009),
carried to lines, so that paragraphs of bare text between ``<br>`` and in table cells count like ``<p>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .reading import Similarity

if TYPE_CHECKING:
    from ..blocks import Box, Line
    from .reading import Reading

__all__ = ["TextArea", "find_text_area"]

_DECAY: Final = 0.5
_LEVELS: Final = 6
_SIBLING_SHARE: Final = 0.25
_WIDER: Final = 1.3  # times the text of the box inside
_LITTLE: Final = 160  # weight of a text that may be a dialog's
_MAX_NAMED: Final = 6  # elements that call themselves the article
_ABOVE: Final = 6  # lines
_LISTS: Final = frozenset({"ol", "ul", "dl"})
_HEADLINE: Final = 6  # characters of one that only the title of the document tells
_CARDS: Final = 3
_VISITORS: Final = 3
_FEW_LINKS: Final = 0.12  # of the characters
_SENTENCE_END: Final = tuple("。！？；：…”」』）)!?.;~")


class TextArea:
    """The lines that hold the article's text, still with what stands between and around it."""

    __slots__ = ("_first_prose", "box", "first", "kept", "last", "likeness", "lines", "weight", "weights")

    def __init__(
        self,
        box: Box,
        first: int,
        last: int,
        weights: list[int],
        lines: list[Line],
        kept: frozenset[int] | None = None,
        likeness: float | None = None,
    ) -> None:
        self.box = box
        self.kept = kept
        """The lines of it that are the text, where that is known already line by line."""
        self.likeness = likeness
        """How like the text these are to be expected, from 0 to 1."""
        self.lines = lines
        self.first = first
        self.last = last
        self.weights = weights
        """The weight as prose of each line of the page."""
        self.weight = sum(weights[first:last])
        self._first_prose: int | None = None

    @property
    def first_prose(self) -> int:
        """Index of the first line that is running text for sure, not a headline with a comma in it."""
        if self._first_prose is None:
            self._first_prose = self._find_prose()
        return self._first_prose

    def _find_prose(self) -> int:
        lines, found = self.lines, self.first
        for index in range(self.last - 1, self.first - 1, -1):
            if self.weights[index]:
                text = lines[index].text
                if not lines[index].box.heading and (text[-1] in _SENTENCE_END or len(text) > 70):
                    found = index
        if not self.weights[found]:
            return next((i for i in range(self.first, self.last) if self.weights[i]), self.first)
        return found


def find_text_area(reading: Reading) -> TextArea | None:
    """Find the box that holds the article's text; None where there is no running text at all."""
    footer = reading.lexicon.footer
    weights = list(reading.weights)
    for line, weight in zip(reading.lines, weights, strict=True):
        if weight and len(line.text) < 300 and footer.search(line.text):
            weights[line.index] = 0
    total = sum(weights)
    outside = list(weights)
    for region in reading.regions:
        for index in range(region.first, region.last):
            outside[index] = 0
    if sum(outside) * 8 < total:
        outside = list(weights)
        for region in reading.regions:
            if region.kind != "other":
                for index in range(region.first, region.last):
                    outside[index] = 0
    if not any(outside):
        outside = weights if total else [len(line.text) * (not line.all_link) for line in reading.lines]
    box = _best_box(reading, outside)
    if box is None:
        return None
    box = _before_visitors(box, reading, outside)
    box = _wider(box, reading, outside)
    first, last = _with_siblings(box, reading, outside)
    first = _with_lead(box, first, reading, outside)
    if sum(outside[first:last]) < _LITTLE and (named := _named(reading, box)):
        box, first, last = named, named.first, named.last
    return TextArea(box, first, last, outside, reading.lines)


def _with_lead(box: Box, first: int, reading: Reading, weights: list[int]) -> int:
    """Begin with the paragraphs right above the best box in the same element: the text before a list or a table."""
    outer, aside = box.parent, reading.lexicon.aside_hint
    if outer is None or outer.parent is None:
        return first
    while first > outer.first:
        line = reading.lines[first - 1]
        own = line.box
        plain = weights[line.index] and not line.links and line.text[-1] in "。！？”" and not own.heading
        if not plain or own.parent is not outer or own.tag != "p" or aside.search(own.ident):
            break
        first -= 1
    return first


def _named(reading: Reading, best: Box) -> Box | None:
    """Find the page's only ``<article>`` (or ``itemprop=articleBody``) away from a best box that holds next to nothing.

    A text of a line or two weighs less than the hints and dialogs around it.
    """
    found = [
        box for box in reading.outline.boxes
        if box.last > box.first and (box.tag == "article" or box.node.attributes.get("itemprop") == "articleBody")
    ]  # fmt: skip
    if len(found) > _MAX_NAMED:
        return None
    outer = [box for box in found if not any(box is not other and box.within(other) for other in found)]
    if len(outer) != 1 or best.within(outer[0]) or outer[0].within(best) or best.first < outer[0].first:
        return None
    return next((box for box in found if box.tag != "article"), outer[0])


def _best_box(reading: Reading, weights: list[int]) -> Box | None:
    scores: dict[Box, float] = {}
    for line, whole in zip(reading.lines, weights, strict=True):
        if not whole:
            continue
        weight = float(whole)
        box: Box | None = line.box
        size = box.last - box.first if box else 0
        if size == 1 and box is not None:  # a paragraph's own box says nothing of where the text is
            while box is not None and box.last - box.first == 1:
                box = box.parent
        for _ in range(_LEVELS):
            if box is None:
                break
            scores[box] = scores.get(box, 0.0) + weight
            size = box.last - box.first
            outer = box.parent
            while outer is not None and outer.last - outer.first == size:
                outer = outer.parent
            box = outer
            weight *= _DECAY
    if not scores:
        single = max(reading.lines, key=lambda line: weights[line.index], default=None)
        return single.box if single is not None and weights[single.index] else None
    best, best_score = None, -1.0
    for box, score in scores.items():
        characters, linked = reading.characters(box)
        unlinked = score * (1 - min(1.0, linked / max(1, characters)))
        if unlinked > best_score:
            best, best_score = box, unlinked
    return best


def _before_visitors(box: Box, reading: Reading, weights: list[int]) -> Box:
    """Leave what visitors wrote or are asked to agree to, or a column of teasers, for a text above it.

    However much shorter that is.
    """
    for _ in range(_VISITORS):
        apart: Box | None = box
        while apart is not None and not reading.lexicon.visitors_hint.search(apart.ident):
            apart = apart.parent
        cards = apart is None and _are_cards(box, reading, weights)
        apart = box if cards else apart
        if apart is None or not apart.first:
            break
        others = [0 if index >= apart.first else weight for index, weight in enumerate(weights)]
        above = _best_box(reading, others) if sum(others) >= _LITTLE // 2 else None
        if above is None or above.heading or apart.within(above):
            break
        if cards and not _has_headline(above, apart, reading):
            break
        weights[apart.first :] = others[apart.first :]
        box = above
    return box


def _are_cards(box: Box, reading: Reading, weights: list[int]) -> bool:
    """Tell a box of link and summary, link and summary."""
    prose = sum(weights[index] > 0 for index in range(box.first, box.last))
    links = sum(reading.lines[index].all_link for index in range(box.first, box.last))
    return prose >= _CARDS and links * 4 >= prose * 3


def _has_headline(box: Box, other: Box, reading: Reading) -> bool:
    """Tell whether a headline stands in or right above the box's own part of the page, which the other is not in."""
    alike = Similarity(reading.outline.head.title)
    outer = box
    while outer.parent is not None and not other.within(outer.parent):
        outer = outer.parent
    return any(
        (line.box.heading == 1 and line.index >= outer.first)
        or (len(line.text) >= _HEADLINE and not line.links and alike(line.text))
        for line in reading.lines[max(0, outer.first - _ABOVE) : outer.last]
    )


def _wider(box: Box, reading: Reading, weights: list[int]) -> Box:
    """Climb while the box around holds a good deal more text and few links: an article in several parts."""
    if box.tag in _LISTS and box.parent is not None and box.parent.parent is not None:
        characters, linked = reading.characters(box.parent)
        if linked <= _FEW_LINKS * (characters or 1):
            box = box.parent  # a list is part of a text
    own = sum(weights[box.first : box.last])
    outer = box.parent
    for _ in range(_LEVELS * 2):
        if outer is None or outer.parent is None or outer.parent.parent is None:
            break
        characters, linked = reading.characters(outer)
        inside = weights[outer.first : outer.last]
        total = sum(inside)
        if linked > _FEW_LINKS * (characters or 1) or (len(inside) - inside.count(0)) * 3 < len(inside):
            break
        if total >= _WIDER * own:
            box, own = outer, total
        outer = outer.parent
    return box


def _with_siblings(box: Box, reading: Reading, weights: list[int]) -> tuple[int, int]:
    """Widen the box's lines by neighbours of the same make that hold text too (an article in several sections)."""
    first, last = box.first, box.last
    own = sum(weights[first:last])
    siblings = [
        other for other in reading.outline.boxes
        if other.parent is box.parent and other is not box and other.tag == box.tag and other.ident == box.ident
    ] if box.tag not in ("html", "td") else []  # fmt: skip
    for other in siblings:
        if sum(weights[other.first : other.last]) >= _SIBLING_SHARE * own:
            first, last = min(first, other.first), max(last, other.last)
    return first, last
