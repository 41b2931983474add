"""What fetching costs a server and this process at most: a portal fetched twice, many fetches, and bombs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import subprocess
import sys
import tempfile
import threading
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xinnong_scraper import FetchPolicy
from xinnong_scraper.errors import FetchError, ResponseTooLargeError
from xinnong_scraper.fetch import AsyncFetcher, Fetcher
from xinnong_scraper.replica import ReplicaPortal

from .memory import peak_megabytes, resident_megabytes
from .pages import ROOT
from .server import Server, free_port, write_pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_WIDTH: Final = 8
_THREADS: Final = 4


def _worker(job: dict[str, Any]) -> list[str]:
    return [sys.executable, "-m", "benchmarks.fetch_bounds", json.dumps(job)]


# A portal fetched twice

_ARTICLES: Final = 300
_SHARE: Final = 0.05
"""Of the first run's bytes, at most, in the second one."""


class _Counter:
    """Hands every byte on between clients and a server, and counts what the server sends."""

    def __init__(self, port: int) -> None:
        self.sent = 0
        self._port = port

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with contextlib.suppress(OSError):
            answers, asking = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._pass(reader, asking, count=False), self._pass(answers, writer, count=True))

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, count: bool) -> None:
        try:
            while data := await source.read(65_536):
                self.sent += len(data) * count
                target.write(data)
                await target.drain()
        finally:
            target.close()


def report_cache() -> bool:
    """Print what a second run over an unchanged portal costs its server; say whether that is little enough."""
    with tempfile.TemporaryDirectory(prefix="benchmark") as folder:
        try:
            _caching(str(Path(folder) / "cache"))
        except (TypeError, ValueError):
            print("not measured: FetchPolicy takes no cache in this version")
            return True
        with ReplicaPortal(count=_ARTICLES) as portal:
            paths = [article.paths[0] for article in portal.articles]
            runs = asyncio.run(_twice(int(portal.url.rsplit(":", 1)[1].strip("/")), paths, Path(folder) / "cache"))
    (first, first_body), (second, second_body) = runs
    print(
        f"{_ARTICLES} pages: the server sent {first:,} bytes, the second time {second:,}: {second / first:.1%} of them"
    )
    if first_body != second_body:
        print(f"but the pages were {first_body:,} bytes long, and {second_body:,} the second time")
    return second <= _SHARE * first and first_body == second_body


async def _twice(port: int, paths: list[str], cache: Path) -> list[tuple[int, int]]:
    """Give the bytes on the wire and those of the pages, of two processes one after another."""
    counter = _Counter(port)
    server = await asyncio.start_server(counter.connect, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    command = _worker({"kind": "cache", "urls": [base + path for path in paths], "cache": str(cache)})
    runs = []
    for _ in range(2):
        before = counter.sent
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=ROOT)
        said, _errors = await process.communicate()
        runs.append((counter.sent - before, int(said.split()[-1])))
    server.close()
    return runs


def _caching(path: str) -> FetchPolicy:
    settings: dict[str, Any] = {"cache": path}  # no type is checked: not every version takes a path
    return FetchPolicy(allow_private=True, concurrency_per_host=_WIDTH, **settings)


async def _fetch_through_cache(urls: list[str], cache: str) -> int:
    async with AsyncFetcher(_caching(cache)) as fetcher:
        waiting = iter(urls)

        async def work() -> int:
            return sum([len((await fetcher.fetch(url)).body) for url in waiting])

        return sum(await asyncio.gather(*(work() for _ in range(_WIDTH))))


# Bombs

_UNPACKED: Final = 1_000_000_000
_ROOM: Final = 16_000_000
"""Bytes that a fetch may take beside ``max_bytes``."""


def _bombs() -> Iterator[tuple[str, Callable[[], Any]]]:
    yield ".gz", lambda: zlib.compressobj(9, wbits=31)
    with contextlib.suppress(ImportError):
        brotli = importlib.import_module("brotli")
        yield ".br", lambda: brotli.Compressor(quality=5)  # the best takes half a minute, and saves 60 bytes
    with contextlib.suppress(ImportError):
        yield ".zst", importlib.import_module("zstandard").ZstdCompressor().compressobj


def _write_bomb(path: Path, engine: Any) -> None:  # noqa: ANN401  one of three packages' types
    press = engine.process if hasattr(engine, "process") else engine.compress
    end = engine.finish if hasattr(engine, "finish") else engine.flush
    zeros = bytes(10_000_000)
    with path.open("wb") as file:
        for _ in range(_UNPACKED // len(zeros)):
            file.write(press(zeros))
        file.write(end())


def report_bombs() -> bool:
    """Print how far small bodies that unpack to a gigabyte drive up the memory; say whether all stay in bounds."""
    good = True
    print("| body of 1 GB | sent | max_bytes | Fetcher | AsyncFetcher | limit |\n|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="benchmark") as folder:
        www = Path(folder) / "www"
        www.mkdir()
        (www / "page.html").write_bytes(b"<!doctype html><title>page</title><p>text</p>")
        for suffix, make in _bombs():
            _write_bomb(www / f"bomb{suffix}", make())
        with Server(Path(folder), www, free_port(), own=True) as server:
            for bomb in sorted(www.glob("bomb.*")):
                for limit in (FetchPolicy().max_bytes, 1_000_000):
                    cells = []
                    for driver in ("sync", "async"):
                        job = {"kind": "bomb", "driver": driver, "base": server.url, "path": f"/{bomb.name}"}
                        command = _worker({**job, "max_bytes": limit})
                        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
                        grown, outcome = json.loads(done.stdout)
                        good = good and grown * 1e6 <= limit + _ROOM and outcome == ResponseTooLargeError.__name__
                        cells.append(f"{grown:.1f} MB" + (f", {outcome}" * (outcome != ResponseTooLargeError.__name__)))
                    size = bomb.stat().st_size / 1e3
                    row = (bomb.suffix[1:], f"{size:,.0f} kB", f"{limit / 1e6:.0f} MB", *cells)
                    print(f"| {' | '.join(row)} | {(limit + _ROOM) / 1e6:.0f} MB |", flush=True)
    return good


async def _meet_bomb(job: dict[str, Any]) -> tuple[float, str]:
    """Give by how many megabytes (of a million bytes) the peak rose, and what became of the fetch."""
    policy = FetchPolicy(allow_private=True, respect_robots=False, max_bytes=job["max_bytes"])
    outcome = "a page"
    with Fetcher(policy) as blocking:
        async with AsyncFetcher(policy) as fetcher:

            async def fetch(path: str) -> None:
                if job["driver"] == "async":
                    await fetcher.fetch(job["base"] + path)
                else:
                    blocking.fetch(job["base"] + path)

            await fetch("/page.html")
            gc.collect()
            with contextlib.suppress(OSError):  # Linux forgets the peak so far; elsewhere it counts against us
                Path("/proc/self/clear_refs").write_text("5", "ascii")
            before = resident_megabytes()
            try:
                await fetch(job["path"])
            except FetchError as error:
                outcome = type(error).__name__
    return (peak_megabytes() - before) * 1.048576, outcome


# Many fetches


@dataclass(frozen=True)
class Held:
    """What this process holds."""

    fetches: int
    megabytes: float
    descriptors: int
    threads: int
    tasks: int


def soak(fetches: int) -> bool:
    """Fetch so many times in this process, print what it holds now and then; say whether that stays the same."""
    with tempfile.TemporaryDirectory(prefix="benchmark") as folder:
        port = free_port()
        paths = write_pages(Path(folder) / "www", 200, f"http://127.0.0.1:{port}/")
        with Server(Path(folder), Path(folder) / "www", port, own=True) as server:
            seen = asyncio.run(_soak(server.url, paths, fetches))
    started, first, last, closed = seen[0], seen[1], seen[-2], seen[-1]
    flat = last.megabytes <= 1.05 * first.megabytes and closed.descriptors <= started.descriptors
    for name in ("descriptors", "threads", "tasks"):
        flat = flat and getattr(last, name) <= getattr(first, name)
    print(f"memory {last.megabytes / first.megabytes:.3f} of the first; {'flat' if flat else 'NOT FLAT'}")
    return flat


async def _soak(base: str, paths: list[str], fetches: int) -> list[Held]:
    policy = FetchPolicy(allow_private=True, concurrency_per_host=_WIDTH, retries=0)
    first = min(1_000, fetches)
    marks = sorted({first, *(mark for tenth in range(1, 11) if (mark := fetches * tenth // 10) > first)})
    outcomes: Counter[str] = Counter()
    seen = [_held(0)]
    async with AsyncFetcher(policy) as fetcher:
        with Fetcher(policy) as blocking, ThreadPoolExecutor(_THREADS) as pool:
            loop = asyncio.get_running_loop()

            async def in_thread(url: str) -> object:
                return await loop.run_in_executor(pool, blocking.fetch, url)

            for begin, end in zip([0, *marks], marks, strict=False):
                half = (begin + end) // 2
                await _fetch_all(fetcher.fetch, base, paths, range(begin, half), outcomes)
                await _fetch_all(in_thread, base, paths, range(half, end), outcomes)
                seen.append(_held(end))
    seen.append(_held(fetches))
    print(f"after closing: {seen[-1].descriptors} descriptors, {seen[0].descriptors} before the first fetch")
    print(", ".join(f"{count:,} {name}" for name, count in sorted(outcomes.items())))
    return seen


async def _fetch_all(
    fetch: Callable[[str], Awaitable[object]], base: str, paths: list[str], numbers: range, outcomes: Counter[str]
) -> None:
    """Fetch the addresses of these numbers; the last ones are good, so that as many connections are open each time."""
    waiting = iter(numbers)

    async def work() -> None:
        for number in waiting:
            path = paths[number % len(paths)]
            kinds = {3: "/missing", 5: "/moved", 7: "/cut", 9: "/reset"}
            kind = kinds.get(number % 10, "") if number < numbers.stop - 4 * _WIDTH else ""
            try:
                await fetch(f"{base}{kind}{path}")
                outcomes["pages"] += 1
            except FetchError as error:
                outcomes[type(error).__name__] += 1

    await asyncio.gather(*(work() for _ in range(_WIDTH)))


def _held(fetches: int) -> Held:
    gc.collect()
    folder = next((path for path in ("/proc/self/fd", "/dev/fd") if Path(path).is_dir()), None)
    descriptors = sum(1 for _ in Path(folder).iterdir()) if folder else 0
    held = Held(fetches, resident_megabytes(), descriptors, threading.active_count(), len(asyncio.all_tasks()))
    print(
        f"after {fetches:7,} fetches {held.megabytes:6.1f} MB, {held.descriptors} descriptors, {held.threads} threads, "
        f"{held.tasks} tasks",
        flush=True,
    )
    return held


def main() -> None:
    """Run one job in this process, and print what it found."""
    job = json.loads(sys.argv[1])
    if job["kind"] == "bomb":
        print(json.dumps(asyncio.run(_meet_bomb(job))))
    else:
        print(asyncio.run(_fetch_through_cache(job["urls"], job["cache"])))


if __name__ == "__main__":
    main()
