"""What is an article however short, and what is none however much it shows."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.errors import NotAnArticleError

from .rules import BY, NAME, TEXTS, TITLE, URL, page, paragraphs, read

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
