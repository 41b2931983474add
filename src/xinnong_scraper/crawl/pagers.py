"""The pagers of lists: numbers and words that lead to the rest of what a page shows.

The pager of an article looks the same. What stands before it tells them apart: entries, or running text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from ..normalize.urls import date_in_url, host

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..blocks import Line
    from ..layouts import Layout
    from .spots import Spot

__all__ = ["PagerKind", "find_pagers"]

PagerKind = Literal["pager", "part"]

_LONGEST: Final = 300  # characters of a pager in one line
_LONGEST_PIECE: Final = 12
_GAP: Final = 3  # lines between its pieces, where each is a line
_AROUND: Final = 12  # lines that tell what is divided into pages
_PROSE: Final = 30  # characters of a paragraph
_TAIL: Final = 100  # characters at an address's end, where its page's number stands
_NUMBER = re.compile(r"[\[【(（]?\s?(?:第\s?)?([0-9]{1,5})\s?页?\s?[\]】)）]?")
_DIGITS = re.compile(r"[0-9]{1,6}")
_EDGES: Final = "[]［］【】()（）〔〕「」『』|｜<>＜＞‹›«»《》〈〉→←⇒▶►▸…·- \u3000"
_SENTENCE: Final = "。！？.!?”"
_PAGE_NAMES: Final = ("page=", "p=", "pn=", "start=", "offset=", "pageno=", "pageindex=", "curpage=")


def find_pagers(
    spots: Iterable[Spot], lines: Sequence[Line], entries: Collection[int], layout: Layout, page_url: str | None
) -> dict[int, PagerKind]:
    """Tell which links are a pager's, by the number of their element.

    ``entries`` are the indexes of lines that hold entries of lists.
    """
    finder = _Finder(layout, page_url)
    found: dict[int, PagerKind] = {}
    for group in finder.groups(spots):
        if finder.is_pager(group):
            kind = _kind(group[0][0].line.index, group[-1][0].last, lines, entries)
            found.update((spot.node.mem_id, kind if finder.is_near(spot.url) else "pager") for spot, _ in group)
    return found


class _Finder:
    def __init__(self, layout: Layout, page_url: str | None) -> None:
        pager = layout.pager
        self._words, self._around, self._clear = _words_of(
            (*pager.next, *pager.previous), pager.around, layout.lexicon.home
        )
        self._own = _without_number(page_url) if page_url else None
        self._host = host(page_url)
        self._folder = page_url.partition("?")[0].rpartition("/")[0] if page_url else ""

    def is_near(self, url: str) -> bool:
        """Tell whether an address lies in the page's own folder, as the further pages of an article do."""
        return url.startswith(self._folder)

    def groups(self, spots: Iterable[Spot]) -> list[list[tuple[Spot, str]]]:
        """Gather the links that could be of a pager and stand together."""
        groups: list[list[tuple[Spot, str]]] = []
        for spot in spots:
            word = self._piece(spot)
            if word is None:
                continue
            if not groups or spot.line.index - groups[-1][-1][0].line.index > _GAP:
                groups.append([])
            groups[-1].append((spot, word))
        return groups

    def _piece(self, spot: Spot) -> str | None:
        """Give the word or number that a link's text is: ``""`` for an arrow, None for anything else."""
        text = spot.text
        if len(text) > _LONGEST_PIECE or len(spot.line.text) > _LONGEST:
            return None
        if number := _NUMBER.fullmatch(text):
            return number[1]
        bare = _bare(text)
        return bare if bare in self._words or (not bare and text) else None

    def is_pager(self, group: list[tuple[Spot, str]]) -> bool:
        """Tell whether clear words are among the pieces, or numbers that count pages, or the page's own address."""
        if any(word in self._clear for _, word in group):
            return True
        numbered = [spot for spot, word in group if word.isdecimal() and self._counts(spot.url, int(word))]
        if len(numbered) >= 2 and len({_without_number(spot.url) for spot in numbered}) <= 2:
            return True
        vague = [spot for spot, word in group if not word.isdecimal() and word not in self._around]
        return self._own is not None and any(_without_number(spot.url) == self._own for spot in [*vague, *numbered])

    def _counts(self, url: str, number: int) -> bool:
        """Tell whether an address holds a page's number, or the one before it, as systems that count from 0 do.

        The day of a calendar and the year of an archive are none, nor is a note that leads to another host.
        """
        if self._host is not None and host(url) != self._host:
            return False
        held = {int(digits) for digits in _DIGITS.findall(url[-_TAIL:])}
        day = date_in_url(url)
        return (
            (number in held or number - 1 in held) and not 1990 <= number < 2100 and (day is None or day.day != number)
        )


@lru_cache(maxsize=16)
def _words_of(
    turning: tuple[str, ...], around: tuple[str, ...], home: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Give a pager's words, those of them that stand around its numbers, and those that only pagers have.

    首页 is also in menus, 全文 below entries, an arrow beside pictures.
    """
    turns, stands = frozenset(map(_bare, turning)), frozenset(map(_bare, around))
    clear = {word for word in turns | stands - home if word.endswith(("页", "頁")) and len(word) > 1}
    return turns | stands, stands, frozenset(clear)


def _bare(text: str) -> str:
    return text.strip(_EDGES).casefold()


def _without_number(url: str) -> str:
    """Give an address as far as the pages of one list share it.

    >>> _without_number("http://x.cn/a/list_2.html") == _without_number("http://x.cn/a/list_11.html")
    True
    >>> _without_number("http://x.cn/a/?page=2") == _without_number("http://x.cn/a/")
    True
    """
    path, _, query = url[:2000].partition("?")
    kept = "&".join(pair for pair in query.split("&") if not pair.lower().startswith(_PAGE_NAMES))
    return _DIGITS.sub("", f"{path}?{kept}")


def _kind(first: int, last: int, lines: Sequence[Line], entries: Collection[int]) -> PagerKind:
    """Look at what stands before the pager, and where that says nothing, at what stands behind it."""
    for around in (range(max(0, first - _AROUND), first), range(last + 1, min(len(lines), last + 1 + _AROUND))):
        prose = sum(_is_prose(lines[at]) for at in around)
        listed = sum(at in entries for at in around)
        if prose or listed:
            return "part" if prose > listed else "pager"
    return "pager"


def _is_prose(line: Line) -> bool:
    text = line.text
    return len(text) >= _PROSE and line.link_chars * 3 <= len(text) and text[-1] in _SENTENCE
