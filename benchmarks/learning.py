"""Learned layouts beside the general engine: on each site with several labelled pages, every page by the others.

A site is a host with its neighbours (``a.x.com`` and ``b.x.com``), which may share a template or not. A page's layout
is learned from the site's other pages, whose labels it never sees; the page's own label judges both readings, by the
corpus' own metrics.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Any

from xinnong_scraper import Layout, ScraperError, extract_html
from xinnong_scraper.learn.lesson import study_samples
from xinnong_scraper.learn.sample import read_samples
from xinnong_scraper.normalize.urls import site

from .pages import CORPORA, Case, corpus, score_module

if TYPE_CHECKING:
    from types import ModuleType

LEAST = 3
"""Labelled pages of a site; of three, each page is read by a layout that two others gave."""
EMPTY: dict[str, Any] = {
    "body": "", "title": None, "source": None, "published": None, "authors": [], "editors": [], "breadcrumb": [],
    "disclaimer": "", "teasers": [],
}  # fmt: skip

Scores = dict[str, list[float]]


def report() -> bool:
    """Print per site and field the general engine's score and the layouts'; False if a layout loses anywhere."""
    module = score_module()
    if module is None:
        print("skipped, as the labelled pages are not here")
        return True
    good = True
    for folder in ("zh", "general"):
        sites = _by_site(corpus(CORPORA / folder))
        print(f"{folder}: {len(sites)} sites with {LEAST} pages or more")
        for name, cases in sorted(sites.items()):
            general, learned = _measure(cases, module, folder)
            lost = [field for field in general if fmean(learned[field]) < fmean(general[field]) - 1e-9]
            good = good and not lost
            shown = (f"{field} {fmean(general[field]):.3f}→{fmean(learned[field]):.3f}" for field in general)
            print(f"  {name} ({len(cases)} pages): {', '.join(shown)}{f'; LOST {lost}' if lost else ''}", flush=True)
    return good


def _by_site(cases: list[Case]) -> dict[str, list[Case]]:
    sites: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if name := (case.label or {}).get("host") or (site(case.url) if case.url else None):
            sites[name].append(case)
    return {name: found for name, found in sites.items() if len(found) >= LEAST}


def _measure(cases: list[Case], module: ModuleType, folder: str) -> tuple[Scores, Scores]:
    judge = module.score if folder == "zh" else module.score_general
    general: Scores = defaultdict(list)
    learned: Scores = defaultdict(list)
    for case in cases:
        others = [(other.data, other.url) for other in cases if other is not case]
        layout = study_samples(read_samples(others), name="learned", given=len(others)).layout
        for scores, used in ((general, None), (learned, layout)):
            for field, value in judge(case.label, _read(case, used, module)).items():
                if value is not None:
                    scores[field].append(value)
    return general, learned


def _read(case: Case, layout: Layout | None, module: ModuleType) -> dict[str, Any]:
    try:
        found: dict[str, Any] = module.from_article(extract_html(case.data, url=case.url, layout=layout))
    except ScraperError:
        return EMPTY
    return found
