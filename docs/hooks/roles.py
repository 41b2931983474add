"""Docstrings as Markdown: what they name as :func:`extract` does becomes a link, and their examples become code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import griffe

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Docstrings"]

_SESSION = re.compile(r"^>>> .*\n?(?:.+\n?)*", re.MULTILINE)
_HINT = re.compile(r" +# doctest: .*")
_ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?\.?([\w.]+)`")


class Docstrings(griffe.Extension):
    """Writes roles as links where the thing has a place on a page, as code elsewhere; and sessions as blocks."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:  # noqa: ANN401
        """Rewrite the docstring of one module, class, function or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = written_as_markdown(obj.docstring.value, obj)


def written_as_markdown(text: str, obj: griffe.Object) -> str:
    """Return a docstring with its roles as references; relative names are looked up where the object stands."""
    text = _SESSION.sub(lambda session: f"```pycon\n{_HINT.sub('', session[0]).rstrip()}\n```\n", text)
    return _ROLE.sub(lambda role: _reference(role[1], obj), text)


def _reference(name: str, obj: griffe.Object) -> str:
    shown = name.rpartition(".")[2] if name.startswith("xinnong_scraper.") else name
    target = name if name.startswith("xinnong_scraper.") else _resolved(name, obj)
    return f'<autoref optional identifier="{target}">`{shown}`</autoref>' if target else f"`{shown}`"


def _resolved(name: str, obj: griffe.Object) -> str | None:
    """Return the full name of what stands in the object's class or module under a name."""
    place: griffe.Object | None = obj
    head, _, rest = name.partition(".")
    while place is not None:
        members: Mapping[str, Any] = place.members
        if head in members:
            return f"{place.path}.{name}" if not rest or not members[head].is_alias else members[head].target_path
        place = place.parent
    return None
