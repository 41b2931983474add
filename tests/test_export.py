"""Records as JSON lines, JSON-LD, Markdown and plain text."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from xinnong_scraper.export import to_jsonl, to_jsonld, to_markdown, to_text
from xinnong_scraper.records import Article, Block, Body, Image

if TYPE_CHECKING:
    from markdown_it.token import Token

CHINA = timezone(timedelta(hours=8))
PICTURE = Image(url="https://img.example.cn/a (1).jpg", alt="村口", caption="村民在村口")

ARTICLE = Article(
    url="https://news.example.cn/a/1.html?from=app",
    canonical_url="https://news.example.cn/a/1.html",
    site_name="中国新农网",
    title="聊城#1：*新品种*",
    subtitle="副标题",
    source="聊城日报",
    source_url="https://lc.example.cn/",
    authors=["张三", "李四"],
    editors=["王五"],
    published_at=datetime(2018, 4, 28, 13, 44, 24, tzinfo=CHINA),
    published_precision="second",
    published_raw="2018-04-28 13:44:24",
    modified_at=datetime(2018, 4, 29, 8, 0, tzinfo=CHINA),
    section="农业",
    summary="摘要。",
    keywords=["小麦", "种植"],
    language="zh",
    images=[PICTURE],
    body=Body(
        blocks=[
            Block(kind="paragraph", text="1. 第一段，3*4，a_b_c。"),
            Block(kind="subheading", text="一、背景", level=3),
            Block(kind="subheading", text="短行"),
            Block(kind="list_item", text="- 甲"),
            Block(kind="list_item", text="乙"),
            Block(kind="quote", text="引文一"),
            Block(kind="quote", text="引文二"),
            Block(kind="image", image=PICTURE),
            Block(kind="table", rows=[["品种", "亩产"], ["济麦|22", "600"], ["鲁原"]]),
            Block(kind="code", text="a = 1\n```\n  b"),
            Block(kind="paragraph", text="<b>不是标记</b> &amp; 完。"),
        ]
    ),
)
MARKDOWN = r"""# 聊城#1：\*新品种\*

**副标题**

[聊城日报](<https://lc.example.cn/>) · 2018-04-28 13:44:24 · 张三、李四

1\. 第一段，3\*4，a\_b\_c。

### 一、背景

## 短行

- \- 甲
- 乙

> 引文一
>
> 引文二

![村口](<https://img.example.cn/a%20(1).jpg>)

*村民在村口*

| 品种 | 亩产 |
| --- | --- |
| 济麦\|22 | 600 |
| 鲁原 |  |

````
a = 1
```
  b
````

\<b\>不是标记\</b\> \&amp; 完。
"""
LOOKS_LIKE_MARKUP = r"""# 一
+ 一
-5度
12) 甲
2018.4.28
> 甲
===
---
***
~~删~~
`码`
[甲](乙)
![甲](乙)
a|b
http://a.example/x_y_z?a=1&copy;b
C #
\
甲\
```
<script>
&lt;
_甲_
1.
    缩进""".splitlines()


def paragraphs(*texts: str) -> Article:
    return Article(body=Body(blocks=[Block(kind="paragraph", text=text) for text in texts]))


def parsed(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def shown(tokens: list[Token]) -> list[str]:
    """Return the text that a reader of the rendered Markdown sees, a string a line of inline text."""
    return ["".join(part.content for part in token.children or []) for token in tokens if token.type == "inline"]


def test_a_line_of_json_is_the_interchange_form() -> None:
    line = to_jsonl(ARTICLE)
    assert "\n" not in line
    assert "聊城" in line
    assert json.loads(line) == ARTICLE.model_dump(mode="json")


def test_jsonld_maps_every_field() -> None:
    assert to_jsonld(ARTICLE) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "url": "https://news.example.cn/a/1.html?from=app",
        "mainEntityOfPage": "https://news.example.cn/a/1.html",
        "headline": "聊城#1：*新品种*",
        "alternativeHeadline": "副标题",
        "datePublished": "2018-04-28T13:44:24+08:00",
        "dateModified": "2018-04-29T08:00:00+08:00",
        "author": [{"@type": "Person", "name": "张三"}, {"@type": "Person", "name": "李四"}],
        "editor": [{"@type": "Person", "name": "王五"}],
        "sourceOrganization": {"@type": "Organization", "name": "聊城日报", "url": "https://lc.example.cn/"},
        "publisher": {"@type": "Organization", "name": "中国新农网"},
        "articleSection": "农业",
        "description": "摘要。",
        "keywords": ["小麦", "种植"],
        "inLanguage": "zh",
        "image": [
            {
                "@type": "ImageObject",
                "url": "https://img.example.cn/a%20(1).jpg",
                "caption": "村民在村口",
                "description": "村口",
            }
        ],
        "articleBody": ARTICLE.text,
    }


def test_jsonld_leaves_out_what_is_absent() -> None:
    assert to_jsonld(Article(title="题")) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "题",
    }


def test_jsonld_claims_no_time_where_the_page_shows_a_day() -> None:
    day = Article(published_at=datetime(2018, 4, 28, tzinfo=CHINA), published_precision="day")
    assert to_jsonld(day)["datePublished"] == "2018-04-28"


def test_markdown_of_everything() -> None:
    assert to_markdown(ARTICLE) == MARKDOWN


def test_markdown_renders_to_the_text_of_the_record() -> None:
    tokens = parsed(to_markdown(ARTICLE))
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h3", "h2"]
    texts = shown(tokens)
    assert texts[0] == ARTICLE.title
    for expected in ["1. 第一段，3*4，a_b_c。", "- 甲", "济麦|22", "<b>不是标记</b> &amp; 完。"]:
        assert expected in texts
    assert [token.content for token in tokens if token.type == "fence"] == ["a = 1\n```\n  b\n"]


@pytest.mark.parametrize("text", LOOKS_LIKE_MARKUP)
def test_markdown_keeps_what_looks_like_markup(text: str) -> None:
    tokens = parsed(to_markdown(paragraphs(text)))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens) == [text.strip()]


@given(st.text(alphabet="甲1.)#+-=*_`~[]()<>!|&;:\\ a", min_size=1).map(str.strip).filter(bool))
def test_markdown_keeps_any_paragraph_and_title(text: str) -> None:
    article = Article(title=text, body=Body(blocks=[Block(kind="paragraph", text=text)]))
    tokens = parsed(to_markdown(article))
    assert [token.tag for token in tokens if token.nesting == 1] == ["h1", "p"]
    assert shown(tokens) == [text, text]


def test_markdown_of_an_empty_table_and_a_record_without_anything() -> None:
    assert to_markdown(Article(body=Body(blocks=[Block(kind="table")]))) == "\n"


def test_markdown_shows_a_date_that_could_not_be_read_as_written() -> None:
    assert "昨天 13:44" in to_markdown(Article(title="题", published_raw="昨天 13:44"))


def test_text_is_title_byline_and_paragraphs() -> None:
    lines = to_text(ARTICLE).split("\n")
    assert lines[:5] == ["聊城#1：*新品种*", "副标题", "聊城日报 · 2018-04-28 13:44:24", "", "1. 第一段，3*4，a_b_c。"]
    assert "济麦|22\t600" in lines
    assert lines[-2:] == ["<b>不是标记</b> &amp; 完。", ""]


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("second", "2018-04-28 13:44:24"), ("minute", "2018-04-28 13:44"), ("day", "2018-04-28")],
)
def test_text_shows_the_precision_of_the_page(precision: str, expected: str) -> None:
    article = Article.model_validate(ARTICLE.model_dump() | {"published_precision": precision})
    assert to_text(article).split("\n")[2] == f"聊城日报 · {expected}"
