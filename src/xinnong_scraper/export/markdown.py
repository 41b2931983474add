"""An article as Markdown (CommonMark with the tables of GitHub Flavored Markdown)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ..byline import shown_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..records import Article, Block, Image

__all__ = ["to_markdown"]

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|&(?=[#0-9A-Za-z]{1,32};)")
_LINE_START = re.compile(r"([#+=-]|[0-9]{1,9}(?=[.)]))")
_LINE_BREAKS = re.compile(r"[\r\n]+")
_BACKTICKS = re.compile(r"`+")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20<>\\]")


def to_markdown(article: Article) -> str:
    r"""Return ``article`` as Markdown: title, a line with source, time and authors, and the body.

    Characters with a meaning in Markdown are escaped, so the rendered text is the record's text. Disclaimer and
    teasers are left out. The last character is a line break.

    >>> from xinnong_scraper.records import Article, Block, Body
    >>> body = Body(blocks=[Block(kind="subheading", text="一、2*3", level=3)])
    >>> to_markdown(Article(title="题", source="聊城日报", body=body))
    '# 题\n\n聊城日报\n\n### 一、2\\*3\n'
    """
    parts = [_heading(1, article.title) if article.title else ""]
    parts.append(f"**{_inline(article.subtitle)}**" if article.subtitle else "")
    parts.append(_byline(article))
    parts.extend(_body(article.body.blocks))
    return "\n\n".join(part for part in parts if part) + "\n"


def _byline(article: Article) -> str:
    source = _inline(article.source or "")
    if source and article.source_url:
        source = f"[{source}]({_address(article.source_url)})"
    time = _inline(shown_time(article) or "")
    line = " · ".join(part for part in (source, time, _inline("、".join(article.authors))) if part)
    return _guard_start(line)


def _body(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the body's parts; neighbouring list items and quotes make one list and one quote."""
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        if kind == "list_item":
            yield "\n".join(f"- {_paragraph(block.text or '')}" for block in group)
        elif kind == "quote":
            yield "\n>\n".join(f"> {_paragraph(block.text or '')}" for block in group)
        else:
            yield from map(_block, group)


def _block(block: Block) -> str:
    if block.kind == "subheading":
        return _heading(max(2, block.level or 2), block.text or "")
    if block.kind == "image":
        return _picture(block.image) if block.image else ""
    if block.kind == "table":
        return _table(block.rows)
    if block.kind == "code":
        return _fenced(block.text or "")
    return _paragraph(block.text or "")


def _heading(level: int, text: str) -> str:
    """Return a heading; a # at its end would be read as decoration."""
    line = _inline(text)
    return f"{'#' * level} {line[:-1]}\\#" if line.endswith("#") else f"{'#' * level} {line}"


def _picture(image: Image) -> str:
    picture = f"![{_inline(image.alt or image.caption or '')}]({_address(image.url)})"
    return f"{picture}\n\n*{_inline(image.caption)}*" if image.caption else picture


def _table(rows: list[list[str]]) -> str:
    """Return a pipe table, its first row as the head; short rows are filled up, because a pipe table has one width."""
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    lines = [f"| {' | '.join(_inline(cell) for cell in row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _fenced(code: str) -> str:
    """Return a code block whose fence is longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(code))])
    return f"{fence}\n{code}\n{fence}"


def _paragraph(text: str) -> str:
    return _guard_start(_inline(text))


def _inline(text: str) -> str:
    r"""Escape what Markdown would read as markup anywhere in a line; line breaks become spaces.

    >>> _inline("a*b &amp; 3~5")
    'a\\*b \\&amp; 3\\~5'
    """
    return _SPECIAL.sub(r"\\\g<0>", _LINE_BREAKS.sub(" ", text.strip()))


def _guard_start(line: str) -> str:
    r"""Escape what Markdown would read as a heading, a list or a rule at the start of a line.

    >>> _guard_start("2018. 年"), _guard_start("# 1"), _guard_start("2018年")
    ('2018\\. 年', '\\# 1', '2018年')
    """
    match = _LINE_START.match(line)
    if match is None:
        return line
    if line[0].isdecimal():
        return f"{match[0]}\\{line[match.end() :]}"
    return f"\\{line}"


def _address(url: str) -> str:
    """Return an address as a Markdown link destination in angle brackets, which allow parentheses."""
    return f"<{_UNSAFE_IN_ADDRESS.sub(lambda match: f'%{ord(match[0]):02X}', url)}>"
