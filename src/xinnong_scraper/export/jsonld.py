"""An article as schema.org NewsArticle (JSON-LD)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

    from ..records import Article, Image

__all__ = ["to_jsonld"]

_NOT_IN_IRIS: Final = {code: f"%{code:02X}" for code in (*range(0x21), *map(ord, '<>"{}|\\^`'), 0x7F)}


def to_jsonld(article: Article) -> dict[str, Any]:
    """Return ``article`` as a JSON-LD object of type NewsArticle; what the record does not have is left out.

    A date that the page shows without a time stays a date, so that nothing is claimed that the page does not say.
    Characters of an address that no IRI may hold (RFC 3987, 2.2) are written as ``%XX``: RDF made of it would lack the
    statement, or could not be parsed.

    >>> from xinnong_scraper.records import Article
    >>> to_jsonld(Article(title="题", source="聊城日报"))["sourceOrganization"]
    {'@type': 'Organization', 'name': '聊城日报'}
    """
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "url": _iri(article.url),
        "mainEntityOfPage": _iri(article.canonical_url),
        "headline": article.title,
        "alternativeHeadline": article.subtitle,
        "datePublished": _stamp(article.published_at, date_only=article.published_precision == "day"),
        "dateModified": _stamp(article.modified_at),
        "author": [_named("Person", name) for name in article.authors],
        "editor": [_named("Person", name) for name in article.editors],
        "sourceOrganization": _named("Organization", article.source, article.source_url),
        "publisher": _named("Organization", article.site_name),
        "articleSection": article.section,
        "description": article.summary,
        "keywords": list(article.keywords),
        "inLanguage": article.language,
        "image": [_image(image) for image in article.images],
        "articleBody": article.text,
    }
    return {name: value for name, value in properties.items() if value}


def _stamp(moment: datetime | None, *, date_only: bool = False) -> str | None:
    if moment is None:
        return None
    return moment.date().isoformat() if date_only else moment.isoformat()


def _named(kind: str, name: str | None, url: str | None = None) -> dict[str, str] | None:
    if name is None:
        return None
    return {"@type": kind, "name": name} | ({"url": iri} if (iri := _iri(url)) else {})


def _iri(url: str | None) -> str | None:
    """Write an address as an IRI reference.

    >>> _iri('http://a.example/图 <1>.jpg')
    'http://a.example/图%20%3C1%3E.jpg'
    """
    return None if url is None else url.translate(_NOT_IN_IRIS)


def _image(image: Image) -> dict[str, str]:
    properties = {"@type": "ImageObject", "url": _iri(image.url), "caption": image.caption, "description": image.alt}
    return {name: value for name, value in properties.items() if value}
