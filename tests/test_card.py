"""The card that a notebook shows for a record."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper.records import Article, Block, Body, Crumb, ExtractionWarning

from .cases import article_of

ALLOWED = {"div": {"style"}, "bdi": set(), "b": set(), "i": set(), "a": {"href", "rel", "target"}}
"""The elements of a card, each with its attributes."""


class Shown(HTMLParser):
    """What a browser makes of a card: its text, links and elements."""

    def __init__(self, card: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(card)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(article: Article) -> Shown:
    return Shown(article._repr_html_())


def paragraphs(*texts: str) -> Body:
    return Body(blocks=[Block(kind="paragraph", text=text) for text in texts])


def test_the_card_shows_what_a_reader_wants_first() -> None:
    article = Article(
        url="https://news.example.cn/1.html",
        title="聊城对外开放",
        subtitle="副标题",
        source="聊城日报",
        source_url="https://lc.example.cn/",
        authors=["张三", "李四"],
        published_at=datetime(2018, 4, 28, 13, 44, tzinfo=timezone(timedelta(hours=8))),
        published_precision="minute",
        breadcrumb=[Crumb(name="首页", url="https://news.example.cn/"), Crumb(name="新闻")],
        body=paragraphs("第一段。", "第二段。", "第三段。", "第四段。", "第五段。"),
        confidence=0.934,
        layout="xinnong",
        warnings=[ExtractionWarning(code="missing_field", field="editors", message="no editor")],
    )
    card = shown(article)
    for part in ("首页 › 新闻", "聊城对外开放", "副标题", "聊城日报 · 2018-04-28 13:44 · 张三、李四", "第三段。"):
        assert part in card.text
    assert "confidence 0.93 · xinnong" in card.text
    assert "missing_field (editors): no editor" in card.text
    assert "… and 2 more paragraphs" in card.text
    assert "第四段" not in card.text
    assert card.links == ["https://news.example.cn/", "https://news.example.cn/1.html", "https://lc.example.cn/"]


def test_an_empty_record_has_a_card() -> None:
    assert "no title" in shown(Article()).text


def test_a_real_page_has_a_card() -> None:
    article = article_of("xinnong/dedecms")
    assert isinstance(article, Article)
    assert article.title
    assert article.title in shown(article).text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//a.example/"])
def test_only_web_addresses_become_links(url: str) -> None:
    card = shown(Article(url=url, title="题", source="源", source_url=url, breadcrumb=[Crumb(name="节", url=url)]))
    assert card.links == []
    assert "源" in card.text


HOSTILE = st.one_of(
    st.sampled_from(
        ["</div><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "<!--", "]]>", "\u202e倒"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
)


@given(HOSTILE, HOSTILE)
def test_text_of_the_page_stays_text(text: str, other: str) -> None:
    article = Article(
        url=f"http://a.example/{other}",
        title=text,
        subtitle=other,
        source=text,
        authors=[other],
        published_raw=text,
        breadcrumb=[Crumb(name=other, url=f"https://{text}")],
        layout=other,
        body=paragraphs(text, other),
        warnings=[ExtractionWarning(code="ambiguous", field=text, message=other)],
    )
    card = shown(article)
    assert re.sub(r"\s", "", text[:100]) in re.sub(r"\s", "", card.text)
    tree = LexborHTMLParser(article._repr_html_())
    assert {node.tag for node in tree.css("body *")} <= set(ALLOWED), "for a parser that mends like a browser, too"


def test_a_card_is_small_however_large_the_record() -> None:
    warnings = [ExtractionWarning(code="truncated", message="长" * 100_000)] * 1_000
    crumbs = [Crumb(name="节" * 10_000)] * 1_000
    article = Article(
        title="题" * 100_000, breadcrumb=crumbs, body=paragraphs(*["段" * 100_000] * 50), warnings=warnings
    )
    assert len(article._repr_html_()) < 10_000


def test_half_a_surrogate_pair_does_not_break_the_message() -> None:
    Article.model_construct(title="a\ud800b")._repr_html_().encode()
