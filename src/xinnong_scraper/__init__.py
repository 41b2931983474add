"""Typed article records from Chinese news pages."""

from ._version import __version__
from .errors import ScraperError
from .layouts import Layout
from .pipeline import extract_html
from .records import Article

__all__ = ["Article", "Layout", "ScraperError", "__version__", "extract_html"]
