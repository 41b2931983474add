"""Reading a page goes without the collector of cyclic garbage, and leaves nothing for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.collector import seldom, undisturbed
from xinnong_scraper.errors import NotAnArticleError

from .cases import case_names, fixture, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    usual = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*usual)


@undisturbed
def is_collecting() -> bool:
    return gc.isenabled()


@pytest.mark.parametrize("case", case_names())
def test_reading_makes_no_cycles(case: str) -> None:
    sample = fixture(case)
    outcome_of(sample.body, url=sample.url)  # what is loaded once and kept
    gc.collect()
    gc.disable()
    outcome_of(sample.body, url=sample.url)
    assert gc.collect() == 0


def test_the_collector_rests_while_a_page_is_read_and_goes_on_afterwards() -> None:
    assert not is_collecting()
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(NotAnArticleError):
        extract_html("<p>404</p>")
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    assert not is_collecting()
    assert not gc.isenabled()


def test_the_collector_comes_seldom_for_a_while_and_then_as_before() -> None:
    usual = gc.get_threshold()
    with seldom():
        youngest, *older = gc.get_threshold()
        assert youngest > usual[0]
        assert older == list(usual[1:])
    assert gc.get_threshold() == usual


def test_the_collector_comes_as_before_after_an_error() -> None:
    usual = gc.get_threshold()
    with pytest.raises(NotAnArticleError), seldom():
        extract_html("<p>404</p>")
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("youngest", [0, 100_000], ids=["never", "more seldom"])
def test_a_program_that_set_the_collector_itself_keeps_its_setting(youngest: int) -> None:
    gc.set_threshold(youngest, 10, 10)
    with seldom():
        assert gc.get_threshold() == (youngest, 10, 10)
    assert gc.get_threshold() == (youngest, 10, 10)


def test_of_two_that_overlap_the_setting_is_left_as_it_was() -> None:
    usual = gc.get_threshold()
    first, second = seldom(), seldom()
    with first:
        second.__enter__()
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual
