"""Crawling: from a portal's front page to a store of records that loses nothing."""

from .again import Changes, FieldChange, PageChange, extract_again
from .crawler import Crawler, CrawlStats, PageVisited
from .policy import CrawlPolicy
from .store import Store

__all__ = [
    "Changes",
    "CrawlPolicy",
    "CrawlStats",
    "Crawler",
    "FieldChange",
    "PageChange",
    "PageVisited",
    "Store",
    "extract_again",
]
