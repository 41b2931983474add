"""Layouts learned of sites whose class names and ids a build makes: they hold for the next build, too."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.learn import study
from xinnong_scraper.replica import generate_articles

from . import portals, sites
from .hashing import CLASSES, built, names_of
from .mutations.pages import Truth
from .portals import SentPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xinnong_scraper import Layout

STUDIED: Final = 8
"""Pages of the first build; as many more are read after the next one."""


@cache
def _replica(template: str) -> list[SentPage]:
    """Articles of the replica portal in one of its templates."""
    count = 13 * 2 * STUDIED
    articles = generate_articles(count, seed=1)
    pages = zip(articles, portals.replica_pages(count), strict=True)
    return [page for article, page in pages if article.template == template]


def _big() -> list[SentPage]:
    """Articles of the big portal: four templates on one site."""
    return portals.big_pages(2 * STUDIED)


def _village(make: Callable[[sites.Truth], bytes]) -> list[SentPage]:
    return [_page_of(make, sites.article(number)) for number in range(1, 2 * STUDIED + 1)]


def _page_of(make: Callable[[sites.Truth], bytes], truth: sites.Truth) -> SentPage:
    told = Truth(
        is_article=True,
        encoding="utf-8",
        titles=(truth.title,),
        sources=(truth.source,),
        published=truth.date.replace(" ", "T"),
        paragraphs=truth.paragraphs,
    )
    return SentPage(truth.url, "text/html", make(truth), told)


SITES: Final[dict[str, Callable[[], list[SentPage]]]] = {
    "columns-of-a-cms": lambda: _replica("phpcms"),
    "nested-tables": lambda: _replica("oldtable"),
    "page-filled-by-a-framework": lambda: _replica("hashed"),
    "four-templates": _big,
    "repeated-lines-in-texts": lambda: _village(sites.boilerplate),
    "labels-of-its-own": lambda: _village(sites.own_words),
    "headline-as-h2": lambda: _village(sites.redesigned),
}
GAINS: Final = {"repeated-lines-in-texts": "body", "labels-of-its-own": "source"}
"""The sites that the general engine misreads, and in which field."""


def _sent(pages: Sequence[SentPage], build: int, style: str) -> list[bytes]:
    return [_rebuilt(page, build, style).encode(page.truth.encoding) for page in pages]


def _rebuilt(page: SentPage, build: int, style: str) -> str:
    return built(page.body.decode(page.truth.encoding), build, style)


def _names(pages: Sequence[SentPage], build: int, style: str) -> set[str]:
    return {name for page in pages for name in names_of(_rebuilt(page, build, style))}


def _values(article: Article, truth: Truth) -> tuple[str | None, str | None, str, str]:
    """Title, source, date as precise as the page shows it, and text."""
    published = "" if article.published_at is None else article.published_at.isoformat()
    return article.title, article.source, published[: len(truth.published or "")], article.text


def _true(truth: Truth) -> tuple[str | None, str | None, str, str]:
    return truth.titles[0], truth.sources[0], truth.published or "", truth.body


def _read(pages: Sequence[SentPage], sent: Sequence[bytes], layout: Layout | None) -> list[Article]:
    return [extract_html(html, url=page.url, layout=layout) for page, html in zip(pages, sent, strict=True)]


@pytest.mark.parametrize("style", CLASSES)
@pytest.mark.parametrize("site", SITES)
def test_a_layout_of_one_build_reads_the_next(site: str, style: str) -> None:
    pages = SITES[site]()
    learned, unseen = pages[:STUDIED], pages[STUDIED : 2 * STUDIED]
    assert len(unseen) == STUDIED
    first, second = _sent(learned, 1, style), _sent(unseen, 2, style)
    lesson = study([(html, page.url) for page, html in zip(learned, first, strict=True)], name="built")
    made, made_next = _names(learned, 1, style), _names(unseen, 2, style)
    assert len(made) >= 4
    assert len(made & made_next) <= len(made) // 8  # of the shortest names some come again by chance
    assert [name for name in sorted(made) if re.search(rf"[.#=\"']{re.escape(name)}(?![\w-])", lesson.toml)] == []
    assert lesson.hashed
    read = _read(unseen, second, lesson.layout)
    expected = [_true(page.truth) for page in unseen]
    assert [_values(article, page.truth) for article, page in zip(read, unseen, strict=True)] == expected


@pytest.mark.parametrize("style", CLASSES)
@pytest.mark.parametrize(("site", "field"), GAINS.items())
def test_what_does_not_hang_on_names_is_learned_all_the_same(site: str, field: str, style: str) -> None:
    pages = SITES[site]()
    sent = _sent(pages, 1, style)
    lesson = study([(html, page.url) for page, html in zip(pages[:STUDIED], sent, strict=False)], name="built")
    changed = lesson.outcome.changed.get(field, 0) + lesson.outcome.found.get(field, 0)
    assert changed == STUDIED


def test_a_short_name_that_happens_to_be_a_word_is_one_of_the_tools_all_the_same() -> None:
    """rq and ly are initials of 日期 and 来源; two letters at random are, too, now and then."""
    drawn = {"post-head": "zr", "post-text": "rq", "post": "kq", "headline": "ly", "byline": "vm", "pubdate": "xd"}

    def make(truth: sites.Truth) -> bytes:
        html = sites.redesigned(truth).decode()
        for name, short in {**drawn, "origin": "qf", "topbar": "wv", "footer": "jb"}.items():
            html = html.replace(f'class="{name}"', f'class="{short} mt-4 flex text-[18px]"')
        return html.encode()

    lesson = study([(make(sites.article(number)), None) for number in range(1, 5)], name="short")
    named = [selector.css or "" for selectors in lesson.layout.selectors.values() for selector in selectors]
    assert lesson.hashed
    assert not [css for css in named if re.search(r"[.#]", css)]


def test_names_of_looks_do_not_hide_that_a_tool_makes_the_others() -> None:
    looks = " ".join(f"p-{number} text-[{number}px] md:w-1/{number}" for number in range(9))

    def make(truth: sites.Truth) -> bytes:
        html = built(sites.redesigned(truth).decode().replace('class="post"', 'class="post" id="post"'), 1, "svelte")
        return re.sub(r"id=\S+?>", 'id="abad">', html).replace('class="', f'class="{looks} ').encode()

    lesson = study([(make(sites.article(number)), None) for number in range(1, 5)], name="looks")
    assert lesson.hashed
    assert "abad" not in lesson.toml
