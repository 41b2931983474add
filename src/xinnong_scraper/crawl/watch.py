"""A crawl watches over the sites that it visits, so that a change is told while it runs.

Where it is known what is normal, each page is compared as it is read. Where it is not, the crawl learns it: from a
sample over all of its articles, of which each had the same chance (J. S. Vitter, "Random sampling with a reservoir",
ACM TOMS 11 (1985)), noted in the store once nothing is queued any more, so that no section is missing.
"""

from __future__ import annotations

import logging
import pickle
import zlib
from random import Random
from typing import TYPE_CHECKING, Final

from ..drift import Baseline, Monitor, observe, observe_outcome
from ..drift.observing import site_of
from ..errors import StoreError
from .observed import keep_baseline, kept_baseline, observe_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..drift import Observation, Profile, Verdict
    from ..page import Page
    from ..records import Article
    from .store import Store

__all__ = ["Watch"]

_SAMPLE: Final = 200
"""Articles of a site that are learned from; packed, one takes some kB of memory."""
_ENOUGH: Final = 100
_MOST_SITES: Final = 50
_REMEMBERED: Final = 80
"""Pages of a site from earlier runs that the next pages are seen together with."""

_log = logging.getLogger(__name__)


class Watch:
    """Watches over one run of a crawl."""

    def __init__(
        self, store: Store, baseline: Baseline | None = None, on_drift: Callable[[Verdict], object] | None = None
    ) -> None:
        """Begin with what is normal by ``baseline``, else by what an earlier run has noted in the store."""
        self._store = store
        self._on_drift = on_drift
        known = baseline or _kept(store)
        self._monitor = None if known is None else Monitor(known)
        self._said: dict[str, str] = {}
        self._samples: dict[str, _Sample] = {}
        if self._monitor is not None:
            for page in observe_store(store, newest=_REMEMBERED, older=0).newest:
                self._said[page.site] = self._monitor.observe(page).status

    def see(self, url: str, found: Article | str, page: Page | None = None) -> None:
        """Look at a page that was asked for as an article: its record, or what it is instead."""
        if self._monitor is None:
            if not isinstance(found, str):
                self._sample(url, found, page)
            return
        told = observe_outcome(url, found) if isinstance(found, str) else observe(found, page=page, url=url)
        if told is None:
            return
        verdict = self._monitor.observe(told)
        if verdict.status != self._said.get(told.site, "ok"):
            self._said[told.site] = verdict.status
            self._tell(told.site, verdict)

    def _tell(self, site: str, verdict: Verdict) -> None:
        if verdict.status == "ok":
            _log.info("%s is as before again", site)
        for finding in verdict.findings[:3]:
            _log.warning("%s: %s", finding.status, finding)
        if self._on_drift is not None:
            self._on_drift(verdict)

    def _sample(self, url: str, found: Article, page: Page | None) -> None:
        site = site_of(url)
        if site not in self._samples and len(self._samples) < _MOST_SITES:
            self._samples[site] = _Sample()
        sample = self._samples.get(site)
        if sample is not None and (place := sample.place()) is not None:
            told = observe(found, page=page, url=url)
            if told is not None:
                sample.put(place, told)

    def end(self) -> None:
        """Note in the store what is normal, where that was not known and nothing is queued any more."""
        if self._monitor is not None or self._store.queued():
            return
        profiles: dict[str, Profile] = {}
        for sample in self._samples.values():
            if len(sample) >= _ENOUGH:
                profiles |= Baseline.learn(sample.pages()).profiles
        if profiles:
            keep_baseline(self._store, Baseline(profiles))


def _kept(store: Store) -> Baseline | None:
    try:
        return kept_baseline(store)
    except StoreError as error:
        _log.warning("%s; it is learned anew", error)
        return None


class _Sample:
    """A fixed number of things, each of all that came with the same chance."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._seen = 0
        self._random = Random(_SAMPLE)  # noqa: S311  the same pages in every run

    def __len__(self) -> int:
        return len(self._packed)

    def place(self) -> int | None:
        """Say where the next one goes, None where it is not taken: so that most need not even be looked at."""
        self._seen += 1
        place = self._seen - 1 if self._seen <= _SAMPLE else self._random.randrange(self._seen)
        return place if place < _SAMPLE else None

    def put(self, place: int, page: Observation) -> None:
        self._packed[place : place + 1] = [zlib.compress(pickle.dumps(page), 1)]

    def pages(self) -> list[Observation]:
        """Give them unpacked."""
        return [pickle.loads(zlib.decompress(packed)) for packed in self._packed]  # noqa: S301  our own bytes
