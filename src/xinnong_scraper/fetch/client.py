"""The two drivers: they do the steps of a flow, one with blocking sockets, one with asyncio, and decide nothing."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..errors import AddressBlockedError
from .exchange import (
    TRANSPORT_ERRORS,
    async_client,
    async_pieces_of,
    failure_of,
    head_of,
    pieces_of,
    request_of,
    sync_client,
)
from .flow import (
    Close,
    Confirm,
    Effect,
    Enter,
    Flow,
    Forget,
    Head,
    Leave,
    Open,
    Pause,
    Recall,
    Receive,
    Remember,
    Steps,
)
from .guard import Resolver, system_resolver
from .lanes import Lane, Lanes
from .machine import Failure, Stop
from .policy import FetchPolicy
from .transport import AsyncBackend, SyncBackend, tls_context, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import TracebackType

    import httpx

    from ..page import FetchedPage
    from .cache import DiskCache

__all__ = ["AsyncFetcher", "Fetcher"]

_SyncLanes = Lanes[threading.Semaphore, "httpx.Client"]
_AsyncLanes = Lanes[asyncio.Semaphore, "httpx.AsyncClient"]
_SyncLane = Lane[threading.Semaphore, "httpx.Client"]
_AsyncLane = Lane[asyncio.Semaphore, "httpx.AsyncClient"]


def _blocked(error: AddressBlockedError, effect: Open) -> Stop:
    error.url = error.url or effect.address.url
    return Stop(error)


def _cache_of(policy: FetchPolicy) -> DiskCache | None:
    if policy.cache is None:
        return None
    from .cache import DiskCache  # noqa: PLC0415  SQLite is loaded only for those who keep pages

    return DiskCache(Path(policy.cache), policy.cache_max_bytes)


class Fetcher:
    """Fetches pages and keeps connections, robots.txt rules and the hosts' clocks between them.

    May be used from many threads at once. Close it, or use it as a context manager. Proxies and other settings of the
    environment are not read: a proxy would look names up by itself, past the guard. ``resolver`` replaces the system's
    look-up of names, ``(host, port) -> list of IP addresses``; its answers are checked like the system's. Raises
    ``ValueError`` if the policy's cache is a file of another kind.
    """

    def __init__(self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._cache = _cache_of(self.policy)
        self._flow = Flow(self.policy, clock=time.monotonic, random=random.random)
        backend = SyncBackend(self.policy, resolver)
        self._lanes: _SyncLanes = Lanes(threading.Semaphore, lambda tls: sync_client(backend, tls), tls_context)

    def fetch(self, url: str) -> FetchedPage:
        """Fetch one page.

        ``url`` may be an IRI. Raises a :class:`~xinnong_scraper.errors.FetchError` saying what failed, and
        ``TypeError`` if ``url`` is no string.
        """
        run = _SyncRun(self._lanes, self._cache)
        try:
            return run.drive(self._flow.fetch(url))
        finally:
            run.close()

    def close(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``, one under way may finish."""
        for client in self._lanes.close():
            client.close()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _SyncRun:
    """One fetch under way: the places it holds and its open response."""

    def __init__(self, lanes: _SyncLanes, cache: DiskCache | None) -> None:
        self._lanes = lanes
        self._cache = cache
        self._held: dict[str, _SyncLane] = {}
        self._used: tuple[_SyncLane, httpx.Client] | None = None
        self._response: httpx.Response | None = None
        self._pieces: Iterator[bytes] | None = None

    def drive(self, steps: Steps[FetchedPage]) -> FetchedPage:
        result: object = None
        while True:
            try:
                effect = steps.send(result)
            except StopIteration as stop:
                page: FetchedPage = stop.value
                return page
            result = self._perform(effect)

    def _perform(self, effect: Effect) -> object:
        match effect:
            case Receive():
                return self._receive(effect)
            case Open():
                return self._open(effect)
            case Pause():
                time.sleep(effect.seconds)
            case Enter():
                self._enter(effect)
            case Leave():
                self._leave(effect.lane)
            case Close():
                self._finish()
            case Recall() | Remember() | Confirm() | Forget():
                return self._cache.perform(effect) if self._cache is not None else None
        return None

    def _enter(self, effect: Enter) -> None:
        lane = self._lanes.check_out(effect.lane, effect.width)
        try:
            lane.gate.acquire()
        except BaseException:
            self._close_clients(self._lanes.check_in(lane))
            raise
        self._held[effect.lane] = lane

    def _leave(self, name: str) -> None:
        lane = self._held.pop(name)
        lane.gate.release()
        self._close_clients(self._lanes.check_in(lane))

    def _close_clients(self, clients: list[httpx.Client]) -> None:
        for client in clients:
            client.close()

    def _open(self, effect: Open) -> Head | Failure | Stop:
        lane = self._held[effect.address.origin]
        client = self._lanes.take(lane, tls=effect.address.scheme == "https")
        self._used = lane, client
        try:
            with until(effect.ends) as watch:
                self._response = client.send(request_of(effect), stream=True)
        except TRANSPORT_ERRORS as error:
            return failure_of(error, kept=watch.kept)
        except AddressBlockedError as error:
            return _blocked(error, effect)
        self._pieces = pieces_of(self._response)
        return head_of(self._response)

    def _receive(self, effect: Receive) -> bytes | Failure | None:
        try:
            with until(effect.ends):
                return next(self._pieces, None) if self._pieces else None
        except TRANSPORT_ERRORS as error:
            return failure_of(error)

    def _finish(self) -> None:
        response, self._response, self._pieces = self._response, None, None
        used, self._used = self._used, None
        try:
            if response is not None:
                response.close()
        finally:
            if used is not None:
                self._close_clients(self._lanes.give_back(*used))

    def close(self) -> None:
        """Give back whatever the fetch still holds."""
        try:
            self._finish()
        finally:
            for name in list(self._held):
                self._leave(name)


class AsyncFetcher:
    """The same as :class:`Fetcher` for asyncio: many tasks of one event loop may use it at once."""

    def __init__(self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._cache = _cache_of(self.policy)
        self._flow = Flow(self.policy, clock=time.monotonic, random=random.random)
        backend = AsyncBackend(self.policy, resolver)
        self._lanes: _AsyncLanes = Lanes(asyncio.Semaphore, lambda tls: async_client(backend, tls), tls_context)

    async def fetch(self, url: str) -> FetchedPage:
        """Fetch one page; arguments and errors as with :meth:`Fetcher.fetch`."""
        run = _AsyncRun(self._lanes, self._cache)
        try:
            return await run.drive(self._flow.fetch(url))
        finally:
            await run.close()

    async def aclose(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``, one under way may finish."""
        for client in self._lanes.close():
            await client.aclose()
        if self._cache is not None:
            self._cache.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _AsyncRun:
    """The same as :class:`_SyncRun` for asyncio."""

    def __init__(self, lanes: _AsyncLanes, cache: DiskCache | None) -> None:
        self._lanes = lanes
        self._cache = cache
        self._held: dict[str, _AsyncLane] = {}
        self._used: tuple[_AsyncLane, httpx.AsyncClient] | None = None
        self._response: httpx.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None

    async def drive(self, steps: Steps[FetchedPage]) -> FetchedPage:
        result: object = None
        while True:
            try:
                effect = steps.send(result)
            except StopIteration as stop:
                page: FetchedPage = stop.value
                return page
            result = await self._perform(effect)

    async def _perform(self, effect: Effect) -> object:
        match effect:
            case Receive():
                return await self._receive(effect)
            case Open():
                return await self._open(effect)
            case Pause():
                await asyncio.sleep(effect.seconds)
            case Enter():
                await self._enter(effect)
            case Leave():
                await self._leave(effect.lane)
            case Close():
                await self._finish()
            case Recall() | Remember() | Confirm() | Forget():
                return self._cache.perform(effect) if self._cache is not None else None
        return None

    async def _enter(self, effect: Enter) -> None:
        lane = self._lanes.check_out(effect.lane, effect.width)
        try:
            await lane.gate.acquire()
        except BaseException:
            await self._close_clients(self._lanes.check_in(lane))
            raise
        self._held[effect.lane] = lane

    async def _leave(self, name: str) -> None:
        lane = self._held.pop(name)
        lane.gate.release()
        await self._close_clients(self._lanes.check_in(lane))

    async def _close_clients(self, clients: list[httpx.AsyncClient]) -> None:
        for client in clients:
            await client.aclose()

    async def _open(self, effect: Open) -> Head | Failure | Stop:
        lane = self._held[effect.address.origin]
        client = self._lanes.take(lane, tls=effect.address.scheme == "https")
        self._used = lane, client
        try:
            with until(effect.ends) as watch:
                self._response = await client.send(request_of(effect), stream=True)
        except TRANSPORT_ERRORS as error:
            return failure_of(error, kept=watch.kept)
        except AddressBlockedError as error:
            return _blocked(error, effect)
        self._pieces = async_pieces_of(self._response)
        return head_of(self._response)

    async def _receive(self, effect: Receive) -> bytes | Failure | None:
        try:
            with until(effect.ends):
                return await anext(self._pieces, None) if self._pieces else None
        except TRANSPORT_ERRORS as error:
            return failure_of(error)

    async def _finish(self) -> None:
        response, self._response, self._pieces = self._response, None, None
        used, self._used = self._used, None
        try:
            if response is not None:
                await response.aclose()
        finally:
            if used is not None:
                await self._close_clients(self._lanes.give_back(*used))

    async def close(self) -> None:
        """Give back whatever the fetch still holds."""
        try:
            await self._finish()
        finally:
            for name in list(self._held):
                await self._leave(name)
