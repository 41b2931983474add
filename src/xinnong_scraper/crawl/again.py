"""Records read again from the pages that a crawl kept: with newer code, or with another layout, without a request."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..drivers import drive, with_further_pages
from ..errors import FetchError, NotAnArticleError, ScraperError, StoreError
from ..layouts import resolve_layout
from ..page import read_page
from ..pipeline import read_fetched
from .keeping import differing
from .keys import page_key
from .links import read_links
from .raws import NoArticle
from .visiting import doubt_about

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ..layouts import Layout
    from ..page import FetchedPage
    from ..records import Article
    from .raws import RawPage
    from .store import Store

__all__ = ["Changes", "FieldChange", "PageChange", "extract_again"]

_BATCH: Final = 50
"""Pages read between two commits: their bodies are in memory together."""
_SHOWN: Final = 120
"""Characters of a value in an example."""
_NO_ARTICLES: Final = frozenset({"feed", "sitemap", "pager"})
"""Kinds that a crawl reads for their links alone, whatever they look like."""
_LEFT_OUT: Final = frozenset({"feed", "sitemap", "too_old", "robots", "out_of_scope"})
"""Outcomes that the crawl's own rules gave."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What became of one field."""

    records: int
    """In how many records it changed."""
    url: str
    """The first one."""
    old: str
    """Its value before, as JSON, shortened."""
    new: str
    """Its value now, as JSON, shortened."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """Pages that are judged in another way than before."""

    pages: int
    """How many."""
    url: str
    """The first one."""
    reason: str
    """What the first one is now: its title, a reason of NotAnArticleError, ``doubtful``, or the class of an error."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What reading again has changed, or would change."""

    pages: int = 0
    """Pages read, other than those that the crawl read for their links alone."""
    articles: int = 0
    """Pages that are articles now."""
    changed: int = 0
    """Records with another value in some field."""
    versions: int = 0
    """Those of them with another title or text, which makes them a new version."""
    fields: Mapping[str, FieldChange] = field(default_factory=dict)
    """The fields that changed, those of most records first."""
    became: PageChange | None = None
    """Pages that became articles."""
    stopped: PageChange | None = None
    """Pages that are no articles any more; their records stay in the store, and no export has them."""
    unread: PageChange | None = None
    """Pages that could not be read at all; what the store has of them stays."""


def extract_again(
    store: Store,
    *,
    layouts: Iterable[Layout | str | Path] = (),
    second_opinion: bool = False,
    write: bool = True,
    on_page: Callable[[int], object] | None = None,
) -> Changes:
    """Read all pages again that ``store`` kept as they came (``CrawlPolicy(keep_raw=True)``), and tell what changed.

    ``layouts`` (Layout objects, names or paths) are tried before the built-in ones, ``second_opinion`` asks trafilatura
    where confidence in a text is low; the clock of each page is the time of its fetch. A record with another title or
    text becomes a new version; where other fields changed, the record is replaced. What changed is committed every 50
    pages: after a kill, the same call does the rest. With ``write`` off nothing is written. ``on_page`` is called with
    the number of pages read so far.

    Pages that the crawl did not take for its own reasons stay out: feeds, sitemaps, further pages of lists, articles
    that are too old.

    Raises :class:`~xinnong_scraper.errors.StoreError` for a store without such pages, and while a crawl writes to it;
    :class:`~xinnong_scraper.errors.LayoutError` for a wrong layout, ``ValueError`` for one that recognises no page.
    """
    read = partial(
        _read, layouts=[_recognising(resolve_layout(layout)) for layout in layouts], second_opinion=second_opinion
    )
    tally = _Tally()
    with store.locked() if write else nullcontext():
        pages = store.raw_pages(limit=_BATCH)
        if not pages:
            message = "the store holds no pages to read again; they are kept by a crawl with --keep-raw"
            raise StoreError(f"{message} (CrawlPolicy(keep_raw=True))", path=str(store.path))
        while pages:
            found = [(page, read(page)) for page in pages if _is_for_articles(page)]
            changed = [(page.id, what) for page, what in found if tally.adds(page, what)]
            if write and changed:
                store.settle(changed)
            if on_page is not None:
                on_page(tally.pages)
            pages = store.raw_pages(after=pages[-1].id, limit=_BATCH)
    return tally.changes()


def _recognising(layout: Layout) -> Layout:
    if not (layout.recognise.names or layout.recognise.hosts):
        message = "says of no page that it is for it; give it recognise.names or recognise.hosts"
        raise ValueError(f"the layout {layout.name!r} {message}")
    return layout


def _is_for_articles(page: RawPage) -> bool:
    return page.kind not in _NO_ARTICLES and page.outcome not in _LEFT_OUT


def _read(page: RawPage, *, layouts: Sequence[Layout], second_opinion: bool) -> Article | NoArticle:
    """Read a kept page as the crawl did, the further pages of its article from what was kept of them."""
    first, *further = page.parts
    read = partial(read_fetched, layouts=layouts)
    kept = {page_key(address): part for part in further for address in (part.url, part.requested_url)}
    known = json.loads(page.record) if page.record else {}

    def fetch(url: str) -> FetchedPage:
        try:
            return kept[page_key(url)]
        except KeyError:
            raise FetchError("the store did not keep it", url=url) from None

    try:
        article = read(first, options={"second_opinion": second_opinion})
        if article.next_page_url and (further or "page_count" in known.get("evidence", ())):
            article = _with_known_problem(drive(with_further_pages(article, first, read), fetch), known)
    except NotAnArticleError as error:
        return NoArticle(error.reason, error.message)
    except ScraperError as error:
        return NoArticle(type(error).__name__, error.message, is_error=True)
    links = read_links(read_page(first.body, url=first.url, headers=first.headers), now=first.fetched_at)
    doubt = doubt_about(article, page.kind, links)
    return NoArticle(doubt, None) if doubt else article


def _with_known_problem(article: Article, known: Mapping[str, Any]) -> Article:
    """Keep what the record says of a page that the crawl could not have; the store only knows that it is not there."""
    told = {(w["code"], w["message"].partition(":")[0]): w["message"] for w in known.get("warnings", ())}
    warnings = [
        warning.model_copy(update={"message": told.get((warning.code, start), warning.message)})
        if (start := warning.message.partition(":")[0]) and warning.code == "truncated"
        else warning
        for warning in article.warnings
    ]
    return article.model_copy(update={"warnings": warnings})


class _Tally:
    """Counts what changes, page by page, with the first example of each kind."""

    def __init__(self) -> None:
        self.pages = 0
        self._articles = self._changed = self._versions = 0
        self._fields: dict[str, FieldChange] = {}
        self._moves: dict[str, PageChange] = {}

    def adds(self, page: RawPage, found: Article | NoArticle) -> bool:
        """Count a page; True if the store has to change."""
        self.pages += 1
        if isinstance(found, NoArticle):
            if found.is_error:
                self._move("unread", page, found.reason)
                return False
            # Where the crawl judged so too, a record is from an earlier fetch, and this page says nothing of it.
            stops = page.record is not None and page.outcome == "article"
            if stops:
                self._move("stopped", page, found.reason)
            return stops
        self._articles += 1
        if page.record is None:
            self._move("became", page, found.title or "")
            return True
        old, new = json.loads(page.record), found.model_dump(mode="json")
        names = differing(old, new)
        self._changed += bool(names)
        self._versions += "content_hash" in names
        for name in names:
            seen = self._fields.get(name)
            if seen is None:
                self._fields[name] = FieldChange(1, page.url, *_shortened(old.get(name), new.get(name)))
            else:
                self._fields[name] = replace(seen, records=seen.records + 1)
        return bool(names)

    def _move(self, kind: str, page: RawPage, reason: str) -> None:
        seen = self._moves.get(kind) or PageChange(0, page.url, reason)
        self._moves[kind] = replace(seen, pages=seen.pages + 1)

    def changes(self) -> Changes:
        fields = sorted(self._fields.items(), key=lambda item: -item[1].records)
        return Changes(self.pages, self._articles, self._changed, self._versions, dict(fields), **self._moves)


def _shortened(old: object, new: object) -> tuple[str, str]:
    """Give two values as JSON, long ones from shortly before the place where they part.

    >>> _shortened("a" * 200 + "x", None)[1], _shortened("a" * 200 + "x", "a" * 200 + "y")
    ('null', ('…aaaaaaaaaaaaaaaaaaaax"', '…aaaaaaaaaaaaaaaaaaaay"'))
    """
    texts = [json.dumps(value, ensure_ascii=False) for value in (old, new)]
    shorter = min(map(len, texts))
    same = next((at for at in range(shorter) if texts[0][at] != texts[1][at]), shorter)
    return _cut(texts[0], same), _cut(texts[1], same)


def _cut(text: str, same: int) -> str:
    start = max(0, same - 20) if len(text) > _SHOWN else 0
    return ("…" if start else "") + text[start : start + _SHOWN] + ("…" if len(text) > start + _SHOWN else "")
