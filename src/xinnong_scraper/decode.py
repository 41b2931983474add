"""Bytes and headers in, text out, with the encoding that was used and why.

Declared charsets lie: UTF-8 pages say ``gb2312``, servers add ``ISO-8859-1`` to GBK pages, header and ``<meta>``
contradict each other. So a label is a hint that the bytes have to confirm. Labels mean what they mean to a browser
(WHATWG Encoding Standard): every GB label is GB18030, ``latin1`` is windows-1252, ``utf-16`` in a ``<meta>`` is UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Literal

from .normalize._charsets import FREQUENT, GB_PRIVATE, LABELS, common_in, weights_in

__all__ = ["Decoded", "codec_for", "decode_html", "looks_binary"]

How = Literal["text", "bom", "header", "meta", "content", "fallback"]

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DOUBLE_BYTE = {"gb18030": "gb18030", "big5": "big5hkscs", "cp932": "cp932", "euc-jp": "euc-jp", "cp949": "cp949"}
"""Reported name → the codec that does the work: Python's ``big5`` lacks the characters that pages added to it."""

_MAGIC = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n\x1a\n": "PNG image",
    b"\xff\xd8\xff": "JPEG image",
    b"GIF8": "GIF image",
    b"RIFF": "RIFF media",
    b"PK\x03\x04": "ZIP archive",
    b"\x1f\x8b": "gzip data",
    b"Rar!\x1a\x07": "RAR archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "Office document",
}

_GB_PRIVATE_CHARS = "".join(map(chr, GB_PRIVATE))
_USUAL_WINDOW = 4_096
_META_WINDOW = 65_536  # browsers look at 1,024 bytes; templates that open with comments and styles declare later
_SAMPLE_BYTES = 3_000  # non-ASCII bytes that the choice between encodings looks at
_GLANCE_BYTES = 900  # of them that the declared encoding is tried on first
_OBVIOUS = 0.6  # a score that spares the look at the others
_PLAUSIBLE = 0.35  # a score that only text in its own encoding reaches; see _score
_MAX_REPAIRS = 64  # broken places that are mended one by one; further ones only become U+FFFD
_RUN_BYTES = 600  # how far back from a broken place the stray byte is looked for

_SKIPPED = {b"!--": b"-->", b"script": b"</script", b"style": b"</style"}
_TAG = re.compile(rb"<(!--|script|style|meta)(?=[\s>/!-]|(?<=--))")
_ATTRIBUTE = re.compile(rb"(?<![a-z-])([a-z-]++)\s{0,20}=\s{0,20}(\"[^\"]*|'[^']*|[^\s>\"']+)")
_CHARSET = re.compile(r"charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([^\s\"';,>]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s{0,100}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{1,40})")
_HIGH_RUN = re.compile(rb"(?:[\x80-\xff][\x30-\xff]?){1,300}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_WORD = re.compile(rb"[A-Za-z\x80-\x9f\xa1-\xff]+")
_HIGH = bytes(range(0x80, 0x100))
_NO_LETTER = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xff]")  # no character in windows-1252, or one in no word
_CP1252 = "".join(bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(256))
_TEXT_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r\f\x0b\x1b")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text, with what is known about its encoding."""

    text: str
    """The text, without byte order mark; always encodable as UTF-8."""
    encoding: str | None
    """Python codec, lower case; ``gb18030`` for every GB label; None when the input was ``str``."""
    how: How
    """What decided: the byte order mark, a declaration that the bytes confirm, the bytes alone, or nothing at all."""
    declared: str | None
    """The label as declared, by the header, else by the document; an unknown one only if there is no other."""
    replaced: int
    """How many U+FFFD stand for bytes that could not be decoded."""
    utf8: bytes | None = None
    """The text in UTF-8, where the input was just that."""


def codec_for(label: str | None) -> str | None:
    """Return the Python codec that a charset label means to a browser, None for an unknown label.

    >>> codec_for(' "GB2312" '), codec_for("Latin1"), codec_for("x-unheard-of")
    ('gb18030', 'cp1252', None)
    """
    return LABELS.get(label.strip(" \t\r\n\f\"'").lower()) if label else None


def decode_html(data: bytes | str, content_type: str | None = None) -> Decoded:
    """Decode a page; never raises, whatever the bytes are.

    ``content_type`` is the value of the Content-Type header. The order of belief: byte order mark, strictly valid
    UTF-8, the declared charsets as far as they decode the body, the bytes' own look.
    """
    if isinstance(data, str):
        return _from_text(data)
    data = bytes(data)
    header = _header_label(content_type)
    meta = _document_label(data[:_META_WINDOW])
    declared = next(filter(codec_for, (header, meta)), header or meta)
    for mark, codec in _BOMS:
        if data.startswith(mark) and (codec != "utf-8" or _utf8_share(_sample(data[3:])) > 0.5):
            body = data[len(mark) :]
            text, replaced = _decode(body, codec)
            utf8 = body if codec == "utf-8" and not replaced else None
            return Decoded(text, codec, "bom", declared, replaced, utf8)
    hints = _hints(data, codec_for(header), codec_for(meta))
    codec, text, replaced, certain = _choose(data, tuple(hints))
    how: How = hints.get(codec) or ("content" if certain else "fallback")
    utf8 = data if codec == "utf-8" and not replaced and not text.startswith("\ufeff") else None
    return Decoded(text.removeprefix("\ufeff"), codec, how, declared, replaced, utf8)


def looks_binary(data: bytes) -> str | None:
    """Name the format when the bytes are no text (``'PDF'``, ``'PNG image'``, ``'binary data'``), else return None."""
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            return name
    head = data[:4096]
    if not head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _bare_utf16(head):
        return None
    controls = len(head) - len(head.translate(None, _TEXT_CONTROLS))
    return "binary data" if controls > max(8, len(head) // 20) else None


def _from_text(text: str) -> Decoded:
    text = text.removeprefix("\ufeff")
    replaced = 0
    if not text.isascii():
        try:
            text.encode("utf-16-le")
        except UnicodeEncodeError:
            before = text.count("\ufffd")
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            replaced = text.count("\ufffd") - before
    return Decoded(text, None, "text", None, replaced)


def _header_label(content_type: str | None) -> str | None:
    found = _CHARSET.search(content_type) if content_type else None
    return found[1] if found else None


def _document_label(head: bytes) -> str | None:
    """Return the charset that the document declares: the first known one, else the first one."""
    xml = _XML_ENCODING.match(head[:1024])
    labels = [xml[1].decode("latin-1")] if xml else []
    usual = head[: head.rfind(b">", 0, _USUAL_WINDOW) + 1]
    labels += _meta_labels(usual)
    if not any(map(codec_for, labels)):
        labels += _meta_labels(head)
    return next(filter(codec_for, labels), labels[0] if labels else None)


def _meta_labels(head: bytes) -> list[str]:
    """Return the charsets that ``<meta>`` elements declare, up to the first known one."""
    labels: list[str] = []
    lowered, position = head.lower(), 0
    while found := _TAG.search(lowered, position):
        position = found.end()
        if ending := _SKIPPED.get(found[1]):
            position = lowered.find(ending, position - (found[1] == b"!--") * 2)
            if position < 0:
                break
            continue
        stop = lowered.find(b">", position, position + 1024)
        label = _meta_label(head[position : stop if stop > 0 else position + 1024], lowered[position : position + 1024])
        labels += [label] if label else []
        if codec_for(label):
            break
    return labels


def _meta_label(tag: bytes, lowered: bytes) -> str | None:
    """Return the label of one ``<meta>``; ``tag`` is what stands between ``<meta`` and ``>``."""
    attributes: dict[bytes, str] = {}
    for found in _ATTRIBUTE.finditer(lowered[: len(tag)]):
        attributes.setdefault(found[1], tag[found.start(2) : found.end(2)].decode("latin-1").strip("\"' \t\r\n"))
    if b"charset" in attributes:
        return attributes[b"charset"] or None
    if attributes.get(b"http-equiv", "").lower() == "content-type":
        return _header_label(attributes.get(b"content"))
    return None


def _hints(data: bytes, header: str | None, meta: str | None) -> dict[str, How]:
    """Return the declared codecs, the header's first, with who declared them; UTF-16 has to show its NULs."""
    bare = _bare_utf16(data[:512])
    hints: dict[str, How] = {}
    declared: tuple[tuple[str | None, How], ...] = ((header, "header"), (meta, "meta"))
    for codec, how in declared:
        if codec:
            hints.setdefault("utf-8" if codec.startswith("utf-16") and codec != bare else codec, how)
    return hints


def _bare_utf16(head: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark by its markup: every other byte of ASCII is NUL."""
    if head[:1] == b"<" and head[1:2] == b"\0" and head[3:4] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:2] == b"\0<" and head[2:3] == b"\0" else None


def _choose(data: bytes, hints: tuple[str, ...]) -> tuple[str, str, int, bool]:
    """Return codec, text, number of replacements, and whether the bytes speak for the codec."""
    if bare := _bare_utf16(data[:512]):
        return bare, *_decode(data, bare), True
    if data.isascii():
        codec = hints[0] if hints else "utf-8"
        return codec, data.decode("ascii"), 0, True
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if len(data) - len(text) > 64 or not (hints and hints[0] in _DOUBLE_BYTE and _too_few_for_utf8(data, hints[0])):
            return "utf-8", text, 0, True
    declared = hints[0] if hints and hints[0] in _DOUBLE_BYTE else None
    if declared and _score(b" ".join(_runs(data, _GLANCE_BYTES)), declared) > _OBVIOUS:
        return declared, *_decode(data, declared), True
    sample = _sample(data)
    if declared and _score(sample, declared) > _PLAUSIBLE:
        return declared, *_decode(data, declared), True
    ranking = _rank(sample, hints)
    top, best = ranking[0]
    for score, codec in ranking:
        if codec != "cp1252" and score >= top / 2 and (exact := _strictly(data, codec)) is not None:
            return codec, exact, 0, score > 0.05
    if best == "cp1252" and best not in hints and not _western(data):
        fallback = hints[0] if hints else "utf-8"
        return fallback, *_decode(data, fallback), False
    return best, *_decode(data, best), top > 0.05


def _western(data: bytes) -> bool:
    """Tell whether most words with high bytes could be of a Western language: café, naïveté, für 5 €.

    Windows-1252 has a character for every byte, so it would make letters of anything.
    """
    words = [word for word in _WORD.findall(data[: _META_WINDOW * 4]) if not word.isascii()]
    odd = sum(
        2 * len(word) > 3 * len(word.translate(None, _HIGH)) + 3 or _NO_LETTER.search(word) is not None
        for word in words
    )
    return odd * 2 <= len(words)


def _too_few_for_utf8(data: bytes, codec: str) -> bool:
    """Tell whether a few declared two-byte characters only happen to be valid UTF-8, as ``一`` in GBK (D2 BB) is."""
    high = b"".join(islice(_HIGH_RUN.findall(data), 8))
    if len(high) > 16 or any(byte >= 0xE0 for byte in high):
        return False
    return all(
        char in common_in(codec) for char in "".join(_NOT_ASCII.findall(high.decode(_DOUBLE_BYTE[codec], "replace")))
    )


def _sample(data: bytes) -> bytes:
    """Return non-ASCII runs from the start and the middle of the page, separated by spaces."""
    middle = max(len(data) // 2, _META_WINDOW)
    return b" ".join([*_runs(data, _SAMPLE_BYTES // 2), *_runs(data[middle:], _SAMPLE_BYTES // 2, skipped=1)])


def _runs(data: bytes, enough: int, *, skipped: int = 0) -> list[bytes]:
    """Return non-ASCII runs that are ``enough`` bytes together, without the first ones that are skipped."""
    runs: list[bytes] = []
    size = 0
    for found in islice(_HIGH_RUN.finditer(data), skipped, None):
        run = found[0]
        runs.append(run)
        size += len(run)
        if size >= enough:
            break
    return runs


def _rank(sample: bytes, hints: tuple[str, ...]) -> list[tuple[float, str]]:
    """Return (score, codec), best first; a declared codec has an advantage that a wrong one loses."""
    scored = [
        (_score(sample, codec) + (0.15 if codec in hints else 0.0) - 0.001 * rank, codec)
        for rank, codec in enumerate(dict.fromkeys((*hints, "utf-8", "gb18030", "big5", "cp1252")))
        if not codec.startswith("utf-16")
    ]
    return sorted(scored, key=lambda pair: -pair[0])


def _score(sample: bytes, codec: str) -> float:
    """Say how much the bytes look like text in a codec: about 0.5 for prose, about 0 for chance, below for errors."""
    if codec == "utf-8":
        return _utf8_share(sample)
    if codec == "cp1252":
        runs = _HIGH_BYTES.findall(sample)
        return 0.02 + 0.15 * list(map(len, runs)).count(1) / max(1, len(runs))
    if codec not in _DOUBLE_BYTE:
        return 0.45
    text = "".join(_NOT_ASCII.findall(sample.decode(_DOUBLE_BYTE[codec], "replace")))
    hits = 0.05 * len(text) + 0.2 * sum(map(weights_in(codec).get, text, repeat(0)))
    return (hits - 2 * text.count("\ufffd")) / max(1, len(text))


def _utf8_share(sample: bytes) -> float:
    """Return good minus broken characters, as a share: three bytes that form one are hardly ever chance."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(char >= "\u0800" for char in text) - broken
    return 1.0 if good + broken == 0 else (good - broken) / (good + broken)


def _modern(text: str, codec: str) -> str:
    private = codec == "gb18030" and any(map(text.__contains__, _GB_PRIVATE_CHARS))
    return text.translate(GB_PRIVATE) if private else text


def _strictly(data: bytes, codec: str) -> str | None:
    """Decode without a single error, or return None; windows-1252 has no errors (WHATWG)."""
    if codec == "cp1252":
        return codecs.charmap_decode(data, "strict", _CP1252)[0]
    try:
        return _modern(data.decode(_DOUBLE_BYTE.get(codec, codec)), codec)
    except UnicodeDecodeError:
        return None


def _decode(data: bytes, codec: str) -> tuple[str, int]:
    """Decode with U+FFFD for what cannot be decoded; return the text and how many were put in."""
    exact = _strictly(data, codec)
    if exact is not None:
        return exact, 0
    if codec in _DOUBLE_BYTE:
        return _mended(data, codec)
    text = data.decode(codec, "replace")
    return text, max(0, text.count("\ufffd") - data.count("\ufffd".encode(codec, "ignore") or b"\0no"))


def _mended(data: bytes, codec: str) -> tuple[str, int]:
    """Decode double-byte text with broken places such that each one costs one U+FFFD and not its neighbours."""
    worker = _DOUBLE_BYTE[codec]
    view = memoryview(data)
    pieces: list[str] = []
    position = replaced = 0
    while position < len(data):
        if replaced >= _MAX_REPAIRS:
            pieces.append(str(view[position:], worker, "replace"))
            replaced += pieces[-1].count("\ufffd")
            break
        try:
            pieces.append(str(view[position:], worker))
            break
        except UnicodeDecodeError as error:
            bad = position + error.start
        if symbol := _euro(data, bad, codec):
            pieces += (str(view[position:bad], worker), "€")
            position = bad + symbol
            continue
        stray = _stray(data, position, bad, codec)
        pieces += (str(view[position:stray], worker, "replace"), "\ufffd")
        position = stray + 1
        replaced += 1
    return _modern("".join(pieces), codec), replaced


def _euro(data: bytes, bad: int, codec: str) -> int:
    """Return the length of a euro sign that Python's codec lacks: 80 in GBK, A3 E1 in Big5 (WHATWG), else 0."""
    if codec == "gb18030" and data[bad] == 0x80:
        return 1
    return 2 if codec == "big5" and data[bad : bad + 2] == b"\xa3\xe1" else 0


def _stray(data: bytes, start: int, bad: int, codec: str) -> int:
    """Find the byte to give up when decoding fails at ``bad``.

    A lost half of a character shifts all pairs after it, and the decoder notices only at the end of the run. So every
    place in the run where one byte could be too many is tried, and the one that leaves the most daily characters wins.
    """
    run, floor = bad, max(start, bad - _RUN_BYTES)
    while run > floor and data[run - 1] >= 0x80:
        run -= 1
    run += (bad - run) % 2
    if run == bad:
        return bad
    common, worker = common_in(codec), _DOUBLE_BYTE[codec]

    def worth(at: int) -> int:
        char = data[at : at + 2].decode(worker, "replace")
        return (char in common) + 2 * (char in FREQUENT) - 2 * ("\ufffd" in char)

    best, gain, best_at = 0, 0, bad
    for at in range(bad - 2, run - 1, -2):
        gain += worth(at + 1) - worth(at)
        if gain >= max(best, 1):  # of equal places the first: it is rather a second half that got lost
            best, best_at = gain, at
    return best_at
