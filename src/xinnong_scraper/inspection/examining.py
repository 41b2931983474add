"""Reading a page so that everything found on the way can be looked at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Final

from ..errors import ScraperError
from ..extraction.contests import find_rivals
from ..extraction.paths import PathFinder
from ..extraction.saved import open_page, read_open
from ..layouts import resolve_layout, weigh_layouts
from ..page import FetchedPage, Page
from ..records import Article

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import TypeAlias

    from ..extraction.contests import Rival
    from ..extraction.reading import Reading
    from ..layouts import Layout

    Subject: TypeAlias = "Article | FetchedPage | Page | str | bytes | Inspection"

__all__ = ["Inspection", "inspect_page"]

_MOST_HEADINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Inspection:
    """One page and what was made of it."""

    article: Article | None
    """The record; None where the page gave none."""
    error: ScraperError | None = None
    """Why there is no record."""
    page: Page | None = field(default=None, repr=False)
    """The page as it was read; None where only the record is known, or the bytes are no HTML."""
    rivals: Mapping[str, list[Rival]] = field(default_factory=dict, repr=False)
    """For each field the candidates that did not win."""
    headings: list[tuple[str, str]] = field(default_factory=list)
    """The headings that open parts of the page (阅读延展), each with a CSS path."""
    layouts: list[tuple[str, int]] = field(default_factory=list)
    """The layouts with what their signs on the page weigh, the heaviest first; empty where one was given."""
    seconds: float | None = None
    """From the bytes to the record, once layouts are loaded; None for a page that was parsed before."""

    @property
    def url(self) -> str | None:
        """The page's address, where it is known."""
        if self.article is not None:
            return self.article.url
        return self.page.url if self.page is not None else self.error.url if self.error is not None else None


def inspect_page(
    subject: Subject,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    layout: Layout | str | Path | None = None,
    now: datetime | None = None,
) -> Inspection:
    """Read a page and keep the candidates, the layouts weighed and the time taken.

    ``subject`` is a page's HTML (text, or better the bytes), a FetchedPage or a Page; of an Article only the record can
    be shown. ``url``, ``headers``, ``layout`` and ``now`` are those of :func:`~xinnong_scraper.extract_html`; a fetched
    page has its own address, headers and clock. A page that is no article gives an inspection with an ``error``. Raises
    LayoutError, and TypeError for an argument of another type.
    """
    if isinstance(subject, Inspection):
        return subject
    if isinstance(subject, Article):
        return Inspection(subject)
    chosen = resolve_layout(layout) if layout is not None else None
    if isinstance(subject, Page):
        return _read(subject, chosen, now)
    if isinstance(subject, FetchedPage):
        return _open(subject.body, subject.url, subject.headers, chosen, subject.fetched_at)
    if not isinstance(subject, str | bytes):
        raise TypeError(f"an article, a page or its HTML is needed, not {type(subject).__name__}")
    return _open(subject, url or None, headers, chosen, now)


def _open(
    html: str | bytes, url: str | None, headers: Mapping[str, str] | None, layout: Layout | None, now: datetime | None
) -> Inspection:
    try:
        found = _read(open_page(html, url=url, headers=headers), layout, now)
    except ScraperError as error:
        return Inspection(None, error)
    start = perf_counter()  # of a second reading: the first may have had layouts to load
    with suppress(ScraperError):
        read_open(open_page(html, url=url, headers=headers), now=now, layout=layout)
    return replace(found, seconds=perf_counter() - start)


def _read(page: Page, layout: Layout | None, now: datetime | None) -> Inspection:
    readings: list[Reading] = []
    article, error = None, None
    try:
        article = read_open(page, now=now, layout=layout, watch=readings.append)
    except ScraperError as problem:
        error = problem
    weighed = weigh_layouts(page) if layout is None else []
    found = Inspection(
        article,
        error,
        page,
        layouts=[(each.name, weight) for each, weight in sorted(weighed, key=lambda pair: -pair[1])],
    )
    if not readings:
        return found
    (reading,) = readings
    rivals = find_rivals(reading, article.evidence if article is not None else None)
    return replace(found, page=reading.page, rivals=rivals, headings=_headings(reading))


def _headings(reading: Reading) -> list[tuple[str, str]]:
    paths = PathFinder()
    lines = [reading.lines[region.head] for region in reading.regions[:_MOST_HEADINGS]]
    return [(line.text, paths.path(line.node) or "") for line in lines]
