"""Scrapy crawls, this library reads: python examples/scrapy_spider.py [URL [OUT.jsonl]]; without URL a replica."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from xinnong_scraper.integrations.scrapy import outcome_of
from xinnong_scraper.replica import ReplicaPortal

if find_spec("scrapy") is None:
    print("This example needs scrapy: pip install 'xinnong-scraper[scrapy]'")
    sys.exit()

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response


class PortalSpider(CrawlSpider):
    """Follows every link of one host and yields a record for every page that is an article."""

    name = "portal"
    rules = (Rule(LinkExtractor(), callback="read", follow=True),)

    def read(self, response: Response) -> Iterator[dict[str, object]]:
        """Yield the record; a list page has none, and is counted by what it is."""
        outcome = outcome_of(response)
        if outcome.article is not None:
            yield outcome.article.model_dump(mode="json")
        else:
            self.crawler.stats.inc_value(f"pages/{getattr(outcome.error, 'reason', type(outcome.error).__name__)}")


with ExitStack() as stack:
    url = sys.argv[1] if len(sys.argv) > 1 else stack.enter_context(ReplicaPortal(count=14)).url
    feeds = {sys.argv[2]: {"format": "jsonlines", "encoding": "utf8"}} if len(sys.argv) > 2 else {}
    process = AsyncCrawlerProcess({"FEEDS": feeds, "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False})
    crawler = process.create_crawler(PortalSpider)
    process.crawl(crawler, start_urls=[url], allowed_domains=[urlsplit(url).hostname])
    process.start()
    others = {name: count for name, count in crawler.stats.get_stats().items() if name.startswith("pages/")}
    print(crawler.stats.get_value("item_scraped_count", 0), "records, and besides", others)
