"""Redesigns that put other things beside the article, or move what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .filler import (
    COMMENTS,
    DATES,
    HEADLINES,
    OTHER_DATE,
    OTHER_PARAGRAPHS,
    OTHER_TITLE,
    SUMMARY,
    cards,
    navigation,
    paragraphs,
    teasers,
)
from .registry import edited

if TYPE_CHECKING:
    from .editing import Editor


@edited
def consent_wall_before(editor: Editor) -> bool:
    """A dialogue about cookies stands above everything."""
    text = "我们使用Cookie来改善您的浏览体验、分析网站流量并为您提供个性化内容。继续浏览即表示您同意我们的隐私政策和用户协议。"
    more = "您可以随时在设置中撤回同意。必要的Cookie始终启用，分析类和营销类Cookie由第三方提供，您可以选择是否接受。"
    editor.put_first(
        f'<div class="cc"><h2>您的隐私选择</h2><p>{text}</p><p>{more}</p><button>全部接受</button><button>拒绝</button></div>'
    )
    return True


@edited
def consent_wall_instead(editor: Editor) -> bool:
    """The dialogue about cookies is all that the page holds."""
    if not editor.truth.is_article:
        return False
    text = "我们使用Cookie来改善您的浏览体验。请选择是否同意，然后继续访问本网站。"
    editor.put_in(
        editor.body_node,
        f"<div><h2>您的隐私选择</h2><p>{text}</p><button>同意并继续</button><button>拒绝</button></div>",
    )
    return True


@edited
def menu_on_top(editor: Editor) -> bool:
    """A menu, today's date and the weather stand above everything."""
    editor.put_first(
        f'<div class="top"><span>今天是2026年11月23日 星期一</span> <span>多云 6℃</span></div>{navigation()}'
    )
    return True


@edited
def teasers_above_article(editor: Editor) -> bool:
    """A list of other articles stands above the article."""
    editor.put_first(f'<div class="lead">{teasers(8)}</div>')
    return True


@edited
def cards_above_article(editor: Editor) -> bool:
    """Other articles with summary and date stand above the article."""
    if not editor.truth.is_article:
        return False
    editor.put_first(f'<div class="feed">{cards(3)}</div>')
    return True


@edited
def ranking_before_byline(editor: Editor) -> bool:
    """A ranking with dates stands between the headline and its byline."""
    if editor.headline is None:
        return False
    editor.put_after(editor.headline.node, f'<div class="rank"><h4>热门排行</h4>{teasers(5, dated=True)}</div>')
    return True


@edited
def ranking_before_headline(editor: Editor) -> bool:
    """A ranking with dates stands right above the headline."""
    if editor.headline is None:
        return False
    editor.put_before(editor.headline.node, f'<div class="rank"><h3>热点新闻</h3>{teasers(5, dated=True)}</div>')
    return True


@edited
def ranking_above_text(editor: Editor) -> bool:
    """A ranking with dates stands between the byline and the text."""
    if editor.container is None or editor.headline is None or editor.headline.start >= editor.container.start:
        return False
    if editor.container.node.tag in ("td", "body", "dd"):
        return False
    editor.put_before(editor.container.node, f'<div class="rank"><h4>点击排行</h4>{teasers(5, dated=True)}</div>')
    return True


@edited
def sidebar_before_article(editor: Editor) -> bool:
    """What stood beside and below the article comes first in the markup."""
    if editor.container is None:
        return False
    top = editor.top_of(editor.container.node)
    if editor.headline is None or editor.top_of(editor.headline.node).mem_id != top.mem_id:
        return False
    below = []
    following = top.next
    while following is not None:
        if following.is_element_node and following.tag not in ("script", "style"):
            below.append(following)
        following = following.next
    if not below:
        return False
    editor.put_before(top, "".join(node.html or "" for node in below))
    editor.remove(*below)
    return True


@edited
def comments_below(editor: Editor) -> bool:
    """Readers' comments with their dates stand below the article, longer than many a text."""
    if editor.container is None:
        return False
    entries = "".join(
        f'<div class="c"><b>网友{number}</b> <span>{DATES[number % 5]}</span><p>{COMMENTS[number % 4]}</p></div>'
        for number in range(12)
    )
    editor.put_after(editor.top_of(editor.container.node), f"<div><h3>网友评论</h3>{entries}</div>")
    return True


@edited
def other_article_below(editor: Editor) -> bool:
    """The next article follows below, whole, as where pages go on for ever."""
    if editor.container is None:
        return False
    editor.put_after(
        editor.top_of(editor.container.node),
        f"<article><h1>{OTHER_TITLE}</h1><div>{OTHER_DATE} 来源：河东晚报</div>{paragraphs(OTHER_PARAGRAPHS)}</article>",
    )
    return True


@edited
def other_articles_below(editor: Editor) -> bool:
    """Long summaries of other articles stand below."""
    if editor.container is None:
        return False
    editor.put_after(editor.top_of(editor.container.node), f'<div class="more">{cards(6)}</div>')
    return True


@edited
def neighbours_below_text(editor: Editor) -> bool:
    """The articles before and after this one, with their dates, stand below the text."""
    if editor.container is None or editor.container.node.tag in ("td", "body", "dd", "p"):
        return False
    editor.put_after(
        editor.container.node,
        f'<div>上一篇：<a href="/content/1.html">{HEADLINES[0]}</a> {DATES[0]}</div>'
        f'<div>下一篇：<a href="/content/2.html">{HEADLINES[1]}</a> {DATES[1]}</div>',
    )
    return True


@edited
def author_card_above_text(editor: Editor) -> bool:
    """A box about the account that publishes stands above the text."""
    if editor.container is None or editor.container.node.tag in ("td", "body", "dd", "p"):
        return False
    if editor.headline is None or editor.headline.start >= editor.container.start:
        return False
    editor.put_before(
        editor.container.node,
        '<div class="who"><img src="/a.png"><a href="/u/7">清溪观察员</a><p>关注民生，记录身边的变化</p><a>+ 关注</a></div>',
    )
    return True


@edited
def summary_box_above_text(editor: Editor) -> bool:
    """A box made by a machine says what the text says."""
    if editor.container is None or editor.container.node.tag in ("td", "body", "dd", "p"):
        return False
    if editor.headline is None or editor.headline.start >= editor.container.start:
        return False
    editor.put_before(editor.container.node, f"<div><b>AI摘要</b><p>{SUMMARY}</p><small>内容由AI生成</small></div>")
    return True


@edited
def hidden_junk(editor: Editor) -> bool:
    """Another article's headline, date and text are there, hidden."""
    if not editor.truth.is_article:
        return False
    editor.put_first(
        f'<div style="display:none"><h1>{OTHER_TITLE}</h1><span>{OTHER_DATE}</span>{paragraphs(OTHER_PARAGRAPHS)}</div>'
    )
    return True


@edited
def markup_comments_with_dates(editor: Editor) -> bool:
    """Comments in the markup name dates and another headline."""
    comment = (
        f"<!-- published {OTHER_DATE} by cms; title: {OTHER_TITLE} --><!--[if IE]><h1>{OTHER_TITLE}</h1><![endif]-->"
    )
    editor.put_first(comment)
    if editor.headline is not None:
        editor.put_after(editor.headline.node, f"<!-- {OTHER_DATE} 来源：河东晚报 -->")
    return True


@edited
def footer_with_dates(editor: Editor) -> bool:
    """A footer with years, numbers of licences and an address."""
    editor.put_last(
        "<div><p>版权所有 © 2004-2026 清溪新闻网</p><p>清ICP备05012345号 互联网新闻信息服务许可证 编号：33120200001</p>"
        "<p>地址：清溪市人民路1号 建议使用1024×768以上分辨率 更新于2026-11-20</p></div>"
    )
    return True


@edited
def way_removed(editor: Editor) -> bool:
    """The page does not say where in the site it stands."""
    stop = editor.headline.start if editor.headline else 0
    found = [
        e.node
        for e in editor.elements
        if e.end <= stop and 6 < e.end - e.start < 60 and any(sign in editor.text[e.start : e.end] for sign in "><>»")
    ]
    editor.remove(*found[:1])
    return bool(found)
