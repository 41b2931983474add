"""What a crawl may cost and where it goes, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  a field's type, which users look at

from ..fetch import FetchPolicy

__all__ = ["CrawlPolicy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPolicy:
    """The limits and manners of a crawl; all fields have defaults, and a wrong value fails at once.

    >>> CrawlPolicy(max_pages=100).concurrency
    16
    """

    fetch: FetchPolicy = field(default_factory=lambda: FetchPolicy(delay=1.0, retries=0))
    """Limits and manners of each fetch. By default a second passes between two requests to one host."""
    concurrency: int = 16
    """Pages worked at together, over all hosts. Default 16."""
    subdomains: bool = False
    """Crawl what lies below the seeds' hosts too (``news.x.cn`` for ``www.x.cn``). Default off."""
    hosts: tuple[str, ...] = ()
    """Further hosts that belong to the crawl."""
    prefixes: tuple[str, ...] = ()
    """Beginnings of paths (``/nongye/``), one of which an address must have. Default all."""
    include: tuple[str, ...] = ()
    """Patterns with ``*``, one of which an address must match. Default all."""
    exclude: tuple[str, ...] = ()
    """Patterns with ``*`` that no address may match."""
    since: date | None = None
    """The oldest day of an article, by the date in its list, its address or itself. Default any."""
    max_depth: int | None = None
    """Links away from a seed. Default any number."""
    max_pages: int | None = None
    """Pages asked for, over all runs of the crawl. Default any number."""
    max_attempts: int = 3
    """Times that a page is asked for in all where it fails in a way that may pass. Default 3."""
    retry_delay: float = 30.0
    """Seconds before a second attempt, twice as many before each further one. Default 30."""
    follow_pages: bool = True
    """Read the further pages of an article with its first. Default on."""
    keep_raw: bool = False
    """Keep pages as they came, compressed, to be read again with another layout. Default off."""
    commit_seconds: float = 0.5
    """Work that a kill can undo, in seconds of crawling: what was read since is asked for again. Default 0.5."""

    def __post_init__(self) -> None:
        if not isinstance(self.fetch, FetchPolicy):
            raise TypeError(f"CrawlPolicy.fetch must be a FetchPolicy, not {type(self.fetch).__name__}")
        for name, low in (("concurrency", 1), ("max_attempts", 1), ("max_pages", 1), ("max_depth", 0)):
            value = getattr(self, name)
            if value is None and name.startswith("max_") and name != "max_attempts":
                continue
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"CrawlPolicy.{name} must be an int, not {value!r}")
            if value < low:
                raise ValueError(f"CrawlPolicy.{name} must be at least {low}, not {value!r}")
        for name in ("retry_delay", "commit_seconds"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"CrawlPolicy.{name} must be a number of seconds, not {value!r}")
            if not 0 <= value <= 86_400:
                raise ValueError(f"CrawlPolicy.{name} must be from 0 to 86400 seconds, not {value!r}")
