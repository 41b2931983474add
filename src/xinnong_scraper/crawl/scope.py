"""Which addresses belong to a crawl, and which of them are one page.

The hosts of a crawl are found without a public suffix list. A list would say that ``news.x.com.cn`` and ``x.com.cn``
have one owner; but the crawl starts where the user points, and what lies *below* the host that was named
(``*.x.com.cn`` for the seed ``www.x.com.cn``) is its own by the rules of the DNS alone. Hosts beside it are for the
user to name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urljoin, urlsplit

from ..errors import AddressBlockedError
from ..fetch.address import parse_address
from ..normalize.urls import canonical, date_in_url, tracks

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["Refusal", "Scope", "key_of"]

Refusal = Literal[
    "no_address",  # not http(s), or not parsed
    "host",  # another site's
    "prefix",  # outside the path prefixes
    "excluded",  # matches an exclude pattern
    "not_included",  # matches no include pattern
    "depth",  # too many links away from the seed
    "date",  # older than ``since``
]

_PLAIN = re.compile(
    r"https?://([a-z0-9.-]++(?::(?!(?:80|443)?/)[1-9][0-9]{0,4}+(?=/))?+)((?:/[A-Za-z0-9_-]++(?:[.][A-Za-z0-9_-]++)*+)*+/?+)"
    r"(?:[?]([A-Za-z_]++=[A-Za-z0-9_-]*+(?:&[A-Za-z_]++=[A-Za-z0-9_-]*+)*+))?+"
)
"""An address whose key is its host and path as they stand, with the parameters that matter."""
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION_PATH = re.compile(r";jsessionid=[^/?;]{1,200}", re.IGNORECASE)
SESSION_NAMES: Final = frozenset({"phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid", "cfid", "cftoken"})
"""Query parameters, lower case, that name a visit and no page: the defaults of PHP, Java, ASP and ColdFusion."""
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_MOST_PATTERN: Final = 500  # characters


@dataclass(frozen=True, slots=True)
class Scope:
    """Which addresses belong to a crawl. A value; :meth:`of` makes one from the seeds.

    What is out of scope is not asked for at all, list pages included. Patterns are no regular expressions but text in
    which ``*`` stands for any characters: that is matched in linear time whatever a user writes. One that begins with
    a slash is compared with path and query, any other with host, path and query, each as a whole.
    """

    hosts: tuple[str, ...]
    """Host names, with ``:port`` where it is not the scheme's own; ``.x.cn`` means x.cn and every host below it."""
    prefixes: tuple[str, ...] = ()
    """Beginnings of paths (``/nongye/``), one of which an address must have; none means all."""
    include: tuple[str, ...] = ()
    """Patterns, one of which an address must match; none means all."""
    exclude: tuple[str, ...] = ()
    """Patterns that no address may match."""
    since: date | None = None
    """The oldest day of an article: by the date beside its link, else by the date in its address."""
    max_depth: int | None = None
    """How many links away from a seed; 0 is the seeds alone."""

    _names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("hosts", "prefixes", "include", "exclude"):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(
                isinstance(v, str) and 0 < len(v) <= _MOST_PATTERN for v in value
            ):
                raise ValueError(f"{name} must be a tuple of strings of 1 to {_MOST_PATTERN} characters, not {value!r}")
        if self.max_depth is not None and self.max_depth < 0:
            raise ValueError(f"max_depth must be 0 or more, or None, not {self.max_depth}")
        object.__setattr__(self, "_names", frozenset(self.hosts))

    @classmethod
    def of(
        cls,
        *seeds: str,
        subdomains: bool = False,
        hosts: tuple[str, ...] = (),
        prefixes: tuple[str, ...] = (),
        include: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
        since: date | None = None,
        max_depth: int | None = None,
    ) -> Scope:
        """Make the scope of a crawl from its seeds: their hosts, each with its ``www.`` twin, and ``hosts`` besides.

        With ``subdomains`` everything below the seeds' hosts too, their ``www.`` left aside: ``news.x.cn`` for
        ``http://www.x.cn/``. A mobile twin (``m.x.cn``) is no part without it: it has the same articles once more.
        Raises ValueError for a seed that is no http(s) address.

        >>> Scope.of("http://www.x.cn/").hosts
        ('www.x.cn', 'x.cn')
        >>> Scope.of("http://www.x.cn/", subdomains=True).hosts
        ('.x.cn',)
        """
        found: list[str] = list(hosts)
        for seed in seeds:
            name = _place(seed)
            if name is None:
                raise ValueError(f"a crawl starts at an http(s) address, not at {seed!r}")
            bare = name.removeprefix("www.")
            if bare.partition(":")[0].replace(".", "").isdigit() or bare.startswith("["):
                found.append(name)
            elif subdomains:
                found.append(f".{bare}")
            else:
                found += [name, bare if bare != name else f"www.{name}"]
        return cls(tuple(dict.fromkeys(found)), prefixes, include, exclude, since, max_depth)

    def admits(self, url: str, *, depth: int = 0, published_at: datetime | None = None) -> bool:
        """Tell whether an address belongs to the crawl."""
        return self.refusal(url, depth=depth, published_at=published_at) is None

    def refusal(self, url: str, *, depth: int = 0, published_at: datetime | None = None) -> Refusal | None:
        """Say why an address does not belong to the crawl, None where it does.

        ``depth`` is the number of links from a seed, ``published_at`` the date beside the link.
        """
        place = _place(url)
        if place is None:
            return "no_address"
        if not self._has_host(place):
            return "host"
        if self.max_depth is not None and depth > self.max_depth:
            return "depth"
        if self.prefixes or self.include or self.exclude:
            parts = urlsplit(url)
            path = parts.path or "/"
            if self.prefixes and not path.startswith(self.prefixes):
                return "prefix"
            target = f"{path}?{parts.query}" if parts.query else path
            if any(_matches(pattern, place, target) for pattern in self.exclude):
                return "excluded"
            if self.include and not any(_matches(pattern, place, target) for pattern in self.include):
                return "not_included"
        if self.since is not None:
            day = published_at.date() if published_at else date_in_url(url)
            if day is not None and day < self.since:
                return "date"
        return None

    def _has_host(self, place: str) -> bool:
        if place in self._names:
            return True
        below = f".{place}"
        while below:
            if below in self._names:
                return True
            start = below.find(".", 1)
            below = below[start:] if start > 0 else ""
        return False


def _place(url: str) -> str | None:
    """Give the host in lower case, with its port where that is not the scheme's own; None for no http(s) address."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc or "@" in parts.netloc:
        return None
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme]).removesuffix(":") or None


def _matches(pattern: str, place: str, target: str) -> bool:
    return _globs(pattern, target if pattern[0] == "/" else place + target)


def _globs(pattern: str, text: str) -> bool:
    """Tell whether a pattern with ``*`` for any characters is the whole text: each piece is looked for once.

    >>> _globs("/nongye/*.html", "/nongye/2018/1.html"), _globs("/a*b*", "/ac")
    (True, False)
    """
    first, *pieces = pattern.split("*")
    if not pieces:
        return pattern == text
    last = pieces.pop()
    if not text.startswith(first) or not text.endswith(last) or len(first) + len(last) > len(text):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in pieces:
        position = text.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True


def key_of(url: str) -> str:
    """Give the form under which two addresses are one page to a crawl.

    One are http and https, the cases of scheme and host, a default port, the fragment, what only tracks
    (:func:`xinnong_scraper.normalize.urls.canonical`), the session ids of common servers, and the spellings of one
    path: Chinese or percent-encoded, ``%7E`` or ``~`` (RFC 3986, 6.2.2). Different stay ``/a`` and ``/a/``, an index
    file and its folder, ``www.`` and none, the order of parameters: servers may answer differently, and a redirect
    shows what is one all the same.

    >>> key_of("https://X.cn:443/小麦?utm_source=wx#top") == key_of("http://x.cn/%e5%b0%8f%e9%ba%a6")
    True
    """
    if plain := _PLAIN.fullmatch(url):
        place = plain[1] + (plain[2] or "/")
        query = "&".join(pair for pair in plain[3].split("&") if not tracks(pair)) if plain[3] else ""
        return _without_session(f"{place}?{query}") if query else place
    try:
        address = parse_address(canonical(url))
    except AddressBlockedError:
        return url.partition("#")[0]
    target = address.target
    if "/." in target:
        target = urljoin("/", target) if not target.startswith("//") else target
    if "%" in target:
        target = _ESCAPE.sub(_spelling, target)
    return address.host_header + _without_session(target)


def _spelling(match: re.Match[str]) -> str:
    char = chr(int(match[0][1:], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _without_session(target: str) -> str:
    if ";" in target:
        target = _SESSION_PATH.sub("", target)
    path, mark, query = target.partition("?")
    if not mark:
        return target
    kept = "&".join(pair for pair in query.split("&") if pair.partition("=")[0].lower() not in SESSION_NAMES)
    return f"{path}?{kept}" if kept else path
