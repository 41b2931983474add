"""Connections that break, stall or carry more than they should; every case with both drivers, and nothing is left."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.errors import ConnectionFailedError, FetchTimeoutError
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, fetch_in_turn, fetch_then_good, policy, response, says

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"

BEFORE_A_RESET = {
    "before the head": b"",
    "in the status line": b"HTTP/1.1 20",
    "in the head": b"HTTP/1.1 200 OK\r\nContent-Type: te",
    "after the head": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n",
    "in the body": response(length=500),
    "in a chunk": CHUNKED + b"ff\r\n<html>",
    "in the body of no declared length": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
}


@pytest.mark.parametrize("where", BEFORE_A_RESET)
def test_reset(driver: str, where: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(BEFORE_A_RESET[where])
        connection.reset()

    page, server = fetch_then_good(driver, [script, says(response())])
    assert isinstance(page, FetchedPage), page
    assert server.paths() == ["/page", "/page", "/good"]
    error, _ = fetch_then_good(driver, script, retries=0)
    assert type(error) is ConnectionFailedError
    assert error.url


@pytest.mark.parametrize("where", BEFORE_A_RESET)
def test_silence_ends_with_the_deadline(driver: str, where: str) -> None:
    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(BEFORE_A_RESET[where])
        connection.hang()

    error, server = fetch_then_good(driver, script, timeout=0.3)
    assert isinstance(error, FetchTimeoutError)
    assert (error.timeout, error.url) == (0.3, server.url())


def test_refused_then_listening(driver: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with FaultServer(good=says(response())) as server:
        urls = [f"http://127.0.0.1:{port}/", server.url("/good")]
        error, good = fetch_in_turn(driver, urls, policy(retries=1))
    assert isinstance(error, ConnectionFailedError)
    assert isinstance(good, FetchedPage)


def test_connection_that_nobody_accepts(driver: str) -> None:
    """A full queue of connections: the next one gets no answer, not even a refusal."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        try:
            for client in waiting:
                client.setblocking(False)
                client.connect_ex(address)
            url = f"http://127.0.0.1:{address[1]}/"
            (error,) = fetch_in_turn(driver, [url], policy(connect_timeout=0.3, retries=0))
        finally:
            for client in waiting:
                client.close()
    assert isinstance(error, FetchTimeoutError)
    assert error.timeout == 0.3


def test_closed_before_anything_is_read(driver: str) -> None:
    with FaultServer(None, lambda connection: connection.reset()) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(retries=1))
        assert server.connections == 2
    assert isinstance(error, ConnectionFailedError)


@pytest.mark.parametrize("then", ["waits", "closes", "resets"])
def test_answer_before_the_request(driver: str, then: str) -> None:
    def accepted(connection: Connection) -> None:
        connection.send(response())
        if then == "closes":
            connection.end()
        if then == "resets":
            connection.reset()

    with FaultServer(None, accepted, page=lambda connection, _: connection.hang()) as server:
        (outcome,) = fetch_in_turn(driver, [server.url()], policy(retries=0, timeout=1))
    assert isinstance(outcome, FetchedPage | ConnectionFailedError)
    if isinstance(outcome, FetchedPage):
        assert outcome.body == PAGE


# Connections that are kept


def named(asked: Asked) -> bytes:
    return b"<html><p>" + asked.path.encode()


def keeping(first: Callable[[Connection, Asked], None]) -> FaultServer:
    """Answers every request with its path, on as many connections as are made; the very first as told."""
    lock = threading.Lock()
    seen: list[Asked] = []

    def script(connection: Connection, asked: Asked) -> None:
        request: Asked | None = asked
        while request is not None:
            with lock:
                seen.append(request)
                told = len(seen) == 1
            if told:
                first(connection, request)
            else:
                connection.send(response(named(request)))
            request = connection.next()

    return FaultServer(a=script, b=script, c=script)


def fetch_three(driver: str, server: FaultServer) -> list[bytes | Exception]:
    with server:
        urls = [server.url(path) for path in ("/a", "/b", "/c")]
        outcomes = fetch_in_turn(driver, urls, policy(retries=0))
    return [outcome.body if isinstance(outcome, FetchedPage) else outcome for outcome in outcomes]


OWN = [b"<html><p>/a", b"<html><p>/b", b"<html><p>/c"]
SECOND = response(b"<html><p>smuggled")
FILLED = b"<html><p>/a" + b" " * (65_536 - 11 - len(response(b" " * 65_000)) + 65_000)
"""Makes a response as long as what is read at once."""

SURPLUS = {
    "a second response": SECOND,
    "half a second response": SECOND[: len(SECOND) // 2],
    "two more": SECOND * 2,
    "an interim and a final one": b"HTTP/1.1 103 Early Hints\r\n\r\n" + SECOND,
    "a byte": b"<",
    "a line break": b"\r\n",
    "the rest of a body longer than declared": b"</p></html>" * 1000,
}


@pytest.mark.parametrize("name", SURPLUS)
@pytest.mark.parametrize("framing", ["length", "chunks", "no body", "as long as a read"])
def test_what_follows_a_response_is_never_the_answer_to_the_next_request(driver: str, name: str, framing: str) -> None:
    def first(connection: Connection, asked: Asked) -> None:
        own = named(asked)
        chunked = CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(own), own)
        answer = {
            "length": response(own),
            "chunks": chunked,
            "no body": b"HTTP/1.1 204 None\r\n\r\n",
            "as long as a read": response(FILLED),
        }[framing]
        connection.send(answer + SURPLUS[name])

    outcomes = fetch_three(driver, keeping(first))
    assert outcomes[1:] == OWN[1:]
    assert framing == "no body" or (isinstance(outcomes[0], bytes) and outcomes[0].strip() == OWN[0])


@pytest.mark.parametrize("what", ["a second response", "the end", "a reset", "the request timed out"])
def test_what_comes_while_a_connection_waits_is_no_answer(driver: str, what: str) -> None:
    sent = threading.Event()

    def first(connection: Connection, asked: Asked) -> None:
        connection.send(response(named(asked)))
        if what == "the end":
            connection.end()
        elif what == "a reset":
            connection.reset()
        else:
            connection.send(SECOND if what == "a second response" else response(b"", status=408))
        sent.set()

    def meanwhile(connection: Connection, _asked: Asked) -> None:
        sent.wait(5)
        connection.send(response())

    with keeping(first) as server, FaultServer(other=meanwhile) as other:
        urls = [server.url("/a"), other.url("/other"), server.url("/b"), server.url("/c")]
        outcomes = fetch_in_turn(driver, urls, policy(retries=0))
    bodies = [outcome.body for outcome in outcomes if isinstance(outcome, FetchedPage)]
    assert bodies == [OWN[0], PAGE, *OWN[1:]]


def test_body_that_was_not_read_to_its_end_spoils_no_later_answer(driver: str) -> None:
    """The first page is given up at its first kilobyte, with more of it on the way."""

    def first(connection: Connection, _asked: Asked) -> None:
        connection.send(response(b"%PDF-1.7" + response(b"<html><p>smuggled") * 3000))

    outcomes = fetch_three(driver, keeping(first))
    assert outcomes[1:] == OWN[1:]


@pytest.mark.parametrize("how", ["ends", "resets", "ends in the head"])
def test_kept_connection_that_breaks_under_a_request(driver: str, how: str) -> None:
    def script(connection: Connection, asked: Asked) -> None:
        connection.send(response(named(asked)))
        if asked.path == "/a" and connection.next() is not None:
            if how == "ends in the head":
                connection.send(b"HTTP/1.1 200")
            if how == "resets":
                connection.reset()

    with FaultServer(a=script, b=script) as server:
        outcomes = fetch_in_turn(driver, [server.url("/a"), server.url("/b")], policy(retries=1))
    assert [outcome.body for outcome in outcomes if isinstance(outcome, FetchedPage)] == OWN[:2]
