"""Redesigned pages: the record stays right, or says that it is not; silent errors stay below one in a hundred."""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

from xinnong_scraper import Article

from .mutations.catalogue import MUTATIONS
from .mutations.judge import Verdict, judge
from .mutations.pages import development_pages, fixture_pages
from .mutations.suite import SILENT, UNCHANGED, Case, Tally, outcome_of, run

if TYPE_CHECKING:
    from .mutations.pages import Page

SAMPLE: Final = 4
"""One of so many cases of the development pages is read here; ``python -m tests.mutations`` reads all, and fails above
``SILENT`` of them and the fixtures together.
"""
OF_SAMPLE: Final = 0.02
"""The greatest share in that sample: its pages alone, and by chance more of the cases that are wrong."""
WITHHELD: Final = [name for name in MUTATIONS if name.startswith(("text_to_", "text_cut", "login_", "subscription_"))]


@cache
def of_fixtures() -> tuple[Case, ...]:
    return tuple(run(fixture_pages()))


def sampled(mutation: str, page: str) -> bool:
    return zlib.crc32(f"{mutation} {page}".encode()) % SAMPLE == 0


def tally(cases: tuple[Case, ...]) -> Tally:
    found = Tally()
    for case in cases:
        if case.mutation != UNCHANGED:
            found.add(case)
    return found


def silent(cases: tuple[Case, ...]) -> str:
    return "\n".join(f"{case.mutation} {case.page} {case.verdicts}" for case in cases if case.verdict is Verdict.SILENT)


def page_of(name: str) -> Page:
    return next(page for page in fixture_pages() if page.name == name)


def test_silent_errors_on_the_fixtures_are_rare() -> None:
    cases = of_fixtures()
    found = tally(cases)
    assert found.cases > 2_000
    assert found.share_silent <= SILENT, silent(cases)


def test_silent_errors_on_the_development_pages_are_rare() -> None:
    pages = development_pages()
    if not pages:
        pytest.skip("the development pages are not beside the repository")
    cases = tuple(run(pages, wanted=sampled))
    found = tally(cases)
    assert found.cases > 300
    assert found.share_silent <= OF_SAMPLE, silent(cases)


def test_no_fixture_is_silently_wrong_as_it_is() -> None:
    assert [case.page for case in of_fixtures() if case.mutation == UNCHANGED and case.verdict != Verdict.RIGHT] == []


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_redesign_applies_somewhere_and_changes_the_bytes(mutation: str) -> None:
    changed = [MUTATIONS[mutation](page.data, page.truth) for page in fixture_pages()]
    applied = [data for data in changed if data is not None]
    assert applied
    assert all(data != page.data for data, page in zip(changed, fixture_pages(), strict=True))


def test_there_are_as_many_redesigns_as_promised() -> None:
    assert len(MUTATIONS) >= 30


@pytest.mark.parametrize("mutation", WITHHELD)
def test_a_withheld_text_never_passes_for_whole(mutation: str) -> None:
    page = page_of("xinnong/minified")
    data = MUTATIONS[mutation](page.data, page.truth)
    assert data is not None
    found = outcome_of(page, mutation, data)
    told = not isinstance(found, Article) or any(warning.field == "body" for warning in found.warnings)
    assert told


def test_the_judge_tells_wrong_from_right() -> None:
    page, other = page_of("xinnong/minified"), page_of("xinnong/a-images")
    assert set(judge(page.truth, outcome_of(page)).values()) == {Verdict.RIGHT}
    assert set(judge(other.truth, outcome_of(page)).values()) == {Verdict.SILENT}
