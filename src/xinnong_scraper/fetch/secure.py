"""What TLS needs besides certificates: a name without its final dot, and sockets that close in every case."""

from __future__ import annotations

import ssl

__all__ = ["TidySocket", "server_name"]


def server_name(host: str | None) -> str | None:
    """Give the name that servers and certificates know: without a dot at its end (RFC 6066, 3).

    >>> server_name("news.example.")
    'news.example'
    """
    return host.removesuffix(".") if host else host


class TidySocket(ssl.SSLSocket):
    """Closes itself where the peer has reset the connection.

    ``SSLSocket._create`` of CPython reads from a socket that is not connected any more, and leaves the new socket open
    if that raises: nobody else knows it, and it would live as long as the error is kept.
    """

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read; a connection that is reset is closed as well."""
        try:
            return super().recv(buflen, flags)
        except ConnectionError:
            self.close()
            raise
