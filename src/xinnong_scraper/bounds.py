"""Bounds on markup, applied before parsing.

Tree construction (HTML Standard, section 13.2.6) looks through the open elements at most start tags and through a tag's
attributes at each further one, so 100,000 open elements or attributes cost 10 to 90 seconds. No page for readers comes
near the bounds below; browsers flatten nesting beyond about 500 elements too. Ordinary pages pay two scans in C.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["tame"]

MAX_DEPTH: Final = 800
MAX_ATTRIBUTES: Final = 400

_MANY_TAGS: Final = 20_000  # below this, even the deepest nesting parses in a tenth of a second
_WINDOW: Final = 4_000  # characters; a run twice as long without a tag holds a whole window
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60})")
_TAG_START = re.compile(r"<([a-zA-Z][^\s/>]{0,60})")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:=[^\s"'>]?)?[^\s/>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)?)?""")
_RAW_END = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
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
    """Flatten absurd nesting and drop absurd attribute lists; say whether there was something to cut."""
    cut = False
    many = html.count("<") > _MANY_TAGS
    if many or _suspicious(html):
        html, cut = _drop_attributes(html)
    if many:
        html, flattened = _flatten(html)
        cut = cut or flattened
    return html, cut


def _flatten(html: str) -> tuple[str, bool]:
    """Leave out the tags of elements deeper than the bound; their content stays."""
    open_names: list[str] = []
    open_count: dict[str, int] = {}
    skipped: dict[str, int] = {}
    kept: list[str] = []
    done = 0
    for tag in _TAG.finditer(html):
        closing, name = tag[1], tag[2].lower()
        if name in _UNNESTED:
            continue
        drop = False
        if not closing:
            if drop := len(open_names) >= MAX_DEPTH:
                skipped[name] = skipped.get(name, 0) + 1
            else:
                open_names.append(name)
                open_count[name] = open_count.get(name, 0) + 1
        elif skipped.get(name):
            skipped[name] -= 1
            drop = True
        elif open_count.get(name):
            while open_names:
                last = open_names.pop()
                open_count[last] -= 1
                if last == name:
                    break
        if drop and tag.start() >= done:
            end = html.find(">", tag.end())
            kept.append(html[done : tag.start()])
            done = len(html) if end < 0 else end + 1
    if not kept:
        return html, False
    return "".join([*kept, html[done:]]), True


def _suspicious(html: str) -> bool:
    """Tell whether a long run without a tag might be attributes, not text or a script."""
    position, length = 0, len(html)
    while position + _WINDOW <= length:
        if html.find("<", position, position + _WINDOW) >= 0:
            position += _WINDOW
            continue
        start = html.rfind("<", 0, position) + 1
        end = html.find("<", position)
        end = length if end < 0 else end
        if _might_be_attributes(html, start, end):
            return True
        position = end
    return False


def _might_be_attributes(html: str, start: int, end: int) -> bool:
    """Judge the run behind a ``<``: a tag that closes early has text behind it, an unclosed one attributes."""
    if html.startswith(("script", "style", "/"), start) and html.find(">", start, start + _WINDOW // 2) >= 0:
        return False
    run = html[start : min(end, start + 200_000)]
    if run.count(" ") + run.count("\n") + run.count("/") + run.count('"') + run.count("\t") <= MAX_ATTRIBUTES:
        return False
    close = run.find(">")
    head = run[:close] if close >= 0 else run
    if close >= 0 and close < _WINDOW and head[:1].isalpha() and head.count('"') % 2 == 0 and head.count("'") % 2 == 0:
        return False
    if close >= 0 and head[:1] in ("/", "!"):
        return False
    return not any(html.rfind(f"<{name}", 0, start) > html.rfind(f"</{name}", 0, start) for name in ("script", "style"))


def _drop_attributes(html: str) -> tuple[str, bool]:
    """Rewrite each tag that has more attributes than the bound without any."""
    kept: list[str] = []
    done = position = 0
    while (tag := _TAG_START.search(html, position)) is not None:
        position, count = tag.end(), 0
        while (attribute := _ATTRIBUTE.match(html, position)) is not None:
            position = attribute.end()
            count += 1
        if count > MAX_ATTRIBUTES:
            kept.append(html[done : tag.end()])
            done = position
        if raw := _RAW_END.get(tag[1].lower()):
            end = raw.search(html, position)
            position = end.start() if end else len(html)
    if not kept:
        return html, False
    return "".join([*kept, html[done:]]), True
