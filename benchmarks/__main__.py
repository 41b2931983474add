"""Accuracy, speed and bounds beside other libraries, what confidence is worth, and exports; see README.md here.

python -m benchmarks
python -m benchmarks --sections speed --rounds 9 --pages ../some/folder
python -m benchmarks --sections calibration --sets zh fixtures ../some/folder
python -m benchmarks --soak
python -m benchmarks --fetches
python -m benchmarks --profile
"""

from __future__ import annotations

import argparse
import cProfile
import logging
import platform
import pstats
import statistics
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

from . import (
    accuracy,
    calibration,
    crawling,
    drifting,
    exporting,
    fetch_bounds,
    fetching,
    learning,
    limits,
    memory,
    speed,
)
from .pages import Case, load_cases
from .readers import OURS, PEERS, Reader, readers, versions

SECTIONS = (
    *(
        "accuracy",
        "calibration",
        "speed",
        "processes",
        "limits",
        "export",
        "fetch",
        "crawl",
        "learn",
        "drift",
        "archive",
    ),
)


def main() -> int:
    """Run what the arguments ask for."""
    options = _options()
    if options.export_of is not None:
        exporting.write(options.export_of, options.records)
        return 0
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")  # the other libraries' own affairs
    if options.fetches:
        print(f"\n## {options.fetches:,} fetches in one process\n")
        return 0 if fetch_bounds.soak(options.fetches) else 1
    name, cases = load_cases(options.pages)
    if options.memory_of is not None:
        memory.read_all(cases, options.memory_of)
        print(memory.peak_megabytes())
        return 0
    if options.limits_here:
        return 0 if limits.report(cases, every=options.every) else 1
    if options.profile:
        _profile(cases, options.rounds)
        return 0
    found, missing = readers(options.only)
    size = statistics.median(len(case.data) for case in cases) / 1e3
    print(f"{len(cases)} pages of {name}, median {size:.0f} kB; {datetime.now(UTC):%Y-%m-%d}, Python", end=" ")
    print(f"{platform.python_version()}, {platform.system()} {platform.machine()}\n{versions(found)}")
    if missing:
        print(f"skipped, as not installed here: {', '.join(missing)}")
    if options.soak:
        return 0 if _soak(cases, options.soak) else 1
    return 0 if _measure(cases, found, options) else 1


def _measure(cases: list[Case], found: list[Reader], options: argparse.Namespace) -> bool:
    good = True
    if "accuracy" in options.sections and any(case.label for case in cases):
        print("\n## Accuracy\n", flush=True)
        accuracy.report(accuracy.measure(cases, found))
    if "calibration" in options.sections:
        print("\n## Calibration of confidence", flush=True)
        calibration.report(options.sets)
    if "speed" in options.sections:
        print("\n## Speed\n", flush=True)
        rounds, medians = speed.measure(cases, found, rounds=options.rounds, seconds=options.seconds)
        speed.report(medians, memory.peaks([reader.name for reader in found], options.pages))
        print(f"{rounds} rounds; peak memory is that of a process that holds all pages and has read each once")
    if "processes" in options.sections:
        gain = speed.two_processes(options.pages, options.reads)
        print(f"\n## Processes\n\ntwo processes read {gain:.2f} times as many pages a second as one", flush=True)
    if "limits" in options.sections:
        print("\n## Limits\n", flush=True)
        good = limits.in_own_process(options.pages, every=options.every)
    if "fetch" in options.sections:
        print("\n## Fetching\n", flush=True)
        good = fetching.report(options.fetch_pages, options.fetch_rounds, options.fetch_seconds) and good
    if "learn" in options.sections:
        print("\n## Learned layouts\n", flush=True)
        good = learning.report() and good
    if "crawl" in options.sections:
        print("\n## Crawling\n", flush=True)
        crawling.report(options.crawl_articles, options.fetch_rounds)
    if "drift" in options.sections:
        print("\n## Drift\n", flush=True)
        good = drifting.report() and good
    if "archive" in options.sections:
        print("\n## Archives\n", flush=True)
        good = _archives(options) and good
    if "export" in options.sections:
        print("\n## Export\n", flush=True)
        exporting.report(options.records)
    return good


def _archives(options: argparse.Namespace) -> bool:
    try:
        from . import archiving  # noqa: PLC0415  an extra of the library
    except ImportError as error:
        print(f"skipped: {error}")
        return True
    return archiving.report(options.archive_pages, options.archive_rounds, options.kills)


def _soak(cases: list[Case], reads: int) -> bool:
    print(f"\n## {reads:,} pages in one process\n")
    sizes = []
    for number, size in memory.soak(cases, reads):
        sizes.append(size)
        print(f"after {number:6,} pages {size:7.1f} MB, {size / sizes[0]:.3f} of the first", flush=True)
    return sizes[-1] <= 1.05 * sizes[0]


def _profile(cases: list[Case], rounds: int) -> None:
    memory.read_all(cases, OURS)
    profiler = cProfile.Profile()
    for _ in range(rounds):
        profiler.runcall(memory.read_all, cases, OURS)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = "folder with *.html or *.html.gz, searched through; without labels there is no accuracy"
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help=folder)
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=SECTIONS, help="default: all of them")
    sets = "pages with labels: zh, general, fixtures, mutations, or folders (default zh general fixtures)"
    parser.add_argument("--sets", nargs="+", default=["zh", "general", "fixtures"], metavar="SET", help=sets)
    parser.add_argument("--rounds", type=int, default=5, help="times that each page is read by each (default 5)")
    parser.add_argument("--seconds", type=float, default=75, help="for all rounds; fewer are made (default 75)")
    parser.add_argument("--reads", type=int, default=2_000, help="pages for one process and for two (default 2000)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help=f"of the others: {'; '.join(PEERS)}")
    parser.add_argument("--every", action="store_true", help="print all of the limits' pages, not the slowest dozen")
    parser.add_argument("--soak", type=int, nargs="?", const=20_000, metavar="PAGES", help="memory over 20,000 pages")
    parser.add_argument("--fetch-pages", type=int, default=2_000, help="pages that each client fetches (default 2000)")
    parser.add_argument("--fetch-rounds", type=int, default=3, help="times that each client fetches them (default 3)")
    parser.add_argument("--fetch-seconds", type=float, default=150, help="for trying out and all rounds (default 150)")
    parser.add_argument("--crawl-articles", type=int, default=2_000, help="of the crawled portal (default 2000)")
    parser.add_argument("--archive-pages", type=int, default=2_000, help="in the archives that are read (default 2000)")
    parser.add_argument("--archive-rounds", type=int, default=3, help="runs on each number of workers (default 3)")
    parser.add_argument("--kills", type=int, default=10, help="of runs over archives (default 10)")
    parser.add_argument("--fetches", type=int, nargs="?", const=10_000, metavar="N", help="what 10,000 fetches leave")
    parser.add_argument("--profile", action="store_true", help="print where this library's time goes, by function")
    parser.add_argument("--records", type=int, default=exporting.RECORDS, help="for the export (default 100000)")
    parser.add_argument("--limits-here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--export-of", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--memory-of", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    numbers = (options.rounds, options.reads, options.seconds, options.fetch_rounds, options.fetch_seconds)
    if min(*numbers, options.records) < 1:
        parser.error("rounds, reads, records and seconds must be at least 1")
    if options.archive_pages < 100 or options.archive_rounds < 1:
        parser.error("--archive-pages must be at least 100, --archive-rounds at least 1")
    if options.fetch_pages < 100:
        parser.error("--fetch-pages must be at least 100")
    return options


if __name__ == "__main__":
    sys.exit(main())
