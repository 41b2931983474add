"""Recognising a portal by what its pages show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from ..normalize.urls import host
from .loading import GENERAL, builtin_layouts, load_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..blocks import Line
    from ..page import Page
    from .lexicon import Lexicon
    from .model import Layout

__all__ = ["HOST_WEIGHT", "choose_layout", "weigh_layouts"]

HOST_WEIGHT: Final = 100
"""The weight of a host of the portal's own, which no other signs reach."""
_NAMED: Final = 2  # a sign that carries the portal's name at a place where a page names its owner
_HINT: Final = 1  # a habit that few other sites share
_ENOUGH: Final = 2
_TOP_LINES: Final = 40  # a brand stands above the article
_LONGEST_HEADING: Final = 40  # characters
_FOOT_LINE: Final = 300  # characters of a copyright line at most, with licences and telephone numbers
_SEGMENT_MARKS = re.compile(r"[\s_|\-—–:：,，·]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def choose_layout(page: Page, layouts: Sequence[Layout] = ()) -> Layout:
    """Choose the layout that fits ``page``: one of ``layouts`` or a built-in portal, else the general one."""
    best, best_score = load_layout(GENERAL), 0
    for layout, score in weigh_layouts(page, layouts):
        if score > best_score:
            best, best_score = layout, score
    return best


def weigh_layouts(page: Page, layouts: Sequence[Layout] = ()) -> list[tuple[Layout, int]]:
    """Weigh the signs by which each of ``layouts`` and the built-in portals knows ``page``; 0 where they do not.

    A host of the portal's own weighs ``HOST_WEIGHT``, the portal's name where a page names its owner 2, a habit of its
    pages 1.
    """
    portals = [layout for layout in builtin_layouts() if layout.recognise.names or layout.recognise.hosts]
    outline = page.outline
    shown = "\n".join([outline.head.title, *[line.text for line in outline.lines if len(line.text) < 400]])
    shown += "\n".join([picture.attributes.get("alt") or "" for picture in outline.pictures if picture.at < _TOP_LINES])
    return [(layout, _score(page, layout, shown)) for layout in [*layouts, *portals]]


def _score(page: Page, layout: Layout, shown: str) -> int:
    signs = layout.recognise
    own_host = host(page.url) if page.url else None
    if own_host and any(own_host == h.lstrip(".") or own_host.endswith("." + h.lstrip(".")) for h in signs.hosts):
        return HOST_WEIGHT
    named = sum(_named(page, layout, name) for name in signs.names if name in shown)
    if not named:
        return 0
    lines = page.outline.lines
    top = " \n ".join(["", *[line.text for line in lines[: _TOP_LINES * 2]], ""])
    hints = any(f" {arrow} " in top for arrow in signs.arrows)
    short = [line.text for line in lines if len(line.text) <= _LONGEST_HEADING]
    headings = any(text.strip("【】:： ") in signs.headings for text in short)
    score = named + _HINT * hints + _HINT * headings
    return score if score >= _ENOUGH else 0


def _named(page: Page, layout: Layout, name: str) -> int:
    """Weigh the places where the page shows the name as its own, not in a text or among links to other sites."""
    outline = page.outline
    segments = _SEGMENT_MARKS.split(outline.head.title)
    score = _NAMED if name in segments or outline.head.title.endswith(name) else 0
    lines = outline.lines
    if any(line.text == name for line in lines[:_TOP_LINES]) or any(
        picture.at < _TOP_LINES and picture.attributes.get("alt") == name for picture in outline.pictures
    ):
        score += _HINT
    named = [line for line in lines if name in line.text and not line.all_link]
    if any(_is_notice(layout, line, name) or _is_imprint(page, layout, line, name) for line in named):
        score += _NAMED
    return score


def _is_notice(layout: Layout, line: Line, name: str) -> bool:
    """Recognise a clause on works that are not the portal's own, by the words of such clauses: 出处非(…)的作品."""
    if "非" not in line.text or not re.search(rf"非\s?[（(]?\s?{re.escape(name)}", line.text):
        return False
    return len(set(layout.lexicon.legal_words.findall(line.text))) >= 2


def _is_imprint(page: Page, layout: Layout, line: Line, name: str) -> bool:
    """Recognise a line of the page's foot that names its owner: © 2018 中国新农网, 中国新农网 版权所有 冀ICP备1号.

    The owner's name comes first, or right behind a word of the foot; friend links and texts have words before it.
    """
    text, lexicon = _own_text(page, line, name), layout.lexicon
    if len(text) > _FOOT_LINE:
        return False
    for place in re.finditer(re.escape(name), text):
        before, after = text[: place.start()], text[place.end() :]
        if _ends_with_sign(lexicon, before) or (not _HAN.search(before) and _starts_with_sign(lexicon, after)):
            return True
    return False


def _ends_with_sign(lexicon: Lexicon, text: str) -> bool:
    """Tell whether no word stands between the last sign of a page's foot and the text's end: 版权所有 © 2018."""
    ends = [found.end() for found in lexicon.footer.finditer(text)]
    if not ends and (rights := _rights(lexicon, text)):
        ends = [rights.end()]
    return bool(ends) and not _HAN.search(text[ends[-1] :])


def _starts_with_sign(lexicon: Lexicon, text: str) -> bool:
    """Tell whether the first word is a sign of a page's foot or a province before one: 2009 版权所有, 冀ICP备1号."""
    first = _HAN.search(text)
    if first and _rights(lexicon, text[first.start() :]):
        return True
    sign = lexicon.footer.search(text)
    return sign is not None and len(_HAN.findall(text[: sign.start()])) <= 1


def _rights(lexicon: Lexicon, text: str) -> re.Match[str] | None:
    """Find 版权所有 at the start: of the words that end a text one that is legal."""
    found = lexicon.end.match(text)
    return found if found and lexicon.legal_words.search(found[0]) else None


def _own_text(page: Page, line: Line, name: str) -> str:
    """The line without links to other sites that show the name."""
    text, own_host = line.text, host(page.url) if page.url else None
    if len(text) > _FOOT_LINE:
        return text
    for link in line.links:
        shown = clean(link.text())
        if name in shown and own_host and host(page.link(link.attributes.get("href")) or "") not in (None, own_host):
            text = text.replace(shown, " ")
    return text
