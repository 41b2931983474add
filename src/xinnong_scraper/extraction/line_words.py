"""Marks of a line by what it names, where it leads and how it looks: asks and offers differ in these from a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .reading import Reading

__all__ = ["OwnNames", "link_kind", "look"]

_SITE, _AUTHOR_FIRST, _AUTHOR = 1, 2, 3
_LINK, _HERE, _NOT_FOLLOWED, _PAID, _BUTTON = 1, 2, 3, 4, 5
_PARTLY_BOLD, _BOLD, _CAPITALS, _ITALIC = 1, 2, 3, 4
_NAMES: Final = 3
_LEAST_SITE: Final = 5  # characters
_AUTHORS: Final = range(6, 50)  # characters
_LINKS: Final = 2
_LEAST_CAPITALS: Final = 4  # characters
_LONGEST: Final = 600  # characters
_BUTTONS = re.compile(r"button|(?<![a-z])(?:btn|cta)(?![a-z])")
_ITALICS: Final = ("em", "i")


class OwnNames:
    """The names of the site and of the authors that the metadata states: what stands around a text speaks of these."""

    def __init__(self, reading: Reading) -> None:
        stated = reading.metadata.all
        sites = [one.value.lower() for one in stated("site_name")[:_NAMES]]
        authors = [one.value.lower() for one in stated("authors")[:_NAMES]]
        self._sites = tuple({name for name in sites if len(name) >= _LEAST_SITE})
        self._authors = tuple({
            name for name in authors if len(name) in _AUTHORS and " " in name and "/" not in name
        })  # fmt: skip

    def __call__(self, text: str) -> int:
        """Tell of a text in lower case: 0 no name, 1 that of the site, 2 an author's at its beginning, 3 elsewhere."""
        for name in self._authors:
            if name in text:
                return _AUTHOR_FIRST if text.startswith(name) else _AUTHOR
        return _SITE if any(name in text for name in self._sites) else 0


def link_kind(links: Sequence[LexborNode]) -> int:
    """Tell of a line's links: 0 none, 1 any, 2 on the page itself, 3 not to be followed, 4 paid for, 5 a button."""
    kind = _LINK if links else 0
    for link in links[:_LINKS]:
        attributes = link.attributes
        relation = attributes.get("rel") or ""
        if _BUTTONS.search((attributes.get("class") or "").lower()) or attributes.get("role") == "button":
            return _BUTTON
        if "sponsored" in relation:
            kind = _PAID
        elif (attributes.get("href") or "").startswith("#"):
            kind = max(kind, _HERE)
        elif "nofollow" in relation:
            kind = max(kind, _NOT_FOLLOWED)
    return kind


def look(line: Line) -> int:
    """Tell how a line looks: 0 plain, 1 bold in part, 2 bold, 3 in capitals, 4 in italics."""
    text, bold = line.text, line.bold_chars
    if text.isupper() and len(text) >= _LEAST_CAPITALS:
        return _CAPITALS
    if bold:
        return _BOLD if bold >= 0.9 * len(text) else _PARTLY_BOLD
    return _ITALIC if len(text) < _LONGEST and _is_italic(line) else 0


def _is_italic(line: Line) -> bool:
    for text, element in line.parts:
        if not text.isspace() and element.tag not in _ITALICS:
            outer = element.parent
            if outer is None or outer.tag not in _ITALICS:
                return False
    return True
