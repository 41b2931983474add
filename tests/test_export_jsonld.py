"""JSON-LD that others understand: schema.org's vocabulary, a JSON-LD processor, and what Google asks of articles."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from xinnong_scraper import Article
from xinnong_scraper.export import to_jsonld, write_records
from xinnong_scraper.records import Image

from .cases import article_of, case_names, replica_samples
from .optional import imported
from .rows import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VOCABULARY: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    # https://schema.org/NewsArticle, with what it inherits from Article, CreativeWork and Thing
    "NewsArticle": {
        "url": ("URL",),
        "mainEntityOfPage": ("URL", "CreativeWork"),
        "headline": ("Text",),
        "alternativeHeadline": ("Text",),
        "datePublished": ("Date", "DateTime"),
        "dateModified": ("Date", "DateTime"),
        "author": ("Person", "Organization"),
        "editor": ("Person",),
        "sourceOrganization": ("Organization",),
        "publisher": ("Organization", "Person"),
        "articleSection": ("Text",),
        "description": ("Text", "TextObject"),
        "keywords": ("Text", "URL", "DefinedTerm"),
        "inLanguage": ("Text", "Language"),
        "image": ("URL", "ImageObject"),
        "articleBody": ("Text",),
    },
    # https://schema.org/Person
    "Person": {"name": ("Text",), "url": ("URL",)},
    # https://schema.org/Organization
    "Organization": {"name": ("Text",), "url": ("URL",)},
    # https://schema.org/ImageObject
    "ImageObject": {"url": ("URL",), "caption": ("Text", "MediaObject"), "description": ("Text", "TextObject")},
}
"""The properties that we use of each type, with the types that schema.org expects there."""

CONTEXT: Final[dict[str, Any]] = {
    "@context": {
        "@vocab": "http://schema.org/",
        "schema": "http://schema.org/",
        "dateModified": {"@id": "schema:dateModified", "@type": "Date"},
        "datePublished": {"@id": "schema:datePublished", "@type": "Date"},
        "image": {"@id": "schema:image", "@type": "@id"},
        "mainEntityOfPage": {"@id": "schema:mainEntityOfPage", "@type": "@id"},
        "url": {"@id": "schema:url", "@type": "@id"},
    }
}
"""Of schema.org's own context (https://schema.org/docs/jsonldcontext.jsonld, version 28.1), the terms of the table that
are more than the vocabulary's name; the others are plain."""

SCHEMA: Final = "http://schema.org/"
IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
TIMED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def problems(value: Any, expected: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a value where one of these types is expected."""
    if isinstance(value, list):
        if not value:
            yield "an empty list"
        for each in value:
            yield from problems(each, expected)
    elif isinstance(value, dict):
        yield from problems_of_object(value, expected)
    elif not isinstance(value, str) or not value:
        yield f"{value!r} is no text"
    elif not any(fits(value, kind) for kind in expected):
        yield f"{value[:60]!r} is none of {expected}"


def problems_of_object(value: dict[str, Any], expected: tuple[str, ...]) -> Iterator[str]:
    kind = value.get("@type")
    if kind not in expected or kind not in VOCABULARY:
        yield f"a {kind} is none of {expected}"
        return
    for name, inner in value.items():
        if name in ("@type", "@context"):
            continue
        if name not in VOCABULARY[kind]:
            yield f"{kind} has no property {name}"
        else:
            yield from (f"{name}: {problem}" for problem in problems(inner, VOCABULARY[kind][name]))


def fits(value: str, kind: str) -> bool:
    if kind == "URL":
        return IRI.fullmatch(value) is not None
    if kind == "DateTime":
        return TIMED.fullmatch(value) is not None and datetime.fromisoformat(value).tzinfo is not None
    if kind == "Date":
        return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None and bool(date.fromisoformat(value))
    return kind == "Text"


def articles() -> list[Article]:
    """What is read of the fixtures and of the replica's pages, and a record with everything in it."""
    fixtures = [found for name in case_names() if isinstance(found := article_of(name), Article)]
    return [FULL, *fixtures, *(sample.read() for sample in replica_samples()[:30])]


ARTICLES: Final = articles()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.url)
def test_every_property_is_in_the_vocabulary_with_a_value_of_its_type(article: Article) -> None:
    assert list(problems(to_jsonld(article), ("NewsArticle",))) == []


def test_every_property_of_the_table_is_tried() -> None:
    written = {name for article in ARTICLES for name in to_jsonld(article)} - {"@context", "@type"}
    assert written == set(VOCABULARY["NewsArticle"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"headlin": "题"}, "no property headlin"),
        ({"datePublished": "2018-04-28 13:44"}, "datePublished: "),
        ({"datePublished": "2018-04-28T13:44:00"}, "datePublished: "),
        ({"image": [{"@type": "ImageObject", "url": "a.jpg"}]}, "image: url: "),
        ({"author": ["张三"]}, "author: "),
        ({"editor": [{"@type": "Organization", "name": "编辑部"}]}, "editor: a Organization"),
        ({"headline": ""}, "headline: "),
        ({"keywords": []}, "keywords: an empty list"),
    ],
)
def test_the_check_finds_what_is_wrong(change: dict[str, Any], said: str) -> None:
    assert said in "; ".join(problems(to_jsonld(FULL) | change, ("NewsArticle",)))


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.url)
def test_what_google_asks_of_an_article(article: Article) -> None:
    """https://developers.google.com/search/docs/appearance/structured-data/article, "Article object"."""
    found = to_jsonld(article)
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "NewsArticle"
    assert found["headline"] == article.title
    for person in found.get("author", []):
        assert person.keys() == {"@type", "name"}, "the name alone, without role, publisher or date"
        assert not re.search(r"[:：]|作者|记者|编辑|\d{4}", person["name"])
    for image in found.get("image", []):
        assert image["url"].startswith(("http://", "https://")), "crawlable"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("http://a.example/图 <1>.jpg", "http://a.example/图%20%3C1%3E.jpg"),
        ('http://a.example/{"a"|b}^`\\.jpg', "http://a.example/%7B%22a%22%7Cb%7D%5E%60%5C.jpg"),
        ("http://a.example/a\tb\nc", "http://a.example/a%09b%0Ac"),
        ("http://a.example/%E5%9B%BE?x=1&y=[2]#z", "http://a.example/%E5%9B%BE?x=1&y=[2]#z"),
    ],
)
def test_addresses_are_iris(written: str, wanted: str) -> None:
    found = to_jsonld(
        Article(url=written, canonical_url=written, source="源", source_url=written, images=[Image(url=written)])
    )
    assert (found["url"], found["mainEntityOfPage"]) == (wanted, wanted)
    assert (found["sourceOrganization"]["url"], found["image"][0]["url"]) == (wanted, wanted)


@pytest.fixture
def pyld() -> Any:
    return imported("pyld").jsonld


def from_here(url: str, _options: object) -> dict[str, Any]:
    """Give schema.org's context without a network; nothing else is asked for."""
    assert url == "https://schema.org"
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": CONTEXT}


def statements(document: Any, pyld: Any) -> list[tuple[str, str]]:
    """What a processor takes from a document: predicate and object of every statement, in RDF."""
    graph = pyld.to_rdf(document, {"documentLoader": from_here})["@default"]
    return [(each["predicate"]["value"].removeprefix(SCHEMA), each["object"]["value"]) for each in graph]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The names and texts of a document, as it is written."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not key.startswith("@"):
                yield from leaves(inner, key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, name)
    else:
        yield name, value


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.url)
def test_a_processor_takes_every_statement(article: Article, pyld: Any) -> None:
    document = to_jsonld(article)
    (expanded,) = pyld.expand(document, {"documentLoader": from_here})
    assert expanded["@type"] == [f"{SCHEMA}NewsArticle"]
    assert {name.removeprefix(SCHEMA) for name in expanded if name != "@type"} == {
        name for name in document if not name.startswith("@")
    }
    # RDF is a set: an author who is named twice is one statement of each of two nodes.
    assert set(leaves(document)) <= set(statements(document, pyld))


def test_an_odd_address_survives_as_rdf(pyld: Any) -> None:
    options = {"format": "application/n-quads", "documentLoader": from_here}
    document = to_jsonld(Article(url="http://a.example/<1>"))
    (back,) = pyld.from_rdf(pyld.to_rdf(document, options))
    assert back[f"{SCHEMA}url"] == [{"@id": "http://a.example/%3C1%3E"}]
    with pytest.raises(pyld.JsonLdError):
        pyld.from_rdf(pyld.to_rdf(document | {"url": "http://a.example/<1>"}, options))


def test_the_types_of_values_are_known_to_a_processor(pyld: Any) -> None:
    (expanded,) = pyld.expand(to_jsonld(FULL), {"documentLoader": from_here})
    assert expanded[f"{SCHEMA}url"] == [{"@id": FULL.url}]
    assert expanded[f"{SCHEMA}datePublished"][0]["@type"] == f"{SCHEMA}Date"
    assert datetime.fromisoformat(expanded[f"{SCHEMA}dateModified"][0]["@value"]) == FULL.modified_at
    assert FULL.modified_at is not None
    assert FULL.modified_at.tzinfo == UTC


def test_a_file_of_many_is_one_graph_of_articles(pyld: Any, tmp_path: Path) -> None:
    write_records(ARTICLES, tmp_path / "out.jsonld")
    document = json.loads((tmp_path / "out.jsonld").read_text("utf-8"))
    expanded = pyld.expand(document, {"documentLoader": from_here})
    assert len(expanded) == len(ARTICLES)
    assert {kind for each in expanded for kind in each["@type"]} == {f"{SCHEMA}NewsArticle"}
