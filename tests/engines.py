"""Tables of pages, good and bad, work that ends in every way, and the engines in their local modes."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xinnong_scraper.batch.processes import extract_batches
from xinnong_scraper.errors import ArchiveError, ExportError
from xinnong_scraper.layouts import Layout, load_layout

from .cases import case_names, fixture, replica_samples

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    Row = dict[str, Any]

    class Read(Protocol):
        """Reads a table by an engine, in several parts, and gives the rows sorted by their addresses."""

        def __call__(self, table: pa.Table, layouts: Sequence[Layout] = ()) -> list[Row]: ...


WARNINGS = [
    r"ignore::DeprecationWarning:ray\..*",  # of its own settings
    r"ignore::ResourceWarning:ray\..*",
    r"ignore:subprocess \d+ is still running:ResourceWarning",  # Ray's, which end a moment later
    r"ignore::FutureWarning:pyspark\..*",  # of a pandas that is too new, which nothing here asks of Spark
    r"ignore::DeprecationWarning:pyspark\..*",
]
"""The engines' own."""
_NEEDS = {"ray": ("ray",), "dask": ("dask", "distributed"), "spark": ("pyspark",)}
ZH = load_layout("zh")
JUNK = Random(7).randbytes(5_000_000)


def skip_without(engine: str) -> None:
    """Skip the test where the engine is not installed; ``make engines`` lets nothing be skipped."""
    lacking = [name for name in _NEEDS.get(engine, ()) if find_spec(name) is None]
    if engine == "spark" and shutil.which("java") is None:
        lacking.append("java")
    if lacking:
        assert os.environ.get("XINNONG_SKIPS") != "no"
        pytest.skip(f"needs {', '.join(lacking)}: make engines")


def rows(table: pa.Table) -> list[Row]:
    found: list[Row] = table.to_pylist()
    return sorted(found, key=lambda row: row["url"] or "")


def bytes_pages() -> pa.Table:
    """Every fixture, and rows that are wrong in every way that the columns allow."""
    samples = [fixture(name) for name in case_names()]
    page = samples[0].body
    good = [
        {"html": each.body, "headers": json.dumps(each.headers), "now": each.now and each.now.isoformat()}
        for each in samples
    ]
    bad: list[dict[str, Any]] = [
        {"html": None},
        {"html": b""},
        {"html": b"%PDF-1.4 no page at all"},
        {"html": JUNK},
        {"html": b"<h1>" * 1_250_000},
        {"html": page.replace(b"<p", b"\xed\xa0\x80<p")},
        {"html": page, "headers": "[1]"},
        {"html": page, "headers": "no JSON"},
        {"html": page, "headers": '{"content-type": 7}'},
        {"html": page, "headers": r'{"content-type": "text/html; charset=\ud800"}'},
        {"html": page, "layout": "no such layout"},
        {"html": page, "layout": "zh"},
        {"html": page, "fetched_at": "yesterday"},
        {"html": page, "fetched_at": "2026-08-23T10:00:00+08:00"},
    ]
    urls = [f"{each.url}?row={number}" for number, each in enumerate([*samples, *[samples[0]] * (len(bad) - 1)])]
    names = {"html": pa.binary(), **dict.fromkeys(["url", "headers", "layout", "now", "fetched_at"], pa.string())}
    given = [{"url": url} | row for url, row in zip([*urls, None], [*good, *bad], strict=True)]
    return pa.Table.from_pylist(given, pa.schema(names))


def text_pages() -> pa.Table:
    """Pages as text, with headers in a map, times as times, a column of somebody else's and one that is all null."""
    samples = replica_samples()[:12]
    return pa.table({
        "id": pa.array(range(12), pa.int64()),
        "text": [each.body.decode("utf-8", "replace") if number % 5 else None for number, each in enumerate(samples)],
        "url": [each.url for each in samples],
        "headers": pa.array([list(each.headers.items()) for each in samples], pa.map_(pa.string(), pa.string())),
        "fetched_at": pa.array([each.now for each in samples], pa.timestamp("us", "UTC")),
        "layout": pa.nulls(12, pa.string()),
    })  # fmt: skip


class DeadlyLayout(Layout):
    """A layout that ends the process that is handed it; with a marker, a file, only the first one."""

    marker: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _handed, (os.getpid(), self.marker)


def _handed(sender: int, marker: str | None) -> Layout:
    if os.getpid() == sender:  # an engine's own parts may look at what they send
        return deadly(Path(marker) if marker else None)
    if marker is None or not Path(marker).exists():
        if marker is not None:
            Path(marker).touch()
        os._exit(1)
    return ZH


def deadly(marker: Path | None = None) -> Layout:
    return DeadlyLayout.model_construct(**dict(ZH), marker=str(marker) if marker else None)


@contextmanager
def processes(_folder: Path) -> Iterator[Read]:
    def read(table: pa.Table, layouts: Sequence[Layout] = ()) -> list[Row]:
        return rows(pa.concat_tables(extract_batches(table.to_batches(max_chunksize=9), workers=2, layouts=layouts)))

    yield read


@contextmanager
def ray(_folder: Path) -> Iterator[Read]:
    import ray  # noqa: PLC0415

    from xinnong_scraper.batch.ray import extract_dataset  # noqa: PLC0415

    def read(table: pa.Table, layouts: Sequence[Layout] = ()) -> list[Row]:
        pages = ray.data.from_arrow(table).repartition(4)
        return rows(
            pa.concat_tables(map(ray.get, extract_dataset(pages, batch_size=8, layouts=layouts).to_arrow_refs()))
        )

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield read
    finally:
        ray.shutdown()


@contextmanager
def dask(folder: Path) -> Iterator[Read]:
    import dask.dataframe  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    from xinnong_scraper.batch.dask import extract_frame  # noqa: PLC0415

    def read(table: pa.Table, layouts: Sequence[Layout] = ()) -> list[Row]:
        place = Path(mkdtemp(dir=folder))
        size = table.num_rows // 4 + 1
        for number in range(4):
            pq.write_table(table.slice(number * size, size), place / f"{number}.parquet")
        pages = dask.dataframe.read_parquet(str(place), dtype_backend="pyarrow")
        return rows(pa.Table.from_pandas(extract_frame(pages, layouts=layouts).compute(), preserve_index=False))

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        yield read


@contextmanager
def spark(folder: Path) -> Iterator[Read]:
    """Spark with two workers, which may fail twice at one task."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    from xinnong_scraper.batch.spark import extract_frame  # noqa: PLC0415

    settings = {"ui.enabled": "false", "ui.showConsoleProgress": "false", "driver.host": "127.0.0.1"}
    settings |= {"sql.parquet.outputTimestampType": "TIMESTAMP_MICROS", "sql.session.timeZone": "Asia/Shanghai"}
    builder = SparkSession.builder.master("local[2,3]")
    for name, value in settings.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")

    def read(table: pa.Table, layouts: Sequence[Layout] = ()) -> list[Row]:
        place = Path(mkdtemp(dir=folder))
        pq.write_table(table, place / "pages.parquet")
        pages = session.read.parquet(f"{place}/pages.parquet").repartition(4)
        extract_frame(pages, layouts=layouts).write.parquet(f"{place}/records")
        return rows(pa.concat_tables([pq.read_table(path) for path in place.glob("records/*.parquet")]))

    try:
        yield read
    finally:
        session.stop()


ENGINES = {"processes": processes, "ray": ray, "dask": dask, "spark": spark}


def counting() -> Generator[int, None, None]:
    """The work of an archive: two pieces."""
    yield 3
    yield 4


def damaged() -> Generator[int, None, None]:
    yield 1
    raise ArchiveError("cut short", file="damaged")


def fatal() -> Generator[int, None, None]:
    yield 2
    os._exit(1)


def unwritable() -> Generator[int, None, None]:
    yield 5
    raise ExportError("the disk is full", path="out")


def endless(folder: Path) -> Generator[int, None, None]:
    """The work of an archive in which no page is wanted: a file shows that it is under way, another that it was."""
    begun = Path(mkdtemp(dir=folder, prefix="begun-"))
    try:
        while True:
            time.sleep(0.01)
        yield 0
    finally:
        begun.rename(folder / begun.name.replace("begun", "ended"))
