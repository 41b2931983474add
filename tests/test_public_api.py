"""The names that users import, their signatures, and what they may rely on of records and errors."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import pydantic
import pytest

import xinnong_scraper
from xinnong_scraper import errors, records

NAMES = [
    "Article",
    "FetchPolicy",
    "Layout",
    "Scraper",
    "ScraperError",
    "__version__",
    "aextract",
    "aextract_many",
    "extract",
    "extract_html",
    "extract_many",
]

ARTICLE = records.Article(title="题", body=records.Body(blocks=[records.Block(kind="paragraph", text="甲。")]))

ERRORS = [
    errors.ScraperError("no record", url="http://a.example/"),
    errors.FetchError("no page"),
    errors.HTTPStatusError("gone", url="http://a.example/", status=429, retry_after=1.5),
    errors.ChallengeError("a robot check", status=403, service="Cloudflare"),
    errors.RobotsDisallowedError("forbidden"),
    errors.AddressBlockedError("private"),
    errors.ResponseTooLargeError("large", limit=10, seen=11),
    errors.FetchTimeoutError("late", timeout=2.0),
    errors.ConnectionFailedError("refused"),
    errors.TooManyRedirectsError("a loop", limit=5),
    errors.UnsupportedContentError("a PDF", content_type="application/pdf"),
    errors.DecodeError("no text"),
    errors.ExtractionError("no record"),
    errors.NotAnArticleError("a list", reason="list_page"),
    errors.IncompleteArticleError("no time", missing=("published_at",), article=ARTICLE),
    errors.LayoutError("unknown key", file="mine.toml", key="labels.sauce"),
    errors.ArchiveError("a.warc, byte 7: no record begins here", file="a.warc", offset=7, url="http://a.example/1"),
    errors.EngineError("Spark does not start", engine="spark"),
    errors.WorkerLostError("two workers ended before their time", table=3),
    errors.ExportError("the disk is full", path="out.jsonl", errno=28),
    errors.StoreError("the disk is full", path="portal.db"),
    errors.BaselineError("the disk is full", path="portal.db"),
]

TREE = {
    "ScraperError": "Exception",
    "FetchError": "ScraperError",
    "HTTPStatusError": "FetchError",
    "ChallengeError": "HTTPStatusError",
    "RobotsDisallowedError": "FetchError",
    "AddressBlockedError": "FetchError",
    "ResponseTooLargeError": "FetchError",
    "FetchTimeoutError": "FetchError",
    "ConnectionFailedError": "FetchError",
    "TooManyRedirectsError": "FetchError",
    "UnsupportedContentError": "FetchError",
    "DecodeError": "ScraperError",
    "ExtractionError": "ScraperError",
    "NotAnArticleError": "ExtractionError",
    "IncompleteArticleError": "ExtractionError",
    "LayoutError": "ScraperError",
    "ArchiveError": "ScraperError",
    "EngineError": "ScraperError",
    "WorkerLostError": "ScraperError",
    "ExportError": "ScraperError",
    "StoreError": "ScraperError",
    "BaselineError": "ScraperError",
}

# name -> (positional parameters, keyword-only parameters with their defaults)
SIGNATURES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "extract": (
        ["url"],
        {"layout": None, "policy": None, "follow_pages": False, "strict": False, "second_opinion": False},
    ),
    "aextract": (
        ["url"],
        {"layout": None, "policy": None, "follow_pages": False, "strict": False, "second_opinion": False},
    ),
    "extract_html": (
        ["html"],
        {"url": None, "headers": None, "layout": None, "strict": False, "now": None, "second_opinion": False},
    ),
}


def signature(function: Any) -> tuple[list[str], dict[str, Any]]:
    parameters = inspect.signature(function).parameters.values()
    keywords = {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}
    return [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY], keywords


def set_field(record: object, name: str, value: object) -> None:
    """Set a field as careless code would; the checker would refuse the plain assignment."""
    setattr(record, name, value)


def test_the_public_names_are_exactly_these() -> None:
    assert sorted(xinnong_scraper.__all__) == NAMES
    assert not [name for name in NAMES if not hasattr(xinnong_scraper, name)]


def test_the_package_shows_its_names() -> None:
    assert set(NAMES) <= set(dir(xinnong_scraper))


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name: str) -> None:
    assert signature(getattr(xinnong_scraper, name)) == SIGNATURES[name]


@pytest.mark.parametrize("name", ["extract_many", "aextract_many"])
def test_many_takes_addresses_and_a_concurrency(name: str) -> None:
    positional, keywords = signature(getattr(xinnong_scraper, name))
    assert positional == ["urls"]
    assert keywords["concurrency"] == 8
    assert {"layout", "policy", "follow_pages", "strict", "second_opinion"} <= set(keywords)


def test_the_async_functions_are_async() -> None:
    assert inspect.iscoroutinefunction(xinnong_scraper.aextract)
    assert not inspect.iscoroutinefunction(xinnong_scraper.extract)


def test_a_scraper_has_the_same_five_methods_and_is_a_context_manager() -> None:
    methods = ["extract", "aextract", "extract_html", "extract_many", "aextract_many"]
    managers = ["__enter__", "__exit__", "__aenter__", "__aexit__"]
    assert not [name for name in methods + managers if not callable(getattr(xinnong_scraper.Scraper, name, None))]
    assert signature(xinnong_scraper.Scraper) == (
        [],
        {"policy": None, "layouts": None, "second_opinion": False, "fetcher": None},
    )


def test_a_policy_is_frozen_and_has_the_documented_settings() -> None:
    policy = xinnong_scraper.FetchPolicy()
    settings = ["user_agent", "timeout", "max_bytes", "max_redirects", "allow_private", "headers"]
    assert not [name for name in settings if not hasattr(policy, name)]
    assert policy.allow_private is False
    with pytest.raises((AttributeError, TypeError, pydantic.ValidationError)):
        set_field(policy, "timeout", 1.0)


@pytest.mark.parametrize("name", sorted(set(records.__all__) - {"BlockKind", "Precision", "WarningCode"}))
def test_records_are_frozen_and_refuse_unknown_fields(name: str) -> None:
    model: type[pydantic.BaseModel] = getattr(records, name)
    assert model.model_config["frozen"] is True
    assert model.model_config["extra"] == "forbid"


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        set_field(ARTICLE, "title", "another")


def test_the_interchange_form_reads_back() -> None:
    assert records.Article.model_validate(ARTICLE.model_dump(mode="json")) == ARTICLE
    assert records.Article.model_validate_json(ARTICLE.model_dump_json()) == ARTICLE


def test_every_field_of_every_record_is_described() -> None:
    undescribed = [
        f"{name}.{field}"
        for name in records.__all__
        if inspect.isclass(model := getattr(records, name)) and issubclass(model, pydantic.BaseModel)
        for field, info in model.model_fields.items()
        if not info.description
    ]
    assert undescribed == []


def test_the_error_tree_is_exactly_this() -> None:
    classes = {name: getattr(errors, name) for name in errors.__all__ if name.endswith("Error")}
    assert {name: kind.__bases__[0].__name__ for name, kind in classes.items()} == TREE


def test_every_error_is_tried_below() -> None:
    assert {type(error).__name__ for error in ERRORS} == set(TREE)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_pickle_with_all_they_carry(error: errors.ScraperError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert vars(back) == vars(error)
    assert str(back) == str(error)
    assert back.args == error.args


def test_an_error_names_its_address() -> None:
    error = errors.HTTPStatusError("the page is gone", url="http://a.example/1", status=404)
    assert str(error) == "the page is gone [http://a.example/1]"
    assert error.message == "the page is gone"
