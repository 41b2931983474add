"""The layout: what a portal's pages look like to a reader, as validated data.

A layout is one TOML file. It says how the portal is recognised, which words it uses as labels and headings, which
lines are no text of the article, and, where a portal needs it, selectors for fields. ``extends`` names another layout:
tables are merged, lists are put in front of the inherited ones, single values replace them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from .lexicon import Lexicon

__all__ = [
    "Breadcrumbs",
    "Headings",
    "Hints",
    "Labels",
    "Layout",
    "LineRules",
    "Lists",
    "Names",
    "Pager",
    "Recognition",
    "Selector",
    "SelectorField",
]

SelectorField = Literal[
    "title", "subtitle", "source", "authors", "editors", "published_at", "modified_at", "breadcrumb", "summary",
    "keywords", "body", "disclaimer", "teasers", "next_page_url", "site_name",
]  # fmt: skip
"""Fields that a layout may name a selector for."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError("must be a zone of the IANA database, such as Asia/Shanghai") from error
    return name


def _regex(pattern: str) -> str:
    try:
        re.compile(f"(?:{pattern})")  # one of several, so without flags for all of them
    except re.error as error:
        raise ValueError(f"must be a regular expression of Python's re: {error}") from error
    return pattern


def _css(selector: str) -> str:
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError as error:
        raise ValueError("must be a CSS selector") from error
    return selector


Words = tuple[Annotated[str, Field(min_length=1, max_length=60)], ...]
Patterns = tuple[Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_regex)], ...]


Css = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_css)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Recognition(_Part):
    """Signs that a page is this portal's, as a reader sees them."""

    names: Words = ()
    """The portal's names. Without one the layout is never chosen by itself."""
    hosts: Words = ()
    """Host names, or their endings (``.example.cn``); enough by themselves."""
    arrows: Words = ()
    """Separators of the breadcrumb that few other sites use."""
    headings: Words = ()
    """Headings that few other sites use."""


class Labels(_Part):
    """Words before a colon that say what the value behind is."""

    source: Words = ()
    """Of the publisher: 来源, 稿源."""
    author: Words = ()
    """Of authors: 作者, 记者, 摄影."""
    editor: Words = ()
    """Of editors: 责任编辑."""
    published: Words = ()
    """Of the time of publication: 发布时间."""
    modified: Words = ()
    """Of the last change: 更新时间."""
    summary: Words = ()
    """Of an abstract: 摘要, 核心提示."""
    keywords: Words = ()
    """Of tags: 关键词."""
    breadcrumb: Words = ()
    """Before the breadcrumb: 当前位置."""
    original_title: Words = ()
    """Of the title that the article had elsewhere: 原标题."""
    other: Words = ()
    """Labels of values that are none of the record: they end the value before them."""


class Headings(_Part):
    """Headings of the parts around the text, without brackets and colon."""

    disclaimer: Words = ()
    """Of the legal notice: 免责声明."""
    teasers: Words = ()
    """Of related articles; the first in the list wins where a page has several such parts."""
    teasers_parts: Words = ()
    """Found anywhere in a short heading, after the exact words: 推荐, 感兴趣."""
    other: Words = ()
    """Of parts that are neither text nor teasers: hot lists, comments, friend links."""
    other_parts: Words = ()
    """The same, recognised anywhere in a heading of up to twelve characters: 排行."""


class LineRules(_Part):
    """Which lines are not the article's text. Regular expressions, matched at a line's start."""

    end: Patterns = ()
    """Lines that end the article's text: 上一篇, 责任编辑."""
    footer: Patterns = ()
    """Found anywhere in a line of the page's foot: ICP备."""
    contents: Patterns = ()
    """The heading of a table of contents."""
    noise: Patterns = ()
    """Lines inside the text that are left out: 分享到, 扫一扫."""
    boilerplate: Patterns = ()
    """Lines that the portal repeats inside its texts, sentences too: left out wherever they begin like this."""
    promotion: Patterns = ()
    """Found anywhere in a sentence that is left out all the same: 二维码."""
    legal: Patterns = ()
    """Lines that start a disclaimer without a heading."""
    legal_words: Words = ()
    """Words that a disclaimer's clauses use."""
    more: Patterns = ()
    """What a list has beside its titles: links to more of the same (更多>>), counters, marks of adverts."""
    more_at_end: Patterns = ()
    """The last line of a text, which leads to more of the site: 返回首页，查看更多."""
    source: Patterns = ()
    """Lines that name the source: they end a text where no more of it follows, and are no part of it anywhere."""
    attachments: Patterns = ()
    """Links at a paragraph's end that are none of its text."""
    caption: Patterns = ()
    """Lines that are captions or picture credits."""
    caption_end: Patterns = ()
    """The photographer at the end of a line right below a picture."""
    badge: Patterns = ()
    """What shares a headline's line and is none of it, in an element of its own: 原创."""
    locked: Patterns = ()
    """Found in a line that offers to unlock the rest of a text: 登录后阅读全文."""
    comment: Patterns = ()
    """Found in a line of a reader's comment beside its time: 第3楼, 山东网友."""
    comment_controls: Patterns = ()
    """Lines of the controls below a comment: 回复 支持(0)."""
    comments_title: Patterns = ()
    """Titles of pages that show comments only."""
    not_article: dict[Literal["error_page", "login_wall", "challenge"], Patterns] = Field(default_factory=dict)
    """Lines or titles of pages that are something else, by reason."""


class Pager(_Part):
    """Link texts of an article's pager."""

    next: Words = ()
    """To the next page: 下一页."""
    previous: Words = ()
    """To the page before: 上一页."""
    around: Words = ()
    """Other words of a pager: 首页, 尾页, 共."""
    other_article: Words = ()
    """Links to other articles that look like a pager: 下一篇."""


class Lists(_Part):
    """Links of list pages and menus, where their structure alone does not tell.

    CSS selectors of links, or of boxes whose links are all meant; the first of these that names a link counts.
    """

    items: tuple[Css, ...] = ()
    """Links to articles."""
    pager: tuple[Css, ...] = ()
    """Links to the further pages of a list."""
    sections: tuple[Css, ...] = ()
    """Links to sections and other lists."""
    ignore: tuple[Css, ...] = ()
    """Links that are none of these."""


class Names(_Part):
    """What tells the names of persons and of publishers from other words. Regular expressions, found anywhere."""

    roles: Words = ()
    """Words that stand before or behind a person's name in a credit: 记者, 摄影."""
    surnames: Words = ()
    """Family names, for a name in brackets at a text's end: （李楠）."""
    publisher_endings: Words = ()
    """Endings of publishers' names: 日报, 网."""
    anonymous: Words = ()
    """Values that name no publisher: 网络."""
    not_sources: Patterns = ()
    """Words beside a date that are no publisher."""
    not_persons: Patterns = ()
    """Words in a byline that are no person."""
    not_bare_persons: Patterns = ()
    """Places and columns that look like a person's name, and are none where no label says so: 石家庄."""
    posted: Words = ()
    """Words between a name and the date on which its owner posted the article: 发表于."""
    original: Words = ()
    """Words before an author's name that an account's name follows: 原创."""
    platforms: Words = ()
    """Kinds of accounts on media platforms, shown beside the account's name: 企鹅号."""
    reports: Words = ()
    """Words behind a reporter's name in an element of its own: 报道."""
    follow: Words = ()
    """Controls beside an account's name: 关注."""
    visitor: Words = ()
    """Controls beside the name of the visitor who is logged in: 退出."""
    person_links: Patterns = ()
    """In a link's address: it leads to a person's own page."""
    member_links: Patterns = ()
    """The same, of a member of the platform, who speaks for nobody else."""


class Breadcrumbs(_Part):
    """Words of breadcrumbs."""

    home: Words = ()
    """Names of the first step: 首页."""
    last: Words = ()
    """Words at the end that name no section: 正文."""


class Hints(_Part):
    """Parts of class names and ids that many systems share. Regular expressions; a hint alone decides nothing."""

    title: Patterns = ()
    """Of the headline."""
    subtitle: Patterns = ()
    """Of a second headline."""
    breadcrumb: Patterns = ()
    """Of the breadcrumb."""
    caption: Patterns = ()
    """Of a picture's caption."""
    aside: Patterns = ()
    """Boxes inside the text's box that hold something else: shares, comments, adverts."""
    teasers: Patterns = ()
    """Boxes of related articles that have no heading."""
    account: Patterns = ()
    """The name of the account that published the article."""
    visitors: Patterns = ()
    """What visitors wrote, or are asked to agree to: comments, dialogs."""
    icon: Patterns = ()
    """In an image's address or alternative text: it is no picture of the article."""


class Selector(_Part):
    """One place to read a field from; a field has an ordered list of them, and the first that gives a value wins."""

    css: Css | None = None
    """A CSS selector (selectolax, Lexbor)."""
    attribute: str | None = None
    """Take this attribute of the element, not its text."""
    regex: Annotated[str, AfterValidator(_regex)] | None = None
    """Take what this finds in the text: its first group, or the whole match."""
    meta: str | None = None
    """Or: the content of the ``<meta>`` with this name, property or itemprop."""

    @model_validator(mode="after")
    def _one_place(self) -> Selector:
        if (self.css is None) == (self.meta is None):
            raise ValueError("needs either css or meta")
        return self


class Layout(_Part):
    """How to read the pages of one portal, or of a language in general."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    """The layout's name: lower-case ASCII letters, digits, ``-``, ``_`` and ``.``."""
    extends: str | None = None
    """The layout that this one builds on."""
    site_name: str | None = None
    """The portal's name as records give it."""
    language: str | None = None
    """ISO 639-1 code of the pages' language."""
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    """IANA time zone of dates that name none."""
    recognise: Recognition = Recognition()
    """How a page shows that it is the portal's."""
    labels: Labels = Labels()
    """Words before values."""
    headings: Headings = Headings()
    """Words above parts."""
    lines: LineRules = LineRules()
    """What is no text of the article."""
    pager: Pager = Pager()
    """Words of pagers."""
    lists: Lists = Lists()
    """Links of list pages."""
    names: Names = Names()
    """What tells names from other words."""
    breadcrumbs: Breadcrumbs = Breadcrumbs()
    """Words of breadcrumbs."""
    hints: Hints = Hints()
    """Parts of class names."""
    selectors: dict[SelectorField, tuple[Selector, ...]] = Field(default_factory=dict)
    """Per field, where to read it, best first. A field without a hit is read by landmarks all the same."""
    exclude: tuple[Css, ...] = ()
    """CSS selectors of elements that are never read."""
    expected: tuple[SelectorField, ...] = ("title", "published_at", "body")
    """Fields that every page of the portal has: a missing one is a warning."""

    def __repr__(self) -> str:
        """Say which layout it is; its words alone would be pages.

        >>> Layout(name="village")
        Layout(name='village', extends=None, site_name=None, selectors={})
        """
        own = ", ".join(f"{key}={getattr(self, key)!r}" for key in ("name", "extends", "site_name", "selectors"))
        return f"Layout({own})"

    @property
    def site_names(self) -> tuple[str, ...]:
        """The names that the portal is recognised by."""
        return self.recognise.names

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        """The zone of dates that name none."""
        return ZoneInfo(self.zone)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words, compiled for matching."""
        return Lexicon(self)
