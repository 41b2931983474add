"""The pointers to related articles: which of the page's boxes hold them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..layouts import GENERAL, load_layout
from ..normalize.text import clean
from ..normalize.urls import host, site
from .reading import Candidate, Region
from .teaser_items import Item, read_items
from .teaser_lines import HEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..blocks import Box
    from ..layouts import Layout
    from ..page import Page
    from .reading import Reading

__all__ = ["find_teasers", "has_own_heading"]

_SURE_RANK: Final = 25  # headings up to here say that what follows is related
_WEAK_RANK: Final = 70  # headings from here on offer anything that readers may like
_HINT_RANK: Final = 1000  # a box that only its class calls related
_MAX_REGIONS: Final = 16
_FEWEST: Final = 3  # of a box whose heading is weak
_FEWEST_SHORT: Final = 5  # of a box without a title that reads like a headline
_FEWEST_ABOVE: Final = 5  # links of a box above the text's end that only its class calls related
_MAX_TEASERS: Final = 20
_BEFORE_HEADING: Final = 3  # lines that a heading's own bar may hold before it
_LINES_BELOW: Final = 24  # below the text, among which a heading may share its line with the first link
_BETWEEN: Final = 3  # lines that may stand between a box and the one that belongs to it
_LATIN_HEADLINE: Final = 20  # characters
_LONG_QUERY: Final = 60
_NUMBERED = re.compile(r"(?:(?:[A-Za-z][A-Za-z0-9+.-]{0,15}:)?//[^/?#]*)?+[^?#\d]*+\d")
"""An address with a digit in its path, as that of an article nearly always has."""
_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,15}:)?//")


def find_teasers(reading: Reading, title: str | None, text_end: int) -> Region | None:
    """Propose the teasers of the best related-articles boxes; return the first of them."""
    if has_own_heading(reading.layout):
        found = _first_known(reading, title, text_end)
    else:
        found = _Offers(reading, title, text_end).choose()
    if not found:
        return None
    region = found[0][0]
    head = reading.lines[region.head].text
    teasers = [item.record(reading.page) for _, items in found for item in items][:_MAX_TEASERS]
    hinted = region.rank == _HINT_RANK
    rule, trust = ("class-hint", 0.5) if hinted else (f"heading:{head[:20]}", 0.9)
    reading.propose(Candidate("teasers", teasers, head, "landmarks", rule, region.box.node, trust))
    return region


def has_own_heading(layout: Layout) -> bool:
    """Tell a layout of a portal whose own heading opens its related articles, and no other box does."""
    first, general = layout.headings.teasers[:1], load_layout(GENERAL)
    own = first != general.headings.teasers[:1] or any(word in layout.recognise.headings for word in first)
    return own and layout.name != GENERAL


_Found = tuple[Region, list[Item]]


def _known(reading: Reading, text_end: int) -> list[Region]:
    """The boxes that known headings open, but no menu above the text, whose heading leads to a channel (政策解读)."""
    lines = reading.lines
    return [
        region
        for region in reading.regions
        if region.kind == "teasers" and (region.last >= text_end or not lines[region.head].all_link)
    ]


def _first_known(reading: Reading, title: str | None, text_end: int) -> list[_Found]:
    """Read the box that the layout's own heading opens."""
    known = [region for region in _known(reading, text_end) if region.rank < _SURE_RANK]
    for region in sorted(known, key=lambda region: (region.rank, region.head))[:_MAX_REGIONS]:
        items = read_items(reading, region, title, bare=True)
        if items and not _all_lead_away(reading.page, items):
            return [(region, items)]
    return []


class _Offers:
    """Chooses among the boxes that offer a reader other articles.

    A box that says related or recommended goes before one that offers what is hot or may be liked; among those the
    nearest to the text in the tree goes first. Where a recommended box stands nearest and a related one comes behind
    it at the same place, both count.
    """

    def __init__(self, reading: Reading, title: str | None, text_end: int) -> None:
        self.reading = reading
        self.title = title
        self.text_end = text_end
        self.text_box = reading.lines[min(text_end, len(reading.lines)) - 1].box if reading.lines else None
        self.known = _known(reading, text_end)
        self.known += self._in_line()

    def choose(self) -> list[_Found]:
        """Read boxes until one holds teasers; give it with those that belong to it."""
        for best in self._ordered():
            items = self._items(best)
            if not items:
                continue
            found = [(best, items)]
            if best.rank >= _WEAK_RANK:
                return found
            return found + self._more(best)
        return []

    def _in_line(self) -> Iterator[Region]:
        """Give the lists right below the text whose first line begins with their heading (相关阅读：春笋上市)."""
        lines, heading = self.reading.lines, self.reading.lexicon.heading
        start = max(0, self.text_end - 1)
        for line in lines[start : start + _LINES_BELOW]:
            if line.link_chars < HEADLINE or line.all_link or len(line.parts) < 2:
                continue
            kind, rank = heading(clean(line.parts[0][0])) or ("", 0)
            if kind != "teasers" or rank >= _SURE_RANK or line.link_chars < HEADLINE * len(line.links):
                continue
            box = line.box.parent or line.box
            last, limit = line.index + 1, min(box.last, line.index + _LINES_BELOW)
            while last < limit and lines[last].all_link and lines[last].link_chars >= HEADLINE:
                last += 1
            yield Region("teasers", rank, line.index, line.index, last, box)

    def _ordered(self) -> Iterator[Region]:
        strong = [region for region in self.known if region.rank < _WEAK_RANK]
        weak = [region for region in self.known if region.rank >= _WEAK_RANK]
        boxes = self.reading.outline.boxes
        below = bisect_left(boxes, self.text_end, key=_first_line)
        yield from sorted(strong[:_MAX_REGIONS], key=self._distance)
        yield from sorted([*weak[:_MAX_REGIONS], *self._hinted(boxes[below:], _FEWEST)], key=self._distance)
        yield from self._hinted(boxes[:below], _FEWEST_ABOVE)

    def _distance(self, region: Region) -> tuple[int, bool, int]:
        return -self._depth(region), region.rank == _HINT_RANK, region.head

    def _depth(self, region: Region) -> int:
        """How deep in the tree the smallest box lies that holds the text's end and the region's heading."""
        box = self.text_box
        while box is not None and box.parent is not None and not box.first <= region.head < box.last:
            box = box.parent
        return box.depth if box is not None else 0

    def _more(self, best: Region) -> list[_Found]:
        """Read what belongs to the best box: the related one behind it, or behind the text where it is inside."""
        related = best.rank < _SURE_RANK
        if related and best.head >= self.text_end:
            return []
        found: list[_Found] = []
        depth = self._depth(best)
        for region in self.known:
            sure = region.rank < _SURE_RANK
            near = related or self._depth(region) == depth or (sure and region.head <= best.last + _BETWEEN)
            if region.head <= best.head or region.head < self.text_end or not near:
                continue
            if (sure or (region.rank < _WEAK_RANK and not related)) and (items := self._items(region)):
                found.append((region, items))
                if sure:
                    return found
        return []

    def _items(self, region: Region) -> list[Item]:
        """Read a region; where its heading's bar holds nothing, what the bar stands above."""
        if _ends_a_text(self.reading, region):
            return []
        items = self._read(region)
        if items or region.rank == _HINT_RANK:
            return items
        wider = self._wider(region)
        return self._read(wider) if wider else []

    def _read(self, region: Region) -> list[Item]:
        reading = self.reading
        items = read_items(reading, region, self.title, bare=region.rank < _SURE_RANK)
        items = [item for item in items if not _is_advert(reading.page, item.href)]
        enough = 1 if region.rank < _SURE_RANK else 2 if region.rank < _WEAK_RANK else _FEWEST
        if len(items) < enough or _all_lead_away(reading.page, items) or not _like_articles(items, region.rank):
            return []
        return items

    def _wider(self, region: Region) -> Region | None:
        box = region.box.parent
        if box is None or box.first < region.head or box.last <= region.last:
            return None
        later = [other.head for other in self.reading.regions if other.head > region.head]
        last = min([box.last, *later[:1]])
        return replace(region, first=region.last, last=last, box=box) if last > region.last else None

    def _hinted(self, boxes: list[Box], fewest: int) -> Iterator[Region]:
        """Give the outermost boxes that call themselves related or recommended and hold some headline links."""
        lines, hint = self.reading.lines, self.reading.lexicon.teasers_hint
        behind = found = 0
        for box in boxes:
            first, last = box.first, box.last
            if last - first < fewest or first < behind or not hint.search(box.ident):
                continue
            if first < self.text_end < last or self._is_headed(first):
                continue
            behind = last
            if sum(line.link_chars >= HEADLINE for line in lines[first:last]) >= fewest:
                found += 1
                yield Region("teasers", _HINT_RANK, first, first, last, box)
            if found == _MAX_REGIONS:
                return

    def _is_headed(self, index: int) -> bool:
        """Whether a line belongs to what a known heading opens."""
        return any(region.head <= index < region.last for region in self.reading.regions)


def _first_line(box: Box) -> int:
    return box.first


def _ends_a_text(reading: Reading, region: Region) -> bool:
    """Tell a heading that is the last thing of a box with more before it: what follows the box is not its own."""
    box: Box | None = reading.lines[region.head].box
    while box is not None and box is not region.box:
        if box.last == region.head + 1 and region.head - box.first > _BEFORE_HEADING:
            return True
        box = box.parent
    return False


def _like_articles(items: list[Item], rank: int) -> bool:
    """Tell a list of articles from a menu: one title reads like a headline, or many links have numbers."""
    headlines = sum(_reads_like_headline(item.title) for item in items)
    if rank == _HINT_RANK:
        return headlines >= _FEWEST and headlines * 2 > len(items)
    if headlines:
        return True
    numbered = sum(item.href is not None and _NUMBERED.match(item.href) is not None for item in items)
    return len(items) >= (2 if rank < _WEAK_RANK else _FEWEST_SHORT) and numbered * 2 > len(items)


def _reads_like_headline(title: str) -> bool:
    return len(title) >= (_LATIN_HEADLINE if title.isascii() else HEADLINE)


def _is_advert(page: Page, href: str | None) -> bool:
    """Tell a paid entry: without number it leads to another site, or by a long query to another host."""
    if href is None or page.url is None or not _ABSOLUTE.match(href) or _NUMBERED.match(href):
        return False
    there, here = host(page.link(href)), host(page.url)
    if there is None or there == here:
        return False
    return len(href.partition("?")[2]) >= _LONG_QUERY or site(page.link(href)) != site(page.url)


def _all_lead_away(page: Page, items: list[Item]) -> bool:
    """Tell a box of adverts by its links: all of them to other sites."""
    if page.url is None or any(item.href is None or not _ABSOLUTE.match(item.href) for item in items):
        return False
    own = site(page.url)
    return own is not None and all(site(page.link(item.href)) not in (own, None) for item in items)
