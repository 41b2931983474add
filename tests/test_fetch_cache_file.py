"""The file of the cache: bounded, shared, and never worth a page when it is damaged, full, busy or gone."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.fetch.cache import APPLICATION_ID, SCHEMA_VERSION, DiskCache
from xinnong_scraper.fetch.freshness import StoredPage
from xinnong_scraper.page import FetchedPage

from .faults import FaultServer, fetch_in_turn, policy, response, says

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 100_000_000


def page(name: str, size: int = 20_000) -> StoredPage:
    """A page that zlib cannot make much smaller and whose body tells its name."""
    seed = hashlib.shake_256(name.encode()).digest(size)
    digest = hashlib.sha256(seed).digest()
    return StoredPage(name.encode(), f"http://a.example/{name}", (("etag", f'"{name}"'),), seed, digest, 1.0, 2.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pages.db"


def opened(file: Path, most: int = MOST) -> closing[DiskCache]:
    return closing(DiskCache(file, most))


def test_page_comes_back_as_it_was(file: Path) -> None:
    odd = StoredPage(
        b"k", "http://a.example/", (("x", "农"), ("x", '"')), b"a" * 9, hashlib.sha256(b"a" * 9).digest(), 1, 2
    )
    with opened(file) as cache:
        cache.remember(odd)
        cache.remember(page("other"))
    with opened(file) as cache:
        assert cache.recall(b"k") == odd
        assert cache.recall(b"other") == page("other")
        assert cache.recall(b"none") is None
        cache.forget(b"k")
        assert cache.recall(b"k") is None


def test_headers_are_renewed_only_for_the_body_that_is_kept(file: Path) -> None:
    old, new = page("one"), page("two")
    replaced = StoredPage(b"one", new.url, new.headers, new.body, new.digest, 3.0, 4.0)
    with opened(file) as cache:
        cache.remember(replaced)
        cache.confirm(old)
        assert cache.recall(b"one") == replaced
        renewed = StoredPage(b"one", new.url, (("etag", '"3"'),), new.body, new.digest, 5.0, 6.0)
        cache.confirm(renewed)
        assert cache.recall(b"one") == renewed


def test_file_stays_below_its_bound_and_keeps_what_was_used_last(file: Path) -> None:
    most, moment = 2_000_000, 0.0

    def wall() -> float:
        return moment

    with closing(DiskCache(file, most, wall=wall)) as cache:
        for number in range(500):
            moment = number * 4_000.0
            cache.remember(page(f"n{number}"))
            assert cache.recall(b"n0") is not None, "what is used stays"
        assert cache.recall(b"n499") is not None
        assert cache.recall(b"n1") is None
        kept = sum(cache.recall(f"n{number}".encode()) is not None for number in range(500))
    assert kept > 60
    assert sum(path.stat().st_size for path in file.parent.iterdir()) <= most * 1.05


def test_page_that_would_fill_the_file_is_not_kept(file: Path) -> None:
    with opened(file, 1_000_000) as cache:
        cache.remember(page("small"))
        cache.remember(page("huge", 900_000))
        assert cache.recall(b"huge") is None
        assert cache.recall(b"small") is not None


def test_lower_bound_is_reached_step_by_step(file: Path) -> None:
    with opened(file) as cache:
        for number in range(200):
            cache.remember(page(f"n{number}"))
    with opened(file, 1_000_000) as cache:
        cache.remember(page("last"))
        assert cache.recall(b"last") is not None
        assert sum(cache.recall(f"n{number}".encode()) is not None for number in range(200)) < 50


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1])
def test_cache_of_another_version_is_refused_and_left_alone(file: Path, version: int) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        other.execute(f"PRAGMA user_version = {version}")
        other.execute("CREATE TABLE mine (a)")
    before = file.read_bytes()
    with pytest.raises(ValueError, match="another version"):
        DiskCache(file, MOST)
    assert file.read_bytes() == before


def test_database_of_somebody_else_is_refused_and_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE mine (a)")
    before = file.read_bytes()
    with pytest.raises(ValueError, match="no cache of pages"):
        DiskCache(file, MOST)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_empty_file_is_taken(file: Path) -> None:
    file.touch()
    with opened(file) as cache:
        cache.remember(page("one"))
        assert cache.recall(b"one") is not None


def test_damaged_page_is_dropped(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(file) as cache:
        for name in ("cut", "turned", "headers", "whole"):
            cache.remember(page(name))
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("UPDATE bodies SET body = substr(body, 1, 900) WHERE id = 1")
        raw.execute("UPDATE bodies SET body = (SELECT body FROM bodies WHERE id = 4) WHERE id = 2")
        raw.execute("UPDATE pages SET headers = '[1' WHERE id = 3")
    with opened(file) as cache:
        assert [cache.recall(name) for name in (b"cut", b"turned", b"headers")] == [None] * 3
        assert cache.recall(b"whole") == page("whole")
        cache.remember(page("cut"))
        assert cache.recall(b"cut") == page("cut")
    assert not caplog.messages


def test_damaged_file_costs_the_cache_and_one_line(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(file) as cache:
        for number in range(200):
            cache.remember(page(f"n{number}", 2_000))
    data = bytearray(file.read_bytes())
    for start in range(4_096, len(data), 4_096):
        data[start : start + 64] = os.urandom(64)
    file.write_bytes(data)
    with opened(file) as cache:
        found = [cache.recall(f"n{number}".encode()) for number in range(200)]
        cache.remember(page("new"))
    assert {one for one in found if one is not None} <= {page(f"n{number}", 2_000) for number in range(200)}
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("driver", ["sync", "async"])
def test_fetch_survives_a_file_that_is_spoiled_meanwhile(
    driver: str, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def spoil(connection: object, _asked: object) -> None:
        file.write_bytes(b"spoiled " * 4_096)
        for log in file.parent.glob("pages.db-*"):
            log.write_bytes(b"spoiled " * 4_096)
        connection.send(response(etag='"one"'))  # type: ignore[attr-defined]

    with FaultServer(page=spoil) as server:
        outcomes = fetch_in_turn(driver, [server.url()] * 3, policy(cache=file))
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 3
    assert len(caplog.messages) <= 1


def test_busy_file_is_waited_for_and_then_done_without(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(file) as cache:
        cache.remember(page("one"))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            cache.remember(page("two"))
            assert cache.recall(b"one") == page("one"), "a writer keeps nobody from reading"
            other.execute("ROLLBACK")
        cache.remember(page("three"))
        assert [cache.recall(name) is not None for name in (b"two", b"three")] == [False, True]
    assert not caplog.messages


@pytest.fixture
def readable_by_all() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_file_that_may_only_be_read_costs_the_cache_and_one_line(
    readable_by_all: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = readable_by_all / "pages.db"
    with FaultServer(page=says(response(cache_control="max-age=600"))) as server:
        fetch_in_turn("sync", [server.url()], policy(cache=file))
        for path in (file, readable_by_all):
            path.chmod(path.stat().st_mode & 0o555)
        root = os.geteuid() == 0  # whom no file mode stops
        if root:
            os.seteuid(65_534)
        try:
            outcomes = fetch_in_turn("sync", [server.url()] * 3, policy(cache=file))
        finally:
            if root:
                os.seteuid(0)
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 3
    assert len(caplog.messages) == 1


def test_full_disk_costs_the_cache_and_one_line(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(file) as cache:
        cache.remember(page("one"))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        try:
            for number in range(30):
                cache.remember(page(f"n{number}"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)
        assert cache.recall(b"one") == page("one")
    assert len(caplog.messages) == 1


WRITER = """
import sys
from pathlib import Path
from tests.test_fetch_cache_file import MOST, opened, page
with opened(Path(sys.argv[1])) as cache:
    for number in range(int(sys.argv[3])):
        cache.remember(page(f"{sys.argv[2]}{number}"))
        print(number, flush=True)
"""


def writer(file: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(file), name, str(count)]
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment)


def test_killed_writer_leaves_a_readable_file_of_whole_pages(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = 0
    for name in ("a", "b", "c"):
        with writer(file, name, 100_000) as process:
            assert process.stdout is not None
            for _ in range(40):
                told = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        with opened(file) as cache:
            for number in range(told):
                assert cache.recall(f"{name}{number}".encode()) == page(f"{name}{number}")
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = raw.execute("SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM bodies)").fetchone()
    assert counts[0] == counts[1] >= 3 * told
    assert not caplog.messages


def test_two_processes_write_at_once(file: Path) -> None:
    with writer(file, "a", 100) as one, writer(file, "b", 100) as two:
        for process in (one, two):
            process.communicate(timeout=60)
            assert process.returncode == 0
    with opened(file) as cache:
        for name in "ab":
            found = [cache.recall(f"{name}{number}".encode()) for number in range(100)]
            assert found == [page(f"{name}{number}") for number in range(100)]


def test_many_threads_write_and_read_at_once(file: Path) -> None:
    with opened(file) as cache:

        def work(name: str) -> None:
            for number in range(30):
                cache.remember(page(f"{name}{number}", 2_000))
                assert cache.recall(f"{name}{number}".encode()) == page(f"{name}{number}", 2_000)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcdefgh"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert cache.recall(b"h29") is not None


def times_open(file: Path) -> int:
    return sum(link.resolve() == file for link in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs fork and a list of open files")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_opens_a_connection_of_its_own(file: Path) -> None:
    with opened(file) as cache:
        cache.remember(page("before"))
        before = times_open(file)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                found = cache.recall(b"before")
                cache.remember(page("child"))
                code = 0 if found == page("before") and times_open(file) == before + 1 else 1
            finally:
                os._exit(code)
        cache.remember(page("parent"))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert cache.recall(b"child") == page("child")
        assert cache.recall(b"parent") == page("parent")
