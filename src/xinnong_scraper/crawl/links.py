"""Where a page leads: its links with what they are to a reader, told by structure and never by names of classes.

An **item** is a link in a run of like ones with texts like headlines, a **section** a short text in a menu, a
breadcrumb or over a box. A **pager** leads to the rest of a list; a further page of the article that is shown is a
**part**, which is read together with its first page and not crawled. What is none of these, or hidden, is **other**.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ..layouts import GENERAL, load_layout
from ..normalize.text import clean
from .entries import date_entries
from .pagers import find_pagers
from .spots import find_runs, find_spots, page_address, weight_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from ..layouts import Layout, Lexicon
    from ..page import Page
    from .spots import Run, Spot

__all__ = ["FoundLink", "LinkKind", "find_feeds", "read_links", "robots_of"]

LinkKind = Literal["item", "section", "pager", "part", "other"]

MOST_LINKS: Final = 5_000
"""Links given of one page, in the order of the page."""

_TITLE: Final = 8.0  # weight of a text like a headline
_LONG_TITLE: Final = 13.0  # and of one that is a headline among short texts too
_SHORT_TITLE: Final = 5.0  # and of one that counts where half of the texts around it are headlines
_ENTRY: Final = 4.0  # and of an entry that has a date, or stands among headlines
_MENU: Final = 10.0  # the most that a section's name weighs
_FOOT: Final = 40  # lines at the page's end, or a fifth of it, where what belongs to its foot may stand
_BESIDE: Final = 40  # characters beside a link from which on it stands in running text
_DATE: Final = 20  # characters that a date with what is around it takes
_RANKS: Final[dict[LinkKind, int]] = {"item": 4, "section": 3, "pager": 2, "part": 1, "other": 0}
_ROBOTS: Final = ("robots", "xinnong-scraper")
_SPLIT = re.compile(r"[\s,]+")
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_MOST_FEEDS: Final = 50
_UNSEEN: Final = "a[href],area[href],iframe[src],frame[src]"


class FoundLink(NamedTuple):
    """One address that a page leads to."""

    url: str
    """Absolute, http(s), without fragment."""
    text: str
    """What a reader sees: the title of an item; the alternative text of a picture; may be empty."""
    kind: LinkKind
    published_at: datetime | None = None
    """The date beside an item, aware; None too where it has no year and none can be known."""
    rel: tuple[str, ...] = ()
    """Its ``rel`` in lower case; ``nofollow`` also where the page's ``<meta name=robots>`` says so."""

    @property
    def nofollow(self) -> bool:
        """Whether the page asks not to follow it."""
        return "nofollow" in self.rel


def read_links(page: Page, *, layout: Layout | None = None, now: datetime | None = None) -> tuple[FoundLink, ...]:
    """Give the links of a page, each address once, in order; nothing that leads to itself or nowhere.

    ``layout`` gives the words and, where it has ``[lists]``, the selectors; left out, the general Chinese one.
    ``now`` is the clock for dates without a year. Where an address is linked several times, the clearest link counts.
    At most 5,000 are given.
    """
    layout = layout or load_layout(GENERAL)
    urls: dict[str, str | None] = {}
    spots = find_spots(page, urls)
    runs = find_runs(spots, _TITLE)
    lines = page.outline.lines
    pictured = {pic.link.mem_id: pic for pic in page.outline.pictures if pic.link is not None}
    shown = {address for node in pictured if (address := _href(pictured[node].link, page, urls)) is not None}
    for run in runs:
        if run.titles or len(run.spots) < 3 or len(run.spots[0].line.links) < 3:
            date_entries(run, lines, layout.tzinfo, now)
    sorter = _Sorter(layout.lexicon, shown, spots.values(), len(lines))
    kinds = {spot.node.mem_id: sorter.kind(spot, run) for run in runs for spot in run.spots}
    entries = {spot.line.index for ident, spot in spots.items() if kinds[ident] == "item"}
    kinds.update(find_pagers(spots.values(), lines, entries, layout, page.url))
    kinds.update(_stated(page, layout))
    gathered = _Gathered(page)
    for ident, spot in spots.items():
        date = spot.date if kinds[ident] == "item" else None
        gathered.add(spot.url, spot.text, kinds[ident], date, spot.attributes.get("rel"))
    for ident, picture in pictured.items():
        if ident not in spots and (url := _href(picture.link, page, urls)):
            text = clean(picture.attributes.get("alt") or "")
            kind: LinkKind = "item" if weight_of(text) >= _TITLE else "other"
            gathered.add(url, text, kinds.get(ident, kind), None, None)
    for node in page.tree.css(_UNSEEN):
        if gathered.full:
            break
        if node.mem_id not in spots and node.mem_id not in pictured:
            gathered.add_unseen(node, urls, kinds.get(node.mem_id, "other"))
    return gathered.links()


def find_feeds(page: Page) -> tuple[str, ...]:
    """Give the feeds that the page's head names: ``<link rel=alternate>`` with the type of RSS or Atom."""
    found: dict[str, None] = {}
    for node in page.outline.head.links[:500]:
        attributes = node.attributes
        if "alternate" not in (attributes.get("rel") or "").lower().split():
            continue
        if (attributes.get("type") or "").partition(";")[0].strip().lower() in _FEED_TYPES:
            url = page_address(page, attributes.get("href") or "")
            if url is not None and len(found) < _MOST_FEEDS:
                found[url] = None
    return tuple(found)


def robots_of(page: Page) -> frozenset[str]:
    """Give what ``<meta name=robots>`` says, in lower case: ``noindex``, ``nofollow``, ``none`` as both of them."""
    said: set[str] = set()
    for node in page.outline.head.metas[:500]:
        attributes = node.attributes
        if (attributes.get("name") or "").strip().lower() in _ROBOTS:
            said.update(filter(None, _SPLIT.split((attributes.get("content") or "").lower()[:1000])))
    return frozenset(said | {"noindex", "nofollow"} if "none" in said else said)


def _href(node: LexborNode | None, page: Page, urls: dict[str, str | None]) -> str | None:
    href = (node.attributes.get("href") or node.attributes.get("src")) if node is not None else None
    if not href:
        return None
    if href not in urls:
        urls[href] = page_address(page, href)
    return urls[href]


def _stated(page: Page, layout: Layout) -> dict[int, LinkKind]:
    """Take the kinds that a layout's selectors state: of links, or of all links in a box."""
    stated: dict[int, LinkKind] = {}
    rules: tuple[tuple[LinkKind, Collection[str]], ...] = (
        ("other", layout.lists.ignore), ("section", layout.lists.sections), ("pager", layout.lists.pager),
        ("item", layout.lists.items),
    )  # fmt: skip
    for kind, selectors in rules:
        for selector in selectors:
            for node in page.tree.css(selector)[:MOST_LINKS]:
                for link in [node] if node.tag == "a" else node.css("a[href]"):
                    stated[link.mem_id] = kind
    return stated


class _Sorter:
    """Says what a link is, from its text, its line and its run."""

    def __init__(self, lexicon: Lexicon, shown: Collection[str], spots: Iterable[Spot], lines: int) -> None:
        self._lexicon = lexicon
        self._shown = shown
        self._heaviest: dict[int, float] = {}
        for spot in spots:
            at = spot.line.index
            if spot.weight > self._heaviest.get(at, 0.0):
                self._heaviest[at] = spot.weight
        self._foot = lines - max(_FOOT, lines // 5)

    def kind(self, spot: Spot, run: Run) -> LinkKind:
        line, weight = spot.line, spot.weight
        if weight >= _ENTRY and self._is_item(spot, run):
            return "item"
        if weight > _MENU or not spot.text:
            return "other"
        if len(line.text) - line.link_chars > _BESIDE or self._in_foot(line):
            return "other"
        if len(line.links) <= 2 and self._lexicon.other_article.match(line.text):
            return "item" if weight >= 2 else "other"
        alone = line.link_chars * 2 >= len(line.text)
        menu = (len(run.spots) >= 3 and alone) or len(line.links) >= 2 or line.box.heading
        if menu or self._lexicon.more.match(spot.text) or spot.text.casefold() in self._lexicon.home:
            return "section"
        return "other"

    def _in_foot(self, line: Line) -> bool:
        return line.index >= self._foot and self._lexicon.footer.search(line.text[:1000]) is not None

    def _is_item(self, spot: Spot, run: Run) -> bool:
        line, weight = spot.line, spot.weight
        beside = len(line.text) - line.link_chars
        if spot.date is not None and beside <= _DATE * len(line.links):
            beside = 0  # many entries in one line, each with its date
        if beside > _BESIDE and not (line.text.startswith(spot.text) and len(run.spots) >= 3 and weight >= _TITLE):
            return False
        if not spot.date and self._in_foot(line):
            return False
        if spot.date is not None and (weight >= _TITLE or self._is_dated_entry(spot, run)):
            return True
        if weight >= _TITLE:
            among = len(run.spots) >= 2 and (run.titles * 4 >= len(run.spots) or weight >= _LONG_TITLE)
            if among or line.box.heading or spot.url in self._shown:
                return True
            return self._lexicon.other_article.match(line.text) is not None
        if len(run.spots) < 3 or len(line.links) > 2 or line.link_chars * 2 < len(line.text):
            return False
        return run.titles * 4 >= len(run.spots) * (3 if weight < _SHORT_TITLE else 2)

    def _is_dated_entry(self, spot: Spot, run: Run) -> bool:
        """Tell a short title with its date from the source in a byline, and from a reader who left a comment."""
        dated = sum(other.date is not None for other in run.spots[:20])
        few = len(run.spots) < 2 or dated * 2 < min(20, len(run.spots))
        told = run.titles > 0 or spot.weight >= _SHORT_TITLE
        beside_title = len(spot.line.links) <= 3 and spot.weight * 2 < self._heaviest[spot.line.index]
        return not few and told and not beside_title


class _Gathered:
    """The links by address; of several to one address the clearest counts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._own = page.url.partition("#")[0] if page.url else None
        self._nofollow = "nofollow" in robots_of(page)
        self._found: dict[str, tuple[str, LinkKind, datetime | None, tuple[str, ...]]] = {}

    @property
    def full(self) -> bool:
        return len(self._found) >= MOST_LINKS

    def add(self, url: str, text: str, kind: LinkKind, date: datetime | None, rel: str | None) -> None:
        known = self._found.get(url)
        if known is None and (url == self._own or self.full):
            return
        rels = tuple(rel.lower().split()) if rel else ()
        if known is not None:
            if (_RANKS[kind], weight_of(text)) <= (_RANKS[known[1]], weight_of(known[0])):
                text, kind = known[0], known[1]
            date = known[2] or date
            rels = tuple(word for word in known[3] if word != "nofollow" or "nofollow" in rels)
        self._found[url] = (text, kind, date, rels)

    def add_unseen(self, node: LexborNode, urls: dict[str, str | None], kind: LinkKind) -> None:
        """Add a link that a reader does not see as text: a frame, an area of a picture, a menu that is folded."""
        url = _href(node, self._page, urls)
        if url is None or url in self._found:
            return
        attributes = node.attributes
        text = attributes.get("alt") or attributes.get("title") or (node.text() if node.tag == "a" else "") or ""
        self.add(url, clean(text[:500]), kind, None, attributes.get("rel"))

    def links(self) -> tuple[FoundLink, ...]:
        extra = ("nofollow",) if self._nofollow else ()
        return tuple(
            FoundLink(url, text, kind, date, rel if not extra or "nofollow" in rel else (*rel, *extra))
            for url, (text, kind, date, rel) in self._found.items()
        )
