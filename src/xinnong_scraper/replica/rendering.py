"""An article and its template become the bytes of a page."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .content import CHANNEL, HOME, SECTIONS
from .theme import Markup, Theme, load_theme
from .truth import SITE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import Block, Picture, ReplicaArticle

__all__ = ["TODAY", "Linker", "navigation", "render_article"]

TODAY = "2018年4月28日 星期六"
_ADVERT_AFTER = 3  # blocks of the body
_HOT_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Linker:
    """Writes links the way a template does."""

    theme: Theme
    base_url: str
    path: str
    """The path of the page that the links stand in."""

    def __call__(self, path: str) -> str:
        """Write the link to a path of the portal; an address on another host stays as it is."""
        if not path.startswith("/") or path.startswith("//"):
            return path
        match self.theme.settings.links:
            case "absolute":
                return urljoin(self.base_url, path)
            case "protocol":
                return "//" + urlsplit(self.base_url).netloc + path
            case "relative":
                folder = posixpath.dirname(self.theme.settings.base or self.path)
                return posixpath.relpath(path, folder) + ("/" if path.endswith("/") else "")
            case _:
                return path


def navigation(theme: Theme, link: Linker) -> Markup:
    """Write the menu of the sections."""
    items = (theme.fill("nav_item", url=link(step.path), name=step.name) for step in (HOME, CHANNEL, *SECTIONS))
    return theme.fill("nav", items=Markup("".join(items)))


def render_article(articles: Sequence[ReplicaArticle], index: int, page: int, base_url: str) -> bytes:
    """Render a page (from 1) of the article at ``index`` of the portal at ``base_url``, in the article's encoding."""
    article = articles[index]
    theme = load_theme(article.template)
    others = [*articles[index + 6 :], *articles[:index]]
    view = _View(theme, article, page, Linker(theme, base_url, article.paths[page - 1]), others)
    following = articles[index - 1] if index else None
    previous = articles[index + 1] if index + 1 < len(articles) else None
    return theme.fill("page", **view.values(), neighbours=view.neighbours(previous, following)).encode(article.encoding)


@dataclass(frozen=True, slots=True)
class _View:
    """One page of an article, part by part."""

    theme: Theme
    article: ReplicaArticle
    page: int
    link: Linker
    others: Sequence[ReplicaArticle]
    """Articles for the hot list."""

    def values(self) -> dict[str, str]:
        article, theme = self.article, self.theme
        static = {part: theme.fill(part) for part in ("share", "advert", "friends", "footer")}
        return static | {
            "title": article.title,
            "section": article.section.name,
            "summary": article.summary,
            "keywords": ",".join(article.keywords),
            "today": TODAY,
            "home": self.link("/"),
            "base": urljoin(self.link.base_url, theme.settings.base),
            "canonical": urljoin(self.link.base_url, article.paths[self.page - 1]),
            "iso": article.published_at.isoformat(),
            "jsonld": self.jsonld(),
            "state": self.state(),
            "nav": navigation(theme, self.link),
            "crumbs": self.crumbs(),
            "source": self.source(),
            "time": theme.fill("time", time=article.published_text),
            "author": self.author(),
            "editor": theme.fill("editor", name=article.editor) if article.editor else Markup(),
            "body": self.body(),
            "disclaimer": self.disclaimer(),
            "teasers": self.teasers(),
            "pager": self.pager(),
            "hot": self.hot(),
            "comments": self.comments(),
        }

    def lines(self, parts: Iterable[str]) -> Markup:
        return Markup(self.theme.parts["line"].template.join(parts))

    def crumbs(self) -> Markup:
        steps = (self.theme.fill("crumb", url=self.link(c.path or "/"), name=c.name) for c in self.article.crumbs)
        return Markup(self.theme.fill("crumb_separator").join(steps))

    def source(self) -> Markup:
        article = self.article
        if article.source is None:
            return self.theme.fill("source_missing")
        if article.source_url is None:
            return self.theme.fill("source", source=article.source)
        return self.theme.fill("source_linked", source=article.source, url=article.source_url)

    def author(self) -> Markup:
        if not self.article.authors or self.article.author_place != "byline":
            return Markup()
        return self.theme.fill("author", names=self.theme.parts["author_separator"].template.join(self.article.authors))

    def body(self) -> Markup:
        parts = []
        for kind, run in groupby(self.article.pages[self.page - 1], key=lambda block: block.kind):
            rendered = [self.block(block) for block in run]
            parts += [self.theme.fill("list", items=self.lines(rendered))] if kind == "list_item" else rendered
        advert = self.theme.fill("body_advert")
        if advert and len(parts) > _ADVERT_AFTER:
            parts.insert(_ADVERT_AFTER, advert)
        return Markup(self.theme.parts["joiner"].template.join(parts))

    def block(self, block: Block) -> Markup:
        if block.picture is not None:
            return self.picture(block.picture)
        if block.kind == "table":
            head, *rows = block.rows
            lines = [self.row(head, "head_cell"), *(self.row(row, "cell") for row in rows)]
            return self.theme.fill("table", rows=self.lines(lines))
        return self.theme.fill(block.kind, text=block.text)

    def row(self, cells: Sequence[str], part: str) -> Markup:
        return self.theme.fill("row", cells=Markup("".join(self.theme.fill(part, text=cell) for cell in cells)))

    def picture(self, picture: Picture) -> Markup:
        values = {"url": self.link(picture.path), "width": str(picture.width), "height": str(picture.height)}
        values["alt"] = picture.alt or ""
        if picture.caption is None:
            return self.theme.fill("image", **values)
        return self.theme.fill("image_captioned", **values, caption=picture.caption)

    def disclaimer(self) -> Markup:
        notice = self.article.disclaimer
        if notice is None:
            return Markup()
        clauses = (self.theme.fill("clause", number=str(n), text=text) for n, text in enumerate(notice.clauses, 1))
        return self.theme.fill("disclaimer", heading=notice.heading, clauses=self.lines(clauses))

    def teasers(self) -> Markup:
        if not self.article.teasers:
            return Markup()
        items = (
            self.theme.fill(
                "teaser",
                url=self.link(teaser.path),
                title=teaser.title,
                summary=teaser.summary or "",
                time=teaser.published_text or "",
                image=self.link(teaser.picture.path) if teaser.picture else "",
            )
            for teaser in self.article.teasers
        )
        return self.theme.fill("teasers", items=self.lines(items))

    def pager(self) -> Markup:
        paths, page = self.article.paths, self.page
        if len(paths) == 1:
            return Markup()
        numbers = (
            self.theme.fill("pager_current", number=str(number))
            if number == page
            else self.theme.fill("pager_number", number=str(number), url=self.link(path))
            for number, path in enumerate(paths, 1)
        )
        before = self.theme.fill("pager_previous", url=self.link(paths[page - 2])) if page > 1 else None
        after = self.theme.fill("pager_next", url=self.link(paths[page])) if page < len(paths) else None
        return self.theme.fill(
            "pager",
            previous=before or self.theme.fill("pager_no_previous"),
            numbers=Markup(" ".join(numbers)),
            next=after or self.theme.fill("pager_no_next"),
        )

    def hot(self) -> Markup:
        items = (
            self.theme.fill("hot_item", url=self.link(o.path), title=o.title, date=f"{o.published_at:%m-%d}")
            for o in self.others[: 3 * _HOT_ITEMS : 3]
        )
        return self.theme.fill("hot", items=self.lines(items))

    def comments(self) -> Markup:
        remarks = ("支持！希望早点见到实效。", "我们村也该学学。", "数据哪来的？求出处。")
        items = (
            self.theme.fill("comment", user=f"网友{number}***", time=f"2018-04-28 15:{number:02}", text=text)
            for number, text in enumerate(remarks, self.article.number % 50)
        )
        return self.theme.fill("comments", items=self.lines(items))

    def neighbours(self, previous: ReplicaArticle | None, following: ReplicaArticle | None) -> Markup:
        pairs = (("previous", previous), ("following", following))
        return self.lines(self.theme.fill(part, url=self.link(o.path), title=o.title) for part, o in pairs if o)

    def jsonld(self) -> Markup:
        article = self.article
        record: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": article.published_at.isoformat(),
            "publisher": {"@type": "Organization", "name": SITE_NAME},
            "articleSection": article.section.name,
        }
        if article.pictures:
            record["image"] = [urljoin(self.link.base_url, picture.path) for picture in article.pictures]
        return _script(record)

    def state(self) -> Markup:
        texts = [block.text for block in self.article.pages[self.page - 1] if block.text]
        return _script({"layout": "default", "data": [{"id": self.article.number, "content": texts}]})


def _script(value: object) -> Markup:
    """JSON that cannot end the script element that it stands in."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))
