"""Tables that hold data, told from tables that lay out a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..blocks import Box
    from .reading import Reading

__all__ = ["DataTable", "data_tables"]

_MAX_ROWS: Final = 2_000
_LONG_CELL: Final = 160  # characters: a cell of more holds text, not data


class DataTable:
    """The rows of a table and the lines it takes."""

    __slots__ = ("last", "rows")

    def __init__(self, rows: list[list[str]], last: int) -> None:
        self.rows = rows
        self.last = last


def data_tables(reading: Reading, first: int, last: int, dropped: set[int]) -> dict[int, DataTable]:
    """The data tables whose lines lie in the range, by their first line; most of them are not dropped."""
    found: dict[int, DataTable] = {}
    boxes = reading.outline.boxes
    for box in _innermost(boxes):
        if box.last <= box.first or box.first < first or box.last > last:
            continue
        if dropped and len(dropped.intersection(range(box.first, box.last))) * 2 > box.last - box.first:
            continue
        rows = _rows(reading, _inside(boxes, box))
        if len(rows) >= 2 and max(map(len, rows)) >= 2 and _is_data(rows):
            found[box.first] = DataTable(rows, box.last)
    return found


def _innermost(boxes: list[Box]) -> list[Box]:
    """The tables that hold no other table; no two of them share a box, so that reading them all is one pass."""
    tables = [box for box in boxes if box.tag == "table"]
    followers: list[Box | None] = [*tables[1:], None][: len(tables)]
    # Boxes stand in document order: the first table inside a table, if there is one, is the next table of all.
    return [
        table
        for table, follower in zip(tables, followers, strict=True)
        if follower is None or follower.depth <= table.depth or not follower.within(table)
    ]


def _inside(boxes: list[Box], table: Box) -> list[Box]:
    inside = []
    for index in range(table.index + 1, len(boxes)):
        if boxes[index].depth <= table.depth:
            break
        inside.append(boxes[index])
    return inside


def _rows(reading: Reading, inside: list[Box]) -> list[list[str]]:
    cells = {box.node.mem_id: box for box in inside if box.tag in ("td", "th")}
    lines = reading.lines
    rows: list[list[str]] = []
    for box in inside:
        if box.tag != "tr" or len(rows) >= _MAX_ROWS:
            continue
        row = []
        node = box.node.first_child
        while node is not None:
            if node.tag in ("td", "th"):
                cell = cells.get(node.mem_id)
                row.append(" ".join(line.text for line in lines[cell.first : cell.last]) if cell else "")
            node = node.next
        if any(row):
            rows.append(row)
    return rows


def _is_data(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    if not cells or max(map(len, cells)) > _LONG_CELL * 2:
        return False
    wide = sum(len(row) >= 2 for row in rows)
    return wide * 2 > len(rows) and sum(len(cell) > _LONG_CELL for cell in cells) * 10 <= len(cells)
