"""Fetching: from an address to the bytes that a server sends, within limits and with manners.

``FetchPolicy`` says what a fetch may cost and where it may go. ``Fetcher`` and ``AsyncFetcher`` are imported on use,
so that who reads saved pages pays for no network library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .policy import FetchPolicy

if TYPE_CHECKING:
    from .client import AsyncFetcher, Fetcher

__all__ = ["AsyncFetcher", "FetchPolicy", "Fetcher"]


def __getattr__(name: str) -> object:
    if name in ("AsyncFetcher", "Fetcher"):
        from . import client  # noqa: PLC0415  the network library is loaded here and not before

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
