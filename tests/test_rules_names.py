"""Who published, wrote and edited; the headline, the abstract and the steps above it."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html

from .rules import BY, DATE_ONLY, NAME, TEXTS, TITLE, URL, B, H, among, at, codes, page, paragraphs


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param("转载自《聊城日报》", "聊城日报", id="reprinted-from"),
        pytest.param("“学习强国”学习平台", "“学习强国”学习平台", id="quoted-at-the-start"),
        pytest.param("微信公众号“新农村”", "微信公众号“新农村”", id="quoted-at-the-end"),
        pytest.param("https://www.people.com.cn/", None, id="an-address"),
        pytest.param("未知", None, id="unknown"),
        pytest.param("网络", None, id="the-net"),
        pytest.param("互联网", None, id="the-internet"),
    ],
)
def test_the_name_after_the_label(text: str, source: str | None) -> None:
    article = page(by=f"<div>来源：{text} 2018-04-28 13:44:24</div>")
    assert article.source == source
    assert article.published_at == at("2018-04-28T13:44:24")


def test_a_reporter_in_brackets_is_an_author() -> None:
    article = page(by="<div>来源：新华社（记者张三） 2018-04-28 13:44:24</div>")
    assert (article.source, article.authors) == ("新华社", ["张三"])


@pytest.mark.parametrize(
    "by",
    [
        pytest.param("来源 聊城日报 时间 2018-04-28", id="one-text"),
        pytest.param("<span>来源 聊城日报</span> <span>时间 2018-04-28</span>", id="a-span-each"),
        pytest.param(
            "<span>来源</span> <span>聊城日报</span> <span>时间</span> <span>2018-04-28</span>",
            id="a-span-for-label-and-value",
        ),
    ],
)
def test_labels_without_a_colon(by: str) -> None:
    article = page(by=f"<div>{by}</div>")
    assert (article.source, article.published_at) == ("聊城日报", at("2018-04-28T00:00:00"))


def test_an_empty_label_is_not_filled_from_metadata() -> None:
    article = page(above="<meta name=source content=人民日报>", by="<div>来源： 2018-04-28 13:44:24</div>")
    assert article.source is None
    assert ("empty_label", "source") in codes(article)
    assert ("missing_field", "source") not in codes(article)


@pytest.mark.parametrize("line", ["撰文丨张三 编辑丨李四", "作者 张三 编辑 李四"], ids=["bars", "spaces"])
@pytest.mark.parametrize("place", ["above", "below"])
def test_who_wrote_and_who_edited(line: str, place: str) -> None:
    line = f"<p>{line}</p>"
    article = page(by=BY + line) if place == "above" else page(B + line)
    assert (article.authors, article.editors) == (["张三"], ["李四"])
    assert article.paragraphs == list(TEXTS)
    assert article.source == "聊城日报"


@pytest.mark.parametrize(
    ("by", "source"), [(BY, "聊城日报"), (DATE_ONLY, "农民日报")], ids=["named-above", "only-here"]
)
def test_a_credit_in_brackets_ends_the_text(by: str, source: str) -> None:
    article = page(f"{B}<p>（来源：农民日报 记者 张三 责任编辑：王五）</p>", by=by)
    assert (article.source, article.authors, article.editors) == (source, ["张三"], ["王五"])
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    ("trail", "names"),
    [
        pytest.param(
            "<div><a href=/>首页</a> &gt; <a href=/news/>新闻</a> &gt; <a href=/n/>农业/农村</a></div>",
            ["首页", "新闻", "农业/农村"],
            id="slash-in-a-linked-name",
        ),
        pytest.param("<div>首页 &gt; 新闻 &gt; 农业/农村</div>", ["首页", "新闻", "农业/农村"], id="slash-in-a-name"),
        pytest.param("<div><a href=/>首页</a> | <a href=/n/>新闻</a> | 正文</div>", ["首页", "新闻"], id="strokes"),
        pytest.param(
            "<div><a href=/>首页</a><i></i><a href=/n/>新闻</a><b>详情</b></div>", ["首页", "新闻"], id="icons"
        ),
        pytest.param("<div><a href=/>首页</a> 〉 <a href=/n/>新闻</a></div>", ["首页", "新闻"], id="angles"),
        pytest.param("<ul><li><a href=/>首页</a><li><a href=/n/>新闻</a><li>正文</ul>", ["首页", "新闻"], id="items"),
        pytest.param("<ul><li>首页</li><li>&gt;</li><li>新闻</li></ul>", ["首页", "新闻"], id="an-item-for-the-arrow"),
        pytest.param(
            "<div><a href=/>首页</a> &gt; <a href=/z/>种植·养殖</a></div>", ["首页", "种植·养殖"], id="dot-in-a-name"
        ),
        pytest.param("<div>首页 &gt; 种植·养殖</div>", ["首页", "种植·养殖"], id="dot-in-a-name-without-link"),
    ],
)
def test_the_steps_of_the_breadcrumb(trail: str, names: list[str]) -> None:
    article = page(above=TITLE + trail, head=H.removeprefix(TITLE))
    assert [crumb.name for crumb in article.breadcrumb] == names
    assert article.section == names[-1]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        pytest.param(
            "<title>中国新农网</title><font><b>联峰山桃花盛开<br>迎来八方游客</b></font>", NAME, id="two-bold-lines"
        ),
        pytest.param(
            "<title>聊城-济南高铁开通-中国新农网</title>", "聊城-济南高铁开通", id="a-dash-in-the-document's-title"
        ),
    ],
)
def test_the_headline(head: str, title: str) -> None:
    article = page(head=head)
    assert article.title == title
    assert article.paragraphs == list(TEXTS)


SHOWN = "联峰山三百亩桃花开放，带动周边农家乐增收。"


def test_the_description_in_the_head_is_before_that_of_the_data() -> None:
    data = '{"@context":"https://schema.org","@type":"NewsArticle","description":"数据里的另一段摘要文字。"}'
    meta = f'<meta name=description content="{SHOWN}"><script type=application/ld+json>{data}</script>'
    assert page(above=meta).summary == SHOWN


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"<b>核心提示</b>：{SHOWN}", id="bold-label"),
        pytest.param(f"[导读] {SHOWN}", id="label-in-brackets"),
    ],
)
@pytest.mark.parametrize("inside", [True, False], ids=["in-the-text's-box", "above-it"])
def test_an_abstract_is_shown_without_its_label(line: str, inside: bool) -> None:
    line = f"<p>{line}</p>"
    article = page(line + B) if inside else page(by=BY + line)
    assert article.summary == SHOWN
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize("place", ["byline", "first", "middle", "last"])
@pytest.mark.parametrize(
    "line",
    [
        pytest.param("新华社记者王小涛、孙大全", id="employer"),
        pytest.param("新华社记者王小涛，孙大全", id="comma"),
        pytest.param("记者王小涛、孙大全", id="role-alone"),
        pytest.param("（本报记者王小涛、孙大全）", id="brackets"),
        pytest.param("□本报记者 王小涛、孙大全", id="bullet"),
        pytest.param("新华社记者王小涛　孙大全", id="wide-space"),
        pytest.param("本报记者王小涛 通讯员孙大全", id="two-roles"),
    ],
)
def test_a_line_of_reporters(line: str, place: str) -> None:
    line = f"<p>{line}</p>"
    bodies = {"byline": B, "first": line + B, "middle": among(line), "last": B + line}
    article = page(bodies[place], by=BY + line * (place == "byline"))
    assert (article.source, article.authors) == ("聊城日报", ["王小涛", "孙大全"])


def test_a_text_s_last_brackets_name_who_wrote_it() -> None:
    assert page(f"{B}<p>（张三 李四）</p>").authors == ["张三", "李四"]


def test_a_dateline_that_goes_on_with_who_reports() -> None:
    dateline = "本报北京4月28日讯 记者王小涛、孙大全报道：" + TEXTS[0]
    assert page(paragraphs([dateline, *TEXTS[1:]])).authors == ["王小涛", "孙大全"]


def test_what_an_author_is_is_no_name() -> None:
    assert page(f"{B}<p>（作者：王小涛，系农业大学教授）</p>").authors == ["王小涛"]


def test_a_line_that_tells_what_reporters_do_names_nobody() -> None:
    assert page(among("<p>记者走进村庄，看到变化</p>")).authors == []


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(
            "<div>04/28</div><div>13:44</div><a href=/author/5283><div>数码老杨</div></a><div>企鹅号</div>", id="boxes"
        ),
        pytest.param(
            "<div><a href=/u/1>数码老杨</a> <span>百家号</span> <span>04-28 13:44</span></div>", id="one-line"
        ),
        pytest.param("<div>2018-04-28 13:44</div><div>数码老杨</div><div>头条号</div>", id="no-link"),
    ],
)
def test_an_account_on_a_platform_is_the_source(by: str) -> None:
    article = page(by=by)
    assert (article.source, article.authors) == ("数码老杨", [])


@pytest.mark.parametrize(
    ("title", "name"),
    [
        pytest.param(f"{NAME}——联峰山见闻-新农网", "新农网", id="a-dash-in-the-headline"),
        pytest.param(f"{NAME}——联峰山见闻_春天|王登台_新农订阅", None, id="a-keyword"),
        pytest.param(f"{NAME}——联峰山见闻 - 春天 - 新农网", "新农网", id="a-section"),
    ],
)
def test_the_site_s_name_in_the_document_s_title(title: str, name: str | None) -> None:
    head = f"<title>{title}</title><meta name=keywords content=春天,王登台>"
    body = f"<h1>{NAME}——联峰山见闻</h1>{DATE_ONLY}<div>{B}</div>"
    assert extract_html(head + body, url=URL, layout="zh").site_name == name


@pytest.mark.parametrize("word", ["关闭", "打印", "【关闭窗口】", "无障碍浏览"])
def test_a_tool_s_name_is_no_source(word: str) -> None:
    article = page(by=f"<div>2018-04-28 13:44:24 <a href=#>{word}</a></div>")
    assert article.source is None


@pytest.mark.parametrize("line", ["【核心提示】", "—分享—", "- 分享 -", "分享到：", "点击播报本文，约3分钟"])
def test_a_tool_s_name_is_no_subtitle(line: str) -> None:
    article = page(head=f"{H}<p>{line}</p>")
    assert article.subtitle is None
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    "by",
    [
        pytest.param("<font>2006年09月06日 10:17&nbsp;&nbsp;聊城日报网</font> <font>杨威</font>", id="elements"),
        pytest.param("2006年09月06日 10:17&nbsp;&nbsp;&nbsp;聊城日报网&nbsp;&nbsp;杨威", id="spaces"),
        pytest.param("2006年09月06日 10:17 | 聊城日报网 | 杨小威", id="strokes"),
    ],
)
def test_a_person_s_name_behind_the_publisher_s(by: str) -> None:
    article = page(by=f"<div>{by}</div>")
    assert (article.source, [name[0] + name[-1] for name in article.authors]) == ("聊城日报网", ["杨威"])


@pytest.mark.parametrize(
    "by",
    [
        pytest.param("张三 聊城日报 2018-04-28 13:44:24 编辑：李四", id="person-first"),
        pytest.param("2018-04-28 13:44:24 聊城日报 张三 编辑：李四", id="person-behind"),
        pytest.param("来源丨聊城日报 作者丨张三 编辑丨李四 2018-04-28 13:44:24", id="thin-strokes"),
        pytest.param("来源｜聊城日报　作者｜张三　编辑｜李四　2018-04-28 13:44:24", id="wide-strokes"),
        pytest.param("来源/聊城日报 文/张三 编辑/李四 2018-04-28 13:44:24", id="slashes"),
        pytest.param("来源：《聊城日报》（2018-04-28 13:44:24） 作者：张三 编辑：李四", id="date-in-brackets"),
    ],
)
def test_a_byline_s_persons_and_publisher(by: str) -> None:
    article = page(by=f"<div>{by}</div>")
    assert (article.source, article.authors, article.editors) == ("聊城日报", ["张三"], ["李四"])
    assert article.published_at == at("2018-04-28T13:44:24")


@pytest.mark.parametrize(
    "credit",
    [
        "【文/新农网专栏作者 陆振邦】",
        "【文/ 学习社特约作者 陆振邦】",
        "（文/新农网签约作者 陆振邦）",
        "新农在线专栏作家 陆振邦",
    ],
)
def test_what_stands_before_a_guest_author_s_role_is_no_person(credit: str) -> None:
    assert page(f"<p>{credit}</p>{B}").authors == ["陆振邦"]
