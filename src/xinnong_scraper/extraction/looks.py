"""How a line is set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..blocks import Box, Line

__all__ = ["is_centred"]

_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)


def is_centred(line: Line) -> bool:
    """Tell whether the line's own box centres it."""
    box: Box | None = line.box
    for _ in range(2):
        if box is None or box.last - box.first > 1:
            return False
        attributes = box.node.attributes
        if (
            box.tag == "center"
            or (attributes.get("align") or "").lower() == "center"
            or _CENTRED.search(attributes.get("style") or "")
        ):
            return True
        box = box.parent
    return False
