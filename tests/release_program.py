"""A program of a user: it must satisfy mypy --strict and pyright against the installed package, and run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable  # noqa: TC003  as users write it
from datetime import UTC, datetime
from typing import assert_type

from xinnong_scraper import Article, FetchPolicy, Layout, Scraper, ScraperError, aextract, extract_html, extract_many
from xinnong_scraper.crawl import Crawler, CrawlPolicy, CrawlStats, Store
from xinnong_scraper.drift import Baseline, Verdict, check, observe_html
from xinnong_scraper.errors import HTTPStatusError, NotAnArticleError
from xinnong_scraper.export import Filter, to_jsonld, write_records
from xinnong_scraper.fetch import FetchedPage
from xinnong_scraper.inspection import render_inspection
from xinnong_scraper.learn import learn_layout
from xinnong_scraper.records import Crumb, Evidence, Teaser

PAGE = "<h1>小麦返青</h1>来源：聊城日报 昨天 13:44" + "<p>四月以来，全市小麦陆续返青，长势良好。</p>" * 3


class Archive:
    """A fetcher of one's own: structure is enough."""

    def fetch(self, url: str, /) -> FetchedPage:
        """Give the same page for every address."""
        now = datetime(2018, 4, 29, 8, tzinfo=UTC)
        return FetchedPage(requested_url=url, url=url, status=200, headers={}, body=PAGE.encode(), fetched_at=now)


def read() -> Article:
    """Read a page, and look at what it gives."""
    with Scraper(policy=FetchPolicy(timeout=5), fetcher=Archive()) as scraper:
        article = scraper.extract("https://news.example.cn/a.html")
    assert_type(article, Article)
    assert_type(article.title, str | None)
    assert_type(article.published_at, datetime | None)
    assert_type(article.breadcrumb, list[Crumb])
    assert_type(article.teasers, list[Teaser])
    assert_type(article.evidence["title"], Evidence)
    return article


def fail() -> str:
    """Read what is no article."""
    try:
        extract_html(b"%PDF-1.4", now=datetime(2018, 4, 29, tzinfo=UTC))
    except NotAnArticleError as error:
        return error.reason
    except HTTPStatusError as error:
        return str(error.status)
    return ""


def many(urls: Iterable[str]) -> list[str]:
    """Read many pages; never called."""
    found: list[str] = []
    for outcome in extract_many(urls, concurrency=2):
        assert_type(outcome.article, Article | None)
        assert_type(outcome.error, ScraperError | None)
        if outcome.article is not None and outcome.article.title:
            found.append(outcome.article.title)
    asyncio.run(aextract("https://news.example.cn/a.html", layout=Layout(name="mine")))
    return found


def rest(path: str) -> None:
    """Call the other rooms; never called."""
    assert_type(Crawler(path, CrawlPolicy(max_pages=1)).run(["https://news.example.cn/"]), CrawlStats)
    with Store(path) as store:
        assert_type(write_records(store.records(wanted=Filter(hosts=["example.cn"])), "out.jsonl"), int)
    verdict = check([observe_html(PAGE)], Baseline.learn([]))
    assert_type(verdict, Verdict)
    assert_type(learn_layout([(PAGE, None)] * 3, name="mine"), Layout)


if __name__ == "__main__":
    record = read()
    print(record.title, record.source, fail(), to_jsonld(record)["@type"], len(render_inspection(PAGE)) > 1000)
