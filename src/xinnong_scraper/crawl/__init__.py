"""Crawling: from a portal's front page to a store of records that loses nothing."""

from .crawler import Crawler, CrawlStats, PageVisited
from .policy import CrawlPolicy
from .store import Store

__all__ = ["CrawlPolicy", "CrawlStats", "Crawler", "PageVisited", "Store"]
