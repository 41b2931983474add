"""The network below the drivers: httpx transports over connections that are guarded and end in time.

They are our own because httpx's leave no seam where the connection is made, while httpcore,
the engine of httpx, has one: its network backend. There the name is looked up once, its addresses are checked, and the
connection is made to an address that was checked, while the Host header and the TLS server name stay the host's. Each
read is given the time left for the fetch, so that a server sending byte after byte cannot outlast it.
"""

from __future__ import annotations

import asyncio
import math
import time
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LookUpTimeoutError
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from .guard import Resolver, check_resolved, look_up
from .halt import check, shutting, waking
from .lanes import KEEPALIVE_SECONDS
from .leftover import holds_more, unread
from .secure import TidySocket, server_name

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable, Iterator

    from .policy import FetchPolicy

__all__ = [
    "AsyncBackend",
    "AsyncGuardedTransport",
    "GuardedTransport",
    "SyncBackend",
    "UnknownNameError",
    "Watch",
    "tls_context",
    "until",
]


@dataclass(slots=True)
class Watch:
    """What is going on in this thread or task."""

    ends: float
    """Until when every read, write and connection must end (monotonic seconds)."""
    connection_ends: float = math.inf
    """Until when the connection that is being made must be there, its TLS included."""
    connected: bool = False
    """A connection was made."""
    written: bool = False
    """Something was sent."""

    @property
    def kept(self) -> bool:
        """Whether the request went out on a connection kept from before."""
        return self.written and not self.connected


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
    if watch is not None:
        watch.written = True
    return _left(timeout, httpcore.WriteTimeout)


class UnknownNameError(httpcore.ConnectError):
    """The host's name has no address."""


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with shutting(self._inner.get_extra_info("socket")):
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
            with shutting(self._inner.get_extra_info("socket"), handed_over=True):
                check()
                return _Stream(self._inner.start_tls(ssl_context, server_name(server_hostname), left))
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
        ends = _connecting(timeout, self._policy)
        future = look_up(self._resolver, host, port)
        try:
            with waking(future.cancel):
                answers = future.result(max(0.0, ends - time.monotonic()))
        except LookUpTimeoutError as error:
            raise httpcore.ConnectTimeout("the look-up of the name hangs") from error
        except (OSError, CancelledError) as error:
            raise UnknownNameError(str(error)) from error
        finally:
            future.cancel()
        attempts = _Attempts(check_resolved(host, answers, self._policy), ends)
        for address, seconds in attempts:
            try:
                return _Stream(self._inner.connect_tcp(address, port, seconds, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                attempts.error = error
        raise attempts.error


class _Attempts:
    """The addresses of a host, each with its share of the time left."""

    def __init__(self, addresses: list[str], ends: float) -> None:
        self._addresses = addresses[:8]
        self._ends = ends
        self.error: Exception = httpcore.ConnectTimeout("the time for the connection is over")

    def __iter__(self) -> Iterator[tuple[str, float]]:
        for place, address in enumerate(self._addresses):
            left = self._ends - time.monotonic()
            if left <= 0:
                return
            yield address, left / (len(self._addresses) - place)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, _writing(timeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            left = _securing(timeout)
            return _AsyncStream(await self._inner.start_tls(ssl_context, server_name(server_hostname), left))
        except BaseException:
            await self._inner.aclose()
            raise

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable" and unread(self._inner):
            return True
        return self._inner.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """The same for asyncio."""

    def __init__(self, policy: FetchPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look up, check, connect to the first address that answers."""
        ends = _connecting(timeout, self._policy)
        future = look_up(self._resolver, host, port)
        try:
            async with asyncio.timeout(max(0.0, ends - time.monotonic())):  # wait_for loses cancellations before 3.12
                answers = await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the look-up of the name hangs") from error
        except OSError as error:
            raise UnknownNameError(str(error)) from error
        attempts = _Attempts(check_resolved(host, answers, self._policy), ends)
        for address, seconds in attempts:
            try:
                stream = await self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
                return _AsyncStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                attempts.error = error
        raise attempts.error


_TRANSLATIONS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.ConnectionNotAvailable, httpx.ReadError),
)
"""The errors of httpcore and what a transport of httpx raises for them; the first that fits counts."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except tuple(kind for kind, _ in _TRANSLATIONS) as error:
        translation = next(wanted for kind, wanted in _TRANSLATIONS if isinstance(error, kind))
        raise translation(str(error)) from error


def _core_request(request: httpx.Request) -> httpcore.Request:
    """Hand on a request without a body; the target is ours, because httpx rewrites ``.`` segments and some signs."""
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.extensions["target"],
    )
    return httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for piece in self._response.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


_POOL_OPTIONS: dict[str, Any] = {
    "max_connections": None,  # the places at the host count
    "max_keepalive_connections": 1,
    "keepalive_expiry": KEEPALIVE_SECONDS,
}


class GuardedTransport(httpx.BaseTransport):
    """Sends the requests of one client, one at a time."""

    def __init__(self, backend: SyncBackend, tls: ssl.SSLContext | None) -> None:
        self._pool = httpcore.ConnectionPool(tls, network_backend=backend, **_POOL_OPTIONS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        for connection in self._pool.connections:
            if holds_more(connection):
                connection.close()
        with _translated():
            response = self._pool.handle_request(_core_request(request))
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class AsyncGuardedTransport(httpx.AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, backend: AsyncBackend, tls: ssl.SSLContext | None) -> None:
        self._pool = httpcore.AsyncConnectionPool(tls, network_backend=backend, **_POOL_OPTIONS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        for connection in self._pool.connections:
            if holds_more(connection):
                await connection.aclose()
        with _translated():
            response = await self._pool.handle_async_request(_core_request(request))
        return httpx.Response(
            response.status, headers=response.headers, stream=_AsyncBody(response), extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._pool.aclose()


def tls_context() -> ssl.SSLContext:
    """Load the certificates of the system and those of certifi.

    ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` in the environment name other authorities for the system's, as they do for
    every program that uses OpenSSL (``SSL_CTX_set_default_verify_paths``).
    """
    context = httpcore.default_ssl_context()
    context.sslsocket_class = TidySocket
    return context
