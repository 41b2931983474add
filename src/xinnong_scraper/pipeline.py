"""The functions that users call: fetch, read, and hand back a record or a typed error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .decode import looks_binary
from .errors import IncompleteArticleError
from .extraction import read_article, refuse
from .layouts import choose_layout, resolve_layout
from .page import read_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from .layouts import Layout
    from .page import FetchedPage
    from .records import Article

__all__ = ["extract_html", "read_fetched"]

REQUIRED = ("title", "body", "published_at")
"""What ``strict=True`` insists on."""


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

    ``html`` is best given as the bytes that the server sent: they are decoded with the charset of ``headers`` (the
    response's, names in any case), the document's own, or what the bytes show. ``url`` makes links absolute. ``layout``
    is a Layout, a layout's name or a path to a layout file; left out, the one that fits the page is chosen. ``now`` is
    the clock for relative dates (昨天 13:44); without it they stay unresolved. ``second_opinion`` asks trafilatura where
    confidence in the body is low.

    Raises NotAnArticleError for a page that is something other than an article, IncompleteArticleError with
    ``strict=True`` where title, body or date is missing, LayoutError for a bad layout. A strange ``url`` is no error.
    """
    return _read(html, url=url, headers=headers, layout=layout, strict=strict, now=now, second_opinion=second_opinion)


def read_fetched(
    page: FetchedPage,
    *,
    layout: Layout | str | Path | None = None,
    layouts: Sequence[Layout] = (),
    strict: bool = False,
    second_opinion: bool = False,
) -> Article:
    """Read a page that was fetched; the clock for relative dates is the time of the fetch."""
    article = _read(
        page.body, url=page.url, headers=page.headers, layout=layout, layouts=layouts, strict=strict,
        now=page.fetched_at, second_opinion=second_opinion,
    )  # fmt: skip
    return article.model_copy(update={"fetched_at": page.fetched_at})


def _read(
    html: str | bytes,
    *,
    url: str | None,
    headers: Mapping[str, str] | None,
    layout: Layout | str | Path | None,
    strict: bool,
    now: datetime | None,
    second_opinion: bool,
    layouts: Sequence[Layout] = (),
) -> Article:
    if not isinstance(html, str | bytes | bytearray | memoryview):
        raise TypeError(f"html must be str or bytes, not {type(html).__name__}")
    if isinstance(html, bytearray | memoryview):
        html = bytes(html)
    chosen = resolve_layout(layout) if layout is not None else None
    url = url if isinstance(url, str) and url else None
    if not html.strip():
        raise refuse("empty", url)
    if isinstance(html, bytes) and (kind := looks_binary(html)):
        raise refuse("not_html", url, kind)
    page = read_page(html, url=url, headers=headers)
    if chosen is None:
        chosen = choose_layout(page, layouts)
    if chosen.exclude:
        page = page.without(chosen.exclude)
    article = read_article(page, chosen, now=now)
    if strict and (missing := _missing(article)):
        raise IncompleteArticleError(
            f"the page has no {', '.join(missing)}; the error's article holds the rest", url=url, missing=missing, article=article
        )
    return article


def _missing(article: Article) -> tuple[str, ...]:
    present = {"title": article.title, "body": article.body.blocks, "published_at": article.published_at}
    return tuple(name for name in REQUIRED if not present[name])
