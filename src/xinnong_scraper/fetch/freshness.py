"""What may be kept of an answer, how long it is good, and what a 304 does to it: RFC 9111 for a private cache.

Pure rules: no storage, no clock. Where the RFC leaves a choice, the careful one is taken, because a stale or foreign
page costs more than a request: no lifetime is guessed (4.2.2), nothing stale is served (4.2.4), and what was asked with
credentials is kept only if the server calls it public.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .headers import Headers, first, http_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "CREDENTIALS",
    "LONGEST_LIFETIME",
    "StoredPage",
    "cache_key",
    "is_fresh",
    "may_answer",
    "refreshed",
    "storable",
    "validators",
]

CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Request headers that say who is asking."""

LONGEST_LIFETIME = 86_400.0
"""Seconds; a longer lifetime counts as a day, so that a page served by mistake is not believed for a year."""

_LONGEST_DIRECTIVES = 4_000
_DIRECTIVE = re.compile(r'([^\s,="]+)(?:\s{0,8}=\s{0,8}(?:"([^"]*)"|([^\s,"]*)))?')
_ENTITY_TAG = re.compile(r'(?:W/)?(?:"[\x21\x23-\x7e]{0,500}"|[A-Za-z0-9._:+/=-]{1,500})')
_DATE = re.compile(r"[\x20-\x7e]{1,100}")

_OWN_CONDITIONS = frozenset({
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
})  # fmt: skip
_NO_PART_OF_THE_KEY = CREDENTIALS | {"host", "accept-encoding", "cache-control", "pragma"}
_NEVER_STORED = frozenset({
    "authentication-info",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "set-cookie",
    "set-cookie2",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
})  # fmt: skip
"""What belongs to one connection (RFC 9111, 3.1), and what says who was asking."""
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "content-md5", "content-range", "content-type"})
"""What a 304 leaves as it is (RFC 9111, 3.2): it describes the stored body."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A complete answer with status 200, as it is kept."""

    key: bytes
    """What it answers; see :func:`cache_key`."""
    url: str
    """The address that was sent."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Response headers without those that belong to a connection or a person."""
    body: bytes = field(repr=False)
    """The body after decompression."""
    digest: bytes = field(repr=False)
    """SHA-256 of the body."""
    asked_at: float
    """When the request was sent that this answers, or that confirmed it (seconds since 1970)."""
    received_at: float
    """When the head of that answer came (seconds since 1970)."""


def cache_key(purpose: str, url: str, request: Headers) -> bytes | None:
    """Name what a request asks for; None if its answer is neither looked up nor kept.

    The key covers the address and every header that is sent, so what a ``Vary`` may name is covered, and so is a server
    that varies without saying so. Left out are the codings, because bodies are kept decoded, and credentials, which
    :func:`storable` and :func:`may_answer` see to. A caller's own condition, range or ``no-store`` bypasses the cache.
    """
    names = {name for name, _ in request}
    if names & _OWN_CONDITIONS or "no-store" in _directives(request):
        return None
    parts = [f"{name}: {value}" for name, value in sorted(request) if name not in _NO_PART_OF_THE_KEY]
    return hashlib.sha256("\n".join([purpose, url, *parts]).encode()).digest()


def storable(
    key: bytes, url: str, request: Headers, status: int, headers: Headers, body: bytes, times: tuple[float, float]
) -> StoredPage | None:
    """Make of a complete answer what is kept of it, or None (RFC 9111, 3); ``times`` are those of its request and head.

    An answer without a length or chunks is not kept: that it ended early would never show, and the server would confirm
    it for ever.
    """
    if status != 200 or not body or not {name for name, _ in headers} & {"content-length", "transfer-encoding"}:
        return None
    dropped = _dropped(headers)
    kept = tuple((name, value) for name, value in headers if name not in dropped)
    page = StoredPage(key, url, kept, body, hashlib.sha256(body).digest(), *times)
    return page if may_answer(page, request) and (validators(page) or _lifetime(page) > 0) else None


def may_answer(page: StoredPage, request: Headers) -> bool:
    """Tell whether a page may answer requests with these credentials, or with none (RFC 9111, 3.5, 4.1 and 5.2.2.5)."""
    directives = _directives(page.headers)
    varies = {part.strip().lower() for name, value in page.headers if name == "vary" for part in value.split(",")}
    credentials = {name for name, _ in request} & CREDENTIALS
    if "no-store" in directives or "*" in varies or credentials & varies:
        return False
    return not credentials or "public" in directives


def is_fresh(page: StoredPage, request: Headers, now: float) -> bool:
    """Tell whether a page may be used without asking (RFC 9111, 4.2); only an explicit lifetime counts.

    A request may shorten it by ``Cache-Control: no-cache`` or ``max-age`` (5.2.1). ``now`` in seconds since 1970; a
    clock that was set back makes nothing fresh.
    """
    wanted = _directives(request)
    lifetime = _lifetime(page)
    if "no-cache" in wanted or _pragma(request):
        return False
    if "max-age" in wanted:
        lifetime = min(lifetime, _seconds(wanted["max-age"]))
    return page.received_at <= now and _age(page, now) < lifetime


def validators(page: StoredPage) -> tuple[tuple[str, str], ...]:
    """Give the request headers that ask whether a page has changed (RFC 9111, 4.3.1)."""
    tag, modified = _tag(page.headers), first(page.headers, "last-modified")
    conditions: list[tuple[str, str]] = []
    if tag is not None:
        conditions.append(("if-none-match", tag))
    if modified is not None and _DATE.fullmatch(modified) and http_date(modified) is not None:
        conditions.append(("if-modified-since", modified))
    return tuple(conditions)


def refreshed(page: StoredPage, headers: Headers) -> StoredPage | None:
    """Take over the headers of a 304 (RFC 9111, 3.2 and 4.3.4); None if it speaks of another page.

    The times stay those of the page: the caller knows when the 304 came.

    Entity tags are compared weakly: nginx marks the tag of a compressed 200 as weak and that of its 304 not.
    """
    tag, modified = _tag(headers), first(headers, "last-modified")
    if tag is not None:
        if _opaque(tag) != _opaque(_tag(page.headers)):
            return None
    elif modified is not None and modified != (first(page.headers, "last-modified") or modified):
        return None
    left_out = _dropped(headers) | _OF_THE_BODY
    news = [(name, value) for name, value in headers if name not in left_out]
    renewed = {name for name, _ in news} | {"age"}
    kept = [(name, value) for name, value in page.headers if name not in renewed]
    return replace(page, headers=(*kept, *news))


def _directives(headers: Headers) -> Mapping[str, list[str]]:
    """Read Cache-Control; a header of absurd length forbids everything."""
    text = ",".join(value for name, value in headers if name == "cache-control")
    if len(text) > _LONGEST_DIRECTIVES:
        return {"no-store": [""]}
    found: dict[str, list[str]] = {}
    for match in _DIRECTIVE.finditer(text):
        found.setdefault(match[1].lower(), []).append(match[2] or match[3] or "")
    return found


def _seconds(values: Sequence[str]) -> float:
    """Read a directive's seconds: the least of several, and 0 for what is no number (RFC 9111, 4.2.1)."""
    return min(float(value[:20]) if value.isascii() and value.isdigit() else 0.0 for value in values)


def _pragma(headers: Headers) -> bool:
    return any(name == "pragma" and "no-cache" in value.lower() for name, value in headers)


def _lifetime(page: StoredPage) -> float:
    """Seconds for which the server vouches (RFC 9111, 4.2.1); ``s-maxage`` is for shared caches, so not for this one.

    ``no-cache`` counts for the whole answer also where it names headers (5.2.2.4 allows it).
    """
    found = _directives(page.headers)
    if "no-cache" in found:
        return 0.0
    if "max-age" in found:
        return min(_seconds(found["max-age"]), LONGEST_LIFETIME)
    expiries = [http_date(value) for name, value in page.headers if name == "expires"]
    if not expiries or _pragma(page.headers):
        return 0.0
    ends = min(0.0 if moment is None else moment for moment in expiries)
    return min(max(0.0, ends - _date(page)), LONGEST_LIFETIME)


def _age(page: StoredPage, now: float) -> float:
    """Seconds since the origin made or confirmed the answer (RFC 9111, 4.2.3)."""
    told = (first(page.headers, "age") or "").partition(",")[0].strip()
    value = _seconds([told]) if told else 0.0
    on_arrival = max(page.received_at - _date(page), value + max(0.0, page.received_at - page.asked_at), 0.0)
    return on_arrival + now - page.received_at


def _date(page: StoredPage) -> float:
    date = http_date(first(page.headers, "date"))
    return page.received_at if date is None else date


def _dropped(headers: Headers) -> frozenset[str]:
    named = (part.strip().lower() for name, value in headers if name == "connection" for part in value.split(","))
    return _NEVER_STORED.union(named)


def _tag(headers: Headers) -> str | None:
    """Give the entity tag if it can be sent back; ``*`` would match every page."""
    tag = (first(headers, "etag") or "").strip()
    return tag if _ENTITY_TAG.fullmatch(tag) else None


def _opaque(tag: str | None) -> str:
    return (tag or "").removeprefix("W/")
