"""Running the steps of a call: one driver that blocks, one for asyncio, and what a batch hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ScraperError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from .page import FetchedPage
    from .records import Article

    Steps = Generator[str, FetchedPage, Article]

__all__ = ["Outcome", "adrive", "check_concurrency", "drive"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one address of a batch: either ``article`` or ``error`` is set."""

    url: str
    """The address as it was given."""
    article: Article | None = None
    error: ScraperError | None = None


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
