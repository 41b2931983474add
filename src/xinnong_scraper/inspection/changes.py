"""What differs between two readings: of one page at two times, or of two pages of one portal."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from ..records import Article, Body, Disclaimer, Evidence
from .examining import inspect_page
from .places import SHARED
from .rows import FIELDS, shown, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ..layouts import Layout
    from .examining import Inspection, Subject

__all__ = ["Changes", "FieldChange", "PartChange", "describe_diff", "find_changes"]

Kind = Literal["changed", "new", "gone", "moved", "same"]

_MOST_PARTS: Final = 500  # of each kind
_MOST_NAMED: Final = 40  # of each kind in a text
_MOST_ITEMS: Final = 12  # of a list that are named
_LONGEST: Final = 200  # characters of a value in the text form
_MOST_CLASSES: Final = 4
_NUMBER = re.compile(r"[0-9]+")
_SAYS: Final = {"changed": "another value", "new": "only new", "gone": "only old", "moved": "found elsewhere"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in two records."""

    name: str
    kind: Kind
    """``moved`` where the value is the same and its evidence is not."""
    old: list[str]
    """The old value as text; of a list the items that the new one lacks."""
    new: list[str]
    old_evidence: Evidence | None
    new_evidence: Evidence | None

    @property
    def says(self) -> str:
        """The kind in words."""
        return _SAYS.get(self.kind, self.kind)

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """What of the evidence differs: its name, the old and the new."""
        old, new = _evidence(self.old_evidence), _evidence(self.new_evidence)
        return [(name, old[name], new[name]) for name in old if old[name] != new[name]]


@dataclass(frozen=True, slots=True)
class PartChange:
    """An element or a heading that only one page has, or that stands elsewhere."""

    kind: Literal["gone", "new", "moved"]
    name: str
    """Tag and classes of the element, digits as ``#``; or the heading's text."""
    note: str
    """How many there are, or where it stood and stands."""
    heading: bool = False
    """Whether it is a heading."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two readings."""

    outcome: tuple[str, str] | None
    """What the pages are, where they are not the same: ``article`` or the reason of the refusal."""
    layout: tuple[str, str] | None
    """The layouts by which they were read, where they differ."""
    fields: list[FieldChange]
    """All fields that either record has."""
    parts: list[PartChange]
    """Elements by tag and class, the most frequent first, then headings."""

    def named(self) -> tuple[list[PartChange], int]:
        """The first parts of each kind, and how many more there are."""
        by_kind: dict[str, list[PartChange]] = {}
        for part in self.parts:
            by_kind.setdefault(f"{part.kind} {part.heading}", []).append(part)
        some = [part for parts in by_kind.values() for part in parts[:_MOST_NAMED]]
        return some, len(self.parts) - len(some)

    @property
    def different(self) -> list[FieldChange]:
        """The fields that are not the same."""
        return [change for change in self.fields if change.kind != "same"]


def find_changes(old: Inspection, new: Inspection) -> Changes:
    """Compare two inspected pages, ``old`` and ``new``: their records and their structure."""
    outcomes = _outcome(old), _outcome(new)
    layouts = _layout(old), _layout(new)
    return Changes(
        outcomes if outcomes[0] != outcomes[1] else None,
        layouts if layouts[0] != layouts[1] else None,
        _fields(old.article, new.article),
        [*_elements(old, new), *_headings(old, new)],
    )


def describe_diff(
    old: Subject, new: Subject, *, url: str | None = None, layout: Layout | str | Path | None = None,
    now: datetime | None = None,
) -> str:  # fmt: skip
    """Say in lines of text what differs between two pages: in their records, and in the markup that holds them.

    ``old`` and ``new`` are what :func:`inspect_page` takes; ``url``, ``layout`` and ``now`` count for both. Raises
    LayoutError, and TypeError for an argument of another type.
    """
    first, second = (inspect_page(page, url=url, layout=layout, now=now) for page in (old, new))
    return "".join(f"{line}\n" for line in _lines(find_changes(first, second)))


def _outcome(found: Inspection) -> str:
    return "article" if found.article is not None else str(getattr(found.error, "reason", type(found.error).__name__))


def _layout(found: Inspection) -> str:
    return (found.article.layout if found.article is not None else None) or "none"


def _fields(old: Article | None, new: Article | None) -> list[FieldChange]:
    """Compare all fields; one that follows from another is no news where both have moved."""
    found = {name: change for name in FIELDS if (change := _field(name, old, new))}
    for name, base in SHARED.items():
        if name in found and base in found and found[name].kind == found[base].kind == "moved":
            del found[name]
    return list(found.values())


def _field(name: str, old: Article | None, new: Article | None) -> FieldChange | None:
    values = [_items(value_of(article, name)) for article in (old, new)]
    if not values[0] and not values[1]:
        return None
    first, second = (article.evidence.get(name) if article is not None else None for article in (old, new))
    kind: Kind = "changed" if values[0] and values[1] else "new" if values[1] else "gone"
    if values[0] == values[1]:
        kind = "same" if _evidence(first) == _evidence(second) else "moved"
        return FieldChange(name, kind, values[0], values[1], first, second)
    only = [list((Counter(mine) - Counter(other)).elements()) for mine, other in (values, values[::-1])]
    return FieldChange(name, kind, only[0] or values[0], only[1] or values[1], first, second)


def _items(value: Any) -> list[str]:  # noqa: ANN401  by field
    if isinstance(value, Body):
        value = value.blocks
    elif isinstance(value, Disclaimer):
        value = [*filter(None, [value.heading]), *value.clauses]
    return [shown(item, 2_000) for item in (value if isinstance(value, list) else [value]) if item is not None]


def _evidence(evidence: Evidence | None) -> dict[str, str]:
    if evidence is None:
        return {"rule": "", "path": ""}
    return {"rule": f"{evidence.strategy} · {evidence.rule}", "path": evidence.path or ""}


def _elements(old: Inspection, new: Inspection) -> Iterator[PartChange]:
    """The kinds of elements that only one page has; a box and its copies count together."""
    first, second = _names(old), _names(new)
    for kind, mine, other in (("gone", first, second), ("new", second, first)):
        only = [(name, count) for name, count in mine.most_common() if name not in other]
        for name, count in only[:_MOST_PARTS]:
            yield PartChange(kind, name, f"{count:,} of them" if count > 1 else "one")  # type: ignore[arg-type]


def _names(found: Inspection) -> Counter[str]:
    names: Counter[str] = Counter()
    for box in found.page.outline.boxes if found.page is not None else ():
        hints = box.ident.split()[:_MOST_CLASSES]
        names[".".join([box.tag, *(_NUMBER.sub("#", hint)[:60] for hint in hints)])] += 1
    return names


def _headings(old: Inspection, new: Inspection) -> Iterator[PartChange]:
    first, second = dict(reversed(old.headings)), dict(reversed(new.headings))
    for text, path in first.items():
        if text not in second:
            yield PartChange("gone", text, f"heading at {path}", heading=True)
        elif second[text] != path:
            yield PartChange("moved", text, f"heading from {path} to {second[text]}", heading=True)
    for text, path in second.items():
        if text not in first:
            yield PartChange("new", text, f"heading at {path}", heading=True)


def _lines(changes: Changes) -> Iterator[str]:
    for what, pair in (("outcome", changes.outcome), ("layout", changes.layout)):
        if pair:
            yield f"{what}: {pair[0]} -> {pair[1]}"
    yield "record:" if changes.different else "record: the same"
    for change in changes.different:
        yield f"  {change.name}: {change.says}"
        if change.kind != "moved":
            yield from _marked("-", change.old)
            yield from _marked("+", change.new)
        for name, old, new in change.found if change.old and change.new else ():
            yield f"    {name}: {old or 'none'} -> {new or 'none'}"
    if same := [change.name for change in changes.fields if change.kind == "same"]:
        yield f"  the same: {', '.join(same)}"
    yield "page:" if changes.parts else "page: the same elements"
    named, more = changes.named()
    for part in named:
        yield f"  {part.kind}: {part.name} ({part.note})"
    if more:
        yield f"  and {more} more"


def _marked(mark: str, items: list[str]) -> Iterator[str]:
    for item in items[:_MOST_ITEMS]:
        yield f"    {mark} {' '.join(item[:_LONGEST].split())}{'…' if len(item) > _LONGEST else ''}"
    if len(items) > _MOST_ITEMS:
        yield f"    {mark} and {len(items) - _MOST_ITEMS} more"
