"""The two drivers: they do the steps of a flow, one with blocking sockets, one with asyncio, and decide nothing."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import httpcore

from ..errors import AddressBlockedError
from .flow import Close, Effect, Enter, Flow, Head, Leave, Open, Pause, Receive, Steps
from .guard import Resolver, system_resolver
from .machine import Failure, Stop
from .policy import FetchPolicy
from .transport import TRANSPORT_ERRORS, AsyncBackend, SyncBackend, failure_of, head_of, request_of, until

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Callable, Iterator
    from types import TracebackType

    from ..page import FetchedPage

__all__ = ["AsyncFetcher", "Fetcher"]

_MAX_LANES = 64
_KEEPALIVE_SECONDS = 15.0

Gate = TypeVar("Gate")
Pool = TypeVar("Pool")


class _Lane(Generic[Gate, Pool]):
    """The places at one host and the connections kept open to it.

    One pool a host, because httpcore looks at every connection of a pool for every request.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.pool: Pool | None = None
        self.users = 0


class _Lanes(Generic[Gate, Pool]):
    """The lanes in use, and up to 64 idle ones."""

    def __init__(self, make_gate: Callable[[int], Gate], make_pool: Callable[[ssl.SSLContext | None], Pool]) -> None:
        self._make_gate = make_gate
        self._make_pool = make_pool
        self._tls: ssl.SSLContext | None = None
        self._lanes: OrderedDict[str, _Lane[Gate, Pool]] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    def check_out(self, name: str, width: int) -> _Lane[Gate, Pool]:
        with self._lock:
            if self._closed:
                raise RuntimeError("this fetcher is closed")
            lane = self._lanes.get(name) or _Lane(self._make_gate(width))
            self._lanes[name] = lane
            self._lanes.move_to_end(name)
            lane.users += 1
            return lane

    def pool_of(self, lane: _Lane[Gate, Pool], *, tls: bool) -> Pool:
        """Give the connections of a lane; the certificates are loaded (about 20 ms) once and only for https."""
        with self._lock:
            if lane.pool is None:
                if tls and self._tls is None:
                    self._tls = httpcore.default_ssl_context()
                lane.pool = self._make_pool(self._tls)
            return lane.pool

    def check_in(self, lane: _Lane[Gate, Pool]) -> list[Pool]:
        """Give a lane back; returns pools that have become superfluous, to be closed."""
        with self._lock:
            lane.users -= 1
            surplus = max(0, len(self._lanes) - _MAX_LANES)
            if not surplus:
                return []
            return self._remove([name for name, lane in self._lanes.items() if lane.users == 0][:surplus])

    def close(self) -> list[Pool]:
        """Forget all lanes; returns their pools."""
        with self._lock:
            self._closed = True
            return self._remove(list(self._lanes))

    def _remove(self, names: list[str]) -> list[Pool]:
        pools = [self._lanes.pop(name).pool for name in names]
        return [pool for pool in pools if pool is not None]


_SyncLane = _Lane[threading.Semaphore, httpcore.ConnectionPool]
_AsyncLane = _Lane[asyncio.Semaphore, httpcore.AsyncConnectionPool]


def _pool_options(policy: FetchPolicy, tls: ssl.SSLContext | None) -> dict[str, Any]:
    return {
        "ssl_context": tls,
        "max_connections": None,  # the gate before the pool counts
        "max_keepalive_connections": policy.concurrency_per_host,
        "keepalive_expiry": _KEEPALIVE_SECONDS,
    }


def _blocked(error: AddressBlockedError, effect: Open) -> Stop:
    error.url = error.url or effect.address.url
    return Stop(error)


class Fetcher:
    """Fetches pages and keeps connections, robots.txt rules and the hosts' clocks between them.

    May be used from many threads at once. Close it, or use it as a context manager. Proxies and other settings of the
    environment are not read: a proxy would look names up by itself, past the guard. ``resolver`` replaces the system's
    look-up of names, ``(host, port) -> list of IP addresses``; its answers are checked like the system's.
    """

    def __init__(self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._flow = Flow(self.policy, clock=time.monotonic, random=random.random)
        backend = SyncBackend(self.policy, resolver)
        self._lanes: _Lanes[threading.Semaphore, httpcore.ConnectionPool] = _Lanes(
            threading.Semaphore,
            lambda tls: httpcore.ConnectionPool(network_backend=backend, **_pool_options(self.policy, tls)),
        )

    def fetch(self, url: str) -> FetchedPage:
        """Fetch one page.

        ``url`` may be an IRI. Raises a :class:`~xinnong_scraper.errors.FetchError` saying what failed, and
        ``TypeError`` if ``url`` is no string.
        """
        run = _SyncRun(self._lanes)
        try:
            return run.drive(self._flow.fetch(url))
        finally:
            run.close()

    def close(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``."""
        for pool in self._lanes.close():
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _SyncRun:
    """One fetch under way: the places it holds and its open response."""

    def __init__(self, lanes: _Lanes[threading.Semaphore, httpcore.ConnectionPool]) -> None:
        self._lanes = lanes
        self._held: dict[str, _SyncLane] = {}
        self._response: httpcore.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

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
                self._close_response()
        return None

    def _enter(self, effect: Enter) -> None:
        lane = self._lanes.check_out(effect.lane, effect.width)
        try:
            lane.gate.acquire()
        except BaseException:
            self._close_pools(self._lanes.check_in(lane))
            raise
        self._held[effect.lane] = lane

    def _leave(self, name: str) -> None:
        lane = self._held.pop(name)
        lane.gate.release()
        self._close_pools(self._lanes.check_in(lane))

    def _close_pools(self, pools: list[httpcore.ConnectionPool]) -> None:
        for pool in pools:
            pool.close()

    def _open(self, effect: Open) -> Head | Failure | Stop:
        pool = self._lanes.pool_of(self._held[effect.address.origin], tls=effect.address.scheme == "https")
        try:
            with until(effect.ends) as watch:
                self._response = pool.handle_request(request_of(effect))
        except TRANSPORT_ERRORS as error:
            return failure_of(error, kept=not watch.connected)
        except AddressBlockedError as error:
            return _blocked(error, effect)
        self._pieces = self._response.iter_stream()
        return head_of(self._response)

    def _receive(self, effect: Receive) -> bytes | Failure | None:
        try:
            with until(effect.ends):
                return next(self._pieces, None)
        except TRANSPORT_ERRORS as error:
            return failure_of(error)

    def _close_response(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()

    def close(self) -> None:
        """Give back whatever the fetch still holds."""
        try:
            self._close_response()
        finally:
            for name in list(self._held):
                self._leave(name)


class AsyncFetcher:
    """The same as :class:`Fetcher` for asyncio: many tasks of one event loop may use it at once."""

    def __init__(self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._flow = Flow(self.policy, clock=time.monotonic, random=random.random)
        backend = AsyncBackend(self.policy, resolver)
        self._lanes: _Lanes[asyncio.Semaphore, httpcore.AsyncConnectionPool] = _Lanes(
            asyncio.Semaphore,
            lambda tls: httpcore.AsyncConnectionPool(network_backend=backend, **_pool_options(self.policy, tls)),
        )

    async def fetch(self, url: str) -> FetchedPage:
        """Fetch one page; arguments and errors as with :meth:`Fetcher.fetch`."""
        run = _AsyncRun(self._lanes)
        try:
            return await run.drive(self._flow.fetch(url))
        finally:
            await run.close()

    async def aclose(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``."""
        for pool in self._lanes.close():
            await pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _AsyncRun:
    """The same as :class:`_SyncRun` for asyncio."""

    def __init__(self, lanes: _Lanes[asyncio.Semaphore, httpcore.AsyncConnectionPool]) -> None:
        self._lanes = lanes
        self._held: dict[str, _AsyncLane] = {}
        self._response: httpcore.Response | None = None
        self._pieces: AsyncGenerator[bytes, None] = _nothing()

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
                await self._close_response()
        return None

    async def _enter(self, effect: Enter) -> None:
        lane = self._lanes.check_out(effect.lane, effect.width)
        try:
            await lane.gate.acquire()
        except BaseException:
            await self._close_pools(self._lanes.check_in(lane))
            raise
        self._held[effect.lane] = lane

    async def _leave(self, name: str) -> None:
        lane = self._held.pop(name)
        lane.gate.release()
        await self._close_pools(self._lanes.check_in(lane))

    async def _close_pools(self, pools: list[httpcore.AsyncConnectionPool]) -> None:
        for pool in pools:
            await pool.aclose()

    async def _open(self, effect: Open) -> Head | Failure | Stop:
        pool = self._lanes.pool_of(self._held[effect.address.origin], tls=effect.address.scheme == "https")
        try:
            with until(effect.ends) as watch:
                self._response = await pool.handle_async_request(request_of(effect))
        except TRANSPORT_ERRORS as error:
            return failure_of(error, kept=not watch.connected)
        except AddressBlockedError as error:
            return _blocked(error, effect)
        self._pieces = self._response.aiter_stream()  # type: ignore[assignment]  # it is a generator
        return head_of(self._response)

    async def _receive(self, effect: Receive) -> bytes | Failure | None:
        try:
            with until(effect.ends):
                return await anext(self._pieces, None)
        except TRANSPORT_ERRORS as error:
            return failure_of(error)

    async def _close_response(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            await self._pieces.aclose()
            await response.aclose()

    async def close(self) -> None:
        """Give back whatever the fetch still holds."""
        try:
            await self._close_response()
        finally:
            for name in list(self._held):
                await self._leave(name)


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield b""
