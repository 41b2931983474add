"""Second thoughts about a record that is read: what in it may be another thing than the article's own.

Each check compares findings that were made apart from each other: the text and the headline's words, the text's place
and its end, metadata and what a reader sees. What fails it stays in the record, with a warning of low confidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.dates import find_dates
from ..normalize.text import squeeze

if TYPE_CHECKING:
    from ..blocks import Box
    from .density import TextArea
    from .reading import Reading
    from .resolution import Resolved

__all__ = ["note_doubts"]

_NOTE: Final = 100  # characters, white space left out: of a notice, or of a report that says what its headline says
_UNENDED: Final = 160  # characters of a text that should end as a sentence
_STUB: Final = 800  # characters of an opening that is shown in a text's place
_LONG: Final = 1_200  # characters of a text whose length is told by its beginning
_SURPLUS: Final = 50  # characters of a beginning that the whole text cannot fall short of
_TERMS: Final = 8  # of a headline that says enough to be compared with
_FEW_TERMS: Final = 4  # enough beside a short text
_SHARED: Final = 0.1  # of a headline's terms, the least that texts and their headlines have in common
_SHARED_BY_NOTE: Final = 0.2
_FAR: Final = 120  # characters between the byline and the text, more than tools and an abstract take
_ENTRY: Final = 8  # characters of a link that reads like a headline
_ENTRIES: Final = 3
_SERIES: Final = 3  # pictures that are an article without a text
_DATE: Final = 30  # characters of a line that is hardly more than a date
_FIRST: Final = 60  # paragraphs that tell what a text is
_BY_PLACE: Final = frozenset({"beside-date", "byline-date", "followed", "publisher-alone"})
_TERM = re.compile(r"(?=([\u3400-\u9fff]{2}))|(?<![A-Za-z0-9])([A-Za-z0-9]{4,})")
_ENDS: Final = "。！？”’）】》」』…!?.)\"';；:："
_OPEN = re.compile(
    r"(?:…|(?<!\.)\.{3,}+)[\s\W]{0,4}(?:\S{0,4}(?:阅读|展开|查看|显示)\S{0,2}(?:全文|更多|剩余|详情)\W{0,4})?$"
)


def note_doubts(reading: Reading, resolved: Resolved, area: TextArea | None) -> None:
    """Note what in the record its own parts speak against."""
    if doubt := _doubt_about_text(reading, resolved, area):
        reading.note("low_confidence", "body", doubt)
        _doubt_places(reading, resolved)
    stated = resolved.grounds.get("title")
    if stated and stated.strategy == "metadata" and not _is_shown(reading, resolved.get("title")):
        reading.note("low_confidence", "title", f"no line of the page shows what {stated.rule} calls its headline")
    if doubt := _doubt_about_date(reading, resolved, headed=stated is not None and stated.strategy != "metadata"):
        reading.note("low_confidence", "published_at", doubt)


def _doubt_places(reading: Reading, resolved: Resolved) -> None:
    """Doubt what was told by its place between headline and text alone, where the text may be another thing."""
    for field in ("source", "published_at"):
        found = resolved.grounds.get(field)
        if found and not found.agreeing and found.rule in _BY_PLACE:
            reading.note("low_confidence", field, "it has no label, and where the article's text begins is not sure")


def _doubt_about_date(reading: Reading, resolved: Resolved, *, headed: bool) -> str | None:
    found = resolved.grounds.get("published_at")
    if found is None:
        return None
    if found.strategy == "metadata" and any(note[:2] == ("metadata_disagrees", "title") for note in reading.notes):
        return f"the date stands only in {found.rule}, and the metadata is that of a page with another headline"
    if found.rule == "byline-date" and not headed and not found.agreeing:
        return "the date stands below no headline; it may be that of the day, or of something else on the page"
    return None


def _is_shown(reading: Reading, title: str) -> bool:
    own = squeeze(title)
    return any(own in squeeze(line.text) for line in reading.lines if len(line.text) >= len(own))


def _doubt_about_text(reading: Reading, resolved: Resolved, area: TextArea | None) -> str | None:
    """Say why the text may be none, a part of one, or another's; None where nothing speaks against it."""
    body = resolved.get("body")
    evidence = resolved.grounds.get("body")
    if body is None or evidence is None or not body.blocks:
        return None
    written = body.text
    text = _squeezed(written)
    pictures = sum(block.kind == "image" for block in body.blocks)
    if not text:
        return None if pictures >= _SERIES else "no text was found beside the picture"
    if len(text) < _STUB and _OPEN.search(written[-40:]):
        return "the text breaks off with dots; the page may show only its beginning"
    few = len(body.blocks) <= 2 and (not pictures or evidence.agreeing)
    if len(text) < _UNENDED and text[-1] not in _ENDS and few:
        return "the text is short and does not end as a sentence; the page may show only a part of it"
    if area is not None and _is_visitors(reading, area):
        return "the text stands among what visitors wrote"
    if evidence.agreeing:
        return None
    shared = _shared(resolved.get("title"), text, written)
    if shared < (_SHARED_BY_NOTE if len(text) < _NOTE else 0 if reading.distance < _FAR else _SHARED):
        return "the text has hardly a word in common with the headline; it may belong to something else on the page"
    if shared < _SHARED_BY_NOTE and _dated(reading, body.paragraphs) >= _ENTRIES:
        return "the text is full of dates of other things; it may be a list, or what visitors wrote"
    if area is not None and shared < _SHARED_BY_NOTE and _is_list(reading, area, len(body.blocks)):
        return "links to other articles stand all through the text; it may be a list of them"
    return None


def _squeezed(text: str) -> str:
    """The form for comparison of a text, or of so much of a long one as tells that it is no stub."""
    opening = squeeze(text[:_LONG])
    return opening if len(opening) > _STUB + _SURPLUS or len(text) <= _LONG else squeeze(text)


def _shared(title: str | None, text: str, written: str) -> float:
    """The share of a headline's terms (pairs of Han characters, longer words) that a text has; 1 for a vague one.

    ``text`` is the squeezed text as far as it tells the length of the one that is written. Where that much of it has
    terms enough, the rest is not looked at.
    """
    terms = {(pair or word).lower() for pair, word in _TERM.findall(title or "")}
    if len(terms) < (_FEW_TERMS if len(text) < _NOTE else _TERMS):
        return 1.0
    share = _share(terms, text)
    return share if share >= _SHARED_BY_NOTE or len(written) <= _LONG else _share(terms, squeeze(written))


def _share(terms: set[str], text: str) -> float:
    known = text.lower()
    return sum(term in known for term in terms) / len(terms)


def _is_visitors(reading: Reading, area: TextArea) -> bool:
    box: Box | None = area.box
    while box is not None and box.parent is not None:
        if reading.lexicon.visitors_hint.search(box.ident):
            return True
        box = box.parent
    return False


def _dated(reading: Reading, paragraphs: list[str]) -> int:
    """Count paragraphs that are hardly more than a date."""
    zone = reading.layout.tzinfo
    return sum(len(text) <= _DATE and bool(find_dates(text, zone=zone, limit=1)) for text in paragraphs[:_FIRST])


def _is_list(reading: Reading, area: TextArea, blocks: int) -> bool:
    entries = sum(line.all_link and line.link_chars >= _ENTRY for line in reading.lines[area.first : area.last])
    return entries >= _ENTRIES and entries * 2 >= blocks
