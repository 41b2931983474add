"""Where archives come from: path listings, a web server with ranges, and servers that fail."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.batch.archive import extract_archives
from xinnong_scraper.batch.sources import archive_names, file_state
from xinnong_scraper.batch.warc import read_warc
from xinnong_scraper.errors import ArchiveError

from .cases import replica_samples
from .warcs import joined, packed, replica_records, stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTTP = pytest.mark.skipif(find_spec("aiohttp") is None, reason="fsspec reads http with aiohttp")
PATH = "crawl-data/CC-NEWS/2018/05/CC-NEWS-20180501000000-00001.warc.gz"


def xinnong(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "xinnong_scraper", "archive", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    return done.returncode, done.stderr


class Store:
    """Files on a loopback web server, in the way of data.commoncrawl.org."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.failures = 0
        """How many of the next requests for a part of a file fail."""
        self.ranges = True
        self.url = ""


@contextmanager
def served(store: Store) -> Iterator[Store]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(head_only=True)

        def do_GET(self) -> None:
            self.answer(head_only=False)

        def answer(self, *, head_only: bool) -> None:
            data = store.files.get(self.path.lstrip("/"))
            asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            status = 404 if data is None else 200
            if asked and store.failures:
                store.failures -= 1
                status, data = 503, None
            elif asked and data is not None and store.ranges:
                status, data = 206, data[int(asked[1]) : int(asked[2]) + 1]
            body = data or b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hash(store.files.get(self.path.lstrip("/")))}"')
            self.end_headers()
            if not head_only:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        store.url = f"http://127.0.0.1:{server.server_port}/"
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def store() -> Iterator[Store]:
    with served(Store()) as found:
        yield found


@pytest.mark.parametrize("name", ["warc.paths", "warc.paths.gz"])
def test_a_listing_stands_for_its_lines(name: str, tmp_path: Path) -> None:
    data = f"{PATH}\n\n  s3://other/a.warc.gz \n".encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    listing = str(tmp_path / name)
    assert list(archive_names(["a.warc", listing], "https://data.commoncrawl.org")) == [
        "a.warc",
        f"https://data.commoncrawl.org/{PATH}",
        "s3://other/a.warc.gz",
    ]
    assert next(archive_names([listing], "s3://commoncrawl/")) == f"s3://commoncrawl/{PATH}"
    with pytest.raises(ArchiveError, match=r"prefix https://data\.commoncrawl\.org/ or s3"):
        list(archive_names([listing]))


def test_a_listing_of_local_files_needs_no_prefix(tmp_path: Path) -> None:
    (tmp_path / "x.paths").write_text(f"{tmp_path}/a.warc\n/b.warc")
    assert list(archive_names([str(tmp_path / "x.paths")])) == [f"{tmp_path}/a.warc", "/b.warc"]


def test_a_listing_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.paths.gz").write_bytes(gzip.compress(PATH.encode() * 99)[:-9])
    with pytest.raises(ArchiveError, match="damaged listing"):
        list(archive_names([str(tmp_path / "x.paths.gz")]))
    code, said = xinnong(str(tmp_path / "none.paths"), "-o", str(tmp_path / "out"))
    assert (code, said) == (1, f"xinnong: {tmp_path}/none.paths cannot be opened: No such file or directory\n")


def test_many_archives_that_are_not_there_are_counted(tmp_path: Path) -> None:
    (tmp_path / "x.paths").write_text("\n".join(f"{tmp_path}/{number}.warc" for number in range(1_000)))
    code, said = xinnong(str(tmp_path / "x.paths"), "-o", str(tmp_path / "out"))
    lines = said.splitlines()
    assert (code, len(lines)) == (1, 23)
    assert lines[0] == f"xinnong: {tmp_path}/0.warc cannot be opened: No such file or directory"
    assert lines[20:22] == ["xinnong: and 980 more archives", f"0 archives in {tmp_path}/out; 1,000 failed"]


@HTTP
def test_a_listing_on_a_web_server_is_read_to_the_last_article(store: Store, tmp_path: Path) -> None:
    store.files["crawl-data/CC-NEWS/2018/05/warc.paths.gz"] = gzip.compress(PATH.encode() + b"\n")
    store.files[PATH] = joined(replica_records(12), packed)
    listing = f"{store.url}crawl-data/CC-NEWS/2018/05/warc.paths.gz"
    arguments = [listing, "--prefix", store.url, "-o", str(tmp_path / "out"), "--workers", "1"]
    code, said = xinnong(*arguments)
    assert code == 0
    assert "12 articles" in said
    code, said = xinnong(*arguments)
    assert code == 0
    assert "1 of them made before" in said
    store.files[PATH] = joined(replica_records(5), packed)
    code, said = xinnong(*arguments)
    assert code == 0
    assert "5 articles" in said


@HTTP
def test_a_server_that_fails_for_a_moment_is_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinnong_scraper.batch.sources._WAITS", (0.01, 0.01))
    store.files["a.warc.gz"] = joined(replica_records(5), packed)
    store.failures = 2
    assert len(list(read_warc(f"{store.url}a.warc.gz"))) == 5
    store.failures = 99
    with pytest.raises(ArchiveError, match=r"cannot be read on: 503"):
        list(read_warc(f"{store.url}a.warc.gz"))


@HTTP
def test_what_a_server_does_not_have_is_an_error_of_that_archive(store: Store, tmp_path: Path) -> None:
    run = extract_archives([f"{store.url}none.warc.gz"], tmp_path)
    assert list(run.failed) == [f"{store.url}none.warc.gz"]
    with pytest.raises(ArchiveError):
        file_state(f"{store.url}none.warc.gz")


def test_a_cached_copy_may_be_asked_for_by_the_address(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(stored(replica_samples()[0]).record())
    assert len(list(read_warc(f"simplecache::{(tmp_path / 'a.warc').as_uri()}"))) == 1
