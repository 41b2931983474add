"""The templates of a site, told apart by where text and title stand, and which parts belong to the pages of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .observing import Observation

__all__ = ["PlacesCounted", "common_parts", "parts_values", "place_of", "template_values"]

_FEWEST: Final = 8
"""Articles with text and title in one place from which on it is known which parts belong to it."""
_MOST_PLACES: Final = 24
_COMMON: Final = 0.95


def place_of(observation: Observation) -> str:
    """Say where text and title stand, which tells one template of a portal from another."""
    values = observation.values
    return f"{values.get('body.path', '')} | {values.get('title.path', '')}"


def common_parts(articles: Iterable[Observation]) -> tuple[str, ...]:
    """Give the parts that nearly all of the articles have."""
    seen = [each.parts for each in articles if each.parts is not None]
    counts = Counter(part for parts in seen for part in parts)
    return tuple(sorted(part for part, count in counts.items() if count >= _COMMON * len(seen)))


def parts_values(
    parts: frozenset[str], known: Mapping[str, int], common: Sequence[str], rare: int = 0
) -> dict[str, str]:
    """Say how many parts of a page are new to its site and how many are missing that nearly all have.

    A part counts as known if more than ``rare`` pages have it: 1 where the page itself is among them.
    """
    new = sum(known.get(part, 0) <= rare for part in parts)
    lost = sum(part not in parts for part in common)
    return {"page.new_parts": _some(new), "page.lost_parts": _some(lost)}


def template_values(parts: frozenset[str], usual: Collection[str], own: Collection[str]) -> dict[str, str]:
    """Say how many parts are missing that nearly all pages of the same place have, and how many none of them has.

    Both on one page are rare: an article lacks something, or brings something along, but seldom has one for the other.
    """
    lost, new = sum(part not in parts for part in usual), sum(part not in own for part in parts)
    return {"page.template": f"{_some(lost)} lost, {_some(new)} new"}


def _some(count: int) -> str:
    return "0" if not count else "1-2" if count <= 2 else "3-9" if count <= 9 else "10+"


@dataclass(frozen=True, slots=True)
class PlacesCounted:
    """How many articles of each of the most frequent places have which part."""

    counts: Mapping[str, Mapping[str, int]]
    pages: Mapping[str, int]
    known: Collection[str]
    """The parts that the baseline keeps."""

    @classmethod
    def of(cls, articles: Iterable[Observation], known: Collection[str]) -> PlacesCounted:
        """Count the parts of each place that has enough articles."""
        seen: dict[str, list[frozenset[str]]] = defaultdict(list)
        for each in articles:
            if each.parts is not None:
                seen[place_of(each)].append(each.parts)
        frequent = sorted((place for place in seen if len(seen[place]) >= _FEWEST), key=lambda p: -len(seen[p]))
        counts = {place: Counter(part for parts in seen[place] for part in parts) for place in frequent[:_MOST_PLACES]}
        return cls(counts, {place: len(seen[place]) for place in counts}, known)

    @property
    def parts(self) -> dict[str, frozenset[str]]:
        """The parts that belong to each place."""
        return {place: frozenset(counts.keys() & self.known) for place, counts in self.counts.items()}

    @property
    def strays(self) -> dict[str, int]:
        """The parts that are seen once in a place, and how often that is so."""
        once = Counter(part for counts in self.counts.values() for part, count in counts.items() if count == 1)
        return {part: count for part, count in once.items() if part in self.known}

    @property
    def usual(self) -> dict[str, frozenset[str]]:
        """The parts that nearly all articles of a place have."""
        return {place: frozenset(self._had(place, _COMMON * self.pages[place])) for place in self.counts}

    def values_of(self, article: Observation) -> dict[str, str]:
        """Compare one of the articles with the others of its place."""
        place = place_of(article)
        if article.parts is None or place not in self.counts:
            return {}
        usual = self._had(place, _COMMON * (self.pages[place] - 1))
        return template_values(article.parts, usual, frozenset(self._had(place, 2)))

    def _had(self, place: str, least: float) -> list[str]:
        """The parts that so many articles of a place have."""
        return [part for part, count in self.counts[place].items() if count >= least and part in self.known]
