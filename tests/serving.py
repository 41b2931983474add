"""Articles on loopback for the pipeline's tests, and both drivers behind one call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from xinnong_scraper import Article, FetchPolicy, aextract, aextract_many, extract, extract_many

from .faults import FaultServer, response, says

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xinnong_scraper.pipeline import Outcome

SENTENCE = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
LOOPBACK = FetchPolicy(allow_private=True, respect_robots=False, timeout=5, retries=0)


def html_page(name: str, following: str | None = None, *, byline: str = "来源：聊城日报 2018-04-28 13:44") -> str:
    pager = f"<div class=pages><span>1</span> <a href='{following}'>下一页</a></div>" if following else ""
    return (
        f"<!doctype html><meta charset=utf-8><title>小麦返青</title><h1>全市小麦陆续返青</h1><p>{byline}</p>"
        f"<div>{f'<p>第{name}页：{SENTENCE}</p>' * 3}{pager}</div>"
    )


def serve(**pages: str) -> FaultServer:
    return FaultServer(**{name: says(response(html.encode())) for name, html in pages.items()})


def run_extract(driver: str, url: str, **options: Any) -> Article:
    if driver == "sync":
        return extract(url, policy=LOOPBACK, **options)
    return asyncio.run(aextract(url, policy=LOOPBACK, **options))


def run_many(driver: str, urls: Iterable[str], **options: Any) -> list[Outcome]:
    return run_many_with(LOOPBACK, driver, urls, **options)


def run_many_with(policy: FetchPolicy, driver: str, urls: Iterable[str], **options: Any) -> list[Outcome]:
    if driver == "sync":
        return list(extract_many(urls, policy=policy, **options))

    async def gather() -> list[Outcome]:
        return [outcome async for outcome in aextract_many(urls, policy=policy, **options)]

    return asyncio.run(gather())
