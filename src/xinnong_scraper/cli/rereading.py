"""``xinnong extract-again``: the records of a store, read again from the pages that it kept."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path  # noqa: TC003  typer asks for it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from .. import ScraperError
from ..layouts import load_layout
from .terminal import complain, errors, output, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import Layout
    from ..crawl import Changes, PageChange

__all__ = ["register"]

HELP = """
Read the pages of a crawl again that were kept with --keep-raw: with this
version of the package, or with another layout, without a single request.

What changed is told field by field, each with an example. A record with
another title or text becomes a new version, other changes replace it. Killed
or interrupted, the same command does the rest.

The exit code is 0 if every page could be read, 1 if not, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong extract-again news.example.cn.db --dry-run
  xinnong extract-again news.example.cn.db --layout mine.toml
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("extract-again", help=HELP)(_extract_again_command)


def _extract_again_command(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The file of a crawl.")],
    *,
    layout: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME_OR_FILE", help="Try this layout before the built-in ones; may be repeated."),
    ] = None,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Ask trafilatura where confidence is low.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, and write nothing.")] = False,
) -> None:
    layouts = [_loaded(name) for name in layout or ()]
    try:
        changes = _read_again(store, layouts, second_opinion=second_opinion, write=not dry_run)
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--layout") from error
    console = output()
    for line in _lines(changes, dry_run=dry_run):
        console.print(printable(line), soft_wrap=True)
    if changes.unread:
        raise typer.Exit(1)


def _loaded(name: str) -> Layout:
    try:
        return load_layout(name)
    except ScraperError as error:
        raise typer.BadParameter(str(error), param_hint="--layout") from error


def _read_again(path: Path, layouts: list[Layout], *, second_opinion: bool, write: bool) -> Changes:
    from ..crawl import Store, extract_again  # noqa: PLC0415  loaded only for those who have a store

    shown = errors().status("reading") if sys.stderr.isatty() else nullcontext()
    with Store(path) as store, shown as status:
        return extract_again(
            store,
            layouts=layouts,
            second_opinion=second_opinion,
            write=write,
            on_page=None if status is None else lambda count: status.update(f"{count} pages read"),
        )


def _lines(changes: Changes, *, dry_run: bool) -> Iterator[str]:
    """Yield what changed, a line for each thing that did."""
    would = "would change" if dry_run else "changed"
    yield f"{changes.pages} pages read again, {changes.articles} of them articles"
    yield f"{changes.changed} records {would}, {changes.versions} of them in title or text"
    for name, change in changes.fields.items():
        yield f"  {name:<20}{change.records:>8}  {change.old} → {change.new}  {change.url}"
    yield from _moved("became articles", changes.became)
    yield from _moved("are no articles any more", changes.stopped)
    yield from _moved("could not be read", changes.unread)


def _moved(what: str, change: PageChange | None) -> Iterator[str]:
    if change is not None:
        yield f"{change.pages} pages {what}, the first: {change.url} ({change.reason})"
