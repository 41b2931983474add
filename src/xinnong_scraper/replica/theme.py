"""Page templates as data: one file a template, its parts separated by lines ``@@ name``.

The part ``settings`` is TOML and says what the template shows; every other part is a ``string.Template``. A part that a
file lacks is taken from ``common.html``. Values are escaped when they are filled in, unless they are ``Markup``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Literal

__all__ = ["THEMES", "Markup", "Settings", "Theme", "load_data", "load_theme"]

THEMES = (
    "portal", "dedecms", "phpcms", "empire", "oldtable", "html5", "hashed", "minified", "mobile", "spa", "sidebox",
    "broken", "adverts",
)  # fmt: skip
"""The article templates, the seed article's first."""


class Markup(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a template shows, and how its pages are addressed and sent."""

    path: str = ""
    """The first page's path; slots ``{section}``, ``{number}`` and ``{d}`` (the date)."""
    page_path: str = ""
    """The path of a later page; also a slot ``{page}``."""
    content_type: str = "text/html; charset=utf-8"
    """The Content-Type header, with or without a charset."""
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    date: str = "{d:%Y-%m-%d %H:%M:%S}"
    """How the date is shown, a ``str.format`` pattern for ``d``; what it leaves out sets the precision."""
    links: Literal["root", "relative", "absolute", "protocol"] = "root"
    """How links are written: ``/a``, ``../a``, ``http://host/a`` or ``//host/a``."""
    base: str = ""
    """The path in ``<base href>``, to which relative links refer; empty without one."""
    channel: bool = False
    """Whether the breadcrumb has a step between home and section."""
    kinds: tuple[str, ...] = ("list_item", "quote", "table", "image")
    """The kinds of blocks beside paragraphs and sub-headings that the template can show."""
    image_alt: bool = True
    image_caption: bool = True
    teaser_image: bool = True
    teaser_summary: bool = True
    teaser_date: str = "{d:%Y-%m-%d %H:%M:%S}"
    """Empty where teasers show no time."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A template: its settings and its parts."""

    name: str
    settings: Settings
    parts: dict[str, Template]

    def fill(self, part: str, **values: str) -> Markup:
        """Fill a part, escaping values; a missing value is ``KeyError``, as a missing part is."""
        escaped = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
        return Markup(self.parts[part].substitute(escaped))


@cache
def load_theme(name: str) -> Theme:
    """Load a template of this package by its name (one of a fixed handful, so the cache is bounded)."""
    sections = {**_parts("common"), **_parts(name)}
    settings = tomllib.loads(sections.pop("settings", ""))
    if "kinds" in settings:
        settings["kinds"] = tuple(settings["kinds"])
    return Theme(name, Settings(**settings), {part: Template(text) for part, text in sections.items()})


@cache
def load_data(name: str) -> dict[str, Any]:
    """Load a TOML file of this package."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _parts(name: str) -> dict[str, str]:
    """Split a template file; the line break before a separator belongs to neither part."""
    text = files(__package__).joinpath("templates", f"{name}.html").read_text(encoding="utf-8")
    _, *chunks = ("\n" + text.rstrip("\n")).split("\n@@ ")
    return {head.strip(): part for head, _, part in (chunk.partition("\n") for chunk in chunks)}
