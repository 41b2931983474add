"""Stores of a crawl that are filled without one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from xinnong_scraper import Article
from xinnong_scraper.crawl import Store
from xinnong_scraper.crawl.store import ARTICLE, FAILED, Link, Result
from xinnong_scraper.page import FetchedPage
from xinnong_scraper.records import Block, Body, ExtractionWarning

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE: Final = (
    "</title></svg><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)> "
    "\"'&amp; \u202e小麦 \x1b[31m"
)


def article(number: int, **fields: Any) -> Article:
    text = f"第{number}篇：聊城市农业部门今年推广新品种，种植户的收入比去年有了明显的提高，编号{number * 7919}。" * 3
    values: dict[str, Any] = {
        "url": f"http://x.cn/{number}.html",
        "title": f"题目{number}",
        "body": Body(blocks=[Block(kind="paragraph", text=text)]),
        "content_hash": f"{number:064}",
        "confidence": 0.9,
    }
    return Article(**(values | fields))


def filled(path: Path, articles: list[Article]) -> Store:
    """A store with these articles, each fetched."""
    store = Store(path, create=True)
    store.add(Link(str(found.url), "item", 10, 1) for found in articles)
    jobs = {job.url: job for job in store.queue_of(1, len(articles), 0)}
    now = datetime.fromisoformat("2026-01-02T03:04:05+00:00")
    results = []
    for found in articles:
        page = FetchedPage(
            url=str(found.url), requested_url=str(found.url), status=200, headers={}, body=b"x" * 100, fetched_at=now
        )
        results.append(Result(jobs[str(found.url)], ARTICLE, "article", pages=[page], article=found, seconds=0.3))
    store.commit(results)
    return store


def hostile(path: Path) -> Store:
    same = {"body": article(0).body, "title": HOSTILE}
    warning = ExtractionWarning(code="missing_field", field="source", message=HOSTILE)
    records = [
        article(number, section=f"{HOSTILE}{number % 3}", source=HOSTILE * 50, warnings=[warning]).model_copy(
            update=same
        )
        for number in range(5)
    ]
    store = filled(path, records)
    store.add([Link('http://x.cn/"><script>alert(3)</script>', "item", 10, 1)])
    (job,) = store.queue_of(1, 9, 0)
    store.commit([Result(job, FAILED, "HTTPStatusError", HOSTILE, status=500)])
    return store
