"""Which records a filter lets through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from xinnong_scraper.export import Filter, Record
from xinnong_scraper.records import Article

CHINA = timezone(timedelta(hours=8))
ARTICLE = Article(url="http://news.a.example:8080/1", title="题")


def dated(moment: datetime | None) -> Article:
    return Article(published_at=moment)


EVENING = datetime(2018, 4, 30, 23, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("bounds", "matches"),
    [
        ({"since": date(2018, 4, 30)}, True),
        ({"since": date(2018, 5, 1)}, False),
        ({"until": date(2018, 4, 30)}, True),
        ({"until": date(2018, 4, 29)}, False),
        ({"since": datetime(2018, 4, 30, 15, 30, tzinfo=UTC)}, True),
        ({"since": datetime(2018, 4, 30, 15, 31, tzinfo=UTC)}, False),
        ({"until": datetime(2018, 4, 30, 15, 30, tzinfo=UTC)}, False),
        ({"until": datetime(2018, 4, 30, 15, 31, tzinfo=UTC)}, True),
        ({"since": date(2018, 1, 1), "until": date(2018, 12, 31)}, True),
    ],
)
def test_bounds_of_time(bounds: dict[str, Any], matches: bool) -> None:
    assert Filter(**bounds).matches(dated(EVENING)) is matches
    assert Filter(**bounds).matches(dated(EVENING.replace(tzinfo=None))) in (True, False)
    assert not Filter(**bounds).matches(dated(None))


def test_sections_sources_and_hosts() -> None:
    record = Record(Article(section="农业", source="聊城日报").model_dump_json())
    assert Filter().matches(record)
    assert Filter(sections={"农业", "新闻"}, sources=["聊城日报"]).matches(record)
    assert not Filter(sections={"农业"}, sources=["新华社"]).matches(record)
    assert not Filter(sections=[]).matches(record)
    assert not Filter(sections=["农业"]).matches(Article())


@pytest.mark.parametrize(
    ("host", "matches"),
    [("a.example", True), ("Example", True), (".example", True), ("b.example", False), ("ple", False)],
)
def test_a_host_stands_for_its_subdomains(host: str, matches: bool) -> None:
    assert Filter(hosts=[host]).matches(ARTICLE) is matches
    assert not Filter(hosts=[host]).matches(Article())


def test_duplicates_can_be_left_out() -> None:
    repeated = Record(ARTICLE, duplicate_of="http://a.example/0")
    assert Filter().matches(repeated)
    assert not Filter(duplicates=False).matches(repeated)
    assert Filter(duplicates=False).matches(ARTICLE)


def test_a_filter_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(TypeError, match="sections"):
        Filter(sections="新闻")
    with pytest.raises(ValueError, match="time zone"):
        Filter(since=datetime(2018, 4, 28))  # noqa: DTZ001
