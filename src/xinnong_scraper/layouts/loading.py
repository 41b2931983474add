"""Finding, merging and validating layout files."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from ..errors import LayoutError
from .model import Layout, Selector

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["GENERAL", "builtin_layouts", "layout_source", "load_layout", "parse_layout", "resolve_layout"]

GENERAL: Final = "zh"
"""The layout of pages whose portal is not known."""

_MAX_DEPTH: Final = 8  # of extends: a chain of more is a loop or a mistake


def _room() -> Traversable:
    return files(__package__ or "xinnong_scraper.layouts")


@lru_cache(maxsize=1)
def _builtin_files() -> dict[str, Traversable]:
    """Every layout that the package ships, by name; the general one first."""
    portals = sorted((f for f in (_room() / "builtin").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): f for f in [_room() / f"{GENERAL}.toml", *portals]}


def layout_source(name: str) -> str:
    """Give the TOML text of the layout ``name`` that the package ships.

    Raises :class:`~xinnong_scraper.errors.LayoutError` for a name that it does not know.
    """
    known = _builtin_files()
    if name not in known:
        raise LayoutError(
            f"there is no layout {name!r}; give one of {', '.join(known)} or a path to a .toml file",
            file=name,
        )
    return known[name].read_text(encoding="utf-8")


def load_layout(name_or_path: str | Path) -> Layout:
    """Load a layout by the name of one that the package ships, or from a TOML file.

    ``name_or_path`` is a path if it ends in ``.toml`` or holds a path separator, else a name. Raises LayoutError,
    naming the file, the key and what is allowed there.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml") or "/" in name_or_path or "\\" in name_or_path:
        return _load_file(Path(name_or_path))
    return _load_builtin(name_or_path)


def parse_layout(text: str, *, file: str, folder: Path | None = None) -> Layout:
    """Build a layout from ``text``, that of a TOML file; ``file`` names it in errors, and is not read.

    ``folder`` is where a layout file that it extends stands. Raises LayoutError, as :func:`load_layout` does.
    """
    return _build(_parse(text, file), file, folder)


def resolve_layout(layout: Layout | str | Path) -> Layout:
    """Turn what a caller may give as ``layout`` (a Layout, a name, a path) into one.

    Raises LayoutError, as :func:`load_layout` does, and ``TypeError`` for anything else.
    """
    if isinstance(layout, Layout):
        return layout
    if isinstance(layout, str | Path):
        return load_layout(layout)
    raise TypeError(f"layout must be a Layout, a layout's name or a path to a .toml file, not {type(layout).__name__}")


def builtin_layouts() -> list[Layout]:
    """Give the layouts that the package ships, the general one first."""
    return [_load_builtin(name) for name in _builtin_files()]


@lru_cache(maxsize=64)
def _load_builtin(name: str) -> Layout:
    return _build(_parse(layout_source(name), f"{name}.toml"), f"{name}.toml", None)


def _load_file(path: Path) -> Layout:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(f"cannot read the layout file: {error}; give a UTF-8 TOML file", file=str(path)) from error
    return _build(_parse(text, str(path)), str(path), path.parent)


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{file} is not valid TOML: {error}", file=file) from error


def _build(data: dict[str, Any], file: str, folder: Path | None) -> Layout:
    own = data
    for _ in range(_MAX_DEPTH):
        parent = data.get("extends")
        if parent is None:
            break
        if not isinstance(parent, str):
            raise LayoutError(
                f"{file}: extends must be a layout's name or a file beside this one", file=file, key="extends"
            )
        data = _merge(_parent(parent, file, folder), {key: value for key, value in data.items() if key != "extends"})
    else:
        raise LayoutError(f"{file}: extends forms a loop", file=file, key="extends")
    if own.get("extends"):
        data = {**data, "extends": own["extends"]}
    try:
        return Layout.model_validate(data)
    except ValidationError as error:
        raise _explain(error, file) from error


def _parent(name: str, file: str, folder: Path | None) -> dict[str, Any]:
    if folder is not None and name.endswith(".toml"):
        path = folder / name
        try:
            return _parse(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise LayoutError(
                f"{file}: cannot read {name}, which it extends: {error}", file=file, key="extends"
            ) from error
    if name not in _builtin_files():
        known = ", ".join(_builtin_files())
        raise LayoutError(
            f"{file}: extends names {name!r}; allowed are {known} or a .toml file beside it", file=file, key="extends"
        )
    return _parse(layout_source(name), f"{name}.toml")


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged, lists put in front of the inherited ones, single values replaced.

    ``expected`` is a statement about the portal as a whole, so it replaces.
    """
    merged = dict(parent)
    for key, value in child.items():
        inherited = merged.get(key)
        if isinstance(value, dict) and isinstance(inherited, dict):
            merged[key] = _merge(inherited, value)
        elif isinstance(value, list) and isinstance(inherited, list) and key != "expected":
            merged[key] = value + [item for item in inherited if item not in value]
        else:
            merged[key] = value
    return merged


def _explain(error: ValidationError, file: str) -> LayoutError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    allowed = ""
    if first["type"] == "extra_forbidden":
        model: Any = Layout
        for part in first["loc"][:-1]:
            field = model.model_fields.get(str(part))
            if field is not None and hasattr(field.annotation, "model_fields"):
                model = field.annotation
            elif part == "selectors":
                model = Selector
        allowed = f"; allowed are {', '.join(model.model_fields)}"
    return LayoutError(f"{file}: {key}: {first['msg']}{allowed}", file=file, key=key)
