"""The learned layout against the general engine, on the pages that it was learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .sample import compared, likeness
from .texts import read_with
from .writing import render

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ..layouts import Layout
    from .sample import Sample
    from .writing import Draft

__all__ = ["FIELDS_OF_LABELS", "Outcome", "compare", "without_harm"]

_PARTS: Final = (("headings",), ("labels",), ("exclude",), ("lines",), ("selectors", "body"))
"""What may harm a field that it does not name, the first to be given up first."""
FIELDS_OF_LABELS: Final = {"author": "authors", "editor": "editors", "published": "published_at"}
"""The field that a key of ``[labels]`` is for, where it has another name."""
_MOST_ROUNDS: Final = 6
_LOST: Final = 0.5
"""Of a text, what it may lose at most as boilerplate."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the layout changes on the pages."""

    found: dict[str, int]
    """By field, pages on which only the layout finds it."""
    changed: dict[str, int]
    """By field, pages on which both find it, and not the same."""
    lost: dict[str, int]
    """By field, pages on which only the engine finds it, or on which a field changes that the layout does not name."""


def compare(layout: Layout, samples: Sequence[Sample], *, labels: Collection[str] = ()) -> Outcome:
    """Read every page by the layout and compare with the engine's reading; ``labels`` are those that it learned."""
    outcome = Outcome({}, {}, {})
    named = {*layout.selectors, "site_name"} | {FIELDS_OF_LABELS.get(label, label) for label in labels}
    if layout.exclude or layout.lines.boilerplate or "body" in layout.selectors:
        named |= {"body", "images"}
    for sample in samples:
        general, ours = compared(sample.article), read_with(layout, sample)
        for field in {**general, **ours}:
            before, after = general.get(field), ours.get(field)
            if _same(field, before, after):
                continue
            if before is None:
                into = outcome.found
            elif (
                (after is None and not (field == "images" and layout.exclude))
                or field not in named
                or (field == "body" and _loses(before, after))
            ):
                into = outcome.lost
            else:
                into = outcome.changed
            into[field] = into.get(field, 0) + 1
    return outcome


def _same(field: str, before: Any, after: Any) -> bool:  # noqa: ANN401  by field
    if field == "body" and before and after:
        return likeness(before, after) >= 1.0
    return bool(before == after)


def _loses(before: Any, after: Any) -> bool:  # noqa: ANN401  by field
    """Tell whether a text became another one by losing most of itself."""
    return len(after) < _LOST * len(before) and after in before


def without_harm(draft: Draft, samples: Sequence[Sample], build: Callable[[str], Layout]) -> tuple[Draft, Outcome]:
    """Give up the parts of the draft that cost a field on one of the pages."""
    outcome = _tried(draft, samples, build)
    for _ in range(_MOST_ROUNDS):
        if not outcome.lost:
            break
        own = [("selectors", field) for field in outcome.lost if field in draft.data.get("selectors", {})]
        candidates = [path for path in (*own, *_PARTS) if _has(draft.data, path)]
        for path in candidates:
            smaller = draft.without(*path)
            result = _tried(smaller, samples, build)
            if sum(result.lost.values()) < sum(outcome.lost.values()):
                draft, outcome = smaller, result
                break
        else:
            break
    return draft, outcome


def _tried(draft: Draft, samples: Sequence[Sample], build: Callable[[str], Layout]) -> Outcome:
    return compare(build(render(draft)), samples, labels=draft.data.get("labels", {}))


def _has(data: dict[str, Any], path: tuple[str, ...]) -> bool:
    for part in path:
        if part not in data:
            return False
        data = data[part]
    return True
