"""Scrapy: a response becomes a record. Scrapy fetches, schedules and stores; this reads.

In a spider, with a table of what failed in place of tracebacks::

    def parse(self, response):
        outcome = outcome_of(response)
        if outcome.article is not None:
            yield outcome.article.model_dump(mode="json")

Scrapy takes the record itself as an item too (itemadapter knows pydantic), for pipelines that want its types. What goes
to a feed should be its ``model_dump(mode="json")``, so that the line is the interchange form: Scrapy has a form of its
own for times, in older versions without their zone (https://github.com/scrapy/scrapy/issues/2087).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ..drivers import Outcome
from ..errors import ScraperError
from .answers import read_answer

if TYPE_CHECKING:
    from pathlib import Path

    from ..layouts import Layout
    from ..records import Article

__all__ = ["article_of", "outcome_of"]


def article_of(
    response: Any,  # noqa: ANN401  Scrapy need not be installed to read this file
    *,
    layout: Layout | str | Path | None = None,
    strict: bool = False,
    second_opinion: bool = False,
) -> Article:
    """Read a ``scrapy.http.Response``: its bytes, headers, status and address.

    The bytes are decoded as everywhere in this library, not by Scrapy, which loses characters of mislabelled pages.
    The clock for relative dates (昨天 13:44) is the present time; of a response that Scrapy's HTTP cache kept, the
    time in its ``Date`` header. The other arguments are those of :func:`~xinnong_scraper.extract_html`.

    Raises HTTPStatusError for a status from 400 on (which reaches a spider only by ``handle_httpstatus_list``),
    ChallengeError where that is a robot check, NotAnArticleError, IncompleteArticleError (``strict``), LayoutError:
    all of them ScraperError.
    """
    # Not Scrapy's own to_unicode_dict(), which raises for a header that is no UTF-8.
    headers = {name.decode("latin-1"): b", ".join(all_).decode("latin-1") for name, all_ in response.headers.items()}
    return read_answer(
        response.body,
        url=response.url,
        status=response.status,
        headers=headers,
        fetched_at=_fetched_at(headers, cached="cached" in response.flags),
        layout=layout,
        strict=strict,
        second_opinion=second_opinion,
    )


def outcome_of(
    response: Any,  # noqa: ANN401  Scrapy need not be installed to read this file
    *,
    layout: Layout | str | Path | None = None,
    strict: bool = False,
    second_opinion: bool = False,
) -> Outcome:
    """Do the same; hand back the record or the ScraperError, so that one bad page is no traceback."""
    try:
        article = article_of(response, layout=layout, strict=strict, second_opinion=second_opinion)
    except ScraperError as error:
        return Outcome(response.url, error=error)
    return Outcome(response.url, article=article)


def _fetched_at(headers: dict[str, str], *, cached: bool) -> datetime:
    """Tell when the server answered; without a readable ``Date`` (RFC 9110, 6.6.1) a kept answer has the present time.

    >>> _fetched_at({"Date": "Sun, 29 Apr 2018 00:30:00 GMT"}, cached=True).isoformat()
    '2018-04-29T00:30:00+00:00'
    """
    if cached:
        try:
            answered = parsedate_to_datetime(headers.get("Date", ""))
            return answered.astimezone(UTC) if answered.tzinfo else answered.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            pass
    return datetime.now(UTC)
