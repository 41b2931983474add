"""What a server answered, as an archive keeps it: the head of HTTP, and a body with or without its codings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..fetch.body import BodyReader, BodyTooLargeError, CorruptBodyError, codings_of
from .framing import MOST_BYTES

__all__ = ["Response", "decoded", "read_response"]

_STATUS: Final = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY) (\d{3})(?![0-9])")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")  # RFC 9112, 2.2: a line may end with LF alone
_FIELD: Final = re.compile(rb"([^\s:\x00-\x1f][^:\x00-\x1f]{0,255}?)[ \t]{0,8}:")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r\n")  # RFC 9112, 7.1: the size, and extensions


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it stands in its record."""

    status: int
    headers: dict[str, str]
    """Names in lower case; of several with one name the last."""
    media_type: str | None
    """The declared type in lower case, without parameters."""
    payload: bytes
    """What follows the head."""


def read_response(block: bytes) -> Response:
    """Read the head of a response; raises ``ValueError`` where there is none, or a damaged one.

    A line that is no header is passed over, as browsers do, but not where the type of the page may have stood in it.
    """
    status = _STATUS.match(block)
    if status is None:
        raise ValueError("the record holds no HTTP response")
    end = _HEAD_END.search(block)
    if end is None:
        raise ValueError("the HTTP head has no end")
    lines = block[: end.start()].split(b"\n")[1:]
    headers: dict[str, str] = {}
    name, strange = "", False
    for line in lines:
        if line[:1] in (b" ", b"\t") and name:  # RFC 9112, 5.2: a value that goes on
            headers[name] += f" {_text(line)}"
        elif field := _FIELD.match(line):
            name = _text(field[1]).lower()
            headers[name] = _text(line[field.end() :])
        else:
            strange = strange or bool(line.strip())
    if strange and "content-type" not in headers:
        raise ValueError("the HTTP head is damaged")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower() or None
    return Response(int(status[1]), headers, media_type, block[end.end() :])


def _text(value: bytes) -> str:
    value = value.strip()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def decoded(payload: bytes, headers: dict[str, str]) -> bytes:
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
