"""The one walk over the parsed page, which gives its outline.

The walk collects the document's head beside the lines: title, ``<meta>``, ``<link>``, ``<base>`` and data scripts,
wherever broken markup has put them. Hidden elements are left out: ``hidden``, ``display:none``, ``visibility:hidden``,
``<template>``, ``<noscript>`` (whose content a browser with scripts never shows), inline ``aria-hidden`` icons, and a
``<dialog>`` that is not ``open``. A closed ``<details>`` is one click away, and so is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .blocks import Attributes, Box, Head, Line, Outline, Picture
from .bounds import BLOCKS
from .normalize.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["is_hidden", "read_outline"]

MAX_LINES: Final = 12_000
"""Lines read of one page; a page of more is cut there (an article has some hundreds)."""
MAX_PICTURES: Final = 3_000
"""Pictures noted of one page; a page of more is read as far as its text goes."""

_TEXT, _SKIP, _INLINE, _BLOCK, _LINK, _BOLD, _ROOT, _IMAGE, _BREAK, _HEAD, _SCRIPT, _DIALOG = range(12)

_ROLES: Final[dict[str | None, int]] = {
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(
        [
            "-comment",
            "-doctype",
            "applet",
            "area",
            "audio",
            "button",
            "canvas",
            "col",
            "colgroup",
            "datalist",
            "embed",
            "frame",
            "iframe",
            "input",
            "map",
            "math",
            "meter",
            "noframes",
            "noscript",
            "object",
            "optgroup",
            "option",
            "param",
            "progress",
            "rp",
            "rt",
            "select",
            "style",
            "svg",
            "template",
            "textarea",
            "track",
            "video",
        ],
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
    "mip-img": _IMAGE,
    "script": _SCRIPT,
    "dialog": _DIALOG,
}

_KNOWN_IDS: Final = 256
"""Elements that the parser knows by name have a smaller number; the numbers of others differ from page to page."""

_UNKNOWN: Final = -1
_role_of_id: Final = [_UNKNOWN] * _KNOWN_IDS
_name_of_id: Final = [""] * _KNOWN_IDS
"""Roles and names by element number, found out as pages show them: cheaper to ask for than the element's own."""

_TELLING_ATTRIBUTES: Final = "[style],[hidden],[aria-hidden]"
_NO_LINKS: Final[list[LexborNode]] = []
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|left(?<![\w-]left)\s*:\s*-\d{4}|top(?<![\w-]top)\s*:\s*-\d{4}"
    r"|text-indent\s*:\s*-\d{4}|height(?<![\w-]height)\s*:\s*0(?:px)?\s*;\s*overflow\s*:\s*hidden"
)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)\b")
_BREAKING_STYLE = re.compile(r"white-space\s*:\s*(?:pre-wrap|pre-line|break-spaces)")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
"""Of styles in lower case. Each begins with a letter, so that the search for it is quick."""
_STREAMED = re.compile(r"S:[0-9a-f]{1,4}")
"""The id of a hidden part that React sent late (renderToPipeableStream): a script moves it to its place at once."""
_DATA_SCRIPTS: Final = ("application/ld+json", "application/json")


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
        raw = parts[0][0] if len(parts) == 1 else "".join([text for text, _ in parts])
        if box.tag == "pre":
            text = raw.strip("\r\n")
        else:
            text = raw.strip()
            if "  " in text or not text.isprintable():
                text = clean(text)
        if text:
            lines = self.lines
            links = self.links or _NO_LINKS  # never a list that is still being filled
            lines.append(Line(len(lines), text, box, parts, links, self.link_chars, self.bold_chars))
        self.parts = []
        if self.links:
            self.links = []
            self.link_chars = 0
        self.bold_chars = 0

    def whole_lines(
        self, text: str, element: LexborNode, box: Box, link: LexborNode | None, bold: bool, limit: int
    ) -> str:
        """End a line at each break of a text whose style keeps them; return what stands behind the last."""
        *whole, rest = text.split("\n", limit)
        for piece in whole:
            if piece and not (piece.isspace() and not self.parts):
                self.parts.append((piece, element))
                if link is not None and not piece.isspace():
                    self.links.append(link)
                    self.link_chars += len(piece)
                self.bold_chars += len(piece) if bold else 0
            if self.parts:
                self.flush(box)
        return rest

    def picture(self, node: LexborNode, box: Box, link: LexborNode | None) -> None:
        """Note an image: after the text before it, in front of the text behind it."""
        if len(self.pictures) < MAX_PICTURES:
            self.pictures.append(Picture(len(self.lines) + bool(self.parts), node, box, link))

    def metadata(self, node: LexborNode) -> None:
        """Note an element of the head."""
        head, tag = self.head, node.tag
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
        kind = node.attributes.get("type")
        if kind and kind.strip().lower() in _DATA_SCRIPTS:
            self.head.data.append((kind.strip().lower(), node))
            return
        self.head.scripts.append(node)


def _hidden(attributes: Attributes, style: str, role: int) -> bool:
    if style and _HIDING_STYLE.search(style):
        return True
    if "hidden" in attributes and attributes["hidden"] != "false":
        return _STREAMED.fullmatch(attributes.get("id") or "") is None
    return "aria-hidden" in attributes and attributes["aria-hidden"] == "true" and role in (_INLINE, _IMAGE, _BOLD)


def is_hidden(node: LexborNode) -> bool:
    """Tell an element that the walk leaves out because no reader sees it."""
    attributes = node.attributes
    return _hidden(attributes, (attributes.get("style") or "").lower(), _role(node))


def _role(node: LexborNode) -> int:
    """Look an element's role up by name; a custom element (``<x-y>``) lays out its content as a block."""
    tag, number = node.tag, node.tag_id
    role = _ROLES.get(tag)
    if role is None:
        role = _BLOCK if tag is not None and "-" in tag else _INLINE
    if role == _DIALOG:
        return _BLOCK if "open" in node.attributes else _SKIP
    if number < _KNOWN_IDS:
        _name_of_id[number] = tag or ""
        _role_of_id[number] = role  # the last: whoever finds a role, in another thread, asks for the name
    return role


def read_outline(  # noqa: C901, PLR0912, PLR0915  a call a node would double its time
    tree: LexborHTMLParser, *, max_lines: int = MAX_LINES
) -> Outline:
    """Walk the tree once, in document order, without recursion.

    One long function on purpose: it runs once for every node of every page, and a call a node would double its time.
    """
    build = _Builder()
    lines, boxes, flush = build.lines, build.boxes, build.flush
    node = tree.root
    if node is None:
        return Outline([], [], [], build.head, truncated=False)
    box = Box(0, None, "html", node, 0)
    boxes.append(box)
    build.head.language = node.attributes.get("lang")
    told = {element.mem_id for element in tree.css(_TELLING_ATTRIBUTES)}
    breaking: set[Box] = set()
    element, link, bold, style = node, None, False, ""
    stack: list[tuple[LexborNode, LexborNode, Box, LexborNode | None, bool]] = []
    roles = _role_of_id
    while True:
        number = node.tag_id
        role = roles[number] if number < _KNOWN_IDS else _UNKNOWN
        if role == _UNKNOWN:
            role = _role(node)
        if role == _TEXT:
            if not node.is_empty_text_node:
                text = node.text_content or ""
                if breaking and box in breaking and "\n" in text:
                    text = build.whole_lines(text, element, box, link, bold, max_lines)
                if text:
                    build.parts.append((text, element))
                if not text or text.isspace():
                    if len(build.parts) == 1 and text:
                        build.parts.clear()
                else:
                    if link is not None:
                        build.link_chars += len(text)
                        if not build.links or build.links[-1] is not link:
                            build.links.append(link)
                    if bold:
                        build.bold_chars += len(text)
            elif build.parts:
                build.parts.append((node.text_content or "", element))
        elif role == _SKIP:
            pass
        elif role < _BREAK:
            child = node.first_child
            if child is not None or role == _IMAGE or (role == _BLOCK and build.parts):
                style = ""
                if told and node.mem_id in told and role != _ROOT:
                    attributes = node.attributes
                    style = (attributes.get("style") or "").lower()
                    if _hidden(attributes, style, role):
                        child, role = None, _SKIP
                if role == _IMAGE:
                    build.picture(node, box, link)
                    child = None
                elif child is not None:
                    stack.append((node, element, box, link, bold))
                    element = node
                    if role == _BLOCK or (style and role != _LINK and _BLOCK_STYLE.search(style)):
                        if build.parts:
                            flush(box)
                            if len(lines) >= max_lines:
                                break
                        tag = _name_of_id[number] if number < _KNOWN_IDS else node.tag or ""
                        box = Box(len(boxes), box, tag, node, len(lines))
                        boxes.append(box)
                        if style and _BREAKING_STYLE.search(style):
                            breaking.add(box)
                    if role == _LINK:
                        link = node
                    elif role == _BOLD or (style and role != _BLOCK and _BOLD_STYLE.search(style)):
                        bold = True
                    node = child
                    continue
                elif role == _BLOCK and build.parts:
                    flush(box)
        elif role == _BREAK:
            if box.tag == "pre":
                build.parts.append(("\n", element))
            elif build.parts:
                flush(box)
                if len(lines) >= max_lines:
                    break
        elif role == _HEAD:
            build.metadata(node)
        else:
            build.script(node)
        following = node.next
        if following is None:
            while following is None and stack:
                node, element, outer, link, bold = stack.pop()
                if outer is not box:
                    if build.parts:
                        flush(box)
                    box.last = len(lines)
                    box = outer
                following = node.next
            if following is None or len(lines) >= max_lines:
                break
        node = following
    if build.parts:
        flush(box)
    for _, _, outer, _, _ in stack:
        outer.last = len(lines)
    box.last = boxes[0].last = len(lines)
    truncated = len(lines) >= max_lines or len(build.pictures) >= MAX_PICTURES
    return Outline(lines, boxes, build.pictures, build.head, truncated=truncated)
