"""The parts of a page: which boxes it has, in which they lie and which follow each other, by tag, class and id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..blocks import Box
    from ..page import Page

__all__ = ["page_parts"]

_MOST_BOXES: Final = 4_000
_MOST_PARTS: Final = 2_000
_MOST_CLASSES: Final = 4
_LONGEST_NAME: Final = 60
_NUMBER = re.compile(r"[0-9]+")


def page_parts(page: Page) -> frozenset[str]:
    """Name the parts of a page: ``a>b`` for a box in a box, ``a+b`` for one after another, and what its head declares.

    Numbers in names (``item-17``) are all the same, and so are neighbours of one name however many there are.

    >>> from xinnong_scraper.page import read_page
    >>> sorted(page_parts(read_page(b'<meta charset=gbk><div class="main"><h1>A</h1><p>B</p><p>C</p></div>')))
    ['charset=gbk', 'div.main>h1', 'div.main>p', 'h1+p', 'html>div.main', 'meta=charset']
    """
    parts: set[str] = set()
    for part in _all(page):
        parts.add(part)
        if len(parts) >= _MOST_PARTS:
            break
    return frozenset(parts)


def _all(page: Page) -> Iterator[str]:
    if page.decoded.declared:
        yield f"charset={page.decoded.declared.strip().lower()[:_LONGEST_NAME]}"
    for meta in page.outline.head.metas[:100]:
        attributes = meta.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
        yield f"meta={(name or ('charset' if 'charset' in attributes else '?')).strip().lower()[:_LONGEST_NAME]}"
    names: dict[int, str] = {}
    before: dict[int, str] = {}
    for box in page.outline.boxes[:_MOST_BOXES]:
        name = names[box.index] = _name(box)
        if box.parent is None:
            continue
        inside = box.parent.index
        yield f"{names.get(inside, 'html')}>{name}"
        last = before.get(inside)
        if last is not None and last != name:
            yield f"{last}+{name}"
        before[inside] = name


def _name(box: Box) -> str:
    """Name a box by its tag and what its class and id say."""
    hints = box.ident.split()[:_MOST_CLASSES]
    return f"{box.tag}.{_NUMBER.sub('#', '.'.join(hints))}"[:_LONGEST_NAME] if hints else box.tag
