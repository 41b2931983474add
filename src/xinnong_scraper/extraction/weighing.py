"""How sure a field's value is: odds, weighed by what speaks for it and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .odds import ODDS
from .signs import find_signs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..records import Evidence
    from .findings import Findings, Signs

__all__ = ["confidence_of", "record_confidence", "weigh"]

_LEAST: Final = 0.02
_MOST: Final = 0.99
_MISSING: Final = {"title": 0.1, "body": 0.1, "published_at": 0.5}
"""How sure a record is at most without one of its key fields: half of the pages without a date show none."""
_DOUBT: Final = 0.5
"""What a doubt that the table does not have multiplies the odds by."""


def weigh(found: Findings) -> None:
    """Say of every field that is weighed by signs how sure it is."""
    found.resolved.signs = find_signs(found)
    for field, signs in found.resolved.signs.items():
        found.resolved.sure(field, confidence_of(field, signs))


def confidence_of(field: str, signs: Signs) -> float:
    """Weigh the signs: odds of the kind alone, times a factor for each sign, as a chance from 0.02 to 0.99."""
    table = ODDS[field]
    odds = table.alone.get(signs.kind, table.unknown)
    for name in signs.agree:
        odds *= table.agree.get(name, 1.0)
    for name in signs.doubt:
        odds *= table.doubt.get(name, _DOUBT)
    return max(_LEAST, min(_MOST, odds / (1 + odds)))


def record_confidence(evidence: Mapping[str, Evidence]) -> float:
    """Give the chance that title, body, date and, where one is named, source are all right: that of the least sure.

    What makes one of them wrong nearly always makes others unsure, so that their product would say too little.
    """
    sure = [evidence[field].confidence if field in evidence else missing for field, missing in _MISSING.items()]
    if "source" in evidence:
        sure.append(evidence["source"].confidence)
    return min(sure)
