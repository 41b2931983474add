"""The learned scores of lines: which lines of a page that is not Chinese are its text.

``line_scores.json`` holds tables of points for pairs of marks. A line's points are the sum of one number of each table;
above the bar it is of the text. ``benchmarks/line_scores.py`` learns the tables; nothing but additions is left of that
here. Docs: ``docs/line-scores.md``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from operator import getitem, itemgetter
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


class _Pairs:
    """Tables of points for pairs of marks, which are looked up all at once.

    One number of each table is what a line's score costs, so that only what C does in a loop is left of it.
    """

    def __init__(self, tables: list[tuple[int, int, _Table]]) -> None:
        said = [one for one in tables if any(map(any, one[2]))]
        self._tables = [table for _, _, table in said]
        self._one = itemgetter(*(one for one, _, _ in said))
        self._other = itemgetter(*(other for _, other, _ in said))

    def points(self, marks: tuple[int, ...]) -> int:
        """The points of marks of one kind."""
        return sum(map(getitem, self.rows(marks), self._other(marks)))

    def rows(self, marks: tuple[int, ...]) -> list[list[int]]:
        """The row of each table by its first mark."""
        return list(map(getitem, self._tables, self._one(marks)))

    def points_in(self, rows: list[list[int]], marks: tuple[int, ...]) -> int:
        """The points in those rows by the tables' other marks."""
        return sum(map(getitem, rows, self._other(marks)))


class _Tables:
    """The tables of points, by what their two marks belong to."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.bar: int = data["bar"]
        boxes: list[tuple[int, int, _Table]] = []
        mixed: list[tuple[int, int, _Table]] = []
        lines: list[tuple[int, int, _Table]] = []
        mixed_words: list[tuple[int, int, _Table]] = []
        words: list[tuple[int, int, _Table]] = []
        for table in data["tables"]:
            (one, other), points = table["marks"], table["points"]
            by_words = not {one, other}.isdisjoint(WORD_MARKS)
            if one in LINE_MARKS and other in LINE_MARKS:
                (words if by_words else lines).append((LINE_MARKS.index(one), LINE_MARKS.index(other), points))
            elif one in LINE_MARKS:
                turned = [list(row) for row in zip(*points, strict=True)]
                (mixed_words if by_words else mixed).append((BOX_MARKS.index(other), LINE_MARKS.index(one), turned))
            else:
                boxes.append((BOX_MARKS.index(one), BOX_MARKS.index(other), points))
        self.boxes, self.lines = _Pairs(boxes), _Pairs(lines)
        self.mixed = _Pairs(mixed)
        """By the mark of the box first."""
        self.words, self.mixed_words = _Pairs(words), _Pairs(mixed_words)
        """Those with a mark of the line by its words."""


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    text = (files(__package__ or _ROOM) / "line_scores.json").read_text(encoding="utf-8")
    return _Tables(json.loads(text))


def scored_lines(reading: Reading, area: TextArea, scale: float) -> list[int]:
    """Give the indexes of the lines that are the article's text by their scores, in order.

    ``scale`` is how many letters of an alphabet one character of the page's script is worth.
    """
    tables = _tables()
    bar, boxes, mixed, lines = tables.bar, tables.boxes, tables.mixed, tables.lines
    known: dict[tuple[int, ...], tuple[int, list[list[int]]]] = {}
    kept = []
    marks = LineMarks(reading, area, scale)
    for line, box, own in marks:
        found = known.get(box)
        if found is None:
            found = known[box] = (boxes.points(box), mixed.rows(box))
        points = found[0] + mixed.points_in(found[1], own) + lines.points(own)
        if points - bar in IN_DOUBT:
            whole = own + marks.by_words(line)
            points += tables.words.points(whole)
            points += tables.mixed_words.points_in(tables.mixed_words.rows(box), whole)
        if points > bar:
            kept.append(line.index)
    return kept
