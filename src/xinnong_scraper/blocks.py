"""The one walk over the parsed page: what a reader sees, as lines in boxes.

A **line** is text that stands on one line of its own or flows as one paragraph: the inline content between two block
boundaries or ``<br>``. A **box** is an element that lays its content out as a block (HTML Standard, section 15.3);
boxes nest, and each holds a contiguous range of lines, so any measure of a box is a difference of two prefix sums.
A **picture** is an image with the place between lines where it stands. The walk collects the document's head beside
them: title, ``<meta>``, ``<link>``, ``<base>`` and data scripts, wherever broken markup has put them.

Hidden elements are left out: ``hidden``, ``display:none``, ``visibility:hidden``, ``<template>``, ``<noscript>``
(whose content a browser with scripts never shows), and inline ``aria-hidden`` icons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .normalize.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Box", "Head", "Line", "Outline", "Picture", "read_outline"]

MAX_LINES: Final = 60_000
"""Lines read of one page; a page of more is cut there (an article has some hundreds)."""

_INLINE, _BLOCK, _TEXT, _SKIP, _BREAK, _LINK, _BOLD, _IMAGE, _HEAD, _SCRIPT, _ROOT = range(11)

_ROLES: Final[dict[str | None, int]] = {
    **dict.fromkeys(
        "address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure "
        "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol p pre search "
        "section summary table tbody td tfoot th thead tr ul xmp".split(),
        _BLOCK,
    ),
    **dict.fromkeys(
        "-comment -doctype applet area audio button canvas col colgroup datalist embed frame iframe input map math "
        "meter noframes noscript object optgroup option param progress rp rt select style svg template textarea "
        "track video".split(),
        _SKIP,
    ),
    **dict.fromkeys(["b", "strong"], _BOLD),
    **dict.fromkeys(["title", "meta", "link", "base"], _HEAD),
    **dict.fromkeys(["html", "body"], _ROOT),
    "-text": _TEXT,
    "br": _BREAK,
    "wbr": _INLINE,
    "a": _LINK,
    "img": _IMAGE,
    "amp-img": _IMAGE,
    "script": _SCRIPT,
}

_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_DATA_SCRIPTS: Final = ("application/ld+json", "application/json")
_STATE = re.compile(r"__(?:INITIAL|NEXT|NUXT|PRELOADED)\w{0,20}__|\barticleInfo\b")


class Box:
    """An element that holds lines as a block."""

    __slots__ = ("depth", "first", "heading", "ident", "index", "last", "node", "parent", "tag")

    def __init__(self, index: int, parent: Box | None, tag: str, node: LexborNode, ident: str, first: int) -> None:
        self.index = index
        self.parent = parent
        self.tag = tag
        self.node = node
        self.ident = ident
        """id and class, lower case, one space between: hints, never proof."""
        self.depth: int = parent.depth + 1 if parent else 0
        self.heading: int = _HEADINGS.get(tag, parent.heading if parent else 0)
        """1 to 6 inside a heading element, else 0."""
        self.first = first
        """Index of the first line inside."""
        self.last = first
        """Index after the last line inside."""

    def __repr__(self) -> str:
        return f"<{self.tag} {self.ident!r} {self.first}:{self.last}>"

    def within(self, other: Box) -> bool:
        """Say whether this box is ``other`` or lies inside it."""
        box: Box | None = self
        while box is not None and box.depth > other.depth:
            box = box.parent
        return box is other


class Line:
    """One visible line."""

    __slots__ = ("bold_chars", "box", "index", "link_chars", "links", "parts", "text")

    def __init__(self, index: int, text: str, box: Box, parts: list[tuple[str, LexborNode]]) -> None:
        self.index = index
        self.text = text
        """The text as a reader sees it, white space folded."""
        self.box = box
        """The innermost box."""
        self.parts = parts
        """The text nodes as they stand in the source, each with its element."""
        self.links: list[LexborNode] = []
        """The ``<a>`` elements that the text stands in, in order."""
        self.link_chars = 0
        """Characters of the line that are link text."""
        self.bold_chars = 0
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

    @property
    def all_link(self) -> bool:
        """Whether at least nine tenths of the text lead somewhere."""
        return self.link_chars >= 0.9 * len(self.text)


class Picture:
    """An image and where it stands."""

    __slots__ = ("at", "attributes", "box", "link", "node")

    def __init__(self, at: int, node: LexborNode, box: Box, link: LexborNode | None) -> None:
        self.at = at
        """Index of the line that follows it."""
        self.node = node
        self.attributes: dict[str, str | None] = node.attributes
        self.box = box
        self.link = link


@dataclass(slots=True)
class Head:
    """What the document says of itself."""

    title: str = ""
    base: str | None = None
    language: str | None = None
    metas: list[LexborNode] = field(default_factory=list)
    links: list[LexborNode] = field(default_factory=list)
    data: list[tuple[str, LexborNode]] = field(default_factory=list)
    """Scripts that hold data: their type (or the name of the state that they set) and their node."""


@dataclass(slots=True)
class Outline:
    """The page as a reader sees it."""

    lines: list[Line]
    boxes: list[Box]
    pictures: list[Picture]
    head: Head
    truncated: bool
    """Whether the page had more than ``MAX_LINES`` lines."""


class _Builder:
    """Collects lines; the walk tells it where text starts and ends."""

    __slots__ = ("bold_chars", "boxes", "head", "lines", "link_chars", "links", "parts", "pictures")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.boxes: list[Box] = []
        self.pictures: list[Picture] = []
        self.head = Head()
        self.parts: list[tuple[str, LexborNode]] = []
        self.links: list[LexborNode] = []
        self.link_chars = 0
        self.bold_chars = 0

    def flush(self, box: Box) -> None:
        """End the current line, which belongs to ``box``."""
        parts = self.parts
        if not parts:
            return
        raw = parts[0][0] if len(parts) == 1 else "".join([text for text, _ in parts])
        text = raw.strip("\r\n") if box.tag == "pre" else clean(raw)
        if text:
            line = Line(len(self.lines), text, box, parts)
            if self.links:
                line.links = self.links
                line.link_chars = min(self.link_chars, len(text))
            line.bold_chars = self.bold_chars
            self.lines.append(line)
        self.parts = []
        self.links = []
        self.link_chars = self.bold_chars = 0

    def picture(self, node: LexborNode, box: Box, link: LexborNode | None) -> None:
        """Note an image: after the text before it, in front of the text behind it."""
        self.pictures.append(Picture(len(self.lines) + bool(self.parts), node, box, link))

    def metadata(self, tag: str, node: LexborNode) -> None:
        """Note an element of the head."""
        head = self.head
        if tag == "meta":
            head.metas.append(node)
        elif tag == "link":
            head.links.append(node)
        elif tag == "title" and not head.title:
            head.title = clean(node.text())
        elif tag == "base" and head.base is None:
            head.base = node.attributes.get("href")

    def script(self, node: LexborNode) -> None:
        """Note a script that holds data about the page."""
        kind = (node.attributes.get("type") or "").lower().strip()
        if kind in _DATA_SCRIPTS:
            self.head.data.append((kind, node))
            return
        content = node.first_child
        text = content.text_content if content is not None else None
        if text and len(text) > 200 and (state := _STATE.search(text)):
            self.head.data.append((state[0], node))


def _hidden(attributes: dict[str, str | None], role: int) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "false":
        return True
    style = attributes.get("style")
    if style and ("none" in style or "hidden" in style) and _HIDING_STYLE.search(style):
        return True
    return attributes.get("aria-hidden") == "true" and role in (_INLINE, _IMAGE, _BOLD)


def read_outline(tree: LexborHTMLParser, *, max_lines: int = MAX_LINES) -> Outline:
    """Walk the tree once, in document order, without recursion.

    One long function on purpose: it runs once for every node of every page, and a call a node would double its time.
    """
    build = _Builder()
    lines, boxes, flush = build.lines, build.boxes, build.flush
    node = tree.root
    if node is None:
        return Outline([], [], [], build.head, truncated=False)
    box = Box(0, None, "html", node, "", 0)
    boxes.append(box)
    build.head.language = node.attributes.get("lang")
    element, link, bold = node, None, False
    stack: list[tuple[LexborNode, LexborNode, Box, LexborNode | None, bool]] = []
    while len(lines) < max_lines:
        tag = node.tag
        role = _ROLES.get(tag, _INLINE)
        child = None
        if role == _TEXT:
            text = node.text_content or ""
            if not text.isspace():
                build.parts.append((text, element))
                if link is not None:
                    build.link_chars += len(text)
                    if not build.links or build.links[-1] is not link:
                        build.links.append(link)
                if bold:
                    build.bold_chars += len(text)
            elif build.parts:
                build.parts.append((text, element))
        elif role == _BREAK:
            if box.tag == "pre":
                build.parts.append(("\n", element))
            else:
                flush(box)
        elif role == _HEAD:
            build.metadata(tag or "", node)
        elif role == _SCRIPT:
            build.script(node)
        elif role != _SKIP:
            attributes = node.attributes
            if role == _ROOT or not attributes or not _hidden(attributes, role):
                child = node.first_child
                if role == _IMAGE:
                    build.picture(node, box, link)
                elif child is not None:
                    stack.append((node, element, box, link, bold))
                    element = node
                    if role == _BLOCK or (role == _INLINE and tag is not None and "-" in tag):
                        flush(box)
                        ident = f"{attributes.get('id') or ''} {attributes.get('class') or ''}" if attributes else " "
                        box = Box(len(boxes), box, tag or "", node, ident.lower(), len(lines))
                        boxes.append(box)
                    elif role == _LINK:
                        link = node
                    elif role == _BOLD or (attributes and _BOLD_STYLE.search(attributes.get("style") or "")):
                        bold = True
                elif role == _BLOCK:
                    flush(box)
        if child is not None:
            node = child
            continue
        following = node.next
        while following is None and stack:
            node, element, outer, link, bold = stack.pop()
            if outer is not box:
                flush(box)
                box.last = len(lines)
                box = outer
            following = node.next
        if following is None:
            break
        node = following
    flush(box)
    for _, _, outer, _, _ in stack:
        outer.last = len(lines)
    box.last = boxes[0].last = len(lines)
    return Outline(lines, boxes, build.pictures, build.head, truncated=len(lines) >= max_lines)
