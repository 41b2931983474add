"""Reading robots.txt."""

from __future__ import annotations

import time

import pytest

from xinnong_scraper.errors import HTTPStatusError, TooManyRedirectsError
from xinnong_scraper.fetch.flow import HostClock
from xinnong_scraper.fetch.robots import RobotsCache, RobotsRules, product_token

SITE = "http://a.example"


def allowed(text: str, path: str, agent: str = "newsbot/1.0 (+https://n.example)") -> bool:
    return RobotsRules.parse(text.encode(), agent).allows(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: newsbot\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: NewsBot/2.0\nDisallow: /", "/a", False),
        ("User-agent: news\nDisallow: /", "/a", True),
        ("User-agent: newsbot-image\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: newsbot\nDisallow: /", "/a", False),
        ("User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
        ("user agent: *\ndisallow: /a", "/a", False),
        ("User-agent: * # all\nDisallow: /a # this", "/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?a", True),
        ("User-agent: *\r\nDisallow: /新闻", "/%E6%96%B0%E9%97%BB/1", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("<html><body>404</body></html>", "/a", True),
    ],
)
def test_rules(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


def test_crawl_delay_of_our_group_with_a_ceiling() -> None:
    def delay(text: str) -> float:
        return RobotsRules.parse(text.encode(), "newsbot").crawl_delay

    assert delay("User-agent: *\nCrawl-delay: 1.5") == 1.5
    assert delay("User-agent: other\nCrawl-delay: 9\n\nUser-agent: *\nCrawl-delay: 1") == 1.0
    assert delay("User-agent: *\nCrawl-delay: 99999") == 60.0
    assert delay("User-agent: *\nCrawl-delay: soon") == 0.0


@pytest.mark.parametrize(
    "line",
    [
        "User-agent: a{n}\n",
        "user  agent\tb{n}\n",
        "Disallow: /{n}\n",
        "Disallow: /*a*{n}*b$\n",
        "Sitemap: http://x/{n}\n",
        "{n}:\n",
    ],
)
def test_hostile_file_costs_little(line: str) -> None:
    head = "".join(line.format(n=number) for number in range(250_000 // len(line)))
    body = (head + "User-agent: *\n" + "Disallow: /x\n" * 19_000).encode()[:500_000]
    start = time.process_time()
    rules = RobotsRules.parse(body, "newsbot")
    rules.allows(SITE + "/" + "a" * 2000)
    assert time.process_time() - start < 3


def test_undecodable_bytes_are_no_error() -> None:
    assert RobotsRules.parse(b"\xff\xfe\0\nUser-agent: *\nDisallow: /a", "b").allows(SITE + "/a") is False


def test_tokens() -> None:
    assert product_token("xinnong-scraper/0.1.0") == "xinnong-scraper"
    assert product_token("Mozilla/5.0 (compatible; X)") == "mozilla"
    assert product_token("(odd)") == "odd)"


def test_file_that_cannot_be_had() -> None:
    forbidden = RobotsRules.after_error(HTTPStatusError("x", status=503))
    assert (forbidden.allows(SITE + "/a"), forbidden.unavailable) == (False, True)
    for error in (
        HTTPStatusError("x", status=404),
        HTTPStatusError("x", status=403),
        TooManyRedirectsError("x", limit=1),
    ):
        assert RobotsRules.after_error(error).allows(SITE + "/a") is True


def test_cache_forgets_in_time_and_in_number() -> None:
    cache = RobotsCache()
    cache.put("good", RobotsRules(), 0.0)
    cache.put("bad", RobotsRules.after_error(HTTPStatusError("x", status=500)), 0.0)
    assert cache.get("good", 80_000.0) is not None
    assert cache.get("good", 90_000.0) is None
    assert cache.get("bad", 50.0) is not None
    assert cache.get("bad", 70.0) is None
    for number in range(2_000):
        cache.put(f"h{number}", RobotsRules(), 0.0)
    assert cache.get("good", 0.0) is None
    assert cache.get("h1999", 0.0) is not None


def test_failure_is_shared_by_those_who_waited_for_it_only() -> None:
    cache = RobotsCache()
    failure = HTTPStatusError("x", status=404)
    cache.put("host", failure, 5.0)
    assert cache.failure("host", since=4.0) is failure
    assert cache.failure("host", since=6.0) is None
    assert cache.get("host", 5.0) is None


def test_clock_gives_one_slot_after_another() -> None:
    clock = HostClock()
    assert [clock.reserve("a", 10.0, 2.0) for _ in range(3)] == [0.0, 2.0, 4.0]
    assert clock.reserve("b", 10.0, 2.0) == 0.0
    assert clock.reserve("a", 20.0, 2.0) == 0.0
    clock.hold("a", 30.0, 20.0)
    assert clock.reserve("a", 20.5, 0.0) == 9.5
