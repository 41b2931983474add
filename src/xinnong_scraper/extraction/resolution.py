"""The only place that knows precedence: one winner a field, and how sure it is.

Between strategies: a layout's selector beats landmarks, what a reader sees beats metadata, and a second opinion comes
last. Within a strategy the most trusted candidate wins, then the earliest. Who else said the same, and who says
otherwise, is kept for those who weigh how sure the winner is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    from .findings import Signs
    from .reading import Reading

__all__ = [
    "Grounds", "Resolved", "doubt_authors", "propose_metadata", "resolve", "same_moment", "settle_dates", "why_lost",
]  # fmt: skip

_ORDER: Final = {"layout": 0, "landmarks": 1, "density": 1, "metadata": 2, "decode": 2, "url": 3, "fallback": 4}
_NO_AUTHORS: Final = frozenset({"admin", "administrator", "webmaster", "editor", "root"})
_MAX_RAW: Final = 500
_EAST: Final = timedelta(hours=14)  # the zones farthest from Greenwich
_WEST: Final = timedelta(hours=24 + 12)


@dataclass(slots=True)
class Grounds:
    """What becomes the evidence of a field, as long as something in it may still change."""

    strategy: str
    rule: str
    path: str | None
    raw: str | None
    confidence: float
    agreeing: list[str]

    def evidence(self) -> Evidence:
        """The record of it."""
        return Evidence(
            strategy=self.strategy,
            rule=self.rule,
            path=self.path,
            raw=self.raw,
            confidence=self.confidence,
            agreeing=self.agreeing,
        )


class Resolved:
    """The winners and their evidence."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.grounds: dict[str, Grounds] = {}
        self.winners: dict[str, Candidate] = {}
        """What won, by field."""
        self.proposed: dict[str, list[Candidate]] = {}
        """Everything that was proposed, by field."""
        self.agreeing: dict[str, list[str]] = {}
        """The names of what says the same as the winner."""
        self.rivals: dict[str, list[Candidate]] = {}
        """The metadata's statements that contradict what is shown."""
        self.signs: dict[str, Signs] = {}
        """What speaks for and against the winners that are weighed by it."""
        self._paths = PathFinder()

    def set(self, candidate: Candidate, *, agreeing: list[str] | None = None) -> None:
        """Take a candidate as the field's value."""
        field = candidate.field
        self.values[field] = candidate.value
        self.winners[field] = candidate
        self.agreeing[field] = agreeing or []
        path, raw = self._paths.path(candidate.node), candidate.raw[:_MAX_RAW] or None
        said = self.agreeing[field]
        self.grounds[field] = Grounds(candidate.strategy, candidate.rule, path, raw, candidate.trust, said)

    def get(self, field: str) -> Any:  # noqa: ANN401  by field
        """The value of a field, or None."""
        return self.values.get(field)

    def drop(self, field: str) -> None:
        """Take a field's value back."""
        for kept in (self.values, self.grounds, self.winners):
            kept.pop(field, None)

    def derive(self, field: str, value: object, source: str, rule: str | None = None) -> None:
        """Take a value that follows from another field's, with that one's evidence."""
        base = self.grounds[source]
        self.values[field] = value
        self.grounds[field] = Grounds(base.strategy, rule or base.rule, base.path, base.raw, base.confidence, [])

    def sure(self, field: str, confidence: float) -> None:
        """Say how sure a field's value is."""
        self.grounds[field].confidence = round(confidence, 3)


def resolve(reading: Reading) -> Resolved:
    """Pick a winner for every field that has candidates."""
    resolved = Resolved()
    propose_metadata(reading)
    for candidate in reading.candidates:
        resolved.proposed.setdefault(candidate.field, []).append(candidate)
    for field, candidates in resolved.proposed.items():
        candidates.sort(key=lambda c: (c.value is None, _ORDER[c.strategy], -c.trust))
        if field in ("published_at", "modified_at"):
            candidates.sort(key=lambda c: (_ORDER[c.strategy], -c.trust))
        winner = _with_value(candidates) if field.endswith("_at") else candidates[0]
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
        if field == "published_at" and not agreeing and _is_stand_in(winner, candidates[0]):
            unresolved = _unresolved(candidates[0].value)
            reading.note("unresolved_date", field, f"{unresolved}; {winner.rule} alone says what was taken")
        resolved.set(winner, agreeing=agreeing)
        resolved.rivals[field] = contradicting
        if contradicting and field in ("title", "source", "published_at", "authors"):
            other = contradicting[0]
            reading.note(
                "metadata_disagrees",
                field,
                f"the page shows {_shown(winner)}, but {other.rule} says {_shown(other)}; what is shown was taken",
            )
    return resolved


def _with_value(candidates: list[Candidate]) -> Candidate:
    """Take the metadata's date where the visible one cannot be resolved, with the precision that is shown."""
    winner = candidates[0]
    if winner.value.value is not None:
        return winner
    for other in candidates[1:]:
        if other.value.value is not None:
            shown = winner.value.precision
            precision = shown if shown != "day" and other.value.precision != "day" else other.value.precision
            value = other.value._replace(raw=winner.value.raw, precision=precision)
            return replace(other, value=value)
    return winner


def _is_stand_in(winner: Candidate, shown: Candidate) -> bool:
    """Tell a date that a statement of the metadata gave in place of one that cannot be resolved.

    The variable of a page's own script is none: the script makes of it what the page shows.
    """
    return shown.value.value is None and winner.rule.startswith(("meta:", "json-ld:"))


def settle_dates(reading: Reading, resolved: Resolved) -> None:
    """Drop dates that lack a clock or a year, and take the last change for the publication where nothing else is known.

    What the page shows of the publication is kept, resolved or not.
    """
    for field in ("published_at", "modified_at"):
        found = resolved.winners.get(field)
        if found is not None and found.value.value is None:
            if field == "published_at":
                resolved.derive("published_raw", found.value.raw, field)
                reading.note("unresolved_date", field, _unresolved(found.value))
            resolved.drop(field)
    changed = resolved.winners.get("modified_at")
    known = "published_at" in resolved.winners or "published_raw" in resolved.values
    if changed is not None and not known:
        resolved.winners["published_at"] = changed
        resolved.agreeing["published_at"] = []
        resolved.derive("published_at", changed.value, "modified_at")


def _unresolved(found: FoundDate) -> str:
    if found.kind == "ambiguous":
        return f"{found.raw!r} may begin with its day or its month, and nothing on the page tells which"
    return f"{found.raw!r} needs a clock or a year; give now=…"


def _shown(candidate: Candidate) -> str:
    value = candidate.value
    return repr(value.raw if isinstance(value, FoundDate) else value)[:120]


def propose_metadata(reading: Reading) -> None:
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


def why_lost(winner: Candidate | None, other: Candidate) -> str:
    """Say in a few words why a candidate is not the field's value; ``winner`` is None where the field has none."""
    if other.value is None:
        return "the label has nothing behind it"
    if isinstance(other.value, FoundDate) and other.value.value is None:
        return "no full date: needs a clock or a year"
    if winner is None:
        return "the field was left empty"
    if _same(winner, other):
        return "says the same"
    if _ORDER[other.strategy] != _ORDER[winner.strategy]:
        return f"{winner.strategy} goes before {other.strategy}"
    if other.field in ("authors", "editors"):
        return "its names were added"
    return "less trusted" if other.trust < winner.trust else "as much trusted, but found later"


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


def doubt_authors(reading: Reading, resolved: Resolved) -> None:
    """Note an author in the metadata that the byline contradicts; the site's or source's name is no author."""
    authors: list[str] = resolved.get("authors") or []
    if not authors:
        return
    known = (*authors, *reading.layout.site_names, resolved.get("site_name"), resolved.get("source"))
    shown = {squeeze(name) for name in known if name}
    for stated in reading.metadata.all("authors"):
        names = {squeeze(name) for name in split_names(stated.value)} - _NO_AUTHORS
        if names and not names & shown:
            rival = Candidate("authors", sorted(names), stated.value, "metadata", stated.rule, stated.node)
            resolved.rivals["authors"] = [rival]
            message = f"the byline names {', '.join(authors)}, but {rival.rule} says {rival.raw!r}"
            reading.note("metadata_disagrees", "authors", message)
            return
