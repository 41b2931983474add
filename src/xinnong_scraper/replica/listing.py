"""The pages that lead to articles: home, section lists, the sitemap, the feed; and the pages for anything else."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .content import CHANNEL, SECTIONS
from .rendering import TODAY, Linker, navigation
from .theme import Markup, Theme, load_theme
from .truth import SITE_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import ReplicaArticle, Section

__all__ = ["PAGE_SIZE", "feed", "home", "list_encoding", "list_page", "list_path", "robots", "simple_page", "sitemap"]

PAGE_SIZE = 20
_HOME_ITEMS = 8
_FEED_ITEMS = 20


def list_path(section: Section, page: int) -> str:
    """Give the path (and query) of a list page from 1; the sections count their pages in two ways.

    >>> from xinnong_scraper.replica.content import SECTIONS
    >>> list_path(SECTIONS[0], 2), list_path(SECTIONS[1], 2)
    ('/zhaoshang/list_2.html', '/nongye/?page=2')
    """
    if page == 1:
        return section.path
    by_query = section in SECTIONS and SECTIONS.index(section) % 2 == 1
    return f"{section.path}?page={page}" if by_query else f"{section.path}list_{page}.html"


def list_encoding(section: Section) -> str:
    """Give the codec of a section's lists; 社会 still has the old system's."""
    return "gb18030" if section.slug == "shehui" else "utf-8"


def list_page(section: Section, articles: Sequence[ReplicaArticle], page: int, base_url: str) -> bytes:
    """Render a list page (from 1) of a section's articles."""
    theme = load_theme("list")
    shown = articles[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    encoding = list_encoding(section)
    text = theme.fill(
        "page",
        charset="gb2312" if encoding == "gb18030" else "utf-8",
        name=section.name,
        path=section.path,
        items=Markup("\n".join(_item(theme, article) for article in shown)),
        pager=_pager(theme, section, page, -(-len(articles) // PAGE_SIZE)),
        **_furniture(theme, base_url, section.path),
    )
    return text.encode(encoding)


def home(articles: Sequence[ReplicaArticle], base_url: str) -> bytes:
    """Render the home page: the newest articles of every section."""
    theme = load_theme("list")
    blocks = [_home_block(theme, CHANNEL, articles)]
    blocks += [_home_block(theme, section, [a for a in articles if a.section == section]) for section in SECTIONS]
    return theme.fill("home", blocks=Markup("\n".join(blocks)), **_furniture(theme, base_url, "/")).encode()


def simple_page(part: str) -> bytes:
    """Render the page ``error`` (404) or ``login``."""
    theme = load_theme("list")
    return theme.fill(part, footer=theme.fill("footer")).encode()


def robots(base_url: str) -> bytes:
    """Give robots.txt: everything but the administration may be fetched, without a delay."""
    return f"User-agent: *\nDisallow: /admin/\n\nSitemap: {urljoin(base_url, '/sitemap.xml')}\n".encode()


def sitemap(articles: Sequence[ReplicaArticle], base_url: str) -> bytes:
    """Give the sitemap: the first page of every article, with its day."""
    entries = (
        f"<url><loc>{urljoin(base_url, a.path)}</loc><lastmod>{a.published_at:%Y-%m-%d}</lastmod></url>"
        for a in articles
    )
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (opening + "\n".join(entries) + "\n</urlset>\n").encode()


def feed(articles: Sequence[ReplicaArticle], base_url: str) -> bytes:
    """Give the newest articles as RSS 2.0."""
    theme = load_theme("feed")
    items = (
        theme.fill(
            "item",
            title=article.title,
            url=urljoin(base_url, article.path),
            summary=article.summary,
            date=format_datetime(article.published_at),
        )
        for article in articles[:_FEED_ITEMS]
    )
    return theme.fill("feed", site=SITE_NAME, url=base_url, items=Markup("\n".join(items))).encode()


def _furniture(theme: Theme, base_url: str, path: str) -> dict[str, str]:
    static = {part: theme.fill(part) for part in ("friends", "footer")}
    return static | {"today": TODAY, "nav": navigation(theme, Linker(theme, base_url, path))}


def _item(theme: Theme, article: ReplicaArticle) -> Markup:
    return theme.fill(
        "item",
        url=article.path,
        image=article.thumbnail.path,
        title=article.title,
        summary=article.summary,
        date=f"{article.published_at:%Y-%m-%d}",
    )


def _home_block(theme: Theme, section: Section, articles: Sequence[ReplicaArticle]) -> Markup:
    items = (
        theme.fill("home_item", url=article.path, title=article.title, date=f"{article.published_at:%m-%d}")
        for article in articles[:_HOME_ITEMS]
    )
    return theme.fill("home_block", url=section.path, name=section.name, items=Markup("\n".join(items)))


def _pager(theme: Theme, section: Section, page: int, pages: int) -> Markup:
    links = [
        theme.fill("pager_current", number=str(number))
        if number == page
        else theme.fill("pager_number", number=str(number), url=list_path(section, number))
        for number in range(1, pages + 1)
    ]
    if page > 1:
        links.insert(0, theme.fill("pager_previous", url=list_path(section, page - 1)))
    if page < pages:
        links.append(theme.fill("pager_next", url=list_path(section, page + 1)))
    return Markup(" ".join(links))
