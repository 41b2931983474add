"""What arrived: the hand-over from fetching to reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["FetchedPage"]


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
    """Response headers, names in lower case."""
    body: bytes = field(repr=False)
    """The body after decompression."""
    fetched_at: datetime
    """When the answer was complete (aware, UTC)."""
