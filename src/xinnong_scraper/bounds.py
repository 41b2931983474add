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
_LONG_RUN = re.compile(r"[<>][^<>]{4000}")
_RAW_TEXT = re.compile(r"<(?:script|style|textarea|title)\b[^<>]{0,2000}>?$", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60})")
_TAG_START = re.compile(r"<([a-zA-Z][^\s/>]{0,60})")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:=[^\s"'>]?)?[^\s/>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)?)?""")
_RAW_END = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "textarea", "title")
}
_UNNESTED: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dd dt td th tr option".split()
)


def tame(html: str) -> tuple[str, bool]:
    """Flatten absurd nesting and drop absurd attribute lists; say whether there was something to cut."""
    cut = False
    if html.count("<") > _MANY_TAGS:
        html, cut = _flatten(html)
    if _suspicious(html):
        html, dropped = _drop_attributes(html)
        cut = cut or dropped
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
    for run in _LONG_RUN.finditer(html):
        start = run.start()
        following = html.find("<", run.end())
        following = len(html) if following < 0 else following
        if html[start] == ">":
            tag = html.rfind("<", 0, start)
            if tag >= 0 and _RAW_TEXT.match(html[tag : min(start + 1, tag + 2100)]):
                continue
        words = html[start : min(following, start + 200_000)]
        if words.count(" ") + words.count("\n") + words.count("/") + words.count('"') > MAX_ATTRIBUTES:
            return True
    return False


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
