"""Which addresses belong to a crawl, and which are one page."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from xinnong_scraper.crawl.scope import Scope, key_of

HOME = "http://www.x.cn/"


def test_the_host_and_its_twin_are_the_crawls_own() -> None:
    for home in (HOME, "https://x.cn/"):
        scope = Scope.of(home)
        assert scope.admits("http://x.cn/a") and scope.admits("https://WWW.x.cn:443/a")  # noqa: PT018
        assert [scope.refusal(f"http://{host}/a") for host in ("news.x.cn", "m.x.cn", "yx.cn", "x.cn.y.cn")] == [
            "host"
        ] * 4


def test_hosts_below_the_seed_are_asked_for() -> None:
    scope = Scope.of(HOME, subdomains=True)
    assert all(scope.admits(f"http://{host}/") for host in ("x.cn", "www.x.cn", "news.x.cn", "a.b.x.cn"))
    assert scope.refusal("http://notx.cn/") == "host"
    assert Scope.of("http://news.x.com.cn/", subdomains=True).refusal("http://x.com.cn/") == "host"


def test_further_hosts_may_be_named() -> None:
    scope = Scope.of(HOME, hosts=("y.cn", ".z.cn"))
    assert scope.admits("http://y.cn/") and scope.admits("http://a.z.cn/")  # noqa: PT018
    assert not scope.admits("http://a.y.cn/")


def test_another_port_is_another_site() -> None:
    scope = Scope.of("http://127.0.0.1:8080/")
    assert scope.hosts == ("127.0.0.1:8080",)
    assert scope.admits("http://127.0.0.1:8080/a")
    assert scope.refusal("http://127.0.0.1:8081/a") == "host"


@pytest.mark.parametrize("url", ["ftp://x.cn/", "javascript:;", "", "/a", "http://", "http://[::1", "http://u:p@x.cn/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    assert Scope.of(HOME).refusal(url) == "no_address"
    with pytest.raises(ValueError, match="http"):
        Scope.of(url)


def test_prefixes_and_patterns() -> None:
    scope = Scope.of(
        HOME, prefixes=("/nongye/", "/caijing/"), include=("*.html", "*/"), exclude=("/*/print/*", "www.x.cn*?v=*")
    )
    assert scope.admits("http://x.cn/nongye/") and scope.admits("http://x.cn/caijing/1.html")  # noqa: PT018
    assert scope.refusal("http://x.cn/lvyou/1.html") == "prefix"
    assert scope.refusal("http://x.cn/nongye/a.php") == "not_included"
    assert scope.refusal("http://x.cn/nongye/print/1.html") == "excluded"
    assert scope.refusal("http://www.x.cn/nongye/1.html?v=2") == "excluded"


def test_a_pattern_takes_linear_time() -> None:
    scope = Scope.of(HOME, exclude=("/" + "*a" * 200 + "b",))
    started = time.process_time()
    assert scope.admits("http://x.cn/" + "a" * 200_000)
    assert time.process_time() - started < 1


def test_depth_and_date() -> None:
    scope = Scope.of(HOME, max_depth=2, since=date(2018, 4, 28))
    assert scope.admits(HOME, depth=2)
    assert scope.refusal(HOME, depth=3) == "depth"
    zone = ZoneInfo("Asia/Shanghai")
    assert scope.refusal("http://x.cn/1.html", published_at=datetime(2018, 4, 27, 23, 59, tzinfo=zone)) == "date"
    assert scope.admits("http://x.cn/1.html", published_at=datetime(2018, 4, 28, tzinfo=zone))
    assert scope.refusal("http://x.cn/2018/0427/1.html") == "date"
    assert scope.admits("http://x.cn/1.html")


@pytest.mark.parametrize(
    "wrong", [{"hosts": "x.cn"}, {"include": ("",)}, {"exclude": ("a" * 501,)}, {"prefixes": (1,)}, {"max_depth": -1}]
)
def test_misuse_is_a_value_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Scope(**{"hosts": ("x.cn",), **wrong})  # type: ignore[arg-type]


ONE = [
    ("http://x.cn", "http://x.cn/"),
    ("http://x.cn/a", "https://x.cn/a"),
    ("http://x.cn/a", "HTTP://X.CN:80/a#top"),
    ("http://x.cn/a?id=1", "http://x.cn/a?id=1&utm_source=wx&spm=2"),
    ("http://x.cn/小麦", "http://x.cn/%e5%b0%8f%E9%BA%A6"),
    ("http://x.cn/~a-b", "http://x.cn/%7Ea%2Db"),
    ("http://x.cn/a/../b", "http://x.cn/b"),
    ("http://x.cn/a?id=1", "http://x.cn/a?PHPSESSID=abc&id=1"),
    ("http://x.cn/a.jsp?id=1", "http://x.cn/a.jsp;jsessionid=9F3A?id=1"),
    ("http://例子.测试/", "http://xn--fsqu00a.xn--0zwm56d/"),
    ("http://x.cn/a", " http://x.cn/a\n"),
]
TWO = [
    ("http://x.cn/a", "http://x.cn/a/"),
    ("http://x.cn/a/", "http://x.cn/a/index.html"),
    ("http://x.cn/a", "http://x.cn/A"),
    ("http://x.cn/a", "http://www.x.cn/a"),
    ("http://x.cn/a", "http://x.cn:8080/a"),
    ("http://x.cn/a?p=1", "http://x.cn/a?p=2"),
    ("http://x.cn/a?id=1&p=2", "http://x.cn/a?p=2&id=1"),
    ("http://x.cn/a%2Fb", "http://x.cn/a/b"),
    ("http://x.cn/a?q=1%26b=2", "http://x.cn/a?q=1&b=2"),
]


@pytest.mark.parametrize(("a", "b"), ONE)
def test_one_page_has_one_key(a: str, b: str) -> None:
    assert key_of(a) == key_of(b)


@pytest.mark.parametrize(("a", "b"), TWO)
def test_what_may_be_two_pages_has_two_keys(a: str, b: str) -> None:
    assert key_of(a) != key_of(b)


@pytest.mark.parametrize(
    "url", ["", "x", "http://", "http://[::1", "http://x.cn/\ud800", "javascript:;", "http://x.cn/%zz%"]
)
def test_a_strange_address_has_a_key_too(url: str) -> None:
    assert isinstance(key_of(url), str)
    assert key_of(url) == key_of(url)
