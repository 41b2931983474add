"""What arrived, and the page that is read from it: decoded once, parsed once, walked once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from .bounds import tame
from .decode import Decoded, decode_html
from .normalize.urls import absolute
from .walk import read_outline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from .blocks import Outline

__all__ = ["FetchedPage", "Page", "read_page"]

_AS_WRITTEN: Final = LexborDocumentOptions.WO_EVENTS.value
"""The tree as the source has it, without the copies that scripted controls would make."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The answer of a server, as it came."""

    requested_url: str
    """The address that was asked for."""
    url: str
    """The address that answered, after redirects: the base of relative links."""
    status: int
    """HTTP status code."""
    headers: Mapping[str, str] = field(repr=False)
    """Response headers, names in lower case; from the cache without those of the connection and without cookies."""
    body: bytes = field(repr=False)
    """The body after decompression."""
    fetched_at: datetime
    """When the answer was complete; for a page from the cache, when the server last sent or confirmed it (aware,
    UTC)."""
    from_cache: bool = False
    """The body was in the cache: the server confirmed it (304), or it had vouched for it and was not asked."""


class Page:
    """A page ready to be read: text, tree, and the outline that a reader sees."""

    def __init__(self, decoded: Decoded, url: str | None, exclude: Sequence[str] = ()) -> None:
        self.url = url
        """Its address, or None where it is not known."""
        self.decoded = decoded
        """The text and how it was decoded."""
        self.html, self.tamed = tame(decoded.text)
        """The text that was parsed, and whether hostile markup was cut from it first."""
        utf8 = decoded.utf8 if self.html is decoded.text else None
        self.tree = LexborHTMLParser(self.html if utf8 is None else utf8, options=_AS_WRITTEN)
        for selector in exclude:
            for node in self.tree.css(selector):
                node.decompose()
        self.outline: Outline = read_outline(self.tree)
        """The visible lines in their boxes."""

    @cached_property
    def base_url(self) -> str | None:
        """The address that relative links start from (``<base href>`` respected)."""
        return absolute(self.outline.head.base, self.url) or self.url

    def link(self, href: str | None) -> str | None:
        """Make a link of the page absolute; None for what leads nowhere (``javascript:``, ``#``)."""
        return absolute(href, self.base_url)

    def without(self, exclude: Sequence[str]) -> Page:
        """Read the page again without the elements that these CSS selectors name."""
        return Page(self.decoded, self.url, exclude)


def read_page(data: str | bytes, *, url: str | None = None, headers: Mapping[str, str] | None = None) -> Page:
    """Decode, parse and walk a page."""
    content_type = next((value for name, value in (headers or {}).items() if name.lower() == "content-type"), None)
    return Page(decode_html(data, content_type), url)
