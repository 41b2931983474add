"""ARC, the form of web archives before WARC (Internet Archive, 1996): a line of words, and then what the server sent.

The last word of the line is how many bytes follow, the first three are address, IP address and time; version 2 has
more words between them (https://archive.org/web/researcher/ArcFileFormat.php). The one library that is kept and reads
ARC, warcio, knows version 1 alone and stops at the first damaged record, so its part would be this one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

__all__ = ["ARC_START", "ArcLine", "read_arc_line"]

ARC_START: Final = re.compile(rb"(?:https?|ftp|dns|filedesc):")
"""What a record may begin with; a record that is cut lacks the line end before the next one."""

_SCHEME: Final = re.compile(rb"[a-z][a-z0-9+.-]{1,19}:")
_ADDRESS: Final = re.compile(rb"[0-9A-Fa-f.:]{2,45}|-")
_TIME: Final = re.compile(rb"\d{8,17}")
_SIZE: Final = re.compile(rb"\d{1,15}")
_MOST: Final = 1 << 15  # bytes of a line


@dataclass(frozen=True, slots=True)
class ArcLine:
    """What a record's line says."""

    url: str
    archived_at: datetime | None
    size: int
    """Bytes of the record, the line included."""
    block: int
    """Where what the server sent begins, in bytes of the record."""


def read_arc_line(head: bytes) -> ArcLine | None:
    r"""Read the line that begins a record; None where none does.

    >>> line = read_arc_line(b"http://a.example/ 10.0.0.1 20050102030405 text/html 12\n")
    >>> line.url, line.archived_at.isoformat(), line.size - line.block
    ('http://a.example/', '2005-01-02T03:04:05+00:00', 12)
    """
    end = head.find(b"\n", 0, _MOST) + 1
    words = head[:end].rstrip().split(b" ")
    if not end or not _SCHEME.match(words[0]) or not _SIZE.fullmatch(words[-1]):
        return None
    for number in range(1, len(words) - 2):  # an address with a space in it has more words than one
        if _TIME.fullmatch(words[number + 1]) and _ADDRESS.fullmatch(words[number]):
            url = b" ".join(words[:number]).decode("utf-8", "replace")
            return ArcLine(url, _moment(words[number + 1].decode()), end + int(words[-1]), end)
    return None


def _moment(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
