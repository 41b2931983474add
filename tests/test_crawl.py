"""A crawl of a portal that its code does not know, from the home page into a store, over real sockets."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.errors import StoreError

from .bigportal_server import BigPortal
from .faults import FaultServer, response, says
from .kill_runs import crawling, on_small_disks, stored
from .killing import kill_and_resume
from .serving import html_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FETCH = FetchPolicy(allow_private=True, retries=0, timeout=10)
POLICY = CrawlPolicy(fetch=FETCH, retry_delay=0.05)


@pytest.fixture(scope="module")
def portal() -> Iterator[BigPortal]:
    with BigPortal(articles=240) as running:
        yield running


@pytest.fixture(scope="module")
def sound() -> Iterator[BigPortal]:
    """A portal without broken pages, whose crawl ends without waiting for a second attempt."""
    with BigPortal(articles=100, broken=False) as running:
        yield running


def articles_in(path: Path) -> dict[str, Any]:
    with Store(path) as store:
        return {record.article.url: record.article for record in store.records() if record.article.url}


def test_a_crawl_finds_every_article_and_asks_for_nothing_twice(portal: BigPortal, tmp_path: Path) -> None:
    portal.reset()
    stats = Crawler(tmp_path / "portal.db", POLICY).run([portal.url])
    titles = {url: article.title for url, article in articles_in(tmp_path / "portal.db").items()}
    truth = {each.url: each.title for each in portal.truth}
    surplus, missing = sorted(titles.keys() - truth.keys()), sorted(truth.keys() - titles.keys())
    assert (surplus, missing) == ([], [])
    assert {url: titles[url] for url in truth} == truth
    asked = Counter((request.target, request.status) for request in portal.asked())
    assert not [target for (target, status), count in asked.items() if count > 1 and status < 500]
    assert stats.articles >= len(truth)


def test_what_pages_were_read_from_goes_with_them(sound: BigPortal, tmp_path: Path) -> None:
    """No cycle keeps a tree, a redirect's error or a page that is gone until the collector of garbage comes."""
    sound.reset()
    held: list[int] = []
    gc.collect()
    gc.disable()
    try:
        stats = Crawler(tmp_path / "portal.db", POLICY, on_event=lambda _: held.append(gc.get_count()[0])).run(
            [sound.url, f"{sound.url.rstrip('/')}/no-such-page.html"]
        )
    finally:
        gc.enable()
    assert stats.visited == len(held) > 200
    assert max(held[100:]) < 2 * max(held[:100]), "objects that came since and have not gone"


def test_reprints_are_linked_and_kept(portal: BigPortal, tmp_path: Path) -> None:
    Crawler(tmp_path / "portal.db", POLICY).run([portal.url])
    with Store(tmp_path / "portal.db") as store:
        originals = {record.article.url: record.duplicate_of for record in store.records()}
    groups: dict[int, list[str]] = {}
    for each in portal.truth:
        if each.group is not None:
            groups.setdefault(each.group, []).append(each.url)
    linked = sum(
        sum(originals[url] is None for url in urls) == 1 and len({originals[url] or url for url in urls}) == 1
        for urls in groups.values()
    )
    assert groups
    assert linked >= 0.9 * len(groups)
    alone = [each.url for each in portal.truth if each.group is None]
    assert sum(originals[url] is not None for url in alone) <= 0.01 * len(alone)


def test_the_same_crawl_again_asks_for_nothing_and_a_refresh_for_changes(tmp_path: Path) -> None:
    with BigPortal(articles=120) as portal:
        path = tmp_path / "portal.db"
        Crawler(path, POLICY).run([portal.url])
        portal.reset()
        assert Crawler(path, POLICY).run([portal.url]).visited == 0
        assert portal.requests() == []
        portal.change(1)
        stats = Crawler(path, POLICY).run([portal.url], refresh=True)
        assert not {each.url for each in portal.truth} - articles_in(path).keys()
        assert stats.articles <= 30, "what has not changed is not read again"
        with Store(path) as store:
            versions = store.versions()
        assert sum(count > 1 for count in versions.values()) >= 8


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["SIGKILL", "SIGINT"])
def test_a_crawl_killed_at_any_moment_ends_like_one_that_was_not(
    sound: BigPortal, tmp_path: Path, number: signal.Signals
) -> None:
    report = kill_and_resume(
        crawling(sound), tmp_path / "portal.db", stored, trials=3, with_signal=number, done=(0, 1),
        before_trial=sound.reset,
    )  # fmt: skip
    same = report.same  # the records themselves would fill the screen
    assert same, report.histogram()
    assert report.signature.twice == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_crawl_on_a_disk_that_fills_goes_on_when_there_is_room(tmp_path: Path) -> None:
    try:
        good = on_small_disks(1, 30, tmp_path, least=0.6)
    except subprocess.CalledProcessError:
        pytest.skip("no disk can be mounted here")
    assert good


def test_two_crawls_into_one_store_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    with Store(path, create=True) as store, store.locked(), pytest.raises(StoreError, match="another process"):
        Crawler(path, POLICY).run(["http://127.0.0.1:9/"])


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes", encoding="utf-8")
    with pytest.raises(StoreError):
        Crawler(path, POLICY).run(["http://127.0.0.1:9/"])
    assert path.read_text(encoding="utf-8") == "my notes"
    with pytest.raises(StoreError, match="no such store"):
        Store(tmp_path / "none.db")


def test_a_limit_of_pages_counts_over_all_runs(portal: BigPortal, tmp_path: Path) -> None:
    policy = CrawlPolicy(fetch=FETCH, max_pages=20)
    assert Crawler(tmp_path / "portal.db", policy).run([portal.url]).visited == 20
    assert Crawler(tmp_path / "portal.db", policy).run([portal.url]).visited == 0


def test_stop_finishes_what_is_under_way(portal: BigPortal, tmp_path: Path) -> None:
    def on_event(event: Any) -> None:
        if event.stats.visited >= 30:
            crawler.stop()

    crawler = Crawler(tmp_path / "portal.db", POLICY, on_event=on_event)
    assert 30 <= crawler.run([portal.url]).visited <= 30 + 100 + POLICY.concurrency
    assert Crawler(tmp_path / "portal.db", POLICY).run([portal.url]).visited > 100


def test_a_page_that_fails_for_a_while_is_asked_for_again(tmp_path: Path) -> None:
    article = html_page("一").encode()
    with FaultServer(home=[says(response(status=503)), says(response(article))]) as server:
        stats = Crawler(tmp_path / "portal.db", POLICY).run([server.url("/home")])
    assert (stats.articles, stats.postponed, stats.failed) == (1, 1, 0)


def test_a_start_that_failed_is_asked_for_when_it_is_given_again(tmp_path: Path) -> None:
    answers = [says(response(status=404)), says(response(html_page("一").encode()))]
    with FaultServer(home=answers) as server:
        first = Crawler(tmp_path / "portal.db", POLICY).run([server.url("/home")])
        again = Crawler(tmp_path / "portal.db", POLICY).run([server.url("/home")])
        done = Crawler(tmp_path / "portal.db", POLICY).run([server.url("/home")])
    assert [(stats.visited, stats.failed, stats.articles) for stats in (first, again, done)] == [
        (1, 1, 0), (1, 0, 1), (0, 0, 0),
    ]  # fmt: skip


def test_a_host_that_asks_for_time_is_left_alone_by_all_pages(tmp_path: Path) -> None:
    links = "".join(f"<li><a href='/p{number}'>小麦返青第{number}期观察记录</a></li>" for number in range(40))
    scripts = {f"p{number}": says(response(html_page(str(number)).encode())) for number in range(1, 40)}
    busy = [says(response(status=429, retry_after="1")), says(response(html_page("0").encode()))]
    policy = CrawlPolicy(fetch=FETCH, retry_delay=0, concurrency=1, commit_seconds=0)
    with FaultServer(home=says(response(f"<ul>{links}</ul>".encode())), p0=busy, **scripts) as server:
        Crawler(tmp_path / "portal.db", policy).run([server.url("/home")])
        pages = [asked for asked in server.asked if asked.path.startswith("/p")]
    assert len(pages) == 41
    assert pages[1].at - pages[0].at > 0.9


def test_a_redirect_out_of_the_crawl_is_not_followed(tmp_path: Path) -> None:
    with FaultServer(page=says(response())) as other:
        home = f"<a href='/away'>分享到别处去看看这篇文章</a>{html_page('一')}".encode()
        away = says(response(b"", status=302, location=other.url(host="localhost")))
        with FaultServer(home=says(response(home)), away=away) as server:
            Crawler(tmp_path / "portal.db", POLICY).run([server.url("/home")])
            assert "/away" in server.paths()
        assert other.paths() == []
    with Store(tmp_path / "portal.db") as store:
        assert store.counts()["out_of_scope"] == 1


@pytest.mark.parametrize(
    "changes", [{"concurrency": 0}, {"max_pages": 0}, {"retry_delay": -1}, {"fetch": 1}, {"concurrency": "4"}]
)
def test_a_wrong_policy_fails_at_once_and_names_the_field(changes: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(changes))):
        CrawlPolicy(**changes)
