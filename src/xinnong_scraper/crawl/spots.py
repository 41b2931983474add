"""The links of a page where a reader sees them, and the runs of like ones that they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..normalize.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from ..blocks import Attributes, Box, Line
    from ..page import Page

__all__ = ["Run", "Spot", "find_runs", "find_spots", "weight_of"]

MOST_SPOTS: Final = 8_000
"""Links looked at of one page; several often lead to one address."""
_GAP: Final = 12  # lines between two links of one run
_LISTS: Final = ("ul", "ol", "dl")
_LEVELS: Final = 4  # boxes that make links alike
_LATIN: Final = 0.4  # what a letter weighs against a Chinese character
_CUT: Final = ("…", "...", "..", "．．．")
_BULLETS: Final = "·•∙・●○◆◇■□▪▫▶►▸※◎⊙ \u3000"
_NO_HOST: Final = ("", "/", "?", "#", ":")

Key = tuple[object, ...]


class Spot:
    """A link in a line."""

    __slots__ = ("attributes", "date", "last", "line", "node", "text", "url", "weight")

    def __init__(self, node: LexborNode, attributes: Attributes, url: str, line: Line, text: str) -> None:
        self.node = node
        self.attributes = attributes
        self.url = url
        self.line = line
        self.last = line.index
        """Index of the last line that the link spans."""
        self.text = text
        self.weight = weight_of(text)
        self.date: datetime | None = None


class Run:
    """Links in boxes of the same kind, one soon after the other.

    They do not know their run: a cycle would keep a page's whole tree until the collector of garbage comes along.
    """

    __slots__ = ("last", "spots", "titles")

    def __init__(self) -> None:
        self.spots: list[Spot] = []
        self.titles = 0
        """How many read like headlines."""
        self.last = 0
        """Index of the last line."""


def weight_of(text: str) -> float:
    """Say how much a text tells: its Chinese characters, and its letters at two fifths of one.

    >>> weight_of("全市小麦返青"), weight_of("Wheat news")
    (6.0, 4.0)
    """
    if text.isascii():
        return len(text) * _LATIN
    wide = (len(text.encode("utf-8", "replace")) - len(text)) // 2
    return min(wide, len(text)) * (1.0 - _LATIN) + len(text) * _LATIN


def find_spots(page: Page, urls: dict[str, str | None]) -> dict[int, Spot]:
    """Find the links that have a text, in order, by the number of their element; ``urls`` remembers hrefs."""
    spots: dict[int, Spot] = {}
    for line in page.outline.lines:
        links = line.links
        if not links:
            continue
        alone = len(links) == 1 and line.all_link
        for node in links:
            known = spots.get(node.mem_id)
            if known is not None:
                _extend(known, line)
                continue
            attributes = node.attributes
            href = attributes.get("href")
            if not href:
                continue
            if href in urls:
                url = urls[href]
            else:
                url = urls[href] = page_address(page, href)
            if url is not None:
                text = (line.text if alone else clean(node.text())).lstrip(_BULLETS)
                spots[node.mem_id] = Spot(node, attributes, url, line, _whole(text, attributes))
                if len(spots) >= MOST_SPOTS:
                    return spots
    return spots


def page_address(page: Page, href: str) -> str | None:
    """Make a link absolute, without its fragment; None for what is no http(s) address."""
    url = page.link(href)
    if url is None or not url.startswith(("http://", "https://")) or url[url.index("//") + 2 :][:1] in _NO_HOST:
        return None
    return url.partition("#")[0] if "#" in url else url


def _extend(spot: Spot, line: Line) -> None:
    """Go on with a link that spans several lines: its heading, else its first text that tells something, names it."""
    spot.last = line.index
    if (line.box.heading and not spot.line.box.heading) or (spot.weight < 4 and not spot.line.box.heading):
        weight = weight_of(line.text)
        if weight > spot.weight or line.box.heading:
            spot.text, spot.weight = line.text, weight


def _whole(text: str, attributes: Attributes) -> str:
    """Give the title attribute where it holds the whole of a text that was cut."""
    if text.endswith(_CUT):
        title = clean(attributes.get("title") or "")
        stem = text.rstrip(".…．")
        if stem and title.startswith(stem):
            return title
    return text


def find_runs(spots: dict[int, Spot], least_title: float) -> list[Run]:
    """Put the links into runs: the same kinds of boxes around them, in the same list, a few lines apart at most."""
    runs: list[Run] = []
    open_runs: dict[Key, Run] = {}
    keys: dict[int, Key] = {}
    for spot in spots.values():
        box, at = spot.line.box, spot.line.index
        key = keys.get(box.index)
        if key is None:
            key = keys[box.index] = _key(box)
        run = open_runs.get(key)
        if run is None or at - run.last > _GAP:
            run = open_runs[key] = Run()
            runs.append(run)
        run.spots.append(spot)
        run.titles += spot.weight >= least_title
        run.last = spot.last
    return runs


def _key(box: Box) -> Key:
    """Describe where a box stands: the tags around it, its depth, and which list it is in."""
    tags: list[str] = []
    around: Box | None = box
    within = -1
    for _ in range(_LEVELS):
        if around is None:
            break
        tags.append(around.tag)
        if within < 0 and around.tag in _LISTS:
            within = around.index
        around = around.parent
    return (box.depth, within, *tags)
