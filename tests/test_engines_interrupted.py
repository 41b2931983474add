"""Ctrl-C while an engine starts, and runs that are left: all is over soon, and nothing is left behind.

An engine that is not installed is skipped; ``make engines`` installs them all.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xinnong_scraper.engines import uninterrupted

from . import engines
from .cases import replica_samples
from .test_batch_archive import LINUX, alive
from .warcs import joined, packed, stored

INTERRUPTED_START = """
import os, signal, sys, threading
from xinnong_scraper.cli import main

waited = float(sys.argv.pop(1))
begun = []

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def forked():  # the engine has begun its first process
    if not begun:
        begun.append(True)
        threading.Timer(waited, interrupt).start() if waited else interrupt()

os.register_at_fork(after_in_parent=forked)
main()
"""
LEFT_RUN = """
import sys
from functools import partial
from pathlib import Path

import ray
from tests.engines import counting, endless
from xinnong_scraper.batch.ray import run_archives

folder = Path(sys.argv[1])
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
run = run_archives({str(name): partial(endless, folder) for name in range(20)})
while len(list(folder.glob("begun-*"))) < 2:
    next(run)
run.close()
print(len(list(folder.glob("begun-*"))), len(list(folder.glob("ended-*"))))
print([problem for _, name, problem in run_archives({"next": counting}) if name])
ray.shutdown()
"""


@pytest.fixture(autouse=True)
def for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engines' own processes need to find the tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[1]), *sys.path]))
    monkeypatch.delenv("PYSPARK_PYTHON", raising=False)


def none_left(group: int) -> bool:
    """Whether all processes of a group end soon."""
    deadline = time.monotonic() + 60
    while alive(group):
        if time.monotonic() > deadline:
            os.killpg(group, signal.SIGKILL)
            return False
        time.sleep(0.02)
    return True


@LINUX
@pytest.mark.parametrize("waited", ["0", "0.3"])
@pytest.mark.parametrize("engine", ["ray", "spark"])
def test_ctrl_c_while_an_engine_starts(engine: str, waited: str, tmp_path: Path) -> None:
    engines.skip_without(engine)
    archive = tmp_path / "pages.warc.gz"
    archive.write_bytes(joined([stored(each).record() for each in replica_samples()[:4]], packed))
    command = [sys.executable, "-c", INTERRUPTED_START, waited, "archive", str(archive), "-o", str(tmp_path / "out")]
    with subprocess.Popen([*command, "--engine", engine], stderr=subprocess.DEVNULL, start_new_session=True) as process:
        code = process.wait(120)
    assert none_left(process.pid)
    assert code == 130
    assert not list((tmp_path / "out").iterdir())


@LINUX
def test_what_ray_has_under_way_ends_with_the_run_and_the_cluster_stays(tmp_path: Path) -> None:
    engines.skip_without("ray")
    with subprocess.Popen(
        [sys.executable, "-c", LEFT_RUN, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
    ) as process:  # fmt: skip
        told, said = process.communicate(timeout=120)
    assert none_left(process.pid)
    assert process.returncode == 0, said
    assert told.splitlines() == ["0 2", "[None]"]


class Start:
    """A start of something during which Ctrl-C comes."""

    def __init__(self, *, presses: int, fails: bool = False) -> None:
        self._presses = presses
        self._fails = fails
        self.ended = False

    def run(self) -> None:
        with uninterrupted():
            for _ in range(self._presses):
                signal.raise_signal(signal.SIGINT)
            self.ended = True
            if self._fails:
                raise ConnectionError


def test_ctrl_c_waits_for_the_end_of_a_start() -> None:
    start = Start(presses=1)
    with pytest.raises(KeyboardInterrupt):
        start.run()
    assert start.ended


def test_ctrl_c_counts_for_more_than_a_start_that_fails() -> None:
    with pytest.raises(KeyboardInterrupt):
        Start(presses=1, fails=True).run()


def test_a_second_ctrl_c_does_not_wait() -> None:
    start = Start(presses=2)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        start.run()
    assert not start.ended
    assert signal.getsignal(signal.SIGINT) is before


def test_a_start_that_fails_says_why() -> None:
    with pytest.raises(ConnectionError):
        Start(presses=0, fails=True).run()
