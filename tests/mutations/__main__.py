"""How often a redesign makes the library silently wrong: a table of redesigns, or one case.

The exit code is 1 where silent errors are more than one in a hundred.

python -m tests.mutations                            all redesigns of the fixtures and the development pages
python -m tests.mutations --silent                   and every case that is silently wrong
python -m tests.mutations --show date_in_boxes xinnong/minified     one case: the record beside the truth
python -m tests.mutations --html date_in_boxes xinnong/minified     the redesigned page
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from xinnong_scraper import Article

from .catalogue import MUTATIONS
from .judge import FIELDS, Verdict, body_f1, judge
from .pages import development_pages, fixture_pages
from .suite import SILENT, UNCHANGED, Case, Tally, outcome_of, run

if TYPE_CHECKING:
    from .pages import Page


def main() -> int:
    """Run what the arguments ask for."""
    options = _options()
    pages = [*fixture_pages(), *(() if options.fixtures else development_pages())]
    if options.show or options.html:
        mutation, name = options.show or options.html
        page = next(page for page in pages if page.name == name)
        data = page.data if mutation == UNCHANGED else MUTATIONS[mutation](page.data, page.truth)
        if data is None:
            sys.exit(f"{mutation} cannot apply to {name}")
        if options.html:
            sys.stdout.buffer.write(data)
        else:
            _show(page, mutation, data)
        return 0
    start = time.perf_counter()
    cases = list(run(pages, only=options.only))
    share = _table(cases)
    if options.silent:
        for case in cases:
            wrong = [f"{field}:{verdict}" for field, verdict in case.verdicts.items() if verdict is not Verdict.RIGHT]
            if case.verdict is Verdict.SILENT:
                print(f"{case.mutation:28s} {case.page:24s} {' '.join(wrong)}")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if share <= SILENT else 1


def _table(cases: list[Case]) -> float:
    tallies: dict[str, Tally] = {}
    for case in cases:
        tallies.setdefault(case.mutation, Tally()).add(case)
    before = tallies.pop(UNCHANGED)
    total = Tally()
    for case in cases:
        if case.mutation != UNCHANGED:
            total.add(case)
    print(f"{'redesign':28s} {'cases':>5s} {'right':>5s} {'flagged':>7s} {'silent':>6s}  " + " ".join(FIELDS))
    for name in [*(name for name in MUTATIONS if name in tallies)]:
        print(_row(name, tallies[name]))
    print(_row("all redesigns", total))
    print(_row(UNCHANGED, before))
    warned = sum(case.warned for case in cases if case.mutation == UNCHANGED)
    print(f"silent errors: {100 * total.share_silent:.2f} % of {total.cases} cases", end="; ")
    print(f"pages with a warning before any redesign: {warned} of {before.cases}")
    return total.share_silent


def _row(name: str, tally: Tally) -> str:
    counts = tally.whole
    fields = " ".join(f"{tally.silent[field] or '':>{len(field)}}" for field in FIELDS)
    return (
        f"{name:28s} {tally.cases:5d} {counts[Verdict.RIGHT]:5d} {counts[Verdict.FLAGGED]:7d} "
        f"{counts[Verdict.SILENT]:6d}  {fields}"
    ).rstrip()


def _show(page: Page, mutation: str, data: bytes) -> None:
    truth, found = page.truth, outcome_of(page, mutation, data)
    if not isinstance(found, Article):
        print(f"{type(found).__name__} {found.reason}: {found}")
        return
    likeness = body_f1(truth, outcome_of(page))
    verdicts = judge(truth, found, usual_f1=likeness)
    values = {
        "title": (truth.titles, found.title),
        "source": (truth.sources, found.source),
        "published_at": (truth.published, f"{found.published_at} {found.published_precision}"),
        "body": (f"{len(truth.body)} characters", f"F1 {body_f1(truth, found):.3f}, before {likeness:.3f}"),
    }
    for field, (true, value) in values.items():
        evidence = found.evidence.get(field)
        print(f"{field:12s} {verdicts[field]:8s} true: {true}  read: {value}")
        if evidence:
            agreeing = ", ".join(evidence.agreeing)
            print(f"{'':12s} {evidence.confidence} {evidence.strategy} {evidence.rule} [{agreeing}] {evidence.path}")
    for warning in found.warnings:
        print(f"{warning.code} {warning.field}: {warning.message}")
    print(found.text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[], choices=list(MUTATIONS), metavar="MUTATION")
    parser.add_argument("--fixtures", action="store_true", help="without the development pages")
    parser.add_argument("--silent", action="store_true", help="name the cases that are silently wrong")
    parser.add_argument("--show", nargs=2, metavar=("MUTATION", "PAGE"))
    parser.add_argument("--html", nargs=2, metavar=("MUTATION", "PAGE"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
