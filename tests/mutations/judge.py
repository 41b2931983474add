"""What became of a page's fields: right, wrong but said so, or silently wrong."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from xinnong_scraper import Article, ScraperError, extract_html
from xinnong_scraper.errors import NotAnArticleError

if TYPE_CHECKING:
    from datetime import datetime

    from .pages import Truth

FIELDS: Final = ("title", "source", "published_at", "body")
SURE: Final = 0.7
"""Confidence from which a value counts as stated."""
BODY: Final = 0.9
"""F1 over 4-grams from which a body counts as right."""
BODY_SLACK: Final = 0.02
"""By how much a body may fall below that of the page as it was, where that is not right either."""

_SPACE: Final = re.compile("[\\s\u200b-\u200d\ufeff\u2060]+")
_FOLD: Final = str.maketrans(dict(zip("“”‘’＂–—―•・", '""\'\'"---··', strict=True)))


class Verdict(StrEnum):
    """How a field, or the record, came out."""

    RIGHT = "right"
    FLAGGED = "flagged"
    SILENT = "silent"


Outcome = Article | NotAnArticleError


def read(data: bytes, *, url: str | None, headers: dict[str, str], now: datetime | None) -> Outcome:
    """The record, or the refusal; every other error is a failure of the library."""
    try:
        return extract_html(data, url=url, headers=headers, now=now)
    except NotAnArticleError as error:
        return error


def judge(truth: Truth, found: Outcome | ScraperError, *, usual_f1: float = 1.0) -> dict[str, Verdict]:
    """Judge each field. ``usual_f1`` is the body's likeness on the page before it was redesigned."""
    if not isinstance(found, Article):
        return dict.fromkeys(FIELDS, Verdict.FLAGGED if truth.is_article else Verdict.RIGHT)
    if not truth.is_article:
        return {**dict.fromkeys(FIELDS, Verdict.RIGHT), "body": _said(found, "body")}
    right = {
        "title": fold(found.title) in set(map(fold, truth.titles)),
        "source": (fold(found.source) or None) in {fold(source) or None for source in truth.sources},
        "published_at": _same_date(truth.published, found),
        "body": body_f1(truth, found) >= min(BODY, usual_f1 - BODY_SLACK),
    }
    verdicts = {field: Verdict.RIGHT if right[field] else _said(found, field) for field in FIELDS}
    if not right["published_at"] and _coarser(truth.published, found):
        verdicts["published_at"] = Verdict.FLAGGED  # the record says that it knows the day alone
    return verdicts


def whole(verdicts: dict[str, Verdict]) -> Verdict:
    """The record's verdict: the worst of its fields'."""
    return max(verdicts.values(), key=list(Verdict).index)


def body_f1(truth: Truth, found: Outcome) -> float:
    """The F1 over the 4-grams of the text, what is neither asked for nor wrong left out."""
    if not isinstance(found, Article):
        return 0.0
    text, true = squeeze(found.text), squeeze(truth.body)
    for part in sorted(map(squeeze, truth.neutral), key=len, reverse=True):
        if len(part) > 3 and part not in true:
            text = text.replace(part, "")
    return gram_f1(text, true)


def gram_f1(first: str, second: str) -> float:
    """The F1 over the 4-grams of two texts without white space."""
    mine, theirs = (Counter(text[at : at + 4] for at in range(max(1, len(text) - 3))) for text in (first, second))
    return 2 * (mine & theirs).total() / (mine.total() + theirs.total())


def squeeze(text: str | None) -> str:
    """The text without white space."""
    return _SPACE.sub("", text or "")


def fold(text: str | None) -> str:
    """The text as headlines and names are compared: without white space, case, width and kind of quotes."""
    return squeeze(unicodedata.normalize("NFKC", (text or "").translate(_FOLD))).casefold()


def _same_date(true: str | None, found: Article) -> bool:
    if true is None or found.published_at is None:
        return true is None and found.published_at is None
    width = {"day": 10, "minute": 16, "second": 19}[found.published_precision or "second"]
    return found.published_at.isoformat()[:width][: len(true)] == true


def _coarser(true: str | None, found: Article) -> bool:
    """Whether a record states less of the date than the page showed, and no other date."""
    width = {"day": 10, "minute": 16, "second": 19}[found.published_precision or "second"]
    if true is None or found.published_at is None or width >= len(true):
        return False
    return found.published_at.isoformat()[:width] == true[:width]


def _said(found: Article, field: str) -> Verdict:
    """Whether a record tells that a field of it is missing or doubtful."""
    told = any(w.field == field or w.code == "undecodable_bytes" for w in found.warnings)
    told = told or (field == "body" and any(w.code == "truncated" for w in found.warnings))
    evidence = found.evidence.get(field)
    unsure = evidence is not None and evidence.confidence < SURE
    return Verdict.FLAGGED if told or unsure else Verdict.SILENT
