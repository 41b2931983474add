"""robots.txt as RFC 9309 has it: parsed by protego, kept for a day, bounded in every direction."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice

from protego import Protego

from ..errors import FetchError, HTTPStatusError

__all__ = ["RobotsCache", "RobotsRules", "product_token"]

MAX_CRAWL_DELAY = 60.0
"""Seconds; a longer Crawl-delay counts as this one."""

_KEPT = 86_400.0  # RFC 9309, 2.4: no longer than a day
_KEPT_UNAVAILABLE = 60.0
_MAX_HOSTS = 2_000
_MAX_SITEMAPS = 100

_AGENT_LINE = re.compile(r"user[- ]?agent ?:? ?(?P<name>.*)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s/;(]{1,200}")
_OTHERS = "~"


def product_token(user_agent: str) -> str:
    """Find the word of a user agent that groups in robots.txt are named by, in lower case.

    >>> product_token("NewsBot/2.1 (+https://news.example/bot)")
    'newsbot'
    """
    match = _TOKEN.search(user_agent)
    return match[0].lower() if match else "*"


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one host's robots.txt says to one user agent."""

    crawl_delay: float = 0.0
    """Seconds between two requests, 0 where none is asked for."""
    sitemaps: tuple[str, ...] = ()
    """The addresses on its ``Sitemap`` lines, 100 at most."""
    _parsed: Protego | None = None
    _token: str = ""
    _otherwise: bool = True

    @classmethod
    def parse(cls, body: bytes, user_agent: str) -> RobotsRules:
        r"""Read a file; what is no rule is skipped.

        >>> rules = RobotsRules.parse(b"User-agent: *\nDisallow: /search\nCrawl-delay: 2", "bot/1")
        >>> rules.allows("http://a.example/search?q=1"), rules.allows("http://a.example/"), rules.crawl_delay
        (False, True, 2.0)
        """
        token = product_token(user_agent)
        parsed = Protego.parse(_for_token(body.decode("utf-8-sig", errors="replace"), token))
        delay = parsed.crawl_delay(token) or 0.0
        sitemaps = tuple(str(address) for address in islice(parsed.sitemaps, _MAX_SITEMAPS))
        return cls(min(float(delay), MAX_CRAWL_DELAY), sitemaps, parsed, token)

    @classmethod
    def after_error(cls, error: FetchError) -> RobotsRules:
        """Rules where the file could not be had: a host in trouble allows nothing, every other one everything."""
        in_trouble = isinstance(error, HTTPStatusError) and error.status >= 500
        return cls(_otherwise=not in_trouble)

    @property
    def unavailable(self) -> bool:
        """The host could not give its file, so nothing may be fetched for now (RFC 9309, 2.3.1.4)."""
        return self._parsed is None and not self._otherwise

    def allows(self, url: str) -> bool:
        """Tell whether the address may be fetched."""
        return self._otherwise if self._parsed is None else bool(self._parsed.can_fetch(url, self._token))


def _for_token(text: str, token: str) -> str:
    """Name every group by ``token``, ``*`` or one stand-in for all others.

    Tokens match as a whole (RFC 9309, 2.2.1), and a file that names ten thousand agents costs no
    more than one with three.
    """
    return "\n".join(_renamed(line, token) for line in text.splitlines())


def _renamed(line: str, token: str) -> str:
    line = " ".join(line.partition("#")[0].split())
    match = _AGENT_LINE.fullmatch(line)
    if match is None:
        return line
    name = match["name"].strip()
    ours = name == "*" or product_token(name) == token
    return f"User-agent: {('*' if name == '*' else token) if ours else _OTHERS}"


@dataclass(frozen=True, slots=True)
class _Entry:
    rules: RobotsRules | None
    error: FetchError | None
    at: float


class RobotsCache:
    """The rules of the hosts seen last, by origin; forgets the oldest beyond 2,000."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, origin: str, now: float) -> RobotsRules | None:
        """Give the rules, if they are known and fresh."""
        entry = self._entries.get(origin)
        if entry is None or entry.rules is None:
            return None
        return entry.rules if now - entry.at < (_KEPT_UNAVAILABLE if entry.rules.unavailable else _KEPT) else None

    def failure(self, origin: str, since: float) -> FetchError | None:
        """Give the error of an attempt that ended after ``since``: who waited for it need not try again."""
        entry = self._entries.get(origin)
        return entry.error if entry is not None and entry.at >= since else None

    def put(self, origin: str, outcome: RobotsRules | FetchError, now: float) -> None:
        """Keep an outcome."""
        entry = _Entry(None, outcome, now) if isinstance(outcome, FetchError) else _Entry(outcome, None, now)
        self._entries.pop(origin, None)
        self._entries[origin] = entry
        if len(self._entries) > _MAX_HOSTS:
            self._entries.popitem(last=False)
