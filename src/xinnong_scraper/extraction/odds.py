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
        alone={"document": 1.1, "h1": 28, "heading": 12, "layout": 20, "line": 7.7, "metadata": 2, "script": 20},
        agree={"byline": 2.8, "document": 3.2, "document-holds": 1, "metadata": 1.5, "near-text": 1, "text": 1.5},
        doubt={
            "document": 0.59,
            "far": 0.78,
            "language": 0.11,
            "long": 0.41,
            "metadata": 0.51,
            "part": 0.18,
            "short": 0.3,
            "site": 0.05,
            "unseen": 0.2,
        },
    ),
    "source": FieldOdds(
        alone={
            "account": 20,
            "beside-date": 5.8,
            "followed": 2.3,
            "label": 50,
            "layout": 20,
            "metadata": 15,
            "publisher-alone": 1,
            "script": 14,
        },
        agree={"again": 1.7, "link": 1, "metadata": 4.3, "publisher": 2.8, "site": 1},
        doubt={
            "bare": 0.68,
            "language": 1,
            "long": 0.34,
            "metadata": 0.4,
            "no-date": 0.91,
            "no-headline": 0.061,
            "odd": 0.39,
            "person": 0.21,
            "rivals": 0.32,
        },
    ),
    "published_at": FieldOdds(
        alone={"byline": 10, "label": 46, "layout": 20, "metadata": 0.87, "modified": 0.5, "script": 17},
        agree={"again": 1.4, "clock": 4.5, "metadata": 2.9, "seen": 1, "url": 2.3},
        doubt={
            "changed-before": 0.39,
            "future": 0.14,
            "language": 1,
            "metadata": 0.16,
            "no-headline": 0.23,
            "noted": 0.3,
            "old": 0.37,
            "rivals": 0.11,
            "unseen": 0.33,
            "url": 0.089,
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
        alone={"density": 4.9, "layout": 20, "script": 8.3},
        agree={
            "as-long-as-stated": 1.7,
            "byline": 3,
            "ended": 1.4,
            "headline-above": 1.4,
            "metadata": 2.4,
            "most-prose": 1.8,
            "nearly-all-prose": 1,
            "paragraphs": 2.6,
        },
        doubt={
            "goes-on": 1,
            "goes-on-much": 0.51,
            "language": 0.9,
            "links": 0.21,
            "little": 0.49,
            "long": 0.51,
            "many-links": 0.21,
            "no-headline": 0.28,
            "noted": 0.019,
            "other-length-than-stated": 0.55,
            "short": 0.23,
            "skipped": 0.53,
            "some-prose": 0.21,
            "tiny": 0.2,
            "title-unseen": 0.28,
            "unframed": 0.093,
            "very-long": 0.15,
        },
    ),
}
