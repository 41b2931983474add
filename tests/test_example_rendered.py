"""The example that lets a browser fill in a page: what it gives, where it may go, and that it ends."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import FetchPolicy, Scraper, extract
from xinnong_scraper.errors import (
    AddressBlockedError,
    ConnectionFailedError,
    FetchTimeoutError,
    HTTPStatusError,
    NotAnArticleError,
    ResponseTooLargeError,
)

from .faults import FaultServer, policy, response, says
from .rendering import DATA, FILL, TITLE, Trap, attempts, browsers, guard, serve, shell
from .serving import LOOPBACK, SENTENCE, html_page

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from xinnong_scraper import Article
    from xinnong_scraper.fetch import FetchedPage

pytest.importorskip("playwright", reason="the extra `rendered` is not installed")
if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    pytest.skip("no Chromium on this machine", allow_module_level=True)

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "rendered_page.py"
RENDERING = policy(timeout=20)


@pytest.fixture(scope="module")
def example() -> Any:
    spec = spec_from_file_location("rendered_page", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fetched(example: Any, url: str, chosen: FetchPolicy = RENDERING, **options: Any) -> FetchedPage:
    async def work() -> FetchedPage:
        async with example.RenderedFetcher(chosen, **options) as fetcher:
            page: FetchedPage = await fetcher.fetch(url)
            return page

    page: FetchedPage = bounded(work())
    return page


def bounded(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 60))


@pytest.fixture(scope="module")
def render(example: Any) -> Iterator[Render]:
    """One browser for all tests that need no other; every page has a context of its own."""
    with asyncio.Runner() as runner:
        fetcher = runner.run(example.RenderedFetcher(RENDERING).__aenter__())
        try:
            yield lambda url: runner.run(asyncio.wait_for(fetcher.fetch(url), 60))
        finally:
            runner.run(fetcher.__aexit__(None, None, None))


Render = Callable[[str], "FetchedPage"]


# What it gives


def test_a_page_that_a_script_fills_in_gives_a_whole_record(example: Any) -> None:
    async def work(url: str) -> Article:
        async with example.RenderedFetcher(RENDERING) as fetcher, Scraper(fetcher=fetcher) as scraper:
            return await scraper.aextract(url)

    with serve(page=shell(FILL)) as server:
        with pytest.raises(NotAnArticleError) as caught:
            extract(server.url(), policy=LOOPBACK)
        assert caught.value.reason == "script_shell"
        server.asked.clear()
        article = bounded(work(server.url()))
        assert server.paths() == ["/page", "/data"]  # the page itself is asked for once
        assert server.asked[1].headers["user-agent"] == server.asked[0].headers["user-agent"] == RENDERING.user_agent
    assert (article.title, article.source) == (TITLE, "聊城日报")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2018-04-28T13:44:00+08:00"
    assert article.paragraphs == [SENTENCE] * 3
    assert (article.url, article.encoding) == (server.url(), "utf-8")
    assert article.fetched_at is not None


def test_a_page_that_needs_no_browser_gets_none(example: Any) -> None:
    async def work(url: str) -> tuple[Article, list[int]]:
        async with example.RenderedFetcher(RENDERING) as fetcher, Scraper(fetcher=fetcher) as scraper:
            return await scraper.aextract(url), browsers(fetcher)

    with serve(page=html_page("一")) as server:
        article, running = bounded(work(server.url()))
        assert server.paths() == ["/page"]
    assert article.source == "聊城日报"
    assert running == []


def test_the_page_handed_on_is_utf_8_and_says_so(render: Render) -> None:
    html = shell(FILL, head="<meta charset=gb2312>").replace("<div id=app>", "<h2>聊城要闻</h2><div id=app>")
    gbk = response(html.encode("gbk"), content_type="text/html; charset=gbk", x_served_by="a")
    with FaultServer(page=says(gbk), data=says(response(DATA.encode(), content_type="application/json"))) as server:
        page = render(server.url())
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-served-by"] == "a"
    assert "content-length" not in page.headers
    assert (page.status, page.requested_url, page.url) == (200, server.url(), server.url())
    text = page.body.decode("utf-8")
    assert "聊城要闻" in text
    assert SENTENCE in text
    article = Scraper().extract_html(page.body, headers=page.headers)
    assert (article.title, article.encoding) == (TITLE, "utf-8")


def test_pictures_and_styles_are_not_loaded(render: Render) -> None:
    pieces = "app.innerHTML = '<img src=/a.png><video src=/b.mp4></video><p style=\"background:url(/c.png)\">';"
    with serve(page=shell(FILL.replace("fetch(", pieces + "fetch("), "<link rel=stylesheet href=/d.css>")) as server:
        page = render(server.url())
        assert set(server.paths()) == {"/page", "/data"}
    assert b'src="/a.png"' in page.body


def test_a_batch_has_both_kinds_and_keeps_its_failures_apart(example: Any) -> None:
    async def work(urls: list[str]) -> dict[str, Any]:
        async with example.RenderedFetcher(RENDERING) as fetcher, Scraper(fetcher=fetcher) as scraper:
            found = {outcome.url: outcome async for outcome in scraper.aextract_many(urls, concurrency=3)}
            assert len(browsers(fetcher)) <= 1
            return found

    with serve(a=shell(FILL), b=html_page("一"), c=shell(FILL), d=shell("")) as server:
        urls = [server.url(path) for path in ("/a", "/b", "/c", "/d", "/missing")]
        outcomes = bounded(work(urls))
    assert [bool(outcomes[url].article) for url in urls] == [True, True, True, False, False]
    assert outcomes[urls[3]].error.reason == "script_shell"
    assert isinstance(outcomes[urls[4]].error, HTTPStatusError)


# Where scripts lead to


def goes_to(address: str) -> str:
    return shell(f"location.href = {address!r};")


def test_a_script_that_goes_on_to_the_article(render: Render) -> None:
    with serve(page=goes_to("/article"), article=html_page("一")) as server:
        page = render(server.url())
    assert (page.url, page.requested_url) == (server.url("/article"), server.url())
    assert SENTENCE in page.body.decode()


def test_a_script_that_goes_on_to_a_missing_page(render: Render) -> None:
    with serve(page=goes_to("/missing")) as server, pytest.raises(HTTPStatusError) as caught:
        render(server.url())
    assert (caught.value.status, caught.value.url) == (404, server.url("/missing"))


def test_a_script_that_goes_on_to_a_closed_port(render: Render) -> None:
    with serve() as server:
        closed = server.url("/x")
    with serve(page=goes_to(closed)) as server, pytest.raises(ConnectionFailedError) as caught:
        render(server.url())
    assert caught.value.url == closed


def test_a_script_that_goes_on_to_a_forbidden_address(example: Any) -> None:
    with Trap() as trap, serve(page=goes_to(trap.url("/secret"))) as server:
        check, _ = guard(server.port)
        with pytest.raises(AddressBlockedError) as caught:
            fetched(example, server.url(), check=check)
        assert trap.hits == []
    assert caught.value.url == trap.url("/secret")


def visit(example: Any, check: Callable[[str], list[str]] | None = None) -> tuple[bytes, set[str], list[str]]:
    """Let the page try; returns what came of it, what the trap saw, and what the guard was asked."""
    with Trap() as trap:
        moved = says(response(b"", status=302, location=trap.url("/redirected"), access_control_allow_origin="*"))
        data = says(response(DATA.encode(), content_type="application/json"))
        page = says(response(attempts(trap).encode()))
        with FaultServer(page=page, data=data, redirect=moved) as server:
            strict, asked = guard(server.port)
            body = fetched(example, server.url(), check=check or strict).body
        return body, set(trap.hits), asked


def test_scripts_reach_no_forbidden_address(example: Any) -> None:
    body, hits, asked = visit(example)
    assert SENTENCE in body.decode()
    assert hits == set()
    names = {host.partition(":")[0] for host in asked}
    assert names == {"127.0.0.1", "localhost", "nowhere.example"}  # as names, and the browser itself asks for nothing


def test_the_trap_would_have_noticed(example: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example, "SWITCHES", [switch for switch in example.SWITCHES if "webrtc" not in switch])
    body, hits, _ = visit(example, check=lambda _url: ["127.0.0.1"])
    assert SENTENCE in body.decode()
    assert {"", "/fetch", "/redirected", "/socket", "/script", "/frame", "/worker", "/name", "udp"} <= hits, hits


def test_an_address_that_does_not_answer_is_not_the_last(example: Any) -> None:
    with serve(page=shell(FILL)) as server:
        page = fetched(example, server.url(), check=lambda _url: ["127.0.0.9", "127.0.0.1"])
    assert SENTENCE in page.body.decode()


def test_a_script_that_leaves_the_web(render: Render) -> None:
    page = shell("location.href = URL.createObjectURL(new Blob(['<p>x</p>'], {type: 'text/html'}))")
    with serve(page=page) as server, pytest.raises(ConnectionFailedError, match="where nothing is"):
        render(server.url())


def test_a_page_that_seemed_at_rest_is_read_or_followed(render: Render) -> None:
    later = shell("setTimeout(() => { location.href = '/article' }, 700)")  # when the page seems to be at rest
    with serve(page=later, article=html_page("一")) as server:
        page = render(server.url())
    assert page.url in {server.url(), server.url("/article")}


# That it ends


def test_a_page_that_never_rests_is_read_once_its_text_stands_still(render: Render) -> None:
    script = FILL + "setInterval(() => fetch('/data?again'), 100);"
    data = json.dumps({"title": TITLE, "byline": "来源：聊城日报 2018-04-28 13:44", "text": [SENTENCE] * 9})
    with FaultServer(
        page=says(response(shell(script).encode())), data=says(response(data.encode(), content_type="application/json"))
    ) as server:
        page = render(server.url())
    assert SENTENCE in page.body.decode()


ENDLESS = {
    "busy": "while (true) {}",
    "restless": "fetch('/hang'); setInterval(() => fetch('/data'), 50);",
    "hanging": "document.write('<script src=/hang></' + 'script>')",
    "reloading": "fetch('/hang'); setTimeout(() => location.reload(), 50);",
    "dialogues": "while (true) alert('x');",
    "popups": "fetch('/hang'); setInterval(() => window.open('/good'), 50);",
}


def test_pages_without_end_cost_the_time_allowed_and_no_other_page(example: Any) -> None:
    async def work(server: FaultServer) -> tuple[dict[str, BaseException | None], float, FetchedPage]:
        async with example.RenderedFetcher(policy(timeout=6)) as fetcher:
            await fetcher.fetch(server.url("/good"))  # the start of the browser is not what is timed
            began = time.monotonic()
            fetches = (fetcher.fetch(server.url(f"/{kind}")) for kind in ENDLESS)
            results = await asyncio.gather(*fetches, return_exceptions=True)
            seconds = time.monotonic() - began
            return dict(zip(ENDLESS, results, strict=True)), seconds, await fetcher.fetch(server.url("/good"))

    pages = {kind: says(response(shell(script).encode())) for kind, script in ENDLESS.items()}
    data = says(response(DATA.encode(), content_type="application/json"))
    with FaultServer(
        **pages, good=says(response(shell(FILL).encode())), data=data, hang=lambda connection, _: connection.hang()
    ) as server:
        errors, seconds, page = bounded(work(server))
    assert {kind: type(error) for kind, error in errors.items()} == dict.fromkeys(ENDLESS, FetchTimeoutError)
    assert 5.5 < seconds < 25
    assert SENTENCE in page.body.decode()


def test_a_download_is_an_error_and_no_file(render: Render) -> None:
    sheet = response(b"a,b", content_type="text/csv", content_disposition="attachment; filename=a.csv")
    with FaultServer(page=says(response(goes_to("/sheet").encode())), sheet=says(sheet)) as server:
        page = render(server.url())  # the browser stays where it was
    assert page.url == server.url()
    assert SENTENCE not in page.body.decode()


def test_a_page_that_grows_too_large(example: Any) -> None:
    script = FILL + "for (let count = 0; count < 200; count++) add('p', 'x'.repeat(1000));"
    with serve(page=shell(script)) as server, pytest.raises(ResponseTooLargeError) as caught:
        fetched(example, server.url(), policy(timeout=20, max_bytes=100_000))
    assert caught.value.limit == 100_000
    assert caught.value.seen > 200_000


needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked for in /proc")


@needs_proc
def test_the_browser_is_gone_afterwards(example: Any) -> None:
    async def work(url: str) -> Any:
        async with example.RenderedFetcher(RENDERING) as fetcher:
            await fetcher.fetch(url)
            assert len(browsers(fetcher)) == 1
        return fetcher

    with serve(page=shell(FILL)) as server:
        assert browsers(bounded(work(server.url()))) == []


@needs_proc
def test_the_browser_is_gone_after_a_fetch_was_cancelled(example: Any) -> None:
    async def work(url: str) -> Any:
        async with example.RenderedFetcher(RENDERING) as fetcher:
            fetching = asyncio.create_task(fetcher.fetch(url))
            while not browsers(fetcher):
                await asyncio.sleep(0.02)
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
        return fetcher

    with serve(page=shell("while (true) {}")) as server:
        assert browsers(bounded(work(server.url()))) == []


@needs_proc
def test_a_browser_that_dies_costs_its_page_and_is_replaced(example: Any) -> None:
    async def work(server: FaultServer) -> FetchedPage:
        async with example.RenderedFetcher(RENDERING) as fetcher:
            fetching = asyncio.create_task(fetcher.fetch(server.url("/busy")))
            while "/begun" not in server.paths():
                await asyncio.sleep(0.02)
            for process in browsers(fetcher):
                os.kill(process, signal.SIGKILL)
            with pytest.raises(ConnectionFailedError, match="the browser failed"):
                await fetching
            page: FetchedPage = await fetcher.fetch(server.url())
            return page

    busy = shell("fetch('/begun'); setInterval(() => fetch('/data'), 50)")
    with serve(page=shell(FILL), busy=busy) as server:
        assert SENTENCE in bounded(work(server)).body.decode()


# The program


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )


def test_the_program_prints_what_it_promises() -> None:
    with serve(page=shell(FILL)) as server:
        done = run("--allow-private", server.url(), server.url("/missing"))
    assert (done.returncode, done.stderr) == (1, "")
    assert f"{TITLE}: {len(SENTENCE) * 3 + 2} characters\n" in done.stdout
    assert "failed: the server" in done.stdout


def test_the_program_says_how_it_is_used() -> None:
    done = run()
    assert done.returncode == 1
    assert "[--allow-private] URL" in done.stderr
