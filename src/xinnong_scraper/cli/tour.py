"""``xinnong demo``: one article, from a portal on this machine to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.table import Table

from .. import FetchPolicy, ScraperError, extract
from ..byline import shown_time
from .terminal import complain, output, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from .. import Article

__all__ = ["register"]

SHOWN_PARAGRAPHS = 3
WIDTH_BESIDE_PATHS = 58  # columns that the rest of the table of evidence takes

HELP = """
Start a small news portal on this machine, read one of its articles over HTTP, and show the record.

Nothing outside this machine is contacted.

\b
[bold]Examples[/bold]
  xinnong demo
  NO_COLOR=1 xinnong demo | less
"""

NEXT = """What to type next
  xinnong extract URL                     the same for a page on the web, as JSON
  xinnong extract saved.html --url URL    for a page that you have, without fetching
  xinnong extract --help                  other forms: jsonl, markdown, jsonld, text
  xinnong layouts                         which portals are known; add yours as one file
  xinnong schema                          every field of a record and what it means
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("demo", help=HELP)(_demo_command)


def _demo_command() -> None:
    from ..replica import ReplicaPortal  # noqa: PLC0415  only this command needs a server

    console = output()
    with ReplicaPortal() as portal:
        address = portal.url_of(portal.articles[0])
        console.print(f"A portal runs at {portal.url}; reading {address}\n", style="dim", soft_wrap=True)
        try:
            article = extract(address, policy=FetchPolicy(allow_private=True))
        except ScraperError as error:
            complain(str(error))
            raise typer.Exit(1) from error
    _show(console, article)
    console.print()
    console.print(NEXT, end="", soft_wrap=True)


def _show(console: Console, article: Article) -> None:
    console.print(printable(article.title or "(no title)"), style="bold", soft_wrap=True)
    for line in _facts(article):
        console.print(printable(line), soft_wrap=True)
    console.print()
    for paragraph in article.paragraphs[:SHOWN_PARAGRAPHS]:
        console.print(printable(paragraph) + "\n", soft_wrap=True)
    if len(article.paragraphs) > SHOWN_PARAGRAPHS:
        console.print(f"... and {len(article.paragraphs) - SHOWN_PARAGRAPHS} more paragraphs\n", style="dim")
    _show_around(console, article)
    console.print("Where each field came from", style="bold")
    console.print(_evidence(article, width=console.width))


def _facts(article: Article) -> Iterator[str]:
    """Yield a line for each fact about the article that the page gave."""
    facts = {
        "source": article.source,
        "published": shown_time(article),
        "authors": "、".join(article.authors),
        "section": " > ".join(crumb.name for crumb in article.breadcrumb),
        "site": article.site_name,
        "decoded as": article.encoding,
        "layout": article.layout,
        "confidence": f"{article.confidence:.2f}",
    }
    for name, value in facts.items():
        if value:
            yield f"  {name:<11}{value}"


def _show_around(console: Console, article: Article) -> None:
    """Print the disclaimer and the teasers."""
    if article.disclaimer is not None:
        console.print(printable(article.disclaimer.heading or "Disclaimer"), style="bold")
        for number, clause in enumerate(article.disclaimer.clauses, start=1):
            console.print(printable(f"  {number}. {clause}"), soft_wrap=True)
        console.print()
    if article.teasers:
        console.print(f"Related articles ({len(article.teasers)})", style="bold")
        for teaser in article.teasers:
            console.print(printable(f"  {teaser.title}"), soft_wrap=True)
            console.print(printable(f"    {teaser.url or '(no address)'}"), style="dim", soft_wrap=True)
        console.print()


def _evidence(article: Article, *, width: int) -> Table:
    """Return a table with a line for each field; of long paths their ends, since the record has them in full."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("field", "strategy", "rule", "path", "conf."):
        table.add_column(heading, no_wrap=heading in {"field", "strategy", "conf."}, overflow="fold")
    room = max(20, width - WIDTH_BESIDE_PATHS)
    for field, evidence in article.evidence.items():
        path = _end_of(evidence.path or "-", room)
        table.add_row(field, evidence.strategy, evidence.rule, path, f"{evidence.confidence:.2f}")
    return table


def _end_of(path: str, room: int) -> str:
    """Return as many of the last steps of a CSS path as fit, the last one in any case.

    >>> _end_of("html > body > div > p", 14)
    '… > div > p'
    """
    steps = path.split(" > ")
    while len(path) > room and len(steps) > 1:
        steps = steps[1:]
        path = " > ".join(["…", *steps])
    return path
