"""The learned scores of lines: which lines of a page that is not Chinese are its text.

``line_scores.json`` holds tables of points for pairs of marks. A line's points are the sum of one number of each table;
above the bar it is of the text. ``benchmarks/line_scores.py`` learns the tables; nothing but additions is left of that
here. Docs: ``docs/line-scores.md``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from .line_marks import BOX_MARKS, LINE_MARKS, WORD_MARKS, LineMarks

if TYPE_CHECKING:
    from .density import TextArea
    from .reading import Reading

__all__ = ["IN_DOUBT", "scored_lines"]

IN_DOUBT: Final = range(-1_000, 2_000)
"""Points above the bar, without those for its words, at which its words are looked at: hardly any decide others."""

_Table = list[list[int]]
_ROOM: Final = "xinnong_scraper.extraction"


class _Tables:
    """The tables of points, by what their two marks belong to."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.bar: int = data["bar"]
        self.boxes: list[tuple[int, int, _Table]] = []
        self.mixed: list[tuple[int, int, _Table]] = []
        """The mark of the line, the mark of the box, and the points by the box's mark first."""
        self.lines: list[tuple[int, int, _Table]] = []
        self.mixed_words: list[tuple[int, int, _Table]] = []
        self.words: list[tuple[int, int, _Table]] = []
        """As above, with a mark of the line by its words."""
        for table in data["tables"]:
            (one, other), points = table["marks"], table["points"]
            by_words = not {one, other}.isdisjoint(WORD_MARKS)
            if one in LINE_MARKS and other in LINE_MARKS:
                lines = self.words if by_words else self.lines
                lines.append((LINE_MARKS.index(one), LINE_MARKS.index(other), points))
            elif one in LINE_MARKS:
                turned = [list(row) for row in zip(*points, strict=True)]
                mixed = self.mixed_words if by_words else self.mixed
                mixed.append((LINE_MARKS.index(one), BOX_MARKS.index(other), turned))
            else:
                self.boxes.append((BOX_MARKS.index(one), BOX_MARKS.index(other), points))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    text = (files(__package__ or _ROOM) / "line_scores.json").read_text(encoding="utf-8")
    return _Tables(json.loads(text))


def scored_lines(reading: Reading, area: TextArea, scale: float) -> list[int]:
    """Give the indexes of the lines that are the article's text by their scores, in order.

    ``scale`` is how many letters of an alphabet one character of the page's script is worth.
    """
    tables = _tables()
    bar, pairs = tables.bar, tables.lines
    known: dict[tuple[int, ...], tuple[int, list[tuple[int, list[int]]]]] = {}
    kept = []
    marks = LineMarks(reading, area, scale)
    for line, box, own in marks:
        found = known.get(box)
        if found is None:
            points = sum([table[box[one]][box[other]] for one, other, table in tables.boxes])
            found = known[box] = (points, [(mark, table[box[other]]) for mark, other, table in tables.mixed])
        points, rows = found
        for mark, row in rows:
            points += row[own[mark]]
        for one, other, table in pairs:
            points += table[own[one]][own[other]]
        if points - bar in IN_DOUBT:
            own += marks.by_words(line)  # noqa: PLW2901  the rest of its marks
            points += sum([table[box[other]][own[mark]] for mark, other, table in tables.mixed_words])
            points += sum([table[own[one]][own[other]] for one, other, table in tables.words])
        if points > bar:
            kept.append(line.index)
    return kept
