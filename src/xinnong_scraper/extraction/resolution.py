"""The only place that knows precedence: one winner a field, and how sure it is.

Between strategies: a layout's selector beats landmarks, what a reader sees beats metadata, and a second opinion comes
last. Within a strategy the most trusted candidate wins, then the earliest. A candidate's trust is how often such a
statement is right when it stands alone; every independent source that says the same halves what doubt is left, and a
source that says otherwise doubles it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ..normalize.dates import FoundDate
from ..normalize.names import split_names
from ..normalize.text import squeeze
from ..normalize.urls import date_in_url
from ..records import Evidence
from .language import is_chinese, read_stamp
from .paths import PathFinder
from .reading import Candidate
from .titles import without_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .reading import Reading

__all__ = ["Resolved", "resolve", "same_moment"]

_ORDER: Final = {"layout": 0, "landmarks": 1, "density": 1, "metadata": 2, "decode": 2, "url": 3, "fallback": 4}
_NO_AUTHORS: Final = frozenset({"admin", "administrator", "webmaster", "editor", "root"})
_MAX_RAW: Final = 500
_EAST: Final = timedelta(hours=14)  # the zones farthest from Greenwich
_WEST: Final = timedelta(hours=24 + 12)


class Resolved:
    """The winners and their evidence."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.evidence: dict[str, Evidence] = {}
        self._paths = PathFinder()

    def set(self, candidate: Candidate, *, agreeing: list[str] | None = None, confidence: float | None = None) -> None:
        """Take a candidate as the field's value."""
        self.values[candidate.field] = candidate.value
        self.evidence[candidate.field] = Evidence(
            strategy=candidate.strategy,
            rule=candidate.rule,
            path=self._paths.path(candidate.node),
            raw=candidate.raw[:_MAX_RAW] or None,
            confidence=round(candidate.trust if confidence is None else confidence, 3),
            agreeing=agreeing or [],
        )

    def get(self, field: str) -> Any:  # noqa: ANN401  by field
        """The value of a field, or None."""
        return self.values.get(field)


def resolve(reading: Reading) -> Resolved:
    """Pick a winner for every field that has candidates."""
    resolved = Resolved()
    _propose_metadata(reading)
    proposed: dict[str, list[Candidate]] = {}
    for candidate in reading.candidates:
        proposed.setdefault(candidate.field, []).append(candidate)
    for field, candidates in proposed.items():
        candidates.sort(key=lambda c: (c.value is None, _ORDER[c.strategy], -c.trust))
        if field in ("published_at", "modified_at"):
            candidates.sort(key=lambda c: (_ORDER[c.strategy], -c.trust))
        winner = _with_value(candidates) if field == "published_at" else candidates[0]
        if field == "source" and winner.strategy == "metadata" and any(c.value is None for c in candidates):
            continue  # the page shows the label and nothing behind it
        if winner.value is None:
            continue
        if field in ("authors", "editors"):
            winner.value = list(
                dict.fromkeys(name for c in candidates if c.strategy == winner.strategy for name in c.value)
            )
        agreeing, contradicting = _compare(winner, candidates[1:])
        if field == "published_at" and _url_agrees(reading, winner):
            agreeing.append("url")
        resolved.set(winner, agreeing=agreeing, confidence=_confidence(winner, len(agreeing), len(contradicting)))
        if contradicting and field in ("title", "source", "published_at", "authors"):
            other = contradicting[0]
            reading.note(
                "metadata_disagrees",
                field,
                f"the page shows {_shown(winner)}, but {other.rule} says {_shown(other)}; what is shown was taken",
            )
    return resolved


def _with_value(candidates: list[Candidate]) -> Candidate:
    """Take the metadata's date where the visible one cannot be resolved, with what is shown as its raw text."""
    winner = candidates[0]
    if winner.value.value is not None:
        return winner
    for other in candidates[1:]:
        if other.value.value is not None:
            shown = winner.value.precision
            precision = shown if shown != "day" and other.value.precision != "day" else other.value.precision
            value = other.value._replace(raw=winner.value.raw, precision=precision)
            return replace(other, value=value, raw=winner.raw, trust=0.75)
    return winner


def _shown(candidate: Candidate) -> str:
    value = candidate.value
    return repr(value.raw if isinstance(value, FoundDate) else value)[:120]


def _confidence(winner: Candidate, agreeing: int, contradicting: int) -> float:
    doubt = (1 - winner.trust) * 0.5 ** min(agreeing, 3) * 2.0 ** min(contradicting, 2)
    return max(0.05, min(0.99, 1 - doubt))


def _propose_metadata(reading: Reading) -> None:
    """Propose what the metadata states; fields that only count when a reader sees them get no winner from it."""
    metadata = reading.metadata
    sites = {squeeze(name) for name in reading.layout.site_names}
    sites |= {squeeze(stated.value) for stated in metadata.all("site_name")}
    for field in ("title", "source", "published_at", "modified_at", "summary"):
        for stated in metadata.all(field)[:4]:
            value: Any = read_stamp(reading, stated.value) if field.endswith("_at") else stated.value
            if field == "title" and not is_chinese(reading):
                value = without_site(reading, stated.value)
            if value and not (field == "title" and squeeze(stated.value) in sites):
                trust = {"title": 0.7, "published_at": 0.8, "modified_at": 0.8, "source": 0.5, "summary": 0.8}[field]
                reading.propose(Candidate(field, value, stated.value, "metadata", stated.rule, stated.node, trust))


def _compare(winner: Candidate, others: list[Candidate]) -> tuple[list[str], list[Candidate]]:
    agreeing: list[str] = []
    contradicting: list[Candidate] = []
    for other in others:
        if other.value is None or (isinstance(other.value, FoundDate) and other.value.value is None):
            continue
        name = f"{other.strategy}:{other.rule}"
        if _same(winner, other):
            if name not in agreeing and (other.strategy, other.rule) != (winner.strategy, winner.rule):
                agreeing.append(name)
        elif other.strategy == "metadata" and winner.strategy in ("landmarks", "layout") and _contradicts(other):
            contradicting.append(other)
    return agreeing, contradicting


def _contradicts(other: Candidate) -> bool:
    return not (other.field == "source" and other.rule.startswith("meta:") and len(str(other.value)) > 30)


def _same(a: Candidate, b: Candidate) -> bool:
    if isinstance(a.value, FoundDate) and isinstance(b.value, FoundDate):
        return same_moment(a.value, b.value)
    if isinstance(a.value, str) and isinstance(b.value, str):
        first, second = squeeze(a.value), squeeze(b.value)
        if a.field == "title":
            return first == second or (min(len(first), len(second)) >= 6 and (first in second or second in first))
        return first == second
    return bool(a.value == b.value)


def same_moment(a: FoundDate, b: FoundDate) -> bool:
    """Tell whether two dates agree on the coarser precision.

    A wall clock wrongly called UTC counts as the same, and so does a moment that is within a day of no known zone
    somewhere on earth.
    """
    if a.value is None or b.value is None:
        return False
    width = min({"day": 10, "minute": 16, "second": 19}[date.precision] for date in (a, b))
    first, second = (date.value.astimezone(a.value.tzinfo) for date in (a, b) if date.value)
    if first.isoformat()[:width] == second.isoformat()[:width]:
        return True
    if width == 10 and not first.utcoffset() and -_EAST <= second - first <= _WEST:
        return True  # the same day somewhere: a day shown without a zone, beside a moment
    return b.kind == "absolute" and b.raw[:width].replace("T", " ") == a.value.isoformat()[:width].replace("T", " ")


def _url_agrees(reading: Reading, winner: Candidate) -> bool:
    value = winner.value.value if isinstance(winner.value, FoundDate) else None
    return isinstance(value, datetime) and value.date() == date_in_url(reading.page.url)


def metadata_authors_contradict(reading: Reading, authors: list[str], known: Iterable[str | None]) -> Candidate | None:
    """Find an author in the metadata that the byline contradicts; the site's or source's name is no author."""
    if not (statements := reading.metadata.all("authors")):
        return None
    shown = {squeeze(name) for name in (*authors, *known) if name}
    for stated in statements:
        names = {squeeze(name) for name in split_names(stated.value)}
        names -= _NO_AUTHORS
        if names and not names & shown:
            return Candidate("authors", sorted(names), stated.value, "metadata", stated.rule, stated.node, 0.5)
    return None
