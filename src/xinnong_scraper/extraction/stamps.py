"""The dates in a byline: which of them is the article's, and what the page's context adds to one without a year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from ..normalize.dates import FoundDate, find_dates, may_hold_date, parse_stamp
from ..normalize.text import clean, squeeze
from ..normalize.urls import date_in_url
from .pieces import PIECE, LabelledValue, in_pieces
from .reading import Candidate

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .reading import Reading

__all__ = ["is_date_alone", "is_modified", "propose_dates", "read_dates"]

_HEADLINE: Final = 9  # characters of a link
_LONE_DATE: Final = 30  # characters
_URL_MONTH = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])(?=[/-])")
_SPLIT_YEAR = re.compile(r"([12](?<!\d.)(?:(?<=1)9|(?<=2)0)\d\d)[\n\x1f ]((?:0?[1-9]|1[0-2])([-/.])\d{1,2})(?!\d)")


def _hint(reading: Reading) -> datetime | None:
    """The date that the page's context names, for dates without a year."""
    if reading.context is None:
        reading.context = (_find_hint(reading),)
    return reading.context[0]


def _find_hint(reading: Reading) -> datetime | None:
    zone = reading.layout.tzinfo
    if reading.page.url:
        if day := date_in_url(reading.page.url):
            return datetime.combine(day, time(), zone)
        if month := _URL_MONTH.search(reading.page.url):
            return datetime(int(month[1]), int(month[2]), monthrange(int(month[1]), int(month[2]))[1], tzinfo=zone)
    for stated in [*reading.metadata.all("published_at")[:2], *reading.metadata.all("date_hint")]:
        if found := parse_stamp(stated.value, zone):
            return found.value
    return None


def _is_entry(reading: Reading, line: Line, date: FoundDate) -> bool:
    """Tell an entry of a list, a headline link with its date, from a byline with a linked source or controls."""
    if line.link_chars * 2 <= len(line.text):
        return False
    texts = [clean(link.text()) for link in line.links]
    return sum(len(t) for t in texts if t != date.raw and not reading.lexicon.not_source.search(t)) >= _HEADLINE


def read_dates(reading: Reading, texts: list[str], owners: list[Line]) -> list[tuple[FoundDate, Line, str]]:
    """Find the dates with their line and the text before them on it."""
    joined = "\n".join(texts)
    if not may_hold_date(joined):
        return []
    offsets, at = [], 0
    for text in texts:
        offsets.append(at)
        at += len(text) + 1
    found = []
    written, joined = joined, _SPLIT_YEAR.sub(r"\1\3\2", joined)
    for date in find_dates(
        joined.replace(PIECE, " "), zone=reading.layout.tzinfo, now=reading.now, year_hint=_hint(reading)
    ):
        position = max(i for i, offset in enumerate(offsets) if offset <= date.start)
        if not _is_entry(reading, owners[position], date) and joined[date.end : date.end + 1] not in ("电", "讯"):
            shown = written[date.start : date.end]
            raw = date.raw if shown in joined else clean(shown.replace(PIECE, " ").replace("\n", " "))
            found.append((date._replace(raw=raw), owners[position], joined[offsets[position] : date.start]))
    return found or _lone_dates(reading, texts, owners)


def _lone_dates(reading: Reading, texts: list[str], owners: list[Line]) -> list[tuple[FoundDate, Line, str]]:
    """Find a date that is a piece of its own, such as 前天, which only counts where it stands alone."""
    found = []
    for text, owner in zip(texts, owners, strict=True):
        at = 0
        for piece in text.split(PIECE):
            if 2 <= len(piece) <= 12:
                dates = find_dates(
                    piece, zone=reading.layout.tzinfo, now=reading.now, year_hint=_hint(reading), limit=1
                )
                found += [(date, owner, text[: at + date.start]) for date in dates]
            at += len(piece) + 1
    return found[:2]


def propose_dates(
    reading: Reading, dates: list[tuple[FoundDate, Line, str]], labels: list[LabelledValue], *, labelled_only: bool
) -> None:
    """Propose the dates as the time of publication or of change, by their labels and their order."""
    told = {label.line.index for label in labels if label.field == "summary"}
    for date, line, before in dates:
        if line.index in told:
            continue  # of what the abstract tells
        field, word = "", ""
        if match := reading.lexicon.labels.at_end(before[-24:]):
            field, word = match.field, match.word
        else:
            for label in labels:
                if (
                    label.line is line
                    and label.start == 0
                    and label.field in ("published", "modified")
                    and date.raw[:4] in label.value
                ):
                    field, word = label.field, label.word
        known = sum(c.field == "published_at" and c.strategy == "landmarks" for c in reading.candidates)
        less = 0.1 * known  # the first date of a byline is the article's; later ones are of what it tells
        rule, node = f"label:{word}", _node_of(date, line)
        if field == "modified":
            reading.propose(Candidate("modified_at", date, date.raw, "landmarks", rule, node, 0.9))
        elif field == "published":
            reading.propose(Candidate("published_at", date, date.raw, "landmarks", rule, node, 0.93 - less))
        elif not labelled_only and field != "other":
            reading.propose(Candidate("published_at", date, date.raw, "landmarks", "byline-date", node, 0.85 - less))


def _node_of(date: FoundDate, line: Line) -> LexborNode:
    """Find the element that holds a date: its line's, or that of all its lines where it has several."""
    box = line.box
    while squeeze(date.raw) not in squeeze(line.text) and box.parent is not None and box.last == line.index + 1:
        box = box.parent
    return line.node if box is line.box else box.node


def is_date_alone(reading: Reading, line: Line) -> bool:
    """Tell a line that is a full date and nothing else."""
    if len(line.text) > _LONE_DATE:
        return False
    text = in_pieces(reading, line).replace(PIECE, " ")
    dates = find_dates(_SPLIT_YEAR.sub(r"\1\3\2", text), zone=reading.layout.tzinfo, limit=1)
    return bool(dates) and dates[0].kind == "absolute" and len(dates[0].raw) >= len(text) - 2


def is_modified(reading: Reading, before: str) -> bool:
    """Tell whether the text before a date ends with a label for changes (更新时间)."""
    label = reading.lexicon.labels.at_end(before[-24:])
    return label is not None and label.field == "modified"
