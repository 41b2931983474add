"""Tables of pages on plain processes: in order, within bounds, and none is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from xinnong_scraper.batch import extract_batch
from xinnong_scraper.batch.processes import extract_batches
from xinnong_scraper.errors import LayoutError

from .engines import text_pages
from .test_batch_archive import LINUX, alive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = text_pages()
ROWS = extract_batch(TABLE).to_pylist()


def found(tables: Any) -> list[Any]:
    return [row for table in tables for row in table.to_pylist()]


def no_children() -> bool:
    return not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 2])
def test_tables_come_out_as_they_went_in(workers: int) -> None:
    tables = list(extract_batches((TABLE.slice(number, 1) for number in range(12)), workers=workers))
    assert [table.num_rows for table in tables] == [1] * 12
    assert found(tables) == ROWS
    assert no_children()


def test_no_more_is_read_than_is_worked_at() -> None:
    taken = 0

    def endless() -> Iterator[pa.Table]:
        nonlocal taken
        while True:
            taken += 1
            yield TABLE.slice(0, 2)

    records = extract_batches(endless(), workers=2)
    assert [next(records).num_rows for _ in range(5)] == [2] * 5
    assert taken <= 5 + 4
    records.close()
    assert no_children()


def test_a_killed_worker_changes_nothing() -> None:
    tables = extract_batches(TABLE.to_batches(max_chunksize=1), workers=2)
    records = [next(tables)]
    for child in multiprocessing.active_children():
        child.kill()
    assert found([*records, *tables]) == ROWS


def test_what_is_no_table_of_pages_is_raised_in_its_turn() -> None:
    tables = extract_batches([TABLE, pa.table({"x": [1]}), TABLE], workers=2)
    assert found([next(tables)]) == ROWS
    with pytest.raises(ValueError, match="one column named html"):
        next(tables)
    assert no_children()
    with pytest.raises(TypeError, match="must hold pyarrow Tables or RecordBatches, not ChunkedArray"):
        list(extract_batches(TABLE))


def test_misuse_is_told_before_anything_is_read() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        extract_batches([], workers=0)
    with pytest.raises(LayoutError):
        extract_batches([], layouts=["no such layout"])
    assert list(extract_batches([], workers=1)) == []


SCRIPT = """
import itertools, sys
import pyarrow as pa
from xinnong_scraper.batch.processes import extract_batches

if __name__ == "__main__":
    table = pa.table({"html": ["<h1>x</h1><p>y</p>"] * 50})
    for records in extract_batches(itertools.repeat(table), workers=2):
        print(len(records), flush=True)
"""


@LINUX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 1), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_interrupted_run_leaves_no_process(number: int, code: int, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "50\n"
        os.killpg(process.pid, number) if number == signal.SIGINT else os.kill(process.pid, number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode in {code, -number}
    if number == signal.SIGINT:
        assert said.count("Traceback") == 1
    deadline = time.monotonic() + 30
    while alive(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
