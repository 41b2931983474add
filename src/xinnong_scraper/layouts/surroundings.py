"""What stands around texts on pages that are not Chinese, as ``furniture.toml`` lists it by language."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KINDS", "NAMES", "SAYINGS", "Furniture", "furniture"]

KINDS: Final = ("related", "visitors", "follow", "author", "contents", "label", "references")
"""What a line of furniture is or heads; its number is its place here, from 1."""
SAYINGS: Final = ("advert", "signup", "sale", "sharing", "others", "person", "rights")
"""What a line may speak of beside the article's subject; the number is its place here, from 1."""
NAMES: Final = (
    "comments", "related", "share", "signup", "consent", "advert", "author", "label", "contents", "caption", "footer",
    "navigation", "side", "text", "around",
)  # fmt: skip
"""What the names of a box say it holds; the last two speak for a text."""

_EDGES: Final = " \t:：.•·|»›>→-–—*#…!「」【】"
_SPEAK_FOR: Final = len(NAMES) - 1
_MOST_NAMES: Final = 1_000
_LONGEST: Final = 60  # characters
_LONGEST_ASK: Final = 220  # characters
_WORDS: Final = 4  # of the longest beginning
_WIDE: Final = "\u2e80"  # from here on scripts have no spaces between words, but for Korean
_WIDE_START: Final = 8  # characters
_WORD = re.compile(r"[^\W\d_]+|%")
_ONE, _TWO = 2, 3  # points for a word, and for two words in a row
_DENSE: Final = 5  # words for one that speaks of something else


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
        sayings = {
            tuple(words.split(" ")): number
            for language in data.values()
            for number, saying in reversed(list(enumerate(SAYINGS, 1)))
            for words in language.get(saying, ())
        }
        self._words = {words[0]: number for words, number in sayings.items() if len(words) == 1}
        self._pairs = {words: number for words, number in sayings.items() if len(words) > 1}
        self._telling = frozenset(self._words)
        self._telling_pairs = frozenset(self._pairs)
        self._adverts, self._asks, self._letters, self._channels, self._us = (
            frozenset(word for language in data.values() for word in language.get(key, ()))
            for key in ("advert_label", "ask", "letter", "channel", "us")
        )
        self._sent = self._letters | self._channels
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

    def saying(self, text: str) -> int:
        """Tell what a line speaks of by the words in it, in lower case: 0 nothing known, else from 1 to 14.

        Each of SAYINGS has two numbers, the second for a line in which such words are many.
        """
        words = _WORD.findall(text)
        single = self._telling.intersection(words)
        pairs = self._telling_pairs.intersection(pairwise(words))
        if not single and not pairs:
            return 0
        points = [0] * (len(SAYINGS) + 1)
        for word in single:
            points[self._words[word]] += _ONE
        for pair in pairs:
            points[self._pairs[pair]] += _TWO
        dense = sum(points) * _DENSE >= _ONE * len(words)
        return points.index(max(points)) * 2 - 1 + dense

    def is_advert_label(self, text: str) -> bool:
        """Tell a line that only says that an advert stands here."""
        return len(text) <= _LONGEST and text.lower().strip(_EDGES) in self._adverts

    def is_ask(self, text: str) -> bool:
        """Tell a short line that asks to have a letter sent or to follow the publisher elsewhere."""
        low = text.lower()
        if len(text) > _LONGEST_ASK or self._asks.isdisjoint(low.replace("-", " ").split()):
            return False
        words = _WORD.findall(low)
        asked = next((place for place, word in enumerate(words) if word in self._sent), 0)
        before = words[: asked + 1]
        if self._asks.isdisjoint(before):
            return False
        if not self._us.isdisjoint(words):
            return True
        return before[0] in self._asks and words[asked] in self._letters


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
