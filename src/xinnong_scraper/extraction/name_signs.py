"""What speaks for and against a title, a date, a source and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.dates import FoundDate
from ..normalize.text import squeeze
from ..normalize.urls import date_in_url
from .findings import Signs, chosen
from .headline import split_site_name

if TYPE_CHECKING:
    from .findings import Findings
    from .headline import Headline
    from .reading import Candidate

__all__ = ["date_signs", "person_signs", "source_signs", "title_signs"]

_SHORT_TITLE: Final = 6
_LONG_TITLE: Final = 90
_NEAR: Final = 8  # lines
_FAR: Final = 30
_OLDEST: Final = 1995
_DAYS: Final = 2  # between the date in an address and the one shown
_LONG_NAME: Final = 12  # characters of a publisher's name
_LONGEST_PERSON: Final = 20
_MANY: Final = 4
_ODD_NAME = re.compile(r"[\d，。！？；：:/@#|]|\s\S*\s")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{4,}|[\u4e00-\u9fff]{2}")
_MOST_WORDS: Final = 12
_DIVIDED = re.compile(r"\S ?[|｜] ?\S|\S [-–—] \S")
_FEW_WORDS: Final = 2


def title_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the title: whether document and metadata repeat it, and where it stands to the text."""
    reading, text = found.reading, squeeze(str(winner.value))
    document = found.document
    headline, span = reading.headline, reading.span
    gap = span[0] - headline.last if headline is not None and span is not None else None
    seen = winner.strategy == "landmarks"
    held = bool(text) and text in document
    first = squeeze(split_site_name(reading.outline.head.title)[0]) if held and seen and text != document else document
    agree = {
        "document": held and (document.startswith(text) or first == text),
        "document-holds": held and not (document.startswith(text) or first == text),
        "metadata": found.agreeing("title", "metadata:meta:", "metadata:json-ld:"),
        "text": _told(str(winner.value), found.beginning),
        "near-text": seen and gap is not None and 0 <= gap <= _NEAR,
        "byline": seen and (found.is_shown("published_at") or found.is_shown("source")),
    }
    doubt = {
        "metadata": bool(found.resolved.rivals.get("title")),
        "document": len(document) >= _SHORT_TITLE and not held,
        "part": held and len(first) > len(text) + 3 and first.startswith(text),
        "unseen": winner.strategy == "metadata",
        "noted": found.is_doubted("title"),
        "site": text == squeeze(found.resolved.get("site_name") or "") or text in reading.lexicon.home,
        "short": len(text) < _SHORT_TITLE,
        "long": len(text) > _LONG_TITLE,
        "labelled": seen and headline is not None and _is_labelled(found, headline),
        "far": gap is not None and not -_NEAR <= gap <= _FAR,
        "language": found.is_foreign,
        "few-words": found.is_foreign and len(str(winner.value).split()) <= _FEW_WORDS,
        "divided": found.is_foreign and _DIVIDED.search(str(winner.value)) is not None,
    }
    return Signs(_title_kind(found, winner), chosen(agree), chosen(doubt))


def _title_kind(found: Findings, winner: Candidate) -> str:
    if winner.strategy == "metadata":
        stated = winner.rule.startswith(("meta:", "json-ld:"))
        return "metadata" if stated else "document" if winner.rule == "title" else "script"
    headline = found.reading.headline
    if winner.strategy != "landmarks" or headline is None:
        return winner.strategy
    level = headline.line.box.heading
    return "line" if not level else "h1" if level == 1 else "heading"


def _is_labelled(found: Findings, headline: Headline) -> bool:
    """Tell a plain line that a source's label alone stands above, so that it is the label's value."""
    if headline.line.box.heading:
        return False
    above = found.reading.lines[headline.first - 1].text.strip(":： ") if headline.first else ""
    return found.reading.lexicon.labels.field(above) == "source"


def _told(title: str, text: str) -> bool:
    """Tell whether a third of the title's words stand in the text."""
    words = _WORD.findall(title.casefold())[:_MOST_WORDS]
    return bool(words) and 3 * sum(word in text for word in words) >= len(words)


def date_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the date of publication: whether address, metadata or another visible date say the same."""
    date: FoundDate = winner.value
    day = date.value.date() if date.value is not None else None
    in_url = date_in_url(found.reading.page.url)
    others = [c.value.value.date() for c in found.others("published_at") if c.value.value is not None]
    apart = abs((in_url - day).days) if in_url is not None and day is not None else 0
    changed = found.resolved.winners.get("modified_at")
    now = found.reading.now
    unseen = winner.strategy == "metadata"
    agree = {
        "metadata": found.agreeing("published_at", "metadata:"),
        "url": in_url is not None and not apart,
        "again": day in others,
        "clock": date.precision != "day" and winner is not changed,
        "seen": unseen and day is not None and found.shows_day(day),
    }
    doubt = {
        "metadata": bool(found.resolved.rivals.get("published_at")),
        "url": apart > _DAYS,
        "rivals": any(other != day for other in others),
        "no-headline": not found.is_shown("title"),
        "unseen": unseen,
        "noted": found.is_doubted("published_at"),
        "future": now is not None and date.value is not None and date.value > now,
        "old": day is not None and day.year < _OLDEST,
        "changed-before": changed is not None and winner is not changed and _is_before(changed, date),
        "language": found.is_foreign,
    }
    return Signs(_date_kind(winner), chosen(agree), chosen(doubt))


def _date_kind(winner: Candidate) -> str:
    if winner.field == "modified_at":
        return "modified"
    if winner.strategy == "landmarks":
        return "label" if winner.rule.startswith("label:") else "byline"
    if winner.strategy == "metadata" and not winner.rule.startswith(("meta:", "json-ld:")):
        return "script"
    return winner.strategy


def _is_before(changed: Candidate, date: FoundDate) -> bool:
    value = changed.value.value if isinstance(changed.value, FoundDate) else None
    return value is not None and date.value is not None and value.date() < date.value.date()


def source_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the source: whether it has a label, reads like a publisher's name, and is said elsewhere."""
    lexicon, name = found.reading.lexicon, str(winner.value)
    publisher = bool(lexicon.publisher.search(name))
    site = found.resolved.get("site_name")
    kind = _name_kind(winner)
    agree = {
        "metadata": found.agreeing("source", "metadata:"),
        "again": any(c.value == name for c in found.others("source")),
        "publisher": publisher,
        "link": winner.node is not None and winner.node.tag == "a",
        "site": site == name,
    }
    doubt = {
        "metadata": bool(found.resolved.rivals.get("source")),
        "rivals": any(c.value != name for c in found.others("source")),
        "long": len(name) > _LONG_NAME and not publisher,
        "bare": kind != "label" and not publisher and site != name,
        "no-date": not found.is_shown("published_at"),
        "no-headline": not found.is_shown("title"),
        "person": not publisher and lexicon.person.fullmatch(name) is not None,
        "odd": _ODD_NAME.search(name) is not None,
        "control": not publisher and _is_control(found, winner),
        "language": found.is_foreign,
    }
    return Signs(kind, chosen(agree), chosen(doubt))


def _is_control(found: Findings, winner: Candidate) -> bool:
    """Tell a name that leads to another part of its page and has a control's words (我要评论)."""
    link = winner.node.attributes.get("href") if winner.node is not None and winner.node.tag == "a" else None
    inside = link is not None and len(link) > 1 and link.startswith("#")
    return inside and found.reading.lexicon.not_source.search(str(winner.value)) is not None


def person_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at authors or editors: whether they read like persons' names and are said elsewhere."""
    names: list[str] = winner.value
    shown = set(names)
    others = found.others(winner.field)
    agree = {
        "metadata": found.agreeing(winner.field, "metadata:")
        or any(name in stated.value for stated in found.reading.metadata.all(winner.field)[:3] for name in names),
        "again": any(c.rule != winner.rule and shown & set(c.value) for c in others),
        "persons": all(found.is_person(name) for name in names),
    }
    doubt = {
        "rivals": any(c.rule != winner.rule and not set(c.value) <= set(winner.value) for c in others)
        or any(c.rule != winner.rule and not shown & set(c.value) for c in others),
        "many": len(names) > _MANY,
        "odd": any(_ODD_NAME.search(name) or not 2 <= len(name) <= _LONGEST_PERSON for name in names),
        "publisher": any(found.reading.lexicon.publisher.search(name) for name in names),
        "metadata": bool(found.resolved.rivals.get(winner.field)),
        "language": found.is_foreign,
        "mixed": found.is_foreign and 0 < sum(map(found.is_person, names)) < len(names),
    }
    return Signs(_name_kind(winner), chosen(agree), chosen(doubt))


def _name_kind(winner: Candidate) -> str:
    """The part of the rule before its word: ``label`` of ``label:来源``."""
    if winner.strategy == "metadata" and not winner.rule.startswith(("meta:", "json-ld:")):
        return "script"
    if winner.strategy != "landmarks":
        return winner.strategy
    kind, _, word = winner.rule.partition(":")
    return f"{kind}:{word}" if kind == "text" and word in ("dateline", "credit", "line", "signature") else kind
