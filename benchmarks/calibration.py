"""What the confidence of a field is worth: how often fields of a confidence are right, over pages with labels."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from .judging import FIELDS, labelled_pages, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .judging import Verdict

__all__ = ["error", "report"]

BINS: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
SURE: Final = 0.9
UNSURE: Final = 0.7


def report(sets: Iterable[str]) -> None:
    """Print the tables of every set of pages that is here."""
    for name in sets:
        found = [verdict for page in labelled_pages(name) for verdict in verdicts(page)]
        if found:
            print(f"\n### {name}: {len({id(verdict.page) for verdict in found})} pages\n")
            table(found)
            records = [verdict for verdict in found if verdict.field == "record"]
            print(f"\nwith a warning: {_share(sum(record.warned for record in records), len(records))} of the records")


def table(found: list[Verdict]) -> None:
    """Print a line in Markdown for each field: how often it is right in every bin of confidence, and the figures."""
    by_field: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        by_field[verdict.field].append(verdict)
        if verdict.field != "record":
            by_field["all fields"].append(verdict)
    names = [f"{low:g}–{min(high, 1):g}" for low, high in pairwise(BINS)]
    print("| field | n | " + " | ".join(names) + " | ECE | wrong of ≥ .9 | right ≥ .9 | wrong flagged |")
    print("|---|" + "---:|" * (len(names) + 5))
    for field in (*FIELDS, "all fields", "record"):
        if field in by_field:
            print(f"| {field} | " + " | ".join(_cells(by_field[field])) + " |", flush=True)


def _cells(found: list[Verdict]) -> list[str]:
    said = [verdict for verdict in found if verdict.said]
    cells = [str(len(said))]
    for low, high in pairwise(BINS):
        inside = [verdict for verdict in said if low <= verdict.confidence < high]
        cells.append(_share(sum(verdict.right for verdict in inside), len(inside)))
    sure = [verdict for verdict in said if verdict.confidence >= SURE]
    right = [verdict for verdict in said if verdict.right]
    wrong = [verdict for verdict in found if not verdict.right]
    return [
        *cells,
        f"{error(said):.3f}",
        _share(sum(not verdict.right for verdict in sure), len(sure)),
        _share(sum(verdict.confidence >= SURE for verdict in right), len(right)),
        _share(sum(is_flagged(verdict) for verdict in wrong), len(wrong)),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {part / whole:.1%}" if whole else "–"


def is_flagged(verdict: Verdict) -> bool:
    """Tell a field that a careful user would look at: with a warning, or said with little confidence."""
    return verdict.warned or (verdict.said and verdict.confidence < UNSURE)


def error(said: list[Verdict]) -> float:
    """Give the expected calibration error: by how much, on average, the confidence of a bin misses its share right."""
    total = 0.0
    for low, high in pairwise(BINS):
        inside = [verdict for verdict in said if low <= verdict.confidence < high]
        total += abs(sum(verdict.confidence - verdict.right for verdict in inside))
    return total / len(said) if said else 0.0
