"""What stands under a headline, for the forms that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import Article

__all__ = ["shown_time"]

_PATTERNS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}


def shown_time(article: Article) -> str | None:
    """Return the time of publication with the precision that the page shows, else the date as written, else None.

    >>> from datetime import datetime
    >>> from xinnong_scraper.records import Article
    >>> shown_time(Article(published_at=datetime(2018, 4, 28, 13, 44), published_precision="minute"))
    '2018-04-28 13:44'
    >>> shown_time(Article(published_raw="昨天 13:44"))
    '昨天 13:44'
    """
    if article.published_at is None:
        return article.published_raw
    return article.published_at.strftime(_PATTERNS[article.published_precision or "second"])
