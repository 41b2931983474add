"""CSS paths to nodes, so that a reader of the evidence finds the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["css_path"]

_MAX_STEPS: Final = 40  # of elements upwards; deeper nodes get the innermost part of their path
_MAX_SIBLINGS: Final = 2_000
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}$")
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]{0,63}$")


def css_path(node: LexborNode | None) -> str | None:
    """Give a CSS selector that leads to the element: from the nearest ``id`` or the root, step by step.

    A step is ``tag:nth-of-type(n)`` where the tag alone would not do.
    """
    if node is None:
        return None
    steps: list[str] = []
    current: LexborNode | None = node
    for _ in range(_MAX_STEPS):
        if current is None or current.tag is None or current.tag.startswith("-") or not _PLAIN_TAG.match(current.tag):
            break
        name = current.attributes.get("id")
        if name and _PLAIN_ID.match(name) and current.tag not in ("html", "body"):
            steps.append(f"{current.tag}#{name}")
            break
        steps.append(current.tag + _position(current))
        current = current.parent
    return " > ".join(reversed(steps)) or None


def _position(node: LexborNode) -> str:
    tag = node.tag
    if tag in ("html", "body", "head"):
        return ""
    position, same_behind = 1, False
    sibling = node.prev
    for _ in range(_MAX_SIBLINGS):
        if sibling is None:
            break
        position += sibling.tag == tag
        sibling = sibling.prev
    if position == 1:
        sibling = node.next
        for _ in range(_MAX_SIBLINGS):
            if sibling is None or same_behind:
                break
            same_behind = sibling.tag == tag
            sibling = sibling.next
        if not same_behind:
            return ""
    return f":nth-of-type({position})"
