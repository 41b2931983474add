"""Dates that only a script knows: the time of publication that a page fills in when it is shown."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from .language import read_stamp
from .reading import Candidate

if TYPE_CHECKING:
    from .reading import Reading

__all__ = ["propose_script_date"]

_VAGUE: Final = ("createTime", "create_time", "ctime", "ct")
"""Names that many other things have too: they count only beside the title."""
_KEYS: Final = (
    "publish_time", "publishTime", "publish_date", "publishDate", "published_at", "publishedAt", "pubtime", "pubTime",
    "pubdate", "pubDate", "datePublished", *_VAGUE,
)  # fmt: skip
"""Names under which systems keep the time of publication, the surest first."""

_STAMP = r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
_VALUE = rf"""["']?\s{{0,3}}([:=])\s{{0,3}}["']?(\d{{10}}(?:\d{{3}})?|{_STAMP})(?![\w-])"""
_ASSIGNMENTS = tuple((key, re.compile(rf"{key}(?<![\w.-]{key}){_VALUE}")) for key in _KEYS)
_BRACE = re.compile("[{}]")
_MAX_SCRIPT: Final = 500_000  # characters
_MAX_OBJECT: Final = 20_000
_OBJECTS: Final = 20
_SEVERAL: Final = 4  # assignments of one key that are looked at


def propose_script_date(reading: Reading, title: str | None) -> None:
    """Propose the publication time that a script holds, for pages that show none.

    A key with several values tells of several things, and an object that does not name the article's title tells of
    something else: a film, a neighbour in a list. A variable's own name may say enough.
    """
    best: tuple[int, Candidate] | None = None
    values: dict[str, set[str]] = {}
    objects = 0
    for node in reading.outline.head.scripts[:200]:
        content = node.first_child
        text = (content.text_content or "")[:_MAX_SCRIPT] if content is not None else ""
        for rank, (key, pattern) in enumerate(_ASSIGNMENTS):
            if (best is not None and rank > best[0]) or key not in text:
                continue
            for match in islice(pattern.finditer(text), _SEVERAL):
                values.setdefault(key, set()).add(match[2][:16])
                if match[1] == ":" or key in _VAGUE:
                    objects += 1
                    if objects > _OBJECTS or not _tells_of(text, match.start(), title):
                        continue
                if (best is None or rank < best[0]) and (found := read_stamp(reading, match[2])):
                    rule = f"script:{key}"
                    best = rank, Candidate("published_at", found, match[0][:200], "metadata", rule, node, 0.6)
    if best is not None and len(values[_KEYS[best[0]]]) == 1:
        reading.propose(best[1])


def _tells_of(text: str, at: int, title: str | None) -> bool:
    """Tell whether the object around a position has the title as one of its own or inner values."""
    depth, first = 0, max(0, at - _MAX_OBJECT)
    for brace in reversed(list(_BRACE.finditer(text, first, at))):
        depth += 1 if brace[0] == "}" else -1
        if depth < 0:
            first = brace.start()
            break
    depth, last = 1, min(len(text), at + _MAX_OBJECT)
    for brace in _BRACE.finditer(text, at, last):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            last = brace.end()
            break
    around = text[first:last]
    return bool(title) and any(name in around for name in (f'"{title}"', f"'{title}'", f"`{title}`", json.dumps(title)))
