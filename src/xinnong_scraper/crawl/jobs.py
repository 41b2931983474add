"""What goes through a crawl: a page to ask for, an address found, and what became of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page import FetchedPage
    from ..records import Article

__all__ = ["ARTICLE", "FAILED", "OTHER", "QUEUED", "SAME", "Job", "Link", "PageKind", "Result"]

PageKind = Literal["seed", "item", "section", "pager", "other", "feed", "sitemap"]

QUEUED: Final = 0
ARTICLE: Final = 1
OTHER: Final = 2
FAILED: Final = 3
SAME: Final = 4


class Job(NamedTuple):
    """A page to ask for."""

    id: int
    url: str
    kind: PageKind
    depth: int
    attempts: int
    etag: str | None
    last_modified: str | None
    outcome: str | None
    """What it was when it was asked for before."""


class Link(NamedTuple):
    """An address for the queue."""

    url: str
    kind: PageKind
    rank: int
    depth: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a page that was asked for."""

    job: Job
    state: int
    outcome: str
    message: str | None = None
    pages: Sequence[FetchedPage] = field(default=(), repr=False)
    """What was fetched: the page, and the further pages of its article."""
    article: Article | None = field(default=None, repr=False)
    links: Sequence[Link] = field(default=(), repr=False)
    status: int | None = None
    seconds: float = 0.0
    not_before: float = 0.0
    """When a page that stays queued may be asked for again (seconds since 1970)."""
    host_waits_until: float = 0.0
    """Until when nothing else may be asked of its host (seconds since 1970)."""
    gap: float = 0.0
    """Seconds that its host wants between two requests, 0 where that is not known."""
