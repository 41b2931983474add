"""HTTP/2 servers that misbehave: the same typed errors, and none of them past the deadline."""

from __future__ import annotations

import contextlib
import ssl
import time
from typing import TYPE_CHECKING

import pytest
import trustme

from xinnong_scraper.errors import ConnectionFailedError, ResponseTooLargeError

from .faults import Connection, FaultServer, fetch_in_turn, policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from h2.connection import H2Connection

h2_connection = pytest.importorskip("h2.connection")
h2_config = pytest.importorskip("h2.config")
h2_events = pytest.importorskip("h2.events")

both = pytest.mark.parametrize("driver", ["sync", "async"])

NO_FRAME = b"\x00\x00\x04\x00\x00\x00\x00\x00\x00abcd"
"""Data for stream 0, which RFC 9113, 6.1 forbids."""


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    context.set_alpn_protocols(["h2"])
    return context


@contextlib.contextmanager
def serving(tls: ssl.SSLContext, answer: Callable[[H2Connection, int], bytes]) -> Iterator[str]:
    """Answer each request with what ``answer`` queues, and a moment later with the bytes that it returns."""

    def talk(sock: ssl.SSLSocket) -> None:
        config = h2_config.H2Configuration(client_side=False, validate_outbound_headers=False)
        engine = h2_connection.H2Connection(config)
        engine.initiate_connection()
        sock.sendall(engine.data_to_send())
        while data := sock.recv(65_536):
            for event in engine.receive_data(data):
                if isinstance(event, h2_events.RequestReceived):
                    rest = answer(engine, event.stream_id)
                    sock.sendall(engine.data_to_send())
                    time.sleep(0.2)  # so that the head is read before the rest comes
                    sock.sendall(rest)
            sock.sendall(engine.data_to_send())

    def accepted(connection: Connection) -> None:
        with contextlib.suppress(OSError), connection.wrapped(tls) as sock:
            talk(sock)

    with FaultServer(None, accepted) as server:
        yield server.url(host="localhost").replace("http:", "https:")


@both
def test_a_body_that_is_left_early_holds_nobody_up(driver: str, tls: ssl.SSLContext) -> None:
    def endless(engine: H2Connection, stream: int) -> bytes:
        engine.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
        engine.send_data(stream, b"x" * 16_000)
        return b""

    with serving(tls, endless) as url:
        start = time.monotonic()
        (error,) = fetch_in_turn(driver, [url], policy(http2=True, max_bytes=1_000, idle_timeout=3))
    assert isinstance(error, ResponseTooLargeError)
    assert time.monotonic() - start < 2


@both
def test_frames_that_are_none_are_a_typed_error(driver: str, tls: ssl.SSLContext) -> None:
    def garbage(engine: H2Connection, stream: int) -> bytes:
        engine.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
        engine.send_data(stream, b"<html>")
        return NO_FRAME

    with serving(tls, garbage) as url:
        (error,) = fetch_in_turn(driver, [url], policy(http2=True, retries=0))
    assert isinstance(error, ConnectionFailedError)


@both
def test_a_status_that_is_no_number_is_a_typed_error(driver: str, tls: ssl.SSLContext) -> None:
    def nonsense(engine: H2Connection, stream: int) -> bytes:
        engine.send_headers(stream, [(":status", "abc"), ("content-type", "text/html")])
        return b""

    with serving(tls, nonsense) as url:
        (error,) = fetch_in_turn(driver, [url], policy(http2=True, retries=0))
    assert isinstance(error, ConnectionFailedError)
