"""Titles of pages in other languages than Chinese: the page's one main heading, and no site's name at its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean, squeeze
from ..normalize.urls import host

if TYPE_CHECKING:
    from ..blocks import Line
    from .reading import Reading

__all__ = ["main_heading", "without_site"]

_SEPARATOR = re.compile(r" ?[|｜] ?| [-–—»«·•:/]{1,4} | ?:: ?|: ")
_LETTERS = re.compile(r"[^\W_]+")
_LONGEST_SITE: Final = 5  # words of a name behind a stroke
_SHORTEST_TITLE: Final = 2  # words
_LONGEST_HEADING: Final = 250  # characters
_LINES: Final = 2_000


def without_site(reading: Reading, title: str) -> str:
    """Cut the site's name from either end of a title; behind a stroke also a short name that nothing else confirms.

    A name is the site's when the metadata states it as that or the address is made of it.
    """
    names = _site_names(reading)
    title = clean(title)
    for _ in range(3):
        places = list(_SEPARATOR.finditer(title))
        if not places:
            break
        last, first = places[-1], places[0]
        head, tail = title[: last.start()], title[last.end() :]
        if head and (_is_site(tail, names) or ("|" in last[0] and _may_be_site(head, tail))):
            title = head
        elif title[first.end() :] and _is_site(title[: first.start()], names):
            title = title[first.end() :]
        else:
            break
    return title


def main_heading(reading: Reading) -> Line | None:
    """The first line of the page's only main heading, unless that is the site's name or a word alone."""
    lines = [line for line in reading.lines[:_LINES] if line.box.heading == 1]
    boxes = {line.box.node.mem_id: line for line in reversed(lines) if line.box.tag == "h1"}
    if len(boxes) != 1 or any(line.box.tag != "h1" for line in lines):
        return None
    line = next(iter(boxes.values()))
    text = line.text
    if (
        len(text) > _LONGEST_HEADING
        or len(_LETTERS.findall(text)) < _SHORTEST_TITLE
        or _is_site(text, _site_names(reading))
    ):
        return None
    return line


def _site_names(reading: Reading) -> set[str]:
    names = {_bare(stated.value) for stated in reading.metadata.all("site_name")[:6]}
    labels = (host(reading.page.url or "") or "").removeprefix("www.").split(".")
    names |= {_bare(label) for label in labels[:-1] if len(label) > 3} | {_bare("".join(labels))}
    return {name for name in names if len(name) > 1}


def _bare(text: str) -> str:
    return "".join(_LETTERS.findall(squeeze(text)))


def _is_site(text: str, names: set[str]) -> bool:
    bare = _bare(text)
    return bool(bare) and (bare in names or bare.removeprefix("the") in {name.removeprefix("the") for name in names})


def _may_be_site(head: str, tail: str) -> bool:
    """Tell a short name behind a stroke from the rest of a title."""
    words = len(_LETTERS.findall(tail))
    return 0 < words <= _LONGEST_SITE and len(_LETTERS.findall(head)) >= max(_SHORTEST_TITLE, words)
