"""Parquet files as pyarrow, DuckDB, pandas and Polars read them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from xinnong_scraper import __version__
from xinnong_scraper.export import write_records
from xinnong_scraper.export.parquet import SCHEMA_VERSION, ParquetSink, _arrow_type, parquet_schema
from xinnong_scraper.export.record import Record
from xinnong_scraper.records import (
    Article,
    Block,
    Body,
    Evidence,
    Teaser,
)  # fmt: skip

from .cases import replica_samples
from .rows import EPOCH, FULL, entries, json_of

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = [FULL, Article(), *(sample.read() for sample in replica_samples()[:40])]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with all records."""
    found = tmp_path_factory.mktemp("parquet") / "x.parquet"
    write_records(RECORDS, found)
    return str(found)


def rows_of_pyarrow(path: str) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]


def rows_of_duckdb(path: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        relation = connection.execute("select * from read_parquet(?)", [path])
        names = [column[0] for column in relation.description or []]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def rows_of_polars(path: str) -> list[dict[str, Any]]:
    return pl.read_parquet(path).to_dicts()


def rows_of_pandas(path: str) -> list[dict[str, Any]]:
    rows = pd.read_parquet(path, dtype_backend="pyarrow").to_dict("records")
    return [{name: None if value is pd.NA or value is pd.NaT else value for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("read", [rows_of_pyarrow, rows_of_duckdb, rows_of_polars, rows_of_pandas])
def test_every_record_comes_back_equal_to_its_json_form(read: Callable[[str], list[dict[str, Any]]], path: str) -> None:
    found = [json_of({**row, "evidence": entries(row["evidence"])}) for row in read(path)]
    assert found == [record.model_dump(mode="json") for record in RECORDS]
    assert [Article.model_validate(row) for row in found] == RECORDS


def test_pandas_reads_every_column(path: str) -> None:
    frame = pd.read_parquet(path)
    assert len(frame) == len(RECORDS)
    assert str(frame["published_at"].dtype) == "datetime64[us, UTC]"
    assert frame["published_at"][0] == pd.Timestamp(FULL.published_at)
    assert pd.isna(frame["published_at"][1])
    assert [len(body["blocks"]) for body in frame["body"]] == [len(record.body.blocks) for record in RECORDS]
    assert entries(frame["evidence"][0])["title"]["rule"] == "headline"
    assert frame["teasers"][0][0]["title"] == "甲"
    wall = frame["published_at"].dt.tz_localize(None) + pd.to_timedelta(frame["published_at_offset"], unit="min")
    assert wall[0] == pd.Timestamp("2018-04-28 13:44:24.123456")


def test_nested_queries_of_duckdb(path: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'America/New_York'")
        lengths = connection.execute(f"select title, len(body.blocks) from '{path}'").fetchall()
        assert lengths == [(record.title, len(record.body.blocks)) for record in RECORDS]
        texts = connection.execute(
            f"select block.text from (select unnest(body.blocks) as block from '{path}') where block.kind = 'paragraph'"
        ).fetchall()
        wanted = [block.text for record in RECORDS for block in record.body.blocks if block.kind == "paragraph"]
        assert [text for (text,) in texts] == wanted
        found = connection.execute(
            f"select evidence['title'].confidence, disclaimer.clauses, body.blocks[3].rows[1][2] from '{path}' limit 1"
        ).fetchone()
        assert found == (0.9, ["一", "二"], "乙")
        wall = connection.execute(
            "select (published_at at time zone 'UTC') + to_minutes(published_at_offset)"
            f" from '{path}' where published_at = timestamptz '2018-04-28 05:44:24.123456+00'"
        ).fetchall()
        assert wall == [(datetime(2018, 4, 28, 13, 44, 24, 123456),)]  # noqa: DTZ001  the clock on the wall


def test_nested_queries_of_polars(path: str) -> None:
    lazy = pl.scan_parquet(path)
    found = lazy.select(
        "title",
        blocks=pl.col("body").struct.field("blocks").list.len(),
        local=pl.col("published_at").dt.replace_time_zone(None) + pl.duration(minutes="published_at_offset"),
    ).collect()
    assert found["blocks"].to_list() == [len(record.body.blocks) for record in RECORDS]
    assert found["local"][0] == datetime(2018, 4, 28, 13, 44, 24, 123456)  # noqa: DTZ001  the clock on the wall
    crumbs = lazy.select(pl.col("breadcrumb").explode().struct.field("name")).collect()["name"].drop_nulls().to_list()
    assert crumbs == [crumb.name for record in RECORDS for crumb in record.breadcrumb]


def test_the_schema_changes_only_with_its_number() -> None:
    """If this fails, a column has changed: raise SCHEMA_VERSION, write it into the changelog, and update the file."""
    golden = Path(__file__).parent / "parquet_schema.txt"
    lines = [f"schema {SCHEMA_VERSION}", *(f"{field.name}: {whole(field)}" for field in parquet_schema())]
    assert "\n".join(lines) + "\n" == golden.read_text("utf-8")


def whole(field: Any) -> str:
    """A field's type in full, which pyarrow shortens where it is long."""
    kind = field.type
    if str(kind).startswith("struct"):
        text = f"struct<{', '.join(f'{inner.name}: {whole(inner)}' for inner in kind)}>"
    elif str(kind).startswith("list"):
        text = f"list<{whole(kind.value_field)}>"
    elif str(kind).startswith("map"):
        text = f"map<{kind.key_type}, {whole(kind.item_field)}>"
    else:
        text = str(kind)
    return text if field.nullable else f"{text} not null"


def test_every_field_of_the_record_has_a_column() -> None:
    names = [name for name in parquet_schema().names if not name.endswith("_offset")]
    assert names == list(Article.model_fields)


def test_the_metadata_name_schema_and_version(path: str) -> None:
    metadata = pq.read_metadata(path).metadata
    assert metadata[b"xinnong_scraper.schema"] == str(SCHEMA_VERSION).encode()
    assert metadata[b"xinnong_scraper.version"] == __version__.encode()
    with duckdb.connect() as connection:
        found = connection.execute(f"select decode(key), decode(value) from parquet_kv_metadata('{path}')").fetchall()
    assert ("xinnong_scraper.version", __version__) in found


def test_row_groups_are_bounded_by_bytes_and_compressed(tmp_path: Path) -> None:
    with (tmp_path / "x.parquet").open("wb") as file:
        sink = ParquetSink(file, row_group_bytes=3 << 20)
        for _ in range(400):
            sink.add(Record(FULL.model_copy(update={"summary": "长" * 10_000})))
        sink.finish()
    metadata = pq.read_metadata(tmp_path / "x.parquet")
    sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert sum(sizes) == 400
    assert 3 <= len(sizes) <= 5
    assert {metadata.row_group(0).column(number).compression for number in range(metadata.num_columns)} == {"ZSTD"}


def test_a_record_of_an_older_version_gets_the_defaults(tmp_path: Path) -> None:
    old = {"title": "题", "body": {"blocks": [{"kind": "paragraph", "text": "一"}]}, "teasers": [{"title": "甲"}]}
    write_records([json.dumps(old)], tmp_path / "x.parquet")
    (row,) = rows_of_pyarrow(str(tmp_path / "x.parquet"))
    assert json_of({**row, "evidence": entries(row["evidence"])}) == Article.model_validate(old).model_dump(mode="json")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": None},
        {"title": 7},
        {"page_count": None},
        {"confidence": "much"},
        {"published_at": "yesterday"},
        {"teasers": [{"title": None}]},
        {"authors": "张三"},
        {"authors": [None]},
        {"evidence": []},
        {"evidence": {"title": None}},
        {"page_count": 1 << 70},
        {"breadcrumb": [{"name": "x", "extra": 1}]},
        {"breadcrumb": [{}]},
    ],
)
def test_json_that_is_no_record_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="record"):
        write_records([json.dumps(FULL.model_dump(mode="json") | changes)], tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    moment=st.datetimes(timezones=st.none() | st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    rows=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3), max_size=3),
    number=st.floats(0, 1),
)
def test_any_values_come_back(
    moment: datetime, text: str, rows: list[list[str]], number: float, tmp_path: Path
) -> None:
    record = Article(
        title=text, authors=[text], published_at=moment, confidence=number,
        body=Body(blocks=[Block(kind="table", rows=rows)]), teasers=[Teaser(title=text, published_at=moment)],
        evidence={text: Evidence(strategy=text, rule="r", confidence=number)},
    )  # fmt: skip
    write_records([record], tmp_path / "x.parquet")
    file = pq.read_table(tmp_path / "x.parquet")
    micros = file["published_at"].cast("int64").to_pylist()[0]
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert micros == (aware - EPOCH) // timedelta(microseconds=1)
    offset = moment.utcoffset()
    assert file["published_at_offset"].to_pylist() == [None if offset is None else offset // timedelta(minutes=1)]
    (row,) = file.drop_columns(["published_at", "teasers"]).to_pylist()
    wanted = record.model_dump(mode="json", exclude={"published_at", "teasers"})
    assert {name: row[name] for name in ("title", "authors", "confidence", "body")} == {
        name: wanted[name] for name in ("title", "authors", "confidence", "body")
    }
    assert entries(row["evidence"]) == wanted["evidence"]


def test_a_field_without_a_parquet_type_is_found_out() -> None:
    class Strange(BaseModel):
        where: complex

    with pytest.raises(TypeError, match="complex"):
        _arrow_type(Strange)


def test_without_pyarrow_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    code = (
        "import sys, importlib.machinery\n"
        "found = importlib.machinery.PathFinder.find_spec\n"
        "importlib.machinery.PathFinder.find_spec = classmethod(\n"
        "    lambda cls, name, path=None, target=None: None if name == 'pyarrow' else found(name, path, target))\n"
        "from xinnong_scraper.export import write_records\n"
        "assert write_records([b'{}'], sys.argv[1] + '/a.jsonl') == 1\n"
        "try: write_records([b'{}'], sys.argv[1] + '/a.parquet')\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True, check=True
    )
    assert "pip install 'xinnong-scraper[parquet]'" in done.stdout
    assert [found.name for found in (tmp_path / "out").iterdir()] == ["a.jsonl"]
