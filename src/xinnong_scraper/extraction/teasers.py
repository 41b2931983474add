"""The pointers to related articles, one each, however often their titles are shown."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ..layouts import GENERAL
from ..normalize.dates import find_dates
from ..normalize.text import clean, squeeze
from ..normalize.urls import site
from ..records import Teaser
from .pictures import alternative_text, picture_url
from .reading import END_PUNCTUATION, Candidate, Region

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from ..blocks import Line, Picture
    from .reading import Reading

__all__ = ["find_teasers"]

_MAX_TEASERS: Final = 40
_COLUMN = re.compile(r"[\[【(（〔].{1,6}[\]】)）〕]$")  # a link to the column: [新闻]
_SHORTEST_TITLE: Final = 2
_SURE_RANK: Final = 20  # headings up to here say that what follows is related
_LONGEST_TITLE: Final = 45
_MAX_REGIONS: Final = 16
_SHORTEST_SUMMARY: Final = 8
_SHORT_LINK: Final = 4
_SHORT_DATE = re.compile(r"(?:^|[\s\[(（])(\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2})[\])）]?$")
_HEADLINE: Final = 8  # characters of a link that reads like a headline
_CARD: Final = 3  # texts of a link that holds title, title again and summary
_FEWEST: Final = 3  # of a box that only its class calls related
_EDGES: Final = " []()（）【】〔〕［］·•|-\u3000:："
_CLOSING: Final = tuple("])）】〕］")
_WORDS_BESIDE_DATE = re.compile(r"(?:来源|发布|更新|阅读|浏览|评论|点击|时间)")


@dataclass(slots=True)
class _Item:
    title: str
    key: str
    href: str | None
    line: int
    summary: str | None = None
    published_at: datetime | None = None
    image_url: str | None = None

    def record(self) -> Teaser:
        """Make the record."""
        return Teaser(
            title=self.title,
            url=self.href,
            summary=self.summary,
            published_at=self.published_at,
            image_url=self.image_url,
        )


def find_teasers(reading: Reading, title: str | None, text_end: int) -> Region | None:
    """Propose the teasers of the best related-articles region; return that region."""
    own = reading.layout.name != GENERAL
    wanted = (r for r in reading.regions if r.kind == "teasers" and not (own and r.rank >= _SURE_RANK))
    regions = sorted(wanted, key=lambda region: (region.rank, region.head))
    for region in regions[:_MAX_REGIONS]:
        items = _Items(reading, region, title).read()
        few = len(items) < 2 and region.rank >= _SURE_RANK
        if items and not few and not _all_lead_away(reading, items):
            head = reading.lines[region.head]
            teasers = [item.record() for item in items]
            reading.propose(
                Candidate("teasers", teasers, head.text, "landmarks", f"heading:{head.text[:20]}", region.box.node, 0.9)
            )
            return region
    return _from_hint(reading, title, text_end)


def _from_hint(reading: Reading, title: str | None, start: int) -> Region | None:
    """Read the first box below the text that calls itself related or recommended and holds some headline links."""
    lines, hint = reading.lines, reading.lexicon.teasers_hint
    if reading.layout.name != GENERAL:
        return None
    taken = {index for region in reading.regions for index in range(region.head, region.last)}
    before = list(accumulate((line.link_chars >= _HEADLINE for line in lines), initial=0))
    for box in reading.outline.boxes:
        if box.first < start or before[box.last] - before[box.first] < _FEWEST:
            continue
        if box.first in taken or not hint.search(box.ident):
            continue
        region = Region("teasers", 90, box.first, box.first, box.last, box)
        items = _Items(reading, region, title).read()
        if len(items) >= _FEWEST and not _all_lead_away(reading, items):
            teasers = [item.record() for item in items]
            raw = lines[box.first].text
            reading.propose(Candidate("teasers", teasers, raw, "landmarks", "class-hint", box.node, 0.5))
            return region
    return None


def _place(picture: Picture) -> int:
    return picture.at


def _all_lead_away(reading: Reading, items: list[_Item]) -> bool:
    """Tell a box of adverts by its links: all of them to other sites."""
    own = site(reading.page.url)
    return own is not None and all(item.href is not None and site(item.href) not in (own, None) for item in items)


class _Items:
    """Reads a region line by line: a new link or a new title opens an item, other lines belong to the open one."""

    def __init__(self, reading: Reading, region: Region, title: str | None) -> None:
        self.reading = reading
        self.region = region
        self.own = squeeze(title or "")
        self.items: list[_Item] = []
        self.index = region.first
        lines = reading.lines[region.first : region.last]
        self.bare = region.rank < _SURE_RANK and not any(line.links for line in lines)
        """Whether the region has no links at all, so that its short lines are titles."""
        self.early_date: datetime | None = None
        self.early_image: tuple[str | None, str | None] | None = None
        self.year_hint = reading.published()
        self.counts: Counter[str] | None = None
        self.pictures: dict[int, list[Picture]] = {}
        pictures = reading.outline.pictures
        start = bisect_left(pictures, region.first, key=_place)
        for picture in pictures[start : bisect_right(pictures, region.last, key=_place)][: _MAX_TEASERS * 4]:
            if picture.box.within(region.box):
                self.pictures.setdefault(picture.at, []).append(picture)

    def read(self) -> list[_Item]:
        """Read the region; an item that is the article itself does not count."""
        region, lexicon = self.region, self.reading.lexicon
        for index in range(region.first, region.last):
            line = self.reading.lines[index]
            if lexicon.end.match(line.text) or lexicon.footer.search(line.text):
                break
            for picture in self.pictures.get(index, ()):
                self._picture(picture)
            self._line(line)
            if len(self.items) >= _MAX_TEASERS:
                break
        for picture in self.pictures.get(region.last, ()):
            self._picture(picture)
        return [item for item in self.items if item.key != self.own]

    def _picture(self, picture: Picture) -> None:
        url = picture_url(self.reading.page, picture)
        if url is None or any(
            (picture.attributes.get(side) or "") in ("0", "1", "1px") for side in ("width", "height")
        ):
            return
        href = self._href(picture.link)
        alt = alternative_text(picture)
        last = self.items[-1] if self.items else None
        if last and last.image_url is None and ((href and href == last.href) or (alt and squeeze(alt) == last.key)):
            last.image_url = url
            return
        box = picture.box
        if last and last.image_url is None and box is not self.region.box and box.first <= last.line < box.last:
            last.image_url = url
            return
        if href and any(item.href == href for item in self.items):
            return
        self.early_image = (href, url)

    def _href(self, link: LexborNode | None) -> str | None:
        return self.reading.page.link(link.attributes.get("href")) if link is not None else None

    def _line(self, line: Line) -> None:
        self.index = line.index
        runs = _runs(self.reading, line)
        long = any(href and len(text) >= _HEADLINE for text, href in runs)
        for text, href in runs:
            if long and href and len(text) <= _SHORT_LINK:
                continue  # the column's name before the title
            rest, value = self._without_date(text)
            if len(rest) < 2:
                self._date(value)
            elif not self.reading.lexicon.more.match(rest):
                if href is not None:
                    self._title(rest, href)
                else:
                    self._plain(rest)
                if value is not None:
                    self._date(value)

    def _without_date(self, text: str) -> tuple[str, datetime | None]:
        """Take the date off the text's end, or off its front where brackets set it apart; one in a sentence stays."""
        for date in find_dates(
            text, zone=self.reading.layout.tzinfo, now=self.reading.now, year_hint=self.year_hint, limit=4
        ):
            before, after = text[: date.start].rstrip(_EDGES), text[date.end :].lstrip(_EDGES)
            if not after or (not before and text[: date.start] and text[date.end : date.end + 1] in _CLOSING):
                return (before or after), date.value
            if not before and len(after) < 12 and _WORDS_BESIDE_DATE.match(after):
                return "", date.value
        if self.year_hint is not None and (short := _SHORT_DATE.search(text)):
            zone = self.reading.layout.tzinfo
            dates = find_dates(f"{short[1]} 00:00", zone=zone, year_hint=self.year_hint, limit=1)
            if dates and dates[0].value:
                return text[: short.start()].strip(_EDGES), dates[0].value
        return text.strip(_EDGES), None

    def _title(self, text: str, href: str | None) -> None:
        key = squeeze(text)
        for item in self.items[-8:]:
            if (href and item.href == href) or item.key == key:
                item.href = item.href or href
                self._again(item, text, key)
                return
        if len(text) < _SHORTEST_TITLE or text.isdecimal() or _COLUMN.match(text):
            return
        item = _Item(text, key, href, self.index, published_at=self.early_date)
        self.early_date = None
        if self.early_image and (href is None or self.early_image[0] in (href, None)):
            item.image_url = self.early_image[1]
        self.early_image = None
        self.items.append(item)

    @staticmethod
    def _again(item: _Item, text: str, key: str) -> None:
        """The same link once more: the title repeated, a fuller title, or the summary as a link."""
        if key == item.key or item.key.startswith(key.rstrip(".…")):
            return
        if text.startswith(item.title) and len(text) > len(item.title) + 8:
            item.summary = item.summary or text[len(item.title) :].strip()
            return
        if item.title.endswith(("..", "…")) and key.startswith(item.key.rstrip(".…")):
            item.title, item.key = text, key
        elif item.summary is None and len(text) >= _SHORTEST_SUMMARY:
            item.summary = text

    def _date(self, value: datetime | None) -> None:
        if value is None:
            return
        if self.items and self.items[-1].published_at is None and self.early_image is None:
            self.items[-1].published_at = value
        else:
            self.early_date = value

    def _plain(self, text: str) -> None:
        """Text that is no link: a title shown again, a title of a list without links, or a summary."""
        last = self.items[-1] if self.items else None
        if last and squeeze(text) == last.key:
            return
        if last and last.href is None and self._repeats_next(text):
            self._title(text, None)
        elif last and last.summary is None and len(text) >= _SHORTEST_SUMMARY:
            last.summary = text
        elif (last is None and self._repeats_next(text)) or (
            self.bare and len(text) <= _LONGEST_TITLE and text[-1] not in END_PUNCTUATION
        ):
            self._title(text, None)

    def _repeats_next(self, text: str) -> bool:
        if self.counts is None:
            lines = self.reading.lines[self.region.first : self.region.last]
            self.counts = Counter(squeeze(line.text) for line in lines)
        return self.counts[squeeze(text)] > 1


def _once(text: str) -> str:
    """Give the text of a link once where it is written twice in a row."""
    half = len(text) // 2
    first, second = text[:half].strip(), text[half:].strip()
    return first if first == second and half > 2 else text


def _shown(texts: list[str]) -> list[str]:
    """The texts of one link as one, but where its title is written twice the title and what follows it apart."""
    parts = [part for part in map(clean, texts) if part]
    if len(parts) >= _CARD and parts[0] == parts[1] and len(parts[0]) >= _HEADLINE:
        return parts[1:]
    text = _once(clean("".join(texts)))
    return [text] if text else []


def _runs(reading: Reading, line: Line) -> list[tuple[str, str | None]]:
    """The line's text split where a link begins or ends, each run with where it leads."""
    if not line.links:
        return [(line.text, None)]
    numbered = len(line.parts) > 1 and line.parts[0][0].strip().isdecimal()
    if len(line.links) == 1 and line.link_chars >= len(line.text) and not numbered and len(line.parts) < _CARD:
        return [(_once(line.text), reading.page.link(line.links[0].attributes.get("href")))]
    links = {link.mem_id: link for link in line.links}
    runs: list[tuple[list[str], LexborNode | None]] = []
    for text, element in line.parts:
        link = _link_around(element, links, line.box.node.mem_id)
        if link is not None and len(text) <= 5 and text.strip().isdecimal():
            continue  # the number of a list's entry
        if runs and runs[-1][1] is link:
            runs[-1][0].append(text)
        else:
            runs.append(([text], link))
    found: list[tuple[str, str | None]] = []
    for texts, link in runs:
        href = reading.page.link(link.attributes.get("href")) if link is not None else None
        found += [(text, href) for text in _shown(texts)]
    return found


def _link_around(element: LexborNode, links: dict[int, LexborNode], outermost: int) -> LexborNode | None:
    node: LexborNode | None = element
    for _ in range(6):
        if node is None or node.mem_id == outermost:
            return None
        if node.mem_id in links:
            return links[node.mem_id]
        node = node.parent
    return None
