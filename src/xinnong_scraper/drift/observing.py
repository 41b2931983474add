"""What one page tells of the state of its site: few short values, cheap to make and to keep.

A *quantity* is one thing that can be told of each page, such as ``body.filled`` (``yes`` or ``no``), ``title.rule``
(which rule won) or ``published_at.form`` (``0-0-0 0:0``). A quantity that does not apply to a page is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from ..errors import FetchError, HTTPStatusError, NotAnArticleError, ScraperError
from ..extraction import read_saved
from ..page import read_page
from .appearance import page_values, size
from .parts import page_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ..layouts import Layout
    from ..page import Page
    from ..records import Article, Evidence

__all__ = [
    "ARTICLE", "NO_SITE", "REFUSED", "REFUSING", "Observation", "address_of", "observe", "observe_html",
    "observe_outcome", "site_of",
]  # fmt: skip

ARTICLE: Final = "article"
NO_SITE: Final = "-"
FIELDS: Final = (
    "title", "published_at", "body", "source", "authors", "editors", "breadcrumb", "summary", "keywords", "images",
    "disclaimer", "teasers", "subtitle", "modified_at", "site_name", "canonical_url", "source_url", "next_page_url",
)  # fmt: skip
_WEIGHED: Final = frozenset({"title", "published_at", "body", "source", "breadcrumb", "teasers"})
"""Fields of which the confidence is noted, and how many strategies agree."""
_PLACED: Final = frozenset(FIELDS) - {"images", "next_page_url", "canonical_url", "keywords"}
"""Fields of which the place in the page tells of its structure; that of a picture depends on the article."""
_BY_PLACE: Final = (
    "title.rule", "title.path", "title.inside", "published_at.rule", "published_at.path", "published_at.form",
    "published_at.inside", "source.rule", "source.inside",
    "page.charset", "page.order", "page.line_breaks", "page.capitals", "page.paragraph_ends", "page.hidden",
)  # fmt: skip
"""Quantities that are told a second time together with the place of the text."""
_BY_ADDRESS: Final = (
    "canonical_url.", "next_page_url.", "source_url.", "images.", "published_at.agreeing", "published_at.confidence",
    "record.confidence",
)  # fmt: skip
"""Quantities that are others where the address is not known: it makes links absolute, and tells dates."""
_WARNINGS: Final = (
    "missing_field", "empty_label", "unresolved_date", "metadata_disagrees", "undecodable_bytes", "wrong_charset",
    "low_confidence", "ambiguous", "truncated",
)  # fmt: skip
REFUSED: Final = "refused"
REFUSING: Final = frozenset({401, 403, 429, 451})
"""HTTP status codes with which a site does not give us its pages."""
_HIGH, _MIDDLE = 0.9, 0.6
_LONGEST_VALUE: Final = 160

_POSITION = re.compile(r":nth-(?:of-type|child)\([0-9]+\)")
_DIGITS = re.compile(r"[0-9]+")
_IDENT = re.compile(r"#[A-Za-z0-9_-]+")
_UNEVEN = re.compile(r"[0-9]|[^a-z/_.-]")


@dataclass(frozen=True, slots=True)
class Observation:
    """What one page tells."""

    site: str
    """The host without ``www.``; ``-`` where the address is not known."""
    url: str | None
    """The page's address, where it is known."""
    address: str
    """What the address looks like without the parts that name the article: ``/news/#/*.html``."""
    values: Mapping[str, str]
    """The value of each quantity that applies to the page."""
    parts: frozenset[str] | None = None
    """The parts of the page; None where only the record was at hand."""
    marks: Mapping[str, int] = field(default_factory=dict)
    """Of title and text a number that is the same where they are."""

    @property
    def is_article(self) -> bool:
        """Whether the page gave a record."""
        return self.values.get("outcome") == ARTICLE


def observe(found: Article | ScraperError, *, page: Page | None = None, url: str | None = None) -> Observation | None:
    """Note what a page tells, given what reading it gave: a record or an error.

    ``page`` is the parsed page, where it is at hand; ``url`` its address, where it is not in ``found``. None for an
    error that tells nothing of the page: dead links, servers and connections that fail.

    >>> from xinnong_scraper import Article
    >>> observe(Article(url="http://www.x.cn/a/1.html", title="题目在此")).values["title.filled"]
    'yes'
    """
    if isinstance(found, ScraperError):
        outcome = _outcome(found)
        return None if outcome is None else _observation(url or found.url, {"outcome": outcome})
    values = dict(_values(found))
    if page is not None:
        values |= page_values(page, found)
    values |= _beside_place(values)
    if not (url or found.url):
        values = _without(values, _BY_ADDRESS)
    parts = None if page is None else page_parts(page)
    marks = {"title": crc32((found.title or "").encode()), "body": crc32(found.text.encode())}
    return _observation(url or found.url, values, parts, {name: mark for name, mark in marks.items() if mark})


def observe_html(
    html: str | bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    now: datetime | None = None,
    layout: Layout | None = None,
    layouts: Sequence[Layout] = (),
) -> Observation | None:
    """Read a saved page and note what it tells; the arguments are those of :func:`~xinnong_scraper.extract_html`.

    ``layouts`` are tried before the built-in ones where ``layout`` is not given. None for what tells nothing.

    Without the response's headers, nothing is said of how the page declares its charset.
    """
    try:
        article = read_saved(html, url=url, headers=headers, now=now, layout=layout, layouts=layouts)
    except ScraperError as error:
        return observe(error, url=url)
    told = observe(article, page=read_page(html, url=url, headers=headers), url=url)
    if told is None or headers is not None:
        return told
    parts = frozenset(part for part in told.parts or () if not part.startswith("charset="))
    return replace(told, values=_without(told.values, ("page.charset",)), parts=parts)


def observe_outcome(url: str, outcome: str) -> Observation:
    """Note what the page at ``url`` was instead of an article.

    ``outcome`` is a reason of NotAnArticleError, ``doubtful`` or ``refused``.
    """
    return _observation(url, {"outcome": outcome})


def site_of(url: str | None) -> str:
    """Name the site of an address.

    >>> site_of("http://www.xinnong.example/a.html"), site_of(None)
    ('xinnong.example', '-')
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return NO_SITE
    return host.removeprefix("www.") or NO_SITE


def address_of(url: str | None) -> str:
    """Say what an address looks like.

    >>> address_of("http://x.cn/news/2018/0428/t123.html"), address_of("http://x.cn/article?id=7&from=a")
    ('/news/#/#/*.html', '/article?from&id')
    >>> address_of("http://x.cn/a/0f3ab2c4"), address_of(None)
    ('/a/*', '-')
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return NO_SITE
    if not parts.netloc:
        return NO_SITE
    *folders, name = parts.path.split("/")
    shown = "/".join("#" if _UNEVEN.search(folder) else folder for folder in folders[:8])
    stem, dot, ending = name.rpartition(".")
    last = f"*{dot}{ending}" if stem else "*" if _UNEVEN.search(name) else name
    names = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}) if parts.query else []
    return (f"{shown}/{last}" + (f"?{'&'.join(names)}" if names else ""))[:_LONGEST_VALUE]


def _observation(
    url: str | None, values: dict[str, str], parts: frozenset[str] | None = None, marks: Mapping[str, int] | None = None
) -> Observation:
    address = address_of(url)
    if address != NO_SITE:
        values["address"] = address
    return Observation(site_of(url), url, address, values, parts, marks or {})


def _without(values: Mapping[str, str], beginnings: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in values.items() if not name.startswith(beginnings)}


def _outcome(error: ScraperError) -> str | None:
    """Say what the page is instead of an article; None where it says nothing of the page."""
    if isinstance(error, NotAnArticleError):
        return error.reason
    if isinstance(error, HTTPStatusError) and error.status in REFUSING:
        return REFUSED
    return None if isinstance(error, FetchError) else type(error).__name__


def _values(article: Article) -> Iterator[tuple[str, str]]:
    yield "outcome", ARTICLE
    yield "layout", article.layout or "none"
    yield "encoding", article.encoding or "text"
    yield "record.confidence", _level(article.confidence)
    codes = {warning.code for warning in article.warnings}
    for code in _WARNINGS:
        yield f"warning.{code}", "yes" if code in codes else "no"
    for name in FIELDS:
        evidence = article.evidence.get(name)
        filled = bool(article.body.blocks if name == "body" else getattr(article, name))
        yield f"{name}.filled", "yes" if filled else "no"
        if filled and evidence is not None:
            yield from _reading(name, evidence)
    yield from _shapes(article)


def _reading(name: str, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Give how a field was read."""
    yield f"{name}.rule", f"{evidence.strategy} {evidence.rule}"[:_LONGEST_VALUE]
    if name in _WEIGHED:
        yield f"{name}.confidence", _level(evidence.confidence)
        yield f"{name}.agreeing", str(min(2, len(evidence.agreeing)))
    if name in _PLACED and evidence.path:
        yield f"{name}.path", _place(evidence.path)


def _beside_place(values: Mapping[str, str]) -> dict[str, str]:
    """Give some values together with the place of the text.

    Several templates of one portal have different ones, each as normal as the other; that one template has another's
    is none the less a change.
    """
    place = values.get("body.path", "nowhere")
    return {f"{name}_by_place": f"{values[name]} | {place}" for name in _BY_PLACE if name in values}


def _shapes(article: Article) -> Iterator[tuple[str, str]]:
    """Give what the values look like."""
    if article.title:
        yield "title.length", size(len(article.title))
    if article.source:
        yield "source.length", size(len(article.source))
    if article.published_raw:
        yield "published_at.form", _form(article.published_raw)
    if article.published_precision:
        yield "published_at.precision", article.published_precision
    if article.body.blocks:
        yield "body.length", size(len(article.text))
        yield "body.blocks", size(len(article.body.blocks))
    for name in ("authors", "breadcrumb", "teasers"):
        if count := len(getattr(article, name)):
            yield f"{name}.count", size(count)


def _place(path: str) -> str:
    """Give a CSS path without what may differ from article to article.

    >>> _place("div#art1234 > div:nth-of-type(2) > h1")
    'div#art0>div>h1'
    """
    plain = _POSITION.sub("", path).replace(" > ", ">")
    return _IDENT.sub(lambda found: _DIGITS.sub("0", found[0]), plain)[-_LONGEST_VALUE:]


def _form(raw: str) -> str:
    """Give a date as written, any number as 0.

    >>> _form("2018年4月28日 09:05"), _form("发布时间：2018-04-28")
    ('0年0月0日 0:0', '发布时间：0-0-0')
    """
    return _DIGITS.sub("0", " ".join(raw.split()))[:40]


def _level(confidence: float) -> str:
    return "high" if confidence >= _HIGH else "middle" if confidence >= _MIDDLE else "low"
