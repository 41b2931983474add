"""https from servers that do it wrong, and from one that does it right; every case with both drivers."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from xinnong_scraper.errors import AddressBlockedError, ConnectionFailedError, FetchError, FetchTimeoutError
from xinnong_scraper.fetch.transport import tls_context
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, Outcome, fetch_in_turn, policy, response, says

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

HOST = "portal.example"


def context(issuer: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    """What a server shows: a certificate for these names."""
    until = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(*names, not_before=until - timedelta(days=9), not_after=until).configure_cert(made)
    return made


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def good_tls(authority: trustme.CA) -> ssl.SSLContext:
    return context(authority, HOST, "127.0.0.1")


@pytest.fixture(autouse=True)
def _trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority is trusted the way a user would trust it: OpenSSL's own variable names its certificate."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def local(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def fetch_then_good(driver: str, bad: FaultServer, tls: ssl.SSLContext, **changes: object) -> Outcome:
    """Fetch from the bad server, then from a good one with the same fetcher."""
    with bad, FaultServer(tls, good=says(response())) as server:
        urls = [f"https://{HOST}:{bad.port}/page", server.url("/good", host=HOST)]
        outcome, good = fetch_in_turn(driver, urls, policy(**changes), local)
    assert isinstance(good, FetchedPage), good
    return outcome


def test_authority_named_by_the_environment_is_trusted(driver: str, good_tls: ssl.SSLContext) -> None:
    with FaultServer(good_tls, page=says(response())) as server:
        urls = [server.url(host=HOST), server.url(host="portal.example."), server.url()]
        outcomes = fetch_in_turn(driver, urls, policy(), local)
    assert [outcome.body for outcome in outcomes if isinstance(outcome, FetchedPage)] == [PAGE] * 3


def test_authority_that_nobody_named_is_not_trusted(
    driver: str, good_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with FaultServer(good_tls, page=says(response())) as server:
        (error,) = fetch_in_turn(driver, [server.url(host=HOST)], policy(), local)
        assert server.asked == []
    assert isinstance(error, ConnectionFailedError)


WRONG: dict[str, Callable[[trustme.CA], ssl.SSLContext]] = {
    "expired": lambda authority: context(authority, HOST, expired=True),
    "another name": lambda authority: context(authority, "another.example"),
    "a name above": lambda authority: context(authority, "example"),
    "the address only": lambda authority: context(authority, "127.0.0.1"),
    "no authority that is known": lambda _: context(trustme.CA(), HOST),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_certificate(driver: str, name: str, authority: trustme.CA, good_tls: ssl.SSLContext) -> None:
    server = FaultServer(WRONG[name](authority), page=says(response()))
    error = fetch_then_good(driver, server, good_tls)
    assert type(error) is ConnectionFailedError
    assert "no secure connection" in str(error)
    assert (server.asked, server.connections) == ([], 1), "nothing is sent, and a certificate is not asked for again"


def test_redirect_to_a_wrong_certificate(driver: str, authority: trustme.CA) -> None:
    with FaultServer(context(authority, "another.example"), page=says(response())) as secured:
        away = says(response(b"", status=301, location=secured.url(host=HOST)))
        with FaultServer(page=away, good=says(response())) as server:
            urls = [server.url(), server.url("/good")]
            error, good = fetch_in_turn(driver, urls, policy(), local)
        assert secured.asked == []
    assert isinstance(error, ConnectionFailedError)
    assert error.url == secured.url(host=HOST)
    assert isinstance(good, FetchedPage)


def test_redirect_from_https_to_http_is_not_followed(driver: str, good_tls: ssl.SSLContext) -> None:
    with FaultServer(page=says(response())) as plain:
        bad = FaultServer(good_tls, page=says(response(b"", status=302, location=plain.url())))
        error = fetch_then_good(driver, bad, good_tls)
        assert plain.asked == []
    assert isinstance(error, AddressBlockedError)


@pytest.mark.parametrize("limit", ["connect_timeout", "timeout"])
def test_handshake_that_hangs(driver: str, good_tls: ssl.SSLContext, limit: str) -> None:
    error = fetch_then_good(
        driver, FaultServer(None, lambda connection: connection.hang()), good_tls, **{limit: 0.4}, retries=0
    )
    assert isinstance(error, FetchTimeoutError)
    assert error.timeout == 0.4


def test_handshake_byte_by_byte(driver: str, good_tls: ssl.SSLContext) -> None:
    def accepted(connection: Connection) -> None:
        connection.drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 500, 0.02)

    error = fetch_then_good(driver, FaultServer(None, accepted), good_tls, connect_timeout=0.4, retries=0)
    assert isinstance(error, FetchTimeoutError | ConnectionFailedError)


def test_late_name_and_late_handshake_share_the_time_for_a_connection(driver: str) -> None:
    waits = threading.Event()

    def late(_host: str, _port: int) -> list[str]:
        waits.wait(0.6)
        return ["127.0.0.1"]

    chosen = policy(timeout=1.0, connect_timeout=0.8, retries=0)
    with FaultServer(None, lambda connection: connection.hang()) as server:
        (error,) = fetch_in_turn(driver, [f"https://{HOST}:{server.port}/"], chosen, late)
    assert isinstance(error, FetchTimeoutError)
    assert error.timeout == 0.8, "the limit of the connection is reached before that of the fetch"


@pytest.mark.parametrize("said", [response(), b"\0" * 100, b"SSH-2.0-x\r\n", b"\x15\x03\x03\x00\x02\x02\x28", b""])
def test_no_tls_where_it_should_be(driver: str, good_tls: ssl.SSLContext, said: bytes) -> None:
    def accepted(connection: Connection) -> None:
        connection.send(said)
        connection.end()

    error = fetch_then_good(driver, FaultServer(None, accepted), good_tls, retries=1)
    assert type(error) is ConnectionFailedError
    assert error.url


def test_reset_in_the_handshake(driver: str, good_tls: ssl.SSLContext) -> None:
    error = fetch_then_good(driver, FaultServer(None, lambda connection: connection.reset()), good_tls, retries=1)
    assert type(error) is ConnectionFailedError


def test_reset_before_the_handshake_leaves_no_socket(driver: str, good_tls: ssl.SSLContext) -> None:
    """The same, with the reset surely there before TLS begins, which ssl alone answers with an open socket."""
    del driver, good_tls
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        select.select([client], [], [], 5)
        with pytest.raises(ConnectionResetError):
            tls_context().wrap_socket(client, server_hostname=HOST)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nConte",
        response(length=500),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n",
    ],
)
@pytest.mark.parametrize("how", ["ends", "resets", "garbage"])
def test_tls_cut(driver: str, good_tls: ssl.SSLContext, sent: bytes, how: str) -> None:
    def cut(connection: Connection, _asked: Asked) -> None:
        connection.send(sent)
        if how == "resets":
            connection.reset()
        if how == "garbage":
            connection.send_below_tls(b"\x17\x03\x03\x00\x20" + b"\xaa" * 32)

    error = fetch_then_good(driver, FaultServer(good_tls, page=cut), good_tls, retries=0)
    assert type(error) is ConnectionFailedError, error
    with FaultServer(good_tls, page=[cut, says(response())]) as server:
        (page,) = fetch_in_turn(driver, [server.url(host=HOST)], policy(retries=2), local)
    assert isinstance(page, FetchedPage), page


def test_silence_over_tls_ends_with_the_deadline(driver: str, good_tls: ssl.SSLContext) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(response(length=500))
        connection.hang()

    error = fetch_then_good(driver, FaultServer(good_tls, page=script), good_tls, timeout=0.5)
    assert isinstance(error, FetchTimeoutError)


@pytest.mark.parametrize("records", [1, 2])
@pytest.mark.parametrize("while_waiting", [False, True])
def test_second_response_over_tls_is_no_answer(
    driver: str, good_tls: ssl.SSLContext, records: int, while_waiting: bool
) -> None:
    smuggled, sent = response(b"<html>smuggled"), threading.Event()

    def script(connection: Connection, asked: Asked) -> None:
        own = response(b"<html>" + asked.path.encode())
        for data in [own + smuggled] if records == 1 else [own, smuggled]:
            connection.send(data)
        sent.set()
        connection.next()

    def meanwhile(connection: Connection, _asked: Asked) -> None:
        sent.wait(5)
        connection.send(response())

    with FaultServer(good_tls, a=script, b=script) as server, FaultServer(other=meanwhile) as other:
        urls = [server.url("/a", host=HOST), *[other.url("/other")] * while_waiting, server.url("/b", host=HOST)]
        outcomes = fetch_in_turn(driver, urls, policy(retries=0), local)
    assert all(isinstance(outcome, FetchedPage) for outcome in outcomes), outcomes
    bodies = [outcome.body for outcome in outcomes if isinstance(outcome, FetchedPage)]
    assert (bodies[0], bodies[-1]) == (b"<html>/a", b"<html>/b")


def test_connection_over_tls_is_kept(driver: str, good_tls: ssl.SSLContext) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(response())
        while connection.next() is not None:
            connection.send(response())

    with FaultServer(good_tls, page=script) as server:
        outcomes = fetch_in_turn(driver, [server.url(host=HOST)] * 4, policy(), local)
        assert server.connections == 1
    assert not [outcome for outcome in outcomes if isinstance(outcome, FetchError)]
