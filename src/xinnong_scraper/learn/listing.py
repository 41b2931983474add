"""List pages among the samples: what boxes hold the links to articles, and which the pager."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from ..normalize.text import clean
from .places import names_of_box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from .names import Names
    from .sample import Sample

__all__ = ["ListBox", "learn_lists"]

_HEADLINE: Final = 7
"""Characters of a link that reads like a headline."""
_LEAST: Final = 3
"""Links of a box."""
_MOST_UP: Final = 5
_MOST_LINKS: Final = 1_000
_MOST_BOXES: Final = 30
_PURE: Final = 0.8
_NUMBER = re.compile(r"\d{1,4}$")
_DIGITS = re.compile(r"\d+")
_SLUG = re.compile(r"[^/.]{16,}")


class ListBox(NamedTuple):
    """A box of links on list pages."""

    kind: str
    """``items`` or ``pager``, a key of ``[lists]``."""
    css: str
    pages: int
    """List pages that have it."""


def learn_lists(lists: Sequence[Sample], articles: Sequence[Sample], names: Names) -> list[ListBox]:
    """Give for the links to articles and for the pager the box that most list pages share."""
    shapes = {shape for sample in articles if (shape := _shape(sample.url))}
    items: Counter[str] = Counter()
    pagers: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for sample in lists:
        links = sample.page.tree.css("a[href]")[:_MOST_LINKS]
        meant = {link.mem_id for link in links if _is_item(sample, link, shapes)}
        turning = {link.mem_id for link in links if _turns(sample, link)}
        for css in _boxes(links, meant, names):
            found = _links_in(sample, css)
            good = sum(link.mem_id in meant for link in found)
            if good >= _LEAST and good >= _PURE * len(found):
                items[css] += 1
                covered[css] += good
        for css in _boxes(links, turning, names):
            found = _links_in(sample, css)
            good = sum(link.mem_id in turning for link in found)
            if good >= 2 and good >= _PURE * len(found):
                pagers[css] += 1
                covered[css] += good
    return [
        ListBox(kind, best, counts[best])
        for kind, counts in (("items", items), ("pager", pagers))
        if (best := _best(counts, covered)) is not None and 2 * counts[best] > len(lists)
    ]


def _best(counts: Counter[str], covered: Counter[str]) -> str | None:
    return min(counts, key=lambda css: (-counts[css], -covered[css], css[0] != "#", len(css)), default=None)


def _boxes(links: list[LexborNode], meant: set[int], names: Names) -> list[str]:
    """The names of the boxes that hold most of the links meant."""
    around = Counter(css for link in links if link.mem_id in meant for css in set(_around(link, names)))
    return [css for css, _ in around.most_common(_MOST_BOXES)]


def _around(link: LexborNode, names: Names) -> Iterator[str]:
    """The names of the boxes that a link stands in."""
    node = link.parent
    for _ in range(_MOST_UP):
        if node is None or node.tag in (None, "body", "html", "-document"):
            return
        yield from names_of_box(node, names)
        node = node.parent


def _links_in(sample: Sample, css: str) -> list[LexborNode]:
    return sample.page.tree.css(f"{css} a[href]")[:_MOST_LINKS]


def _is_item(sample: Sample, link: LexborNode, shapes: set[str]) -> bool:
    """Tell a link to an article: of an address made like those of the articles given, else one like a headline."""
    shape = _shape(sample.page.link(link.attributes.get("href")))
    if shape is not None and shape in shapes:
        return True
    return not shapes and shape is not None and "0" in shape and len(clean(link.text()[:200])) >= _HEADLINE


def _turns(sample: Sample, link: LexborNode) -> bool:
    """Tell a link of a pager: a number, or a word for the next page."""
    text = clean(link.text()[:40])
    pager = sample.reading.layout.pager
    return _NUMBER.match(text) is not None or text in (*pager.next, *pager.previous, *pager.around)


def _shape(url: str | None) -> str | None:
    """What addresses of one kind share: the path with numbers and long names made alike."""
    try:
        path = urlsplit(url or "").path
    except ValueError:
        return None
    return _SLUG.sub("0", _DIGITS.sub("0", path[:300])) if path.strip("/") else None
