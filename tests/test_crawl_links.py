"""Where a page leads: entries with their dates, sections, pagers, and what is none of them."""

from __future__ import annotations

import time
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.crawl.links import MOST_LINKS, FoundLink, find_feeds, read_links, robots_of
from xinnong_scraper.crawl.scope import Scope, key_of
from xinnong_scraper.errors import NotAnArticleError
from xinnong_scraper.layouts import Layout, load_layout
from xinnong_scraper.page import read_page
from xinnong_scraper.replica.content import generate_articles
from xinnong_scraper.replica.pages import Site

from . import hostile

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2018, 5, 2, 9, 0, tzinfo=ZONE)
URL = "http://www.xinnong.example/nongye/list_1.html"
ROOT = "http://www.xinnong.example"
TITLES = [
    "全市小麦陆续返青长势良好",
    "聊城春季农技培训班开班",
    "乡村旅游带动农民增收",
    "返乡青年创业种草莓",
    "农业银行",
    "新农合报销比例提高",
]
MENU = (
    "<div><a href=/>首页</a> | <a href=/nongye/>农业</a> | <a href=/caijing/>财经</a> | <a href=/lvyou/>旅游</a></div>"
)
FOOT = "<div><a href=/about.html>关于我们</a> | <a href=/contact.html>联系我们</a> | 京ICP备08000000号</div>"
SENTENCE = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"


def links(html: str, *, url: str = URL, layout: Layout | None = None) -> dict[str, FoundLink]:
    """The links by address, those of the same host by their path."""
    page = read_page(f"<html><title>农业</title><body>{html}</body></html>", url=url)
    return {link.url.removeprefix(ROOT): link for link in read_links(page, layout=layout, now=NOW)}


def kinds(html: str, **options: object) -> dict[str, str]:
    return {url: link.kind for url, link in links(html, **options).items()}  # type: ignore[arg-type]


def entries(make: Callable[[int, str, str], str], join: str = "") -> str:
    return join.join(make(number, title, f"/nongye/{number}.html") for number, title in enumerate(TITLES))


# Entries

LISTS = {
    "list, the date before": "<ul>"
    + entries(lambda n, t, u: f"<li><span>[04-2{n}]</span><a href={u}>{t}</a></li>")
    + "</ul>",
    "list, the date behind": "<ul>" + entries(lambda n, t, u: f"<li><a href={u}>{t}</a> 2018/04/2{n}</li>") + "</ul>",
    "table, the date first": "<table>"
    + entries(lambda n, t, u: f"<tr><td>2018-04-2{n}</td><td><a href={u}>{t}</a></td><td>聊城日报</td></tr>")
    + "</table>",
    "a table an entry": entries(
        lambda n, t, u: f"<table><tr><td>·<a href={u}>{t}</a></td><td>2018-04-2{n} 13:44</td></tr></table>"
    ),
    "definitions": "<dl>"
    + entries(lambda n, t, u: f"<dt><a href={u}>{t}</a></dt><dd>{SENTENCE}</dd><dd>2018年4月2{n}日</dd>")
    + "</dl>",
    "line breaks": "<td>" + entries(lambda n, t, u: f"·<a href={u}>{t}</a> (4月2{n}日)", "<br>") + "</td>",
    "grid with pictures": entries(
        lambda n, t, u: (
            f"<div class=x7><a href={u}><img src=/{n}.jpg alt='{t}'></a><h4><a href={u}>{t}</a></h4>"
            f"<p>{SENTENCE}<a href={u}>[详细]</a></p><div><a href=/nongye/>农业</a> 2018-04-2{n}</div></div>"
        )
    ),
    "all in one line": "<p>" + entries(lambda n, t, u: f"<a href={u}>{t}</a> [2018-04-2{n}] ") + "</p>",
    "a category before the title": "<ul>"
    + entries(lambda n, t, u: f"<li>[<a href=/nongye/>农业</a>] <a href={u}>{t}</a> 04-2{n}</li>")
    + "</ul>",
    "the date inside the link": "<ul>"
    + entries(lambda n, t, u: f"<li><a href={u}>{t}<i>2018-04-2{n}</i></a></li>")
    + "</ul>",
    "the whole entry is the link": entries(
        lambda n, t, u: (
            f"<a href={u}><div><img src=/{n}.jpg></div><h3>{t}</h3><p>四月以来返青</p><span>04-2{n} 13:44</span></a>"
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_entries_are_told_from_menus_in_any_markup(name: str) -> None:
    found = links(MENU + LISTS[name] + FOOT)
    items = [link for link in found.values() if link.kind == "item"]
    assert [link.text for link in items] == TITLES
    assert [link.published_at.strftime("%Y-%m-%d") for link in items if link.published_at] == [
        f"2018-04-2{number}" for number in range(len(TITLES))
    ]
    assert all(link.published_at is not None and link.published_at.utcoffset() is not None for link in items)
    assert [url for url, link in found.items() if link.kind == "section"] == ["/", "/nongye/", "/caijing/", "/lvyou/"]


def test_entries_without_dates_have_none() -> None:
    found = links("<ul>" + entries(lambda _, t, u: f"<li><a href={u}>{t}</a></li>") + "</ul>")
    assert [(link.kind, link.published_at) for link in found.values()] == [("item", None)] * len(TITLES)


def test_a_date_without_a_year_needs_a_clock_or_the_address() -> None:
    html = "<ul><li><a href=/a/1.html>小麦陆续返青</a> 04-28<li><a href=/2016/0429/2.html>农技培训班开班</a> 04-28</ul>"
    first, second = read_links(read_page(html, url=URL))
    assert first.published_at is None
    assert second.published_at == datetime(2016, 4, 28, tzinfo=ZONE)


def test_a_relative_date_is_read_by_the_clock() -> None:
    html = "<ul>" + entries(lambda _, t, u: f"<li><a href={u}>{t}</a><i>3小时前</i></li>") + "</ul>"
    assert {link.published_at for link in links(html).values()} == {datetime(2018, 5, 2, 6, 0, tzinfo=ZONE)}


def test_a_home_page_of_boxes() -> None:
    box = "<div><h2><a href=/{0}/>{1}</a> <a href=/{0}/all.html>更多&gt;&gt;</a></h2><ul>{2}</ul></div>"
    boxes = "".join(
        box.format(slug, name, entries(lambda _, t, u, s=slug: f"<li><a href=/{s}{u}>{t}</a></li>"))  # type: ignore[misc]
        for slug, name in (("nongye", "农业"), ("caijing", "财经"))
    )
    found = kinds(MENU + f"<h1><a href=/top.html>聊城迅速掀起新一轮对外开放热潮</a></h1>{boxes}{FOOT}", url=f"{ROOT}/")
    assert found["/top.html"] == "item"
    assert sum(kind == "item" for kind in found.values()) == 1 + 2 * len(TITLES)
    assert [found[url] for url in ("/nongye/", "/nongye/all.html", "/caijing/all.html")] == ["section"] * 3


def test_a_cut_title_is_completed_and_its_picture_joined() -> None:
    html = (
        "<ul><li><a href=/1.html><img src=/1.jpg></a><a href=/1.html title='全市小麦陆续返青长势良好'>全市小麦陆续…</a>"
        "<li><a href=/2.html>农技培训班今日开班</a><li><a href=/3.html>返乡青年创业种草莓</a></ul>"
    )
    assert next(iter(links(html).values())).text == "全市小麦陆续返青长势良好"


def test_links_of_an_article() -> None:
    article = (
        f"<div><a href=/>首页</a> &gt; <a href=/nongye/>农业</a> &gt; 正文</div><h1>全市小麦返青</h1>"
        f"<p>2018-04-28 13:44 来源：<a href=http://lcrb.example/>聊城日报</a></p>"
        f"<p>{SENTENCE}据<a href=/baike/1.html>农业部门</a>介绍，{SENTENCE}</p><p>{SENTENCE}</p>"
        "<p>上一篇：<a href=/nongye/9.html>春耕</a></p><p>下一篇：<a href=/nongye/11.html>农技培训班开班</a></p>"
        "<h3>相关阅读</h3><ul><li><a href=/n/21.html>乡村旅游带动农民增收</a>"
        "<li><a href=/n/22.html>返乡青年创业种草莓</a></ul>"
    )
    assert kinds(article, url=f"{ROOT}/nongye/10.html") == {
        "/": "section", "/nongye/": "section", "http://lcrb.example/": "other", "/baike/1.html": "other",
        "/nongye/9.html": "item", "/nongye/11.html": "item", "/n/21.html": "item", "/n/22.html": "item",
    }  # fmt: skip


# Pagers

ENTRIES = "<ul>" + entries(lambda _, t, u: f"<li><a href={u}>{t}</a></li>") + "</ul>"


@pytest.mark.parametrize(
    "pager",
    [
        "<a href=list_2.html>2</a> <a href=list_3.html>3</a> <a href=list_2.html>下一页</a>",
        "共3页 <b>1</b> <a href=list_2.html>[2]</a> <a href=list_3.html>[3]</a>",
        "<ul><li>1<li><a href=list_2.html>2</a><li><a href=list_3.html>3</a></ul>",
        "<a href=list_2.html>下一页 &gt;</a> <a href=list_3.html>末页</a>",
        "<a href=list_2.html>下页</a><a href=list_3.html>尾页</a>",
        "<a href=list_2.html>2</a> <a href=list_3.html>&gt;</a>",
    ],
)
def test_a_list_is_followed_to_its_further_pages(pager: str) -> None:
    found = kinds(f"{ENTRIES}<div>{pager}</div>")
    assert (found["/nongye/list_2.html"], found["/nongye/list_3.html"]) == ("pager", "pager")


def test_the_pager_of_an_article_is_part_of_it() -> None:
    pager = "<div>1 <a href=10_2.html>2</a> <a href=10_3.html>3</a> <a href=10_2.html>下一页</a></div>"
    article = f"<h1>全市小麦返青</h1>{f'<p>{SENTENCE}</p>' * 4}{pager}{ENTRIES}"
    found = kinds(article, url=f"{ROOT}/nongye/10.html")
    assert (found["/nongye/10_2.html"], found["/nongye/10_3.html"]) == ("part", "part")


def test_a_list_with_summaries_keeps_its_pager() -> None:
    listed = entries(lambda _, t, u: f"<div><h3><a href={u}>{t}</a></h3><p>{SENTENCE}</p></div>")
    assert kinds(f"{listed}<div><a href=list_2.html>下一页</a></div>")["/nongye/list_2.html"] == "pager"


def test_ranks_and_calendars_are_no_pagers() -> None:
    ranks = "".join(f"<li><a href=/a/9017{n}5.html>{n}</a></li>" for n in range(1, 7))
    days = " ".join(f"<a href=/2018/04/{n:02}/>{n}</a>" for n in range(1, 15))
    years = " ".join(f"<a href=/archive/{year}/>{year}</a>" for year in range(2014, 2019))
    found = kinds(f"{ENTRIES}<ul>{ranks}</ul><div>{days}</div>{f'<p>{SENTENCE}</p>' * 3}<div>{years}</div>")
    assert not {"pager", "part"} & set(found.values())


def test_home_in_a_menu_is_no_pager() -> None:
    assert kinds("<ul><li><a href=/>首页</a><li><a href=/n/>新闻</a><li><a href=/v/>视频</a></ul>")["/"] == "section"


# Addresses


def test_addresses_are_absolute_and_each_is_given_once() -> None:
    html = (
        "<base href=//www.xinnong.example/base/><a href=a.html#top>甲</a><a href='a.html'>甲</a>"
        "<a href=javascript:;>乙</a>"
        "<a href=mailto:a@b.cn>丙</a><a href=http://>丁</a><a href=ftp://x.cn/a>戊</a><a href=#x>己</a><a>庚</a>"
        "<link rel=canonical href=/canonical.html><link rel=alternate hreflang=en href=/en.html>"
    )
    assert list(links(html)) == ["/base/a.html"]


def test_the_page_itself_is_left_out() -> None:
    assert links(f"<a href={URL}#a>小麦</a><a href=list_1.html>小麦</a>") == {}


def test_frames_areas_and_folded_menus_are_other() -> None:
    html = (
        "<map><area href=/area.html alt=农业></map><iframe src=/frame.html></iframe>"
        "<ul style='display:none'><li><a href=/folded.html>全市小麦陆续返青</a></ul>"
    )
    assert kinds(html) == {"/area.html": "other", "/frame.html": "other", "/folded.html": "other"}
    page = read_page("<html><frameset><frame src=left.html><frame src=main.html></frameset></html>", url=f"{ROOT}/")
    assert [link.url for link in read_links(page)] == [f"{ROOT}/left.html", f"{ROOT}/main.html"]


def test_nofollow_of_a_link_and_of_the_page() -> None:
    html = "<a rel='NoFollow noopener' href=/a>甲</a><a href=/b>乙</a><a rel=nofollow href=/c>丙</a><a href=/c>丙</a>"
    assert {url: link.nofollow for url, link in links(html).items()} == {"/a": True, "/b": False, "/c": False}
    assert links(html)["/a"].rel == ("nofollow", "noopener")
    assert all(link.nofollow for link in links(f"<meta name=ROBOTS content='noindex, nofollow'>{html}").values())
    assert robots_of(read_page("<meta name=robots content=none>")) == {"none", "noindex", "nofollow"}
    assert robots_of(read_page("<meta name=description content=nofollow>")) == frozenset()


def test_feeds_of_the_head() -> None:
    html = (
        "<link rel='alternate' type='application/rss+xml' href=/rss.xml>"
        "<link rel=alternate type=text/html href=/m.html>"
        "<link rel='Alternate' type='application/atom+xml; charset=utf-8' href=atom.xml>"
    )
    assert find_feeds(read_page(html, url=f"{ROOT}/a/")) == (f"{ROOT}/rss.xml", f"{ROOT}/a/atom.xml")


# Layouts


def test_a_layout_may_state_what_links_are() -> None:
    lists = {"items": (".hot",), "sections": ("a.tab",), "ignore": (".ads",), "pager": ("a.more",)}
    layout = load_layout("zh").model_copy(update={"lists": Layout(name="x", lists=lists).lists})  # type: ignore[arg-type]
    html = (
        "<p class=hot><a href=/1>春耕</a></p><a class=tab href=/2>全市小麦陆续返青长势良好</a>"
        "<div class=ads><a href=/3>农业</a> <a href=/4>财经</a></div><a class=more href=/5>加载更多</a>"
    )
    assert kinds(html, layout=layout) == {"/1": "item", "/2": "section", "/3": "other", "/4": "other", "/5": "pager"}


# A whole portal, without a network


def test_every_article_of_a_portal_is_found_from_its_home_page() -> None:
    home = f"{ROOT}/"
    articles = generate_articles(60, 20180428)
    site, scope = Site(articles, home), Scope.of(home)
    waiting, known, found = deque([home]), {key_of(home)}, set()
    while waiting and len(known) < 500:
        url = waiting.popleft()
        body = site.respond(url.removeprefix(ROOT)).body
        try:
            extract_html(body, url=url)
            found.add(url.removeprefix(ROOT))
        except NotAnArticleError:
            pass
        for link in read_links(read_page(body, url=url)):
            if link.kind != "part" and scope.admits(link.url) and key_of(link.url) not in known:
                known.add(key_of(link.url))
                waiting.append(link.url)
    assert {article.path for article in articles} <= found
    assert len(known) < 2 * len(articles)


# Bounds

LARGE = {
    "links in one line": lambda: "<p>" + "".join(f"<a href=/{n}.html>小麦返青{n}</a> 4-28 " for n in range(100_000)),
    "entries": lambda: "".join(f"<li><a href=/{n}.html>小麦陆续返青长势{n}</a> 4-28</li>" for n in range(60_000)),
    "numbers": lambda: "".join(f"<a href=/{n}.html>{n}</a> " for n in range(60_000)),
    "lines of one link": lambda: "<a href=/1.html>" + "小麦陆续返青<br>" * 100_000,
    "deep entries": lambda: "<div>" * 400 + "".join(f"<div><a href=/{n}>小麦陆续返青</a></div>" for n in range(9_000)),
    "frames": lambda: "<iframe src=/a.html></iframe>" * 100_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_page_of_too_many_links_is_bounded(name: str) -> None:
    page = read_page(hostile.page(LARGE[name]()), url=URL)
    started = time.process_time()
    found = read_links(page, now=NOW)
    assert time.process_time() - started < 3
    assert len(found) <= MOST_LINKS
