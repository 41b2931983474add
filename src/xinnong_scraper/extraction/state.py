"""Dates that only a script knows: the time of publication that a page fills in when it is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.dates import parse_stamp
from .reading import Candidate

if TYPE_CHECKING:
    from .reading import Reading

__all__ = ["propose_script_date"]

_KEYS: Final = (
    "publish_time", "publishTime", "publish_date", "publishDate", "published_at", "publishedAt", "pubtime", "pubTime",
    "pubdate", "pubDate", "datePublished", "createTime", "create_time", "ctime", "ct",
)  # fmt: skip
"""Names under which systems keep the time of publication, the surest first."""

_STAMP = r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
_VALUE = rf"""["']?\s{{0,3}}[:=]\s{{0,3}}["']?(\d{{10}}(?:\d{{3}})?|{_STAMP})(?![\w-])"""
_ASSIGNMENTS = tuple((key, re.compile(rf"(?<![\w.-]){key}{_VALUE}")) for key in _KEYS)
_MAX_SCRIPT: Final = 500_000  # characters


def propose_script_date(reading: Reading) -> None:
    """Propose the publication time that a script holds, for pages that show none."""
    best: tuple[int, Candidate] | None = None
    for node in reading.outline.head.scripts[:200]:
        content = node.first_child
        text = (content.text_content or "")[:_MAX_SCRIPT] if content is not None else ""
        for rank, (key, pattern) in enumerate(_ASSIGNMENTS):
            if (best is not None and rank >= best[0]) or key not in text:
                continue
            if (match := pattern.search(text)) and (found := parse_stamp(match[1], reading.layout.tzinfo)):
                candidate = Candidate("published_at", found, match[0][:200], "metadata", f"script:{key}", node, 0.6)
                best = (rank, candidate)
    if best is not None:
        reading.propose(best[1])
