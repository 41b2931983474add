"""A byline in pieces: where elements meet, where strokes divide it, and the labels in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ..normalize.names import split_names
from ..normalize.text import clean

if TYPE_CHECKING:
    from ..blocks import Line
    from .reading import Reading

__all__ = [
    "AROUND", "DATE", "EDGES", "PIECE", "PIECES", "LabelledValue", "bare_name", "in_pieces", "is_link", "person_names",
    "pieces_of",
]  # fmt: skip

PIECE: Final = "\x1f"  # stands where two elements meet
DATE: Final = "\x1e"  # stands where a date was
EDGES: Final = " \x1e\x1f\t\n|｜丨·•-—–/,，、;；:：[]【】()（）〔〕〖〗<>《》「」\"'“”"
AROUND: Final = "（()）【】[] □■○●◆◇▲△◎☆★"
"""Brackets and bullets around a line that credits somebody."""
PIECES = re.compile(r"[\x1f|｜丨\s](?:(?<=[\x1f|｜丨\n])|\s+|/\s)")
_SEPARATORS: Final = " \x1e\x1f\t\n|｜丨·•-—–/,，、;；:："
_PAIRS: Final = dict(zip("《“‘（([【〔〖「<", "》”’）)]】〕〗」>", strict=True))
_CLOSERS: Final = frozenset(_PAIRS.values())
_OPENERS: Final = "".join(_PAIRS)
_SHORTEST_PUBLISHER: Final = 4
_SPACED_LINE: Final = 80  # characters of a line whose labels may have a space for their colon
_LOOSE = re.compile(r"\x1f(?<=\d\x1f)([/:.-])\x1f(?=\d)")  # a date in an element a number


class LabelledValue(NamedTuple):
    """A label and what stands behind it."""

    field: str
    word: str
    value: str
    line: Line
    start: int
    """Index of the value in its line's pieces."""
    at: int
    """Index of the line that the label stands on."""


def in_pieces(reading: Reading, line: Line) -> str:
    """The line's text with a mark where two elements meet; a label alone in its element gets its colon."""
    texts = [line.text] if len(line.parts) == 1 else [clean(text) for text, _ in line.parts]
    joined = PIECE.join([f"{text}：" if _is_label(reading, text) else text for text in texts if text])
    if len(joined) <= _SPACED_LINE and " " in joined:
        joined = reading.lexicon.spaced_label.sub(r"\1：", joined)
    return _LOOSE.sub(r"\1", joined) if PIECE in joined else joined


def _is_label(reading: Reading, text: str) -> bool:
    """Tell an element that is a label, or ends with a source's (2018-04-28 13:44 来源于)."""
    labels = reading.lexicon.labels
    if labels.field(text.strip(" |｜")):
        return True
    last = text.rpartition(" ")[2]
    return last != text and labels.field(last) == "source"


def pieces_of(text: str) -> list[str]:
    """The pieces of a byline, bare of what stands between them."""
    return [bare for piece in PIECES.split(text) if (bare := piece.strip(EDGES))]


def person_names(reading: Reading, value: str) -> list[str]:
    """Split a value into names of persons, without labels and words that are none."""
    names = [
        name for name in split_names(value)
        if len(name) <= 20 and not reading.lexicon.not_person.search(name) and not reading.lexicon.labels.field(name)
    ]  # fmt: skip
    persons = [name for name in names if len(name) < _SHORTEST_PUBLISHER or not reading.lexicon.publisher.search(name)]
    return persons or names


def is_link(name: str, line: Line) -> bool:
    """Tell whether the words are the text of one of the line's links."""
    return line.all_link or any(clean(link.text()).strip(EDGES) == name for link in line.links)


def bare_name(text: str) -> str:
    """Strip separators, and brackets or quotes around all of a name: 《聊城日报》, but not “学习强国”学习平台."""
    text = text.strip(_SEPARATORS).rstrip(_OPENERS)
    while len(text) > 2 and _PAIRS.get(text[0]) == text[-1] and text.count(text[0]) == 1:
        text = text[1:-1].strip(_SEPARATORS)
    if text and text[-1] in _CLOSERS and not any(opener in text for opener in _PAIRS if _PAIRS[opener] == text[-1]):
        text = text[:-1]
    if text and text[0] in _PAIRS and _PAIRS[text[0]] not in text:
        text = text[1:]
    return text.strip(_SEPARATORS)
