"""Every engine gives the rows of one call of ``extract_batch``, whatever happens to its workers.

An engine that is not installed is skipped; ``make engines`` installs them all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.batch import extract_batch

from . import engines

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from .engines import Read, Row

pytestmark = [pytest.mark.filterwarnings(each) for each in engines.WARNINGS]


@pytest.fixture(scope="module", params=list(engines.ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    engines.skip_without(name)
    return name


@pytest.fixture(scope="module")
def read(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[1]), *sys.path]))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        with engines.ENGINES[engine](tmp_path_factory.mktemp(engine)) as reader:
            yield reader


@pytest.fixture(scope="module")
def tables() -> dict[str, tuple[pa.Table, list[Row]]]:
    """The tables, and what one call makes of them."""
    made = {"bytes": engines.bytes_pages(), "text": engines.text_pages()}
    return {name: (table, engines.rows(extract_batch(table))) for name, table in made.items()}


def test_the_tables_have_rows_of_all_kinds(tables: dict[str, tuple[pa.Table, list[Row]]]) -> None:
    errors = {row["error"] for _, found in tables.values() for row in found}
    assert errors >= {None, "NotAnArticleError", "ValueError", "LayoutError"}
    assert all(len({row["url"] for row in found}) == table.num_rows for table, found in tables.values())


@pytest.mark.parametrize("name", ["bytes", "text"])
def test_an_engine_gives_the_rows_of_one_call(
    name: str, read: Read, tables: dict[str, tuple[pa.Table, list[Row]]]
) -> None:
    table, wanted = tables[name]
    assert read(table) == wanted


def test_a_worker_that_dies_once_changes_nothing(read: Read, tmp_path: Path) -> None:
    table = engines.text_pages()
    assert read(table, [engines.deadly(tmp_path / "died")]) == engines.rows(extract_batch(table, layouts=[engines.ZH]))
    assert (tmp_path / "died").exists()


DEATHS = {
    "processes": "two workers ended before their time over table 0",
    "ray": "worker died|crashed|unexpected",
    "dask": "died",
    "spark": "crashed|exited unexpectedly",
}
"""What each says of it."""


def test_workers_that_always_die_end_in_an_error(engine: str, read: Read) -> None:
    with pytest.raises(Exception, match=DEATHS[engine]):
        read(engines.text_pages(), [engines.deadly()])
