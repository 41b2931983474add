"""What both drivers ask of the network, told by a mocked network below them."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import httpx
import pytest
import respx

from xinnong_scraper.errors import AddressBlockedError, ConnectionFailedError, FetchError, HTTPStatusError
from xinnong_scraper.fetch import AsyncFetcher, Fetcher, FetchPolicy
from xinnong_scraper.page import FetchedPage

from .faults import Asked, Connection, FaultServer, fetch_in_turn, policy, response, says

DRIVERS = pytest.mark.parametrize("driver", ["sync", "async"])
URL = "http://news.example/a/1.html"
PAGE = httpx.Response(200, html="<p>text</p>")


@DRIVERS
def test_default_policy_asks_for_robots_and_the_page_and_nothing_else(driver: str) -> None:
    with respx.mock() as network:
        robots = network.get("http://news.example/robots.txt").respond(404)
        page = network.get(URL).mock(return_value=PAGE)
        first, second = fetch_in_turn(driver, [URL, URL], FetchPolicy())
    assert isinstance(first, FetchedPage)
    assert isinstance(second, FetchedPage)
    assert (robots.call_count, page.call_count) == (1, 2)


@DRIVERS
def test_without_robots_one_page_is_one_request(driver: str) -> None:
    with respx.mock() as network:
        page = network.get(URL).mock(return_value=PAGE)
        fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False))
        assert len(network.calls) == page.call_count == 1
        sent = page.calls[0].request.headers
    assert sent["host"] == "news.example"
    assert sent["user-agent"].startswith("xinnong-scraper/")
    assert "gzip" in sent["accept-encoding"]
    assert "text/html" in sent["accept"]


@DRIVERS
@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (2, 3)])
def test_number_of_requests_of_a_busy_server(driver: str, retries: int, requests: int) -> None:
    with respx.mock() as network:
        page = network.get(URL).respond(503)
        (error,) = fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False, retries=retries))
    assert isinstance(error, HTTPStatusError)
    assert page.call_count == requests


@DRIVERS
def test_robots_rules_are_looked_up_by_the_token_of_the_user_agent(driver: str) -> None:
    rules = "User-agent: newsbot\nDisallow: /\n\nUser-agent: *\nDisallow:"
    with respx.mock(assert_all_called=False) as network:
        network.get("http://news.example/robots.txt").respond(200, text=rules)
        network.get(URL).mock(return_value=PAGE)
        (ours,) = fetch_in_turn(driver, [URL], FetchPolicy())
        (named,) = fetch_in_turn(driver, [URL], FetchPolicy(user_agent="NewsBot/1.0 (+https://n.example)"))
    assert isinstance(ours, FetchedPage)
    assert isinstance(named, FetchError)


@DRIVERS
def test_robots_of_a_host_in_trouble_is_tried_again_then_forbids(driver: str) -> None:
    with respx.mock() as network:
        robots = network.get("http://news.example/robots.txt").respond(503)
        outcomes = fetch_in_turn(driver, [URL, URL], FetchPolicy(retries=1))
    assert {type(outcome).__name__ for outcome in outcomes} == {"RobotsDisallowedError"}
    assert robots.call_count == 2, "the answer is kept for a minute"


@DRIVERS
def test_repeated_headers_are_joined(driver: str) -> None:
    many = [("Content-Type", "text/html"), ("X-A", "1"), ("X-A", "2"), ("Content-Type", "text/plain")]
    with respx.mock() as network:
        network.get(URL).mock(return_value=httpx.Response(200, headers=many, content=b"<p>"))
        (page,) = fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False))
    assert isinstance(page, FetchedPage)
    assert (page.headers["x-a"], page.headers["content-type"]) == ("1, 2", "text/html")


@DRIVERS
@pytest.mark.parametrize(
    "url",
    [
        "", "   ", "a.example/page", "//a.example", "file:///etc/passwd", "ftp://a.example/", "http://", "http:///page",
        "http://host:99999/", "http://host:0/", "http://host:x/", "http://[::1", "http://a b.example/", "http://a:22/",
        "http://user:secret@a.example/", "javascript:alert(1)", "http://a.example/" + "x" * 9000, "http://ex\0ample/",
        "http://127.0.0.1.5/", "http://0x1ffffffff/", "http://[fe80::1%25eth0]/", "http://\ud800.example/",
    ],
)  # fmt: skip
def test_strange_address_is_a_typed_error_without_a_request(driver: str, url: str) -> None:
    with respx.mock() as network:
        (error,) = fetch_in_turn(driver, [url], FetchPolicy())
        assert not network.calls
    assert isinstance(error, AddressBlockedError)
    assert "secret" not in str(error)


@DRIVERS
def test_address_that_is_no_string_is_misuse(driver: str) -> None:
    for value in (None, 5, b"http://a.example/"):
        with pytest.raises(TypeError, match="must be a str"):
            fetch_in_turn(driver, [value], FetchPolicy())  # type: ignore[list-item]


@DRIVERS
def test_international_host_goes_out_in_punycode(driver: str) -> None:
    with respx.mock() as network:
        route = network.get("http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF").mock(return_value=PAGE)
        (page,) = fetch_in_turn(driver, ["http://例子.测试/路#段"], FetchPolicy(respect_robots=False))
        assert route.calls[0].request.headers["host"] == "xn--fsqu00a.xn--0zwm56d"
    assert isinstance(page, FetchedPage)
    assert page.requested_url == "http://例子.测试/路#段"


@DRIVERS
def test_unknown_name_is_a_connection_error_and_not_tried_again(driver: str) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        raise OSError("no such name")

    (error,) = fetch_in_turn(driver, ["http://nowhere.example/"], FetchPolicy(respect_robots=False), resolver)
    assert isinstance(error, ConnectionFailedError)
    assert asked == ["nowhere.example:80"]


def test_closed_fetcher_says_so() -> None:
    fetcher = Fetcher()
    fetcher.close()
    fetcher.close()
    with pytest.raises(RuntimeError, match="closed"):
        fetcher.fetch(URL)


def test_cancelled_task_gives_everything_back() -> None:
    async def run(server: FaultServer) -> FetchedPage:
        async with AsyncFetcher(policy(concurrency_per_host=1)) as fetcher:
            hanging = asyncio.create_task(fetcher.fetch(server.url("/hang")))
            waiting = asyncio.create_task(fetcher.fetch(server.url("/hang")))
            while not server.asked:
                await asyncio.sleep(0.01)
            for task in (waiting, hanging):
                task.cancel()
            results = await asyncio.gather(hanging, waiting, return_exceptions=True)
            assert [type(result) for result in results] == [asyncio.CancelledError] * 2
            return await fetcher.fetch(server.url("/page"))

    def half_a_page(connection: Connection, _asked: Asked) -> None:
        connection.send(response(length=10_000))
        connection.hang()

    with FaultServer(hang=half_a_page, page=says(response())) as server:
        page = asyncio.run(asyncio.wait_for(run(server), 5))
    assert page.status == 200
    assert server.paths() == ["/hang", "/page"]


def test_fetchers_have_the_default_policy() -> None:
    assert Fetcher().policy == AsyncFetcher().policy == FetchPolicy()


def test_policy_is_imported_without_a_network_library() -> None:
    code = (
        "import sys, xinnong_scraper.fetch.policy; print([m for m in ('httpcore', 'httpx', 'ssl') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
