"""Which addresses may be connected to: by default only public ones.

The literal host is judged before anything is sent, and what a name resolves to is judged where the connection is made:
one look-up, every answer checked, and the connection goes to an address that was checked, so that a second answer of
the name server (DNS rebinding) is never asked for.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import AddressBlockedError, ConnectionFailedError, FetchTimeoutError
from .address import parse_address
from .policy import PUBLIC_PORTS, FetchPolicy

if TYPE_CHECKING:
    from .address import Address

__all__ = ["Resolver", "check_address", "check_resolved", "check_url", "is_public", "look_up", "system_resolver"]

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the IP addresses of a host name for a port; raises ``OSError`` where there are none. Runs in a thread.

Whatever else it raises, and answers that are no IP addresses, count as a name that cannot be resolved.
"""

_MAX_ANSWERS = 64

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")  # RFC 3056
_TEREDO = IPv6Network("2001::/32")  # RFC 4380
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637
_REFUSED_V4 = (
    IPv4Network("168.63.129.16/32"),  # Azure's metadata and DNS service, on a public-looking address
    IPv4Network("192.0.0.0/24"),  # protocol assignments, RFC 6890, with a metadata service among them
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address belongs to the public internet, also behind mapped, 6to4 and NAT64 forms.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("169.254.169.254")), is_public(ip_address("::1"))
    (True, False, False)
    >>> is_public(ip_address("::ffff:10.0.0.1")), is_public(ip_address("64:ff9b::7f00:1"))
    (False, False)
    """
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _REFUSED_V4)
    if ip.ipv4_mapped is not None:
        return is_public(ip.ipv4_mapped)
    if ip in _NAT64:
        return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip in _SIX_TO_FOUR:
        return is_public(IPv4Address((int(ip) >> 80) & 0xFFFFFFFF))
    return ip in _GLOBAL_UNICAST and ip.is_global and ip not in _TEREDO and ip not in _DOCUMENTATION


def check_address(address: Address, policy: FetchPolicy) -> None:
    """Judge what the address itself shows, before anything is asked of the network.

    Raises :class:`AddressBlockedError` for a port that is not on the list and an IP address that is not public.
    """
    if policy.allow_private:
        return
    if address.port not in PUBLIC_PORTS:
        allowed = ", ".join(str(port) for port in sorted(PUBLIC_PORTS))
        raise _blocked(f"port {address.port} is not one of {allowed}", address.url)
    if address.ip is not None and not is_public(address.ip):
        raise _blocked(f"{address.host} is not a public address", address.url)


def check_resolved(host: str, answers: Iterable[str], policy: FetchPolicy) -> list[str]:
    """Judge the answers of the name server; one address that is not public condemns the name.

    Returns the answers. Raises :class:`AddressBlockedError`.
    """
    found = list(answers)
    if not policy.allow_private:
        for answer in found:
            if not is_public(ip_address(answer)):
                raise _blocked(f"{host} resolves to {answer}, which is not a public address", None)
    return found


def _blocked(reason: str, url: str | None) -> AddressBlockedError:
    return AddressBlockedError(f"{reason}; FetchPolicy(allow_private=True) allows it", url=url)


def check_url(url: str, policy: FetchPolicy | None = None, *, resolver: Resolver | None = None) -> list[str]:
    """Tell which IP addresses may be connected to for an address; for fetchers that make their own connections.

    Scheme, port and host of ``url`` are judged as in every fetch with ``policy``, and the host's name is looked up
    once. Returns the IP addresses, best first. Connect to one of them and not to the name: a second look-up may give
    another answer (DNS rebinding). ``resolver`` replaces the system's look-up, ``(host, port) -> list of IP
    addresses``.

    Blocks for as long as the look-up takes, ``policy.connect_timeout`` at most. Raises
    :class:`~xinnong_scraper.errors.AddressBlockedError`, ConnectionFailedError where the name has no address, and
    FetchTimeoutError.

    >>> check_url("https://8.8.8.8/dns-query")
    ['8.8.8.8']
    >>> check_url("http://169.254.169.254/")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    xinnong_scraper.errors.AddressBlockedError: 169.254.169.254 is not a public address; ...
    """
    policy = policy or FetchPolicy()
    address = parse_address(url)
    check_address(address, policy)
    if address.ip is not None:
        return [address.host]
    future = look_up(resolver or system_resolver, address.host, address.port)
    try:
        return check_resolved(address.host, future.result(policy.connect_timeout), policy)
    except AddressBlockedError as error:
        error.url = address.url
        raise
    except TimeoutError as error:
        message = f"the look-up of the name took longer than {policy.connect_timeout:g} seconds"
        raise FetchTimeoutError(message, url=address.url, timeout=policy.connect_timeout) from error
    except (OSError, UnicodeError) as error:
        raise ConnectionFailedError(f"the name has no address: {error}", url=address.url) from error
    finally:
        future.cancel()


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system, IPv4 and IPv6, each address once, in the system's order of preference."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def look_up(resolver: Resolver, host: str, port: int) -> Future[list[str]]:
    """Start a look-up in a thread of its own, because the system's cannot be interrupted and may hang.

    The result is one IP address at least, without zones, or ``OSError``.
    """
    future: Future[list[str]] = Future()

    def run() -> None:
        try:
            answers = _addresses(resolver(host, port))
        except Exception as error:  # noqa: BLE001  a resolver is the caller's code, and whoever waits must be told
            failure = OSError(socket.EAI_NONAME, f"{host} has no address: {error or type(error).__name__}")
            failure.__cause__ = error
            _settle(future, failure)
        else:
            _settle(future, answers)

    try:
        threading.Thread(target=run, name=f"look-up of {host[:60]}", daemon=True).start()
    except RuntimeError as error:  # the system gives no more threads
        _settle(future, OSError(errno.EAGAIN, f"{host} could not be looked up: {error}"))
    return future


def _addresses(answers: Iterable[str]) -> list[str]:
    found = [answer.partition("%")[0] for answer in islice(answers, _MAX_ANSWERS)]
    for answer in found:
        ip_address(answer)
    if not found:
        raise ValueError("there is no answer")
    return found


def _settle(future: Future[list[str]], result: list[str] | Exception) -> None:
    """Hand over the result, unless whoever asked has stopped waiting."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
