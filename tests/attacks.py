"""Pages that try to run a script or to load something, for a browser that must do neither."""

# ruff: noqa: E501  an attack stands on one line

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

RUN: Final = "top.ran=1;window.ran=1"
"""What a script of the page would do. The words have no quotes, so that they fit anywhere."""

HEADS: Final = """
<base href="{at}/base/">
<meta http-equiv="refresh" content="0;url={at}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<link rel=stylesheet href="{at}/sheet.css"><link rel=icon href="{at}/icon.png"><link rel=prefetch href="{at}/prefetch">
<link rel=dns-prefetch href="//127.0.0.1"><link rel=preconnect href="{at}/"><link rel=preload as=image href="{at}/preload">
<link rel=modulepreload href="{at}/module.js"><link rel=manifest href="{at}/manifest"><link rel=import href="{at}/import">
<style>@import url("{at}/import.css"); @import '{at}/import2.css';
@font-face {{ font-family: f; src: url({at}/font.woff2); }}
body {{ font-family: f; background: url({at}/ground.png); cursor: url({at}/c.cur), auto; }}
h1::before {{ content: url("{at}/before.png"); }} p {{ list-style-image: url({at}/list.png); }}</style>
<script>{run}</script><script src="{at}/script.js"></script><script type=module src="{at}/module.js"></script>
<script type="speculationrules">{{"prerender": [{{"urls": ["{at}/prerender"]}}]}}</script>
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "</script><script>{run}</script>",
"author": "<img src=x onerror={run}>"}}</script>
<meta name="author" content="<script>{run}</script>"><meta property="og:title" content='"><svg onload={run}>'>
<meta name="keywords" content="a,<img src={at}/keyword>,b"><meta name=description content="--></style></iframe><script>{run}</script>">
"""

ABOVE: Final = """
<a href="javascript:{run}" id=scripted>首页</a> <a href="{at}/link" ping="{at}/ping" target=_top>农业</a>
<a href="{at}/download" download>下载</a> <map name=m><area href="javascript:{run}" shape=default></map>
<form action="{at}/form" id=f target=_top><input name=q autofocus onfocus="{run}"><button formaction="javascript:{run}">搜索</button>
<input type=image src="{at}/button.png"></form><script>document.getElementById('f').submit()</script>
<isindex action="{at}/isindex"><keygen autofocus onfocus="{run}">
"""

BELOW: Final = """
<img src="{at}/picture.png" onerror="{run}" onload="{run}"><img srcset="{at}/set.png 1x" sizes=100vw><img src=x onerror={run}>
<picture><source srcset="{at}/source.png"><img src="{at}/inner.png" loading=eager></picture>
<img lowsrc="{at}/low.png" dynsrc="{at}/dyn.png"><image src="{at}/image.png" onerror="{run}">
<iframe src="{at}/frame"></iframe><iframe srcdoc="<script>{run}</script>"></iframe><iframe src="javascript:{run}"></iframe>
<object data="{at}/object"></object><embed src="{at}/embed"><applet code="{at}/applet"></applet>
<video src="{at}/video" poster="{at}/poster.png" autoplay onerror="{run}"><source src="{at}/v2"><track src="{at}/track.vtt" default></video>
<audio src="{at}/sound" autoplay oncanplay="{run}"></audio><bgsound src="{at}/bg"><body background="{at}/body.png" onload="{run}">
<svg onload="{run}"><script>{run}</script><image href="{at}/svg.png" xlink:href="{at}/svg2.png"/><use href="{at}/use.svg#a"/>
<a xlink:href="javascript:{run}"><text>x</text></a><style>@import url({at}/svg.css)</style><animate onbegin="{run}"/>
<foreignObject><iframe src="{at}/foreign"></iframe></foreignObject></svg>
<math href="javascript:{run}"><mtext><table><mglyph><style><!--</style><img src="{at}/math.png" onerror="{run}"></mglyph></table></mtext>
<annotation-xml encoding="text/html"><script>{run}</script></annotation-xml></math>
<template shadowrootmode=open><script>{run}</script><img src="{at}/shadow.png"></template>
<div><template shadowrootmode=open><style>@import '{at}/shadow.css'</style></template></div>
<noscript><p title="</noscript><img src={at}/noscript.png onerror={run}>"></noscript>
<noembed><img src="{at}/noembed"></noembed><noframes><img src="{at}/noframes"></noframes>
<xmp></xmp><img src="{at}/xmp" onerror={run}></xmp><textarea></textarea><img src="{at}/area" onerror={run}></textarea>
<p style="background:url({at}/style.png);position:fixed;inset:0;z-index:2147483647" onclick="{run}">覆盖</p>
<p style="background-image:image-set('{at}/set' 1x);behavior:url({at}/b.htc);-moz-binding:url({at}/x.xml#a)">图</p>
<table background="{at}/table.png"><tr><td background="{at}/cell.png">单元格</td></tr></table>
<details open ontoggle="{run}"><summary>更多</summary>x</details><marquee onstart="{run}">x</marquee>
<dialog open><form method=dialog></form></dialog><portal src="{at}/portal"></portal><fencedframe src="{at}/fenced"></fencedframe>
<div id="p1" class="m f-title" name="page">仿造的标记</div><a name="p2" id="p3" href="#" target="page">仿造</a>
<p title='" onmouseover="{run}' class='"><script>{run}</script>'>引号</p>
"></iframe><script>{run}</script> &quot;&gt;&lt;/iframe&gt;&lt;script&gt;{run}&lt;/script&gt; &amp;quot;&amp;gt;&amp;lt;script&amp;gt;{run}
</div></body></html><script>{run}</script><!--><script>{run}</script>--><![CDATA[><img src="{at}/cdata" onerror={run}>]]>
<plaintext></plaintext><script>{run}</script><img src="{at}/plain">
"""

TEXT: Final = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"


def attack(at: str) -> str:
    """An article that tries everything; ``at`` is the server that must not hear of it."""
    words = {"at": at, "run": RUN}
    title = (
        "小麦返青&lt;/script&gt;&lt;script&gt;" + RUN + "&lt;/script&gt;&lt;/title&gt;&lt;img src=" + at + "/title&gt;"
    )
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{HEADS.format(**words)}</head><body>"
        f"{ABOVE.format(**words)}<h1>{title}</h1><div>来源：<a href='javascript:{RUN}'>聊城日报\"&gt;&lt;b&gt;</a> 2018-04-28"
        f" 13:44:24 作者：张三</div><div class=content>{f'<p onclick={RUN}>{TEXT}</p>' * 4}"
        f"<p><img src='{at}/body.png' alt='\"&gt;&lt;script&gt;{RUN}&lt;/script&gt;' onerror={RUN}></p></div>"
        f"<h3>阅读延展</h3><ul><li><a href='javascript:{RUN}'>小麦春季管理技术要点</a></li><li><a href='{at}/t1\"'>"
        f"&lt;img src={at}/teaser&gt;农机进村助春耕生产忙</a></li></ul>{BELOW.format(**words)}"
    )


def _utf7(at: str) -> bytes:
    script = f"<script>{RUN}</script><img src={at}/utf7>".encode("utf-7")
    start = (
        b"<html><head><meta http-equiv=content-type content='text/html; charset=utf-7'><title>x</title></head><body>"
    )
    return start + script + f"<h1>小麦返青</h1><p>{TEXT * 5}</p>".encode()


ENCODED: Final[dict[str, Callable[[str], bytes]]] = {
    "utf-8": lambda at: attack(at).encode(),
    "gb18030": lambda at: attack(at).replace("charset=utf-8", "charset=gb2312").encode("gb18030"),
    "utf-16": lambda at: attack(at).encode("utf-16"),
    "utf-7": _utf7,
    "control characters": lambda at: (
        attack(at).replace("<script", "<scr\x00ipt").replace("onerror", "on\x0cerror").encode()
    ),
    "half a tag": lambda at: attack(at).encode() + b"<script src='" + at.encode(),
    "iso-2022-kr": lambda at: attack(at).replace("charset=utf-8", "charset=iso-2022-kr").encode(),
}
"""The attacks in encodings that browsers and parsers have taken for other ones."""

ELEMENTS: Final = {
    "html", "head", "meta", "title", "style", "body", "address", "article", "aside", "b", "big", "blockquote",
    "br", "caption", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "fieldset", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "legend", "li", "main",
    "mark", "nav", "ol", "p", "pre", "s", "section", "small", "span", "strike", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
"""The only elements that a copy may hold."""
ATTRIBUTES: Final = {"id", "class", "title", "colspan", "rowspan", "lang"}
"""The only attributes, but for those of the copy's own <meta>."""
