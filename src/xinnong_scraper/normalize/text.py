"""White space, invisible characters and comparison of Chinese text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Folding", "clean", "cut", "han_count", "is_han", "squeeze"]

_HAN_RANGES = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{_HAN_RANGES}]")
_HAN_RUNS = re.compile(f"[{_HAN_RANGES}]+")
_WIDE = re.compile(f"[{_HAN_RANGES}\u3001-\u303f\u3040-\u30ff\uff01-\uff9f\u2014\u2018-\u201d\u2026\u00b7]")
"""Han, kana, CJK and full-width punctuation, and the quotes, dashes and dots that Chinese shares with Latin scripts."""

_BREAK = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
"""Controls, zero-width characters, soft hyphen, marks of writing direction: nothing that a reader sees."""

_ICON = re.compile(f"[\ue000-\uf8ff](?:(?<![{_HAN_RANGES}][\ue000-\uf8ff])|(?![{_HAN_RANGES}]))")
"""A character for private use: the picture of an icon font, but between two Han characters a rare one of old fonts."""
_INVISIBLE_OR_ICON = re.compile(f"[{_UNSEEN}\ue000-\uf8ff]")


class Folding:
    """Replaces single characters, of which a text has few: a search costs a fraction of ``str.translate``."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = mapping
        self._any = re.compile(f"[{re.escape(''.join(mapping))}]")

    def __call__(self, text: str) -> str:
        """Give the text with the characters replaced; none of the new ones is one to be replaced."""
        if found := self._any.findall(text):
            for char in set(found):
                text = text.replace(char, self._mapping[char])
        return text


_HALF_WIDTH = Folding({chr(n): chr(n - 0xFEE0) for n in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
"""What NFKC does to full-width characters; a text without them is most often in that form already."""
_FOLD = Folding(
    {
        **dict.fromkeys("“”„‟〝〞「」﹁﹂«»", '"'),
        **dict.fromkeys("‘’‚‛『』﹃﹄`´′", "'"),
        **dict.fromkeys("‐‑‒–—―−─━~～〜", "-"),
        **dict.fromkeys("•・‧∙⋅●", "·"),
    }
)
_DASHES = re.compile("--+")


def clean(text: str) -> str:
    r"""Return text as one line as a reader sees it: single spaces, nothing invisible; characters and punctuation stay.

    White space with a line break in it between two Han characters comes from wrapping in the source and goes.

    >>> clean(" 春拂联峰山 \u3000花开\n  北戴河\u200b ")
    '春拂联峰山 花开北戴河'
    """
    text = text.strip()
    if text.isprintable():  # false for every control, invisible and white-space character but the plain space
        return " ".join(text.split()) if "  " in text else text
    text = _visible(text)
    return _unwrapped(text) if _BREAK.search(text) else " ".join(text.split())


def _visible(text: str) -> str:
    """Drop what no reader sees."""
    return _ICON.sub("", _INVISIBLE.sub("", text)) if _INVISIBLE_OR_ICON.search(text) else text


def _unwrapped(text: str) -> str:
    """Return text of several lines as one."""
    pieces: list[str] = []
    for line in text.splitlines():
        piece = " ".join(line.split())
        if not piece:
            continue
        if pieces and not (_WIDE.match(pieces[-1][-1]) and _WIDE.match(piece)):
            pieces.append(" ")
        pieces.append(piece)
    return "".join(pieces)


def squeeze(text: str) -> str:
    """Return a form for comparison only: NFKC, case folded, no white space, one kind of quote, dash and dot.

    >>> squeeze("“Ａbc” — 新农 网") == squeeze('"ABC"－新农网')
    True
    """
    if not text.isprintable():
        text = _visible(text)
    if not text.isascii():
        text = _FOLD(unicodedata.normalize("NFKC", _HALF_WIDTH(text)))
    text = "".join(text.casefold().split())
    return _DASHES.sub("-", text) if "--" in text else text


def is_han(char: str) -> bool:
    """Tell whether one character is a Han character (々 and 〇 included)."""
    return _HAN.fullmatch(char) is not None


def han_count(text: str) -> int:
    """Count the Han characters of a text."""
    return 0 if text.isascii() else sum(map(len, _HAN_RUNS.findall(text)))


def cut(text: str, limit: int) -> str:
    """Shorten a text to at most ``limit`` characters, the ellipsis included; ``ValueError`` for a limit below 1.

    >>> cut("春拂联峰山，花开北戴河", 6)
    '春拂联峰山…'
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    return text if len(text) <= limit else text[: limit - 1].rstrip(" ，、,") + "…"
