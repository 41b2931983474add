"""What the tests of the rendering example need: pages that scripts fill in, a trap, and a look at the browser."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from xinnong_scraper.fetch import check_url
from xinnong_scraper.fetch.address import parse_address

from .faults import FaultServer, response, says
from .serving import SENTENCE

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

TITLE = "全市小麦陆续返青"
DATA = json.dumps({"title": TITLE, "byline": "来源：聊城日报 2018-04-28 13:44", "text": [SENTENCE] * 3})
FILL = """
const app = document.getElementById('app');
const add = (name, text) => { const made = document.createElement(name); made.textContent = text; app.append(made) };
const fill = data => { add('h1', data.title); add('p', data.byline); data.text.forEach(text => add('p', text)) };
fetch('/data').then(answer => answer.json()).then(fill);
"""


def shell(script: str, head: str = "<meta charset=utf-8>") -> str:
    return (
        f"<!doctype html><html><head>{head}<title>小麦返青</title></head>"
        f"<body><div id=app></div><script>{script}</script></body></html>"
    )


def serve(**pages: str | bytes) -> FaultServer:
    """Pages, and the data that the scripts ask for."""
    bodies = {name: page.encode() if isinstance(page, str) else page for name, page in pages.items()}
    scripts = {name: says(response(body)) for name, body in bodies.items()}
    return FaultServer(data=says(response(DATA.encode(), content_type="application/json")), **scripts)


def nowhere(_host: str, _port: int) -> list[str]:
    raise OSError("no names here")


def guard(port: int) -> tuple[Callable[[str], list[str]], list[str]]:
    """A guard that is strict but for one port of loopback and knows no names, and the hosts it was asked for."""
    asked: list[str] = []

    def check(url: str) -> list[str]:
        address = parse_address(url)
        asked.append(address.host_header)
        return [address.host] if address.port == port else check_url(url, resolver=nowhere)

    return check, asked


class Trap:
    """Notes who connects: what was asked for first, "" where nothing was, "udp" for a datagram."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        hits = self.hits

        class Stream(socketserver.StreamRequestHandler):
            timeout = 5

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    words = self.rfile.readline(1000).decode("latin-1").split(" ")
                    hits.append(words[1] if len(words) > 1 else "")
                    self.wfile.write(response(b"{}", content_type="text/plain", access_control_allow_origin="*"))

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                hits.append("udp")

        class Streams(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None: ...

            def get_request(self) -> tuple[socket.socket, Any]:
                accepted = super().get_request()
                hits.append("")
                return accepted

        self._servers = [Streams(("127.0.0.1", 0), Stream)]
        self.port = int(self._servers[0].server_address[1])
        self._servers.append(socketserver.UDPServer(("127.0.0.1", self.port), Datagram))  # type: ignore[arg-type]
        self._threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in self._servers]
        for thread in self._threads:
            thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(5)


def attempts(trap: Trap) -> str:
    """A page that fills itself in and tries every way to a forbidden address."""
    script = f"""
    const there = {trap.url("/")!r}, port = {trap.port};
    const put = (name, set) => {{ const made = Object.assign(document.createElement(name), set);
        document.body.append(made); return made }};
    const tries = [
        () => fetch(there + 'fetch', {{mode: 'no-cors'}}),
        () => fetch('/redirect'),
        () => navigator.sendBeacon(there + 'beacon', 'x'),
        () => new WebSocket(`ws://127.0.0.1:${{port}}/socket`),
        () => new EventSource(there + 'events'),
        () => put('script', {{src: there + 'script'}}),
        () => put('script', {{src: '/redirect?script'}}),
        () => put('img', {{src: there + 'img'}}),
        () => put('iframe', {{src: there + 'frame'}}),
        () => put('iframe', {{src: '/redirect?frame'}}),
        () => put('link', {{rel: 'preconnect', href: there}}),
        () => put('link', {{rel: 'prefetch', href: there + 'prefetch'}}),
        () => put('link', {{rel: 'dns-prefetch', href: 'http://names.example/'}}),
        () => put('a', {{href: there + 'download', download: 'x', target: '_blank'}}).click(),
        () => put('form', {{action: there + 'form', method: 'post', target: '_blank'}}).submit(),
        () => window.open(there + 'popup'),
        () => window.open('/redirect?popup'),
        () => new Worker(URL.createObjectURL(new Blob([`fetch('${{there}}worker', {{mode: 'no-cors'}})`]))),
        () => navigator.serviceWorker.register('/worker.js'),
        () => fetch(`http://localhost:${{port}}/name`, {{mode: 'no-cors'}}),
        () => fetch('http://nowhere.example/name', {{mode: 'no-cors'}}),
        () => fetch('file:///etc/hostname'),
        () => {{ const peer = new RTCPeerConnection({{iceServers: [{{urls: `stun:127.0.0.1:${{port}}`}},
                {{urls: `turn:127.0.0.1:${{port}}?transport=tcp`, username: 'a', credential: 'b'}}]}});
            peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer)) }},
        () => new WebTransport(`https://127.0.0.1:${{port}}/transport`),
    ];
    for (const attempt of tries) try {{ Promise.resolve(attempt()).catch(() => 0) }} catch (error) {{}}
    """
    return shell(FILL + script)


def browsers(fetcher: Any) -> list[int]:
    """The processes of the fetcher's browser: its main one, known by the gate that it was told to use."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            own = f"--proxy-server={fetcher._gate.address}".encode()  # noqa: SLF001
            if state != "Z" and own in words and not any(word.startswith(b"--type=") for word in words):
                found.append(int(process.name))
    return found
