"""The pages that a layout is learned from: each parsed and read once, by the general engine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ..errors import NotAnArticleError, ScraperError
from ..extraction.metadata import read_metadata
from ..extraction.reading import Reading
from ..extraction.saved import read_open
from ..layouts import choose_layout
from ..normalize.text import squeeze
from ..page import read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selectolax.lexbor import LexborNode

    from ..layouts import Layout
    from ..page import Page
    from ..records import Article

__all__ = [
    "COMPARED",
    "FIELDS",
    "LEAST",
    "MOST",
    "SAME",
    "Sample",
    "compared",
    "key_of",
    "likeness",
    "read_samples",
    "spread",
]

LEAST: Final = 3
"""Pages that a layout can be learned from."""
MOST: Final = 20
"""Pages that are looked at; of more, as many spread evenly."""
FIELDS: Final = (
    "title", "subtitle", "source", "authors", "editors", "published_at", "modified_at", "breadcrumb", "summary",
)  # fmt: skip
"""The fields that one element each may hold."""
COMPARED: Final = (*FIELDS, "body", "images", "disclaimer", "teasers", "next_page_url", "site_name")
"""The fields by which two readings of a page are compared."""
SAME: Final = 0.98
"""How alike two readings of a text are that count as the same."""
_MOST_GIVEN: Final = 10_000


@dataclass(slots=True)
class Sample:
    """One page and what the general engine makes of it."""

    url: str | None
    page: Page
    reading: Reading
    article: Article | None
    reason: str | None
    """Why it is no article, a reason of NotAnArticleError."""
    nodes: dict[str, LexborNode | None] = field(default_factory=dict)
    """The element that each field was found in, as far as it was asked for."""

    doubted: set[str] = field(default_factory=set)
    """Fields whose value the other pages contradict: they count as not found."""

    def value(self, name: str) -> Any:  # noqa: ANN401  by field
        """The engine's value in a form to compare; None where it found nothing to rely on."""
        return None if name in self.doubted else key_of(name, self.article)

    def agrees(self, name: str, value: Any) -> bool:  # noqa: ANN401  by field
        """Tell whether a value is what the engine says, or the engine says nothing."""
        known = self.value(name)
        if name == "body":
            return likeness(known or "", value) >= SAME
        return known is None or bool(known == value)

    def node(self, name: str) -> LexborNode | None:
        """The element that the engine read the field in, where it is one that a reader sees."""
        if name in self.doubted:
            return None
        if name not in self.nodes:
            evidence = self.article.evidence.get(name) if self.article else None
            seen = evidence is not None and evidence.strategy in ("landmarks", "density", "layout")
            path = evidence.path if evidence and seen else None
            self.nodes[name] = self.page.tree.css_first(path) if path else None
        return self.nodes[name]


def key_of(name: str, article: Article | None) -> Any:  # noqa: ANN401  by field
    """Give a field's value in a form to compare, None for an empty one."""
    if article is None:
        return None
    value: Any = getattr(article, name)
    if name == "body":
        return article.text or None
    if name == "images":
        return tuple(image.url for image in value) or None
    if name in ("authors", "editors"):
        return tuple(value) or None
    if name == "breadcrumb":
        return tuple(squeeze(crumb.name) for crumb in value) or None
    if name == "teasers":
        return tuple(squeeze(teaser.title) for teaser in value) or None
    if name == "disclaimer":
        return tuple(value.clauses) or None if value else None
    if name == "published_at":
        return (value, article.published_precision) if value else None
    return value or None


def compared(article: Article | None) -> dict[str, Any]:
    """Give all fields that are compared, those without a value left out."""
    values = {name: key_of(name, article) for name in COMPARED}
    return {name: value for name, value in values.items() if value is not None}


def likeness(first: str, second: str) -> float:
    r"""Tell how much of two texts is the same, line by line, from 0 to 1.

    >>> likeness("甲乙丙\n丁", "甲乙丙\n丁"), likeness("甲乙丙", "丁")
    (1.0, 0.0)
    """
    one, other = Counter(first.splitlines()), Counter(second.splitlines())
    size = sum(len(line) * count for line, count in (one + other).items())
    shared = sum(len(line) * count for line, count in (one & other).items())
    return 2 * shared / size if size else 1.0


def spread(pages: Iterable[tuple[str | bytes, str | None]]) -> list[tuple[str | bytes, str | None]]:
    """Take at most as many pages as are looked at, evenly from all that are given."""
    given = list(islice(pages, _MOST_GIVEN))
    if len(given) <= MOST:
        return given
    return [given[index * len(given) // MOST] for index in range(MOST)]


def read_samples(pages: Sequence[tuple[str | bytes, str | None]], *, layout: Layout | None = None) -> list[Sample]:
    """Read the pages by ``layout``, or by the one that fits each; the same article twice counts once.

    What is no page at all is left out.
    """
    samples: list[Sample] = []
    seen: set[str] = set()
    for data, url in pages:
        sample = _read(data, url, layout)
        if sample is None:
            continue
        if sample.article is not None:
            if (text := sample.article.content_hash or "") in seen:
                continue
            seen.add(text)
        samples.append(sample)
    return samples


def _read(data: str | bytes, url: str | None, layout: Layout | None) -> Sample | None:
    if not isinstance(data, str | bytes) or not data.strip():
        return None
    address = url.encode("utf-8", "replace").decode("utf-8") if isinstance(url, str) else None
    try:
        page = read_page(data, url=address)
        chosen = layout or choose_layout(page)
        if chosen.exclude:
            page = page.without(chosen.exclude)
        article, reason = read_open(page, now=None, layout=_without_excludes(chosen)), None
    except NotAnArticleError as error:
        article, reason = None, error.reason
    except ScraperError:
        return None
    return Sample(address, page, Reading(page, chosen, None, read_metadata(page.outline.head)), article, reason)


def _without_excludes(layout: Layout) -> Layout:
    """The same layout for a page that lacks already what it excludes."""
    return layout.model_copy(update={"exclude": ()}) if layout.exclude else layout
