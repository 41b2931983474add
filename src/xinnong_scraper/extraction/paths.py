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
        self._paths: dict[int, str | None] = {}
        self._ids: Counter[str] | None = None

    def path(self, node: LexborNode | None) -> str | None:
        """None for what is no element of a tree, and where the path is longer than anybody would follow."""
        if node is None or not node.is_element_node:
            return None
        number = node.mem_id
        if number not in self._paths:
            self._paths[number] = self._path(node)
        return self._paths[number]

    def _path(self, node: LexborNode) -> str | None:
        steps: list[str] = []
        budget = _Budget()
        current: LexborNode | None = node
        while current is not None and current.is_element_node:
            if anchor := self._anchor(current):
                return " > ".join([anchor, *reversed(steps)])
            step = _step(current, budget)
            if step is None or len(steps) >= _MAX_STEPS:
                return None
            steps.append(step)
            current = current.parent
        if current is None or not current.is_document_node:
            return None
        return " > ".join(reversed(steps))

    def _anchor(self, node: LexborNode) -> str | None:
        """Give ``tag#id`` where the id is unique in every case: pages in quirks mode do not tell A from a."""
        ident, tag = node.id, node.tag or ""
        if not ident or tag in ("html", "body") or not _PLAIN_ID.match(ident) or not _PLAIN_TAG.match(tag):
            return None
        if self._ids is None:
            self._ids = Counter([(element.id or "").lower() for element in node.parser.css("[id]")])
        return f"{tag}#{ident}" if self._ids[ident.lower()] == 1 else None


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
