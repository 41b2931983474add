"""Pages of the replica portal in a folder, and a process of its own that serves them on loopback.

nginx serves them where it is installed, else a small server of our own, which also misbehaves on request.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

from .pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

CODINGS: Final = {".gz": "gzip", ".br": "br", ".zst": "zstd"}
"""The Content-Encoding of a file, by the end of its name."""

_NGINX = """
daemon off; master_process off; error_log stderr; pid {home}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=10000;
  types {{ }} default_type text/html;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{ listen 127.0.0.1:{port}; root {www}; }}
  {tls}
}}
"""
_NGINX_TLS = (
    "server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {home}/tls.pem; ssl_certificate_key {home}/tls.key; "
    "root {www}; }}"
)


def write_pages(folder: Path, count: int, base: str) -> list[str]:
    """Write the first pages of so many articles of the portal at ``base`` into a folder; give their paths."""
    articles = generate_articles(count, 1)
    site = Site(articles, base)
    for article in articles:
        path = folder / article.paths[0].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(site.respond(article.paths[0]).body)
    return [article.paths[0] for article in articles]


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def cores() -> tuple[int | None, int | None]:
    """Give the core for a client and another one for the server; None where processes cannot be kept to cores."""
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        return None, None
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def keep_to(core: int | None) -> None:
    """Keep this process to one core."""
    if core is not None:
        os.sched_setaffinity(0, {core})


class Server:
    """A server process for the pages of a folder; ends with the ``with`` block."""

    def __init__(self, home: Path, www: Path, port: int, *, core: int | None = None, own: bool = False) -> None:
        """Start it. ``home`` is a folder for its files; ``own`` asks for our own server even where nginx is there."""
        self.url = f"http://127.0.0.1:{port}"
        self.tls_url: str | None = None
        """The same pages over TLS with HTTP/2; None where the server has neither."""
        nginx = None if own else shutil.which("nginx")
        self.name = (
            f"nginx ({_said([nginx, '-v']).rpartition('/')[2].split()[0]})" if nginx else "our own asyncio server"
        )
        command = [sys.executable, "-m", "benchmarks.server", str(www), str(port)]
        command += [] if core is None else ["--core", str(core)]
        if nginx:
            tls = ""
            if "http_v2_module" in _said([nginx, "-V"]) and _make_certificate(home):
                tls_port = free_port()
                self.tls_url = f"https://127.0.0.1:{tls_port}"
                tls = _NGINX_TLS.format(port=tls_port, home=home, www=www)
            config = home / "nginx.conf"
            config.write_text(_NGINX.format(port=port, home=home, www=www, tls=tls), "utf-8")
            command += ["--run", nginx, "-c", str(config)]
        self._log = (home / "server.log").open("wb")
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._wait(port, home / "server.log")
        except BaseException:
            self.close()
            raise

    def _wait(self, port: int, log: Path) -> None:
        ends = time.monotonic() + 20
        while time.monotonic() < ends and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} did not start: {log.read_text('utf-8', 'replace')[-1000:]}")

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _said(command: Sequence[str | None]) -> str:
    done = subprocess.run([part or "" for part in command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _make_certificate(home: Path) -> bool:
    openssl = shutil.which("openssl")
    if openssl is None:
        return False
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", str(home / "tls.key"), "-out", str(home / "tls.pem")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


# Our own server


class _Connection(asyncio.Protocol):
    """Answers GET, one request after another.

    A path is a file. Below /moved/ it is a redirect to one; below /cut/ the body ends half-way, below /reset/ the
    connection is reset.
    """

    def __init__(self, files: dict[str, tuple[bytes, bytes]]) -> None:
        self._files = files
        self._unread = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what create_server gives
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while b"\r\n\r\n" in self._unread and self._transport is not None and not self._transport.is_closing():
            request, _, self._unread = self._unread.partition(b"\r\n\r\n")
            self._answer(self._transport, request.split(b" ", 2)[1].decode("latin-1"))

    def _answer(self, transport: asyncio.Transport, path: str) -> None:
        kind, _, rest = path[1:].partition("/")
        if kind == "reset":
            transport.abort()
        elif kind == "moved":
            transport.write(
                b"HTTP/1.1 302 Found\r\nLocation: /%b\r\nContent-Length: 0\r\n\r\n" % rest.encode("latin-1")
            )
        elif kind == "cut":
            head, body = self._files[f"/{rest}"]
            transport.write(head + body[: len(body) // 2])
            transport.close()
        elif path in self._files:
            transport.writelines(self._files[path])
        else:
            transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")


def _head(path: Path, size: int) -> bytes:
    coding = CODINGS.get(path.suffix)
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {size}"]
    lines += [f"Content-Encoding: {coding}"] if coding else []
    return "\r\n".join([*lines, "", ""]).encode("ascii")


async def _serve(www: Path, port: int) -> None:
    found = ((path, path.read_bytes()) for path in www.rglob("*") if path.is_file())
    files = {f"/{path.relative_to(www).as_posix()}": (_head(path, len(body)), body) for path, body in found}
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(files), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve a folder, or keep to a core and become another server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("www", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--core", type=int)
    parser.add_argument("--run", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    keep_to(options.core)
    if options.run:
        os.execv(options.run[0], options.run)  # noqa: S606  the process stays the one that our caller ends
    asyncio.run(_serve(options.www, options.port))


if __name__ == "__main__":
    main()
