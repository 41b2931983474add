"""Records as frames of pandas and Polars and as tables of Arrow: nothing is lost, and what is nested stays so."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.export import to_arrow, to_pandas, to_polars
from xinnong_scraper.records import Article
from xinnong_scraper.replica import ReplicaPortal

from .cases import replica_samples
from .optional import imported
from .rows import FULL, entries, json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xinnong_scraper.export import RecordLike

pa: Any = imported("pyarrow")
pd: Any = imported("pandas")
pl: Any = imported("polars")

RECORDS = [FULL, Article(), *(sample.read() for sample in replica_samples()[:10])]


def rows_of_arrow(records: Any) -> list[dict[str, Any]]:
    return to_arrow(records).to_pylist()  # type: ignore[no-any-return]


def rows_of_pandas(records: Any) -> list[dict[str, Any]]:
    rows = to_pandas(records).to_dict("records")
    return [{name: None if value is pd.NA or value is pd.NaT else value for name, value in row.items()} for row in rows]


def rows_of_polars(records: Any) -> list[dict[str, Any]]:
    return to_polars(records).to_dicts()  # type: ignore[no-any-return]


READERS = [rows_of_arrow, rows_of_pandas, rows_of_polars]


@pytest.mark.parametrize("read", READERS)
def test_every_record_comes_back_equal(read: Callable[[Any], list[dict[str, Any]]]) -> None:
    found = [json_of({**row, "evidence": entries(row["evidence"])}) for row in read(RECORDS)]
    assert [Article.model_validate(row) for row in found] == RECORDS


@pytest.mark.parametrize("read", READERS)
def test_no_record_is_an_empty_table_with_all_columns(read: Callable[[Any], list[dict[str, Any]]]) -> None:
    assert read([]) == []
    assert to_polars([]).columns == to_polars(RECORDS).columns == list(to_pandas([]).columns)


def test_records_come_in_any_form() -> None:
    forms: list[RecordLike] = [
        FULL,
        FULL.model_dump(mode="json"),
        FULL.model_dump_json(),
        FULL.model_dump_json().encode(),
    ]
    table = to_arrow(forms)
    assert table.slice(0, 1).equals(table.slice(3, 1))
    assert table["title"].to_pylist() == ["题"] * 4


@pytest.mark.parametrize("make", [to_arrow, to_pandas, to_polars])
def test_what_is_no_record_is_refused(make: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="no article record"):
        make([FULL, '{"tittle": "x"}'])


def test_pandas_looks_into_nested_columns() -> None:
    frame = to_pandas(RECORDS)
    assert frame["body"].struct.field("blocks").list.len().tolist() == [len(each.body.blocks) for each in RECORDS]
    crumbs = frame["breadcrumb"].list.flatten().struct.field("name").tolist()
    assert crumbs == [crumb.name for each in RECORDS for crumb in each.breadcrumb]
    assert frame["published_at"][0] == pd.Timestamp(FULL.published_at)
    assert pd.isna(frame["published_at"][1])
    dated = frame.dropna(subset="published_at")
    wall = dated["published_at"].dt.tz_localize(None) + pd.to_timedelta(dated["published_at_offset"], unit="min")
    assert wall[0] == pd.Timestamp("2018-04-28 13:44:24.123456")
    assert frame.groupby("source").size().sum() == sum(each.source is not None for each in RECORDS)


def test_polars_looks_into_nested_columns() -> None:
    frame = to_polars(RECORDS)
    texts = (
        frame.select("title", block=pl.col("body").struct.field("blocks"))
        .explode("block")
        .unnest("block")
        .filter(pl.col("kind") == "paragraph")["text"]
        .to_list()
    )
    assert texts == [block.text for each in RECORDS for block in each.body.blocks if block.kind == "paragraph"]
    assert frame["teasers"].list.len().to_list() == [len(each.teasers) for each in RECORDS]
    assert frame["published_at"][0] == FULL.published_at


def test_a_store_is_taken_as_it_is(tmp_path: Path) -> None:
    with ReplicaPortal(count=14) as portal:
        Crawler(tmp_path / "portal.db", CrawlPolicy(fetch=FetchPolicy(allow_private=True, delay=0))).run([portal.url])
    with Store(tmp_path / "portal.db") as store:
        assert sorted(to_pandas(store)["title"]) == sorted(article.title for article in portal.articles)
        assert to_arrow(store).equals(to_arrow(store.records()))


def test_more_than_one_batch_is_one_table() -> None:
    long = FULL.model_copy(update={"summary": "长" * 200_000})
    table = to_arrow([long] * 6)
    assert table["title"].num_chunks > 1
    assert table["summary"].to_pylist() == ["长" * 200_000] * 6


@pytest.mark.parametrize(
    ("name", "missing"), [("to_pandas", "pandas"), ("to_polars", "polars"), ("to_arrow", "pyarrow")]
)
def test_a_missing_package_is_named_with_its_extra(name: str, missing: str) -> None:
    code = (
        "import importlib.util as util; find = util.find_spec\n"
        f"util.find_spec = lambda name, *rest: None if name == {missing!r} else find(name, *rest)\n"
        f"from xinnong_scraper.export import {name}\n"
        f"try: {name}([])\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    extra = {"pyarrow": "parquet"}.get(missing, missing)
    assert done.stdout == f"this needs {missing}: pip install 'xinnong-scraper[{extra}]'\n"


def test_importing_the_room_loads_none_of_them() -> None:
    code = "import sys, xinnong_scraper.export; print({'pandas', 'polars', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
