"""robots.txt, delays and places at a host, over real sockets and with both drivers."""

from __future__ import annotations

import socket
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.errors import RobotsDisallowedError
from xinnong_scraper.page import FetchedPage

from .faults import PAGE, Asked, Connection, FaultServer, fetch_in_turn, fetch_together, policy, response, says

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]


def test_robots_is_asked_once_and_obeyed(driver: str) -> None:
    rules = response(b"User-agent: *\nDisallow: /private", content_type="text/plain")
    with FaultServer(robots__txt=says(rules), page=says(response()), private=says(response())) as server:
        urls = [server.url(path) for path in ("/page", "/private", "/page")]
        first, second, third = fetch_in_turn(driver, urls, policy(respect_robots=True))
    assert isinstance(first, FetchedPage)
    assert isinstance(second, RobotsDisallowedError)
    assert isinstance(third, FetchedPage)
    assert server.paths() == ["/robots.txt", "/page", "/page"]


def test_robots_is_asked_once_by_many_at_once(driver: str) -> None:
    with FaultServer(page=says(response())) as server:
        outcomes = fetch_together(driver, [server.url()] * 8, policy(respect_robots=True))
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 8
    assert server.paths().count("/robots.txt") == 1


def test_robots_counts_for_redirects_too(driver: str) -> None:
    rules = response(b"User-agent: *\nDisallow: /private", content_type="text/plain")
    with FaultServer(
        robots__txt=says(rules), page=says(response(b"", status=302, location="/private")), private=says(response())
    ) as server:
        (error,) = fetch_in_turn(driver, [server.url()], policy(respect_robots=True))
    assert isinstance(error, RobotsDisallowedError)
    assert "/private" not in server.paths()


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (response(b"", status=404), True),
        (response(b"", status=403), True),
        (response(b"", status=500), False),
        (response(PAGE), True),
        (response(b"", status=302, location="/robots.txt"), True),
        (response(b"\xff\xfe\0\x01" * 100, content_type="image/png"), True),
        (response(b"#" * 499_978 + b"\nUser-agent: *\n" + b"\nDisallow: /page\n" * 9), True),
    ],
)
def test_robots_that_is_no_set_of_rules(driver: str, answer: bytes, allowed: bool) -> None:
    with FaultServer(robots__txt=says(answer), page=says(response())) as server:
        (outcome,) = fetch_in_turn(driver, [server.url()], policy(respect_robots=True, retries=0))
    assert isinstance(outcome, FetchedPage) is allowed
    assert isinstance(outcome, RobotsDisallowedError) is not allowed


def test_delay_and_crawl_delay_space_the_requests_of_one_host(driver: str) -> None:
    rules = response(b"User-agent: *\nCrawl-delay: 0.4", content_type="text/plain")
    with FaultServer(robots__txt=says(rules), page=says(response())) as server:
        chosen = policy(respect_robots=True, delay=0.2, timeout=0.7)
        outcomes = fetch_together(driver, [server.url()] * 4, chosen)
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 4, "waiting for a turn is no part of the timeout"
    times = [asked.at for asked in server.asked]
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps[0] > 0.15
    assert all(gap > 0.35 for gap in gaps[1:])


def test_the_delay_counts_from_the_moment_at_which_a_request_goes_out(driver: str) -> None:
    looked_up: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        if len(looked_up) == 1:
            time.sleep(0.5)
        return ["127.0.0.1"]

    with FaultServer(page=says(response())) as server:
        urls = [server.url(host="slow.example")] * 3
        outcomes = fetch_in_turn(driver, urls, policy(delay=0.6), resolver=resolver)
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 3
    times = [asked.at for asked in server.asked]
    assert all(after - before > 0.55 for before, after in pairwise(times))


def test_the_delay_counts_after_an_answer_that_never_came(driver: str) -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        if not server.asked:
            time.sleep(0.5)
        return ["127.0.0.1"]

    def resets(connection: Connection, _asked: Asked) -> None:
        connection.reset()

    with FaultServer(page=[resets, says(response())]) as server:
        urls = [server.url(host="slow.example")] * 2
        _, outcome = fetch_in_turn(driver, urls, policy(delay=0.6, retries=0), resolver=resolver)
    assert isinstance(outcome, FetchedPage)
    assert server.asked[1].at - server.asked[0].at > 0.55


def test_concurrency_per_host(driver: str) -> None:
    lock = threading.Lock()
    under_way: list[int] = [0]

    def slow(connection: Connection, _asked: Asked) -> None:
        with lock:
            under_way.append(under_way[-1] + 1)
        time.sleep(0.05)
        with lock:
            under_way.append(under_way[-1] - 1)
        connection.send(response())

    with FaultServer(page=slow) as server:
        outcomes = fetch_together(driver, [server.url()] * 12, policy(concurrency_per_host=2))
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 12
    assert max(under_way) == 2


class KeepingServer:
    """Answers many requests on each connection; the first connection ends when it is asked a second time, if told."""

    def __init__(self, *, ends: bool, answer: Callable[[bytes], bytes] = lambda _asked: response()) -> None:
        self.requests_of: list[int] = []
        self._answer = answer
        self._ends = ends
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if not (connection.recv(1, socket.MSG_PEEK)):  # the one that close() makes
                connection.close()
                return
            self.requests_of.append(0)
            work = threading.Thread(target=self._serve, args=(connection, len(self.requests_of) - 1))
            self._threads.append(work)
            work.start()

    def _serve(self, connection: socket.socket, place: int) -> None:
        with connection:
            while asked := connection.recv(65_536):
                self.requests_of[place] += 1
                if self._ends and place == 0 and self.requests_of[0] == 2:
                    return
                time.sleep(0.02)
                connection.sendall(self._answer(asked))

    def close(self) -> None:
        socket.create_connection(self._listener.getsockname()).close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        self._listener.close()


def test_connections_are_kept_and_no_more_than_there_are_places(driver: str) -> None:
    server = KeepingServer(ends=False)
    try:
        fetch_in_turn(driver, [server.url] * 3, policy())
        in_turn = list(server.requests_of)
        outcomes = fetch_together(driver, [server.url] * 12, policy(concurrency_per_host=3))
        together = server.requests_of[1:]
    finally:
        server.close()
    assert in_turn == [3]
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 12
    assert (len(together), sum(together)) == (3, 12)


def test_kept_connection_that_ends_costs_no_retry(driver: str) -> None:
    server = KeepingServer(ends=True)
    try:
        outcomes = fetch_in_turn(driver, [server.url] * 2, policy(retries=0))
    finally:
        server.close()
    assert [type(outcome) for outcome in outcomes] == [FetchedPage] * 2
    assert server.requests_of == [2, 1]
