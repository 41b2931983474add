"""Running the steps of a call: one driver that blocks, one for asyncio, and what a batch hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ScraperError
from .extraction import merge_pages
from .normalize.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from .page import FetchedPage
    from .records import Article

    Steps = Generator[str, FetchedPage, Article]

__all__ = ["MAX_PAGES", "Outcome", "adrive", "check_concurrency", "drive", "with_further_pages"]

MAX_PAGES = 50
"""Pages of one article that are merged at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one address of a batch: either ``article`` or ``error`` is set."""

    url: str
    """The address as it was given."""
    article: Article | None = None
    """The record, where the page gave one."""
    error: ScraperError | None = None
    """Why there is none."""


def drive(steps: Steps, fetch: Callable[[str], FetchedPage]) -> Article:
    """Fetch each page that the steps ask for, hand it or the error in, and return what they return."""
    try:
        wanted = next(steps)
        while True:
            try:
                page = fetch(wanted)
            except ScraperError as error:
                wanted = steps.throw(error)
            else:
                wanted = steps.send(page)
    except StopIteration as done:
        article: Article = done.value
        return article


async def adrive(steps: Steps, fetch: Callable[[str], Awaitable[FetchedPage]]) -> Article:
    """Do the same from asyncio."""
    try:
        wanted = next(steps)
        while True:
            try:
                page = await fetch(wanted)
            except ScraperError as error:
                wanted = steps.throw(error)
            else:
                wanted = steps.send(page)
    except StopIteration as done:
        article: Article = done.value
        return article


def check_concurrency(concurrency: int) -> None:
    """Raise TypeError or ValueError for a number of workers that makes no sense."""
    if not isinstance(concurrency, int) or isinstance(concurrency, bool):
        raise TypeError(f"concurrency must be an int, not {type(concurrency).__name__}")
    if concurrency < 1:
        raise ValueError("concurrency must be at least 1")


def with_further_pages(first: Article, page: FetchedPage, read: Callable[[FetchedPage], Article]) -> Steps:
    """Ask for the further pages of an article, one by one; return the record with all that could be read."""
    parts, seen = [first], {canonical(page.url)}
    problem: str | None = None
    while (following := parts[-1].next_page_url) and canonical(following) not in seen:
        if len(parts) >= MAX_PAGES:
            problem = f"the article has more than {MAX_PAGES} pages; the rest was left out"
            break
        seen.add(canonical(following))
        try:
            page = yield following
            parts.append(read(page))
        except ScraperError as error:
            problem = f"page {len(parts) + 1} could not be read: {error}"
            break
        seen.add(canonical(page.url))
    return merge_pages(parts, problem)
