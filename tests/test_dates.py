from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.normalize.dates import find_dates, parse_stamp

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2018, 5, 2, 9, 0, tzinfo=SHANGHAI)


def one(text: str, **options: datetime | None) -> tuple[str | None, str, str, str]:
    """Return value, precision, raw text and kind of the only date; check that the span holds it."""
    [found] = find_dates(text, zone=SHANGHAI, **options)  # type: ignore[arg-type]
    assert " ".join(text[found.start : found.end].split()) == found.raw
    value = found.value.isoformat().removesuffix("+08:00") if found.value else None
    return value, found.precision, found.raw, found.kind


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2018-04-28 13:44:24", "2018-04-28T13:44:24", "second"),
        ("2018-04-28 13:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28", "2018-04-28T00:00:00", "day"),
        ("2018-4-8 9:05", "2018-04-08T09:05:00", "minute"),
        ("2018年04月28日 13:44", "2018-04-28T13:44:00", "minute"),
        ("2018年04月28日13:44", "2018-04-28T13:44:00", "minute"),
        ("2018年4月28日13时44分", "2018-04-28T13:44:00", "minute"),
        ("2018年4月28日13时44分24秒", "2018-04-28T13:44:24", "second"),
        ("2018年4月28日13时", "2018-04-28T13:00:00", "minute"),
        ("2018年4月28日下午3点半", "2018-04-28T15:30:00", "minute"),
        ("2018年04月28日", "2018-04-28T00:00:00", "day"),
        ("2018 年 4 月 28 日", "2018-04-28T00:00:00", "day"),
        ("2018年4月28号", "2018-04-28T00:00:00", "day"),
        ("2018/4/28", "2018-04-28T00:00:00", "day"),
        ("2018/04/28 13:44:24", "2018-04-28T13:44:24", "second"),
        ("2018.04.28 13:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-2813:44:24", "2018-04-28T13:44:24", "second"),
        ("2018年04月28日 星期六 13:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28（周六）13:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28\xa0\xa013:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28\n\t13:44", "2018-04-28T13:44:00", "minute"),
        ("２０１８年０４月２８日　１３：４４", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28 13：44：24", "2018-04-28T13:44:24", "second"),
        ("2018年4月28日上午 9:35", "2018-04-28T09:35:00", "minute"),
        ("2018-04-28 下午 1:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28 下午13:44", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28 晚上8:30", "2018-04-28T20:30:00", "minute"),
        ("2018-04-28 中午12:10", "2018-04-28T12:10:00", "minute"),
        ("2018-04-28 中午1:10", "2018-04-28T13:10:00", "minute"),
        ("2018-04-28 凌晨12:10", "2018-04-28T00:10:00", "minute"),
        ("2018-04-28 1:44 PM", "2018-04-28T13:44:00", "minute"),
        ("2018-04-28T13:44:24", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T13:44:24.123+08:00", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T05:44:24Z", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T00:44:24-05:00", "2018-04-28T13:44:24", "second"),
        ("18-04-28 13:44", "2018-04-28T13:44:00", "minute"),
        ("98/04/28 13:44", "1998-04-28T13:44:00", "minute"),
        ("18年4月28日", "2018-04-28T00:00:00", "day"),
        ("二〇一八年四月二十八日", "2018-04-28T00:00:00", "day"),
        ("二零一八年四月廿八日", "2018-04-28T00:00:00", "day"),
        ("二○一八年十二月三十一日", "2018-12-31T00:00:00", "day"),
        ("二〇一八年四月二十八日上午九时", "2018-04-28T09:00:00", "minute"),
        ("二〇一八年四月二十八日十三时四十四分", "2018-04-28T13:44:00", "minute"),
        ("民國107年4月28日", "2018-04-28T00:00:00", "day"),
        ("民国一百零七年四月二十八日", "2018-04-28T00:00:00", "day"),
        ("Sat Apr 28 13:44:24 CST 2018", "2018-04-28T13:44:24", "second"),
        ("Apr 28, 2018 13:44", "2018-04-28T13:44:00", "minute"),
        ("April 28th, 2018", "2018-04-28T00:00:00", "day"),
        ("28 April 2018 1:44 pm", "2018-04-28T13:44:00", "minute"),
        ("Sat, 28 Apr 2018 05:44:24 GMT", "2018-04-28T13:44:24", "second"),
    ],
)
def test_dates_that_name_their_year(text: str, value: str, precision: str) -> None:
    assert one(text) == (value, precision, " ".join(text.split()), "absolute")


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("来源：聊城日报 时间：2018-04-28 13:44:24 作者：张三", "2018-04-28 13:44:24"),
        ("date:2018-04-28", "2018-04-28"),
        ("发布于2018年4月28日，北京", "2018年4月28日"),
        ("2018-04-28 13:44来源：新农网", "2018-04-28 13:44"),
        ("日期：18-04-28", "18-04-28"),
        ("2018-04-28 25:61", "2018-04-28"),
        ("2018-04-28 13:44-15:00", "2018-04-28 13:44"),
        ("2018-04-28 100次阅读", "2018-04-28"),
        ("（2018-04-28）", "2018-04-28"),
        ("2018.04.28.", "2018.04.28"),
    ],
)
def test_a_date_among_other_text(text: str, raw: str) -> None:
    assert one(text)[2] == raw


@pytest.mark.parametrize(
    "text",
    [
        *("", "春拂联峰山", "13:44", "13:44:24", "2018", "2018年", "2018年4月", "2018-04", "4月", "28日"),
        *(
            "2018年13月1日",
            "2018年2月30日",
            "2018-02-30",
            "2018-00-10",
            "2018-13-01 10:00",
            "25:61",
            "04-31 10:00",
            "13月1日",
        ),
        *(
            "2018-2020年",
            "2018-04-28-1",
            "id2018-04-28",
            "id2018-04-2812345",
            "2018-04-2812345",
            "2018-04-28abc",
            "v2018.04.28",
        ),
        *("11-12", "3-2", "04-28", "04/28", "18-04-28", "18/04/28"),
        *(
            "010-12345678",
            "400-123-4567",
            "0635-8277092",
            "ISBN 978-7-04-028135-6",
            "192.168.1.1",
            "10.12.11.5 13:44",
            "1.2.3",
        ),
        *(
            "￥18.04",
            "3.14 米",
            "http://a.cn/2018-04-28/1.html",
            "20180428",
            "201804281344",
            "每年4月28日",
            "1234-05-06 12:00",
        ),
        *(
            "今日头条",
            "《今日说法》",
            "刚刚结束的会议",
            "昨天的会议",
            "以前",
            "三年前",
            "May",
            "May 28",
            "Apr 31, 2018",
        ),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, zone=SHANGHAI, now=NOW) == []


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("今天 08:00", "2018-05-02T08:00:00", "minute"),
        ("昨天 13:44", "2018-05-01T13:44:00", "minute"),
        ("昨天13：44", "2018-05-01T13:44:00", "minute"),
        ("前天 12:00", "2018-04-30T12:00:00", "minute"),
        ("大前天 12:00", "2018-04-29T12:00:00", "minute"),
        ("昨天", "2018-05-01T00:00:00", "day"),
        ("3小时前", "2018-05-02T06:00:00", "minute"),
        ("10小时前", "2018-05-01T23:00:00", "minute"),
        ("5分钟前", "2018-05-02T08:55:00", "minute"),
        ("半小时前", "2018-05-02T08:30:00", "minute"),
        ("两个小时前", "2018-05-02T07:00:00", "minute"),
        ("30秒前", "2018-05-02T08:59:00", "minute"),
        ("刚刚", "2018-05-02T09:00:00", "minute"),
        ("2天前", "2018-04-30T00:00:00", "day"),
        ("2天前 13:44", "2018-04-30T13:44:00", "minute"),
        ("2周前", None, "day"),
    ],
)
def test_relative_dates(text: str, value: str | None, precision: str) -> None:
    assert one(text, now=NOW) == (value, precision, text, "relative")
    assert one(text) == (None, precision, text, "relative")


def test_a_naive_clock_is_in_the_zone_and_another_zone_is_converted() -> None:
    assert one("今天 08:00", now=datetime(2018, 5, 2, 1, 0))[0] == "2018-05-02T08:00:00"  # noqa: DTZ001
    assert one("今天 08:00", now=datetime(2018, 5, 1, 20, 0, tzinfo=UTC))[0] == "2018-05-02T08:00:00"


@pytest.mark.parametrize(
    ("text", "hint", "now", "value"),
    [
        ("04-28 13:44", None, NOW, "2018-04-28T13:44:00"),
        ("4月28日 13:44", None, NOW, "2018-04-28T13:44:00"),
        ("4月28日", None, NOW, "2018-04-28T00:00:00"),
        ("05-02 09:01", None, NOW, "2017-05-02T09:01:00"),
        ("12-31 23:00", None, NOW, "2017-12-31T23:00:00"),
        ("02-29 10:00", None, NOW, "2016-02-29T10:00:00"),
        ("去年4月28日", None, NOW, "2017-04-28T00:00:00"),
        ("04-28 13:44", datetime(2015, 4, 28, tzinfo=SHANGHAI), NOW, "2015-04-28T13:44:00"),
        ("04-29 00:10", datetime(2015, 4, 28, tzinfo=SHANGHAI), NOW, "2015-04-29T00:10:00"),
        ("12-31 23:50", datetime(2016, 1, 1, tzinfo=SHANGHAI), NOW, "2015-12-31T23:50:00"),
        ("01-01 00:05", datetime(2015, 12, 31, tzinfo=SHANGHAI), NOW, "2016-01-01T00:05:00"),
        ("04-28 13:44", None, None, None),
        ("4月28日", None, None, None),
    ],
)
def test_dates_without_a_year(text: str, hint: datetime | None, now: datetime | None, value: str | None) -> None:
    found = one(text, year_hint=hint, now=now)
    assert (found[0], found[2], found[3]) == (value, text, "no_year")


def test_order_and_limit() -> None:
    text = "更新：2018-05-01 08:00 发布：2018年4月28日 刚刚 3小时前 Apr 27, 2018"
    found = find_dates(text, zone=SHANGHAI, now=NOW)
    assert [one.raw for one in found] == ["2018-05-01 08:00", "2018年4月28日", "刚刚", "3小时前", "Apr 27, 2018"]
    assert find_dates(text, zone=SHANGHAI, now=NOW, limit=2) == found[:2]


def test_compact_dates_only_when_asked() -> None:
    for text, value, precision in (
        ("20180428", "2018-04-28T00:00:00+08:00", "day"),
        ("20180428134424", "2018-04-28T13:44:24+08:00", "second"),
        ("20180428 13:44", "2018-04-28T13:44:00+08:00", "minute"),
    ):
        [found] = find_dates(text, zone=SHANGHAI, compact=True)
        assert found.value
        assert (found.value.isoformat(), found.precision, found.raw) == (value, precision, text)
    assert find_dates("20181328 2018042812345 a20180428", zone=SHANGHAI, compact=True) == []


@pytest.mark.parametrize(
    ("stamp", "value", "precision"),
    [
        ("2018-04-28T13:44:24+08:00", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T13:44:24+0800", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T05:44:24Z", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T05:44:24.000z", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T13:44:24", "2018-04-28T13:44:24", "second"),
        ("2018-04-28 13:44:24", "2018-04-28T13:44:24", "second"),
        ("2018-04-28 13:44", "2018-04-28T13:44:00", "minute"),
        (" 2018-04-28 ", "2018-04-28T00:00:00", "day"),
        ("2018-04-28 13:44:24 +0800", "2018-04-28T13:44:24", "second"),
        ("Sat, 28 Apr 2018 13:44:24 +0800", "2018-04-28T13:44:24", "second"),
        ("Sat, 28 Apr 2018 05:44:24 GMT", "2018-04-28T13:44:24", "second"),
        ("Sat Apr 28 13:44:24 CST 2018", "2018-04-28T13:44:24", "second"),
        ("2018年4月28日 13:44", "2018-04-28T13:44:00", "minute"),
        ("20180428", "2018-04-28T00:00:00", "day"),
        ("20180428134424", "2018-04-28T13:44:24", "second"),
        ("20180428T134424+0800", "2018-04-28T13:44:24", "second"),
        ("20180428T0544Z", "2018-04-28T13:44:00", "minute"),
        ("20180428T134424,5", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T13:44:24,125+08:00", "2018-04-28T13:44:24", "second"),
        ("2018-W17-6", "2018-04-28T00:00:00", "day"),
        ("2018W176T1344", "2018-04-28T13:44:00", "minute"),
        ("2018-118", "2018-04-28T00:00:00", "day"),
        ("2018-118T05:44:24Z", "2018-04-28T13:44:24", "second"),
        ("2018-04-28T24:00", "2018-04-29T00:00:00", "minute"),
        ("2018-12-31T24:00:00+08:00", "2019-01-01T00:00:00", "second"),
        ("1524894264", "2018-04-28T13:44:24", "second"),
        ("1524894264000", "2018-04-28T13:44:24", "second"),
    ],
)
def test_stamps(stamp: str, value: str, precision: str) -> None:
    found = parse_stamp(stamp, SHANGHAI)
    assert found
    assert found.value
    assert (found.value.isoformat().removesuffix("+08:00"), found.precision) == (value, precision)
    assert stamp[found.start : found.end] == stamp.strip()


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        " ",
        "today",
        "昨天 13:44",
        "04-28 13:44",
        "2018",
        "2018-13-01",
        "2018-04-28T25:00:00",
        "date 2018-04-28",
        "12345",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "9999999999",
        "3.5",
        "2018-04-28 to 2018-05-01",
        *("2018118", "201804", "2018-04", "2018-W17", "2018W17"),  # digits that may be anything, and no day
        *("2018-W54-1", "2018-W17-8", "2018-366", "2018-000", "2018-1181"),
        *("20181399T100000", "20180428T256161", "20180428T1344:24", "2018-04-28T24:01"),
    ],
)
def test_what_is_no_stamp(stamp: str) -> None:
    assert parse_stamp(stamp, SHANGHAI) is None


@given(
    st.text(
        alphabet=st.sampled_from("0123456789年月日时分秒:-/. T+Z昨今前天刚半小时二〇一八十民国上午AprMon,：　"),
        max_size=80,
    ),
    st.booleans(),
)
def test_any_text_gives_sound_dates(text: str, clock: bool) -> None:
    found = find_dates(text, zone=SHANGHAI, now=NOW if clock else None, compact=True)
    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.raw == " ".join(text[one.start : one.end].split())
        assert one.value is None or one.value.utcoffset() is not None


@given(st.one_of(st.text(max_size=100), st.from_regex(r"[12][0-9]{3}[-0-9WT:.,Z+ ]{0,20}", fullmatch=True)))
def test_any_stamp_is_read_or_not(text: str) -> None:
    found = parse_stamp(text, SHANGHAI)
    assert found is None or found.value is not None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 30)))  # noqa: DTZ001
def test_every_moment_is_found_again(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=8)))
    y, mo, d, h, mi, s = moment.timetuple()[:6]
    zone = timezone(timedelta(hours=8))
    forms = {
        f"{y}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}": "second",
        f"{y}-{mo:02}-{d:02}{h:02}:{mi:02}:{s:02}": "second",
        f"{y}-{mo}-{d} {h}:{mi:02}": "minute",
        f"{y}年{mo}月{d}日 {h:02}:{mi:02}": "minute",
        f"{y}年{mo:02}月{d:02}日{h}时{mi}分{s}秒": "second",
        f"{y}/{mo}/{d}": "day",
        f"{y}.{mo:02}.{d:02} {h:02}：{mi:02}": "minute",
        moment.isoformat(): "second",
        moment.astimezone(UTC).isoformat().replace("+00:00", "Z"): "second",
        moment.strftime("%b %d, %Y %H:%M"): "minute",
        moment.strftime("%a, %d %b %Y %H:%M:%S +0800"): "second",
    }
    for text, precision in forms.items():
        [found] = find_dates(f"时间：{text} 来源：新农网", zone=zone)
        written = {
            "second": moment,
            "minute": moment.replace(second=0),
            "day": moment.replace(hour=0, minute=0, second=0),
        }
        assert (found.value, found.precision) == (written[precision], precision)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "-",
        "1-",
        ":",
        "12:",
        "2018-",
        "2018-04-",
        "年",
        "月",
        "1月",
        "年1月",
        "一",
        "今",
        "今天",
        "刚刚",
        "前",
        "1 ",
        " ",
        "Apr ",
        "Mon ",
        "民国",
        "2018年4月",
        "1天",
        "T1",
    ],
)
def test_reading_is_linear(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    started = time.process_time()
    find_dates(text, zone=SHANGHAI, now=NOW, compact=True)
    assert time.process_time() - started < 5
