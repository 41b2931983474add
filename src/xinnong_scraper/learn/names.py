"""Which class names and ids last: judged by how they look, as nothing else about the next build is known."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Names", "field_words", "kind_of", "tokens"]

Kind = Literal["semantic", "plain", "look", "hashed"]

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,47}$")
_PIECE = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")
_NUMBERED = re.compile(r"([A-Za-z]+)\d{1,2}$")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}")
_VOWELS = re.compile(r"[aeiouy]")
_NOT_IN_NAMES: Final = frozenset(":/[]!@%")
"""Characters by which a build says what an element looks like: md:w-1/2."""
_LONGEST_NAME: Final = 64
_SHORT: Final = 4
"""Letters: pinyin initials and other abbreviations tell nothing by their looks."""
_SURE: Final = 4
"""Letters that a name of words has at least where a tool makes them: of random pairs each fortieth is a word."""
_LONGEST_WORD: Final = 16
_STRANGE: Final = 0.25
"""Of the pairs of letters in a word, how many may occur in no known word: of random letters half do."""
_MANY_HASHED: Final = 0.35
_FEW_KNOWN: Final = 0.25
"""Of a site's names, in how many a known word must occur; where people write them it is in a third at least."""
_MAX_NAMED: Final = 20_000
"""Elements looked at of one page."""


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__ or "").joinpath("names.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    data = _data()
    return frozenset(data["words"]) | {word for words in data["fields"].values() for word in words}


_MADE = re.compile(
    "|".join(
        f"(?:{pattern})$" for pattern in [*_data()["utilities"], *(f"{re.escape(t)}.*" for t in _data()["tools"])]
    ),
    re.IGNORECASE,
)
"""Names that tools make."""


def field_words(field: str) -> frozenset[str]:
    """The words in a class name or id that say that an element holds the field."""
    return frozenset(_data()["fields"].get(field, ()))


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Split a name into its words, lower case.

    >>> tokens("artiTitle"), tokens("main-content2"), tokens("newscontent")
    (('arti', 'title'), ('main', 'content', '2'), ('news', 'content'))
    """
    pieces = [piece.lower() for piece in _PIECE.findall(name)]
    return tuple(word for piece in pieces for word in (_joined(piece) or (piece,)))


def _joined(piece: str) -> tuple[str, ...] | None:
    """The known words that a piece is made of, of three letters at least: articlebody."""
    words = _words()
    if piece in words or not piece.isalpha() or len(piece) > 3 * _LONGEST_WORD:
        return None
    made: list[tuple[str, ...] | None] = [()] + [None] * len(piece)
    for end in range(3, len(piece) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end - 2):
            before = made[start]
            if before is not None and piece[start:end] in words:
                made[end] = (*before, piece[start:end])
                break
    return made[-1]


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind:
    """Judge a class name or id.

    ``semantic``: made of words. ``plain``: perhaps somebody's abbreviation. ``look``: says how it looks, not what it
    is. ``hashed``: made by a tool, another one after the next build.

    >>> [kind_of(name) for name in ("article-content", "xl_wz", "mt-4", "css-1x2y3z", "Title_main__a1B2c", "qkzvtx")]
    ['semantic', 'plain', 'look', 'hashed', 'hashed', 'hashed']
    """
    data = _data()
    if name.lower() in data["looks"]:
        return "look"
    if not _NOT_IN_NAMES.isdisjoint(name):
        return "look"
    if len(name) <= _LONGEST_NAME and _MADE.match(name):
        return "hashed" if any(name.lower().startswith(start) for start in data["tools"]) else "look"
    if not _PLAIN_NAME.match(name):
        return "hashed"
    parts = [part for part in name.replace("_", "-").split("-") if part]
    if any(_is_hashed(part) for part in parts):
        return "hashed"
    words = [word for word in tokens(name) if not word.isdigit()]
    return "semantic" if words and all(word in _words() for word in words) else "plain"


def _is_hashed(part: str) -> bool:
    """Tell a part of a name that no person writes: letters and digits mixed, capitals inside, strange letters."""
    if part.isdigit():
        return len(part) > 2
    numbered = _NUMBERED.match(part)
    letters = numbered[1] if numbered else part
    if not letters.isalpha():
        return True
    pieces = _PIECE.findall(letters)
    words = tokens(letters)
    if all(word in _words() for word in words):
        return False
    if len(pieces) > 1 and sum(map(len, pieces)) < 3 * len(pieces):
        return True  # bTRvQf
    if numbered and len(letters) <= 2 and letters not in _words():
        return len(part) > 2  # x17, but not h1
    return any(_is_improbable(word) for word in words)


def _is_improbable(word: str) -> bool:
    if len(word) <= _SHORT or word in _words():
        return False
    if _CONSONANTS.search(word) or 5 * len(_VOWELS.findall(word)) < len(word):
        return True
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return sum(pair not in _pairs() for pair in pairs) >= _STRANGE * len(pairs)


@lru_cache(maxsize=1)
def _pairs() -> frozenset[str]:
    """Letters that follow each other in known words."""
    return frozenset(word[at : at + 2] for word in _words() for at in range(len(word) - 1))


def _has_word(name: str) -> bool:
    return any(len(word) > 1 and word in _words() for word in tokens(name))


class Names:
    """Which names of one site's pages to rely on."""

    def __init__(self, trees: Iterable[LexborHTMLParser]) -> None:
        hashed = known = judged = 0
        for tree in trees:
            names = {
                name
                for node in tree.css("[class], [id]")[:_MAX_NAMED]
                for name in f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".split()
            }
            names = {name for name in names if kind_of(name) != "look"}
            judged += len(names)
            hashed += sum(kind_of(name) == "hashed" for name in names)
            known += sum(_has_word(name) for name in names)
        self.only_semantic = hashed > _MANY_HASHED * judged or known < _FEW_KNOWN * judged
        """Whether a tool makes the site's names: then one that could be anybody's may be of its making, too."""

    def rank(self, name: str) -> int | None:
        """Give 0 for a name made of words, 1 for another one to rely on, None for one not to."""
        kind = kind_of(name)
        if self.only_semantic:
            return 0 if kind == "semantic" and sum(map(str.isalpha, name)) >= _SURE else None
        return {"semantic": 0, "plain": 1}.get(kind)
