"""What a crawl shows: a table on a terminal, plain lines without one."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import FetchPolicy
from xinnong_scraper.cli.progress import Display
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.crawl.busiest import read_busiest

from .bigportal_server import BigPortal
from .faults import FaultServer, response, says
from .kill_runs import crawling
from .serving import html_page

if TYPE_CHECKING:
    from pathlib import Path

pty = pytest.importorskip("pty")
POLICY = CrawlPolicy(fetch=FetchPolicy(allow_private=True, retries=0, delay=0), retry_delay=0)


def in_a_terminal(command: list[str]) -> tuple[int, str]:
    """Exit code and output of a command whose standard streams are a terminal of 100 columns."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    )
    os.close(slave)
    shown = b""
    try:
        while True:
            try:
                more = os.read(master, 65_536)
            except OSError:  # the end of a terminal that nobody writes to
                break
            if not more:
                break
            shown += more
        return process.wait(60), shown.decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_a_terminal_shows_hosts_rate_queue_and_errors(tmp_path: Path) -> None:
    with BigPortal(articles=60, latency=0.02) as portal:
        command = [word.replace("{store}", str(tmp_path / "portal.db")) for word in crawling(portal)]
        code, shown = in_a_terminal([*command, "--max-pages", "120"])
        host = portal.url.partition("://")[2]
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert code in (0, 1), plain
    assert re.search(r"host +done +waiting +at once +failed +asked again +last error", plain), plain[-2000:]
    assert re.search(rf"{re.escape(host)} +\d+ +\d+", plain), plain[-2000:]
    assert re.search(r"\d+ pages, \d+ articles, [\d.]+ pages/s, \d+ queued, [\d.]+ (?:s|min [\d]+ s) for these", plain)
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1, "the cursor is there again"
    assert re.search(r"xinnong: 1\d\d pages in .* now: ", plain)


def test_without_a_terminal_there_are_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scripts = {f"p{number}": says(response(html_page(str(number)).encode())) for number in range(3)}
    links = "".join(f"<li><a href='/p{number}'>小麦返青第{number}期观察记录</a></li>" for number in range(4))
    path = tmp_path / "portal.db"
    display = Display(path, every=0)
    with (
        FaultServer(home=says(response(f"<ul>{links}</ul>".encode())), **scripts) as server,
        Store(path, create=True) as store,
        display,
    ):
        crawler = Crawler(store, POLICY, on_event=display.show)
        display.watch(store, crawler)
        crawler.run([server.url("/home")])
    said = capsys.readouterr().err
    lines = said.splitlines()
    assert len(lines) >= 5
    assert "\x1b" not in said
    assert lines[-1].startswith("xinnong: 5 pages, 3 articles, ")
    assert "HTTPStatusError" in said


def test_the_busiest_hosts_come_first_and_are_bounded(tmp_path: Path) -> None:
    from xinnong_scraper.crawl.store import Link  # noqa: PLC0415

    with Store(tmp_path / "s.db", create=True) as store:
        store.add(
            Link(f"http://h{host}.example/{page}", "item", 10, 1) for host in range(30) for page in range(host + 1)
        )
        hosts, count = read_busiest(store)
    assert [(host.origin, host.queued) for host in hosts[:2]] == [
        ("http://h29.example", 30),
        ("http://h28.example", 29),
    ]
    assert (len(hosts), count) == (10, 30)
