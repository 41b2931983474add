"""Redesigns of what stands above the text: headline, date, source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .registry import edited

if TYPE_CHECKING:
    from .editing import Editor


def _title(editor: Editor) -> str:
    assert editor.headline is not None
    return editor.headline.node.inner_html or ""


def _redated(editor: Editor, html: str = "") -> bool:
    """Put markup in the date's place; no where the page does not show it in figures."""
    if editor.date is None or not editor.truth.published or not editor.date_text:
        return False
    if editor.truth.published_raw and not re.match(r"\d{4}", editor.truth.published_raw):
        return False  # what another form of it would say is not what the page says
    editor.replace(editor.date, html)
    return True


@edited
def headline_to_div(editor: Editor) -> bool:
    """The headline is a ``<div>`` with a class."""
    if editor.headline is None or editor.headline.node.tag not in ("h1", "h2", "h3", "h4", "h5"):
        return False
    editor.exchange(editor.headline.node, f'<div class="bt">{_title(editor)}</div>')
    return True


@edited
def headline_to_bold(editor: Editor) -> bool:
    """The headline is a bold line without any name."""
    if editor.headline is None:
        return False
    editor.exchange(editor.headline.node, f"<p><strong>{_title(editor)}</strong></p>")
    return True


@edited
def headline_to_h1(editor: Editor) -> bool:
    """The headline is an ``<h1>``."""
    if editor.headline is None or editor.headline.node.tag == "h1":
        return False
    editor.exchange(editor.headline.node, f"<h1>{_title(editor)}</h1>")
    return True


@edited
def headline_removed(editor: Editor) -> bool:
    """The headline stands in the document's title only."""
    if editor.headline is None:
        return False
    editor.remove(editor.headline.node)
    return True


@edited
def site_name_as_h1(editor: Editor) -> bool:
    """The portal's name is the page's ``<h1>``, and the headline ``<h2>``."""
    if editor.headline is None:
        return False
    editor.exchange(editor.headline.node, f"<h2>{_title(editor)}</h2>")
    editor.put_first('<h1 class="logo"><a href="/">清溪新闻网</a></h1>')
    return True


@edited
def badge_in_headline(editor: Editor) -> bool:
    """A badge stands before the headline, in its element."""
    if editor.headline is None or editor.headline.node.tag not in ("h1", "h2", "h3", "div"):
        return False
    editor.put_in(editor.headline.node, f'<span class="tag">原创</span>{_title(editor)}')
    return True


@edited
def date_below_text(editor: Editor) -> bool:
    """The date stands under the text, with its label."""
    if editor.container is None or editor.container.node.tag in ("td", "body", "p") or not _redated(editor):
        return False
    editor.put_after(editor.container.node, f'<div class="info">发布时间：{editor.date_text}</div>')
    return True


@edited
def date_above_headline(editor: Editor) -> bool:
    """The date stands over the headline."""
    if editor.headline is None or editor.date is None or editor.date.start < editor.headline.end:
        return False
    if not _redated(editor):
        return False
    editor.put_before(editor.headline.node, f'<div class="date">{editor.date_text}</div>')
    return True


@edited
def date_in_time_element(editor: Editor) -> bool:
    """The date is a ``<time>``."""
    machine = (editor.truth.published or "") + ("+08:00" if "T" in (editor.truth.published or "") else "")
    return _redated(editor, f'<time datetime="{machine}">{editor.date_text}</time>')


@edited
def date_in_bare_span(editor: Editor) -> bool:
    """The date has neither label nor name."""
    return _redated(editor, f"<span>{editor.date_text}</span>")


@edited
def date_in_two_spans(editor: Editor) -> bool:
    """Day and time stand in elements of their own."""
    if " " not in editor.date_text:
        return False
    day, clock = editor.date_text.split(" ")
    return _redated(editor, f'<span class="d">{day}</span>\n<span class="t">{clock}</span>')


@edited
def date_in_boxes(editor: Editor) -> bool:
    """Year, and month with day, are boxes beside each other, as on a calendar's leaf."""
    if editor.date is None:
        return False
    year, month, day = editor.date_text[:10].split("-")
    clock = f'<span class="clock">{editor.date_text[11:]}</span>' if editor.date_text[11:] else ""
    return _redated(editor, f'<span class="year">{year}</span><span class="day">{month}/{day}</span>{clock}')


@edited
def date_in_chinese_form(editor: Editor) -> bool:
    """The date with 年, 月, 日."""
    if editor.date is None:
        return False
    year, month, day = editor.date_text[:10].split("-")
    return _redated(editor, f"<span>{year}年{month}月{day}日 {editor.date_text[11:]}</span>")


@edited
def date_with_strokes(editor: Editor) -> bool:
    """The date with slashes, and its label reworded."""
    return _redated(editor, f"<span>发表于：{editor.date_text.replace('-', '/')}</span>")


@edited
def date_relative(editor: Editor) -> bool:
    """The page shows how long ago it was, which no saved page can resolve."""
    return not editor.truth.clock and _redated(editor, "<span>3小时前</span>")


@edited
def date_removed(editor: Editor) -> bool:
    """The page shows no date any more."""
    return _redated(editor)


@edited
def update_beside_date(editor: Editor) -> bool:
    """The date of the last change stands before that of publication."""
    if editor.date is None:
        return False
    year = int(editor.date_text[:4]) + 1
    return _redated(editor, f"<span>更新时间：{year}-02-03 08:15</span> <span>发布时间：{editor.date_text}</span>")


@edited
def source_reworded(editor: Editor) -> bool:
    """稿源 for 来源."""
    if editor.source is None or not editor.source_name:
        return False
    editor.replace(editor.source, f"稿源：{editor.source_name}")
    return True


@edited
def source_label_apart(editor: Editor) -> bool:
    """The source's label and name stand in elements of their own."""
    if editor.source is None or not editor.source_name:
        return False
    editor.replace(editor.source, f'<em class="k">来源</em><em class="v">{editor.source_name}</em>')
    return True


@edited
def source_without_label(editor: Editor) -> bool:
    """The source's name stands alone, a link beside the date."""
    if editor.source is None or not editor.source_name:
        return False
    editor.replace(editor.source, f'<a href="//media.example/">{editor.source_name}</a>')
    return True


@edited
def source_below_text(editor: Editor) -> bool:
    """The source stands under the text."""
    if editor.source is None or editor.container is None or editor.container.node.tag in ("td", "body"):
        return False
    name = editor.source_name
    editor.replace(editor.source)
    editor.put_after(editor.container.node, f'<p class="from">（来源：{name}）</p>')
    return True


@edited
def byline_as_list(editor: Editor) -> bool:
    """Date, source and figures of readers are a definition list."""
    if editor.source is None or editor.date is None or not _redated(editor):
        return False
    name = editor.source_name
    editor.replace(editor.source)
    assert editor.headline is not None
    editor.put_after(
        editor.headline.node,
        f"<dl><dt>来源</dt><dd>{name}</dd><dt>时间</dt><dd>{editor.date_text}</dd><dt>阅读</dt><dd>1024</dd></dl>",
    )
    return True


@edited
def byline_as_table(editor: Editor) -> bool:
    """Date and source are a table's row, as on notices of authorities."""
    if editor.source is None or editor.date is None or not _redated(editor):
        return False
    name = editor.source_name
    editor.replace(editor.source)
    assert editor.headline is not None
    editor.put_after(
        editor.headline.node,
        f"<table><tr><th>发布日期</th><td>{editor.date_text}</td><th>信息来源</th><td>{name}</td></tr></table>",
    )
    return True


@edited
def tools_in_byline(editor: Editor) -> bool:
    """Font size, readers, comments and sharing stand between headline and date."""
    if editor.headline is None:
        return False
    tools = "<span>字号：<a>大</a> <a>中</a> <a>小</a></span> <span>阅读 2031</span> <span>评论 15</span> <a>打印</a> <a>收藏</a>"
    editor.put_after(editor.headline.node, f'<div class="tools">{tools}</div>')
    return True


@edited
def breadcrumb_below_headline(editor: Editor) -> bool:
    """The way to the page stands between headline and byline."""
    if editor.headline is None:
        return False
    editor.put_after(
        editor.headline.node, '<div>当前位置：<a href="/">首页</a> &gt; <a href="/xw/">新闻</a> &gt; 正文</div>'
    )
    return True
