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
        alone={"document": 1.8, "h1": 13, "heading": 9.9, "layout": 20, "line": 13, "metadata": 5.3, "script": 14},
        agree={"byline": 2.1, "document": 3.6, "document-holds": 1, "metadata": 2, "near-text": 1.4, "text": 2.8},
        doubt={
            "document": 0.63,
            "far": 0.81,
            "language": 0.11,
            "long": 0.4,
            "metadata": 0.42,
            "noted": 0.34,
            "part": 0.26,
            "short": 0.33,
            "site": 0.05,
            "unseen": 0.38,
        },
    ),
    "source": FieldOdds(
        alone={
            "account": 20,
            "beside-date": 6.1,
            "followed": 2.2,
            "label": 140,
            "layout": 20,
            "metadata": 18,
            "publisher-alone": 1.4,
            "script": 45,
        },
        agree={"again": 1.6, "link": 1, "metadata": 4.1, "publisher": 2.8, "site": 1},
        doubt={
            "bare": 0.69,
            "language": 1,
            "long": 0.35,
            "metadata": 0.31,
            "no-date": 1,
            "no-headline": 0.069,
            "odd": 0.45,
            "person": 0.2,
            "rivals": 0.3,
        },
    ),
    "published_at": FieldOdds(
        alone={"byline": 24, "label": 34, "layout": 20, "metadata": 0.85, "modified": 1.4, "script": 9},
        agree={"again": 1.5, "clock": 6.3, "metadata": 3.2, "seen": 1, "url": 1.5},
        doubt={
            "changed-before": 0.41,
            "future": 0.14,
            "language": 1,
            "metadata": 0.18,
            "no-headline": 0.23,
            "noted": 0.17,
            "old": 0.37,
            "rivals": 0.12,
            "unseen": 0.55,
            "url": 0.24,
        },
    ),
    "authors": FieldOdds(
        alone={
            "author-link": 14,
            "beside-date": 15,
            "element-name": 10,
            "label": 22,
            "layout": 20,
            "metadata": 11,
            "role": 13,
            "role-behind": 6.8,
            "shown": 18,
            "text": 9.4,
            "text:credit": 11,
            "text:dateline": 19,
            "text:line": 10,
            "text:signature": 10,
        },
        agree={"again": 1.9, "metadata": 2.2, "persons": 4},
        doubt={"language": 0.22, "many": 0.43, "metadata": 0.44, "odd": 0.32, "publisher": 0.55},
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
        alone={"density": 7.9, "layout": 20, "script": 8.3},
        agree={
            "as-long-as-stated": 1.5,
            "byline": 2.8,
            "ended": 1.5,
            "headline-above": 1.4,
            "metadata": 2.5,
            "most-prose": 1.6,
            "nearly-all-prose": 1,
            "paragraphs": 2.7,
        },
        doubt={
            "goes-on": 1,
            "goes-on-much": 0.67,
            "language": 1,
            "links": 0.21,
            "little": 0.57,
            "long": 0.58,
            "many-links": 0.24,
            "no-headline": 0.74,
            "noted": 0.0085,
            "other-length-than-stated": 0.54,
            "short": 0.21,
            "skipped": 0.46,
            "some-prose": 0.39,
            "tiny": 0.25,
            "title-unseen": 0.31,
            "unframed": 0.075,
            "very-long": 0.16,
        },
    ),
}
