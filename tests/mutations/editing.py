"""One page opened for a redesign: where its headline, date, source and text stand, and edits by place."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from .judge import fold, squeeze

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from .pages import Truth

UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "title", "head", "textarea"})
_MARK: Final = "\ue000{}\ue001"
_LABELS: Final = "(?:文章来源|信息来源|稿件来源|来源|稿源|来自|转自)[:：]?"
_DATE_LABELS: Final = re.compile("(?:发布时间|发表时间|发布日期|更新时间|时间|日期|发布于|发表于)[:：]?$")
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_TABLES: Final = ("table", "tbody", "tr", "td", "th", "body")


class Span(NamedTuple):
    """A range of the page's visible characters, white space left out."""

    start: int
    end: int


class Element(NamedTuple):
    """An element and the range of its text."""

    node: LexborNode
    start: int
    end: int


class _Text(NamedTuple):
    node: LexborNode
    start: int
    raw: str


class Editor:
    """A page's tree, its parts by the truth, and the edits to make."""

    def __init__(self, page: bytes, truth: Truth) -> None:
        self.truth = truth
        self.tree = LexborHTMLParser(page.decode(truth.encoding, "replace"))
        self._inserted: list[str] = []
        self._edits: list[tuple[int, int, str]] = []
        self.elements: list[Element] = []
        self._texts: list[_Text] = []
        self.text = self._walk()

    def _walk(self) -> str:
        """Visit the visible text once, and note where every element begins and ends in it."""
        parts: list[str] = []
        length = 0
        stack: list[tuple[LexborNode, int | None]] = [(self.body_node, None)]
        while stack:
            node, opened = stack.pop()
            if opened is not None:
                self.elements.append(Element(node, opened, length))
            elif node.is_text_node:
                raw = node.text_content or ""
                if text := squeeze(raw):
                    self._texts.append(_Text(node, length, raw))
                    parts.append(text)
                    length += len(text)
            elif node.tag not in UNSEEN and node.is_element_node:
                stack.append((node, length))
                stack.extend((child, None) for child in reversed(list(node.iter(include_text=True))))
        return "".join(parts)

    @property
    def body_node(self) -> LexborNode:
        """The ``<body>``."""
        assert self.tree.body is not None
        return self.tree.body

    # Where things stand

    @cached_property
    def body(self) -> Span | None:
        """The range of the article's text; None where it is not on the page as text."""
        found, known, stop = [], 0, len(self.text)
        paragraphs = [text for line in self.truth.paragraphs if len(text := squeeze(line)) > 3]
        for text in reversed(paragraphs):
            at = self.text.rfind(text, 0, stop)
            if at >= 0:
                found.append(Span(at, at + len(text)))
                known, stop = known + len(text), at
        if not paragraphs or known < 0.6 * sum(map(len, paragraphs)):
            return None
        return Span(found[-1].start, found[0].end)

    @cached_property
    def container(self) -> Element | None:
        """The innermost element around the text."""
        if self.body is None:
            return None
        around = [e for e in self.elements if e.start <= self.body.start and e.end >= self.body.end]
        return min(around, key=lambda e: (e.end - e.start, _depth(e.node) * -1))

    @cached_property
    def blocks(self) -> list[LexborNode]:
        """The container's children that hold the text."""
        if self.container is None or self.body is None:
            return []
        own = {child.mem_id for child in self.container.node.iter()}
        return [
            e.node
            for e in sorted(self.elements, key=lambda e: e.start)
            if e.node.mem_id in own and e.start < self.body.end and e.end > self.body.start and e.end > e.start
        ]

    @cached_property
    def headline(self) -> Element | None:
        """The element that shows the headline, above the text."""
        titles = {fold(title) for title in self.truth.titles}
        stop = self.body.start if self.body else len(self.text)
        found = [
            e
            for e in self.elements
            if e.end <= stop
            and 0 < e.end - e.start < 150
            and e.node.tag not in _TABLES
            and fold(self.text[e.start : e.end]) in titles
        ]
        if not found:
            return None
        headings = [e for e in found if e.node.tag in _HEADINGS]
        last = max(e.start for e in headings or found)
        return min((e for e in headings or found if e.start == last), key=lambda e: _depth(e.node))

    @cached_property
    def date(self) -> Span | None:
        """The range of the date of publication with its label, nearest to the headline."""
        if self.headline is None or self.body is None or not self.truth.published:
            return None
        spans = [Span(*match.span()) for match in _date_pattern(self.truth).finditer(self.text)]
        near = [s for s in spans if self.headline.start - 120 <= s.start and s.end <= self.body.end + 120]
        outside = [s for s in near if s.end <= self.body.start or s.start >= self.body.end]
        if not outside:
            return None
        below = self.headline.end
        span = min(outside, key=lambda s: (s.start < below, abs(s.start - below)))
        label = _DATE_LABELS.search(self.text, max(0, span.start - 8), span.start)
        return Span(label.start(), span.end) if label else span

    @cached_property
    def source(self) -> Span | None:
        """The range of the publisher's name with its label, around the headline or at the text's end."""
        if self.headline is None or self.body is None:
            return None
        for name in filter(None, self.truth.sources):
            pattern = re.compile(_LABELS + re.escape(squeeze(name)))
            spans = [Span(*match.span()) for match in pattern.finditer(self.text)]
            near = [s for s in spans if self.headline.end <= s.start and s.end <= self.body.start]
            if near:
                return near[0]
        return None

    @property
    def date_text(self) -> str:
        """The date in plain figures: ``2018-04-28 13:44:24``."""
        return (self.truth.published or "").replace("T", " ")

    @property
    def source_name(self) -> str:
        """The publisher's name as found on the page."""
        return next((name for name in self.truth.sources if name and squeeze(name) in self._sourced), "")

    @property
    def _sourced(self) -> str:
        return self.text[self.source.start : self.source.end] if self.source else ""

    # Edits

    def replace(self, span: Span, html: str = "") -> None:
        """Put markup in the place of a range of visible text."""
        self._edits.append((span.start, span.end, html))

    def remove(self, *nodes: LexborNode) -> None:
        """Take elements away."""
        for node in nodes:
            node.decompose()

    def put_before(self, node: LexborNode, html: str) -> None:
        node.insert_before(self.mark(html))

    def put_after(self, node: LexborNode, html: str) -> None:
        node.insert_after(self.mark(html))

    def put_first(self, html: str) -> None:
        """Put markup at the top of the page."""
        self._at_child(self.body_node.first_child, html)

    def put_last(self, html: str) -> None:
        """Put markup at the foot of the page."""
        self.body_node.insert_child(self.mark(html))

    def put_in(self, node: LexborNode, html: str) -> None:
        """Replace all that an element holds."""
        for child in list(node.iter(include_text=True)):
            child.remove()
        node.insert_child(self.mark(html))

    def exchange(self, node: LexborNode, html: str) -> None:
        """Put markup in an element's place."""
        node.replace_with(self.mark(html))

    def top_of(self, node: LexborNode) -> LexborNode:
        """The child of ``<body>`` that holds an element."""
        while node.parent is not None and node.parent.tag != "body":
            node = node.parent
        return node

    def _at_child(self, child: LexborNode | None, html: str) -> None:
        if child is None:
            self.put_last(html)
        else:
            child.insert_before(self.mark(html))

    def mark(self, html: str) -> str:
        """Give the text that stands for markup until the page is written out."""
        self._inserted.append(html)
        return _MARK.format(len(self._inserted) - 1)

    def _apply(self) -> None:
        starts = [text.start for text in self._texts]
        slices: dict[int, list[tuple[int, int, str]]] = {}
        for start, end, html in self._edits:
            at = max(0, bisect_right(starts, start) - 1)
            put = html
            while at < len(self._texts) and self._texts[at].start < max(end, start + 1):
                text = self._texts[at]
                slices.setdefault(at, []).append((start - text.start, end - text.start, put))
                put = ""
                at += 1
        for at, edits in slices.items():
            text = self._texts[at]
            places = [index for index, char in enumerate(text.raw) if squeeze(char)]
            raw = text.raw
            for start, end, html in sorted(edits, reverse=True):
                first = places[max(0, start)] if start < len(places) else len(raw)
                last = places[min(end, len(places)) - 1] + 1 if end > max(0, start) else first
                raw = raw[:first] + (self.mark(html) if html else "") + raw[last:]
            text.node.replace_with(raw)

    def html(self) -> str:
        """The page with all edits made."""
        self._apply()
        found = "<!DOCTYPE html>\n" + (self.tree.html or "")
        for _ in range(2):  # what was put in may have been moved into other markup
            found = re.sub("\ue000(\\d+)\ue001", lambda match: self._inserted[int(match[1])], found)
        return found

    def bytes(self) -> bytes:
        """The same in the page's own encoding."""
        return self.html().encode(self.truth.encoding, "xmlcharrefreplace")


def _depth(node: LexborNode) -> int:
    depth = 0
    above = node.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


def _date_pattern(truth: Truth) -> re.Pattern[str]:
    if truth.published_raw:
        return re.compile(re.escape(squeeze(truth.published_raw)))
    figures = [int(figure) for figure in re.findall(r"\d+", truth.published or "")]
    year, month, day, *clock = figures
    pattern = f"{year}[-/.年]0?{month}[-/.月]0?{day}日?"
    if clock:
        pattern += ":".join([f"0?{clock[0]}", *(f"{figure:02d}" for figure in clock[1:])])
    return re.compile(pattern + r"(?!\d)")


def gaps(nodes: list[LexborNode]) -> list[tuple[LexborNode, LexborNode]]:
    """The places between neighbours."""
    return list(pairwise(nodes))
