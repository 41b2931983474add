"""Drift in stores and crawls: ``xinnong check``, and what a crawl tells while it runs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from xinnong_scraper import FetchPolicy, extract_html
from xinnong_scraper.cli.application import run
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.crawl.observed import kept_baseline, observe_store
from xinnong_scraper.crawl.store import ARTICLE, FAILED, OTHER, Link, Result
from xinnong_scraper.drift import Baseline
from xinnong_scraper.errors import NotAnArticleError
from xinnong_scraper.page import FetchedPage

from .mutations.catalogue import MUTATIONS
from .portals import SentPage, big_pages, normal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xinnong_scraper.drift import Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
NORMAL = big_pages(500)[:160]


def changed(mutation: str, count: int) -> list[SentPage]:
    found = []
    for page in big_pages(500)[200:]:
        data = MUTATIONS[mutation](page.body, page.truth)
        if data is not None:
            found.append(page._replace(body=data))
    return found[:count]


def keep(path: Path, pages: list[SentPage], *, night: int, keep_raw: bool = False) -> None:
    """Store pages as a crawl does, one a minute from the beginning of a night on."""
    with Store(path, create=True, keep_raw=keep_raw) as store:
        store.add([Link(page.url, "item", 10, 1) for page in pages])
        jobs = {job.url: job for host, _ in store.waiting_hosts(9) for job in store.queue_of(host, 999, 2e9)}
        results = []
        for number, page in enumerate(pages):
            at = START + timedelta(days=night, minutes=number)
            fetched = FetchedPage(page.url, page.url, 200, {"content-type": page.content_type}, page.body, at)
            job = jobs[page.url]
            try:
                article = extract_html(page.body, url=page.url, headers=fetched.headers)
                results.append(Result(job, ARTICLE, "article", pages=[fetched], article=article))
            except NotAnArticleError as error:
                results.append(Result(job, OTHER, error.reason, pages=[fetched]))
        store.commit(results)


def xinnong_check(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command in this process: its exit code, what it prints, and what it complains of."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run(["check", *map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "portal.db"
    keep(path, NORMAL, night=0)
    return path


def test_a_store_whose_pages_are_as_ever_is_ok(sound: Path) -> None:
    assert xinnong_check(sound) == (0, "ok: 53 pages compared\n", "")


@pytest.mark.parametrize(
    ("mutation", "keep_raw", "code", "told"),
    [
        ("date_removed", False, 4, "broken: tianye.example: published_at filled: empty on "),
        ("text_loading", False, 4, "broken: tianye.example: record outcome: list_page on "),
        ("headline_removed", False, 3, "drifting: tianye.example: title rule: metadata title on "),
        ("comments_below", True, 3, "drifting: tianye.example: page "),
    ],
)
def test_a_redesign_is_found_in_a_store(mutation: str, keep_raw: bool, code: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    keep(path, NORMAL, night=0, keep_raw=keep_raw)
    keep(path, changed(mutation, 20), night=40, keep_raw=keep_raw)
    status, said, complaints = xinnong_check(path)
    assert (status, complaints) == (code, "")
    assert told in said
    assert "  http://tianye.example/" in said
    assert "chance while nothing has changed: below" in said


def test_forty_days_of_empty_texts_among_two_years_are_found(tmp_path: Path) -> None:
    """What came for a tenth of the time is no new normal."""
    path = tmp_path / "portal.db"
    keep(path, big_pages(500)[:200], night=0)
    with Store(path) as store:
        urls = [f"http://tianye.example/new/{number}.html" for number in range(130)]
        store.add([Link(url, "item", 10, 1) for url in urls])
        jobs = [job for host, _ in store.waiting_hosts(9) for job in store.queue_of(host, 999, 2e9)]
        store.commit([Result(job, OTHER, "script_shell") for job in jobs])
    assert xinnong_check(path)[0] == 4


def test_refusals_count_and_dead_links_do_not(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    keep(path, NORMAL, night=0)
    for status, code in ((404, 0), (403, 4)):
        with Store(path) as store:
            store.add([Link(f"http://tianye.example/{status}/{number}.html", "item", 10, 1) for number in range(20)])
            jobs = [job for host, _ in store.waiting_hosts(9) for job in store.queue_of(host, 999, 2e9)]
            store.commit([Result(job, FAILED, "HTTPStatusError", "no", status=status) for job in jobs])
        found, said, _ = xinnong_check(path)
        assert found == code, said


def test_what_is_normal_is_learned_into_a_file_and_pages_are_compared_with_it(sound: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "normal.json"
    code, said, told = xinnong_check(sound, "--learn", "--baseline", baseline)
    assert (code, said) == (0, "")
    assert "tianye.example (160 pages)" in told
    assert xinnong_check(sound, "--baseline", baseline)[0] == 0
    files = []
    for number, page in enumerate([*big_pages(500)[170:190], *changed("text_to_stub", 20)]):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_bytes(page.body)
    assert xinnong_check(*files[:20], "--baseline", baseline)[0] == 0
    code, said, _ = xinnong_check(*files, "--baseline", baseline, "--json")
    assert code == 4
    verdict = json.loads(said)
    assert verdict["status"] == "broken"
    assert verdict["pages"] == 40
    assert ("body", "length") in {(finding["field"], finding["aspect"]) for finding in verdict["findings"]}


def test_a_redesign_that_was_learned_is_normal(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    keep(path, NORMAL, night=0)
    keep(path, changed("headline_removed", 40), night=1)
    assert xinnong_check(path)[0] == 3
    assert xinnong_check(path, "--learn", "--since", "2026-01-02")[0] == 0
    with Store(path) as store:
        assert kept_baseline(store) is not None
    assert xinnong_check(path)[0] == 0


def test_misuse_and_what_cannot_be_read(sound: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(NORMAL[0].body)
    code, _, told = xinnong_check(page)
    assert (code, "--baseline" in told) == (2, True)
    assert xinnong_check(sound, page)[0] == 2
    assert xinnong_check(tmp_path / "none.db")[0] == 1
    assert xinnong_check(page, "--baseline", tmp_path / "none.json")[0] == 1
    assert xinnong_check(page, "--baseline", page)[0] == 1
    Baseline.learn(normal("big", 500)[:30]).save(tmp_path / "normal.json")
    assert xinnong_check(tmp_path / "none.html", "--baseline", tmp_path / "normal.json")[0] == 1
    code, said, _ = xinnong_check(page, "--baseline", tmp_path / "normal.json")
    assert (code, said) == (0, "ok: 1 pages compared, too few to tell (6 are the least)\n")


def test_the_newest_pages_of_a_store_are_apart_from_the_older_ones(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    keep(path, big_pages(500)[:330], night=0)
    found = observe_store(path, older=50)
    urls = [page.url for page in big_pages(500)[:330]]
    assert [page.url for page in found.newest] == urls[-100:]
    assert 25 <= len(found.older) <= 50
    assert {page.url for page in found.older} <= set(urls[:-100])


class Site:
    """A portal of some pages on loopback, which can be redesigned while it runs."""

    def __init__(self) -> None:
        self.pages = {f"/news/{number}.html": page for number, page in enumerate(big_pages(500)[:130])}
        self.redesign: str | None = None
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = site.answer(urlsplit(self.path).path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/":
            links = [f'<li><a href="{path}">{page.truth.titles[0]}</a></li>' for path, page in self.pages.items()]
            return 200, "text/html; charset=utf-8", f"<title>首页</title><ul>{''.join(links)}</ul>".encode()
        page = self.pages.get(path)
        if page is None:
            return 404, "text/html", b"<h1>404</h1>"
        data = MUTATIONS[self.redesign](page.body, page.truth) if self.redesign else None
        return 200, page.content_type, data or page.body


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    thread = threading.Thread(target=running.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def test_a_crawl_learns_what_is_normal_and_tells_what_changes(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "portal.db"
    verdicts: list[Verdict] = []
    fetch = FetchPolicy(allow_private=True, retries=0, timeout=10, delay=0)
    policy = CrawlPolicy(fetch=fetch, max_depth=1)
    crawler = Crawler(path, policy, on_drift=verdicts.append)
    with caplog.at_level(logging.WARNING, "xinnong_scraper.crawl"):
        assert crawler.run([site.url]).articles == 130
        with Store(path) as store:
            noted = kept_baseline(store)
        assert noted is not None
        assert noted.profiles["127.0.0.1"].parts
        crawler.run([site.url], refresh=True)
        assert (verdicts, caplog.messages) == ([], [])
        site.redesign = "date_removed"
        crawler.run([site.url], refresh=True)
    assert [verdict.status for verdict in verdicts][-1] == "broken"
    assert len(verdicts) <= 2
    assert any(message.startswith("broken: 127.0.0.1: ") for message in caplog.messages)
    assert xinnong_check(path)[0] == 4


def test_a_crawl_compares_with_the_baseline_that_it_is_given(site: Site, tmp_path: Path) -> None:
    pages = [page._replace(url=f"{site.url[:-1]}{path}") for path, page in site.pages.items()]
    keep(tmp_path / "before.db", pages, night=0)
    found = observe_store(tmp_path / "before.db")
    Baseline.learn([*found.older, *found.newest]).save(tmp_path / "normal.json")
    site.redesign = "text_to_stub"
    command = [
        sys.executable,
        "-m",
        "xinnong_scraper",
        "crawl",
        site.url,
        "--store",
        str(tmp_path / "new.db"),
        "--delay",
        "0",
    ]
    command += ["--allow-private", "--max-depth", "1", "--baseline", str(tmp_path / "normal.json")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert "xinnong: broken: 127.0.0.1: body length: at least " in done.stderr
