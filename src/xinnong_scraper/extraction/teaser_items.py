"""The entries of a box of teasers: title, link, summary, date and picture of each."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..normalize.dates import find_dates
from ..normalize.text import is_han, squeeze
from ..records import Teaser
from .pictures import alternative_text, picture_source
from .reading import END_PUNCTUATION
from .teaser_lines import BESIDE, CLOSING, HEADLINE, OPENING, link_target, runs_of, trimmed

if TYPE_CHECKING:
    from datetime import datetime

    from ..blocks import Box, Line, Picture
    from ..page import Page
    from .reading import Reading, Region

__all__ = ["Item", "read_items"]

_MAX_ITEMS: Final = 20
_MAX_LINES: Final = 400
_LOOK_BACK: Final = 8  # items among which a link is looked for when it comes again
_SHORT_LINK: Final = 4
_SHORTEST_SUMMARY: Final = 8
_LONGEST_TITLE: Final = 45
_LONGEST_NOISE: Final = 40
_LONGEST_MORE: Final = 30
_DATE_LENGTH: Final = 44  # characters of a date and the words beside it

_CUT: Final = ("..", "…")
_BRACKETS: Final = OPENING + CLOSING
_PIXEL: Final = frozenset({"0", "1", "1px"})
_COLUMN = re.compile(r"[\[【(（〔].{1,6}[\]】)）〕]$")  # a link to the column: [新闻]
_WORDS = re.compile(r"[^\W\d_]{2}")  # what a summary has, and a row of counters not

_SHORT_DATE = re.compile(r"(?:^|[\s\[(（])(\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2})[\])）]?$")
_WORDS_BESIDE_DATE = re.compile(r"(?:来源|发布|更新|阅读|浏览|评论|点击|时间)")
_DATE_ENDS: Final = frozenset("0123456789０１２３４５６７８９日号號天前刚剛时時点點分秒半午才mMZz" + CLOSING + BESIDE)
_DAY: Final = r"\d[-/.:：年月]|[年月]\s?\d|[〇零一二三四五六七八九十][年月日]|[A-Z][a-z]{2}.{1,8}\d"
_DIGIT = re.compile(r"\d")
_DATED = re.compile(_DAY)
"""What a date has; most titles have none."""
_DATED_BY_CLOCK = re.compile(rf"{_DAY}|\d\s?(?:秒|分|小?[时時]|天|周|个月|年)|[昨今前]天|[刚剛][刚剛才]")
"""The same with dates counted from now."""

_Kind = tuple[str, str | None]


@dataclass(slots=True, eq=False)
class Item:
    """One entry while it is read."""

    title: str
    href: str | None
    """As written."""
    line: Line
    kind: _Kind
    """What kind of box the title stands in: in a list all titles stand in the same kind."""
    alone: bool
    """Whether no other title stands on its line."""
    summary: str | None = None
    published_at: datetime | None = None
    image_url: str | None = None

    def record(self, page: Page) -> Teaser:
        """Make the record."""
        return Teaser(
            title=self.title,
            url=page.link(self.href),
            summary=self.summary,
            published_at=self.published_at,
            image_url=self.image_url,
        )


def read_items(reading: Reading, region: Region, title: str | None, *, bare: bool) -> list[Item]:
    """Read a region's entries; one that is the article itself does not count.

    ``bare``: whether lines without a link may be titles where the region has no links at all.
    """
    reader = _Reader(reading, region, bare=bare)
    items = _only_titles(reader.read(), reader.kind)
    if not title:
        return items
    own = squeeze(title)
    return [item for item in items if _surely_other(item.title, title) or squeeze(item.title) != own]


def _surely_other(title: str, own: str) -> bool:
    """Tell titles apart at a glance: by their length, or two Chinese characters at the front."""
    first, second = title[0], own[0]
    return abs(len(title) - len(own)) >= HEADLINE or (first != second and is_han(first) and is_han(second))


def _kind(box: Box) -> _Kind:
    return box.tag, box.node.attributes.get("class")


def _only_titles(items: list[Item], kind: _Kind | None) -> list[Item]:
    """Drop the links of a card that are none of its title (author, column, tags), and short ones outside the list."""
    if kind is None:
        return items
    places = [item.line.index for item in items if item.kind == kind]
    kept: list[Item] = []
    for item in items:
        if item.kind != kind:
            title = kept[-1] if kept else None
            if title and title.kind == kind and _share_card(title.line, item.line, places):
                title.summary = title.summary or item.summary
                title.published_at = title.published_at or item.published_at
                title.image_url = title.image_url or item.image_url
                continue
            if len(item.title) < HEADLINE:
                continue
        kept.append(item)
    return kept


def _share_card(title: Line, other: Line, places: list[int]) -> bool:
    """Tell whether the smallest box around two lines holds no other title."""
    box: Box | None = title.box
    while box is not None and not box.first <= other.index < box.last:
        box = box.parent
    return box is not None and bisect_left(places, box.last) - bisect_left(places, box.first) == 1


def _place(picture: Picture) -> int:
    return picture.at


class _Reader:
    """Reads a region line by line: a new link or a new title opens an item, other lines belong to the open one."""

    def __init__(self, reading: Reading, region: Region, *, bare: bool) -> None:
        self.reading = reading
        self.region = region
        self.items: list[Item] = []
        self.by_link: dict[str, Item] = {}
        self.by_title: dict[str, Item] = {}
        self.lines = reading.lines[region.first : region.last][:_MAX_LINES]
        linked = any(line.link_chars for line in self.lines)
        self.headed = not linked and sum(line.box.heading > 0 for line in self.lines) > 1
        """Whether entries have headings, so that of lines without links only those are titles."""
        self.bare = (bare or self.headed) and not linked
        """Whether the region has no links at all, so that its short lines are titles."""
        self.early_date: datetime | None = None
        self.early_image: Picture | None = None
        self.year_hint = reading.published()
        self.zone = reading.layout.tzinfo
        self.dated = _DATED if reading.now is None else _DATED_BY_CLOCK
        self.counts: Counter[str] | None = None
        self.kind: _Kind | None = None
        """The first kind of box that two headlines stood in."""
        self.kinds: set[_Kind] = set()
        self.card_end = 0
        """Where the card of the last title ends, once titles are known by the kind of their box."""
        self.pictures: dict[int, list[Picture]] = {}
        pictures = reading.outline.pictures
        start = bisect_left(pictures, region.first, key=_place)
        for picture in pictures[start : bisect_right(pictures, region.last, key=_place)][: _MAX_ITEMS * 4]:
            self.pictures.setdefault(picture.at, []).append(picture)

    def read(self) -> list[Item]:
        """Read the lines until the box's end, or a line that shows that it ended before."""
        end, footer = self.reading.lexicon.end, self.reading.lexicon.footer
        for line in self.lines:
            if line.index in self.pictures:
                for picture in self.pictures[line.index]:
                    self._picture(picture)
            if line.index < self.card_end:
                if _kind(line.box) != self.kind and self._beside(line):
                    continue
            elif line.index == self.region.head:
                pass  # its heading and its first link share the line
            elif (end.match(line.text) and not self._is_counter(line.text)) or (
                line.link_chars < len(line.text) and footer.search(line.text)
            ):
                break
            if line.link_chars:
                self._linked(line)
            else:
                self._unlinked(line)
            if len(self.items) >= _MAX_ITEMS:
                break
        for picture in self.pictures.get(self.region.last, ()):
            self._picture(picture)
        return self.items

    def _beside(self, line: Line) -> bool:
        """Take the date from a line of column, author, tags or counters in the last title's card; False for others."""
        item, text, size = self.items[-1], line.text, len(line.text)
        if size < _SHORT_LINK and not text.isdecimal():
            return True
        if size > _LONGEST_NOISE or (line.link_chars * 2 < size and (size >= HEADLINE or line.link_chars)):
            return False
        if len(line.links) == 1 and link_target(line.links[0]) == item.href:
            return False
        if item.published_at is None and self.dated.search(text):
            dates = find_dates(text, zone=self.zone, now=self.reading.now, year_hint=self.year_hint, limit=1)
            if dates and (dates[0].start == 0 or dates[0].end == size):
                item.published_at = dates[0].value
        return True

    def _picture(self, picture: Picture) -> None:
        last = self.items[-1] if self.items else None
        href = link_target(picture.link)
        if last and last.image_url is None:
            box = picture.box
            beside = box is not self.region.box and box.first <= last.line.index < box.last
            if beside or (href and href == last.href) or alternative_text(picture) == last.title:
                last.image_url = self._address(picture)
                return
        if not (href and href in self.by_link):
            self.early_image = picture

    def _address(self, picture: Picture) -> str | None:
        attributes = picture.attributes
        if attributes.get("width") in _PIXEL or attributes.get("height") in _PIXEL:
            return None
        source = picture_source(attributes) if picture.box.within(self.region.box) else None
        if source is None or self.reading.lexicon.icon_hint.search(source.lower().rpartition("/")[2]):
            return None
        return self.reading.page.link(source)

    def _unlinked(self, line: Line) -> None:
        last = self.items[-1] if self.items else None
        full = last is not None and last.href is not None and (last.summary or len(line.text) < _SHORTEST_SUMMARY)
        if full and ((last and last.published_at) or not self.dated.search(line.text)):
            return
        rest, value = self._without_date(line.text)
        if len(rest) > 1 and not self._is_more(rest):
            self._plain(rest, line)
        self._date(value)

    def _linked(self, line: Line) -> None:
        runs = runs_of(self.reading, line)
        alone = True
        if len(runs) > 1:
            if any(link is not None and len(text) >= HEADLINE for text, link in runs):  # drop the column's name
                runs = [(text, link) for text, link in runs if link is None or len(text) > _SHORT_LINK]
            alone = sum(link is not None and len(text) > 1 for text, link in runs) < 2
        for text, link in runs:
            rest, value = self._without_date(text)
            if len(rest) < 2:
                self._date(value)
            elif not self._is_more(rest):
                if (href := link_target(link)) is not None:
                    self._title(rest, href, line, alone=alone)
                else:
                    self._plain(rest, line)
                self._date(value)

    def _without_date(self, text: str) -> tuple[str, datetime | None]:
        """Take the date off the text's end, or off its front where brackets set it apart; one in a sentence stays."""
        opened = text[0] in OPENING
        start = 0 if opened else max(0, len(text) - _DATE_LENGTH)
        may = opened or text[-1] in _DATE_ENDS or (start == 0 and text[0].isdecimal())
        if not may or not self.dated.search(text, start):
            return trimmed(text), None
        if self.year_hint is not None and (short := _SHORT_DATE.search(text, start)):
            dates = find_dates(f"{short[1]} 00:00", zone=self.zone, year_hint=self.year_hint, limit=1)
            if dates and dates[0].value:
                return trimmed(text[: short.start()]), dates[0].value
        for date in find_dates(text[start:], zone=self.zone, now=self.reading.now, year_hint=self.year_hint, limit=4):
            begin, end = start + date.start, start + date.end
            before, after = trimmed(text[:begin]), trimmed(text[end:])
            if not after or (not before and begin and text[end : end + 1] in CLOSING):
                return (before or after), date.value
            if not before and len(after) < 12 and _WORDS_BESIDE_DATE.match(after):
                return "", date.value
        return trimmed(text), None

    def _is_more(self, text: str) -> bool:
        """Tell a link to more, a counter, or the mark of an advert."""
        if len(text) > _LONGEST_MORE:
            return False
        return self.reading.lexicon.more.match(text.strip(_BRACKETS) if text[0] in OPENING else text) is not None

    def _is_counter(self, text: str) -> bool:
        """Tell an entry's number of comments (3跟贴)."""
        return _DIGIT.search(text) is not None and self._is_more(text)

    def _title(self, text: str, href: str | None, line: Line, *, alone: bool) -> None:
        known = (self.by_link.get(href) if href else None) or self.by_title.get(text)
        if known is not None:
            if known in self.items[-_LOOK_BACK:]:
                known.href = known.href or href
                _again(known, text)
            return
        kind = _kind(line.box)
        if kind != self.kind and line.index < self.card_end:
            return
        if text.isdecimal() or (text[0] in OPENING and _COLUMN.match(text)):
            return
        item = Item(text, href, line, kind, alone, published_at=self.early_date)
        self.early_date = None
        if self.early_image and (href is None or link_target(self.early_image.link) in (href, None)):
            item.image_url = self._address(self.early_image)
        self.early_image = None
        if self.kind is None and alone and len(text) >= HEADLINE:
            self.kind = kind if kind in self.kinds else None
            self.kinds.add(kind)
        if kind == self.kind and self.items:
            self.card_end = _card_end(line, self.items[-1].line)
        self.items.append(item)
        self.by_title[text] = item
        if href:
            self.by_link[href] = item

    def _date(self, value: datetime | None) -> None:
        if value is None:
            return
        if self.items and self.items[-1].published_at is None and self.early_image is None:
            self.items[-1].published_at = value
        else:
            self.early_date = value

    def _plain(self, text: str, line: Line) -> None:
        """Text that is no link: a title shown again, a title of a list without links, or a summary."""
        last = self.items[-1] if self.items else None
        if last and text == last.title:
            return
        if self.headed:
            if line.box.heading:
                self._title(text, None, line, alone=True)
                return
        elif self.bare and (last is None or last.href is None) and self._repeats(text):
            self._title(text, None, line, alone=True)
            return
        if last and last.summary is None and len(text) >= _SHORTEST_SUMMARY:
            if _WORDS.search(text) and (len(text) > _LONGEST_NOISE or not self.reading.lexicon.noise.match(text)):
                last.summary = text
        elif self.bare and not self.headed and len(text) <= _LONGEST_TITLE and text[-1] not in END_PUNCTUATION:
            self._title(text, None, line, alone=True)

    def _repeats(self, text: str) -> bool:
        if self.counts is None:
            self.counts = Counter(squeeze(line.text) for line in self.lines)
        return self.counts[squeeze(text)] > 1


def _card_end(title: Line, before: Line) -> int:
    """Where the largest box ends that holds a title but not the one before."""
    box: Box = title.box
    while box.parent is not None and box.parent.first > before.index:
        box = box.parent
    return box.last


def _again(item: Item, text: str) -> None:
    """The same link once more: the title repeated, a fuller title, or the summary as a link."""
    if item.title.startswith(text.rstrip(".…")):
        return
    rest = text[len(item.title) :].strip()
    if text.startswith(item.title) and len(rest) >= _SHORTEST_SUMMARY:
        item.summary = item.summary or (text if rest[0] in END_PUNCTUATION else rest)
    elif item.title.endswith(_CUT) and squeeze(text).startswith(squeeze(item.title).rstrip(".…")):
        if not text.endswith(_CUT):
            item.title = text
    elif item.summary is None and len(text) >= _SHORTEST_SUMMARY:
        item.summary = text
