"""Pages of media platforms, forums, blogs and galleries: text that a script holds or veils, names without a label."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from xinnong_scraper import extract_html

from .rules import BY, DATE_ONLY, H1, NAME, TEXTS, TITLE, B, H, among, at, codes, page, paragraphs, read

if TYPE_CHECKING:
    from pathlib import Path

    from xinnong_scraper import Article

STAMP = at("2018-04-28T13:44:24")
STATE = {
    "detail": {"title": NAME, "media_name": "聊城日报", "publishTime": "2018-04-28 13:44:24", "content": {"html": B}}
}


def test_of_a_gallery_that_shows_one_text_at_a_time_all_are_read() -> None:
    state = json.dumps(json.dumps({"texts": TEXTS}))
    script = f"<script>var G = {{title: '{NAME}', gallery: JSON.parse({state})}};</script>"
    article = page(f"<p>1/3 {TEXTS[0]}</p>", below=script)
    assert article.paragraphs == list(TEXTS)
    assert article.evidence["body"].strategy == "metadata"
    assert article.images == []


def test_a_feed_in_a_script_that_holds_a_brief_is_no_gallery() -> None:
    feed = [{"title": f"第{n}条", "abstract": text} for n, text in enumerate(TEXTS)]
    article = page(paragraphs(TEXTS[:1]), below=f"<script>var feed = {json.dumps(feed)};</script>")
    assert article.paragraphs == [TEXTS[0]]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(f'<script type="application/json">{quote(json.dumps(STATE))}</script>', id="percent-encoded"),
        pytest.param(
            f"<script>window.S = JSON.parse({json.dumps(json.dumps(STATE))});</script>", id="parsed-from-a-string"
        ),
        pytest.param(f"<script>window.S = {json.dumps(STATE)};</script>", id="assigned"),
    ],
)
def test_a_page_that_is_only_state_is_read_from_it(script: str) -> None:
    article = read(TITLE, '<div id="app"></div>', script)
    assert (article.title, article.source, article.published_at) == (NAME, "聊城日报", STAMP)
    assert article.paragraphs == list(TEXTS)


def test_a_text_that_waits_in_a_textarea_is_read() -> None:
    markup = B.replace("<", "&lt;").replace(">", "&gt;")
    assert read(TITLE, f"<div></div><textarea>{markup}</textarea>").paragraphs == list(TEXTS)


MARKUP = f"<p>【某某网报道 记者 张三】{TEXTS[0]}</p>{paragraphs(TEXTS[1:])}<p>（责任编辑：王五）</p>"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(
            "<textarea class=article-title>{0}</textarea><textarea class=article-time>1524894264000</textarea>"
            "<textarea class=article-source-name>聊城日报</textarea><textarea class=article-author>李四</textarea>"
            "<textarea class=article-editor-name>赵六</textarea>",
            id="areas",
        ),
        pytest.param(
            "<input type=hidden name=title value={0}><input type=hidden name=publishTime value='2018-04-28 13:44:24'>"
            "<input type=hidden name=sourceName value=聊城日报><input type=hidden id=news_author value=李四>"
            "<input type=hidden id=editor value=赵六>",
            id="inputs",
        ),
    ],
)
def test_the_fields_beside_a_text_that_waits_tell_of_it(fields: str) -> None:
    markup = B.replace("<", "&lt;").replace(">", "&gt;")
    article = read(TITLE, f"<div>{fields.format(NAME)}<textarea class=article-content>{markup}</textarea></div>")
    assert (article.title, article.source, article.published_at) == (NAME, "聊城日报", STAMP)
    assert (article.authors, article.editors) == (["李四"], ["赵六"])


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("<textarea>" + MARKUP.replace("<", "&lt;") + "</textarea>", id="textarea"),
        pytest.param(f"<script>window.S = {json.dumps({'title': NAME, 'content': MARKUP})};</script>", id="state"),
    ],
)
def test_whom_a_text_that_waits_credits(script: str) -> None:
    article = read(TITLE, "<div></div>", script)
    assert (article.authors, article.editors) == (["张三"], ["王五"])
    assert article.paragraphs == ["【某某网报道 记者 张三】" + TEXTS[0], *TEXTS[1:]]


def test_who_wrote_and_edited_by_the_state() -> None:
    state = {**STATE, "author": "李四", "editor": "赵六"}
    article = read(TITLE, "<div></div>", f"<script>window.S = {json.dumps(state)};</script>")
    assert (article.authors, article.editors) == (["李四"], ["赵六"])


@pytest.mark.parametrize("style", ["visibility: hidden; opacity: 0;", "opacity:0"])
def test_a_text_veiled_until_a_script_runs_is_read(style: str) -> None:
    article = read(H, BY, f'<div style="{style}">{B}</div>')
    assert article.paragraphs == list(TEXTS)


VEIL = "visibility: hidden; opacity: 0;"
LONG = [f"第{n}户人家说，{text}" for n in ("一", "二") for text in TEXTS]
_COMMENTS = "".join(
    f"<div><b>网友{n}</b><p>我觉得第{n}条说得很有道理，身边的人也都在讨论，希望能有后续报道。</p><i>08:11</i></div>"
    for n in range(25)
)
COMMENTS = f'<div class="comments">{_COMMENTS}</div>'
_SUMMARIES = "".join(
    f"<dl><dt><a href='/n/{n}.html'>第{n}批春茶上市茶农忙采摘</a></dt>"
    f"<dd>第{n}批春茶上市，记者近日走访多地发现，相关情况正在发生积极变化，但仍有一些难题有待破解，业内人士呼吁完善配套。</dd></dl>"
    for n in range(12)
)
SUMMARIES = f'<div class="recommend">{_SUMMARIES}</div>'
SPAM = "".join(f"<p>第{n}期开奖结果，欢迎广大玩家前来体验，信誉保证，提款秒到账。</p>" for n in range(30))


@pytest.mark.parametrize("below", [COMMENTS, SUMMARIES], ids=["comments", "summaries"])
def test_a_veiled_text_below_the_headline_goes_before_all_that_shows(below: str) -> None:
    text = f'<div style="{VEIL}">{paragraphs(LONG)}</div>'
    article = read(TITLE, f"<div>{H1}{BY}{text}</div>", below)
    assert (article.paragraphs, article.published_at) == (LONG, STAMP)


def test_an_article_veiled_with_its_headline_is_read() -> None:
    whole = f'<div style="visibility:hidden">{H1}{BY}<div>{paragraphs(LONG)}</div></div>'
    article = read(TITLE, whole, COMMENTS)
    assert (article.paragraphs, article.published_at) == (LONG, STAMP)


def test_a_veiled_dialogue_never_replaces_a_short_article() -> None:
    terms = "".join(f"<p>用户在使用本服务之前，应当仔细阅读第{n}条，并同意全部内容。</p>" for n in range(6))
    text = "今天上午，全市小麦返青现场会在城关镇召开。"
    article = page(f"<p>{text}</p></div><div style='visibility:hidden'>{terms}")
    assert article.paragraphs == [text]


def test_what_a_layout_leaves_out_stays_out_of_a_veiled_text(tmp_path: Path) -> None:
    layout = tmp_path / "own.toml"
    layout.write_text('name = "own"\nextends = "zh"\nexclude = [".advert"]\n', encoding="utf-8")
    html = f"{H}{BY}<div style='visibility:hidden'>{B}<p class=advert>天天好药，药到病除，今天订购还有优惠。</p></div>"
    assert extract_html(html, layout=layout).paragraphs == list(TEXTS)


def test_veiled_text_away_from_the_headline_or_of_links_stays_hidden() -> None:
    dialogue = "".join(f"<p><a href='/c/{n}'>第{n}个栏目的全部文章都在这里</a>。</p>" for n in range(30))
    for spam in (SPAM, COMMENTS, SUMMARIES):
        hidden = f'<div style="visibility:hidden">{spam}</div>'
        assert page(above=hidden, body=paragraphs(LONG)).paragraphs == LONG
        assert page(below=hidden, body=paragraphs(LONG)).paragraphs == LONG
    assert page(by=f'<div style="visibility:hidden">{dialogue}</div>' + BY).paragraphs == list(TEXTS)
    for style in ("display:none", "position:absolute;left:-9999px"):
        assert page(by=f'<div style="visibility:hidden;{style}">{SPAM}</div>' + BY).paragraphs == list(TEXTS)


def test_what_is_set_outside_the_screen_is_not_read() -> None:
    styles = ("position:absolute;left:-9999px", "text-indent:-9999px", "height:0;overflow:hidden")
    above = "".join(f'<div style="{style}">{SPAM}</div>' for style in styles)
    article = page(B, above=above)
    assert (article.paragraphs, article.source, article.published_at) == (list(TEXTS), "聊城日报", STAMP)


# Dates of scripts and of neighbours


def script_date(script: str) -> Article:
    return page(by="<div>昨天</div>", below=f"<script>{script}</script>")


def test_the_date_that_only_a_script_knows_is_taken() -> None:
    assert script_date(f"var msg_title = '{NAME}'; var ct = \"1524894264\";").published_at == STAMP


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            'var a = [{"publishDate": "2018-04-28 10:00"}, {"publishDate": "2018-04-27 10:00"}];', id="several"
        ),
        pytest.param('var v = {"title": "一分钟航拍", "publishTime": 1524894264, "count": 3};', id="another-thing's"),
    ],
)
def test_a_script_s_date_of_other_things_is_not_taken(script: str) -> None:
    article = script_date(script)
    assert article.published_at is None
    assert ("unresolved_date", "published_at") in codes(article)


def test_the_date_of_a_neighbour_is_not_the_article_s() -> None:
    by = (
        "<div>最新推荐文章于 2023-09-04 17:53:10 发布</div><div><a href=/u/1>张三</a> 于 2018-04-28 13:44:24 发布</div>"
    )
    article = page(by=by)
    assert (article.published_at, article.authors) == (STAMP, ["张三"])


def test_a_linked_date_is_no_headline_in_a_list() -> None:
    article = page(by="<div>来源：<a href=/s>聊城日报</a><a href=#>2018-04-28 13:44:24</a></div>")
    assert (article.published_at, article.source) == (STAMP, "聊城日报")


# Names without a label


@pytest.mark.parametrize(
    ("by", "source", "authors"),
    [
        pytest.param("原创 <span>老农</span> <a href=#x>乡村观察</a> 2018-04-28", None, ["老农"], id="menu-link"),
        pytest.param(
            "<b>原创</b> <i>老农</i> <a href=/a>乡村观察</a> <i>2018-04-28</i>", "乡村观察", ["老农"], id="original"
        ),
        pytest.param(
            "<b>原创</b> <a href=/a>乡村观察</a> <i>2018-04-28</i>", "乡村观察", [], id="original-account-alone"
        ),
        pytest.param("<a href=/people/7>老农</a> <i>2018-04-28</i>", None, ["老农"], id="person-s-page"),
        pytest.param("<a href=/u/7>老农</a>|<a href=/out>退出</a>", None, [], id="visitor"),
        pytest.param("<a href=/x>老农</a> <em>发表于 2018-4-28 13:44</em>", None, ["老农"], id="posted"),
        pytest.param("posted @ 2018-04-28 13:44 <a href=/x>老农</a> 阅读(12)", None, ["老农"], id="posted-by"),
        pytest.param("张三 2018-04-28 13:44", None, ["张三"], id="person-beside-the-date"),
        pytest.param("中国新农网 张三 2018-04-28 13:44", None, None, id="with-the-site-s-name"),
        pytest.param("聊城日报 记者 张三 2018-04-28 13:44", "聊城日报", ["张三"], id="publisher-and-role"),
        pytest.param("〖2018-04-28〗 〖来源：聊城日报〗 〖作者：张三〗", "聊城日报", ["张三"], id="double-brackets"),
        pytest.param("By ZHANG SAN | Xinnong Daily | 2018-04-28 13:44", None, None, id="divided"),
    ],
)
def test_names_in_a_byline_without_labels(by: str, source: str | None, authors: list[str] | None) -> None:
    article = page(by=f"<div>{by}</div>")
    if authors is not None:
        assert (article.source, article.authors) == (source, authors)
    assert article.paragraphs == list(TEXTS)


def test_an_account_with_a_control_to_follow_it_is_the_source() -> None:
    by = "<div><a href=/c/7>乡村观察</a></div><div>关注</div>"
    assert page(by=by, below=DATE_ONLY).source == "乡村观察"


@pytest.mark.parametrize(("path", "source"), [("people", "田野里的老秦"), ("authors", None)])
def test_a_member_who_is_the_author_is_the_source_too(path: str, source: str | None) -> None:
    by = f'<div class="AuthorInfo"><a href="//www.xinnong.example/{path}/qin">田野里的老秦</a></div>'
    article = page(by=by, below="<div>发布于 2018-04-28 13:44:24</div>")
    assert (article.source, article.authors) == (source, ["田野里的老秦"])


@pytest.mark.parametrize(
    ("line", "authors", "editors"),
    [
        ("原创： 张三编译 乡村观察", ["张三"], []),
        ("本文来自公众号：乡村观察（ID：xcgc），作者：张三，编辑：李四，题图来自：图库", ["张三"], ["李四"]),
        ("新农新闻编辑 | 李四", [], ["李四"]),
    ],
)
def test_a_line_above_the_text_credits(line: str, authors: list[str], editors: list[str]) -> None:
    article = page(f"<p>{line}</p>{B}", by=DATE_ONLY)
    assert (article.authors, article.editors) == (authors, editors)


def test_a_dateline_names_persons_without_a_role() -> None:
    article = page(f"<p>新农网讯（张三 李四）{TEXTS[0]}</p>{paragraphs(TEXTS[1:])}")
    assert article.authors == ["张三", "李四"]


def test_the_editor_below_links_in_the_text_s_own_box_is_read() -> None:
    related = '<div><h4>延伸阅读</h4><a href="/2.html">石榴花开满山红遍了山岗</a></div>'
    assert page(f"{B}{related}<p>责任编辑：王五</p>").editors == ["王五"]


# Texts and what outweighs them


VISITORS = "".join(
    f"<div>农友{n}<p>这个办法真好，我们村去年也试过，就是销路不稳，希望多组织一些采购商过来看看，大家心里才踏实。</p></div>"
    for n in range(9)
)
CARDS = "".join(
    f'<div><a href="/{n}.html">育苗培训班第{n}期开班了</a>'
    f"<p>为提高技术水平，第{n}期培训班将于近日开班，欢迎广大农户踊跃报名，先到先得。</p></div>"
    for n in range(9)
)


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(f'<div class="comment-list">{VISITORS}</div>', id="comments"),
        pytest.param(f'<div class="modal">{VISITORS}</div>', id="dialog"),
        pytest.param(f'<div class="right">{CARDS}</div>', id="column-of-teasers"),
    ],
)
def test_what_outweighs_a_short_text_is_not_the_text(below: str) -> None:
    article = read(TITLE, f"<div>{H1}{BY}<div>{paragraphs(TEXTS[:2])}</div></div>", below)
    assert article.paragraphs == list(TEXTS[:2])


def test_a_text_of_a_line_in_the_only_article_element_is_the_text() -> None:
    hint = "<div><p>1.余额可以购买专栏，按照一比一的比例抵扣，请放心使用。</p><p>2.余额不能提现，请谨慎充值。</p></div>"
    article = read(H, DATE_ONLY, "<article><p>桃花节门票预订</p><p>电话见说明</p></article>", hint)
    assert article.paragraphs == ["桃花节门票预订", "电话见说明"]


def test_a_paragraph_above_a_list_belongs_to_the_text() -> None:
    entries = "".join(f"<li><span>1{n}:30</span><div>{text}</div></li>" for n, text in enumerate(TEXTS))
    article = page(f"<p>联峰山桃花节今日开幕。</p><ul>{entries}</ul>")
    assert article.paragraphs == ["联峰山桃花节今日开幕。", *(f"1{n}:30 {text}" for n, text in enumerate(TEXTS))]


def test_paragraphs_of_a_preformatted_text() -> None:
    typed = "\n".join(f"　　{text[:20]}\n{text[20:]}" for text in TEXTS)
    assert page(f"<pre>{typed}</pre>").paragraphs == list(TEXTS)


CARDS_BELOW = "<p>媒体报道</p>" + "<p><a href=/2>石榴花开满山红遍了山岗</a></p><p>某报</p>" * 2


@pytest.mark.parametrize(
    "line",
    [
        "<p>— END —</p>",
        "<p>来源：聊城融媒</p>",
        "<p>（文章来源：聊城日报）</p>",
        "<p>倍速 高清 标清 全屏</p>",
        "<p>\ue602 \ue603</p>",
        CARDS_BELOW,
    ],
)
def test_the_text_ends_before(line: str) -> None:
    assert page(B + line).paragraphs == list(TEXTS)


def test_a_row_of_links_above_the_text_is_no_text() -> None:
    row = "<p><b>热点</b> <a href=/1>自选股</a> <a href=/2>数据中心</a> <a href=/3>行情中心</a></p>"
    assert page(row + "<p><a href=/4>客户端</a></p>" + B).paragraphs == list(TEXTS)


def test_the_number_of_a_part_is_text() -> None:
    assert page(among("<p>01</p>")).paragraphs == [TEXTS[0], "01", *TEXTS[1:]]


def test_an_abstract_under_its_heading_is_the_summary() -> None:
    article = page(by=f"{BY}<div><div>摘要</div><div>【开花了】桃花开了。</div></div>")
    assert (article.summary, article.paragraphs) == ("【开花了】桃花开了。", list(TEXTS))


@pytest.mark.parametrize(
    ("below", "clauses"),
    [
        ("<p>新闻热线：4009-20-4009 聊城新闻，未经授权不得转载</p>", ["聊城新闻，未经授权不得转载"]),
        ("<p>转载请注明:原文链接 - http://www.xinnong.example/1.html</p>", None),
        ("<p>未经正式授权严禁转载本文，侵权必究。</p>", ["未经正式授权严禁转载本文，侵权必究。"]),
        ("<p>（声明：本文仅代表作者观点，不代表本网立场。）</p>", ["本文仅代表作者观点，不代表本网立场。"]),
        (
            "<p>该文观点仅代表作者本人，本平台仅提供信息存储服务。</p>",
            ["该文观点仅代表作者本人，本平台仅提供信息存储服务。"],
        ),
        (
            "<div><span>本内容未经允许不得转载。授权事宜请联系a@xinnong.example</span></div>",
            ["本内容未经允许不得转载。授权事宜请联系a@xinnong.example"],
        ),
        (
            "<p>本作品未经授权不得转载，侵权必究。</p><p>如有异议，请联系我们</p><p>本内容为作者独立观点，不代表新农网立场。</p>",
            ["本作品未经授权不得转载，侵权必究。", "本内容为作者独立观点，不代表新农网立场。"],
        ),
    ],
)
def test_a_notice_without_a_heading_below_the_text(below: str, clauses: list[str] | None) -> None:
    article = page(below=below)
    assert article.disclaimer is not None
    assert clauses is None or article.disclaimer.clauses == clauses


def test_a_line_on_rights_and_the_site_s_notice_far_below_are_one() -> None:
    links = "".join(f'<p><a href="/{n}.html">频道{n}</a></p>' for n in range(90))
    notice = "<p>声明：本网登载此文出于传递更多信息之目的，内容仅供参考。</p>"
    article = page(B + "<p>聊城日报专稿，未经书面授权请勿转载。</p>", below=links + notice)
    assert article.disclaimer is not None
    assert len(article.disclaimer.clauses) == 2
    assert article.published_at == at("2018-04-28T13:44:24")


def test_a_notice_between_the_text_and_comments_is_no_part_of_the_text() -> None:
    notice = "本文系新农网独家稿件，文章内容纯属作者个人观点，未经授权，不得转载。关注新农网微信，每日阅读趣味文章。"
    foot = f"<p>{notice}</p><div>责任编辑：王五</div><div>标签 桃花</div><p>请下载新农App，阅读全文更流畅</p>"
    said = "".join(f"<div>网友{n}</div><div>去年也去看过，人实在太多，停车排了两个小时。</div>" for n in range(2))
    article = read(H, f"<div>{BY}<div>{B}</div>{foot}<div><h3>网友评论</h3>{said}</div></div>")
    assert article.disclaimer is not None
    assert (article.disclaimer.clauses, article.paragraphs) == ([notice], list(TEXTS))


def test_controls_beside_the_date_are_no_headline_in_a_list() -> None:
    controls = "<a href=#c>我有话说(1307人参与)</a> <a href=#k>收藏本文</a>"
    article = page(by=f"<div>2018年04月28日13:44 <a href=/s>聊城科技</a> {controls}</div>")
    assert (article.published_at, article.source) == (at("2018-04-28T13:44:00"), "聊城科技")


def test_a_table_of_contents_ends_where_the_text_begins() -> None:
    contents = "<div>目录</div><p>一、花开</p><p>二、游人</p>"
    article = page(f"<p>联峰山桃花节今日开幕，游人如织。</p>{contents}{B}")
    assert article.paragraphs == ["联峰山桃花节今日开幕，游人如织。", *TEXTS]


@pytest.mark.parametrize(
    ("by", "source", "authors"),
    [
        ("2018-04-28 13:44 来源于 <a href=/s>中国新农网</a>", "中国新农网", []),
        ("<span>2018-04-28 13:44</span> <a href=/s>聊城日报</a> <span>李小满</span>", "聊城日报", ["李小满"]),
        ("<a href=/x>乡村观察</a> <span>2018-04-28</span> <span>1,203</span> <span>字数 800</span>", "乡村观察", []),
        ("<span>江苏</span> <span>2018-04-28</span>", None, []),
    ],
)
def test_what_stands_beside_the_date(by: str, source: str | None, authors: list[str]) -> None:
    article = page(
        by=f"<div>{by}</div>", above='<div><a href="/">中国新农网</a> &gt; <a href="/n">新闻</a> &gt; 正文</div>'
    )
    assert (article.source, article.authors) == (source, authors)


def test_a_credit_of_a_reporter_of_two_employers() -> None:
    assert page(f"{B}<p>新农网、学习社记者 张三</p>").authors == ["张三"]


def test_a_line_below_a_picture_that_ends_with_the_photographer_is_its_caption() -> None:
    line = "四月二十八日，游人在联峰山上赏花，孩子们在树下奔跑。新农网记者 张三 摄"
    article = page(among(f'<p><img src="/1.jpg"></p><p>{line}</p>'))
    assert (article.images[0].caption, article.paragraphs) == (line, list(TEXTS))
