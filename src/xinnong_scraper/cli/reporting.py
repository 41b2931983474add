"""``xinnong status`` and ``xinnong report``: what a crawl has done."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import ScraperError
from .terminal import complain, errors, printable, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crawl import Status

__all__ = ["register"]

STATUS_HELP = """
Say how far a crawl is: pages, queue, articles, and what failed. The crawl may be running.

\b
[bold]Examples[/bold]
  xinnong status news.example.cn.db
  xinnong status news.example.cn.db --json | jq .queued
"""

REPORT_HELP = """
Write a page of plots about a crawl, to be opened in a browser: one HTML file that loads nothing.

\b
[bold]Examples[/bold]
  xinnong report news.example.cn.db report.html
"""

StoreArgument = Annotated[Path, typer.Argument(metavar="STORE", help="The file of a crawl.")]
AnyStore = Annotated[Path, typer.Argument(metavar="STORE", help="The file of a crawl, or the folder of one.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("status", help=STATUS_HELP)(_status_command)
    app.command("report", help=REPORT_HELP)(_report_command)


def _status_command(
    store: AnyStore,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON; times in UTC.")] = False,
) -> None:
    from ..crawl import Shards, read_status, read_statuses  # noqa: PLC0415  SQLite is loaded only for those who need it

    with _complaining():
        status = read_statuses(Shards(store).paths(), str(store)) if store.is_dir() else read_status(store)
    if as_json:
        write(json.dumps(asdict(status), default=datetime.isoformat, ensure_ascii=False, indent=2) + "\n", json=True)
    else:
        write("".join(f"{printable(line)}\n" for line in _lines(status)))


def _report_command(
    store: StoreArgument, out: Annotated[Path, typer.Argument(metavar="OUT.html", help="The page to write.")]
) -> None:
    from ..crawl import write_report  # noqa: PLC0415  SQLite is loaded only for those who need it

    with _complaining():
        write_report(store, out)
    errors().print(f"{printable(str(out))} is written; open it in a browser", soft_wrap=True)


@contextmanager
def _complaining() -> Iterator[None]:
    try:
        yield
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error


def _lines(status: Status) -> Iterator[str]:
    yield f"store     {status.store}"
    yield f"pages     {status.pages:,} known, {status.pages - status.queued:,} done, {status.queued:,} queued"
    yield (
        f"articles  {status.articles:,}, {status.duplicates:,} of them repeat another; "
        f"{status.versions:,} versions in all"
    )
    if status.first_fetch and status.last_fetch:
        yield f"fetched   from {_shown(status.first_fetch)} to {_shown(status.last_fetch)}"
        yield f"          {_size(status.bytes)}, {status.mean_seconds or 0:.3f} s a page"
    yield from _block("done", [f"{pages:>9,}  {outcome}" for outcome, pages in status.outcomes.items()])
    hosts = [
        f"{host.queued:>9,}  {host.origin}  ({host.visited:,} asked for, {host.failed:,} failed)"
        + (f"  waits until {_shown(host.next_at)}" if host.next_at else "")
        for host in status.hosts
    ]
    if status.host_count > len(status.hosts):
        hosts.append(f"           and {status.host_count - len(status.hosts):,} more hosts")
    yield from _block("queued", hosts)
    failures = [
        f"{failure.pages:>9,}  {failure.error}{f' {failure.status}' if failure.status else ''}"
        + (f"  ({failure.waiting:,} more wait for another attempt)" if failure.waiting else "")
        + f"\n           {failure.message or ''} [{failure.url}]"
        for failure in status.failures
    ]
    yield from _block("failed", failures)


def _block(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        yield from lines


def _shown(moment: datetime) -> str:
    return moment.astimezone().isoformat(sep=" ", timespec="seconds")


def _size(count: int) -> str:
    """Say a number of bytes in the largest unit that it fills.

    >>> _size(999), _size(4_615_503)
    ('999 bytes', '4.6 MB')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
