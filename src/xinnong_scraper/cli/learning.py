"""``xinnong learn``: a layout from pages of one site, and a proposal for a layout that no longer fits."""

from __future__ import annotations

from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import FetchPolicy, ScraperError
from ..errors import LayoutError
from .terminal import complain, tell, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..crawl import Store
    from ..learn import FieldLesson, Lesson, Repair
    from ..page import FetchedPage

__all__ = ["register"]

LARGEST_FILE = 64 * 1024 * 1024
MOST_PAGES = 20
MOST_SELECTED = 60
"""Pages taken from a store or a folder, from which the pages to learn from are spread."""
PAGE_FILES = (".html", ".htm", ".shtml", ".xhtml")

HELP = """
Write a layout for a site from 3 to 20 of its pages: addresses, saved files,
folders of them, or the pages that a crawl kept (--from STORE).

No labels are needed: what repeats is template, what varies is content. The
file says on how many pages each selector hit. A table on standard error tells
field by field what was learned, and whether the layout reads these pages
better than the general engine does. Look at the file before you use it.

With --repair LAYOUT the selectors of a layout are tried on newer pages; those
that no longer hold are replaced. That is a proposal: LAYOUT is not changed.

The exit code is 0 if there is a layout, 1 if nothing could be learned, 2 for
misuse.

\b
[bold]Examples[/bold]
  xinnong learn pages/*.html --name village -o village.toml
  xinnong learn https://news.example.cn/{1,2,3}.html --name village
  xinnong learn --from news.example.cn.db --name village -o village.toml
  xinnong learn --repair village.toml --from news.example.cn.db -o new.toml
"""

_Page = tuple[str | bytes, str | None]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("learn", help=HELP)(_learn_command)


def _learn_command(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="PAGES_OR_URLS", help="Files, folders, or addresses of one site.")
    ] = None,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="The layout's name; left out, the site's host.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write; left out, standard output.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--from", metavar="STORE", help="Pages that a crawl kept with --keep-raw.")
    ] = None,
    repair: Annotated[
        str | None, typer.Option(metavar="LAYOUT", help="Propose a change of this layout, a name or a file.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="An address of the site, for saved pages that name none.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private and loopback addresses, too.")
    ] = False,
) -> None:
    if not targets and store is None:
        raise typer.BadParameter("give pages, addresses, or --from STORE")
    if repair is not None and out is not None and out.exists() and Path(repair).exists() and out.samefile(repair):
        raise typer.BadParameter("a proposal does not replace the layout; give another file", param_hint="--out")
    missing = False
    try:
        given = list(_given(targets or [], url, FetchPolicy(allow_private=allow_private)))
        pages = [*(page for page in given if page is not None), *_kept(store)]
        missing = None in given
        text, good = _repaired(repair, pages) if repair is not None else _learned(pages, name)
        _put(text, out)
    except LayoutError as error:
        raise typer.BadParameter(str(error), param_hint="--repair") from error
    except ScraperError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    except ValueError as error:
        if not missing:
            raise typer.BadParameter(str(error)) from error
        complain(str(error))
        raise typer.Exit(1) from error
    except OSError as error:
        complain(f"{error.filename or out}: {error.strerror or error}")
        raise typer.Exit(1) from error
    if not good:
        raise typer.Exit(1)


def _given(targets: list[str], url: str | None, policy: FetchPolicy) -> Iterator[_Page | None]:
    """The pages that were named one by one; None for one that cannot be had, which is told."""
    addresses = [target for target in targets if "://" in target[:16]]
    for target in targets:
        if target in addresses:
            continue
        path = Path(target)
        for file in _files(path) if path.is_dir() else [path]:
            if file.stat().st_size > LARGEST_FILE:
                complain(f"{file}: larger than {LARGEST_FILE} bytes, so it is no page")
                yield None
            else:
                yield file.read_bytes(), url
    if addresses:
        yield from _fetched(addresses, policy)


def _files(folder: Path) -> list[Path]:
    found = sorted(file for file in folder.rglob("*") if file.suffix.lower() in PAGE_FILES and file.is_file())
    return [found[index] for index in _spread(len(found), MOST_SELECTED)]


def _spread(count: int, most: int) -> list[int]:
    """Indexes of at most so many of a list's items, evenly spread."""
    return list(range(count)) if count <= most else [index * count // most for index in range(most)]


def _fetched(addresses: list[str], policy: FetchPolicy) -> Iterator[_Page | None]:
    from ..fetch import Fetcher  # noqa: PLC0415  the network library is loaded only where pages are fetched

    with Fetcher(policy) as fetcher:
        for address in addresses[:MOST_SELECTED]:
            try:
                yield _decoded(fetcher.fetch(address))
            except ScraperError as error:
                complain(f"{address}: {error.message} ({type(error).__name__})")
                yield None


def _decoded(page: FetchedPage) -> _Page:
    from ..decode import decode_html  # noqa: PLC0415

    return decode_html(page.body, page.headers.get("content-type")).text, page.url


def _kept(path: Path | None) -> Iterator[_Page]:
    """The newest articles that a crawl kept as they came."""
    if path is None:
        return
    from ..crawl import Store  # noqa: PLC0415  SQLite is loaded only for those who have a store
    from ..errors import StoreError  # noqa: PLC0415

    if not path.exists():
        raise StoreError("there is no such store", path=str(path))
    with Store(path) as store:
        newest = nlargest(MOST_SELECTED, _moments(store))
        if not newest:
            raise StoreError(
                "the store holds no pages as they came; a crawl with --keep-raw keeps them", path=str(path)
            )
        for index in _spread(len(newest), MOST_PAGES):
            for page in store.raw_pages(after=newest[index][1] - 1, limit=1):
                yield _decoded(page.parts[0])


def _moments(store: Store) -> Iterator[tuple[float, int]]:
    """When each page that may be an article was fetched, and its number."""
    last = 0
    while pages := store.raw_pages(after=last, limit=50):
        last = pages[-1].id
        for page in pages:
            if page.parts and (page.outcome == "article" or page.kind == "item"):
                yield page.parts[0].fetched_at.timestamp(), page.id


def _learned(pages: list[_Page], name: str) -> tuple[str, bool]:
    from ..learn import study  # noqa: PLC0415  only this command learns

    lesson = study(pages, name=name)
    _table(lesson.fields, tell)
    for line in _verdict(lesson):
        tell(line)
    return lesson.toml, lesson.has_learned


def _table(fields: tuple[FieldLesson, ...], say: Callable[[str], None]) -> None:
    for lesson in fields:
        shown = "; ".join(selector.css or f"meta {selector.meta}" for selector in lesson.selectors)
        if shown:
            better = f", {lesson.gain} better than the general engine" if lesson.gain else ""
            hits = " + ".join(map(str, lesson.hits))
            say(f"{lesson.field}: {shown} (hit on {hits} of {lesson.pages}{better})")
        elif lesson.agree:
            say(f"{lesson.field}: no selector ({lesson.note})")


def _verdict(lesson: Lesson) -> Iterator[str]:
    yield f"{lesson.articles} articles, {lesson.lists} list pages, {lesson.others} pages left aside"
    if lesson.opened:
        yield f"{lesson.opened} more articles, which the general engine takes for lists of links"
    for field, count in lesson.outcome.found.items():
        yield f"{field}: found on {count} pages where the general engine finds none"
    for field, count in lesson.outcome.changed.items():
        yield f"{field}: read differently from the general engine on {count} pages"
    if lesson.hashed:
        yield "most class names of this site are made by a tool; only names made of words were relied on"
    if not lesson.has_learned:
        yield "nothing was learned: the general engine reads these pages as well without a layout"
    elif not lesson.gain:
        yield "no gain was seen: the general engine reads these pages the same without the layout"


def _repaired(layout: str, pages: list[_Page]) -> tuple[str, bool]:
    from ..learn import repair_layout  # noqa: PLC0415  only this command learns

    repair = repair_layout(layout, pages)
    for line in _evidence(repair):
        tell(line)
    _table(repair.fields, tell)
    return repair.toml, True


def _evidence(repair: Repair) -> Iterator[str]:
    for check in repair.checks:
        shown = check.selector.css or f"meta {check.selector.meta}"
        state = "holds" if check.holds else "is broken"
        yield f"{check.field}: {shown} {state} (hit on {check.hits} of {check.pages}, rightly on {check.agree})"
    if not repair.broken:
        yield f"no selector is broken on these {repair.articles} articles; there is nothing to repair"


def _put(text: str, out: Path | None) -> None:
    if out is None:
        write(text)
        return
    out.write_text(text, encoding="utf-8")
    tell(f"{out} is written")
