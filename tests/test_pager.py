"""The link to the next page of the same article."""

from __future__ import annotations

import pytest

from xinnong_scraper import extract_html

SENTENCE = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
URL = "http://www.xinnong.example/n/123.html"
NEXT = "http://www.xinnong.example/n/123_2.html"


def next_page(pager: str) -> str | None:
    html = (
        f"<title>小麦返青</title><h1>全市小麦陆续返青</h1><p>来源：聊城日报 2018-04-28 13:44</p>"
        f"<div>{f'<p>{SENTENCE}</p>' * 4}</div>{pager}"
    )
    article = extract_html(html, url=URL)
    assert article.paragraphs[:4] == [SENTENCE] * 4
    return article.next_page_url


@pytest.mark.parametrize(
    "text",
    [
        "下一页", "下一页 &gt;", "下一页&gt;&gt;", "下一页»", "[下一页]", "【下一页】", "（下一页）",
        "[下一页 &gt;]", "下一页 →", "&gt; 下一页", "下一页：乡村产业", "下一页: 乡村产业", "下一页 ： 乡村产业",
        "下页&gt;", "下一頁 ›", "阅读下一页&gt;&gt;", "<b>下一页</b> &gt;", "<span>[</span>下一页<span>]</span>",
    ],
)  # fmt: skip
def test_the_word_is_read_through_its_decoration(text: str) -> None:
    assert next_page(f"<div><a href=123_2.html>{text}</a></div>") == NEXT


def test_the_brackets_or_the_label_may_stand_outside_the_link() -> None:
    assert next_page("<div>[<a href=123_2.html>下一页</a>]</div>") == NEXT
    assert next_page("<div>下一页：<a href=123_2.html>乡村产业</a></div>") == NEXT
    assert next_page("<div>上一页：没有了 下一页：<a href=123_2.html>乡村产业</a></div>") == NEXT


@pytest.mark.parametrize(
    "text",
    ["下一篇", "下一篇 &gt;", "[下一篇]", "下一篇：乡村产业", "下一篇：下一页", "上一页 &gt;", "乡村产业：下一页"],
)
def test_another_article_is_none_of_its_pages(text: str) -> None:
    assert next_page(f"<div><a href=124.html>{text}</a></div>") is None


@pytest.mark.parametrize("text", ["&gt;", "»", "→", "&gt;&gt;", "Next", "next &gt;", "Next: villages"])
def test_a_bare_arrow_counts_only_beside_page_numbers(text: str) -> None:
    assert next_page(f"<div><a href=123_2.html>{text}</a></div>") is None
    numbers = "<span>1</span> <a href=123_2.html>2</a> <a href=123_3.html>3</a>"
    assert next_page(f"<div>{numbers} <a href=123_2.html>{text}</a></div>") == NEXT


@pytest.mark.parametrize("pager", ["下一页", "下一页：没有了", "<a>下一页</a>", "<a href=123.html>下一页 &gt;</a>"])
def test_the_last_page_leads_nowhere(pager: str) -> None:
    assert next_page(f"<div><a href=123_1.html>上一页</a> {pager}</div>") is None
