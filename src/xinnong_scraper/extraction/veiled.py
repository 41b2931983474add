"""Text that stands in the page, veiled until a script has run: ``visibility: hidden`` or ``opacity: 0`` on its box."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..page import Page
from ..walk import read_outline
from .reading import Similarity, prose_weight

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from ..blocks import Box, Line

__all__ = ["unveiled", "unveiled_article"]

_VEIL = re.compile(r"(?:visibility\s*:\s*hidden|opacity\s*:\s*0)\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
_VEILED: Final = '[style*="visibility"], [style*="opacity"]'
_MOST: Final = 200  # veiled elements that are looked at
_LEAST: Final = 100  # characters
_ARTICLE: Final = 300  # characters of a text beside other texts
_SENTENCES: Final = 3
_TO_HEADLINE: Final = 24  # lines
_SHORTEST: Final = 6  # characters of a headline that only the document's title tells
_BETWEEN: Final = 200  # weight as prose between a headline and its text


def unveiled(page: Page) -> Page | None:
    """Read the page again with the veils over longer texts taken off; None where there is none."""
    copy = Page(page.decoded, page.url)
    veiled = [node for node in _veiled(copy.tree) if len(node.text()) >= _LEAST]
    return _read_without(copy, veiled) if veiled else None


def unveiled_article(page: Page) -> Page | None:
    """Read the page again with the veils over running text below the headline taken off; None where there is none.

    Veiled text elsewhere, with many links or without sentences is a menu, a dialogue or written for search engines.
    """
    if "visibility" not in page.html or not any(map(_runs, _veiled(page.tree))):
        return None
    copy = Page(page.decoded, page.url)
    veiled = [node for node in _veiled(copy.tree) if _runs(node)]
    styles = [node.attributes["style"] for node in veiled]
    _read_without(copy, veiled)
    boxes = {box.node.mem_id: box for box in copy.outline.boxes}
    belong = [(box := boxes.get(node.mem_id)) is not None and _is_headed(copy, box) for node in veiled]
    if all(belong):
        return copy
    for node, style, belongs in zip(veiled, styles, belong, strict=True):
        if not belongs:
            node.attrs["style"] = style
    copy.outline = read_outline(copy.tree)
    return copy if any(belong) else None


def _veiled(tree: LexborHTMLParser) -> list[LexborNode]:
    return [node for node in tree.css(_VEILED)[:_MOST] if _VEIL.search(node.attributes.get("style") or "")]


def _read_without(page: Page, veiled: list[LexborNode]) -> Page:
    for node in veiled:
        node.attrs["style"] = _VEIL.sub("", node.attributes.get("style") or "")
    page.outline = read_outline(page.tree)
    return page


def _runs(node: LexborNode) -> bool:
    """Tell running text: some sentences, few of them links."""
    text = node.text()
    if len(text) < _ARTICLE or text.count("。") < _SENTENCES:
        return False
    return sum(len(link.text()) for link in node.css("a")) * 4 <= len(text)


def _is_headed(page: Page, box: Box) -> bool:
    """Tell whether a headline stands in a box or shortly above it, with no other text between."""
    lines = page.outline.lines
    alike = Similarity(page.outline.head.title)
    weight = 0
    for line in reversed(lines[max(0, box.first - _TO_HEADLINE) : box.first]):
        if _is_headline(line, alike):
            return True
        weight += prose_weight(line)
        if weight >= _BETWEEN:
            return False
    return any(_is_headline(line, alike) for line in lines[box.first : min(box.last, box.first + _TO_HEADLINE)])


def _is_headline(line: Line, alike: Similarity) -> bool:
    return not line.link_chars and (line.box.heading == 1 or (len(line.text) >= _SHORTEST and alike(line.text) > 0))
