"""Related articles: which lines of their box are titles, and which boxes hold none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.layouts import load_layout

from .rules import NAME, TEXTS, B, at, page

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


def elsewhere(below: str, *, body: str = B, above: str = "") -> Article:
    """Read the page under the general layout."""
    head = f"<title>{NAME}_大观网</title><h1>{NAME}</h1>"
    html = f"{above}<div id=main>{head}<div>2018-04-28 13:44</div><div class=text>{body}</div>{below}"
    article = extract_html(html, url="http://www.daguan.example/news/20180428/1.html")
    assert article.layout == "zh"
    return article


OTHERS = ["石榴花开满山红农家乐开怀", "水稻插秧忙农机手连轴转", "果园里来了直播间销路更宽"]


def box_of(heading: str, titles: list[str] = TITLES, *, folder: str = "n") -> str:
    items = "".join(f"<li><a href=/{folder}/{n}.html>{title}</a></li>" for n, title in enumerate(titles, 1))
    return f"<div><h3>{heading}</h3><ul>{items}</ul></div>"


def test_what_is_offered_behind_the_related_box_does_not_count() -> None:
    below = box_of("相关新闻") + box_of("推荐阅读", OTHERS, folder="m") + box_of("猜你喜欢", OTHERS, folder="k")
    assert names(elsewhere(below)) == TITLES


def test_a_recommended_box_right_before_the_related_one_counts_too() -> None:
    assert names(elsewhere(box_of("推荐阅读", OTHERS, folder="m") + box_of("相关新闻"))) == OTHERS + TITLES


@pytest.mark.parametrize("heading", ["猜你喜欢", "热门推荐", "大家都在看", "图文推荐"])
def test_offers_count_where_no_box_says_related(heading: str) -> None:
    assert names(elsewhere(box_of(heading))) == TITLES
    assert names(elsewhere(box_of(heading, OTHERS, folder="m") + box_of("相关阅读")))[-3:] == TITLES


GOVERNMENT = ["相关解读", "相关政策", "相关文件", "政策解读", "解读"]


@pytest.mark.parametrize("heading", GOVERNMENT)
@pytest.mark.parametrize("count", [1, 2])
def test_a_government_s_related_papers_count(heading: str, count: int) -> None:
    below = box_of(heading, TITLES[:count]).replace("h3", "div")
    assert names(elsewhere(below)) == TITLES[:count]


@pytest.mark.parametrize("heading", GOVERNMENT)
def test_a_channel_of_that_name_in_a_menu_holds_no_teasers(heading: str) -> None:
    entries = "".join(f"<li><a href=/m/{n}.html>{title}</a></li>" for n, title in enumerate(OTHERS))
    menu = f"<div><ul><li><a href=/jd/>{heading}</a></li>{entries}</ul></div>"
    assert names(page(above=menu)) == []
    assert names(elsewhere(box_of("大家都在看"), above=menu)) == TITLES


@pytest.mark.parametrize("heading", GOVERNMENT)
def test_such_a_heading_may_head_a_part_of_the_text(heading: str) -> None:
    said = "这条规定说的是三个人。"
    assert page(f"{B}<p><b>{heading}</b></p><p>{said}</p>").paragraphs[-2:] == [heading, said]


@pytest.mark.parametrize("heading", ["热门排行", "点击排行", "一周热榜", "新闻排行榜", "最新文章", "相关搜索"])
def test_rankings_never_count(heading: str) -> None:
    assert names(elsewhere(box_of(heading))) == []


def test_the_box_by_the_text_goes_before_that_of_the_sidebar() -> None:
    side = f"</div><div id=side>{box_of('推荐文章', OTHERS, folder='m')}{box_of('相关文章', OTHERS, folder='m')}</div>"
    assert names(elsewhere(box_of("图文推荐") + side)) == TITLES


def test_a_heading_may_share_its_line_with_tags() -> None:
    line = "<h3>相关资讯 <a href=/t/1>春笋</a> <a href=/t/2>农家乐</a> <a href=/t/3>花饽饽</a></h3>"
    assert names(elsewhere(f"<div>{line}<ul>{''.join(listed(f'<li>{LINK}</li>'))}</ul></div>")) == TITLES


def test_a_heading_may_share_its_line_with_the_first_link() -> None:
    first, *rest = listed(LINK)
    below = f"<p>相关阅读：{first}</p>" + "".join(f"<p>{link}</p>" for link in rest)
    article = elsewhere(below)
    assert names(article) == TITLES
    assert article.teasers[0].url == "http://www.daguan.example/n/1.html"


CARD = "<li><p class=c><a href=/n/{n}.html>9图</a></p><h4>" + LINK + "</h4>"
TAGS = "<p class=t><a href=/c/>新闻</a><a href=/k/{n}>农家乐合作社</a></p>"
AUTHOR = "<p class=a><a href=/u/{n}>老张在山村的日记本</a></p>"
MORE = "<p>{summary}<a href=/n/{n}.html>【详细】</a></p><p>1{n} 跟贴 3{n}</p></li>"


def test_a_card_has_one_title() -> None:
    article = elsewhere(f"<div><h3>相关阅读</h3><ul>{''.join(listed(CARD + TAGS + AUTHOR + MORE))}</ul></div>")
    assert names(article) == TITLES
    assert [teaser.summary for teaser in article.teasers] == SUMMARIES


def test_adverts_among_the_entries_go() -> None:
    items = listed(f"<li>{LINK}</li>")
    shop = "<li><a href=https://shop.other.example/>山货特卖会三折起包邮到家</a></li>"
    search = f"<li><a href=https://s.other.example/s?q={'x' * 80}>花饽饽加盟哪家好一点</a></li>"
    asked = "<li><a href=/privacy>为什么显示这个广告？</a></li>"
    below = f"<div><h3>相关阅读</h3><ul>{items[0]}{shop}{items[1]}{search}{asked}{items[2]}</ul></div>"
    assert names(elsewhere(below)) == TITLES


def test_an_empty_box_takes_nothing_from_its_neighbours() -> None:
    side = f"</div><div id=side><div><a href=/c/>时政要闻</a></div>{''.join(listed(f'<p>{LINK}</p>'))}</div>"
    assert names(elsewhere(f"<div class=rel><h3>相关新闻</h3></div>{side}")) == []


def test_a_menu_is_no_list_of_articles() -> None:
    assert (
        names(elsewhere("<div><h3>相关信息</h3><a href=/about>关于我们</a><br><a href=/terms>使用条款</a></div>")) == []
    )


def test_short_titles_are_titles_where_their_links_have_numbers() -> None:
    assert names(elsewhere(box_of("相关阅读", ["石磨", "蓑衣", "麦浪"]))) == ["石磨", "蓑衣", "麦浪"]


def test_titles_without_links_stand_in_headings() -> None:
    item = "<div><h4>{title}</h4><ul><li>2018年4月26日</li><li>山村记者站</li><li>3,245</li></ul></div>"
    article = elsewhere(f"<div><div><h2>热门推荐</h2><span>收起</span></div>{''.join(listed(item))}</div>")
    assert names(article) == TITLES
    assert [teaser.published_at for teaser in article.teasers] == [at("2018-04-26T00:00:00")] * 3


def test_a_link_around_a_whole_card_is_that_of_its_title() -> None:
    item = "<a href=/n/{n}.html><div><h4><em>新</em>{title}</h4><p>{summary}</p></div></a>"
    article = elsewhere(f"<div><h3>相关阅读</h3>{''.join(listed(item))}</div>")
    assert names(article) == [f"新{title}" for title in TITLES]
    assert [teaser.summary for teaser in article.teasers] == SUMMARIES


@pytest.mark.parametrize("title", ["春笋上市价格平稳（组图）", "【视频】大棚草莓采摘正当时", "张三（Louise）带富一方"])
def test_brackets_of_a_title_stay(title: str) -> None:
    assert names(elsewhere(box_of("相关阅读", [title, *OTHERS])))[0] == title


def test_a_title_cut_short_twice_stays_as_first_shown() -> None:
    first = "<li><a href=/n/9.html>合作社带富一方...</a></li>"
    again = "<li><a href=/n/9.html>合作社带富一方百姓...</a></li>"
    below = f"<div><h3>相关阅读</h3><ul>{first}{''.join(listed(f'<li>{LINK}</li>'))}{again}</ul></div>"
    assert names(elsewhere(below)) == ["合作社带富一方...", *TITLES]


def test_the_order_of_the_headings_is_that_of_the_ranks() -> None:
    lexicon = load_layout("zh").lexicon
    ranks = [lexicon.heading(word) for word in ("解读", "相关动态", "作者的其他文章", "您可能还喜欢", "猜你喜欢")]
    assert [kind for kind, _ in filter(None, ranks)] == ["teasers"] * 5
    related, first, recommended, weak, guess = (rank for _, rank in filter(None, ranks))
    assert related < 25 <= first
    assert recommended == 69
    assert weak == 70
    assert weak < guess


@pytest.mark.parametrize("name", ["related-posts", "xgnews", "g-tuijian", "guess-you-like"])
def test_a_box_may_say_only_by_its_class_that_it_is_related(name: str) -> None:
    assert names(elsewhere(f"<div class={name}>{''.join(listed(f'<p>{LINK}</p>'))}</div>")) == TITLES


@pytest.mark.parametrize("name", ["relative flex", "pinterest-share", "news-list"])
def test_other_classes_say_nothing(name: str) -> None:
    assert names(elsewhere(f"<div class='{name}'>{''.join(listed(f'<p>{LINK}</p>'))}</div>")) == []


@pytest.mark.parametrize("heading", ["社会新闻精选：", "精选文章", "农业资讯精选"])
def test_a_choice_of_a_topic_s_news_is_a_recommendation(heading: str) -> None:
    below = f"<div><h3>{heading}</h3><ul>{''.join(listed(f'<li>{LINK}</li>'))}</ul></div>"
    parts = [f"<h1>{NAME}</h1><div>2018-04-28 13:44:24</div><div>", B, "</div>", below]
    assert names(extract_html("".join(parts), url=f"{HOST}/1.html", layout="zh")) == TITLES


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(
    "item",
    [
        pytest.param("<li><a href=/n/{n}.html>{title}</a></li>", id="items"),
        pytest.param("<p><a href=/n/{n}.html>{title}</a></p>", id="paragraphs"),
        pytest.param("<a href=/n/{n}.html>{title}</a><br>", id="breaks"),
    ],
)
def test_an_entry_with_a_heading_s_word_heads_nothing(item: str, position: int) -> None:
    titles = [*TITLES[:position], "热点 | 春耕备耕全面展开", *TITLES[position:]]
    items = [item.format(n=n, title=title) for n, title in enumerate(titles, 1)]
    assert names(box(["<div>", *items, "</div>"])) == titles


@pytest.mark.parametrize(
    "tabs",
    [
        pytest.param("<div><div>相关推荐</div><div>热点推荐</div></div>", id="boxes"),
        pytest.param("<ul><li>相关推荐</li><li>热门文章</li><li>最新文章</li></ul>", id="items"),
        pytest.param("<div><h3>相关推荐</h3><h3>最新文章</h3></div>", id="headings"),
        pytest.param("<div><span>相关推荐</span><span>热点推荐</span></div>", id="one-line"),
        pytest.param("<div><a href=#a>相关推荐</a> <a href=#b>热点推荐</a></div>", id="links"),
        pytest.param("<div><span>相关推荐</span> | <span>热点推荐</span></div>", id="stroke"),
    ],
)
@pytest.mark.parametrize(
    "item",
    [
        pytest.param(f"<li>{LINK}</li>", id="plain"),
        pytest.param(
            "<li><a href=/n/{n}.html><img src=/{n}.jpg alt={title}></a><div><h3>"
            + LINK
            + "</h3><p>乡村观察 2018-04-26 09:30:00</p><a href=#><span>{n}</span>跟贴</a></div></li>",
            id="cards",
        ),
    ],
)
def test_what_is_under_the_first_of_several_tabs(tabs: str, item: str) -> None:
    article = page(below=f"<div>{tabs}<div><ul>{''.join(listed(item))}</ul></div></div>")
    assert names(article) == TITLES
