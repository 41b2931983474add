"""``xinnong archive --engine``: the same parts, whatever makes them, and the same words for what goes wrong.

An engine that is not installed is skipped; ``make engines`` installs them all.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.batch import ray as ray_engine
from xinnong_scraper.batch import spark as spark_engine
from xinnong_scraper.batch.archive import extract_archives
from xinnong_scraper.batch.local import LOST, run_local
from xinnong_scraper.errors import ExportError

from . import engines
from .cases import replica_samples
from .test_batch_archive import LINUX, alive, until_begun
from .warcs import joined, packed, stored

if TYPE_CHECKING:
    from xinnong_scraper.batch.local import Engine

RUNS: dict[str, Engine] = {
    "local": partial(run_local, workers=2),
    "ray": ray_engine.run_archives,
    "spark": spark_engine.run_archives,
}

pytestmark = [pytest.mark.filterwarnings(each) for each in engines.WARNINGS]


@pytest.fixture(autouse=True)
def for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engines' own processes need to find the tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[1]), *sys.path]))
    monkeypatch.delenv("PYSPARK_PYTHON", raising=False)


@pytest.fixture(params=list(RUNS))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    engines.skip_without(name)
    return name


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Archives of replica pages, by relative names."""
    for number in range(3):
        samples = replica_samples()[number * 8 : number * 8 + 8]
        (tmp_path / f"{number}.warc.gz").write_bytes(joined([stored(each).record() for each in samples], packed))
    return [f"{number}.warc.gz" for number in range(3)]


def xinnong(*arguments: str, folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "xinnong_scraper", "archive", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", timeout=180, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file there, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_engine_makes_the_same_files(
    engine: str, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = extract_archives(files, "whole")
    assert (whole.made, whole.articles) == (3, 24)
    (tmp_path / "out").mkdir()
    kept = shutil.copy2(whole.parts[1], tmp_path / "out")
    before = Path(kept).stat().st_mtime_ns
    code, said = xinnong(*files, "none.warc", "-o", "out", "--engine", engine, "--workers", "2", folder=tmp_path)
    assert code == 1
    assert said[-2:] == ["3 archives in out, 1 of them made before; 1 failed", "24 articles"]
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert Path(kept).stat().st_mtime_ns == before


def test_a_lost_worker_costs_its_archive_only(engine: str) -> None:
    works = {"a": engines.counting, "b": engines.fatal, "c": engines.damaged, "d": engines.counting}
    steps = list(RUNS[engine](works))
    ended = {name: problem for _, name, problem in steps if name}
    assert ended == {"a": None, "b": LOST, "c": "cut short", "d": None}
    assert steps[-1][0] >= 14


def test_a_full_disk_ends_the_run(engine: str) -> None:
    with pytest.raises(ExportError, match="the disk is full"):
        list(RUNS[engine]({"a": engines.counting, "b": engines.unwritable}))


@LINUX
def test_ctrl_c_ends_it_and_it_can_be_taken_up(engine: str, files: list[str], tmp_path: Path) -> None:
    copies = [shutil.copy(tmp_path / files[1], tmp_path / f"copy{number}.warc.gz") for number in range(30)]
    command = [sys.executable, "-m", "xinnong_scraper", "archive", *copies, "-o", str(tmp_path / "out")]
    command += ["--engine", engine, "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        until_begun(process, tmp_path / "out")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
    deadline = time.monotonic() + 60
    while alive(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(list((tmp_path / "out").glob("*.parquet"))) < 30
    run = extract_archives(list(map(str, copies)), tmp_path / "out")
    assert (len(run.parts), run.failed) == (30, {})
    assert len(contents(tmp_path / "out")) == 30
