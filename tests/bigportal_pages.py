"""How the pages of the big test portal look: its frame, its lists in six shapes, its articles in four."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from . import bigportal_words as words
from .bigportal_plan import SECTIONS, Article, Listing, Plan, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

SITE = "田野农业网"
COPYRIGHT = (
    "<p>免责声明：本网转载的文章，版权归原作者所有，仅供读者参考。如涉及版权问题，请在30日内与本网联系。</p>"
    "<p>凡注明“来源：田野农业网”的作品，未经授权不得转载。</p>"
)
FOOT = (
    '<div class="footer"><a href="/about.html">关于我们</a> | <a href="/contact.html">联系方式</a> | '
    '<a href="/about/ads.html">广告服务</a> | <a href="/sitemap.html">网站地图</a> | <a href="/rss.xml">RSS</a> | '
    '<a href="javascript:void(0)" onclick="AddFavorite()">加入收藏</a> | '
    '<a href="mailto:mail@tianye.example">投稿</a> | '
    '<a href="/app/tianye.apk">手机客户端</a> | <a href="http://www.agri-partner.example/">合作伙伴</a>'
    "<p>Copyright &copy; 2010-2018 田野农业网 版权所有 鲁ICP备12345678号</p></div>"
)
SHARE = (
    '<div class="share">分享到：<a href="/share?to=weibo&amp;url={path}">微博</a> '
    '<a href="http://service.weibo.example/share.php?url={path}" target="_blank">新浪</a> '
    '<a href="javascript:share(\'qq\')">QQ空间</a> <a href="{printed}">打印</a> <a href="#top">顶部</a></div>'
)
CALENDAR_START = "/calendar?year=2018&amp;month=12"


@dataclass(frozen=True)
class Look:
    """What all pages of one section have around their content, ready made."""

    before: str
    after: str


@lru_cache(maxsize=64)
def look(section: Section | None, base: str) -> Look:
    """The frame of a section's pages (of the front page and the rest, for None)."""
    host = base if section and section.encoding == "gbk" else ""
    menu = "".join(f'<li><a href="{host}/{s.slug}/">{s.name}</a></li>' for s in SECTIONS)
    charset = {"gbk": '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'}
    head = charset.get(section.encoding if section else "", '<meta charset="utf-8">')
    before = (
        f'<!DOCTYPE html><html lang="zh-CN"><head>{head}<link rel="stylesheet" href="/static/site.css">'
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml" title="最新文章">'
        '<script src="/static/site.js"></script><title>%s</title>%s</head><body><a name="top"></a>'
        '<div class="top"><a href="/user/login">登录</a> <a href="/user/register">注册</a> '
        f'<a href="{CALENDAR_START}">按日期浏览</a><form action="/search" method="get"><input name="q" value="">'
        '<input type="submit" value="搜索"></form></div><div class="logo"><a href="/">'
        '<img src="/img/logo.gif" alt="田野农业网">'
        f'</a></div><ul class="nav"><li><a href="{host}/">首页</a></li>{menu}</ul>'
    )
    return Look(before, FOOT + "</body></html>")


def frame(section: Section | None, base: str, title: str, content: Iterable[str], head: str = "") -> bytes:
    """A whole page in its section's encoding."""
    around = look(section, base)
    text = around.before.replace("%s", escape(title), 1).replace("%s", head, 1) + "".join(content) + around.after
    return text.encode(section.encoding if section else "utf-8")


def link(article: Article, prefix: str = "", suffix: str = "", limit: int | None = None) -> str:
    """A link to an article; lists with little room cut its title and keep it whole in ``title=``."""
    title = escape(article.headline[0])
    shown = title if limit is None or len(title) <= limit else title[: limit - 1] + "…"
    whole = f' title="{title}"' if shown is not title else ""
    return f'<a href="{prefix}{escape(article.target)}{suffix}"{whole} target="_blank">{shown}</a>'


def crumbs(section: Section, sub: tuple[str, str] | None, *more: str) -> str:
    parts = ['<a href="/">首页</a>', f'<a href="/{section.slug}/">{section.name}</a>']
    if sub:
        parts.append(f'<a href="/{section.slug}/{sub[0]}/">{sub[1]}</a>')
    return f'<div class="crumb">当前位置：{" &gt; ".join([*parts, *more])}</div>'


def entries(listing: Listing, shown: list[Article], base: str, depth: int) -> str:
    """The entries of one list page in its section's shape; ``depth`` is how many folders the page's address has."""
    shape = listing.section.shape
    if shape == "ul":
        return f'<ul class="list">{"".join(f"<li>{link(a)}<span>[{a.at:%Y-%m-%d}]</span></li>" for a in shown)}</ul>'
    if shape == "table":
        rows = "".join(
            f'<tr><td width="20">·</td><td>{link(a, base, limit=24)}</td><td align="right">{a.at:%m-%d}</td></tr>'
            for a in shown
        )
        return f'<table width="100%" border="0"><tr><th></th><th>标题</th><th>日期</th></tr>{rows}</table>'
    if shape == "dl":
        return "".join(
            f'<dl><dt>{link(a)}</dt><dd>{escape(a.opening()[:70])}… <a href="{escape(a.target)}">[详细]</a></dd>'
            f"<dd>时间：{a.at:%Y-%m-%d %H:%M}　来源：{a.source}</dd></dl>"
            for a in shown
        )
    if shape == "grid":
        return "".join(
            f'<div class="card"><a href="{escape(a.target)}"><img src="/img/{a.number % 9}.jpg" alt=""></a>'
            f"<h3>{link(a)}</h3><p>{a.at:%Y/%m/%d}</p></div>"
            for a in shown
        )
    if shape == "br":
        return f"<div>{''.join(f'·{_relative(a, depth)}<br>' for a in shown)}</div>"
    return f'<div id="feed">{"".join(f"<div class=item>{link(a)}<em>{a.source}</em></div>" for a in shown)}</div>'


def _relative(article: Article, depth: int) -> str:
    return f'<a href="{"../" * depth}{escape(article.target[1:])}">{escape(article.headline[0])}</a>'


def pager(listing: Listing, page: int) -> str:
    """The links to the other pages of a list."""
    last, way = listing.pages, listing.section.paging

    def to(number: int, text: str) -> str:
        return f'<a href="{escape(listing.target(number))}">{text}</a>'

    if listing.section.shape == "more" or way == "start":
        more = to(page + 1, "加载更多") if page < last else "<span>没有更多了</span>"
        return f'<div class="loadmore">{more}</div>'
    if way == "next":
        return f'<div class="page">{to(page + 1, "下一页&gt;&gt;") if page < last else ""}</div>'
    low, high = max(1, page - 3), min(last, page + 3)
    numbers = [f"<b>{n}</b>" if n == page else to(n, str(n)) for n in range(low, high + 1)]
    ends = [to(1, "首页"), to(page - 1, "上一页")] if page > 1 else []
    ends_after = [to(page + 1, "下一页"), to(last, "尾页")] if page < last else []
    return f'<div class="page">{" ".join([*ends, *numbers, *ends_after])} 共{last}页</div>'


def list_page(listing: Listing, page: int, base: str) -> bytes:
    depth = listing.target(page).partition("?")[0].count("/") - 1
    content = (
        crumbs(listing.section, listing.sub),
        f"<h2>{listing.name}</h2>",
        entries(listing, listing.entries(page), base, depth),
        pager(listing, page),
    )
    return frame(listing.section, base, f"{listing.name}_{SITE}", content)


def section_page(section: Section, listings: list[Listing], base: str) -> bytes:
    """The front of a section with sub-sections: a box of the newest of each."""
    boxes = [
        f'<div class="box"><h2><a href="{each.path}">{each.name}</a> <a href="{each.path}">更多&gt;&gt;</a></h2>'
        f"<ul>{''.join(f'<li>{link(a, limit=18)}</li>' for a in each.articles[:6])}</ul></div>"
        for each in listings
    ]
    return frame(section, base, f"{section.name}_{SITE}", (crumbs(section, None), *boxes))


def home_page(plan: Plan, base: str, *, broken: bool) -> bytes:
    boxes = []
    for each in plan.listings.values():
        newest = "".join(f"<li>{link(a, limit=20)} <span>{a.at:%m-%d}</span></li>" for a in each.articles[:5])
        boxes.append(f'<div class="box"><h2><a href="{each.path}">{each.name}</a></h2><ul>{newest}</ul></div>')
    tags = " ".join(f'<a href="/tag/{quote(crop)}/">{crop}</a>' for crop in words.CROPS)
    searches = " ".join(f'<a href="/search?q={quote(crop)}">{crop}价格</a>' for crop in words.CROPS[:6])
    special = (
        '<div class="special"><a href="/private/1.html">会员内参：一季度农产品行情预测</a> '
        '<a href="/files/report2018.pdf">2018年度报告(PDF)</a> '
        '<a href="/go?url=http%3A%2F%2Fwww.agri-ad.example%2F">广告</a>'
        + ('<a href="/2018/1227/99503.html">山东寿光蔬菜博览会开幕在即 各地客商云集</a>' if broken else "")
        + "</div>"
    )
    hot = "".join(f"<li>{link(a, suffix='#comments')}</li>" for a in plan.hot)
    return frame(None, base, f"{SITE}_农业新闻_农产品行情", (special, *boxes, f"<ol>{hot}</ol>", tags, searches))


def article_page(article: Article, page: int, plan: Plan, base: str, *, broken: bool) -> bytes:
    """One page of an article in its section's template."""
    title, crop = article.headline
    shown = escape(title)
    paragraphs = article.paragraphs(page)
    extra = article.random("extra")
    editor = words.PEOPLE[extra.randrange(len(words.PEOPLE))][-3:]
    text = "".join([f"<p>　　{escape(each)}</p>\n" for each in paragraphs])
    if extra.random() < 0.4:
        image = f"/img/{extra.randrange(9)}.jpg"
        text = f'<p align="center"><a href="{image}"><img src="{image}" width="500" alt=""></a></p>\n{text}'
    if article.pages > 1:
        numbers = [
            f"<b>{n}</b>" if n == page else f'<a href="{escape(article.page_target(n))}">{n}</a>'
            for n in range(1, article.pages + 1)
        ]
        onward = f'<a href="{escape(article.page_target(page + 1))}">下一页</a>' if page < article.pages else ""
        text += f'<div class="pages">{" ".join(numbers)} {onward}</div>'
    joint = "&amp;" if "?" in article.target else "?"
    escaped = escape(article.target)
    after = (
        SHARE.format(path=quote(article.target, safe=""), printed=f"{escaped}{joint}print=1")
        + f'<div class="tags">标签：<a href="/tag/{quote(crop)}/">{crop}</a></div>'
        + neighbours(article, plan, broken=broken)
    )
    body = TEMPLATES[article.section.template](article, shown, editor, text)
    head = f'<meta name="keywords" content="{crop},{article.section.name}">'
    if article.section.template in (1, 3):
        head += f'<link rel="canonical" href="{base}{escape(article.page_target(page))}">'
    if article.section.template == 3:
        head += f'<meta property="og:type" content="article"><meta property="og:title" content="{shown}">'
    name = f"{title}_{article.place}_{SITE}" if article.section.template != 1 else f"{title} - {SITE}"
    return frame(article.section, base, name, (crumbs(article.section, article.sub, "正文"), body, after), head)


def _plain(article: Article, title: str, editor: str, text: str) -> str:
    return (
        f'<div class="main"><h1>{title}</h1><div class="info">{article.at:%Y-%m-%d %H:%M:%S}　来源：{article.source}　'
        f'作者：{editor}</div><div class="content">{text}</div><div class="statement">{COPYRIGHT}</div></div>'
    )


def _labelled(article: Article, title: str, editor: str, text: str) -> str:
    return (
        f'<div id="article"><h2 class="tit">{title}</h2><p class="from">发布时间：{article.at:%Y年%m月%d日 %H:%M} | '
        f'文章来源：{article.source} | 责任编辑：{editor}</p><div id="text">{text}</div>{COPYRIGHT}</div>'
    )


def _tabled(article: Article, title: str, editor: str, text: str) -> str:
    at = article.at
    return (
        f'<table width="760" align="center"><tr><td align="center"><font size="5"><b>{title}</b></font></td></tr>'
        f'<tr><td align="center">来源：{article.source}　日期：{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}　'
        f'点击：<span id="hits"></span>次</td></tr><tr><td class="zw">{text}</td></tr>'
        f'<tr><td align="right">（编辑：{editor}）</td></tr></table>'
    )


def _modern(article: Article, title: str, editor: str, text: str) -> str:
    return (
        f'<article><header><h1>{title}</h1><div class="meta"><time datetime="{article.at.isoformat()}">'
        f"{article.at:%Y-%m-%d %H:%M}</time> <span>来源：{article.source}</span> "
        f"<span>编辑：{editor}</span></div></header>"
        f'<section>{text}</section></article><p class="comments">'
        f'<a href="/comment?id={article.number}">查看评论</a></p>'
    )


TEMPLATES = (_plain, _labelled, _tabled, _modern)


def neighbours(article: Article, plan: Plan, *, broken: bool) -> str:
    """Related and hot articles; here and there an old address, a counted exit, a page for members or a dead link."""
    number, found = article.number, plan.articles
    related = [found[(number * 7 + step * 131) % plan.planned] for step in range(1, 6)]
    items = [f"<li>{link(other)}</li>" for other in related if other is not article]
    if number % 10 == 0:
        items.append(f'<li><a href="/old/{related[0].number}.html">{escape(related[0].headline[0])}</a></li>')
    if number % 10 == 1:
        to = quote(related[1].target, safe="")
        items.append(f'<li><a href="/go?url={to}">{escape(related[1].headline[0])}</a></li>')
    if number % 40 == 2:
        items.append(f'<li><a href="/private/{number}.html">会员专享：{escape(related[2].headline[0])}</a></li>')
    if broken and number % 20 == 3:
        items.append(
            f'<li><a href="/2015/0101/{number}.html">{escape(words.title(article.random("dead"))[0])}</a></li>'
        )
    if number % 50 == 4:
        items.append('<li><a href="http://news.other-portal.example/2018/0428/1.html">其他网站的相关报道</a></li>')
    counted = [(other, "&amp;utm_source=hot" if "?" in other.target else "?utm_source=hot") for other in plan.hot]
    hot = "".join([f"<li>{link(other, suffix=suffix)}</li>" for other, suffix in counted])
    return (
        f'<div class="related"><h3>相关阅读</h3><ul>{"".join(items)}</ul></div>'
        f'<div class="hot"><h3>热点排行</h3><ol>{hot}</ol></div>'
    )


def print_page(article: Article, base: str) -> bytes:
    """The print version, which names the article's own address."""
    text = "".join([f"<p>{escape(each)}</p>" for each in article.paragraphs()])
    title = escape(article.headline[0])
    page = (
        f'<html><head><meta charset="{article.section.encoding}"><title>{title}</title>'
        f'<link rel="canonical" href="{base}{escape(article.target)}"></head><body onload="window.print()">'
        f"<h1>{title}</h1><p>{article.at:%Y-%m-%d %H:%M} 来源：{article.source}</p>{text}</body></html>"
    )
    return page.encode(article.section.encoding)
