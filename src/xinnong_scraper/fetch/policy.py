"""What a fetch may cost and where it may go, in one frozen value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

from .._version import __version__

__all__ = ["DEFAULT_USER_AGENT", "PUBLIC_PORTS", "FetchPolicy"]

DEFAULT_USER_AGENT = f"xinnong-scraper/{__version__}"
"""What a server and its robots.txt know us by; its part before the slash is the robots token."""

PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})
"""The ports that may be connected to unless ``allow_private`` is set."""

_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8000}")
_CONTACT = re.compile(r"[!-'*-~]{3,500}")
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "te", "upgrade"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits and manners of every fetch; all fields have defaults, and a wrong value fails at once.

    A *host* here is an origin: scheme, name and port together, as robots.txt sees it. Use ``dataclasses.replace``
    to derive a policy from another one.

    >>> FetchPolicy(timeout=5).retries
    2
    >>> FetchPolicy(retries=-1)
    Traceback (most recent call last):
    ...
    ValueError: FetchPolicy.retries must be from 0 to 20, not -1
    """

    user_agent: str = DEFAULT_USER_AGENT
    """The User-Agent header; the default names this package and its version. The word before the first slash is looked
    up in robots.txt."""
    contact: str | None = None
    """How whoever runs a server can reach you: a mail address or a page about your crawl. It is added to the User-Agent
    header as ``(+…)``. Default none; who fetches many pages should give one."""
    timeout: float = 30.0
    """Seconds for one fetch as a whole: robots.txt, redirects, retries and body included. Waiting for a turn at a
    host (``delay``, Crawl-delay, ``concurrency_per_host``) is our own queue and does not count. Default 30."""
    connect_timeout: float = 10.0
    """Seconds for one connection: look-up of the name, TCP and TLS. Never beyond ``timeout``. Default 10."""
    idle_timeout: float = 20.0
    """Seconds without a byte from the server, before its answer and within. Never beyond ``timeout``. Default 20."""
    max_bytes: int = 20_000_000
    """Bytes of the body after decompression; more is ``ResponseTooLargeError``. Default 20 MB."""
    max_redirects: int = 10
    """Redirects followed in one fetch, pages that only lead on by a refresh included. Default 10; with 0 every redirect
    is an error."""
    retries: int = 2
    """Further requests in one fetch after a failure that may pass: no connection, a connection that broke, a truncated
    body, a page that seems cut off, status 429, 502, 503 or 504. Default 2."""
    delay: float = 0.0
    """Least seconds between two requests to one host, each counted from when it goes out; a longer Crawl-delay in
    robots.txt wins. Default 0."""
    concurrency_per_host: int = 4
    """Requests to one host at the same time, from one fetcher. Default 4."""
    respect_robots: bool = True
    """Ask robots.txt once for each host and obey it (RFC 9309). Default on: who reads other people's sites says so
    when they mean to override their wishes. Off, no request for robots.txt is made."""
    allow_private: bool = False
    """Allow every address and port, for tests and intranets. Default off: only public addresses and the ports 80,
    443, 8080 and 8443."""
    allow_downgrade: bool = False
    """Follow redirects from https to http. Default off."""
    http2: bool = False
    """Speak HTTP/2 with https servers that offer it; needs the extra ``http2``. Default off: one page at a time is
    asked for on a connection, so it is no faster, but a few servers answer nothing else."""
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """More request headers, or others than the default ones. ``Authorization``, ``Cookie`` and
    ``Proxy-Authorization`` go to the host of the address asked for, never to one that it redirects to. Default none."""
    cache: str | Path | None = None
    """A file (SQLite, made with its folders on first use) that keeps pages and robots.txt, so that what has not changed
    is not transferred again. A kept page is asked for conditionally (ETag, Last-Modified), or not at all for as long as
    the server vouches for it (``max-age``, ``Expires``; a day at most); ``headers={"Cache-Control": "no-cache"}`` has
    every page confirmed. Nothing is kept that the server forbids to keep, nor what was asked with credentials unless it
    is marked public (RFC 9111). Fetchers, threads and processes may share the file. One that is no such cache is a
    ``ValueError`` when the fetcher is made; one that is damaged, full or read-only costs the cache and a line in the
    log, never a page. Held as a ``Path``; ``~`` is not expanded. Default None: no cache."""
    cache_max_bytes: int = 1_000_000_000
    """Bytes of the cache file; beyond it the pages unused for longest go. Default 1 GB, some 100,000 pages."""

    def __post_init__(self) -> None:
        for name in ("timeout", "connect_timeout", "idle_timeout"):
            self._check_number(name, low=0.001, high=86_400)
        self._check_number("delay", low=0, high=86_400)
        for name, low, high in _INTEGERS:
            self._check_integer(name, low=low, high=high)
        for name in ("respect_robots", "allow_private", "allow_downgrade", "http2"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"FetchPolicy.{name} must be True or False, not {getattr(self, name)!r}")
        if not isinstance(self.user_agent, str):
            raise TypeError(f"FetchPolicy.user_agent must be a str, not {type(self.user_agent).__name__}")
        if not self.user_agent.strip() or not _HEADER_VALUE.fullmatch(self.user_agent):
            raise ValueError(f"FetchPolicy.user_agent must be one line of Latin-1 text, not {self.user_agent!r}")
        if self.contact is not None and not isinstance(self.contact, str):
            raise TypeError(f"FetchPolicy.contact must be a str or None, not {type(self.contact).__name__}")
        if self.contact is not None and not _CONTACT.fullmatch(self.contact):
            raise ValueError(f"FetchPolicy.contact must be one word without brackets, not {self.contact!r}")
        if self.cache is not None:
            object.__setattr__(self, "cache", _checked_path(self.cache))
        object.__setattr__(self, "headers", MappingProxyType(_checked_headers(self.headers)))

    @property
    def agent(self) -> str:
        """The whole User-Agent header."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent

    def __reduce__(self) -> tuple[object, ...]:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return _restore, ({**values, "headers": dict(self.headers)},)

    def _check_number(self, name: str, *, low: float, high: float) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"FetchPolicy.{name} must be a number of seconds, not {value!r}")
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError(f"FetchPolicy.{name} must be from {low:g} to {high:g} seconds, not {value!r}")

    def _check_integer(self, name: str, *, low: int, high: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"FetchPolicy.{name} must be an int, not {value!r}")
        if not low <= value <= high:
            raise ValueError(f"FetchPolicy.{name} must be from {low} to {high}, not {value!r}")


_INTEGERS = (
    ("max_bytes", 1, 2**40),
    ("max_redirects", 0, 100),
    ("retries", 0, 20),
    ("concurrency_per_host", 1, 10_000),
    ("cache_max_bytes", 100_000, 2**50),
)


def _checked_path(path: str | Path) -> Path:
    if not isinstance(path, str | Path):
        raise TypeError(f"FetchPolicy.cache must be a str, a Path or None, not {type(path).__name__}")
    if not str(path).strip() or "\0" in str(path):
        raise ValueError(f"FetchPolicy.cache must be the path of a file, not {str(path)!r}")
    return Path(path)


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        raise TypeError(f"FetchPolicy.headers must be a mapping of str to str, not {type(headers).__name__}")
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"FetchPolicy.headers must map str to str, not {name!r}: {value!r}")
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"FetchPolicy.headers: {name!r} is no header of one Latin-1 line")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"FetchPolicy.headers: {name!r} is set by the fetcher itself")
    return dict(headers)


def _restore(values: dict[str, object]) -> FetchPolicy:
    return FetchPolicy(**values)  # type: ignore[arg-type]
