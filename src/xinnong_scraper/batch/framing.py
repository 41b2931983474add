"""Where the records of a WARC file begin and end (ISO 28500), also behind damage.

A compressed file has one gzip member or zstd frame a record (Annex D and the IIPC's zstd addendum), so a record ends
where its compression does; in a plain file Content-Length says where. Only where that fails is a beginning looked for.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MOST_BYTES", "Frame", "cut_records"]

MOST_BYTES: Final = 64 << 20
"""Bytes of one record after decompression; a page is far smaller, and a larger record (a film) is passed over."""

_HEAD_BYTES: Final = 1 << 16  # the header of a record ends within these
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]{0,20}(\d{1,15})[ \t]{0,20}\r\n", re.IGNORECASE)
_VERSION: Final = b"WARC/"
_END: Final = b"\r\n\r\n"
_SEARCHED: Final = 1 << 20  # bytes that are searched at once
_GLANCE: Final = 64  # bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as the file has it, or a place where there is none."""

    offset: int
    """Where it begins, in bytes of the file."""
    data: bytes = b""
    """The whole record after decompression; empty where there is a ``problem`` or it is larger than allowed."""
    problem: str | None = None
    """What is wrong with the bytes from here to the next record."""


class _DamageError(Exception):
    """There is no whole record at this place."""


@dataclass(frozen=True, slots=True)
class _Compression:
    """How a file is compressed, record by record."""

    magic: bytes
    new: Callable[[], Any]
    failures: tuple[type[Exception], ...]
    slice: int
    """Bytes that are decompressed at once: what they may swell to is held in memory."""

    def run(self, engine: Any, part: bytes) -> bytes:  # noqa: ANN401  two libraries, no common type
        try:
            return bytes(engine.decompress(part))
        except self.failures as error:
            raise _DamageError(f"the compressed data is damaged ({error})") from error


def cut_records(file: BinaryIO, name: str) -> Iterator[Frame]:
    """Yield the records of a file in their order; one frame with a problem for each stretch that holds none.

    ``name`` says by its ending how a file is compressed whose first bytes do not. Raises ``OSError`` as the file does.
    """
    compression = _compression_of(file, name)
    at = 0
    while _is_more(file, at):
        try:
            data, end = _plain(file, at) if compression is None else _compressed(file, at, compression)
        except _DamageError as damage:
            yield Frame(at, problem=str(damage))
            at = _next_start(file, at + 1, compression)
        else:
            if data:
                yield Frame(at, data)
            at = end


def _compression_of(file: BinaryIO, name: str) -> _Compression | None:
    gzip = _Compression(b"\x1f\x8b\x08", lambda: zlib.decompressobj(31), (zlib.error,), 1 << 14)
    file.seek(0)
    head = file.read(16)
    if head.startswith(gzip.magic):
        return gzip
    is_zstd = head.startswith(b"\x28\xb5\x2f\xfd") or head[1:4] == b"\x2a\x4d\x18"  # a frame, or one to be skipped
    if is_zstd or (name.endswith(".zst") and not head.startswith(_VERSION)):
        zstandard = import_module("zstandard")
        return _Compression(
            b"\x28\xb5\x2f\xfd", lambda: zstandard.ZstdDecompressor().decompressobj(), (zstandard.ZstdError,), 1 << 11
        )
    return gzip if name.endswith(".gz") and not head.startswith(_VERSION) else None


def _is_more(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    return bool(file.read(1))


def _plain(file: BinaryIO, at: int) -> tuple[bytes, int]:
    """Read a record that is not compressed; also give where it ends."""
    file.seek(at)
    head = file.read(_HEAD_BYTES)
    size = _size(head)
    file.seek(at + size)
    if file.read(len(_END)) != _END:
        raise _DamageError("the record does not end where its Content-Length says")
    if size > MOST_BYTES:
        return b"", at + size + len(_END)
    file.seek(at)
    return file.read(size), at + size + len(_END)


def _size(head: bytes) -> int:
    """Tell how long the record is, header and block, that begins with these bytes."""
    if not head.startswith(_VERSION):
        raise _DamageError("no record begins here")
    end = head.find(_END)
    length = _LENGTH.search(head, 0, end + 2) if end >= 0 else None
    if length is None:
        raise _DamageError("the record's header has no end or no Content-Length")
    return end + len(_END) + int(length[1])


def _compressed(file: BinaryIO, at: int, compression: _Compression) -> tuple[bytes, int]:
    """Decompress one member or frame, which must be one record; also give where it ends."""
    file.seek(at)
    engine = compression.new()
    pieces: list[bytes] = []
    size = read = 0
    while not engine.eof:
        part = file.read(compression.slice)
        if not part:
            raise _DamageError("the compressed data ends too early")
        piece = compression.run(engine, part)
        read += len(part)
        size += len(piece)
        if size <= MOST_BYTES:
            pieces.append(piece)
    end = at + read - len(engine.unused_data)
    data = b"".join(pieces)
    if not data or size > MOST_BYTES:
        return b"", end
    wanted = _size(data[:_HEAD_BYTES])
    if wanted > len(data) or data[wanted:].strip(b"\r\n"):
        raise _DamageError("the record's Content-Length is wrong, or the file is not compressed record by record")
    return data[:wanted], end


def _next_start(file: BinaryIO, at: int, compression: _Compression | None) -> int:
    """Find where the next record begins; the end of the file if there is none."""
    mark = _VERSION if compression is None else compression.magic
    while True:
        file.seek(at)
        part = file.read(_SEARCHED)
        place = part.find(mark)
        while place >= 0:
            if _begins_record(file, at + place, compression):
                return at + place
            place = part.find(mark, place + 1)
        if len(part) < _SEARCHED:
            return at + len(part)
        at += len(part) - len(mark) + 1


def _begins_record(file: BinaryIO, at: int, compression: _Compression | None) -> bool:
    """Tell whether what stands here begins like a record: the mark alone may stand anywhere."""
    file.seek(at)
    try:
        if compression is None:
            return _size(file.read(_HEAD_BYTES)) > 0
        engine = compression.new()
        head = b""
        # Few bytes at a time: they may end in damage, and the record still begins here.
        while len(head) < len(_VERSION) and not engine.eof and (part := file.read(_GLANCE)):
            head += compression.run(engine, part)
    except _DamageError:
        return False
    return head.startswith(_VERSION)
