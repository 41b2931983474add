"""Which selectors to rely on: the pages vote, and no label is needed.

The engine is right on most pages of most sites. A selector that reads what the engine reads on most pages, at one place
that all of them have, is the field's place; where the engine took another place on one page of eight, or none, the
place that the other seven share is the better witness.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..normalize.text import han_count, squeeze
from .doubts import days_off
from .places import are_related

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..layouts.model import Selector
    from .options import Option
    from .sample import Sample

__all__ = ["FieldLesson", "learn_field"]

_MOST_SELECTORS: Final = 3
_LONGEST: Final = {"source": 30, "title": 200, "subtitle": 200}
_NEEDED: Final = 0.6
"""Of the pages on which the engine found the field, how many a selector must agree with."""
_CALLED: Final = 0.7
"""Of the pages, on how many an element must hold a value that only its name speaks for."""
_FEW: Final = 0.2
"""Of the pages, on how many a selector must hit to be worth a line."""
_STEADY: Final = 0.75
_ONLY_FOR_GAIN: Final = frozenset({"authors", "editors", "breadcrumb", "subtitle", "summary", "modified_at"})
"""Fields that the engine gathers from several places of a page: one place is better only where it shows."""
_NAMES: Final = ("authors", "editors")
_MOST_NAMES: Final = 6
_LONGEST_HAN_NAME: Final = 4
_LONGEST_NAME: Final = 30
_MOST_CRUMBS: Final = 8
_SHORT: Final = 4
_NOT_A_NAME = re.compile(r"[:：。！？!?]|\d{4}")


@dataclass(frozen=True, slots=True)
class FieldLesson:
    """What was learned of one field."""

    field: str
    """The field's name."""
    selectors: tuple[Selector, ...]
    """Best first; empty where the general engine remains."""
    hits: tuple[int, ...]
    """On how many pages each selector gives a value."""
    pages: int
    """Of how many."""
    agree: int
    """Pages on which they read what the engine reads."""
    fills: int
    """Pages on which they read what the engine does not find."""
    repairs: int
    """Pages on which the engine took another place than on the others."""
    steady: int
    """Pages on which selectors learned from the other pages read the same."""
    note: str
    """Why there is no selector, or what to know of it."""

    @property
    def gain(self) -> int:
        """Pages that are read better than by the engine."""
        return self.fills + self.repairs if self.selectors else 0


class _Tally(NamedTuple):
    agree: int
    fills: int
    repairs: int
    worse: int
    misses: int


def learn_field(field: str, options: Sequence[Option], samples: Sequence[Sample]) -> FieldLesson:
    """Choose the selectors of a field, and try how well the choice holds on a page that had no part in it."""
    everywhere = range(len(samples))
    chosen = _choose(field, options, samples, everywhere)
    if not chosen:
        known = sum(sample.value(field) is not None for sample in samples)
        note = "no element holds it on most pages" if known else "on no page was it found"
        return FieldLesson(field, (), (), len(samples), known, 0, 0, 0, note)
    tally = _tally(field, chosen, samples, everywhere)
    steady = 0
    for index in everywhere:
        others = [option for option in options if option.proposed - {index}]
        without = _choose(field, others, samples, [other for other in everywhere if other != index])
        steady += _read(without, index, field, samples) == _read(chosen, index, field, samples)
    note = ""
    if steady < _STEADY * len(samples):
        note = f"learned from the others it holds on {steady} of {len(samples)} pages only"
    elif field in _ONLY_FOR_GAIN and not tally.fills + tally.repairs:
        note = "the general engine reads it as well"
    hits = tuple(sum(option.value(index) is not None for index in everywhere) for option in chosen)
    selectors = () if note else tuple(option.selector for option in chosen)
    return FieldLesson(field, selectors, hits, len(samples), tally.agree, tally.fills, tally.repairs, steady, note)


def _read(chosen: Sequence[Option], index: int, field: str, samples: Sequence[Sample]) -> Any:  # noqa: ANN401  by field
    """The field on a page: what the first selector with a value says, or else the engine."""
    own = (value for option in chosen if (value := option.value(index)) is not None)
    return next(own, samples[index].value(field))


def _choose(field: str, options: Sequence[Option], samples: Sequence[Sample], pages: Collection[int]) -> list[Option]:
    """The best option, and further ones for the pages on which it finds nothing."""
    chosen: list[Option] = []
    left = list(pages)
    while left and len(chosen) < _MOST_SELECTORS:
        judged = []
        for option in options:
            tally = _tally(field, [option], samples, pages)
            here = _tally(field, [option], samples, left)
            if _holds(field, option, tally, samples, pages) and (not chosen or here.agree + here.fills > 1):
                judged.append((here.misses, option.rank, len(option.selector.css or ""), option))
        if not judged:
            break
        best = min(judged, key=lambda item: item[:3])[3]
        after = [index for index in left if best.value(index) is None]
        if len(after) == len(left):
            break
        chosen.append(best)
        left = after
    return chosen


def _holds(field: str, option: Option, tally: _Tally, samples: Sequence[Sample], pages: Collection[int]) -> bool:
    """Tell whether an option reads the field, as far as the pages show."""
    hits = len(pages) - tally.misses
    if tally.worse or hits < max(2, _FEW * len(pages)) or (field in _NAMES and not option.speaks):
        return False
    values = {option.value(index) for index in pages} - {None}
    known = {samples[index].value(field) for index in pages} - {None}
    if len(values) < min(2, len(known)) or (field == "title" and len(values) * 4 < hits * 3):
        return False
    if option.called and tally.agree < 2:
        return not tally.repairs and hits >= max(3, _CALLED * len(pages)) and (len(values) > 1 or field == "source")
    seen = sum(samples[index].value(field) is not None and option.value(index) is not None for index in pages)
    return tally.agree >= 2 and tally.agree >= _NEEDED * seen and tally.fills <= 2 * tally.agree


def _tally(field: str, chosen: Sequence[Option], samples: Sequence[Sample], pages: Collection[int]) -> _Tally:
    agree = fills = repairs = worse = misses = 0
    for index in pages:
        read = next((option for option in chosen if option.value(index) is not None), None)
        if read is None:
            misses += 1
            continue
        value, known = read.value(index), samples[index].value(field)
        if value == known and not (field == "source" and _NOT_A_NAME.search(value)):
            agree += 1
        elif not _is_possible(field, read, samples[index], index) or (known is None and not read.speaks):
            worse += 1
        elif known is None:
            fills += 1
        elif _is_repair(field, read, samples[index], index):
            repairs += 1
        else:
            worse += 1
    return _Tally(agree, fills, repairs, worse, misses)


def _is_possible(field: str, option: Option, sample: Sample, index: int) -> bool:
    """Tell whether what an option reads can be the field's value at all."""
    value = option.value(index)
    if field in _NAMES:
        return 0 < len(value) <= _MOST_NAMES and all(map(_is_person, value))
    if field == "source":
        return len(value) <= _LONGEST["source"] and not _NOT_A_NAME.search(value)
    if field == "title":
        return _stated_title(sample, value) or (field in sample.doubted and option.speaks and len(value) > _SHORT)
    if field == "published_at":
        return (days_off(sample, value) or 0) <= 1
    return len(value) <= _MOST_CRUMBS if field == "breadcrumb" else True


def _is_person(name: str) -> bool:
    """Tell what can be a name: some Han characters, or a few words in another script."""
    if han_count(name):
        return len(name) <= _LONGEST_HAN_NAME or "·" in name
    return len(name) <= _LONGEST_NAME and not _NOT_A_NAME.search(name)


def _stated_title(sample: Sample, title: str) -> bool:
    """Tell whether the document names the title as its own."""
    stated = [sample.page.outline.head.title, *(s.value for s in sample.reading.metadata.all("title"))]
    wanted = squeeze(title)
    return 4 <= len(wanted) <= _LONGEST["title"] and any(wanted in squeeze(text) for text in stated)


def _is_repair(field: str, option: Option, sample: Sample, index: int) -> bool:
    """Tell a place that the engine passed over on this page from one that it read, and read better."""
    candidate, node = option.found[index], sample.node(field)
    if candidate is None or node is None or candidate.node is None:
        return candidate is not None
    return not are_related(candidate.node, node)
