"""The portal as a real HTTP server on loopback."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import socket
import sys
import threading
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from .content import generate_articles
from .pages import Response, Site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from .model import ReplicaArticle

__all__ = ["ReplicaPortal"]

_MAX_CONNECTIONS = 64
_IDLE_SECONDS = 10.0  # how long a silent connection is kept
_CLOSE_SECONDS = 10.0


class ReplicaPortal:
    """A replica of the portal, answering on loopback from construction until ``close``.

    >>> from urllib.request import urlopen
    >>> with ReplicaPortal(count=14) as portal, urlopen(portal.url_of(portal.articles[0])) as response:
    ...     "聊城迅速掀起新一轮对外开放" in response.read().decode(portal.articles[0].encoding)
    True
    """

    def __init__(self, *, count: int = 120, seed: int = 20180428, host: str = "127.0.0.1", port: int = 0) -> None:
        """Generate ``count`` articles from ``seed`` and listen on ``host`` and ``port``; 0 is any free one.

        Raises ``OSError`` if the port is taken, ``ValueError`` if there are too few articles to show every template.
        """
        self.articles: list[ReplicaArticle] = generate_articles(count, seed)
        self._server = _Server((host, port), _Handler)
        self.url: str = f"http://{host}:{self._server.server_port}/"
        """The address of the home page, with a slash at its end."""
        self._server.site = Site(self.articles, self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="replica-portal", daemon=True
        )
        self._thread.start()

    @property
    def requests(self) -> list[str]:
        """The paths (with queries) requested so far, in order."""
        return list(self._server.targets)

    @property
    def errors(self) -> Sequence[BaseException]:
        """What went wrong inside the server; a connection that the client broke off is nothing wrong."""
        return tuple(self._server.errors)

    def url_of(self, article: ReplicaArticle, page: int = 1) -> str:
        """Give the address of ``article``, or of a further ``page`` of it (the first is 1)."""
        return urljoin(self.url, article.paths[page - 1])

    def close(self) -> None:
        """Stop answering, break off open connections and free the port; calling it again does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(_CLOSE_SECONDS)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    """A thread a connection, so many at once and no more; closing ends them all."""

    daemon_threads = False  # server_close joins them
    request_queue_size = 128
    site: Site

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.targets: list[str] = []
        self.errors: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for the host's name, as the base class would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as socketserver types it
        if not self._slots.acquire(timeout=1):
            super().shutdown_request(request)
            return
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)
        self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.errors.append(error)

    def server_close(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = _IDLE_SECONDS
    wbufsize = 1 << 16  # head and body leave in one packet, else delayed acknowledgements cost 40 ms a response
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class' name
        """Log nothing."""

    def _answer(self, *, with_body: bool) -> None:
        self.server.targets.append(self.path)
        response = self.server.site.respond(self.path)
        etag = f'W/"{hashlib.sha256(response.body).hexdigest()[:20]}"'
        not_modified = response.status == 200 and self._is_fresh(etag, response)
        body, encoding = (b"", None) if not_modified else self._encoded(response)
        self.send_response(304 if not_modified else response.status)
        if response.status == 200:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(_utc(response.modified_at), usegmt=True))
        self.send_header("Vary", "Accept-Encoding")
        if not not_modified:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_fresh(self, etag: str, response: Response) -> bool:
        """If-None-Match outranks If-Modified-Since (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return tags.strip() == "*" or etag.removeprefix("W/") in known
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return _utc(response.modified_at) <= _utc(since)

    def _encoded(self, response: Response) -> tuple[bytes, str | None]:
        accepted = {
            part.partition(";")[0].strip().lower() for part in self.headers.get("Accept-Encoding", "").split(",")
        }
        if "gzip" not in accepted or response.content_type == "image/png":
            return response.body, None
        return gzip.compress(response.body, 6, mtime=0), "gzip"


def _utc(moment: datetime) -> datetime:
    """In UTC; a moment without a zone is one already (as in ``-0000``)."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
