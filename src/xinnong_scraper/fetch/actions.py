"""What a machine is told and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import FetchError

if TYPE_CHECKING:
    from .address import Address
    from .freshness import StoredPage
    from .headers import Headers

__all__ = ["Budget", "Done", "Failure", "FailureKind", "LedElsewhereError", "Read", "Send", "Stop"]


class LedElsewhereError(FetchError):
    """The page redirects to an address that this fetch may not follow; ``target`` is it."""

    def __init__(self, message: str, *, url: str | None = None, target: str) -> None:
        super().__init__(message, url=url)
        self.target = target


FailureKind = Literal[
    "timeout",  # nothing came in the time that was left
    "connect_timeout",  # no connection within the policy's time for one
    "connect",  # refused, unreachable
    "name",  # the name has no address
    "tls",  # the certificate or the handshake is wrong
    "broken",  # the connection ended before the response was complete
    "stale",  # a connection kept from an earlier request turned out to be closed
    "protocol",  # what came is no HTTP
    "corrupt",  # the body is not what its coding or length says
]


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that gave no complete response."""

    kind: FailureKind
    detail: str
    cause: BaseException | None = None
    sent_at: float | None = None
    """When the request went out (monotonic seconds); None where it did not."""


@dataclass(frozen=True, slots=True)
class Send:
    """Request this address."""

    address: Address
    headers: tuple[tuple[str, str], ...]
    after: float = 0.0
    """Seconds to wait before."""
    held: bool = False
    """The server asked for the wait, so other requests to it wait too."""
    key: bytes | None = None
    """What to look up in the cache before."""


@dataclass(frozen=True, slots=True)
class Read:
    """Read the body."""

    codings: tuple[str, ...]
    limit: int
    glance: float | None = None
    """Where set, the body only says more about a status: what has come after so many seconds, within the limit or
    before it breaks off is enough."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up."""

    error: FetchError
    cause: BaseException | None = None
    forget: bytes | None = None
    """The key of a stored page that is gone."""


@dataclass(frozen=True, slots=True)
class Done:
    """The response is complete."""

    address: Address
    status: int
    headers: Headers
    body: bytes
    stored: StoredPage | None = None
    """The stored page that answers, with the headers of the 304 that confirmed it."""
    key: bytes | None = None
    """The key under which the page may be kept."""


class Budget:
    """The time of one fetch, shared by its page and the robots.txt it asks for."""

    def __init__(self, now: float, seconds: float) -> None:
        self.ends = now + seconds

    def extend(self, seconds: float) -> None:
        """Give back time that was spent waiting for a turn."""
        self.ends += max(0.0, seconds)
