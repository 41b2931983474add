"""Kill workers of divided crawls at random moments, and compare their merged stores with the store of one crawl.

``python -m tests.kill_workers --runs 20 --kills 3`` crawls three portals with two workers twenty times, and kills a
worker three times in each. Prints what came of it, ends with 1 where a merged store differs from that of one crawl.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from xinnong_scraper.crawl import Crawler, FleetCrawler, Shards, merge_stores
from xinnong_scraper.crawl.processes import ProcessWorkers

from .bigportal_server import BigPortal
from .divided import policy_of
from .kill_runs import Stored, say, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

PORTALS = 3
POLICY = replace(policy_of(0), exclude=("/calendar*", "/share*", "/private/*"))
"""Without the pages that have no end."""


def killed(seeds: Sequence[str], folder: Path, *, kills: int, seconds: float, random: Random) -> tuple[int, Stored]:
    """Crawl with two workers, of which one is killed now and then; gives the workers lost and what came of it."""
    workers = ProcessWorkers(2)
    over = threading.Event()

    def kill() -> None:
        for _ in range(kills):
            if over.wait(random.uniform(0, 2 * seconds / kills)):
                return
            if pids := workers.pids():
                os.kill(random.choice(pids), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        stats = FleetCrawler(folder / "stores", POLICY, workers=workers).run(seeds)
    finally:
        over.set()
        killer.join()
    merge_stores(Shards(folder / "stores").paths(), folder / "merged.db")
    return stats.losses, stored(folder / "merged.db")


def main() -> int:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill_workers", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--articles", type=int, default=40, help="of each portal")
    given = parser.parse_args()
    good = losses = lost = twice = 0
    with ExitStack() as stack:
        portals = [stack.enter_context(BigPortal(given.articles, seed, broken=False)) for seed in range(1, PORTALS + 1)]
        seeds = [portal.url for portal in portals]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        begun = time.monotonic()
        Crawler(folder / "one.db", POLICY).run(seeds)
        seconds, whole = time.monotonic() - begun, stored(folder / "one.db")
        for run in range(given.runs):
            home = folder / str(run)
            home.mkdir()
            found, result = killed(seeds, home, kills=given.kills, seconds=seconds, random=Random(run))
            losses, good = losses + found, good + (result == whole)
            lost, twice = lost + result.lost(whole), twice + result.twice - whole.twice
    say(f"{len(whole.records)} records of {PORTALS} portals in {seconds:.1f} s by one crawler")
    say(f"{given.runs} crawls with two workers, {losses} workers lost; equal to one crawl when merged: {good}")
    say(f"records lost: {lost}, twice: {twice}")
    return 0 if good == given.runs else 1


if __name__ == "__main__":
    sys.exit(main())
