"""Read pages whose text is filled in by scripts.

    python examples/rendered_page.py [--allow-private] URL…

Needs `pip install playwright` and a Chromium: the system's, or Playwright's own (`playwright install chromium`).
RenderedFetcher is a start for your own: copy the file and change what your portals need.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Self

from playwright.async_api import Error as BrowserError
from playwright.async_api import async_playwright

from xinnong_scraper import FetchPolicy, Scraper, ScraperError, extract_html
from xinnong_scraper.errors import (
    ConnectionFailedError,
    FetchTimeoutError,
    HTTPStatusError,
    NotAnArticleError,
    ResponseTooLargeError,
)
from xinnong_scraper.fetch import AsyncFetcher, FetchedPage, check_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Browser, BrowserContext, Page, Playwright, Request, Response, Route

NOT_LOADED = {"image", "font", "media", "stylesheet"}
"""What a record has no use for; pictures keep their addresses."""

SWITCHES = [
    "--disable-gpu",
    "--disable-quic",  # UDP, past the gate
    "--disable-sync",
    "--gaia-url=http://127.0.0.1:1/",  # Chromium asks its maker's account service at every start; here nobody answers
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # a whole Chromium reads this one,
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # and Playwright's headless shell this one
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are looked up by the gate only
]
"""Beside those that Playwright gives itself: no first run, no background networking, no component updates, and a new
profile for every browser."""

ENOUGH, STILL, LOOK = 200, 2.0, 0.25
"""So many characters of text that have not changed for so many seconds are taken for the article, although the page
goes on loading; and the seconds between two looks."""


def is_script_shell(page: FetchedPage) -> bool:
    """Tell whether the page as the server sent it waits for a script to fill it."""
    try:
        extract_html(page.body, url=page.url, headers=page.headers)
    except NotAnArticleError as error:
        return error.reason == "script_shell"
    except ScraperError:
        return False
    return False


class RenderedFetcher:
    """Fetches plainly first, and lets a browser fill in the page only ``when`` that is needed.

    The plain fetch keeps to the policy in everything: robots.txt, delays, retries, redirects, credentials. The browser
    is handed its answer, so the page itself is not requested twice. What the scripts then ask for goes through the
    gate, which lets them connect where the policy lets a fetch, and nowhere else. Rendering may take
    ``policy.timeout`` seconds of its own (and the browser some to start), and its result have ``policy.max_bytes``.

    The browser knows no robots.txt, no delay, no ``policy.headers``, no cookies that came with the page, and no limit
    to what scripts load within the time. The text of frames and shadow trees is not in its result.
    """

    def __init__(
        self,
        policy: FetchPolicy | None = None,
        *,
        when: Callable[[FetchedPage], bool] = is_script_shell,
        check: Callable[[str], list[str]] | None = None,
    ) -> None:
        self._policy = policy or FetchPolicy()
        self._when = when
        self._check = check or partial(check_url, policy=self._policy)
        self._plain = AsyncFetcher(self._policy)
        self._gate = Gate(self._check, self._policy.connect_timeout)
        self._stack = AsyncExitStack()
        self._playwright: Playwright | None = None
        self._start: asyncio.Task[Browser] | None = None

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._plain)
        await self._stack.enter_async_context(self._gate)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def fetch(self, url: str) -> FetchedPage:
        """Get one page, rendered where needed; raises FetchError as every fetch does."""
        page = await self._plain.fetch(url)
        return await self._rendered(page) if self._when(page) else page

    async def _browser(self) -> Browser:
        """Give the one browser; who stops waiting for its start leaves it to the others."""
        start = self._start
        if start is None or (start.done() and (start.exception() or not start.result().is_connected())):
            start = self._start = asyncio.create_task(self._launch())
        return await asyncio.shield(start)

    async def _launch(self) -> Browser:
        if self._playwright is None:
            self._playwright = await self._stack.enter_async_context(async_playwright())
            self._stack.push_async_callback(self._end_browser)
        names = ("chromium", "chromium-browser", "google-chrome")
        return await self._playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, names)), None),
            chromium_sandbox=not (hasattr(os, "geteuid") and os.geteuid() == 0),  # root cannot have one
            proxy={"server": self._gate.address, "bypass": "<-loopback>"},  # loopback goes to the gate too
            args=SWITCHES,
            ignore_default_args=["--disable-popup-blocking"],
        )

    async def _end_browser(self) -> None:
        start, self._start = self._start, None
        if start is not None:
            with suppress(BrowserError, TimeoutError):  # what does not end now is ended with Playwright
                async with asyncio.timeout(_FAREWELL):
                    await (await asyncio.shield(start)).close()

    async def _rendered(self, page: FetchedPage) -> FetchedPage:
        seconds = self._policy.timeout
        context: BrowserContext | None = None
        try:
            browser = await self._browser()
            async with asyncio.timeout(seconds):
                context = await browser.new_context(
                    user_agent=self._policy.user_agent,
                    locale="zh-CN",
                    timezone_id="Asia/Shanghai",  # scripts write times in the zone of the reader
                    accept_downloads=False,
                    service_workers="block",
                )
                return await _Visit(context, page, self._policy, self._check).result()
        except TimeoutError as error:
            message = f"the page was not filled in within {seconds:g} seconds"
            raise FetchTimeoutError(message, url=page.url, timeout=seconds) from error
        except BrowserError as error:
            message = f"the browser failed: {error.message.partition(chr(10))[0]}"
            raise ConnectionFailedError(message, url=page.url) from error
        finally:
            if context is not None:
                await self._leave(context)

    async def _leave(self, context: BrowserContext) -> None:
        """Close the visit's pages; a browser that cannot even do that is ended, and the next page starts another."""
        try:
            async with asyncio.timeout(_FAREWELL):
                await context.close()
        except TimeoutError:
            await self._end_browser()
        except BrowserError:
            pass  # the browser is gone already


_FAREWELL = 5.0
"""Seconds for a page or a browser to close."""


class _Visit:
    """One page in a browser context of its own."""

    def __init__(
        self, context: BrowserContext, plain: FetchedPage, policy: FetchPolicy, check: Callable[[str], list[str]]
    ) -> None:
        self._context = context
        self._plain = plain
        self._policy = policy
        self._check = check
        self._headers = {name: value for name, value in plain.headers.items() if name not in _OF_THE_WIRE}
        self._answered = False
        self._status = plain.status
        self._wanted = plain.url  # where the last script that went on to another page went

    async def result(self) -> FetchedPage:
        self._context.set_default_timeout(0)  # the time for the whole counts
        await self._context.route("**/*", self._route)
        page = await self._context.new_page()
        self._context.on("page", lambda popup: popup.close())
        page.on("response", partial(self._on_response, page))
        page.on("request", partial(self._on_request, page))
        await page.goto(self._plain.url, wait_until="commit")
        for _ in range(2):
            await self._settle(page)
            with suppress(BrowserError):  # a script has led on to another page just now
                return await self._read(page)
        await self._settle(page)
        return await self._read(page)

    async def _route(self, route: Route) -> None:
        request = route.request
        with suppress(BrowserError):  # the page has gone on meanwhile
            if request.resource_type in NOT_LOADED:
                await route.abort()
            elif not self._answered and request.is_navigation_request():
                self._answered = True
                await route.fulfill(status=self._plain.status, headers=self._headers, body=self._plain.body)
            else:
                await route.continue_()

    def _on_request(self, page: Page, request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            self._wanted = request.url

    def _on_response(self, page: Page, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            self._status = response.status

    async def _settle(self, page: Page) -> None:
        """Wait until nothing is loaded any more, or until there is text that has stopped growing."""
        idle = asyncio.ensure_future(page.wait_for_load_state("networkidle"))
        length, since = -1, 0.0
        clock = asyncio.get_running_loop().time
        try:
            while not idle.done() and not (length >= ENOUGH and clock() - since >= STILL):
                await asyncio.wait([idle], timeout=LOOK)
                with suppress(BrowserError):  # the page is on its way to another one
                    found = int(await page.evaluate(_LENGTH_OF_TEXT))
                    length, since = (found, clock()) if found != length else (length, since)
            if idle.done():
                idle.result()
        finally:
            idle.cancel()

    async def _read(self, page: Page) -> FetchedPage:
        if not page.url.startswith(("http:", "https:")):
            await asyncio.to_thread(self._check, self._wanted)  # says so where the gate has refused
            raise ConnectionFailedError("a script went on to where nothing is", url=self._wanted)
        if not 200 <= self._status < 300:
            raise HTTPStatusError(f"the server answered with status {self._status}", url=page.url, status=self._status)
        limit = self._policy.max_bytes
        seen = int(await page.evaluate(_LENGTH_OF_PAGE))
        body = (await page.content()).encode("utf-8", "replace") if seen <= limit else b""
        if max(seen, len(body)) > limit:
            message = f"the page grew beyond {limit} bytes"
            raise ResponseTooLargeError(message, url=page.url, limit=limit, seen=max(seen, len(body)))
        # The type says how the text was encoded just now, whatever the server said of its own bytes.
        headers = {**self._headers, "content-type": "text/html; charset=utf-8"}
        return replace(
            self._plain, url=page.url, status=self._status, headers=headers, body=body, fetched_at=datetime.now(UTC)
        )


_LENGTH_OF_TEXT = "document.body?.innerText.length | 0"
_LENGTH_OF_PAGE = "document.documentElement?.outerHTML.length | 0"
"""Scripts of the page may have changed what these say, but ``| 0`` is always an integer."""

_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})
"""Headers that are true of the bytes as they came, not of the page handed on."""


class Gate:
    """The browser's only way out: a SOCKS5 proxy (RFC 1928) on loopback that connects to what ``check`` gives.

    Redirects, web sockets, workers and popups pass here like everything else, whereas Playwright's routes do not see
    redirects (https://playwright.dev/python/docs/api/class-page#page-route). The name is looked up here, once, and the
    connection goes to an address that was checked, so a second answer (DNS rebinding) is never asked for.
    """

    def __init__(self, check: Callable[[str], list[str]], seconds: float) -> None:
        self._check = check
        self._seconds = seconds
        self._connections: set[asyncio.Task[None] | None] = set()
        self.address = ""
        """Where it listens, as a proxy's address; empty before it is entered."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        running = [task for task in self._connections if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        try:
            host, port = await _asked(reader, writer)
            try:
                outside = await self._connect(host, port)
            except (ScraperError, OSError):
                writer.write(_REFUSED)
                return
            writer.write(_CONNECTED)
            await _relay((reader, writer), outside)
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            pass  # the browser has gone, or talks nonsense
        finally:
            writer.close()
            self._connections.discard(task)

    async def _connect(self, host: str, port: int) -> _Ends:
        addresses = await asyncio.to_thread(self._check, f"http://{host}:{port}/")
        for address in addresses[:4]:
            with suppress(OSError):
                async with asyncio.timeout(self._seconds / min(len(addresses), 4)):
                    return await asyncio.open_connection(address, port)
        raise OSError("no address answers")


_CONNECTED, _REFUSED = (b"\x05" + code + b"\x00\x01" + bytes(6) for code in (b"\x00", b"\x02"))


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Take the greeting and the request to connect (RFC 1928, 3 and 4)."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    _, command, _, kind = await reader.readexactly(4)
    if command != 1 or kind not in (1, 3, 4):
        raise ValueError("not a request to connect")
    if kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    else:
        raw = await reader.readexactly(4 if kind == 1 else 16)
        host = str(IPv4Address(raw)) if kind == 1 else f"[{IPv6Address(raw)}]"
    return host, int.from_bytes(await reader.readexactly(2), "big")


_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _relay(inside: _Ends, outside: _Ends) -> None:
    """Carry bytes both ways until one end is done."""
    ways = [asyncio.ensure_future(_carry(inside[0], outside[1])), asyncio.ensure_future(_carry(outside[0], inside[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        outside[1].close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()


async def main(urls: list[str], policy: FetchPolicy) -> int:
    """Print title and length of each article; pages that need no browser get none."""
    failed = 0
    async with RenderedFetcher(policy) as fetcher, Scraper(fetcher=fetcher) as scraper:
        async for outcome in scraper.aextract_many(urls, concurrency=4):
            if outcome.article is None:
                failed += 1
                print(f"failed: {outcome.error}")
            else:
                print(f"{outcome.article.title}: {len(outcome.article.text)} characters")
    return 1 if failed else 0


if __name__ == "__main__":
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if not addresses:
        raise SystemExit(__doc__)
    sys.exit(asyncio.run(main(addresses, FetchPolicy(allow_private="--allow-private" in sys.argv))))
