"""Redesigns of the text's own markup, and what takes its place where a page withholds it."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from .filler import HEADLINES, teasers
from .registry import edited

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from .editing import Editor

_NO_BOX = ("td", "th", "tr", "body", "p", "font", "ul", "ol")


def _paragraphs(editor: Editor) -> list[LexborNode]:
    """The text's paragraphs where they are neighbours."""
    found = [node for node in editor.blocks if node.tag == "p"]
    return found if len(found) >= 3 else []


def _box(editor: Editor) -> LexborNode | None:
    """The text's own box; None where other things than the text share it."""
    container, body = editor.container, editor.body
    if container is None or body is None or container.node.tag in _NO_BOX:
        return None
    shared = (container.end - container.start) - (body.end - body.start)
    above = editor.headline is not None and container.start <= editor.headline.start < container.end
    return None if above or shared > 0.5 * (body.end - body.start) + 200 else container.node


@edited
def paragraphs_as_lines(editor: Editor) -> bool:
    """The text is one box, its paragraphs parted by ``<br>``."""
    nodes = _paragraphs(editor)
    for node in nodes:
        editor.exchange(node, f"　　{node.inner_html}<br><br>")
    return bool(nodes)


@edited
def paragraphs_as_boxes(editor: Editor) -> bool:
    """Every paragraph is a ``<div>``."""
    nodes = _paragraphs(editor)
    for node in nodes:
        editor.exchange(node, f"<div>{node.inner_html}</div>")
    return bool(nodes)


@edited
def paragraphs_as_spans(editor: Editor) -> bool:
    """Every paragraph is a ``<span>`` with a break behind it."""
    nodes = _paragraphs(editor)
    for node in nodes:
        editor.exchange(node, f'<span class="para">{node.inner_html}</span><br/>')
    return bool(nodes)


@edited
def paragraphs_as_sections(editor: Editor) -> bool:
    """Every paragraph in two boxes of its own, as block editors save it."""
    nodes = _paragraphs(editor)
    for node in nodes:
        editor.exchange(node, f'<section><section class="t"><p>{node.inner_html}</p></section></section>')
    return bool(nodes)


@edited
def text_in_two_boxes(editor: Editor) -> bool:
    """The text's second half is a box that unfolds."""
    nodes = _paragraphs(editor)
    if len(nodes) < 4:
        return False
    half = len(nodes) // 2
    later = "".join(node.html or "" for node in nodes[half:])
    editor.put_after(nodes[-1], f'<div class="more-text">{later}</div>')
    editor.remove(*nodes[half:])
    return True


@edited
def adverts_between_paragraphs(editor: Editor) -> bool:
    """An advertisement after every third paragraph."""
    nodes = _paragraphs(editor)
    advert = '<div class="ad"><span>广告</span><a href="//ad.example/c?id=3"><img src="//ad.example/3.jpg"></a></div>'
    for node in nodes[2::3]:
        editor.put_after(node, advert)
    return bool(nodes)


@edited
def related_inside_text(editor: Editor) -> bool:
    """A list of related articles in the text's middle."""
    nodes = _paragraphs(editor)
    if len(nodes) < 4:
        return False
    editor.put_after(nodes[len(nodes) // 2 - 1], f'<div class="rel"><h4>相关阅读</h4>{teasers(4)}</div>')
    return True


@edited
def links_in_text(editor: Editor) -> bool:
    """Words of the text lead to pages about them."""
    nodes = _paragraphs(editor)
    done = False
    for node in nodes:
        inner = node.inner_html or ""
        if "<" not in inner and len(inner) > 30:
            editor.put_in(node, f'{inner[:12]}<a href="/tag/{inner[12:14]}">{inner[12:16]}</a>{inner[16:]}')
            done = True
    return done


@edited
def text_watermarked(editor: Editor) -> bool:
    """Invisible characters between the text's words."""
    done = False
    for node in _paragraphs(editor):
        inner = node.inner_html or ""
        if "<" not in inner and "&" not in inner and len(inner) > 10:
            editor.put_in(node, "\u200b".join(inner[at : at + 7] for at in range(0, len(inner), 7)))
            done = True
    return done


@edited
def pager_below_text(editor: Editor) -> bool:
    """The article claims to have three pages."""
    box = _box(editor)
    if box is None:
        return False
    pages = '<a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">下一页</a>'
    editor.put_after(box, f'<div class="pages"><span>1</span> {pages}</div>')
    return True


@edited
def images_lazy(editor: Editor) -> bool:
    """Pictures come later: a blank one in the place of each."""
    nodes = [node for node in editor.body_node.css("img[src]") if not node.attributes.get("data-src")]
    for node in nodes:
        node.attrs["data-src"] = node.attributes.get("src") or ""
        node.attrs["src"] = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
        node.attrs["loading"] = "lazy"
    return bool(nodes)


def _withheld(editor: Editor, html: str) -> bool:
    box = _box(editor)
    if box is None:
        return False
    editor.put_in(box, html)
    return True


def _opening(editor: Editor, length: int) -> str:
    return "".join(editor.truth.paragraphs)[:length]


@edited
def text_to_stub(editor: Editor) -> bool:
    """The first words, and a link to the rest."""
    return _withheld(editor, f'<p>{_opening(editor, 30)}……<a href="?full=1">阅读全文</a></p>')


@edited
def text_to_long_stub(editor: Editor) -> bool:
    """The first sentences, and a button that loads the rest."""
    return _withheld(editor, f'<p>{_opening(editor, 150)}……</p><div class="unfold">展开全文</div>')


@edited
def text_cut_off(editor: Editor) -> bool:
    """The first words, cut without a mark, and nothing else."""
    return _withheld(editor, f"<p>{_opening(editor, 40)}</p>")


@edited
def text_emptied(editor: Editor) -> bool:
    """The text's box is empty."""
    return _withheld(editor, "")


@edited
def text_loading(editor: Editor) -> bool:
    """A script fetches the text from elsewhere."""
    return _withheld(editor, '<p class="loading">正在加载，请稍候…</p>')


@edited
def text_in_script(editor: Editor) -> bool:
    """The text is data of a script, and its box is empty."""
    if not _withheld(editor, '<div id="content-root"></div>'):
        return False
    content = "".join(f"<p>{text}</p>" for text in editor.truth.paragraphs)
    data = json.dumps({"article": {"id": 20517, "content": content}}, ensure_ascii=False).replace("</", "<\\/")
    editor.put_last(f"<script>window.__INITIAL_STATE__ = {data};</script>")
    return True


@edited
def app_shell(editor: Editor) -> bool:
    """The page is a mount point; the text is data of a script."""
    if editor.body is None or not editor.truth.titles:
        return False
    content = "".join(f"<p>{text}</p>" for text in editor.truth.paragraphs)
    source = next(filter(None, editor.truth.sources), "")
    record = {"title": editor.truth.titles[0], "publishTime": editor.date_text, "source": source, "content": content}
    data = json.dumps({"detail": record}, ensure_ascii=False).replace("</", "<\\/")
    editor.put_in(editor.body_node, f'<div id="app"></div><script>window.__INITIAL_STATE__ = {data};</script>')
    return True


@edited
def login_wall_over_text(editor: Editor) -> bool:
    """The first paragraph, and a box that asks to log in."""
    first = next((text for text in editor.truth.paragraphs if len(text) > 20), "")
    return _withheld(
        editor, f"<p>{first[:80]}</p><div><p>登录后阅读全文</p><a href='/login'>登录</a> <a href='/reg'>注册</a></div>"
    )


@edited
def subscription_over_text(editor: Editor) -> bool:
    """The first paragraph, and an offer to subscribe."""
    first = next((text for text in editor.truth.paragraphs if len(text) > 20), "")
    return _withheld(
        editor,
        f"<p>{first[:80]}</p><div class='pay'><p>本文为会员专享内容，开通会员后可继续阅读</p><a>立即开通</a></div>",
    )


@edited
def text_to_other_articles(editor: Editor) -> bool:
    """The text's box holds a list of other articles with their summaries."""
    number = count(8100)
    cards = "".join(
        f'<div><a href="/content/{next(number)}.html">{title}</a><p>{title}，相关负责人表示，这项工作正在稳步推进之中。</p></div>'
        for title in HEADLINES[:6]
    )
    return _withheld(editor, cards)


@edited
def text_to_error(editor: Editor) -> bool:
    """The article was taken down."""
    return _withheld(editor, "<p>抱歉，您访问的文章不存在或已被删除。</p>")
