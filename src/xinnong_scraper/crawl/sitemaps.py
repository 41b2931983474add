"""Sitemaps (sitemaps.org): the addresses that a portal itself names, and where the sitemaps are.

Read are ``urlset`` and ``sitemapindex`` under any prefix, packed or not, plain text with an address a line, and feeds,
which the protocol allows in their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from ..normalize.dates import parse_stamp
from ..normalize.urls import absolute
from .feeds import FEED_ROOTS, feed_of
from .markup import MOST_BYTES, Element, read_elements, unpacked, utf8_of

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Sitemap", "SitemapPage", "read_sitemap", "sitemaps_of_robots"]

MOST_PAGES: Final = 50_000
"""Addresses read of one sitemap, and sitemaps of one index: the limit of the protocol."""
_MOST_IN_ROBOTS: Final = 500
_LONGEST_URL: Final = 2_048  # characters, the protocol's limit
_XML = re.compile(rb"<[?!A-Za-z]")
_ROBOTS_LINE = re.compile(
    r"^[ \t\ufeff]{0,20}sitemap[ \t]{0,20}:[ \t]{0,20}([^\s#]{1,2048})", re.IGNORECASE | re.MULTILINE
)
_ZONE: Final = ZoneInfo("Asia/Shanghai")


class SitemapPage(NamedTuple):
    """One page of a sitemap."""

    url: str
    lastmod: datetime | None
    """When it changed, aware; a day alone is its beginning in China."""
    published_at: datetime | None = None
    """When it was published: ``publication_date`` of a news sitemap, or a feed's date."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names."""

    pages: tuple[SitemapPage, ...]
    indexes: tuple[str, ...]
    """Further sitemaps."""
    complete: bool
    """Whether it was read to its end; broken markup, too many bytes or addresses, and entities end the reading."""


def read_sitemap(data: bytes, url: str | None = None) -> Sitemap:
    """Read a sitemap of any kind; ``url`` is its address, from which relative links start.

    Never raises for what is in it: data that is no sitemap names nothing. At most 50 MB unpacked and 50,000 addresses
    are read.
    """
    plain = unpacked(bytes(data), MOST_BYTES + 1)
    utf8 = utf8_of(plain[:MOST_BYTES])
    if not _XML.match(utf8):
        return _read_text(utf8, url)
    collector = _Collector(url)
    complete = read_elements(utf8, collector.ended)
    if collector.in_feed:
        feed = feed_of(utf8, url)
        return Sitemap(tuple(SitemapPage(i.url, None, i.published_at) for i in feed.items), (), feed.complete)
    return Sitemap(tuple(collector.pages), tuple(collector.indexes), complete and len(plain) <= MOST_BYTES)


def sitemaps_of_robots(text: str, url: str | None = None) -> tuple[str, ...]:
    r"""Return the addresses of the ``Sitemap:`` lines of a robots.txt (RFC 9309, 2.2.4), in order, each once.

    They should be absolute; a relative one starts from ``url``.

    >>> sitemaps_of_robots("User-agent: *\nDisallow:\nSitemap: http://x.cn/sitemap.xml # all")
    ('http://x.cn/sitemap.xml',)
    """
    found: dict[str, None] = {}
    for line in _ROBOTS_LINE.finditer(text):
        if address := _address(line[1], url):
            found[address] = None
            if len(found) >= _MOST_IN_ROBOTS:
                break
    return tuple(found)


def _address(link: str, base: str | None) -> str | None:
    """Make an address absolute; None where it is none, or too long."""
    if not link or len(link) > _LONGEST_URL:
        return None
    found = absolute(link.replace("&amp;", "&"), base)  # some escape twice, and some inside CDATA
    return found if found is not None and found.startswith(("http://", "https://")) else None


def _read_text(utf8: bytes, base: str | None) -> Sitemap:
    """Read an address a line; a text that has other lines at its beginning is no sitemap."""
    pages: list[SitemapPage] = []
    for line in utf8.splitlines()[: MOST_PAGES + 1]:
        text = line.decode(errors="replace").strip()
        if text and not text.startswith(("http://", "https://")):
            return Sitemap(tuple(pages), (), complete=False)
        if (address := _address(text, base)) and len(pages) < MOST_PAGES:
            pages.append(SitemapPage(address, None))
    return Sitemap(tuple(pages), (), complete=len(pages) < MOST_PAGES)


class _Collector:
    """Gathers the children of the ``url`` or ``sitemap`` that is open."""

    def __init__(self, url: str | None) -> None:
        self.pages: list[SitemapPage] = []
        self.indexes: list[str] = []
        self.in_feed = False
        self._url = url
        self._loc = self._lastmod = self._published = ""

    def ended(self, element: Element) -> bool:
        names = element.names
        if names[0] in FEED_ROOTS:
            self.in_feed = True
            return False
        name, parent = names[-1], names[-2] if len(names) > 1 else ""
        if name == "loc":
            if parent in ("url", "sitemap"):  # an image and a video have one too
                self._loc = self._loc or element.text
        elif name == "lastmod":
            self._lastmod = self._lastmod or element.text
        elif name == "publication_date":
            self._published = self._published or element.text
        elif name in ("url", "sitemap"):
            self._entry(name)
        return len(self.pages) < MOST_PAGES and len(self.indexes) < MOST_PAGES and names[0] != "html"

    def _entry(self, name: str) -> None:
        address = _address(self._loc, self._url)
        if address is not None and name == "sitemap":
            self.indexes.append(address)
        elif address is not None:
            self.pages.append(SitemapPage(address, _moment(self._lastmod), _moment(self._published)))
        self._loc = self._lastmod = self._published = ""


def _moment(text: str) -> datetime | None:
    found = parse_stamp(text, _ZONE) if text else None
    return found.value if found else None
