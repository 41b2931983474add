"""``xinnong export``: what a store holds as files, and files that follow a store through any crash."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.crawl import Store
from xinnong_scraper.errors import ExportError
from xinnong_scraper.export import Filter, follow_records
from xinnong_scraper.records import Evidence

from .exports import largest_file, left_in
from .made_stores import article, fill, revise

if TYPE_CHECKING:
    from pathlib import Path

    from xinnong_scraper.records import Article

CHINA = timezone(timedelta(hours=8))
COMMAND = [sys.executable, "-m", "xinnong_scraper"]


def xinnong(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def on(day: int, number: int, hour: int = 12, **fields: Any) -> Article:
    return article(number, published_at=datetime(2018, 4, day, hour, tzinfo=CHINA), **fields)


ARTICLES = [
    on(27, 1, 23, section="农业", source="聊城日报"),
    on(28, 2, 0, section="农业", source="新华社"),
    on(29, 3, section="三农", source="聊城日报", url="http://news.b.example/3.html"),
    article(4),
    # The same text as the first one's, later: it repeats it.
    article(1, url="http://a.example/5.html", published_at=datetime(2018, 4, 30, tzinfo=CHINA), section="农业"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store(tmp_path / "crawl.db", create=True) as store:
        fill(store, ARTICLES)
    return tmp_path / "crawl.db"


def urls_in(out: Path) -> list[int]:
    lines = [json.loads(line) for line in out.read_text("utf-8").split("\n")[:-1]]
    return [int(line["url"].rpartition("/")[2].partition(".")[0]) for line in lines]


def test_a_line_is_the_interchange_form_and_nothing_is_left_out(path: Path, tmp_path: Path) -> None:
    assert xinnong("export", path, tmp_path / "out.jsonl") == (0, f"5 records in {tmp_path / 'out.jsonl'}\n")
    lines = (tmp_path / "out.jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    assert sorted(lines) == sorted(each.model_dump_json() for each in ARTICLES)


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--since", "2018-04-28"], {2, 3, 5}),
        (["--until", "2018-04-28"], {1, 2}),
        (["--since", "2018-04-28", "--until", "2018-04-28"], {2}),
        (["--section", "农业"], {1, 2, 5}),
        (["--section", "农业", "--section", "三农", "--source", "聊城日报"], {1, 3}),
        (["--host", "b.example"], {3}),
        (["--host", "B.example", "--host", "a.example", "--section", "三农"], {3}),
        (["--host", "example.b"], set()),
        (["--no-duplicates"], {1, 2, 3, 4}),
    ],
)
def test_options_choose(options: list[str], numbers: set[int], path: Path, tmp_path: Path) -> None:
    code, told = xinnong("export", path, tmp_path / "out.jsonl", *options)
    assert (code, set(urls_in(tmp_path / "out.jsonl"))) == (0, numbers)
    assert told.startswith(f"{len(numbers)} record")


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(since=datetime(2018, 4, 27, 16, tzinfo=timezone.utc), until=date(2018, 4, 29)),  # noqa: UP017
        Filter(until=datetime(2018, 4, 28, tzinfo=CHINA), sections={"农业"}),
        Filter(since=date(2018, 4, 28), hosts=["example"], duplicates=False),
        Filter(sections=[]),
    ],
)
def test_the_store_chooses_as_the_filter_does(wanted: Filter, path: Path) -> None:
    with Store(path) as store:
        expected = [record.json for record in store.records() if wanted.matches(record)]
        assert [record.json for record in store.records(wanted=wanted)] == expected


@pytest.mark.parametrize("name", ["out.parquet", "out.jsonl.gz", "out.jsonld", "out/"])
def test_every_form_is_told_by_the_ending(name: str, path: Path, tmp_path: Path) -> None:
    if name == "out.parquet":
        pytest.importorskip("pyarrow")
    out = f"{tmp_path}/{name}"
    assert xinnong("export", path, out) == (0, f"5 records in {out}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["missing.db", "out.jsonl"], 1, "there is no such store"),
        (["crawl.db", "no/such/folder/out.jsonl"], 1, "create it first"),
        (["crawl.db", "out.txt"], 2, "OUT"),
        (["crawl.db", "out.parquet", "--follow"], 2, "--follow"),
        (["crawl.db", "out.jsonl", "--since", "yesterday"], 2, "2018-04-28"),
        (["crawl.db", "out.jsonl", "--since", "2018-04-28", "--until", "2018-04-27"], 2, "--until"),
        (["crawl.db"], 2, "OUT"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    arguments: list[str], code: int, told: str, path: Path, tmp_path: Path
) -> None:
    first, *rest = arguments
    target = [tmp_path / rest.pop(0)] if rest else []
    found, message = xinnong("export", path.parent / first, *target, *rest)
    assert found == code
    assert told in message
    assert message.count("\n") == 1
    assert not {name for name in left_in(tmp_path) if name.startswith("out")}


def test_an_export_is_of_one_moment_however_long_it_takes(path: Path) -> None:
    with Store(path) as store, Store(path) as crawl:
        records = store.records()
        first = next(records)
        fill(crawl, [article(number) for number in range(10, 2_000)])
        revise(crawl, article(2, title="改", content_hash="f" * 64))
        rest = list(records)
        assert len([first, *rest]) == 5
        assert "改" not in {record.article.title for record in rest}
        assert len(list(store.records())) == 1_995


# Following


def follow(store: Path, out: Path) -> int:
    with Store(store) as opened:
        return follow_records(lambda after: opened.numbered(after=after), out, origin=opened.identity())


def test_following_appends_what_is_new_and_what_has_changed(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert xinnong("export", path, out, "--follow") == (0, f"5 new records in {out}\n")
    assert xinnong("export", path, out, "--follow") == (0, f"0 new records in {out}\n")
    with Store(path) as store:
        fill(store, [article(6)])
        revise(store, article(4, title="改", content_hash="f" * 64))  # a new version
        revise(store, ARTICLES[1].model_copy(update={"source": "人民日报"}))  # the same text
        known = {"section": Evidence(strategy="layout", rule="x", confidence=1.0)}
        revise(store, ARTICLES[2].model_copy(update={"evidence": known}))  # only the reading
        assert store.versions() == {each.url: 1 + (each.url == ARTICLES[3].url) for each in [*ARTICLES, article(6)]}
    assert xinnong("export", path, out, "--follow") == (0, f"3 new records in {out}\n")
    assert urls_in(out)[5:] == [6, 4, 2]
    assert '"人民日报"' in out.read_text("utf-8").split("\n")[7]


def test_a_file_that_was_moved_away_begins_again_with_what_is_new(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    follow(path, out)
    out.rename(tmp_path / "yesterday.jsonl")
    with Store(path) as store:
        fill(store, [article(6)])
    assert follow(path, out) == 1
    assert urls_in(out) == [6]
    assert follow(path, out) == 0


@pytest.fixture
def crashed(path: Path, tmp_path: Path) -> tuple[Path, bytes, int]:
    """A file whose second batch was begun and did not get onto the disk; what it should hold, and where that begins."""
    out = tmp_path / "out.jsonl"
    follow(path, out)
    whole = out.stat().st_size
    with Store(path) as store:
        fill(store, [article(6), article(7)])
    with Store(path) as store:
        numbered, origin = list(store.numbered()), store.identity()
    expected = b"".join(record.json + b"\n" for _, record in numbered)
    with largest_file(whole + 100), pytest.raises(ExportError):
        follow_records(lambda after: [each for each in numbered if each[0] > after], out, origin=origin)
    return out, expected, whole


def test_wherever_a_crash_cuts_the_batch_is_there_once(crashed: tuple[Path, bytes, int], path: Path) -> None:
    out, expected, whole = crashed
    beside = out.with_name("out.jsonl.position")
    position = beside.read_bytes()
    for length in [*range(whole, len(expected), 23), len(expected) - 1, len(expected)]:
        out.write_bytes(expected[:length])
        beside.write_bytes(position)
        assert follow(path, out) == (0 if length >= len(expected) - 1 else 2)
        assert out.read_bytes() == expected
        assert follow(path, out) == 0


def test_a_batch_that_the_disk_lost_is_written_again(crashed: tuple[Path, bytes, int], path: Path) -> None:
    out, expected, whole = crashed
    out.write_bytes(expected[:whole] + b"\0" * (len(expected) - whole - 1) + b"\n")
    assert follow(path, out) == 2
    assert out.read_bytes() == expected


@pytest.mark.parametrize("what", ["longer", "shorter", "other store", "no position", "broken position"])
def test_a_file_that_is_not_as_it_was_left_is_refused(what: str, path: Path, tmp_path: Path) -> None:
    out, beside = tmp_path / "out.jsonl", tmp_path / "out.jsonl.position"
    follow(path, out)
    lines = out.read_bytes()
    if what == "longer":
        out.write_bytes(lines + b'{"url": null}\n')
    elif what == "shorter":
        out.write_bytes(lines[: lines.index(b"\n") + 1])
    elif what == "other store":
        path = tmp_path / "other.db"
        with Store(path, create=True) as store:
            fill(store, ARTICLES)
    elif what == "no position":
        beside.unlink()
    else:
        beside.write_text('{"origin": 1}')
    found = out.read_bytes()
    code, told = xinnong("export", path, out, "--follow")
    assert (code, out.read_bytes()) == (1, found)
    assert "position" in told
    assert told.count("\n") == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A store whose export takes several batches, and its lines."""
    path = tmp_path_factory.mktemp("large") / "crawl.db"
    with Store(path, create=True) as store:
        fill(store, (article(number, summary="长" * 9_000) for number in range(1_200)))
        return path, [record.json for record in store.records()]


def test_kills_while_it_writes_neither_lose_nor_double_a_record(
    large: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    path, expected = large
    out = tmp_path / "out.jsonl"
    for size in (1, 5 << 20, 12 << 20, 20 << 20):
        with subprocess.Popen([*COMMAND, "export", str(path), str(out), "--follow"], stderr=subprocess.DEVNULL) as run:
            while run.poll() is None and not (out.exists() and out.stat().st_size >= size):
                time.sleep(0.0005)
            run.kill()
        lines = out.read_bytes().split(b"\n")[:-1]
        assert lines == expected[: len(lines)]
    assert xinnong("export", path, out, "--follow")[0] == 0
    assert out.read_bytes().split(b"\n")[:-1] == expected


KILLED = """
import os, signal, sys
from xinnong_scraper.crawl import Store
from xinnong_scraper.export import follow_records
def until_killed(after):
    for count, numbered in enumerate(store.numbered(after=after)):
        if count == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield numbered
with Store(sys.argv[1]) as store:
    follow_records(until_killed, sys.argv[2], origin=store.identity())
"""


def test_kills_between_batches_neither_lose_nor_double_a_record(
    large: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    path, expected = large
    out = tmp_path / "out.jsonl"
    for count in (0, 1, 200, 400, 1_199):
        arguments = [sys.executable, "-c", KILLED, str(path), str(out), str(count)]
        done = subprocess.run(arguments, timeout=60, check=False)
        assert done.returncode in (-signal.SIGKILL, 0)
    follow(path, out)
    assert out.read_bytes().split(b"\n")[:-1] == expected
