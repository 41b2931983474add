"""No field claims evidence that it does not have: places, texts and agreement are looked up in the page itself."""

from __future__ import annotations

import html
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import Article, ScraperError
from xinnong_scraper.extraction.headline import split_site_name
from xinnong_scraper.extraction.metadata import read_metadata
from xinnong_scraper.normalize.dates import parse_stamp
from xinnong_scraper.normalize.urls import date_in_url
from xinnong_scraper.page import read_page

from .cases import Sample, all_samples, fixture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from xinnong_scraper.page import Page

WITHOUT: Final = {"url", "layout", "page_count", "confidence", "evidence", "warnings", "fetched_at", "content_hash"}
"""What describes the reading itself."""
NOT_OF_THE_PAGE: Final = {"encoding"}
"""Fields whose raw text may be a header's."""
PAGES: Final = all_samples()


@cache
def record_of(number: int) -> Article | None:
    try:
        return PAGES[number].read()
    except ScraperError:
        return None


@cache
def page_of(number: int) -> Page:
    sample = PAGES[number]
    return read_page(sample.body, url=sample.url, headers=sample.headers)


def articles() -> Iterator[tuple[int, Sample, Article]]:
    for number, sample in enumerate(PAGES):
        if (article := record_of(number)) is not None:
            yield number, sample, article


def bare(text: str) -> str:
    return "".join(html.unescape(text).split())


def texts_of(node: LexborNode) -> Iterator[str]:
    """What an element shows, with and without what only the eye gets, and what attributes in it say."""
    yield node.text()
    apart = LexborHTMLParser(node.html or "")
    for element in apart.css("[aria-hidden=true]"):
        element.decompose()
    yield apart.root.text() if apart.root is not None else ""
    for element in node.css("*"):
        yield from (value for value in element.attributes.values() if value)


def test_there_are_pages() -> None:
    assert sum(1 for _ in articles()) > 100


def test_what_has_a_value_has_evidence_and_nothing_else() -> None:
    for _, sample, article in articles():
        filled = {
            field
            for field in type(article).model_fields
            if field not in WITHOUT and getattr(article, field) and (field != "body" or article.body.blocks)
        }
        assert filled == set(article.evidence) - WITHOUT, sample.name


def test_the_raw_text_stands_where_the_path_leads() -> None:
    wrong = []
    for number, sample, article in articles():
        tree = LexborHTMLParser(page_of(number).html)
        for field, evidence in article.evidence.items():
            if evidence.path is None or evidence.raw is None:
                continue
            found = tree.css(evidence.path)
            if len(found) != 1 or not any(bare(evidence.raw) in bare(text) for text in texts_of(found[0])):
                wrong.append((sample.name, field, evidence))
    assert not wrong


def test_what_has_no_path_came_from_no_element() -> None:
    for _, sample, article in articles():
        for field, evidence in article.evidence.items():
            if evidence.path is None and field not in NOT_OF_THE_PAGE:
                from_url = evidence.strategy == "url" and evidence.raw == sample.url
                assert from_url or evidence.raw is None, (sample.name, field, evidence)


def test_what_agrees_said_the_same() -> None:
    checked = 0
    for number, sample, article in articles():
        for field in ("title", "published_at", "source", "summary"):
            for name in article.evidence[field].agreeing if field in article.evidence else ():
                assert says_the_same(page_of(number), article, field, name), (sample.name, field, name)
                checked += 1
    assert checked > 100


def says_the_same(page: Page, article: Article, field: str, name: str) -> bool:
    """Look up what agrees: ``url``, ``metadata:title`` or a rule of the metadata; visible text is not looked up."""
    strategy, _, rule = name.partition(":")
    value = getattr(article, field)
    if name == "url":
        return bool(date_in_url(page.url) == value.date())
    if strategy != "metadata":
        return strategy == "landmarks"
    if rule == "title":
        return bare(value) in bare(page.outline.head.title)
    stated = [one.value for one in read_metadata(page.outline.head).all(field) if one.rule == rule]
    if field == "published_at":
        stamps = [found.value for one in stated if (found := parse_stamp(one, value.tzinfo)) and found.value]
        return value.date() in {stamp.date() for stamp in stamps}
    plain = [bare(text) for one in stated for text in (one, split_site_name(one)[0])]
    return any(bare(value) in text or (len(text) >= 6 and text in bare(value)) for text in plain)


@pytest.mark.parametrize("name", ["xinnong/a-pages-1"])
def test_a_fixture_of_several_pages_names_its_next_page_as_written(name: str) -> None:
    article = fixture(name).read()
    assert article.evidence["next_page_url"].raw
    assert len(article.evidence["next_page_url"].raw) < 8
