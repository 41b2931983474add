"""What an extractor must find on the replica's pages, told by who made them and not by any extractor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Block, Crumb, Picture, ReplicaArticle, TeaserRef

__all__ = ["SITE_NAME", "expected_record"]

SITE_NAME = "中国新农网"


def expected_record(article: ReplicaArticle, base_url: str, page: int | None) -> dict[str, object]:
    """Give the expected values of one page (from 1) of an article, or of all its pages merged (None)."""
    blocks = _blocks(article, page)
    path = article.paths[(page or 1) - 1]
    return {
        "url": urljoin(base_url, path),
        "canonical_url": urljoin(base_url, path),
        "site_name": SITE_NAME,
        "title": article.title,
        "subtitle": None,
        "source": article.source,
        "source_url": urljoin(base_url, article.source_url) if article.source_url else None,
        "authors": _authors(article, page),
        "editors": [article.editor] if article.editor else [],
        "published_at": article.published_at.isoformat(),
        "published_precision": article.precision,
        "published_raw": article.published_text,
        "modified_at": None,
        "breadcrumb": [_crumb(crumb, base_url) for crumb in article.crumbs],
        "section": article.crumbs[-1].name,
        "summary": article.summary,
        "keywords": list(article.keywords),
        "language": "zh",
        "body": list(_lines(blocks)),
        "images": [_image(block.picture, base_url) for block in blocks if block.picture is not None],
        "disclaimer": _disclaimer(article),
        "teasers": [_teaser(teaser, base_url) for teaser in article.teasers],
        "next_page_url": _next_page_url(article, base_url, page),
        "page_count": len(article.pages) if page is None else 1,
        "encoding": article.encoding,
    }


def _blocks(article: ReplicaArticle, page: int | None) -> list[Block]:
    if page is None:
        return [block for blocks in article.pages for block in blocks]
    if not 1 <= page <= len(article.pages):
        raise IndexError(f"{article.path} has pages 1 to {len(article.pages)}, not {page}")
    return list(article.pages[page - 1])


def _authors(article: ReplicaArticle, page: int | None) -> list[str]:
    """Give the authors that the page names: a dateline stands on the first page only, a credit on the last."""
    shown_on = {"byline": page, "dateline": 1, "credit": len(article.pages)}[article.author_place]
    return list(article.authors) if page in (None, shown_on) else []


def _lines(blocks: Iterable[Block]) -> Iterable[tuple[str, str]]:
    for block in blocks:
        if block.kind == "table":
            yield from (("table", "\t".join(row)) for row in block.rows)
        elif block.kind != "image":
            yield block.kind, block.text


def _crumb(crumb: Crumb, base_url: str) -> dict[str, str | None]:
    return {"name": crumb.name, "url": None if crumb.path is None else urljoin(base_url, crumb.path)}


def _image(picture: Picture, base_url: str) -> dict[str, str | None]:
    return {"url": urljoin(base_url, picture.path), "alt": picture.alt, "caption": picture.caption}


def _disclaimer(article: ReplicaArticle) -> dict[str, object] | None:
    if article.disclaimer is None:
        return None
    return {"heading": article.disclaimer.heading, "clauses": list(article.disclaimer.clauses)}


def _teaser(teaser: TeaserRef, base_url: str) -> dict[str, str | None]:
    return {
        "title": teaser.title,
        "url": urljoin(base_url, teaser.path),
        "summary": teaser.summary,
        "published_at": teaser.published_at.isoformat() if teaser.published_at else None,
        "image_url": urljoin(base_url, teaser.picture.path) if teaser.picture else None,
    }


def _next_page_url(article: ReplicaArticle, base_url: str, page: int | None) -> str | None:
    if page is None or page == len(article.paths):
        return None
    return urljoin(base_url, article.paths[page])
