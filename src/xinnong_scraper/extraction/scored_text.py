"""The text of a page that is not Chinese: the lines that the learned scores keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .density import TextArea
from .language import letters_for_one
from .line_scores import scored_lines

if TYPE_CHECKING:
    from ..blocks import Box
    from .reading import Reading

__all__ = ["scored_area"]

_LEAST: Final = 0.2  # of the text that density finds


def scored_area(reading: Reading, area: TextArea) -> TextArea:
    """Draw the area anew around the lines that are the text by their scores; the same area where next to none are."""
    kept = scored_lines(reading, area, letters_for_one(reading))
    if not kept or sum(reading.weights[index] for index in kept) < _LEAST * area.weight:
        return area
    first, last = kept[0], kept[-1] + 1
    box: Box = reading.lines[first].box
    while box.parent is not None and not (box.first <= first and last <= box.last):
        box = box.parent
    return TextArea(box, first, last, list(reading.weights), reading.lines, frozenset(kept))
