"""The element that holds the text: found by reading the pages again with each selector in question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from ..errors import ScraperError
from ..extraction.article import read_article
from ..extraction.reading import END_PUNCTUATION
from ..layouts.model import Selector
from .options import proposed_places
from .sample import SAME, compared, likeness
from .votes import FieldLesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..layouts import Layout
    from .names import Names
    from .places import Place
    from .sample import Sample

__all__ = ["body_by", "learn_body", "read_with"]

_MOST_TRIED: Final = 8
_NEEDED: Final = 0.6
_LINE: Final = 8
_SHORTEST: Final = 40
"""Characters of a text that a selector may put in another's place."""


def learn_body(samples: Sequence[Sample], names: Names, layout: Layout) -> FieldLesson:
    """Choose the selector of the text's element."""
    places: Counter[Place] = Counter()
    for sample in samples:
        node = sample.node("body")
        if node is not None:
            places.update(set(proposed_places(node, sample, names)))
    likely = [place for place, count in places.items() if count >= 2]
    likely.sort(key=lambda place: (-places[place], place.rank, len(place.css)))
    best: tuple[tuple[int, ...], FieldLesson] | None = None
    for place in likely[:_MOST_TRIED]:
        lesson = _tried(place, samples, layout)
        order = (-len(samples) + lesson.hits[0] if lesson.hits else -len(samples), -place.rank, -len(place.css))
        if lesson.selectors and (best is None or order > best[0]):
            best = (order, lesson)
    if best is not None:
        return best[1]
    return FieldLesson("body", (), (), len(samples), len(samples), 0, 0, 0, "no element holds it on most pages")


def _tried(place: Place, samples: Sequence[Sample], layout: Layout) -> FieldLesson:
    selector = Selector(css=place.css)
    changed = layout.model_copy(update={"selectors": {**layout.selectors, "body": (selector,)}})
    hits = agree = repairs = worse = 0
    for sample in samples:
        nodes = sample.page.tree.css(place.css)
        if not nodes:
            continue
        hits += 1
        known, text = sample.value("body") or "", str(read_with(changed, sample).get("body") or "")
        own = sample.node("body")
        if likeness(known, text) >= SAME:
            agree += 1
        elif (
            (len(text) >= _SHORTEST or _is_short_text(text))
            and (own is None or own.mem_id != nodes[0].mem_id)
            and len(nodes) == 1
        ):
            repairs += 1
        else:
            worse += 1
    holds = not worse and agree >= 2 and agree >= _NEEDED * hits
    note = "" if holds else "no element holds it on most pages"
    selectors = (selector,) if holds else ()
    return FieldLesson("body", selectors, (hits,), len(samples), agree, 0, repairs, len(samples) - repairs, note)


def _is_short_text(text: str) -> bool:
    """Tell a text of a line from a button or a counter: it ends as a sentence."""
    return len(text) >= _LINE and text[-1] in END_PUNCTUATION


def body_by(selector: Selector, samples: Sequence[Sample], layout: Layout) -> list[str | None]:
    """Give the text of each page that has the selector's element, read from there."""
    changed = layout.model_copy(update={"selectors": {"body": (selector,)}})
    return [
        str(read_with(changed, sample).get("body") or "") if sample.page.tree.css_first(selector.css or "") else None
        for sample in samples
    ]


def read_with(layout: Layout, sample: Sample) -> dict[str, object]:
    """Read a page by a layout; the values that are compared, empty where it is no article then."""
    try:
        return compared(read_article(sample.page.without(layout.exclude), layout))
    except ScraperError:
        return {}
