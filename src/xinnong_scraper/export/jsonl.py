"""The interchange form: one record, one line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..records import Article

__all__ = ["to_jsonl"]


def to_jsonl(article: Article) -> str:
    """Return ``article`` as one line of JSON without a line break; ``Article.model_validate_json`` reads it back.

    >>> from xinnong_scraper.records import Article
    >>> to_jsonl(Article(title="聊城"))[:42]
    '{"url":null,"canonical_url":null,"site_nam'
    """
    return article.model_dump_json()
