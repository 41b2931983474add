"""Ray Data in its local mode; needs Ray, which no extra for development brings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from xinnong_scraper.batch import batch_schema, extract_batch
from xinnong_scraper.batch.ray import extract_dataset
from xinnong_scraper.layouts import load_layout

from . import engines
from .cases import replica_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

ray = pytest.importorskip("ray", reason="needs ray: pip install 'ray[data]'")
pytestmark = [pytest.mark.filterwarnings(each) for each in engines.WARNINGS]


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Two workers on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def pages(count: int) -> pa.Table:
    samples = replica_samples()[:count]
    return pa.table({
        "id": pa.array(range(count), pa.int64()),
        "html": [each.body if number % 7 else b"%PDF-1.4" for number, each in enumerate(samples)],
        "url": [each.url for each in samples],
        "headers": pa.array([list(each.headers.items()) for each in samples], pa.map_(pa.string(), pa.string())),
    })  # fmt: skip


def rows(dataset: Any) -> list[dict[str, Any]]:
    tables = [ray.get(reference) for reference in dataset.to_arrow_refs()]
    found: list[dict[str, Any]] = pa.concat_tables(tables).to_pylist()
    return sorted(found, key=lambda row: row["url"])


@pytest.mark.parametrize("blocks", [1, 5])
def test_ray_gives_the_rows_of_one_call(blocks: int) -> None:
    table = pages(60)
    dataset = ray.data.from_arrow(table).repartition(blocks)
    wanted = sorted(extract_batch(table).to_pylist(), key=lambda row: row["url"])
    assert rows(extract_dataset(dataset, batch_size=8)) == wanted
    assert {row["error"] for row in wanted} == {None, "NotAnArticleError"}


def test_layouts_reach_the_workers_and_the_schema_is_kept() -> None:
    own = load_layout("xinnong").model_copy(update={"name": "mine"})
    table = pages(4).append_column("layout", pa.array(["mine"] * 4))
    dataset = extract_dataset(ray.data.from_arrow(table), layouts=[own], num_cpus=1)
    found = {row["url"]: row["layout"] for row in rows(dataset)}
    assert [found[url] for url in table["url"].to_pylist()] == [None, "mine", "mine", "mine"]
    assert dataset.schema().names == batch_schema().names


def test_pages_in_parquet_become_records_in_parquet(tmp_path: Any) -> None:
    table = pages(20)
    ray.data.from_arrow(table).write_parquet(str(tmp_path / "pages"))
    extract_dataset(ray.data.read_parquet(str(tmp_path / "pages"))).write_parquet(str(tmp_path / "records"))
    found = rows(ray.data.read_parquet(str(tmp_path / "records")))
    assert found == sorted(extract_batch(table).to_pylist(), key=lambda row: row["url"])
