"""The smallest page that is an article, and ways to vary one line of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from xinnong_scraper import Article, extract_html

if TYPE_CHECKING:
    from collections.abc import Iterable

URL: Final = "http://www.xinnong.example/news/20180428/1.html"
NAME: Final = "联峰山桃花盛开迎来八方游客"
TITLE: Final = f"<title>{NAME}_中国新农网</title>"
H1: Final = f"<h1>{NAME}</h1>"
H: Final = TITLE + H1
BY: Final = "<div>来源：聊城日报 2018-04-28 13:44:24</div>"
DATE_ONLY: Final = "<div>2018-04-28 13:44:24</div>"
TEXTS: Final = (
    "四月下旬的联峰山上，三百亩桃花竞相开放，从山脚一直铺到山顶，前来赏花的游客络绎不绝，停车场早早就停满了车辆。",
    "村里的农家乐一早便坐满了人，老板娘端出刚蒸好的花饽饽，笑着告诉客人，这个春天的收入已经超过了去年全年。",
    "镇里的负责人介绍，下一步将修通环山步道，再建一处农产品集市，让乡亲们在家门口就能把水果和山货卖出好价钱。",
)
"""Three paragraphs of 50 to 60 characters."""


def paragraphs(texts: Iterable[str] = TEXTS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


B: Final = paragraphs()


def read(*parts: str) -> Article:
    return extract_html("".join(parts), url=URL)


def page(body: str = B, *, head: str = H, by: str = BY, above: str = "", below: str = "") -> Article:
    """Read a page of these parts, in this order: above, head, by, body, below."""
    return read(above, head, by, f"<div>{body}</div>", below)


def among(line: str) -> str:
    """The text with this markup after its first paragraph."""
    return paragraphs(TEXTS[:1]) + line + paragraphs(TEXTS[1:])


def at(text: str) -> datetime:
    """A time of day in China."""
    return datetime.fromisoformat(text + "+08:00")


def codes(article: Article) -> set[tuple[str, str | None]]:
    return {(warning.code, warning.field) for warning in article.warnings}
