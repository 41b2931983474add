"""The calls that wait: one set of them blocks its thread, one awaits; all else is the same for both drivers."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .network import AsyncBackend, SyncBackend
from .transport import AsyncGuardedTransport, GuardedTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

    from .guard import Resolver
    from .policy import FetchPolicy
    from .transport import Request, Response

__all__ = ["AsyncWire", "SyncWire", "Wire"]

Gate = TypeVar("Gate")
Transport = TypeVar("Transport")


class Wire(Protocol[Gate, Transport]):
    """What a driver needs of its world."""

    def gate(self, width: int) -> Gate:
        """Make a semaphore of so many places."""

    def transport(self, tls: ssl.SSLContext | None) -> Transport:
        """Make a transport for one host."""

    async def enter(self, gate: Gate) -> None:
        """Wait for a place."""

    async def pause(self, seconds: float) -> None:
        """Let time pass."""

    async def send(self, transport: Transport, request: Request) -> Response:
        """Send a request and wait for the head of its response."""

    def pieces(self, transport: Transport, response: Response) -> Any:  # noqa: ANN401  an iterator of one kind or the other
        """Begin to read the body as it comes over the wire."""

    async def piece(self, pieces: Any) -> bytes | None:  # noqa: ANN401
        """Read the next piece of the body; None at its end."""

    async def close(self, response: Response) -> None:
        """End a response."""

    async def leave(self, transport: Transport, pieces: Any) -> None:  # noqa: ANN401
        """Close a transport with a body that was left before its end."""

    async def discard(self, transport: Transport) -> None:
        """Close a transport."""


class SyncWire:
    """Blocks its thread: its coroutines never wait for an event loop."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._http2 = _speaks_http2(policy)
        self._backend = SyncBackend(policy, resolver)

    def gate(self, width: int) -> threading.Semaphore:
        """Make a semaphore."""
        return threading.Semaphore(width)

    def transport(self, tls: ssl.SSLContext | None) -> GuardedTransport:
        """Make a transport."""
        return GuardedTransport(self._backend, tls, http2=self._http2)

    async def enter(self, gate: threading.Semaphore) -> None:
        """Wait for a place."""
        gate.acquire()

    async def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    async def send(self, transport: GuardedTransport, request: Request) -> Response:
        """Send a request."""
        return transport.send(request)

    def pieces(self, transport: GuardedTransport, response: Response) -> Iterator[bytes]:
        """Begin to read the body."""
        return transport.body(response)

    async def piece(self, pieces: Any) -> bytes | None:  # noqa: ANN401
        """Read on."""
        found: bytes | None = next(pieces, None)
        return found

    async def close(self, response: Response) -> None:
        """End a response."""
        response.close()

    async def leave(self, transport: GuardedTransport, pieces: Any) -> None:  # noqa: ANN401
        """Close a transport and the reading of its body."""
        transport.close()
        pieces.close()

    async def discard(self, transport: GuardedTransport) -> None:
        """Close a transport."""
        transport.close()


class AsyncWire:
    """Awaits on the running event loop."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._http2 = _speaks_http2(policy)
        self._backend = AsyncBackend(policy, resolver)

    def gate(self, width: int) -> asyncio.Semaphore:
        """Make a semaphore."""
        return asyncio.Semaphore(width)

    def transport(self, tls: ssl.SSLContext | None) -> AsyncGuardedTransport:
        """Make a transport."""
        return AsyncGuardedTransport(self._backend, tls, http2=self._http2)

    async def enter(self, gate: asyncio.Semaphore) -> None:
        """Wait for a place."""
        await gate.acquire()

    async def pause(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)

    async def send(self, transport: AsyncGuardedTransport, request: Request) -> Response:
        """Send a request."""
        return await transport.send(request)

    def pieces(self, transport: AsyncGuardedTransport, response: Response) -> AsyncIterator[bytes]:
        """Begin to read the body."""
        return transport.body(response)

    async def piece(self, pieces: Any) -> bytes | None:  # noqa: ANN401
        """Read on."""
        found: bytes | None = await anext(pieces, None)
        return found

    async def close(self, response: Response) -> None:
        """End a response."""
        await response.aclose()

    async def leave(self, transport: AsyncGuardedTransport, pieces: Any) -> None:  # noqa: ANN401
        """Close a transport and run its body out, which has nothing to wait for any more."""
        await transport.aclose()  # of HTTP/2, the end of the response is not that of the connection
        with suppress(Exception):  # else each generator below ends in a task
            while await anext(pieces, None) is not None:
                pass

    async def discard(self, transport: AsyncGuardedTransport) -> None:
        """Close a transport."""
        await transport.aclose()


def _speaks_http2(policy: FetchPolicy) -> bool:
    if policy.http2 and find_spec("h2") is None:
        raise ImportError("FetchPolicy(http2=True) needs the package h2: pip install 'xinnong-scraper[http2]'")
    return policy.http2
