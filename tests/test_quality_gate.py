"""How much of the fixtures is read right may not fall, and what has risen stays risen.

``quality.json`` holds, per field, the share of fixtures in which it is exact, and ``body_f1``, the mean likeness of the
bodies. A score below its floor fails; so does one well above it, until the floor is raised to it. Floors are never
lowered.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import pytest

from .cases import FIELDS, actual_of, case_names, expected_of, filled

FLOORS: Final[dict[str, float]] = json.loads((Path(__file__).parent / "quality.json").read_text("utf-8"))
SLACK: Final = 0.02  # of improvement that asks for no new floor
CASES: Final = [name for name in case_names() if "error" not in expected_of(name)]


def exact(field: str) -> float:
    """The share of articles in which a field is exactly what a careful reader wrote down."""
    return fmean(actual_of(name).get(field) == filled(field, expected_of(name)[field]) for name in CASES)


def text_of(record: dict[str, Any]) -> str:
    blocks = (record.get("body") or {}).get("blocks", [])
    return "".join("".join((block.get("text") or "").split()) for block in blocks)


def likeness(mine: str, theirs: str) -> float:
    """The F1 over the 4-grams of two texts."""
    first, second = (Counter(text[at : at + 4] for at in range(len(text) - 3)) for text in (mine, theirs))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else float(mine == theirs)


def complaint(name: str, score: float, floor: float) -> str | None:
    """What is wrong with a score beside its floor."""
    if score < floor - 1e-9:
        return f"{name} fell to {score:.4f}, below its floor {floor}"
    if score > floor + SLACK:
        return f"{name} rose to {score:.4f}: raise its floor in tests/quality.json from {floor}"
    return None


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_falls(field: str) -> None:
    assert complaint(field, exact(field), FLOORS[field]) is None


def test_the_bodies_stay_alike() -> None:
    score = fmean(likeness(text_of(actual_of(name)), text_of(expected_of(name))) for name in CASES)
    assert complaint("body_f1", score, FLOORS["body_f1"]) is None


def test_pages_that_are_no_articles_are_refused() -> None:
    refused = [name for name in case_names() if "error" in expected_of(name)]
    score = fmean(actual_of(name) == expected_of(name) for name in refused)
    assert complaint("refused", score, FLOORS["refused"]) is None


def test_every_floor_belongs_to_a_score() -> None:
    assert set(FLOORS) == {*FIELDS, "body_f1", "refused"}


def test_a_fall_and_a_rise_are_complained_of() -> None:
    assert "fell" in (complaint("title", 0.95, 0.96) or "")
    assert "raise" in (complaint("title", 1.0, 0.96) or "")
    assert complaint("title", 0.97, 0.96) is None
