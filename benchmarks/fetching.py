"""How many pages a second the clients fetch, and read, from a server on loopback."""

from __future__ import annotations

import importlib.util
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import fetch_bounds
from .fetch_workers import CONTESTANTS, FLOOR, OURS, SCRAPY, SCRAPY_DEFAULT, WARM_UP, Figures, Setting
from .pages import ROOT
from .server import Server, cores, free_port, write_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET: Final = 2.0
"""Times as many pages a second as Scrapy."""
_WIDTHS: Final = (4, 8, 16, 32)
_USUAL: Final = 16  # requests at once while the variants are compared
_CALIBRATION: Final = 300
"""Pages with which a setting is tried out."""
_PACKAGES: Final = ("scrapy", "httpx", "httpx-aiohttp", "aiohttp", "uvloop", "h2")


@dataclass(frozen=True)
class _Site:
    """The pages as every client gets them."""

    url: str
    tls_url: str | None
    www: Path
    paths: list[str]
    core: int | None


def report(pages: int, rounds: int, seconds: float) -> bool:
    """Measure and print everything about fetching; say whether all limits were kept."""
    core, server_core = cores()
    with tempfile.TemporaryDirectory(prefix="benchmark") as folder:
        home = Path(folder)
        www = home / "www"
        port = free_port()
        paths = write_pages(www, pages, f"http://127.0.0.1:{port}/")
        with Server(home, www, port, core=server_core) as server:
            kept = f"client on core {core}, server on core {server_core}" if core is not None else "not kept to cores"
            size = statistics.median((www / path.lstrip("/")).stat().st_size for path in paths) / 1e3
            print(f"{len(paths):,} pages of the replica, median {size:.0f} kB, from {server.name}; {kept}")
            print(", ".join(f"{name} {version(name)}" for name in _PACKAGES if _is_there(name.replace("-", "_"))))
            _speed(_Site(server.url, server.tls_url, www, paths, core), rounds, seconds)
    print("\n### An unchanged portal, fetched twice\n", flush=True)
    good = fetch_bounds.report_cache()
    print("\n### Bombs\n", flush=True)
    return fetch_bounds.report_bombs() and good


def _is_there(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _speed(site: _Site, rounds: int, seconds: float) -> None:
    missing = [name for name, one in CONTESTANTS.items() if not all(map(_is_there, one.packages))]
    names = [name for name, one in CONTESTANTS.items() if name not in missing and (site.tls_url or not one.tls)]
    if missing:
        print(f"skipped, as not installed here: {', '.join(missing)}")
    print(f"\ncalibration, pages a second over {_CALIBRATION} pages, undisturbed:", flush=True)
    ends = time.perf_counter() + seconds
    best = {name: setting for name in names if (setting := _calibrate(name, site))}
    found: dict[str, list[Figures]] = {name: [] for name in best}
    began, made = time.perf_counter(), 0
    while made < rounds and (made == 0 or began + (time.perf_counter() - began) * (made + 1) / made < ends):
        made += 1
        for name in random.Random(made).sample(list(best), len(best)):  # noqa: S311  the same order in every run
            found[name] += _work(name, [best[name]], site, len(site.paths))
    _print_table(found)
    print(f"\n{made} rounds, another order in each; a figure is the median (smallest to largest)")
    _print_ratios(found)


def _calibrate(name: str, site: _Site) -> Setting | None:
    """Try the variants, then the widths with the best of them; print what each gave. None if nothing worked."""
    if name == FLOOR:
        return Setting(0)
    variants = [variant for variant in CONTESTANTS[name].variants if _can(variant)]
    tried = {}
    if len(variants) > 1:
        tried = _try(name, [Setting(_USUAL, variant) for variant in variants], site)
    variant = max(tried, key=lambda setting: tried[setting]).variant if tried else variants[0]
    widths = [Setting(width, variant) for width in _WIDTHS]
    tried |= _try(name, [setting for setting in widths if setting not in tried], site)
    if not tried:
        return None
    best = max(tried, key=lambda setting: tried[setting])
    print(f"- {name}: " + "; ".join(f"{setting} {speed:.0f}" for setting, speed in tried.items()), flush=True)
    return best


def _can(variant: str) -> bool:
    return (
        ("uvloop" not in variant or _is_there("uvloop"))
        and ("aiohttp" not in variant or _is_there("aiohttp"))
        and ("epoll" not in variant or sys.platform == "linux")
    )


def _try(name: str, settings: Sequence[Setting], site: _Site) -> dict[Setting, float]:
    alone = name in (SCRAPY, SCRAPY_DEFAULT)  # a reactor is started once in a process
    jobs = [[setting] for setting in settings] if alone else [list(settings)]
    found = []
    for job in jobs:
        try:
            found += _work(name, job, site, _CALIBRATION)
        except RuntimeError as error:
            if not CONTESTANTS[name].packages:
                raise
            print(f"- {name}, {', '.join(map(str, job))}: {str(error).splitlines()[-1]}")  # another library's affair
    return {figures.setting: figures.pages / _undisturbed(figures) for figures in found}


def _undisturbed(figures: Figures) -> float:
    return figures.seconds - figures.waited


def _work(name: str, settings: Sequence[Setting], site: _Site, pages: int) -> list[Figures]:
    """Run a job in a fresh process."""
    base = (site.tls_url if CONTESTANTS[name].tls else None) or site.url
    paths = site.paths[: max(pages, WARM_UP)]
    job = {
        "contestant": name,
        "settings": [asdict(setting) for setting in settings],
        "urls": [base + path for path in paths],
        "files": [str(site.www / path.lstrip("/")) for path in paths],
        "core": site.core,
    }
    command = [sys.executable, "-m", "benchmarks.fetch_workers"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-2000:].rstrip()}")
    found = json.loads(done.stdout.splitlines()[-1])
    return [Figures(**{**figures, "setting": Setting(**figures["setting"])}) for figures in found]


def _print_table(found: dict[str, list[Figures]]) -> None:
    floor = statistics.median(figures.cpu / figures.pages for figures in found[FLOOR])
    columns = ("at its best with", "pages a second", "ms a page", "undisturbed", "processor", "beside extract_html")
    print(f"\n| client | {' | '.join(columns)} |\n|---|---{'|---:' * (len(columns) - 1)}|")
    for name, runs in found.items():
        speeds = [figures.pages / figures.seconds for figures in runs]
        each = statistics.median(figures.seconds / figures.pages for figures in runs)
        undisturbed = statistics.median(_undisturbed(figures) / figures.pages for figures in runs)
        cpu = statistics.median(figures.cpu / figures.pages for figures in runs)
        cells = [f"{value * 1e3:.2f}" for value in (each, undisturbed, cpu)]
        if CONTESTANTS[name].blocking is not None:
            cells[1] = "–"  # its work is not in the main thread
        beside = f"{(cpu - floor) * 1e3:.2f}" if CONTESTANTS[name].reads and name != FLOOR else "–"
        speed = f"{statistics.median(speeds):.0f} ({min(speeds):.0f} to {max(speeds):.0f})"
        print(f"| {name} | {runs[0].setting} | {speed} | {' | '.join(cells)} | {beside} |")


def _print_ratios(found: dict[str, list[Figures]]) -> None:
    for reads in (True, False):
        amounts = {name: runs[0].amount for name, runs in found.items() if CONTESTANTS[name].reads is reads}
        if len(set(amounts.values())) > 1:
            print(f"not all {'read' if reads else 'fetched'} the same: {amounts}")
    for name in (SCRAPY, SCRAPY_DEFAULT):
        if name in found:
            pairs = list(zip(found[OURS], found[name], strict=True))
            ratios = [theirs.seconds / ours.seconds for ours, theirs in pairs]
            calm = statistics.median(_undisturbed(theirs) / _undisturbed(ours) for ours, theirs in pairs)
            cpu = statistics.median(theirs.cpu / ours.cpu for ours, theirs in pairs)
            print(
                f"{OURS} reads {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times as many "
                f"pages a second as {name}; {calm:.2f} undisturbed, {cpu:.2f} by processor time; target {TARGET:.0f}"
            )
