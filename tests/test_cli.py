"""The command ``xinnong`` as a user runs it: in a process of its own, over pipes and terminals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import xinnong_scraper
from xinnong_scraper.records import Article
from xinnong_scraper.replica import ReplicaPortal

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-m", "xinnong_scraper"]
COMMANDS = [
    *("extract", "inspect", "crawl", "check", "export", "extract-again", "learn", "schema", "layouts", "status"),
    *("report", "case", "demo"),
]
CASE = Path(__file__).parent / "fixtures" / "xinnong" / "dedecms"
PAGE = CASE / "page.html"
URL = json.loads((CASE / "response.json").read_text("utf-8"))["url"]
EXPECTED = json.loads((CASE / "expected.json").read_text("utf-8"))
ESCAPE = b"\x1b["
COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-9][0-9;]*m")
STEERING = ("FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "COLUMNS", "TERM", "PYTHONIOENCODING")


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in STEERING}
    return kept | {"TERM": "xterm-256color"} | settings


def xinnong(
    *arguments: str, stdin: bytes = b"", settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(**settings or {}),
        timeout=60,
        check=False,
    )


def on_a_terminal(*arguments: str, **settings: str) -> bytes:
    """Return what the command writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, env=environment(COLUMNS="100", **settings)
    ):
        os.close(theirs)
        written = bytearray()
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux reports the end of a terminal as an error
                break
            if not part:
                break
            written += part
    os.close(ours)
    return bytes(written)


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal() as running:
        yield running


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


def address_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/a.html"


@contextmanager
def closed_pipe() -> Iterator[int]:
    """A pipe whose reader has gone before anything is written."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def test_version() -> None:
    done = xinnong("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"xinnong-scraper {xinnong_scraper.__version__}\n")


def test_help_names_every_command_without_colours_in_a_pipe() -> None:
    done = xinnong("--help")
    assert done.returncode == 0
    assert not [name for name in COMMANDS if name not in done.stdout.decode()]
    assert ESCAPE not in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_shows_examples(name: str) -> None:
    done = xinnong(name, "--help")
    assert done.returncode == 0
    assert re.search(rf"Examples\s+(NO_COLOR=1 )?xinnong {name}", done.stdout.decode())


def test_a_saved_page_prints_the_record_of_the_library() -> None:
    done = xinnong("extract", str(PAGE), "--url", URL)
    assert (done.returncode, done.stderr) == (0, b"")
    article = xinnong_scraper.extract_html(PAGE.read_bytes(), url=URL)
    assert json.loads(done.stdout) == article.model_dump(mode="json")
    assert article.title == EXPECTED["title"]
    assert EXPECTED["title"] in done.stdout.decode()


def test_standard_input_is_a_page() -> None:
    done = xinnong("extract", "-", "--url", URL, stdin=PAGE.read_bytes())
    assert done.stdout == xinnong("extract", str(PAGE), "--url", URL).stdout
    assert done.returncode == 0


def test_jsonl_prints_a_line_a_page_in_order(portal: ReplicaPortal) -> None:
    address = portal.url_of(portal.articles[0])
    done = xinnong("extract", str(PAGE), address, str(PAGE), "--format", "jsonl", "--allow-private")
    assert done.returncode == 0
    records = [Article.model_validate_json(line) for line in done.stdout.splitlines()]
    assert [record.url for record in records] == [None, address, None]


@pytest.mark.parametrize(
    ("form", "start"),
    [("markdown", "# {title}\n"), ("text", "{title}\n"), ("jsonld", '{{\n  "@context": "https://schema.org",\n')],
)
def test_other_forms(form: str, start: str) -> None:
    done = xinnong("extract", str(PAGE), "--format", form)
    assert done.returncode == 0
    assert done.stdout.decode().startswith(start.format(title=EXPECTED["title"]))


def test_two_pages_in_markdown_are_set_apart() -> None:
    done = xinnong("extract", str(PAGE), str(PAGE), "-f", "markdown")
    assert done.stdout.decode().count("\n\n---\n\n# ") == 1


def test_one_bad_page_does_not_end_the_others(tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    done = xinnong("extract", str(empty), str(PAGE), str(tmp_path / "none.html"), str(tmp_path), "-f", "jsonl")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    first, second, third = done.stderr.decode().splitlines()
    assert first.startswith(f"xinnong: {empty}: ")
    assert first.endswith("(NotAnArticleError)")
    assert second == f"xinnong: {tmp_path / 'none.html'}: No such file or directory"
    assert third == f"xinnong: {tmp_path}: Is a directory"


def test_a_layout_is_taken_by_name_and_by_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(renamed(xinnong("layouts", "zh").stdout.decode(), name="own"), "utf-8")
    for layout, name in [("zh", "zh"), (str(own), "own")]:
        done = xinnong("extract", str(PAGE), "--layout", layout)
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["layout"] == name


def renamed(source: str, *, name: str) -> str:
    """Return the text of a layout file under another name."""
    changed, count = re.subn(r'(?m)^name = ".*"$', f'name = "{name}"', source, count=1)
    assert count == 1
    return changed


def test_strict_fails_where_something_is_missing(tmp_path: Path) -> None:
    text = "聊城市农业部门今年推广新品种，种植户的收入比去年有了明显的提高，带动了周边村庄。" * 3
    page = tmp_path / "undated.html"
    page.write_text(f"<html><title>新品种</title><h1>新品种</h1>{f'<p>{text}</p>' * 6}</html>", "utf-8")
    assert xinnong("extract", str(page)).returncode == 0
    done = xinnong("extract", str(page), "--strict")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "published_at" in done.stderr.decode()


def test_now_is_the_clock_of_saved_pages(tmp_path: Path) -> None:
    text = "聊城市农业部门今年推广新品种，种植户的收入比去年有了明显的提高，带动了周边村庄。" * 3
    page = tmp_path / "relative.html"
    page.write_text(
        f"<html><title>新品种</title><h1>新品种</h1><p>来源：聊城日报 昨天 13:44</p>{f'<p>{text}</p>' * 6}</html>",
        "utf-8",
    )
    done = xinnong("extract", str(page), "--now", "2018-05-02T09:00:00")
    assert json.loads(done.stdout)["published_at"] == "2018-05-01T13:44:00+08:00"


def test_an_address_is_fetched(portal: ReplicaPortal) -> None:
    address = portal.url_of(portal.articles[0])
    done = xinnong("extract", address, "--allow-private")
    assert (done.returncode, done.stderr) == (0, b"")
    record = json.loads(done.stdout)
    assert record["url"] == address
    assert record["fetched_at"] is not None


def test_a_cache_asks_only_what_has_changed(portal: ReplicaPortal, tmp_path: Path) -> None:
    address = portal.url_of(portal.articles[0])
    arguments = ["extract", address, "--allow-private", "--cache", str(tmp_path / "kept" / "pages.db")]
    first, second = xinnong(*arguments), xinnong(*arguments)
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, b"")
    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert one.pop("fetched_at") < two.pop("fetched_at")
    assert one == two
    assert (tmp_path / "kept" / "pages.db").is_file()


def test_a_private_address_is_refused(portal: ReplicaPortal) -> None:
    done = xinnong("extract", portal.url_of(portal.articles[0]))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().endswith("(AddressBlockedError)\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_timeout_ends_a_fetch(silent_server: socket.socket) -> None:
    done = xinnong("extract", address_of(silent_server), "--allow-private", "--timeout", "0.3")
    assert done.returncode == 1
    assert done.stderr.decode().endswith("(FetchTimeoutError)\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "xinnong --help"),
        (["bogus"], "bogus"),
        (["extract"], "URL_OR_FILE"),
        (["extract", "--bogus", "a.html"], "--bogus"),
        (["extract", "a.html", "--format", "xml"], "xml"),
        (["extract", "a.html", "--now", "yesterday"], "yesterday"),
        (["extract", "a.html", "--layout", "bogus"], "bogus"),
        (["extract", "a.html", "--timeout", "0"], "--timeout"),
        (["extract", "a.html", "b.html", "--url", "http://a.example/"], "--url"),
        (["extract", "http://a.example/", "--url", "http://a.example/"], "--url"),
        (["extract", "http://a.example/", "--now", "2018-05-02"], "--now"),
        (["extract", "a.html", "--follow-pages"], "--follow-pages"),
        (["extract", "a.html", "--cache", "pages.db"], "--cache"),
        (["extract", "http://127.0.0.1/", "--cache", str(PAGE)], "no cache of pages"),
        (["extract", "-", "-"], "standard input"),
        (["layouts", "bogus"], "bogus"),
        (["schema", "extra"], "extra"),
    ],
    ids=" ".join,
)
def test_misuse_is_one_line_and_2(arguments: list[str], said: str) -> None:
    done = xinnong(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("xinnong: ")
    assert said in line


def test_a_wrong_layout_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ", "utf-8")
    done = xinnong("extract", str(PAGE), "--layout", str(broken))
    assert done.returncode == 2
    assert "broken.toml" in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


def test_the_schema_is_that_of_the_record() -> None:
    done = xinnong("schema")
    assert json.loads(done.stdout) == Article.model_json_schema(mode="serialization")


def test_layouts_are_listed_and_printed() -> None:
    listed = xinnong("layouts").stdout.decode()
    assert re.search(r"xinnong +zh +.*中国新农网", listed)
    assert re.search(r"zh +zh ", listed)
    assert tomllib.loads(xinnong("layouts", "xinnong").stdout.decode())["name"] == "xinnong"


def test_the_demo_shows_a_record_and_what_comes_next() -> None:
    done = xinnong("demo")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert ESCAPE not in done.stdout
    for expected in [
        "聊城",
        "source ",
        "published ",
        "section ",
        "免责声明",
        "Related articles (",
        "What to type next",
    ]:
        assert expected in shown
    rows = re.findall(r"^(\w+) +(\w+) +\S.* ([01]\.[0-9]{2})\s*$", shown, re.MULTILINE)
    assert {"title", "source", "published_at", "body"} <= {field for field, _, _ in rows}


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_output_is_utf_8_in_any_locale(locale: dict[str, str]) -> None:
    done = xinnong("extract", str(PAGE), "-f", "text", settings={"PYTHONIOENCODING": "ascii"} | locale)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").startswith(EXPECTED["title"])


@pytest.mark.parametrize(
    "arguments", [["extract", str(PAGE)], ["schema"], ["layouts"], ["demo"], ["--help"]], ids=" ".join
)
def test_a_closed_pipe_ends_quietly(arguments: list[str]) -> None:
    with closed_pipe() as pipe:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=pipe, stderr=subprocess.PIPE, env=environment(), timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "schema"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stderr.decode()) == (1, "xinnong: cannot write the output: No space left on device\n")


def test_an_interrupt_ends_quietly_with_130(silent_server: socket.socket) -> None:
    with subprocess.Popen(
        [*COMMAND, "extract", address_of(silent_server), "--allow-private"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        connection, _ = silent_server.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        connection.close()
    assert (process.returncode, out, err) == (130, b"", b"")


def test_json_is_coloured_on_a_terminal_only() -> None:
    assert COLOUR.search(on_a_terminal("extract", str(PAGE)))
    assert not COLOUR.search(on_a_terminal("extract", str(PAGE), NO_COLOR="1"))
    assert ESCAPE not in xinnong("extract", str(PAGE)).stdout


def test_a_page_cannot_steer_the_terminal(tmp_path: Path) -> None:
    text = "聊城市农业部门今年推广新品种\x1b]0;title\x07，种植户的收入比\x9b31m去年有了明显的提高，带动了周边村庄。" * 3
    page = tmp_path / "hostile.html"
    page.write_text(f"<html><title>新品种</title><h1>新品种</h1>{f'<p>{text}</p>' * 6}</html>", "utf-8")
    for form in ["text", "markdown", "jsonl"]:
        shown = on_a_terminal("extract", str(page), "-f", form, NO_COLOR="1").decode()
        assert "种植户" in shown
        assert not re.search(r"\x1b\]|\x07|\x9b", shown)


def test_errors_stay_one_line_whatever_the_address_holds() -> None:
    done = xinnong("extract", "http://127.0.0.1/a\nb\x1b[31m")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert b"\x1b" not in done.stderr
