"""Bodies that lie about their length, their end or their coding; every case with both drivers, and nothing is left."""

from __future__ import annotations

import gzip
import importlib
import tracemalloc
import zlib

import pytest

from xinnong_scraper.errors import (
    ConnectionFailedError,
    FetchTimeoutError,
    ResponseTooLargeError,
    UnsupportedContentError,
)
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, fetch_in_turn, fetch_then_good, policy, response, says

brotli = importlib.import_module("brotli")  # it has no types

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
FIRST = b"%x\r\n%b\r\n" % (len(PAGE), PAGE)


def packed(data: bytes) -> bytes:
    """The same gzip at any time of day."""
    return gzip.compress(data, mtime=0)


# Lengths and chunks


@pytest.mark.parametrize("declared", [2**63, 10**19, 10**20 - 1])
def test_huge_declared_length(driver: str, declared: int) -> None:
    error, _ = fetch_then_good(driver, says(response(length=declared)), retries=0)
    assert type(error) is ConnectionFailedError

    def endless(connection: Connection, _asked: Asked) -> None:
        connection.send(response(length=declared))
        while connection.send(PAGE * 1000):
            pass

    error, _ = fetch_then_good(driver, endless, max_bytes=100_000)
    assert type(error) is ResponseTooLargeError


BAD_CHUNKS = {
    "huge size": CHUNKED + b"f" * 100 + b"\r\n" + PAGE,
    "no hexadecimal": CHUNKED + b"xyz\r\n" + PAGE,
    "negative": CHUNKED + b"-5\r\n" + PAGE,
    "0x": CHUNKED + b"0x51\r\n" + PAGE,
    "none": CHUNKED + b"\r\n" + PAGE,
    "longer than said": CHUNKED + b"5\r\n" + PAGE + b"\r\n0\r\n\r\n",
    "no chunks at all": CHUNKED + PAGE + b"\r\n",
    "megabytes of extensions": CHUNKED + b"5;" + b"a=b;" * 500_000 + b"\r\n" + PAGE,
    "megabytes of trailers": CHUNKED + FIRST + b"0\r\n" + b"X-More: a\r\n" * 200_000 + b"\r\n",
    "bad trailer": CHUNKED + FIRST + b"0\r\nno trailer\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_hostile_chunks_are_an_error_and_not_asked_for_again(driver: str, name: str) -> None:
    error, server = fetch_then_good(driver, says(BAD_CHUNKS[name]))
    assert type(error) is ConnectionFailedError, error
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize("end", [b"", b"0", b"0\r\n", b"0\r\nX-Sum: 5\r\n", b"ffffffff\r\n<p>", b"5\r\n<p>"])
def test_chunks_that_stop_before_the_last(driver: str, end: bytes) -> None:
    page, server = fetch_then_good(driver, [says(CHUNKED + FIRST + end), says(response())])
    assert isinstance(page, FetchedPage), page
    assert server.paths() == ["/page", "/page", "/good"]
    error, _ = fetch_then_good(driver, says(CHUNKED + FIRST + end), retries=0)
    assert type(error) is ConnectionFailedError


@pytest.mark.parametrize("form", ["one byte each", "extensions", "trailers", "leading zeros"])
def test_strange_chunks_that_are_valid_give_the_page(driver: str, form: str) -> None:
    chunks = {
        "one byte each": b"".join(b"1\r\n%c\r\n" % byte for byte in PAGE) + b"0\r\n\r\n",
        "extensions": b"%x;a=b;c\r\n%b\r\n0;last\r\n\r\n" % (len(PAGE), PAGE),
        "trailers": FIRST + b"0\r\nContent-Length: 3\r\nX-Sum: 5\r\n\r\n",
        "leading zeros": b"0000" + FIRST + b"000\r\n\r\n",
    }[form]
    page, _ = fetch_then_good(driver, says(CHUNKED + chunks), retries=0)
    assert isinstance(page, FetchedPage), page
    assert page.body == PAGE


@pytest.mark.parametrize("where", ["chunk of one byte", "extension", "trailer"])
def test_chunks_for_ever_end_with_the_deadline(driver: str, where: str) -> None:
    begin, more = {
        "chunk of one byte": (CHUNKED, b"1\r\na\r\n"),
        "extension": (CHUNKED + b"5;", b"a=b;"),
        "trailer": (CHUNKED + FIRST + b"0\r\n", b"X-More: a\r\n"),
    }[where]

    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(begin)
        while connection.send(more):
            connection.drip(more, 0.02)

    error, _ = fetch_then_good(driver, script, timeout=0.4)
    assert isinstance(error, FetchTimeoutError)


def test_body_without_a_length_ends_with_the_connection(driver: str) -> None:
    page, _ = fetch_then_good(driver, says(HEAD + b"\r\n" + PAGE))
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE


# Codings

TWICE = packed(packed(PAGE))


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", PAGE),
        ("gzip, gzip", TWICE),
        ("GZip", packed(PAGE)),
        ("x-gzip", packed(PAGE)),
        ("gzip,", packed(PAGE)),
        ("identity", PAGE),
        ("none", PAGE),
        ("deflate, gzip", packed(zlib.compress(PAGE))),
        ("gzip, gzip", packed(PAGE)),
        ("gzip", packed(PAGE) + b"\0" * 20),
        ("gzip", packed(PAGE) + b"<!-- more -->"),
        ("gzip", b""),
        ("br", brotli.compress(PAGE)),
    ],
)
def test_coding_that_can_be_undone(driver: str, coding: str, body: bytes) -> None:
    page, server = fetch_then_good(driver, says(response(body, content_encoding=coding)), retries=0)
    assert isinstance(page, FetchedPage), page
    assert page.body == (PAGE if body else b"")
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", packed(PAGE)),
        ("br", PAGE),
        ("zstd", packed(PAGE)),
        ("deflate", packed(PAGE)),
        ("gzip", packed(PAGE)[:-1]),
        ("gzip", packed(PAGE)[:10]),
        ("gzip", packed(PAGE)[:-8] + b"\0" * 8),
        ("gzip, gzip", TWICE[:-9]),
    ],
)
def test_coding_that_is_not_what_was_declared(driver: str, coding: str, body: bytes) -> None:
    error, server = fetch_then_good(driver, says(response(body, content_encoding=coding)), retries=1)
    assert type(error) is ConnectionFailedError, error
    assert server.paths() == ["/page", "/page", "/good"]


@pytest.mark.parametrize("coding", ["rot13", "compress", "gzip, gzip, gzip", "aes128gcm", "gzip" * 1000, "\xff"])
def test_coding_that_nobody_knows(driver: str, coding: str) -> None:
    error, server = fetch_then_good(driver, says(response(TWICE, content_encoding=coding)))
    assert type(error) is UnsupportedContentError, error
    assert len(str(error)) < 400
    assert server.paths() == ["/page", "/good"]


def test_gzip_that_nobody_declared(driver: str) -> None:
    """What is gzip to the eye and not declared is no page: it may be a download."""
    error, _ = fetch_then_good(driver, says(response(packed(PAGE))))
    assert type(error) is UnsupportedContentError


def gigabyte_of_zeros() -> bytes:
    """About a megabyte of gzip: one block of 16 MB packed once, flushed so that it stands alone, and repeated."""
    packer = zlib.compressobj(wbits=-15, level=9)
    block = packer.compress(bytes(16 * 2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08" + b"\0" * 7 + block * 64


@pytest.mark.parametrize("twice", [False, True])
def test_gigabyte_in_a_megabyte(driver: str, twice: bool) -> None:
    bomb = gigabyte_of_zeros()
    assert 900_000 < len(bomb) < 1_100_000
    coding = "gzip"
    if twice:
        bomb, coding = packed(bomb), "gzip, gzip"
    with FaultServer(page=says(response(bomb, content_encoding=coding)), good=says(response())) as server:
        chosen = policy(max_bytes=2_000_000)
        tracemalloc.start()
        try:
            error, good = fetch_in_turn(driver, [server.url(), server.url("/good")], chosen)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, ResponseTooLargeError), error
    assert error.seen < 2_200_000
    assert isinstance(good, FetchedPage)
    assert peak < 16_000_000
