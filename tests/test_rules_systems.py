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


def test_a_date_and_a_source_above_the_headline() -> None:
    byline = "<div><div>2023 04/18 09:12:33</div><div>来源：聊城日报</div></div>"
    article = read(TITLE, f"<div>{byline}<div>{H1}</div></div>", f"<div>{B}</div>")
    assert (article.source, article.published_at) == ("聊城日报", at("2023-04-18T09:12:33"))
    assert article.published_raw == "2023 04/18 09:12:33"


def test_a_dash_line_above_the_headline_is_its_subtitle() -> None:
    kicker = "<div class=k>——一个山区乡的观察</div>"
    article = read(TITLE, f"<div>{kicker}<div>{H1}</div>{BY}</div>", f"<div>{B}</div>")
    assert (article.title, article.subtitle) == (NAME, "——一个山区乡的观察")


@pytest.mark.parametrize(
    ("by", "source", "url"),
    [
        ("<a href=http://news.example/3.htm>来源：溪口晚报</a>", "溪口晚报", "http://news.example/3.htm"),
        ("来源: <span>聊城</span><span>日报</span>", "聊城日报", None),
        ("<a href=#>听新闻</a>", None, None),
    ],
    ids=["label-in-the-link", "name-in-two-elements", "a-button"],
)
def test_a_source_in_pieces(by: str, source: str | None, url: str | None) -> None:
    article = page(by=f"<div>2018-04-28 13:44 {by}</div>")
    assert (article.source, article.source_url) == (source, url)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("（記者 林幼青 臺南報導）", ["林幼青"]),
        ("〔記者葉晴雯／竹溪報導〕", ["葉晴雯"]),
        ("【文/观澜者网 阮佳闻】", ["阮佳闻"]),
    ],
)
def test_a_dateline_names_persons_only(line: str, names: list[str]) -> None:
    article = page(paragraphs([line + TEXTS[0], *TEXTS[1:]]), by="<div>2018-04-28 13:44:24</div>")
    assert article.authors == names


@pytest.mark.parametrize(
    "line",
    [
        "<p>【打印此页】【关闭窗口】</p>",
        "<p><a href=/e>【纠错】</a>【责任编辑:许安】</p>",
        "<p>不用抽 不用搶 現在用APP看新聞 點我下載APP</p>",
        "<p><span>投诉水文</span><span>我要纠错</span></p>",
    ],
    ids=["print", "report-a-mistake", "app", "complain"],
)
def test_tools_below_the_text_are_no_text(line: str) -> None:
    article = page(B + line)
    assert (article.paragraphs, article.authors) == (list(TEXTS), [])


def test_a_link_to_more_at_a_paragraphs_end_is_no_text() -> None:
    article = page(B.removesuffix("</p>") + "<a href=/>返回搜禾，查看更多</a></p>")
    assert article.paragraphs == list(TEXTS)


def test_an_abstract_may_have_its_label_in_an_element_of_its_own() -> None:
    shown = "二次育肥积极性下降、冻品库存偏高，猪价承压。"
    article = page(f"<div><em>摘要</em>{shown}</div>" + B)
    assert article.summary == shown


@pytest.mark.parametrize(
    "picture",
    ["<mip-img src=/2018/r1.jpg></mip-img>", '<img class="lazy" src=/static/t.png data-original=/2018/r1.jpg>'],
    ids=["mip", "lazy-by-class"],
)
def test_other_kinds_of_picture(picture: str) -> None:
    article = page(paragraphs(TEXTS[:1]) + f"<p>{picture}</p>" + paragraphs(TEXTS[1:]))
    assert [image.url for image in article.images] == ["http://www.xinnong.example/2018/r1.jpg"]


def test_a_logo_that_leads_home_names_the_site() -> None:
    logo = "<a href=/><img src=/logo.png alt=观澜者网></a>"
    assert read(f"<title>{NAME}</title>", logo, H1, "<div>2018-04-28</div>", B).site_name == "观澜者网"


def test_a_section_in_the_title_is_not_the_site() -> None:
    assert read(f"<title>{NAME}_新闻频道_川视网</title>", H1, BY, B).site_name == "川视网"
    assert read(f"<title>{NAME}_高峰</title>", H1, BY, B).site_name is None


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (["<title>知闻</title>", "<h1>知闻</h1><div>验证码登录</div><div>密码登录</div>"], "login_wall"),
        (["<div>该内容已被发布者删除</div>"], "error_page"),
    ],
    ids=["login-by-code", "deleted"],
)
def test_more_pages_without_an_article(parts: list[str], reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        read(*parts)
    assert caught.value.reason == reason


def test_a_text_that_quotes_an_offer_to_log_in_is_an_article() -> None:
    text = "研究者统计，十年前的网页链接，如今有四成无法打开。有的提示“请登录后查看”，有的直接跳转到首页。"
    assert page(f"<p>{text}</p>").paragraphs == [text]


def test_entries_that_are_headings_like_the_one_above_them() -> None:
    entries = "".join(f"<a href=/{n}.html><h2>能繁母猪存栏第{n}次环比微降</h2></a>" for n in range(2))
    teasers = page(below=f"<div><h2>相关阅读</h2><div>{entries}</div></div>").teasers
    assert [item.title for item in teasers] == ["能繁母猪存栏第0次环比微降", "能繁母猪存栏第1次环比微降"]


@pytest.mark.parametrize(
    "trail",
    [
        "<div><a href=/>首页</a> <img src=/arrow.gif> <a href=/zs/>招商</a></div>",
        "<xn-trail><a href=/>首页</a><xn-sep>/</xn-sep><a href=/zs/>招商</a></xn-trail>",
        "<div><a href=/>首页</a><i>▶</i><a href=/zs/>招商</a></div>",
        "<div><a href=/>首页</a> ==&gt; <a href=/zs/>招商</a></div>",
    ],
    ids=["pictures", "custom-elements", "triangle", "long-arrow"],
)
def test_other_arrows_in_a_breadcrumb(trail: str) -> None:
    article = page(above=TITLE + trail, head=H.removeprefix(TITLE))
    assert [crumb.name for crumb in article.breadcrumb] == ["首页", "招商"]


def test_a_span_that_its_style_makes_a_block_ends_lines() -> None:
    style = 'style="color:#333;display: block"'
    body = "".join(f"<span {style}>{text}</span>" for text in TEXTS)
    by = f"<span {style}>来源：聊城日报</span><span {style}>2018-04-28 13:44:24</span>"
    article = read(TITLE, f"<span {style}>{NAME}</span>{by}<span {style}>{body}</span>")
    assert article.paragraphs == list(TEXTS)
    assert (article.title, article.source, article.published_at) == (NAME, "聊城日报", at("2018-04-28T13:44:24"))


@pytest.mark.parametrize("value", ["pre-wrap", "pre-line"])
def test_line_breaks_that_the_style_keeps(value: str) -> None:
    text = "\n\n".join(f"　　{text}" for text in TEXTS)
    assert page(f"<div style='white-space:{value}'>{text}</div>").paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    "line",
    ["<legend>正文</legend>", "<h3>正文</h3>", "<p>文章内容</p>"],
)
def test_a_word_for_the_text_is_no_part_of_it(line: str) -> None:
    assert page(line + B).paragraphs == list(TEXTS)


def test_a_footer_that_begins_with_the_name_is_no_text() -> None:
    assert page(below="<div>中国新农网 版权所有 2018</div>").paragraphs == list(TEXTS)


def test_a_code_to_read_on_a_telephone_is_no_wall() -> None:
    pictures = "".join(f"<figure><img src=/{n}.jpg><figcaption>第{n}幅</figcaption></figure>" for n in range(3))
    article = page(f"{pictures}<p>{TEXTS[0]}</p>", below="<div><img src=/qr.png alt=二维码>扫码看手机版</div>")
    assert len(article.images) == 3


@pytest.mark.parametrize(
    "line",
    ["基因编辑 助力育种", "图书编辑 李明去世", "审核 从严把关确保质量", "主编 带你走进春天的田野", "编辑 育种走进大田"],
)
def test_a_subheading_with_a_word_for_a_role(line: str) -> None:
    article = page(f"<p>{TEXTS[0]}</p><h2>{line}</h2>" + paragraphs(TEXTS[1:]))
    assert (article.paragraphs, article.editors) == ([TEXTS[0], line, *TEXTS[1:]], [])


@pytest.mark.parametrize(
    "line",
    [
        "农户可以在手机应用商店下载APP申报。",
        "目前，该平台已有超过三百万农户下载APP使用。",
        "冠县樱桃上市，以及<a href=/more>更多好物</a>",
        "作品提交时间：2026年4月1日至5月1日，地点：聊城。",
    ],
    ids=["app", "app-in-a-sentence", "more-things", "time-of-an-event"],
)
def test_ordinary_sentences_stay(line: str) -> None:
    article = page(f"<p>{TEXTS[0]}</p><p>{line}</p>" + paragraphs(TEXTS[1:]))
    assert len(article.paragraphs) == len(TEXTS) + 1


def test_the_time_of_an_event_is_not_that_of_publication() -> None:
    text = "作品提交时间：2026年4月1日至5月1日，地点：聊城。"
    article = page(paragraphs([text, *TEXTS]), by="<div>来源：聊城日报</div>")
    assert article.published_at is None


def test_words_inside_an_abstract_are_no_labels() -> None:
    shown = "展会在聊城举行，活动时间：2026年5月1日至5日。"
    assert page(by=f"{BY}<p>摘要：{shown}</p>").summary == shown


def test_a_publisher_that_ends_like_a_label() -> None:
    assert page(by="<div>来源：聊城发布：2026-03-08</div>").source == "聊城发布"


def test_many_arrows_in_a_row_cost_no_time() -> None:
    arrows = "&gt;" * 60 + "字"
    assert page(f"<p>{TEXTS[0]}</p><p>{arrows}</p>" + paragraphs(TEXTS[1:])).title == NAME


def test_a_slash_is_no_step() -> None:
    trail = "<div><a href=/>首页</a> &gt; <a href=/n/>新闻</a> / <a href=/s/>三农</a> &gt; 正文</div>"
    article = page(above=TITLE + trail, head=H.removeprefix(TITLE))
    assert [crumb.name for crumb in article.breadcrumb] == ["首页", "新闻", "三农"]


@pytest.mark.parametrize(
    ("head", "text", "reason"),
    [
        ("<title>访问提示</title>", "您的访问过于频繁，请完成安全验证后继续访问。", "challenge"),
        ("<h1>提示</h1>", "本文为会员专享内容，请登录后继续阅读全文。", "login_wall"),
    ],
    ids=["robot-check", "members-only"],
)
def test_a_sentence_that_refuses_is_no_article(head: str, text: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        read(f"{head}<p>{text}</p>")
    assert caught.value.reason == reason


def test_cards_between_byline_and_text_make_no_list() -> None:
    cards = "".join(
        f"<h3><a href=/{n}.html>全省第{n}次农村工作会议召开</a></h3><div>2018-04-2{n}</div>" for n in range(8)
    )
    assert page(by=f"{BY}<div>{cards}</div>").paragraphs == list(TEXTS)


def test_a_notice_above_the_article_whose_heading_shares_a_line() -> None:
    clauses = ["凡本网转载的作品，版权归原作者所有。", "文章内容仅供参考，不构成投资建议。"]
    lines = "".join(f"<span>{n}、{text}</span><br>" for n, text in enumerate(clauses, 1))
    article = page(above=f"{TITLE}<div><strong>【免责声明】</strong>{lines}</div>", head=H.removeprefix(TITLE))
    assert article.disclaimer is not None
    assert (article.disclaimer.heading, article.disclaimer.clauses) == ("免责声明", clauses)


def test_a_card_that_is_one_link_with_its_title_twice() -> None:
    title, summary = "春拂联峰山 花开北戴河", "4月27日,游客在北戴河区盛开的桃花前拍照。近日,桃花竞相绽放,吸引众多游客.."
    card = (
        f"<a href=/2.html><span>{title}</span><b>{title}</b><span>{summary}</span><span>2018-04-28 11:45:35</span></a>"
    )
    teaser = page(below=f"<div><h3>【阅读延展】</h3><div>{card}</div></div>").teasers[0]
    assert (teaser.title, teaser.summary, teaser.published_at) == (title, summary, at("2018-04-28T11:45:35"))
