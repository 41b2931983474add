"""zyte-common-items: the record in the vocabulary of Zyte's items (the extra ``zyte``)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import zyte_common_items as zyte
from web_poet import Returns

from .web_poet import ArticlePage

if TYPE_CHECKING:
    from ..records import Article

__all__ = ["ZyteArticlePage", "to_zyte_article"]


class ZyteArticlePage(ArticlePage, Returns[zyte.Article]):
    """A news page of web-poet whose item is ``zyte_common_items.Article``; its own fields bear our record's names."""

    async def to_item(self) -> zyte.Article:
        """Give the item; raises what :meth:`ArticlePage.to_item` raises."""
        return to_zyte_article(await super().to_item())


def to_zyte_article(article: Article) -> zyte.Article:
    """Give the record as ``zyte_common_items.Article``; what that item has no place for is left out.

    As the item's documentation asks, ``datePublished`` is the time of the last change where that is the only one.
    ``metadata.probability`` (of being an article at all) is None: our ``confidence`` is another notion.

    Raises ``ValueError`` for a record without an address, which the item must have.
    """
    if article.url is None:
        raise ValueError("a zyte_common_items.Article must have a url, and this record has none")
    published = article.published_at or article.modified_at
    images = [zyte.Image(url=image.url) for image in article.images if not image.url.startswith("data:")]
    fetched = article.fetched_at.astimezone(UTC) if article.fetched_at else None
    return zyte.Article(
        url=article.url,
        canonicalUrl=article.canonical_url,
        headline=article.title,
        datePublished=published.isoformat() if published else None,
        datePublishedRaw=article.published_raw,
        dateModified=article.modified_at.isoformat() if article.modified_at else None,
        authors=[zyte.Author(name=name) for name in article.authors] or None,
        breadcrumbs=[zyte.Breadcrumb(name=crumb.name, url=crumb.url) for crumb in article.breadcrumb] or None,
        inLanguage=article.language,
        mainImage=images[0] if images else None,
        images=images or None,
        description=article.summary,
        articleBody=article.text or None,
        metadata=zyte.ArticleMetadata(
            probability=None, dateDownloaded=fetched.strftime("%Y-%m-%dT%H:%M:%SZ") if fetched else None
        ),
    )
