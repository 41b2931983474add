"""Pages whose text is a run of entries, each with its time: lists of articles with abstracts, and readers' comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..blocks import Line
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["are_comments", "dated_headings", "is_all_links", "listed_entries", "reads_like_headline"]

_DATED = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_MOMENT = re.compile(rf"{_DATED.pattern}\s?日?\s{{0,3}}\d{{1,2}}\s?[:：时]\s?\d\d")
_MOST_BEFORE: Final = 110  # characters of text that a list or comments may have above them
_ALL_LINKS: Final = 0.8  # share of the letters and digits
_SENTENCE: Final = 30  # characters
_COMMENTS: Final = 2
_LINES: Final = 6  # of an entry on the average
_ABSTRACT: Final = 300  # characters of an entry on the average
_COMMENT: Final = 150  # characters of one on the average
_CONTROLS: Final = 3  # lines below a comment's time in which its controls stand
_NAME: Final = 30  # characters of a commenter's name with what is beside it


def reads_like_headline(line: Line) -> bool:
    """Tell an entry of a list: a link of some length with little beside it, such as a date."""
    return line.link_chars >= 7 and len(line.text) - line.link_chars <= 20


def _is_text(line: Line) -> bool:
    return line.link_chars * 3 <= len(line.text) and len(line.text) > _SENTENCE


def dated_headings(reading: Reading, headline: Headline | None) -> int:
    """Count linked headings with a dated line below them.

    None where the page itself is dated, or says something, before the first of them.
    """
    apart = reading.apart
    lines = reading.lines[headline.last if headline else 0 :]
    entries = prose = 0
    for line, below, further in zip(lines, lines[1:], lines[2:], strict=False):
        if line.index in apart:
            continue
        if line.all_link and line.box.heading and any(_DATED.search(near.text) for near in (below, further)):
            entries += 1
        elif not entries:
            prose += len(line.text) if _is_text(line) else 0
            if prose > _MOST_BEFORE or (headline is not None and not line.links and _MOMENT.search(line.text)):
                return 0
    return entries


def _lines_of(reading: Reading, area: TextArea, headline: Headline | None) -> list[Line]:
    """The text's lines and what stands between it and the headline; what is apart only where there is nothing else."""
    first = headline.last if headline and headline.first < area.last else area.first
    lines = reading.lines[first : area.last]
    return [line for line in lines if line.index not in reading.apart] or lines


def is_all_links(reading: Reading, area: TextArea, headline: Headline | None) -> bool:
    """Tell a text that is a row of links, such as a page's foot."""
    lines = _lines_of(reading, area, headline)
    said = sum(char.isalnum() for line in lines for char in line.text)
    return sum(line.link_chars for line in lines) >= _ALL_LINKS * said


def listed_entries(reading: Reading, area: TextArea, headline: Headline | None) -> int:
    """Count linked headlines that the text consists of, each with a date of its own.

    None where the page itself is dated, or says something, before the first of them.
    """
    entries = prose = 0
    is_open = False
    lines = _lines_of(reading, area, headline)
    for line in lines:
        is_entry, is_dated = reads_like_headline(line), _DATED.search(line.text) is not None
        if is_dated and (is_entry or is_open):
            entries += 1
            is_open = False
        elif is_entry:
            is_open = True
        elif not entries and not is_open:
            prose += len(line.text) if _is_text(line) else 0
            if is_dated or prose > _MOST_BEFORE:
                return 0
    size = sum(len(line.text) for line in lines)
    return entries if len(lines) <= entries * _LINES and size <= entries * _ABSTRACT else 0


def are_comments(reading: Reading, area: TextArea, headline: Headline | None) -> bool:
    """Tell whether the text consists of readers' comments: a time for each, and the words that stand beside it.

    A page that is dated before the first of them, or has a text above them, is an article with comments.
    """
    lines = _lines_of(reading, area, headline)
    times = [at for at, line in enumerate(lines) if _MOMENT.search(line.text)]
    size = sum(len(line.text) for line in lines)
    if len(times) < _COMMENTS or len(lines) > len(times) * _LINES or size > len(times) * _COMMENT:
        return False
    if sum(len(line.text) for line in lines[: times[0]]) > _COMMENT:
        return False
    titles = [reading.outline.head.title, *([headline.text] if headline else [])]
    if any(reading.lexicon.comments_title.match(title) for title in titles):
        return True
    said = [_is_comment(reading, lines, at, end) for at, end in zip(times, [*times[1:], len(lines)], strict=True)]
    return said[0] and sum(said) * 3 >= len(said) * 2


def _is_comment(reading: Reading, lines: list[Line], at: int, end: int) -> bool:
    """Tell whether the line with a time is that of a comment, which ends before the line ``end``."""
    names = [line.text for line in lines[max(0, at - 1) : at + 1]]
    if any(len(name) <= _NAME and reading.lexicon.comment.search(name) for name in names):
        return True
    if reading.lexicon.comment.search(lines[at].text[:_NAME]):
        return True
    below = lines[at : min(end, at + 1 + _CONTROLS)]
    rest = [_MOMENT.sub("", line.text).strip() if line is lines[at] else line.text for line in below]
    return any(text and reading.lexicon.comment_controls.match(text) for text in rest)
