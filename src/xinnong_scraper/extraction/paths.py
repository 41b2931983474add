"""CSS paths to nodes, so that a reader of the evidence finds the place."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["PathFinder"]

_MAX_STEPS: Final = 100  # of elements upwards; pages for readers have 10 to 30
_MAX_SIBLINGS: Final = 200_000  # looked at for one path: some hundredths of a second
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}$")
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]{0,63}$")


class PathFinder:
    """Gives CSS selectors that select one element of a tree and no other; one finder serves one tree.

    A path leads step by step from the nearest ``id`` that is unique in the tree, or from the root. A step is
    ``tag:nth-of-type(n)`` where the tag alone would not do, ``:nth-child(n)`` for tags that CSS cannot name (``o:p``).
    """

    def __init__(self) -> None:
        self._paths: dict[int, _Path | None] = {}
        self._ids: Counter[str] | None = None

    def path(self, node: LexborNode | None) -> str | None:
        """None for what is no element of a tree, and where the path is longer than anybody would follow."""
        if node is None or not node.is_element_node:
            return None
        chain: list[LexborNode] = []
        found: _Path | None = None
        current: LexborNode | None = node
        while current is not None and current.is_element_node:
            if current.mem_id in self._paths:
                found = self._paths[current.mem_id]
                break
            chain.append(current)
            if anchor := self._anchor(current):
                found = self._paths[chain.pop().mem_id] = (anchor, 0)
                break
            current = current.parent
        else:
            found = ("", 0) if current is not None and current.is_document_node else None
        budget = _Budget()
        for element in reversed(chain):
            found = self._paths[element.mem_id] = _below(found, element, budget)
        return found[0] if found else None

    def _anchor(self, node: LexborNode) -> str | None:
        """Give ``tag#id`` where the id is unique in every case: pages in quirks mode do not tell A from a."""
        ident, tag = node.id, node.tag or ""
        if not ident or tag in ("html", "body") or not _PLAIN_ID.match(ident) or not _PLAIN_TAG.match(tag):
            return None
        if self._ids is None:
            self._ids = Counter([(element.id or "").lower() for element in node.parser.css("[id]")])
        return f"{tag}#{ident}" if self._ids[ident.lower()] == 1 else None


_Path = tuple[str, int]
"""The text and the number of steps behind the anchor."""


def _below(path: _Path | None, node: LexborNode, budget: _Budget) -> _Path | None:
    """Go on by one step."""
    if path is None or path[1] >= _MAX_STEPS:
        return None
    step = _step(node, budget)
    if step is None:
        return None
    text, steps = path
    return (f"{text} > {step}" if text else step, steps + 1)


class _Budget:
    """What one path may still cost."""

    __slots__ = ("siblings",)

    def __init__(self) -> None:
        self.siblings = _MAX_SIBLINGS


def _step(node: LexborNode, budget: _Budget) -> str | None:
    """Give the tag with its position among siblings where there are more of it; None where counting costs too much."""
    tag = node.tag or ""
    plain = _PLAIN_TAG.match(tag) is not None
    number = node.tag_id
    position, sibling = 1, node.prev
    while sibling is not None and budget.siblings > 0:
        budget.siblings -= 1
        position += sibling.tag_id == number if plain else sibling.is_element_node
        sibling = sibling.prev
    if not plain:
        return f":nth-child({position})" if budget.siblings > 0 else None
    alone = position == 1
    sibling = node.next if alone else None
    while sibling is not None and budget.siblings > 0:
        budget.siblings -= 1
        if sibling.tag_id == number:
            alone = False
            break
        sibling = sibling.next
    if budget.siblings <= 0:
        return None
    return tag if alone else f"{tag}:nth-of-type({position})"
