"""Transports over connections that are guarded and end in time.

They speak httpcore, the engine of httpx, because httpx leaves no seam where the connection is made, while httpcore has
one: its network backend. What httpx adds above it costs as much again: its redirects, cookies and retries are decided
elsewhere, and its addresses rewrite ``.`` segments and some signs. Their errors are those of httpx.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from .effects import Head
from .headers import text_of
from .lanes import KEEPALIVE_SECONDS
from .leftover import holds_more
from .secure import TidySocket

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

    from .effects import Open
    from .network import AsyncBackend, SyncBackend

__all__ = ["AsyncGuardedTransport", "GuardedTransport", "Request", "Response", "head_of", "request_of", "tls_context"]

Request = httpcore.Request
Response = httpcore.Response

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


def request_of(effect: Open) -> Request:
    """Build the request with our headers and no others; the target goes out as it is written in the address."""
    headers = [(name.title().encode(), value.encode("latin-1")) for name, value in effect.headers]
    timeouts = {"connect": effect.connect_timeout, "read": effect.idle_timeout, "write": effect.idle_timeout}
    address = effect.address
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.written_port, target=address.target)
    return httpcore.Request("GET", url, headers=headers, extensions={"timeout": timeouts})


def head_of(response: Response, *, sent_at: float | None) -> Head:
    """Give the head of a response to what was sent then (monotonic seconds), names in lower case."""
    headers = [(name.decode("latin-1").lower(), text_of(value)) for name, value in response.headers]
    return Head(response.status, headers, sent_at)


_POOL_OPTIONS: dict[str, Any] = {
    "max_connections": None,  # the places at the host count
    "max_keepalive_connections": 1,
    "keepalive_expiry": KEEPALIVE_SECONDS,
}


class GuardedTransport:
    """Sends requests to one host, one at a time."""

    def __init__(self, backend: SyncBackend, tls: ssl.SSLContext | None, *, http2: bool) -> None:
        self._pool = httpcore.ConnectionPool(tls, network_backend=backend, http2=http2, **_POOL_OPTIONS)

    def send(self, request: Request) -> Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        with _translated():
            return self._pool.handle_request(request)

    def body(self, response: Response) -> Iterator[bytes]:
        """Give the body as it comes over the wire; raises httpx's errors."""
        with _translated():
            yield from response.iter_stream()

    @property
    def spoken_to(self) -> bool:
        """Whether bytes wait that belong to no answer: nothing more may be asked on this connection."""
        return any(holds_more(connection) for connection in self._pool.connections)

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class AsyncGuardedTransport:
    """The same for asyncio."""

    def __init__(self, backend: AsyncBackend, tls: ssl.SSLContext | None, *, http2: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(tls, network_backend=backend, http2=http2, **_POOL_OPTIONS)

    async def send(self, request: Request) -> Response:
        """Send a request without a body; raises httpx's errors, and those of the guard."""
        with _translated():
            return await self._pool.handle_async_request(request)

    async def body(self, response: Response) -> AsyncIterator[bytes]:
        """Give the body as it comes over the wire; raises httpx's errors."""
        with _translated():
            async for piece in response.aiter_stream():
                yield piece

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
