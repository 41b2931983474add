"""An article as plain text to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..byline import shown_time

if TYPE_CHECKING:
    from ..records import Article

__all__ = ["to_text"]


def to_text(article: Article) -> str:
    r"""Return title, source and time of ``article``, and its paragraphs with blank lines between.

    The last character is a line break.

    Table rows stand one a line with cells joined by a tab; pictures, disclaimer and teasers are left out.

    >>> from xinnong_scraper.records import Article, Block, Body
    >>> body = Body(blocks=[Block(kind="paragraph", text="甲。"), Block(kind="paragraph", text="乙。")])
    >>> to_text(Article(title="题", source="聊城日报", body=body))
    '题\n聊城日报\n\n甲。\n\n乙。\n'
    """
    byline = " · ".join(part for part in (article.source, shown_time(article)) if part)
    head = "\n".join(part for part in (article.title, article.subtitle, byline) if part)
    parts = [head]
    for block in article.body.blocks:
        if block.text is not None:
            parts.append(block.text)
        if block.rows:
            parts.append("\n".join("\t".join(row) for row in block.rows))
    return "\n\n".join(part for part in parts if part) + "\n"
