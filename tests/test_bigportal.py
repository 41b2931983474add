"""The big test portal is what it says: every article can be reached, and its pages say what its truth says."""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.request
from collections import Counter, deque
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.errors import NotAnArticleError

from .bigportal import Portal
from .bigportal_server import BigPortal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOC = re.compile("<loc>(.*?)</loc>")
HREF = re.compile(r'href="([^"]*)"')
SAMPLE = 60


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal(2000, seed=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigPortal]:
    with BigPortal(articles=200, seed=3, log=log_of(tmp_path_factory)) as running:
        yield running


def log_of(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "asked.log"


def walked(portal: Portal, *, through: frozenset[str]) -> Counter[str]:
    """Follow every link from the front page breadth first through pages of the given kinds; how often each was met."""
    met: Counter[str] = Counter(["/"])
    waiting = deque(["/"])
    while waiting:
        at = waiting.popleft()
        status, headers, body = portal.answer(at, asked_before=2)
        if status != 200 or not headers["Content-Type"].startswith("text/html"):
            continue
        for href in HREF.findall(body.decode("latin-1")):  # addresses are ASCII in every encoding
            url = urljoin(portal.base + at, unescape(href)).partition("#")[0]
            target = url.removeprefix(portal.base)
            if not target.startswith("/"):
                continue
            if target not in met and portal.kind(target) in through:
                waiting.append(target)
            met[target] += 1
    return met


def test_every_article_is_reached_from_the_front_page_through_lists_alone(portal: Portal) -> None:
    met = walked(portal, through=frozenset({"home", "section", "list"}))
    assert [truth.url for truth in portal.truth() if truth.url.removeprefix(portal.base) not in met] == []


def test_articles_lead_to_everything_that_a_crawler_must_leave_alone(portal: Portal) -> None:
    met = walked(portal, through=frozenset({"home", "section", "list", "article"}))
    kinds = Counter(portal.kind(target) for target in met)
    assert kinds["article"] == 2000
    assert {
        *("print", "alias", "tag", "search", "calendar", "comment", "about", "login"),
        *("file", "feed", "redirect", "private", "error", "missing", "continuation"),
    } <= kinds.keys()
    assert sum(len(truth.page_urls) - 1 for truth in portal.truth()) == kinds["continuation"]


def test_the_same_seed_gives_the_same_portal_and_another_seed_another(portal: Portal) -> None:
    again, other = Portal(2000, seed=1), Portal(2000, seed=2)
    assert again.truth() == portal.truth()
    for target in ("/", "/jishu/p/2/", portal.truth()[7].url.removeprefix(portal.base), "/sitemaps/2.xml.gz"):
        assert again.answer(target, 2) == portal.answer(target, 2)
    assert other.answer("/") != portal.answer("/")


def test_five_of_a_hundred_articles_are_reprints_with_another_source(portal: Portal) -> None:
    groups: dict[int, list[str]] = {}
    for truth in portal.truth():
        if truth.group is not None:
            groups.setdefault(truth.group, []).append(truth.source)
    assert sum(len(group) - 1 for group in groups.values()) == 100
    assert all(len(group) > 1 and group[0] not in group[1:] for group in groups.values())


def test_articles_read_as_their_truth_says(portal: Portal) -> None:
    truths = portal.truth()
    for truth in truths[:: len(truths) // SAMPLE]:
        _, headers, body = portal.answer(truth.url.removeprefix(portal.base), asked_before=2)
        article = extract_html(body, url=truth.url, headers=headers)
        assert article.published_at is not None
        read = (article.title, article.source, article.published_at.isoformat(), article.section)
        assert read == (truth.title, truth.source, truth.published_at, truth.section), truth.url
        assert article.text.startswith(truth.first_words), truth.url


def test_no_list_is_read_as_an_article(portal: Portal) -> None:
    targets = ["/", *(listing.path for listing in portal.plan.listings.values()), "/nongye/", "/yangzhi/", "/sannong/"]
    for target in targets:
        _, headers, body = portal.answer(target)
        with pytest.raises(NotAnArticleError):
            extract_html(body, url=portal.base + target, headers=headers)


def test_the_sitemaps_name_six_of_ten_articles_and_the_feed_the_newest(portal: Portal) -> None:
    truths = [truth.url for truth in portal.truth()]
    assert f"Sitemap: {portal.base}/sitemap.xml" in portal.answer("/robots.txt")[2].decode()
    children = LOC.findall(portal.answer("/sitemap.xml")[2].decode())
    first, second = (portal.answer(child.removeprefix(portal.base))[2] for child in children)
    named = [unescape(url) for url in LOC.findall(first.decode() + gzip.decompress(second).decode())]
    assert len(set(named)) == len(named) == 1200
    assert set(named) < set(truths)
    fed = re.findall("<item>.*?<link>(.*?)</link>", portal.answer("/rss.xml")[2].decode())
    assert [unescape(url) for url in fed] == truths[:-31:-1]


def test_old_and_counted_addresses_lead_to_the_article(portal: Portal) -> None:
    met = walked(portal, through=frozenset({"home", "section", "list", "article"}))
    moved = [target for target in met if target.startswith(("/old/", "/go?url=%2F"))]
    assert {portal.answer(target)[0] for target in moved} == {301, 302}
    assert {portal.kind(portal.answer(target)[1]["Location"]) for target in moved} == {"article"}


def test_the_calendar_has_no_end(portal: Portal) -> None:
    target = "/calendar?year=2018&month=12"
    for _ in range(30):
        status, _, body = portal.answer(target)
        assert status == 200
        target = unescape(re.findall(r'href="(/calendar\?year=\d+&amp;month=\d+)"', body.decode())[2])
    assert target == "/calendar?year=2021&month=6"


def test_an_answer_can_fail_for_a_while_or_for_good(portal: Portal) -> None:
    flaky = next(truth for truth in portal.truth() if truth.flaky).url.removeprefix(portal.base)
    assert [portal.answer(flaky, times)[0] for times in range(4)] == [500, 500, 200, 200]
    assert portal.answer("/2018/1227/99503.html", 99)[0] == 503
    kind = Portal(200, seed=1, broken=False).kind
    assert kind("/2018/1227/99503.html") == "missing"


def test_a_change_rewrites_ten_articles_and_puts_five_on_top(portal: Portal) -> None:
    changed = Portal(2000, seed=1)
    changed.change(1)
    changed.change(1)
    before, after = portal.truth(), changed.truth()
    assert len(after) == len(before) + 5
    rewritten = [new for old, new in zip(before, after, strict=False) if old != new]
    assert len(rewritten) == 10
    for truth in rewritten:
        target = truth.url.removeprefix(portal.base)
        assert portal.answer(target, 2)[1]["ETag"] != changed.answer(target, 2)[1]["ETag"]
        _, headers, body = changed.answer(target, asked_before=2)
        assert extract_html(body, url=truth.url, headers=headers).text.endswith(truth.last_words)
    met = walked(changed, through=frozenset({"home"}))
    assert all(truth.url.removeprefix(portal.base) in met for truth in after[-5:])


def fetched(url: str, **headers: str) -> tuple[int, bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_server_serves_what_the_portal_answers_and_notes_it(
    server: BigPortal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server.reset()
    targets = ["/robots.txt", "/", "/jishu/", "/nowhere/"]
    for target in targets:
        status, _, body = server.portal.answer(target)
        assert fetched(server.url + target) == (status, body)
    assert server.requests() == targets
    assert [each.status for each in server.asked()] == [200, 200, 200, 404]
    noted = log_of(tmp_path_factory).read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[1:] for line in noted[-2:]] == [["200", "/jishu/"], ["404", "/nowhere/"]]


def test_the_server_knows_an_etag_again_until_the_page_changes(server: BigPortal) -> None:
    server.reset()
    etag = server.portal.answer("/")[1]["ETag"]
    assert fetched(f"{server.url}/", If_None_Match=etag) == (304, b"")
    server.change(7)
    status, body = fetched(f"{server.url}/", If_None_Match=etag)
    assert (status, body) == server.portal.answer("/")[::2]
    assert server.truth[-1].change == 7


def test_the_server_counts_how_often_it_was_asked(server: BigPortal) -> None:
    server.reset()
    url = next(truth for truth in server.truth if truth.flaky).url
    assert [fetched(url)[0] for _ in range(3)] == [500, 500, 200]


def test_without_its_broken_pages_no_link_of_the_portal_fails() -> None:
    portal = Portal(300, seed=1, broken=False)
    met = walked(portal, through=frozenset({"home", "section", "list", "article", "tag", "search", "about", "comment"}))
    assert {portal.answer(target)[0] for target in met} == {200, 301, 302}
