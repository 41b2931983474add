"""The directions of imports, the names and the sizes of modules: what keeps the rooms apart."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "xinnong_scraper"
SOURCE = Path(__file__).resolve().parents[1] / "src" / ROOT
MOST_LINES = 400

ROWS = {
    "records": 0,
    "errors": 0,
    "_version": 0,
    "byline": 0,
    "card": 0,
    "normalize": 1,
    "decode": 1,
    "bounds": 1,
    "engines": 1,
    "skim": 1,
    "collector": 1,
    "challenges": 1,
    "page": 2,
    "walk": 2,
    "blocks": 2,
    "layouts": 2,
    "extraction": 3,
    "fetch": 3,
    "export": 3,
    "pipeline": 4,
    "drivers": 4,
    "batches": 4,
    "fetchers": 4,
    "learn": 5,
    "drift": 5,
    "inspection": 5,
    "crawl": 6,
    "batch": 7,
    "": 7,  # the package itself, which hands on the public names
    "integrations": 8,
    "cli": 8,
    "testing": 8,
    "replica": 8,
    "__main__": 9,
}

ONLY_IN = {
    "httpx": ("fetch",),
    "httpcore": ("fetch.network", "fetch.transport"),
    "idna": ("fetch",),
    "filelock": ("crawl.schema", "crawl.shards"),
    "trafilatura": ("extraction.fallback",),
    "protego": ("fetch.robots",),
    "pyarrow": ("export.parquet", "batch"),
    "pandas": ("export.frames", "batch.dask"),
    "polars": ("export.frames",),
    "fastwarc": ("batch.warc",),
    "fsspec": ("batch.sources",),
    "ray": ("batch.ray", "crawl.cluster"),
    "pyspark": ("batch.spark",),
    "py4j": ("batch.spark",),
    "pytest": ("testing",),
    "web_poet": ("integrations",),
    "zyte_common_items": ("integrations.zyte",),
    "typer": ("cli",),
    "rich": ("cli",),
    "selectolax": ("page", "walk", "blocks", "layouts", "extraction", "inspection", "learn", "crawl"),
    "dateutil": ("normalize.dates",),
}
"""Each third-party package and the modules or rooms that may import it; pydantic is free."""
EVERYWHERE = {"pydantic", "pydantic_core"}
DISTRIBUTIONS = {
    "dateutil": "python-dateutil",
    "pydantic_core": "pydantic",
    "web_poet": "web-poet",
    "zyte_common_items": "zyte-common-items",
}
"""The distribution of a package whose name differs."""


@dataclass(frozen=True)
class Import:
    """One import of one module."""

    target: str
    line: int
    typing_only: bool


def module_name(path: Path) -> str:
    """Return the dotted name within the package, "" for the package itself."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, ast.Module]:
    return {module_name(path): ast.parse(path.read_text("utf-8"), str(path)) for path in sorted(SOURCE.rglob("*.py"))}


def is_package(name: str) -> bool:
    return SOURCE.joinpath(*filter(None, name.split("."))).is_dir()


def is_for_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def import_nodes(node: ast.AST, *, typing_only: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, typing_only
        else:
            yield from import_nodes(child, typing_only=typing_only or is_for_typing(child))


def absolute(name: str, node: ast.ImportFrom) -> str:
    """Return the dotted name of what a ``from`` import names, with the package's own name in front if it is ours."""
    if not node.level:
        return node.module or ""
    parts = [ROOT, *filter(None, name.split("."))]
    ups = node.level - 1 if is_package(name) else node.level
    return ".".join([*parts[: len(parts) - ups], *filter(None, [node.module])])


@cache
def imports(name: str) -> tuple[Import, ...]:
    found: list[Import] = []
    for node, typing_only in import_nodes(modules()[name]):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        else:
            base = absolute(name, node)
            targets = [
                f"{base}.{alias.name}" if own(f"{base}.{alias.name}") in modules() else base for alias in node.names
            ]
        found.extend(Import(target, node.lineno, typing_only) for target in targets)
    return tuple(found)


def own(target: str) -> str | None:
    """Return the name within the package, None for somebody else's module."""
    if target == ROOT:
        return ""
    return target.removeprefix(f"{ROOT}.") if target.startswith(f"{ROOT}.") else None


def own_imports(name: str) -> list[tuple[str, Import]]:
    return [(target, found) for found in imports(name) if (target := own(found.target)) is not None]


def row(name: str) -> int:
    return ROWS[name.split(".", maxsplit=1)[0]]


def within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.fixture(params=sorted(modules()), ids=lambda name: name or ROOT)
def name(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def test_every_module_has_a_row(name: str) -> None:
    assert name.split(".", maxsplit=1)[0] in ROWS, f"give the new room {name!r} a row in {Path(__file__).name}"


def test_imports_go_up_only(name: str) -> None:
    wrong = [f"line {found.line}: {target}" for target, found in own_imports(name) if row(target) > row(name)]
    assert not wrong


def test_own_modules_exist(name: str) -> None:
    assert not [f"line {found.line}: {target}" for target, found in own_imports(name) if target not in modules()]


def third_party(name: str) -> list[tuple[str, int]]:
    """Return the packages of others that a module imports, each with the line."""
    packages = [(found.target.partition(".")[0], found.line) for found in imports(name)]
    return [(package, line) for package, line in packages if package not in {ROOT, *sys.stdlib_module_names}]


def test_third_party_packages_stay_in_their_rooms(name: str) -> None:
    found = third_party(name)
    assert not [
        f"line {line}: {package}"
        for package, line in found
        if package not in EVERYWHERE and not within(name, ONLY_IN.get(package, ()))
    ]


def test_every_third_party_package_is_declared() -> None:
    project = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [extra for name, extra in project["optional-dependencies"].items() if name != "dev"]
    requirements = [requirement for group in [project["dependencies"], *extras] for requirement in group]
    declared = {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}
    imported = {package for name in modules() for package, _ in third_party(name)}
    assert {DISTRIBUTIONS.get(package, package) for package in imported} <= declared


def test_no_module_is_named_like_a_standard_one(name: str) -> None:
    assert name.rpartition(".")[2] not in sys.stdlib_module_names


def test_no_module_is_named_like_what_it_defines(name: str) -> None:
    defined = {
        node.name
        for node in modules()[name].body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assert name.rpartition(".")[2] not in defined


def test_no_package_hands_on_a_name_that_hides_a_module(name: str) -> None:
    inside = {other.rpartition(".")[2] for other in modules() if other and other.rpartition(".")[0] == name}
    handed_on = {
        alias.asname or alias.name
        for node, _ in import_nodes(modules()[name])
        if isinstance(node, ast.ImportFrom) and own(absolute(name, node)) in modules()
        for alias in node.names
        if own(f"{absolute(name, node)}.{alias.name}") not in modules()
    }
    assert not inside & handed_on


def test_no_file_is_too_long(name: str) -> None:
    tree_path = SOURCE.joinpath(*filter(None, name.split(".")))
    path = tree_path / "__init__.py" if is_package(name) else tree_path.with_suffix(".py")
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES


def test_every_module_postpones_annotations(name: str) -> None:
    has_annotations = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.AnnAssign) for node in ast.walk(modules()[name])
    )
    postponed = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in modules()[name].body)
    assert postponed or not has_annotations


def test_imports_form_no_circle() -> None:
    graph = {
        name: sorted({target for target, found in own_imports(name) if not found.typing_only}) for name in modules()
    }
    assert circle(graph) is None


def circle(graph: dict[str, list[str]]) -> list[str] | None:
    """Return one circle of a graph as the list of its nodes, or None.

    >>> circle({"a": ["b"], "b": ["c"], "c": ["b"]})
    ['b', 'c', 'b']
    """
    done: set[str] = set()

    def visit(node: str, above: list[str]) -> list[str] | None:
        if node in above:
            return [*above[above.index(node) :], node]
        if node in done:
            return None
        for target in graph.get(node, []):
            if (found := visit(target, [*above, node])) is not None:
                return found
        done.add(node)
        return None

    for start in graph:
        if (found := visit(start, [])) is not None:
            return found
    return None


def test_a_circle_is_found() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert circle({"a": ["b", "c"], "b": ["c"], "c": []}) is None


LATE = ["httpx", "httpcore", "trafilatura", "lxml", "typer", "rich", "protego", "pyarrow", "fastwarc", "ray"]


def loaded_by(code: str) -> set[str]:
    """Return those of the late packages that a fresh interpreter has loaded after running the code."""
    report = f"{code}\nimport sys\nprint(*[name for name in {LATE!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by(f"import {ROOT}") == set()


def test_reading_a_page_loads_nothing_heavy() -> None:
    paragraph = "聊城市农业部门今年推广新品种，种植户的收入比去年有了明显的提高，带动了周边村庄。" * 3
    page = f"<html><title>题目在此</title><body><h1>题目在此</h1>{f'<p>{paragraph}</p>' * 6}</body></html>"
    assert loaded_by(f"from {ROOT} import extract_html\nextract_html({page!r})") == set()
