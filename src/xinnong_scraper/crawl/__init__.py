"""Crawling: from a portal's front page to a store of records that loses nothing."""

from .crawler import Crawler, CrawlStats, PageVisited
from .policy import CrawlPolicy
from .report import write_report
from .status import Failure, HostStatus, Status, read_status
from .store import Store

__all__ = [
    "CrawlPolicy",
    "CrawlStats",
    "Crawler",
    "Failure",
    "HostStatus",
    "PageVisited",
    "Status",
    "Store",
    "read_status",
    "write_report",
]
