"""The element that holds the text: found by reading the pages again with each selector in question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..errors import ScraperError
from ..extraction.article import read_article
from ..extraction.reading import END_PUNCTUATION
from ..layouts.model import Selector
from .options import proposed_places
from .places import are_related, first_hits
from .sample import SAME, compared, likeness
from .votes import FieldLesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from ..layouts import Layout
    from .names import Names
    from .places import Place
    from .sample import Sample

__all__ = ["body_by", "learn_body", "read_with"]

_MOST_TRIED: Final = 6
_MOST_SELECTORS: Final = 2
_NEEDED: Final = 0.6
_FEW: Final = 0.2
"""Of the pages, on how many a selector must hit to be worth a line."""
_LINE: Final = 8
_SHORTEST: Final = 40
"""Characters of a text that a selector may put in another's place."""


def learn_body(samples: Sequence[Sample], names: Names, layout: Layout) -> FieldLesson:
    """Choose the selector of the text's element, and another one for pages of another make."""
    tries = [_tried(place, samples, layout) for place in _places(samples, names)]
    holding = sorted(
        (trial for trial in tries if trial.holds and len(trial.hits) >= _FEW * len(samples)),
        key=lambda trial: (-len(trial.hits), trial.order),
    )
    chosen: list[_Trial] = []
    for trial in holding:
        others = {index for other in chosen for index in other.hits}
        if not chosen or (len(trial.hits) > 1 and not others & trial.hits):
            chosen.append(trial)
    if not chosen:
        return FieldLesson("body", (), (), len(samples), len(samples), 0, 0, 0, "no element holds it on most pages")
    agree, repairs = sum(trial.agree for trial in chosen), sum(trial.repairs for trial in chosen)
    selectors = tuple(trial.selector for trial in chosen[:_MOST_SELECTORS])
    hits = tuple(len(trial.hits) for trial in chosen)
    return FieldLesson("body", selectors, hits, len(samples), agree, 0, repairs, len(samples) - repairs, "")


def _places(samples: Sequence[Sample], names: Names) -> list[Place]:
    """Where the engine found the texts, of each place the best name, those of most pages first."""
    places: Counter[Place] = Counter()
    for sample in samples:
        node = sample.node("body")
        if node is not None:
            places.update(set(proposed_places(node, sample, names)))
    likely = sorted(
        (place for place, count in places.items() if count > 1), key=lambda place: (place.rank, len(place.css))
    )
    trees = [sample.page.tree for sample in samples]
    best = {hits: place for place in reversed(likely) if (hits := first_hits(place.css, trees))}
    return sorted(best.values(), key=lambda place: -places[place])[:_MOST_TRIED]


@dataclass(frozen=True, slots=True)
class _Trial:
    """What one selector of the text's element does."""

    selector: Selector
    order: tuple[int, int]
    hits: frozenset[int]
    agree: int
    repairs: int

    @property
    def holds(self) -> bool:
        """Whether it reads what the engine reads on most pages, and never less."""
        right = self.agree + self.repairs == len(self.hits)
        return right and self.agree >= 2 and self.agree >= _NEEDED * len(self.hits)


def _tried(place: Place, samples: Sequence[Sample], layout: Layout) -> _Trial:
    selector = Selector(css=place.css)
    changed = layout.model_copy(update={"selectors": {**layout.selectors, "body": (selector,)}})
    hits, agree, repairs = set(), 0, 0
    for index, sample in enumerate(samples):
        nodes = sample.page.tree.css(place.css)
        if not nodes:
            continue
        hits.add(index)
        text, own = str(read_with(changed, sample).get("body") or ""), sample.node("body")
        if likeness(sample.value("body") or "", text) >= SAME:
            agree += 1
        elif len(nodes) == 1 and (own is None or not _is_no_better(place, nodes[0], own)):
            repairs += len(text) >= _SHORTEST or _is_short_text(text)
    return _Trial(selector, (place.rank, len(place.css)), frozenset(hits), agree, repairs)


def _is_no_better(place: Place, chosen: LexborNode, own: LexborNode) -> bool:
    """Tell an element that is no better witness than the engine's choice: the same, or a bare landmark around or in it.

    A name that the site gave says what it holds; any ``article`` or ``main`` may hold more than the text.
    """
    return chosen.mem_id == own.mem_id or (place.css.isalpha() and are_related(own, chosen))


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
    page = sample.page.without(layout.exclude) if layout.exclude else sample.page
    try:
        return compared(read_article(page, layout))
    except ScraperError:
        return {}
