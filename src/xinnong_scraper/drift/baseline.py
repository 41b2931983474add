"""What is normal for a site: learned from good pages, kept as a small file that people can read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import BaselineError
from .observing import NO_SITE
from .places import PlacesCounted, common_parts, parts_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from .observing import Observation

__all__ = ["FEWEST_PAGES", "RARE", "REPEATS_WITHIN", "Baseline", "Counts", "Profile", "repeat_values"]

FEWEST_PAGES: Final = 20
"""Articles of a site from which on something can be said of it."""
REPEATS_WITHIN: Final = 20
"""Pages among which a title or a text is looked for again."""
_FORMAT: Final = 1
_FEWEST_OF_ADDRESS: Final = 60
"""Articles with one form of address from which on they are compared with each other alone."""
_MOST_ADDRESSES: Final = 12
_MOST_VALUES: Final = 40
_MOST_PARTS: Final = 3_000
_MOST_SITES: Final = 1_000
_LARGEST_FILE: Final = 64 * 1024 * 1024  # bytes

RARE: Final = "*"
"""Stands for all values beyond the 40 most frequent ones."""

Counts = dict[str, int]
"""How many pages have each value."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is normal for one site."""

    site: str
    """The host without ``www.``."""
    pages: int
    """Pages that this was learned from, those without a record included."""
    quantities: Mapping[str, Counts]
    """For each quantity the values and how many pages have them."""
    addresses: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)
    """The same of the pages with one form of address, for the most frequent forms."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """The parts of the pages and how many articles have them; empty where only records were at hand."""
    common: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The parts that nearly all articles with one form of address have; under ``""`` those of all."""
    places: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The parts of articles whose text and title stand in one place, for the most frequent places."""
    strays: Mapping[str, int] = field(default_factory=dict)
    """Parts that some articles alone of their place have, and how many such articles there are."""
    usual: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Those of them that nearly all of these articles have."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal, site by site."""

    profiles: Mapping[str, Profile]
    """By the sites' names. Sites with fewer than 20 articles have none."""

    @classmethod
    def learn(cls, observations: Iterable[Observation | None]) -> Baseline:
        """Learn from ``observations`` of a good time, at best some hundreds from all sections.

        A None among them, which tells nothing, is skipped.

        A few broken pages among them do no harm: they make what they show less surprising later, no more.
        """
        by_site: dict[str, list[Observation]] = defaultdict(list)
        for each in observations:
            if each is not None and (each.site in by_site or len(by_site) < _MOST_SITES):
                by_site[each.site].append(each)
        good = {site: pages for site, pages in by_site.items() if sum(map(_is_article, pages)) >= FEWEST_PAGES}
        return cls({site: _profile(site, pages) for site, pages in good.items()})

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Baseline:
        """Read the file at ``path`` that :meth:`save` wrote; raises :class:`~xinnong_scraper.errors.BaselineError`."""
        try:
            with Path(path).open("rb") as file:
                data = file.read(_LARGEST_FILE)
            return cls.from_json(data.decode())
        except OSError as error:
            raise BaselineError(f"it cannot be read: {error.strerror or error}", path=str(path)) from error
        except ValueError as error:
            raise BaselineError(
                f"it is no baseline ({error}); xinnong check --learn writes one", path=str(path)
            ) from error

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to ``path``, all or nothing; raises :class:`~xinnong_scraper.errors.BaselineError`."""
        target = Path(path)
        beside = target.with_name(f"{target.name}.new")
        try:
            beside.write_text(self.to_json(), encoding="utf-8")
            beside.replace(target)
        except OSError as error:
            raise BaselineError(f"it cannot be written: {error.strerror or error}", path=str(path)) from error

    def to_json(self) -> str:
        """Give the file's text: JSON with a line for each quantity."""
        profiles = [_profile_json(self.profiles[site]) for site in sorted(self.profiles)]
        return f'{{"format": {_FORMAT}, "sites": [\n' + ",\n".join(profiles) + "\n]}\n"

    @classmethod
    def from_json(cls, text: str) -> Baseline:
        """Read the ``text`` of such a file; raises ``ValueError`` where it is none."""
        data = json.loads(text)
        form = data.get("format") if isinstance(data, dict) else None
        if form != _FORMAT or not isinstance(data.get("sites"), list):
            raise ValueError(f"its format is {form!r}, and this library reads {_FORMAT}")
        return cls({profile.site: profile for profile in map(_read_profile, data["sites"])})

    def profile_of(self, site: str) -> Profile | None:
        """Give what is normal for ``site`` (a host without ``www.``); of pages without an address, the only one."""
        if site == NO_SITE and site not in self.profiles and len(self.profiles) == 1:
            return next(iter(self.profiles.values()))
        return self.profiles.get(site)


def repeat_values(observation: Observation, before: Iterable[Mapping[str, int]]) -> dict[str, str]:
    """Say whether title and text stood on one of the pages before."""
    seen = list(before)
    return {
        f"{name}.repeated": "yes" if any(other.get(name) == mark for other in seen) else "no"
        for name, mark in observation.marks.items()
    }


def _is_article(observation: Observation) -> bool:
    return observation.is_article


def _profile(site: str, observations: Sequence[Observation]) -> Profile:
    articles = [each for each in observations if each.is_article]
    by_address: dict[str, list[Observation]] = defaultdict(list)
    for each in articles:
        by_address[each.address].append(each)
    large = sorted(
        (a for a in by_address if len(by_address[a]) >= _FEWEST_OF_ADDRESS), key=lambda a: -len(by_address[a])
    )
    known = Counter(part for each in articles for part in each.parts or ())
    parts = dict(known.most_common(_MOST_PARTS))
    kept = large[:_MOST_ADDRESSES] if len(by_address) > 1 else []
    common = {"": common_parts(articles)} | {address: common_parts(by_address[address]) for address in kept}
    quantities: dict[str, Counter[str]] = defaultdict(Counter)
    tables: dict[str, dict[str, Counter[str]]] = {address: defaultdict(Counter) for address in kept}
    places = PlacesCounted.of(articles, parts)
    for each, values in zip(observations, _whole(observations, parts, common, places), strict=True):
        for name, value in values.items():
            quantities[name][value] += 1
            if each.address in tables:
                tables[each.address][name][value] += 1
    addresses = {address: _tables(table) for address, table in tables.items()}
    return Profile(
        site, len(observations), _tables(quantities), addresses, parts, common if parts else {},
        places.parts, places.strays, places.usual,
    )  # fmt: skip


def _whole(
    observations: Sequence[Observation],
    parts: Mapping[str, int],
    common: Mapping[str, Sequence[str]],
    places: PlacesCounted,
) -> Iterator[dict[str, str]]:
    """Give each page's values with those that only show beside the other pages, each page left out of the others."""
    before: deque[Mapping[str, int]] = deque(maxlen=REPEATS_WITHIN)
    for each in observations:
        values = {**each.values, **repeat_values(each, before)}
        if each.parts is not None and parts:
            values |= parts_values(each.parts, parts, common.get(each.address, common[""]), rare=1)
            values |= places.values_of(each)
        before.append(each.marks)
        yield values


def _tables(counters: Mapping[str, Counter[str]]) -> dict[str, Counts]:
    found = {name: dict(counter.most_common(_MOST_VALUES)) for name, counter in counters.items()}
    for name, counts in found.items():
        if rest := counters[name].total() - sum(counts.values()):
            counts[RARE] = rest
    return found


def _profile_json(profile: Profile) -> str:
    def table(counts: Mapping[str, Counts], margin: str) -> str:
        lines = [f"{margin}{_line(name)}: {_line(counts[name])}" for name in counts]
        return "{\n" + ",\n".join(lines) + "}"

    addresses = [f"  {_line(name)}: {table(counts, '   ')}" for name, counts in profile.addresses.items()]
    common = [f"  {_line(name)}: {_line(list(parts))}" for name, parts in profile.common.items()]
    places = [  # of those that nearly all have, once is enough
        f"  {_line(name)}: {_line(sorted({*parts} - {*profile.usual.get(name, ())}))}"
        for name, parts in profile.places.items()
    ]
    usual = [f"  {_line(name)}: {_line(sorted(parts))}" for name, parts in profile.usual.items()]
    members = [
        f'{{"site": {_line(profile.site)}',
        f'"pages": {profile.pages}',
        f'"quantities": {table(profile.quantities, "  ")}',
        '"addresses": {\n' + ",\n".join(addresses) + "}",
        '"common": {\n' + ",\n".join(common) + "}",
        '"places": {\n' + ",\n".join(places) + "}",
        '"usual": {\n' + ",\n".join(usual) + "}",
        f'"strays": {_line(profile.strays)}',
        f'"parts": {_line(profile.parts)}}}',
    ]
    return ",\n ".join(members)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read_profile(data: Any) -> Profile:  # noqa: ANN401  anything may stand in the file
    try:
        usual = {str(name): frozenset(map(str, parts)) for name, parts in data.get("usual", {}).items()}
        return Profile(
            str(data["site"]),
            int(data["pages"]),
            _read_tables(data["quantities"]),
            {str(name): _read_tables(counts) for name, counts in data["addresses"].items()},
            _read_counts(data["parts"]),
            {str(name): tuple(map(str, parts)) for name, parts in data["common"].items()},
            {
                str(name): usual.get(str(name), frozenset()).union(map(str, parts))
                for name, parts in data.get("places", {}).items()
            },
            _read_counts(data.get("strays", {})),
            usual,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a site in it is not whole: {error!r}") from error


def _read_tables(data: Mapping[str, Any]) -> dict[str, Counts]:
    return {str(name): _read_counts(counts) for name, counts in data.items()}


def _read_counts(data: Mapping[str, Any]) -> Counts:
    counts = {str(name): int(count) for name, count in data.items()}
    if min(counts.values(), default=1) < 1:
        raise ValueError("a count in it is below 1")
    return counts
