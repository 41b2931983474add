"""``xinnong archive``: the articles of web archives as Parquet."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from datetime import date  # noqa: TC003  typer asks for it at run time
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path  # noqa: TC003  as above
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .. import ScraperError
from .exporting import day
from .progress import duration
from .terminal import complain, errors, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.status import Status

    from ..batch.archive import ArchiveRun, Progress
    from ..batch.local import Engine

__all__ = ["register"]

HELP = """
Read the pages of web archives (WARC and ARC, plain or compressed) into Parquet.

Of each archive one Parquet file is made in OUT_DIR, with the columns of
xinnong export, and error and message where a page gave no record; archive and
offset say where it stands. A URL that fsspec knows (https://, s3://) is an
archive too, and a path listing of Common Crawl (warc.paths.gz) is many.

A damaged record costs that record only. Killed or interrupted, the same
command makes the files that are missing; with another filter or version, all.

--engine hands one archive at a time to Ray or Spark (the extras ray, spark):
the cluster that their settings name, or one on this machine. All its machines
must see the archives and OUT_DIR under the same names.

Needs the extra archive. The exit code is 0 if all was read, pages that are no
articles included, 1 if a record or an archive could not be, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong archive CC-NEWS-*.warc.gz -o news/ --host xinhuanet.com
  xinnong archive crawl.warc.gz -o pages/ --url '/20(17|18)/' --workers 4
  xinnong archive /shared/*.warc.gz -o /shared/news/ --engine ray
  xinnong archive warc.paths.gz --prefix s3://commoncrawl/ -o zh/
"""
_EVERY: Final = 10.0
"""Seconds between two plain lines of progress."""
_MOST_COMPLAINTS: Final = 20
_ORDINARY: Final = "NotAnArticleError"


class EngineName(StrEnum):
    """The values of ``--engine``."""

    LOCAL = "local"
    RAY = "ray"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("archive", help=HELP)(_archive_command)


def _archive_command(  # noqa: PLR0913  one parameter an option
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="The archives.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT_DIR", help="The folder to write into.")],
    *,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Archives at a time; default: what there are processors for."),
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="What does the work: processes here, Ray or Spark.")] = (
        EngineName.LOCAL
    ),
    host: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="Only this host and those below it; may be repeated.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Only addresses in which this regular expression is found.")
    ] = None,
    since: Annotated[
        date | None, typer.Option(metavar="DAY", parser=day, help="Only pages archived on this day (UTC) or later.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(metavar="DAY", parser=day, help="Only pages archived on this day (UTC) or earlier.")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG", help="Only pages that may be in this language (zh), by script and tags; may be repeated."
        ),
    ] = None,
    status: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Only this HTTP status; may be repeated; default: 200.")
    ] = None,
    media_type: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Only this media type; may be repeated; default: HTML and XHTML."),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Goes before each line of a path listing: https://data.commoncrawl.org/."),
    ] = None,
) -> None:
    if since and until and until < since:
        raise typer.BadParameter(f"{until} is before {since}", param_hint="--until")
    try:
        from ..batch.archive import extract_archives  # noqa: PLC0415  an extra
        from ..batch.sources import archive_names  # noqa: PLC0415  an extra
        from ..batch.warc import PageFilter  # noqa: PLC0415  an extra
    except ImportError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    standard = PageFilter()
    try:
        wanted = PageFilter(
            statuses=status or standard.statuses,
            types=[name.lower() for name in media_type] if media_type else standard.types,
            hosts=host or None,
            url=url,
            since=since,
            until=until,
            languages=language or None,
        )
    except ValueError as error:
        hint = "--url" if str(error).startswith("url ") else "--language"
        raise typer.BadParameter(str(error), param_hint=hint) from error
    shown = errors().status("reading") if sys.stderr.isatty() else nullcontext()
    try:
        with shown as line:
            run = extract_archives(
                list(archive_names(files, prefix)),
                out,
                wanted=wanted,
                workers=workers or os.cpu_count() or 1,
                engine=_engine(engine, workers),
                on_progress=_show(line),
            )
    except (ScraperError, ImportError) as error:
        complain(str(error))
        raise typer.Exit(1) from error
    for name, problem in islice(run.failed.items(), _MOST_COMPLAINTS):
        complain(f"{problem} [{name}]" if name not in problem else problem)
    if len(run.failed) > _MOST_COMPLAINTS:
        complain(f"and {len(run.failed) - _MOST_COMPLAINTS:,} more archives")
    for text in _summary(run, out):
        tell(text)
    if run.failed or any(name != _ORDINARY for name in run.errors):
        raise typer.Exit(1)


def _engine(name: EngineName, at_once: int | None) -> Engine | None:
    if name is EngineName.RAY:
        from ..batch import ray  # noqa: PLC0415  an extra

        return partial(ray.run_archives, at_once=at_once)
    if name is EngineName.SPARK:
        from ..batch import spark  # noqa: PLC0415  an extra

        return partial(spark.run_archives, at_once=at_once)
    return None


def _show(line: Status | None) -> Callable[[Progress], None]:
    """Make what shows how far it is: always on a terminal, else in a line now and then."""
    began = said_at = time.monotonic()
    made_before: int | None = None

    def show(progress: Progress) -> None:
        nonlocal said_at, made_before
        if made_before is None:
            made_before = progress.files
        now = time.monotonic()
        text = _progress(progress, progress.files - made_before, now - began)
        if line is not None:
            line.update(text)
        elif now - said_at >= _EVERY:
            said_at = now
            tell(text)

    return show


def _progress(progress: Progress, made: int, seconds: float) -> str:
    """Say how far a run is that has made so many parts in so many seconds.

    >>> from xinnong_scraper.batch.archive import Progress
    >>> _progress(Progress(files=3, all_files=6, rows=4_000), 2, 20.0)
    '3 of 6 archives done, 4,000 pages read, 200 a second, about 30 s left'
    """
    text = f"{progress.files:,} of {progress.all_files:,} archives done, {progress.rows:,} pages read"
    if progress.rows and seconds:
        text += f", {progress.rows / seconds:,.0f} a second"
    left = progress.all_files - progress.files
    return f"{text}, about {duration(seconds / made * left)} left" if made and left else text


def _summary(run: ArchiveRun, out: Path) -> Iterator[str]:
    """Yield what stands in the folder now, and the failures by their kind."""
    kept = len(run.parts) - run.made
    earlier = f", {kept:,} of them made before" if kept else ""
    yield f"{len(run.parts):,} archives in {out}{earlier}; {len(run.failed):,} failed"
    yield f"{run.articles:>9,} articles"
    for name, count in run.errors.most_common():
        yield f"{count:>9,} {name}"
