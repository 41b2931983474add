"""Small portals on loopback for crawls by several workers: each notes when it was asked for what."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import CrawlPolicy, Store

from .faults import FaultServer, response, says
from .serving import html_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

    from .faults import Script

JITTER: Final = 0.4
"""Seconds by which a busy machine may shift the moments at which a server reads two requests."""


def policy_of(delay: float) -> CrawlPolicy:
    """A policy for loopback whose queue at a host is short, so that a slice ends soon."""
    fetch = FetchPolicy(allow_private=True, retries=0, timeout=10, delay=delay, concurrency_per_host=1)
    return CrawlPolicy(fetch=fetch, retry_delay=0.05, commit_seconds=0.05)


class Portals:
    """Hosts of ``pages`` articles each; what the first has beyond them only the home pages of the others lead to."""

    def __init__(self, stack: ExitStack, hosts: int, pages: int, **more: Script) -> None:
        """``more`` are scripts of the first host besides."""
        self.servers: list[FaultServer] = []
        self.articles: set[str] = set()
        for host in range(hosts):
            paths = [f"a{number}" for number in range(pages)]
            found = [f"/{path}" for path in paths]
            scripts: dict[str, Script] = {}
            if host == 0:
                paths += [f"far{other}" for other in range(1, hosts)]
                scripts |= more
                found += [f"/{path}" for path in more]
            else:
                found.append(self.servers[0].url(f"/far{host}"))
            scripts |= {path: _article(f"{host}-{path}") for path in paths}
            items = "".join(f"<li><a href='{url}'>小麦返青观察记录第{n}期</a></li>" for n, url in enumerate(found))
            scripts["home"] = says(response(f"<html><body><ul>{items}</ul></body></html>".encode()))
            server = stack.enter_context(FaultServer(**scripts))
            self.servers.append(server)
            self.articles |= {server.url(f"/{path}") for path in paths}

    @property
    def seeds(self) -> list[str]:
        """The home pages."""
        return [server.url("/home") for server in self.servers]

    def asked(self) -> int:
        """Count the requests for articles so far."""
        return sum(each.path.startswith(("/a", "/far")) for server in self.servers for each in server.asked)

    def closest(self) -> float:
        """The least seconds between two requests that one host saw."""
        gaps = []
        for server in self.servers:
            moments = sorted(each.at for each in server.asked)
            gaps += [later - earlier for earlier, later in pairwise(moments)]
        return min(gaps)


def _article(name: str) -> Script:
    return says(response(html_page(name).encode()))


def articles_in(paths: list[Path]) -> list[str]:
    """The addresses of all records of stores, sorted."""
    found = []
    for path in paths:
        with Store(path) as store:
            found += [record.article.url or "" for record in store.records()]
    return sorted(found)


def when(happened: Callable[[], bool], do: Callable[[], object], *, patience: float = 60) -> threading.Thread:
    """Do something in a thread as soon as something has happened."""

    def watch() -> None:
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            if happened():
                do()
                return
            time.sleep(0.005)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread
