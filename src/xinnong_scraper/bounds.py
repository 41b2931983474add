"""Bounds on markup, applied before parsing.

Tree construction (HTML Standard, section 13.2.6) looks through the open elements at most start tags and through a tag's
attributes at each further one, and opens all formatting elements that were left open anew in each paragraph, so 100,000
open elements or attributes cost 10 to 90 seconds. No page for readers comes near the bounds below; browsers flatten
nesting beyond about 500 elements too. Ordinary pages pay two scans in C.
"""

from __future__ import annotations

import re
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
MAX_ATTRIBUTES: Final = 128
MAX_FORMATTING: Final = 16
"""Formatting elements open at once: each further paragraph costs a copy of all of them."""
MAX_TAGS: Final = 80_000
"""Start tags of one page, drawings left out; the markup behind is left out. A page of a megabyte has some 10,000."""

_MAX_MARKS: Final = 3 * MAX_TAGS  # tags of both kinds and comments
_MAX_DRAWN: Final = 2_000  # tags inside drawings
_MAX_RICH: Final = 500  # elements of more attributes than the bound: those behind lose all of theirs
_MANY_TAGS: Final = 20_000  # below this, even the deepest nesting parses in a tenth of a second
_SOME_TAGS: Final = 500  # below this, formatting elements left open cost a fifth of a second at most
_MANY_OPEN: Final = 12_000  # tags from which on they are looked for on any page
_DENSE: Final = 35  # characters for each tag below which they are
_LADEN: Final = 190  # square of the tags for each character above which they are
_MANY_ATTRIBUTES: Final = (
    10_000  # so many in one tag parse in a fifth of a second, and twice as many in four times that
)
_LARGE: Final = 1_000_000  # characters; a smaller page has no room for so many lesser sins that they add up
_WINDOW: Final = 2_400  # characters; a run twice as long without a tag holds a whole window
_FORMATTING: Final = frozenset(
    ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_CELLS: Final = frozenset(["td", "th", "caption"])
_SCOPES: Final = _CELLS | {"applet", "marquee", "object", "template"}
"""Elements whose inside no end tag of a formatting element leaves."""
_SCOPE, _TABLE = "", " "  # marks among the names of open elements
_LOOK_BACK: Final = 64  # open elements that an end tag may lie behind
_MANY_FORMATTING: Final = 400  # elements, closed or not
_SHORT_TAG = re.compile(r"<(/?[bcefinstuBCEFINSTU][a-zA-Z]{0,5}+)[\s/>]")
_DRAWING_END = re.compile(
    r"<(?i:/(?:svg|math)|body|br|center|div|dl|font|h[1-6]|img|li|ol|p|pre|span|strong|table|ul)(?=[\s/>])"
)
"""What ends a drawing: its end tag, or the first element that is none of its own."""
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
_LONG_TAG = re.compile(r"<[a-zA-Z][^<]{2400}")
_PLAIN_TAG = re.compile(
    r"""[!?]|/?[a-zA-Z][^\s/>]{0,60}(?:\s+[^\s"'>=/]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]+))?){0,40}+\s*/?>"""
)
"""What stands behind ``<``: a comment, or a tag of a few attributes that ends where it seems to."""
_ESCAPES: Final = {"script": r"\\u003c", "style": r"\\3c "}
"""How raw text writes ``<`` otherwise: the same string to JSON, JavaScript and CSS."""
_UNNESTED: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
     "p", "li", "dd", "dt", "td", "th", "tr", "option"]
)  # fmt: skip


def tame(html: str) -> tuple[str, bool]:
    """Flatten absurd nesting and drop absurd attribute lists; say whether there was something to cut.

    An element deeper than the bound loses its tags, not its content; one with more attributes than the bound loses
    those behind it.
    """
    if len(html) > _LARGE or _has_many_tags(html) or _has_endless_tags(html):
        return _Cutter(html).run()
    return html, False


class _Cutter:
    """One pass over the markup, tag by tag as a parser reads it."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._nesting = _Nesting()
        self._formatting = _Formatting()
        self._roots: set[str] = set()
        self._endless = False  # whether a drawing goes on to the page's end
        self._tags = self._drawn = self._rich = 0
        self._kept: list[str] = []
        self._done = 0  # everything before is in ``_kept`` or left out
        self._veiled = 0  # tags seen inside comments and raw text
        self._cut = False

    def run(self) -> tuple[str, bool]:
        """Give the markup within the bounds, and whether something had to go."""
        html, position, seen = self._html, 0, 0
        while (mark := _MARK.search(html, position)) is not None:
            seen += 1
            if seen > _MAX_MARKS or self._tags > MAX_TAGS:
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
            if name in ("svg", "math"):
                position = self._drawing(mark, position)
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
        name, closing = mark[2].lower(), bool(mark[1])
        self._tags += not closing
        if self._formatting.exceeded_by(name, closing=closing):
            self._replace(mark.start(), end, "")
            self._cut = True
        elif self._nesting.exceeded_by(name, closing=closing):
            self._replace(mark.start(), end, "<br>" if name in BLOCKS or "-" in name else "")
            self._cut = True
        elif name in ("html", "body") and not closing:
            if name in self._roots:  # a parser adds the attributes to those of the first
                self._replace(start, position, "")
            self._roots.add(name)
        if self._done < position and (kept := self._end_of_attributes(start, position)) < position:
            self._replace(kept, position, "")
            self._cut = True
        return end

    def _drawing(self, mark: re.Match[str], start: int) -> int:
        """Cut the content of a drawing behind its start tag where drawings are too much; return where to read on."""
        if mark[1] or self._endless:
            return start
        if (ended := _DRAWING_END.search(self._html, start)) is None:
            self._endless = True  # so are all drawings behind it
            return start
        tags = len(_TAG_START.findall(self._html, start, ended.start()))
        self._drawn += tags
        if self._drawn > _MAX_DRAWN:
            self._replace(start, ended.start(), "")
            self._cut = True
            return ended.start()
        self._tags -= tags
        return start

    def _end_of_attributes(self, start: int, end: int) -> int:
        """Find where the bound of attributes is reached, or where they all end."""
        if end - start <= 2 * MAX_ATTRIBUTES:
            return end
        position = start
        for _ in range(MAX_ATTRIBUTES):
            attribute = _ATTRIBUTE.match(self._html, position, end)
            if attribute is None:
                return end
            position = attribute.end()
        self._rich += position < end
        return start if self._rich > _MAX_RICH else position

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


class _Formatting:
    """The formatting elements that are open, or that a parser opens anew because no end tag has closed them."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count = self._tables = 0
        self._skipped: dict[str, int] = {}

    def exceeded_by(self, name: str, *, closing: bool) -> bool:
        """Note a tag; say whether it opens or closes a formatting element beyond the bound."""
        if name in _FORMATTING:
            return self._closed_by(name) if closing else self._opened_by(name)
        if self._tables and (name in _CELLS or (name == "table" and closing)):
            self._leave_cell()
        if name == "table" and closing:
            self._close_table()
        elif not closing and len(self._open) < MAX_DEPTH:
            if name == "table":
                self._open.append(_TABLE)
                self._tables += 1
            elif name in _SCOPES and (self._tables or name not in _CELLS):
                self._open.append(_SCOPE)
        return False

    def _opened_by(self, name: str) -> bool:
        if self._count < MAX_FORMATTING:
            self._open.append(name)
            self._count += 1
            return False
        self._skipped[name] = self._skipped.get(name, 0) + 1
        return True

    def _closed_by(self, name: str) -> bool:
        if self._skipped.get(name):
            self._skipped[name] -= 1
            return True
        last = len(self._open) - 1
        for index in range(last, max(-1, last - _LOOK_BACK), -1):
            if self._open[index] == name:
                del self._open[index]
                self._count -= 1
                break
            if self._open[index] == _SCOPE:
                break
        return False

    def _close_table(self) -> None:
        last = len(self._open) - 1
        for index in range(last, max(-1, last - _LOOK_BACK), -1):
            if self._open[index] == _TABLE:
                del self._open[index]
                self._tables -= 1
                break

    def _leave_cell(self) -> None:
        """Forget what the innermost table's cell left open: a parser does."""
        last = len(self._open) - 1
        for index in range(last, max(-1, last - _LOOK_BACK), -1):
            if self._open[index] == _TABLE:
                break
            if self._open[index] == _SCOPE:
                self._count -= sum(name != _SCOPE for name in self._open[index:])
                del self._open[index:]
                break


def _has_many_tags(html: str) -> bool:
    """Tell whether tags could be nested too deep, or formatting elements be left open."""
    tags = html.count("<")
    if tags > _MANY_TAGS:
        return True
    if tags < _SOME_TAGS or max(tags * _DENSE, tags * tags // _LADEN, len(html) * tags // _MANY_OPEN) <= len(html):
        return False
    left: dict[str, int] = {}
    opened = 0
    for tag in _SHORT_TAG.findall(html):
        name = tag.lower()
        if name in _FORMATTING:
            opened += 1
            left[name] = left.get(name, 0) + 1
        elif left.get(name[1:]):
            left[name[1:]] -= 1
    return opened > _MANY_FORMATTING or sum(left.values()) > MAX_FORMATTING


def _has_endless_tags(html: str) -> bool:
    """Tell whether tags could hold so many attributes that they cost time.

    Most long stretches without a further tag are scripts or text behind a plain tag; where they look like attributes,
    the pass over the tags finds out.
    """
    cost = roots = 0
    for start, end in _stretches_without_tags(html):
        if start and not _PLAIN_TAG.match(html, start, end):
            signs = sum(html.count(sign, start, end) for sign in " \n\t\r\f/=")
            if html[start : start + 4].lower() in ("html", "body"):
                roots += signs  # the attributes of them all are one element's
            else:
                cost += signs**2
    return cost + roots**2 > _MANY_ATTRIBUTES**2


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
