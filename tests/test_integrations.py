"""This library inside other frameworks, each of them the real one; what is not installed is skipped."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from xinnong_scraper import Article, extract, extract_html
from xinnong_scraper.errors import ChallengeError, HTTPStatusError, IncompleteArticleError, NotAnArticleError
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.integrations.scrapy import article_of, outcome_of
from xinnong_scraper.replica import ReplicaPortal

from .cases import fixture
from .optional import imported

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
GBK = fixture("xinnong/dedecms")
PAGE = "<h1>小麦返青</h1>来源：聊城日报 昨天 13:44" + "<p>四月以来，全市小麦陆续返青，长势良好。</p>" * 3
URL = "https://news.example.cn/a/1.html"
CLOCK = datetime(2018, 4, 29, 0, 30, tzinfo=UTC)
CHALLENGE = {"cf-mitigated": "challenge"}


def run(*command: str, **environment: str) -> str:
    """Run a script as its reader would; return what it prints."""
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal(count=14) as running:
        yield running


def same(record: dict[str, Any], url: str) -> bool:
    """Tell whether a record is what this library gives when it fetches the page itself, but for the time of it."""
    own = extract(url, policy=FetchPolicy(allow_private=True, delay=0)).model_dump(mode="json")
    return record | {"fetched_at": None} == own | {"fetched_at": None}


class TestScrapy:
    @pytest.fixture(autouse=True)
    def scrapy(self) -> None:
        self.http: Any = imported("scrapy.http")

    def response(self, body: bytes, **options: Any) -> Any:
        return self.http.HtmlResponse(**{"url": URL, "body": body, **options})

    def test_a_response_is_read_from_its_bytes(self) -> None:
        response = self.response(GBK.body, url=GBK.url, headers=GBK.headers)
        article = article_of(response)
        own = extract_html(GBK.body, url=GBK.url, headers=GBK.headers, now=article.fetched_at)
        assert article == own.model_copy(update={"fetched_at": article.fetched_at})
        assert article.fetched_at is not None
        assert abs(datetime.now(UTC) - article.fetched_at) < timedelta(minutes=1)

    def test_the_clock_of_a_kept_response_is_its_date(self) -> None:
        date = {"Date": "Sun, 29 Apr 2018 00:30:00 GMT"}
        kept = article_of(self.response(PAGE.encode(), headers=date, flags=["cached"]))
        fresh = article_of(self.response(PAGE.encode(), headers=date))
        assert kept.published_at is not None
        assert kept.published_at.isoformat() == "2018-04-28T13:44:00+08:00"
        assert fresh.published_at is not None
        assert fresh.published_at.year >= 2026

    @pytest.mark.parametrize(
        "date", [{}, {"Date": "yesterday"}, {"Date": b"\xff\xfe"}, {"Date": "Mon, 01 Jan 0001 00:00:00 +0800"}]
    )
    def test_a_kept_response_with_a_strange_date_is_read(self, date: dict[str, Any]) -> None:
        assert article_of(self.response(PAGE.encode(), headers=date, flags=["cached"])).title == "小麦返青"

    def test_what_is_no_article_raises_or_is_an_outcome(self) -> None:
        response = self.response(b"%PDF-1.4")
        with pytest.raises(NotAnArticleError):
            article_of(response)
        outcome = outcome_of(response)
        assert (outcome.url, outcome.article) == (URL, None)
        assert isinstance(outcome.error, NotAnArticleError)

    def test_the_arguments_are_those_of_extract_html(self) -> None:
        bare = self.response(PAGE.replace(" 昨天 13:44", "").encode())
        with pytest.raises(IncompleteArticleError, match="published_at"):
            article_of(bare, strict=True)
        found = outcome_of(bare, layout="xinnong").article
        assert found is not None
        assert (found.layout, article_of(bare).layout) == ("xinnong", "zh")

    def test_an_error_page_is_no_article_however_it_reads(self) -> None:
        with pytest.raises(HTTPStatusError) as gone:
            article_of(self.response(PAGE.encode(), status=404))
        assert gone.value.status == 404
        with pytest.raises(ChallengeError) as barred:
            article_of(self.response(PAGE.encode(), status=403, headers=CHALLENGE))
        assert barred.value.service == "Cloudflare"

    def test_the_record_is_an_item(self) -> None:
        adapter = imported("itemadapter").ItemAdapter(extract_html(GBK.body, url=GBK.url, now=GBK.now))
        assert adapter["source"] == "聊城日报"
        assert adapter.asdict()["body"]["blocks"][0]["kind"] == "paragraph"

    def test_the_spider_reads_a_portal(self, portal: ReplicaPortal, tmp_path: Path) -> None:
        printed = run(str(EXAMPLES / "scrapy_spider.py"), portal.url, str(tmp_path / "out.jsonl"))
        assert "records, and besides {'pages/" in printed
        records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
        by_url = {record["url"]: record for record in records}
        assert {portal.url_of(article) for article in portal.articles} <= set(by_url)
        assert all(same(by_url[url], url) for url in map(portal.url_of, portal.articles))

    def test_scrapy_poet_hands_the_page_object_to_a_spider(self, portal: ReplicaPortal, tmp_path: Path) -> None:
        imported("scrapy_poet")
        url = portal.url_of(portal.articles[0])
        (tmp_path / "spider.py").write_text(POET_SPIDER, "utf-8")
        record = json.loads(run(str(tmp_path / "spider.py"), url))
        assert same(record, url)


POET_SPIDER = """
import sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from xinnong_scraper.integrations.web_poet import ArticlePage

class Spider(scrapy.Spider):
    name = "poet"
    async def parse(self, response, page: ArticlePage):
        print((await page.to_item()).model_dump_json())

settings = {"ADDONS": {"scrapy_poet.Addon": 300}, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}
process = AsyncCrawlerProcess(settings)
process.crawl(Spider, start_urls=[sys.argv[1]])
process.start()
"""


class TestWebPoet:
    @pytest.fixture(autouse=True)
    def web_poet(self) -> None:
        self.poet: Any = imported("web_poet")
        self.article_page: Any = imported("xinnong_scraper.integrations.web_poet").ArticlePage

    def page(self, kind: Any, body: bytes, **options: Any) -> Any:
        return kind(self.poet.HttpResponse(options.pop("url", URL), body, **options))

    def test_the_item_is_the_record(self) -> None:
        page = self.page(self.article_page, GBK.body, url=GBK.url, headers=GBK.headers)
        article = asyncio.run(page.to_item())
        own = extract_html(GBK.body, url=GBK.url, headers=GBK.headers, now=article.fetched_at)
        assert article == own.model_copy(update={"fetched_at": article.fetched_at})
        assert page.article() is article, "read once"

    def test_a_framework_knows_the_class_of_the_item(self) -> None:
        assert self.poet.pages.get_item_cls(self.article_page) is Article
        assert self.poet.pages.is_injectable(self.article_page)

    def test_a_field_of_ones_own_takes_the_place_of_the_one_read(self) -> None:
        field = self.poet.field

        class VillagePage(self.article_page):  # type: ignore[name-defined]  # known at run time only
            layout = "xinnong"

            @field
            def section(self) -> str:
                return self.css("h1::text").get().upper()  # type: ignore[no-any-return]

            @field
            async def editors(self) -> list[str]:
                return [*self.article().editors, "周娟"]

        article = asyncio.run(self.page(VillagePage, PAGE.encode()).to_item())
        assert (article.section, article.editors, article.layout) == ("小麦返青", ["周娟"], "xinnong")
        assert article.source == "聊城日报"
        assert "source" in article.evidence
        assert "section" not in article.evidence

    @pytest.mark.parametrize(("name", "value"), [("tittle", "x"), ("authors", "张三")])
    def test_a_field_that_does_not_fit_the_record_is_refused(self, name: str, value: str) -> None:
        method = self.poet.field(lambda _: value)
        page = self.page(type("Wrong", (self.article_page,), {name: method}), PAGE.encode())
        with pytest.raises(pydantic.ValidationError, match=name):
            asyncio.run(page.to_item())

    def test_errors_are_those_of_the_library(self) -> None:
        with pytest.raises(NotAnArticleError):
            asyncio.run(self.page(self.article_page, b"%PDF-1.4").to_item())
        with pytest.raises(HTTPStatusError):
            asyncio.run(self.page(self.article_page, PAGE.encode(), status=404).to_item())

    def test_fixtures_of_web_poet_hold_records(self, tmp_path: Path) -> None:
        testing = imported("web_poet.testing")
        adapter = imported("xinnong_scraper.integrations.web_poet").RecordAdapter
        record = extract_html(PAGE.encode(), url=URL, now=CLOCK).model_copy(update={"fetched_at": CLOCK})
        response = self.poet.HttpResponse(URL, PAGE.encode(), status=200)
        case = testing.Fixture.save(
            tmp_path / "xinnong_scraper.integrations.web_poet.ArticlePage",
            inputs=[response],
            item=record,
            meta={"adapter": adapter, "frozen_time": CLOCK.isoformat()},
        )
        assert json.loads(case.output_path.read_text("utf-8"))["published_at"] == "2018-04-28T13:44:00+08:00"
        printed = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
        assert f"{len(Article.model_fields) + 2} passed" in printed

    def test_the_example(self) -> None:
        printed = run("-W", "error", str(EXAMPLES / "web_poet_page.py"))
        assert printed == "合作社试种新麦 | 柳林镇广播站 | 2018-04-28 13:44:00+08:00 | 乡村新事\n"


class TestZyte:
    @pytest.fixture(autouse=True)
    def zyte(self) -> None:
        imported("web_poet")
        self.items: Any = imported("zyte_common_items")
        self.zyte_room: Any = imported("xinnong_scraper.integrations.zyte")

    def test_the_record_in_their_vocabulary(self) -> None:
        article = extract_html(GBK.body, url=GBK.url, headers=GBK.headers, now=GBK.now)
        item = self.zyte_room.to_zyte_article(article)
        assert isinstance(item, self.items.Article)
        assert (item.headline, item.url, item.canonicalUrl) == (article.title, article.url, article.canonical_url)
        assert item.datePublished == "2018-04-28T13:44:24+08:00"
        assert item.articleBody == article.text
        assert [crumb.name for crumb in item.breadcrumbs] == [crumb.name for crumb in article.breadcrumb]
        assert [author.name for author in item.authors or []] == article.authors
        assert item.get_probability() is None

    def test_the_page_object(self) -> None:
        poet = imported("web_poet")
        item = asyncio.run(self.zyte_room.ZyteArticlePage(poet.HttpResponse(URL, PAGE.encode())).to_item())
        assert (item.headline, item.inLanguage, item.authors, item.images) == ("小麦返青", "zh", None, None)
        assert item.metadata.dateDownloaded.endswith("Z")
        assert poet.pages.get_item_cls(self.zyte_room.ZyteArticlePage) is self.items.Article

    def test_a_record_without_an_address_has_no_such_item(self) -> None:
        with pytest.raises(ValueError, match="must have a url"):
            self.zyte_room.to_zyte_article(extract_html(PAGE))


def test_the_loader_for_langchain() -> None:
    imported("langchain_core")
    lines = run("-W", "error", str(EXAMPLES / "langchain_loader.py")).splitlines()
    assert len(lines) == 14, "every article, and no document for the front page"
    assert any(line.split(" | ")[1] == "聊城日报" for line in lines)


def test_the_reader_for_llama_index() -> None:
    imported("llama_index.core")
    lines = run("-W", "error", str(EXAMPLES / "llama_index_reader.py")).splitlines()
    assert len(lines) == 14
    assert any(line.split(" | ")[1] == "聊城日报" for line in lines)
