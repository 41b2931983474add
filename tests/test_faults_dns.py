"""Names that do not resolve, resolve late or resolve to nonsense; every case with both drivers, and nothing is left."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.errors import AddressBlockedError, ConnectionFailedError, FetchTimeoutError
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.page import FetchedPage

from .faults import FaultServer, fetch_in_turn, policy, response, says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xinnong_scraper.fetch.guard import Resolver

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.parametrize("driver", ["sync", "async"])]


def fetch_bad_then_good(driver: str, bad: Resolver, **changes: object) -> tuple[object, int]:
    """Fetch from a name that the resolver is bad at, then from another one; also how often the bad one was asked."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> Any:
        asked.append(host)
        return bad(host, port) if host == "bad.example" else ["127.0.0.1"]

    with FaultServer(page=says(response())) as server:
        urls = [server.url(host="bad.example"), server.url(host="good.example")]
        outcome, good = fetch_in_turn(driver, urls, policy(**changes), resolver)
    assert isinstance(good, FetchedPage), good
    return outcome, asked.count("bad.example")


def raising(error: BaseException) -> Resolver:
    def resolver(_host: str, _port: int) -> list[str]:
        raise error

    return resolver


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        socket.herror(1, "unknown"),
        OSError("odd"),
        TimeoutError("timed out"),
        UnicodeError("label empty or too long"),
        ValueError("odd"),
        KeyError("bad.example"),
        RuntimeError("odd"),
        LookupError(),
        RecursionError(),
        MemoryError(),
        AssertionError(),
        NotImplementedError(),
        StopIteration(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_look_up_that_raises(driver: str, error: Exception) -> None:
    outcome, asked = fetch_bad_then_good(driver, raising(error))
    assert type(outcome) is ConnectionFailedError, outcome
    assert "name could not be resolved" in str(outcome)
    assert asked == 1, "a name that cannot be resolved is not asked for again"


def late() -> Iterator[str]:
    yield "127.0.0.2"
    raise OSError("the answer breaks off")


ODD_ANSWERS: dict[str, Callable[[], object]] = {
    "none": list,
    "None": lambda: None,
    "a number": lambda: 5,
    "no address": lambda: ["not an address"],
    "a name": lambda: ["localhost"],
    "an empty string": lambda: [""],
    "numbers": lambda: [2130706433],
    "bytes": lambda: [b"127.0.0.1"],
    "one good and one bad": lambda: ["127.0.0.1", "127.0.0"],
    "a network": lambda: ["127.0.0.0/8"],
    "breaks off": late,
    "a string": lambda: "127.0.0.1",
}


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_answer_that_is_no_list_of_addresses(driver: str, name: str, allowed: bool) -> None:
    bad: Any = lambda _host, _port: ODD_ANSWERS[name]()  # noqa: E731  a resolver that keeps no promise
    if allowed:
        outcome, asked = fetch_bad_then_good(driver, bad)
        assert asked == 1
    else:
        chosen = FetchPolicy(timeout=2, respect_robots=False)
        (outcome,) = fetch_in_turn(driver, ["http://bad.example/"], chosen, bad)
    assert type(outcome) is ConnectionFailedError, outcome
    assert "name could not be resolved" in str(outcome)


def test_many_answers_of_which_none_listens(driver: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = policy(retries=0)
    answers = [f"127.0.0.{n}" for n in range(2, 200)]
    (error,) = fetch_in_turn(driver, [f"http://many.example:{port}/"], chosen, lambda _host, _port: answers)
    assert type(error) is ConnectionFailedError


@pytest.mark.parametrize("limit", ["connect_timeout", "timeout"])
def test_look_up_that_hangs(driver: str, limit: str) -> None:
    released = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        released.wait(10)
        return ["127.0.0.1"]

    try:
        outcome, asked = fetch_bad_then_good(driver, resolver, **{limit: 0.4}, retries=0)
    finally:
        released.set()
    assert isinstance(outcome, FetchTimeoutError)
    assert (outcome.timeout, asked) == (0.4, 1)


def test_look_up_that_fails_after_nobody_waits_any_more(driver: str) -> None:
    released = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        released.wait(10)
        raise ValueError("too late to matter")

    try:
        outcome, _ = fetch_bad_then_good(driver, resolver, connect_timeout=0.2, retries=0)
    finally:
        released.set()
    assert isinstance(outcome, FetchTimeoutError)


@pytest.mark.parametrize(
    "host", ["a..example", ".example", "-", "a" * 64 + ".example", "a." * 126 + "a", "_", "a.example..", "xn--a"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_host_that_no_resolver_should_be_asked_for(driver: str, host: str, scheme: str) -> None:
    with FaultServer(None, lambda connection: connection.end()) as server:
        url = f"{scheme}://{host}:{server.port}/"
        (error,) = fetch_in_turn(driver, [url], policy(retries=0), lambda _host, _port: ["127.0.0.1"])
    assert isinstance(error, ConnectionFailedError | AddressBlockedError)


def test_no_thread_for_the_look_up(driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("look-up of bad"):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    error, _ = fetch_bad_then_good(driver, lambda _host, _port: ["127.0.0.1"])
    assert isinstance(error, ConnectionFailedError)
    assert "thread" in str(error)
