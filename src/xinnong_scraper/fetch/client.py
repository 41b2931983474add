"""The two fetchers: they do the steps of a flow, one with blocking sockets, one with asyncio, and decide nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..errors import AddressBlockedError
from .actions import Failure, Stop
from .effects import (
    Close,
    Confirm,
    Effect,
    Enter,
    Forget,
    Head,
    Leave,
    Open,
    Pause,
    Proceed,
    Recall,
    Receive,
    Remember,
    Steps,
)
from .exchange import TRANSPORT_ERRORS, failure_of
from .flow import Flow
from .guard import Resolver, system_resolver
from .lanes import Lane, Lanes
from .network import until
from .policy import FetchPolicy
from .stepping import completed
from .transport import head_of, request_of, tls_context
from .wires import AsyncWire, SyncWire, Wire

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Unpack

    from ..page import FetchedPage
    from .cache import DiskCache
    from .flow import FetchOptions
    from .slots import Slot
    from .transport import Response

__all__ = ["AsyncFetcher", "Fetcher"]


def _cache_of(policy: FetchPolicy) -> DiskCache | None:
    if policy.cache is None:
        return None
    from .cache import DiskCache  # noqa: PLC0415  SQLite is loaded only for those who keep pages

    return DiskCache(Path(policy.cache), policy.cache_max_bytes)


class Fetcher:
    """Fetches pages and keeps connections, robots.txt rules and the hosts' clocks between them.

    ``policy`` holds its limits and manners. May be used from many threads at once. Close it, or use it as a context
    manager. Proxies and other settings of the environment are not read: a proxy would look names up by itself, past the
    guard. Only OpenSSL reads its own: ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name the authorities to trust, besides
    those of certifi.

    ``resolver`` replaces the system's look-up of names, ``(host, port) -> list of IP addresses``; its answers are
    checked like the system's. ``flow`` is that of another fetcher, whose rules and clocks are shared. Raises
    ``ValueError`` if the policy's cache is a file of another kind.
    """

    def __init__(
        self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver, flow: Flow | None = None
    ) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._cache = _cache_of(self.policy)
        self._flow = flow or Flow(self.policy)
        self._wire = SyncWire(self.policy, resolver)
        self._lanes = Lanes(self._wire.gate, self._wire.transport, tls_context, os.getpid)

    def fetch(self, url: str, /) -> FetchedPage:
        """Fetch one page.

        ``url`` may be an IRI. Raises a :class:`~xinnong_scraper.errors.FetchError` saying what failed, and
        ``TypeError`` if ``url`` is no string.
        """
        return completed(_Run(self._wire, self._lanes, self._cache).complete(self._flow.fetch(url)))

    def close(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``, one under way may finish."""
        for transport in self._lanes.close():
            transport.close()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncFetcher:
    """The same as :class:`Fetcher` for asyncio, with the same arguments: many tasks of one event loop may use it."""

    def __init__(
        self, policy: FetchPolicy | None = None, *, resolver: Resolver = system_resolver, flow: Flow | None = None
    ) -> None:
        self.policy = policy if policy is not None else FetchPolicy()
        self._cache = _cache_of(self.policy)
        self._flow = flow or Flow(self.policy)
        self._wire = AsyncWire(self.policy, resolver)
        self._lanes = Lanes(self._wire.gate, self._wire.transport, tls_context, asyncio.get_running_loop)

    async def fetch(self, url: str, /, *, slot: Slot | None = None, **options: Unpack[FetchOptions]) -> FetchedPage:
        """Fetch one page; arguments and errors as with :meth:`Fetcher.fetch`.

        ``slot`` is the fetch's place among others that go on at once; it is left for as long as a host is waited for.
        Further options as with :meth:`.flow.Flow.fetch`.
        """
        steps = self._flow.fetch(url, **options)
        return await _Run(self._wire, self._lanes, self._cache, slot).complete(steps)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Give the sitemaps that robots.txt of the host of ``url`` names, if it has been read."""
        return self._flow.sitemaps(url)

    def gap(self, url: str) -> float:
        """Give the seconds between two requests to the host of ``url``: the policy's, or longer ones of robots.txt."""
        return self._flow.gap(url)

    async def aclose(self) -> None:
        """Close all connections; a fetch after that is a ``RuntimeError``, one under way may finish."""
        for transport in self._lanes.close():
            await transport.aclose()
        if self._cache is not None:
            self._cache.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _Run:
    """One fetch under way: the places it holds and its open response."""

    def __init__(
        self, wire: Wire[Any, Any], lanes: Lanes[Any, Any], cache: DiskCache | None, slot: Slot | None = None
    ) -> None:
        self._wire = wire
        self._lanes = lanes
        self._cache = cache
        self._slot = slot
        self._held: dict[str, Lane[Any, Any]] = {}
        self._used: tuple[Lane[Any, Any], Any] | None = None
        self._response: Response | None = None
        self._pieces: Any = None

    async def complete(self, steps: Steps[FetchedPage]) -> FetchedPage:
        """Do all steps; whatever the fetch still holds in the end is given back."""
        try:
            return await self._drive(steps)
        finally:
            try:
                await self._finish()
            finally:
                # Every place first: whoever cancels the closing of a connection must not keep a host from others.
                await self._discard([one for name in list(self._held) for one in self._give_up(name)])

    async def _drive(self, steps: Steps[FetchedPage]) -> FetchedPage:
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
            case Enter():
                await self._enter(effect)
            case Proceed():
                if self._slot is not None:
                    await self._slot.take()
            case Pause():
                if self._slot is not None:
                    self._slot.leave()
                await self._wire.pause(effect.seconds)
            case Leave():
                await self._discard(self._give_up(effect.lane))
            case Close():
                await self._finish()
            case Recall() | Remember() | Confirm() | Forget():
                return self._cache.perform(effect) if self._cache is not None else None
        return None

    async def _enter(self, effect: Enter) -> None:
        lane = self._lanes.check_out(effect.lane, effect.width)
        try:
            if self._slot is not None and lane.gate.locked():
                self._slot.leave()
            await self._wire.enter(lane.gate)
        except BaseException:
            await self._discard(self._lanes.check_in(lane))
            raise
        self._held[effect.lane] = lane

    def _give_up(self, name: str) -> list[Any]:
        lane = self._held.pop(name)
        lane.gate.release()
        return self._lanes.check_in(lane)

    async def _discard(self, transports: list[Any]) -> None:
        for transport in transports:
            await self._wire.discard(transport)

    async def _open(self, effect: Open) -> Head | Failure | Stop:
        lane = self._held[effect.address.origin]
        transport = self._lanes.take(lane, tls=effect.address.scheme == "https")
        self._used = lane, transport
        try:
            with until(effect.ends) as watch:
                self._response = await self._wire.send(transport, request_of(effect))
        except TRANSPORT_ERRORS as error:
            return failure_of(error, kept=watch.kept, sent_at=watch.sent_at)
        except AddressBlockedError as error:
            error.url = error.url or effect.address.url
            return Stop(error)
        self._pieces = self._wire.pieces(transport, self._response)
        return head_of(self._response, sent_at=watch.sent_at)

    async def _receive(self, effect: Receive) -> bytes | Failure | None:
        try:
            with until(effect.ends):
                piece = await self._wire.piece(self._pieces) if self._pieces is not None else None
        except TRANSPORT_ERRORS as error:
            return failure_of(error)
        if piece is None:
            self._pieces = None
        return piece

    async def _finish(self) -> None:
        """Close the response; its transport is kept if the answer was complete and nothing follows it."""
        response, self._response = self._response, None
        pieces, self._pieces = self._pieces, None
        used, self._used = self._used, None
        answered = False
        try:
            if response is not None:
                await self._wire.close(response)
                answered = True
        finally:
            if used is not None:
                lane, transport = used
                if pieces is not None:
                    await self._wire.leave(transport, pieces)
                elif not answered or transport.spoken_to:  # httpcore's pool keeps what was cancelled half way
                    await self._discard([transport])
                else:
                    await self._discard(self._lanes.give_back(lane, transport))
