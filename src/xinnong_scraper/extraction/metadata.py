"""What the document says of itself, out of the reader's sight: JSON-LD, OpenGraph and ``<meta>``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..normalize.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from ..blocks import Head

__all__ = ["Metadata", "read_metadata"]

ARTICLE_TYPES: Final = frozenset(
    {
        "article", "newsarticle", "reportagenewsarticle", "blogposting", "socialmediaposting", "techarticle", "report",
        "analysisnewsarticle", "askpublicnewsarticle", "backgroundnewsarticle", "opinionnewsarticle",
        "reviewnewsarticle", "liveblogposting", "discussionforumposting", "scholarlyarticle", "medicalscholarlyarticle",
        "satiricalarticle", "advertisercontentarticle", "apireference",
    }
)  # fmt: skip
"""schema.org's Article and its more specific types, in lower case."""
_MAX_JSON: Final = 2_000_000
_MAX_NODES: Final = 2_000
_MAX_DEPTH: Final = 900  # of brackets: json's own parser recurses
_TRAILING_COMMA = re.compile(r",\s{0,50}([}\]])")

META_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("og:title", "twitter:title", "articletitle", "title", "headline", "dc.title"),
    "published_at": (
        "article:published_time",
        "og:published_time",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_time",
        "og:release_date",
        "weibo: article:create_at",
        "weibo:article:create_at",
        "bytedance:published_time",
        "apub:time",
        "dc.date",
        "article:published",
        "_pubtime",
        "firstcreatetime",
        "date",
    ),
    "modified_at": (
        "article:modified_time",
        "og:updated_time",
        "og:modified_time",
        "datemodified",
        "bytedance:updated_time",
        "lastmodifieddate",
    ),
    "source": ("contentsource", "source", "og:article:source", "mediaid", "article:source"),
    "authors": ("author", "article:author", "og:article:author", "weibo: article:author"),
    "site_name": ("og:site_name", "application-name", "sitename", "apple-mobile-web-app-title"),
    "summary": ("description", "og:description", "twitter:description"),
    "keywords": ("keywords", "news_keywords", "article:tag"),
    "date_hint": ("dateupdate", "lastmodifieddate"),
    "url": ("og:url",),
    "type": ("og:type",),
}
"""Which ``name``, ``property`` or ``itemprop`` speaks of which field, the best first."""


@dataclass(slots=True)
class Stated:
    """A statement of the metadata."""

    value: str
    rule: str
    node: LexborNode | None


@dataclass(slots=True)
class Metadata:
    """All statements, by field, the best first."""

    stated: dict[str, list[Stated]] = field(default_factory=dict)
    article: dict[str, Any] | None = None
    """The JSON-LD object of the article, where there is one."""
    others: list[dict[str, Any]] = field(default_factory=list)
    """The document's other JSON-LD objects with a date or an author: a page, a recipe, a course."""
    by_name: dict[str, Stated] = field(default_factory=dict)

    def first(self, name: str) -> Stated | None:
        """The best statement about a field."""
        found = self.stated.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Stated]:
        """All statements about a field."""
        return self.stated.get(name, [])


def read_metadata(head: Head) -> Metadata:
    """Collect what the page's head states; broken JSON is passed over."""
    metadata = Metadata()
    for kind, node in head.data:
        if kind == "application/ld+json":
            _read_json_ld(metadata, node)
    described = metadata.stated.pop("summary", [])
    for node in head.metas:
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if key and content and (value := clean(content)):
            key = key.strip().lower()
            metadata.by_name.setdefault(key, Stated(value, f"meta:{key}", node))
    for name, keys in META_KEYS.items():
        for key in keys:
            if stated := metadata.by_name.get(key):
                metadata.stated.setdefault(name, []).append(stated)
    if described:
        metadata.stated.setdefault("summary", []).extend(described)
    return metadata


def _read_json_ld(metadata: Metadata, node: LexborNode) -> None:
    for item in _objects(_load(node.text())):
        kinds = item.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(name, str) and name.lower() in ARTICLE_TYPES for name in names):
            if "datePublished" in item or "author" in item:
                metadata.others.append(item)
            continue
        if metadata.article is None:
            metadata.article = item
            for name, key in (
                ("title", "headline"), ("published_at", "datePublished"), ("modified_at", "dateModified"),
                ("summary", "description"), ("body", "articleBody"), ("section", "articleSection"),
            ):  # fmt: skip
                if isinstance(value := item.get(key), str) and (text := clean(value)):
                    metadata.stated.setdefault(name, []).append(Stated(text, f"json-ld:{key}", node))
            for name, key in (("source", "sourceOrganization"), ("site_name", "publisher"), ("authors", "author")):
                for text in _names(item.get(key)):
                    metadata.stated.setdefault(name, []).append(Stated(text, f"json-ld:{key}", node))


def _load(text: str) -> Any:  # noqa: ANN401  JSON
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    if not text or len(text) > _MAX_JSON or max(text.count("["), text.count("{")) > _MAX_DEPTH * 4:
        return None
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(data: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  JSON
    """All objects on the top levels of a JSON-LD document, ``@graph`` and ``mainEntity`` included."""
    waiting = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting.extend(item[:_MAX_NODES])
        elif isinstance(item, dict):
            yield item
            waiting.extend(
                item[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(item.get(key), dict | list)
            )


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    for item in (value if isinstance(value, list) else [value])[:20]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and (text := clean(name)):
            yield text
