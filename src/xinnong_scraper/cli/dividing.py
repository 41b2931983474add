"""``xinnong crawl --workers`` and ``xinnong merge``: a crawl by several workers, and one store of its stores."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer asks for it at run time
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from ..errors import ScraperError
from .interrupting import stopping
from .terminal import complain, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..crawl import CrawlPolicy, Shards, SliceEnded
    from ..crawl.fleet import Workers
    from ..drift import Baseline
    from ..layouts import Layout

__all__ = ["Division", "Engine", "crawl_divided", "register"]

MERGE_HELP = """
Make one store of several: the folders of crawls with --workers, or stores of any crawls.

Every page and record is there once, and articles that repeat one another are found out across the stores. What is
queued stays queued, so that xinnong crawl can go on with the result. The file is written wholly or not at all.

\b
[bold]Examples[/bold]
  xinnong merge news/ -o news.db
  xinnong merge www.a.example.db www.b.example.db -o both.db
"""
_EVERY: Final = 10.0
"""Seconds between two plain lines."""


class Engine(StrEnum):
    """The values of ``--engine``."""

    LOCAL = "local"
    RAY = "ray"


class Division(NamedTuple):
    """How a crawl is divided."""

    folder: Path
    workers: int
    stores: int | None
    """Those of a new folder; None for the default."""
    engine: Engine


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("merge", help=MERGE_HELP)(_merge_command)


def _merge_command(
    stores: Annotated[list[Path], typer.Argument(metavar="STORE", help="A store, or the folder of a crawl.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT.db", help="The store to make.")],
) -> None:
    from ..crawl import Shards, merge_stores  # noqa: PLC0415  what a crawl takes is loaded only for those who need it

    try:
        paths = [path for each in stores for path in (Shards(each).paths() if each.is_dir() else [each])]
        count = merge_stores(paths, out)
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    tell(f"{count:,} articles of {len(paths):,} stores in {out}")


def crawl_divided(
    urls: Sequence[str],
    division: Division,
    policy: CrawlPolicy,
    *,
    layouts: Sequence[Layout],
    normal: Baseline | None,
    refresh: bool,
) -> bool:
    """Crawl with several workers and say how it ended; False if pages failed or a store could not be used."""
    from ..crawl import FleetCrawler, Shards  # noqa: PLC0415  the network library is loaded by those who crawl

    folder = division.folder
    try:
        shards = Shards(folder, workers=division.workers, stores=division.stores)
        workers = _workers(division.engine, division.workers)
        crawler = FleetCrawler(shards, policy, workers=workers, layouts=layouts, baseline=normal, on_event=_warn)
        with stopping(crawler.stop, complain), _progress(shards):
            stats = crawler.run(urls, refresh=refresh)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except (ScraperError, ImportError) as error:
        complain(str(error))
        return False
    for number in stats.given_up:
        complain(f"{folder / f'{number:04}.db'} was given up: each worker on it was lost; the same command tries again")
    complain(
        f"{stats.visited:,} pages in {stats.seconds:.0f} s, {stats.articles:,} articles, {stats.failed:,} failed,"
        f" {stats.losses:,} workers lost; xinnong merge {folder} -o OUT.db makes one store of them"
    )
    return not stats.failed and not stats.given_up


def _workers(engine: Engine, count: int) -> Workers:
    if engine is Engine.RAY:
        from ..crawl.cluster import RayWorkers  # noqa: PLC0415  an extra

        return RayWorkers(count)
    from ..crawl.processes import ProcessWorkers  # noqa: PLC0415  with the network library, by those who crawl

    return ProcessWorkers(count)


def _warn(event: SliceEnded) -> None:
    if event.lost:
        complain(f"a worker on {len(event.shards):,} stores was lost; others take them over")
    for verdict in event.verdicts:
        for finding in verdict.findings[:1]:
            complain(f"{finding.status}: {finding}")


@contextmanager
def _progress(shards: Shards) -> Iterator[None]:
    """Say now and then how far the stores are."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            try:
                asked, queued = shards.totals()
            except ScraperError:
                continue  # it is told by the crawl itself
            complain(f"{asked:,} pages asked for, {queued:,} queued")

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
