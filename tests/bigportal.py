"""A portal of thousands of articles and of everything that a crawler must not take for one, made from a seed.

``Portal(articles=2000, seed=1).answer("/nongye/")`` gives status, headers and body of one page, without a network;
``python -m tests.bigportal --articles 2000`` serves it; ``BigPortal`` in ``bigportal_server`` does so from a test.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from html import escape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from . import bigportal_pages as pages
from . import bigportal_words as words
from .bigportal_plan import CHINA, LAST, SECTIONS, Article, Plan, Truth

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, dict[str, str], bytes]

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes([16] * 64) + bytes.fromhex("ffd9")
FILES = {
    "/files/report2018.pdf": ("application/pdf", b"%PDF-1.4\n" + b"%" * 60_000 + b"\n%%EOF\n"),
    "/app/tianye.apk": ("application/vnd.android.package-archive", b"PK\x03\x04" + bytes(400_000)),
    "/static/site.css": ("text/css", b"body { margin: 0 auto; width: 960px }"),
    "/static/site.js": ("application/javascript", b"function AddFavorite() {}"),
    "/img/logo.gif": (
        "image/gif",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00;",
    ),
}
ABOUT = {
    "/about.html": (
        "关于我们",
        "田野农业网创办于2010年，是面向农民、合作社和农业企业的信息服务网站，内容覆盖行情、技术与政策。",
    ),
    "/contact.html": (
        "联系方式",
        "地址：山东省聊城市东昌西路1号　电话：0635-1234567　邮编：252000　传真：0635-7654321",
    ),
    "/about/ads.html": (
        "广告服务",
        "首页通栏广告每天2000元，内页右侧广告每天500元，长期合作可享受折扣，详情请致电商务部门。",
    ),
}
UNAVAILABLE = "/2018/1227/99503.html"
PER_RESULT_PAGE = 20
LIST = re.compile(r"(/[a-z]+/(?:[a-z]+/)?)(?:list_(\d{1,6})\.html|p/(\d{1,6})/|index_(\d{1,6})\.html)?")


class Portal:
    """A portal as a function from request target to answer.

    ``base`` is the address that its absolute links start with. ``broken`` off leaves out what can never be fetched
    (dead links, the page that always answers 503) and what answers 500 at first, so that a crawl can end
    without a failure.
    """

    def __init__(
        self, articles: int = 2000, seed: int = 1, base: str = "http://tianye.example", *, broken: bool = True
    ) -> None:
        self.base = base
        self.broken = broken
        self.plan = Plan(articles, seed)
        self._truth: tuple[int, list[Truth]] | None = None  # with the number of changes that it knows of
        self._fixed: dict[str, tuple[str, Callable[[dict[str, str]], Answer]]] = {
            "/": ("home", lambda _: html(pages.home_page(self.plan, base, broken=broken))),
            "/robots.txt": (
                "robots",
                lambda _: text(f"User-agent: *\nDisallow: /private/\n\nSitemap: {base}/sitemap.xml\n"),
            ),
            "/sitemap.xml": ("sitemap", lambda _: self._sitemap_index()),
            "/sitemaps/1.xml": ("sitemap", lambda _: xml(self._sitemap(0))),
            "/sitemaps/2.xml.gz": ("sitemap", lambda _: self._zipped()),
            "/rss.xml": ("feed", lambda _: xml(self._feed())),
            "/sitemap.html": ("about", lambda _: self._notice("网站地图", "")),
            "/user/login": ("login", lambda _: self._form("用户登录")),
            "/user/register": ("login", lambda _: self._form("用户注册")),
            "/search": ("search", self._search),
            "/calendar": ("calendar", self._calendar),
            "/comment": ("comment", self._comments),
            "/go": ("redirect", lambda asked: moved(302, asked.get("url", "/"))),
            "/share": ("redirect", lambda _: moved(302, "http://service.weibo.example/share.php")),
        }

    def truth(self) -> list[Truth]:
        """What a complete crawl stores, oldest first."""
        changes = len(self.plan.changes)
        if self._truth is None or self._truth[0] != changes:
            self._truth = changes, self.plan.truth(self.base)
        return list(self._truth[1])

    def change(self, number: int) -> None:
        """Rewrite ten articles and add five; the same number twice does nothing."""
        self.plan.change(number)

    def answer(self, target: str, asked_before: int = 0) -> Answer:
        """Status, headers and body for a request target that was asked for so many times before."""
        kind, make = self._route(target)
        if kind == "article" and asked_before < 2 and self.broken and self.plan.by_target[target][0].flaky:
            return 500, {"Content-Type": "text/html"}, b"<html><body><h1>500 Internal Server Error</h1></body></html>"
        status, headers, body = make()
        if status == 200:
            headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        return status, headers, body

    def kind(self, target: str) -> str:
        """What a target is, for the measuring side.

        article, continuation (a further page of one), alias (an article's address with more in its query), print,
        home, section, list, tag, search, calendar, comment, about, login, file, robots, sitemap, feed, redirect,
        private, error (always 503) or missing (404).
        """
        return self._route(target)[0]

    def _route(self, target: str) -> tuple[str, Callable[[], Answer]]:
        path, _, query = target.partition("?")
        asked = dict(parse_qsl(query, max_num_fields=20)) if query else {}
        found = self._article(target, path, asked)
        if found:
            return found
        if path in self._fixed:
            kind, make = self._fixed[path]
            return kind, lambda: make(asked)
        if path in FILES:
            return "file", lambda: (200, {"Content-Type": FILES[path][0]}, FILES[path][1])
        if path in ABOUT:
            return "about", lambda: self._notice(*ABOUT[path])
        if path.startswith("/img/"):
            return "file", lambda: (200, {"Content-Type": "image/jpeg"}, JPEG)
        if path.startswith("/tag/"):
            crop = unquote(path[5:]).strip("/")
            if crop in words.CROPS:
                newest = self.plan.by_crop[crop][::-1]
                return "tag", lambda: self._results(
                    f"标签：{crop}", newest, quote(path) if crop in path else path, asked
                )
        if path.startswith("/private/"):
            return "private", self._private
        if path == UNAVAILABLE and self.broken:
            return "error", lambda: (503, {"Content-Type": "text/html"}, b"<h1>503 Service Unavailable</h1>")
        if path.startswith("/old/") and path[5:-5].isdecimal() and int(path[5:-5]) < len(self.plan.articles):
            return "redirect", lambda: moved(301, self.plan.articles[int(path[5:-5])].target)
        return self._list(path, asked) or ("missing", missing)

    def _article(self, target: str, path: str, asked: dict[str, str]) -> tuple[str, Callable[[], Answer]] | None:
        key = path
        if path == "/article":
            key = f"{path}?id={asked.get('id')}" + (f"&page={asked['page']}" if "page" in asked else "")
        elif path.startswith("/a/") and "p" in asked:
            key = f"{path}?p={asked['p']}"
        if key not in self.plan.by_target:
            return None
        article, page = self.plan.by_target[key]
        kind = charset(article)
        if "print" in asked:
            return "print", lambda: html(pages.print_page(article, self.base), kind)
        name = "alias" if key != target else "article" if page == 1 else "continuation"
        return name, lambda: html(pages.article_page(article, page, self.plan, self.base, broken=self.broken), kind)

    def _list(self, path: str, asked: dict[str, str]) -> tuple[str, Callable[[], Answer]] | None:
        match = LIST.fullmatch(path)
        if match is None:
            return None
        front, *numbers = match.groups()
        section = next((each for each in SECTIONS if each.slug == front.split("/")[1]), None)
        if section is not None and section.subs and front == path == f"/{section.slug}/":
            boxes = [each for each in self.plan.listings.values() if each.section is section]
            return "section", lambda: html(pages.section_page(section, boxes, self.base))
        listing = self.plan.listings.get(front)
        if listing is None:
            return None
        given = next((each for each in numbers if each), None) or asked.get("page", "1")
        page = int(given) if given.isdecimal() and len(given) < 7 else 0
        if asked.get("start", "").isdecimal():
            page = int(asked["start"][:8]) // listing.section.size + 1
        if not 1 <= page <= listing.pages:
            return None
        kind = "text/html" if listing.section.encoding == "gbk" else "text/html; charset=utf-8"
        return "list", lambda: html(pages.list_page(listing, page, self.base), kind)

    def _results(self, title: str, found: list[Article], path: str, asked: dict[str, str]) -> Answer:
        """A page of tagged or found articles."""
        page = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 7 else 1
        shown = found[(page - 1) * PER_RESULT_PAGE : page * PER_RESULT_PAGE]
        items = (
            "".join(f"<li>{pages.link(each)} <span>{each.at:%Y-%m-%d}</span></li>" for each in shown) or "<li>暂无</li>"
        )
        joint = "&amp;" if "?" in path else "?"
        more = f'<a href="{path}{joint}page={page + 1}">下一页</a>' if page * PER_RESULT_PAGE < len(found) else ""
        return html(self._page(title, f"<h2>{title}</h2><ul>{items}</ul>{more}"))

    def _search(self, asked: dict[str, str]) -> Answer:
        sought = asked.get("q", "")
        found = self.plan.by_crop[sought][::-1] if sought in words.CROPS else []
        return self._results(f"搜索：{escape(sought[:40])}", found, f"/search?q={quote(sought[:40])}", asked)

    def _calendar(self, asked: dict[str, str]) -> Answer:
        """A month's articles, with links to the months beside it and the years beside it, without an end."""
        numbers = [
            int(asked[name]) for name in ("year", "month") if asked.get(name, "").isdecimal() and len(asked[name]) < 6
        ]
        year, month = numbers if len(numbers) == 2 and 1 <= numbers[1] <= 12 else (2018, 12)
        near = ((year, month - 1), (year, month + 1), (year - 1, month), (year + 1, month))
        beside = [(y + (m - 1) // 12, (m - 1) % 12 + 1) for y, m in near]
        turns = " ".join(f'<a href="/calendar?year={y}&amp;month={m}">{y}年{m}月</a>' for y, m in beside)
        found = self.plan.by_month.get((year, month), [])
        items = "".join(f"<li>{pages.link(each)}</li>" for each in islice(found, 10)) or "<li>本月暂无文章</li>"
        return html(self._page(f"{year}年{month}月文章", f"<h2>{year}年{month}月</h2>{turns}<ul>{items}</ul>"))

    def _comments(self, asked: dict[str, str]) -> Answer:
        number = asked.get("id", "")
        if not number.isdecimal() or len(number) > 9 or int(number) >= len(self.plan.articles):
            return missing()
        article = self.plan.articles[int(number)]
        said = "".join(f"<li>网友{n}楼：说得好，顶一个！ 2018-05-0{n} 10:0{n}</li>" for n in range(1, 4))
        return html(self._page("网友评论", f"<h2>评论：{pages.link(article)}</h2><ul>{said}</ul>"))

    def _private(self) -> Answer:
        body = "".join(f"<p>{words.paragraph(self.plan.articles[0].random(f'private{n}'))}</p>" for n in range(5))
        head = f"<h1>会员内参：农产品行情预测</h1><div>{LAST:%Y-%m-%d %H:%M}　来源：田野农业网</div>"
        return html(self._page("会员内参", head + body))

    def _notice(self, title: str, said: str) -> Answer:
        return html(self._page(title, f"<h2>{title}</h2><p>{said}</p>"))

    def _form(self, title: str) -> Answer:
        fields = '<input name="user"><input type="password" name="password"><button>提交</button>'
        return html(self._page(title, f'<h2>{title}</h2><form method="post" action="/user/enter">{fields}</form>'))

    def _page(self, title: str, content: str) -> bytes:
        return pages.frame(None, self.base, f"{title}_{pages.SITE}", (content,))

    def _sitemap_index(self) -> Answer:
        children = "".join(
            f"<sitemap><loc>{self.base}/sitemaps/{name}</loc></sitemap>" for name in ("1.xml", "2.xml.gz")
        )
        return xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>')

    def _sitemap(self, part: int) -> str:
        """Three of ten articles stand in each of the two; sitemaps.org allows 50,000 addresses a file."""
        listed = islice(
            (each for each in self.plan.articles if each.number % 10 in range(part * 3, part * 3 + 3)), 50_000
        )
        urls = "".join(
            f"<url><loc>{self.base}{escape(a.target)}</loc><lastmod>{lastmod(a)}</lastmod></url>" for a in listed
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'

    def _zipped(self) -> Answer:
        return 200, {"Content-Type": "application/x-gzip"}, gzip.compress(self._sitemap(1).encode(), mtime=0)

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{escape(a.headline[0])}</title><link>{self.base}{escape(a.target)}</link>"
            f"<pubDate>{a.at:%a, %d %b %Y %H:%M:%S +0800}</pubDate></item>"
            for a in self.plan.articles[:-31:-1]
        )
        return (
            f'<rss version="2.0"><channel><title>{pages.SITE}</title><link>{self.base}/</link>{items}</channel></rss>'
        )


def charset(article: Article) -> str:
    """The Content-Type of an article's page: the oldest template's servers say no charset."""
    if article.section.template == 2:
        return "text/html"
    return f"text/html; charset={article.section.encoding}"


def lastmod(article: Article) -> str:
    at = article.at if article.change is None else LAST.astimezone(CHINA).replace(year=2019)
    return f"{at:%Y-%m-%d}"


def html(body: bytes, kind: str = "text/html; charset=utf-8") -> Answer:
    return 200, {"Content-Type": kind}, body


def text(said: str) -> Answer:
    return 200, {"Content-Type": "text/plain"}, said.encode()


def xml(said: str) -> Answer:
    return 200, {"Content-Type": "text/xml; charset=utf-8"}, f'<?xml version="1.0" encoding="UTF-8"?>{said}'.encode()


def moved(status: int, to: str) -> Answer:
    location = quote(to, safe=":/?&=%#") if to.startswith(("/", "http://")) and not to.startswith("//") else "/"
    return status, {"Location": location, "Content-Type": "text/html"}, b""


@lru_cache(maxsize=1)
def missing_page() -> bytes:
    return "<html><head><title>404</title></head><body><h1>抱歉，您访问的页面不存在</h1></body></html>".encode()


def missing() -> Answer:
    return 404, {"Content-Type": "text/html; charset=utf-8"}, missing_page()


if __name__ == "__main__":
    from tests.bigportal_server import main

    main()
