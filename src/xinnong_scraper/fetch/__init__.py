"""Fetching: from an address to the bytes that a server sends, within limits and with manners.

``FetchPolicy`` says what a fetch may cost and where it may go. ``Fetcher`` and ``AsyncFetcher`` are imported on use,
so that who reads saved pages pays for no network library. ``PageFetcher`` and ``AsyncPageFetcher`` are what another
fetcher must offer to be given to a Scraper: ``FetchedPage`` is what it returns, and ``check_url`` says where it may go.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..page import FetchedPage
from .policy import FetchPolicy
from .seam import AsyncPageFetcher, PageFetcher

if TYPE_CHECKING:
    from .client import AsyncFetcher, Fetcher
    from .guard import check_url

__all__ = ["AsyncFetcher", "AsyncPageFetcher", "FetchPolicy", "FetchedPage", "Fetcher", "PageFetcher", "check_url"]

_ON_USE = {"AsyncFetcher": ".client", "Fetcher": ".client", "check_url": ".guard"}
"""Names whose modules load the network library or take part in it."""


def __getattr__(name: str) -> object:
    if name in _ON_USE:
        return getattr(import_module(_ON_USE[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
