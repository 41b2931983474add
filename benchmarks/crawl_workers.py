"""The crawlers that are measured: each reads a job from standard input, crawls a portal, and prints its figures."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xinnong_scraper import ScraperError, extract_html

from .fetch_workers import Clock, Figures, Setting
from .scrapy_worker import lean_settings
from .server import keep_to

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS: Final = "xinnong_scraper.crawl"
SCRAPY: Final = "Scrapy"
SCRAPY_DEFAULT: Final = "Scrapy, default settings"
VARIANTS: Final = {
    OURS: ("asyncio", "uvloop"),
    SCRAPY: (
        *("asyncio, LinkExtractor", "uvloop, LinkExtractor", "uvloop, CSS", "epoll, LinkExtractor", "epoll, CSS"),
        *("aiohttp without reactor, uvloop, LinkExtractor", "aiohttp without reactor, uvloop, CSS"),
    ),
    SCRAPY_DEFAULT: ("asyncio, LinkExtractor",),
}
"""What there is to choose: the event loop, and for Scrapy how links are read: by its own class, or by a selector."""
UNWANTED: Final = ("/calendar", "/share", "/private/")
"""Paths of the portal without end or behind robots.txt; nobody follows them."""


def _ours(setting: Setting, url: str, home: Path) -> Figures:
    crawl = importlib.import_module("xinnong_scraper.crawl")
    policy = importlib.import_module("xinnong_scraper").FetchPolicy
    crawler = crawl.Crawler(
        home / "store.db",
        crawl.CrawlPolicy(
            fetch=policy(allow_private=True, respect_robots=False, concurrency_per_host=setting.width),
            concurrency=setting.width,
            exclude=tuple(f"{path}*" for path in UNWANTED),
        ),
    )
    loop = importlib.import_module("uvloop").new_event_loop if setting.variant == "uvloop" else None
    with asyncio.Runner(loop_factory=loop) as runner:
        clock = Clock()
        stats = runner.run(crawler.arun([url]))
        return clock.figures(setting, stats.visited, stats.articles)


def _scrapy(setting: Setting, url: str, home: Path, *, default: bool) -> Figures:
    """Crawl with the same reading of pages; the records go to a file of JSON lines, without a store to resume from."""
    scrapy: Any = importlib.import_module("scrapy")
    crawler: Any = importlib.import_module("scrapy.crawler")
    extractor = importlib.import_module("scrapy.linkextractors").LinkExtractor(
        allow=[f"^{re.escape(url)}"], deny=[re.escape(url.rstrip("/") + path) for path in UNWANTED]
    )
    base, unwanted = url.rstrip("/"), tuple(url.rstrip("/") + path for path in UNWANTED)

    class Spider(scrapy.Spider):  # type: ignore[misc]  # the class is known at run time only
        name = "portal"
        start_urls = (url,)
        visited = 0
        articles = 0

        def parse(self, response: Any) -> Iterator[Any]:  # noqa: ANN401  another library's type
            Spider.visited += 1
            if not isinstance(response, scrapy.http.HtmlResponse):
                return
            try:
                article = extract_html(response.body, url=response.url, headers=response.headers.to_unicode_dict())
                Spider.articles += 1
                yield {"record": article.model_dump(mode="json")}
            except ScraperError:
                pass
            for address in self._links(response):
                yield scrapy.Request(address)

        def _links(self, response: Any) -> Iterator[str]:  # noqa: ANN401  another library's type
            if setting.variant.endswith("LinkExtractor"):
                for link in extractor.extract_links(response):
                    yield link.url
                return
            ignored = extractor.deny_extensions
            for href in set(response.css("a::attr(href)").getall()):
                address = response.urljoin(href)
                path = address.partition("?")[0]
                if address.startswith(base) and not address.startswith(unwanted) and Path(path).suffix not in ignored:
                    yield address

    settings = lean_settings(setting, default=default, seen=True)
    settings["FEEDS"] = {str(home / "records.jsonl"): {"format": "jsonlines", "encoding": "utf-8"}}
    kind = crawler.CrawlerProcess if setting.variant.startswith("epoll") else crawler.AsyncCrawlerProcess
    process = kind(settings, install_root_handler=False)
    clock = Clock()
    process.crawl(Spider)
    process.start()
    return clock.figures(setting, Spider.visited, Spider.articles)


def run(job: dict[str, Any]) -> Figures:
    """Run a job."""
    keep_to(job["core"])
    setting = Setting(**job["setting"])
    with tempfile.TemporaryDirectory(prefix="benchmark") as home:
        if job["contestant"] == OURS:
            return _ours(setting, job["url"], Path(home))
        return _scrapy(setting, job["url"], Path(home), default=job["contestant"] == SCRAPY_DEFAULT)


if __name__ == "__main__":
    print(json.dumps(asdict(run(json.load(sys.stdin)))))
