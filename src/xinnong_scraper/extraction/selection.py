"""What a layout's selectors find: the strategy ``layout``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..normalize.dates import find_dates, parse_stamp
from ..normalize.names import split_names
from ..normalize.text import clean
from ..records import Crumb
from .reading import Candidate

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..layouts.model import Selector
    from .reading import Reading

__all__ = ["body_node", "propose_selected", "read_selector"]


def propose_selected(reading: Reading) -> None:
    """Propose, for every field that the layout has selectors for, what the first one with a hit finds."""
    for field, selectors in reading.layout.selectors.items():
        if field in ("body", "disclaimer", "teasers"):
            continue
        for selector in selectors:
            if (found := read_selector(reading, field, selector)) is not None:
                reading.propose(found)
                break


def body_node(reading: Reading) -> tuple[LexborNode, str] | None:
    """The element that the layout names as the body's, and the selector that found it."""
    for selector in reading.layout.selectors.get("body", ()):
        if selector.css and (node := reading.page.tree.css_first(selector.css)) is not None:
            return node, selector.css
    return None


def read_selector(reading: Reading, field: str, selector: Selector) -> Candidate | None:
    """Read a field, other than one that is a part of the page, by one selector; None where that gives no value."""
    if selector.meta is not None:
        stated = reading.metadata.by_name.get(selector.meta.lower())
        raw, node, rule = (stated.value, stated.node, f"meta:{selector.meta}") if stated else ("", None, "")
    else:
        node = reading.page.tree.css_first(selector.css or "")
        rule = f"css:{selector.css}"
        raw = ""
        if node is not None:
            raw = (node.attributes.get(selector.attribute) or "") if selector.attribute else node.text(separator=" ")
    text = clean(raw[:20_000])
    if text and selector.regex:
        match = re.search(selector.regex, text)
        text = (match[1] if match.re.groups else match[0]) if match else ""
    text = (text or "").strip()
    value = _value(reading, field, text, node) if text else None
    return Candidate(field, value, text, "layout", rule, node, 0.95) if value else None


def _value(reading: Reading, field: str, text: str, node: LexborNode | None) -> Any:  # noqa: ANN401  by field
    if field in ("published_at", "modified_at"):
        found = find_dates(text, zone=reading.layout.tzinfo, now=reading.now, limit=1, compact=True)
        return found[0] if found else parse_stamp(text, reading.layout.tzinfo)
    if field in ("authors", "editors"):
        return split_names(text)
    if field == "next_page_url":
        return reading.page.link(text)
    if field == "breadcrumb" and node is not None:
        links = [(clean(link.text()), link.attributes.get("href")) for link in node.css("a")]
        return [Crumb(name=name, url=reading.page.link(href)) for name, href in links if name]
    return text
