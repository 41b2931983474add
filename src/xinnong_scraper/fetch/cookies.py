"""Who is asking: the caller's credentials and the cookies of one fetch, and which hosts may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .address import Address
    from .headers import Headers

__all__ = ["Cookies", "may_see_credentials"]

_MAX_COOKIES = 50
_MAX_COOKIE_LENGTH = 4096


class Cookies:
    """The cookies of one fetch, each for its origin only: some sites set one and redirect to see it come back."""

    def __init__(self) -> None:
        self._jars: dict[str, dict[str, str]] = {}

    def keep(self, origin: str, headers: Headers) -> None:
        """Take in what a response sets: 50 cookies an origin, none over 4 kB."""
        jar = self._jars.setdefault(origin, {})
        for name, value in headers:
            pair = value.partition(";")[0].strip()
            key, equals, _ = pair.partition("=")
            if name == "set-cookie" and equals and len(pair) <= _MAX_COOKIE_LENGTH and len(jar) < _MAX_COOKIES:
                jar[key] = pair.encode().decode("latin-1")  # the bytes of UTF-8, as they came

    def header(self, origin: str) -> str:
        """Give the Cookie header for an origin, empty if it set none."""
        return "; ".join(self._jars.get(origin, {}).values())


def may_see_credentials(home: Address, address: Address) -> bool:
    """Allow the host that the caller named, and its step up from http to https."""
    upgraded = (home.scheme, home.port, address.scheme, address.port) == ("http", 80, "https", 443)
    return home.host == address.host and (home.origin == address.origin or upgraded)
