"""Connections that are guarded and end in time: the network backends below httpcore.

There the name is looked up once, its addresses are checked, and the connection is made to an address that was checked,
while the Host header and the TLS server name stay the host's. Each read is given the time left for the fetch, so that
a server sending byte after byte cannot outlast it.
"""

from __future__ import annotations

import asyncio
import math
import time
from concurrent.futures import TimeoutError as LookUpTimeoutError
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore

from .guard import Resolver, check_resolved, look_up
from .secure import server_name
from .stepping import completed

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterable, Iterator
    from concurrent.futures import Future

    from .policy import FetchPolicy

__all__ = ["AsyncBackend", "SyncBackend", "UnknownNameError", "Watch", "until"]

Stream = TypeVar("Stream")

_MAX_ADDRESSES = 8
_CLOSING = 1.0
"""Seconds for the event loop to tell that a socket is closed."""
_READ_AHEAD = 65_536
"""Bytes that wait for the reader before the server is made to wait."""


@dataclass(slots=True)
class Watch:
    """What is going on in this thread or task."""

    ends: float
    """Until when every read, write and connection must end (monotonic seconds)."""
    connection_ends: float = math.inf
    """Until when the connection that is being made must be there, its TLS included."""
    connected: bool = False
    """A connection was made."""
    sent_at: float | None = None
    """When the first of the request was sent (monotonic seconds)."""

    @property
    def kept(self) -> bool:
        """Whether the request went out on a connection kept from before."""
        return self.sent_at is not None and not self.connected


_watch: ContextVar[Watch | None] = ContextVar("_watch", default=None)


@contextmanager
def until(ends: float) -> Iterator[Watch]:
    """Let every read, write and connection of this thread or task end by then (monotonic seconds)."""
    watch = Watch(ends)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def _left(timeout: float | None, error: type[Exception]) -> float | None:
    watch = _watch.get()
    if watch is None:
        return timeout
    left = watch.ends - time.monotonic()
    if left <= 0:
        raise error("the time for the fetch is over")
    return left if timeout is None else min(timeout, left)


def _connecting(timeout: float | None, policy: FetchPolicy) -> float:
    """Note that a connection is being made; returns when it must be there."""
    ends = time.monotonic() + (_left(timeout, httpcore.ConnectTimeout) or policy.connect_timeout)
    watch = _watch.get()
    if watch is not None:
        watch.connected = True
        watch.connection_ends = ends
    return ends


def _securing(timeout: float | None) -> float | None:
    """Return the seconds for the TLS of a connection: what its look-up and TCP have left."""
    watch = _watch.get()
    if watch is not None:
        until_then = watch.connection_ends - time.monotonic()
        timeout = until_then if timeout is None else min(timeout, until_then)
    left = _left(timeout, httpcore.ConnectTimeout)
    if left is not None and left <= 0:
        raise httpcore.ConnectTimeout("the time for the connection is over")
    return left


def _writing(timeout: float | None) -> float | None:
    """Note that something is being sent; returns the seconds for it."""
    watch = _watch.get()
    if watch is not None and watch.sent_at is None:
        watch.sent_at = time.monotonic()
    return _left(timeout, httpcore.WriteTimeout)


class UnknownNameError(httpcore.ConnectError):
    """The host's name has no address."""


async def _reach(
    host: str,
    port: int,
    ends: float,
    policy: FetchPolicy,
    resolver: Resolver,
    *,
    wait: Callable[[Future[list[str]], float], Awaitable[list[str]]],
    connect: Callable[[str, float], Awaitable[Stream]],
) -> Stream:
    """Look up, check, connect to the first address that answers."""
    try:
        answers = [str(ip_address(host))]
    except ValueError:
        future = look_up(resolver, host, port)
        try:
            answers = await wait(future, max(0.0, ends - time.monotonic()))
        except (LookUpTimeoutError, TimeoutError) as error:
            raise httpcore.ConnectTimeout("the look-up of the name hangs") from error
        except OSError as error:
            raise UnknownNameError(str(error)) from error
        finally:
            future.cancel()
    addresses = check_resolved(host, answers, policy)[:_MAX_ADDRESSES]
    failure: Exception = httpcore.ConnectTimeout("the time for the connection is over")
    for place, address in enumerate(addresses):
        left = ends - time.monotonic()
        if left <= 0:
            break
        try:
            return await connect(address, left / (len(addresses) - place))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            failure = error
    raise failure


class _BlockingStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _writing(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            left = _securing(timeout)
            return _BlockingStream(self._inner.start_tls(ssl_context, server_name(server_hostname), left))
        except BaseException:
            self._inner.close()
            raise

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class SyncBackend(httpcore.NetworkBackend):
    """Connects to addresses that the guard has passed."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Look up, check, connect to the first address that answers."""

        async def wait(future: Future[list[str]], seconds: float) -> list[str]:
            return future.result(seconds)

        async def connect(address: str, seconds: float) -> httpcore.NetworkStream:
            return _BlockingStream(self._inner.connect_tcp(address, port, seconds, local_address, socket_options))

        ends = _connecting(timeout, self._policy)
        return completed(_reach(host, port, ends, self._policy, self._resolver, wait=wait, connect=connect))


class _Reader(asyncio.StreamReader):
    """A reader that knows how much waits in it."""

    def __init__(self) -> None:
        super().__init__(limit=_READ_AHEAD, loop=asyncio.get_running_loop())
        self.waiting = 0

    def feed_data(self, data: Any) -> None:  # noqa: ANN401  bytes or a view of them
        self.waiting += len(data)
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        data = await super().read(n)
        self.waiting -= len(data)
        return data


class _Stream(httpcore.AsyncNetworkStream):
    """A connection of asyncio's own; httpcore's, by way of anyio, costs a fifth of a small page's fetch."""

    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            async with asyncio.timeout(_left(timeout, httpcore.ReadTimeout)):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout("nothing came in time") from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = _writing(timeout)
        if not buffer:
            return
        try:
            self._writer.write(buffer)
            async with asyncio.timeout(seconds):
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout("nothing went out in time") from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self._writer.transport.abort()  # nothing is left to be said, and a farewell in TLS could take for ever
        with suppress(OSError):
            async with asyncio.timeout(_CLOSING):
                await self._writer.wait_closed()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        secured = False
        try:
            async with asyncio.timeout(_securing(timeout)):
                await self._writer.start_tls(ssl_context, server_hostname=server_name(server_hostname))
            secured = True
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("no secure connection in time") from error
        except OSError as error:  # an SSLError is one
            raise httpcore.ConnectError(str(error)) from error
        finally:
            if not secured:
                self._writer.transport.abort()  # its end is told to nobody: the protocol was on its way to another
                await asyncio.sleep(0)
        return self

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable":  # between two requests: closed by the server, or it speaks unasked
            return bool(self._reader.waiting) or self._reader.at_eof() or self._writer.transport.is_closing()
        return self._writer.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """The same for asyncio."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look up, check, connect to the first address that answers."""
        del local_address, socket_options  # ours alone to set, and not set

        async def wait(future: Future[list[str]], seconds: float) -> list[str]:
            async with asyncio.timeout(seconds):  # not wait_for, which loses a cancellation in the same moment
                return await asyncio.wrap_future(future)

        async def connect(address: str, seconds: float) -> httpcore.AsyncNetworkStream:
            return await _connect(address, port, seconds)

        ends = _connecting(timeout, self._policy)
        return await _reach(host, port, ends, self._policy, self._resolver, wait=wait, connect=connect)


async def _connect(address: str, port: int, seconds: float) -> _Stream:
    loop = asyncio.get_running_loop()
    reader = _Reader()
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    try:
        async with asyncio.timeout(seconds):
            transport, _ = await loop.create_connection(lambda: protocol, address, port)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout("no connection in time") from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return _Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
