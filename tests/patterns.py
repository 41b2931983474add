"""Every compiled pattern of the package, and text that is hostile to each."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import types
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # the parse tree has no public name
from typing import TYPE_CHECKING, Any, Final

import xinnong_scraper
from xinnong_scraper.layouts import builtin_layouts
from xinnong_scraper.layouts.surroundings import furniture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCE: Final = Path(xinnong_scraper.__file__).parent
MAX_UNITS: Final = 40  # strings made for one pattern
MAX_BRANCHES: Final = 6  # alternatives taken of a list of words
SAMPLES: Final = "一a 1.:-/><\t（，|年"
"""Of a class that is not a list of characters, the first of these that belong to it."""
REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


NEEDS: Final = {
    "xinnong_scraper.integrations.web_poet": "web_poet",
    "xinnong_scraper.integrations.zyte": "zyte_common_items",
}
"""Modules for frameworks, which an environment for development need not have; these hold no pattern."""


def modules() -> list[types.ModuleType]:
    """Every module of the package that can be imported here."""
    found = pkgutil.walk_packages(xinnong_scraper.__path__, "xinnong_scraper.")
    names = [module.name for module in found if not module.name.endswith("__main__")]
    return [importlib.import_module(name) for name in names if find_spec(NEEDS.get(name, "xinnong_scraper"))]


def all_patterns() -> dict[str, re.Pattern[Any]]:
    """The patterns by where they were found: module globals, classes, containers, and all of the layouts."""
    found: dict[str, re.Pattern[Any]] = {}
    seen: set[int] = set()
    waiting: list[tuple[str, object]] = [(module.__name__, module) for module in modules()]
    waiting += [(f"layout {layout.name}", layout) for layout in builtin_layouts()]
    waiting.append(("layouts.surroundings", furniture()))
    waiting += [(f"layout {layout.name}.lexicon", layout.lexicon) for layout in builtin_layouts()]
    waiting.append(("xinnong_scraper.layouts.surroundings.furniture()", furniture()))
    known = {id(module) for module in modules()}
    while waiting:
        where, value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, re.Pattern):
            found[where] = value
        elif not isinstance(value, types.ModuleType) or id(value) in known:
            waiting.extend((f"{where}.{name}", inner) for name, inner in _inside(value))
    unique = {(pattern.pattern, pattern.flags): (name, pattern) for name, pattern in sorted(found.items())}
    return {name: pattern for name, pattern in unique.values()}  # noqa: C416  the keys were there to find copies


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict | types.MappingProxyType):
        yield from ((str(key), inner) for key, inner in value.items())
        yield from ((f"key {key}", key) for key in value)
    elif isinstance(value, list | tuple):
        yield from ((str(index), inner) for index, inner in enumerate(value))
    elif isinstance(value, set | frozenset):
        yield from ((f"item {inner!r:.60}", inner) for inner in value)
    elif isinstance(value, types.FunctionType):
        yield from ((f"default {index}", inner) for index, inner in enumerate(value.__defaults__ or ()))
    elif isinstance(value, types.ModuleType | type) or type(value).__module__.startswith("xinnong_scraper"):
        yield from getattr(value, "__dict__", {}).items()
        slots = getattr(type(value), "__slots__", ())
        yield from ((name, getattr(value, name, None)) for name in ((slots,) if isinstance(slots, str) else slots))


def hostile_units(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Strings to repeat, each with what has to stand before it for the pattern to get there.

    They come from the pattern's own parse tree: whatever it repeats, and every alternative.
    """
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(text, pattern.flags & ~re.DEBUG)
    found: dict[tuple[str, str], None] = {}
    for prefix, node in _nodes(tree, ""):
        for unit in _samples(node):
            if unit:
                found[prefix, unit] = None
    found["", _sample(tree)] = None
    ordered = [unit for unit in found if unit[1]]
    step = max(1, len(ordered) // MAX_UNITS)
    return ordered[::step]


def _nodes(tree: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """The repeats of a tree, each alone and with what follows it, and the alternatives, with the text before them."""
    nodes = list(tree)
    for index, (operator, value) in enumerate(nodes):
        name = str(operator)
        if name in REPEATS:
            yield prefix, value[2]
            yield prefix, nodes[index : index + 2]
            yield from _nodes(value[2], prefix)
        elif name == "BRANCH":
            for branch in _few(value[1]):
                yield prefix, branch
                yield from _nodes(branch, prefix)
        elif name == "SUBPATTERN":
            yield from _nodes(value[3], prefix)
        elif name == "ATOMIC_GROUP":
            yield from _nodes(value, prefix)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _nodes(value[1], prefix)
        prefix += _sample([(operator, value)])


def _few(branches: Sequence[Any]) -> Sequence[Any]:
    return branches[:: max(1, len(branches) // MAX_BRANCHES)]


def _samples(tree: Any) -> set[str]:
    """Strings that the tree matches: where it is one class, several of its characters."""
    nodes = list(tree)
    if len(nodes) == 1 and str(nodes[0][0]) in ("IN", "ANY", "NOT_LITERAL", "CATEGORY"):
        return set(_characters(nodes[0])[:4])
    return {_sample(nodes)}


def _sample(tree: Any) -> str:
    """One string that the tree matches, as far as assertions let it; repeats as often as they must, at least once."""
    parts = []
    for operator, value in tree:
        name = str(operator)
        if name == "LITERAL":
            parts.append(chr(value))
        elif name in ("IN", "ANY", "NOT_LITERAL", "CATEGORY"):
            parts.append(_characters((operator, value))[0])
        elif name in REPEATS:
            parts.append(_sample(value[2]) * max(1, value[0]))
        elif name == "BRANCH":
            parts.append(_sample(value[1][0]))
        elif name == "SUBPATTERN":
            parts.append(_sample(value[3]))
        elif name == "ATOMIC_GROUP":
            parts.append(_sample(value))
        elif name == "ASSERT":
            parts.append(_sample(value[1]))
    return "".join(parts)


def _characters(node: tuple[Any, Any]) -> list[str]:
    """Characters that a node of one character matches, none twice alike in kind."""
    operator, value = node
    matches = re.compile(_class_source(operator, value)).match
    own = [chr(v) for op, v in (value if str(operator) == "IN" else []) if str(op) == "LITERAL"]
    return [char for char in dict.fromkeys([*SAMPLES, *own]) if matches(char)] or own or ["x"]


def _class_source(operator: Any, value: Any) -> str:
    name = str(operator)
    if name == "ANY":
        return "."
    if name == "NOT_LITERAL":
        return f"[^{re.escape(chr(value))}]"
    source = ""
    for op, item in value if name == "IN" else [(operator, value)]:
        kind = str(op)
        if kind == "NEGATE":
            source += "^"
        elif kind == "LITERAL":
            source += re.escape(chr(item))
        elif kind == "RANGE":
            source += f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}"
        elif kind == "CATEGORY":
            letter = str(item).rsplit("_", 1)[-1][0].lower()
            source += "\\" + (letter.upper() if "_NOT_" in str(item) else letter)
    return f"[{source}]"


def methods_used(name: str) -> set[str]:
    """How the package uses a pattern that :func:`all_patterns` found; all ways where that cannot be seen."""
    *_, owner, last = name.split(".")
    private = last.startswith("_") and name.startswith("xinnong_scraper.")
    found = _uses_of_globals().get((name.rpartition(".")[0], last)) if private else None
    if owner == "lexicon" or last in _MATCHED_ONLY:
        found = _uses_of_lexicon().get(last)
    if owner in _MATCHED_ONLY:
        return {"match"}
    return found or {"match", "fullmatch", "finditer"}


_MATCHED_ONLY: Final = ("not_article",)
"""Tables of patterns: those that are only ever asked about the beginning of a text."""


@cache
def _uses_of_globals() -> dict[tuple[str, str], set[str]]:
    """The methods called on the private names of each module."""
    uses: dict[tuple[str, str], set[str]] = {}
    for module, tree in _trees():
        parents = _parents(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id.startswith("_"):
                uses.setdefault((module, node.id), set()).update(_method(parents.get(node)))
    return uses


@cache
def _uses_of_lexicon() -> dict[str, set[str]]:
    """The methods called on the attributes of whatever is called a lexicon."""
    uses: dict[str, set[str]] = {}
    for _, tree in _trees():
        parents = _parents(tree)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and getattr(node.value, "attr", getattr(node.value, "id", "")) == "lexicon"
            ):
                uses.setdefault(node.attr, set()).update(_method(parents.get(node)))
    return uses


def _method(parent: ast.AST | None) -> set[str]:
    name = parent.attr if isinstance(parent, ast.Attribute) else None
    if name in ("match", "fullmatch"):
        return {name}
    return set() if name == "pattern" else {"match", "fullmatch", "finditer"} if name is None else {"match", "finditer"}


def _trees() -> list[tuple[str, ast.Module]]:
    paths = [
        (".".join(["xinnong_scraper", *p.relative_to(SOURCE).with_suffix("").parts]), p) for p in SOURCE.rglob("*.py")
    ]
    return [(name.removesuffix(".__init__"), ast.parse(path.read_text("utf-8"))) for name, path in paths]


def _parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
