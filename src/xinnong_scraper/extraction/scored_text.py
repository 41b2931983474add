"""The text of a page that is not Chinese: the lines that the learned scores keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..layouts.surroundings import furniture
from .density import TextArea
from .language import letters_for_one
from .line_scores import scored_lines

if TYPE_CHECKING:
    from ..blocks import Box, Line
    from .reading import Reading

__all__ = ["scored_area"]

_LEAST: Final = 0.2  # of the text that density finds
_SHORT: Final = 120  # characters
_LABEL: Final = 30
_LONG_LINE: Final = 80  # characters
_COPIED: Final = 3  # long lines
_EXACT: Final = 8  # a kind of more is that of a line which only begins so
_SENTENCE_END: Final = tuple(".!?。！？…؟")


def scored_area(reading: Reading, area: TextArea) -> TextArea:
    """Draw the area anew around the lines that are the text by their scores; the same area where next to none are."""
    kept = _once(reading, scored_lines(reading, area, letters_for_one(reading)))
    kept = _without_edges(reading, _without_asks(reading, kept))
    if not kept or sum(reading.weights[index] for index in kept) < _LEAST * area.weight:
        return area
    first, last = kept[0], kept[-1] + 1
    box: Box = reading.lines[first].box
    while box.parent is not None and not (box.first <= first and last <= box.last):
        box = box.parent
    return TextArea(box, first, last, list(reading.weights), reading.lines, frozenset(kept))


def _once(reading: Reading, kept: list[int]) -> list[int]:
    """Keep the first copy of a text that the page holds more than once: for wide screens and narrow ones, for printing.

    A copy is a run of lines that stood before, several of them long: a text may say "Pros" of each thing it compares.
    """
    texts = [reading.lines[index].text for index in kept]
    seen: set[str] = set()
    found: list[int] = []
    run: list[int] = []
    long_lines = 0
    for index, text in zip(kept, texts, strict=True):
        if text in seen:
            run.append(index)
            long_lines += len(text) >= _LONG_LINE
            continue
        seen.add(text)
        found += run if long_lines < _COPIED else []
        found.append(index)
        run, long_lines = [], 0
    return found + (run if long_lines < _COPIED else [])


def _without_asks(reading: Reading, kept: list[int]) -> list[int]:
    """Drop the lines that only mark an advert, no heading that names one, and those that ask to subscribe or follow."""
    is_label, is_ask = furniture().is_advert_label, furniture().is_ask
    lines = [reading.lines[index] for index in kept]
    return [line.index for line in lines if not (is_ask(line.text) or (is_label(line.text) and not line.box.heading))]


def _without_edges(reading: Reading, kept: list[int]) -> list[int]:
    """Drop lines of furniture at either end of the text: what is asked, offered or listed there has a word for it."""
    first, last = 0, len(kept)
    while first < last and _is_furniture(reading.lines[kept[first]]):
        first += 1
    while last > first and _is_furniture(reading.lines[kept[last - 1]]):
        last -= 1
    return kept[first:last]


def _is_furniture(line: Line) -> bool:
    """Tell a short line, no sentence, that is or begins with words of what stands around texts."""
    text = line.text
    if len(text) > _SHORT or text[-1] in _SENTENCE_END:
        return False
    kind = furniture().kind(text)
    return 0 < kind <= _EXACT or (kind > _EXACT and (line.link_chars * 2 > len(text) or ":" in text[:_LABEL]))
