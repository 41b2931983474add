"""Feeds: the newest articles of a portal, with their titles and times.

RSS 0.9x, 1.0 and 2.0, and Atom (RFC 4287), in any encoding that pages have. feedparser reads more
fields, but the address, the title and the time are all that a crawl asks for, and it would cost two more packages, a
quarter to half a second to load, several times the time an item, and a second or more for a bomb of entities, which
is refused here at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from ..normalize.dates import parse_stamp
from ..normalize.text import clean
from ..normalize.urls import absolute
from .markup import Element, read_elements, unpacked, utf8_of

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["FEED_ROOTS", "Feed", "FeedItem", "feed_of", "read_feed"]

MOST_ITEMS: Final = 10_000
_LONGEST_URL: Final = 2_048
FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf"})
_ITEMS: Final = frozenset({"item", "entry"})
_DATES: Final = ("published", "pubdate", "issued", "created", "date", "updated", "modified")
"""Elements that hold a time, the first being the one of publication most surely; ``date`` is Dublin Core's."""
_TAG = re.compile(r"<[^<>]{0,300}>")
_ZONE: Final = ZoneInfo("Asia/Shanghai")


class FeedItem(NamedTuple):
    """One article of a feed."""

    url: str
    title: str | None
    published_at: datetime | None
    """Aware; a stamp without an offset is taken to be China's time."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed lists."""

    items: tuple[FeedItem, ...]
    complete: bool
    """Whether it was read to its end: broken markup ends the reading, and so do 10,000 items."""


def read_feed(data: bytes, url: str | None = None) -> Feed:
    """Read a feed; ``url`` is its address, from which relative links start.

    Never raises for what is in it. Data that is no feed has no items.
    """
    return feed_of(utf8_of(unpacked(bytes(data))), url)


def feed_of(utf8: bytes, url: str | None) -> Feed:
    """Read a feed that is unpacked and in UTF-8 already."""
    collector = _Collector(url)
    complete = read_elements(utf8, collector.ended)
    return Feed(tuple(collector.items), complete)


class _Collector:
    """Gathers the children of the item that is open."""

    def __init__(self, url: str | None) -> None:
        self.items: list[FeedItem] = []
        self._url = url
        self._found: dict[str, str] = {}
        self._known: set[str] = set()

    def ended(self, element: Element) -> bool:
        names = element.names
        if names[0] not in FEED_ROOTS:
            return False
        if len(names) > 1 and names[-2] in _ITEMS:
            self._child(names[-1], element)
        elif names[-1] in _ITEMS:
            self._item(element)
        return len(self.items) < MOST_ITEMS

    def _child(self, name: str, element: Element) -> None:
        found, text = self._found, element.text
        if name == "link":
            href = element.attributes.get("href")
            if href is None:
                self._address("link", text, element.base)
            elif element.attributes.get("rel", "alternate") == "alternate":
                self._address("alternate", href, element.base)
        elif name in ("guid", "id"):
            if element.attributes.get("isPermaLink", "true").strip().lower() != "false":
                self._address("guid", text, None)
        elif name == "title" or name in _DATES:
            found.setdefault(name, text)

    def _address(self, name: str, link: str, base: str | None) -> None:
        if link and name not in self._found:
            start = absolute(base, self._url) if base else self._url
            self._found[name] = absolute(link.replace("&amp;", "&"), start) or ""

    def _item(self, element: Element) -> None:
        found, self._found = self._found, {}
        about = element.attributes.get("rdf:about", "")
        candidates = (found.get("alternate"), found.get("link"), found.get("guid"), about)
        url = next((u for u in candidates if u and u.startswith(("http://", "https://"))), None)
        if url is None or len(url) > _LONGEST_URL or url in self._known:
            return
        self._known.add(url)
        title = clean(_TAG.sub("", unescape(found.get("title", ""))))
        self.items.append(FeedItem(url, title or None, _date(found)))


def _date(found: dict[str, str]) -> datetime | None:
    for name in _DATES:
        if (text := found.get(name)) and (stamp := parse_stamp(text, _ZONE)):
            return stamp.value
    return None
