"""Every field of every fixture case, exact; and that these tests can fail."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import Article
from xinnong_scraper.normalize.text import squeeze
from xinnong_scraper.page import read_page
from xinnong_scraper.testing import difference, fixture_tests

from .cases import FIELDS, FIXTURES, actual_of, article_of, case_names, expected_of, fixture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

CASES = case_names()
ARTICLES = [name for name in CASES if "error" not in expected_of(name)]
NOT_READ = {"url", "layout", "page_count", "warnings"}
"""What the caller says, the library decides or counts: nothing on the page that evidence could point to."""

TEXT_AT_NODE = ("title", "source", "published_at", "subtitle", "breadcrumb")
"""Fields whose raw text or value must stand at the place that the evidence names."""


test_field = fixture_tests(FIXTURES)


def failing(expected: dict[str, Any], actual: dict[str, Any]) -> set[str]:
    """The fields whose tests would fail."""
    return {field for field in expected if difference(expected, actual, field) is not None}


@pytest.mark.parametrize("case", CASES)
def test_expected_json_has_exactly_the_documented_keys(case: str) -> None:
    expected = expected_of(case)
    assert sorted(expected) == (["error", "reason"] if "error" in expected else sorted(FIELDS))


def test_the_readme_names_these_fields() -> None:
    text = (FIXTURES / "README.md").read_text("utf-8")
    listed = re.search(r"exactly these keys of `[^`]+`: `([^`]+)`", text)
    assert listed is not None
    assert tuple(listed[1].split()) == FIELDS


def test_there_are_as_many_cases_as_promised() -> None:
    seed = "聊城迅速掀起新一轮对外开放"
    renderings = [name for name in ARTICLES if expected_of(name)["title"].startswith(seed)]
    assert len(renderings) >= 10
    assert len([name for name in ARTICLES if name.startswith("xinnong/") and name not in renderings]) >= 10


@pytest.mark.parametrize("case", ARTICLES)
def test_every_value_has_evidence(case: str) -> None:
    article = read(case)
    values = article.model_dump(mode="json")
    present = {name for name in FIELDS if values[name] and values[name] != {"blocks": []}} - NOT_READ
    assert present - set(article.evidence) == set()
    for name, evidence in article.evidence.items():
        assert evidence.strategy, name
        assert evidence.rule, name
        assert evidence.raw is None or 0 < len(evidence.raw) <= 500, name


@pytest.mark.parametrize("case", ARTICLES)
def test_evidence_leads_to_its_place_on_the_page(case: str) -> None:
    sample, article = fixture(case), read(case)
    tree = read_page(sample.body, url=sample.url, headers=sample.headers).tree
    for name, evidence in article.evidence.items():
        nodes = tree.css(evidence.path) if evidence.path is not None else []
        assert nodes or evidence.path is None, (name, evidence.path)
        if name in TEXT_AT_NODE and nodes and evidence.raw:
            texts = [squeeze(text)[:40] for text in (evidence.raw, getattr(article, name)) if isinstance(text, str)]
            assert any(text in place(node) for text in texts for node in nodes), (name, evidence)


@pytest.mark.parametrize("case", CASES)
def test_a_changed_expected_value_makes_exactly_its_test_fail(case: str) -> None:
    expected, actual = expected_of(case), actual_of(case)
    before = failing(expected, actual)
    for field, value in expected.items():
        for other in changes(value):
            changed = {**expected, field: other}
            assert failing(changed, actual) - before == {field} - before, (field, other)


def changes(value: Any) -> Iterator[Any]:
    """The JSON value with one thing changed: each leaf, each element left out or doubled."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: other} for other in changes(inner))
    elif isinstance(value, list):
        yield [*value, "x"] if not value or not isinstance(value[0], dict) else [*value, value[0]]
        for index, inner in enumerate(value):
            yield value[:index] + value[index + 1 :]
            yield from ([*value[:index], other, *value[index + 1 :]] for other in changes(inner))
    elif isinstance(value, str):
        yield value + "。"
        yield None
    elif value is None:
        yield "x"
    else:
        yield value + 1


def place(node: LexborNode) -> str:
    """What stands at a node: its text and its attributes' values."""
    attributes = json.dumps([*node.attributes.values()], ensure_ascii=False)
    return squeeze(f"{node.text()} {attributes}")


def read(case: str) -> Article:
    article = article_of(case)
    assert isinstance(article, Article)
    return article
