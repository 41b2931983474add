"""What stands around texts on pages that are not Chinese, as ``furniture.toml`` lists it by language."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KINDS", "NAMES", "Furniture", "furniture"]

KINDS: Final = ("related", "visitors", "follow", "author", "contents", "label", "references")
"""What a line of furniture is or heads; its number is its place here, from 1."""
NAMES: Final = (
    "comments", "related", "share", "signup", "consent", "advert", "author", "label", "contents", "caption", "footer",
    "navigation", "side", "text", "around",
)  # fmt: skip
"""What the names of a box say it holds; the last two speak for a text."""

_EDGES: Final = " \t:：.•·|»›>→-–—*#…!「」【】"
_SPEAK_FOR: Final = len(NAMES) - 1
_MOST_NAMES: Final = 1_000
_LONGEST: Final = 60  # characters
_WORDS: Final = 4  # of the longest beginning
_WIDE: Final = "\u2e80"  # from here on scripts have no spaces between words, but for Korean
_WIDE_START: Final = 8  # characters


class Furniture:
    """The words of all languages together: a page's declared language is wrong too often to choose by it."""

    def __init__(self, data: dict[str, dict[str, list[str]]]) -> None:
        names = data.pop("names")
        self._names = [re.compile("|".join(names[name])) for name in NAMES]
        self._any_name = _by_first_letter(part for parts in names.values() for part in parts)
        self._name_of = lru_cache(maxsize=_MOST_NAMES)(self._find_name)
        self._kinds: dict[str, int] = {}
        for language in data.values():
            for number, kind in reversed(list(enumerate(KINDS, 1))):
                self._kinds.update(dict.fromkeys(language.get(kind, ()), number))
        self._first_words = frozenset(word.partition(" ")[0].rstrip(_EDGES) for word in self._kinds)

    def said(self, ident: str) -> tuple[int, int]:
        """Tell what a box's id and class say: the number of the first of NAMES against a text, from 1, or 0.

        The second number is 2 where they say that it holds the text, 1 where they say that it is around one, else 0.
        """
        against = text = 0
        for word in self._any_name.findall(ident):
            number = self._name_of(word)
            if number < _SPEAK_FOR:
                against = against or number
            else:
                text = max(text, len(NAMES) + 1 - number)
        return against, text

    def _find_name(self, word: str) -> int:
        """Number the first of NAMES that a word that was found belongs to; its surroundings do not matter any more."""
        return next((number for number, pattern in enumerate(self._names, 1) if pattern.fullmatch(word)), len(NAMES))

    def kind(self, text: str) -> int:
        """Tell what a line is by its words: 0 nothing known, 1 to 7 one of KINDS, 8 more where it only begins so."""
        low = text[:_LONGEST].lower().replace("’", "'").strip(_EDGES)
        kinds = self._kinds
        if low[:1] < _WIDE and low.partition(" ")[0].rstrip(_EDGES) not in self._first_words:
            return 0
        if found := kinds.get(low):
            return found
        if low[:1] >= _WIDE:
            starts = [low[:size] for size in range(min(_WIDE_START, len(low) - 1), 1, -1)]
        else:
            words = low.split(" ", _WORDS)
            starts = [" ".join(words[:size]).strip(_EDGES) for size in range(min(_WORDS, len(words) - 1), 0, -1)]
        return next((kinds[start] + 8 for start in starts if start in kinds), 0)


def _by_first_letter(patterns: Iterable[str]) -> re.Pattern[str]:
    """Alternatives, the longest first, in one branch a letter: a search tries a fifth of them at each character."""
    branches: dict[str, list[str]] = {}
    for pattern in sorted(patterns, key=len, reverse=True):
        branches.setdefault(pattern[0], []).append(pattern[1:])
    return re.compile("|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items()))


@lru_cache(maxsize=1)
def furniture() -> Furniture:
    """Load the words, once."""
    text = (files(__package__ or "xinnong_scraper.layouts") / "furniture.toml").read_text(encoding="utf-8")
    return Furniture(tomllib.loads(text))
