"""Where a value comes from, how sure it is, and that no page takes long."""

from __future__ import annotations

import time
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import Article, extract_html

from .rules import BY, NAME, TEXTS, TITLE, URL, B, H, codes, page

BOXES = f"""{TITLE}<div><a href=/>首页</a> &gt; <a href=/n/>新闻</a></div>
<div><h1>{NAME}</h1><div><span>来源：<a href=/s/>聊城日报</a></span> <span>2018-04-28 13:44:24</span>
<span>作者：张三</span></div></div>
<div>{B}</div><p>（责任编辑：王五）</p>
<div><h3>免责声明</h3><p>1、凡本网注明来源为其他媒体的作品，目的在于传播信息。</p><p>2、如有侵权请联系本网删除。</p></div>
<div><h3>相关阅读</h3><ul><li><a href=/n/1.html>春笋上市价格平稳菜农增收</a></li>
<li><a href=/n/2.html>合作社带富一方百姓的故事</a></li></ul></div>"""
CELLS = f"""<title>中国新农网</title><table><tr><td><a href=/>首页</a> -> <a href=/n/>新闻</a></td></tr>
<tr><td align=center><font size=5><b>{NAME}</b></font></td></tr><tr><td align=center>2018-04-28 13:44:24</td></tr>
<tr><td>{B}<p>（来源：农民日报 记者 张三 责任编辑：王五）</p></td></tr>
<tr><td>免责声明：本文内容仅为作者个人观点，不构成任何投资建议，据此操作风险自担。</td></tr></table>
<table><tr><td><b>相关阅读</b></td></tr><tr><td><a href=/n/1.html>春笋上市价格平稳菜农增收</a></td></tr>
<tr><td><a href=/n/2.html>合作社带富一方百姓的故事</a></td></tr></table>"""


@cache
def record(html: str) -> Article:
    return extract_html(html, url=URL)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "field", ["title", "source", "authors", "editors", "published_at", "breadcrumb", "disclaimer", "teasers"]
)
@pytest.mark.parametrize("html", [BOXES, CELLS], ids=["boxes", "cells"])
def test_the_path_leads_to_the_text_that_was_found(html: str, field: str) -> None:
    assert getattr(record(html), field)
    evidence = record(html).evidence[field]
    assert evidence.raw
    assert evidence.path
    node = LexborHTMLParser(html).css_first(evidence.path)
    assert node is not None
    assert bare(evidence.raw)[:4] in bare(node.text())


def test_a_short_text_is_not_sure() -> None:
    article = page("<p>山上的桃花已经开了。</p>")
    assert article.paragraphs == ["山上的桃花已经开了。"]
    assert article.evidence["body"].confidence < 0.75 < page().evidence["body"].confidence


@pytest.mark.parametrize(
    ("meta", "field"),
    [
        pytest.param("<meta property=og:title content=中国新农网>", "title", id="site-as-title"),
        pytest.param(f"<meta property=og:title content={NAME}-中国新农网>", "title", id="site-behind-the-title"),
        pytest.param("<meta name=author content=admin>", "authors", id="admin"),
        pytest.param("<meta name=author content=webmaster>", "authors", id="webmaster"),
    ],
)
def test_metadata_that_says_nothing_does_not_contradict(meta: str, field: str) -> None:
    article = page(above=meta, by=BY.replace("</div>", " 作者：张三</div>"))
    assert (article.title, article.authors) == (NAME, ["张三"])
    assert ("metadata_disagrees", field) not in codes(article)


@pytest.mark.parametrize(
    ("meta", "field"),
    [
        pytest.param("<meta property=og:title content=石榴花开满山红火迎客来>", "title", id="another-title"),
        pytest.param("<meta name=author content=李四>", "authors", id="another-author"),
    ],
)
def test_metadata_that_says_something_else_contradicts(meta: str, field: str) -> None:
    article = page(above=meta, by=BY.replace("</div>", " 作者：张三</div>"))
    assert (article.title, article.authors) == (NAME, ["张三"])
    assert ("metadata_disagrees", field) in codes(article)


MANY = 10_000
SECONDS = 3.0
"""Many times what such a page takes, for slow machines; work that grows with the square of the lines is caught."""


def lines(tag: str) -> str:
    return "".join(f"<{tag}>第{number}行文字</{tag}>" for number in range(MANY))


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(f"<div><h3>相关阅读</h3>{lines('p')}</div>", id="lines-under-related"),
        pytest.param(f"<div>{'<h3>相关阅读</h3><img src=/a.jpg><p>文字</p>' * MANY}</div>", id="headings-of-related"),
        pytest.param(f"<div class=share>{lines('p')}</div>", id="lines-in-a-share-box"),
    ],
)
def test_many_lines_below_the_text_take_no_long(below: str) -> None:
    html = f"{H}{BY}<div>{B}</div>{below}"
    start = time.process_time()
    article = extract_html(html, url=URL)
    assert time.process_time() - start < SECONDS
    assert article.title == NAME
    assert article.paragraphs[:3] == list(TEXTS)


def test_many_quoted_lines_take_no_long() -> None:
    html = f"{H}{BY}<div>{B}<blockquote>{lines('p')}</blockquote></div>"
    start = time.process_time()
    article = extract_html(html, url=URL)
    assert time.process_time() - start < SECONDS
    quotes = [block.text for block in article.body.blocks if block.kind == "quote"]
    assert quotes[:2] == ["第0行文字", "第1行文字"]
