"""web-poet: a page object whose item is a record (the extra ``web-poet``).

``ArticlePage`` is used as it is, or as the base of a site's own page object, in which a field takes the place of the
one that this library reads::

    @handle_urls("cunbao.example.cn")
    class VillagePage(ArticlePage):
        layout = "village.toml"

        @field
        def section(self):
            return self.css(".column::text").get()

In Scrapy, scrapy-poet hands it to callbacks: ``async def parse(self, response, page: ArticlePage)``. web-poet's own
test fixtures hold records with ``RecordAdapter``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from web_poet import WebPage, cached_method, validates_input
from web_poet.fields import get_fields_dict
from web_poet.utils import ensure_awaitable

from ..records import Article
from .answers import read_answer

if TYPE_CHECKING:
    from pathlib import Path

    from ..layouts import Layout

__all__ = ["ArticlePage", "RecordAdapter"]


class ArticlePage(WebPage[Article]):
    """A news page; ``await page.to_item()`` gives its record.

    The clock for relative dates is the present time, which web-poet's own fixtures freeze. ``to_item`` and
    ``article`` raise what :func:`~xinnong_scraper.integrations.answers.read_answer` raises, all of it ScraperError.
    """

    layout: ClassVar[Layout | str | Path | None] = None
    """The layout to read by; None takes the one that fits the page."""
    strict: ClassVar[bool] = False
    """Whether title, body and date must be there (IncompleteArticleError)."""

    @cached_method
    def article(self) -> Article:
        """Read the page by this library alone; once."""
        response = self.response
        return read_answer(
            bytes(response.body),
            url=str(response.url),
            status=response.status,
            headers=dict(response.headers),
            fetched_at=datetime.now(UTC),
            layout=self.layout,
            strict=self.strict,
        )

    @validates_input
    async def to_item(self) -> Article:
        """Give the record, with the page object's own fields in place of what was read.

        Evidence of a replaced field would be another value's, so there is none. Raises ``pydantic.ValidationError``
        for a field of another type, and for one that a record does not have.
        """
        article: Article = self.article()
        own = {name: await ensure_awaitable(getattr(self, name)) for name in get_fields_dict(self)}
        if not own:
            return article
        evidence = {name: each for name, each in article.evidence.items() if name not in own}
        return Article.model_validate({**dict(article), "evidence": evidence, **own})


class RecordAdapter:
    """How test fixtures of web-poet write and compare records: in their JSON form.

    Given as ``Fixture.save(…, meta={"adapter": RecordAdapter, "frozen_time": …})``, or to ``scrapy savefixture`` by the
    setting ``SCRAPY_POET_TESTS_ADAPTER``. Without it web-poet has no form for a time.
    """

    def __init__(self, item: Article) -> None:
        self._item = item

    def asdict(self) -> dict[str, Any]:
        """Give ``item.model_dump(mode="json")``."""
        return self._item.model_dump(mode="json")
