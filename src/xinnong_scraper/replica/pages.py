"""The portal without a network: a path goes in, a response comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from . import listing
from .content import CHANNEL, SECTIONS
from .images import png
from .rendering import render_article
from .theme import load_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from .model import ReplicaArticle, Section

__all__ = ["Response", "Site"]

_IMAGE = re.compile(r"/images/[a-z0-9]{1,20}_(\d{1,4})x(\d{1,4})\.png")
_LIST = re.compile(r"(/[a-z]{1,20}/)(?:list_(\d{1,4})\.html)?")
_LARGEST_SIDE = 2000  # pixels
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Response:
    """What the portal answers: the body before any compression, and what its headers say of it."""

    status: int
    content_type: str
    body: bytes
    modified_at: datetime
    """The moment that Last-Modified tells (aware)."""


class Site:
    """All resources of the portal whose address is ``base_url``."""

    def __init__(self, articles: Sequence[ReplicaArticle], base_url: str) -> None:
        self.articles = articles
        self.base_url = base_url
        self._newest = max(article.published_at for article in articles)
        self._pages = {
            path: (index, page) for index, article in enumerate(articles) for page, path in enumerate(article.paths, 1)
        }
        self._lists: dict[str, tuple[Section, list[ReplicaArticle]]] = {
            section.path: (section, [article for article in articles if section in (CHANNEL, article.section)])
            for section in (CHANNEL, *SECTIONS)
        }
        self._fixed: dict[str, tuple[str, Callable[[], bytes]]] = {
            "/": (_HTML, partial(listing.home, articles, base_url)),
            "/login": (_HTML, partial(listing.simple_page, "login")),
            "/admin/": (_HTML, partial(listing.simple_page, "login")),
            "/robots.txt": ("text/plain; charset=utf-8", partial(listing.robots, base_url)),
            "/sitemap.xml": ("application/xml", partial(listing.sitemap, articles, base_url)),
            "/feed.xml": ("application/rss+xml; charset=utf-8", partial(listing.feed, articles, base_url)),
            "/static/style.css": ("text/css", lambda: b"body{margin:0 auto;max-width:1000px}"),
            "/static/site.js": ("text/javascript", lambda: b"'use strict';"),
        }

    def respond(self, target: str) -> Response:
        """Answer a request target (path and query); anything unknown gets the 404 page."""
        path, _, query = target.partition("?")
        found = self._article(path) or self._fixed_page(path) or self._image(path) or self._list(path, query)
        return found or Response(404, _HTML, listing.simple_page("error"), self._newest)

    def _article(self, path: str) -> Response | None:
        if path not in self._pages:
            return None
        index, page = self._pages[path]
        article = self.articles[index]
        body = render_article(self.articles, index, page, self.base_url)
        return Response(200, load_theme(article.template).settings.content_type, body, article.published_at)

    def _fixed_page(self, path: str) -> Response | None:
        if path not in self._fixed:
            return None
        content_type, render = self._fixed[path]
        return Response(200, content_type, render(), self._newest)

    def _image(self, path: str) -> Response | None:
        match = _IMAGE.fullmatch(path)
        if match is None:
            return None
        width, height = int(match[1]), int(match[2])
        if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
            return None
        return Response(200, "image/png", png(width, height, sum(path.encode()) % 256), self._newest)

    def _list(self, path: str, query: str) -> Response | None:
        match = _LIST.fullmatch(path)
        if match is None or match[1] not in self._lists:
            return None
        number = match[2] or parse_qs(query).get("page", ["1"])[0]
        section, articles = self._lists[match[1]]
        last = max(-(-len(articles) // listing.PAGE_SIZE), 1)
        if not (number.isascii() and number.isdigit() and len(number) < 5 and 1 <= int(number) <= last):
            return None
        content_type = _HTML if listing.list_encoding(section) == "utf-8" else "text/html"
        return Response(
            200, content_type, listing.list_page(section, articles, int(number), self.base_url), self._newest
        )
