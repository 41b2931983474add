"""Records as a table in memory: for pandas, for Polars, and in Arrow for everything else that speaks it.

The columns and their types are those of the Parquet file (:func:`~xinnong_scraper.export.parquet.parquet_schema`): what
is nested stays nested, times are instants in UTC with the page's offset beside them, and lists are lists, not text.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from .record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .record import RecordLike

__all__ = ["to_arrow", "to_pandas", "to_polars"]


class _HasRecords(Protocol):
    """What holds records, as the store of a crawl does."""

    def records(self) -> Iterator[Record]:
        """Give them one by one."""


Records: TypeAlias = "_HasRecords | Iterable[RecordLike]"
"""A store of a crawl, or records in any of the forms that :class:`Record` takes."""


def to_arrow(records: Records) -> Any:  # noqa: ANN401  pyarrow need not be installed to read this file
    """Give records as a ``pyarrow.Table``.

    ``records`` are what :func:`~xinnong_scraper.export.write_records` takes, or a store of a crawl.
    Raises ``ValueError`` for a record that is none, ``ImportError`` where pyarrow is missing.
    """
    _need("parquet", "pyarrow")
    from .parquet import arrow_table  # noqa: PLC0415  pyarrow is loaded only for those who want tables

    given = records.records() if hasattr(records, "records") else records
    return arrow_table(map(Record.of, given))


def to_pandas(records: Records) -> Any:  # noqa: ANN401  pandas need not be installed to read this file
    """Give ``records``, as :func:`to_arrow` takes them, as a ``pandas.DataFrame``, one a row.

    The columns have Arrow types (``pandas.ArrowDtype``), so that nothing is lost: pandas' own have neither lists nor
    structs. ``frame["body"].struct.field("blocks")`` and ``frame["authors"].list.flatten()`` look into them.

    Raises ``ValueError`` for a record that is none, ``ImportError`` where pandas or pyarrow is missing.
    """
    _need("pandas", "pandas", "pyarrow")
    import pandas as pd  # noqa: PLC0415  as above

    return to_arrow(records).to_pandas(types_mapper=pd.ArrowDtype)


def to_polars(records: Records) -> Any:  # noqa: ANN401  Polars need not be installed to read this file
    """Give ``records``, as :func:`to_arrow` takes them, as a ``polars.DataFrame``, one a row.

    ``pl.col("body").struct.field("blocks")`` looks into them.

    Raises ``ValueError`` for a record that is none, ``ImportError`` where Polars or pyarrow is missing.
    """
    _need("polars", "polars", "pyarrow")
    import polars as pl  # noqa: PLC0415  as above

    return pl.from_arrow(to_arrow(records))


def _need(extra: str, *packages: str) -> None:
    if missing := [name for name in packages if find_spec(name) is None]:
        raise ImportError(f"this needs {' and '.join(missing)}: pip install 'xinnong-scraper[{extra}]'")
