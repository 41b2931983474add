"""New pages against what is normal: the verdict, and what it rests on."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from .baseline import FEWEST_PAGES, RARE, REPEATS_WITHIN, repeat_values
from .betting import Windows, upper_bound
from .novelty import NewParts
from .observing import ARTICLE
from .places import parts_values, place_of, template_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .baseline import Baseline, Counts, Profile
    from .betting import Bet
    from .novelty import Recurring
    from .observing import Observation

__all__ = ["Finding", "Monitor", "Status", "Verdict", "check"]

Status = Literal["ok", "drifting", "broken"]

WINDOWS: Final = (6, 10, 15, 20, 40, 80)
"""Numbers of newest pages that are looked at together: few for a change at one stroke, many for one of some pages."""
FALSE_ALARMS: Final = 1e-6
"""Chance at each page that an alarm is none, at most."""
_ODD: Final = 0.02
"""Share of pages that may be odd in any way without being news."""
_MIXTURE: Final = 0.5
"""What a page with a known value counts for: a queue has neighbours of one section, which resemble each other."""
_COUNTED: Final = frozenset({"page.new_parts", "page.lost_parts", "page.template"})
"""Quantities of which no value is that of a section."""
_TELLING: Final = frozenset({"outcome", "title.filled", "body.filled", "published_at.filled", "page.new_parts"})
_TELLING_WEIGHT: Final = 8.0
"""How much more is bet on the quantities that tell most."""
_MOST_FINDINGS: Final = 12
_MOST_URLS: Final = 3
_KEY_FIELDS: Final = ("title", "body", "published_at")
_RANKS: Final[Mapping[str, int]] = {"ok": 0, "drifting": 1, "broken": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that has changed."""

    site: str
    """The host without ``www.``."""
    status: Status
    """``broken`` where records are lost or lack title, text or date; else ``drifting``."""
    field: str
    """The field of the record, ``record`` for the record as a whole, ``page`` for the page's structure."""
    aspect: str
    """What of it has changed: ``filled``, ``rule``, ``path``, ``form``, ``length`` …"""
    rule: str | None
    """The rule that wins for the field on most normal pages."""
    normal: str
    """What was normal."""
    now: str
    """What is now."""
    probability: float
    """The chance that this is seen at a given page while nothing has changed, at most."""
    urls: tuple[str, ...] = ()
    """Examples, the newest first."""

    def __str__(self) -> str:
        return f"{self.site}: {self.field} {self.aspect}: {self.now}; normal: {self.normal}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How things are."""

    status: Status = "ok"
    """``ok``, ``drifting`` (values still come, but otherwise) or ``broken`` (records are lost or lack key fields)."""
    findings: tuple[Finding, ...] = ()
    """The worst and surest first, at most 12 a site."""
    pages: int = 0
    """Pages that were compared."""
    unknown: tuple[str, ...] = ()
    """Sites of which the baseline says nothing; their pages were not compared."""


class Monitor:
    """Compares pages, one by one as they come, with ``baseline``.

    What it keeps is bounded: of each site that the baseline knows the newest 80 pages as short values.
    """

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._sites: dict[str, _Site] = {}
        self._unknown: dict[str, None] = {}

    def observe(self, observation: Observation | None) -> Verdict:
        """Take in ``observation`` of the newest page, and say how its site is; None changes nothing."""
        if observation is None:
            return Verdict()
        profile = self._baseline.profile_of(observation.site)
        if profile is None:
            if len(self._unknown) < 100:
                self._unknown[observation.site] = None
            return Verdict(unknown=(observation.site,))
        site = self._sites.get(profile.site)
        if site is None:
            site = self._sites[profile.site] = _Site(profile)
        site.push(observation)
        return site.verdict()

    @property
    def verdict(self) -> Verdict:
        """How all sites are together."""
        verdicts = [site.verdict() for site in self._sites.values()]
        status: Status = "ok"
        for each in verdicts:
            status = max(status, each.status, key=_RANKS.__getitem__)
        findings = tuple(finding for each in verdicts for finding in each.findings)
        findings = tuple(sorted(findings, key=lambda finding: -_RANKS[finding.status]))
        return Verdict(status, findings, sum(each.pages for each in verdicts), tuple(self._unknown))


def check(pages: Iterable[Observation | None], baseline: Baseline) -> Verdict:
    """Compare ``pages``, oldest first, with ``baseline``; say how things are after the last one.

    ``pages`` are observations; None among them, which tells nothing, is passed over.
    """
    monitor = Monitor(baseline)
    for page in pages:
        monitor.observe(page)
    return monitor.verdict


class _Seen(NamedTuple):
    """What is kept of a page."""

    url: str | None
    values: Mapping[str, str]
    new_parts: tuple[str, ...]
    stray_parts: tuple[str, ...]
    """Known ones that no normal page has whose text stands in the same place."""
    marks: Mapping[str, int]


class _Norm:
    """What the baseline gives to the values of one quantity."""

    __slots__ = ("_bounds", "_new", "counts", "total")

    def __init__(self, name: str, counts: Counts) -> None:
        mixture = 1.0 if name in _COUNTED else _MIXTURE
        self.counts = counts
        self.total = sum(counts.values())
        once = sum(count == 1 for count in counts.values()) + counts.get(RARE, 0)  # like the unseen ones (Good 1953)
        self._new = math.log(max(_ODD, upper_bound(once, self.total)))
        self._bounds = {
            value: mixture * math.log(max(_ODD, upper_bound(count, self.total)))
            for value, count in counts.items()
            if value != RARE
        }

    def log_share(self, value: str) -> float:
        return self._bounds.get(value, self._new)

    def said(self, value: str, shown: str, aspect: str) -> str:
        """Say how many normal pages have a value, and which one most have."""
        usual = max(self.counts, key=self.counts.__getitem__)
        seen = f"{_said(shown, aspect)} on {self.counts.get(value, 0)} of {self.total} pages"
        return seen if usual == value else f"{seen}, {_said(usual, aspect)} on {self.counts[usual]}"


class _Site:
    """The pages of one site."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._norms = _norms(profile.quantities, FEWEST_PAGES)
        self._of_address = {address: _norms(table, 3 * FEWEST_PAGES) for address, table in profile.addresses.items()}
        self._windows = {name: Windows(WINDOWS, len(norm.counts) + 1) for name, norm in self._norms.items()}
        self._stakes = {name: _TELLING_WEIGHT if name in _TELLING else 1.0 for name in self._norms}
        self._all_stakes = (sum(self._stakes.values()) + 2 * _TELLING_WEIGHT) * len(WINDOWS)
        articles = max(FEWEST_PAGES, profile.quantities.get("outcome", {}).get(ARTICLE, 0))

        def log_share(count: int) -> float:
            return math.log(max(_ODD, upper_bound(count, articles)))

        self._new_parts = NewParts(log_share(1))
        self._stray_parts = NewParts(
            log_share(1), {part: log_share(count + 1) for part, count in profile.strays.items()}
        )
        self._seen: deque[_Seen] = deque(maxlen=max(WINDOWS))
        self._pages = 0

    def push(self, observation: Observation) -> None:
        self._pages += 1
        profile = self._profile
        newest = [each.marks for each in islice(reversed(self._seen), REPEATS_WITHIN)]
        values = {**observation.values, **repeat_values(observation, newest)}
        new: tuple[str, ...] = ()
        if observation.parts is not None and profile.parts:
            common = profile.common.get(observation.address, profile.common.get("", ()))
            values |= parts_values(observation.parts, profile.parts, common)
            place = place_of(observation)
            if (usual := profile.usual.get(place)) is not None:
                values |= template_values(observation.parts, usual, profile.places.get(place, ()))
            new = tuple(part for part in observation.parts if part not in profile.parts)
        strays = self._strays_of(observation)
        self._new_parts.push(new)
        self._stray_parts.push(strays)
        norms = self._of_address.get(observation.address, {})
        for name, windows in self._windows.items():
            value = values.get(name)
            if value is None:
                windows.push(None)
            else:
                known = self._norms[name]
                share = norms.get(name, known).log_share(value)
                windows.push(value if value in known.counts else _OTHER, share)
        self._seen.append(_Seen(observation.url, values, new, strays, observation.marks))

    def _strays_of(self, observation: Observation) -> tuple[str, ...]:
        """Give the parts of a page that are known, but not from where its text stands."""
        own = self._profile.places.get(place_of(observation))
        if observation.parts is None or own is None:
            return ()
        return tuple(part for part in observation.parts if part not in own and part in self._profile.parts)

    def verdict(self) -> Verdict:
        won = {name: _strongest(windows) for name, windows in self._windows.items() if windows.bets}
        new, strays = self._new_parts.recurring(), self._stray_parts.recurring()
        if self._log_e(new, strays) < -math.log(FALSE_ALARMS):
            return Verdict(pages=self._pages)
        most = max([bet.log_e for bet in won.values()] + [each.log_e for each in (*new, *strays)])
        limit = min(-math.log(FALSE_ALARMS), most)
        findings = [self._finding(name, bet) for name, bet in won.items() if bet.log_e >= limit]
        if told := [each for each in new if each.log_e >= limit]:
            findings.append(self._part_finding(told, self._new_parts))
        if told := [each for each in strays if each.log_e >= limit]:
            findings.append(self._part_finding(told, self._stray_parts))
        findings.sort(key=lambda each: (-_RANKS[each.status], each.probability))
        status: Status = "broken" if any(each.status == "broken" for each in findings) else "drifting"
        return Verdict(status, tuple(findings[:_MOST_FINDINGS]), self._pages)

    def _log_e(self, new: Sequence[Recurring], strays: Sequence[Recurring]) -> float:
        """Give the logarithm of the e-value of all bets together: their mean by weight."""
        stakes = [(self._stakes[name], bet.log_e) for name, each in self._windows.items() for bet in each.bets.values()]
        stakes += [(_stake(self._new_parts), each.log_e) for each in new]
        stakes += [(_stake(self._stray_parts), each.log_e) for each in strays]
        most = max((log_e for _, log_e in stakes), default=0.0)
        if most < -math.log(FALSE_ALARMS):
            return most
        return most + math.log(sum(stake * math.exp(log_e - most) for stake, log_e in stakes) / self._all_stakes)

    def _finding(self, name: str, bet: Bet) -> Finding:
        norm = self._norms[name]
        value = max(bet.counts, key=lambda each: _gain(each, bet, norm))
        pages = [page for page in reversed(self._seen) if _known(page.values.get(name), norm) == value]
        shown = value if value != _OTHER else Counter(page.values[name] for page in pages).most_common(1)[0][0]
        field, _, aspect = name.rpartition(".")
        rules = self._profile.quantities.get(f"{field}.rule")
        return Finding(
            self._profile.site,
            self._severity(name, shown),
            field or "record",
            aspect,
            max(rules, key=rules.__getitem__) if rules else None,
            norm.said(value, shown, aspect),
            f"{_said(shown, aspect)} on {bet.counts[value]} of the newest {bet.pages}",
            self._chance(bet.log_e, self._stakes[name]),
            _examples(pages),
        )

    def _part_finding(self, recurring: Sequence[Recurring], among: NewParts) -> Finding:
        """Tell of parts that keep coming where none were, the one that was won most on first."""
        first, articles = recurring[0], self._profile.quantities["outcome"].get(ARTICLE, 0)
        new = among is self._new_parts
        pages = [page for page in reversed(self._seen) if first.part in (page.new_parts if new else page.stray_parts)]
        return Finding(
            self._profile.site,
            "drifting",
            "page",
            "parts",
            None,
            f"on none of {articles} pages" if new else "on no page with the text in the same place, or hardly any",
            f"{', '.join(each.part for each in recurring[:3])} on {first.seen} of the newest {first.pages}",
            self._chance(first.log_e, _stake(among)),
            _examples(pages),
        )

    def _chance(self, log_e: float, stake: float) -> float:
        """Bound the chance that a bet is won so high while nothing has changed."""
        return min(1.0, self._all_stakes / stake * math.exp(-min(700.0, log_e)))

    def _severity(self, name: str, value: str) -> Status:
        """Tell the loss of records, or of what makes one, from other changes."""
        if name == "outcome":
            return "drifting" if value == ARTICLE else "broken"
        field, _, aspect = name.rpartition(".")
        if field in _KEY_FIELDS and (aspect, value) in {("filled", "no"), ("repeated", "yes")}:
            return "broken"
        if name == "body.length" and self._is_stub(value):
            return "broken"
        return "drifting"

    def _is_stub(self, value: str) -> bool:
        """Tell whether a text is shorter than nearly all normal ones."""
        counts = self._norms["body.length"].counts
        sizes = sorted((int(size), count) for size, count in counts.items())
        few, below = 0.05 * sum(counts.values()), 0
        for size, count in sizes:
            below += count
            if below > few:
                return int(value) < size
        return False


_OTHER: Final = ""
"""Stands for all values that the baseline does not know."""


def _stake(parts: NewParts) -> float:
    """Give what is bet on one part."""
    return _TELLING_WEIGHT * len(WINDOWS) / parts.bets


def _norms(tables: Mapping[str, Counts], fewest: int) -> dict[str, _Norm]:
    return {name: _Norm(name, counts) for name, counts in tables.items() if sum(counts.values()) >= fewest}


def _strongest(windows: Windows) -> Bet:
    return max(windows.bets.values(), key=lambda bet: bet.log_e)


def _known(value: str | None, norm: _Norm) -> str | None:
    return value if value is None or value in norm.counts else _OTHER


def _gain(value: str, bet: Bet, norm: _Norm) -> float:
    """Say how much a value has to do with the bet's gain."""
    share = bet.counts[value] / bet.pages
    return share * (math.log(share) - norm.log_share(value))


def _examples(pages: Iterable[_Seen]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(page.url for page in pages if page.url))[:_MOST_URLS]


def _said(value: str, aspect: str) -> str:
    """Put a value in words."""
    if aspect == "filled":
        return "filled" if value == "yes" else "empty"
    return f"at least {value}" if aspect in ("length", "count", "blocks") else value
