"""The fetchers that a Scraper holds: made when they are first needed, sharing the rules and clocks of hosts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .batches import LoopThread

if TYPE_CHECKING:
    from .fetch import AsyncFetcher, Fetcher, FetchPolicy
    from .fetch.flow import Flow

__all__ = ["Fetchers"]


class Fetchers:
    """One fetcher for blocking calls, one for the caller's event loop, one for the batches of callers without one."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._shared: Flow | None = None
        self._blocking: Fetcher | None = None
        self._asyncio: AsyncFetcher | None = None
        self._batches: tuple[LoopThread, AsyncFetcher] | None = None

    def blocking(self) -> Fetcher:
        """Give the fetcher for calls that block."""
        with self._lock:
            if self._blocking is None:
                from .fetch import Fetcher  # noqa: PLC0415  the network library is loaded here and not before

                self._blocking = Fetcher(self._policy, flow=self._flow())
            return self._blocking

    def asyncio(self) -> AsyncFetcher:
        """Give the fetcher for the caller's event loop."""
        with self._lock:
            if self._asyncio is None:
                self._asyncio = self._new_async()
            return self._asyncio

    def batches(self) -> tuple[LoopThread, AsyncFetcher]:
        """Give an event loop in a thread of its own and the fetcher that lives in it."""
        with self._lock:
            if self._batches is None or not self._batches[0].is_alive:
                self._batches = LoopThread(), self._new_async()
            return self._batches

    def close(self) -> None:
        """Close the connections of blocking calls and of batches."""
        with self._lock:
            blocking, self._blocking = self._blocking, None
            batches, self._batches = self._batches, None
        if blocking is not None:
            blocking.close()
        if batches is not None and batches[0].is_alive:
            loop, fetcher = batches
            loop.run(fetcher.aclose())
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
