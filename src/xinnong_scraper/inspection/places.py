"""Where on the page the values of a record stand."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from ..extraction.pictures import picture_url
from ..normalize.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from ..extraction.contests import Rival
    from ..page import Page
    from ..records import Article, Disclaimer, Teaser

__all__ = ["SHARED", "Places", "Range", "Spot", "find_places"]

_MOST_TEXTS: Final = 4_000  # nodes that are looked through for one text
_MOST_SPOTS: Final = 5_000
_NOTICE_LINES: Final = 200  # below the heading of a legal notice
_CRUMB_LINES: Final = 12
_CRUMB_ELEMENTS: Final = 200
_LONGEST_NAME: Final = 20  # characters of a text that may be spaced (方 敏)
_MOST_WORK: Final = 50_000_000  # characters compared for lines that are a part of a block
SHARED: Final = {
    "published_precision": "published_at",
    "published_raw": "published_at",
    "section": "breadcrumb",
    "source_url": "source",
}
"""Fields that follow from another one, and the field whose place they share."""
_OWN_LISTS: Final = frozenset({"body", "images", "disclaimer", "teasers"})
_IN_PIECES: Final = frozenset({"authors", "editors", "keywords"})


@dataclass(slots=True)
class Spot:
    """An element that is marked."""

    anchor: str
    """The id that the mark gets in the copy."""
    node: LexborNode
    fields: list[str] = field(default_factory=list)
    """The fields whose colours and names it shows; none for what only lost."""
    labels: list[str] = field(default_factory=list)
    """Those of the fields whose first mark it is."""


@dataclass(slots=True)
class Range:
    """A part of a text node that is marked."""

    anchor: str
    node: LexborNode
    start: int
    end: int
    field: str
    label: bool


@dataclass(slots=True)
class Places:
    """All marks of one page."""

    spots: dict[int, Spot] = field(default_factory=dict)
    """By the memory address of the element."""
    ranges: dict[int, list[Range]] = field(default_factory=dict)
    """By that of the text node."""
    first: dict[str, str] = field(default_factory=dict)
    """For each field the anchor of its first place."""
    items: dict[tuple[str, int], str] = field(default_factory=dict)
    """For items of lists (field and index) their anchors."""
    rivals: dict[tuple[str, int], str] = field(default_factory=dict)
    """For candidates that lost (field and index) their anchors."""
    _count: int = 0

    def element(self, name: str, node: LexborNode) -> str | None:
        """Mark a whole element; return its anchor, None where there are too many marks."""
        spot = self._spot(node)
        if spot is None:
            return None
        if name not in spot.fields:
            spot.fields.append(name)
        if name not in self.first:
            spot.labels.append(name)
            self.first[name] = spot.anchor
        return spot.anchor

    def text(self, name: str, node: LexborNode, start: int, end: int) -> str | None:
        """Mark a part of a text node; a part that overlaps another one shares its mark."""
        ranges = self.ranges.setdefault(node.mem_id, [])
        for other in ranges:
            if other.start < end and start < other.end:
                self.first.setdefault(name, other.anchor)
                return other.anchor
        if self._count >= _MOST_SPOTS:
            return None
        ranges.append(Range(self._new(), node, start, end, name, name not in self.first))
        self.first.setdefault(name, ranges[-1].anchor)
        return ranges[-1].anchor

    def loser(self, node: LexborNode) -> str | None:
        """Make an element a place that can be gone to, without a mark."""
        spot = self._spot(node)
        return spot.anchor if spot else None

    def _spot(self, node: LexborNode) -> Spot | None:
        spot = self.spots.get(node.mem_id)
        if spot is None and self._count < _MOST_SPOTS:
            spot = self.spots[node.mem_id] = Spot(self._new(), node)
        return spot

    def _new(self) -> str:
        self._count += 1
        return f"p{self._count}"


def find_places(page: Page, article: Article | None, rivals: Mapping[str, Sequence[Rival]]) -> Places:
    """Find the elements, or the parts of their text, that the record's values and the losing candidates come from."""
    places = Places()
    if article is not None:
        _Finder(page, article, places).find()
    for name, others in rivals.items():
        for number, rival in enumerate(others):
            if rival.node is not None and rival.node.is_element_node and (anchor := places.loser(rival.node)):
                places.rivals[name, number] = anchor
    return places


class _Finder:
    """Marks what one record was read from."""

    def __init__(self, page: Page, article: Article, places: Places) -> None:
        self.page = page
        self.article = article
        self.places = places
        self.lines = page.outline.lines
        self._texts: dict[int, dict[str, LexborNode]] = {}
        self._starts: dict[int, int] = {}
        for box in reversed(page.outline.boxes):
            self._starts[box.node.mem_id] = box.first
        for line in reversed(self.lines):
            for _, element in line.parts:
                self._starts[element.mem_id] = line.index

    def find(self) -> None:
        nodes = self._nodes()
        for name, node in nodes.items():
            if name not in _OWN_LISTS and name not in SHARED:
                self._field(name, node)
        if body := nodes.get("body"):
            self._body(body)
        self._images()
        if self.article.disclaimer and (notice := nodes.get("disclaimer")):
            self._disclaimer(self.article.disclaimer, notice)
        if teasers := nodes.get("teasers"):
            self._teasers(self.article.teasers, teasers)
        for name, base in SHARED.items():
            if name in nodes and base in nodes and base in self.places.first:
                self.places.first[name] = self.places.first[base]
            elif name in nodes:
                self._field(name, nodes[name])

    def _nodes(self) -> dict[str, LexborNode]:
        """The elements that the evidence names, smaller marks before the body's many."""
        found = {}
        for name, evidence in self.article.evidence.items():
            if evidence.path and (node := self.page.tree.css_first(evidence.path)) is not None:
                found[name] = node
        return found

    def _field(self, name: str, node: LexborNode) -> None:
        value = getattr(self.article, name, None)
        raw = self.article.evidence[name].raw or ""
        if name == "breadcrumb":
            self._crumbs(node)
        elif name in _IN_PIECES and isinstance(value, list):
            for number, item in enumerate(value):
                if anchor := self._part(name, node, str(item)):
                    self.places.items[name, number] = anchor
        else:
            whole = clean(node.text())
            for text in (value, raw):
                if isinstance(text, str) and text and (text == whole or self._part(name, node, text)):
                    break
        if name not in self.places.first:
            self.places.element(name, node)

    def _part(self, name: str, node: LexborNode, wanted: str) -> str | None:
        """Mark the first place below the node where the text stands in one piece."""
        pieces, between = (wanted, r"\s*") if len(wanted) <= _LONGEST_NAME else (wanted.split(), r"\s+")
        pattern = re.compile(between.join(re.escape(piece) for piece in pieces if not piece.isspace()))
        for text in _texts_below(node):
            content = text.text_content or ""
            if content and (found := pattern.search(content)) and found[0]:
                return self.places.text(name, text, *found.span())
        return None

    def _crumbs(self, node: LexborNode) -> None:
        start = self._starts.get(node.mem_id)
        near = self.lines[start : start + _CRUMB_LINES] if start is not None else []
        elements = list(islice(_elements(near), _CRUMB_ELEMENTS))
        for number, crumb in enumerate(self.article.breadcrumb):
            for position, element in enumerate(elements):
                if anchor := self._part("breadcrumb", element, crumb.name):
                    self.places.items["breadcrumb", number] = anchor
                    elements = elements[position:]
                    break

    def _body(self, node: LexborNode) -> None:
        """Mark the lines below the body's element that stand in its blocks."""
        box = next((box for box in self.page.outline.boxes if box.node.mem_id == node.mem_id), None)
        wanted = _block_texts(self.article)
        whole = "\n".join(wanted)
        lines = self.lines[box.first : box.last] if box is not None else []
        if len(lines) * len(whole) > _MOST_WORK:
            whole = ""
        for line in lines:
            numbers = wanted.get(line.text)
            if numbers is None and (len(line.text) < 2 or line.text not in whole):
                continue
            anchor = self._line("body", line)
            if anchor and numbers:
                self.places.items["body", numbers.popleft()] = anchor
        if "body" not in self.places.first:
            self.places.element("body", node)

    def _line(self, name: str, line: Line) -> str | None:
        """Mark a line: its element, or its texts where the element holds other lines too."""
        node = line.node
        if node.mem_id != line.box.node.mem_id or line.box.last - line.box.first == 1:
            return self.places.element(name, node)
        anchors = [self._own_text(name, text, element) for text, element in line.parts if not text.isspace()]
        return next(filter(None, anchors), None)

    def _own_text(self, name: str, text: str, element: LexborNode) -> str | None:
        if element.mem_id not in self._texts:
            self._texts[element.mem_id] = {
                child.text_content or "": child for child in element.iter(include_text=True) if child.is_text_node
            }
        node = self._texts[element.mem_id].get(text)
        return self.places.text(name, node, 0, len(text)) if node is not None else None

    def _images(self) -> None:
        """Mark the pictures of the record; in the body's blocks they stand once more."""
        wanted: dict[str, list[tuple[str, int]]] = {}
        for number, image in enumerate(self.article.images):
            wanted.setdefault(image.url, []).append(("images", number))
        for number, block in enumerate(self.article.body.blocks):
            if block.image is not None and block.image.url in wanted:
                wanted[block.image.url].append(("body", number))
        for picture in self.page.outline.pictures if wanted else ():
            items = wanted.get(picture_url(self.page, picture) or "")
            if items and (anchor := self.places.element("images", picture.node)):
                for item in items:
                    self.places.items.setdefault(item, anchor)

    def _disclaimer(self, disclaimer: Disclaimer, node: LexborNode) -> None:
        start = self._starts.get(node.mem_id, 0)
        self.places.element("disclaimer", node)
        for line in self.lines[start : start + _NOTICE_LINES]:
            for number, clause in enumerate(disclaimer.clauses):
                if clause in line.text or (len(line.text) > 6 and line.text in clause):
                    if anchor := self._line("disclaimer", line):
                        self.places.items.setdefault(("disclaimer", number), anchor)
                    break

    def _teasers(self, teasers: Sequence[Teaser], node: LexborNode) -> None:
        """Mark the heading, and behind it the first link to each teaser that shows its title."""
        self.places.element("teasers", node)
        wanted = {teaser.url or teaser.title: number for number, teaser in reversed(list(enumerate(teasers)))}
        start = self._starts.get(node.mem_id, 0)
        for line in self.lines[start:]:
            found = [(self.page.link(link.attributes.get("href")), link) for link in line.links]
            for name, element in [*found, (line.text, line.node)]:
                if name in wanted and (anchor := self.places.element("teasers", element)):
                    self.places.items["teasers", wanted.pop(name)] = anchor
            if not wanted:
                break


def _block_texts(article: Article) -> dict[str, deque[int]]:
    """The texts of the body's blocks, cells and captions, each with the numbers of its blocks."""
    texts: dict[str, deque[int]] = {}
    for number, block in enumerate(article.body.blocks):
        caption = block.image.caption if block.image else None
        for text in (block.text, caption, *(cell for row in block.rows for cell in row)):
            if text:
                texts.setdefault(text, deque()).append(number)
    return texts


def _elements(lines: Iterable[Line]) -> Iterator[LexborNode]:
    seen: set[int] = set()
    for line in lines:
        for text, element in line.parts:
            if not text.isspace() and element.mem_id not in seen:
                seen.add(element.mem_id)
                yield element


def _texts_below(node: LexborNode) -> Iterator[LexborNode]:
    """The text nodes of an element in document order, without recursion."""
    waiting = [node]
    for _ in range(_MOST_TEXTS):
        if not waiting:
            return
        current = waiting.pop()
        if current.is_text_node:
            yield current
            continue
        children: list[LexborNode] = []
        child = current.first_child
        while child is not None and len(children) < _MOST_TEXTS:
            children.append(child)
            child = child.next
        waiting.extend(reversed(children))
