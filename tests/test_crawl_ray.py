"""A crawl divided among the actors of Ray on this machine; needs Ray, which no extra for development brings."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.crawl import FleetCrawler
from xinnong_scraper.crawl.cluster import RayWorkers
from xinnong_scraper.crawl.shards import Shards

from .divided import JITTER, Portals, articles_in, policy_of, when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ray = pytest.importorskip("ray", reason="needs ray: pip install 'xinnong-scraper[ray]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Two workers on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
    yield
    ray.shutdown()


def test_a_killed_actor_costs_no_record_and_no_host_its_rest(tmp_path: Path) -> None:
    workers = RayWorkers(2)
    killed: list[int] = []

    def kill() -> None:
        killed.append(workers.pids()[0])
        os.kill(killed[0], signal.SIGKILL)

    with ExitStack() as stack:
        portals = Portals(stack, hosts=3, pages=3)
        killer = when(lambda: portals.asked() >= 4, kill, patience=180)  # Ray begins slowly on a busy machine
        stats = FleetCrawler(tmp_path / "news", policy_of(2), workers=workers).run(portals.seeds)
        killer.join()
        assert killed
        assert stats.losses == 1
        assert articles_in(Shards(tmp_path / "news").paths()) == sorted(portals.articles)
        assert portals.closest() >= 2 - JITTER
