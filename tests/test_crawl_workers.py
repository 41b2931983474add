"""A crawl divided among workers: one store a shard, one worker a store, whatever becomes of the workers."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.crawl import FleetCrawler
from xinnong_scraper.crawl.processes import ProcessWorkers
from xinnong_scraper.crawl.shards import Shards

from .divided import JITTER, Portals, articles_in, policy_of, when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path



@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_killed_worker_costs_no_record_and_no_host_its_rest(stack: ExitStack, tmp_path: Path) -> None:
    portals = Portals(stack, hosts=3, pages=5)
    workers = ProcessWorkers(2)
    killed: list[int] = []

    def kill() -> None:
        killed.append(workers.pids()[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = when(lambda: portals.asked() >= 4, kill)
    crawler = FleetCrawler(tmp_path / "news", policy_of(1.5), workers=workers)
    stats = crawler.run(portals.seeds)
    killer.join()
    assert killed
    assert stats.losses == 1
    assert articles_in(Shards(tmp_path / "news").paths()) == sorted(portals.articles)
    assert portals.closest() >= 1.5 - JITTER
    assert portals.asked() <= len(portals.articles) + 2, "only what a worker had under way is asked for again"
