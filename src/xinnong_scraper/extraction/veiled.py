"""Text that stands in the page, veiled until a script has run: ``visibility: hidden`` or ``opacity: 0`` on its box."""

from __future__ import annotations

import re
from typing import Final

from ..page import Page
from ..walk import read_outline

__all__ = ["unveiled"]

_VEIL = re.compile(r"(?:visibility\s*:\s*hidden|opacity\s*:\s*0)\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
_VEILED: Final = '[style*="visibility"], [style*="opacity"]'
_LEAST: Final = 100  # characters


def unveiled(page: Page) -> Page | None:
    """Read the page again with the veils over longer texts taken off; None where there is none."""
    copy = Page(page.decoded, page.url)
    found = False
    for node in copy.tree.css(_VEILED)[:200]:
        style = node.attributes.get("style") or ""
        if _VEIL.search(style) and len(node.text()) >= _LEAST:
            node.attrs["style"] = _VEIL.sub("", style)
            found = True
    if not found:
        return None
    copy.outline = read_outline(copy.tree)
    return copy
