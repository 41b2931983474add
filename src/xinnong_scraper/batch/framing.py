"""Where the records of a web archive begin and end (WARC: ISO 28500; ARC: see ``arc``), also behind damage.

A compressed file has one gzip member or zstd frame a record (Annex D and the IIPC's zstd addendum), so a record ends
where its compression does; in a plain file its header says where. Only where that fails is a beginning looked for.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .arc import ARC_START, read_arc_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .sources import Source

__all__ = ["MOST_BYTES", "Frame", "cut_records"]

MOST_BYTES: Final = 64 << 20
"""Bytes of one record after decompression; a page is far smaller, and a larger record (a film) is passed over."""

_HEAD_BYTES: Final = 1 << 16  # the header of a record ends within these
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]{0,20}(\d{1,15})[ \t]{0,20}\r\n", re.IGNORECASE)
_HEADER: Final = re.compile(rb"[^\r\n]{0,64}\r\n(?:[^\r\n]{1,4096}\r\n){0,12}?WARC-[A-Z][A-Za-z-]{1,40}:")
"""A header whose first line may be damaged."""
_VERSION: Final = b"WARC/"
_END: Final = b"\r\n\r\n"
_SEARCHED: Final = 1 << 20  # bytes that are searched at once
_OVERLAP: Final = 64  # bytes that are searched twice, as a mark may stand across
_GLANCE: Final = 64  # bytes
_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_WARC_START: Final = re.compile(rb"WARC/|(?<=\r\n\r\n)(?:(?!WARC/)[^\r\n]){1,64}\r\nWARC-")
_GZIP_START: Final = re.compile(rb"\x1f\x8b\x08")
_ZSTD_START: Final = re.compile(rb"\x28\xb5\x2f\xfd")
_ZSTD_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"
_ZSTD_SKIPPED: Final = b"\x2a\x4d\x18"  # behind the first byte of a frame without content


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as the file has it, or a place where there is none."""

    offset: int
    """Where it begins, in bytes of the file."""
    data: bytes = b""
    """The whole record after decompression; empty where there is a ``problem`` or it is larger than allowed."""
    problem: str | None = None
    """What is wrong with the bytes from here to the next record."""
    is_arc: bool = False
    """Whether the record has the form of ARC."""


class _DamageError(Exception):
    """There is no whole record at this place."""


@dataclass(frozen=True, slots=True)
class _Compression:
    """How a file is compressed, record by record."""

    start: re.Pattern[bytes]
    """What a member or frame begins with."""
    new: Callable[[], Any]
    failures: tuple[type[Exception], ...]
    slice: int
    """Bytes that are decompressed at once: what they may swell to is held in memory."""

    def run(self, engine: Any, part: bytes) -> bytes:  # noqa: ANN401  two libraries, no common type
        try:
            return bytes(engine.decompress(part))
        except self.failures as error:
            raise _DamageError(f"the compressed data is damaged ({error})") from error


def cut_records(file: Source, name: str) -> Iterator[Frame]:
    """Yield the records of a file in their order; one frame with a problem for each stretch that holds none.

    ``name`` says by its ending what a file is whose first bytes do not. Raises ``OSError`` as the file does.
    """
    compression = _compression_of(file, name)
    records = _Records(file, compression, is_arc=_is_arc(file, name, compression))
    at = 0
    while records.is_more(at):
        try:
            data, end = records.cut(at)
        except _DamageError as damage:
            yield Frame(at, problem=str(damage))
            at = records.next_start(at + 1)
        else:
            if data:
                yield Frame(at, data, is_arc=records.is_arc)
            at = end


def _compression_of(file: Source, name: str) -> _Compression | None:
    gzip = _Compression(_GZIP_START, lambda: zlib.decompressobj(31), (zlib.error,), 1 << 14)
    file.seek(0)
    head = file.read(16)
    if head.startswith(_GZIP_MAGIC):
        return gzip
    is_zstd = head.startswith(_ZSTD_MAGIC) or head[1:4] == _ZSTD_SKIPPED
    if is_zstd or (name.endswith(".zst") and not head.startswith(_VERSION)):
        return _zstd(file)
    is_plain = head.startswith((_VERSION, b"filedesc:"))
    return gzip if name.endswith(".gz") and not is_plain else None


def _zstd(file: Source) -> _Compression:
    """Prepare zstd, with the dictionary that a file may begin with (the addendum's ``dict-frame``)."""
    zstandard = import_module("zstandard")
    dictionary = None
    file.seek(0)
    head = file.read(8)
    if head.startswith(_ZSTD_DICTIONARY):
        content = file.read(min(int.from_bytes(head[4:8], "little"), MOST_BYTES))
        if content.startswith(_ZSTD_MAGIC):
            try:
                content = zstandard.ZstdDecompressor().decompress(content, max_output_size=MOST_BYTES)
            except zstandard.ZstdError as error:
                raise OSError(f"its dictionary is damaged ({error})") from error
        dictionary = zstandard.ZstdCompressionDict(content)
    return _Compression(
        _ZSTD_START,
        lambda: zstandard.ZstdDecompressor(dict_data=dictionary).decompressobj(),
        (zstandard.ZstdError,),
        1 << 11,
    )


def _is_arc(file: Source, name: str, compression: _Compression | None) -> bool:
    """Tell by its first record, or where that is damaged by its name, whether a file is ARC."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if compression is not None:
        try:
            head = compression.new().decompress(head[: compression.slice])
        except compression.failures:
            head = b""
    if head.startswith(_VERSION):
        return False
    return read_arc_line(head) is not None or ".arc" in name.lower().rpartition("/")[2]


def _size(head: bytes, *, is_arc: bool) -> int:
    """Tell how long the record is, header and block, that begins with these bytes."""
    if is_arc:
        line = read_arc_line(head)
        if line is None:
            raise _DamageError("no record begins here")
        return line.size
    if not head.startswith(_VERSION):
        raise _DamageError("no record begins here")
    end = head.find(_END)
    length = _LENGTH.search(head, 0, end + 2) if end >= 0 else None
    if length is None:
        raise _DamageError("the record's header has no end or no Content-Length")
    return end + len(_END) + int(length[1])


def _line_ends(rest: bytes) -> int:
    """Tell how many line ends stand between an ARC record and what follows it: one, but writers differ."""
    ends = len(rest) - len(rest.lstrip(b"\r\n"))
    if rest[ends:] and read_arc_line(rest[ends:]) is None:
        raise _DamageError("the record does not end where its length says")
    return ends


class _Records:
    """The records of one file."""

    def __init__(self, file: Source, compression: _Compression | None, *, is_arc: bool) -> None:
        self._file = file
        self._compression = compression
        self.is_arc = is_arc
        self._start = compression.start if compression else ARC_START if is_arc else _WARC_START

    def is_more(self, at: int) -> bool:
        """Tell whether the file has a byte there."""
        return bool(self._read(at, 1))

    def cut(self, at: int) -> tuple[bytes, int]:
        """Give the record that begins there, empty if it is too large, and where it ends."""
        return self._plain(at) if self._compression is None else self._compressed(at, self._compression)

    def next_start(self, at: int) -> int:
        """Find where the next record begins, here or later; the end of the file if there is none."""
        while True:
            part = self._read(at, _SEARCHED)
            for found in self._start.finditer(part):
                if self._begins(at + found.start()):
                    return at + found.start()
            if len(part) < _SEARCHED:
                return at + len(part)
            at += len(part) - _OVERLAP

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)

    def _plain(self, at: int) -> tuple[bytes, int]:
        size = _size(self._read(at, _HEAD_BYTES), is_arc=self.is_arc)
        end = at + size
        if self.is_arc:
            end += _line_ends(self._read(end, _HEAD_BYTES))
        elif self._read(end, len(_END)) == _END:
            end += len(_END)
        else:
            raise _DamageError("the record does not end where its Content-Length says")
        if size > MOST_BYTES:
            return b"", end
        data = self._read(at, size)
        if len(data) < size:
            raise _DamageError("the record ends too early")
        return data, end

    def _compressed(self, at: int, compression: _Compression) -> tuple[bytes, int]:
        """Decompress one member or frame, which must be one record."""
        self._file.seek(at)
        engine = compression.new()
        pieces: list[bytes] = []
        size = read = 0
        while not engine.eof:
            part = self._file.read(compression.slice)
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
        wanted = _size(data[:_HEAD_BYTES], is_arc=self.is_arc)
        if wanted > len(data) or data[wanted:].strip(b"\r\n"):
            raise _DamageError("the record's length is wrong, or the file is not compressed record by record")
        return data[:wanted], end

    def _begins(self, at: int) -> bool:
        """Tell whether what stands here begins like a record: the mark alone may stand anywhere."""
        self._file.seek(at)
        try:
            head = self._first_bytes(self._compression) if self._compression else self._file.read(_HEAD_BYTES)
        except _DamageError:
            return False
        if self.is_arc:
            return read_arc_line(head) is not None
        is_cut = self._compression is not None and head.startswith(_VERSION)  # but the rest proves that it is one
        return is_cut or _HEADER.match(head) is not None

    def _first_bytes(self, compression: _Compression) -> bytes:
        """Decompress what a record is known by."""
        engine = compression.new()
        head = b""
        # Few bytes at a time: they may end in damage, and the record still begins here.
        while len(head) < len(_VERSION) and not engine.eof and (part := self._file.read(_GLANCE)):
            head += compression.run(engine, part)
        if head.startswith(_VERSION) or engine.eof:
            return head
        return head + compression.run(engine, self._file.read(compression.slice))
