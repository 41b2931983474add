"""What a flow asks of its driver: the only contact of a fetch with the world."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .address import Address
    from .freshness import StoredPage
    from .headers import Headers

__all__ = [
    "CacheEffect",
    "Close",
    "Confirm",
    "Effect",
    "Enter",
    "Forget",
    "Head",
    "Leave",
    "Open",
    "Pause",
    "Proceed",
    "Recall",
    "Receive",
    "Remember",
    "Steps",
]


@dataclass(frozen=True, slots=True)
class Enter:
    """Take one of ``width`` places; result None."""

    lane: str
    width: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Give the place back; result None."""

    lane: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass; result None."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Proceed:
    """Go on after waiting, as soon as few enough others do; result None."""


@dataclass(frozen=True, slots=True)
class Open:
    """Send a request; result :class:`Head`, :class:`Failure`, or :class:`Stop` where the guard objects."""

    address: Address
    headers: tuple[tuple[str, str], ...]
    connect_timeout: float
    idle_timeout: float
    ends: float
    """Until when (monotonic seconds) the head may come."""


@dataclass(frozen=True, slots=True)
class Receive:
    """Read the next piece of the body; result bytes, None at its end, or :class:`Failure`."""

    ends: float


@dataclass(frozen=True, slots=True)
class Close:
    """Finish with the response; result None."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a response begins with."""

    status: int
    headers: Headers
    sent_at: float | None = None
    """When the request went out (monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Look into the cache; result :class:`StoredPage` or None."""

    key: bytes


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep a page in place of the one that its key has; result None."""

    page: StoredPage


@dataclass(frozen=True, slots=True)
class Confirm:
    """Renew headers and times of a page, if it is still the one that is kept; result None."""

    page: StoredPage


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop what is kept; result None."""

    key: bytes


CacheEffect = Recall | Remember | Confirm | Forget
Effect = Enter | Leave | Pause | Proceed | Open | Receive | Close | CacheEffect
T = TypeVar("T")
Steps = Generator[Effect, Any, T]
