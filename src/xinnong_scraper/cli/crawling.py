"""``xinnong crawl``: from addresses to a store, going on where the last run ended."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ..errors import ScraperError
from ..fetch import FetchPolicy
from ..layouts import load_layout
from .dividing import Division, Engine, crawl_divided
from .interrupting import stopping
from .progress import Display
from .terminal import complain

if TYPE_CHECKING:
    from ..crawl import CrawlPolicy
    from ..drift import Baseline
    from ..layouts import Layout

__all__ = ["register"]

CRAWL_HELP = """
Crawl portals into a store, starting at the given addresses; the same command again goes on where it was.

Sections, lists and articles are found by themselves. Ctrl-C finishes what is under way and leaves; a second one leaves
at once. Whatever ends the crawl, nothing that was stored is lost.

\b
[bold]Examples[/bold]
  xinnong crawl http://www.example.cn/
  xinnong crawl http://www.example.cn/ --store news.db --since 2026-01-01 --delay 2 --contact me@example.org
  xinnong crawl http://www.example.cn/ --refresh        ask a crawled portal for news
  xinnong export www.example.cn.db articles.jsonl
  xinnong crawl http://www.a.example/ http://www.b.example/ --workers 4 --store news/
  xinnong merge news/ -o news.db

With --workers the crawl is divided by host among stores in a folder, and so many processes (or, with --engine ray,
workers of a Ray cluster) crawl at once. No host is asked faster for it, so it pays for many portals, not for one.
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("crawl", help=CRAWL_HELP)(_crawl_command)


def _crawl_command(  # noqa: PLR0913  one parameter an option
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Where to start: a home page, a section.")],
    *,
    store: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The store; HOST.db in this folder where it is left out.")
    ] = None,
    delay: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, max=86_400, help="Least time between two requests to one host."),
    ] = 1.0,
    concurrency: Annotated[int, typer.Option(metavar="N", min=1, max=1_000, help="Pages at once.")] = 16,
    max_pages: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Pages asked for in all, over all runs.")
    ] = None,
    max_depth: Annotated[int | None, typer.Option(metavar="N", min=0, help="Links away from the start.")] = None,
    since: Annotated[
        datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The oldest day of an article.")
    ] = None,
    path: Annotated[
        list[str] | None, typer.Option(metavar="/PATH/", help="Only addresses whose path begins so; repeatable.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="No addresses like this, * for anything; repeatable.")
    ] = None,
    subdomains: Annotated[bool, typer.Option("--subdomains", help="What lies below the hosts, too.")] = False,
    layout: Annotated[str | None, typer.Option(metavar="NAME_OR_FILE", help="Try this layout first.")] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="How a site's operator can reach you; sent along.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask pages that were read before for news and changes.")
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What is normal for these sites, by xinnong check --learn.")
    ] = None,
    keep_raw: Annotated[
        bool, typer.Option("--keep-raw", help="Keep the pages too, so that they can be read again.")
    ] = False,
    no_robots: Annotated[bool, typer.Option("--no-robots", help="Do not ask for robots.txt.")] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.001, max=86_400, help="The most time that one fetch may take.")
    ] = 30.0,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1_000, help="Divide the crawl among so many workers.")
    ] = None,
    stores: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=4_096, help="Stores of a new folder; default: 32 or more.")
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="Where the workers are: processes of this machine, or a Ray cluster's.")
    ] = Engine.LOCAL,
) -> None:
    from ..crawl import CrawlPolicy  # noqa: PLC0415  the network library is loaded by those who crawl
    from ..drift import Baseline  # noqa: PLC0415  as above

    try:
        fetch = FetchPolicy(
            delay=delay, retries=0, respect_robots=not no_robots, allow_private=allow_private, timeout=timeout,
            contact=contact,
        )  # fmt: skip
        policy = CrawlPolicy(
            fetch=fetch, concurrency=concurrency, max_pages=max_pages, max_depth=max_depth, subdomains=subdomains,
            since=date.fromordinal(since.toordinal()) if since else None, prefixes=tuple(path or ()),
            exclude=tuple(exclude or ()), keep_raw=keep_raw,
        )  # fmt: skip
        layouts = [load_layout(layout)] if layout else []
        normal = Baseline.load(baseline) if baseline else None
    except (ValueError, ScraperError) as error:
        raise typer.BadParameter(str(error)) from error
    if workers:
        folder = store or _store_of(urls[0]).with_suffix(".stores")
        division = Division(folder, workers, stores, engine)
        good = crawl_divided(urls, division, policy, layouts=layouts, normal=normal, refresh=refresh)
        if not good:
            raise typer.Exit(1)
        return
    if not _crawl(urls, store or _store_of(urls[0]), policy, layouts=layouts, normal=normal, refresh=refresh):
        raise typer.Exit(1)


def _store_of(url: str) -> Path:
    host = urlsplit(url).netloc.rpartition("@")[2].replace(":", "_") if "://" in url else ""
    if not host:
        raise typer.BadParameter(f"{url!r} is no http(s) address", param_hint="URL")
    return Path(f"{host}.db")


def _crawl(
    urls: list[str], path: Path, policy: CrawlPolicy, *, layouts: list[Layout], normal: Baseline | None, refresh: bool
) -> bool:
    """Crawl and say how it ended; False if pages failed or the store could not be used."""
    from ..crawl import Crawler, Store  # noqa: PLC0415  as above

    display = Display(path)
    try:
        with Store(path, create=True, keep_raw=policy.keep_raw) as store, display:
            crawler = Crawler(
                store, policy, layouts=layouts, on_event=display.show, baseline=normal, on_drift=display.warn
            )
            display.watch(store, crawler)
            with stopping(crawler.stop, display.say):
                stats = crawler.run(urls, refresh=refresh)
            counts = store.counts()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="URL") from error
    except ScraperError as error:
        complain(str(error))
        return False
    display.summary(stats, counts)
    return stats.failed == 0
