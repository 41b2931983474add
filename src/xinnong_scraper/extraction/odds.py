"""The numbers that confidence is made of."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ODDS", "FieldOdds"]


class FieldOdds(NamedTuple):
    """What the signs of one field are worth."""

    alone: dict[str, float]
    """The odds that a value of this kind is right, with no other sign."""
    agree: dict[str, float]
    """What a sign that agrees multiplies the odds by: 1 or more."""
    doubt: dict[str, float]
    """What a doubt multiplies them by: 1 or less."""
    unknown: float = 4.0
    """The odds of a kind that the table does not have."""


ODDS: Final[dict[str, FieldOdds]] = {
    "title": FieldOdds(
        alone={"document": 1.9, "h1": 20, "heading": 6.3, "layout": 20, "line": 6.3, "metadata": 5.8, "script": 16},
        agree={"byline": 2.6, "document": 4.1, "document-holds": 1, "metadata": 1.5, "near-text": 1.1, "text": 2.3},
        doubt={
            "document": 0.89,
            "far": 0.77,
            "language": 0.079,
            "long": 0.42,
            "metadata": 0.46,
            "noted": 0.29,
            "part": 0.21,
            "short": 0.3,
            "site": 0.05,
            "unseen": 0.45,
        },
    ),
    "source": FieldOdds(
        alone={
            "account": 21,
            "beside-date": 7,
            "followed": 2.6,
            "label": 170,
            "layout": 20,
            "metadata": 20,
            "publisher-alone": 1.1,
            "script": 52,
        },
        agree={"again": 1.7, "link": 1, "metadata": 4.2, "publisher": 1.9, "site": 1},
        doubt={
            "bare": 0.59,
            "language": 1,
            "long": 0.35,
            "metadata": 0.33,
            "no-date": 0.88,
            "no-headline": 0.079,
            "odd": 0.4,
            "person": 0.2,
            "rivals": 0.29,
        },
    ),
    "published_at": FieldOdds(
        alone={"byline": 16, "label": 44, "layout": 20, "metadata": 0.93, "modified": 0.5, "script": 17},
        agree={"again": 1.6, "clock": 5.1, "metadata": 2.6, "seen": 1.1, "url": 2},
        doubt={
            "changed-before": 0.45,
            "future": 0.14,
            "language": 0.88,
            "metadata": 0.12,
            "no-headline": 0.2,
            "noted": 0.29,
            "old": 0.37,
            "rivals": 0.1,
            "unseen": 0.32,
            "url": 0.14,
        },
    ),
    "authors": FieldOdds(
        alone={
            "beside-date": 16,
            "label": 51,
            "layout": 20,
            "role": 13,
            "text": 9.5,
            "text:credit": 12,
            "text:dateline": 21,
            "text:line": 10,
            "text:signature": 11,
        },
        agree={"again": 1.9, "metadata": 1.8, "persons": 2.8},
        doubt={"language": 0.52, "metadata": 0.54, "publisher": 0.52},
    ),
    "editors": FieldOdds(
        alone={"label": 71, "layout": 20, "script": 9.6, "text": 11, "text:line": 9.6},
        agree={"again": 1.7, "persons": 2.2},
        doubt={},
    ),
    "breadcrumb": FieldOdds(
        alone={
            "arrow": 20,
            "bare": 2.8,
            "hint": 11,
            "label": 13,
            "layout": 20,
            "list": 4.8,
            "nested": 4.8,
            "pictures": 9.1,
        },
        agree={"hint": 2, "home": 2.3, "linked": 2.6, "named": 2, "nested": 2.2},
        doubt={"one": 0.52, "unlinked": 0.54},
    ),
    "disclaimer": FieldOdds(
        alone={"heading": 65, "heading-inline": 4.3, "layout": 20, "legal-words": 2.2},
        agree={"legal": 1.7, "much-legal": 1.2, "several": 1},
        doubt={"short": 0.98},
    ),
    "teasers": FieldOdds(
        alone={"class-hint": 0.52, "heading": 19, "layout": 20},
        agree={"addresses": 3.2, "dated": 2.7, "host": 3.1, "several": 1.1},
        doubt={"many": 1, "one": 0.5, "unlinked": 0.74, "weak-heading": 0.076},
    ),
    "body": FieldOdds(
        alone={"density": 5.3, "layout": 20, "script": 8.2},
        agree={
            "as-long-as-stated": 1.7,
            "byline": 3.3,
            "ended": 1.7,
            "headline-above": 1.3,
            "metadata": 2.5,
            "most-prose": 2.1,
            "nearly-all-prose": 1,
            "paragraphs": 2.6,
        },
        doubt={
            "goes-on": 1,
            "goes-on-much": 0.44,
            "language": 0.81,
            "links": 0.22,
            "little": 0.61,
            "long": 0.45,
            "many-links": 0.18,
            "no-headline": 0.42,
            "noted": 0.0094,
            "other-length-than-stated": 0.54,
            "short": 0.2,
            "skipped": 0.47,
            "some-prose": 0.24,
            "tiny": 0.32,
            "title-unseen": 0.42,
            "unframed": 0.081,
            "very-long": 0.14,
        },
    ),
}
