"""A fetcher of the user's own in place of the built-in one: what it may be, and what its failures become."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import FetchPolicy, Scraper
from xinnong_scraper.errors import (
    AddressBlockedError,
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    NotAnArticleError,
    ScraperError,
)
from xinnong_scraper.fetch import AsyncFetcher, AsyncPageFetcher, FetchedPage, Fetcher, PageFetcher, check_url

from .serving import LOOPBACK, html_page, serve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from xinnong_scraper import Article
    from xinnong_scraper.drivers import Outcome

URL = "http://news.example.cn/2018-04/28/1.html"


def page_of(url: str, html: str | None = None) -> FetchedPage:
    body = (html or html_page(url)).encode()
    return FetchedPage(url, url, 200, {"content-type": "text/html"}, body, datetime(2018, 4, 28, 6, tzinfo=UTC))


class Blocking:
    """Gives a page, or raises what is to be raised for an address."""

    def __init__(self, **failures: BaseException | object) -> None:
        self.asked: list[str] = []
        self.threads: set[str] = set()
        self.closed = False
        self._failures = failures

    def fetch(self, url: str) -> FetchedPage:
        self.asked.append(url)
        self.threads.add(threading.current_thread().name)
        outcome = self._failures.get(url.rpartition("/")[2].removesuffix(".html"), page_of(url))
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome  # type: ignore[return-value]  # some tests return nonsense

    def close(self) -> None:
        self.closed = True


class Async(Blocking):
    """The same for asyncio."""

    async def fetch(self, url: str) -> FetchedPage:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().fetch(url)

    async def aclose(self) -> None:
        self.closed = True


class Holder:
    """Any callable as a fetcher."""

    def __init__(self, fetch: Callable[[str], Any]) -> None:
        self.fetch = fetch


def extract(driver: str, fetcher: PageFetcher | AsyncPageFetcher, url: str = URL, **options: Any) -> Article:
    with Scraper(fetcher=fetcher) as scraper:
        if driver == "sync":
            return scraper.extract(url, **options)
        return asyncio.run(scraper.aextract(url, **options))


def extract_many(
    driver: str, fetcher: PageFetcher | AsyncPageFetcher, urls: Sequence[str], **options: Any
) -> dict[str, Outcome]:
    async def gather(scraper: Scraper) -> list[Outcome]:
        return [outcome async for outcome in scraper.aextract_many(urls, **options)]

    with Scraper(fetcher=fetcher) as scraper:
        outcomes = list(scraper.extract_many(urls, **options)) if driver == "sync" else asyncio.run(gather(scraper))
    assert len(outcomes) == len(urls)
    return {outcome.url: outcome for outcome in outcomes}


pairs = pytest.mark.parametrize(
    ("driver", "kind"), [("sync", Blocking), ("async", Blocking), ("async", Async)], ids=["sync", "thread", "async"]
)


@pairs
def test_a_fetcher_gets_the_pages_and_is_left_open(driver: str, kind: type[Blocking]) -> None:
    fetcher = kind()
    article = extract(driver, fetcher)
    assert fetcher.asked == [URL]
    assert (article.title, article.url, article.source) == ("全市小麦陆续返青", URL, "聊城日报")
    assert article.fetched_at == datetime(2018, 4, 28, 6, tzinfo=UTC)
    assert not fetcher.closed
    assert extract(driver, fetcher).content_hash == article.content_hash


@pairs
def test_the_time_of_the_fetch_is_the_clock(driver: str, kind: type[Blocking]) -> None:
    html = html_page("一", byline="来源：聊城日报 昨天 13:44")
    article = extract(driver, kind(**{"1": page_of(URL, html)}))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2018-04-27T13:44:00+08:00"


@pairs
def test_further_pages_come_from_the_fetcher_too(driver: str, kind: type[Blocking]) -> None:
    base = "http://news.example.cn/a/"
    fetcher = kind(**{"1": page_of(base + "1.html", html_page("一", "2.html"))})
    article = extract(driver, fetcher, base + "1.html", follow_pages=True)
    assert article.page_count == 2
    assert fetcher.asked == [base + "1.html", base + "2.html"]


@pairs
@pytest.mark.parametrize("error", [KeyError("body"), OSError("refused"), StopIteration(), TypeError("None")], ids=str)
def test_a_further_page_that_fails_costs_only_itself(driver: str, kind: type[Blocking], error: Exception) -> None:
    base = "http://news.example.cn/a/"
    fetcher = kind(**{"1": page_of(base + "1.html", html_page("一", "2.html")), "2": error})
    article = extract(driver, fetcher, base + "1.html", follow_pages=True)
    assert article.page_count == 1
    assert any(type(error).__name__ in warning.message for warning in article.warnings)


@pairs
@pytest.mark.parametrize("error", [KeyError("body"), OSError("refused"), StopIteration(), TypeError("None")], ids=str)
def test_a_strange_exception_is_the_cause_of_a_fetch_error(driver: str, kind: type[Blocking], error: Exception) -> None:
    with pytest.raises(FetchError) as caught:
        extract(driver, kind(**{"1": error}))
    assert type(caught.value) is FetchError
    assert type(error).__name__ in caught.value.message
    assert caught.value.url == URL
    if not (kind is Async and isinstance(error, StopIteration)):  # a coroutine itself turns that into RuntimeError
        assert caught.value.__cause__ is error


@pairs
@pytest.mark.parametrize(
    "error",
    [
        FetchTimeoutError("too slow", timeout=1.0),
        HTTPStatusError("gone", status=410, url="http://other.example/"),
        NotAnArticleError("a wall", reason="login_wall"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_the_library_pass_and_name_the_address(
    driver: str, kind: type[Blocking], error: ScraperError
) -> None:
    named = error.url
    with pytest.raises(type(error)) as caught:
        extract(driver, kind(**{"1": error}))
    assert caught.value is error
    assert caught.value.url == (named or URL)
    error.url = named


@pairs
@pytest.mark.parametrize("result", [None, "<html>", b"<html>"], ids=["None", "str", "bytes"])
def test_something_else_than_a_page_is_a_fetch_error(driver: str, kind: type[Blocking], result: object) -> None:
    with pytest.raises(FetchError, match=f"gave {type(result).__name__} where a FetchedPage"):
        extract(driver, kind(**{"1": result}))


@pairs
def test_a_batch_outlives_every_failure_of_a_page(driver: str, kind: type[Blocking]) -> None:
    failures = {"1": KeyError("x"), "3": None, "5": ConnectionFailedError("refused"), "7": StopIteration()}
    urls = [f"http://news.example.cn/a/{number}.html" for number in range(12)]
    outcomes = extract_many(driver, kind(**failures), urls, concurrency=3)
    failed = {url.rpartition("/")[2][0] for url, outcome in outcomes.items() if isinstance(outcome.error, FetchError)}
    assert failed == set(failures)
    assert sum(outcome.article is not None for outcome in outcomes.values()) == 8


@pairs
def test_an_interruption_is_no_failure_of_a_page(driver: str, kind: type[Blocking]) -> None:
    with pytest.raises(KeyboardInterrupt):
        extract(driver, kind(**{"1": KeyboardInterrupt()}))


def test_a_blocking_fetcher_never_runs_in_the_event_loop() -> None:
    fetcher = Blocking()
    extract("async", fetcher)
    assert fetcher.threads
    assert threading.main_thread().name not in fetcher.threads


def test_blocking_fetches_of_a_batch_run_side_by_side() -> None:
    together = threading.Barrier(3, timeout=10)

    def fetch(url: str) -> FetchedPage:
        together.wait()
        return page_of(url)

    urls = [f"http://news.example.cn/a/{number}.html" for number in range(3)]
    for driver in ("sync", "async"):
        outcomes = extract_many(driver, Holder(fetch), urls, concurrency=3)
        assert all(outcome.article for outcome in outcomes.values()), outcomes


async def fetch_async(prefix: str, url: str) -> FetchedPage:
    await asyncio.sleep(0)
    return page_of(prefix + url)


class CalledAsync:
    async def __call__(self, url: str) -> FetchedPage:
        return await fetch_async("", url)


def handing_on(url: str) -> Awaitable[FetchedPage]:
    return fetch_async("", url)


ASYNC = [Async(), Holder(partial(fetch_async, "")), Holder(CalledAsync()), Holder(handing_on)]


@pytest.mark.parametrize("fetcher", ASYNC, ids=["method", "partial", "callable", "hands-on"])
def test_an_async_fetcher_is_for_asyncio(fetcher: Any) -> None:
    assert extract("async", fetcher).title == "全市小麦陆续返青"
    with pytest.raises(TypeError, match="use aextract or aextract_many"):
        extract("sync", fetcher)


@pytest.mark.parametrize("fetcher", ASYNC[:3], ids=["method", "partial", "callable"])
def test_an_async_fetcher_is_for_asynchronous_batches(fetcher: Any) -> None:
    with pytest.raises(TypeError, match="use aextract or aextract_many"):
        extract_many("sync", fetcher, [URL])


@pytest.mark.parametrize(
    ("fetcher", "message"),
    [(Fetcher, "an instance; Fetcher is a class"), (print, "fetch"), (object(), "object has none")],
)
def test_what_cannot_fetch_is_refused_at_once(fetcher: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Scraper(fetcher=fetcher)


@pairs
def test_an_address_that_is_no_string_is_misuse(driver: str, kind: type[Blocking]) -> None:
    fetcher = kind()
    with pytest.raises(TypeError, match="an address must be a str"):
        extract(driver, fetcher, 7)  # type: ignore[arg-type]
    assert fetcher.asked == []


def test_the_librarys_own_fetchers_fit() -> None:
    with serve(a=html_page("一")) as server, Fetcher(LOOPBACK) as fetcher:
        assert extract("sync", fetcher, server.url("/a")).source == "聊城日报"
        assert extract("async", fetcher, server.url("/a")).source == "聊城日报"
        assert isinstance(fetcher.fetch(server.url("/a")), FetchedPage)  # still open

        async def work() -> str | None:
            async with AsyncFetcher(LOOPBACK) as inner, Scraper(fetcher=inner) as scraper:
                return (await scraper.aextract(server.url("/a"))).source

        assert asyncio.run(work()) == "聊城日报"


def test_the_names_for_a_fetcher_load_no_network_library() -> None:
    code = (
        "import sys; from xinnong_scraper.fetch import AsyncPageFetcher, FetchedPage, PageFetcher; "
        "print([name for name in ('httpx', 'httpcore', 'idna', 'protego') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


# check_url


def test_check_url_gives_the_addresses_to_connect_to() -> None:
    def resolver(host: str, port: int) -> list[str]:
        assert (host, port) == ("news.example.cn", 443)
        return ["8.8.8.8", "2400:3200::1"]

    assert check_url("https://news.example.cn/a", resolver=resolver) == ["8.8.8.8", "2400:3200::1"]
    assert check_url("http://[::1]:99/", FetchPolicy(allow_private=True)) == ["::1"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://a.example:22/", "file:///etc/passwd", "ws://a.example/", "",
     "http://inside.example/"],
)  # fmt: skip
def test_check_url_refuses_what_a_fetch_refuses(url: str) -> None:
    with pytest.raises(AddressBlockedError) as caught:
        check_url(url, resolver=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    assert (caught.value.url or "") == url


def test_check_url_says_that_a_name_has_no_address() -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        raise OSError("unknown name")

    with pytest.raises(ConnectionFailedError, match="unknown name"):
        check_url("http://nowhere.example/", resolver=resolver)


def test_check_url_does_not_wait_for_ever() -> None:
    over = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        over.wait(10)
        return []

    try:
        with pytest.raises(FetchTimeoutError):
            check_url("http://slow.example/", FetchPolicy(connect_timeout=0.05), resolver=resolver)
    finally:
        over.set()
