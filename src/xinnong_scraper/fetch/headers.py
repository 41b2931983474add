"""Response headers and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["Headers", "first", "http_date", "retry_after", "text_of"]

Headers = Sequence[tuple[str, str]]
"""Response headers in the order of arrival, names in lower case."""


def first(headers: Headers, wanted: str) -> str | None:
    """Give the first value of a header, None where there is none."""
    return next((value for name, value in headers if name == wanted), None)


def http_date(text: str | None) -> float | None:
    """Read an HTTP date in any of its three forms (RFC 9110, 5.6.7) as seconds since 1970; None if it is none.

    >>> http_date("Thu, 01 Jan 1970 00:01:00 GMT"), http_date("Thursday, 01-Jan-70 00:01:00 GMT"), http_date("0")
    (60.0, 60.0, None)
    """
    try:
        moment = parsedate_to_datetime((text or "").strip()[:100])
    except (ValueError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from now; at most a day (RFC 9110, 10.2.3).

    >>> retry_after("120"), retry_after("soon"), retry_after("99999999999")
    (120.0, None, 86400.0)
    >>> retry_after("Wed, 21 Oct 2026 07:28:00 GMT", now=datetime(2026, 10, 21, 7, 27, tzinfo=UTC))
    60.0
    """
    text = (value or "").strip()[:100]
    if text.isascii() and text.isdigit():
        return min(float(text), 86_400.0)
    moment = http_date(text)
    if moment is None:
        return None
    return min(max(0.0, moment - (now or datetime.now(UTC)).timestamp()), 86_400.0)


def text_of(value: bytes) -> str:
    """Read a value as it came: ASCII mostly, else UTF-8; other bytes (a GBK address) are kept in percent notation.

    >>> text_of("/中".encode("gbk"))
    '/%D6%D0'
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)
