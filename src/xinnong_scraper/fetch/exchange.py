"""What httpx is asked and what it answers: clients, requests, heads, bodies and errors, in the terms of a flow."""

from __future__ import annotations

import ssl
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, cast

import httpx

from .flow import Head, Open
from .machine import Failure
from .transport import AsyncGuardedTransport, GuardedTransport, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .transport import AsyncBackend, SyncBackend

__all__ = [
    "TRANSPORT_ERRORS",
    "async_client",
    "async_pieces_of",
    "failure_of",
    "head_of",
    "pieces_of",
    "request_of",
    "sync_client",
]

TRANSPORT_ERRORS = (httpx.HTTPError, OSError)
"""What httpx and the sockets below it raise."""


class _NoCookies(CookieJar):
    """Keeps nothing: cookies belong to one fetch and one origin, which the machine sees to."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Let them pass."""


def _keep_head(response: httpx.Response) -> None:
    """Keep the head as it came and take Location out of it, because httpx reads it even where it follows nothing."""
    headers = [(name.decode("latin-1").lower(), _text(value)) for name, value in response.headers.raw]
    response.extensions["head"] = Head(response.status_code, headers)
    if response.has_redirect_location:
        del response.headers["location"]


async def _async_keep_head(response: httpx.Response) -> None:
    _keep_head(response)


def sync_client(backend: SyncBackend, tls: ssl.SSLContext | None) -> httpx.Client:
    """Make a client for one request at a time, which adds and keeps nothing of its own."""
    return httpx.Client(
        transport=GuardedTransport(backend, tls),
        follow_redirects=False,
        trust_env=False,
        cookies=_NoCookies(),
        event_hooks={"response": [_keep_head]},
    )


def async_client(backend: AsyncBackend, tls: ssl.SSLContext | None) -> httpx.AsyncClient:
    """Make the same for asyncio."""
    return httpx.AsyncClient(
        transport=AsyncGuardedTransport(backend, tls),
        follow_redirects=False,
        trust_env=False,
        cookies=_NoCookies(),
        event_hooks={"response": [_async_keep_head]},
    )


def request_of(effect: Open) -> httpx.Request:
    """Build the request with our headers and no others."""
    headers = [(name.title().encode(), value.encode("latin-1")) for name, value in effect.headers]
    extensions = {"timeout": {"connect": effect.connect_timeout}, "target": effect.address.target.encode()}
    return httpx.Request("GET", effect.address.url, headers=headers, extensions=extensions)


def head_of(response: httpx.Response) -> Head:
    """Give the head of a response, names in lower case."""
    head: Head = response.extensions["head"]
    return head


def pieces_of(response: httpx.Response) -> Iterator[bytes]:
    """Read the body as it comes over the wire; that of a mocked response is there before."""
    if response.is_stream_consumed:
        return iter(cast("httpx.SyncByteStream", response.stream))
    return response.iter_raw()


def async_pieces_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Read the same for asyncio."""
    if response.is_stream_consumed:
        return aiter(cast("httpx.AsyncByteStream", response.stream))
    return response.aiter_raw()


def _text(value: bytes) -> str:
    """Read a header value: ASCII mostly, else UTF-8; other bytes (a GBK Location) are kept in percent notation."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)


def failure_of(error: Exception, *, kept: bool = False) -> Failure:
    """Say what a transport's error means for the fetch; ``kept`` is true for a request on a connection from before."""
    detail = str(error)[:300] or type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return Failure("connect_timeout", detail, error)
    if isinstance(error, httpx.TimeoutException):
        return Failure("timeout", detail, error)
    if isinstance(error, httpx.ConnectError):
        name, tls = _comes_from(error, UnknownNameError), _comes_from(error, ssl.SSLError)
        return Failure("name" if name else "tls" if tls else "connect", detail, error)
    # What is no HTTP on a connection from before may be the rest of the last response (a 304 that carries a body).
    if isinstance(error, httpx.ProtocolError) and not (kept or "closed" in detail or "disconnected" in detail):
        return Failure("protocol", detail, error)
    return Failure("stale" if kept else "broken", detail, error)


def _comes_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    for _ in range(6):
        if error is None:
            return False
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
