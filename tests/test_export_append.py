"""JSON lines that are appended to: what was given is on the disk, and a torn line never stays."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.errors import ExportError
from xinnong_scraper.export import append_records, write_records

from .exports import ROOT, article, articles, largest_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xinnong_scraper.records import Article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.jsonl"


def lines_of(records: Iterator[Article]) -> bytes:
    return b"".join(record.model_dump_json().encode() + b"\n" for record in records)


def test_appended_in_parts_is_written_at_once(path: Path, tmp_path: Path) -> None:
    assert append_records(articles(3), path) == 3
    assert append_records((article(number) for number in range(3, 10)), path, batch=2) == 7
    assert append_records([], path) == 0
    write_records(articles(10), tmp_path / "b.jsonl")
    assert path.read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_each_batch_is_on_the_disk_before_the_next_record_is_asked_for(path: Path) -> None:
    def watched() -> Iterator[Article]:
        for number in range(7):
            assert path.read_bytes() == lines_of(articles(number - number % 3))
            yield article(number)

    assert append_records(watched(), path, batch=3) == 7
    assert path.read_bytes() == lines_of(articles(7))


def test_a_batch_of_large_records_ends_early(path: Path) -> None:
    def watched() -> Iterator[Article]:
        for number in range(8):
            assert path.stat().st_size >= (number - 2) * 3 << 20
            yield article(0, summary="x" * (3 << 20))

    assert append_records(watched(), path) == 8


LINE = article(0).model_dump_json().encode()


@pytest.mark.parametrize("whole", [0, 1, 2_000])
@pytest.mark.parametrize(
    "torn", [LINE[:1], LINE[: len(LINE) // 2], LINE[:-1], b"\0" * 5_000, "题".encode()[:2], b"[1]"]
)
def test_a_torn_last_line_is_cut_off_first(torn: bytes, whole: int, path: Path) -> None:
    path.write_bytes(lines_of(articles(whole)) + torn)
    append_records([article(whole)], path)
    assert path.read_bytes() == lines_of(articles(whole + 1))


@pytest.mark.parametrize("cut", range(0, len(LINE), 7))
def test_wherever_a_crash_cuts_the_rest_stays(cut: int, path: Path) -> None:
    path.write_bytes(LINE + b"\n" + LINE[:cut])
    append_records([article(1)], path)
    assert path.read_bytes() == lines_of(articles(2))


def test_a_whole_record_without_its_line_break_stays(path: Path) -> None:
    path.write_bytes(LINE)
    append_records([article(1)], path)
    assert path.read_bytes() == lines_of(articles(2))


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_was_given_before_a_failure_is_written(error: type[BaseException], path: Path) -> None:
    def broken() -> Iterator[Article]:
        yield from articles(5)
        raise error

    with pytest.raises(error):
        append_records(broken(), path, batch=3)
    assert path.read_bytes() == lines_of(articles(5))


def test_a_disk_without_room_keeps_whole_batches_only(path: Path) -> None:
    append_records(articles(2), path)
    large = (article(number, summary="长" * 1_000) for number in range(1_000))
    with largest_file(200_000), pytest.raises(ExportError, match="raise the limit") as caught:
        append_records(large, path, batch=10)
    assert caught.value.errno == errno.EFBIG
    found = path.read_bytes()
    assert found.startswith(lines_of(articles(2)))
    assert found.endswith(b"}\n")
    assert (found.count(b"\n") - 2) % 10 == 0
    append_records(articles(1), path)
    assert path.read_bytes() == found + lines_of(articles(1))


def test_the_full_disk_itself(tmp_path: Path) -> None:
    """The device that is always full is no regular file, and so is refused before that."""
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    with pytest.raises(ExportError, match="no regular file"):
        append_records(articles(1), tmp_path / "full.jsonl")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.parquet", "a.md", "a.txt"])
def test_only_json_lines_can_be_appended_to(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="jsonl"):
        append_records(articles(1), tmp_path / name)


def test_misuse(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="batch"):
        append_records(articles(1), path, batch=0)
    with pytest.raises(ExportError, match="does not exist"):
        append_records(articles(1), tmp_path / "missing" / "a.jsonl")
    path.mkdir()
    with pytest.raises(ExportError, match="no regular file"):
        append_records(articles(1), path)


APPENDING = """
import itertools, sys
from tests.exports import article
from xinnong_scraper.export import append_records

def endless():
    for number in itertools.count():
        if number == int(sys.argv[2]):
            print("there", flush=True)
            if sys.argv[3] == "wait":
                sys.stdin.read()
        yield article(number)

append_records(endless(), sys.argv[1], batch=50)
"""


def appending(path: Path, reached: int, then: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", APPENDING, str(path), str(reached), then]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"there\n"
    return process


def test_a_killed_process_leaves_whole_lines_or_one_torn_one(path: Path) -> None:
    """The process is killed at full speed, in the middle of whatever it does."""
    for _ in range(3):
        with appending(path, 500, "go on") as process:
            process.send_signal(signal.SIGKILL)
        append_records(articles(1), path)
        records = [json.loads(line) for line in path.read_bytes().splitlines()]
        assert len(records) >= 500
        assert path.read_bytes().endswith(b"\n")


def test_two_processes_never_append_at_once(path: Path) -> None:
    with appending(path, 120, "wait") as process:
        try:
            before = path.read_bytes()
            assert before.count(b"\n") == 100
            with pytest.raises(ExportError, match="another process") as caught:
                append_records(articles(1), path)
            assert caught.value.errno == errno.EWOULDBLOCK
            assert path.read_bytes() == before
        finally:
            process.kill()
    assert append_records(articles(1), path) == 1


def test_a_file_that_is_new_gets_the_usual_permissions(path: Path, tmp_path: Path) -> None:
    append_records([], path)
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_appending_takes_bytes_as_they_are(path: Path) -> None:
    given: list[Any] = [LINE, LINE.decode(), article(0)]
    append_records(given, path)
    assert path.read_bytes() == (LINE + b"\n") * 3
