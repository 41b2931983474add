"""Ways to read one field on all pages: selectors from where the engine found it, and from what elements are called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ..extraction.selection import read_selector
from ..layouts.model import Selector
from ..normalize.dates import FoundDate
from ..normalize.text import clean, squeeze
from .names import field_words, tokens
from .places import first_hits, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selectolax.lexbor import LexborNode

    from ..extraction.reading import Candidate
    from .names import Names
    from .places import Place
    from .sample import Sample

__all__ = ["Option", "options_for", "proposed_places", "tried"]

_MAX_OPTIONS: Final = 24
_MAX_CALLED: Final = 6
"""Elements of a page looked at for what they are called."""
_MAX_ELEMENTS: Final = 4_000
_LONGEST_VALUE: Final = 200
_SPARE: Final = 8
"""Characters beside the value in an element that holds more than it."""
_MOST_READ: Final = 2_000
_LABEL = re.compile(r"([^\s:：|｜\]】\d]{1,10})\s?[:：]\s{0,4}$")
_BEHIND_TIME = r"\d:\d{2}\s+(\S{2,30})$"
_BEFORE_DATE = r"^(\S{2,30})\s+\d{4}"
_LABELLED: Final = frozenset({"source", "authors", "editors", "published_at", "modified_at"})


@dataclass(frozen=True, slots=True)
class Option:
    """One selector and what it reads on each page."""

    selector: Selector
    rank: int
    called: bool
    """Proposed only by what the element is called."""
    speaks: bool
    """The element is called like the field, or a label in it says what the value is."""
    found: tuple[Candidate | None, ...]
    """Page by page."""
    proposed: frozenset[int]
    """The pages whose own markup proposed it."""

    def value(self, index: int) -> Any:  # noqa: ANN401  by field
        """What it reads on a page, in the form of :meth:`Sample.value`."""
        candidate = self.found[index]
        return None if candidate is None else _key(candidate)


def options_for(field: str, samples: Sequence[Sample], names: Names) -> list[Option]:
    """Give the selectors that could read the field, each tried on every page; of several for one place the best."""
    origin: dict[Place, set[int]] = {}
    seen: set[Place] = set()
    for index, sample in enumerate(samples):
        node = sample.node(field)
        own = proposed_places(node, sample, names) if node is not None else []
        seen.update(own)
        for place in [*own, *(place for other in _called(sample, field) for place in _few(other, sample, names))]:
            origin.setdefault(place, set()).add(index)
    trees = [sample.page.tree for sample in samples]
    best: dict[tuple[int | None, ...], tuple[Place, set[int], bool]] = {}
    for place in sorted(origin, key=lambda place: (_rank(field, place), len(place.css))):
        kept, pages, called = best.get(hits := first_hits(place.css, trees), (place, set(), True))
        best[hits] = (kept, pages | origin[place], called and place not in seen)
    ordered = sorted(best.values(), key=lambda item: (-len(item[1]), _rank(field, item[0])))[:_MAX_OPTIONS]
    options = []
    for place, pages, called in ordered:
        for regex, attribute in _forms(field, place.css, samples):
            option = _option(field, Selector(css=place.css, regex=regex, attribute=attribute), place, samples)
            if option is not None:
                options.append(replace(option, called=called, proposed=frozenset(pages)))
    return options


def _few(node: LexborNode, sample: Sample, names: Names) -> list[Place]:
    return places_of(node, sample.page.tree, names)[:4]


def _rank(field: str, place: Place) -> int:
    """The place's rank, a better one where its name says what it holds."""
    return place.rank - bool(field_words(field).intersection(tokens(place.css.rpartition(" ")[2])))


def _option(field: str, selector: Selector, place: Place, samples: Sequence[Sample]) -> Option | None:
    """Try a selector on every page; None where it reads less than two."""
    found = tuple(read_selector(sample.reading, field, selector) for sample in samples)
    hits = [candidate for candidate in found if candidate is not None]
    if len(hits) < 2:
        return None
    spare = sum(len(clean(hit.node.text()[:_MOST_READ])) - len(hit.raw) for hit in hits if hit.node is not None) / len(
        hits
    )
    rank = _rank(field, place) + (selector.regex is not None) + (selector.attribute is not None) + (spare > _SPARE)
    speaks = selector.regex is not None or _rank(field, place) < place.rank
    return Option(selector, rank, called=False, speaks=speaks, found=found, proposed=frozenset())


def tried(field: str, selector: Selector, samples: Sequence[Sample]) -> list[Any]:
    """Give what a selector reads on each page, in the form of :meth:`Sample.value`."""
    found = (read_selector(sample.reading, field, selector) for sample in samples)
    return [None if candidate is None else _key(candidate) for candidate in found]


def proposed_places(node: LexborNode, sample: Sample, names: Names) -> list[Place]:
    """Name the element in which the engine found a value, and those around it that hold nothing else."""
    places, text = places_of(node, sample.page.tree, names), squeeze(node.text())
    around = node.parent
    for _ in range(2):
        if around is None or around.tag in (None, "body", "html", "-document") or squeeze(around.text()) != text:
            break
        places += places_of(around, sample.page.tree, names)
        around = around.parent
    return places


def _called(sample: Sample, field: str) -> list[LexborNode]:
    """Elements of little text that are called like the field."""
    words = field_words(field)
    found: list[LexborNode] = []
    if not words or sample.article is None:
        return found
    for node in sample.page.tree.css("[class], [id], [itemprop]")[:_MAX_ELEMENTS]:
        attributes = node.attributes
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('itemprop') or ''}"
        if any(words.intersection(tokens(name)) for name in called.split()):
            text = clean(node.text(separator=" ")[: 2 * _LONGEST_VALUE])
            if 1 < len(text) <= _LONGEST_VALUE:
                found.append(node)
                if len(found) == _MAX_CALLED:
                    break
    return found


def _forms(field: str, css: str, samples: Sequence[Sample]) -> Iterable[tuple[str | None, str | None]]:
    """The ways to read an element: its text, what follows a label in it, an attribute."""
    yield None, None
    dated = field.endswith("_at")
    if dated and any(node.attributes.get("datetime") for node in _first(css, samples) if node is not None):
        yield None, "datetime"
    if field not in _LABELLED:
        return
    labels = Counter(
        label
        for sample, node in zip(samples, _first(css, samples), strict=True)
        if node is not None and (label := _label_before(field, sample, node)) is not None
    )
    for label, _ in labels.most_common(2):
        start = rf"{re.escape(label)}\s*[:：]\s*"
        empty = r"(?!\d{4}|\S+[:：])"  # a date or the next label follows at once
        if dated:
            yield rf"{start}(.{{4,40}})", None
        else:
            yield rf"{start}{empty}(\S+)", None
            yield rf"{start}{empty}(\S.{{0,40}}?)(?=\s\S{{2,8}}[:：]|\s?[|｜]|\s\d{{4}}|$)", None
    if field == "source":
        yield _BEHIND_TIME, None
        yield _BEFORE_DATE, None


def _first(css: str, samples: Sequence[Sample]) -> list[LexborNode | None]:
    return [sample.page.tree.css_first(css) for sample in samples]


def _label_before(field: str, sample: Sample, node: LexborNode) -> str | None:
    """The label in front of the engine's value in the element's text."""
    evidence = sample.article.evidence.get(field) if sample.article else None
    raw = evidence.raw if evidence else None
    text = clean(node.text(separator=" ")[: 5 * _LONGEST_VALUE])
    value = sample.value(field)
    shown = (
        value if isinstance(value, str) else value[0] if isinstance(value, tuple) and isinstance(value[0], str) else raw
    )
    at = text.find(shown) if shown else -1
    if at < 0 and raw:
        at = text.find(raw)
    label = _LABEL.search(text[max(0, at - 20) : at]) if at > 0 else None
    return label[1] if label else None


def _key(candidate: Candidate) -> Any:  # noqa: ANN401  by field
    value = candidate.value
    if isinstance(value, FoundDate):
        return (value.value, value.precision) if value.value else None
    if candidate.field == "breadcrumb":
        return tuple(squeeze(crumb.name) for crumb in value) or None
    return tuple(value) if isinstance(value, list) else value
