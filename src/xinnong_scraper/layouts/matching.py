"""Recognising a portal by what its pages show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.urls import host
from .loading import GENERAL, builtin_layouts, load_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page import Page
    from .model import Layout

__all__ = ["choose_layout"]

_NAMED: Final = 2  # a sign that carries the portal's name at a place where a page names its owner
_HINT: Final = 1  # a habit that few other sites share
_ENOUGH: Final = 2
_TOP_LINES: Final = 40  # a brand stands above the article
_BOTTOM_LINES: Final = 30  # a copyright line below everything else


def choose_layout(page: Page, layouts: Sequence[Layout] = ()) -> Layout:
    """Choose the layout that fits the page: one of ``layouts`` or a built-in portal, else the general one."""
    best, best_score = load_layout(GENERAL), 0
    portals = [layout for layout in builtin_layouts() if layout.recognise.names or layout.recognise.hosts]
    outline = page.outline
    shown = "\n".join([outline.head.title, *(line.text for line in outline.lines if len(line.text) < 400)])
    shown += "\n".join(picture.attributes.get("alt") or "" for picture in outline.pictures if picture.at < _TOP_LINES)
    for layout in [*layouts, *portals]:
        score = _score(page, layout, shown)
        if score > best_score:
            best, best_score = layout, score
    return best


def _score(page: Page, layout: Layout, shown: str) -> int:
    signs = layout.recognise
    own_host = host(page.url) if page.url else None
    if own_host and any(own_host == h.lstrip(".") or own_host.endswith("." + h.lstrip(".")) for h in signs.hosts):
        return 100
    named = sum(_named(page, name) for name in signs.names if name in shown)
    if not named:
        return 0
    lines = page.outline.lines
    hints = any(f" {arrow} " in f" {line.text} " for arrow in signs.arrows for line in lines[: _TOP_LINES * 2])
    headings = any(line.text.strip("【】:： ") in signs.headings for line in lines)
    score = named + _HINT * hints + _HINT * headings
    return score if score >= _ENOUGH else 0


def _named(page: Page, name: str) -> int:
    """Weigh the places where the page shows the name as its own, not in a text or among links to other sites."""
    outline = page.outline
    segments = re.split(r"[\s_|\-—–:：,，·]+", outline.head.title)
    score = _NAMED if name in segments or outline.head.title.endswith(name) else 0
    lines = outline.lines
    if any(line.text == name for line in lines[:_TOP_LINES]) or any(
        picture.at < _TOP_LINES and picture.attributes.get("alt") == name for picture in outline.pictures
    ):
        score += _HINT
    own = re.compile(
        rf"非\s?[（(]?\s?{re.escape(name)}|(?:©|版权所有|Copyright)[^。]{{0,40}}{re.escape(name)}|{re.escape(name)}[^。]{{0,12}}版权所有"
    )
    if any(own.search(line.text) for line in lines if name in line.text and not line.all_link):
        score += _NAMED
    return score
