"""``xinnong case``: a page kept as a test of a layout."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  typer asks for it at run time
from pathlib import Path  # noqa: TC003
from typing import TYPE_CHECKING, Annotated

import typer

from .. import FetchPolicy, ScraperError
from .pages import clock, is_address, loaded, saved_bytes
from .terminal import complain, tell

if TYPE_CHECKING:
    from .. import Layout

__all__ = ["register"]

HELP = """
Keep a page as a test case: its exact bytes, its address and headers, and a
draft of the record to expect.

FOLDER becomes one case, with page.html, response.json and
expected.draft.json. Compare the draft with the page, correct it, and rename
it to expected.json; a draft is no expectation yet, and tests refuse it. Every
field of every case is then a test of its own:

\b
  from xinnong_scraper.testing import fixture_tests
  test_village = fixture_tests("fixtures/village", layout="village.toml")

The exit code is 0 if the case was kept, 1 if the page cannot be had or FOLDER
holds a case already, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong case https://news.example.cn/1.html fixtures/village/harvest
  xinnong case saved.html fixtures/village/school --url https://news.example.cn/2.html
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("case", help=HELP)(_case_command)


def _case_command(
    target: Annotated[str, typer.Argument(metavar="URL_OR_FILE", help="An address, a file, or - .")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the new case.")],
    *,
    layout: Annotated[
        str | None, typer.Option(metavar="NAME_OR_FILE", help="Read by this layout instead of the best fitting one.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What this case is about.")] = "",
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where the saved page came from.")] = None,
    now: Annotated[
        datetime | None,
        typer.Option(metavar="ISO", parser=clock, help="When the saved page was seen: the clock for 昨天 13:44."),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
) -> None:
    for option, value in (("--url", url), ("--now", now)):
        if value is not None and is_address(target):
            raise typer.BadParameter("it goes with a saved page", param_hint=option)
    chosen = loaded(layout)
    try:
        if is_address(target):
            draft = _kept(target, folder, chosen, note, FetchPolicy(allow_private=allow_private))
        else:
            from ..testing import save_case  # noqa: PLC0415  only this command keeps cases

            draft = save_case(folder, saved_bytes(target), url=url, now=now, layout=chosen, note=note)
    except ScraperError as error:
        complain(f"{target}: {error.message} ({type(error).__name__})")
        raise typer.Exit(1) from error
    except OSError as error:
        complain(f"{error.filename or target}: {error.strerror or error}")
        raise typer.Exit(1) from error
    tell(f"{draft} is written; compare it with the page, correct it, and rename it to expected.json")


def _kept(url: str, folder: Path, layout: Layout | None, note: str, policy: FetchPolicy) -> Path:
    """Fetch a page and keep it; the clock for relative dates is the time of the fetch."""
    from ..fetch import Fetcher  # noqa: PLC0415  the network library is loaded only for those who fetch
    from ..testing import save_case  # noqa: PLC0415

    with Fetcher(policy) as fetcher:
        page = fetcher.fetch(url)
    return save_case(
        folder, page.body, url=page.url, headers=page.headers, now=page.fetched_at, layout=layout, note=note
    )
