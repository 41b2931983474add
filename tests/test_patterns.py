"""No pattern of the package takes more than linear time, on whatever text."""

from __future__ import annotations

import ast
import re
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from .patterns import NEEDS, SOURCE, all_patterns, hostile_units, methods_used, modules

if TYPE_CHECKING:
    from collections.abc import Callable

PATTERNS: Final = all_patterns()
EVERY_WAY: Final = {"match", "fullmatch", "finditer"}
SHORT: Final = 4_000  # characters
LONG: Final = 4 * SHORT
STEPS: Final = (18, 40, 250, 1_000)  # on the way there, so that a pattern without end is found before it hangs
LINEAR: Final = 1e-6  # seconds a character: so quick is a linear pattern, and then no more is measured
ENDLESS: Final = 2e-5  # so slow is none of them
GROWTH: Final = 8.0  # of the time where the text grows to the fourfold: 4 is linear, 16 is quadratic
LITTLE: Final = 0.02  # seconds for the long text, too little to tell growth from noise
COMMON: Final = [
    ("", unit) for unit in (*" \t-—>/|:：，。（[\"'0a一", "责编：", "> ", "- ", "记者 张三 ", "2018-04-28 ")
]
COMPILED_AT_RUN: Final = {
    "layouts/lexicon.py": "a layout's words",
    "layouts/surroundings.py": "the words of what stands around texts",
    "layouts/matching.py": "the names of a layout's portal, escaped",
    "layouts/model.py": "a layout file's own expressions, to check them",
    "extraction/selection.py": "a layout file's own expressions",
    "inspection/places.py": "a field's own text, escaped, with blanks between its pieces",
    "normalize/text.py": "one class of characters, which are given as a mapping",
    "batch/warc.py": "the expression by which a user chooses addresses",
}
"""Where patterns are made from data. All others are literals, compiled once where a module is imported."""


def scan(pattern: re.Pattern[Any], text: Any, methods: set[str]) -> None:
    """Do what the package does with patterns; ``search``, ``sub`` and ``split`` go the way of ``finditer``."""
    for method in methods:
        found = getattr(pattern, method)(text)
        if method == "finditer":
            for _ in found:
                pass


def seconds(pattern: re.Pattern[Any], text: Any, methods: set[str], times: int = 1) -> float:
    spent = []
    for _ in range(times):
        started = time.process_time()
        scan(pattern, text, methods)
        spent.append(time.process_time() - started)
    return min(spent)


def offence(pattern: re.Pattern[Any], methods: set[str], make: Callable[[int], Any]) -> str | None:
    """Say how the time grows with the text that ``make`` makes in any length, where it grows faster than the text."""
    for size in STEPS:
        if seconds(pattern, make(size), methods) > max(0.001, size * ENDLESS):
            spent = seconds(pattern, make(size), methods, 2)
            if spent > max(0.001, size * ENDLESS):
                return f"{spent:.4f} s for {size} characters"
    if seconds(pattern, make(SHORT), methods) < SHORT * LINEAR:
        return None
    once, fourfold = (seconds(pattern, make(size), methods, 3) for size in (SHORT, LONG))
    if fourfold > LITTLE and fourfold > GROWTH * once:
        return f"{once:.4f} s, and {fourfold:.4f} s for the fourfold"
    return None


def offences(pattern: re.Pattern[Any], methods: set[str]) -> list[str]:
    """The strings whose repetition makes the pattern slow."""
    found = []
    for prefix, unit in [*hostile_units(pattern), *COMMON]:
        for tail in ("\x00", "", "一"):

            def make(size: int, parts: tuple[str, str, str] = (prefix, unit, tail)) -> str | bytes:
                before, repeated, behind = parts
                text = before + (repeated * (size // len(repeated) + 1))[:size] + behind
                return text if isinstance(pattern.pattern, str) else text.encode("utf-8")

            if said := offence(pattern, methods, make):
                found.append(f"{prefix!r} + {unit!r} * n + {tail!r}: {said}")
    return found


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 140
    assert {name.split(".")[1] for name in PATTERNS if name.startswith("xinnong_scraper.")} >= {
        "bounds", "decode", "extraction", "layouts", "normalize", "walk", "fetch",
    }  # fmt: skip
    assert any(".lexicon." in name for name in PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_the_time_grows_with_the_text_only(name: str) -> None:
    assert offences(PATTERNS[name], methods_used(name)) == []


@pytest.mark.parametrize("bad", [r"(a+)+b", r"\s*\s*x", r"[^。]*、", r"^(?:\w+\s?)*$"])
def test_a_bad_pattern_would_be_found(bad: str) -> None:
    pattern = re.compile(bad)
    assert any(
        offence(pattern, EVERY_WAY, lambda size, p=prefix, u=unit: p + u * (size // len(u)) + "\x00")  # type: ignore[misc]
        for prefix, unit in hostile_units(pattern)
    )


def test_no_pattern_hides_in_a_function() -> None:
    hidden = []
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                hidden += [(name, ast.unparse(call)) for call in ast.walk(function) if _is_pattern(call)]
    assert {name for name, _ in hidden} == set(COMPILED_AT_RUN), hidden


def _is_pattern(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr != "escape"
    )


def test_every_module_is_looked_through() -> None:
    names = {module.__name__ for module in modules()}
    files = {path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.name != "__main__.py"}
    dotted = {".".join(["xinnong_scraper", *file.with_suffix("").parts]).removesuffix(".__init__") for file in files}
    assert dotted - names - set(NEEDS) == {"xinnong_scraper"}


@pytest.mark.parametrize("name", NEEDS)
def test_a_module_that_may_not_be_importable_holds_no_pattern(name: str) -> None:
    path = SOURCE.parent.joinpath(*name.split(".")).with_suffix(".py")
    assert not [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_pattern(node)]
