"""Bounds on markup, applied before parsing.

Tree construction (HTML Standard, section 13.2.6) looks through the open elements at most start tags and through a tag's
attributes at each further one, so 100,000 open elements or attributes cost 10 to 90 seconds. No page for readers comes
near the bounds below; browsers flatten nesting beyond about 500 elements too. Ordinary pages pay two scans in C.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

__all__ = ["BLOCKS", "tame"]

BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
        "dialog",
    ]
)
"""Elements that lay their content out as a block (HTML Standard, section 15.3), beside custom ones (``<x-y>``)."""

MAX_DEPTH: Final = 800
MAX_ATTRIBUTES: Final = 100
MAX_TAGS: Final = 120_000
"""Tags and comments of one page; the markup behind is left out. A page of a megabyte has some 20,000."""

_MANY_TAGS: Final = 20_000  # below this, even the deepest nesting parses in a tenth of a second
_MANY_ATTRIBUTES: Final = 20_000  # so many in one tag parse in half a second, and twice as many in four times that
_SMALL: Final = 60_000  # characters; there is no room for so many tags that matter
_LARGE: Final = 1_000_000  # characters; a smaller page has no room for so many lesser sins that they add up
_WINDOW: Final = 4_000  # characters; a run twice as long without a tag holds a whole window
_MARK = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]{0,60}))")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:=[^\s"'>]?)?[^\s/>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)?)?""")
_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE.pattern})*+")
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "iframe", "noembed", "noframes")
}
"""The ends of elements whose content is text, whatever it looks like."""
_TAG_START = re.compile(r"<(?=[a-zA-Z])")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<]{4000}")
_PLAIN_TAG = re.compile(
    r"""[!?]|[a-zA-Z][^\s/>]{0,60}(?:\s+[^\s"'>=/]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]+))?){0,40}+\s*/?>"""
)
"""What stands behind ``<``: a comment, or a tag of a few attributes that ends where it seems to."""
_ESCAPES: Final = {"script": r"\\u003c", "style": r"\\3c "}
"""How raw text writes ``<`` otherwise: the same string to JSON, JavaScript and CSS."""
_UNNESTED: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dd",
        "dt",
        "td",
        "th",
        "tr",
        "option",
    ]
)


def tame(html: str) -> tuple[str, bool]:
    """Flatten absurd nesting and drop absurd attribute lists; say whether there was something to cut.

    An element deeper than the bound loses its tags, not its content; one with more attributes than the bound loses all
    of them.
    """
    many = len(html) > _SMALL and (len(html) > _LARGE or html.count("<") > _MANY_TAGS)
    if many or _has_endless_tags(html):
        return _Cutter(html).run()
    return html, False


class _Cutter:
    """One pass over the markup, tag by tag as a parser reads it."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._nesting = _Nesting()
        self._kept: list[str] = []
        self._done = 0  # everything before is in ``_kept`` or left out
        self._veiled = 0  # tags seen inside comments and raw text
        self._cut = False

    def run(self) -> tuple[str, bool]:
        """Give the markup within the bounds, and whether something had to go."""
        html, position, seen = self._html, 0, 0
        while (mark := _MARK.search(html, position)) is not None:
            seen += 1
            if seen > MAX_TAGS:
                self._replace(mark.start(), len(html), "")
                self._cut = True
                break
            if mark[2] is None:
                ended = _COMMENT_END.search(html, mark.end() - 2)
                position = ended.end() if ended else len(html)
                self._veil(mark.end(), position, "&lt;")
                continue
            position = self._tag(mark)
            name = mark[2].lower()
            if not mark[1] and (end := _RAW_END.get(name)):
                ended = end.search(html, position)
                start, position = position, ended.start() if ended else len(html)
                self._veil(start, position, _ESCAPES.get(name, "&lt;"))
        if not self._kept:
            return html, False
        return "".join([*self._kept, html[self._done :]]), self._cut

    def _tag(self, mark: re.Match[str]) -> int:
        """Keep or cut one tag; return where it ends."""
        html, start = self._html, mark.end()
        attributes = _ATTRIBUTES.match(html, start)
        position = attributes.end() if attributes else start
        close = html.find(">", position)
        end = len(html) if close < 0 else close + 1
        name = mark[2].lower()
        if self._nesting.exceeded_by(name, closing=bool(mark[1])):
            self._replace(mark.start(), end, "<br>" if name in BLOCKS or "-" in name else "")
            self._cut = True
        elif self._has_many_attributes(start, position):
            self._replace(start, position, "")
            self._cut = True
        return end

    def _has_many_attributes(self, start: int, end: int) -> bool:
        if end - start <= 2 * MAX_ATTRIBUTES:
            return False
        return sum(1 for _ in islice(_ATTRIBUTE.finditer(self._html, start, end), MAX_ATTRIBUTES + 1)) > MAX_ATTRIBUTES

    def _veil(self, start: int, end: int, escape: str) -> None:
        """Escape the tags in text where they are many or endless.

        They should be no tags to the parser. But there are places where ``<script>`` or ``<title>`` does not start raw
        text (``<svg>``, ``<select>``), and whoever knows them would slip everything past the bounds.
        """
        text = self._html[start:end]
        tags = len(_TAG_START.findall(text))
        self._veiled += tags
        if self._veiled > MAX_DEPTH or (tags and _LONG_TAG.search(text)):
            self._replace(start, end, _TAG_START.sub(escape, text))

    def _replace(self, start: int, end: int, text: str) -> None:
        self._kept += (self._html[self._done : start], text)
        self._done = end


class _Nesting:
    """The open elements, as far as tags alone show them."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: dict[str, int] = {}
        self._skipped: dict[str, int] = {}

    def exceeded_by(self, name: str, *, closing: bool) -> bool:
        """Note a tag; say whether it opens or closes an element deeper than the bound."""
        if name in _UNNESTED or name in _RAW_END:
            return False
        if not closing:
            if len(self._open) >= MAX_DEPTH:
                self._skipped[name] = self._skipped.get(name, 0) + 1
                return True
            self._open.append(name)
            self._count[name] = self._count.get(name, 0) + 1
        elif self._skipped.get(name):
            self._skipped[name] -= 1
            return True
        elif self._count.get(name):
            self._close(name)
        return False

    def _close(self, name: str) -> None:
        while self._open:
            last = self._open.pop()
            self._count[last] -= 1
            if last == name:
                break


def _has_endless_tags(html: str) -> bool:
    """Tell whether tags could hold so many attributes that they cost time.

    Most long stretches without a further tag are scripts or text behind a plain tag; where they look like attributes,
    the pass over the tags finds out.
    """
    cost = 0
    for start, end in _stretches_without_tags(html):
        if start and not _PLAIN_TAG.match(html, start, end):
            cost += sum(html.count(sign, start, end) for sign in " \n\t\r\f/=") ** 2
    return cost > _MANY_ATTRIBUTES**2


def _stretches_without_tags(html: str) -> list[tuple[int, int]]:
    """Find where no tag begins for a long time."""
    found: list[tuple[int, int]] = []
    position, length = 0, len(html)
    while position + _WINDOW <= length:
        if html.find("<", position, position + _WINDOW) >= 0:
            position += _WINDOW
            continue
        start = html.rfind("<", 0, position) + 1
        end = html.find("<", position)
        position = length if end < 0 else end
        found.append((start, position))
    return found
