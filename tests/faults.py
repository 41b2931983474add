"""A raw-socket server that misbehaves as told, helpers that fetch with both drivers, and the count of what is left."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from xinnong_scraper.errors import FetchError
from xinnong_scraper.fetch import AsyncFetcher, Fetcher, FetchPolicy
from xinnong_scraper.fetch.guard import Resolver, system_resolver
from xinnong_scraper.page import FetchedPage

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

PAGE = b"<!doctype html><html><head><title>t</title></head><body><p>text</p></body></html>"

Outcome = FetchedPage | FetchError


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    at: float


def response(
    body: bytes = PAGE,
    *,
    status: int = 200,
    content_type: str | None = "text/html",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """A whole HTTP response; ``length`` lies about the body's, keyword names are header names with underscores."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body) if length is None else length}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Connection:
    """What a script may do with a connection."""

    def __init__(self, server: FaultServer, sock: socket.socket, stop: threading.Event) -> None:
        self._server = server
        self._sock = sock
        self._stop = stop

    def next(self) -> Asked | None:
        """Wait for the next request on this connection; None once the client has gone."""
        return self._server.read(self._sock)

    def send(self, data: bytes) -> bool:
        """Send; False once the client has gone or the server closes."""
        if self._stop.is_set():
            return False
        try:
            self._sock.sendall(data)
        except OSError:
            return False
        return True

    def send_below_tls(self, data: bytes) -> None:
        """Send bytes as they are on a connection that speaks TLS."""
        with contextlib.suppress(OSError):
            socket.socket.sendall(self._sock, data)

    def wrapped(self, tls: ssl.SSLContext) -> ssl.SSLSocket:
        """Speak TLS from here on, and something else than HTTP/1.1 within; the caller closes the socket."""
        return tls.wrap_socket(self._sock, server_side=True)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send byte after byte, a pause before each."""
        for byte in data:
            if self._stop.wait(seconds) or not self.send(bytes([byte])):
                return

    def hang(self) -> None:
        """Say nothing until the server closes."""
        self._stop.wait(30)

    def end(self) -> None:
        """Close the half that sends."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def gone(self) -> bool:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(OSError):
            while self._sock.recv(65_536):
                pass
        return not self._stop.is_set()

    def reset(self) -> None:
        """Close with a TCP reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()


Script = Callable[[Connection, Asked], None]


def says(data: bytes) -> Script:
    """A script that sends this and closes."""

    def script(connection: Connection, _asked: Asked) -> None:
        connection.send(data)

    return script


class FaultServer:
    """Answers on loopback, one request a connection, by scripts per path; a list is used one after another.

    With ``tls`` it speaks https. ``accepted`` is done with each connection before anything is read from it.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        accepted: Callable[[Connection], object] | None = None,
        /,
        **scripts: Script | Sequence[Script],
    ) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._tls = tls
        self._accepted = accepted
        self._scripts = {"/" + name.replace("__", "."): script for name, script in scripts.items()}
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def url(self, path: str = "/page", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if self._stop.is_set():
                sock.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
        plain = sock
        try:
            if self._accepted is not None:
                self._accepted(Connection(self, sock, self._stop))
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open.add(sock)
            asked = self.read(sock)
            if asked is not None:
                self._pick(asked.path)(Connection(self, sock, self._stop), asked)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the client has gone, or does not like our certificate
        finally:
            with self._lock:
                self._open -= {sock, plain}
            sock.close()
            plain.close()

    def read(self, sock: socket.socket) -> Asked | None:
        """Read the head of a request; None once the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            try:
                piece = sock.recv(65536)
            except OSError:
                return None
            if not piece:
                return None
            data += piece
        first, *lines = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        asked = Asked(first.split(" ")[1], headers, time.monotonic())
        with self._lock:
            self.asked.append(asked)
        return asked

    def _pick(self, path: str) -> Script:
        script = self._scripts.get(path.partition("?")[0]) or says(response(b"nothing here", status=404))
        if callable(script):
            return script
        with self._lock:
            used = sum(asked.path == path for asked in self.asked)
        return script[min(used, len(script)) - 1]

    def close(self) -> None:
        """End every connection and join every thread."""
        self._stop.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        self._listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        self._accepting.join(5)
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def policy(**changes: object) -> FetchPolicy:
    """A policy for loopback: no guard, no robots.txt, three seconds."""
    values: dict[str, object] = {"allow_private": True, "respect_robots": False, "timeout": 3, **changes}
    return FetchPolicy(**values)  # type: ignore[arg-type]


def fetch_in_turn(
    driver: str, urls: Sequence[str], chosen: FetchPolicy, resolver: Resolver = system_resolver
) -> list[Outcome]:
    """Fetch one address after another with one fetcher of the driver named (sync, async); errors are outcomes.

    None of them may outlast its deadline by half a second, and no task may be left.
    """
    if driver == "sync":
        with Fetcher(chosen, resolver=resolver) as fetcher:
            return [_in_time(chosen, time.monotonic(), _outcome(fetcher, url)) for url in urls]

    async def run() -> list[Outcome]:
        async with AsyncFetcher(chosen, resolver=resolver) as fetcher:
            found = [_in_time(chosen, time.monotonic(), await _async_outcome(fetcher, url)) for url in urls]
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return found

    return asyncio.run(run())


def _in_time(chosen: FetchPolicy, start: float, outcome: Outcome) -> Outcome:
    assert time.monotonic() - start < chosen.timeout + 0.5, outcome
    return outcome


def fetch_then_good(
    driver: str, script: Script | Sequence[Script], *, resolver: Resolver = system_resolver, **changes: object
) -> tuple[Outcome, FaultServer]:
    """Fetch ``/page`` that behaves as scripted, then a good page with the same fetcher: that one must come."""
    with FaultServer(page=script, good=says(response())) as server:
        outcome, good = fetch_in_turn(
            driver, [server.url("/page"), server.url("/good")], policy(**changes), resolver=resolver
        )
        assert isinstance(good, FetchedPage), good
        assert good.body == PAGE
    return outcome, server


@contextlib.contextmanager
def nothing_left_open() -> Iterator[None]:
    """Make sure that every thread started inside ends, and that every file and socket opened inside is closed."""
    threads, files = set(threading.enumerate()), open_files()
    yield
    for thread in set(threading.enumerate()) - threads:
        thread.join(2)
    assert set(threading.enumerate()) <= threads
    assert not (left := set(open_files().items()) - set(files.items())), left


def open_files() -> dict[str, str]:
    """What each file descriptor of this process leads to; nothing where the system does not tell."""
    found = {}
    with contextlib.suppress(OSError):
        for entry in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):  # the one that lists the folder
                found[entry.name] = str(entry.readlink())
    return {name: target for name, target in found.items() if not target.startswith("/proc/")}


def fetch_together(driver: str, urls: Sequence[str], chosen: FetchPolicy) -> list[Outcome]:
    """Fetch all addresses at once, in threads or tasks, with one fetcher."""
    if driver == "sync":
        found: dict[int, Outcome] = {}
        with Fetcher(chosen) as fetcher:
            work = [
                threading.Thread(target=lambda place=place, url=url: found.update({place: _outcome(fetcher, url)}))
                for place, url in enumerate(urls)
            ]
            for thread in work:
                thread.start()
            for thread in work:
                thread.join()
        return [found[place] for place in range(len(urls))]

    async def run() -> list[Outcome]:
        async with AsyncFetcher(chosen) as fetcher:
            return list(await asyncio.gather(*(_async_outcome(fetcher, url) for url in urls)))

    return asyncio.run(run())


def _outcome(fetcher: Fetcher, url: str) -> Outcome:
    try:
        return fetcher.fetch(url)
    except FetchError as error:
        return error


async def _async_outcome(fetcher: AsyncFetcher, url: str) -> Outcome:
    try:
        return await fetcher.fetch(url)
    except FetchError as error:
        return error
