"""What is done with one page of a crawl: fetched, read once, and judged; its links judged by the crawl's scope."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from ..collector import undisturbed
from ..drift.observing import REFUSED, REFUSING
from ..drivers import adrive, with_further_pages
from ..errors import (
    ChallengeError,
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    NotAnArticleError,
    RobotsDisallowedError,
    ScraperError,
)
from ..extraction import read_open
from ..fetch.actions import LedElsewhereError
from ..page import read_page
from ..pipeline import read_fetched
from .feeds import read_feed
from .links import find_feeds, read_links, robots_of
from .scope import key_of
from .shapes import Shapes, may_be_page, trap_of, verdict_of
from .sitemaps import read_sitemap
from .store import ARTICLE, FAILED, OTHER, QUEUED, SAME, Job, Link, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ..fetch import AsyncFetcher
    from ..fetch.slots import Slot
    from ..layouts import Layout
    from ..page import FetchedPage, Page
    from ..records import Article
    from .jobs import PageKind
    from .links import FoundLink
    from .policy import CrawlPolicy
    from .scope import Scope
    from .watch import Watch

__all__ = ["Visitor", "doubt_about", "seeds_of"]

_RANKS: Final[dict[str, int]] = {
    "seed": 0, "sitemap": 5, "feed": 5, "item": 10, "section": 20, "pager": 30, "other": 40,
}  # fmt: skip
"""Articles first, so that a crawl with a limit has some; then what leads to more of them."""
_LIKELY: Final = 0.7
_SURE: Final = 0.8
_PLAIN: Final = 0.9
_SHORTEST_TITLE: Final = 6
_MOST_TITLES: Final = 0.3
"""Share of an article's text that titles of other pages may have."""
_MOST_LINKS: Final = 0.5
"""And that links of all kinds may have."""
_MEANT_TO_PASS: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_NOT_MODIFIED: Final = 304
_CHALLENGED: Final = 300.0
"""Seconds for which a host that shows a robot check is left alone."""
_XML: Final = (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex")
_MOST_KNOWN: Final = 50_000
"""Addresses remembered as queued, and as refused: what all pages of a portal link to need not be judged each time."""
_IN_ANY_CASE: Final = frozenset({"no_address", "host", "prefix", "excluded", "not_included"})
"""Refusals that do not depend on where a link stands and what stands beside it."""


def seeds_of(urls: Sequence[str]) -> list[Link]:
    """Make links of the addresses that a crawl starts from."""
    return [Link(url, "seed", _RANKS["seed"], 0) for url in urls]


class _Seen(NamedTuple):
    """What is on a page."""

    article: Article | None
    outcome: str
    message: str | None
    links: list[Link]
    parsed: Page | None = None
    """The page, where the article goes on on others."""


@dataclass(slots=True)
class Visitor:
    """Visits pages; what it learns of addresses on the way is in ``shapes``."""

    fetcher: AsyncFetcher
    policy: CrawlPolicy
    scope: Scope
    shapes: Shapes
    layouts: Sequence[Layout] = ()
    second_opinion: bool = False
    watch: Watch | None = None
    _known: set[str] = field(default_factory=set)
    _refused: set[str] = field(default_factory=set)

    async def visit(self, job: Job, slot: Slot) -> Result:
        """Ask for a page and tell what became of it; never raises a ScraperError."""
        begun = time.monotonic()
        pages: list[FetchedPage] = []

        async def fetch(url: str, **options: Any) -> FetchedPage:  # noqa: ANN401  those of the fetcher
            page = await self.fetcher.fetch(url, slot=slot, **options)
            pages.append(page)
            return page

        try:
            page = await fetch(
                job.url,
                conditions=_conditions(job),
                any_type=job.kind in ("feed", "sitemap"),
                follows=partial(_is_same, job.url),
            )
            found = await self._read(job, page, fetch)
        except LedElsewhereError as error:
            found = self._led_elsewhere(job, error.target)
        except RobotsDisallowedError as error:
            found = {"state": OTHER, "outcome": "robots", "message": error.message}
        except FetchError as error:
            found = self._failure(job, error)
        except ScraperError as error:
            found = {"state": FAILED, "outcome": type(error).__name__, "message": error.message}
        gap = self.fetcher.gap(job.url)
        return Result(job, pages=pages, seconds=time.monotonic() - begun, gap=gap, **found)

    def _led_elsewhere(self, job: Job, target: str) -> dict[str, Any]:
        """Queue the page that a redirect leads to, if it is one of the crawl's, so that no page is asked for twice."""
        if not self.scope.admits(target, depth=job.depth):
            self.shapes.learn(job.url, "other")
            return {"state": OTHER, "outcome": "out_of_scope", "message": f"it redirects to {target}"}
        link = Link(target, job.kind, _RANKS[job.kind], job.depth)
        return {"state": SAME, "outcome": "redirect", "message": f"it redirects to {target}", "links": [link]}

    def _failure(self, job: Job, error: FetchError) -> dict[str, Any]:
        status = error.status if isinstance(error, HTTPStatusError) else None
        if status == _NOT_MODIFIED and _conditions(job):
            state = ARTICLE if job.outcome == "article" else OTHER
            return {"state": state, "outcome": job.outcome or "unchanged", "status": status}
        told: dict[str, Any] = {"outcome": type(error).__name__, "message": error.message, "status": status}
        now = time.time()
        if self.watch is not None and status in REFUSING and job.kind == "item":
            self.watch.see(job.url, REFUSED)
        asked = error.retry_after if isinstance(error, HTTPStatusError) else None
        challenged = isinstance(error, ChallengeError)
        if asked or challenged:
            told["host_waits_until"] = now + (asked or _CHALLENGED)
        passing = isinstance(error, ConnectionFailedError | FetchTimeoutError) or status in _MEANT_TO_PASS
        if (passing or challenged) and job.attempts + 1 < self.policy.max_attempts:
            pause = max(asked or 0.0, self.policy.retry_delay * 2**job.attempts)
            return {**told, "state": QUEUED, "not_before": now + pause}
        return {**told, "state": FAILED}

    async def _read(self, job: Job, page: FetchedPage, fetch: Any) -> dict[str, Any]:  # noqa: ANN401
        if job.kind in ("feed", "sitemap") or _is_xml(page.body):
            return self._read_xml(job, page)
        seen = self._look(job, page)
        article, outcome = seen.article, seen.outcome
        if article is not None and seen.parsed is not None:
            read = partial(read_fetched, layouts=self.layouts)
            article = await adrive(with_further_pages(article, page, read), fetch)
            self._show(job, page, article, outcome, seen.parsed)
        if article is not None and self._is_too_old(article):
            article, outcome = None, "too_old"
        state = ARTICLE if article is not None else OTHER
        return {"state": state, "outcome": outcome, "message": seen.message, "article": article, "links": seen.links}

    @undisturbed
    def _look(self, job: Job, page: FetchedPage) -> _Seen:
        """Read a page: its article, if it is one, and its links; what was parsed does not outlive this by far."""
        parsed = read_page(page.body, url=page.url, headers=page.headers)
        found = read_links(parsed, now=page.fetched_at)
        article: Article | None = None
        outcome, message = "article", None
        try:
            article = read_open(parsed, now=page.fetched_at, layouts=self.layouts, second_opinion=self.second_opinion)
            if doubt := doubt_about(article, job.kind, found):
                article, outcome = None, doubt
        except NotAnArticleError as error:
            outcome, message = error.reason, error.message
        self.shapes.learn(page.url, "list" if outcome == "list_page" else verdict_of(None if article else "no_article"))
        links = list(self._links(job, page, parsed, found))
        if article is not None:
            article = article.model_copy(update={"fetched_at": page.fetched_at})
            if self.policy.follow_pages and article.next_page_url:
                return _Seen(article, outcome, message, links, parsed)
        self._show(job, page, article, outcome, parsed)
        return _Seen(article, outcome, message, links)

    def _show(self, job: Job, page: FetchedPage, article: Article | None, outcome: str, parsed: Page) -> None:
        """Let the watch see what was found, where an article was looked for."""
        if self.watch is not None and (article is not None or job.kind == "item"):
            self.watch.see(page.url, article or outcome, parsed)

    def _is_too_old(self, article: Article) -> bool:
        since = self.policy.since
        return since is not None and article.published_at is not None and article.published_at.date() < since

    def _links(self, job: Job, page: FetchedPage, parsed: Page, found: Sequence[FoundLink]) -> Iterator[Link]:
        for link in found:
            if link.url in self._known or link.kind == "part" or link.nofollow:
                continue
            if self._is_wanted(link.url, job, page, link.published_at):
                _remember(self._known, link.url)
                yield self._link(link.url, link.kind, job)
        if job.depth == 0 and "nofollow" not in robots_of(parsed):
            for url in find_feeds(parsed):
                if self.scope.admits(url, depth=1):
                    yield Link(url, "feed", _RANKS["feed"], 1)
            for url in self.fetcher.sitemaps(page.url):
                yield Link(url, "sitemap", _RANKS["sitemap"], 1)

    def _is_wanted(self, url: str, job: Job, page: FetchedPage, published_at: datetime | None) -> bool:
        if url in self._refused:
            return False
        refusal = self.scope.refusal(url, depth=job.depth + 1, published_at=published_at)
        if refusal in _IN_ANY_CASE or not may_be_page(url):
            _remember(self._refused, url)
            return False
        return refusal is None and trap_of(url, today=page.fetched_at.date()) is None and not self.shapes.is_barren(url)

    def _link(self, url: str, kind: PageKind, job: Job) -> Link:
        rank = _RANKS[kind]
        if kind == "other":
            likely = self.shapes.score(url)
            if likely.seen and likely.article > _LIKELY:
                rank = _RANKS["item"]
        return Link(url, kind, rank, job.depth + 1)

    def _read_xml(self, job: Job, page: FetchedPage) -> dict[str, Any]:
        sitemap = read_sitemap(page.body, page.url)
        if sitemap.pages or sitemap.indexes:
            links = [
                self._link(entry.url, "item", job)
                for entry in sitemap.pages
                if self._is_wanted(entry.url, job, page, entry.published_at)
            ]
            links += [Link(url, "sitemap", _RANKS["sitemap"], job.depth + 1) for url in sitemap.indexes]
            return {"state": OTHER, "outcome": "sitemap", "links": links}
        feed = read_feed(page.body, page.url)
        found = [
            self._link(item.url, "item", job)
            for item in feed.items
            if self._is_wanted(item.url, job, page, item.published_at)
        ]
        return {"state": OTHER, "outcome": "feed", "links": found}


def _remember(known: set[str], url: str) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known.add(url)


def doubt_about(article: Article, kind: str, links: Sequence[FoundLink]) -> Literal["list_page", "doubtful"] | None:
    """Say what speaks against an article that nobody asked for by its address, None where nothing does.

    A list with few entries passes for one, and menus and pagers lead to lists. What shows no date must be plain.
    """
    from_menu = kind == "section" and article.confidence < _SURE
    if kind == "pager" or from_menu or _is_made_of(article.text, links):
        return "list_page"
    return "doubtful" if article.published_at is None and not _is_plain(article) else None


def _is_plain(article: Article) -> bool:
    """Tell an article whose title and text are sure, whatever else it lacks."""
    return all(
        field in article.evidence and article.evidence[field].confidence >= _PLAIN for field in ("title", "body")
    )


def _is_made_of(text: str, links: Sequence[FoundLink]) -> bool:
    """Tell whether a text consists of links: a short list, or a bare page with its foot, passes for an article."""
    shown = {link.text: link.kind == "item" for link in links if link.text in text}
    titles = sum(len(words) for words, item in shown.items() if item and len(words) >= _SHORTEST_TITLE)
    size = sum(map(str.isalnum, text))
    return titles > _MOST_TITLES * size or sum(len(words) for words in shown) > _MOST_LINKS * size


def _is_same(url: str, target: str) -> bool:
    """Tell whether a redirect leads to another spelling of the same page: https for http, say."""
    return key_of(url) == key_of(target)


def _conditions(job: Job) -> tuple[tuple[str, str], ...]:
    """Ask for a page that was read before only if it has changed (RFC 9110, 13.1)."""
    if job.outcome is None:
        return ()
    pairs = (("if-none-match", job.etag), ("if-modified-since", job.last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _is_xml(body: bytes) -> bool:
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<?xml") and any(mark in head for mark in _XML)
