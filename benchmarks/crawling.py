"""How many pages a second crawlers read of a whole portal, from its front page on."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from tests.bigportal_server import BigPortal

from .crawl_workers import OURS, SCRAPY, SCRAPY_DEFAULT, VARIANTS
from .fetch_workers import Figures, Setting
from .pages import ROOT
from .server import cores

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET: Final = 2.0
"""Times as many pages a second as Scrapy."""
_WIDTHS: Final = (8, 16, 32)
_USUAL: Final = 16  # requests at once while the variants are compared
_CALIBRATION: Final = 150
"""Articles of the portal with which a setting is tried out."""


def report(articles: int, rounds: int) -> None:
    """Measure and print the speed of crawls."""
    with _on_core(cores()[1]), BigPortal(articles=_CALIBRATION, broken=False) as portal:
        print("calibration, pages a second, undisturbed:", flush=True)
        names = [name for name in VARIANTS if name == OURS or importlib.util.find_spec("scrapy")]
        best = {name: _calibrate(name, portal) for name in names}
    found: dict[str, list[Figures]] = {name: [] for name in best}
    with _on_core(cores()[1]), BigPortal(articles=articles, broken=False) as portal:
        for made in range(rounds):
            for name in random.Random(made).sample(list(best), len(best)):  # noqa: S311  the same order in every run
                found[name].append(_work(name, best[name], portal))
    _print(found, articles)


@contextlib.contextmanager
def _on_core(core: int | None) -> Iterator[None]:
    """Let processes that start within have a core for themselves."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _calibrate(name: str, portal: BigPortal) -> Setting:
    """Try the variants, then the widths with the best of them; print what each gave."""
    tried: dict[Setting, float] = {}
    for variant in VARIANTS[name]:
        if _can(variant):
            _try(name, Setting(_USUAL, variant), portal, tried)
    variant = max(tried, key=lambda setting: tried[setting]).variant
    for width in _WIDTHS:
        if width != _USUAL:
            _try(name, Setting(width, variant), portal, tried)
    print(f"- {name}: " + "; ".join(f"{setting} {speed:.0f}" for setting, speed in tried.items()), flush=True)
    return max(tried, key=lambda setting: tried[setting])


def _can(variant: str) -> bool:
    needed = [package for package in ("uvloop", "aiohttp") if package in variant]
    return all(importlib.util.find_spec(package) for package in needed) and (
        "epoll" not in variant or sys.platform == "linux"
    )


def _try(name: str, setting: Setting, portal: BigPortal, tried: dict[Setting, float]) -> None:
    with contextlib.suppress(RuntimeError):  # what another library cannot do is no variant of it
        tried[setting] = max(_speed(_work(name, setting, portal)) for _ in range(2))


def _speed(figures: Figures) -> float:
    return figures.pages / (figures.seconds - figures.waited)


def _work(name: str, setting: Setting, portal: BigPortal) -> Figures:
    """Crawl the portal in a fresh process."""
    portal.reset()
    job = {"contestant": name, "setting": asdict(setting), "url": f"{portal.url.rstrip('/')}/", "core": cores()[0]}
    command = [sys.executable, "-m", "benchmarks.crawl_workers"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-2000:].rstrip()}")
    figures = json.loads(done.stdout.splitlines()[-1])
    return Figures(**{**figures, "setting": Setting(**figures["setting"])})


def _print(found: dict[str, list[Figures]], articles: int) -> None:
    scrapy = f"Scrapy {version('scrapy')}, " if SCRAPY in found else "Scrapy is not installed here; "
    print(f"\n{scrapy}a portal of {articles:,} articles in 12 sections (tests/bigportal.py)\n")
    columns = ("at its best with", "pages a second", "ms a page, processor", "pages", "read as articles")
    print(f"| crawler | {' | '.join(columns)} |\n|---|---{'|---:' * (len(columns) - 1)}|")
    for name, runs in found.items():
        speeds = [figures.pages / figures.seconds for figures in runs]
        cpu = statistics.median(figures.cpu / figures.pages for figures in runs) * 1e3
        speed = f"{statistics.median(speeds):.0f} ({min(speeds):.0f} to {max(speeds):.0f})"
        print(f"| {name} | {runs[0].setting} | {speed} | {cpu:.2f} | {runs[0].pages} | {runs[0].amount} |")
    print(f"\n{len(next(iter(found.values())))} rounds, another order in each; a figure is the median (least to most)")
    for name in (SCRAPY, SCRAPY_DEFAULT):
        if name in found:
            pairs = list(zip(found[OURS], found[name], strict=True))
            wall = [(o.pages / o.seconds) / (t.pages / t.seconds) for o, t in pairs]
            calm = statistics.median(_speed(o) / _speed(t) for o, t in pairs)
            cpu = statistics.median((t.cpu / t.pages) / (o.cpu / o.pages) for o, t in pairs)
            print(
                f"{OURS} reads {statistics.median(wall):.2f} ({min(wall):.2f} to {max(wall):.2f}) times as many pages "
                f"a second as {name}; {calm:.2f} undisturbed, {cpu:.2f} by processor time; target {TARGET:.0f}"
            )
