"""The kill harness tells a program that survives being killed from one that only seems to."""

from __future__ import annotations

import signal
import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from .killing import StuckError, kill_and_resume

if TYPE_CHECKING:
    from pathlib import Path

CAREFUL = """
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1])
store.execute("create table if not exists done (n integer primary key)")
(first,) = store.execute("select coalesce(max(n) + 1, 0) from done").fetchone()
for n in range(first, 40):
    time.sleep(0.005)
    with store:
        store.execute("insert into done values (?)", (n,))
"""
CARELESS = """
import pathlib, sys, time
store = pathlib.Path(sys.argv[1])
with store.open("a") as lines:
    for n in range(40):
        time.sleep(0.005)
        print(n, file=lines, flush=True)
"""


def rows(store: Path) -> list[int]:
    connection = sqlite3.connect(store)
    try:
        return [n for (n,) in connection.execute("select n from done order by n")]
    finally:
        connection.close()


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGINT])
def test_a_program_that_keeps_what_it_did_is_alike_after_every_kill(
    tmp_path: Path, with_signal: signal.Signals
) -> None:
    report = kill_and_resume(
        [sys.executable, "-c", CAREFUL, "{store}"], tmp_path / "s.db", rows, trials=4, with_signal=with_signal
    )
    assert report.signature == list(range(40))
    assert report.same, report.histogram()
    assert sum(len(trial.killed_at) + trial.missed for trial in report.trials) == 4
    assert all(trial.codes[-1] == 0 for trial in report.trials)


def test_a_program_that_does_its_work_twice_is_found_out(tmp_path: Path) -> None:
    report = kill_and_resume(
        [sys.executable, "-c", CARELESS, "{store}"],
        tmp_path / "lines",
        lambda store: store.read_text().count("\n"),
        trials=3,
        kills_a_trial=2,
        seed=5,
    )
    assert not report.same
    assert "X" in report.histogram()


def test_a_kill_that_comes_too_late_is_tried_again(tmp_path: Path) -> None:
    first = tmp_path / "first"
    slow_once = (
        "import pathlib, sys, time; first = pathlib.Path(sys.argv[1]); time.sleep(0.1 if first.exists() else 1.5); "
        "first.touch(); pathlib.Path(sys.argv[2]).write_text('done')"
    )
    report = kill_and_resume(
        [sys.executable, "-c", slow_once, str(first), "{store}"],
        tmp_path / "said",
        lambda store: store.read_text(),
        trials=5,
        hit_each=True,
        committed=lambda store: len(store.read_text()),
    )
    assert [len(trial.killed_at) for trial in report.trials] == [1] * 5
    assert sum(trial.missed for trial in report.trials) >= 1
    assert report.trials[-1].whole < report.seconds
    assert report.within == 0  # the store held nothing before the end


def test_a_run_that_fails_by_itself_is_an_error_that_shows_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(StuckError, match="no such thing"):
        kill_and_resume([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "s", rows)
