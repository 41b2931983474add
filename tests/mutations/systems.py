"""The article's part of the page as other content systems would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .filler import HEADLINES, navigation, teasers
from .registry import edited

if TYPE_CHECKING:
    from .editing import Editor


class _Parts(NamedTuple):
    title: str
    date: str
    source: str
    text: str


def _parts(editor: Editor) -> _Parts | None:
    """What every system shows; None where the page does not show it all, or shows more beside it."""
    truth = editor.truth
    if editor.headline is None or editor.body is None or not truth.published or not any(truth.sources):
        return None
    source = next(filter(None, truth.sources))
    text = "".join(f"<p>{_escaped(line)}</p>\n" for line in truth.paragraphs)
    return _Parts(_escaped(truth.titles[0]), editor.date_text, _escaped(source), text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _rebuilt(editor: Editor, template: str) -> bool:
    parts = _parts(editor)
    if parts is None:
        return False
    editor.remove(*editor.tree.css("meta[name], meta[property], script"))
    page = template.replace("{nav}", navigation()).replace("{list}", teasers(6)).replace("{near}", HEADLINES[7])
    for name, value in parts._asdict().items():
        page = page.replace("{" + name + "}", value)
    editor.put_in(editor.body_node, page)
    return True


@edited
def as_old_portal(editor: Editor) -> bool:
    """Tables in tables, the text in one cell."""
    return _rebuilt(
        editor,
        """{nav}<table width="960"><tr><td width="680"><table><tr><td align="center"><font size="5"><b>{title}</b></font>
</td></tr><tr><td align="center">{date}　来源：{source}　【<a>大</a> <a>中</a> <a>小</a>】</td></tr>
<tr><td><div id="zoom">{text}</div></td></tr><tr><td align="right">【<a href="javascript:print()">打印</a>】</td></tr>
</table></td><td width="280"><b>最新更新</b>{list}</td></tr></table><p align="center">版权所有 清溪新闻网</p>""",
    )


@edited
def as_blog_system(editor: Editor) -> bool:
    """A theme of a blog system, with its sidebar."""
    return _rebuilt(
        editor,
        """<header class="site-header"><p class="site-title"><a href="/">清溪新闻网</a></p>{nav}</header><div id="content">
<main id="main"><article class="post hentry"><header class="entry-header"><h1 class="entry-title">{title}</h1>
<div class="entry-meta"><span class="posted-on">{date}</span> <span class="cat-links">来源：{source}</span></div></header>
<div class="entry-content">{text}</div><footer class="entry-footer">标签：<a href="/tag/1">民生</a></footer></article>
<nav class="post-navigation">下一篇：<a href="/7.html">{near}</a></nav></main><aside id="secondary"><section>
<h2>近期文章</h2>{list}</section></aside></div><footer id="colophon">© 2026 清溪新闻网</footer>""",
    )


@edited
def as_government_site(editor: Editor) -> bool:
    """A notice of an authority: a table of properties over the text."""
    return _rebuilt(
        editor,
        """{nav}<div class="wz">当前位置：<a href="/">首页</a> &gt; <a href="/zw/">政务公开</a> &gt; 正文</div><div class="xl">
<div class="xl-bt">{title}</div><div class="xl-ly"><span>发布时间：{date}</span><span>信息来源：{source}</span>
<span>浏览次数：<em>307</em></span><span>字体：[<a>大</a><a>中</a><a>小</a>]</span></div><div class="TRS_UEDITOR">{text}</div>
<div class="fx">分享到：<a>微信</a><a>微博</a></div></div><div class="link"><h3>相关链接</h3>{list}</div>
<div class="foot">主办：清溪市人民政府办公室 网站标识码3312000001</div>""",
    )


@edited
def as_mobile_page(editor: Editor) -> bool:
    """A page for telephones, with a banner of the portal's app."""
    return _rebuilt(
        editor,
        """<div class="app-bar"><img src="/logo.png" alt="清溪新闻"><p>打开清溪新闻，看更多精彩</p><a>立即打开</a></div>
<section class="m-art"><h1>{title}</h1><p class="m-sub"><b>{source}</b> <i>{date}</i></p><div class="m-con">{text}</div>
</section><a class="m-more">打开APP阅读最新报道</a><section class="m-rec"><h2>为你推荐</h2>{list}</section>""",
    )


@edited
def as_utility_classes(editor: Editor) -> bool:
    """A page of components: utility classes only, lines in `<div>` and `<span>`."""
    text = "".join(f'<div class="mb-4 leading-8">{_escaped(line)}</div>' for line in editor.truth.paragraphs)
    return _rebuilt(
        editor,
        f"""<div class="flex"><div class="w-64">{{nav}}</div><div class="flex-1"><div class="text-3xl font-bold">{{title}}</div>
<div class="flex gap-2 text-sm"><span>{{source}}</span><span>·</span><span>{{date}}</span></div><div class="mt-8">{text}</div>
</div><div class="w-80"><div>大家都在看</div>{{list}}</div></div>""",
    )
