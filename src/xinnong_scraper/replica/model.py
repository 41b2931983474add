"""What an article of the replica portal consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import truth

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["AuthorPlace", "Block", "Crumb", "Disclaimer", "Picture", "ReplicaArticle", "Section", "TeaserRef"]

BlockKind = Literal["paragraph", "subheading", "list_item", "quote", "table", "image"]
AuthorPlace = Literal["byline", "dateline", "credit"]


@dataclass(frozen=True, slots=True)
class Section:
    """A channel of the portal, shown at ``/<slug>/``; the home page's slug is empty."""

    slug: str
    name: str

    @property
    def path(self) -> str:
        """The path of the section's first list page."""
        return f"/{self.slug}/" if self.slug else "/"


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumb; ``path`` is None where the step is no link."""

    name: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its path on the portal, its size in pixels and what stands at it."""

    path: str
    width: int
    height: int
    alt: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body. Tables have ``rows``, images a ``picture``, all others ``text``."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """The notice below the article: its heading without brackets, its clauses without numbers."""

    heading: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeaserRef:
    """A pointer to a related article; what its template does not show is None."""

    path: str
    title: str
    summary: str | None = None
    published_at: datetime | None = None
    published_text: str | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class ReplicaArticle:
    """One article, as its pages show it: whatever its template leaves out is None or empty here too."""

    number: int
    """The article's number in its paths, unique."""
    paths: tuple[str, ...]
    """The paths of its pages, the first page's first."""
    section: Section
    title: str
    source: str | None
    source_url: str | None
    """The link on the source's name, as written in the page."""
    published_at: datetime
    """Aware, Asia/Shanghai, cut to the precision shown."""
    published_text: str
    """The date as the page shows it."""
    precision: Literal["second", "minute", "day"]
    authors: tuple[str, ...]
    author_place: AuthorPlace
    """Where the authors are named: beside the source, at the body's start or at its end."""
    editor: str | None
    summary: str
    """The abstract, in ``<meta name="description">`` and, in some templates, shown."""
    keywords: tuple[str, ...]
    crumbs: tuple[Crumb, ...]
    pages: tuple[tuple[Block, ...], ...]
    """The blocks of the body, page by page."""
    thumbnail: Picture
    """The small picture that lists and teasers show."""
    disclaimer: Disclaimer | None
    template: str
    """The name of the template that renders it."""
    encoding: Literal["utf-8", "gb18030"]
    """The codec of its pages' bytes."""
    teasers: tuple[TeaserRef, ...] = ()

    @property
    def path(self) -> str:
        """The path of the first page."""
        return self.paths[0]

    @property
    def pictures(self) -> list[Picture]:
        """The pictures of the body, in order."""
        return [block.picture for page in self.pages for block in page if block.picture is not None]

    def expected(self, base_url: str, page: int | None = 1) -> dict[str, object]:
        """Give the values that a reader of the page finds, and so an extractor must.

        ``base_url`` is the portal's address (``ReplicaPortal.url``); ``page`` counts from 1, None means all pages
        merged into one record. The keys are those of an article's JSON form, but that ``body`` is a list of (kind,
        text) pairs: a table is one pair a row, its cells joined by tabs; images stand in ``images``. Raises
        ``IndexError`` for a page that the article does not have.
        """
        return truth.expected_record(self, base_url, page)
