"""Bodies as they arrive: decompressed piece by piece under a limit, and looked at before they are called a page."""

from __future__ import annotations

import importlib
import io
import re
import zlib
from typing import TYPE_CHECKING, Any

from .headers import Headers, first

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import ModuleType

__all__ = [
    "ACCEPT_ENCODING",
    "BodyReader",
    "BodyTooLargeError",
    "CorruptBodyError",
    "codings_of",
    "is_page",
    "looks_cut",
    "sniff",
]

_BEGINNING = 8_192
"""Bytes in which a document's first elements stand."""

_PIECE = 65_536
"""Bytes that a decompressor may put out at a time; 1 kB of a bomb would otherwise become a megabyte at once."""

_MAX_MEMBERS = 1_000
"""Gzip members or zstd frames in one body."""


def _optional(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_brotli = _optional("brotli")
if _brotli is not None and not hasattr(_brotli.Decompressor, "can_accept_more_data"):
    _brotli = None  # before 1.2 its output cannot be limited
_zstandard = _optional("zstandard")


class CorruptBodyError(Exception):
    """The body is not what its Content-Encoding says, or it ends too early."""


class BodyTooLargeError(Exception):
    """The body is larger than allowed."""


class _Zlib:
    """gzip (with any number of members), zlib or raw deflate."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._engine: Any = None
        self._plain = False
        self._members = 0
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not (self.complete and not self._opens_member(data)):
            if self._engine is None:
                self._open(data)
            if self._plain:
                yield data
                return
            data = yield from self._run(data)

    def _opens_member(self, data: bytes) -> bool:
        return self._gzip and data[0] == 0x1F

    def _open(self, data: bytes) -> None:
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise CorruptBodyError(f"more than {_MAX_MEMBERS} gzip members")
        if self._gzip and data[0] != 0x1F:
            self._plain = self.complete = True  # servers that declare gzip and send the page as it is
            return
        self.complete = False
        # A zlib stream has method 8 in the low half of its first byte; some servers send deflate without that header.
        raw = not self._gzip and data[0] & 0x0F != 8
        self._engine = zlib.decompressobj(31 if self._gzip else -15 if raw else 15)

    def _run(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Put out what one member holds; returns the bytes after its end."""
        while True:
            try:
                out = self._engine.decompress(data, _PIECE)
            except zlib.error as error:
                raise CorruptBodyError(str(error)) from error
            if out:
                yield out
            if self._engine.eof:
                rest: bytes = self._engine.unused_data
                self._engine = None
                self.complete = True
                return rest
            data = self._engine.unconsumed_tail
            if not data and len(out) < _PIECE:
                return b""


class _Brotli:
    def __init__(self, module: Any) -> None:  # noqa: ANN401  an optional package
        self._error: type[Exception] = module.error
        self._engine = module.Decompressor()
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while not self.complete:
            try:
                out: bytes = self._engine.process(data, output_buffer_limit=_PIECE)
            except self._error as error:
                raise CorruptBodyError(str(error)) from error
            if out:
                yield out
            self.complete = bool(self._engine.is_finished())
            data = b""
            if not out and self._engine.can_accept_more_data():
                return


class _Zstandard:
    """zstd; its output cannot be limited, but 4 bytes of input give at most one block of 128 kB."""

    _SLICE = 32
    _MAX_WINDOW = 8 * 1024 * 1024  # RFC 9659

    def __init__(self, module: Any) -> None:  # noqa: ANN401  an optional package
        self._error: type[Exception] = module.ZstdError
        self._new: Callable[[], Any] = module.ZstdDecompressor(max_window_size=self._MAX_WINDOW).decompressobj
        self._engine = self._new()
        self._frames = 1
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), self._SLICE):
            part = data[start : start + self._SLICE]
            while part:
                if self.complete:
                    self._next_frame()
                try:
                    out: bytes = self._engine.decompress(part)
                except self._error as error:
                    raise CorruptBodyError(str(error)) from error
                if out:
                    yield out
                self.complete = bool(self._engine.eof)
                part = self._engine.unused_data if self.complete else b""

    def _next_frame(self) -> None:
        self._frames += 1
        if self._frames > _MAX_MEMBERS:
            raise CorruptBodyError(f"more than {_MAX_MEMBERS} zstd frames")
        self._engine = self._new()


_Decoder = _Zlib | _Brotli | _Zstandard

_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    **({"br": lambda: _Brotli(_brotli)} if _brotli is not None else {}),
    **({"zstd": lambda: _Zstandard(_zstandard)} if _zstandard is not None else {}),
}

ACCEPT_ENCODING = ", ".join(name for name in _DECODERS if name != "x-gzip")
"""The codings that can be undone here, as a header value."""


def codings_of(header: str | None) -> tuple[str, ...] | None:
    """Read a Content-Encoding header, the coding applied last at the end; None if one is unknown or there are over two.

    >>> codings_of("GZIP"), codings_of("identity"), codings_of(None), codings_of("rot13")
    (('gzip',), (), (), None)
    """
    names = [name.strip().lower() for name in (header or "").split(",")]
    wanted = tuple(name for name in names if name and name not in ("identity", "none", "utf-8"))
    return wanted if len(wanted) <= 2 and all(name in _DECODERS for name in wanted) else None


class BodyReader:
    """Collects a body: undoes its codings piece by piece and stops at ``limit`` bytes."""

    def __init__(self, codings: tuple[str, ...], limit: int) -> None:
        self._decoders = [_DECODERS[name]() for name in reversed(codings)]
        self._limit = limit
        self._buffer = io.BytesIO()
        self.seen = 0
        """Bytes after decompression so far, at most one piece over the limit."""
        self._fed = False

    def feed(self, data: bytes) -> None:
        """Take in what came over the wire.

        Raises :class:`BodyTooLargeError` and :class:`CorruptBodyError`; what fits was kept.
        """
        self._fed = self._fed or bool(data)
        for piece in self._decoded(data, 0):
            room = self._limit - self.seen
            self.seen += len(piece)
            self._buffer.write(piece[:room] if len(piece) > room else piece)
            if self.seen > self._limit:
                raise BodyTooLargeError

    def _decoded(self, data: bytes, stage: int) -> Iterator[bytes]:
        if stage == len(self._decoders):
            yield data
            return
        for piece in self._decoders[stage].pieces(data):
            yield from self._decoded(piece, stage + 1)

    def finish(self) -> bytes:
        """Return the body; raises :class:`CorruptBodyError` if the compressed data is cut off."""
        if self._fed and not all(decoder.complete for decoder in self._decoders):
            raise CorruptBodyError("the compressed data ends too early")
        return self._buffer.getvalue()

    def head(self) -> bytes:
        """Return the first kilobyte so far."""
        return bytes(self._buffer.getbuffer()[:1024])

    def kept(self) -> bytes:
        """Return everything so far, complete or not."""
        return self._buffer.getvalue()


_PAGE_TYPES = frozenset({
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/octet-stream",
    "binary/octet-stream",
    "application/vnd.wap.xhtml+xml",
    "unknown/unknown",
    "*/*",
})  # fmt: skip

_MEDIA_TYPE = re.compile(r"\s{0,8}([\w!#$&^.+*-]{1,80}/[\w!#$&^.+*-]{1,80})")

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", "application/x-executable"),
)


def is_page(content_type: str | None) -> bool:
    """Tell whether a declared type may hold a page: an HTML type, or none that says anything.

    >>> is_page("text/html; charset=gbk"), is_page(None), is_page("html"), is_page("image/png")
    (True, True, True, False)
    """
    match = _MEDIA_TYPE.match(content_type or "")
    return match is None or match[1].lower() in _PAGE_TYPES


def sniff(head: bytes) -> str | None:
    """Name the binary format that the first kilobyte shows; None if it may be text in some encoding.

    >>> sniff(b"%PDF-1.7"), sniff(b"<html>")
    ('application/pdf', None)
    """
    head = head[:1024]
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\xfe\xff"))
    return "application/octet-stream" if not wide and b"\0" in head.rstrip(b"\0") else None


def looks_cut(headers: Headers, body: bytes) -> bool:
    """Tell whether a page may be the beginning of one: only the connection's end says that it is complete.

    That is so where neither a length, nor chunks, nor a compressed stream mark the end (RFC 9112, 8): then a document
    that begins and never ends is doubtful.

    >>> looks_cut([], b"<html><p>tex"), looks_cut([], b"<html></HTML>"), looks_cut([("content-length", "6")], b"<html>")
    (True, False, False)
    """
    known = {name for name, _ in headers}
    if known & {"content-length", "transfer-encoding"} or codings_of(first(headers, "content-encoding")):
        return False
    begins = body[:_BEGINNING].lower()
    if b"<html" not in begins and b"<body" not in begins:
        return False
    lower = body.lower()
    return b"</html" not in lower and b"</body" not in lower
