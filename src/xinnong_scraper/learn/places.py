"""How an element can be named by CSS so that the name holds on other pages of the site, the best names first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from .names import Names

__all__ = ["Place", "are_related", "first_hits", "names_of_box", "places_of"]

_MOST_AROUND: Final = 60
_MAX_UP: Final = 7
"""Elements around the one named that may take part in its name."""
_MAX_PLACES: Final = 16
_MAX_TRIED: Final = 150
_MAX_CLASSES: Final = 6
_MAX_SIBLINGS: Final = 40
_LANDMARKS: Final = frozenset({"h1", "article", "main", "time"})
_AROUND: Final = frozenset({"article", "main", "header", "nav", "h1"})
_STATED: Final = ("itemprop", "rel", "role", "aria-label")
_PLAIN_VALUE = re.compile(r"[A-Za-z][A-Za-z ]{1,29}$")


class Place(NamedTuple):
    """A CSS selector and how good a name it is."""

    rank: int
    """0 for an id or class made of words or a landmark; more for what is less sure to last."""
    css: str


def places_of(node: LexborNode, tree: LexborHTMLParser, names: Names) -> list[Place]:
    """Name the element in ways that no other element of its page answers to, best first."""
    own = _forms(node, names)
    likely = [*own, *islice(_within(node, own, names), _MAX_TRIED)]
    found = islice((place for place in likely if _only(tree, place.css, node)), _MAX_PLACES)
    return sorted(found, key=lambda place: (place.rank, len(place.css)))


def _within(node: LexborNode, own: list[Place], names: Names) -> Iterator[Place]:
    """The element's own names behind those of the elements around it, the nearest first."""
    inner = [*own, Place(4, node.tag or "*"), *_numbered(node)]
    around = node.parent
    for _ in range(_MAX_UP):
        if around is None or around.tag in (None, "body", "html", "-document"):
            return
        for outer in _forms(around, names):
            yield from (Place(outer.rank + form.rank + 1, f"{outer.css} {form.css}") for form in inner)
        around = around.parent


def _forms(node: LexborNode, names: Names) -> list[Place]:
    """The element's own names: id, what it is stated to be, classes, landmarks."""
    attributes, tag = node.attributes, node.tag or ""
    forms: list[Place] = []
    ident = attributes.get("id")
    if ident and (rank := names.rank(ident)) is not None:
        forms.append(Place(2 * rank, f"#{ident}"))
    for name in _STATED:
        value = attributes.get(name)
        if value and _PLAIN_VALUE.match(value):
            forms.append(Place(1, f'[{name}="{value}"]'))
    classes = list(dict.fromkeys((attributes.get("class") or "").split()))[:_MAX_CLASSES]
    ranked = [(rank, name) for name in classes if (rank := names.rank(name)) is not None]
    forms += [Place(2 * rank, f".{name}") for rank, name in ranked]
    forms += [Place(2 * rank + 1, f"{tag}.{name}") for rank, name in ranked]
    if tag in _LANDMARKS or (tag in _AROUND and not forms):
        forms.append(Place(1, tag))
    ordered = sorted(ranked)[:2]
    if len(ordered) == 2:
        forms.append(Place(2 * ordered[1][0] + 1, f".{ordered[0][1]}.{ordered[1][1]}"))
    return sorted(forms, key=lambda place: place.rank)


def _numbered(node: LexborNode) -> list[Place]:
    """The element's place among its siblings: the last resort."""
    position, sibling = 1, node.prev
    while sibling is not None and position <= _MAX_SIBLINGS:
        position += sibling.tag == node.tag
        sibling = sibling.prev
    return [Place(6, f"{node.tag}:nth-of-type({position})")] if position <= 4 else []


def _only(tree: LexborHTMLParser, css: str, node: LexborNode) -> bool:
    found = tree.css(css)
    return len(found) == 1 and found[0].mem_id == node.mem_id


def first_hits(css: str, trees: Iterable[LexborHTMLParser]) -> tuple[int | None, ...]:
    """Tell which element a selector finds first on each page: selectors with the same answer name the same place."""
    nodes = (tree.css_first(css) for tree in trees)
    return tuple(None if node is None else node.mem_id for node in nodes)


def names_of_box(node: LexborNode, names: Names) -> list[str]:
    """The element's id and classes that can be relied on, as selectors."""
    return [place.css for place in _forms(node, names) if place.css[0] in "#." and place.css.count(".") < 2]


def are_related(first: LexborNode, second: LexborNode) -> bool:
    """Tell whether one element is the other or lies inside it."""
    return any(_is_inside(inner, outer) for inner, outer in ((first, second), (second, first)))


def _is_inside(inner: LexborNode, outer: LexborNode) -> bool:
    node: LexborNode | None = inner
    for _ in range(_MOST_AROUND):
        if node is None:
            return False
        if node.mem_id == outer.mem_id:
            return True
        node = node.parent
    return False
