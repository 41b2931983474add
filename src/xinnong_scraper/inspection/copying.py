"""A copy of a page that can neither run nor load anything, with marks in it.

The copy is written anew from the parsed tree. Only the elements and attributes named here are ever written, no address
of the page is among the attributes, no element among them changes how a browser reads the text behind it, and text is
always escaped: whatever tree a browser builds of the copy, it holds nothing else. The policy of the document and the
sandbox of its frame are a second and a third wall.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from ..bounds import BLOCKS
from ..walk import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from ..blocks import Attributes
    from .places import Places, Range, Spot

__all__ = ["Copy", "copy_page", "frame_style", "policy", "safe", "stylesheet"]

_LARGEST: Final = 2_000_000  # characters of a copy
_MOST_UNSEEN: Final = 60
_LONGEST_SOURCE: Final = 300  # characters of the markup of what is not shown
_AROUND: Final = 60  # characters beside a mark in what is not shown
_LONGEST_NOTE: Final = 200  # characters of an address or an alternative text
_KEPT: Final = frozenset([
    "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "dd",
    "del", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "i", "ins", "legend", "li", "main", "nav", "ol", "p", "pre", "s", "section", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u",
    "ul",
])  # fmt: skip
_DROPPED: Final = frozenset([
    "-comment", "-doctype", "area", "base", "basefont", "bgsound", "col", "colgroup", "datalist", "frame",
    "frameset", "head", "input", "link", "map", "math", "meta", "noembed", "noframes", "noscript", "optgroup",
    "option", "param", "rp", "script", "select", "source", "style", "svg", "template", "textarea", "title",
    "track",
])  # fmt: skip
_STANDS_FOR: Final = {
    "img": "picture",
    "amp-img": "picture",
    "mip-img": "picture",
    "video": "video",
    "audio": "sound",
    "iframe": "frame",
    "object": "object",
    "embed": "object",
    "applet": "object",
    "canvas": "drawing",
}
"""What would load something, and the word shown in its place."""
_CLOSED: Final = frozenset(["br", "hr"])
_FRAMES: Final = frozenset(["table", "tbody", "thead", "tfoot", "tr", "ul", "ol", "dl"])
"""Elements that hold no text of their own: a name written into them would be moved elsewhere."""
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 0x20), *range(0x7F, 0xA0)], " ") | {0xFFFE: " "}


@dataclass(frozen=True, slots=True)
class Copy:
    """A document for the frame."""

    html: str
    cut: bool
    """Whether the page was longer than what is copied."""


def safe(text: str) -> str:
    """Escape text for HTML, without control characters and halves of surrogate pairs.

    >>> safe('"<b>' + chr(0))
    '&quot;&lt;b&gt; '
    """
    return escape(text.translate(_CONTROLS).encode("utf-8", "replace").decode())


def stylesheet(name: str) -> str:
    """Read one of the style sheets that come with this room."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def frame_style() -> str:
    """Give the style sheet of a copy."""
    return stylesheet("hues.css") + stylesheet("frame.css")


def policy(*styles: str) -> str:
    """Give the content security policy of a document that loads nothing, runs nothing and has only these styles."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles)
    return f"default-src 'none'; style-src {hashes}; img-src data:; base-uri 'none'; form-action 'none'"


def copy_page(tree: LexborHTMLParser, places: Places) -> Copy:
    """Copy what a reader sees of a page; what is marked and not seen (the head, hidden boxes) is named above it."""
    copier = _Copier(places)
    root = tree.body or tree.root
    if root is not None:
        copier.copy(root)
    style = frame_style()
    head = (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style)}">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>The saved page</title><style>{style}</style></head><body>"
    )
    note = '<p class="note">The page goes on; the rest is not shown here.</p>' if copier.cut else ""
    return Copy(f"{head}{''.join(_unseen(places, copier))}{copier.html()}{note}</body></html>", copier.cut)


class _Copier:
    """Writes the copy of a tree, node by node."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.shown: set[str] = set()
        """The anchors of the marks that were written."""
        self.cut = False
        self._parts: list[str] = []
        self._size = 0

    def html(self) -> str:
        return "".join(self._parts)

    def copy(self, root: LexborNode) -> None:
        """Write what lies below an element, in document order and without recursion."""
        open_elements: list[tuple[LexborNode, str]] = []
        spot = self.places.spots.get(root.mem_id)
        self._write(f"<div{self._mark(spot, [])}>{_labels(spot.labels) if spot is not None else ''}")
        node = root.first_child
        while node is not None:
            child, end = self._enter(node)
            if child is not None:
                open_elements.append((node, end))
                node = child
                continue
            self._write(end)
            if self._size > _LARGEST:
                self.cut = True
                break
            following = node.next
            while following is None and open_elements:
                node, end = open_elements.pop()
                self._write(end)
                following = node.next
            node = following
        for _, end in reversed(open_elements):
            self._write(end)
        self._write("</div>")

    def _write(self, html: str) -> None:
        self._parts.append(html)
        self._size += len(html)

    def _enter(self, node: LexborNode) -> tuple[LexborNode | None, str]:
        """Write what stands before a node's children; return the first of them and what ends the node."""
        if node.is_text_node:
            self._text(node)
            return None, ""
        tag = node.tag or ""
        if tag in _DROPPED or not node.is_element_node or is_hidden(node):
            return None, ""
        spot = self.places.spots.get(node.mem_id)
        if tag in _STANDS_FOR:
            self._stand_in(node, _STANDS_FOR[tag], spot)
            return None, ""
        return self._element(node, tag, spot)

    def _element(self, node: LexborNode, tag: str, spot: Spot | None) -> tuple[LexborNode | None, str]:
        attributes = node.attributes
        name = tag if tag in _KEPT else "div" if tag in BLOCKS or "-" in tag else "span"
        classes = ["a"] if tag == "a" else []
        if _is_centred(attributes):
            classes.append("c")
        extra = _spans(attributes) if name in ("td", "th") else ""
        if tag == "a" and (href := attributes.get("href")):
            extra = f' title="{safe(href[:_LONGEST_NOTE])}"'
        self._write(f"<{name}{self._mark(spot, classes)}{extra}>")
        if name in _CLOSED:
            return None, ""
        if spot is not None and spot.labels and name not in _FRAMES:
            self._write(_labels(spot.labels))
        return node.first_child, f"</{name}>"

    def _stand_in(self, node: LexborNode, word: str, spot: Spot | None) -> None:
        alt = (node.attributes.get("alt") or node.attributes.get("title") or "").strip()
        label = f"{word}: {alt[:_LONGEST_NOTE]}" if alt else word
        names = _labels(spot.labels) if spot is not None else ""
        self._write(f"<span{self._mark(spot, ['box'])}>{names}{safe(label)}</span>")

    def _mark(self, spot: Spot | None, classes: list[str]) -> str:
        """Give the attributes of an element: its classes, and the anchor of its mark."""
        anchor = ""
        if spot is not None:
            self.shown.add(spot.anchor)
            anchor = f' id="{spot.anchor}"'
            classes = [*classes, *(["m", f"f-{spot.fields[0]}"] if spot.fields else [])]
        return anchor + (f' class="{" ".join(classes)}"' if classes else "")

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        ranges = self.places.ranges.get(node.mem_id)
        self._write("".join(self._marked(text, ranges)) if ranges else safe(text))

    def _marked(self, text: str, ranges: list[Range]) -> Iterator[str]:
        at = 0
        for part in sorted(ranges, key=lambda each: each.start):
            self.shown.add(part.anchor)
            yield safe(text[at : part.start])
            yield _highlighted(part, text)
            at = part.end
        yield safe(text[at:])


def _highlighted(part: Range, text: str) -> str:
    label = _labels([part.field]) if part.label else ""
    return f'<mark id="{part.anchor}" class="m f-{part.field}">{label}{safe(text[part.start : part.end])}</mark>'


def _labels(names: list[str]) -> str:
    return "".join(f'<b class="label f-{name}">{name}</b>' for name in names)


def _is_centred(attributes: Attributes) -> bool:
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return (attributes.get("align") or "").lower() == "center" or "text-align:center" in style


def _spans(attributes: Attributes) -> str:
    """Keep how many columns and rows a cell takes."""
    kept = ""
    for name in ("colspan", "rowspan"):
        value = (attributes.get(name) or "").strip()
        if value.isascii() and value.isdigit() and len(value) <= 2:
            kept += f' {name}="{value}"'
    return kept


def _unseen(places: Places, copier: _Copier) -> Iterator[str]:
    """Name what is marked and not seen on the page, as its source."""
    spots = [spot for spot in places.spots.values() if spot.anchor not in copier.shown]
    ranges = [part for parts in places.ranges.values() for part in parts if part.anchor not in copier.shown]
    if not spots and not ranges:
        return
    spots = sorted(spots, key=lambda spot: not spot.labels)[:_MOST_UNSEEN]
    ranges = sorted(ranges, key=lambda part: not part.label)[:_MOST_UNSEEN]
    yield f'<div class="unseen"><p>{"Not in this part" if copier.cut else "Not seen by readers"} of the page</p>'
    for part in ranges:
        text, start, end = part.node.text_content or "", part.start, part.end
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        yield f"<div><code>…{safe(before)}{_highlighted(part, text)}{safe(after)}…</code></div>"
    for spot in spots:
        source = (spot.node.html or "").strip()
        source = source[:_LONGEST_SOURCE] + ("…" if len(source) > _LONGEST_SOURCE else "")
        mark = f' class="m f-{spot.fields[0]}"' if spot.fields else ""
        yield f'<div id="{spot.anchor}"{mark}>{_labels(spot.labels)}<code>{safe(source)}</code></div>'
    yield "</div>"
