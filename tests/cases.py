"""Pages for the tests: the fixture cases and the replica portal's pages, with what is needed to read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from xinnong_scraper import Article, ScraperError, extract_html
from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site
from xinnong_scraper.testing import FIELDS as FIELDS  # noqa: PLC0414  handed on
from xinnong_scraper.testing import Case, as_expected, complete, find_cases

FIXTURES = Path(__file__).parent / "fixtures"
BASE = "http://127.0.0.1:8000/"
NOW = datetime.fromisoformat("2018-05-02T09:00:00+08:00")


@dataclass(frozen=True)
class Sample:
    """One page as a server would send it, and when it was read."""

    name: str
    body: bytes = field(repr=False)
    headers: dict[str, str]
    url: str
    now: datetime | None

    def read(self) -> Article:
        return extract_html(self.body, url=self.url, headers=self.headers, now=self.now)

    def outcome(self) -> str:
        """The record as JSON, byte for byte, or the error."""
        return outcome_of(self.body, url=self.url, headers=self.headers, now=self.now)


def outcome_of(html: str | bytes, **arguments: Any) -> str:
    """The record as JSON, or the library's own error; anything else is raised."""
    try:
        return extract_html(html, **arguments).model_dump_json()
    except ScraperError as error:
        return f"{type(error).__name__} {getattr(error, 'reason', None)}: {error}"


@cache
def cases() -> dict[str, Case]:
    """The fixture cases by their names: ``xinnong/dedecms`` and so on."""
    return {case.name: case for case in find_cases(FIXTURES)}


def case_names() -> list[str]:
    """``xinnong/dedecms`` and so on."""
    return list(cases())


@cache
def fixture(name: str) -> Sample:
    """The page of a fixture case."""
    case = cases()[name]
    return Sample(name, case.html, dict(case.headers), case.url or "", case.now)


def expected_of(name: str) -> dict[str, Any]:
    """What the case's author read on the page."""
    return dict(cases()[name].expected)


@cache
def article_of(name: str) -> Article | ScraperError:
    """What the library reads on the page; once in a session."""
    try:
        return fixture(name).read()
    except ScraperError as error:
        return error


def actual_of(name: str) -> dict[str, Any]:
    """The same in the form of ``expected.json``."""
    found = article_of(name)
    if isinstance(found, ScraperError):
        return {"error": type(found).__name__, "reason": getattr(found, "reason", None)}
    return as_expected(found)


filled = complete
"""An expected value with the keys that its parts leave out."""


@cache
def replica_samples() -> tuple[Sample, ...]:
    """Every page of every article of the replica portal."""
    articles = generate_articles()
    site = Site(articles, BASE)
    paths = [path for article in articles for path in article.paths]
    found = [(path, site.respond(path)) for path in paths]
    return tuple(
        Sample(path, response.body, {"content-type": response.content_type}, urljoin(BASE, path), NOW)
        for path, response in found
    )


def all_samples() -> list[Sample]:
    """The fixtures' pages and the replica's."""
    return [*(fixture(name) for name in case_names()), *replica_samples()]
