"""``xinnong export``: the records of a crawl's store as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003  typer asks for it at run time
from typing import Annotated

import typer

from .. import ScraperError
from ..export import Filter, follow_records, form_of, write_records
from .terminal import complain, tell

__all__ = ["day", "register"]

HELP = """
Write the records of a crawl to a file; its ending says the form.

.jsonl and .jsonl.gz hold one record a line, .parquet a table (needs the extra
parquet), .jsonld one schema.org document, .md or a name with a slash at its
end a folder of Markdown files. Of each article the newest version is written,
articles that repeat another one too. A crawl may go on meanwhile.

With --follow, records stored since the last time are appended to a .jsonl
file; FILE.position beside it remembers where it left off, and a kill at any
moment neither loses nor doubles a record. An article that changed is appended
again: of several lines with one url, the last counts.

The exit code is 0 if all was written, 1 if not, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong export news.example.cn.db articles.jsonl
  xinnong export news.example.cn.db april.parquet --since 2018-04-01 --until 2018-04-30
  xinnong export news.example.cn.db farming/ --section 农业 --no-duplicates
  xinnong export news.example.cn.db articles.jsonl --follow
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("export", help=HELP)(_export_command)


def day(value: str) -> date:
    """Read the value of an option that is a day."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no day such as 2018-04-28") from None


def _export_command(  # noqa: PLR0913  one parameter an option
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The file of a crawl.")],
    out: Annotated[str, typer.Argument(metavar="OUT", help="The file or folder to write.")],
    *,
    since: Annotated[
        date | None, typer.Option(metavar="DAY", parser=day, help="Only articles published on this day or later.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(metavar="DAY", parser=day, help="Only articles published on this day or earlier.")
    ] = None,
    section: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only articles of this section; may be repeated.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only articles of this source; may be repeated.")
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="Only articles of this host and those below it; may be repeated."),
    ] = None,
    no_duplicates: Annotated[
        bool, typer.Option("--no-duplicates", help="Leave out articles that repeat another one.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Append what was stored since the last time.")] = False,
) -> None:
    if since and until and until < since:
        raise typer.BadParameter(f"{until} is before {since}", param_hint="--until")
    try:
        form = form_of(out)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="OUT") from None
    if follow and form != "jsonl":
        raise typer.BadParameter("it goes with a .jsonl file", param_hint="--follow")
    wanted = Filter(
        since=since,
        until=until,
        sections=section or None,
        sources=source or None,
        hosts=host or None,
        duplicates=not no_duplicates,
    )
    try:
        count = _export(store, out, wanted, follow=follow)
    except (ScraperError, ImportError) as error:
        complain(str(error))
        raise typer.Exit(1) from error
    tell(f"{count} {'new ' if follow else ''}record{'' if count == 1 else 's'} in {out}")


def _export(path: Path, out: str, wanted: Filter, *, follow: bool) -> int:
    from ..crawl import Store  # noqa: PLC0415  what a crawl takes is loaded only for those who have a store

    with Store(path) as store:
        if not follow:
            return write_records(store.records(wanted=wanted), out)
        return follow_records(lambda after: store.numbered(after=after, wanted=wanted), out, origin=store.identity())
