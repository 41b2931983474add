"""``xinnong check``: whether a site has changed, so that records are lost or go wrong."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from .. import FetchPolicy, ScraperError
from .pages import is_address, saved_bytes
from .terminal import complain, printable, tell, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..drift import Baseline, Finding, Observation, Verdict
    from ..fetch import Fetcher

__all__ = ["register"]

HELP = """
Tell whether a site has changed, so that records are lost or go wrong.

Given the store of a crawl, the newest 100 pages of each site are compared with
what is normal: the baseline of --baseline, else the one that a crawl has noted
in the store, else the older pages of the store. Given pages (addresses or
saved files), they are compared with the baseline of --baseline.

The verdict is ok, drifting (values still come, but from elsewhere or in other
forms) or broken (records are lost, or lack title, text or date). A single
unusual article is neither. With --learn the pages given are taken as normal
and written to --baseline, or noted in the store: after a redesign that is read
well, learn again with --since its day.

The exit code is 0 for ok, 3 for drifting, 4 for broken; 1 if pages or files
could not be read, 2 for misuse.

\b
[bold]Examples[/bold]
  xinnong check news.example.cn.db
  xinnong check news.example.cn.db --learn --baseline normal.json
  xinnong check today/*.html --baseline normal.json
  xinnong check news.example.cn.db > verdict.txt || mail -s "news portal" me@example.org < verdict.txt
"""

EXIT_CODES: Final = {"ok": 0, "drifting": 3, "broken": 4}
_MAGIC: Final = b"SQLite format 3\0"
_FEWEST: Final = 6


class _Known(NamedTuple):
    """What there is to compare with, and to compare."""

    baseline: Baseline
    pages: list[Observation]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("check", help=HELP)(_check_command)


def _check_command(
    targets: Annotated[list[str], typer.Argument(metavar="STORE|PAGE...", help="A store; or addresses and files.")],
    *,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="What is normal, as --learn wrote it.")] = None,
    learn: Annotated[bool, typer.Option("--learn", help="Take these pages as normal, and write that down.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Of a store, only what was fetched from this day on."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
) -> None:
    store = _store(targets)
    if store is None and baseline is None:
        raise typer.BadParameter("saved pages and addresses need it", param_hint="--baseline")
    if store is None and since is not None:
        raise typer.BadParameter("it goes with a store", param_hint="--since")
    try:
        if learn:
            _learn(store, targets, baseline, since=since, allow_private=allow_private)
            return
        known = _known_of_store(store, baseline, since) if store else _known_of_pages(targets, baseline, allow_private)
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    _print_verdict(known, as_json=as_json)


def _store(targets: Sequence[str]) -> Path | None:
    """Give the store among the targets, which must be the only one."""
    stores = [Path(target) for target in targets if not is_address(target) and _is_store(Path(target))]
    if stores and len(targets) > 1:
        raise typer.BadParameter("a store is checked alone", param_hint="STORE|PAGE...")
    if not stores and len(targets) == 1 and targets[0].endswith(".db") and not is_address(targets[0]):
        return Path(targets[0])
    return stores[0] if stores else None


def _is_store(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _learn(
    store: Path | None, targets: Sequence[str], path: Path | None, *, since: datetime | None, allow_private: bool
) -> None:
    from ..crawl import Store  # noqa: PLC0415  SQLite is loaded only for those who need it
    from ..crawl.observed import keep_baseline, observe_store  # noqa: PLC0415  as above
    from ..drift import Baseline  # noqa: PLC0415  as above

    if store is not None:
        found = observe_store(store, since=since)
        pages = [*found.older, *found.newest]
    else:
        pages = list(_observed(targets, allow_private=allow_private))
    baseline = Baseline.learn(pages)
    if not baseline.profiles:
        complain(f"{len(pages)} pages are too few to learn from; 20 articles of a site are the least")
        raise typer.Exit(1)
    if path is not None:
        baseline.save(path)
    elif store is not None:
        with Store(store) as opened:
            keep_baseline(opened, baseline)
    sites = ", ".join(f"{site} ({profile.pages} pages)" for site, profile in baseline.profiles.items())
    tell(f"learned what is normal: {sites}; it is in {path or store}")


def _known_of_store(path: Path, given: Path | None, since: datetime | None) -> _Known:
    from ..crawl import Store  # noqa: PLC0415  SQLite is loaded only for those who need it
    from ..crawl.observed import kept_baseline, observe_store  # noqa: PLC0415  as above
    from ..drift import Baseline  # noqa: PLC0415  as above

    if given is not None:
        return _Known(Baseline.load(given), observe_store(path, since=since).newest)
    with Store(path) as store:
        noted = kept_baseline(store)
    found = observe_store(path, since=since)
    return _Known(noted or Baseline.learn(found.older), found.newest)


def _known_of_pages(targets: Sequence[str], path: Path | None, allow_private: bool) -> _Known:
    from ..drift import Baseline  # noqa: PLC0415  loaded only for those who check

    return _Known(Baseline.load(path or ""), list(_observed(targets, allow_private=allow_private)))


def _observed(targets: Sequence[str], *, allow_private: bool) -> Iterator[Observation]:
    """Read the pages; those that cannot be had are named on standard error."""
    from ..drift import observe, observe_html  # noqa: PLC0415  loaded only for those who check

    with _fetcher(targets, allow_private=allow_private) as fetcher:
        for target in targets:
            try:
                if fetcher is not None and is_address(target):
                    page = fetcher.fetch(target)
                    found = observe_html(page.body, url=page.url, headers=page.headers, now=page.fetched_at)
                else:
                    found = observe_html(saved_bytes(target))
            except ScraperError as error:
                complain(f"{target}: {error.message} ({type(error).__name__})")
                found = observe(error, url=target)
            except OSError as error:
                complain(f"{target}: {error.strerror or error}")
                raise typer.Exit(1) from error
            if found is not None:
                yield found


def _fetcher(targets: Sequence[str], *, allow_private: bool) -> Fetcher | nullcontext[None]:
    if not any(map(is_address, targets)):
        return nullcontext()
    from ..fetch import Fetcher  # noqa: PLC0415  the network library is loaded by those who fetch

    return Fetcher(FetchPolicy(allow_private=allow_private))


def _print_verdict(known: _Known, *, as_json: bool) -> None:
    from ..drift import check  # noqa: PLC0415  loaded only for those who check

    verdict = check(known.pages, known.baseline)
    if as_json:
        told = {"checked_at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(verdict)}
        write(json.dumps(told, ensure_ascii=False, indent=2) + "\n", json=True)
    else:
        write("".join(f"{printable(line)}\n" for line in _lines(verdict)))
    if not verdict.pages:
        complain("nothing to compare: no site has 20 articles to learn from, or the baseline is of other sites")
        raise typer.Exit(1)
    raise typer.Exit(EXIT_CODES[verdict.status])


def _lines(verdict: Verdict) -> Iterator[str]:
    few = f", too few to tell ({_FEWEST} are the least)" if verdict.pages < _FEWEST else ""
    yield f"{verdict.status}: {verdict.pages} pages compared{few}"
    for finding in verdict.findings:
        yield from _finding_lines(finding)
    if verdict.unknown:
        yield f"not compared, as nothing is known of them: {', '.join(verdict.unknown)}"


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.status}: {finding}"
    rule = f"; the rule was {finding.rule}" if finding.rule else ""
    yield f"  chance while nothing has changed: below {max(finding.probability, 1e-99):.0e}{rule}"
    yield from (f"  {url}" for url in finding.urls)
