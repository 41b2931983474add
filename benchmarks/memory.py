"""How much memory the readers take: at most, in a process of their own, and in the long run."""

from __future__ import annotations

import contextlib
import gc
import resource
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from .readers import readers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .pages import Case


def peak_megabytes() -> float:
    """Give the peak resident memory of this process.

    On Linux from ``/proc``, because what ``getrusage`` gives starts at the parent's peak.
    """
    found = _status("VmHWM")
    return found or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


def resident_megabytes() -> float:
    """Give the resident memory of this process; its peak where the system does not tell."""
    return _status("VmRSS") or peak_megabytes()


def _status(name: str) -> float | None:
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition(f"{name}:")[2].split()[0]) / 1024
    return None


def read_all(cases: list[Case], name: str) -> None:
    """Let one reader read every page."""
    reader = next(reader for reader in readers([name])[0] if reader.name == name)
    for case in cases:
        with contextlib.suppress(Exception):  # another library's failure on a page is not our subject
            reader.read(*case.changed(1), case.url)


def peaks(names: list[str], folder: Path | None) -> dict[str, float]:
    """Give the peak memory of fresh processes, each with all pages in memory, in which one reader reads each once."""
    found = {}
    for name in names:
        command = [sys.executable, "-m", "benchmarks", "--memory-of", name]
        command += ["--pages", str(folder)] if folder else []
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
        found[name] = float(done.stdout.split()[-1])
    return found


def soak(cases: list[Case], reads: int) -> Iterator[tuple[int, float]]:
    """Read so many pages in this process; give the resident megabytes after each tenth of them."""
    ours = next(reader for reader in readers(["none"])[0] if reader.name == "xinnong-scraper")
    endless = (cases[number % len(cases)] for number in range(reads))
    for number, case in enumerate(islice(endless, reads), 1):
        ours.read(*case.changed(number), case.url)
        if number % max(1, reads // 10) == 0:
            gc.collect()
            yield number, resident_megabytes()
