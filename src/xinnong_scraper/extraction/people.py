"""Names of authors in bylines of other languages than Chinese."""

from __future__ import annotations

import re
from typing import Final

from ..layouts.languages import words_of_languages
from ..normalize.clocks import word_key
from ..normalize.text import clean

__all__ = ["MOST_NAMES", "NAME_WORD", "NO_NAME", "author_names", "is_name"]

_LONGEST_NAME: Final = 50
_MOST_WORDS: Final = 5
_BETWEEN_NAMES = re.compile(r"\s?[,;،、&]\s?|\s\+\s")
_BRACKETS = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]")
_PARTICLES: Final = frozenset(
    (
        *("de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter"),
        *("ten", "bin", "ibn", "al", "el", "of", "the", "y", "e", "zu", "af"),
    )
)
"""Words in small letters that names have."""
_DEGREE = re.compile(r"[A-Z][A-Z.]{1,5}")  # behind a name: FAND
NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*")
"""A word of a name."""
NO_NAME = re.compile(r"[\d@:!?]|https?|(?<=\w{3})\.\s|\s[-–—]\s")
"""What ends a name: a digit, an address, the end of a sentence."""
MOST_NAMES: Final = 12
"""As many authors are read at most."""


def author_names(text: str, *, account: bool = False) -> list[str]:
    """Split a byline's value into authors, without roles, degrees and what is no name.

    With ``account`` one word in small letters, as systems call their users, is a name too.

    >>> author_names("Jane Doe, PhD, and John Q. Public, Senior Editor")
    ['Jane Doe', 'John Q. Public']
    """
    words = words_of_languages()
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(_BRACKETS.sub(" ", text)):
        for piece in _at_joints(part, words.joints):
            name = clean(piece).strip(" .:,;|·•–—-*\"'“”‘’")
            if name and (is_name(name, account=account) and not (names and _DEGREE.fullmatch(name))):
                names.append(name)
    return list(dict.fromkeys(names))[:MOST_NAMES]


def _at_joints(part: str, joints: frozenset[str]) -> list[str]:
    """Split at the words between two names: Jane Doe and John Public."""
    pieces: list[list[str]] = [[]]
    for word in part.split():
        if word_key(word) in joints and word.islower():
            pieces.append([])
        else:
            pieces[-1].append(word)
    return [" ".join(piece) for piece in pieces]


def is_name(text: str, *, account: bool = False) -> bool:
    """Tell a person's or a team's name: few words, capitalised where the script has capitals, none of them a role."""
    words = words_of_languages()
    found = NAME_WORD.findall(text)
    keys = [word_key(word) for word in found]
    if not found or len(text) > _LONGEST_NAME or len(found) > _MOST_WORDS or NO_NAME.search(text):
        return False
    if " ".join(keys) in words.nobody or not words.not_names.isdisjoint(keys):
        return False
    if all(key in words.dates.months or key in words.dates.weekdays for key in keys):
        return False
    if account and len(found) <= 2:
        return True
    if all(key.strip(".") in words.roles for key in keys) or (len(keys) > 1 and keys[-1] in words.roles):
        return False
    return all(word[0].upper() == word[0] or key in _PARTICLES for word, key in zip(found, keys, strict=True))
