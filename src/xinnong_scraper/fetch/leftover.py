"""What came on a connection beyond its last response: the connection must not be used again.

Such bytes are the rest of a body longer than declared, or an answer to a request that was not sent yet (RFC 9112, 9.2);
taken for the answer to the next request, they would give one page the text of another. httpcore looks at the socket
before it uses a connection again, and a stream of ours tells of what it holds; the buffer of h11 is looked at here.
"""

from __future__ import annotations

from operator import attrgetter

__all__ = ["holds_more"]

_AFTER_RESPONSE = attrgetter("_connection._h11_state.trailing_data")


def holds_more(connection: object) -> bool:
    """Tell whether a connection of httpcore's pool has read more than its last response."""
    try:
        data, _ = _AFTER_RESPONSE(connection)
    except AttributeError:  # it is not connected yet
        return False
    return bool(data)
