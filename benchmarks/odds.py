"""Finds the numbers of ``extraction/odds.py``: the odds of every kind of value and the factors of every sign.

A logistic regression with few features, each kept on its side: a sign that agrees never lowers, a doubt never raises.
Every weight is drawn to a value set by hand (a prior), so that what few pages show moves it little. Pages that come
from one page are weighed as one.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from .judging import FIELDS, labelled_pages, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .judging import Verdict

__all__ = ["Fitted", "chance", "fit", "mean_of", "table_of", "weight_of"]

ROUNDS: Final = 60
Feature = tuple[str, str]
"""``alone``, ``agree`` or ``doubt``, and the name."""

_PRIORS: Final = {"alone": (2.2, 1.2), "agree": (0.5, 0.7), "doubt": (-0.7, 0.9)}
"""Mean and spread of a weight before any page was seen, as logarithms of odds and factors."""
_BY_HAND: Final[dict[str, dict[Feature, float]]] = {
    "title": {
        ("alone", "h1"): 3.0,
        ("alone", "document"): 1.0,
        ("doubt", "unseen"): -0.7,
        ("doubt", "site"): -3.0,
        ("doubt", "labelled"): -4.6,
    },
    "published_at": {
        ("alone", "label"): 3.0,
        ("alone", "metadata"): 1.7,
        ("alone", "script"): 1.0,
        ("alone", "modified"): -0.5,
        ("doubt", "metadata"): -1.5,
        ("doubt", "rivals"): -1.5,
        ("doubt", "unseen"): 0.0,
        ("doubt", "future"): -2.0,
        ("doubt", "old"): -1.0,
    },
    "source": {
        ("alone", "label"): 3.0,
        ("alone", "publisher-alone"): 0.1,
        ("doubt", "bare"): -1.5,
        ("doubt", "rivals"): -1.2,
        ("doubt", "control"): -4.6,
    },
    "authors": {("alone", "label"): 3.0, ("alone", "shown"): 3.0},
    "editors": {("alone", "label"): 3.0},
    "breadcrumb": {("alone", "bare"): 1.0, ("alone", "list"): 1.5, ("alone", "nested"): 1.5},
    "disclaimer": {("alone", "heading"): 3.0, ("alone", "legal-words"): 0.5, ("alone", "heading-inline"): 2.5},
    "teasers": {("alone", "heading"): 3.0, ("alone", "class-hint"): 0.0, ("doubt", "weak-heading"): -2.0},
    "body": {
        ("alone", "script"): 1.5,
        ("doubt", "unframed"): -1.5,
        ("doubt", "tiny"): -2.0,
        ("doubt", "skipped"): -1.5,
        ("doubt", "many-links"): -1.5,
        ("doubt", "very-long"): -1.5,
    },
}
"""Other means, where it is plain beforehand that a kind of value is surer or less sure than others."""
_ALWAYS: Final[dict[Feature, float]] = {("alone", "layout"): 3.0}
_GENERAL: Final = 0.3
_REDESIGN: Final = 0.1
_WRONG: Final = 4.0
_STEP: Final = 2.0  # a weight's most in one round


class Row(NamedTuple):
    """Values with the same signs."""

    features: tuple[Feature, ...]
    right: float
    wrong: float


Fitted = dict[Feature, float]
"""The weight of every feature, as a logarithm."""


def fit(field: str, verdicts: Iterable[tuple[Verdict, float]]) -> Fitted:
    """Find the most likely weights of one field, given its verdicts and how much each counts."""
    counts: dict[tuple[Feature, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for verdict, weight in verdicts:
        if verdict.said and verdict.signs is not None:
            counts[features_of(verdict)][verdict.right] += weight
    rows = [Row(features, right, wrong) for features, (wrong, right) in counts.items()]
    having: dict[Feature, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for feature in row.features:
            having[feature].append(number)
    means = {feature: mean_of(field, feature) for feature in having}
    weights = dict(means)
    scores = [sum(weights[feature] for feature in row.features) for row in rows]
    for _ in range(ROUNDS):
        for feature, numbers in having.items():
            step = _improve(
                feature, weights[feature], means[feature], [(rows[number], scores[number]) for number in numbers]
            )
            weights[feature] += step
            for number in numbers:
                scores[number] += step
    return weights


def mean_of(field: str, feature: Feature) -> float:
    """Give a weight before any page was seen."""
    return _BY_HAND.get(field, {}).get(feature, _PRIORS[feature[0]][0])


def features_of(verdict: Verdict) -> tuple[Feature, ...]:
    """Give a verdict's features."""
    signs = verdict.signs
    if signs is None:
        return ()
    return (
        ("alone", signs.kind),
        *(("agree", name) for name in signs.agree),
        *(("doubt", name) for name in signs.doubt),
    )


def _improve(feature: Feature, weight: float, mean: float, rows: list[tuple[Row, float]]) -> float:
    """Give the Newton step of one weight, kept on its side."""
    spread = _PRIORS[feature[0]][1]
    slope, curve = (mean - weight) / spread**2, 1 / spread**2
    for row, score in rows:
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        slope += row.right - (row.right + row.wrong) * chance
        curve += (row.right + row.wrong) * chance * (1 - chance)
    new = weight + max(-_STEP, min(_STEP, slope / curve))
    return {"alone": new, "agree": max(0.0, new), "doubt": min(0.0, new)}[feature[0]] - weight


def chance(weights: Fitted, verdict: Verdict) -> float:
    """Give the chance that a value is right."""
    score = sum(weights.get(feature, 0.0) for feature in features_of(verdict))
    return max(0.02, min(0.99, 1 / (1 + math.exp(-score))))


def weight_of(verdict: Verdict) -> float:
    """Say how much a verdict counts.

    The library was made on the pages that most verdicts come from, so that on others more is wrong: what is wrong
    counts several times. Redesigns of a page are hardly more than the page. The labels of the general pages were not
    made by one hand.
    """
    if verdict.page.group == "general":
        return _GENERAL
    weight = _REDESIGN if verdict.page.change else 1.0
    return weight if verdict.right else weight * _WRONG


def table_of(field: str, weights: Fitted) -> dict[str, dict[str, float]]:
    """Give odds and factors by part of the table, what no page showed included as it was set by hand."""
    by_hand = {**_ALWAYS, **_BY_HAND.get(field, {})}
    parts: dict[str, dict[str, float]] = {"alone": {}, "agree": {}, "doubt": {}}
    for (part, name), weight in sorted({**by_hand, **weights}.items()):
        parts[part][name] = float(f"{math.exp(weight):.2g}")
    return parts


def main() -> None:
    """Print the table of ``extraction/odds.py``."""
    found = [verdict for name in sys.argv[1:] for page in labelled_pages(name) for verdict in verdicts(page)]
    print("ODDS: Final[dict[str, FieldOdds]] = {")
    for field in FIELDS:
        weights = fit(field, [(verdict, weight_of(verdict)) for verdict in found if verdict.field == field])
        print(f'    "{field}": FieldOdds(')
        for part, values in table_of(field, weights).items():
            shown = ", ".join(f'"{name}": {value:g}' for name, value in values.items())
            print(f"        {part}={{{shown}}},")
        print("    ),")
    print("}")


if __name__ == "__main__":
    main()
