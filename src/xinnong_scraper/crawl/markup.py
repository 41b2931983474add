"""XML that strangers wrote, read without building a tree: elements as they end, and what came before a break.

expat does the parsing. It loads nothing from elsewhere, and a document that declares entities of its own (the
billion laughs, external entities) is read only up to there; a DOCTYPE alone, as RSS 0.91 has it, is harmless. The text
is decoded before, as expat knows neither GB18030 nor labels that lie.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from ..decode import decode_html

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Element", "read_elements", "unpacked", "utf8_of"]

MOST_BYTES: Final = 50 * 1024 * 1024
"""Bytes read of one document, unpacked: the limit of a sitemap (sitemaps.org, protocol)."""

_MOST_DEPTH: Final = 60  # elements within each other; a sitemap has 4, a feed with XHTML content some more
_MOST_TEXT: Final = 4_000  # characters kept of one element's text
_CHUNK: Final = 262_144  # bytes parsed at once: what is enough can be said in between
_MOST_PACKINGS: Final = 2  # a .gz that a server has packed once more for the way
_GZIP: Final = b"\x1f\x8b"
_CONTROLS: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
"""One that begins no reference that XML knows by itself: ``?a=1&b=2``, ``&nbsp;``."""


class Element(NamedTuple):
    """An element that has ended."""

    names: list[str]
    """The local names of the elements around it and its own, outermost first, in lower case; not to be kept."""
    text: str
    """Its own text, of bounded length, without white space around."""
    attributes: dict[str, str]
    base: str | None
    """The nearest ``xml:base`` as written."""


class _EnoughError(Exception):
    """Nothing more is to be read."""


def unpacked(data: bytes, limit: int = MOST_BYTES) -> bytes:
    """Unpack gzip data, at most ``limit`` bytes of it, and what came before a break; return other data up to the limit.

    >>> import gzip
    >>> unpacked(gzip.compress(b"<urlset/>")), unpacked(b"<urlset/>")
    (b'<urlset/>', b'<urlset/>')
    """
    for _ in range(_MOST_PACKINGS):
        if not data.startswith(_GZIP):
            break
        parts, left, packed = [], limit, data
        while left > 0 and packed.startswith(_GZIP):  # a file may have several members (RFC 1952, 2.2)
            inflater = zlib.decompressobj(wbits=31)
            try:
                parts.append(inflater.decompress(packed, left))
            except zlib.error:
                break
            if not parts[-1]:
                break
            left -= len(parts[-1])
            packed = inflater.unused_data
        data = b"".join(parts)
    return data[:limit]


def utf8_of(data: bytes) -> bytes:
    """Decode a document by its byte order mark, its prolog or its look, and give it in UTF-8, fit for XML."""
    decoded = decode_html(data)
    utf8 = decoded.utf8 if decoded.utf8 is not None else decoded.text.encode()
    return utf8.translate(None, _CONTROLS).lstrip()


def read_elements(utf8: bytes, ended: Callable[[Element], bool]) -> bool:
    """Call ``ended`` for each element as it ends, as long as it returns true; return whether all was read.

    Broken markup ends the reading; what was handed over before stays handed over.
    """
    reader = _Reader(ended)
    parser = expat.ParserCreate("utf-8")  # whatever the prolog says: the text is decoded already
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    at = 0
    try:
        while at < len(utf8):
            end = utf8.rfind(b">", at, at + _CHUNK) + 1 or at + _CHUNK  # never inside a reference
            chunk = utf8[at:end]
            parser.Parse(_BARE_AMPERSAND.sub(b"&amp;", chunk) if b"&" in chunk else chunk, False)
            at = end
        parser.Parse(b"", True)
    except (expat.ExpatError, _EnoughError):
        return False
    return True


class _Reader:
    """Keeps the open elements."""

    def __init__(self, ended: Callable[[Element], bool]) -> None:
        self._ended = ended
        self._names: list[str] = []
        self._open: list[tuple[dict[str, str], str | None]] = []
        self._texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._names) >= _MOST_DEPTH:
            raise _EnoughError
        base = attributes.get("xml:base") or (self._open[-1][1] if self._open else None)
        self._names.append(name.rpartition(":")[2].lower())
        self._open.append((attributes, base))
        self._texts.append("")

    def text(self, text: str) -> None:
        if len(self._texts[-1]) < _MOST_TEXT:
            self._texts[-1] += text[:_MOST_TEXT]

    def end(self, _name: str) -> None:
        go_on = self._ended(Element(self._names, self._texts.pop().strip(), *self._open.pop()))
        self._names.pop()
        if not go_on:
            raise _EnoughError

    def entity(self, *_: object) -> None:
        raise _EnoughError
