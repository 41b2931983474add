"""What the API pages show says what it takes: every parameter is named where it is explained."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES: Final = sorted((Path(__file__).resolve().parents[1] / "docs" / "api").glob("*.md"))
TEXT: Final = "\n".join(path.read_text("utf-8") for path in PAGES)
SHOWN: Final = set(re.findall(r"^::: xinnong_scraper[.\w]*\.(\w+)$", TEXT, re.MULTILINE))
ROOMS: Final = ["", ".fetch", ".layouts", ".learn", ".drift", ".inspection", ".export", ".crawl"]
SHOWN_OF: Final = {
    "Crawler": {"run", "arun", "stop"},
    "FleetCrawler": {"run", "stop"},
    "Store": {"records", "numbered", "identity", "raw_pages", "close"},
}
"""Of some classes the pages show a part."""
ELSEWHERE: Final = re.compile(r"(?:as with|are those of|The same as) :(?:func|meth|class):`")


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that are shown, and the methods and constructors of classes."""
    for room in ROOMS:
        module = importlib.import_module(f"xinnong_scraper{room}")
        for name in [name for name in module.__all__ if name in SHOWN]:
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield name, value
            elif inspect.isclass(value) and not getattr(value, "_is_protocol", False):
                yield from methods(name, value)


def methods(name: str, kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    if inspect.isfunction(vars(kind).get("__init__")) and not hasattr(kind, "__dataclass_fields__"):
        yield name, kind
    for each, value in vars(kind).items():
        function = value.__func__ if isinstance(value, classmethod) else value
        if inspect.isfunction(function) and not each.startswith("_") and each in SHOWN_OF.get(name, {each}):
            yield f"{name}.{each}", function


PUBLIC: Final = dict(public())


def test_there_is_something_to_look_at() -> None:
    assert {"extract", "Scraper", "Scraper.extract", "Crawler.run", "Store.raw_pages", "write_records"} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_is_explained(name: str) -> None:
    value = PUBLIC[name]
    told = inspect.getdoc(value) or ""
    if inspect.isclass(value):
        told += inspect.getdoc(value.__init__) or ""
    if ELSEWHERE.search(told):
        return
    parameters = [each for each in inspect.signature(value).parameters if each not in {"self", "cls"}]
    assert [each for each in parameters if f"``{each}``" not in told] == []
