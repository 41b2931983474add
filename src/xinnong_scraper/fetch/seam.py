"""The place where another fetcher goes in: what it must offer, and how it is called from threads and from asyncio."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from ..errors import FetchError, ScraperError
from ..page import FetchedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .slots import Slot

__all__ = ["AsyncPageFetcher", "PageFetcher", "WaitingFetcher", "as_async", "as_blocking", "check_fetcher"]

_MOST_OF_A_MESSAGE = 500
"""Characters of a strange exception's text that an error repeats."""


class PageFetcher(Protocol):
    """Gets pages for a Scraper, blocking; the library's own is :class:`~xinnong_scraper.fetch.Fetcher`.

    It keeps its own limits and manners: a Scraper's policy is not for it. ``extract_many`` calls it from up to
    64 threads at once, and asyncio from the worker threads of the event loop.
    """

    def fetch(self, url: str, /) -> FetchedPage:
        """Get the page at ``url``.

        Should raise a :class:`~xinnong_scraper.errors.FetchError` where the page cannot be had. Any other exception
        becomes the cause of one.
        """
        ...


class AsyncPageFetcher(Protocol):
    """The same for asyncio: ``aextract_many`` calls it from many tasks of one event loop at once."""

    async def fetch(self, url: str, /) -> FetchedPage:
        """Get the page at ``url``; errors as with :meth:`PageFetcher.fetch`."""
        ...


class WaitingFetcher(Protocol):
    """What batches fetch with."""

    async def fetch(self, url: str, /, *, slot: Slot | None = None) -> FetchedPage:
        """Get one page, and leave the slot while the host is waited for."""
        ...


def check_fetcher(fetcher: object) -> None:
    """Raise ``TypeError`` for what cannot fetch: a class instead of its instance, or an object without ``fetch``."""
    if isinstance(fetcher, type):
        raise TypeError(f"fetcher must be an instance; {fetcher.__name__} is a class")
    if not callable(getattr(fetcher, "fetch", None)):
        raise TypeError(f"fetcher must have a method fetch(url), and {type(fetcher).__name__} has none")


def as_blocking(fetcher: PageFetcher | AsyncPageFetcher) -> PageFetcher:
    """Prepare a fetcher for blocking calls; ``TypeError`` if it works with asyncio only."""
    if _is_coroutine_function(fetcher.fetch):
        raise _only_async(fetcher)
    return _Blocking(fetcher)


def as_async(fetcher: PageFetcher | AsyncPageFetcher) -> WaitingFetcher:
    """Prepare a fetcher for asyncio; a blocking one runs in the worker threads of the event loop."""
    return _Async(fetcher)


class _Blocking:
    def __init__(self, fetcher: PageFetcher | AsyncPageFetcher) -> None:
        self._fetcher = fetcher

    def fetch(self, url: str, /) -> FetchedPage:
        result = _call(self._fetcher.fetch, url)
        if isinstance(result, Awaitable):
            if inspect.iscoroutine(result):
                result.close()
            raise _only_async(self._fetcher)
        return _checked(result, url)


class _Async:
    def __init__(self, fetcher: PageFetcher | AsyncPageFetcher) -> None:
        self._fetcher = fetcher

    async def fetch(self, url: str, /, *, slot: Slot | None = None) -> FetchedPage:
        del slot  # what it waits for is its own affair
        fetch = self._fetcher.fetch
        result = _call(fetch, url) if _is_coroutine_function(fetch) else await asyncio.to_thread(_call, fetch, url)
        if isinstance(result, Awaitable):  # also from a plain function that hands on a coroutine
            with _failures(url):
                result = await result
        return _checked(result, url)


def _call(fetch: Callable[[str], object], url: str) -> object:
    """Call where the exception arises: a StopIteration could leave neither a thread nor a generator as it is."""
    if not isinstance(url, str):
        raise TypeError(f"an address must be a str, not {type(url).__name__}")
    with _failures(url):
        return fetch(url)


@contextmanager
def _failures(url: str) -> Iterator[None]:
    """Let what goes wrong in somebody else's fetcher cost this page and no other."""
    try:
        yield
    except ScraperError as error:
        error.url = error.url or url
        raise
    except asyncio.CancelledError as error:
        if _is_being_cancelled():
            raise
        raise FetchError("the fetcher cancelled itself", url=url) from error
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:_MOST_OF_A_MESSAGE]
        raise FetchError(f"the fetcher failed with {text}", url=url) from error


def _is_being_cancelled() -> bool:
    """Tell whether somebody ends this task; a cancellation that comes from within the fetcher is a failure of it."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # a thread without an event loop
        return False
    return task is None or task.cancelling() > 0


def _checked(result: object, url: str) -> FetchedPage:
    if not isinstance(result, FetchedPage):
        raise FetchError(f"the fetcher gave {type(result).__name__} where a FetchedPage was due", url=url)
    return result


def _only_async(fetcher: object) -> TypeError:
    name = type(fetcher).__name__
    return TypeError(f"{name}.fetch is async: use aextract or aextract_many, or give a fetcher that blocks")


def _is_coroutine_function(function: object) -> bool:
    """Look through partials (as inspect does) and at objects whose ``__call__`` is async."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  the question is not whether it can be called
    )
