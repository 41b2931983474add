"""The big test portal as a process of its own on loopback, which notes what it was asked, and when."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import parse_qs

from .bigportal import Answer, Portal

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from .bigportal_plan import Truth

MAX_HEAD = 64_000
STATUS = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it: seconds since it started, the status that it answered, the target."""

    at: float
    status: int
    target: str


class Ledger:
    """What was asked so far; with a file, each request is a line there too: seconds, status, target."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self.entries: list[tuple[float, int, str]] = []
        self.times: Counter[str] = Counter()
        self.open_now = 0
        self.most_open = 0
        self._file = file
        self._start = time.perf_counter()

    def note(self, status: int, target: str) -> None:
        at = round(time.perf_counter() - self._start, 6)
        self.entries.append((at, status, target))
        self.times[target] += 1
        if self._file is not None:
            self._file.write(f"{at}\t{status}\t{target}\n")

    def clear(self) -> None:
        self.entries.clear()
        self.times.clear()
        self.most_open = self.open_now


class Speaker(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, requests without bodies, one after the other."""

    def __init__(self, portal: Portal, ledger: Ledger, latency: float) -> None:
        self._portal = portal
        self._ledger = ledger
        self._latency = latency
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ledger.open_now += 1
        self._ledger.most_open = max(self._ledger.most_open, self._ledger.open_now)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None
        self._ledger.open_now -= 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > MAX_HEAD and self._transport is not None:
            self._transport.abort()
            return
        self._next()

    def _next(self) -> None:
        while not self._busy and (end := self._buffer.find(b"\r\n\r\n")) >= 0 and self._transport is not None:
            lines = self._buffer[:end].decode("latin-1").split("\r\n")
            self._buffer = self._buffer[end + 4 :]
            method, _, rest = lines[0].partition(" ")
            target, _, version = rest.rpartition(" ")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            stays = version != "HTTP/1.0" and fields.get("connection", "").lower() != "close"
            answer = self._answer(method, target, fields.get("if-none-match"))
            stays = stays and answer[0] != 405  # its body, if it has one, is not read
            ready = written(answer, head_only=method == "HEAD", stays=stays)
            if self._latency and not target.startswith("/__"):
                self._busy = True
                asyncio.get_running_loop().call_later(self._latency, self._send, ready, stays)
            else:
                self._send(ready, stays)

    def _send(self, ready: bytes, stays: bool) -> None:
        self._busy = False
        if self._transport is None:
            return
        self._transport.write(ready)
        if stays:
            if self._buffer:
                self._next()
        else:
            self._transport.close()

    def _answer(self, method: str, target: str, etag: str | None) -> Answer:
        if target.startswith("/__"):
            return self._control(target)
        if method not in {"GET", "HEAD"} or not target.startswith("/"):
            answer: Answer = 405, {"Allow": "GET, HEAD"}, b""
        else:
            answer = self._portal.answer(target, self._ledger.times[target])
        if etag is not None and etag == answer[1].get("ETag"):
            answer = 304, {"ETag": etag}, b""
        self._ledger.note(answer[0], target)
        return answer

    def _control(self, target: str) -> Answer:
        path, _, query = target.partition("?")
        said: object = None
        if path == "/__log__":
            said = self._ledger.entries
        elif path == "/__most_open__":
            said = self._ledger.most_open
        elif path == "/__reset__":
            self._ledger.clear()
        elif path == "/__change__":
            self._portal.change(int(parse_qs(query).get("id", ["1"])[0]))
        else:
            return 404, {}, b""
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


def written(answer: Answer, *, head_only: bool, stays: bool) -> bytes:
    """An answer as bytes on the wire."""
    status, headers, body = answer
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    if status != 304:
        lines.append(f"Content-Length: {len(body)}\r\n")
    if not stays:
        lines.append("Connection: close\r\n")
    head = (STATUS[status] + "".join(lines) + "\r\n").encode("latin-1")
    return head if head_only or status == 304 else head + body


async def serve(
    portal_at: Callable[[str], Portal], *, port: int, latency: float, log: IO[str] | None, tied: bool
) -> None:
    """Serve until cancelled or, if ``tied``, until standard input ends; the first line printed is the address."""
    loop = asyncio.get_running_loop()
    ledger = Ledger(log)
    portal: Portal

    def speaker() -> Speaker:
        return Speaker(portal, ledger, latency)

    server = await loop.create_server(speaker, "127.0.0.1", port, start_serving=False)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    portal = portal_at(url)
    async with server:
        await server.start_serving()
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        ended = asyncio.Event()
        if tied:
            loop.add_reader(sys.stdin.fileno(), ended.set)
        await ended.wait()


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bigportal", description="Serve the big test portal.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0, help="seconds that every answer waits")
    parser.add_argument("--log", type=Path, help="a file for one line a request: seconds, status, target")
    parser.add_argument("--no-broken", action="store_true", help="leave out dead links and server errors")
    parser.add_argument("--tied", action="store_true", help="end when standard input ends")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(given.log.open("w", buffering=1, encoding="utf-8")) if given.log else None
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))

        def portal_at(url: str) -> Portal:
            return Portal(given.articles, given.seed, url, broken=not given.no_broken)

        asyncio.run(serve(portal_at, port=given.port, latency=given.latency, log=log, tied=given.tied))


class BigPortal:
    """The portal in a process of its own, with the same portal here to know the truth; a context manager."""

    def __init__(
        self,
        articles: int = 2000,
        seed: int = 1,
        *,
        latency: float = 0,
        broken: bool = True,
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        command = [sys.executable, "-m", "tests.bigportal", "--tied", "--articles", str(articles), "--seed", str(seed)]
        command += ["--latency", str(latency), "--port", str(port)]
        command += ["--log", str(log.absolute())] if log else []
        command += [] if broken else ["--no-broken"]
        self._process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            self.close()
            raise RuntimeError("the portal's process ended before it served")
        self.portal = Portal(articles, seed, self.url, broken=broken)

    @property
    def truth(self) -> list[Truth]:
        """What a complete crawl of the portal as it is now stores, oldest first."""
        return self.portal.truth()

    def asked(self) -> list[Asked]:
        """Every request so far, in order."""
        return [Asked(*entry) for entry in json.loads(self._control("/__log__"))]

    def requests(self) -> list[str]:
        """The target of every request so far, in order."""
        return [each.target for each in self.asked()]

    def most_open(self) -> int:
        """The most connections that were open at one time, the one that asks this included."""
        return int(self._control("/__most_open__"))

    def change(self, number: int = 1) -> None:
        """Rewrite ten articles and add five, on the server and in ``truth``."""
        self._control(f"/__change__?id={number}")
        self.portal.change(number)

    def reset(self) -> None:
        """Forget the requests so far; what answered 500 at first does so again."""
        self._control("/__reset__")

    def _control(self, path: str) -> bytes:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, timeout=30) as response:
            body: bytes = response.read()
        return body

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
