"""Crawling: from a portal's front page to a store of records that loses nothing."""

from .again import Changes, FieldChange, PageChange, extract_again
from .crawler import Crawler, CrawlStats, PageVisited
from .fleet import FleetCrawler, FleetStats, SliceEnded
from .policy import CrawlPolicy
from .report import write_report
from .status import Failure, HostStatus, Status, read_status
from .store import Store

__all__ = [
    "Changes",
    "CrawlPolicy",
    "CrawlStats",
    "Crawler",
    "Failure",
    "FieldChange",
    "FleetCrawler",
    "FleetStats",
    "HostStatus",
    "PageChange",
    "PageVisited",
    "SliceEnded",
    "Status",
    "Store",
    "extract_again",
    "read_status",
    "write_report",
]
