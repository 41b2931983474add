"""Betting against "nothing has changed": how strange what was seen lately is, soundly counted page by page.

For one quantity of the pages (say, the rule that found the date) the baseline bounds how often each value shows up on
normal pages. A bet on the newest *n* pages multiplies, page by page, what a learner of these pages gives to the value
by the inverse of that bound. While nothing has changed, the product is 1 or less on average, whatever the learner does:
it is an *e-value*, and by Markov's inequality it exceeds 1/a with a chance of at most a. The learner is the Dirichlet
mixture with total weight 1 (Perks 1947), so that it soon trusts what keeps coming.

Sources: G. Shafer, "Testing by betting", J. R. Stat. Soc. A 184 (2021); V. Vovk, R. Wang, "E-values: calibration,
combination and applications", Ann. Stat. 49 (2021): averages of e-values are e-values however they depend on each
other; J. Shin, A. Ramdas, A. Rinaldo, "E-detectors", NEJSDS 2 (2024), which makes of Page's CUSUM (E. S. Page,
"Continuous inspection schemes", Biometrika 41 (1954)) a monitor that starts a new bet with each page.
"""

from __future__ import annotations

import math
from collections import Counter, deque

__all__ = ["Bet", "Windows", "upper_bound"]

_CERTAINTY = math.log(100)
"""The bound on a share is wrong for one value in a hundred."""
_STEPS = 40
_PLAIN = -0.03
"""The logarithm of a share that nearly all pages have."""


def upper_bound(count: int, pages: int) -> float:
    """Give the share that a value seen on ``count`` of ``pages`` may really have, at most, with 99 % certainty.

    Chernoff's bound: the largest share from which the relative entropy to the one seen is still likely. It holds for
    any number of pages, and for none seen it is exact: ``1 - 0.01 ** (1 / pages)``.

    >>> round(upper_bound(0, 100), 3), round(upper_bound(0, 20), 3), round(upper_bound(50, 100), 3), upper_bound(3, 3)
    (0.045, 0.206, 0.648, 1.0)
    """
    if count >= pages:
        return 1.0
    seen, limit = count / pages, _CERTAINTY / pages
    low, high = seen, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _entropy(seen, middle) < limit else (low, middle)
    return high


def _entropy(seen: float, share: float) -> float:
    """Give the relative entropy of two shares (Kullback and Leibler 1951), in nats."""
    if share >= 1.0:
        return math.inf
    first = seen * math.log(seen / share) if seen else 0.0
    return first + (1 - seen) * math.log((1 - seen) / (1 - share))


class Bet:
    """The bet on a fixed number of newest pages; each page costs the same however many there are."""

    __slots__ = ("_learned", "_normal", "_weight", "counts", "pages")

    def __init__(self, values: int) -> None:
        """Begin without pages; ``values`` is how many different values the quantity may have."""
        self.counts: Counter[str] = Counter()
        self.pages = 0
        self._weight = 1 / values
        self._learned = 0.0
        self._normal = 0.0

    def add(self, value: str, normal: float) -> None:
        """Take in a page's value, ``normal`` being the logarithm of what the baseline gives it at most."""
        self._learned += math.log((self.counts[value] + self._weight) / (self.pages + 1))
        self._normal += normal
        self.counts[value] += 1
        self.pages += 1

    def drop(self, value: str, normal: float) -> None:
        """Forget a page again: the order of pages is of no account."""
        self.counts[value] -= 1
        self.pages -= 1
        self._normal -= normal
        self._learned -= math.log((self.counts[value] + self._weight) / (self.pages + 1))
        if not self.counts[value]:
            del self.counts[value]

    @property
    def log_e(self) -> float:
        """The logarithm of the e-value."""
        return self._learned - self._normal


class Windows:
    """The bets on the newest pages of one quantity, for several numbers of pages.

    While all of these pages have a value that nearly all normal pages have, there is nothing to win, and no bet is
    kept.
    """

    __slots__ = ("_lengths", "_newest", "_plain", "_values", "bets")

    def __init__(self, lengths: tuple[int, ...], values: int) -> None:
        self._lengths = lengths
        self._values = values
        self._newest: deque[tuple[str, float] | None] = deque(maxlen=max(lengths))
        self._plain = 0
        self.bets: dict[int, Bet] = {}

    def push(self, value: str | None, normal: float = 0.0) -> None:
        """Take in the newest page's value and the logarithm of its share; None where it has none."""
        page = None if value is None else (value, normal)
        self._plain = self._plain + 1 if normal > _PLAIN else 0
        if self._plain >= (self._newest.maxlen or 0):
            self.bets = {}
        elif self.bets:
            self._turn(page)
        self._newest.append(page)
        if not self.bets and not self._plain:
            self.bets = {length: self._bet(length) for length in self._lengths}

    def _turn(self, page: tuple[str, float] | None) -> None:
        newest = self._newest
        for length, bet in self.bets.items():
            gone = newest[-length] if len(newest) >= length else None
            if gone is not None:
                bet.drop(*gone)
            if page is not None:
                bet.add(*page)

    def _bet(self, length: int) -> Bet:
        bet = Bet(self._values)
        for page in list(self._newest)[-length:]:
            if page is not None:
                bet.add(*page)
        return bet
