"""Made-up sites whose articles share a template, for learning layouts; every value is known by who made it."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES: Final = ("东河村", "西岭乡", "柳河镇", "北沟村", "南坪乡", "石桥镇", "青山村", "白塔乡", "长滩镇", "云台村")
THINGS: Final = ("小麦返青", "水渠修好", "果园丰收", "大棚建成", "合作社分红", "道路通车", "学校翻新", "集市开张")
SOURCES: Final = ("聊城日报", "柳河晚报", "石桥广播网", "青山农业网", "东河时报", "白塔新闻网")
PEOPLE: Final = ("张三丰", "李建国", "王小梅", "赵文兵", "陈桂英", "刘海洋")
TEXTS: Final = (
    "四月以来，{place}的群众忙着下地干活，农技人员进村入户，指导大家加强田间管理，预防病虫害的发生。",
    "据{place}负责人介绍，今年的{thing}来得比往年早，乡亲们的收入有望比去年再增加一成左右。",
    "记者在{place}看到，老人们坐在树下说着今年的收成，年轻人开着农机在地里来回穿梭，一派繁忙景象。",
    "为了这件事，{place}专门成立了服务队，挨家挨户登记需求，把种子、化肥和技术送到了田间地头。",
    "“有了这些帮助，我们心里就踏实多了。”{place}的一位种植户说，他家的{thing}让周围的人都很羡慕。",
    "下一步，{place}将继续完善水利设施，扩大种植面积，让更多的群众从{thing}当中得到实惠。",
)


@dataclass(frozen=True)
class Truth:
    """What is on one page."""

    number: int
    url: str
    title: str
    source: str
    author: str
    date: str
    paragraphs: tuple[str, ...]
    related: tuple[str, ...]


def article(number: int, host: str = "news.liuhe.example") -> Truth:
    """Make up the article of a number, the same one every time."""
    chance = random.Random(number * 7919)
    place, thing = PLACES[number % len(PLACES)], THINGS[number * 3 % len(THINGS)]
    month, day, hour = chance.randint(1, 12), chance.randint(1, 28), chance.randint(6, 22)
    texts = chance.sample(TEXTS, 3 + number % 3)
    return Truth(
        number,
        f"https://{host}/2023/{month:02d}{day:02d}/{4000 + number}.html",
        f"{place}今年的{thing}第{number}次传来好消息",
        SOURCES[number * 5 % len(SOURCES)],
        PEOPLE[number % len(PEOPLE)],
        f"2023-{month:02d}-{day:02d} {hour:02d}:15",
        tuple(f"{text.format(place=place, thing=thing)}这是第{number}篇的第{at}段。" for at, text in enumerate(texts)),
        tuple(f"{PLACES[(number + at) % len(PLACES)]}的第{number + at}条邻里消息请看这里" for at in range(1, 5)),
    )


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def linked(truth: Truth) -> str:
    return "".join(f'<li><a href="/2023/0102/{5000 + at}.html">{t}</a></li>' for at, t in enumerate(truth.related))


def page(truth: Truth, body: str, *, bar: str = "topbar", foot: str = "footer") -> bytes:
    site = "柳河乡报网"
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("要闻", "农业", "乡村", "视频"))
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{truth.title}_{site}</title></head>'
        f'<body><div class="{bar}"><ul>{menu}</ul></div>{body}'
        f'<div class="{foot}"><p>版权所有 {site} 冀ICP备12345678号</p></div></body></html>'
    ).encode()


# Sites whose class names last


def plain(truth: Truth) -> bytes:
    """A site without any trap."""
    return page(
        truth,
        f'<div class="article"><h1 class="article-title">{truth.title}</h1><div class="article-info">'
        f'<span class="article-source">来源：{truth.source}</span><span class="article-time">{truth.date}</span></div>'
        f'<div class="article-content">{paragraphs(truth.paragraphs)}</div></div>',
    )


NOTICE: Final = "柳河乡报网期待着每一位热心读者的来信来稿，讲述身边的变化。"
CARD: Final = "点开柳河小程序就能听全文朗读"


def boilerplate(truth: Truth) -> bytes:
    """Lines and a picture inside the text that the site puts into every one."""
    texts = list(truth.paragraphs)
    texts[2:2] = [f"{CARD}，已有{truth.number}37人在听"]
    return page(
        truth,
        f'<h1 class="title">{truth.title}</h1><div class="info">来源：{truth.source} {truth.date}</div>'
        f'<div class="content"><p><img src="/uploads/{truth.number}.jpg" width="600"></p>{paragraphs(tuple(texts))}'
        f'<p><img src="/images/village-letters.jpg" width="600"></p>{paragraphs((NOTICE,))}</div>',
    )


def gaps(truth: Truth) -> bytes:
    """Every fourth page has a label of the source with nothing behind it."""
    source = truth.source if truth.number % 4 else ""
    return page(
        truth,
        f'<h1 class="title">{truth.title}</h1><div class="info">来源：{source} {truth.date} 阅读：{truth.number}</div>'
        f'<div class="content">{paragraphs(truth.paragraphs)}</div>',
    )


def template_title(truth: Truth) -> bytes:
    """The site's motto is its only heading, and the document's title is the site's name."""
    html = page(
        truth,
        f'<h1 class="logo">讲好乡村每一天的新故事</h1><div class="art-title">{truth.title}</div>'
        f'<div class="info">来源：{truth.source} {truth.date}</div>'
        f'<div class="content">{paragraphs(truth.paragraphs)}</div>',
    )
    return html.replace(f"<title>{truth.title}_".encode(), b"<title>")


def two_dates(truth: Truth) -> bytes:
    """The date of the last change stands before that of the publication, which the address repeats."""
    return page(
        truth,
        f'<h1 class="title">{truth.title}</h1><div class="info"><span class="changed">2024-01-05 10:00</span> '
        f'<span class="pubdate">{truth.date}</span> <span class="source">来源：{truth.source}</span></div>'
        f'<div class="content">{paragraphs(truth.paragraphs)}</div>',
    )


def notes(truth: Truth) -> bytes:
    """A box that links elsewhere between the paragraphs, and a note on the author below them."""
    first, *others = truth.paragraphs
    link = f'<a href="/2023/0102/{5000 + truth.number}.html">{truth.related[0]}</a>'
    note = f"{truth.author}，本网通讯员，从事农村报道多年，喜欢在田间地头听乡亲们讲故事。"
    return page(
        truth,
        f'<h1 class="title">{truth.title}</h1><div class="info">来源：{truth.source} {truth.date}</div>'
        f'<div class="content"><p>{first}</p><div class="in-article-card"><p>邻里荐读：{link}，点开看看</p></div>'
        f'{paragraphs(tuple(others))}<div class="author-bio">{paragraphs((note,))}</div></div>',
    )


def own_words(truth: Truth) -> bytes:
    """Labels and a heading that no other site uses."""
    return page(
        truth,
        f'<h1 class="title">{truth.title}</h1><div class="info"><span>{truth.date}</span> '
        f"<span>送稿单位：{truth.source}</span> <span>执笔人员：{truth.author}</span></div>"
        f'<div class="content">{paragraphs(truth.paragraphs)}</div>'
        f'<div class="more"><h3>左邻右舍</h3><ul>{linked(truth)}</ul></div>',
    )


def short_or_long(truth: Truth) -> tuple[str, ...]:
    return truth.paragraphs if truth.number % 4 else ("图为柳河镇今日街景。",)


def sometimes_short(truth: Truth) -> bytes:
    """Every fourth text is shorter than the introduction of the site beside it."""
    texts = short_or_long(truth)
    about = "柳河乡报网由十里八乡的通讯员共同维护，每天清晨更新。我们记录田间地头的新鲜事，也记录老人们的回忆。"
    return page(
        truth,
        f'<div class="main"><h1 class="title">{truth.title}</h1>'
        f'<div class="info">来源：{truth.source} {truth.date}</div>'
        f'<div class="content">{paragraphs(texts)}</div></div>'
        f'<div class="welcome"><p>{about}第{truth.number}期。</p><p>{about}</p><p>{about}</p></div>',
    )


def redesigned(truth: Truth) -> bytes:
    """The site without any trap after a redesign: the same articles, and no name as before."""
    return page(
        truth,
        f'<div class="post"><div class="post-head"><h2 class="headline">{truth.title}</h2>'
        f'<p class="byline"><time class="pubdate">{truth.date}</time> '
        f'<span class="origin">来源：{truth.source}</span></p></div>'
        f'<div class="post-text">{paragraphs(truth.paragraphs)}</div></div>',
    )


# Sites whose names change with every build


def names(build: int, style: str) -> Callable[[str], str]:
    """Give the class name that a build makes for an element: another one in the next build."""

    def name(element: str) -> str:
        chance = random.Random(f"{build} {style} {element}")
        mixed = "".join(chance.choices(string.ascii_letters + string.digits, k=5))
        if style == "css":
            return f"css-{''.join(chance.choices(string.ascii_lowercase + string.digits, k=7))}"
        if style == "module":
            return f"{element.title()}_{''.join(chance.choices(string.ascii_lowercase, k=6))}__{mixed}"
        least, most = (2, 4) if style == "short" else (5, 7)
        return "".join(chance.choices(string.ascii_lowercase, k=chance.randint(least, most)))

    return name


def hashed(truth: Truth, build: int, style: str) -> bytes:
    """A page of a site whose class names and ids are made by a tool."""
    name = names(build, style)
    item = f'<li class="{name("entry")}">'
    return page(
        truth,
        f'<div class="{name("shell")}" id="{name("frame")}"><div class="{name("path")}"><a href="/">首页</a> &gt; '
        f'<a href="/nongye/">农业</a></div><h1 class="{name("title")}">{truth.title}</h1>'
        f'<div class="{name("byline")}"><span class="{name("source")}">来源：{truth.source}</span>'
        f'<span class="{name("date")}">{truth.date}</span></div>'
        f'<article class="{name("text")}">{paragraphs(truth.paragraphs)}</article>'
        f'<div class="{name("more")}"><h3 class="{name("heading")}">相关阅读</h3>'
        f"<ul>{linked(truth).replace('<li>', item)}</ul></div></div>",
        bar=name("bar"),
        foot=name("foot"),
    )


STYLES: Final = ("css", "module", "letters", "short")


def listing(number: int, host: str = "news.liuhe.example") -> tuple[bytes, str]:
    """A list page: thirty links to articles of the site, and a pager."""
    entries = [article(number * 30 + at, host) for at in range(30)]
    items = "".join(f'<li><a href="{e.url}">{e.title}</a><span>{e.date[:10]}</span></li>' for e in entries)
    pager = "".join(f'<a href="/nongye/{at}.html">{at}</a>' for at in range(1, 6))
    html = (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>农业_柳河乡报网</title></head><body>'
        f'<ul class="news-list">{items}</ul><div class="pagination">{pager}<a href="/nongye/2.html">下一页</a></div>'
        "</body></html>"
    )
    return html.encode(), f"https://{host}/nongye/{number}.html"
