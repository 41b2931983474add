"""``xinnong inspect``: what was read from a page, and where on it."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003  typer asks for it at run time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from .. import FetchPolicy, ScraperError
from .pages import STANDARD_INPUT, clock, is_address, loaded, saved_bytes
from .terminal import complain, printable, tell, write

if TYPE_CHECKING:
    from .. import Layout
    from ..inspection import Inspection
    from ..page import FetchedPage

__all__ = ["register"]

HELP = """
Show what was read from a page and where on it, as one HTML file for a browser.

The file has the record beside a copy of the page in which each field is
marked: click a field to see its place. Every field has its evidence, its
confidence and the candidates that lost. The file is complete in itself; it
loads nothing and runs nothing, whatever the page holds. Without --output its
name is that of the page with the ending .inspect.html, in this folder.

With --diff and two pages: what differs between them, in the record and in the
markup that holds it. Without --output it is printed as text.

The exit code is 0 if the file was written, also for a page that is no
article, 1 if a page cannot be had or the file cannot be written, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong inspect https://news.example.cn/a/20180428/1.html --open
  xinnong inspect saved.html --url https://news.example.cn/a/1.html -o look.html
  xinnong inspect --diff before.html after.html
  xinnong inspect --diff before.html after.html -o changes.html
"""
_LONGEST_NAME: Final = 80  # characters of a file's name that comes from an address
_UNFIT = re.compile(r"[^\w.-]+")
_ENDING = re.compile(r"\.(?:s?html?|php|jsp|aspx?)$", re.IGNORECASE)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("inspect", help=HELP)(_inspect_command)


def _inspect_command(
    targets: Annotated[
        list[str], typer.Argument(metavar="URL_OR_FILE", help="An address, a file, or - ; two of them with --diff.")
    ],
    *,
    out: Annotated[
        str | None, typer.Option("--output", "-o", metavar="OUT.html", help="The file to write; - prints it.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the file in the browser.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Compare two pages, the old and the new.")] = False,
    layout: Annotated[
        str | None, typer.Option(metavar="NAME_OR_FILE", help="Read by this layout instead of the best fitting one.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where the saved page came from.")] = None,
    now: Annotated[
        datetime | None,
        typer.Option(metavar="ISO", parser=clock, help="When the saved page was seen: the clock for 昨天 13:44."),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
) -> None:
    _refuse_contradictions(targets, diff=diff, out=out, show=show, url=url, now=now)
    chosen = loaded(layout)
    pages = []
    for target in targets:
        page = _inspected(target, chosen, url, now, FetchPolicy(allow_private=allow_private))
        if page is None:
            raise typer.Exit(1)
        pages.append(page)
    if diff:
        _compare(pages[0], pages[1], out or (_name(targets[1], "diff") if show else None), show=show)
    else:
        _show(pages[0], out or _name(targets[0], "inspect"), show=show)


def _refuse_contradictions(
    targets: list[str], *, diff: bool, out: str | None, show: bool, url: str | None, now: datetime | None
) -> None:
    if len(targets) != 1 + diff:
        wanted = "--diff takes two pages, the old and the new" if diff else "one page at a time; two go with --diff"
        raise typer.BadParameter(wanted, param_hint="URL_OR_FILE")
    saved = [target for target in targets if not is_address(target)]
    for option, value in (("--url", url), ("--now", now)):
        if value is not None and not saved:
            raise typer.BadParameter("it goes with saved pages", param_hint=option)
    if targets.count(STANDARD_INPUT) > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="URL_OR_FILE")
    if show and out == STANDARD_INPUT:
        raise typer.BadParameter("it goes with a file; -o - prints the page", param_hint="--open")


def _inspected(
    target: str, layout: Layout | None, url: str | None, now: datetime | None, policy: FetchPolicy
) -> Inspection | None:
    """Fetch or open a page and look at it, or return None after a line on standard error."""
    from ..inspection import inspect_page  # noqa: PLC0415  loaded only for those who look at pages

    try:
        if is_address(target):
            return inspect_page(_fetched(target, policy), layout=layout)
        return inspect_page(saved_bytes(target), url=url, layout=layout, now=now)
    except ScraperError as error:
        complain(f"{target}: {error.message} ({type(error).__name__})")
    except OSError as error:
        complain(f"{target}: {error.strerror or error}")
    return None


def _fetched(url: str, policy: FetchPolicy) -> FetchedPage:
    from ..fetch import Fetcher  # noqa: PLC0415  the network library is loaded only for those who fetch

    with Fetcher(policy) as fetcher:
        return fetcher.fetch(url)


def _show(page: Inspection, out: str, *, show: bool) -> None:
    from ..inspection import render_inspection  # noqa: PLC0415

    _give(render_inspection(page), out, show=show)
    if page.error is not None:
        tell(f"no record: {page.error.message}")


def _compare(old: Inspection, new: Inspection, out: str | None, *, show: bool) -> None:
    from ..inspection import describe_diff, render_diff  # noqa: PLC0415

    if out is None:
        write(printable(describe_diff(old, new)))
    else:
        _give(render_diff(old, new), out, show=show)


def _give(html: str, out: str, *, show: bool) -> None:
    """Print the page or write it to a file, whole or not at all; open it if asked to."""
    if out == STANDARD_INPUT:
        write(html)
        return
    from ..export.replacing import new_file, writing  # noqa: PLC0415

    path = Path(out)
    try:
        with new_file(path) as file, writing(path):
            file.write(html.encode())
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    tell(f"{out} is written{'' if show else '; open it in a browser'}")
    if show:
        import webbrowser  # noqa: PLC0415

        if not webbrowser.open(path.resolve().as_uri()):
            complain(f"no browser was found; open {out} yourself")
            raise typer.Exit(1)


def _name(target: str, kind: str) -> str:
    """Name the file for a page: after its own name, or the last part of its address, else the host.

    >>> _name("pages/saved.html", "inspect"), _name("http://www.example.cn/a/2018/", "inspect"), _name("-", "inspect")
    ('saved.inspect.html', '2018.inspect.html', 'page.inspect.html')
    """
    if target == STANDARD_INPUT:
        stem = "page"
    elif is_address(target):
        parts = urlsplit(target)
        stem = parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or "page"
    else:
        stem = Path(target).name
    stem = _UNFIT.sub("-", _ENDING.sub("", stem)).strip("-.")
    return f"{stem[:_LONGEST_NAME] or 'page'}.{kind}.html"
