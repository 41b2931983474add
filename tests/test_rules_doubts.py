"""What a page withholds or moves away is told: by a refusal, a warning, or a right reading of what is left."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.errors import NotAnArticleError

from .rules import BY, DATE_ONLY, H1, NAME, TEXTS, TITLE, URL, B, H, among, at, codes, page, read

DOUBTED = ("low_confidence", "body")
ENTRY = "<li><a href=/{0}.html>春耕备耕有序推进农机忙检修</a><span>2020-03-1{0}</span></li>"
RANKING = f"<div><h4>热门排行</h4><ul>{''.join(map(ENTRY.format, range(3)))}</ul></div>"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"<p>{TEXTS[0][:30]}……<a href=?full>阅读全文</a></p>", id="a-stub"),
        pytest.param(f"<p>{''.join(TEXTS)[:140]}……</p><div>展开全文</div>", id="a-long-stub"),
        pytest.param(f"<p>{TEXTS[0][:40]}</p>", id="cut-in-a-sentence"),
        pytest.param("<p>新款手机今日上市，门店排起长队，多地很快售罄。</p>", id="of-something-else"),
        pytest.param("<p><img src=/1.jpg></p>", id="a-picture-alone"),
    ],
)
def test_a_part_of_a_text_or_another_text_is_doubted(text: str) -> None:
    assert DOUBTED in codes(page(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(B, id="whole"),
        pytest.param("<p>联峰山桃花盛开，首日迎来游客两千人次。</p>", id="a-telegraph"),
        pytest.param("<p>村口的老槐树还在。</p>" * 12, id="an-essay-of-other-words"),
    ],
)
def test_a_whole_text_is_not_doubted_for_being_short(text: str) -> None:
    assert DOUBTED not in codes(page(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("<p>抱歉，您访问的文章不存在或已被删除。</p>", "error_page", id="gone"),
        pytest.param("<p>登录后阅读全文</p>", "login_wall", id="locked"),
    ],
)
def test_a_notice_in_the_texts_place_is_no_article(text: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        page(text)
    assert caught.value.reason == reason


def test_a_consent_dialogue_alone_is_no_article() -> None:
    with pytest.raises(NotAnArticleError) as caught:
        read(TITLE, "<div><h2>您的隐私选择</h2><p>我们使用Cookie来改善您的浏览体验。</p><button>同意</button></div>")
    assert caught.value.reason == "login_wall"


def test_a_ranking_above_the_byline_gives_no_date() -> None:
    article = page(B * 3, by=f"{RANKING}{BY}")
    assert (article.published_at, article.source) == (at("2018-04-28T13:44:24"), "聊城日报")


def test_a_date_right_above_the_headline_is_the_articles() -> None:
    article = read(
        TITLE,
        f"<div>{DATE_ONLY}{H1}<p>来源：聊城日报</p>{RANKING}<div>{B * 3}</div></div>",
    )
    assert article.published_at == at("2018-04-28T13:44:24")


def test_the_size_of_the_letters_is_no_source() -> None:
    sizes = "【<a>大</a> <a>中</a> <a>小</a>】"
    assert page(by=f"<div>2018-04-28 来源：中国农网 {sizes}</div>").source == "中国农网"


def test_a_badge_is_no_part_of_the_headline() -> None:
    assert page(head=f"<h1><span>原创</span>{NAME}</h1>").title == NAME


def test_the_next_articles_source_is_not_this_ones() -> None:
    other = f"<article><h1>河东市场清晨见闻</h1><div>来源：河东晚报</div>{B}</article>"
    assert page(among(""), by=DATE_ONLY, below=other).source is None


def test_a_headline_that_the_page_does_not_show_is_doubted() -> None:
    assert ("low_confidence", "title") in codes(page(head=TITLE))


def test_a_date_of_metadata_about_another_page_is_doubted() -> None:
    stale = "<meta property=og:title content=河东市场清晨见闻>"
    stale += "<meta property=article:published_time content=2021-03-22T06:58>"
    article = page(head=f"{stale}{H1}", by="<div>来源：聊城日报</div>")
    assert ("low_confidence", "published_at") in codes(article)


def test_what_an_abstract_tells_is_no_date_of_publication() -> None:
    article = page(by="<div>摘要：2014年8月22日，联峰山修通了环山步道，游客渐渐多了起来。</div>")
    assert article.published_at is None


PATH = "<div>{}<a href=/>中国新农网</a> {arrow} <a href=/news/>新闻</a> {arrow} 正文</div>"
OTHER_SITE = {"head": f"<title>{NAME}_江城新闻网</title>{H1}"}
TABS = "<ul><li>最新报道<li>扫描二维码</ul>"
LIST = "<ul><li><a href=/n/1.html>果园冬季剪枝有讲究</a><li><a href=/n/2.html>冬小麦返青水怎么浇</a></ul>"


def test_a_heading_of_related_articles_without_a_list_is_told() -> None:
    bare, listed = (page(below=f"<div><h4>相关新闻</h4>{below}</div>", **OTHER_SITE) for below in (TABS, LIST))
    assert not bare.teasers
    assert ("missing_field", "teasers") in codes(bare)
    assert listed.teasers
    assert ("missing_field", "teasers") not in codes(listed)


@pytest.mark.parametrize(("heading", "told"), [("相关事件", True), ("供求信息", False)])
def test_a_list_too_short_for_its_vague_heading_is_told(heading: str, told: bool) -> None:
    article = page(below=f"<div><h4>{heading}</h4>{LIST}</div>", **OTHER_SITE)
    assert not article.teasers
    assert (("missing_field", "teasers") in codes(article)) is told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param(PATH.format("当前位置：", arrow="&gt;"), True, id="a-path"),
        pytest.param(PATH.format("当前位置：", arrow="·"), False, id="no-arrows"),
        pytest.param(PATH.format("", arrow="&gt;"), False, id="no-label"),
    ],
)
def test_a_breadcrumb_below_the_text_is_told(path: str, told: bool) -> None:
    article = page(below=path)
    assert not article.breadcrumb
    assert (("missing_field", "breadcrumb") in codes(article)) is told
    assert ("missing_field", "breadcrumb") not in codes(page(above=path, below=path))


DAY = "<div>2018-04-28 13:44</div>"
MISSING_SOURCE = ("missing_field", "source")


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(f"<div>江城必读</div>{DAY}", id="before-the-date"),
        pytest.param(f"{DAY}<div>江城必读</div><div>阅读 20</div>", id="behind-it"),
        pytest.param("<div>江城必读</div><div>发布时间：10-08 12:00</div>", id="beside-a-date-without-a-year"),
    ],
)
def test_a_bare_name_beside_the_date_is_told(by: str) -> None:
    article = page(by=by, **OTHER_SITE)
    assert article.source is None
    assert MISSING_SOURCE in codes(article)


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(f"<div>江城必读</div><div>阅读 20</div>{DAY}", id="a-line-between"),
        pytest.param("<div>江城必读</div>", id="no-date"),
        pytest.param(f"<div>官方账号</div>{DAY}", id="a-control"),
        pytest.param(f"<div>复制链接</div>{DAY}", id="a-tool"),
        pytest.param(f"<div>Share</div>{DAY}", id="a-foreign-word"),
        pytest.param(f"<div>桃花开了，快来</div>{DAY}", id="a-sentence"),
        pytest.param(f"<div>相关新闻</div>{DAY}", id="a-heading-of-other-articles"),
        pytest.param(f"<div>头条</div>{DAY}", id="a-section"),
        pytest.param(f"<div>乡村振兴</div>{DAY}", id="a-step-of-the-breadcrumb"),
        pytest.param(f"<div>专栏作家</div>{DAY}", id="a-label"),
        pytest.param(f"<div>上官婉如</div>{DAY}<div>作者：上官婉如</div>", id="the-author"),
        pytest.param(f"<h2>江城必读</h2>{DAY}", id="a-heading"),
        pytest.param(f"<div>三百亩桃花竞相开放迎来四方游客</div>{DAY}", id="a-subtitle"),
    ],
)
def test_what_is_no_name_beside_the_date_is_not_told(by: str) -> None:
    path = "<div>当前位置：<a href=/>首页</a> &gt; <a href=/zx/>乡村振兴</a> &gt; 正文</div>"
    article = page(by=by, above=path, **OTHER_SITE)
    assert article.source is None
    assert MISSING_SOURCE not in codes(article)


CELLS = "<table><tr><td>发布日期</td><td>2018-04-28</td></tr><tr><td>{}</td><td>江城地理学会</td></tr></table>"
SOCIETY = f"<title>江城地理学会</title><div>{NAME}</div>"


def test_a_sources_label_whose_value_was_taken_for_the_headline_is_told() -> None:
    article = page(head=SOCIETY, by=CELLS.format("信息来源"))
    assert (article.title, article.source) == ("江城地理学会", None)
    assert MISSING_SOURCE in codes(article)
    assert MISSING_SOURCE not in codes(page(head=SOCIETY, by=CELLS.format("浏览次数")))


def test_a_headline_that_is_the_value_of_a_sources_label_is_not_sure() -> None:
    labelled, plain = (page(head=SOCIETY, by=CELLS.format(word)) for word in ("信息来源", "浏览次数"))
    assert labelled.title == plain.title == "江城地理学会"
    assert labelled.evidence["title"].confidence < 0.7 <= plain.evidence["title"].confidence


def test_a_heading_below_a_sources_label_that_is_empty_stays_sure() -> None:
    bare, labelled = (page(above=above, by=DATE_ONLY).evidence["title"] for above in ("", "<div>来源：</div>"))
    assert bare.confidence == labelled.confidence


@pytest.mark.parametrize(
    ("value", "sure"),
    [
        pytest.param("<a href=#c>我要评论</a>", False, id="a-control"),
        pytest.param("<a href=#c>央视新闻客户端</a>", True, id="a-publisher"),
        pytest.param("<a href=#c>江城园林</a>", True, id="a-name"),
        pytest.param("<a href=#>江城推荐</a>", True, id="a-link-to-nowhere"),
        pytest.param("江城园林有限公司", True, id="no-link"),
    ],
)
def test_a_control_behind_a_sources_label_is_not_sure(value: str, sure: bool) -> None:
    found = page(by=f"<div>来源： {value}</div>").evidence["source"]
    assert (found.confidence >= 0.7) is sure


RELATIVE = "<div>3小时前</div>"
STATED = "<meta property=article:published_time content=2018-04-28T13:44:24+08:00>"
SCRIPT = f"<script>var msg_title = '{NAME}'; var ct = 1524894264;</script>"
UNRESOLVED = ("unresolved_date", "published_at")


@pytest.mark.parametrize(
    ("url", "above", "by", "told"),
    [
        pytest.param(None, STATED, RELATIVE, True, id="the-metadata-alone"),
        pytest.param(URL, STATED, RELATIVE, False, id="the-address-too"),
        pytest.param(None, f"{STATED}<meta name=pubdate content=2018-04-28>", RELATIVE, False, id="two-statements"),
        pytest.param(None, "", f"{RELATIVE}{SCRIPT}", False, id="the-pages-own-script"),
        pytest.param(None, STATED, DATE_ONLY, False, id="a-date-that-is-shown"),
    ],
)
def test_a_date_in_place_of_the_one_that_is_shown_is_told(url: str | None, above: str, by: str, told: bool) -> None:
    article = extract_html(f"{above}{H}{by}<div>{B}</div>", url=url)
    assert article.published_at == at("2018-04-28T13:44:24")
    assert (UNRESOLVED in codes(article)) is told
