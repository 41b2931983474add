"""What is told of a crawl: counts that are the store's own, and a page of plots that no title can break."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, PageVisited, Store, read_status, write_report
from xinnong_scraper.crawl import figures as figures_module
from xinnong_scraper.crawl.figures import read_figures
from xinnong_scraper.crawl.snapshots import reading
from xinnong_scraper.crawl.store import FAILED, QUEUED, Link, Result
from xinnong_scraper.errors import ExportError, StoreError
from xinnong_scraper.replica import ReplicaPortal

from .stores import article, filled, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICY = CrawlPolicy(fetch=FetchPolicy(allow_private=True, delay=0, retries=0), retry_delay=0)
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass
class Crawled:
    path: Path
    portal: ReplicaPortal
    db: sqlite3.Connection

    def count(self, query: str, *values: object) -> Any:
        return self.db.execute(query, values).fetchone()[0]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    path = tmp_path_factory.mktemp("crawl") / "portal.db"
    with ReplicaPortal(count=60) as portal:
        Crawler(path, POLICY).run([portal.url])
        db = sqlite3.connect(path)
        yield Crawled(path, portal, db)
        db.close()


def page_of(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text("utf-8"))


def section_of(page: LexborHTMLParser, heading: str) -> Any:
    found = [node for node in page.css("section") if any(heading in title.text() for title in node.css("h2"))]
    assert len(found) == 1, heading
    return found[0]


def bars_of(section: Any) -> dict[str, str]:
    return {row.css_first("th").text(): row.css("td")[1].text() for row in section.css("tr")}


# Status


def test_the_status_is_what_the_store_holds(crawled: Crawled) -> None:
    status = read_status(crawled.path)
    with Store(crawled.path) as store:
        assert status.outcomes == store.counts()
        assert read_status(store) == status
    assert status.articles == status.versions == 60
    assert status.pages == crawled.count("SELECT count(*) FROM page")
    assert status.pages == sum(status.outcomes.values()) + status.queued
    assert (status.queued, status.duplicates, status.host_count) == (0, 0, 1)
    assert status.bytes == crawled.count("SELECT sum(bytes) FROM page") > 100_000
    assert status.mean_seconds == pytest.approx(crawled.count("SELECT avg(seconds) FROM page"))
    assert status.first_fetch is not None
    assert status.first_fetch.timestamp() == pytest.approx(crawled.count("SELECT min(fetched_at) FROM page"))
    (host,) = status.hosts
    assert host.origin == crawled.portal.url.rstrip("/")
    assert (host.queued, host.next_at, host.visited) == (0, None, crawled.count("SELECT sum(attempts > 0) FROM page"))


def test_failures_are_told_with_an_example(crawled: Crawled) -> None:
    (failure,) = read_status(crawled.path).failures
    assert (failure.error, failure.status, failure.waiting) == ("HTTPStatusError", 404, 0)
    assert failure.pages == crawled.count("SELECT count(*) FROM page WHERE state = 3")
    rows = crawled.db.execute("SELECT url, message FROM page WHERE state = 3").fetchall()
    assert (failure.url, failure.message) in rows


def test_pages_of_a_further_attempt_are_failures_that_wait(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [article(1)]) as store:
        store.add(Link(f"http://x.cn/f{number}", "item", 10, 1) for number in range(3))
        jobs = store.queue_of(1, 9, 0)
        failing = Result(jobs[0], FAILED, "FetchTimeoutError", "it took too long", host_waits_until=4e9)
        store.commit([failing, replace(failing, job=jobs[1], state=QUEUED, not_before=4e9)])
        status = read_status(store)
    (failure,) = status.failures
    assert (failure.error, failure.status, failure.pages, failure.waiting) == ("FetchTimeoutError", None, 1, 1)
    assert (status.queued, status.outcomes) == (2, {"FetchTimeoutError": 1, "article": 1})
    (host,) = status.hosts
    assert (host.queued, host.visited, host.failed) == (2, 3, 1)
    assert host.next_at is not None
    assert host.next_at.timestamp() == 4e9


def test_a_store_may_be_looked_into_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with filled(path, [article(number) for number in range(4)]) as store, reading(store) as db:
        assert db.execute("SELECT count(*) FROM page").fetchone()[0] == 4
        store.add([Link("http://x.cn/new", "item", 10, 1)])
        assert db.execute("SELECT count(*) FROM page").fetchone()[0] == 4
        assert read_status(path).pages == 5
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM page")
    assert [found.name for found in tmp_path.iterdir()] == ["x.db"]


def test_a_look_leaves_no_files_and_no_trace(crawled: Crawled, tmp_path: Path) -> None:
    copy = tmp_path / "x.db"
    with sqlite3.connect(copy) as target:
        crawled.db.backup(target)
    target.close()
    before = copy.read_bytes()
    read_status(copy)
    write_report(copy, tmp_path / "x.html")
    assert copy.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == ["x.db", "x.html"]


def test_a_store_where_nothing_can_be_written(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_status(crawled.path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert read_status(crawled.path) == expected


def test_a_report_in_the_middle_of_a_crawl(tmp_path: Path) -> None:
    path, told = tmp_path / "x.db", []

    def look(event: PageVisited) -> None:
        if event.stats.visited % 20 == 0:
            write_report(path, tmp_path / "x.html")
            told.append((event.stats.articles, read_status(path)))

    with ReplicaPortal(count=30) as portal:
        Crawler(path, POLICY, on_event=look).run([portal.url])
    assert len(told) >= 2
    assert all(articles <= status.articles <= 30 for articles, status in told)
    assert all(status.queued + sum(status.outcomes.values()) == status.pages for _, status in told)


@pytest.mark.parametrize("content", [None, b"", b"no database, but text of some length" * 40])
def test_what_is_no_store(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    for look in (read_status, lambda store: write_report(store, tmp_path / "x.html")):
        with pytest.raises(StoreError):
            look(path)
    assert (path.read_bytes() if content is not None else None) == content
    assert not (tmp_path / "x.html").exists()


# Report


def test_the_report_has_the_numbers_of_the_store(crawled: Crawled, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    write_report(crawled.path, out)
    page = page_of(out)
    by_section = dict(crawled.db.execute("SELECT section, count(*) FROM record GROUP BY 1").fetchall())
    assert bars_of(section_of(page, "by section")) == {name: str(count) for name, count in by_section.items()}
    sources = crawled.db.execute("SELECT coalesce(source, 'no source'), count(*) FROM record GROUP BY 1").fetchall()
    shown = bars_of(section_of(page, "by source"))
    assert len(shown) == min(15, len(sources))
    assert shown.items() <= {name: str(count) for name, count in sources}.items()
    outcomes = {name: str(count) for name, count in read_status(crawled.path).outcomes.items()}
    assert bars_of(section_of(page, "Pages by what they were")) == outcomes
    assert bars_of(section_of(page, "Errors")) == {"HTTPStatusError 404": outcomes["HTTPStatusError"]}


def test_the_figures_are_those_of_the_records(crawled: Crawled) -> None:
    with reading(crawled.path) as db:
        figures = read_figures(db)
    with Store(crawled.path) as store:
        articles = [record.article for record in store.records()]
    assert figures.sampled == len(articles) == 60
    coverage = {share.name: share.number for share in figures.coverage}
    for name in ("title", "source", "authors", "disclaimer", "subtitle", "published_at", "images"):
        assert coverage[name] == sum(bool(getattr(found, name)) for found in articles), name
    assert coverage["body"] == sum(bool(found.body.blocks) for found in articles)
    warned = {share.name: share.number for share in figures.warnings}
    codes = {str(warning.code) for found in articles for warning in found.warnings}
    assert warned == {code: sum(code in {w.code for w in found.warnings} for found in articles) for code in codes}
    assert sum(figures.confidence) == 60
    assert sum(figures.latency) == crawled.count("SELECT count(*) FROM page WHERE seconds IS NOT NULL")
    assert sum(sum(counts) for _, *counts in figures.progress.steps) == crawled.count(
        "SELECT sum(attempts > 0) FROM page"
    )
    timeline = figures.timeline
    dated = [found.published_at.date().isoformat() for found in articles if found.published_at]
    assert timeline.unit == "day"
    assert {share.name: share.number for share in timeline.bins if share.number} == {
        day: dated.count(day) for day in dated
    }
    assert (timeline.outside, timeline.undated) == (0, 60 - len(dated))


def test_the_progress_is_that_since_the_last_pause(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [article(number) for number in range(3)]) as store:
        store.add([Link("http://x.cn/new", "item", 10, 1)])
        (job,) = store.queue_of(1, 9, 0)
        store.commit([Result(job, FAILED, "FetchTimeoutError", "it took too long")])
        write_report(store, tmp_path / "x.html")
        with reading(store) as db:
            progress = read_figures(db).progress
    assert (progress.step, progress.earlier) == (1, 3)
    assert [counts for _, *counts in progress.steps] == [[0, 0, 1]]
    assert "3 pages were fetched earlier" in section_of(page_of(tmp_path / "x.html"), "Progress").text()


@pytest.mark.parametrize(
    ("dates", "unit", "bins", "outside"),
    [
        (["2018-04-28"], "day", 1, 0),
        (["2018-04-28", "2018-05-02"], "day", 5, 0),
        (["2016-01-31", "2018-01-01"], "month", 25, 0),
        (["1970-01-01", *["2018-04-28"] * 150, "2099-01-01"], "day", 1, 2),
        (["1970-01-01", *["2018-04-28"] * 20], "year", 49, 0),
        (["0001-01-02", "9999-01-01"], "year", 1, 1),
        ([], "day", 0, 0),
    ],
)
def test_the_timeline_fits_the_dates(tmp_path: Path, dates: list[str], unit: str, bins: int, outside: int) -> None:
    moments = [datetime.fromisoformat(f"{day}T08:00:00+08:00") for day in dates]
    records = [article(number, published_at=moment) for number, moment in enumerate(moments)]
    with filled(tmp_path / "x.db", [*records, article(9999)]) as store, reading(store) as db:
        timeline = read_figures(db).timeline
    assert (timeline.unit, len(timeline.bins), timeline.outside, timeline.undated) == (unit, bins, outside, 1)
    assert sum(share.number for share in timeline.bins) == len(dates) - outside


def test_of_many_records_a_sample_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_module, "SAMPLE", 10)
    with filled(tmp_path / "x.db", [article(number, source="聊城日报") for number in range(30)]) as store:
        write_report(store, tmp_path / "x.html")
    page = page_of(tmp_path / "x.html")
    assert "sample of 10 of 30 articles" in section_of(page, "Filled fields").text()
    assert bars_of(section_of(page, "Filled fields"))["source"] == "100 %"
    assert bars_of(section_of(page, "by source")) == {"聊城日报": "30"}


def test_the_largest_groups_of_duplicates_have_links(tmp_path: Path) -> None:
    same = [article(number).model_copy(update={"body": article(0).body}) for number in range(9)]
    with filled(tmp_path / "x.db", [*same, article(70), article(80)]) as store:
        status = read_status(store)
        write_report(store, tmp_path / "x.html")
    assert (status.articles, status.duplicates) == (11, 8)
    section = section_of(page_of(tmp_path / "x.html"), "repeat one another")
    assert [link.attributes["href"] for link in section.css("a")] == [
        f"http://x.cn/{number}.html" for number in range(6)
    ]
    assert "题目0 is repeated 8 times" in section.text()
    assert "and 3 more" in section.text()


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    out = tmp_path / "<b>&.html"
    with hostile(tmp_path / "<i>%41?#x.db") as store:
        write_report(store, out)
    html = out.read_text("utf-8")
    page = LexborHTMLParser(html)
    assert not page.css("script, img, iframe, object, embed, form, i:not([class]), title b, header i")
    assert [name for node in page.css("*") for name in node.attributes if name.startswith("on")] == []
    assert {(node.attributes.get("href") or "").split(":")[0] for node in page.css("[href]")} == {"http", "data"}
    assert not page.css("[src], [style]")
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", html) is None
    assert "<script>alert(1)</script>" in unescape(section_of(page, "repeat one another").html or "")
    assert len(html) < 60_000
    assert "小麦" in html


def test_the_page_allows_itself_nothing(crawled: Crawled, tmp_path: Path) -> None:
    write_report(crawled.path, tmp_path / "x.html")
    html = (tmp_path / "x.html").read_text("utf-8")
    page = LexborHTMLParser(html)
    policies = page.css("meta[http-equiv=Content-Security-Policy]")
    assert [policy.attributes["content"] for policy in policies] == [CSP]
    assert re.findall(r"url\(|@import|<script|\$\w+", html) == []


def test_a_report_of_an_empty_store(tmp_path: Path) -> None:
    with Store(tmp_path / "x.db", create=True) as store:
        write_report(store, tmp_path / "x.html")
        status = read_status(store)
    assert (status.pages, status.articles, status.first_fetch, status.mean_seconds) == (0, 0, None, None)
    page = page_of(tmp_path / "x.html")
    assert "Nothing has been fetched yet" in page.css("header")[0].text()
    assert not page.css("svg")
    assert len(page.css("section")) == 11


def test_a_report_replaces_the_one_before_or_leaves_it(crawled: Crawled, tmp_path: Path) -> None:
    out = tmp_path / "x.html"
    out.write_text("before")
    write_report(crawled.path, out)
    assert out.read_text("utf-8").startswith("<!doctype html>")
    with pytest.raises(ExportError):
        write_report(crawled.path, tmp_path / "nowhere" / "x.html")
    assert [found.name for found in tmp_path.iterdir()] == ["x.html"]


# The commands


def xinnong(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xinnong_scraper", *map(str, arguments)],
        capture_output=True, encoding="utf-8", timeout=60, check=False, env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip


def test_the_command_status(crawled: Crawled) -> None:
    done = xinnong("status", crawled.path)
    status = read_status(crawled.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{status.pages:,} known, {status.pages:,} done, 0 queued\n" in done.stdout
    assert f"{status.failures[0].pages:>9}  HTTPStatusError 404\n" in done.stdout
    assert status.failures[0].url in done.stdout


def test_the_command_status_in_json(crawled: Crawled) -> None:
    done = xinnong("status", crawled.path, "--json")
    told = json.loads(done.stdout)
    status = read_status(crawled.path)
    assert told.keys() == asdict(status).keys()
    assert (told["outcomes"], told["failures"][0]["url"]) == (status.outcomes, status.failures[0].url)
    assert datetime.fromisoformat(told["last_fetch"]) == status.last_fetch


def test_the_status_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with hostile(tmp_path / "x.db"):
        done = xinnong("status", tmp_path / "x.db")
    assert done.returncode == 0
    assert "alert(1)" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_command_report(crawled: Crawled, tmp_path: Path) -> None:
    done = xinnong("report", crawled.path, tmp_path / "x.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert "x.html is written" in done.stderr
    assert len(page_of(tmp_path / "x.html").css("svg")) > 20


@pytest.mark.parametrize("command", [("status", "nothing.db"), ("report", "nothing.db", "x.html")])
def test_the_commands_say_in_one_line_what_is_wrong(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = xinnong(command[0], *(tmp_path / name for name in command[1:]))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"xinnong: \S+: there is no such store; .*\n", done.stderr)
