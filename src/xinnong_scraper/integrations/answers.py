"""What every framework's response comes down to: an answer that another client fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..challenges import challenge_of
from ..errors import ChallengeError, HTTPStatusError
from ..page import FetchedPage
from ..pipeline import read_fetched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from ..layouts import Layout
    from ..records import Article

__all__ = ["read_answer"]


def read_answer(
    body: bytes,
    *,
    url: str,
    status: int | None,
    headers: Mapping[str, str],
    fetched_at: datetime,
    layout: Layout | str | Path | None = None,
    strict: bool = False,
    second_opinion: bool = False,
) -> Article:
    """Read what a client got, as :func:`~xinnong_scraper.extract` does with what it fetched itself.

    ``fetched_at`` (aware) is the clock for relative dates and stands in the record. A ``status`` of None is no error.
    Raises HTTPStatusError for a status from 400 on, ChallengeError where that is a robot check, and what
    :func:`~xinnong_scraper.extract_html` raises.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if status is not None and status >= 400:
        raise _refusal(status, known, body, url)
    page = FetchedPage(
        requested_url=url, url=url, status=status or 200, headers=known, body=body, fetched_at=fetched_at
    )
    return read_fetched(page, options={"layout": layout, "strict": strict, "second_opinion": second_opinion})


def _refusal(status: int, headers: Mapping[str, str], body: bytes, url: str) -> HTTPStatusError:
    if service := challenge_of(status, headers.items(), body):
        message = f"the server answered with status {status} and a robot check or block page of {service}; slow down"
        return ChallengeError(message, url=url, status=status, service=service)
    return HTTPStatusError(f"the server answered with status {status}, which carries no page", url=url, status=status)
