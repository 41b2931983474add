"""The functions that users call: fetch, read, and hand back a record or a typed error.

What a call does (which pages it needs, in which order) is one generator; a blocking and an asyncio driver run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing, closing
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Self, TypedDict

from .batches import aoutcomes, outcomes
from .drivers import Outcome, adrive, check_concurrency, drive, with_further_pages
from .errors import ScraperError
from .extraction import insist, read_saved
from .fetch import FetchPolicy
from .fetch.seam import check_fetcher
from .fetchers import Fetchers
from .layouts import Layout, resolve_layout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Unpack

    from .fetch import AsyncPageFetcher, PageFetcher
    from .fetch.seam import WaitingFetcher
    from .fetch.slots import Slot
    from .page import FetchedPage
    from .records import Article

__all__ = ["Outcome", "Scraper", "aextract", "aextract_many", "extract", "extract_html", "extract_many", "read_fetched"]


class _Options(TypedDict, total=False):
    layout: Layout | str | Path | None
    strict: bool
    second_opinion: bool


class Scraper:
    """Holds connections and layouts for many pages; a context manager, sync and async.

    ``policy`` says what fetches may cost and where they may go. ``layouts`` (Layout objects, names or paths) are tried
    before the built-in ones. ``second_opinion`` is the default of the methods' argument. One Scraper may be used from
    many threads, and its async methods from many tasks of one event loop.

    ``fetcher`` gets the pages in place of the built-in one, within limits of its own: ``policy`` is not for it. It is a
    :class:`~xinnong_scraper.fetch.PageFetcher` or, for the async methods only, an
    :class:`~xinnong_scraper.fetch.AsyncPageFetcher`; a blocking one serves the async methods from worker threads. The
    Scraper does not close it. Whatever it raises that is no ScraperError is the cause of a FetchError, so that one bad
    page never ends a batch.
    """

    def __init__(
        self,
        *,
        policy: FetchPolicy | None = None,
        layouts: Iterable[Layout | str | Path] | None = None,
        second_opinion: bool = False,
        fetcher: PageFetcher | AsyncPageFetcher | None = None,
    ) -> None:
        if policy is not None and not isinstance(policy, FetchPolicy):
            raise TypeError(f"policy must be a FetchPolicy, not {type(policy).__name__}")
        if fetcher is not None:
            check_fetcher(fetcher)
        self._fetchers = Fetchers(policy or FetchPolicy(), fetcher)
        self._layouts = tuple(resolve_layout(layout) for layout in layouts or ())
        self._second_opinion = second_opinion

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def close(self) -> None:
        """Close the connections of the blocking methods and of batches; a later call opens new ones."""
        self._fetchers.close()

    async def aclose(self) -> None:
        """Close all connections; a later call opens new ones."""
        await self._fetchers.aclose()

    def extract(self, url: str, *, follow_pages: bool = False, **options: Unpack[_Options]) -> Article:
        """Fetch and read one page; arguments and errors as with :func:`extract`, but for the policy."""
        fetch = self._fetchers.blocking().fetch
        return drive(self._steps(url, follow_pages=follow_pages, options=options), fetch)

    async def aextract(self, url: str, *, follow_pages: bool = False, **options: Unpack[_Options]) -> Article:
        """Fetch and read one page; arguments and errors as with :func:`aextract`, but for the policy."""
        fetch = self._fetchers.asyncio().fetch
        return await adrive(self._steps(url, follow_pages=follow_pages, options=options), fetch)

    def extract_html(
        self,
        html: str | bytes,
        *,
        url: str | None = None,
        headers: Mapping[str, str] | None = None,
        now: datetime | None = None,
        **options: Unpack[_Options],
    ) -> Article:
        """Read one saved page; arguments and errors as with :func:`extract_html`."""
        return _read(html, url=url, headers=headers, now=now, layouts=self._layouts, options=self._defaults(options))

    def extract_many(
        self, urls: Iterable[str], *, concurrency: int = 8, follow_pages: bool = False, **options: Unpack[_Options]
    ) -> Generator[Outcome, None, None]:
        """Fetch and read many pages; arguments as with :func:`extract_many`, but for the policy."""
        check_concurrency(concurrency)
        loop, fetcher = self._fetchers.batches()
        yield from outcomes(urls, self._work(fetcher, follow_pages=follow_pages, options=options), concurrency, loop)

    async def aextract_many(
        self, urls: Iterable[str], *, concurrency: int = 8, follow_pages: bool = False, **options: Unpack[_Options]
    ) -> AsyncGenerator[Outcome, None]:
        """Fetch and read many pages; arguments as with :func:`aextract_many`, but for the policy."""
        check_concurrency(concurrency)
        work = self._work(self._fetchers.asyncio(), follow_pages=follow_pages, options=options)
        async with aclosing(aoutcomes(urls, work, concurrency)) as found:
            async for outcome in found:
                yield outcome

    def _work(
        self, fetcher: WaitingFetcher, *, follow_pages: bool, options: _Options
    ) -> Callable[[str, Slot], Awaitable[Outcome]]:
        """Say what is done with each address of a batch."""

        async def one(url: str, slot: Slot) -> Outcome:
            try:
                steps = self._steps(url, follow_pages=follow_pages, options=options)
                return Outcome(url, article=await adrive(steps, partial(fetcher.fetch, slot=slot)))
            except ScraperError as error:
                return Outcome(url, error=error)

        return one

    def _steps(self, url: str, *, follow_pages: bool, options: _Options) -> Generator[str, FetchedPage, Article]:
        """Ask for the pages of one article, one by one; return the record."""
        options = self._defaults(options)
        if (layout := options.get("layout")) is not None:
            options["layout"] = resolve_layout(layout)
        page = yield url
        strict = options.get("strict", False)
        first = read_fetched(page, layouts=self._layouts, options={**options, "strict": strict and not follow_pages})
        if not follow_pages:
            return first
        read = partial(read_fetched, layouts=self._layouts, options={**options, "strict": False})
        merged = yield from with_further_pages(first, page, read)
        if strict:
            insist(merged)
        return merged

    def _defaults(self, options: _Options) -> _Options:
        return {"second_opinion": self._second_opinion, **options}


def extract(
    url: str,
    *,
    layout: Layout | str | Path | None = None,
    policy: FetchPolicy | None = None,
    follow_pages: bool = False,
    strict: bool = False,
    second_opinion: bool = False,
) -> Article:
    """Fetch a page and read it.

    - ``url``: an http or https address, an IRI too.
    - ``layout``: a Layout, a layout's name or a path to a layout file. Left out, the one that fits the page is chosen.
    - ``policy``: the limits of the fetch; left out, ``FetchPolicy()``.
    - ``follow_pages``: fetch the further pages of the article too, and merge them into the record.
    - ``strict``: fail where title, body or date is missing.
    - ``second_opinion``: ask trafilatura where confidence in the body is low.

    Relative dates (昨天 13:44) are read by the time of the fetch.

    Raises :class:`~xinnong_scraper.errors.FetchError` where the page cannot be had,
    :class:`~xinnong_scraper.errors.NotAnArticleError` where it is something else,
    :class:`~xinnong_scraper.errors.IncompleteArticleError` with ``strict``, and
    :class:`~xinnong_scraper.errors.LayoutError`: all of them ScraperError.

    >>> article = extract("http://www.xinnong.example/a.html")  # doctest: +SKIP
    """
    with Scraper(policy=policy) as scraper:
        return scraper.extract(
            url, layout=layout, follow_pages=follow_pages, strict=strict, second_opinion=second_opinion
        )


async def aextract(
    url: str,
    *,
    layout: Layout | str | Path | None = None,
    policy: FetchPolicy | None = None,
    follow_pages: bool = False,
    strict: bool = False,
    second_opinion: bool = False,
) -> Article:
    """Fetch a page and read it, from asyncio; arguments and errors as with :func:`extract`."""
    async with Scraper(policy=policy) as scraper:
        return await scraper.aextract(
            url, layout=layout, follow_pages=follow_pages, strict=strict, second_opinion=second_opinion
        )


def extract_html(
    html: str | bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    layout: Layout | str | Path | None = None,
    strict: bool = False,
    now: datetime | None = None,
    second_opinion: bool = False,
) -> Article:
    """Read one saved page.

    - ``html``: best the bytes that the server sent. They are decoded by what they show, with the charset of
      ``headers`` and the document's own as hints. A ``str`` is taken as it is.
    - ``url``: where the page came from, which makes its links absolute; a strange one is no error.
    - ``headers``: those of the response, names in any case.
    - ``now``: the clock for relative dates (昨天 13:44); without it they stay unresolved, with a warning. One without a
      zone is in the page's.
    - ``layout``, ``strict``, ``second_opinion``: those of :func:`extract`.

    Raises :class:`~xinnong_scraper.errors.NotAnArticleError`, IncompleteArticleError with ``strict``, DecodeError,
    LayoutError; ``TypeError`` for an argument of another type.

    >>> page = "<h1>小麦返青</h1><p>来源：聊城日报</p>" + "<p>四月以来，全市小麦陆续返青，长势良好。</p>" * 3
    >>> extract_html(page).source
    '聊城日报'
    """
    options: _Options = {"layout": layout, "strict": strict, "second_opinion": second_opinion}
    return _read(html, url=url, headers=headers, now=now, layouts=(), options=options)


def extract_many(
    urls: Iterable[str],
    *,
    concurrency: int = 8,
    layout: Layout | str | Path | None = None,
    policy: FetchPolicy | None = None,
    follow_pages: bool = False,
    strict: bool = False,
    second_opinion: bool = False,
) -> Generator[Outcome, None, None]:
    """Fetch and read many pages, ``concurrency`` of them at a time; give each outcome as it comes.

    One bad page never ends the batch: its outcome has an ``error``. ``urls`` may be endless; it is read as results are
    taken, in the caller's thread. The order of the outcomes is that of completion. A page that waits for its host does
    not count as one of the ``concurrency``. Closed early or interrupted (Ctrl-C), the batch ends the fetches under way.
    The other arguments are those of :func:`extract`, and count for every page.

    Raises ``ValueError`` for a ``concurrency`` below 1, and LayoutError for a wrong ``layout``.
    """
    with Scraper(policy=policy) as scraper, closing(
        scraper.extract_many(
            urls, concurrency=concurrency, layout=layout, follow_pages=follow_pages, strict=strict,
            second_opinion=second_opinion,
        )
    ) as outcomes:  # fmt: skip
        yield from outcomes


async def aextract_many(
    urls: Iterable[str],
    *,
    concurrency: int = 8,
    layout: Layout | str | Path | None = None,
    policy: FetchPolicy | None = None,
    follow_pages: bool = False,
    strict: bool = False,
    second_opinion: bool = False,
) -> AsyncGenerator[Outcome, None]:
    """Fetch and read many pages from asyncio; arguments and outcomes as with :func:`extract_many`.

    >>> async def print_titles(urls):
    ...     async for outcome in aextract_many(urls):
    ...         print(outcome.article.title if outcome.article else outcome.error)
    """
    async with Scraper(policy=policy) as scraper, aclosing(
        scraper.aextract_many(
            urls, concurrency=concurrency, layout=layout, follow_pages=follow_pages, strict=strict,
            second_opinion=second_opinion,
        )
    ) as outcomes:  # fmt: skip
        async for outcome in outcomes:
            yield outcome


def read_fetched(page: FetchedPage, *, layouts: Sequence[Layout] = (), options: _Options | None = None) -> Article:
    """Read a page that was fetched; the clock for relative dates is the time of the fetch."""
    article = _read(
        page.body, url=page.url, headers=page.headers, now=page.fetched_at, layouts=layouts, options=options or {}
    )
    return article.model_copy(update={"fetched_at": page.fetched_at})


def _read(
    html: str | bytes,
    *,
    url: str | None,
    headers: Mapping[str, str] | None,
    now: datetime | None,
    layouts: Sequence[Layout],
    options: _Options,
) -> Article:
    if isinstance(html, bytearray | memoryview):
        html = bytes(html)
    if not isinstance(html, str | bytes):
        raise TypeError(f"html must be str or bytes, not {type(html).__name__}")
    _check("url", url, str, "str or None")
    _check("headers", headers, Mapping, "a mapping of str to str, or None")
    _check("now", now, datetime, "a datetime or None")
    wanted = options.get("layout")
    return read_saved(
        html,
        url=url or None,
        headers=headers,
        now=now,
        layout=resolve_layout(wanted) if wanted is not None else None,
        layouts=layouts,
        second_opinion=options.get("second_opinion", False),
        strict=options.get("strict", False),
    )


def _check(name: str, value: object, kind: type, allowed: str) -> None:
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{name} must be {allowed}, not {type(value).__name__}")
