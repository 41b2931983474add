"""What the page shows signs of and the record lacks: a heading without its list, a path elsewhere, an author, a source.

A field that is left empty has no confidence, so only a warning tells a reader to look.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ..layouts.languages import words_of_languages
from ..normalize.clocks import word_key
from ..normalize.text import squeeze
from .language import is_chinese
from .teaser_lines import HEADLINE
from .teasers import has_own_heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..blocks import Line
    from .reading import Reading
    from .resolution import Resolved

__all__ = ["note_left_out"]

_BELOW: Final = 24  # lines below the text
_SURE_RANK: Final = 70  # headings up to here say that what follows is related
_LIKELY_RANK: Final = 90  # headings up to here say so by a part of them
_FEW: Final = 2  # entries of a list that is too short for such a heading
_HEADING: Final = 24  # characters
_STEPS: Final = 2  # links of a path
_BYLINE: Final = 60  # characters
_SHORTEST_NAME: Final = 4  # characters of an account's name; sections and controls have fewer
_LONGEST_NAME: Final = 12
_LABEL_ABOVE: Final = 4  # lines above the text that may be a label alone
_WORD = re.compile(r"[^\W\d_]+")
_AUTHOR = re.compile(r"\b(?:post-?|entry-?)?(?:author|byline)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_NAME = re.compile(r"[\s\d，。！？；：:>＞»…]")
_ARROW = re.compile(r"[>＞»›〉→]")


def note_left_out(reading: Reading, resolved: Resolved) -> None:
    """Note related articles and a breadcrumb below the text, an author and a source that have signs alone."""
    if reading.span is None:
        return
    if resolved.get("authors") is None and not is_chinese(reading) and (shown := _author_sign(reading)):
        reading.note("missing_field", "authors", f"{shown}, but no name that surely is the author's was found")
    if resolved.get("source") is None and is_chinese(reading) and (shown := _source_sign(reading, resolved)):
        reading.note("missing_field", "source", f"{shown}, but no name that surely is the source's was found")
    below = reading.lines[reading.span[1] : reading.span[1] + _BELOW]
    if resolved.get("teasers") is None and (heading := next(_related(reading, below), None)):
        shown = f"the page shows the heading {heading.text!r}"
        reading.note("missing_field", "teasers", f"{shown}, but no list that surely belongs to it was found")
    if resolved.get("breadcrumb") is None and (path := next(_paths(reading, below), None)):
        shown = f"{path.text[:80]!r} stands below the text"
        reading.note("missing_field", "breadcrumb", f"{shown}; a breadcrumb is read only above it")


def _author_sign(reading: Reading) -> str | None:
    """Say what on a page that is not Chinese speaks of an author: its metadata, or the name of an element."""
    words = words_of_languages()
    stated = reading.metadata.first("authors")
    if stated is not None and word_key(stated.value) not in words.nobody:
        return f"{stated.rule} says {stated.value[:80]!r}"
    for line in reading.lines[: reading.span[1] + _BELOW if reading.span else 0]:
        first = _WORD.match(line.text)
        if first and len(line.text) <= _BYLINE and words.labels.get(word_key(first[0])) == "by":
            return f"the page shows {line.text!r}"
        if _AUTHOR.search(line.box.ident):
            return f"an element is named {line.box.ident[:80]!r}"
    return None


def _source_sign(reading: Reading, resolved: Resolved) -> str | None:
    """Say what above a Chinese text speaks of a source that no rule proposed: its label alone, or a bare name."""
    if any(candidate.field == "source" for candidate in reading.candidates):
        return None
    end = reading.span[0] if reading.span else 0
    for line in reading.lines[max(0, end - _LABEL_ABOVE) : end]:
        if reading.lexicon.labels.field(line.text.strip(":： ")) == "source":
            return f"the page shows the label {line.text!r}"
    name = _name_beside_date(reading, resolved, end)
    return f"{name!r} stands beside the date" if name else None


def _name_beside_date(reading: Reading, resolved: Resolved, end: int) -> str | None:
    """Find the line between headline and text, right before or after that of the date, which may be an account's name.

    The rules for bylines take a name with a link, with a publisher's ending or in an element named after an account.
    """
    known = [*(resolved.get("authors") or ()), *(resolved.get("editors") or ())]
    known += [crumb.name for crumb in resolved.get("breadcrumb") or ()]
    dates = [squeeze(date.raw) for date in resolved.proposed.get("published_at", ()) if date.strategy == "landmarks"]
    begin = reading.headline.last if reading.headline else end
    header = [(line, any(date in squeeze(line.text) for date in dates)) for line in reading.lines[begin:end]]
    for (line, dated), (following, follows) in pairwise(header):
        name = following if dated else line
        if dated != follows and _may_name(reading, name) and not any(one in name.text for one in known):
            return name.text
    return None


def _may_name(reading: Reading, line: Line) -> bool:
    """Tell a short line that may be an account's name from a control, a label or a heading."""
    lexicon, name = reading.lexicon, line.text
    return (
        _SHORTEST_NAME <= len(name) <= _LONGEST_NAME
        and not line.box.heading
        and _HAN.search(name) is not None
        and not _NOT_NAME.search(name)
        and not lexicon.not_source.search(name)
        and not lexicon.noise.match(name)
        and not lexicon.labels.field(name)
        and not lexicon.heading(name)
    )


def _related(reading: Reading, below: list[Line]) -> Iterator[Line]:
    """Give the headings of related articles, those that only a part tells by the headlines linked below them.

    Where the layout knows the portal's own heading, an empty list is the portal's.
    """
    if has_own_heading(reading.layout):
        return
    lists = {region.head: region for region in reading.regions if region.kind == "teasers"}
    for line in below:
        known = reading.lexicon.heading(line.text) if len(line.text) <= _HEADING and not line.all_link else None
        kind, rank = known or ("", 0)
        if kind != "teasers" or rank > _LIKELY_RANK:
            continue
        region = lists.get(line.index)
        entries = reading.lines[region.first : region.last] if region else []
        if rank < _SURE_RANK or sum(entry.all_link and entry.link_chars >= HEADLINE for entry in entries) >= _FEW:
            yield line


def _paths(reading: Reading, below: list[Line]) -> Iterator[Line]:
    """Give the lines that call themselves the reader's place and have links with arrows between them."""
    for line in below:
        label = reading.lexicon.labels.at_start(line.text)
        if label and label.field == "breadcrumb" and len(line.links) >= _STEPS and _ARROW.search(line.text):
            yield line
