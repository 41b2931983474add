"""httpx transports over connections that are guarded and end in time.

They are our own because httpx's leave no seam where the connection is made, while httpcore, the engine of httpx, has
one: its network backend. They are used without a client of httpx, which costs as much again as the transport and whose
redirects, cookies and retries are decided elsewhere.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from .lanes import KEEPALIVE_SECONDS
from .leftover import holds_more
from .secure import TidySocket

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

    from .network import AsyncBackend, SyncBackend

__all__ = ["AsyncGuardedTransport", "GuardedTransport", "tls_context"]

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

_TRANSLATED = tuple(kind for kind, _ in _TRANSLATIONS)

_BELOW_HTTP2 = ("h2.", "hpack.", "hyperframe.")
"""Packages whose errors httpcore lets through where they arise within a body."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _TRANSLATED as error:
        translation = next(wanted for kind, wanted in _TRANSLATIONS if isinstance(error, kind))
        raise translation(str(error)) from error
    except Exception as error:
        # A ValueError is a status of HTTP/2 that is no number: httpcore does not look before it converts.
        if isinstance(error, ValueError) or type(error).__module__.startswith(_BELOW_HTTP2):
            raise httpx.RemoteProtocolError(str(error)) from error
        raise


def _core_request(request: httpx.Request) -> httpcore.Request:
    """Hand on a request without a body; the target is ours, because httpx rewrites ``.`` segments and some signs."""
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.extensions["target"],
    )
    return httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)


def _response(response: httpcore.Response, body: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, stream=body, extensions=response.extensions)


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
    """Sends requests to one host, one at a time."""

    def __init__(self, backend: SyncBackend, tls: ssl.SSLContext | None, *, http2: bool) -> None:
        self._pool = httpcore.ConnectionPool(tls, network_backend=backend, http2=http2, **_POOL_OPTIONS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        with _translated():
            response = self._pool.handle_request(_core_request(request))
        return _response(response, _Body(response))

    @property
    def spoken_to(self) -> bool:
        """Whether bytes wait that belong to no answer: nothing more may be asked on this connection."""
        return any(holds_more(connection) for connection in self._pool.connections)

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class AsyncGuardedTransport(httpx.AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, backend: AsyncBackend, tls: ssl.SSLContext | None, *, http2: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(tls, network_backend=backend, http2=http2, **_POOL_OPTIONS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        with _translated():
            response = await self._pool.handle_async_request(_core_request(request))
        return _response(response, _AsyncBody(response))

    @property
    def spoken_to(self) -> bool:
        """Whether bytes wait that belong to no answer: nothing more may be asked on this connection."""
        return any(holds_more(connection) for connection in self._pool.connections)

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
