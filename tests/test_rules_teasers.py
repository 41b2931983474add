"""Related articles: which lines of their box are titles, and which boxes hold none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .rules import TEXTS, at, page

if TYPE_CHECKING:
    from xinnong_scraper import Article

HOST = "http://www.xinnong.example"
TITLES = ["春笋上市价格平稳菜农增收", "合作社带富一方百姓的故事", "大棚草莓采摘正当时游客多"]
SUMMARIES = ["今年雨水充足，春笋大量上市..", "五年前村里成立了第一家合作社..", "走进大棚，一股清香扑面而来.."]


def box(items: list[str], *, heading: str = "相关阅读", tail: str = "") -> Article:
    return page(below=f"<div><h3>{heading}</h3>{''.join(items)}{tail}</div>")


def listed(pattern: str) -> list[str]:
    """One item a title, from a pattern with {n}, {title} and {summary}."""
    pairs = zip(TITLES, SUMMARIES, strict=True)
    return [pattern.format(n=n, title=title, summary=summary) for n, (title, summary) in enumerate(pairs, 1)]


def names(article: Article) -> list[str]:
    assert article.paragraphs == list(TEXTS)
    return [teaser.title for teaser in article.teasers]


LINK = "<a href=/n/{n}.html>{title}</a>"


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(f"<li><i>{{n}}</i>{LINK}</li>", id="number"),
        pytest.param("<li><a href=/n/{n}.html><i>{n}</i>{title}</a></li>", id="number-in-the-link"),
        pytest.param(f"<li>[<a href=/c/>新闻</a>] {LINK}</li>", id="column"),
        pytest.param(f"<li><a href=/c/>[新闻]</a> {LINK}</li>", id="column-with-brackets-in-the-link"),
    ],
)
def test_what_stands_before_a_title_is_no_part_of_it(item: str) -> None:
    article = box(["<ul>", *listed(item), "</ul>"])
    assert names(article) == TITLES
    assert [teaser.url for teaser in article.teasers] == [f"{HOST}/n/{n}.html" for n in (1, 2, 3)]


def test_the_neighbours_in_the_same_box_are_not_related() -> None:
    near = "<p>上一篇：<a href=/n/8.html>石榴花开满山红</a></p><p>下一篇：<a href=/n/9.html>水稻插秧忙</a></p>"
    assert names(box(listed(f"<p>{LINK}</p>"), tail=near)) == TITLES


def test_a_copyright_line_is_no_summary() -> None:
    line = "<p>Copyright © 2018 中国新农网 版权所有 未经许可不得转载</p>"
    article = box(listed(f"<p>{LINK}</p>"), tail=line)
    assert names(article) == TITLES
    assert [teaser.summary for teaser in article.teasers] == [None, None, None]


def test_a_date_without_year_takes_that_of_the_article() -> None:
    article = box(["<ul>", *listed(f"<li>{LINK} <span>04-26</span></li>"), "</ul>"])
    assert names(article) == TITLES
    assert [teaser.published_at for teaser in article.teasers] == [at("2018-04-26T00:00:00")] * 3


STAMP = "<p>2018-04-26 09:30:00</p>"


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(f"<div><p>{{title}}</p><p><b>{{title}}</b></p><p>{{summary}}</p>{STAMP}</div>", id="twice"),
        pytest.param(f"<div><p>{{title}}</p><p>{{summary}}</p>{STAMP}</div>", id="once"),
        pytest.param(f"<p>{{title}}</p><p><b>{{title}}</b></p><p>{{summary}}</p>{STAMP}", id="twice-without-boxes"),
        pytest.param(f"<p>{{title}}</p><p>{{summary}}</p>{STAMP}", id="once-without-boxes"),
    ],
)
def test_titles_without_links(item: str) -> None:
    article = box(listed(item))
    assert names(article) == TITLES
    assert {teaser.url for teaser in article.teasers} == {None}
    assert [teaser.summary for teaser in article.teasers] == SUMMARIES
    assert {teaser.published_at for teaser in article.teasers} == {at("2018-04-26T09:30:00")}


@pytest.mark.parametrize("heading", ["猜你喜欢", "热门推荐"])
def test_offers_and_hot_lists_are_not_related(heading: str) -> None:
    article = box(["<ul>", *listed(f"<li>{LINK}</li>"), "</ul>"], heading=heading)
    assert names(article) == []


@pytest.mark.parametrize(
    ("picture", "address"),
    [
        pytest.param("<img src=/p/{n}.jpg>", f"{HOST}/p/1.jpg", id="real"),
        pytest.param("<img src=/images/blank.gif>", None, id="blank"),
        pytest.param("<img src=/images/loading.gif>", None, id="loading"),
        pytest.param("<img src=data:image/gif;base64,R0lGODlhAQABAAAAACw=>", None, id="data"),
        pytest.param("<img src=/t.gif width=1 height=1>", None, id="one-pixel"),
        pytest.param("<img src=/images/blank.gif data-src=/p/{n}.jpg>", f"{HOST}/p/1.jpg", id="blank-and-real"),
    ],
)
def test_the_picture_of_a_teaser_is_the_real_one(picture: str, address: str | None) -> None:
    article = box(listed(f"<div><a href=/n/{{n}}.html>{picture}</a><h4>{LINK}</h4></div>"))
    assert names(article) == TITLES
    assert article.teasers[0].image_url == address
