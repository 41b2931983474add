"""Heads that are too much, no HTTP, or say strange things; every case with both drivers, and nothing is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from xinnong_scraper.errors import ConnectionFailedError, FetchError, FetchTimeoutError, HTTPStatusError
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, fetch_then_good, response, says

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
TEN_MEGABYTES = 10_000_000


@pytest.mark.parametrize("form", ["one huge header", "many headers", "status line", "no line break", "interim heads"])
def test_ten_megabytes_of_headers(driver: str, form: str) -> None:
    data = {
        "one huge header": OK + b"X-Much: " + b"a" * TEN_MEGABYTES + b"\r\n\r\n" + PAGE,
        "many headers": OK + b"X-Much: aaaaaaaaaa\r\n" * (TEN_MEGABYTES // 20) + b"\r\n" + PAGE,
        "status line": b"HTTP/1.1 200 " + b"a" * TEN_MEGABYTES + b"\r\n\r\n" + PAGE,
        "no line break": b"a" * TEN_MEGABYTES,
        "interim heads": (b"HTTP/1.1 103 Hints\r\n" + b"Link: aaaa\r\n" * 80_000 + b"\r\n") * 10 + response(),
    }[form]
    error, server = fetch_then_good(driver, says(data))
    assert isinstance(error, ConnectionFailedError)
    assert server.paths() == ["/page", "/good"], "what is no valid HTTP is not asked for again"


NO_HTTP = {
    "HTTP/0.9": PAGE + b"\r\n\r\n",
    "binary": bytes(range(256)) * 40,
    "zeros": bytes(5000),
    "TLS alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "FTP": b"220 ready\r\n\r\n",
    "HTTP/2 settings": b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff",
    "status of two digits": b"HTTP/1.1 20 OK\r\n\r\n" + PAGE,
    "status of letters": b"HTTP/1.1 abc OK\r\n\r\n" + PAGE,
    "version": b"HTTP/9.9.9 200 OK\r\n\r\n" + PAGE,
    "NUL in a header": OK + b"X-Odd: a\0b\r\n" + LENGTH + b"\r\n" + PAGE,
    "NUL in a name": OK + b"X-O\0dd: ab\r\n" + LENGTH + b"\r\n" + PAGE,
    "line without a colon": OK + b"odd\r\n" + LENGTH + b"\r\n" + PAGE,
    "space before the colon": OK + b"Content-Length : 5\r\n\r\n" + PAGE,
    "conflicting lengths": OK + LENGTH + b"Content-Length: 5\r\n\r\n" + PAGE,
    "conflicting lengths in one": OK + b"Content-Length: 5, 6\r\n\r\n" + PAGE,
    "negative length": OK + b"Content-Length: -5\r\n\r\n" + PAGE,
    "length of letters": OK + b"Content-Length: many\r\n\r\n" + PAGE,
    "length of a thousand digits": OK + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n" + PAGE,
    "unknown transfer coding": OK + b"Transfer-Encoding: gzip\r\n\r\n" + PAGE,
}


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_is_no_valid_http_is_an_error_and_not_asked_for_again(driver: str, name: str) -> None:
    error, server = fetch_then_good(driver, says(NO_HTTP[name]))
    assert type(error) is ConnectionFailedError, error
    assert server.paths() == ["/page", "/good"]


STRANGE = {
    "folded header": OK + b"X-Long: one\r\n  two\r\n" + LENGTH + b"\r\n" + PAGE,
    "same length twice": OK + LENGTH * 2 + b"\r\n" + PAGE,
    "same length in one": OK + b"Content-Length: %d, %d\r\n\r\n" % (len(PAGE), len(PAGE)) + PAGE,
    "length and chunks": OK
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE),
    "bytes in a header": OK + b"X-Name: \xc5\xa9\xff\r\n" + LENGTH + b"\r\n" + PAGE,
    "header without a value": OK + b"X-Empty:\r\n" + LENGTH + b"\r\n" + PAGE,
    "a thousand cookies": OK + b"Set-Cookie: a=b\r\n" * 1000 + LENGTH + b"\r\n" + PAGE,
    "no reason": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n" + LENGTH + b"\r\n" + PAGE,
    "bare line breaks": (OK + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAGE,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "upgrade offered": OK + b"Upgrade: h2c\r\nConnection: Upgrade\r\n" + LENGTH + b"\r\n" + PAGE,
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + response(),
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + response(),
    "three interim heads": b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + response(),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_heads_that_are_valid_give_the_page(driver: str, name: str) -> None:
    page, server = fetch_then_good(driver, says(STRANGE[name]), retries=0)
    assert isinstance(page, FetchedPage), page
    assert page.body == PAGE
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize(
    "cookie",
    ["名=农".encode(), "名=农".encode("gbk"), b"a=\x01\x02\x7f", b"a=b\tc", b"a= b ", b"=", b"a=" + b"x" * 9000],
)
def test_strange_cookie_goes_back_or_is_dropped(driver: str, cookie: bytes) -> None:
    away = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /good\r\nSet-Cookie: " + cookie + b"\r\n\r\n"
    page, server = fetch_then_good(driver, says(away))
    assert isinstance(page, FetchedPage), page
    if cookie == "名=农".encode():
        assert server.asked[1].headers["cookie"].encode("latin-1") == cookie


def test_interim_heads_for_ever(driver: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        while connection.send(b"HTTP/1.1 100 Continue\r\n\r\n"):
            pass

    error, _ = fetch_then_good(driver, script, timeout=0.3, retries=0)
    assert isinstance(error, FetchTimeoutError | ConnectionFailedError)


@pytest.mark.parametrize("body", [b"", b"\x81\x05hello" * 100])
def test_switch_to_a_protocol_that_nobody_asked_for(driver: str, body: bytes) -> None:
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    error, server = fetch_then_good(driver, says(head + body))
    assert isinstance(error, HTTPStatusError | ConnectionFailedError)
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize("status", [205, 226, 300, 305, 306, 399, 418, 451, 505, 599, 600, 999])
def test_status_that_carries_no_page(driver: str, status: int) -> None:
    outcome, server = fetch_then_good(driver, says(response(PAGE, status=status)))
    if status == 226:
        assert isinstance(outcome, FetchedPage)
    else:
        assert isinstance(outcome, HTTPStatusError | ConnectionFailedError), outcome
        assert not isinstance(outcome, HTTPStatusError) or outcome.status == status
    assert server.paths() == ["/page", "/good"]


def test_empty_answer_like_that_to_a_head_request(driver: str) -> None:
    outcome, _ = fetch_then_good(driver, says(response(b"", length=500)), retries=0)
    assert type(outcome) is ConnectionFailedError
    outcome, _ = fetch_then_good(driver, says(response(b"")))
    assert isinstance(outcome, FetchedPage)
    assert outcome.body == b""


# Retry-After (RFC 9110, 10.2.3)


def in_seconds(value: str | int) -> str:
    """A number stands for the date so many seconds from now."""
    if isinstance(value, str):
        return value
    return format_datetime(datetime.now(UTC) + timedelta(seconds=value), usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("120", 120, 120),
        ("1000000000000", 86_400, 86_400),
        ("9" * 5000, 86_400, 86_400),
        (1000, 900, 1000),
        (10**9, 86_400, 86_400),
    ],
)
def test_long_retry_after_is_handed_on_at_once(
    driver: str, status: int, value: str | int, low: float, high: float
) -> None:
    error, server = fetch_then_good(driver, says(response(b"", status=status, retry_after=in_seconds(value))))
    assert isinstance(error, HTTPStatusError)
    assert error.status == status
    assert error.retry_after is not None
    assert low <= error.retry_after <= high
    assert server.paths() == ["/page", "/good"]


@pytest.mark.parametrize(
    "value",
    ["-5", "-1000000000000", "1.5", "1e9", "soon", "", "0x10", "٣", "Fri, 99 Foo 2026 99:99:99 GMT", "1,2", "inf",
     "Thu, 01 Jan 1970 00:00:00 +99999999999999", "1 Jan 2026 1:1:1:1:1", "nan"],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_absurd_retry_after_counts_as_none(driver: str, status: int, value: str) -> None:
    def busy(connection: Connection, _asked: Asked) -> None:
        head = f"HTTP/1.1 {status} Busy\r\nContent-Length: 0\r\nRetry-After: {value}\r\n\r\n"
        connection.send(head.encode())

    error, _ = fetch_then_good(driver, busy, retries=0)
    assert isinstance(error, HTTPStatusError)
    assert (error.status, error.retry_after) == (status, None)


@pytest.mark.parametrize("value", ["0", -1000, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_retry_after_that_is_over_means_now(driver: str, value: str | int) -> None:
    busy = says(response(b"", status=429, retry_after=in_seconds(value)))
    page, server = fetch_then_good(driver, [busy, says(response())])
    assert isinstance(page, FetchedPage), page
    assert server.asked[1].at - server.asked[0].at < 1


def test_every_error_of_a_bad_head_names_its_address(driver: str) -> None:
    error, server = fetch_then_good(driver, says(b"\0" * 100))
    assert isinstance(error, FetchError)
    assert error.url == server.url()
