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
        alone={"document": 1.8, "h1": 14, "heading": 9.5, "layout": 20, "line": 14, "metadata": 5.7, "script": 14},
        agree={"byline": 2, "document": 3.4, "document-holds": 1, "metadata": 2.1, "near-text": 1.1, "text": 2.6},
        doubt={
            "divided": 0.18,
            "document": 0.66,
            "far": 0.79,
            "few-words": 0.27,
            "labelled": 0.0078,
            "language": 0.12,
            "long": 0.41,
            "metadata": 0.42,
            "noted": 0.33,
            "part": 0.27,
            "short": 0.33,
            "site": 0.05,
            "unseen": 0.4,
        },
    ),
    "source": FieldOdds(
        alone={
            "account": 16,
            "beside-date": 6.8,
            "followed": 5.5,
            "label": 120,
            "layout": 20,
            "metadata": 15,
            "publisher-alone": 1.4,
            "script": 42,
        },
        agree={"link": 1, "metadata": 3.4, "publisher": 2.6, "site": 1},
        doubt={
            "bare": 1,
            "control": 0.0072,
            "language": 1,
            "long": 0.31,
            "metadata": 0.32,
            "no-date": 1,
            "no-headline": 0.06,
            "odd": 0.41,
            "person": 0.17,
            "rivals": 0.3,
        },
    ),
    "published_at": FieldOdds(
        alone={"byline": 22, "label": 33, "layout": 20, "metadata": 0.86, "modified": 1.2, "script": 8.5},
        agree={"again": 1.5, "clock": 5.7, "metadata": 3.2, "seen": 1, "url": 1.5},
        doubt={
            "changed-before": 0.41,
            "future": 0.14,
            "language": 1,
            "metadata": 0.19,
            "no-headline": 0.24,
            "noted": 0.19,
            "old": 0.37,
            "rivals": 0.13,
            "unseen": 0.57,
            "url": 0.23,
        },
    ),
    "authors": FieldOdds(
        alone={
            "author-link": 12,
            "beside-date": 11,
            "element-name": 9.3,
            "label": 15,
            "layout": 20,
            "metadata": 10,
            "role-behind": 6.7,
            "shown": 16,
            "text:credit": 9.8,
            "text:dateline": 12,
            "text:signature": 9.4,
        },
        agree={"again": 1.7, "metadata": 2.1, "persons": 3.5},
        doubt={"language": 0.29, "many": 0.43, "metadata": 0.44, "mixed": 0.25, "odd": 0.33},
    ),
    "editors": FieldOdds(
        alone={"label": 40, "layout": 20},
        agree={"again": 1.7, "persons": 1.9},
        doubt={},
    ),
    "breadcrumb": FieldOdds(
        alone={"arrow": 15, "bare": 2.7, "hint": 10, "label": 11, "layout": 20, "list": 4.5, "nested": 4.5},
        agree={"hint": 1.8, "home": 2, "linked": 2.2, "named": 1.8, "nested": 1.9},
        doubt={"one": 0.52, "unlinked": 0.51},
    ),
    "disclaimer": FieldOdds(
        alone={"heading": 24, "heading-inline": 15, "layout": 20, "legal-words": 4},
        agree={"legal": 2.6, "much-legal": 1.8, "several": 1.8},
        doubt={"short": 0.56},
    ),
    "teasers": FieldOdds(
        alone={"class-hint": 0.59, "heading": 15, "layout": 20},
        agree={"addresses": 2.7, "dated": 2.6, "host": 2.6, "several": 1.1},
        doubt={"many": 1, "unlinked": 0.77, "weak-heading": 0.081},
    ),
    "body": FieldOdds(
        alone={"density": 7.5, "layout": 20, "script": 9.3},
        agree={
            "as-long-as-stated": 1.7,
            "byline": 1.7,
            "ended": 1.7,
            "headline-above": 2,
            "metadata": 3.4,
            "most-prose": 1.5,
            "nearly-all-prose": 1,
            "paragraphs": 2.5,
            "sure-lines": 2.8,
        },
        doubt={
            "goes-on": 1,
            "goes-on-much": 0.56,
            "language": 1,
            "links": 0.48,
            "little": 0.43,
            "long": 0.33,
            "many-links": 0.16,
            "no-headline": 0.67,
            "noted": 0.01,
            "other-length-than-stated": 0.52,
            "short": 0.11,
            "skipped": 0.19,
            "some-prose": 0.41,
            "tiny": 0.11,
            "title-unseen": 0.46,
            "unframed": 0.097,
            "unsure-lines": 0.73,
            "very-long": 0.16,
            "very-unsure-lines": 0.35,
        },
    ),
}
