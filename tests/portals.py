"""Pages of the two made portals, normal and redesigned, and what they tell of the state of their site."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from xinnong_scraper.drift import observe_html
from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

from .bigportal import Portal
from .mutations.catalogue import MUTATIONS, RECODED
from .mutations.pages import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xinnong_scraper.drift import Observation
    from xinnong_scraper.replica import ReplicaArticle

    from .bigportal_plan import Article


class SentPage(NamedTuple):
    """A page as its server sends it."""

    url: str
    content_type: str
    body: bytes
    truth: Truth


@cache
def replica_pages(count: int) -> list[SentPage]:
    """Articles of the replica portal: thirteen templates, one after another."""
    articles = generate_articles(count, seed=1)
    site = Site(articles, "http://www.xinnong.example")
    pages = []
    for article in articles:
        answer = site.respond(article.path)
        pages.append(
            SentPage(site.base_url + article.path, answer.content_type, answer.body, _truth_of_replica(article))
        )
    return pages


@cache
def big_pages(count: int) -> list[SentPage]:
    """Articles of the big portal: twelve sections in four templates and two encodings."""
    portal = Portal(count, 1, broken=False)
    pages = []
    for article in portal.plan.articles:
        _, headers, body = portal.answer(article.target)
        pages.append(SentPage(portal.base + article.target, headers["Content-Type"], body, _truth_of_big(article)))
    return pages


def _truth_of_replica(article: ReplicaArticle) -> Truth:
    lines = [line for block in article.pages[0] for line in ("\t".join(row) for row in block.rows or [(block.text,)])]
    return Truth(
        is_article=True,
        encoding=article.encoding,
        titles=(article.title,),
        sources=(article.source,),
        published=article.published_at.isoformat()[: {"day": 10, "minute": 16, "second": 19}[article.precision]],
        published_raw=article.published_text,
        paragraphs=tuple(filter(None, lines)),
    )


def _truth_of_big(article: Article) -> Truth:
    return Truth(
        is_article=True,
        encoding="gb18030" if article.section.encoding == "gbk" else "utf-8",
        titles=(article.headline[0],),
        sources=(article.source,),
        published=article.at.isoformat()[: 16 if article.section.template in (1, 3) else 19],
        paragraphs=tuple(article.paragraphs(1)),
    )


PORTALS = {"replica": replica_pages, "big": big_pages}


@cache
def normal(portal: str, count: int) -> list[Observation]:
    """What the normal pages of a portal tell."""
    return observed(PORTALS[portal](count))


def observed(pages: Sequence[SentPage]) -> list[Observation]:
    """What pages tell."""
    told = [observe_html(page.body, url=page.url, headers={"content-type": page.content_type}) for page in pages]
    return [each for each in told if each is not None]


def redesigned(portal: str, mutation: str, count: int, *, start: int = 0, of: int) -> list[Observation]:
    """What the first pages tell that a redesign changes, looking from one on."""
    told: list[Observation] = []
    for page in PORTALS[portal](of)[start:]:
        data = MUTATIONS[mutation](page.body, page.truth)
        if data is None or data == page.body:
            continue
        headers = {} if mutation in RECODED else {"content-type": page.content_type}
        seen = observe_html(data, url=page.url, headers=headers)
        if seen is not None:
            told.append(seen)
        if len(told) == count:
            break
    return told
