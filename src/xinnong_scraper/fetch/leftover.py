"""What came on a connection beyond its last response: the connection must not be used again.

Such bytes are the rest of a body longer than declared, or an answer to a request that was not sent yet (RFC 9112, 9.2);
taken for the answer to the next request, they would give one page the text of another. httpcore looks at the socket
before it uses a connection again. The buffers above the socket, those of h11, anyio and TLS, are looked at here.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from operator import attrgetter
from typing import Any, Protocol

__all__ = ["holds_more", "unread"]

_AFTER_RESPONSE = attrgetter("_connection._h11_state.trailing_data")
_QUEUES = (attrgetter("_stream._protocol.read_queue"), attrgetter("_stream.transport_stream._protocol.read_queue"))


class _Stream(Protocol):
    """What is asked of an httpcore.AsyncNetworkStream."""

    def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401  it depends on the information


def holds_more(connection: object) -> bool:
    """Tell whether a connection of httpcore's pool has read more than its last response."""
    try:
        data, _ = _AFTER_RESPONSE(connection)
    except AttributeError:  # it is not connected yet
        return False
    return bool(data)


def unread(stream: _Stream) -> bool:
    """Tell whether a stream has taken data from its socket that nobody has read; one that has is of no more use."""
    for queue in _QUEUES:
        with suppress(AttributeError):
            if queue(stream):
                return True
    secured = stream.get_extra_info("ssl_object")
    if secured is None:
        return False
    try:
        secured.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass  # the end, or a broken record
    return True
