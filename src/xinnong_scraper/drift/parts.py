"""The parts of a page: which boxes it has, in which they lie and which follow each other, by tag, class and id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..page import Page

__all__ = ["page_parts"]

_MOST_BOXES: Final = 4_000
_MOST_PARTS: Final = 2_000
_MOST_CLASSES: Final = 4
_MOST_METAS: Final = 100
_MOST_PICTURES: Final = 200
_LONGEST_NAME: Final = 60
_NUMBER = re.compile(r"[0-9]+")


def page_parts(page: Page) -> frozenset[str]:
    """Name the parts of a page: ``a>b`` for b in a, ``a+b`` for one box after another, and what its head declares.

    Numbers in names (``item-17``) are all the same, and so are neighbours of one name however many there are. Of a
    picture the attributes count (``img@data-src``), since they tell how it is loaded.

    >>> from xinnong_scraper.page import read_page
    >>> sorted(page_parts(read_page(b'<meta charset=gbk><div class="main"><h1>A</h1><p>B</p><p>C</p></div>')))
    ['charset=gbk', 'div.main>h1', 'div.main>p', 'h1+p', 'h1>text', 'html>div.main', 'meta=charset', 'p>text']
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
    for meta in page.outline.head.metas[:_MOST_METAS]:
        attributes = meta.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
        yield f"meta={(name or ('charset' if 'charset' in attributes else '?')).strip().lower()[:_LONGEST_NAME]}"
    names: dict[int, str] = {}
    yield from _boxes(page, names)
    yield from _texts(page, names)
    for picture in page.outline.pictures[:_MOST_PICTURES]:
        for attribute in picture.attributes:
            yield f"img@{attribute[:_LONGEST_NAME]}"


def _boxes(page: Page, names: dict[int, str]) -> Iterator[str]:
    """Say which box is in which and which follows which, and note their names by number."""
    before: dict[int, str] = {}
    for box in page.outline.boxes[:_MOST_BOXES]:
        name = names[box.index] = _name(box.tag, box.ident)
        if box.parent is None:
            continue
        inside = box.parent.index
        yield f"{names.get(inside, 'html')}>{name}"
        last = before.get(inside)
        if last is not None and last != name:
            yield f"{last}+{name}"
        before[inside] = name


def _texts(page: Page, names: dict[int, str]) -> Iterator[str]:
    """Say in which elements the texts of a box stand."""
    seen: set[int] = set()
    for line in page.outline.lines[:_MOST_BOXES]:
        own = line.box.node.mem_id
        for _, node in line.parts:
            if node.mem_id not in seen:
                seen.add(node.mem_id)
                name = "text" if node.mem_id == own else _name(node.tag or "?", node.attributes.get("class") or "")
                yield f"{names.get(line.box.index, '?')}>{name}"


def _name(tag: str, hints: str) -> str:
    """Name an element by its tag and what its class and id say."""
    words = hints.lower().split()[:_MOST_CLASSES]
    return f"{tag}.{_NUMBER.sub('#', '.'.join(words))}"[:_LONGEST_NAME] if words else tag
