"""Interrupt crawls at moments spread over their run, resume each until it is done, and compare what it stored.

``python -m tests.kill_runs --signal KILL --runs 100`` kills a hundred crawls; ``--signal INT`` asks them to end, every
fifth one twice; ``--disk`` gives them a disk that is too small and grows with each resumption (as root: it mounts one).
Prints what came of it, ends with 1 where a store differs from that of a crawl which nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from xinnong_scraper.crawl import Store

from .bigportal_server import BigPortal
from .killing import BINS, KillReport, kill_and_resume

if TYPE_CHECKING:
    from collections.abc import Iterator

TWICE = 0.2
"""Share of the runs that SIGINT asks to end a second time."""
RESUMED = 40
"""Times that a crawl on a small disk is begun at the most."""


@dataclass(frozen=True)
class Stored:
    """What a finished crawl left behind; what depends on the time and the portal's port is left out."""

    records: tuple[tuple[str, str, str | None], ...]  # address, fields, the record that it repeats
    versions: tuple[int, ...]

    @property
    def twice(self) -> int:
        """Records beyond the first of their address."""
        return len(self.records) - len({url for url, _, _ in self.records}) + sum(n - 1 for n in self.versions)

    def lost(self, whole: Stored) -> int:
        """Addresses that the whole store has and this one has not."""
        return len({url for url, _, _ in whole.records} - {url for url, _, _ in self.records})


def stored(path: Path) -> Stored:
    """Read a finished store."""
    with Store(path) as store:
        records = [
            (
                record.article.url or "",
                record.article.model_dump_json(exclude={"fetched_at"}),
                record.duplicate_of,
            )
            for record in store.records()
        ]
        return Stored(tuple(sorted(records, key=str)), tuple(sorted(store.versions().values())))


def committed(path: Path) -> int:
    """Count the pages that a store in the making has visited."""
    with (
        contextlib.suppress(sqlite3.OperationalError),
        contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store,
    ):
        (count,) = store.execute("SELECT count(*) FROM page WHERE fetched_at IS NOT NULL").fetchone()
        return int(count)
    return 0


def crawling(portal: BigPortal) -> list[str]:
    """The command that crawls a portal into ``{store}``."""
    return [
        sys.executable, "-m", "xinnong_scraper", "crawl", portal.url, "--store", "{store}", "--allow-private",
        "--delay", "0",
    ]  # fmt: skip


def killed(
    worker: int, *, runs: int, number: signal.Signals, articles: int, latency: float, folder: Path
) -> KillReport[Stored]:
    """Crawl one portal, whole once and then ``runs`` times with a signal."""
    with BigPortal(articles, latency=latency, broken=False) as portal:
        return kill_and_resume(
            crawling(portal), folder / f"{worker}.db", stored, trials=runs, with_signal=number, seed=worker,
            before_trial=portal.reset, committed=committed,
            second_signals=TWICE if number == signal.SIGINT else 0, hit_each=True,
        )  # fmt: skip


def shown(reports: list[KillReport[Stored]]) -> str:
    """What came of the runs of all workers: the moments as shares of the undisturbed run, and what was stored."""
    kills, tenths = 0, [""] * BINS
    within = lost = twice = 0
    lines = []
    for report in reports:
        first, last = report.window or (0, 0)
        lines.append(
            f"undisturbed: {report.seconds:.1f} s, commits from {first:.1f} s ({first / report.seconds:.0%}) to "
            f"{last:.1f} s ({last / report.seconds:.0%}), {len(report.signature.records)} records"
        )
        within += report.within
        for trial in report.trials:
            lost += trial.signature.lost(report.signature)
            twice += trial.signature.twice - report.signature.twice
            kills += len(trial.killed_at)
            for tenth in trial.tenths:
                tenths[tenth] += "o" if trial.same else "X"
    trials = [trial for report in reports for trial in report.trials]
    codes = sorted({code for trial in trials for code in trial.codes})
    lines += [f"{number * 10:3}-{number * 10 + 10} %  {len(marks):3}  {marks}" for number, marks in enumerate(tenths)]
    share = within / kills if kills else 0
    begun = sum(count > 0 for trial in trials for count in trial.found)
    lines.append(f"{begun} found pages in the store; most {max((max(t.found, default=0) for t in trials), default=0)}")
    lines.append(f"{kills} runs hit, {sum(t.missed for t in trials)} too late, {within} ({share:.0%}) between commits")
    lines.append(f"exit codes {codes}; equal to the undisturbed store: {sum(t.same for t in trials)} of {len(trials)}")
    lines.append(f"records lost: {lost}, twice: {twice}")
    return "\n".join(lines)


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes in memory; only root may mount one."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def filled(portal: BigPortal, disk: Path, size: int) -> tuple[int, str, Stored]:
    """Crawl onto a disk that gets a third larger whenever it is full.

    Gives how often the crawl was begun, what it said when it first stopped, and what it stored.
    """
    said = ""
    command = [word.replace("{store}", str(disk / "portal.db")) for word in crawling(portal)]
    for begun in range(1, RESUMED):
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return begun, said, stored(disk / "portal.db")
        said = said or (done.stderr.strip().splitlines() or [""])[-1]
        size += size // 3
        subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)
    raise AssertionError(f"not finished on a disk of {size} bytes: {done.stderr[-500:]}")


def on_small_disks(runs: int, articles: int, folder: Path, least: float = 0.1) -> bool:
    """Crawl onto disks with ``least`` to all of the room that the store needs, and say what came of it."""
    with BigPortal(articles, broken=False) as portal:
        with small_disk(folder / "disk", 1 << 28) as disk:
            _, _, whole = filled(portal, disk, 1 << 28)
            need = sum(path.stat().st_size for path in disk.iterdir())
        random = Random(1)
        good = lost = twice = stops = 0
        said: set[str] = set()
        for _ in range(runs):
            portal.reset()
            size = random.randint(int(need * least), need)
            with small_disk(folder / "disk", size) as disk:
                begun, why, found = filled(portal, disk, size)
            stops += begun - 1
            said.add(why.partition(": ")[2].replace(str(folder), "") or why)
            good += found == whole
            lost += found.lost(whole)
            twice += found.twice - whole.twice
    say(f"disk: {need:,} bytes needed, {len(whole.records)} records; {runs} runs on less, stopped {stops} times")
    for each in sorted(said):
        say(f"  said: {each[:200]}")
    say(f"equal to the undisturbed store: {good} of {runs}\nrecords lost: {lost}, twice: {twice}")
    return good == runs


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill_runs", description=__doc__.partition("\n")[0])
    parser.add_argument("--signal", choices=["KILL", "INT"], default="KILL")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=8, help="crawls at a time, each of a portal of its own")
    parser.add_argument("--articles", type=int, default=120)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the portal takes for an answer")
    parser.add_argument("--disk", action="store_true", help="fill a disk instead of sending a signal (as root)")
    given = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.disk:
            if os.geteuid() != 0:
                say("only root may mount a small disk")
                return 2
            good = on_small_disks(given.runs, given.articles, folder)
        else:
            number = signal.Signals[f"SIG{given.signal}"]
            work = partial(killed, number=number, articles=given.articles, latency=given.latency, folder=folder)
            shares = [given.runs // given.workers + (n < given.runs % given.workers) for n in range(given.workers)]
            with ThreadPoolExecutor(given.workers) as pool:
                futures = [pool.submit(work, n, runs=share) for n, share in enumerate(shares, 1)]
                reports = [future.result() for future in futures]
            say(f"SIG{given.signal}:\n{shown(reports)}")
            good = all(report.same for report in reports)
    say(f"took {time.monotonic() - begun:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
