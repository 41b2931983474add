"""``extract_batch``: Arrow in, Arrow out, row for row what ``extract_html`` says."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.batch import batch_schema, extract_batch
from xinnong_scraper.errors import LayoutError, ScraperError
from xinnong_scraper.export.parquet import parquet_schema
from xinnong_scraper.layouts import load_layout

from .cases import NOW, case_names, fixture, replica_samples
from .rows import entries, json_of

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = [*(fixture(name) for name in case_names()), *replica_samples()[:30]]
PAGE = "<h1>小麦返青</h1>来源：聊城日报 昨天 13:44" + "<p>四月以来，全市小麦陆续返青，长势良好。</p>" * 3
PAGES: dict[str, list[Any]] = {
    "html": [sample.body for sample in SAMPLES],
    "url": [sample.url for sample in SAMPLES],
    "now": [sample.now for sample in SAMPLES],
}
HEADERS = [sample.headers for sample in SAMPLES]


def expected(html: Any, **arguments: Any) -> tuple[Any, Any, Any]:
    """The record's JSON form, error and message of a page, as the library's main function gives them."""
    try:
        return extract_html(html, **arguments).model_dump(mode="json"), None, None
    except ScraperError as error:
        return None, type(error).__name__, error.message
    except TypeError as error:
        return None, "TypeError", str(error)


def found(table: pa.Table) -> list[tuple[Any, Any, Any]]:
    rows = []
    for row in table.to_pylist():
        error, message = row.pop("error"), row.pop("message")
        if error is None:
            rows.append((json_of({**row, "evidence": entries(row["evidence"])}), None, None))
        else:
            assert {name for name, value in row.items() if value is not None} <= {"url"}
            rows.append((None, error, message))
    return rows


@pytest.fixture(scope="module")
def wanted() -> list[tuple[Any, Any, Any]]:
    return [expected(each.body, url=each.url, headers=each.headers, now=each.now) for each in SAMPLES]


def as_map() -> pa.Array:
    return pa.array([list(headers.items()) for headers in HEADERS], pa.map_(pa.string(), pa.string()))


HEADER_FORMS: list[Callable[[], pa.Array]] = [
    as_map,
    lambda: pa.array(HEADERS),
    lambda: pa.array(list(map(json.dumps, HEADERS))),
    lambda: pa.array(list(map(json.dumps, HEADERS)), pa.large_string()),
]


@pytest.mark.parametrize("headers", HEADER_FORMS, ids=["map", "struct", "json", "large json"])
def test_each_row_is_what_extract_html_says(headers: Callable[[], pa.Array], wanted: list[Any]) -> None:
    assert {error for _, error, _ in wanted} >= {None, "NotAnArticleError"}
    assert found(extract_batch(pa.table({**PAGES, "headers": headers()}))) == wanted


def chunked(table: pa.Table) -> pa.Table:
    """Chunks of other sizes in each column, an empty one among them."""
    columns = []
    for step, column in enumerate(table.columns, 3):
        parts = [column.slice(start, step) for start in range(0, len(column), step)]
        chunks = [chunk for part in [column.slice(0, 0), *parts] for chunk in part.chunks]
        columns.append(pa.chunked_array(chunks, column.type))
    return pa.table(columns, names=table.column_names)


def cast(**types: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        for name, kind in types.items():
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, table[name].cast(kind))
        return table

    return change


@pytest.mark.parametrize(
    "change",
    [
        chunked,
        lambda table: table.slice(0),
        lambda table: table.rename_columns(["body", *table.column_names[1:]]),
        lambda table: table.rename_columns(["text", *table.column_names[1:]]),
        lambda table: table.append_column("html_of_another", pa.nulls(len(table))),
        lambda table: table.append_column("rank", pa.array(range(len(table)))),
        cast(html=pa.large_binary(), url=pa.large_string()),
        cast(html=pa.binary_view(), url=pa.string_view()),
        cast(now=pa.timestamp("ns", "Asia/Shanghai")),
        cast(now=pa.timestamp("s")),
        lambda table: table.set_column(1, "url", table["url"].dictionary_encode()),
        lambda table: table.set_column(2, "now", pa.array([each.now and each.now.isoformat() for each in SAMPLES])),
    ],
)
def test_the_form_of_the_columns_changes_nothing(change: Callable[[pa.Table], pa.Table], wanted: list[Any]) -> None:
    table = change(pa.table({**PAGES, "headers": as_map()}))
    assert found(extract_batch(table)) == wanted


def test_a_slice_and_a_record_batch_are_read_alike(wanted: list[Any]) -> None:
    table = pa.table({**PAGES, "headers": as_map()})
    assert found(extract_batch(table.slice(3, 7))) == wanted[3:10]
    batch = table.slice(3, 7).combine_chunks().to_batches()[0]
    result = extract_batch(batch)
    assert isinstance(result, pa.Table)
    assert found(result) == wanted[3:10]


def test_text_is_read_as_text() -> None:
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        (row,) = found(extract_batch(pa.table({"html": pa.array([PAGE], kind)})))
        assert row == expected(PAGE)
        assert row[0]["encoding"] is None


def test_rows_that_cannot_be_read_cost_nobody_else_anything() -> None:
    good = PAGE.encode()
    bodies = [good, None, b"", b"\xff\xfe\xfa" * 300, bytes(range(256)) * 40, b"%PDF-1.4", good[:40], good]
    table = pa.table({"html": pa.array(bodies, pa.binary()), "url": ["http://a.example/", None] * 4})
    rows = found(extract_batch(table))
    urls = ["http://a.example/", None] * 4
    assert rows == [expected(body, url=url) for body, url in zip(bodies, urls, strict=True)]
    assert [error for _, error, _ in rows[:3]] == [None, "TypeError", "NotAnArticleError"]
    assert extract_batch(table)["url"].to_pylist()[2] == "http://a.example/"
    assert rows[-1][0]["title"] == "小麦返青"


@pytest.mark.parametrize(
    ("column", "values", "error"),
    [
        ("headers", ["{", "[]", "7", '{"content-type": 7}', '["a"]', "[" * 100_000], "ValueError"),
        ("layout", ["", "nobody's", "/etc/passwd", "../zh.toml"], "LayoutError"),
        ("now", ["yesterday", "2018", "9999-12-31T23:59:59-23:00"], "ValueError"),
        ("fetched_at", pa.array([1 << 62, -(1 << 62)], pa.timestamp("s")), "ValueError"),
    ],
)
def test_a_strange_value_costs_its_own_row(column: str, values: Any, error: str) -> None:
    count = len(values)
    strange = pa.concat_arrays([pa.array(values), pa.nulls(1, pa.array(values).type)])
    urls = [f"http://a.example/{number}" for number in range(count + 1)]
    result = extract_batch(pa.table({"html": [PAGE] * (count + 1), "url": urls, column: strange}))
    assert result["url"].to_pylist() == urls
    assert result["error"].to_pylist() == [error] * count + [None]
    assert all(message for message in result["message"].to_pylist()[:count])


def test_text_that_is_no_utf8_costs_its_own_row() -> None:
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 2, 2 + len(PAGE.encode()))))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"\xff\xfe" + PAGE.encode())])
    result = extract_batch(pa.table({"html": broken}))
    assert result["error"].to_pylist() == ["ValueError", None]
    assert "binary column" in result["message"][0].as_py()
    assert extract_batch(pa.table({"html": [PAGE, PAGE], "url": broken}))["error"].to_pylist() == ["ValueError", None]


def test_columns_of_nulls_are_columns_of_nothing() -> None:
    nulls = pa.nulls(2)
    names = ["url", "headers", "layout", "now", "fetched_at"]
    result = extract_batch(pa.table({"html": [PAGE, PAGE], **dict.fromkeys(names, nulls)}))
    assert found(result) == [expected(PAGE)] * 2
    assert extract_batch(pa.table({"html": nulls}))["error"].to_pylist() == ["TypeError"] * 2


def test_the_clock_and_the_time_of_the_fetch() -> None:
    fetched = datetime(2018, 4, 29, 0, 30, tzinfo=UTC)
    table = pa.table({
        "html": [PAGE] * 3,
        "fetched_at": [fetched, fetched, None],
        "now": [None, fetched + timedelta(days=2), fetched],
    })  # fmt: skip
    result = extract_batch(table)
    days = [moment.date().isoformat() for moment in result["published_at"].to_pylist()]
    assert days == ["2018-04-28", "2018-04-30", "2018-04-28"]
    assert result["fetched_at"].to_pylist() == [fetched, fetched, None]


def test_a_layout_is_chosen_by_name_or_given() -> None:
    own = load_layout("xinnong").model_copy(update={"name": "mine"})
    table = pa.table({"html": [PAGE] * 3, "layout": ["zh", "mine", None]})
    assert extract_batch(table, layouts=[own])["layout"].to_pylist() == ["zh", "mine", "zh"]
    with pytest.raises(LayoutError):
        extract_batch(table, layouts=["nobody's"])


def test_no_rows_give_the_schema() -> None:
    empty = pa.table({"html": pa.array([], pa.binary())})
    for table in (empty, pa.table({"html": pa.chunked_array([], pa.string())})):
        assert extract_batch(table).num_rows == 0
        assert extract_batch(table).schema.equals(batch_schema(), check_metadata=True)


def test_the_schema_is_that_of_the_records_and_says_why_there_is_none() -> None:
    schema = extract_batch(pa.table({"html": [PAGE, None]})).schema
    assert schema.equals(batch_schema(), check_metadata=True)
    assert schema.names == [*parquet_schema().names, "error", "message"]
    assert [field.type for field in parquet_schema()] == schema.types[:-2]
    assert schema.metadata == parquet_schema().metadata


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"url": ["http://a.example/"]}), "html, body or text"),
        (pa.table({"html": [PAGE], "body": [PAGE]}), "html, body"),
        (pa.table([[PAGE], [PAGE]], names=["html", "html"]), "html, html"),
        (pa.table([[PAGE], ["a"], ["b"]], names=["html", "url", "url"]), "twice"),
        (pa.table({"html": [7]}), "text or bytes"),
        (pa.table({"html": [PAGE], "url": [b"http://a.example/"]}), "url holds binary"),
        (pa.table({"html": [PAGE], "headers": [["content-type"]]}), "map or struct"),
        (pa.table({"html": [PAGE], "now": [1_524_000_000]}), "timestamps or ISO 8601"),
    ],
)
def test_what_is_no_table_of_pages_is_refused(table: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        extract_batch(table)


def test_only_arrow_is_taken() -> None:
    with pytest.raises(TypeError, match="Table or RecordBatch, not dict"):
        extract_batch({"html": [PAGE]})


def test_another_process_gives_the_same_table() -> None:
    table = pa.table({**PAGES, "headers": as_map()}).slice(0, 12)
    assert pickle.loads(pickle.dumps(extract_batch)) is extract_batch
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(extract_batch, table).result(timeout=120)
    assert there.equals(extract_batch(table))


def test_records_come_back_as_articles() -> None:
    (row, _, _), *_ = found(extract_batch(pa.table({"html": [SAMPLES[0].body], "now": [NOW]})))
    assert Article.model_validate(row) == extract_html(SAMPLES[0].body, now=NOW)


def test_without_pyarrow_the_extra_is_named() -> None:
    code = (
        "import sys, importlib.machinery\n"
        "found = importlib.machinery.PathFinder.find_spec\n"
        "importlib.machinery.PathFinder.find_spec = classmethod(\n"
        "    lambda cls, name, path=None, target=None: None if name == 'pyarrow' else found(name, path, target))\n"
        "try: import xinnong_scraper.batch\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'xinnong-scraper[parquet]'" in done.stdout
