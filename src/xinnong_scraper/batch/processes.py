"""Tables of pages on several processes of this machine, without any engine."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from ..errors import WorkerLostError
from ..layouts import resolve_layout
from .columns import Rows
from .tables import extract_batch
from .workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

    from ..layouts import Layout
    from .workers import News

__all__ = ["extract_batches"]

_WAITING = 2
"""Tables for each worker that are held at once: those being read, and those that are read and wait for their turn."""


def extract_batches(
    tables: Iterable[Rows], *, workers: int | None = None, layouts: Iterable[Layout | str | Path] = ()
) -> Generator[pa.Table, None, None]:
    """Read tables of pages on several processes: what :func:`~xinnong_scraper.batch.extract_batch` gives for each.

    The tables come out in the order in which they went in, and are taken from ``tables`` as they are needed: no more
    than two for each of ``workers`` (default: one for each processor) are held at once. A few hundred pages make a
    good table: ``table.to_batches(max_chunksize=256)``. The processes are started afresh (spawn), so a script calls
    this below ``if __name__ == "__main__":``; they end with the iteration, when it is closed, and with Ctrl-C.

    A table whose worker dies is read once more, by another; if that one dies too, WorkerLostError is raised in its
    turn. ``extract_batch`` raises for what is no table of pages, and that is raised in its turn as well. Raises
    ``ValueError`` for ``workers`` below 1, LayoutError for ``layouts``.

    >>> files = pq.ParquetFile("pages.parquet").iter_batches(batch_size=256)  # doctest: +SKIP
    >>> for records in extract_batches(files, workers=4):  # doctest: +SKIP
    ...     writer.write_table(records)
    """
    number = workers if workers is not None else os.cpu_count() or 1
    reading = _Reading(Workers(number), [resolve_layout(layout) for layout in layouts])
    return _in_order(tables, reading, _WAITING * number)


def _in_order(tables: Iterable[Rows], reading: _Reading, most: int) -> Generator[pa.Table, None, None]:
    coming = enumerate(tables)
    turn = 0
    with reading.workers as workers:
        while True:
            while workers.has_room and reading.held < most and (following := next(coming, None)):
                reading.begin(*following)
            if turn in reading.done:
                yield reading.take(turn)
                turn += 1
            elif reading.held or not workers.has_room:
                reading.wait()
            else:
                return


class _Reading:
    """Tables under way, and those that wait for their turn, by their number."""

    def __init__(self, workers: Workers[int], layouts: list[Layout]) -> None:
        self.workers = workers
        self.done: dict[int, pa.Table | Exception] = {}
        self._layouts = layouts
        self._begun: dict[int, Callable[[], Generator[bytes, None, None]]] = {}
        self._lost: set[int] = set()

    @property
    def held(self) -> int:
        return len(self._begun) + len(self.done)

    def begin(self, number: int, table: Rows) -> None:
        self._begun[number] = partial(_read, _packed(table), self._layouts)
        self.workers.begin(number, self._begun[number])

    def take(self, number: int) -> pa.Table:
        found = self.done.pop(number)
        if isinstance(found, Exception):
            raise found
        return found

    def wait(self) -> None:
        for news in self.workers.news():
            if news.of not in self._begun:  # its table is here already
                continue
            if news.kind == "death" and news.of not in self._lost:
                self._lost.add(news.of)
                self.workers.begin(news.of, self._begun[news.of])
                continue
            del self._begun[news.of]
            self.done[news.of] = _result(news)


def _result(news: News[int]) -> pa.Table | Exception:
    if news.kind == "piece":
        return _unpacked(news.value)
    if news.kind == "failure":
        failure: Exception = news.value
        return failure
    return WorkerLostError(
        f"two workers ended before their time over table {news.of}, counted from 0 (killed, or out of memory?); give "
        'smaller tables or take fewer workers, and in a script begin below if __name__ == "__main__":',
        table=news.of,
    )


def _read(pages: bytes, layouts: list[Layout]) -> Generator[bytes, None, None]:
    yield _packed(extract_batch(_unpacked(pages), layouts=layouts))


def _packed(table: Rows) -> bytes:
    """Turn a table into bytes; pickle would take all of the table that a slice was cut from."""
    if not isinstance(table, Rows):
        raise TypeError(f"tables must hold pyarrow Tables or RecordBatches, not {type(table).__name__}")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: bytes) -> pa.Table:
    with pa.ipc.open_stream(packed) as reader:
        return reader.read_all()
