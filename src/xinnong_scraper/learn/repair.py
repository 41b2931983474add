"""A layout whose selectors no longer fit: what still holds on newer pages, and what to put in place of the rest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..layouts import builtin_layouts, layout_source, load_layout, parse_layout
from ..layouts.model import Selector
from .lesson import learn_fields
from .names import Names
from .options import tried
from .sample import LEAST, read_samples, spread
from .texts import body_by
from .trial import Outcome, compare
from .writing import Draft, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..layouts import Layout
    from .sample import Sample
    from .votes import FieldLesson

__all__ = ["Repair", "SelectorCheck", "repair_layout"]

_HOLDS: Final = 0.6
"""Of the pages, on how many a selector must give a value, and of those on how many the right one."""


@dataclass(frozen=True, slots=True)
class SelectorCheck:
    """What one selector of the old layout does on the pages."""

    field: str
    """The field that it is for."""
    selector: Selector
    """The selector, as it stands in the old file."""
    pages: int
    """Articles that it was tried on."""
    hits: int
    """Pages on which it gives a value."""
    agree: int
    """Pages on which that is what the page says by its landmarks, or on which those say nothing."""

    @property
    def holds(self) -> bool:
        """Whether it is still the field's place on most pages."""
        return self.hits >= _HOLDS * self.pages and self.agree >= _HOLDS * self.hits


@dataclass(frozen=True, slots=True)
class Repair:
    """A proposal; nothing is changed by it."""

    layout: Layout
    """The layout as proposed."""
    toml: str
    """Its file, with the evidence as comments. Comments of the old file are not in it."""
    checks: tuple[SelectorCheck, ...]
    """Every selector of the old layout."""
    fields: tuple[FieldLesson, ...]
    """What was learned of the fields with a broken selector."""
    articles: int
    """Pages that are articles."""
    outcome: Outcome
    """What the proposal changes on these pages, compared with a layout without selectors."""

    @property
    def broken(self) -> tuple[SelectorCheck, ...]:
        """The selectors that no longer hold."""
        return tuple(check for check in self.checks if not check.holds)


def repair_layout(layout: str | Path, pages: Iterable[tuple[str | bytes, str | None]]) -> Repair:
    """Propose a changed layout for newer ``pages`` of its site, given as (html, url); the old file stays as it is.

    ``layout`` is the name of a built-in layout, or the path of a file. A selector that still gives the right value on
    most pages stays. In place of the others come selectors learned from the pages, or none: then the field is read by
    landmarks. Raises ``ValueError`` for fewer than three pages or fewer than two articles among them,
    :class:`~xinnong_scraper.errors.LayoutError` for a wrong layout.
    """
    old = load_layout(layout)
    data, folder = _own_data(layout)
    given = spread(pages)
    if len(given) < LEAST:
        raise ValueError(f"a layout is repaired by at least {LEAST} pages of its site, not {len(given)}")
    bare = old.model_copy(update={"selectors": {}, "exclude": ()})
    samples = read_samples(given, layout=bare)
    articles = [sample for sample in samples if sample.article is not None]
    if len(articles) < 2:
        raise ValueError(
            f"of {len(given)} pages {len(articles)} can be read as an article; a repair needs two at least"
        )
    names = Names(sample.page.tree for sample in samples)
    checks = _checks(data, articles, bare)
    broken = {check.field for check in checks if not check.holds}
    fields = tuple(lesson for lesson in learn_fields(articles, names, bare) if lesson.field in broken)
    draft = _draft(data, checks, fields, len(articles))
    text = render(draft)
    build = partial(parse_layout, file=str(layout), folder=folder)
    return Repair(build(text), text, checks, fields, len(articles), compare(build(text), articles))


def _own_data(layout: str | Path) -> tuple[dict[str, Any], Path | None]:
    """What the layout's own file says, and its folder."""
    if isinstance(layout, str) and layout in {known.name for known in builtin_layouts()}:
        return tomllib.loads(layout_source(layout)), None
    path = Path(layout)
    return tomllib.loads(path.read_text(encoding="utf-8-sig")), path.parent


def _checks(data: dict[str, Any], articles: Sequence[Sample], bare: Layout) -> tuple[SelectorCheck, ...]:
    checks = []
    for field, entries in data.get("selectors", {}).items():
        for entry in entries:
            selector = Selector.model_validate(entry)
            if field in ("disclaimer", "teasers"):
                continue
            values = body_by(selector, articles, bare) if field == "body" else tried(field, selector, articles)
            hits = sum(value is not None for value in values)
            right = [
                value is not None and sample.agrees(field, value)
                for value, sample in zip(values, articles, strict=True)
            ]
            checks.append(SelectorCheck(field, selector, len(articles), hits, sum(right)))
    return tuple(checks)


def _draft(data: dict[str, Any], checks: Sequence[SelectorCheck], fields: Sequence[FieldLesson], pages: int) -> Draft:
    """The old file with what holds, and what was learned in place of the rest."""
    draft = Draft(data={key: value for key, value in data.items() if key != "selectors"})
    broken = [check for check in checks if not check.holds]
    draft.head.append(f"A proposal: {len(broken)} of {len(checks)} selectors no longer hold on {pages} newer pages.")
    learned = {lesson.field: lesson for lesson in fields}
    for check in checks:
        if check.holds:
            entry = check.selector.model_dump(exclude_none=True)
            draft.add(("selectors", check.field), entry, f"holds: hit on {check.hits} of {pages}")
    for field in dict.fromkeys(check.field for check in broken):
        lesson = learned.get(field)
        for selector, hits in zip(lesson.selectors, lesson.hits, strict=False) if lesson else ():
            entry = selector.model_dump(exclude_none=True)
            draft.add(("selectors", field), entry, f"new: hit on {hits} of {pages}, in place of what is broken")
    for check in broken:
        shown = check.selector.css or f"meta {check.selector.meta}"
        said = f"{check.field}: {shown} was left out, it hit on {check.hits} of {pages}"
        draft.remarks.setdefault("selectors", []).append(f"{said}, rightly on {check.agree}.")
    for field, entries in data.get("selectors", {}).items():
        if field in ("disclaimer", "teasers"):
            draft.data.setdefault("selectors", {})[field] = entries
    return draft
