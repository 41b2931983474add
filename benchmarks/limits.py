"""How long the most expensive pages take: each must be under a second."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from xinnong_scraper import ScraperError, extract_html

from .pages import ROOT, load_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .pages import Case

SECONDS = 1.0
SIZES = (10, 100, 1_000, 10_000)
"""Kilobytes."""


def pages(cases: list[Case]) -> Iterator[tuple[str, bytes]]:
    """Give real pages made long, and those of tests/hostile.py, with their names."""
    hostile = load_file(ROOT / "tests" / "hostile.py", "hostile")
    chosen = sorted(cases, key=lambda case: len(case.data))[:: max(1, len(cases) // 4)][:5]
    for size in SIZES:
        for case in chosen:
            text = case.changed(0)[1]
            yield f"body of {case.name}, {size:,} kB", hostile.longer(text, size * 1_000).encode()
            yield f"paragraphs of {case.name}, {size:,} kB", hostile.longer_article(text, size * 1_000).encode()
    for name, make in hostile.PAGES.items():
        yield name, make().encode()


def in_own_process(folder: Path | None, *, every: bool) -> bool:
    """Report from a process that has none of the other libraries loaded, whose objects the collector would count."""
    command = [sys.executable, "-m", "benchmarks", "--limits-here", *(["--every"] if every else [])]
    command += ["--pages", str(folder)] if folder else []
    return subprocess.run(command, check=False, cwd=ROOT).returncode == 0


def report(cases: list[Case], *, every: bool) -> bool:
    """Print the slowest pages, or every one; say whether all were read in time."""
    rows = []
    for name, data in pages(cases):
        started = time.perf_counter()
        try:
            said = f"{len(extract_html(data, url='http://www.xinnong.example/1.html').body.blocks):,} blocks"
        except ScraperError as error:
            said = getattr(error, "reason", type(error).__name__)
        rows.append((time.perf_counter() - started, name, len(data) / 1e6, said))
    rows.sort(reverse=True)
    print("| page | size | seconds | outcome |\n|---|---:|---:|---|")
    for seconds, name, size, said in rows if every else rows[:12]:
        print(f"| {name} | {size:.2f} MB | {seconds:.3f} | {said} |")
    late = sum(row[0] >= SECONDS for row in rows)
    print(f"\n{len(rows)} pages, {late} of them over {SECONDS:.0f} s")
    return not late
