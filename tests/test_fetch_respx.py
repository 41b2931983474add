"""What both drivers ask of the network, told by a mocked network below them."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.errors import (
    AddressBlockedError,
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
)
from xinnong_scraper.fetch import AsyncFetcher, Fetcher, FetchPolicy
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.effects import Open
from xinnong_scraper.fetch.transport import request_of
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


@DRIVERS
def test_a_mocked_network_is_fetched_from(driver: str) -> None:
    packed = httpx.Response(200, content=gzip.compress(b"<p>text</p>"), headers={"Content-Encoding": "gzip"})
    with respx.mock() as network:
        headers = [(b"Location", "/next?q=农".encode()), (b"Set-Cookie", b"a=b")]
        network.get(URL).mock(return_value=httpx.Response(302, headers=headers))
        following = network.get("http://news.example/next?q=%E5%86%9C").mock(return_value=packed)
        (page,) = fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False))
        assert following.calls[0].request.headers["cookie"] == "a=b"
    assert isinstance(page, FetchedPage), page
    assert page.body == b"<p>text</p>"


@DRIVERS
@pytest.mark.parametrize(
    "location", ["http://[::1", "http://a.example:99999999/", "http://" + "a" * 70_000, "file:///"]
)
def test_location_that_httpx_cannot_read_is_an_address_error(driver: str, location: str) -> None:
    with respx.mock() as network:
        network.get(URL).respond(302, headers={"Location": location})
        (error,) = fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False))
    assert isinstance(error, AddressBlockedError)


@DRIVERS
@pytest.mark.parametrize(
    ("raised", "expected", "requests"),
    [
        (httpx.ConnectError, ConnectionFailedError, 2),
        (httpx.ConnectTimeout, FetchTimeoutError, 2),
        (httpx.ReadTimeout, FetchTimeoutError, 1),
        (httpx.ReadError, ConnectionFailedError, 2),
        (httpx.RemoteProtocolError, ConnectionFailedError, 1),
        (httpx.DecodingError, ConnectionFailedError, 2),
        (OSError, ConnectionFailedError, 2),
    ],
)
def test_errors_of_the_network_library_become_ours(
    driver: str, raised: type[Exception], expected: type[FetchError], requests: int
) -> None:
    with respx.mock as network:
        page = network.get(URL).mock(side_effect=raised("as told"))
        (error,) = fetch_in_turn(driver, [URL], FetchPolicy(respect_robots=False, retries=1))
        assert page.call_count == requests
    assert type(error) is expected
    assert isinstance(error.__cause__, raised)


@DRIVERS
def test_cookies_are_forgotten_after_their_fetch(driver: str) -> None:
    setting = httpx.Response(200, html="<p>", headers={"Set-Cookie": "visit=1; Path=/; Max-Age=9999"})
    with respx.mock() as network:
        page = network.get(URL).mock(return_value=setting)
        fetch_in_turn(driver, [URL, URL], FetchPolicy(respect_robots=False))
        assert [call.request.headers.get("cookie") for call in page.calls] == [None, None]


@given(st.text(alphabet=st.sampled_from("a.-_%:[]/?#@ '\"<>{}|^`~\\&=+;,!$*()0123农é\u3002\x7f"), max_size=40))
def test_every_address_that_we_can_read_is_asked_for_where_httpx_would(rest: str) -> None:
    try:
        address = parse_address(f"http://{rest}")
    except AddressBlockedError:
        return
    request = request_of(Open(address, (("host", address.host_header),), 1.0, 1.0, 1.0))
    url = httpx.URL(address.url)
    assert (request.url.scheme, request.url.host, request.url.port) == (url.raw_scheme, url.raw_host, url.port)
    assert dict(request.headers)[b"Host"] == url.netloc == address.host_header.encode()


def test_policy_is_imported_without_a_network_library() -> None:
    code = "import sys, xinnong_scraper.fetch.policy; print([m for m in ('httpcore', 'httpx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
