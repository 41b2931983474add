"""Which of the dates on a page is the article's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .rules import BY, H1, NAME, TEXTS, TITLE, B, H, at, codes, page, paragraphs, read

if TYPE_CHECKING:
    from datetime import datetime

STAMP = at("2018-04-28T13:44:24")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["时间：2018年5月1日", "地点：聊城市联峰山景区"], id="time-and-place"),
        pytest.param(["活动时间：2018年5月1日"], id="time-of-an-event"),
        pytest.param(["活动时间：2018-05-01 09:00", "活动地点：聊城市联峰山景区"], id="time-of-day-of-an-event"),
    ],
)
@pytest.mark.parametrize("place", ["first", "among", "last"])
def test_the_date_of_an_event_stays_in_the_text(lines: list[str], place: str) -> None:
    position = {"first": 0, "among": 1, "last": len(TEXTS)}[place]
    texts = [*TEXTS[:position], *lines, *TEXTS[position:]]
    article = page(paragraphs(texts))
    assert article.published_at == STAMP
    assert article.published_raw == "2018-04-28 13:44:24"
    assert article.modified_at is None
    assert article.paragraphs == texts


def test_eight_digits_are_a_day() -> None:
    article = page(by="<div>来源：聊城日报 发布时间：20180428</div>")
    assert (article.published_at, article.published_precision) == (at("2018-04-28T00:00:00"), "day")
    assert article.published_raw == "20180428"


def test_a_relative_date_without_a_clock_takes_its_value_from_metadata() -> None:
    meta = "<meta property=article:published_time content=2018-04-27T13:44:00+08:00>"
    article = page(above=meta, by="<div>来源：聊城日报 昨天 13:44</div>")
    assert article.published_at == at("2018-04-27T13:44:00")
    assert (article.published_raw, article.published_precision) == ("昨天 13:44", "minute")
    assert article.evidence["published_at"].strategy == "metadata"
    assert ("metadata_disagrees", "published_at") not in codes(article)


@pytest.mark.parametrize(
    ("head", "below", "raw"),
    [
        pytest.param(H, "<p>来源：聊城日报 2018-04-28 13:44</p>", "2018-04-28 13:44", id="below-beside-the-source"),
        pytest.param(H, "<p>2018-04-28 13:44 责任编辑：王五</p>", "2018-04-28 13:44", id="below-beside-the-editor"),
        pytest.param(
            H,
            "<div><span>来源：聊城日报</span><span>2018-04-28 13:44</span><span>责任编辑：王五</span></div>",
            "2018-04-28 13:44",
            id="below-in-spans",
        ),
        pytest.param(
            f"{TITLE}<div><span>2018.04.28</span>{H1}</div>", "", "2018.04.28", id="above-in-the-headline's-box"
        ),
        pytest.param(
            f"{TITLE}<div><p>2018.04.28</p>{H1}</div>", "", "2018.04.28", id="line-above-in-the-headline's-box"
        ),
    ],
)
def test_the_date_is_found_away_from_the_byline(head: str, below: str, raw: str) -> None:
    article = page(head=head, by="", below=below)
    assert article.published_raw == raw
    assert article.published_at == at("2018-04-28T13:44:00" if ":" in raw else "2018-04-28T00:00:00")
    assert article.paragraphs == list(TEXTS)


def test_a_time_of_change_alone_is_both_dates_and_less_sure() -> None:
    article = page(by="<div>来源：聊城日报 更新时间：2018-04-28 13:44:24</div>")
    assert article.published_at == article.modified_at == STAMP
    published = article.evidence["published_at"].confidence
    assert published < 0.9 < page().evidence["published_at"].confidence


@pytest.mark.parametrize(
    "line",
    ["责任编辑：王五 更新时间：2018-04-29 08:00", "更新时间：2018-04-29 08:00 编辑：王五"],
    ids=["editor-first", "time-first"],
)
def test_a_time_of_change_below_the_text_is_not_when_it_was_published(line: str) -> None:
    article = page(below=f"<p>{line}</p>")
    assert article.published_at == STAMP
    assert article.modified_at == at("2018-04-29T08:00:00")
    assert article.editors == ["王五"]
    assert article.paragraphs == list(TEXTS)


def test_the_page_that_all_vary_is_read() -> None:
    article = page(B, by=BY)
    assert (article.published_at, article.source, article.paragraphs) == (STAMP, "聊城日报", list(TEXTS))


@pytest.mark.parametrize("signature", ["二〇一八年四月二十日", "2018年4月20日"])
def test_the_byline_s_date_goes_before_that_of_a_signature(signature: str) -> None:
    end = f"<div align=right>聊城市农业局<br>{signature}</div>"
    article = page(B + end, by="<div>信息来源：聊城市农业局 更新时间：2018-4-28 13:44:24</div>")
    assert article.published_at == article.modified_at == STAMP


@pytest.mark.parametrize("word", ["编辑于", "最后编辑于", "修改于"])
def test_a_time_of_change_below_the_text_is_all_that_is_shown(word: str) -> None:
    below = f"<div>{word} 2018-04-28 13:44:24<span>・IP 属地山东</span></div>"
    article = read(H, "<div><a href=/people/1>田野观察</a></div>", f"<div>{B}{below}</div>")
    assert article.published_at == article.modified_at == STAMP


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("var hot = [{title: '别处的新闻', pubDate: '2011-01-02 10:00:00'}];", None),
        ("var ad = {createTime: 1524894264};", None),
        ("var ct = 1300000000;", None),
        ("var ctime = '2011-01-02 10:00:00';", None),
        (f"var doc = {{title: '{NAME}', pubDate: '2018-04-28 13:44:24'}};", STAMP),
        (f'var doc = {{title: "{NAME}", createTime: 1524894264}};', STAMP),
        (f"var msg_title = '{NAME}'; var ct = 1524894264;", STAMP),
        ("var publishTime = '2018-04-28 13:44:24';", STAMP),
        ("$(function () { var pubDate = '2018-04-28 13:44:24'; });", STAMP),
    ],
)
def test_a_date_in_a_script_is_that_of_the_title_beside_it(script: str, found: datetime | None) -> None:
    assert page(by="<div>昨天</div>", below=f"<script>{script}</script>").published_at == found
