"""An address as it goes over the wire: IRIs encoded, hosts in one notation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

from ..errors import AddressBlockedError

__all__ = ["MAX_ADDRESS_LENGTH", "Address", "parse_address"]

MAX_ADDRESS_LENGTH = 8_000
"""Characters of an address, and of its path and query as they are sent; servers refuse longer ones (nginx: 8 kB for the
request line)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"[a-z0-9._\-]{1,253}")
_NUMBER = re.compile(r"0x[0-9a-f]{0,253}|[0-9]{1,253}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}://")
_STRIPPED = re.compile(r"[\t\r\n]")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?[]|^`{}"


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address, taken apart and encoded."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """A name in ASCII (punycode) lower case, or an IP address in its usual notation without brackets."""
    port: int
    """The port, also where it is the scheme's own."""
    target: str
    """Path and query, percent-encoded, beginning with a slash."""
    ip: IPv4Address | IPv6Address | None = None
    """The host as an IP address, where it is one."""

    @property
    def host_header(self) -> str:
        """The value of the Host header (RFC 9110, 7.2).

        >>> parse_address("http://[::1]:8000/").host_header
        '[::1]:8000'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.written_port is None else f"{host}:{self.port}"

    @property
    def written_port(self) -> int | None:
        """The port where it is not the scheme's own."""
        return None if self.port == _DEFAULT_PORTS[self.scheme] else self.port

    @property
    def origin(self) -> str:
        """Scheme, host and port in one notation: what robots.txt, cookies and turns belong to."""
        return f"{self.scheme}://{self.host_header}"

    @property
    def url(self) -> str:
        """The whole address without a fragment."""
        return self.origin + self.target

    def with_target(self, target: str) -> Address:
        """Another path at the same host."""
        return Address(self.scheme, self.host, self.port, target, self.ip)

    def join(self, location: str) -> Address:
        """Find the address that a Location header names, relative or not (RFC 9110, 10.2.2).

        >>> parse_address("http://a.example/x/y").join("../z#top").url
        'http://a.example/z'
        """
        location = _cleaned(location)
        if _ABSOLUTE.match(location):
            return parse_address(location)
        try:
            joined = urljoin(self.url, location)
        except ValueError as error:
            raise AddressBlockedError("the server redirects to no valid address", url=location[:200]) from error
        return parse_address(joined)


def parse_address(url: str) -> Address:
    """Take an address apart and encode it for the wire.

    Raises :class:`AddressBlockedError` for everything that is no http(s) address, and ``TypeError`` for a non-string.

    >>> parse_address("HTTP://例子.测试:80/路径?参=数#段").url
    'http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84?%E5%8F%82=%E6%95%B0'
    >>> parse_address("http://0x7f.1/").host
    '127.0.0.1'
    """
    if not isinstance(url, str):
        raise TypeError(f"an address must be a str, not {type(url).__name__}")
    cleaned = _cleaned(url)
    if not cleaned:
        raise AddressBlockedError("the address is empty: give one that begins with http:// or https://")
    if len(cleaned) > MAX_ADDRESS_LENGTH:
        raise AddressBlockedError(f"the address is longer than {MAX_ADDRESS_LENGTH} characters", url=url[:200])
    try:
        return _parse(cleaned)
    except ValueError as error:
        raise AddressBlockedError(f"not an address that can be fetched: {error}", url=_without_userinfo(url)) from error


def _parse(url: str) -> Address:
    scheme = url.partition(":")[0].lower() if ":" in url else ""
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("only http:// and https:// are fetched")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("it carries a user name; give credentials as FetchPolicy(headers={'Authorization': …})")
    host, ip = _host(parts.netloc)
    port = parts.port if parts.port is not None else _DEFAULT_PORTS[scheme]
    if port == 0:
        raise ValueError("port 0 is no port")
    path = quote(parts.path, safe=_PATH_SAFE, errors="replace") or "/"
    query = quote(parts.query, safe=_QUERY_SAFE, errors="replace")
    target = f"{path}?{query}" if query else path
    if len(target) > MAX_ADDRESS_LENGTH:
        raise ValueError(f"its path and query are longer than {MAX_ADDRESS_LENGTH} characters when they are encoded")
    return Address(scheme, host, port, target, ip)


def _cleaned(url: str) -> str:
    """Drop what browsers drop (WHATWG URL, 4.4): outer white space, inner line breaks, backslashes for slashes."""
    url = _STRIPPED.sub("", url.strip("\0\x01\x1f \t\r\n\f\u3000\ufeff"))
    if "\\" not in url:
        return url
    mark = next((index for index, char in enumerate(url) if char in "?#"), len(url))
    return url[:mark].replace("\\", "/") + url[mark:]


def _without_userinfo(url: str) -> str:
    head, separator, rest = url[:2000].partition("://")
    netloc, slash, path = rest.partition("/")
    return head + separator + netloc.rpartition("@")[2] + slash + path


@lru_cache(maxsize=256)
def _host(netloc: str) -> tuple[str, IPv4Address | IPv6Address | None]:
    if netloc.startswith("["):
        literal = netloc[1:].partition("]")[0]
        if "%" in literal:
            raise ValueError("an IPv6 address with a zone is link-local")
        ip = IPv6Address(literal)
        return str(ip), ip
    name = unquote(netloc.partition(":")[0])
    if not name:
        raise ValueError("it has no host")
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower()
    labels = name.removesuffix(".").split(".")
    if not _HOST_NAME.fullmatch(name) or not all(0 < len(label) < 64 for label in labels):  # RFC 1035, 2.3.4
        raise ValueError(f"the host {name[:80]!r} is no valid name")
    number = _ipv4(name)
    return (str(number), number) if number is not None else (name, None)


def _ipv4(host: str) -> IPv4Address | None:
    """Read an IPv4 address in any notation that resolvers take: decimal, octal, hexadecimal, short (WHATWG URL, 3.5).

    >>> _ipv4("2130706433"), _ipv4("0177.0.0.1"), _ipv4("a.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    parts = host.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(f"the host {host[:80]!r} ends in a number but is no IPv4 address")
    numbers = [_number(part) for part in parts]
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise ValueError(f"the host {host[:80]!r} is beyond the range of IPv4")
    value = numbers[-1] + sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1]))
    return IPv4Address(value)


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8) if len(text) > 1 and text.startswith("0") else int(text)
