"""CSS paths to nodes, so that a reader of the evidence finds the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["css_path"]

_MAX_STEPS: Final = 100  # of elements upwards; pages for readers have 10 to 30
_MAX_SIBLINGS: Final = 200_000  # looked at for one path: some hundredths of a second
_MAX_IDS: Final = 3  # looked up for one path; each is a pass over the tree
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}$")
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]{0,63}$")


def css_path(node: LexborNode | None) -> str | None:
    """Give a CSS selector that selects this element of its tree and no other.

    It leads step by step from the nearest ``id`` that is unique in the tree, or from the root. A step is
    ``tag:nth-of-type(n)`` where the tag alone would not do, ``:nth-child(n)`` for tags that CSS cannot name (``o:p``).
    None for what is no element of a tree, and where the path is longer than anybody would follow.
    """
    if node is None or not node.is_element_node:
        return None
    steps: list[str] = []
    budget = _Budget()
    current: LexborNode | None = node
    while current is not None and current.is_element_node:
        if anchor := _anchor(current, budget):
            return " > ".join([anchor, *reversed(steps)])
        step = _step(current, budget)
        if step is None or len(steps) >= _MAX_STEPS:
            return None
        steps.append(step)
        current = current.parent
    if current is None or not current.is_document_node:
        return None
    return " > ".join(reversed(steps))


class _Budget:
    """What one path may still cost."""

    __slots__ = ("ids", "siblings")

    def __init__(self) -> None:
        self.ids = _MAX_IDS
        self.siblings = _MAX_SIBLINGS


def _anchor(node: LexborNode, budget: _Budget) -> str | None:
    """Give ``tag#id`` where the id is unique in every case: pages in quirks mode do not tell A from a."""
    ident, tag = node.id, node.tag or ""
    if not ident or budget.ids <= 0 or not _PLAIN_ID.match(ident) or not _PLAIN_TAG.match(tag):
        return None
    if tag in ("html", "body"):
        return None
    budget.ids -= 1
    return f"{tag}#{ident}" if len(node.parser.css(f'[id="{ident}" i]')) == 1 else None


def _step(node: LexborNode, budget: _Budget) -> str | None:
    """Give the tag with its position among siblings where there are more of it; None where counting costs too much."""
    tag = node.tag or ""
    plain = _PLAIN_TAG.match(tag) is not None
    position, sibling = 1, node.prev
    while sibling is not None and budget.siblings > 0:
        budget.siblings -= 1
        position += sibling.tag == tag if plain else sibling.is_element_node
        sibling = sibling.prev
    if not plain:
        return f":nth-child({position})" if budget.siblings > 0 else None
    alone = position == 1
    sibling = node.next if alone else None
    while sibling is not None and budget.siblings > 0:
        budget.siblings -= 1
        if sibling.tag == tag:
            alone = False
            break
        sibling = sibling.next
    if budget.siblings <= 0:
        return None
    return tag if alone else f"{tag}:nth-of-type({position})"
