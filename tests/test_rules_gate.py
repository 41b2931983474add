"""What is an article however short, and what is none however much it shows."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.errors import NotAnArticleError

from .rules import BY, H1, NAME, TEXTS, TITLE, URL, page, paragraphs, read

ONE = paragraphs(TEXTS[:1])


def test_a_hint_to_log_in_is_no_wall() -> None:
    hint = "<div>您好，请<a href=/login>登录</a> 免费<a href=/join>注册</a></div>"
    article = page(ONE, above=hint)
    assert (article.title, article.paragraphs) == (NAME, [TEXTS[0]])


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("网传食盐涨价信息不存在", id="does-not-exist"),
        pytest.param("500户农家喜迁新居", id="five-hundred"),
        pytest.param("12306验证码升级", id="captcha"),
    ],
)
def test_a_headline_that_reads_like_an_error_is_an_article(title: str) -> None:
    article = page(ONE, head=f"<title>{title}_中国新农网</title><h1>{title}</h1>", by=BY)
    assert (article.title, article.paragraphs) == (title, [TEXTS[0]])


TITLES = [
    "小麦返青长势喜人",
    "春笋上市价格平稳",
    "农机手备战春耕",
    "合作社带富一方百姓",
    "大棚草莓采摘正当时",
    "山村通上致富路",
]


def cards(count: int, line: str) -> str:
    """As many articles of a list, each with its headline as a link, a line and an abstract."""
    found = []
    for number, (title, text) in enumerate(zip(TITLES, TEXTS * 2, strict=True)):
        date = line.format(f"2018-04-2{number}")
        found.append(f"<div><h2><a href=/n/{number}.html>{title}</a></h2><p>{date}</p><p>{text}</p></div>")
    return "".join(found[:count])


PROFILE = "<h1>张三</h1><p>聊城日报记者，长期关注农业农村报道，走遍了全市的一百三十五个乡镇。</p>"
LINKED = "<title>中国新农网</title><p>欢迎访问中国新农网</p><a href=/index.html>进入首页</a>"
CAPTCHA = "<title>安全验证</title><h2>请完成下方验证后继续访问</h2><p>请按住滑块拖动到最右侧</p>"
TAGGED = "<title>标签：春笋_中国新农网</title><h1>标签：春笋</h1>" + cards(5, "发布于 {} 作者 张三")
AUTHOR = f"<title>张三的文章_中国新农网</title>{PROFILE}" + cards(6, "{}")


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        pytest.param(b"hello", {"no_article", "not_html"}, id="a-word"),
        pytest.param(b'{"a":1}', {"no_article", "not_html"}, id="json"),
        pytest.param(LINKED.encode(), {"no_article"}, id="a-welcome-with-one-link"),
        pytest.param(CAPTCHA.encode(), {"challenge"}, id="a-captcha"),
        pytest.param(TAGGED.encode(), {"list_page"}, id="a-tag"),
        pytest.param(AUTHOR.encode(), {"list_page"}, id="an-author"),
    ],
)
def test_what_is_no_article_says_what_it_is(content: bytes, reasons: set[str]) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(content, url=URL)
    assert caught.value.reason in reasons


ENTRIES = "".join(
    f"<h3><a href='/n/{n}.html'>第{n}批春茶上市茶农忙采摘</a></h3><div>2018-04-2{n % 10} 10:22 来源：聊城日报</div>"
    for n in range(40)
)


@pytest.mark.parametrize("together", [True, False], ids=["together", "apart"])
def test_a_long_list_of_dated_entries_below_a_text_makes_no_list_of_its_page(*, together: bool) -> None:
    said = "".join(f'<p>{text}<a href="/stock/{n}">桃花股份</a></p>' for n, text in enumerate(TEXTS))
    above, headed = ("", f"<div>{NAME}</div>") if together else (f"<div><div>{NAME}</div></div>", "")
    article = read(TITLE, above, f"<div>{headed}{BY}<div>{said}</div></div><div>{ENTRIES}</div>")
    assert article.paragraphs == [f"{text}桃花股份" for text in TEXTS]


MENU = (
    "<ul>"
    + "".join(f"<li><a href='/{n}/'>{name}</a></li>" for n, name in enumerate(["首页", "要闻", "农技"]))
    + "</ul>"
)
FOOT = "<p>Copyright 2018 中国新农网 版权所有 鲁ICP备12345678号</p>"
LONG = (
    "写得真好，我们村去年也种了二十亩桃树，可惜赶上倒春寒没挂多少果，今年盼个好收成。",
    "支持一下家乡，五一放假带着老人孩子去看花，顺便尝尝农家乐的花饽饽，停车难不难？",
    "路修通了才是真的好，以前拉一车苹果下山要两个钟头，碰上下雨更是寸步难行。",
    "希望镇里别只顾着旅游，村里的灌溉渠也该修一修了，老百姓都看在眼里。",
)
SAID = list(zip(["山东网友", "种桃人老李", "匿名用户", "春风十里"], LONG, strict=True))
ABOUT_IT = f"<title>{NAME}_网友评论_中国新农网</title><h1><a href=/news/1.html>{NAME}</a></h1>"
LISTED = f"<title>网友评论_中国新农网</title><h2>评论：<a href=/news/1.html>{NAME}</a></h2>"


def comments(form: str, count: int = 4) -> str:
    """So many comments, each in this form."""
    return "".join(
        form.format(n=number, who=who, said=said, at=f"2018-05-0{number} 10:0{number}")
        for number, (who, said) in enumerate(SAID[:count], 1)
    )


COMMENT_PAGES = {
    "one-line-each": LISTED + "<ul>" + comments("<li>网友{n}楼：说得好，顶一个！ {at}</li>") + "</ul>",
    "two": LISTED + "<ul>" + comments("<li>网友{n}楼：{said} {at}</li>", 2) + "</ul>",
    "floors": ABOUT_IT
    + "<table>"
    + comments("<tr><td>第{n}楼 {who} 发表于 {at}</td></tr><tr><td>{said}</td></tr>")
    + "</table>",
    "boxes": ABOUT_IT
    + comments(
        "<div class=c><span>{who}</span> <em>{at}</em><p>{said}</p><a href=#>回复</a> <a href=#>支持(0)</a></div>"
    ),
    "time-below": ABOUT_IT
    + "<p>已有4条评论</p>"
    + comments("<dl><dt>{who}：</dt><dd>{said}</dd><dd>{at} <a href=#>顶[2]</a> <a href=#>踩[0]</a></dd></dl>"),
    "guest-book": "<title>留言板_中国新农网</title><h1>留言板</h1>"
    + comments("<div><p>{who} {at}</p><p>{said}</p></div>"),
}


@pytest.mark.parametrize("shape", COMMENT_PAGES)
def test_what_readers_say_is_no_article(shape: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        read(MENU, COMMENT_PAGES[shape], FOOT)
    assert caught.value.reason == "no_article"
    assert "comments" in str(caught.value)


@pytest.mark.parametrize(
    "heading", ["<h3>网友评论</h3>", "<div>已有4条评论</div>", ""], ids=["heading", "count", "nothing"]
)
@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], ["桃花开了。"]], ids=["long", "one", "short"])
def test_an_article_above_its_comments_is_one(heading: str, texts: list[str]) -> None:
    form = "<div><span>{who}</span> {at}<p>{said}</p><a href=#>回复</a></div>"
    article = read(TITLE, f"<h1>{NAME}</h1>", BY, f"<div>{paragraphs(texts)}</div>", heading, comments(form), FOOT)
    assert article.title == NAME
    assert article.paragraphs[: len(texts)] == list(texts) or len(texts[0]) < 10, "what is said about it outweighs it"


def test_a_live_report_with_a_time_for_each_entry_is_an_article() -> None:
    moments = "".join(f"<p>2018-04-28 1{n}:05 {text}</p>" for n, text in enumerate(TEXTS * 2))
    article = page(moments)
    assert len(article.paragraphs) == 6


def test_letters_of_readers_under_a_headline_of_their_own_are_an_article() -> None:
    answered = "".join(f"<p>网友“{who}”：{said}</p><p>答复：感谢您的留言，我们将尽快办理。</p>" for who, said in SAID)
    assert len(page(answered).paragraphs) == 8


def entries(form: str, count: int) -> str:
    """So many entries of a list in this form."""
    named = zip(TITLES, LONG * 2, range(count), strict=False)
    return "".join(
        form.format(
            link=f"<a href=/n/{n}.html>{title}</a>",
            more=f"<a href=/n/{n}.html>[详细]</a>",
            said=said[:30],
            at=f"2018-04-2{n} 10:1{n}",
        )
        for title, said, n in named
    )


LIST_FORMS = {
    "dl": "<dl><dt>{link}</dt><dd>{said}… {more}</dd><dd>时间：{at}　来源：聊城日报</dd></dl>",
    "boxes": "<div><div>{link}</div><div>{said}…</div><div>{at} 来源：聊城日报</div></div>",
    "headings": "<h3>{link}</h3><p>{at}</p><p>{said}…</p>",
    "table": "<table><tr><td>{link}</td></tr><tr><td>发布时间：{at}</td></tr><tr><td>{said}…</td></tr></table>",
    "time-on-the-line": "<li>{link}<span>{at}</span><p>{said}…</p></li>",
}
SECTION = "<title>种植技术_中国新农网</title><div>当前位置：<a href=/>首页</a> &gt; 种植技术</div><h2>种植技术</h2>"


@pytest.mark.parametrize("count", [3, 4, 6])
@pytest.mark.parametrize("form", LIST_FORMS)
def test_a_list_with_abstracts_is_a_list_however_short(form: str, count: int) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(
            MENU + SECTION + entries(LIST_FORMS[form], count) + FOOT, url="http://www.xinnong.example/jishu/p/9/"
        )
    assert caught.value.reason == "list_page"


@pytest.mark.parametrize("form", LIST_FORMS)
@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], ["桃花开了。"]], ids=["long", "one", "short"])
def test_an_article_above_a_list_with_abstracts_is_one(form: str, texts: list[str]) -> None:
    article = read(TITLE, H1, BY, f"<div>{paragraphs(texts)}</div>", f"<div>{entries(LIST_FORMS[form], 5)}</div>", FOOT)
    assert article.title == NAME
    assert article.paragraphs[: len(texts)] == list(texts) or len(texts[0]) < 10, "the abstracts outweigh it"


def test_what_is_nothing_but_links_is_no_article() -> None:
    foot = " | ".join(
        f"<a href=/{n}.html>{name}</a>" for n, name in enumerate(["关于我们", "联系方式", "广告服务", "网站地图"])
    )
    form = "<form><input name=user><input type=password name=p><button>提交</button></form>"
    with pytest.raises(NotAnArticleError):
        read(MENU, "<title>用户登录_中国新农网</title><h2>用户登录</h2>", form, f"<div>{foot}</div>")
