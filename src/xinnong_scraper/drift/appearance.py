"""What a page as a whole looks like: how its markup is written, and in which order its parts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..blocks import Line
    from ..page import Page
    from ..records import Article, Evidence

__all__ = ["page_values", "size"]

_LOOKED_AT: Final = 200_000
"""Characters of the markup that are looked at."""
_MOST_LINES: Final = 3_000
_START: Final = 24
"""Characters by which a text is known again."""
_FEW, _SOME, _MANY = 0.1, 0.6, 1.2
_ORDERED: Final = ("breadcrumb", "title", "published_at", "source")
_INSIDE: Final = ("title", "published_at", "source")
"""Fields of which is told in which elements of their line they stand."""
_DEEPEST: Final = 6


class _Standing(NamedTuple):
    """Where a field stands."""

    name: str
    line: Line
    at: int
    """Characters of the line before it."""


def size(count: int) -> str:
    """Give a number up to a factor of two, as the smallest one that belongs there.

    >>> size(0), size(1), size(9), size(700)
    ('0', '1', '8', '512')
    """
    return str(1 << (count.bit_length() - 1)) if count > 0 else "0"


def page_values(page: Page, article: Article) -> dict[str, str]:
    """Give what a page looks like, by the names of the quantities."""
    declared = page.decoded.declared
    values = {"page.charset": f"{declared.strip().lower()[:40] if declared else 'undeclared'} {page.decoded.how}"}
    values |= _markup(page.html[:_LOOKED_AT])
    order = list(_order(page, article))
    values["page.order"] = " ".join(each.name for each in order)
    for name, line, at in order:
        if name == "title":
            values["page.above_title"] = size(line.index)
        if name in _INSIDE:
            values[f"{name}.inside"] = _inside(line, at)
    evidence = article.evidence.get("body")
    if evidence is not None and evidence.path and (node := page.tree.css_first(evidence.path)) is not None:
        values["body.links"] = size(len(node.css("a[href]")))
    return values


def _markup(html: str) -> dict[str, str]:
    """Say how the markup is written: what another generator does in another way."""
    tags = html.count("<") + 1
    paragraphs = html.count("<p>") + html.count("<p ")
    hidden = html.count("display:none") + html.count("display: none")
    return {
        "page.line_breaks": _share(html.count("\n") / tags),
        "page.capitals": "yes" if "<DIV" in html or "<TD" in html or "<P>" in html else "no",
        "page.entities": "many" if html.count("&#") > 0.5 * tags else "few",
        "page.paragraph_ends": "none" if html.count("</p>") < 0.5 * paragraphs else "all",
        "page.comments": size(html.count("<!--")),
        "page.hidden": size(hidden),
        "page.invisible": "yes" if "\u200b" in html else "no",
    }


def _share(share: float) -> str:
    return "none" if share < _FEW else "few" if share < _SOME else "some" if share < _MANY else "many"


def _order(page: Page, article: Article) -> Iterator[_Standing]:
    """Give fields in the order in which they stand."""
    evidence: dict[str, Evidence] = {name: article.evidence[name] for name in _ORDERED if name in article.evidence}
    starts: dict[str, str] = {name: each.raw[:_START] for name, each in evidence.items() if each.raw and each.path}
    text = next((block.text for block in article.body.blocks if block.text), None)
    if text:
        starts["body"] = text[:_START]
    for line in page.outline.lines[:_MOST_LINES]:
        if not starts:
            return
        found = [(line.text.index(start), name) for name, start in starts.items() if start in line.text]
        for at, name in sorted(found):
            del starts[name]
            yield _Standing(name, line, at)


def _inside(line: Line, at: int) -> str:
    """Name the elements, from the line's box inwards, around the character that stands at a place of the line."""
    left = sum(not char.isspace() for char in line.text[:at])
    box = inner = line.box.node
    for text, inner in line.parts:  # noqa: B007  the element that the place is in
        left -= sum(not char.isspace() for char in text)
        if left < 0:
            break
    tags: list[str] = []
    while inner.mem_id != box.mem_id and inner.parent is not None and len(tags) < _DEEPEST:
        tags.append(inner.tag or "?")
        inner = inner.parent
    return ">".join(reversed(tags)) or "text"
