"""The candidates that did not win: what else the page says about a field, and why that was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from ..normalize.dates import FoundDate
from .resolution import propose_metadata, why_lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

    from ..records import Evidence
    from .reading import Candidate, Reading

__all__ = ["Rival", "find_rivals"]

_LONGEST: Final = 500  # characters of a value that is shown
_MOST: Final = 20  # rivals of one field
_MOST_ITEMS: Final = 30  # of a list that is shown


@dataclass(frozen=True, slots=True)
class Rival:
    """A candidate that lost."""

    value: str
    """What it says, as text."""
    raw: str
    """The text as found."""
    strategy: str
    rule: str
    trust: float
    """How often a lone statement of this kind is right, from 0 to 1."""
    why: str
    """Why it was not taken."""
    node: LexborNode | None
    """Where it stands."""


def find_rivals(reading: Reading, evidence: Mapping[str, Evidence] | None) -> dict[str, list[Rival]]:
    """Give for each field the candidates beside the winner that the evidence names, the best first.

    ``evidence`` is None for a page that was refused before a choice was made: then all candidates count.
    """
    if evidence is None:
        propose_metadata(reading)
    found: dict[str, list[Candidate]] = {}
    for candidate in reading.candidates:
        found.setdefault(candidate.field, []).append(candidate)
    rivals: dict[str, list[Rival]] = {}
    for field, candidates in found.items():
        winner = _winner(candidates, (evidence or {}).get(field))
        others = sorted([c for c in candidates if c is not winner], key=lambda c: -c.trust)[:_MOST]
        if others:
            refused = "the page was refused" if evidence is None else None
            rivals[field] = [_rival(other, refused or why_lost(winner, other)) for other in others]
    return rivals


def _winner(candidates: list[Candidate], evidence: Evidence | None) -> Candidate | None:
    if evidence is None:
        return None
    same = [c for c in candidates if (c.strategy, c.rule) == (evidence.strategy, evidence.rule)]
    exact = [c for c in same if c.raw[: len(evidence.raw or "")] == (evidence.raw or "")]
    return next(iter([*exact, *same]), None)


def _rival(candidate: Candidate, why: str) -> Rival:
    return Rival(
        value=_shown(candidate.value)[:_LONGEST],
        raw=candidate.raw[:_LONGEST],
        strategy=candidate.strategy,
        rule=candidate.rule,
        trust=candidate.trust,
        why=why,
        node=candidate.node,
    )


def _shown(value: Any) -> str:  # noqa: ANN401  by field
    """Give a value of any field as text."""
    if isinstance(value, FoundDate):
        value = value.value
    if isinstance(value, list):
        return "、".join(_shown(item) for item in value[:_MOST_ITEMS])
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return next((str(part) for part in value.__dict__.values() if part), "")
    return "" if value is None else str(value)
