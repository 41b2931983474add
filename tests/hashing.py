"""Made sites as a build tool would send them: every class name and id is the build's own, another one in the next."""

from __future__ import annotations

import random
import re
import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS: Final = string.ascii_lowercase + string.digits
_MIXED: Final = string.ascii_letters + string.digits
LOOKS: Final = frozenset({"flex", "grid", "p-4", "text-lg", "text-[18px]", "md:w-1/2", "font-bold", "mx-auto"})
"""Tailwind's names, the same in every build: what an element looks like, not what it is."""
_NAMED: Final = re.compile(r"""(?<=\s)(class|id|for|aria-labelledby)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TAG: Final = re.compile(r"<[A-Za-z][^<>]*>")


def _drawn(chance: random.Random, letters: str, count: int) -> str:
    return "".join(chance.choices(letters, k=count))


def _looks(chance: random.Random) -> str:
    return " ".join(chance.sample(sorted(LOOKS), 3))


def _module(chance: random.Random, written: str) -> str:
    """CSS modules: the component, the name as written, and a hash."""
    words = re.findall(r"[A-Za-z]+", written) or ["box"]
    return f"{words[0].title()}_{words[-1].lower()}__{_drawn(chance, _MIXED, 5)}"


def _styled(chance: random.Random, _: str) -> str:
    """styled-components: the component's hash and that of its rules."""
    return f"sc-{_drawn(chance, _DIGITS, 6)} {_drawn(chance, string.ascii_letters, 6)}"


def _emotion(chance: random.Random, _: str) -> str:
    """Emotion, beside Tailwind's names of looks."""
    return f"css-{_drawn(chance, _DIGITS, 7)} {_looks(chance)}"


def _svelte(chance: random.Random, _: str) -> str:
    """Svelte: one hash for each component."""
    return f"svelte-{_drawn(chance, _DIGITS, 6)}"


def _short(chance: random.Random, _: str) -> str:
    """Names made as short as can be, beside Tailwind's."""
    return f"{_drawn(chance, string.ascii_lowercase, chance.randint(2, 4))} {_looks(chance)}"


CLASSES: Final[dict[str, Callable[[random.Random, str], str]]] = {
    "module": _module,
    "styled": _styled,
    "emotion": _emotion,
    "svelte": _svelte,
    "short": _short,
}
"""The ways in which build tools name classes."""


def built(html: str, build: int, style: str) -> str:
    """The page with the class names and ids of one build; the same name as written becomes the same one everywhere."""

    def name(match: re.Match[str]) -> str:
        attribute, written = match[1], match[2] or match[3] or match[4] or ""
        kind = "class" if attribute == "class" else "id"
        made = (_made(build, style, kind, each) for each in written.split())
        return f'{attribute}="{" ".join(made)}"'

    return _TAG.sub(lambda tag: _NAMED.sub(name, tag[0]), html)


def _made(build: int, style: str, kind: str, written: str) -> str:
    chance = random.Random(f"{build} {style} {kind} {written}")
    return CLASSES[style](chance, written) if kind == "class" else _ident(chance, style, written)


def _ident(chance: random.Random, style: str, written: str) -> str:
    if style == "module":
        return _module(chance, written)
    if style == "emotion":
        return _drawn(chance, string.ascii_lowercase, chance.randint(2, 4))
    return _drawn(chance, string.ascii_letters, 6) if style == "styled" else f":r{_drawn(chance, _DIGITS, 2)}:"


def names_of(html: str) -> set[str]:
    """The class names and ids of a page that are the build's own."""
    found = (match for tag in _TAG.findall(html) for match in _NAMED.finditer(tag))
    return {name for match in found for name in (match[2] or match[3] or match[4] or "").split()} - LOOKS
