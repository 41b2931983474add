"""Stores with records in them, made without a crawl."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from xinnong_scraper.crawl.store import ARTICLE, Link, Result, Store
from xinnong_scraper.page import FetchedPage
from xinnong_scraper.records import Article, Block, Body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOMENT = datetime(2018, 5, 2, 1, 0, 0, 250_000, tzinfo=UTC)
WORDS = re.findall("..", "小麦玉米合作试种品种专家田间指导农户节水灌溉收成返青长势良好技术人员进村入户管理")


def article(number: int, **fields: Any) -> Article:
    """An article whose text is like no other's."""
    text = "".join(WORDS[(number * 7 + at * at * (number % 13 + 1)) % len(WORDS)] for at in range(60))
    made = {
        "url": f"http://a.example/{number}.html",
        "title": f"题{number}",
        "body": Body(blocks=[Block(kind="paragraph", text=f"{number}：{text}")]),
        "content_hash": f"{number:064x}",
        "fetched_at": MOMENT,
    }
    return Article(**{**made, **fields})


def fill(store: Store, articles: Iterable[Article], *, pages: Sequence[FetchedPage] = ()) -> None:
    """Store articles as a crawl does."""
    known = list(articles)
    store.add([Link(each.url or "", "item", 10, 1) for each in known])
    with_url = {each.url: each for each in known}
    for host, _ in store.waiting_hosts(100):
        jobs = store.queue_of(host, len(known), 2e9)
        store.commit(
            [
                Result(job, ARTICLE, "article", pages=pages or [page_of(job.url)], article=with_url[job.url])
                for job in jobs
            ]
        )


def revise(store: Store, changed: Article) -> None:
    """Store an article again, as a refresh does."""
    store.queue_again(before=2e9, articles=True)
    for host, _ in store.waiting_hosts(100):
        for job in store.queue_of(host, 10_000, 2e9):
            if job.url == changed.url:
                store.commit([Result(job, ARTICLE, "article", pages=[page_of(job.url)], article=changed)])


def page_of(url: str) -> FetchedPage:
    return FetchedPage(requested_url=url, url=url, status=200, headers={}, body=b"<p>", fetched_at=MOMENT)
