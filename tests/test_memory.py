"""Nothing of a page stays behind: no cache grows with what was read, and the memory stays where it is."""

from __future__ import annotations

import contextlib
import copy
import gc
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from xinnong_scraper import ScraperError, extract_html

from .cases import all_samples
from .patterns import modules

CACHES: Final = {
    "xinnong_scraper.fetch.address._host": "at most 256, keyed by a host with its port",
    "xinnong_scraper.normalize._charsets.common_in": "one entry for each of four encodings",
    "xinnong_scraper.normalize._charsets.weights_in": "the same",
    "xinnong_scraper.extraction.line_scores._tables": "one",
    "xinnong_scraper.layouts.languages.words_of_languages": "one",
    "xinnong_scraper.layouts.surroundings.furniture": "one",
    "xinnong_scraper.layouts.loading._builtin_files": "one",
    "xinnong_scraper.crawl.pagers._words_of": "at most 16, keyed by a layout's words",
    "xinnong_scraper.layouts.loading._load_builtin": "at most 64, keyed by a layout's name",
    "xinnong_scraper.learn.names._data": "one",
    "xinnong_scraper.learn.names._pairs": "one",
    "xinnong_scraper.learn.names._words": "one",
    "xinnong_scraper.learn.names.kind_of": "at most 4,096; names of classes, only while a layout is learned",
    "xinnong_scraper.learn.names.tokens": "the same",
    "xinnong_scraper.replica.images.png": "at most 64; only the replica portal",
    "xinnong_scraper.replica.theme.load_data": "one for each data file of the package; only the replica portal",
    "xinnong_scraper.replica.theme.load_theme": "one for each template of the package; only the replica portal",
}
"""Every function that remembers its results, and what bounds them."""
TABLES: Final = {"xinnong_scraper.walk._role_of_id": 256, "xinnong_scraper.walk._name_of_id": 256}
"""Every module-level container that reading pages may fill, and how much it holds: the elements known by number."""
RARE: Final = ("ruby", "bdo", "blink", "xmp", "spacer")
"""Elements that no sample has."""
SOAK: Final = 1_200  # pages
SETTLED: Final = 400  # pages after which all that is loaded once is loaded


def containers() -> dict[str, Any]:
    """The module-level dictionaries, lists and sets of the package."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, dict | list | set) and not name.startswith("__")
    }


def test_every_cache_is_known_and_bounded() -> None:
    found = {
        f"{value.__module__}.{value.__qualname__}"
        for module in modules()
        for value in vars(module).values()
        if hasattr(value, "cache_info") and value.__module__.startswith("xinnong_scraper")
    }
    assert found == set(CACHES)


def test_reading_fills_no_table_and_no_cache() -> None:
    for sample in all_samples():
        sample.outcome()
    before = {name: copy.copy(value) for name, value in containers().items()}
    for number, sample in enumerate(all_samples()):
        rare = RARE[number % len(RARE)]
        extra = f"<{rare}>乙</{rare}><x-{number}>甲{number}</x-{number}>"
        extra += f"<p class=c{number} id=i{number}>2018-04-{number % 28 + 1}</p>"
        with contextlib.suppress(ScraperError):
            extract_html(sample.body + extra.encode(), url=f"http://host-{number}.example/{number}")
    after = containers()
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == set(TABLES)
    assert {name: len(after[name]) for name in TABLES} == TABLES


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the resident size is read from /proc")
def test_the_memory_stays_where_it_is() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from tests.test_memory import soak; soak({SOAK}, {SETTLED})"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    settled, last = map(int, done.stdout.split())
    assert last <= 1.05 * settled


def soak(pages: int, settled: int) -> None:
    """Read pages, each with bytes of its own; print the resident kilobytes on the way and at the end."""
    samples = itertools.cycle(all_samples())
    for number in range(1, pages + 1):
        sample = next(samples)
        with contextlib.suppress(ScraperError):
            extract_html(sample.body + f"<!-- {number} -->".encode(), url=sample.url, now=sample.now)
        if number in (settled, pages):
            gc.collect()
            size = Path("/proc/self/status").read_text("ascii").partition("VmRSS:")[2].split()[0]
            sys.stdout.write(f"{size}\n")
