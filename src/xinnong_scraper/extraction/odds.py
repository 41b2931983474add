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
        alone={"document": 1.8, "h1": 28, "heading": 9.9, "layout": 20, "line": 5.3, "metadata": 1.9, "script": 10},
        agree={"byline": 2.5, "document": 3.1, "document-holds": 1, "metadata": 1.5, "near-text": 1, "text": 1.7},
        doubt={
            "document": 0.41,
            "far": 0.8,
            "language": 0.13,
            "long": 0.42,
            "metadata": 0.59,
            "part": 0.17,
            "short": 0.18,
            "site": 0.05,
            "unseen": 0.18,
        },
    ),
    "source": FieldOdds(
        alone={
            "account": 18,
            "beside-date": 6.9,
            "followed": 2.7,
            "label": 110,
            "layout": 20,
            "metadata": 12,
            "publisher-alone": 1,
            "script": 14,
        },
        agree={"again": 1.7, "link": 1, "metadata": 3.7, "publisher": 2.4, "site": 1},
        doubt={
            "bare": 0.56,
            "language": 1,
            "metadata": 0.21,
            "no-date": 0.62,
            "no-headline": 0.12,
            "odd": 0.7,
            "person": 0.13,
            "rivals": 0.27,
        },
    ),
    "published_at": FieldOdds(
        alone={"byline": 12, "label": 82, "layout": 20, "metadata": 0.61, "modified": 0.39, "script": 10},
        agree={"again": 1.3, "clock": 4.7, "metadata": 2.7, "seen": 1.2, "url": 2.2},
        doubt={
            "changed-before": 0.54,
            "future": 0.14,
            "language": 1,
            "metadata": 0.14,
            "no-headline": 0.4,
            "old": 0.37,
            "rivals": 0.07,
            "unseen": 0.25,
            "url": 0.4,
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
        alone={"density": 3.5, "layout": 20, "script": 9.2},
        agree={
            "as-long-as-stated": 1.7,
            "byline": 9.3,
            "ended": 2.7,
            "headline-above": 2,
            "metadata": 3.3,
            "most-prose": 1.7,
            "nearly-all-prose": 1.1,
            "paragraphs": 1,
        },
        doubt={
            "goes-on": 0.72,
            "goes-on-much": 0.54,
            "language": 1,
            "links": 0.22,
            "little": 0.63,
            "long": 0.59,
            "many-links": 0.079,
            "no-headline": 0.27,
            "other-length-than-stated": 0.56,
            "short": 1,
            "skipped": 0.079,
            "some-prose": 0.22,
            "tiny": 0.28,
            "title-unseen": 0.27,
            "very-long": 0.2,
        },
    ),
}
