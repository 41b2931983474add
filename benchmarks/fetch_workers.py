"""The clients that are measured: each reads a job from standard input, runs it in this process, and prints its figures.

A job names a contestant, its settings, the addresses and a core. Scrapy's reactor cannot be started twice, so a job of
Scrapy has one setting; the others may run several, one after another.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .server import keep_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    Get = Callable[[str], Awaitable[int]]
    Batch = Callable[[Sequence[str]], int]
    AsyncBatch = Callable[[Sequence[str]], Awaitable[int]]

WARM_UP = 50
"""Pages that every client reads before the clock starts."""


@dataclass(frozen=True)
class Setting:
    """What is tried out for a contestant."""

    width: int
    """Requests at the same time."""
    variant: str = ""
    """The event loop, or what else there is to choose; empty where there is no choice."""

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.variant, f"{self.width} at once" if self.width else ""]))


@dataclass(frozen=True)
class Figures:
    """What one run of a contestant gave."""

    setting: Setting
    pages: int
    seconds: float
    cpu: float
    """Processor seconds of the client's process."""
    waited: float
    """Of the seconds, those in which the main thread was ready to run but another process had the core; 0 where the
    system does not tell."""
    amount: int
    """Bytes of all bodies, or characters of all articles: the same for all who do the same work."""


@dataclass(frozen=True)
class Contestant:
    """One of the clients."""

    packages: tuple[str, ...] = ()
    """Modules that it needs beside our own."""
    variants: tuple[str, ...] = ("",)
    start: Callable[[int], AbstractAsyncContextManager[AsyncBatch]] | None = None
    """An asyncio client that holds so many requests at a time."""
    blocking: Callable[[int], AbstractContextManager[Batch]] | None = None
    reads: bool = False
    """Whether it reads the pages too, or fetches them only."""
    tls: bool = False
    """Whether it is measured over TLS, with HTTP/2."""


def policy(width: int) -> Any:  # noqa: ANN401  our own class, imported where a worker needs it
    """Give the policy of our own clients."""
    made: Any = importlib.import_module("xinnong_scraper").FetchPolicy
    return made(allow_private=True, respect_robots=False, concurrency_per_host=width)


# Clients of asyncio


async def _by_workers(gets: Sequence[Get], urls: Sequence[str]) -> int:
    """Let each worker fetch the next address until none is left; give the sum of what they say."""
    waiting = iter(urls)

    async def work(get: Get) -> int:
        return sum([await get(url) for url in waiting])

    return sum(await asyncio.gather(*map(work, gets)))


@contextlib.asynccontextmanager
async def _aextract_many(width: int) -> AsyncIterator[AsyncBatch]:
    ours = importlib.import_module("xinnong_scraper")

    async def batch(urls: Sequence[str]) -> int:
        found = ours.aextract_many(urls, concurrency=width, policy=policy(width))
        return sum([_characters(outcome) async for outcome in found])

    yield batch


@contextlib.asynccontextmanager
async def _async_fetcher(width: int) -> AsyncIterator[AsyncBatch]:
    fetch = importlib.import_module("xinnong_scraper.fetch")
    async with fetch.AsyncFetcher(policy(width)) as fetcher:

        async def get(url: str) -> int:
            return len((await fetcher.fetch(url)).body)

        yield partial(_by_workers, [get] * width)


async def _httpx_get(client: Any, url: str) -> int:  # noqa: ANN401  another library's type
    response = await client.get(url)
    response.raise_for_status()
    return len(response.content)


@contextlib.asynccontextmanager
async def _httpx(width: int, *, clients: int, http2: bool = False, module: str = "httpx") -> AsyncIterator[AsyncBatch]:
    library = importlib.import_module(module)
    make = library.AsyncClient if module == "httpx" else library.HttpxAiohttpClient
    async with contextlib.AsyncExitStack() as stack:
        made = [
            await stack.enter_async_context(make(verify=False, trust_env=False, http2=http2))
            for _ in range(min(clients, width))
        ]
        yield partial(_by_workers, [partial(_httpx_get, made[number % len(made)]) for number in range(width)])


@contextlib.asynccontextmanager
async def _aiohttp(width: int) -> AsyncIterator[AsyncBatch]:
    aiohttp = importlib.import_module("aiohttp")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=width)) as session:

        async def get(url: str) -> int:
            async with session.get(url) as response:
                response.raise_for_status()
                return len(await response.read())

        yield partial(_by_workers, [get] * width)


# Clients that block


@contextlib.contextmanager
def _extract_many(width: int) -> Iterator[Batch]:
    ours = importlib.import_module("xinnong_scraper")
    yield lambda urls: sum(map(_characters, ours.extract_many(urls, concurrency=width, policy=policy(width))))


@contextlib.contextmanager
def _fetcher(width: int) -> Iterator[Batch]:
    fetch = importlib.import_module("xinnong_scraper.fetch")
    with fetch.Fetcher(policy(width)) as fetcher, ThreadPoolExecutor(width) as pool:

        def batch(urls: Sequence[str]) -> int:
            waiting, lock = iter(urls), importlib.import_module("threading").Lock()

            def work() -> int:
                size = 0
                while True:
                    with lock:
                        url = next(waiting, None)
                    if url is None:
                        return size
                    size += len(fetcher.fetch(url).body)

            return sum(future.result() for future in [pool.submit(work) for _ in range(width)])

        yield batch


def _characters(outcome: Any) -> int:  # noqa: ANN401  our own class, imported where a worker needs it
    if outcome.error is not None:
        raise outcome.error
    return len(outcome.article.text)


ASYNCIO: Final = ("asyncio", "uvloop")
FLOOR: Final = "extract_html, bytes in memory"
OURS: Final = "aextract_many"
SCRAPY: Final = "Scrapy"
SCRAPY_DEFAULT: Final = "Scrapy, default settings"
SCRAPY_VARIANTS: Final = ("asyncio", "uvloop", "epoll", "aiohttp without reactor", "aiohttp without reactor, uvloop")

CONTESTANTS: Final = {
    FLOOR: Contestant(reads=True),
    OURS: Contestant((), ASYNCIO, _aextract_many, reads=True),
    "extract_many": Contestant(blocking=_extract_many, reads=True),
    SCRAPY: Contestant(("scrapy",), SCRAPY_VARIANTS, reads=True),
    SCRAPY_DEFAULT: Contestant(("scrapy",), ("asyncio",), reads=True),
    "AsyncFetcher": Contestant((), ASYNCIO, _async_fetcher),
    "Fetcher": Contestant(blocking=_fetcher),
    "httpx, a client each": Contestant((), ASYNCIO, lambda width: _httpx(width, clients=width)),
    "httpx, one client": Contestant((), ASYNCIO, lambda width: _httpx(width, clients=1)),
    "httpx, HTTP/2 over TLS": Contestant(
        ("h2",), ASYNCIO, lambda width: _httpx(width, clients=1, http2=True), tls=True
    ),
    "httpx by aiohttp": Contestant(
        ("httpx_aiohttp",), ASYNCIO, lambda width: _httpx(width, clients=1, module="httpx_aiohttp")
    ),
    "aiohttp": Contestant(("aiohttp",), ASYNCIO, _aiohttp),
}  # fmt: skip
"""All clients by the name in the table."""


# Running


class Clock:
    """Starts when it is made, after what was left over from before has been collected."""

    def __init__(self) -> None:
        gc.collect()
        self._began = self._now()

    def figures(self, setting: Setting, pages: int, amount: int) -> Figures:
        """Stop."""
        wall, cpu, waited = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return Figures(setting, pages, wall, cpu, waited, amount)

    def _now(self) -> tuple[float, float, float]:
        waited = 0.0
        with contextlib.suppress(OSError):  # Linux; the second number is the time on a run queue, in nanoseconds
            waited = int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / 1e9
        return time.perf_counter(), time.process_time(), waited


async def _run_async(contestant: Contestant, setting: Setting, urls: Sequence[str]) -> Figures:
    assert contestant.start is not None  # noqa: S101  who calls this has looked
    async with contestant.start(setting.width) as batch:
        await batch(urls[:WARM_UP])
        clock = Clock()
        return clock.figures(setting, len(urls), await batch(urls))


def _run_blocking(contestant: Contestant, setting: Setting, urls: Sequence[str]) -> Figures:
    assert contestant.blocking is not None  # noqa: S101  who calls this has looked
    with contestant.blocking(setting.width) as batch:
        batch(urls[:WARM_UP])
        clock = Clock()
        return clock.figures(setting, len(urls), batch(urls))


def _run_floor(setting: Setting, urls: Sequence[str], files: Sequence[str]) -> Figures:
    extract_html = importlib.import_module("xinnong_scraper").extract_html
    pages = [(Path(file).read_bytes(), url) for file, url in zip(files, urls, strict=True)]
    headers = {"content-type": "text/html"}
    for body, url in pages[:WARM_UP]:
        extract_html(body, url=url, headers=headers)
    clock = Clock()
    amount = sum(len(extract_html(body, url=url, headers=headers).text) for body, url in pages)
    return clock.figures(setting, len(pages), amount)


def run(job: dict[str, Any]) -> list[Figures]:
    """Run a job."""
    keep_to(job["core"])
    name, urls = job["contestant"], job["urls"]
    contestant = CONTESTANTS[name]
    found = []
    for setting in (Setting(**values) for values in job["settings"]):
        if contestant.start is not None:
            loop = importlib.import_module("uvloop").new_event_loop if setting.variant == "uvloop" else None
            with asyncio.Runner(loop_factory=loop) as runner:
                found.append(runner.run(_run_async(contestant, setting, urls)))
        elif contestant.blocking is not None:
            found.append(_run_blocking(contestant, setting, urls))
        elif name == FLOOR:
            found.append(_run_floor(setting, urls, job["files"]))
        else:
            scrapy_worker = importlib.import_module("benchmarks.scrapy_worker")
            found.append(scrapy_worker.run(setting, urls, default=name == SCRAPY_DEFAULT))
    return found


if __name__ == "__main__":
    print(json.dumps([asdict(figures) for figures in run(json.load(sys.stdin))]))
