"""Seven ways in which a record of a gzip archive comes to harm, each of which must cost that record only."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .warcs import cut, flipped, packed

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .warcs import Stored


def _wrong_length(page: Stored, random: Random) -> bytes:
    length = str(random.choice([3, 200, 10**6, 10**11])).encode()
    return packed(
        re.sub(rb"\r\nContent-Length: \d+\r\n\r\n", b"\r\nContent-Length: %b\r\n\r\n" % length, page.record())
    )


def _broken_member(page: Stored, random: Random) -> bytes:
    return flipped(packed(page.record()), random)


def _broken_http_head(page: Stored, random: Random) -> bytes:
    status = random.choice(["HTTP/1.1 2\0", "\0\0\0\0/1.1 200 OK", "", "200 OK"])
    return packed(replace(page, status=status).record())


def _cut_chunked_body(page: Stored, random: Random) -> bytes:
    size = len(page.body) + random.randrange(1, 9_999)
    return packed(_with(page, "Transfer-Encoding: chunked", f"{size:x}\r\n".encode() + page.body).record())


def _broken_warc_header(page: Stored, random: Random) -> bytes:
    record = page.record()
    old, new = random.choice(
        [(b"WARC/1.0", b"W\0RC/1.0"), (b"WARC-Type", b"WARC\0Type"), (b"\r\nContent-L", b"\r\nC\0ntent-L")]
    )
    at = record.rindex(old, 0, record.index(b"\r\n\r\n"))
    return packed(record[:at] + new + record[at + len(old) :])


def _cut_record(page: Stored, random: Random) -> bytes:
    return cut(packed(page.record()), random)


def _broken_coding(page: Stored, random: Random) -> bytes:
    return packed(_with(page, "Content-Encoding: gzip", flipped(gzip.compress(page.body, mtime=0), random)).record())


def _with(page: Stored, header: str, body: bytes) -> Stored:
    return replace(page, headers=(*page.headers, header), body=body)


KINDS: Final[dict[str, Callable[[Stored, Random], bytes]]] = {
    "wrong Content-Length": _wrong_length,
    "broken gzip member": _broken_member,
    "broken HTTP head": _broken_http_head,
    "cut chunked body": _cut_chunked_body,
    "broken WARC header": _broken_warc_header,
    "cut record": _cut_record,
    "broken content coding": _broken_coding,
}
"""Each takes a response and gives its record, compressed and damaged."""
