"""WARC files made from the pages of the replica portal, and ways to damage their records."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import zstandard

from .cases import NOW, replica_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from .cases import Sample

DATE = NOW.strftime("%Y-%m-%dT01:00:00Z")  # NOW in UTC


@dataclass(frozen=True)
class Stored:
    """A response as an archive keeps it."""

    body: bytes = field(repr=False)
    url: str = "http://a.example/1.html"
    status: str = "HTTP/1.1 200 OK"
    headers: tuple[str, ...] = ("Content-Type: text/html",)
    fields: tuple[str, ...] = ()
    kind: str = "response"
    date: str = DATE

    def block(self) -> bytes:
        return "\r\n".join([self.status, *self.headers, "", ""]).encode() + self.body

    def record(self) -> bytes:
        block = self.block()
        digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
        head = [
            "WARC/1.0",
            f"WARC-Type: {self.kind}",
            f"WARC-Target-URI: {self.url}",
            f"WARC-Date: {self.date}",
            "WARC-Record-ID: <urn:uuid:7a994c5f-f86a-47f4-97ce-53c6b4cad356>",
            f"WARC-Block-Digest: sha1:{digest}",
            *self.fields,
            "Content-Type: application/http; msgtype=response",
            f"Content-Length: {len(block)}",
        ]
        return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def stored(sample: Sample) -> Stored:
    headers = tuple(f"{name.title()}: {value}" for name, value in sample.headers.items())
    return Stored(sample.body, sample.url, headers=headers)


def replica_records(count: int) -> list[bytes]:
    """A warcinfo record, and then a request and a response for each page."""
    info = Stored(b"software: x\r\n", kind="warcinfo").record()
    pairs = [
        (Stored(b"", each.url, kind="request").record(), stored(each).record()) for each in replica_samples()[:count]
    ]
    return [info, *(record for pair in pairs for record in pair)]


def plain(record: bytes) -> bytes:
    return record


def packed(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def zstd(record: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(record)


FORMS: dict[str, Callable[[bytes], bytes]] = {"a.warc": plain, "a.warc.gz": packed, "a.warc.zst": zstd}


def joined(records: Iterable[bytes], pack: Callable[[bytes], bytes]) -> bytes:
    return b"".join(map(pack, records))


def flipped(data: bytes, random: Random) -> bytes:
    """Damage in the middle, of no more than some bytes."""
    at = random.randrange(len(data) // 2, len(data) - 40)
    return data[:at] + bytes(byte ^ 0x5A for byte in data[at : at + 16]) + data[at + 16 :]


def without_beginning(data: bytes, _random: Random) -> bytes:
    return b"\0" * 9 + data[9:]


def cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) // 2, len(data) - 40)]


DAMAGES = [flipped, without_beginning, cut]


def arc_record(each: Stored, *, version: int = 1) -> bytes:
    """The same response in the form of ARC."""
    block = each.block()
    more = "200 - - 0 a.arc" if version == 2 else ""
    words = [each.url, "10.0.0.1", re.sub(r"\D", "", each.date), "text/html", *more.split(), str(len(block))]
    return " ".join(words).encode() + b"\n" + block + b"\n"


def arc_head(version: int = 1) -> bytes:
    """The record with which an ARC file begins."""
    names = "URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        names = names.replace("Archive-length", "Result-code Checksum Location Offset Filename Archive-length")
    block = f"{version} 0 InternetArchive\n{names}\n".encode()
    more = " 200 - - 0 a.arc" if version == 2 else ""
    return f"filedesc://a.arc 0.0.0.0 20050102030405 text/plain{more} {len(block)}\n".encode() + block + b"\n"
