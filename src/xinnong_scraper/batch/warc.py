"""Pages out of web archives: filters come before anything costly, and damage costs the record that it is in.

WARC (ISO 28500, 1.0 and 1.1) and ARC are read. What Common Crawl makes of them is not: WET holds text without markup,
in which headline, menu, body and advertisement are lines alike, so every field but the address would be a guess that
looks like a reading; WAT holds no text at all. Such a file is refused with the name of the one it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Collection  # noqa: TC003  part of the fields' types, which users may ask for at run time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from ..errors import ArchiveError
from ..normalize.urls import host
from .arc import read_arc_line
from .framing import cut_records
from .language import base_language, may_be_in
from .responses import decoded, read_response
from .sources import opened

try:
    from fastwarc.warc import WarcRecord, WarcRecordType
except ImportError as error:
    raise ImportError("archives need the package fastwarc: pip install 'xinnong-scraper[archive]'") from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .framing import Frame

__all__ = ["ArchivedPage", "PageFilter", "read_warc"]

_SHA1: Final = re.compile(r"sha1:(?:[A-Z2-7]{32}|[0-9a-fA-F]{40})")


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

    languages: Collection[str] | None = None
    """Languages (``zh``) that the page may be in, as far as its first text and what it declares show; see the module
    ``language`` here. A page of which that cannot be told is read."""

    def __post_init__(self) -> None:
        for tag in self.languages or ():
            base_language(tag)
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


@dataclass(frozen=True, slots=True)
class _Stored:
    """A response as its record has it."""

    url: str | None
    archived_at: datetime | None
    block: bytes
    """What the server sent, head and body."""


def read_warc(name: str, wanted: PageFilter | None = None) -> Iterator[ArchivedPage | ArchiveError]:
    """Yield the wanted pages of a WARC or ARC file in their order, and an error for each stretch that cannot be read.

    ``name`` is a file, or a URL that fsspec knows. The file may be plain or compressed with gzip or zstd record by
    record; other records than responses are passed over. A digest (``WARC-Block-Digest``, SHA-1) is checked where
    there is one.

    Raises ArchiveError where the file cannot be opened or read on, and for a WET or WAT file.
    """
    wanted = wanted or PageFilter()
    with opened(name) as file:
        is_crawl = False
        for frame in cut_records(file, name):
            if frame.problem:
                yield _damaged(name, frame.offset, frame.problem)
                continue
            try:
                is_crawl = is_crawl or frame.is_arc or _is_of_crawl(frame.data, name)
                found = _page(frame, wanted)
            except _RecordError as error:
                yield _damaged(name, frame.offset, str(error), error.url)
            else:
                if found is not None:
                    yield found


class _RecordError(ValueError):
    """A record cannot be read."""

    def __init__(self, problem: str, url: str | None) -> None:
        super().__init__(problem)
        self.url = url


def _damaged(name: str, offset: int, problem: str, url: str | None = None) -> ArchiveError:
    return ArchiveError(f"{name}, byte {offset}: {problem}", file=name, offset=offset, url=url)


def _is_of_crawl(data: bytes, name: str) -> bool:
    """Tell whether a record shows that a file comes from a crawl, as all do but ``warcinfo``.

    Raises ArchiveError where it shows that the file was made from another.
    """
    record = _record(data)
    if record.record_type == WarcRecordType.conversion:
        what, short = "text without markup, in which no field can be told from another", "wet"
    elif record.record_type == WarcRecordType.metadata and record.headers.get("Content-Type") == "application/json":
        what, short = "what was said of pages without the pages", "wat"
    else:
        return record.record_type != WarcRecordType.warcinfo
    whole = name.replace(f"/{short}/", "/warc/").replace(f".warc.{short}.gz", ".warc.gz")
    where = f", {whole}" if whole != name else ""
    raise ArchiveError(f"{name} is {short.upper()}: {what}; read the WARC file that it was made from{where}", file=name)


def _record(data: bytes) -> WarcRecord:
    try:
        return WarcRecord.from_bytes(data)
    except (ValueError, OSError, StopIteration) as error:
        raise _RecordError(f"the record's header is damaged ({error})", None) from error


def _page(frame: Frame, wanted: PageFilter) -> ArchivedPage | None:
    stored = _of_arc(frame.data, wanted) if frame.is_arc else _of_warc(frame.data, wanted)
    if stored is None:
        return None
    try:
        response = read_response(stored.block)
        if not wanted.wants_response(response.status, response.media_type):
            return None
        body = decoded(response.payload, response.headers)
    except ValueError as error:
        raise _RecordError(str(error), stored.url) from error
    if wanted.languages is not None and not may_be_in(wanted.languages, body, response.headers):
        return None
    return ArchivedPage(frame.offset, stored.url, response.status, response.headers, stored.archived_at, body)


def _of_warc(data: bytes, wanted: PageFilter) -> _Stored | None:
    record = _record(data)
    # Some writers put the address in angle brackets, as the grammar of WARC 1.0 has it.
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>") or None
    if _has_lost_its_type(record):
        raise _RecordError("the record does not say of what type it is", url)
    if record.record_type != WarcRecordType.response or not record.is_http or not wanted.wants(url, record.record_date):
        return None
    if _SHA1.fullmatch(record.headers.get("WARC-Block-Digest") or "") and not record.verify_block_digest():
        raise _RecordError("the record does not have the digest that it names", url)
    return _Stored(url, record.record_date, record.reader.read())


def _has_lost_its_type(record: WarcRecord) -> bool:
    """Tell whether the mandatory type is missing; types yet to come are allowed, but not for what a response holds."""
    if record.record_type not in (WarcRecordType.unknown, WarcRecordType.no_type):
        return False
    return "WARC-Type" not in record.headers or "msgtype=response" in (record.headers.get("Content-Type") or "")


def _of_arc(data: bytes, wanted: PageFilter) -> _Stored | None:
    line = read_arc_line(data)
    if line is None or not line.url.startswith(("http:", "https:")) or not wanted.wants(line.url, line.archived_at):
        return None
    return _Stored(line.url, line.archived_at, data[line.block :])
