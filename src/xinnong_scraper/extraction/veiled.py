"""Text that stands in the page, veiled until a script has run: ``visibility: hidden`` or ``opacity: 0`` on its box."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..walk import read_outline
from .reading import Similarity, is_sentence

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from ..blocks import Box, Line
    from ..page import Page

__all__ = ["unveil"]

_VEIL = re.compile(r"(?:visibility\s*:\s*hidden|opacity\s*:\s*0)\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
_VEILED: Final = '[style*="visibility"], [style*="opacity"]'
_MOST: Final = 200  # veiled elements that are looked at
_LEAST: Final = 100  # characters
_ARTICLE: Final = 300  # characters of a text beside other texts
_SENTENCES: Final = 3
_TO_HEADLINE: Final = 24  # lines
_SHORTEST: Final = 6  # characters of a headline that only the document's title tells


def unveil(page: Page, *, shows_little: bool) -> bool:
    """Take the veils off the article's text and read the page's lines anew; say whether there were any.

    Where a page shows little, a longer text is enough, else it has to be running text. Either stands right below the
    headline: veiled text elsewhere, with many links or without sentences is a menu, a dialogue or written for search
    engines.
    """
    if "visibility" not in page.html:
        return False
    veiled = [node for node in _veiled(page.tree) if (len(node.text()) >= _LEAST if shows_little else _runs(node))]
    if not veiled:
        return False
    shown, styles = page.outline, [node.attributes["style"] or "" for node in veiled]
    for node, style in zip(veiled, styles, strict=True):
        node.attrs["style"] = _VEIL.sub("", style)
    page.outline = read_outline(page.tree)
    boxes = {box.node.mem_id: box for box in page.outline.boxes}
    belong = [(box := boxes.get(node.mem_id)) is not None and _is_headed(page, box) for node in veiled]
    for node, style, belongs in zip(veiled, styles, belong, strict=True):
        if not belongs:
            node.attrs["style"] = style
    if not any(belong):
        page.outline = shown
    elif not all(belong):
        page.outline = read_outline(page.tree)
    return any(belong)


def _veiled(tree: LexborHTMLParser) -> list[LexborNode]:
    return [node for node in tree.css(_VEILED)[:_MOST] if _VEIL.search(node.attributes.get("style") or "")]


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
    for line in reversed(lines[max(0, box.first - _TO_HEADLINE) : box.first]):
        if _is_headline(line, alike):
            return True
        if not line.link_chars and is_sentence(line.text):
            return False
    return any(_is_headline(line, alike) for line in lines[box.first : min(box.last, box.first + _TO_HEADLINE)])


def _is_headline(line: Line, alike: Similarity) -> bool:
    return not line.link_chars and (line.box.heading == 1 or (len(line.text) >= _SHORTEST and alike(line.text) > 0))
