"""The fetchers that a Scraper holds: made when they are first needed, sharing the rules and clocks of hosts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .batches import LoopThread
from .fetch.seam import as_async, as_blocking

if TYPE_CHECKING:
    from .fetch import AsyncFetcher, AsyncPageFetcher, Fetcher, FetchPolicy, PageFetcher
    from .fetch.flow import Flow
    from .fetch.seam import WaitingFetcher

__all__ = ["Fetchers"]


class Fetchers:
    """One fetcher for blocking calls, one for the caller's event loop, one for the batches of callers without one."""

    def __init__(self, policy: FetchPolicy, given: PageFetcher | AsyncPageFetcher | None = None) -> None:
        """Use ``given`` in place of the library's own, where there is one; it is not closed."""
        self._policy = policy
        self._given = given
        self._lock = threading.Lock()
        self._shared: Flow | None = None
        self._blocking: Fetcher | None = None
        self._asyncio: AsyncFetcher | None = None
        self._loop: LoopThread | None = None
        self._own: AsyncFetcher | None = None

    def blocking(self) -> PageFetcher:
        """Give the fetcher for calls that block; ``TypeError`` where a given one works with asyncio only."""
        if self._given is not None:
            return as_blocking(self._given)
        with self._lock:
            if self._blocking is None:
                from .fetch import Fetcher  # noqa: PLC0415  the network library is loaded here and not before

                self._blocking = Fetcher(self._policy, flow=self._flow())
            return self._blocking

    def asyncio(self) -> WaitingFetcher:
        """Give the fetcher for the caller's event loop."""
        if self._given is not None:
            return as_async(self._given)
        with self._lock:
            if self._asyncio is None:
                self._asyncio = self._new_async()
            return self._asyncio

    def batches(self) -> tuple[LoopThread, WaitingFetcher]:
        """Give an event loop in a thread of its own and the fetcher for it; ``TypeError`` as with ``blocking``."""
        if self._given is not None:
            as_blocking(self._given)
        with self._lock:
            if self._loop is None or not self._loop.is_alive:
                self._loop, self._own = LoopThread(), self._new_async() if self._given is None else None
            fetcher = self._own if self._own is not None else as_async(self._given)  # type: ignore[arg-type]
            return self._loop, fetcher

    def close(self) -> None:
        """Close the connections of blocking calls and of batches."""
        with self._lock:
            blocking, self._blocking = self._blocking, None
            loop, self._loop = self._loop, None
            own, self._own = self._own, None
        if blocking is not None:
            blocking.close()
        if loop is not None:
            if own is not None:
                loop.end(own.aclose)
            loop.close()

    async def aclose(self) -> None:
        """Close all connections."""
        self.close()
        with self._lock:
            fetcher, self._asyncio = self._asyncio, None
        if fetcher is not None:
            await fetcher.aclose()

    def _new_async(self) -> AsyncFetcher:
        from .fetch import AsyncFetcher  # noqa: PLC0415  the network library is loaded here and not before

        return AsyncFetcher(self._policy, flow=self._flow())

    def _flow(self) -> Flow:
        if self._shared is None:
            from .fetch.flow import Flow  # noqa: PLC0415  the network library is loaded here and not before

            self._shared = Flow(self._policy)
        return self._shared
