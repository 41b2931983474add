"""Crawling: from a portal's front page to a store of records that loses nothing."""

from .again import Changes, FieldChange, PageChange, extract_again
from .crawler import Crawler, CrawlStats, PageVisited
from .fleet import FleetCrawler, FleetStats, SliceEnded
from .merging import merge_stores
from .policy import CrawlPolicy
from .report import write_report
from .shards import Shards
from .status import Failure, HostStatus, Status, read_status, read_statuses
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
    "Shards",
    "SliceEnded",
    "Status",
    "Store",
    "extract_again",
    "merge_stores",
    "read_status",
    "read_statuses",
    "write_report",
]
