"""Every engine gives the rows of one call of ``extract_batch``, whatever happens to its workers.

An engine that is not installed is skipped; ``make engines`` installs them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.batch import extract_batch

from . import engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from .engines import Read, Row


@pytest.fixture(scope="module", params=list(engines.ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if lack := engines.missing(name):
        pytest.skip(lack)
    return name


@pytest.fixture(scope="module")
def read(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
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


def test_a_worker_that_dies_once_changes_nothing(
    engine: str, read: Read, tables: dict[str, tuple[pa.Table, list[Row]]], tmp_path: Path
) -> None:
    if engine == "processes":
        pytest.skip("x")
    table, wanted = tables["text"]
    assert read(table, engines.dying(tmp_path / "died")) == wanted
    assert (tmp_path / "died").exists()


def test_workers_that_always_die_end_in_the_engines_error(engine: str, read: Read) -> None:
    if engine == "processes":
        pytest.skip("x")
    with pytest.raises(Exception) as caught:
        read(engines.text_pages(), engines.dying(None))
    print(type(caught.value), str(caught.value)[:1500])
