"""Records as an Apache Parquet table, whose columns are the fields of :class:`Article` under their own names.

- Nested fields stay nested: ``body.blocks``, ``images``, ``breadcrumb``, ``teasers`` and ``warnings`` are lists of
  structs, ``body`` and ``disclaimer`` structs, ``evidence`` is a map from the field's name to a struct. The schema is
  made from the pydantic models, so that it cannot differ from them.
- A time is a ``timestamp[us, tz=UTC]``: one instant, which DuckDB (``TIMESTAMP WITH TIME ZONE``), pandas and Polars
  read as such and compare across zones. A column has one zone, but each page its own, so the zone that the record
  names stands beside it: ``published_at_offset``, in minutes east of UTC (480 for Asia/Shanghai). The wall clock that
  the page shows is ``published_at`` plus so many minutes. An offset of null beside a time means that the record names
  no zone; its clock is then stored as if it were UTC.
- The file's metadata hold ``xinnong_scraper.schema`` (the number of this schema) and ``xinnong_scraper.version``.

Row groups end at 64 MiB of Arrow data, so memory stays flat however many records there are; columns are compressed
with Zstandard. No page index or Bloom filter is written.
"""

from __future__ import annotations

import json
import types
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, TypeAlias, Union, get_args, get_origin

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from .._version import __version__
from ..records import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .record import Record

__all__ = ["CHUNK_BYTES", "SCHEMA_VERSION", "ParquetSink", "arrow_table", "article_converter", "parquet_schema"]

SCHEMA_VERSION: Final = 1
"""Changes whenever a column does."""
ROW_GROUP_BYTES: Final = 64 << 20
"""Arrow bytes of one row group; DuckDB reads groups side by side, so a large file wants several."""
CHUNK_BYTES: Final = 1 << 20
"""Bytes of JSON that are turned into Arrow at once; as Python objects they take some ten times as much."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TIMESTAMP: Final = pa.timestamp("us", tz="UTC")
_SCALARS: Final[dict[object, pa.DataType]] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

_Convert: TypeAlias = "Callable[[Any], Any]"


def parquet_schema() -> pa.Schema:
    """Give the Arrow schema of the table, metadata included."""
    metadata = {"xinnong_scraper.schema": str(SCHEMA_VERSION), "xinnong_scraper.version": __version__}
    return pa.schema(_fields(Article), metadata=metadata)


def article_converter() -> Callable[[str | bytes], dict[str, Any]]:
    """Make the function that turns a record's JSON into what pyarrow takes for a row of :func:`parquet_schema`.

    It raises ``ValueError``, ``TypeError``, ``AttributeError`` or ``RecursionError`` for JSON that is no record.
    """
    convert = _model_converter(Article)
    return lambda line: convert(json.loads(line))


class _Packer:
    """Takes records one by one and packs them into Arrow, so many bytes of JSON at a time."""

    def __init__(self) -> None:
        self.schema = parquet_schema()
        self._convert = article_converter()
        self._rows: list[dict[str, Any]] = []
        self._row_bytes = 0

    def add(self, record: Record) -> pa.RecordBatch | None:
        """Keep a record; give a batch when one is full. Raises ``ValueError`` for what is no record."""
        line = record.json
        try:
            self._rows.append(self._convert(line))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"this is no article record ({error}): {line[:60]!r}") from error
        self._row_bytes += len(line)
        return self.rest() if self._row_bytes >= CHUNK_BYTES else None

    def rest(self) -> pa.RecordBatch | None:
        """Give what was kept since the last batch; None where that is nothing."""
        if not self._rows:
            return None
        try:
            batch = pa.RecordBatch.from_pylist(self._rows, self.schema)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"a record does not fit the columns: {error}") from error
        self._rows, self._row_bytes = [], 0
        return batch


def arrow_table(records: Iterable[Record]) -> pa.Table:
    """Give records as a table of :func:`parquet_schema`; raises ``ValueError`` for what is no record."""
    packer = _Packer()
    full = [batch for record in records if (batch := packer.add(record)) is not None]
    rest = packer.rest()
    return pa.Table.from_batches(full if rest is None else [*full, rest], packer.schema)


class ParquetSink:
    """Takes records one by one and writes them in row groups; ``close`` it, whether it was finished or not.

    ``add`` and ``finish`` raise ``ValueError`` for a record that does not fit the columns, and what the file raises.
    """

    def __init__(self, file: BinaryIO, *, row_group_bytes: int = ROW_GROUP_BYTES) -> None:
        self._packer = _Packer()
        self._writer = pq.ParquetWriter(file, self._packer.schema, compression="zstd")
        self._row_group_bytes = row_group_bytes
        self._batches: list[pa.RecordBatch] = []
        self._batch_bytes = 0

    def add(self, record: Record) -> None:
        """Keep a record for the next row group; raises ``ValueError`` where it is none."""
        self._keep(self._packer.add(record))
        if self._batch_bytes >= self._row_group_bytes:
            self._write()

    def finish(self) -> None:
        """Write what is left, and the footer."""
        self._keep(self._packer.rest())
        self._write()
        self._writer.close()

    def close(self) -> None:
        """Give up what was not finished: without this, pyarrow would try again when it is collected."""
        self._writer.is_open = False

    def _keep(self, batch: pa.RecordBatch | None) -> None:
        if batch is not None:
            self._batches.append(batch)
            self._batch_bytes += batch.nbytes

    def _write(self) -> None:
        if not self._batches:
            return
        table = pa.Table.from_batches(self._batches)
        self._batches, self._batch_bytes = [], 0
        try:
            self._writer.write_table(table, row_group_size=table.num_rows)
        except pa.ArrowInvalid as error:
            raise ValueError(f"a record does not fit the columns: {error}") from error


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    fields = []
    for name, info in model.model_fields.items():
        annotation, nullable = _without_none(info.annotation)
        kind = _TIMESTAMP if annotation is datetime else _arrow_type(annotation)
        fields.append(pa.field(name, kind, nullable=nullable))
        if annotation is datetime:
            fields.append(pa.field(f"{name}_offset", pa.int16(), nullable=True))
    return fields


def _arrow_type(annotation: object) -> pa.DataType:
    """Translate an annotation; times are translated with their field, as they make two columns."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if origin is Literal and all(isinstance(value, str) for value in arguments):
        return pa.string()
    if origin is list:
        item, nullable = _without_none(arguments[0])
        return pa.list_(pa.field("element", _arrow_type(item), nullable=nullable))
    if origin is dict and arguments[0] is str:
        item, nullable = _without_none(arguments[1])
        return pa.map_(pa.string(), pa.field("value", _arrow_type(item), nullable=nullable))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    raise TypeError(f"there is no Parquet type for {annotation!r}")


def _without_none(annotation: object) -> tuple[object, bool]:
    """Split ``X | None`` into X and whether None is allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not types.NoneType]
        if len(kinds) == 1:
            return kinds[0], True
    return annotation, False


def _model_converter(model: type[BaseModel]) -> _Convert:
    """Make the function that turns a model's JSON object into what pyarrow takes for its struct.

    A key that is missing gets the field's default, as in a record that an older version wrote.
    """
    names = frozenset(model.model_fields)
    kinds = {name: _without_none(info.annotation) for name, info in model.model_fields.items()}
    times = [name for name, (kind, _) in kinds.items() if kind is datetime]
    others = [(name, inner) for name, (kind, _) in kinds.items() if (inner := _converter(kind)) is not None]
    never_none = [name for name, (_, nullable) in kinds.items() if not nullable]
    defaults = _json_defaults(model)

    def convert(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise TypeError(f"{model.__name__} is no object")
        if value.keys() != names:
            value = _completed(value, model, names, defaults)
        row = dict(value) if times or others else value
        for name in never_none:
            if row[name] is None:
                raise ValueError(f"{model.__name__}.{name} is null")
        for name, inner in others:
            if row[name] is not None:
                row[name] = inner(row[name])
        for name in times:
            row[name], row[f"{name}_offset"] = _instant(row[name])
        return row

    return convert


def _completed(
    value: dict[str, Any], model: type[BaseModel], names: frozenset[str], defaults: dict[str, Any]
) -> dict[str, Any]:
    if unknown := value.keys() - names:
        raise ValueError(f"{model.__name__} has no field {min(unknown)}")
    if missing := names - value.keys() - defaults.keys():
        raise ValueError(f"{model.__name__} lacks {min(missing)}")
    return defaults | value


def _json_defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON form of the defaults of a model's fields."""
    names = {name for name, info in model.model_fields.items() if not info.is_required()}
    values = {name: model.model_fields[name].get_default(call_default_factory=True) for name in names}
    return model.model_construct(**values).model_dump(mode="json", include=names, warnings=False)


def _converter(annotation: object) -> _Convert | None:
    """Make the function that turns JSON into what pyarrow takes, or None where that is the same."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model_converter(annotation)
    if origin is list:
        item, nullable = _without_none(arguments[0])
        return _list_converter(_converter(item), nullable=nullable)
    if origin is dict:
        return _map_converter(_converter(arguments[1]))
    return None


def _list_converter(inner: _Convert | None, *, nullable: bool) -> _Convert:
    def convert(values: object) -> list[Any]:
        if not isinstance(values, list):  # pyarrow would take a string for the list of its characters
            raise TypeError("a list is expected, not one value")
        if not nullable and None in values:
            raise ValueError("a list holds null")
        return [inner(value) for value in values] if inner else values

    return convert


def _map_converter(inner: _Convert | None) -> _Convert:
    def convert(values: object) -> list[tuple[str, Any]]:
        if not isinstance(values, dict):
            raise TypeError("an object is expected for a mapping")
        return [(key, inner(value) if inner else value) for key, value in values.items()]

    return convert


def _instant(text: str | None) -> tuple[int | None, int | None]:
    """Read a time of the JSON form: microseconds since 1970 in UTC, and the offset in minutes.

    >>> _instant("1970-01-01T08:00:01+08:00")
    (1000000, 480)
    """
    if text is None:
        return None, None
    moment = datetime.fromisoformat(text)
    offset = moment.utcoffset()
    if offset is None:
        return (moment.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND, None
    return (moment - _EPOCH) // _MICROSECOND, offset // timedelta(minutes=1)
