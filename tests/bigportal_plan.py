"""What the big test portal holds: sections, articles, addresses, dates, who reprints whom; all from one seed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from random import Random

from . import bigportal_words as words

CHINA = timezone(timedelta(hours=8))
FIRST = datetime(2016, 1, 1, 6, tzinfo=CHINA)
LAST = datetime(2018, 12, 28, 22, tzinfo=CHINA)
NEW_PER_CHANGE = 5
REWRITTEN_PER_CHANGE = 10


@dataclass(frozen=True)
class Section:
    """How one section of the portal is built."""

    slug: str
    name: str
    shape: str  # of its lists: ul, table, dl, grid, br, more
    paging: str  # list_2.html, ?page=2, /p/2/, 下一页 only (index_2.html), or ?start=20
    size: int  # entries of a list page
    address: str  # of its articles: date, query, stamp, hex
    encoding: str
    template: int  # of its articles' pages
    subs: tuple[tuple[str, str], ...] = ()


SECTIONS = (
    Section("nongye", "农业要闻", "ul", "list", 20, "date", "utf-8", 0, (("guonei", "国内"), ("guoji", "国际"))),
    Section("hangqing", "行情分析", "table", "query", 50, "query", "gbk", 2),
    Section("jishu", "种植技术", "dl", "path", 20, "stamp", "utf-8", 1),
    Section(
        "yangzhi",
        "养殖天地",
        "grid",
        "next",
        20,
        "hex",
        "utf-8",
        3,
        (("zhu", "生猪"), ("qin", "家禽"), ("niu", "牛羊")),
    ),
    Section("zhengce", "政策法规", "br", "list", 50, "date", "gbk", 2),
    Section("nongji", "农机推广", "more", "start", 20, "stamp", "utf-8", 1),
    Section("shipin", "食品安全", "ul", "query", 50, "hex", "gbk", 0),
    Section("sannong", "三农人物", "dl", "list", 20, "query", "utf-8", 3, (("keji", "科技"), ("chuangye", "创业"))),
    Section("shuichan", "水产渔业", "table", "path", 20, "stamp", "gbk", 2),
    Section("huahui", "花卉园艺", "grid", "start", 50, "date", "utf-8", 1),
    Section("nongzi", "农资市场", "br", "next", 50, "query", "utf-8", 0),
    Section("zhifu", "致富经验", "more", "path", 20, "hex", "gbk", 2),
)


@dataclass
class Article:
    """One article as planned; its text is made when it is asked for."""

    number: int
    seed: str
    section: Section
    sub: tuple[str, str] | None
    at: datetime
    source: str
    pages: int = 1
    origin: Article | None = None  # the article that this one reprints
    reprinted: bool = False
    change: int | None = None  # the last change that rewrote its end
    flaky: bool = False

    def random(self, purpose: str) -> Random:
        return Random(f"{self.seed}/{self.number}/{purpose}")

    @cached_property
    def headline(self) -> tuple[str, str]:
        if self.origin is None:
            return words.title(self.random("title"))
        title, crop = self.origin.headline
        return self.random("title").choice((title, f"{title}(图)", f"【{crop}】{title}", f"{title} 业内这样看")), crop

    @cached_property
    def target(self) -> str:
        at, known_as = self.at, 10_000 + self.number
        if self.section.address == "date":
            return f"/{at:%Y/%m%d}/{known_as}.html"
        if self.section.address == "query":
            return f"/article?id={known_as}"
        if self.section.address == "stamp":
            return f"/{self.section.slug}/t{at:%Y%m%d}_{known_as}.htm"
        return f"/a/{hashlib.blake2b(f'{self.seed}/{self.number}'.encode(), digest_size=10).hexdigest()}"

    def page_target(self, page: int) -> str:
        """The address of one page of an article of several pages."""
        if page == 1:
            return self.target
        if self.section.address == "query":
            return f"{self.target}&page={page}"
        if self.section.address == "hex":
            return f"{self.target}?p={page}"
        stem, _, ending = self.target.rpartition(".")
        return f"{stem}_{page}.{ending}"

    @property
    def place(self) -> str:
        """The name of the narrowest section that it stands in."""
        return self.sub[1] if self.sub else self.section.name

    def opening(self) -> str:
        """The first paragraph, which lists quote; cheaper than the whole text."""
        return self.paragraphs(1)[0] if self.origin else words.paragraph(self.random("opening"))

    def paragraphs(self, page: int = 1) -> list[str]:
        """The text of one page."""
        if self.origin is not None:
            return words.reprinted(self.origin.paragraphs(), self.random("reprint"))
        random = self.random(f"text{page}")
        made = [self.opening()] if page == 1 else [words.paragraph(random)]
        made += [words.paragraph(random) for _ in range(3 + int(random.random() * 6))]
        if self.change is not None:
            made[-1] = words.paragraph(self.random(f"change{self.change}"))
        return made


@dataclass(frozen=True)
class Truth:
    """What is to be stored for one article. ``published_at`` is ISO 8601 with the zone +08:00."""

    url: str
    title: str
    source: str
    published_at: str
    section: str
    first_words: str
    last_words: str
    page_urls: tuple[str, ...]  # one for most
    group: int | None  # the same number for an article and its reprints, None for an article without
    flaky: bool  # answers 500 twice, then 200
    change: int | None  # the last change that rewrote its end or added it


@dataclass
class Listing:
    """One list of articles, newest first."""

    path: str
    section: Section
    sub: tuple[str, str] | None
    articles: list[Article] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.sub[1] if self.sub else self.section.name

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.articles) // self.section.size))

    def target(self, page: int) -> str:
        if page == 1:
            return self.path
        way = self.section.paging
        if way == "list":
            return f"{self.path}list_{page}.html"
        if way == "query":
            return f"{self.path}?page={page}"
        if way == "path":
            return f"{self.path}p/{page}/"
        if way == "next":
            return f"{self.path}index_{page}.html"
        return f"{self.path}?start={self.section.size * (page - 1)}"

    def entries(self, page: int) -> list[Article]:
        return self.articles[(page - 1) * self.section.size : page * self.section.size]


class Plan:
    """Every article of the portal and the lists that they stand in; ``change`` is the only thing that alters it."""

    def __init__(self, articles: int, seed: int) -> None:
        self.seed = f"portal{seed}"
        self.planned = articles  # those there before any change
        self.random = Random(self.seed)
        self.articles = self._articles(articles)
        self.listings: dict[str, Listing] = {}
        for section in SECTIONS:
            for sub in section.subs or (None,):
                path = f"/{section.slug}/{sub[0]}/" if sub else f"/{section.slug}/"
                self.listings[path] = Listing(path, section, sub)
        self.by_target: dict[str, tuple[Article, int]] = {}  # with the number of the page
        self.by_crop: dict[str, list[Article]] = defaultdict(list)
        self.by_month: dict[tuple[int, int], list[Article]] = defaultdict(list)
        for article in self.articles:
            self._enter(article)
        for listing in self.listings.values():
            listing.articles.reverse()
        self.hot = self.random.sample(self.articles, min(10, articles))
        self.changes: list[int] = []

    def _articles(self, count: int) -> list[Article]:
        random, span = self.random, int((LAST - FIRST).total_seconds())
        copies = count // 20
        times = [FIRST + timedelta(seconds=random.randrange(span)) for _ in range(count - copies)]
        reprints: list[tuple[datetime, int | None]] = [(at, None) for at in times]
        for _ in range(copies):
            first = random.randrange(min(len(times), max(1, copies * 4)))  # few enough that some have two reprints
            reprints.append((times[first] + timedelta(seconds=random.randrange(3600, 40 * 3600)), first))
        order = sorted(range(count), key=lambda at: (reprints[at][0], at))
        made: list[Article] = []
        number_of: dict[int, Article] = {}
        for number, index in enumerate(order):
            at, of = reprints[index]
            article = number_of[index] = self._article(number, at)
            if of is not None:
                original = number_of[of]
                original.reprinted, original.pages = True, 1
                article.origin, article.pages = original, 1
                if article.source == original.source:
                    article.source = words.SOURCES[(words.SOURCES.index(original.source) + 1) % len(words.SOURCES)]
            made.append(article)
        for article in random.sample(made, min(3, count)):
            article.flaky = True
        return made

    def _article(self, number: int, at: datetime) -> Article:
        random = Random(f"{self.seed}/{number}")
        section = random.choice(SECTIONS)
        sub = random.choice(section.subs) if section.subs else None
        if section.template in (1, 3):
            at = at.replace(second=0)  # these pages show no seconds
        pages = random.choice((2, 2, 3)) if random.random() < 0.05 else 1
        return Article(number, self.seed, section, sub, at, random.choice(words.SOURCES), pages)

    def _enter(self, article: Article) -> None:
        path = f"/{article.section.slug}/{article.sub[0]}/" if article.sub else f"/{article.section.slug}/"
        self.listings[path].articles.append(article)
        for page in range(1, article.pages + 1):
            self.by_target[article.page_target(page)] = article, page
        self.by_crop[article.headline[1]].append(article)
        self.by_month[article.at.year, article.at.month].append(article)

    def change(self, number: int) -> None:
        """Rewrite the ends of ten articles, put five new ones on top of their lists; twice the same does nothing."""
        if number in self.changes:
            return
        self.changes.append(number)
        random = Random(f"{self.seed}/change{number}")
        plain = [a for a in self.articles if a.pages == 1 and not a.origin and not a.reprinted and not a.flaky]
        for article in random.sample(plain, min(REWRITTEN_PER_CHANGE, len(plain))):
            article.change = number
        for _ in range(NEW_PER_CHANGE):
            at = LAST + timedelta(hours=1 + len(self.articles) % 1000, seconds=random.randrange(600))
            article = self._article(len(self.articles), max(at, self.articles[-1].at + timedelta(minutes=1)))
            article.pages, article.change = 1, number
            self.articles.append(article)
            self._enter(article)
            listing = next(found for found in self.listings.values() if found.articles[-1] is article)
            listing.articles.insert(0, listing.articles.pop())

    def truth(self, base: str) -> list[Truth]:
        """What a complete crawl stores, oldest article first; ``base`` is the portal's address without a slash."""
        found = []
        for article in self.articles:
            origin = article.origin or article
            found.append(
                Truth(
                    url=base + article.target,
                    title=article.headline[0],
                    source=article.source,
                    published_at=article.at.isoformat(),
                    section=article.place,
                    first_words=article.paragraphs()[0][:30],
                    last_words=article.paragraphs(article.pages)[-1][-20:],
                    page_urls=tuple(base + article.page_target(page) for page in range(1, article.pages + 1)),
                    group=origin.number if origin.reprinted else None,
                    flaky=article.flaky,
                    change=article.change,
                )
            )
        return found
