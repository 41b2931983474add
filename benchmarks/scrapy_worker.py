"""Scrapy with the same reading of the pages: at its quickest, and as it comes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from xinnong_scraper import extract_html

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from .fetch_workers import Clock, Figures, Setting

_MIDDLEWARES = "scrapy.downloadermiddlewares."
_LEAN: dict[str, Any] = {
    # What does the work that our own clients do too stays; the rest goes.
    "DOWNLOADER_MIDDLEWARES_BASE": {
        f"{_MIDDLEWARES}downloadtimeout.DownloadTimeoutMiddleware": 350,
        f"{_MIDDLEWARES}defaultheaders.DefaultHeadersMiddleware": 400,
        f"{_MIDDLEWARES}useragent.UserAgentMiddleware": 500,
        f"{_MIDDLEWARES}retry.RetryMiddleware": 550,
        f"{_MIDDLEWARES}httpcompression.HttpCompressionMiddleware": 590,
        f"{_MIDDLEWARES}redirect.RedirectMiddleware": 600,
    },
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50},
    "EXTENSIONS_BASE": {},
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
}
_FEEDS = "scrapy.extensions.feedexport.FeedExporter"
_CRAWLING = {name: value for name, value in _LEAN.items() if name != "DUPEFILTER_CLASS"} | {
    "EXTENSIONS_BASE": {_FEEDS: 0}
}
_AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"


def lean_settings(setting: Setting, *, default: bool, seen: bool = False) -> dict[str, Any]:
    """Give Scrapy's settings; ``default`` leaves most as they are, ``seen`` keeps what a crawl needs."""
    made: dict[str, Any] = {
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "CONCURRENT_REQUESTS": setting.width,
        "CONCURRENT_REQUESTS_PER_DOMAIN": setting.width,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
    if not default:
        made |= _CRAWLING if seen else _LEAN
    if setting.variant.startswith("epoll"):
        made["TWISTED_REACTOR"] = "twisted.internet.epollreactor.EPollReactor"
    if "uvloop" in setting.variant:
        made["ASYNCIO_EVENT_LOOP"] = "uvloop.Loop"
    if "without reactor" in setting.variant:
        del made["TWISTED_REACTOR"]
        made["TWISTED_REACTOR_ENABLED"] = False
        made["DOWNLOAD_HANDLERS_BASE"] = {"http": _AIOHTTP, "https": _AIOHTTP}
    return made


def run(setting: Setting, urls: Sequence[str], *, default: bool) -> Figures:
    """Crawl the addresses once, after a warm-up; ``default`` leaves Scrapy's settings as they are, but for the log."""
    workers = importlib.import_module("benchmarks.fetch_workers")
    scrapy: Any = importlib.import_module("scrapy")
    crawler: Any = importlib.import_module("scrapy.crawler")
    found: list[Figures] = []

    class Spider(scrapy.Spider):  # type: ignore[misc]  # the class is known at run time only
        name = "pages"
        left = workers.WARM_UP
        amount = 0
        clock: Clock

        async def start(self) -> AsyncIterator[Any]:
            for url in urls[: workers.WARM_UP]:
                yield scrapy.Request(url, self.warm_up, dont_filter=True)

        def warm_up(self, response: Any) -> Iterator[Any]:  # noqa: ANN401  another library's type
            self._read(response)
            if self.left == 0:
                self.left, self.amount, self.clock = len(urls), 0, workers.Clock()
                for url in urls:
                    yield scrapy.Request(url, dont_filter=True)

        def parse(self, response: Any) -> Iterator[Any]:  # noqa: ANN401  another library's type
            article = self._read(response)
            if self.left == 0:
                found.append(self.clock.figures(setting, len(urls), self.amount))
            if default:
                yield {"article": article}

        def _read(self, response: Any) -> Any:  # noqa: ANN401  another library's type
            headers = response.headers.to_unicode_dict()
            article = extract_html(response.body, url=response.url, headers=headers)
            self.left -= 1
            self.amount += len(article.text)
            return article

    kind = crawler.CrawlerProcess if setting.variant == "epoll" else crawler.AsyncCrawlerProcess
    process = kind(lean_settings(setting, default=default), install_root_handler=False)
    process.crawl(Spider)
    process.start()
    return found[0]
