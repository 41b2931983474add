"""A page of plots about a crawl: one HTML file without scripts, which loads nothing and shows pages' text as text."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from ..export.replacing import new_file, writing
from .figures import CONFIDENCES, LATENCIES, read_figures
from .plots import Bar, Column, bars, clean, columns, evenly, linked
from .snapshots import reading
from .status import count_status
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from .figures import Figures, Share, Shares
    from .snapshots import StoreLike
    from .status import Failure, Status

__all__ = ["write_report"]

_EMPTY: Final = '<p class="faint">Nothing yet.</p>'


def write_report(store: StoreLike, path: str | PathLike[str]) -> None:
    """Write a report of what a store holds at this moment, replacing the file when it is whole.

    ``store`` is a :class:`Store` or the path of one, ``path`` the HTML file to write. A crawl may go on meanwhile. What
    stands in records (filled fields, warnings, confidence) is counted in an even sample where there are more than
    20,000, and the page says so. Raises :class:`~xinnong_scraper.errors.StoreError` for what is no store, and
    :class:`~xinnong_scraper.errors.ExportError` where the file cannot be written.
    """
    source = store.path if isinstance(store, Store) else Path(store)
    with reading(store) as db:
        status = count_status(db, source)
        figures = read_figures(db)
    page = _page(status, figures).encode()
    target = Path(path)
    with new_file(target) as file, writing(target):
        file.write(page)


def _page(status: Status, figures: Figures) -> str:
    template = Template(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))
    return template.substitute(
        name=clean(Path(status.store).name),
        fetched=_fetched(status),
        tiles="\n".join(_tiles(status)),
        above="\n".join((_timeline(figures), _progress(figures))),
        beside="\n".join(_beside(status, figures)),
        below=_section("Articles that repeat one another", _groups(figures)),
    )


def _fetched(status: Status) -> str:
    if status.first_fetch is None or status.last_fetch is None:
        return "Nothing has been fetched yet."
    first, last = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (status.first_fetch, status.last_fetch))
    return f"Pages as last fetched, from {first} to {last} UTC."


def _tiles(status: Status) -> Iterator[str]:
    failed = sum(failure.pages for failure in status.failures)
    waiting = sum(failure.waiting for failure in status.failures)
    mean = "–" if status.mean_seconds is None else f"{status.mean_seconds:.3g} s"
    for name, value, note in (
        ("Articles", f"{status.articles:,}", f"{status.versions:,} versions kept"),
        ("Repeat another", f"{status.duplicates:,}", _percent(status.duplicates, status.articles)),
        ("Pages known", f"{status.pages:,}", f"on {status.host_count:,} host{'s' * (status.host_count != 1)}"),
        ("Queued", f"{status.queued:,}", _percent(status.queued, status.pages)),
        ("Failed", f"{failed:,}", f"{waiting:,} more to be tried again"),
        ("Mean fetch", mean, f"{status.bytes / 1e6:,.1f} MB of bodies"),
    ):
        yield f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>"


def _timeline(figures: Figures) -> str:
    timeline = figures.timeline
    notes = []
    if timeline.outside:
        notes.append(f"{timeline.outside:,} from before or after are not drawn.")
    if timeline.undated:
        notes.append(f"{timeline.undated:,} have no date.")
    dated = [Column(f"{share.name}: {share.number:,}", (share.number,)) for share in timeline.bins]
    labels = [str(share.name) for share in timeline.bins]
    plot = columns(dated, name=f"Articles a {timeline.unit}", ticks=evenly(labels)) if dated else ""
    return _section(f"Articles a {timeline.unit}, by time of publication", plot, " ".join(notes))


def _beside(status: Status, figures: Figures) -> Iterator[str]:
    yield _section("Articles by section", _shares(figures.sections, "section"))
    yield _section("Articles by source", _shares(figures.sources, "source"))
    yield _section("Filled fields", _rates(figures.coverage, figures.sampled), _sampling(status, figures))
    yield _section("Confidence of records", _confidence(figures), _sampling(status, figures))
    yield _section("Time of a fetch, in seconds", _latency(figures))
    yield _section("Pages by what they were", _counted(status.outcomes))
    yield _section("Errors", _errors(status.failures))
    warned = _rates(figures.warnings, figures.sampled, kind="c") if figures.warnings else ""
    yield _section("Records with warnings", warned, _sampling(status, figures))


def _section(heading: str, content: str, note: str = "") -> str:
    below = f'<p class="note">{note}</p>' if note else ""
    return f"<section><h2>{heading}</h2>{content or _EMPTY}{below}</section>"


def _sampling(status: Status, figures: Figures) -> str:
    if figures.sampled == status.articles:
        return ""
    return f"Counted in an even sample of {figures.sampled:,} of {status.articles:,} articles."


def _progress(figures: Figures) -> str:
    heading = "Progress: pages a minute"
    progress = figures.progress
    if not progress.steps:
        return _section(heading, "")
    step = progress.step
    found = {at: counts for at, *counts in progress.steps}
    steps = range(min(found), max(found) + step, step)
    shown = []
    for at in steps:
        rates = tuple(count * 60 / step for count in found.get(at, (0, 0, 0)))
        shown.append(Column(f"{_clock(at, step)}: {sum(rates):,.0f} a minute", rates))
    plot = columns(
        shown,
        name=heading,
        series=("articles", "other pages", "failed"),
        ticks=evenly([_clock(at, step) for at in steps]),
    )
    note = f"Each page at its last fetch, in steps of {step:,} s; times in UTC."
    if progress.earlier:
        note += f" {progress.earlier:,} pages were fetched earlier, before a pause."
    return _section(heading, plot, note)


def _clock(seconds: int, step: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S" if step < 60 else "%m-%d %H:%M")


def _shares(shares: Shares, what: str) -> str:
    if not shares.top:
        return ""
    longest = max(share.number for share in shares.top)
    rows = [
        Bar(
            f'<bdi lang="zh">{clean(share.name)}</bdi>' if share.name else f"<i>no {what}</i>",
            share.number / longest,
            f"{share.number:,}",
            "a" if share.name else "b",
        )
        for share in shares.top
    ]
    names = f"{shares.other_names:,} more {what}s have" if shares.other_names > 1 else f"1 more {what} has"
    more = f"{names} {shares.others:,} article{'' if shares.others == 1 else 's'}."
    return bars(rows, name=f"Articles by {what}") + (f'<p class="note">{more}</p>' if shares.other_names else "")


def _rates(shares: Sequence[Share], whole: int, kind: str = "a") -> str:
    rows = [
        Bar(clean(share.name), share.number / whole, f"{_percent(share.number, whole)}", kind)
        for share in shares
        if whole
    ]
    return bars(rows, name="Shares of records") if rows else ""


def _counted(counts: dict[str, int]) -> str:
    longest = max(counts.values(), default=0)
    rows = [
        Bar(
            clean(name), count / longest, f"{count:,}", "a" if name == "article" else "c" if name[:1].isupper() else "b"
        )
        for name, count in counts.items()
    ]
    return bars(rows, name="Pages by outcome") if rows else ""


def _percent(count: int, whole: int) -> str:
    """Say a share so that only all is 100 % and only none is 0 %.

    >>> _percent(1, 3), _percent(99_999, 100_000), _percent(1, 100_000), _percent(0, 0)
    ('33.3 %', '> 99.9 %', '< 0.1 %', '–')
    """
    if not whole:
        return "–"
    share = count / whole
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{share:.0%}".replace("%", " %") if share in (0, 1) else f"{share * 100:.1f} %"


def _confidence(figures: Figures) -> str:
    if not any(figures.confidence):
        return ""
    shown = [
        Column(f"{number / CONFIDENCES:.2f} to {(number + 1) / CONFIDENCES:.2f}: {count:,}", (count,))
        for number, count in enumerate(figures.confidence)
    ]
    return columns(shown, name="Confidence", ticks=[(part / 4, f"{part / 4:g}") for part in range(5)])


def _latency(figures: Figures) -> str:
    if not any(figures.latency):
        return ""
    edges = ["0", *(f"{bound:g}" for bound in LATENCIES), "more"]
    shown = [
        Column(f"{low} to {high} s: {count:,}", (count,))
        for low, high, count in zip(edges[:-1], edges[1:], figures.latency, strict=True)
    ]
    ticks = [(number / len(shown), edge) for number, edge in enumerate(edges)]
    return columns(shown, name="Time of a fetch", ticks=ticks)


def _errors(failures: Sequence[Failure]) -> str:
    longest = max((failure.pages + failure.waiting for failure in failures), default=0)
    parts = []
    for failure in failures:
        name = f"{failure.error} {failure.status or ''}".strip()
        value = f"{failure.pages:,}" + (f" + {failure.waiting:,}" if failure.waiting else "")
        row = Bar(clean(name), (failure.pages + failure.waiting) / longest, value, "c")
        more = f"<br>{failure.waiting:,} wait for another attempt." if failure.waiting else ""
        parts.append(bars([row], name=name))
        parts.append(
            f'<p class="example">{linked(failure.url, failure.url)}<br>{clean(failure.message, 300)}{more}</p>'
        )
    return "".join(parts)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _groups(figures: Figures) -> str:
    if not figures.groups:
        return '<p class="faint">No article repeats another.</p>'
    parts = []
    for group in figures.groups:
        members = "".join(f"<li>{linked(title, url)}</li>" for title, url in group.members)
        left = group.count - len(group.members)
        more = f"<li>and {left:,} more</li>" if left > 0 else ""
        parts.append(
            f'<div class="group"><p>{linked(group.title, group.url)} is repeated {_times(group.count)}:</p>'
            f"<ul>{members}{more}</ul></div>"
        )
    many = "1 article is" if figures.group_count == 1 else f"{figures.group_count:,} articles are"
    intro = f"<p>{many} repeated; most often:</p>"
    return f'{intro}<div class="two">{"".join(parts)}</div>'
