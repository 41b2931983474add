"""An article as schema.org NewsArticle (JSON-LD)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from ..records import Article, Image

__all__ = ["to_jsonld"]


def to_jsonld(article: Article) -> dict[str, Any]:
    """Return ``article`` as a JSON-LD object of type NewsArticle; what the record does not have is left out.

    A date that the page shows without a time stays a date, so that nothing is claimed that the page does not say.

    >>> from xinnong_scraper.records import Article
    >>> to_jsonld(Article(title="题", source="聊城日报"))["sourceOrganization"]
    {'@type': 'Organization', 'name': '聊城日报'}
    """
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "url": article.url,
        "mainEntityOfPage": article.canonical_url,
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
    return {"@type": kind, "name": name} | ({"url": url} if url else {})


def _image(image: Image) -> dict[str, str]:
    properties = {"@type": "ImageObject", "url": image.url, "caption": image.caption, "description": image.alt}
    return {name: value for name, value in properties.items() if value}
