"""The next page of the same article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from ..normalize.urls import same_page
from .reading import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .density import TextArea
    from .reading import Reading

__all__ = ["find_next_page"]

_NUMBER = re.compile(r"[\[【(（]?(\d{1,3})[\]】)）]?$")
_COLON = re.compile("[:：]")
_LOOK_AHEAD: Final = 40
_LONGEST: Final = 200  # characters of a line of links to pages
_LONGEST_NUMBER: Final = 12  # and of one without links: the number of this page
_EDGES: Final = "[]［］【】()（）〔〕「」『』|｜ \u3000"
_ARROWS: Final = "<>＜＞‹›«»《》〈〉→←⇒▶►▸…·-"
_VAGUE: Final = ("", "next")
"""Words that lead anywhere unless numbers stand beside them: a bare arrow, and an English next."""


def find_next_page(reading: Reading, area: TextArea | None, text_end: int) -> None:
    """Propose the address behind 下一页, or behind the number after the current one, in the pager below the text."""
    if area is None:
        return
    lines = reading.lines
    stop = min((r.head for r in reading.regions if r.kind != "disclaimer" and r.head >= text_end), default=len(lines))
    window = lines[max(area.first, text_end - 6) : min(stop, text_end + _LOOK_AHEAD)]
    pieces = [
        piece
        for line in window
        if len(line.text) <= (_LONGEST if line.links else _LONGEST_NUMBER)
        for piece in _pieces(line)
    ]
    numbers = [(number, link, line) for text, link, line in pieces if (number := _number(text))]
    paged = len({number for number, _, _ in numbers}) >= 2
    for at, (text, link, line) in enumerate(pieces):
        word = _next_word(text, reading.lexicon.next_page)
        if word is None or (word in _VAGUE and not paged):
            continue
        target = link
        if link is None and text.endswith((":", "：")) and at + 1 < len(pieces) and pieces[at + 1][2] is line:
            target = pieces[at + 1][1]  # 下一页： and the linked title behind it
        if target is not None:
            _propose(reading, target, f"pager:{text}")
        return
    if paged:
        current = next((number for number, link, _ in numbers if link is None or _is_current(reading, link)), None)
        for number, link, _ in numbers:
            if current is not None and number == current + 1 and link is not None:
                _propose(reading, link, "pager:number")
                return


def _next_word(text: str, known: Collection[str]) -> str | None:
    """Give the word for the next page in a pager's piece, without arrows and brackets and the title behind a colon.

    A piece of nothing but a known arrow gives an empty word; a piece that is something else gives None.
    """
    bare = text.strip(_EDGES).casefold()
    word = _COLON.split(bare, maxsplit=1)[0].strip(_EDGES + _ARROWS)
    return word if bare in known or word in known else None


def _number(text: str) -> int | None:
    match = _NUMBER.match(text.strip())
    return int(match[1]) if match else None


def _is_current(reading: Reading, link: LexborNode) -> bool:
    url = reading.page.link(link.attributes.get("href"))
    return url is None or bool(reading.page.url and same_page(url, reading.page.url))


def _pieces(line: Line) -> list[tuple[str, LexborNode | None, Line]]:
    """The line's text nodes, each with its link."""
    links = {link.mem_id: link for link in line.links}
    found = []
    for text, element in line.parts:
        node: LexborNode | None = element
        link = None
        for _ in range(3):
            if node is None or link is not None:
                break
            link = links.get(node.mem_id)
            node = node.parent
        for part in filter(None, [clean(text)] if link is not None else clean(text).split()):
            found.append((part, link, line))  # noqa: PERF401  a loop in a loop reads better
    return found


def _propose(reading: Reading, link: LexborNode, rule: str) -> bool:
    href = link.attributes.get("href") or ""
    url = reading.page.link(href)
    if url is None or (reading.page.url and same_page(url, reading.page.url)):
        return False
    reading.propose(Candidate("next_page_url", url, clean(link.text()), "landmarks", rule, link, 0.9))
    return True
