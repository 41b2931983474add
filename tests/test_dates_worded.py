"""Dates in languages other than Chinese, read by their words and numbers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from xinnong_scraper.layouts.languages import numeric_order, words_of_languages
from xinnong_scraper.normalize.dates import FoundDate, parse_stamp
from xinnong_scraper.normalize.worded import DateOrder, find_worded_dates

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


def found(text: str, order: DateOrder | None = None, *, now: datetime | None = NOW) -> list[FoundDate]:
    return find_worded_dates(text, words_of_languages().dates, zone=UTC, order=order, now=now)


def read(text: str, order: DateOrder | None = None) -> list[str]:
    return [one.value.isoformat() if one.value else "?" for one in found(text, order)]


@pytest.mark.parametrize(
    "text",
    [
        "March 3, 2019", "Mar. 3, 2019", "3 March 2019", "3rd of March, 2019", "Sunday, March 3rd, 2019", "03-Mar-2019",
        "3. März 2019", "Sonntag, 3. Maerz 2019", "3 mars 2019", "3 de marzo de 2019", "3 de março de 2019",
        "domenica 3 marzo 2019", "3 марта 2019 г.", "3 березня 2019", "2019年3月3日", "2019年3月3日（日）",
        "2019년 3월 3일",
        "2019. 3. 3.", "3 مارس 2019",
        "٣ مارس ٢٠١٩", "3 آذار 2019", "3 مارس/آذار 2019", "3 maart 2019", "3 marca 2019", "3. března 2019",
        "3 Mart 2019", "3 Maret 2019", "3. maaliskuuta 2019", "2019. március 3.", "3 Μαρτίου 2019", "3 martie 2019",
        "2019-03-03", "2019/03/03", "2019.03.03", "3/3/2019", "3.3.2019",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_languages(text: str) -> None:
    [one] = found(text)
    assert (one.value, one.precision, one.kind) == (datetime(2019, 3, 3, tzinfo=UTC), "day", "absolute")


def test_the_first_of_a_month_has_endings_of_its_own() -> None:
    assert (
        read("1er août 2024")
        == read("1º de agosto de 2024")
        == read("August 1st, 2024")
        == ["2024-08-01T00:00:00+00:00"]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 3, 2019 at 2:30 PM", "2019-03-03T14:30:00+00:00"),
        ("March 3, 2019 12:05 a.m.", "2019-03-03T00:05:00+00:00"),
        ("Mar 3, 2019 2:30pm EST", "2019-03-03T14:30:00-05:00"),
        ("3 July 2019 14:30 BST", "2019-07-03T14:30:00+01:00"),
        ("3. März 2019, 14:30 Uhr", "2019-03-03T14:30:00+00:00"),
        ("3.3.2019 um 14.30 Uhr", "2019-03-03T14:30:00+00:00"),
        ("3 mars 2019 à 14h30", "2019-03-03T14:30:00+00:00"),
        ("3 de marzo de 2019 a las 14:30 h", "2019-03-03T14:30:00+00:00"),
        ("3 de março de 2019 às 14h30", "2019-03-03T14:30:00+00:00"),
        ("3 marzo 2019 alle ore 14:30", "2019-03-03T14:30:00+00:00"),
        ("3 марта 2019 в 14:30 МСК", "2019-03-03T14:30:00+03:00"),
        ("2019年3月3日 14時30分", "2019-03-03T14:30:00+00:00"),
        ("2019年3月3日 午後2時30分", "2019-03-03T14:30:00+00:00"),
        ("2019.03.03 오후 2:30", "2019-03-03T14:30:00+00:00"),
        ("3 مارس 2019 - 02:30 م", "2019-03-03T14:30:00+00:00"),
        ("2:30 PM, March 3, 2019", "2019-03-03T14:30:00+00:00"),
        ("14:30 CET, Sunday, 3 March 2019", "2019-03-03T14:30:00+01:00"),
        ("Sun, 03 Mar 2019 14:30:05 +0530", "2019-03-03T14:30:05+05:30"),
        ("3 March 2019 14:30 UTC+3", "2019-03-03T14:30:00+03:00"),
        ("Sun Mar 3 14:30:05 EDT 2019", "2019-03-03T14:30:05-04:00"),
        ("2019-03-03T14:30:05Z", "2019-03-03T14:30:05+00:00"),
    ],
)  # fmt: skip
def test_a_time_and_its_zone_are_read_beside_the_day(text: str, expected: str) -> None:
    assert read(text) == [expected]


def test_a_zone_that_means_several_is_left_aside() -> None:
    assert read("March 3, 2019 2:30 PM CST") == read("March 3, 2019 2:30 PM IST") == ["2019-03-03T14:30:00+00:00"]


def test_a_numeric_date_that_reads_two_ways_has_no_value_until_the_order_is_told() -> None:
    [one] = found("03/04/2019")
    assert (one.value, one.kind, one.raw) == (None, "ambiguous", "03/04/2019")
    assert read("03/04/2019", "dmy") == ["2019-04-03T00:00:00+00:00"]
    assert read("03/04/2019", "mdy") == ["2019-03-04T00:00:00+00:00"]


def test_a_numeric_date_that_reads_one_way_needs_no_order() -> None:
    assert read("13/04/2019", "mdy") == read("04/13/2019", "dmy") == ["2019-04-13T00:00:00+00:00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 hours ago", "2026-03-01T10:00:00+00:00"),
        ("an hour ago", "2026-03-01T11:00:00+00:00"),
        ("vor 2 Stunden", "2026-03-01T10:00:00+00:00"),
        ("il y a 2 heures", "2026-03-01T10:00:00+00:00"),
        ("hace 2 horas", "2026-03-01T10:00:00+00:00"),
        ("há 2 horas", "2026-03-01T10:00:00+00:00"),
        ("2 ore fa", "2026-03-01T10:00:00+00:00"),
        ("2 часа назад", "2026-03-01T10:00:00+00:00"),
        ("2時間前", "2026-03-01T10:00:00+00:00"),
        ("2시간 전", "2026-03-01T10:00:00+00:00"),
        ("منذ 2 ساعات", "2026-03-01T10:00:00+00:00"),
        ("3 days ago", "2026-02-26T00:00:00+00:00"),
        ("Yesterday at 13:44", "2026-02-28T13:44:00+00:00"),
    ],
)
def test_relative_dates_are_counted_from_now(text: str, expected: str) -> None:
    assert read(text) == [expected]
    assert [one.value for one in found(text, now=None)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "May 2019", "March 3-5, 2019", "3–5 March 2019", "February 31, 2020", "version 2.3.2019-beta", "5 min read",
        "192.168.10.2019", "March of 2019 people", "in 2019 2 marches", "12/2019", "", "yesterday was a good day",
    ],
)  # fmt: skip
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert read(text) == []


def test_several_dates_come_in_their_order() -> None:
    assert read("Published 3 March 2019, updated March 5, 2019 at 9:00 AM") == [
        "2019-03-03T00:00:00+00:00",
        "2019-03-05T09:00:00+00:00",
    ]


def test_an_order_follows_from_the_language_and_its_region_only_where_it_has_one() -> None:
    assert [numeric_order(tag) for tag in ("de", "fr-CA", "en_GB", "en-US", "en", "zz", None)] == [
        "dmy", "dmy", "dmy", "mdy", None, None, None,
    ]  # fmt: skip


def test_a_stamp_may_keep_its_offset() -> None:
    one = parse_stamp("2019-03-03T23:30:00-05:00", UTC, keep_offset=True)
    assert one is not None
    assert one.value is not None
    assert one.value.isoformat() == "2019-03-03T23:30:00-05:00"


@pytest.mark.parametrize(
    "piece", ["3 ", "March ", "3:3", "ago 3 ", "1.1.", "2019年", "de ", "14:30 ", "3 March ", "March 3:30 "]
)
def test_reading_is_linear_on_hostile_text(piece: str) -> None:
    spent = []
    for size in (2_000, 8_000):
        text = piece * (size // len(piece))
        start = time.process_time()
        found(text)
        spent.append(time.process_time() - start)
    assert spent[1] < 12 * spent[0] + 0.05
