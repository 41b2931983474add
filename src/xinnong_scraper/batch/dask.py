"""Dask: pages of a data frame become records, wherever Dask runs them.

A Dask data frame is made of pandas frames, so here pages pass through pandas, in columns that stay Arrow's
(``pandas.ArrowDtype``): nested fields keep their types, bytes stay bytes, and a column that is null in a whole
partition has the type that it has elsewhere. Bags and delayed calls hold whatever they are given, Arrow tables too, and
need no adapter: ``bag.map(extract_batch)``, ``dask.delayed(extract_batch)(table)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..layouts import resolve_layout
from .tables import batch_schema, extract_batch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..layouts import Layout

__all__ = ["extract_frame"]


def extract_frame(frame: Any, *, layouts: Iterable[Layout | str | Path] = ()) -> Any:  # noqa: ANN401  Dask's own
    """Read a ``dask.dataframe.DataFrame`` of pages; return the frame of records, one row for each, same index.

    The columns, before and after, are those of :func:`~xinnong_scraper.batch.extract_batch`, and so are the errors,
    raised when the frame is computed. A partition is read as a whole: some hundred pages make a good one. The package
    must be installed where Dask's workers run. Raises ``ImportError`` without pandas, LayoutError for ``layouts``.

    Pages as bytes must come in Arrow's own type, else Dask takes them for UTF-8 text (its setting
    ``dataframe.convert-string``), which pages in GBK are not.

    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> pages = dd.read_parquet("s3://bucket/pages/", dtype_backend="pyarrow")  # doctest: +SKIP
    >>> extract_frame(pages).to_parquet("s3://bucket/articles/", schema=batch_schema())  # doctest: +SKIP
    """
    own = [resolve_layout(layout) for layout in layouts]
    columns = _to_pandas(batch_schema().empty_table())
    return frame.map_partitions(_records, layouts=own, meta=columns)


def _records(pages: Any, layouts: list[Layout]) -> Any:  # noqa: ANN401  a pandas frame in, another out
    table = pa.Table.from_pandas(pages, preserve_index=False)
    return _to_pandas(extract_batch(table, layouts=layouts)).set_axis(pages.index)


def _to_pandas(table: pa.Table) -> Any:  # noqa: ANN401  a pandas frame
    try:
        import pandas  # noqa: ICN001, PLC0415  comes with the extra
    except ImportError as error:
        raise ImportError("Dask's data frames need pandas: pip install 'xinnong-scraper[dask]'") from error
    return table.to_pandas(types_mapper=pandas.ArrowDtype)
