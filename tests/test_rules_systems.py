"""Ways of the systems that make Chinese pages: glued labels, rows of boxes, tools in the byline, class names."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.errors import NotAnArticleError

from .rules import BY, H1, NAME, TEXTS, TITLE, URL, B, H, at, page, paragraphs, read


@pytest.mark.parametrize("name", ["_135editor", "ueditor-box", "wangeditor_txt", "ke-editor-content"])
def test_the_box_of_an_editing_tool_is_no_editors_line(name: str) -> None:
    article = page("".join(f"<section class={name}><p>{text}</p></section>" for text in TEXTS))
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    "trail",
    [
        "<ol><li><a href=/>首页</a><span> -&gt; </span></li><li><a href=/zs/>招商</a></li></ol>",
        "<div><div><a href=/>首页</a></div><div>-&gt;</div><div><a href=/zs/>招商</a></div></div>",
        "<div><a href=/>首页</a> -&gt; <a href=/zs/>招商</a> -&gt; 查看内容</div>",
    ],
    ids=["arrow-in-the-item", "arrow-in-a-box", "a-word-for-this-page"],
)
def test_a_breadcrumb_in_pieces(trail: str) -> None:
    article = page(above=TITLE + trail, head=H.removeprefix(TITLE))
    assert [crumb.name for crumb in article.breadcrumb] == ["首页", "招商"]


def test_labels_that_touch_the_value_before_them() -> None:
    article = page(by="<div>2018-04-28 09:00来源：新农行情中心责任编辑：康宁审核：蔡志远</div>")
    assert (article.source, article.editors) == ("新农行情中心", ["康宁"])


def test_who_checked_a_text_did_not_edit_it() -> None:
    article = page(B + "<p>（编辑 苏杭 审稿 于老师）</p>")
    assert (article.editors, article.paragraphs) == (["苏杭"], list(TEXTS))


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("记者：Emma Li <span>A-</span> <span>A+</span>", ["Emma Li"]),
        ("作者：关云 译", ["关云"]),
        ("島嶼新報 記者林佳蓉／雲林即時報導", ["林佳蓉"]),
        ("采写：南都见习记者 林子沛", ["林子沛"]),
    ],
    ids=["font-size", "translator", "place-of-the-report", "employer"],
)
def test_what_stands_beside_a_name_is_no_name(by: str, names: list[str]) -> None:
    assert page(by=f"<div>2018-04-28 13:44 {by}</div>").authors == names


def test_a_weekday_in_brackets_stands_between_date_and_time() -> None:
    article = page(by="<div>2018年04月28日 (六) 05:35</div>")
    assert (article.published_at, article.source) == (at("2018-04-28T05:35:00"), None)


def test_a_contents_list_names_no_source() -> None:
    contents = "<ol><li><a href=#a1>危害症状</a></li><li><a href=#a2>防治方法</a></li></ol>"
    assert page(by="<div>2018-04-28 13:44</div>" + contents).source is None


def test_the_label_of_a_date_is_no_source() -> None:
    article = page(by="<div>公告日期：2018-04-28 <a href=/a.pdf>查看PDF原文</a></div>")
    assert (article.source, article.published_at) == (None, at("2018-04-28T00:00:00"))


def test_clauses_whose_numbers_have_boxes_of_their_own() -> None:
    clauses = ["凡本网转载的作品，版权归原作者所有。", "文章内容仅供参考，不构成投资建议。"]
    rows = "".join(f"<div><div>{n}、</div><div>{text}</div></div>" for n, text in enumerate(clauses, 1))
    article = page(below=f"<div><div>【免责声明】</div>{rows}</div>")
    assert article.disclaimer is not None
    assert article.disclaimer.clauses == clauses


def test_a_default_picture_stands_for_a_lazy_one() -> None:
    picture = "<p><img src=/static/default.png data-src=/2018/r1.jpg></p>"
    article = page(paragraphs(TEXTS[:1]) + picture + paragraphs(TEXTS[1:]))
    assert [image.url for image in article.images] == ["http://www.xinnong.example/2018/r1.jpg"]


def test_a_centred_sentence_below_a_picture_is_its_caption() -> None:
    centred = "style=text-align:center"
    picture = f"<p {centred}><img src=/2018/r1.jpg></p><p {centred}>农民在广场上晾晒菜籽。</p>"
    article = page(paragraphs(TEXTS[:1]) + picture + paragraphs(TEXTS[1:]))
    assert [image.caption for image in article.images] == ["农民在广场上晾晒菜籽。"]
    assert article.paragraphs == list(TEXTS)


def test_the_site_may_stand_before_the_section_in_the_title() -> None:
    assert read(f"<title>{NAME} - 明港新闻网 - 港闻</title>", H1, BY, B).site_name == "明港新闻网"


def test_a_newspaper_beside_a_teasers_date_is_not_its_summary() -> None:
    entry = "<li><a href=/2.html><p>种子田里的守门人</p><p>青原日报 2018-04-27</p></a></li>"
    teasers = page(below=f"<div><h3>【阅读延展】</h3><ul>{entry}</ul></div>").teasers
    assert [(item.title, item.summary) for item in teasers] == [("种子田里的守门人", None)]


def test_a_date_alone_below_the_text_is_its_date() -> None:
    assert page(by="", below="<div>2018-04-28 13:44:24</div>").published_at == at("2018-04-28T13:44:24")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ('{"code": 0, "data": {"title": "联峰山桃花盛开", "content": "四月下旬的联峰山上，桃花开放。"}}', "not_html"),
        (
            "<title>www.xinnong.example - Database Error</title><h1>Database Error</h1><p>PHP Debug",
            "error_page",
        ),
        ("<title>出错了</title><p>数据库连接失败，请联系管理员。</p>", "error_page"),
    ],
    ids=["json", "database", "database-in-chinese"],
)
def test_answers_that_are_no_articles(html: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(html, url=URL)
    assert caught.value.reason == reason


def test_an_offer_to_log_in_above_a_list_is_no_wall() -> None:
    bar = "<div><a href=/login>你好，请登录</a> <a href=/join>免费注册</a> <a href=/orders>我的订单</a></div>"
    goods = "".join(f"<li><a href=/{n}.html>水溶肥平衡型五公斤装第{n}款</a> ￥18.5{n}</li>" for n in range(14))
    with pytest.raises(NotAnArticleError) as caught:
        read("<title>肥料_农资商城</title>", bar, f"<h1>肥料</h1><ul>{goods}</ul>")
    assert caught.value.reason == "list_page"
