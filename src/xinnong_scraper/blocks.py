"""The page as a reader sees it: lines in boxes.

A **line** is text that stands on one line of its own or flows as one paragraph: the inline content between two block
boundaries or ``<br>``. A **box** is an element that lays its content out as a block (HTML Standard, section 15.3);
boxes nest, and each holds a contiguous range of lines. A **picture** is an image with the place between lines where it
stands. :func:`xinnong_scraper.walk.read_outline` makes them, once a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .normalize.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["Attributes", "Box", "Head", "Line", "Outline", "Picture"]

Attributes = dict[str, str | None]

_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


class Box:
    """An element that holds lines as a block."""

    __slots__ = ("_ident", "_label", "depth", "first", "heading", "index", "last", "node", "parent", "tag")

    def __init__(self, index: int, parent: Box | None, tag: str, node: LexborNode, first: int) -> None:
        self.index = index
        self.parent = parent
        self.tag = tag
        self.node = node
        self._ident: str | None = None
        if parent is None:
            self.depth, self.heading = 0, 0
        else:
            self.depth = parent.depth + 1
            self.heading = _HEADINGS.get(tag, parent.heading)
            """1 to 6 inside a heading element, else 0."""
        self.first = first
        """Index of the first line inside."""
        self.last = first
        """Index after the last line inside."""

    def __repr__(self) -> str:
        return f"<{self.tag} {self.ident!r} {self.first}:{self.last}>"

    @property
    def ident(self) -> str:
        """The id and class, lower case, one space between: hints, never proof."""
        if self._ident is None:
            attributes = self.node.attributes
            self._ident = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
            self._label = (attributes.get("aria-label") or "").lower()
        return self._ident

    @property
    def label(self) -> str:
        """What the element is called for those who hear the page (``aria-label``), lower case."""
        return self._label if self.ident else ""  # both are read at once, and the first is never empty

    def within(self, other: Box) -> bool:
        """Say whether this box is ``other`` or lies inside it."""
        box: Box | None = self
        while box is not None and box.depth > other.depth:
            box = box.parent
        return box is other


class Line:
    """One visible line."""

    __slots__ = ("all_link", "bold_chars", "box", "index", "link_chars", "links", "parts", "text")

    def __init__(
        self,
        index: int,
        text: str,
        box: Box,
        parts: list[tuple[str, LexborNode]],
        links: list[LexborNode],
        link_chars: int,
        bold_chars: int,
    ) -> None:
        self.index = index
        self.text = text
        """The text as a reader sees it, white space folded."""
        self.box = box
        """The innermost box."""
        self.parts = parts
        """The text nodes as they stand in the source, each with its element."""
        self.links = links
        """The ``<a>`` elements that the text stands in, in order."""
        self.link_chars = 0
        """Characters of the line that are link text."""
        self.all_link = False
        """Whether at least nine tenths of the text lead somewhere."""
        if links:
            length = len(text)
            self.link_chars = link_chars = min(link_chars, length)
            self.all_link = link_chars >= 0.9 * length
        self.bold_chars = bold_chars
        """Characters of the line that are bold."""

    def __repr__(self) -> str:
        return f"<{self.index} {self.box.tag} {self.text[:40]!r}>"

    @property
    def node(self) -> LexborNode:
        """The innermost element that holds all of the line's text."""
        elements = {element.mem_id: element for text, element in self.parts if not text.isspace()}
        return next(iter(elements.values())) if len(elements) == 1 else self.box.node

    @property
    def spaced(self) -> str:
        """The text with a space wherever two elements meet, for reading fields that share a line."""
        return clean(" ".join(text for text, _ in self.parts))


class Picture:
    """An image and where it stands."""

    __slots__ = ("_attributes", "at", "box", "link", "node")

    def __init__(self, at: int, node: LexborNode, box: Box, link: LexborNode | None) -> None:
        self.at = at
        """Index of the line that follows it."""
        self.node = node
        self.box = box
        self.link = link
        self._attributes: Attributes | None = None

    @property
    def attributes(self) -> Attributes:
        """The image's attributes."""
        if self._attributes is None:
            self._attributes = self.node.attributes
        return self._attributes


@dataclass(slots=True)
class Head:
    """What the document says of itself."""

    title: str = ""
    base: str | None = None
    language: str | None = None
    metas: list[LexborNode] = field(default_factory=list)
    links: list[LexborNode] = field(default_factory=list)
    data: list[tuple[str, LexborNode]] = field(default_factory=list)
    """Scripts that hold nothing but data: their type and node."""
    scripts: list[LexborNode] = field(default_factory=list)
    """The other scripts."""


@dataclass(slots=True)
class Outline:
    """The page as a reader sees it."""

    lines: list[Line]
    boxes: list[Box]
    pictures: list[Picture]
    head: Head
    truncated: bool
    """Whether the page had more lines or pictures than are read."""
