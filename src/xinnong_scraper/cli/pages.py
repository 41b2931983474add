"""``xinnong extract``: records of addresses and saved pages."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import FetchPolicy, Scraper, ScraperError
from ..layouts import load_layout
from .formats import Form, is_json, render
from .terminal import complain, errors, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .. import Article, Layout

__all__ = ["is_address", "register", "saved_page"]

STANDARD_INPUT = "-"
LARGEST_FILE = 64 * 1024 * 1024  # bytes; a saved page is never that large, a device or a film is
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")

HELP = """
Print the record of each page: an address, a saved file, or - for standard input.

Records go to standard output in the order given, errors to standard error,
one line each. The exit code is 0 if every page gave a record, 1 if some did
not, 2 for misuse. With --format json and several pages one document follows
the other; jsonl gives one line each.

\b
[bold]Examples[/bold]
  xinnong extract https://news.example.cn/a/20180428/1.html
  xinnong extract saved.html --url https://news.example.cn/a/1.html
  xinnong extract pages/*.html --format jsonl > articles.jsonl
  curl -s https://news.example.cn/a.html | xinnong extract - -f markdown
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("extract", help=HELP)(_extract_command)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the pages are to be read: the options of one call."""

    layout: Layout | None
    url: str | None
    now: datetime | None
    strict: bool
    follow_pages: bool
    second_opinion: bool


def _clock(value: str) -> datetime:
    """Return an ISO time, China's where it names no offset."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no ISO time such as 2018-05-02T09:00:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _extract_command(  # noqa: PLR0913  one parameter an option
    targets: Annotated[list[str], typer.Argument(metavar="URL_OR_FILE", help="Addresses, files, or - .")],
    *,
    form: Annotated[Form, typer.Option("--format", "-f", help="How records are printed.")] = Form.JSON,
    layout: Annotated[
        str | None, typer.Option(metavar="NAME_OR_FILE", help="Read by this layout instead of the best fitting one.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where the one saved page came from.")] = None,
    now: Annotated[
        datetime | None,
        typer.Option(metavar="ISO", parser=_clock, help="When saved pages were seen: the clock for 昨天 13:44."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail where title, body or time is missing.")] = False,
    follow_pages: Annotated[
        bool, typer.Option("--follow-pages", help="Fetch the further pages of an article, too.")
    ] = False,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Ask trafilatura where confidence is low.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.001, max=86_400, help="The most time that one fetch may take."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep pages in this file; fetch again only what has changed.")
    ] = None,
) -> None:
    _refuse_contradictions(targets, url=url, now=now, fetching={"--follow-pages": follow_pages, "--cache": cache})
    reading = _Reading(_loaded(layout), url, now, strict, follow_pages, second_opinion)
    if not _print_records(targets, form, reading, _policy(allow_private, timeout, cache)):
        raise typer.Exit(1)


def _refuse_contradictions(
    targets: list[str], *, url: str | None, now: datetime | None, fetching: Mapping[str, object]
) -> None:
    """Refuse options that would have no effect on the given pages, before anything is read."""
    saved = [target for target in targets if not is_address(target)]
    if url is not None and not len(targets) == len(saved) == 1:
        raise typer.BadParameter("it goes with exactly one saved page", param_hint="--url")
    if now is not None and not saved:
        raise typer.BadParameter("it goes with saved pages; a fetch has its own clock", param_hint="--now")
    for option, value in fetching.items():
        if value and len(saved) == len(targets):
            raise typer.BadParameter("it goes with addresses; nothing is fetched for a saved page", param_hint=option)
    if targets.count(STANDARD_INPUT) > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="URL_OR_FILE")


def _loaded(layout: str | None) -> Layout | None:
    if layout is None:
        return None
    try:
        return load_layout(layout)
    except ScraperError as error:
        raise typer.BadParameter(str(error), param_hint="--layout") from error


def _policy(allow_private: bool, timeout: float | None, cache: Path | None) -> FetchPolicy:
    if cache is not None:
        from ..fetch.cache import check_file  # noqa: PLC0415  SQLite is loaded only for those who keep pages

        try:
            check_file(cache)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--cache") from error
    policy = FetchPolicy(allow_private=allow_private, cache=cache)
    return policy if timeout is None else replace(policy, timeout=timeout)


def _print_records(targets: list[str], form: Form, reading: _Reading, policy: FetchPolicy) -> bool:
    """Print every record and name every failure; True if there was none."""
    printed = 0
    with Scraper(policy=policy, second_opinion=reading.second_opinion) as scraper:
        for number, target in enumerate(targets, start=1):
            with _progress(number, len(targets), target):
                article = _record(scraper, target, reading)
            if article is not None:
                write(render(article, form, first=printed == 0), json=is_json(form))
                printed += 1
    return printed == len(targets)


def _record(scraper: Scraper, target: str, reading: _Reading) -> Article | None:
    """Return the record of one page, or None after a line on standard error."""
    try:
        if is_address(target):
            return scraper.extract(
                target, layout=reading.layout, follow_pages=reading.follow_pages, strict=reading.strict
            )
        return scraper.extract_html(
            saved_page(target), url=reading.url, layout=reading.layout, strict=reading.strict, now=reading.now
        )
    except ScraperError as error:
        complain(f"{target}: {error.message} ({type(error).__name__})")
    except OSError as error:
        complain(f"{target}: {error.strerror or error}")
    return None


def is_address(target: str) -> bool:
    """Tell an address from the name of a file."""
    return "://" in target[:16]


def saved_page(target: str) -> bytes:
    """Return the bytes of a file or of standard input."""
    if target == STANDARD_INPUT:
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        with Path(target).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE} bytes, so it is no page")
    return content


@contextmanager
def _progress(number: int, count: int, target: str) -> Iterator[None]:
    """Show on a terminal which page of several is being read."""
    if count == 1 or not sys.stderr.isatty():
        yield
        return
    with errors().status(f"{number}/{count} {target}"):
        yield
