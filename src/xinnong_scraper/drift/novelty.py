"""Parts of pages that no normal page has, and that keep coming: what a redesign brings along.

A part that was never seen before is nothing: articles bring tables and lists. From its first page on, a bet is open
that it stays. The share of pages that normally have a part seen on none of the baseline's pages and then on one is
bounded as that of a part seen on one of them.

The same is told of parts that are known, but not from pages whose text stands in the same place: one template of a
portal gets what another has long had.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NewParts", "Recurring"]

_KEPT_FOR: Final = 80
"""Pages without it after which a part is forgotten."""
_WINDOW: Final = 40
"""Newest pages on which a part is counted."""
_FEWEST: Final = 5
_MOST: Final = 2_000
_SHARED_BY: Final = 100
"""Bets that the stake is divided among, at least."""


class Recurring(NamedTuple):
    """A new part that keeps coming."""

    part: str
    log_e: float
    """The logarithm of the e-value of the bet on it."""
    seen: int
    pages: int
    """It is on ``seen`` of so many newest pages."""


class NewParts:
    """The new parts of one site's pages."""

    def __init__(self, log_share: float, known: Mapping[str, float] | None = None) -> None:
        """Begin without any.

        ``log_share`` is the logarithm of the share of pages that may have a rare part, ``known`` that of parts of which
        more is known.
        """
        self._log_share = log_share
        self._known = known or {}
        self._seen: dict[str, deque[int]] = {}
        self._began: dict[str, int] = {}
        self._page = 0

    def push(self, parts: Iterable[str]) -> None:
        """Take in the new parts of the newest page."""
        self._page += 1
        for part in parts:
            if part in self._seen:
                self._seen[part].append(self._page)
            elif len(self._seen) < _MOST:
                self._began[part] = self._page
                self._seen[part] = deque([self._page], maxlen=_WINDOW)
        if self._page % _KEPT_FOR == 0:
            self._forget()

    def _forget(self) -> None:
        for part in [part for part, seen in self._seen.items() if seen[-1] <= self._page - _KEPT_FOR]:
            del self._seen[part], self._began[part]

    @property
    def bets(self) -> int:
        """How many the stake is divided among."""
        return max(_SHARED_BY, len(self._seen))

    def recurring(self) -> list[Recurring]:
        """Give the parts that keep coming, those won most on first."""
        found = [
            self._recurring(part, seen)
            for part, seen in self._seen.items()
            if len(seen) >= _FEWEST and seen[-_FEWEST] > self._page - _WINDOW
        ]
        return sorted(found, key=lambda each: -each.log_e)

    def _recurring(self, part: str, seen: deque[int]) -> Recurring:
        since = max(self._began[part], self._page - _WINDOW)  # the first page with it is no part of the bet
        pages, hits = self._page - since, sum(page > since for page in seen)
        share = self._known.get(part, self._log_share)
        return Recurring(part, _log_beta(hits, pages - hits) - hits * share, hits, pages)


def _log_beta(hits: int, misses: int) -> float:
    """Give the logarithm of what a learner gives to so many hits and misses (Krichevsky and Trofimov 1981).

    >>> round(math.exp(_log_beta(1, 0)), 3), round(math.exp(_log_beta(2, 0)), 3)
    (0.5, 0.375)
    """
    both = math.lgamma(hits + 0.5) + math.lgamma(misses + 0.5) - math.lgamma(hits + misses + 1)
    return both - math.log(math.pi)
