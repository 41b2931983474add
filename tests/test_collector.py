"""Reading a page goes without the collector of cyclic garbage, and leaves nothing for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import extract_html
from xinnong_scraper.collector import undisturbed
from xinnong_scraper.errors import NotAnArticleError

from .cases import case_names, fixture, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    yield
    gc.enable()


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
