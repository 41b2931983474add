"""Pages that are only a waypoint: nothing to read, and a refresh that leads on.

The syntax is that of the ``Refresh`` header and of ``<meta http-equiv="refresh">`` (WHATWG HTML, "shared declarative
refresh steps"); the header counts before the elements, the first that is valid counts.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from ..skim import Glance, glance
from .headers import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["refresh_target", "waypoint"]

_WINDOW: Final = 16_384
"""Bytes of a document in which a refresh is looked for; a larger one is more than a waypoint."""

_LONGEST_DELAY: Final = 5.0
"""Seconds; a page that means to be seen longer is a page."""

_MOST_TEXT: Final = 150
"""Bytes of text on a waypoint ("please wait, or follow this link"), some 50 Chinese characters."""

_LONGEST_TARGET: Final = 8_000

_REFRESH: Final = re.compile(
    r"""[ \t\r\n\f]*+ (?P<time>[0-9]*+) (?P<rest>[0-9.]*+)
        (?: (?P<gap>[;,]|[ \t\r\n\f]) (?P<target>.*) )? \Z""",
    re.VERBOSE | re.DOTALL,
)
_SEPARATOR: Final = re.compile(r"[ \t\r\n\f]*+[;,]?+[ \t\r\n\f]*+")
_NAME: Final = re.compile(r"url[ \t\r\n\f]*+=[ \t\r\n\f]*+", re.IGNORECASE)
_WHITE: Final = " \t\r\n\f"


def refresh_target(headers: Iterable[tuple[str, str]], head: bytes) -> tuple[float, str] | None:
    r"""Read where a page leads on to and after how many seconds; None where it stays.

    ``headers`` have their names in lower case. Refreshes inside ``<noscript>``, comments, scripts and templates do not
    count. The target is as written, joined to ``<base href>``; empty is the page itself. Bytes that are no UTF-8 are
    kept in percent notation.

    >>> refresh_target([], b'<META HTTP-EQUIV="Refresh" CONTENT="0; URL=\'/a/1.html\'">')
    (0.0, '/a/1.html')
    >>> refresh_target([("refresh", "300")], b"")
    (300.0, '')
    """
    return _found(headers, glance(head[:_WINDOW]))


def waypoint(headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """Give the target of a page that has nothing to read and leads on within five seconds; None for every other page.

    >>> waypoint([], b'<meta http-equiv=refresh content="0;url=/b"><p>Please wait')
    '/b'
    """
    headers = [(name, value) for name, value in headers if name == "refresh"]
    if len(body) > _WINDOW or not (headers or b"refresh" in body.lower()):
        return None
    seen = glance(body)
    found = _found(headers, seen)
    return found[1] if found and found[0] <= _LONGEST_DELAY and seen.text <= _MOST_TEXT else None


def _found(headers: Iterable[tuple[str, str]], seen: Glance) -> tuple[float, str] | None:
    written = [value for name, value in headers if name == "refresh"]
    written += [
        html.unescape(text_of(meta.get(b"content", b"")))
        for meta in seen.metas
        if meta.get(b"http-equiv", b"").lower() == b"refresh"
    ]
    for value in written:
        parsed = _parse(value)
        if parsed and not parsed[1].lower().startswith("javascript:"):
            seconds, target = parsed
            return seconds, _from_base(seen.base, target) if target else ""
    return None


def _parse(value: str) -> tuple[float, str] | None:
    match = _REFRESH.match(value[:_LONGEST_TARGET])
    if match is None or not (match["time"] or match["rest"]):
        return None
    seconds = float(match["time"][:9] or 0)
    if match["gap"] is None:
        return seconds, ""
    target = value[match.start("gap") : _LONGEST_TARGET]
    target = target[_end(_SEPARATOR, target) :]
    named = _end(_NAME, target)
    # After a "u" that begins no "url=" a quote is not looked for, but none can stand there either.
    target = target[named:]
    if target[:1] in ('"', "'"):
        target = target[1:].partition(target[0])[0]
    return seconds, target.strip(_WHITE)


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _from_base(base: bytes | None, target: str) -> str:
    if not base:
        return target
    try:
        return urljoin(html.unescape(text_of(base)).strip(_WHITE), target)
    except ValueError:
        return target
