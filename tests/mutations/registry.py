"""How a redesign is entered: a function by its name, in the order in which the report shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from .editing import Editor
from .pages import Truth

Mutation: TypeAlias = Callable[[bytes, Truth], bytes | None]

MUTATIONS: Final[dict[str, Mutation]] = {}
"""Every redesign: the new bytes, or None where it cannot apply."""

RECODED: Final[set[str]] = set()
"""Those that change the bytes' encoding or its declaration: read without HTTP headers, as a saved page is."""


def edited(change: Callable[[Editor], bool]) -> Callable[[Editor], bool]:
    """Enter a change of the page's tree; it tells whether it could be made."""

    def mutate(page: bytes, truth: Truth) -> bytes | None:
        editor = Editor(page, truth)
        return editor.bytes() if change(editor) else None

    MUTATIONS[change.__name__] = mutate
    return change


def rewritten(change: Callable[[str], str]) -> Callable[[str], str]:
    """Enter a change of the markup as text; what comes out the same was not changed."""

    def mutate(page: bytes, truth: Truth) -> bytes | None:
        html = page.decode(truth.encoding, "replace")
        new = change(html)
        return new.encode(truth.encoding, "xmlcharrefreplace") if new != html else None

    MUTATIONS[change.__name__] = mutate
    return change


def recoded(change: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Enter a change of the encoding: from the page's text, without any declaration, to bytes."""

    def mutate(page: bytes, truth: Truth) -> bytes | None:
        new = change(page.decode(truth.encoding, "replace"))
        return new if new != page else None

    MUTATIONS[change.__name__] = mutate
    RECODED.add(change.__name__)
    return change
