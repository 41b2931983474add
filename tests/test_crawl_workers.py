"""A crawl divided among workers: one store a shard, one worker a store, whatever becomes of the workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.crawl import Crawler, CrawlPolicy, FleetCrawler, Shards, Store, merge_stores
from xinnong_scraper.crawl.parts import part_of
from xinnong_scraper.crawl.processes import ProcessWorkers
from xinnong_scraper.errors import StoreError

from .divided import JITTER, Portals, articles_in, policy_of, when
from .faults import response, says
from .kill_runs import stored
from .serving import html_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .faults import Asked, Connection


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_killed_worker_costs_no_record_and_no_host_its_rest(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=3, pages=3)
    workers = ProcessWorkers(2)
    killed: list[int] = []

    def kill() -> None:
        killed.append(workers.pids()[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = when(lambda: portals.asked() >= 4, kill)
    stats = FleetCrawler(tmp_path / "news", policy_of(2), workers=workers).run(portals.seeds)
    killer.join()
    assert killed
    assert stats.losses == 1
    assert articles_in(Shards(tmp_path / "news").paths()) == sorted(portals.articles)
    assert portals.closest() >= 2 - JITTER
    assert portals.asked() <= len(portals.articles) + 2, "only what a worker had under way is asked for again"


def test_the_merged_stores_are_the_store_of_one_crawl(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=4, pages=4)
    FleetCrawler(tmp_path / "news", policy_of(0), workers=2).run(portals.seeds)
    assert len(Shards(tmp_path / "news").paths()) > 1
    count = merge_stores(Shards(tmp_path / "news").paths(), tmp_path / "news.db")
    Crawler(tmp_path / "one.db", policy_of(0)).run(portals.seeds)
    merged, one = stored(tmp_path / "news.db"), stored(tmp_path / "one.db")
    assert any(original for _, _, original in one.records), "the portals have articles that repeat one another"
    assert (count, merged) == (len(portals.articles), one)
    with Store(tmp_path / "news.db") as both, Store(tmp_path / "one.db") as single:
        assert both.counts() == single.counts()
    asked = portals.asked()
    assert Crawler(tmp_path / "news.db", policy_of(0)).run(portals.seeds).visited == 0
    assert portals.asked() == asked


def test_another_number_of_workers_goes_on_with_the_same_stores(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=3, pages=6)
    begun = FleetCrawler(tmp_path / "news", policy_of(0.3), workers=1)
    stopper = when(lambda: portals.asked() >= 3, begun.stop)
    begun.run(portals.seeds)
    stopper.join()
    assert portals.asked() < len(portals.articles)
    FleetCrawler(tmp_path / "news", policy_of(0), workers=3).run()
    shards = Shards(tmp_path / "news")
    for number in shards.there():
        assert {part_of(url, shards.count) for url in articles_in([shards.path(number)])} <= {number}
    assert articles_in(shards.paths()) == sorted(portals.articles)
    assert portals.asked() == len(portals.articles), "what was read is not asked for again"


def test_a_page_that_kills_each_worker_costs_its_store_alone(stack: ExitStack, tmp_path: Path) -> None:
    workers = ProcessWorkers(1)

    def kill(connection: Connection, _asked: Asked) -> None:
        time.sleep(0.3)  # for the pages that were read before to be committed
        for pid in workers.pids():
            os.kill(pid, signal.SIGKILL)
        connection.hang()

    portals = Portals(stack, hosts=3, pages=2, poison=kill)
    stats = FleetCrawler(tmp_path / "news", policy_of(0), workers=workers).run(portals.seeds)
    shards = Shards(tmp_path / "news")
    assert stats.given_up == (part_of(portals.seeds[0], shards.count),)
    far = {url for url in portals.articles if "/far" in url}
    assert set(articles_in(shards.paths())) >= portals.articles - far
    assert stats.losses >= 5


def command(portals: Portals, folder: Path, delay: float) -> list[str]:
    return [
        sys.executable, "-m", "xinnong_scraper", "crawl", *portals.seeds, "--store", str(folder), "--workers", "2",
        "--allow-private", "--delay", str(delay),
    ]  # fmt: skip


def test_workers_end_with_the_process_that_began_them(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=3, pages=3)
    begun = subprocess.Popen(command(portals, tmp_path / "news", 2), stderr=subprocess.DEVNULL)
    when(lambda: portals.asked() >= 3, begun.kill).join()
    assert begun.wait(30) == -signal.SIGKILL
    done = subprocess.run(
        command(portals, tmp_path / "news", 2), check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert articles_in(Shards(tmp_path / "news").paths()) == sorted(portals.articles)
    assert portals.closest() >= 2 - JITTER


def test_a_folder_has_one_crawl_at_a_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("my notes", "utf-8")
    with pytest.raises(StoreError, match="something else"):
        FleetCrawler(tmp_path / "notes", workers=1)
    with pytest.raises(StoreError, match="no folder"):
        Shards(tmp_path / "notes")
    crawler = FleetCrawler(tmp_path / "news", workers=1)
    with Shards(tmp_path / "news").locked(), pytest.raises(StoreError, match="another process"):
        crawler.run()
    with pytest.raises(ValueError, match="max_pages"):
        FleetCrawler(tmp_path / "news", CrawlPolicy(max_pages=3), workers=1)
    with pytest.raises(ValueError, match="no address"):
        crawler.run(["no address"])


# The clocks of hosts from one run to the next


@pytest.mark.parametrize("killed", [False, True])
def test_a_new_run_lets_a_host_rest(stack: ExitStack, tmp_path: Path, killed: bool) -> None:
    portals = Portals(stack, hosts=1, pages=3)

    def on_event(_event: Any) -> None:
        if killed:
            raise RuntimeError("as if the process had ended here")
        crawler.stop()

    crawler = Crawler(tmp_path / "one.db", policy_of(1), on_event=on_event)
    if killed:
        with pytest.raises(RuntimeError):
            crawler.run(portals.seeds)
    else:
        crawler.run(portals.seeds)
    Crawler(tmp_path / "one.db", policy_of(1)).run()
    assert articles_in([tmp_path / "one.db"]) == sorted(portals.articles)
    assert portals.closest() >= 1 - JITTER


def test_a_new_run_keeps_to_what_the_host_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    slow = says(response(b"User-agent: *\nCrawl-delay: 1\n", content_type="text/plain"))
    portals = Portals(stack, hosts=1, pages=3, robots__txt=slow)
    crawler = Crawler(tmp_path / "one.db", policy_of(0), on_event=lambda _event: crawler.stop())
    crawler.run(portals.seeds)
    asked = len(portals.servers[0].asked)
    Crawler(tmp_path / "one.db", policy_of(0)).run()
    moments = [each.at for each in portals.servers[0].asked]
    assert moments[asked] - moments[asked - 1] >= 1 - JITTER


# Merging


def test_stores_with_pages_in_common_are_merged_without_loss_or_repetition(stack: ExitStack, tmp_path: Path) -> None:
    changing = [says(response(html_page("旧").encode())), says(response(html_page("新").encode() + b"<p>"))]
    portals = Portals(stack, hosts=1, pages=3)
    portals.servers[0]._scripts["/a0"] = changing  # noqa: SLF001
    Crawler(tmp_path / "old.db", policy_of(0)).run(portals.seeds)
    Crawler(tmp_path / "new.db", policy_of(0)).run([portals.servers[0].url("/a0"), portals.servers[0].url("/far9")])
    for order in (["old.db", "new.db"], ["new.db", "old.db"]):
        merge_stores([tmp_path / name for name in order], tmp_path / f"{order[0]}.merged")
        with Store(tmp_path / f"{order[0]}.merged") as store:
            texts = {record.article.url or "": record.article.text for record in store.records()}
            assert sorted(texts) == sorted(portals.articles)
            assert "新" in texts[portals.servers[0].url("/a0")]
            assert store.versions()[portals.servers[0].url("/a0")] == 2
            assert store.counts()["HTTPStatusError"] == 1


def test_what_is_queued_stays_queued_in_the_merged_store(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=2, pages=5)
    crawler = FleetCrawler(tmp_path / "news", policy_of(0.3), workers=1)
    stopper = when(lambda: portals.asked() >= 2, crawler.stop)
    crawler.run(portals.seeds)
    stopper.join()
    merge_stores(Shards(tmp_path / "news").paths(), tmp_path / "news.db")
    Crawler(tmp_path / "news.db", policy_of(0)).run()
    assert articles_in([tmp_path / "news.db"]) == sorted(portals.articles)
    assert portals.asked() == len(portals.articles)


def test_a_merge_replaces_nothing_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("my notes", "utf-8")
    with Store(tmp_path / "one.db", create=True):
        pass
    with pytest.raises(StoreError, match="there already"):
        merge_stores([tmp_path / "one.db"], tmp_path / "notes.db")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError):
        merge_stores([tmp_path / "one.db", tmp_path / "notes.db"], tmp_path / "out.db")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "notes.db").read_text("utf-8") == "my notes"


def test_the_commands_from_seeds_to_records(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=2, pages=2)
    folder, out = str(tmp_path / "news"), str(tmp_path / "news.db")

    def xinnong(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xinnong_scraper", *words], check=False, capture_output=True, text=True, timeout=120
        )

    assert (
        subprocess.run(command(portals, tmp_path / "news", 0), check=False, stderr=subprocess.DEVNULL).returncode == 0
    )
    assert f"articles  {len(portals.articles)}" in xinnong("status", folder).stdout
    assert "xinnong merge" in xinnong("export", folder, str(tmp_path / "out.jsonl")).stderr
    assert xinnong("merge", folder, "-o", out).returncode == 0
    assert xinnong("export", out, str(tmp_path / "out.jsonl")).returncode == 0
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == len(portals.articles)
