"""``xinnong archive``: archives become Parquet, equal on any number of processes and after any kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xinnong_scraper.batch import extract_batch
from xinnong_scraper.batch.archive import Progress, archive_schema, extract_archives
from xinnong_scraper.batch.warc import PageFilter
from xinnong_scraper.errors import ExportError

from .cases import NOW, Sample, replica_samples
from .warcs import FORMS, Stored, flipped, joined, packed, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = [sys.executable, "-m", "xinnong_scraper", "archive"]
PER_FILE = 40


def xinnong(*arguments: str | Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three archives of replica pages, one in each form."""
    folder = tmp_path_factory.mktemp("warcs")
    for number, (name, pack) in enumerate(FORMS.items()):
        samples = replica_samples()[number * PER_FILE : (number + 1) * PER_FILE]
        (folder / name).write_bytes(joined([stored(each).record() for each in samples], pack))
    return [folder / name for name in FORMS]


@pytest.fixture(scope="module")
def whole(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run that nobody disturbs makes of them."""
    out = tmp_path_factory.mktemp("whole")
    run = extract_archives(list(map(str, files)), out)
    assert (run.made, run.failed, run.articles) == (3, {}, 3 * PER_FILE)
    return contents(out)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file there, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(folder: Path) -> pa.Table:
    return pa.concat_tables(map(pq.read_table, sorted(folder.glob("*.parquet"))))


def expected(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    table = pa.table({
        "html": [each.body for each in samples],
        "url": [each.url for each in samples],
        "headers": pa.array([list(each.headers.items()) for each in samples], pa.map_(pa.string(), pa.string())),
        "fetched_at": [NOW] * len(samples),
    })  # fmt: skip
    rows: list[dict[str, Any]] = extract_batch(table).to_pylist()
    return rows


def test_each_response_becomes_a_row(files: list[Path], tmp_path: Path) -> None:
    code, said = xinnong(*files, "-o", tmp_path / "out", "--workers", "1")
    assert (code, said) == (0, [f"3 archives in {tmp_path / 'out'}; 0 failed", "120 articles"])
    table = read(tmp_path / "out")
    assert table.schema.equals(archive_schema())
    assert table["archive"].unique().to_pylist() == sorted(map(str, files))
    assert table["offset"].to_pylist()[:2] == [0, len(stored(replica_samples()[0]).record())]
    assert table.drop_columns(["archive", "offset"]).to_pylist() == expected(replica_samples()[: 3 * PER_FILE])
    with duckdb.connect() as connection:
        counted = connection.execute(f"select count(*) from '{tmp_path}/out/*.parquet' where error is null").fetchone()
    assert counted == (120,)


def test_two_workers_make_the_same_files(files: list[Path], whole: dict[str, bytes], tmp_path: Path) -> None:
    code, said = xinnong(*files, "-o", tmp_path, "--workers", "2")
    assert (code, said[-1]) == (0, "120 articles")
    assert contents(tmp_path) == whole


def test_what_is_made_stays_and_what_has_changed_is_made_again(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(files[1].read_bytes())
    name, out = str(tmp_path / "a.warc.gz"), tmp_path / "out"
    assert extract_archives([name, name], out).made == 1
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    again = extract_archives([name], out)
    assert (again.made, again.articles, again.parts) == (0, PER_FILE, list(before))
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before
    other = extract_archives([name], out, wanted=PageFilter(url=r"/0*1\.html$"))
    assert other.made == 1
    assert extract_archives([name], out).made == 1
    (tmp_path / "a.warc.gz").write_bytes(packed(stored(replica_samples()[0]).record()))
    changed = extract_archives([name], out)
    assert (changed.made, changed.articles, len(list(out.iterdir()))) == (1, 1, 1)


def test_damaged_records_are_named_and_the_others_are_equal(files: list[Path], tmp_path: Path) -> None:
    random = Random(5)
    parts = [packed(stored(each).record()) for each in replica_samples()[PER_FILE : 2 * PER_FILE]]
    hurt = set(random.sample(range(PER_FILE), 9))
    (tmp_path / "a.warc.gz").write_bytes(
        b"".join(flipped(part, random) if number in hurt else part for number, part in enumerate(parts))
    )
    code, said = xinnong(tmp_path / "a.warc.gz", "-o", tmp_path / "out")
    assert (code, said[1:]) == (1, [f"{PER_FILE - 9} articles", "9 ArchiveError"])
    extract_archives([str(files[1])], tmp_path / "good")
    drop = ["archive", "error", "message"]
    rows = read(tmp_path / "out").to_pylist()
    good = read(tmp_path / "good").drop_columns(drop).to_pylist()
    for number, (row, undamaged) in enumerate(zip(rows, good, strict=True)):
        offset = sum(map(len, parts[:number]))
        if number in hurt:
            assert row["message"].startswith(f"{tmp_path / 'a.warc.gz'}, byte {offset}: ")
            assert (row["error"], row["offset"], row["title"]) == ("ArchiveError", offset, None)
        else:
            assert {name: value for name, value in row.items() if name not in drop} == undamaged


def test_a_page_that_is_no_article_is_a_row_and_no_failure(tmp_path: Path) -> None:
    empty = Stored(b"<html><p>x", headers=("Content-Type: text/html",))
    missing = Stored(b"", status="HTTP/1.1 404 Not Found")
    (tmp_path / "a.warc").write_bytes(
        joined([stored(replica_samples()[0]).record(), empty.record(), missing.record()], bytes)
    )
    code, said = xinnong(tmp_path / "a.warc", "-o", tmp_path / "out")
    assert (code, said[1:]) == (0, ["1 articles", "1 NotAnArticleError"])
    assert read(tmp_path / "out")["url"].to_pylist()[1] == empty.url
    code, said = xinnong(tmp_path / "a.warc", "-o", tmp_path / "all", "--status", "404", "--status", "200")
    assert (code, said[1:]) == (0, ["1 articles", "2 NotAnArticleError"])


def test_filters_go_before_reading(files: list[Path], tmp_path: Path) -> None:
    day = ["--since", "2018-05-02", "--until", "2018-05-02"]
    code, said = xinnong(files[0], "-o", tmp_path / "out", "--host", "127.0.0.1", "--type", "Text/HTML", *day)
    assert (code, said[1:]) == (0, [f"{PER_FILE} articles"])
    code, said = xinnong(files[0], "-o", tmp_path / "out", "--host", "127.0.0.1", "--url", "no such address")
    assert (code, said[1:]) == (0, ["0 articles"])
    for wanted in (PageFilter(hosts=["a.example"]), PageFilter(since=date(2018, 5, 3)), PageFilter(types=["text/x"])):
        assert extract_archives([str(files[0])], tmp_path / "out", wanted=wanted).articles == 0
        assert read(tmp_path / "out").num_rows == 0


def test_an_archive_that_cannot_be_read_has_no_part(files: list[Path], tmp_path: Path) -> None:
    code, said = xinnong(tmp_path / "none.warc", files[0], "-o", tmp_path / "out")
    assert code == 1
    assert said == [
        f"xinnong: {tmp_path / 'none.warc'} cannot be opened: No such file or directory",
        f"1 archives in {tmp_path / 'out'}; 1 failed",
        f"{PER_FILE} articles",
    ]


@pytest.mark.parametrize(
    "options",
    [["--url", "("], ["--since", "2018-05-03", "--until", "2018-05-01"], ["--workers", "0"], ["--since", "x"]],
)
def test_misuse_has_the_exit_code_2(options: list[str], files: list[Path], tmp_path: Path) -> None:
    code, said = xinnong(files[0], "-o", tmp_path / "out", *options)
    assert (code, len(said)) == (2, 1)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_line(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    code, said = xinnong(files[0], "-o", tmp_path / "out")
    assert (code, len(said)) == (1, 1)
    with pytest.raises(ExportError):
        extract_archives([str(files[0])], tmp_path / "out")
    with pytest.raises(ValueError, match="at least 1"):
        extract_archives([str(files[0])], tmp_path / "new", workers=0)


def test_progress_counts_files_and_rows(files: list[Path], tmp_path: Path) -> None:
    seen: list[Progress] = []
    extract_archives(list(map(str, files)), tmp_path, on_progress=seen.append)
    assert seen[0] == Progress(files=0, all_files=3, rows=PER_FILE)
    assert seen[-1] == Progress(files=3, all_files=3, rows=3 * PER_FILE)


def test_many_records_keep_their_order(tmp_path: Path) -> None:
    urls = [f"http://a.example/{number}.html" for number in range(700)]
    records = [Stored(b"<p>x", url).record() for url in urls]
    records[300] = records[300].replace(b"<p>x", b"<p>y")  # which is not what its digest says
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    run = extract_archives([str(tmp_path / "a.warc")], tmp_path / "out")
    assert run.errors == {"NotAnArticleError": 699, "ArchiveError": 1}
    assert read(tmp_path / "out")["url"].to_pylist() == urls


def alive(group: int) -> bool:
    """Whether any process of the group is left that is not just waiting to be noticed."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return True
    return False


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc for workers that are left")


def until_begun(process: subprocess.Popen[Any], out: Path) -> float:
    """Wait until a part is begun, or all are made; return when the test should end at last."""
    deadline = time.monotonic() + 60
    while process.poll() is None and not any(out.glob(".xinnong-*")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return deadline


@LINUX
@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_at_any_moment_and_run_again_the_files_are_equal(
    workers: str, files: list[Path], whole: dict[str, bytes], tmp_path: Path
) -> None:
    command = [*COMMAND, *map(str, files), "-o", str(tmp_path / "out"), "--workers", workers]
    random = Random(int(workers))
    kills = 0
    for moment in (0, random.random(), random.random()):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
            deadline = until_begun(process, tmp_path / "out")
            time.sleep(moment * 0.5)  # somewhere in the parts, another place each time
            os.kill(process.pid, signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        while alive(process.pid):  # workers end with the process that started them
            assert time.monotonic() < deadline
            time.sleep(0.02)
        if len(list((tmp_path / "out").glob("*.parquet"))) == len(files):
            break
    assert kills
    code, _ = xinnong(*files, "-o", tmp_path / "out", "--workers", workers)
    assert code == 0
    assert contents(tmp_path / "out") == whole


@LINUX
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_it_quietly(workers: str, files: list[Path], tmp_path: Path) -> None:
    copies = [shutil.copy(files[1], tmp_path / f"{number}.warc.gz") for number in range(12)]
    command = [*COMMAND, *map(str, copies), "-o", str(tmp_path / "out"), "--workers", workers]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as process:
        deadline = until_begun(process, tmp_path / "out")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (130, b"")
    assert not list((tmp_path / "out").glob(".xinnong-*"))
    while alive(process.pid):  # what watches over shared memory ends a moment later
        assert time.monotonic() < deadline
        time.sleep(0.02)
