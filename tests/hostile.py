"""Pages that cost the most: real ones made long, and markup or text that is too much of one thing.

Used by the tests and, loaded by its path, by the benchmark: it imports nothing of either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SENTENCE: Final = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
PARAGRAPHS: Final = f"<p>{SENTENCE}</p>" * 5


def page(inner: str) -> str:
    """An article with something in its body."""
    return (
        "<!doctype html><meta charset=utf-8><title>全市小麦返青长势良好_新农网</title>"
        "<h1>全市小麦返青长势良好</h1><div>2018-04-28 09:30 来源：新农网</div>"
        f"<div class=content>{PARAGRAPHS}{inner}</div><div>责任编辑：张三</div>"
    )


def filled(unit: str, size: int) -> str:
    """The unit as often as fits into so many bytes."""
    return unit * (size // len(unit.encode()))


def longer(html: str, size: int) -> str:
    """A page whose whole body stands there again and again."""
    start = re.search(r"<body[^>]{0,9999}>", html, re.IGNORECASE)
    begin = start.end() if start else 0
    end = html.lower().rfind("</body")
    end = len(html) if end < begin else end
    return html[:begin] + filled(html[begin:end], size) + html[end:]


def longer_article(html: str, size: int) -> str:
    """A page whose longest paragraphs stand there again and again, where they stood."""
    found = sorted(re.finditer(r"<p[ >][^\0]{40,3000}?</p>", html, re.IGNORECASE), key=lambda p: -len(p[0]))[:8]
    if not found:
        return longer(html, size)
    at = found[0].end()
    return html[:at] + filled("\n".join(paragraph[0] for paragraph in found), size) + html[at:]


def _attributes(count: int) -> str:
    return " ".join(f"data-a{n}=x" for n in range(count))


PAGES: Final[dict[str, Callable[[], str]]] = {
    "500,000 short paragraphs": lambda: page("<p>小麦返青</p>" * 500_000),
    "250,000 lines": lambda: page("小麦陆续返青<br>" * 250_000),
    "100,000 entries": lambda: page("<li><a href=/2018/1.html>全市小麦陆续返青长势良好</a></li>" * 100_000),
    "500,000 pictures": lambda: page("<img src=/a/b.jpg>" * 500_000),
    "500,000 cells": lambda: page("<table>" + "<tr><td>甲</td><td>乙</td></tr>" * 250_000 + "</table>"),
    "7,000 headings": lambda: page("<h3>相关阅读</h3><p>小麦</p>" * 7_000) + PARAGRAPHS,
    "300,000 statements": lambda: page("<meta name=keywords content=小麦>" * 300_000),
    "1,400,000 comments": lambda: page("<!---->" * 1_400_000),
    "100,000 nested div": lambda: page("<div>" * 100_000 + SENTENCE + "</div>" * 100_000),
    "100,000 nested span": lambda: page("<span>" * 100_000 + SENTENCE + "</span>" * 100_000),
    "100,000 nested tables": lambda: page("<table><tr><td>" * 100_000 + SENTENCE),
    "1,000,000 attributes of one tag": lambda: page(f"<p {_attributes(1_000_000)}>{SENTENCE}"),
    "1,000,000 attributes of 100,000 tags": lambda: page(f"<p {_attributes(10)}>小麦返青</p>" * 100_000),
    "1,000,000 attributes of 10,000 tags": lambda: page(f"<p {_attributes(100)}>小麦返青</p>" * 10_000),
    "5 MB of text": lambda: page(filled(SENTENCE, 5_000_000)),
    "5 MB in lines": lambda: page(f"<p style='white-space:pre-line'>{filled('小麦返青。' + chr(10), 5_000_000)}"),
    "5 MB of script": lambda: page(
        f"<script>{filled('var a = ' + chr(39) + '<div>' + chr(39) + ';', 5_000_000)}</script>"
    ),
    **{
        f"5 MB of {sign}": lambda sign=sign: page(f"<p>{filled(sign, 5_000_000)}</p>")  # type: ignore[misc]
        for sign in ("。", "、", "【", "（", "&lt;", "- ", "来源：", "记者 张三 ", "2018-04-28 ", "http://a.cn/")
    },
}
"""What makes each page, by what is too much on it."""
