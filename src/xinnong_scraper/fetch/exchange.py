"""What the errors of transports mean for a fetch."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

from .actions import Failure
from .network import UnknownNameError

if TYPE_CHECKING:
    from .actions import FailureKind

__all__ = ["TRANSPORT_ERRORS", "failure_of"]

TRANSPORT_ERRORS = (httpx.HTTPError, OSError)
"""What transports and the sockets below them raise."""


def failure_of(error: Exception, *, kept: bool = False, sent_at: float | None = None) -> Failure:
    """Say what a transport's error means for the fetch.

    ``kept`` is true for a request on a connection from before, ``sent_at`` when it went out (monotonic seconds).
    """
    detail = str(error)[:300] or type(error).__name__
    return Failure(_kind_of(error, detail, kept=kept), detail, error, sent_at)


def _kind_of(error: Exception, detail: str, *, kept: bool) -> FailureKind:
    if isinstance(error, httpx.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ConnectError):
        name, tls = _comes_from(error, UnknownNameError), _comes_from(error, ssl.SSLError)
        return "name" if name else "tls" if tls else "connect"
    # What is no HTTP on a connection from before may be the rest of the last response (a 304 that carries a body).
    if isinstance(error, httpx.ProtocolError) and not (kept or "closed" in detail or "disconnected" in detail):
        return "protocol"
    return "stale" if kept else "broken"


def _comes_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    for _ in range(6):
        if error is None:
            return False
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
