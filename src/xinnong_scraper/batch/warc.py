"""Pages out of WARC files: filters come before anything costly, and damage costs the record that it is in."""

from __future__ import annotations

import re
from collections.abc import Collection  # noqa: TC003  part of the fields' types, which users may ask for at run time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ..errors import ArchiveError
from ..fetch.body import BodyReader, BodyTooLargeError, CorruptBodyError, codings_of
from ..normalize.urls import host
from .framing import MOST_BYTES, cut_records

try:
    from fastwarc.warc import WarcRecord, WarcRecordType
except ImportError as error:
    raise ImportError("archives need the package fastwarc: pip install 'xinnong-scraper[archive]'") from error

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ArchivedPage", "PageFilter", "file_state", "read_warc"]

_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r\n")  # RFC 9112, 7.1: the size, and extensions
_SHA1: Final = re.compile(r"sha1:(?:[A-Z2-7]{32}|[0-9a-fA-F]{40})")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,19}://")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFilter:
    """Which responses of an archive are read; a part that is None asks for nothing, and all parts must hold."""

    statuses: Collection[int] | None = frozenset({200})
    """HTTP status codes."""
    types: Collection[str] | None = frozenset({"text/html", "application/xhtml+xml"})
    """Media types as the server declared them, in lower case, without parameters."""
    hosts: Collection[str] | None = None
    """Hosts of the address, each with its subdomains; case and port count for nothing."""
    url: str | None = None
    """A regular expression that is found somewhere in the address."""
    since: date | None = None
    """The first day (UTC) of archiving that is read; where there is a bound, a record without a day is left out."""
    until: date | None = None
    """The last such day."""

    def __post_init__(self) -> None:
        try:
            re.compile(self.url or "")
        except re.error as error:
            raise ValueError(f"url is no regular expression: {error}") from error

    def wants(self, url: str | None, archived_at: datetime | None) -> bool:
        """Tell whether a record is wanted as far as its own header says."""
        if self.since or self.until:
            day = archived_at.astimezone(UTC).date() if archived_at else None
            if day is None or (self.since and day < self.since) or (self.until and day > self.until):
                return False
        if self.hosts is not None:
            place = host(url) or ""
            if not any(place == name.lower() or place.endswith(f".{name.lower()}") for name in self.hosts):
                return False
        return self.url is None or re.search(self.url, url or "") is not None

    def wants_response(self, status: int, media_type: str | None) -> bool:
        """Tell whether a response is wanted as far as its header says."""
        return (self.statuses is None or status in self.statuses) and (
            self.types is None or (media_type or "").lower() in self.types
        )


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A response of an archive."""

    offset: int
    """Where its record begins, in bytes of the file."""
    url: str | None
    status: int
    headers: dict[str, str]
    """Response headers, names in lower case; of several with one name the last."""
    archived_at: datetime | None
    """WARC-Date."""
    body: bytes
    """The body without chunks and content codings."""


def file_state(name: str) -> tuple[str, str]:
    """Give an archive's absolute name, and what changes when the file does: size and time, or what its store tells.

    Raises ArchiveError where there is no such file.
    """
    with _opening(name):
        if _SCHEME.match(name):
            import fsspec  # noqa: PLC0415  not for local files

            system, path = fsspec.url_to_fs(name)
            return name, str(system.ukey(path))
        status = Path(name).stat()
        return str(Path(name).absolute()), f"{status.st_size} bytes of {status.st_mtime_ns}"


def _opened(name: str) -> BinaryIO:
    """Open a file, or a URL that fsspec knows (``s3://…``)."""
    with _opening(name):
        if not _SCHEME.match(name):
            return Path(name).open("rb")
        import fsspec  # noqa: PLC0415  not for local files

        return cast("BinaryIO", fsspec.open(name, "rb").open())


@contextmanager
def _opening(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a remote file system raises what it likes
        why = getattr(error, "strerror", None) or error
        raise ArchiveError(f"{name} cannot be opened: {why}", file=name) from error


def read_warc(name: str, wanted: PageFilter | None = None) -> Iterator[ArchivedPage | ArchiveError]:
    """Yield the wanted pages of a WARC file in their order, and an error for each stretch that cannot be read.

    The file may be plain or compressed with gzip or zstd record by record; other records than responses are passed
    over. A digest (``WARC-Block-Digest``, SHA-1) is checked where there is one.

    Raises ArchiveError where the file cannot be opened or read on.
    """
    wanted = wanted or PageFilter()
    with _opened(name) as file:
        try:
            for frame in cut_records(file, name):
                if frame.problem:
                    yield _damaged(name, frame.offset, frame.problem)
                elif found := _page(frame.data, frame.offset, name, wanted):
                    yield found
        except OSError as error:
            raise ArchiveError(f"{name} cannot be read on: {error.strerror or error}", file=name) from error


def _damaged(name: str, offset: int, problem: str, url: str | None = None) -> ArchiveError:
    return ArchiveError(f"{name}, byte {offset}: {problem}", file=name, offset=offset, url=url)


def _page(data: bytes, offset: int, name: str, wanted: PageFilter) -> ArchivedPage | ArchiveError | None:
    url = None
    try:
        record = WarcRecord.from_bytes(data)
        if record.record_type != WarcRecordType.response or not record.is_http:
            return None
        # Some writers put the address in angle brackets, as the grammar of WARC 1.0 has it.
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>") or None
        if not wanted.wants(url, record.record_date):
            return None
        if _SHA1.fullmatch(record.headers.get("WARC-Block-Digest") or "") and not record.verify_block_digest():
            return _damaged(name, offset, "the record does not have the digest that it names", url)
        record.parse_http()
        if record.http_headers is None or record.http_headers.status_code is None:
            return _damaged(name, offset, "the record holds no HTTP response", url)
        if not wanted.wants_response(record.http_headers.status_code, record.http_content_type):
            return None
        headers = {key.lower(): value for key, value in record.http_headers.astuples()}
        return ArchivedPage(
            offset=offset,
            url=url,
            status=record.http_headers.status_code,
            headers=headers,
            archived_at=record.record_date,
            body=_decoded(record.reader.read(), headers),
        )
    except (OSError, ValueError) as error:
        return _damaged(name, offset, str(error), url)


def _decoded(payload: bytes, headers: dict[str, str]) -> bytes:
    """Undo chunks and codings; many archives keep the headers of what they have undone themselves.

    Raises ``ValueError`` for a body that ends too early or is damaged.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower() and _CHUNK.match(payload):
        payload = _joined(payload)
    codings = codings_of(headers.get("content-encoding"))
    if codings is None:
        raise ValueError(f"the content coding {headers['content-encoding'][:40]!r} cannot be undone here")
    if not codings or _looks_undone(payload):
        return payload
    reader = BodyReader(codings, MOST_BYTES)
    try:
        reader.feed(payload)
        return reader.finish()
    except (CorruptBodyError, BodyTooLargeError) as error:
        raise ValueError(f"the body cannot be decompressed: {error or 'it is too large'}") from error


def _joined(payload: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(payload, at):
        size = int(chunk[1], 16)
        if not size:
            return b"".join(parts)
        at = chunk.end() + size
        parts.append(payload[chunk.end() : at])
        at += len(b"\r\n")
    raise ValueError("the chunked body ends too early")


def _looks_undone(payload: bytes) -> bool:
    """Tell whether a body begins like markup, as no compressed one does."""
    return payload[:256].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
