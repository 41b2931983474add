"""From what was saved or fetched to the record: the pure part of every call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..collector import undisturbed
from ..decode import looks_binary
from ..errors import IncompleteArticleError
from ..layouts import choose_layout
from ..page import read_page
from .article import read_article
from .gate import refuse
from .merging import with_second_opinion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ..layouts import Layout
    from ..page import Page
    from ..records import Article
    from .reading import Reading

__all__ = ["insist", "open_page", "read_open", "read_saved"]

_JSON = re.compile(r'\s{0,100}(?:\[\s{0,100})?\{\s{0,100}"[^"]{1,80}"\s{0,10}:')
_REQUIRED: Final = ("title", "body", "published_at")


@undisturbed
def read_saved(
    html: str | bytes,
    *,
    url: str | None,
    headers: Mapping[str, str] | None,
    now: datetime | None,
    layout: Layout | None = None,
    layouts: Sequence[Layout] = (),
    second_opinion: bool = False,
    strict: bool = False,
) -> Article:
    """Read a page by ``layout``, or by the one of ``layouts`` and the built-in ones that fits it.

    Raises NotAnArticleError, and with ``strict`` IncompleteArticleError.
    """
    page = open_page(html, url=url, headers=headers)
    return read_open(page, now=now, layout=layout, layouts=layouts, second_opinion=second_opinion, strict=strict)


def open_page(html: str | bytes, *, url: str | None, headers: Mapping[str, str] | None) -> Page:
    """Decode, parse and walk a page. Raises NotAnArticleError for what is empty or no HTML."""
    if url is not None:
        url = url.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )  # a lone surrogate is no character of any address
    if not html.strip():
        raise refuse("empty", url)
    if isinstance(html, bytes) and (kind := looks_binary(html)):
        raise refuse("not_html", url, kind)
    return read_page(html, url=url, headers=headers)


def read_open(
    page: Page,
    *,
    now: datetime | None,
    layout: Layout | None = None,
    layouts: Sequence[Layout] = (),
    second_opinion: bool = False,
    strict: bool = False,
    watch: Callable[[Reading], None] | None = None,
) -> Article:
    """Do the same with a page that was parsed and walked before; ``watch`` is that of :func:`read_article`."""
    if _JSON.match(page.html):
        raise refuse("not_html", page.url, "JSON")
    if layout is None:
        layout = choose_layout(page, layouts)
    if layout.exclude:
        page = page.without(layout.exclude)
    article = read_article(page, layout, now=now, watch=watch)
    if second_opinion:
        article = with_second_opinion(article, page.html)
    if strict:
        insist(article)
    return article


def insist(article: Article) -> None:
    """Raise IncompleteArticleError where the record lacks what ``strict`` asks for."""
    present = {"title": article.title, "body": article.body.blocks, "published_at": article.published_at}
    if missing := tuple(name for name in _REQUIRED if not present[name]):
        raise IncompleteArticleError(
            f"the page has no {', '.join(missing)}; the error's article holds the rest",
            url=article.url,
            missing=missing,
            article=article,
        )
