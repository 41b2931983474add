"""What the pages together show to be wrong, though each of them alone looks right.

A title that several articles share is part of the template, and so is what contradicts the dates in most addresses.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..normalize.urls import date_in_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sample import Sample

__all__ = ["days_off", "doubt"]

_SHARED: Final = 0.5
"""Of the pages, on how many a title must stand to be none."""
_NEAR: Final = 1
"""Days between the date in an address and the one shown that are nothing unusual."""


def doubt(samples: Sequence[Sample]) -> None:
    """Mark the fields of the samples that are not to be relied on."""
    titles = Counter(sample.value("title") for sample in samples)
    for sample in samples:
        if sample.value("title") and titles[sample.value("title")] >= max(2, _SHARED * len(samples)):
            sample.doubted.add("title")
    apart = [(sample, off) for sample in samples if (off := days_off(sample, sample.value("published_at"))) is not None]
    far = [sample for sample, off in apart if off > _NEAR]
    if len(far) >= max(2, _SHARED * len(apart)):
        for sample in far:
            sample.doubted.add("published_at")


def days_off(sample: Sample, published: object) -> int | None:
    """Count the days between a date, as :meth:`Sample.value` gives it, and the one in the page's address."""
    day = date_in_url(sample.url)
    moment = published[0] if isinstance(published, tuple) else None
    return abs((moment.date() - day).days) if day is not None and isinstance(moment, datetime) else None
