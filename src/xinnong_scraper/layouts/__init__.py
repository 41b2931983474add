"""Layouts: what pages look like to a reader, as data."""

from .lexicon import Lexicon
from .loading import GENERAL, builtin_layouts, layout_source, load_layout, parse_layout, resolve_layout
from .matching import HOST_WEIGHT, choose_layout, weigh_layouts
from .model import Layout

__all__ = [
    "GENERAL",
    "HOST_WEIGHT",
    "Layout",
    "Lexicon",
    "builtin_layouts",
    "choose_layout",
    "layout_source",
    "load_layout",
    "parse_layout",
    "resolve_layout",
    "weigh_layouts",
]
