"""What speaks for each field's value and against it: the signs that its confidence is weighed by.

A value's **kind** is the rule that found it. What stands elsewhere on the page and says the same **agrees**; what says
otherwise, or makes a value of that kind suspicious, is a **doubt**. Signs are facts about the page, without numbers;
the numbers are in :mod:`~xinnong_scraper.extraction.odds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .name_signs import date_signs, person_signs, source_signs, title_signs
from .part_signs import body_signs, breadcrumb_signs, disclaimer_signs, teaser_signs

if TYPE_CHECKING:
    from collections.abc import Callable

    from .findings import Findings, Signs
    from .reading import Candidate

__all__ = ["find_signs"]

_SIGNS: Final[dict[str, Callable[[Findings, Candidate], Signs]]] = {
    "title": title_signs,
    "published_at": date_signs,
    "source": source_signs,
    "authors": person_signs,
    "editors": person_signs,
    "breadcrumb": breadcrumb_signs,
    "disclaimer": disclaimer_signs,
    "teasers": teaser_signs,
    "body": body_signs,
}


def find_signs(found: Findings) -> dict[str, Signs]:
    """Give the signs of every field that has a value and is weighed by signs."""
    winners = found.resolved.winners
    return {field: look(found, winners[field]) for field, look in _SIGNS.items() if field in winners}
