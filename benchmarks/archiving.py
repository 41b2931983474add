"""``xinnong archive``: how fast, with how much memory, and whether kills or damage change a row."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq

from xinnong_scraper import extract_html
from xinnong_scraper.batch.archive import extract_archives
from xinnong_scraper.batch.warc import ArchivedPage, PageFilter, read_warc

from .archive_pages import Made, write_archives
from .pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET: Final = 1.8
"""Times as many pages a second on two workers as on one."""
_FILES: Final = 8  # archives, so that whoever ends first waits for an eighth of the work at most
_PROFILED: Final = 1_000  # pages of which the parts of the time are taken
_LOOK: Final = 0.25  # seconds between two looks at the memory of workers, which take processor time from these
_FILTERS: Final = {
    "by host": PageFilter(hosts=["no.example"]),
    "by address": PageFilter(url="no such address"),
    "by day": PageFilter(since=date(2030, 1, 1)),
    "by status": PageFilter(statuses=[404]),
    "by type": PageFilter(types=["application/pdf"]),
    "by language": PageFilter(languages=["th"]),
}


def report(pages: int, rounds: int, kills: int) -> bool:
    """Measure and print it all; False where a row is not as it should be."""
    with tempfile.TemporaryDirectory(prefix="xinnong-archives-") as name:
        folder = Path(name)
        made = write_archives(folder / "whole", pages, _FILES)
        packed = sum(path.stat().st_size for path in made.files)
        print(
            f"{made.pages:,} pages in {_FILES} archives, {made.bytes / 1e6:.0f} MB, {packed / 1e6:.0f} MB as gzip;",
            end=" ",
        )
        print(f"{made.sources}\nload of the machine before: {_load()}\n", flush=True)
        _parts(made, folder)
        whole, seconds = _speed(made, folder, rounds)
        good = _killed(made, folder, whole, kills, seconds) if kills else True
        good = _damaged(folder, pages) and good
        print(f"load of the machine after: {_load()}")
        return good


def _load() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


# Where the time goes


def _parts(made: Made, folder: Path) -> None:
    """Print what filtering, reading, extracting and all of it cost, in processor time of one process."""
    sample = write_archives(folder / "sample", min(_PROFILED, made.pages), 1)
    name = str(sample.files[0])
    read = [page for page in read_warc(name) if isinstance(page, ArchivedPage)]
    rounds: list[dict[str, float]] = []
    for number in range(4):
        found = {f"passed over {way}": _cpu(_reads(name, wanted)) for way, wanted in _FILTERS.items()}
        found["read from the archive"] = _cpu(_reads(name, PageFilter()))
        found["extract_html alone"] = _cpu(lambda: _extract(read))
        out = folder / f"sample-{number}"
        found["archive to Parquet"] = _cpu(lambda out=out: extract_archives([name], out))  # type: ignore[misc]
        rounds.append(found)
    best = {way: min(found[way] for found in rounds[1:]) for way in rounds[0]}  # the first one warms up
    print(f"| {len(read):,} pages, processor time, best of 3 | µs a page |\n|---|---:|")
    for way, seconds in best.items():
        print(f"| {way} | {seconds / len(read) * 1e6:.0f} |")
    outside = 1 - best["extract_html alone"] / best["archive to Parquet"]
    print(f"\noutside extract_html: {outside:.1%} of the time\n", flush=True)


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _reads(name: str, wanted: PageFilter) -> Callable[[], int]:
    return lambda: sum(1 for _ in read_warc(name, wanted))


def _extract(pages: list[ArchivedPage]) -> None:
    for page in pages:
        with suppress(Exception):  # a page that is no article has cost its time
            extract_html(page.body, url=page.url, headers=page.headers, now=page.archived_at)


# Speed and memory


def _speed(made: Made, folder: Path, rounds: int) -> tuple[dict[str, bytes], float]:
    """Print the speed on one worker and on two; give the files that were made, and the seconds of two workers."""
    seconds: dict[int, list[float]] = {1: [], 2: []}
    worked: dict[int, list[float]] = {1: [], 2: []}
    peaks: dict[int, float] = {1: 0.0, 2: 0.0}
    contents: list[dict[str, bytes]] = []
    for number in range(rounds):
        for workers in Random(number).sample([1, 2], 2):  # noqa: S311  the same order in every run
            out = folder / f"out-{workers}"
            shutil.rmtree(out, ignore_errors=True)
            before = _worked()
            took, peak = _run(made.files, out, workers)
            seconds[workers].append(took)
            worked[workers].append(_worked() - before)
            peaks[workers] = max(peaks[workers], peak)
            contents.append(_contents(out))
    columns = ("pages a second, best", "all rounds", "processor seconds, least", "peak memory of a worker")
    print(f"| workers | {' | '.join(columns)} |\n|{'---:|' * (len(columns) + 1)}")
    for workers, all_ in seconds.items():
        rates = ", ".join(f"{made.pages / took:.0f}" for took in all_)
        least = f"{min(worked[workers]):.1f} | {peaks[workers]:.0f} MB"
        print(f"| {workers} | {made.pages / min(all_):.0f} | {rates} | {least} |")
    gain, share = min(seconds[1]) / min(seconds[2]), min(worked[1]) / min(worked[2])
    same = all(each == contents[0] for each in contents)
    print(f"\ntwo workers are {gain:.2f} times as fast as one, start of the processes included; target {TARGET}")
    most = f"with a core each they can be {2 * share:.2f} times as fast"
    print(f"they take {1 / share:.2f} times the processor time: {most}")
    print(f"the files of all {len(contents)} runs are {'equal' if same else 'NOT equal'}\n", flush=True)
    return contents[0], min(seconds[2])


def _worked() -> float:
    """Give the processor seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(files: list[Path], out: Path, workers: int) -> tuple[float, float]:
    """Run the command; give its seconds and the peak megabytes of the process that reads, or the largest of them."""
    began, peak = time.perf_counter(), 0.0
    with _started(files, out, workers) as process:
        while process.poll() is None:
            below = list(_below(process.pid)) if workers > 1 else [process.pid]
            peak = max([peak, *map(_peak, below)])
            time.sleep(_LOOK)
    took = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"xinnong archive ended with {process.returncode}")
    return took, peak


def _started(files: list[Path], out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "xinnong_scraper", "archive", *map(str, files), "-o", str(out)]
    return subprocess.Popen(
        [*command, "--workers", str(workers)], cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _below(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(stat.parent.name)


def _peak(process: int) -> float:
    with suppress(OSError, AttributeError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text("ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def _contents(folder: Path) -> dict[str, bytes]:
    """Every file there, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# Kills and damage


def _killed(made: Made, folder: Path, whole: dict[str, bytes], kills: int, seconds: float) -> bool:
    """Kill runs at random moments and start them again until all is made; begin anew until the kills are used up."""
    random = Random(kills)  # noqa: S311  the same moments in every run, as far as the machine allows
    counted = runs = wrong = 0
    while counted < kills:
        out = folder / f"killed-{runs}"
        runs += 1
        ended = False
        while not ended and counted < kills:
            with _started(made.files, out, 2) as process:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(random.uniform(0.1, 0.9) * seconds)
                if process.poll() is None:
                    process.kill()
                ended = process.wait() == 0
                counted += process.returncode == -signal.SIGKILL
            _wait_for_workers(process.pid)
        if not ended:
            _run(made.files, out, 2)
        wrong += _contents(out) != whole
        shutil.rmtree(out)
    text = f"{counted} kills (SIGKILL) at random moments of runs on two workers, each resumed by the same command:"
    print(f"{text} {runs - wrong} of {runs} outputs equal\n", flush=True)
    return not wrong


def _wait_for_workers(group: int) -> None:
    """Wait until what a killed process had started has noticed."""
    while any(_group(stat) == group for stat in Path("/proc").glob("[0-9]*/stat")):
        time.sleep(_LOOK)


def _group(stat: Path) -> int | None:
    with suppress(OSError, IndexError):
        fields = stat.read_text().rpartition(")")[2].split()
        return None if fields[0] == "Z" else int(fields[2])
    return None


def _damaged(folder: Path, pages: int) -> bool:
    """Damage one record in twenty, in seven ways; every other row must be as it was."""
    made = write_archives(folder / "damaged", pages, _FILES, damaged=pages // 20)
    extract_archives([str(path) for path in made.files], folder / "rows-damaged", workers=2)
    errors: set[tuple[str, int]] = set()
    whole = {url: row for url, _, row, _ in _rows(folder / "out-1")}
    others = equal = 0
    for url, place, row, is_damage in _rows(folder / "rows-damaged"):
        if is_damage:
            errors.add(place)
        else:
            others += 1
            equal += whole[url] == row
    expected = pages - len(made.damaged)
    named = len(errors & made.damaged.keys())
    kinds = Counter(made.damaged[place] for place in errors & made.damaged.keys())
    print(
        f"{len(made.damaged):,} of {pages:,} records damaged: {named:,} of them are rows that name file and byte,",
        end=" ",
    )
    print(f"{len(errors) - named} errors elsewhere; {equal:,} of the other {expected:,} rows are equal")
    print("; ".join(f"{count} {kind}" for kind, count in kinds.most_common()) + "\n", flush=True)
    return named == len(errors) == len(made.damaged) and equal == others == expected


def _rows(folder: Path) -> Iterator[tuple[str, tuple[str, int], str, bool]]:
    """Give of each row its address, its place, a digest of all else, and whether it is an archive's error."""
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(512):
                for row in batch.to_pylist():
                    place = Path(row.pop("archive")).name, row.pop("offset")
                    digest = hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).hexdigest()
                    yield row["url"], place, digest, row["error"] == "ArchiveError"
