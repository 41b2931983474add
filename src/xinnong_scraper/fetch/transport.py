"""The network below the drivers: httpcore's pools over connections that are guarded and end in time.

The pools are httpcore's own because their network backend is a public seam: there the name is looked up once, its
addresses are checked, and the connection is made to an address that was checked, while the Host header and the TLS
server name stay the host's. Each read is given the time left for the fetch, so that a server sending byte after byte
cannot outlast it.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import TimeoutError as LookUpTimeoutError
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore

from .flow import Head, Open
from .guard import Resolver, check_resolved, look_up
from .machine import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .policy import FetchPolicy

__all__ = ["TRANSPORT_ERRORS", "AsyncBackend", "SyncBackend", "Watch", "failure_of", "head_of", "request_of", "until"]

TRANSPORT_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    OSError,
)
"""What httpcore and the sockets below it raise."""


@dataclass(slots=True)
class Watch:
    """What is going on in this thread or task."""

    ends: float
    """Until when every read, write and connection must end (monotonic seconds)."""
    connected: bool = False
    """A connection was made, as opposed to one kept from before."""


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
    watch = _watch.get()
    if watch is not None:
        watch.connected = True
    return time.monotonic() + (_left(timeout, httpcore.ConnectTimeout) or policy.connect_timeout)


class _UnknownNameError(httpcore.ConnectError):
    """The host's name has no address."""


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

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
            answers = future.result(max(0.0, ends - time.monotonic()))
        except LookUpTimeoutError as error:
            raise httpcore.ConnectTimeout("the look-up of the name hangs") from error
        except (OSError, UnicodeError) as error:
            raise _UnknownNameError(str(error)) from error
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
        await self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
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
            answers = await asyncio.wait_for(asyncio.wrap_future(future), max(0.0, ends - time.monotonic()))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the look-up of the name hangs") from error
        except (OSError, UnicodeError) as error:
            raise _UnknownNameError(str(error)) from error
        attempts = _Attempts(check_resolved(host, answers, self._policy), ends)
        for address, seconds in attempts:
            try:
                stream = await self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
                return _AsyncStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                attempts.error = error
        raise attempts.error


def request_of(effect: Open) -> httpcore.Request:
    """Build the request as httpcore takes it."""
    address = effect.address
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    headers = [(name.title().encode(), value.encode("latin-1")) for name, value in effect.headers]
    return httpcore.Request("GET", url, headers=headers, extensions={"timeout": {"connect": effect.connect_timeout}})


def head_of(response: httpcore.Response) -> Head:
    """Read the head of a response, names in lower case."""
    return Head(response.status, [(name.decode("latin-1").lower(), _text(value)) for name, value in response.headers])


def _text(value: bytes) -> str:
    """Read a header value: ASCII mostly, else UTF-8; other bytes (a GBK Location) are kept in percent notation."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)


def failure_of(error: Exception, *, kept: bool = False) -> Failure:
    """Say what a transport's error means for the fetch; ``kept`` is true for a request on a connection from before."""
    detail = str(error)[:300] or type(error).__name__
    if isinstance(error, httpcore.ConnectTimeout):
        return Failure("connect_timeout", detail, error)
    if isinstance(error, httpcore.TimeoutException):
        return Failure("timeout", detail, error)
    if isinstance(error, _UnknownNameError):
        return Failure("name", detail, error)
    if isinstance(error, httpcore.ConnectError):
        return Failure("tls" if _is_tls(error) else "connect", detail, error)
    if isinstance(error, httpcore.ProtocolError) and not ("closed" in detail or "disconnected" in detail):
        return Failure("protocol", detail, error)
    return Failure("stale" if kept else "broken", detail, error)


def _is_tls(error: BaseException | None) -> bool:
    for _ in range(5):
        if error is None:
            return False
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
