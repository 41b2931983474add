"""Many records in files: whole or not at all, whatever breaks on the way."""

from __future__ import annotations

import errno
import gzip
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.errors import ExportError
from xinnong_scraper.export import Record, form_of, to_jsonld, to_markdown, write_records
from xinnong_scraper.records import Article

from .cases import replica_samples
from .exports import CHINA, ROOT, article, articles, largest_file, left_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xinnong_scraper.export import Form, RecordLike

FILES: list[tuple[str, Form]] = [
    ("a.jsonl", "jsonl"), ("a.jsonl.gz", "jsonl.gz"), ("a.parquet", "parquet"), ("a.jsonld", "jsonld"),
]  # fmt: skip
NAMES = [name for name, _ in FILES]


@pytest.mark.parametrize(("name", "form"), [*FILES, ("A.MD", "markdown"), ("articles/", "markdown")])
def test_the_ending_names_the_form(name: str, form: str) -> None:
    assert form_of(name) == form


@pytest.mark.parametrize("name", ["a.csv", "a", "jsonl", "a.gz", ""])
def test_an_unknown_ending_says_what_is_allowed(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.jsonl, \.jsonl\.gz, \.parquet"):
        write_records(articles(1), name)
    assert write_records(articles(1), tmp_path / f"x{name}", form="jsonl") == 1


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="jsonl"):
        write_records(articles(1), tmp_path / "a.jsonl", form="csv")  # type: ignore[arg-type]


def test_a_line_is_the_record_in_its_json_form(tmp_path: Path) -> None:
    records = [sample.read() for sample in replica_samples()[:20]]
    assert write_records(records, tmp_path / "a.jsonl") == 20
    text = (tmp_path / "a.jsonl").read_text("utf-8")
    expected = [
        json.dumps(record.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")) for record in records
    ]
    assert text == "".join(f"{line}\n" for line in expected)


def test_all_kinds_of_records_give_the_same_bytes(tmp_path: Path) -> None:
    one = article(1, published_at=datetime(2018, 4, 28, tzinfo=CHINA))
    plain = one.model_dump(mode="json")
    kinds: list[RecordLike] = [
        one,
        plain,
        one.model_dump_json(),
        one.model_dump_json().encode(),
        Record(one, duplicate_of="http://b/"),
    ]
    kinds += [json.dumps(plain, indent=2, ensure_ascii=False), f"  {one.model_dump_json()}\r\n"]
    write_records(kinds, tmp_path / "a.jsonl")
    assert set((tmp_path / "a.jsonl").read_bytes().splitlines()) == {one.model_dump_json().encode()}


def test_a_generator_that_is_written_is_never_held(tmp_path: Path) -> None:
    alive: list[int] = []

    class Counted(Record):
        def __init__(self) -> None:
            super().__init__(article(1))
            alive.append(1)

        def __del__(self) -> None:
            alive.pop()

    def counted() -> Iterator[Record]:
        for _ in range(50):
            assert len(alive) <= 2
            yield Counted()

    for name in [*NAMES, "m.md"]:
        assert write_records(counted(), tmp_path / name) == 50


@pytest.mark.parametrize("bad", [b"", b"[1]", "null", b"{", {"titel": "x"}])
def test_what_is_no_record_is_refused(bad: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="this is no"):
        write_records([article(1), bad], tmp_path / "a.jsonl")
    assert left_in(tmp_path) == set()


@pytest.mark.parametrize("bad", [b'{"titel":1}', b'{"title":[}', b'{"body":7}', b"{" + b'"a":{' * 5_000 + b"}"])
@pytest.mark.parametrize("name", ["a.parquet", "a.jsonld", "m.md"])
def test_forms_that_look_into_a_record_check_it(bad: bytes, name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="record"):
        write_records([article(1), bad], tmp_path / name)
    assert left_in(tmp_path) == set()


def test_another_type_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="int"):
        write_records([1], tmp_path / "a.jsonl")  # type: ignore[list-item]


def test_text_that_utf8_cannot_hold_names_the_record(tmp_path: Path) -> None:
    bad = Article.model_construct(url="http://a.example/9", title="a\ud800b")
    with pytest.raises(ValueError, match=r"http://a\.example/9"):
        write_records([bad], tmp_path / "a.jsonl")


def test_gzip_holds_the_same_lines_and_no_time(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.jsonl.gz", "b.jsonl.gz"):
        write_records(articles(300), tmp_path / name)
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "a.jsonl").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_jsonld_is_one_document_with_a_graph(count: int, tmp_path: Path) -> None:
    write_records(articles(count), tmp_path / "a.jsonld")
    found = json.loads((tmp_path / "a.jsonld").read_text("utf-8"))
    assert found["@context"] == "https://schema.org"
    assert [{"@context": found["@context"], **node} for node in found["@graph"]] == [
        to_jsonld(record) for record in articles(count)
    ]
    assert set(found) == {"@context", "@graph"}


def test_no_records_give_a_file_without_records(tmp_path: Path) -> None:
    for name in [*NAMES, "m.md"]:
        assert write_records([], tmp_path / name) == 0
    assert left_in(tmp_path) == {*NAMES, "m.md"}
    assert (tmp_path / "a.jsonl").read_bytes() == b""


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("error", [StoppedError, KeyboardInterrupt, OSError(5, "the source's own")])
@pytest.mark.parametrize("name", [*NAMES, "m.md"])
def test_what_fails_leaves_the_old_one_and_nothing_else(name: str, error: Any, tmp_path: Path) -> None:
    def broken() -> Iterator[Article]:
        yield from articles(100)
        raise error

    path = tmp_path / name
    for _ in range(2):  # first nothing is there, then an old one
        before = left_in(tmp_path)
        old = path.read_bytes() if path.is_file() else before and left_in(path)
        with pytest.raises(error if isinstance(error, type) else OSError) as caught:
            write_records(broken(), path)
        assert not isinstance(caught.value, ExportError)
        assert left_in(tmp_path) == before
        assert old == (path.read_bytes() if path.is_file() else before and left_in(path))
        write_records(articles(2), path)


def test_a_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    write_records(articles(1), real)
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(real.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    real.chmod(0o640)
    link.symlink_to(real)
    write_records(articles(2), link)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().count(b"\n") == 2


def test_a_name_of_the_greatest_length(tmp_path: Path) -> None:
    path = tmp_path / f"{'新' * 82}.jsonl"
    assert write_records(articles(1), path) == 1


@pytest.mark.parametrize(
    ("where", "number"), [("missing/a.jsonl", errno.ENOENT), ("file/a.jsonl", errno.ENOTDIR), ("folder", None)]
)
def test_a_path_that_cannot_be_written(where: str, number: int | None, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    records = articles(3)
    with pytest.raises(ExportError, match=where) as caught:
        write_records(records, tmp_path / where, form="jsonl")
    assert isinstance(caught.value, OSError)
    assert (caught.value.errno, caught.value.path) == (number, str(tmp_path / where))
    assert pickle.loads(pickle.dumps(caught.value)).errno == number
    assert next(records).title == "题0"  # said before any work


def test_a_device_is_never_replaced() -> None:
    with pytest.raises(ExportError, match="no regular file"):
        write_records(articles(1), os.devnull, form="jsonl")


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_without_room_is_said_and_the_old_file_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write_records(articles(2), path)
    old = path.read_bytes()
    records = (article(number, summary=os.urandom(2_000).hex()) for number in range(2_000))
    with largest_file(1 << 20), pytest.raises(ExportError, match="raise the limit") as caught:
        write_records(records, path)
    assert caught.value.errno == errno.EFBIG
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_bytes() == old
    assert left_in(tmp_path) == {name}


def test_a_disk_without_room_for_the_last_bytes(tmp_path: Path) -> None:
    """All fits into the buffer, and the disk is first asked when everything is written."""
    with largest_file(100), pytest.raises(ExportError):
        write_records(articles(3), tmp_path / "a.jsonl")
    assert left_in(tmp_path) == set()


def test_a_disk_without_room_leaves_the_old_folder(tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    write_records(articles(2), path)
    old = left_in(path)
    with largest_file(1_000), pytest.raises(ExportError):
        write_records([*articles(5), article(9, subtitle="长" * 10_000)], path)
    assert left_in(path) == old
    assert left_in(tmp_path) == {"m.md"}


ENDLESS = """
import itertools, sys
from tests.exports import article
from xinnong_scraper.export import write_records

def endless():
    for number in itertools.count():
        if number == 20_000:
            print("half", flush=True)
            sys.stdin.read()
        yield article(number, summary="x" * 100)

write_records(endless(), sys.argv[1])
"""


@contextmanager
def half_written(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has written much to a file and waits for its next record."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(path)], cwd=ROOT, **pipes) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"half\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_a_killed_process_leaves_the_old_file_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write_records(articles(2), path)
    old = path.read_bytes()
    with half_written(path) as process:
        assert len(left_in(tmp_path)) == 2
        assert write_records(articles(3), tmp_path / f"other-{name}") == 3
        assert len(left_in(tmp_path)) == 3  # what another process still writes is left alone
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    assert path.read_bytes() == old
    assert write_records(articles(3), path) == 3
    assert left_in(tmp_path) == {name, f"other-{name}"}  # the next export clears away what the killed one left


def test_a_file_in_the_making_is_not_swept_away(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with half_written(path):
        assert write_records(articles(3), path) == 3
        assert len(left_in(tmp_path)) == 2


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with half_written(tmp_path / "a.parquet") as process:
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in error
    assert left_in(tmp_path) == set()


def test_a_folder_holds_one_file_an_article(tmp_path: Path) -> None:
    records = [sample.read() for sample in replica_samples()[:30]]
    assert write_records(records, f"{tmp_path}/articles/") == 30
    found = sorted(path.read_text("utf-8") for path in (tmp_path / "articles").iterdir())
    assert found == sorted(map(to_markdown, records))


FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in range(32)}
HOSTILE = [
    "../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "CON", "nul.txt", "LPT1", ".", "..", "", "~", "-rf",
    "a\x00b", "a\nb", "尾. ", "尾...", "\u202egnp.exe", "新" * 500, "😀" * 200, "e\u0301" * 200, "a:b", "$(x)`y`",
]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE)
def test_names_are_safe_everywhere(title: str, tmp_path: Path) -> None:
    write_records([article(1).model_copy(update={"title": title})], tmp_path / "deep.md")
    assert left_in(tmp_path) == {"deep.md"}
    (name,) = left_in(tmp_path / "deep.md")
    assert not FORBIDDEN & set(name)
    assert name.startswith("undated_")
    assert name.endswith(".md")
    assert len(name.encode()) <= 140
    assert name.isprintable()
    write_records(articles(1), tmp_path / "deep.md")  # and known as the library's own


def test_names_differ_in_more_than_case(tmp_path: Path) -> None:
    titles = ["ABC", "abc", "Abc", "ＡＢＣ", "\u00e9", "e\u0301"]
    records = [article(number).model_copy(update={"title": title}) for number, title in enumerate(titles)]
    records += [article(1)] * 3  # the same address three times
    assert write_records(records, tmp_path / "m.md") == 9
    assert len({name.casefold() for name in left_in(tmp_path / "m.md")}) == 9


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    path.mkdir()
    write_records(articles(5), path)
    names = left_in(path)
    write_records(articles(2), path)
    assert left_in(path) < names
    assert len(left_in(path)) == 2


@pytest.mark.parametrize("name", ["notes.md", "2018-04-28.md", "sub", "link"])
def test_a_folder_with_anything_else_in_it_is_never_replaced(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    write_records(articles(2), path)
    if name == "sub":
        (path / "2018-04-28_x_00000000.md").mkdir()
    elif name == "link":
        (path / "2018-04-28_x_00000000.md").symlink_to(ROOT)
    else:
        (path / name).touch()
    before = left_in(path)
    with pytest.raises(ExportError, match="no export wrote"):
        write_records(articles(1), path)
    assert left_in(path) == before
    assert left_in(tmp_path) == {"m.md"}


def test_a_folder_whose_exchange_was_cut_short_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    write_records(articles(2), path)
    names = left_in(path)
    command = "import os, sys; from xinnong_scraper.export import replacing as r; t = r.Path(sys.argv[1]); "
    command += "t.rename(r._hidden(t, 'old'))"
    subprocess.run([sys.executable, "-c", command, str(path)], check=True, cwd=ROOT)
    assert not path.exists()
    with pytest.raises(ValueError, match="no record"):
        write_records([b"x"], path)
    assert left_in(path) == names


def test_a_file_is_never_replaced_by_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("mine", "utf-8")
    with pytest.raises(ExportError, match="is a file"):
        write_records(articles(1), path)
    assert path.read_text("utf-8") == "mine"
