"""How soon a redesign is found, and whether normal pages ever raise an alarm."""

from __future__ import annotations

import statistics
from random import Random
from typing import TYPE_CHECKING

from xinnong_scraper.drift import Baseline, Monitor

if TYPE_CHECKING:
    from xinnong_scraper.drift import Observation

LEARNED = 200
BEFORE = 80
NORMAL = 1_000
WITHIN = 20
ORDERS = 50


def report() -> bool:
    """Print both as tables in Markdown; False if an alarm is false or a redesign is found late."""
    from tests.portals import PORTALS, normal  # noqa: PLC0415  the pages take seconds to make

    print("| portal | orders | normal pages in each | orders with an alarm |\n|---|---:|---:|---:|")
    false = 0
    for portal in PORTALS:
        alarms = sum(_alarms(list(normal(portal, LEARNED + NORMAL)), order) for order in range(ORDERS))
        false += alarms
        print(f"| {portal} | {ORDERS} | {NORMAL:,} | {alarms} |", flush=True)
    late = [_redesigns(portal) for portal in PORTALS]
    return false == 0 and not any(late)


def _alarms(pages: list[Observation], order: int) -> bool:
    Random(order).shuffle(pages)  # noqa: S311  the same orders in every run
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    return any(monitor.observe(page).status != "ok" for page in pages[LEARNED:])


def _redesigns(portal: str) -> int:
    """Print how many redesigned pages an alarm takes; give the number of redesigns that take more than 20."""
    from tests.mutations.catalogue import MUTATIONS  # noqa: PLC0415
    from tests.portals import normal, redesigned  # noqa: PLC0415

    pages = list(normal(portal, LEARNED + NORMAL))
    Random(0).shuffle(pages)  # noqa: S311
    baseline = Baseline.learn(pages[:LEARNED])
    print(
        f"\n| redesign of the {portal} portal | pages until the alarm | verdict | first finding |\n|---|---:|---|---|"
    )
    needed: list[int] = []
    late = 0
    for name in MUTATIONS:
        changed = redesigned(portal, name, WITHIN, start=14, of=LEARNED + NORMAL)
        if len(changed) < WITHIN:
            continue
        monitor = Monitor(baseline)
        for page in pages[LEARNED : LEARNED + BEFORE]:
            monitor.observe(page)
        verdicts = [monitor.observe(page) for page in changed]
        first = next((number for number, verdict in enumerate(verdicts, 1) if verdict.status != "ok"), None)
        if first is None:
            late += 1
            print(f"| {name} | – | | |", flush=True)
            continue
        needed.append(first)
        finding = verdicts[first - 1].findings[0]
        last = verdicts[-1].status
        print(f"| {name} | {first} | {last} | {finding.field} {finding.aspect}: {finding.now} |", flush=True)
    print(
        f"\n{len(needed)} of {len(needed) + late} redesigns found within {WITHIN} pages, after {min(needed)} to "
        f"{max(needed)}, in the median {statistics.median(needed):.0f}"
    )
    return late
