"""Pages of the two made portals, normal and redesigned, and what they tell of the state of their site."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from xinnong_scraper.drift import observe_html
from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

from .bigportal import Portal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xinnong_scraper.drift import Observation


class SentPage(NamedTuple):
    """A page as its server sends it."""

    url: str
    content_type: str
    body: bytes


@cache
def replica_pages(count: int) -> list[SentPage]:
    """Articles of the replica portal: thirteen templates, one after another."""
    articles = generate_articles(count, seed=1)
    site = Site(articles, "http://www.xinnong.example")
    answers = ((article.path, site.respond(article.path)) for article in articles)
    return [SentPage(site.base_url + path, answer.content_type, answer.body) for path, answer in answers]


@cache
def big_pages(count: int) -> list[SentPage]:
    """Articles of the big portal: twelve sections in four templates and two encodings."""
    portal = Portal(count, 1, broken=False)
    answers = ((article.target, portal.answer(article.target)) for article in portal.plan.articles)
    return [SentPage(portal.base + target, headers["Content-Type"], body) for target, (_, headers, body) in answers]


PORTALS = {"replica": replica_pages, "big": big_pages}


@cache
def normal(portal: str, count: int) -> list[Observation]:
    """What the normal pages of a portal tell."""
    return observed(PORTALS[portal](count))


def observed(pages: Sequence[SentPage], change: Callable[[bytes], bytes] = bytes) -> list[Observation]:
    """What pages tell; with a change, those that it changes."""
    told = [
        observe_html(changed, url=page.url, headers={"content-type": page.content_type})
        for page in pages
        if (changed := change(page.body)) != page.body or change is bytes
    ]
    return [each for each in told if each is not None]


def in_text(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Make a change of text one of bytes, whatever the page's encoding."""

    def changed(body: bytes) -> bytes:
        try:
            return change(body.decode()).encode()
        except UnicodeDecodeError:
            return change(body.decode("gb18030")).encode("gb18030")

    return changed


def put(pattern: str, replacement: str) -> Callable[[bytes], bytes]:
    """Replace wherever a pattern matches."""
    compiled = re.compile(pattern, re.DOTALL)
    return in_text(lambda text: compiled.sub(replacement, text))
