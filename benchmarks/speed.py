"""How fast the readers are, on one process and on two."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import random
import statistics
import time
from typing import TYPE_CHECKING

from .pages import load_cases
from .readers import OURS, PARSING, readers

if TYPE_CHECKING:
    from pathlib import Path

    from .pages import Case
    from .readers import Reader


def measure(
    cases: list[Case], found: list[Reader], *, rounds: int, seconds: float
) -> tuple[int, dict[str, list[float]]]:
    """Give the rounds that were made, and per reader and page the median seconds over them.

    Pages and readers come in another order in each round. There are no more rounds than fit into the seconds. What the
    libraries have loaded is kept from the garbage collector, so that none pays for the dictionaries of another.
    """
    gc.collect()
    gc.freeze()
    times: dict[str, list[list[float]]] = {reader.name: [[] for _ in cases] for reader in found}
    began, made = time.perf_counter(), 0
    while made < rounds and (made == 0 or (time.perf_counter() - began) * (made + 1) / made < seconds):
        made += 1
        order = random.Random(made)  # noqa: S311  the same order in every run
        for index in order.sample(range(len(cases)), len(cases)):
            data, text = cases[index].changed(made)
            for reader in order.sample(found, len(found)):
                gc.collect(0)
                started = time.perf_counter()
                with contextlib.suppress(Exception):  # another library's failure on a page is not our subject
                    reader.read(data, text, cases[index].url)
                times[reader.name][index].append(time.perf_counter() - started)
    return made, {name: [statistics.median(page) for page in pages] for name, pages in times.items()}


def report(medians: dict[str, list[float]], peaks: dict[str, float]) -> None:
    """Print a table in Markdown: the median page, all pages, against this library and against parsing; memory."""
    ours, base = medians[OURS], medians[PARSING]
    columns = ("median page", "all pages", "times ours", "times parsing", "peak memory")
    print(f"| library | {' | '.join(columns)} |\n|---{'|---:' * len(columns)}|")
    for name, found in medians.items():
        memory = f"{peaks[name]:.0f} MB" if name in peaks else "–"
        print(
            f"| {name} | {statistics.median(found) * 1e3:.2f} ms | {sum(found) * 1e3:.0f} ms "
            f"| {sum(found) / sum(ours):.2f} | {sum(found) / sum(base):.2f} | {memory} |"
        )
    ratios = [mine / parse for mine, parse in zip(ours, base, strict=True)]
    print(f"\n{OURS} against parsing, page by page: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")


# Two processes

_worker: list[Case] = []


def _prepare(folder: Path | None) -> None:
    _worker.extend(load_cases(folder)[1])
    _work(range(len(_worker)))  # imports, compiled expressions


def _work(indexes: range) -> None:
    ours = next(reader for reader in readers(["none"])[0] if reader.name == OURS)
    for index in indexes:
        case = _worker[index % len(_worker)]
        ours.read(*case.changed(index), case.url)


def two_processes(folder: Path | None, reads: int) -> float:
    """Give how many times as many pages a second two processes read as one does."""
    seconds = []
    for count in (1, 2):
        context = multiprocessing.get_context("spawn")
        with context.Pool(count, _prepare, (folder,)) as pool:
            pool.map(_work, [range(1)] * count * 4)  # all are ready when this is done
            started = time.perf_counter()
            pool.map(_work, [range(start, start + 50) for start in range(0, reads, 50)], chunksize=1)
            seconds.append(time.perf_counter() - started)
    return seconds[0] / seconds[1]
