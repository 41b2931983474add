"""The columns of a table of pages, and one row of them as what ``extract_html`` takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Row", "Rows", "check_columns", "read_row", "read_url"]

_PAGE: Final = ("html", "body", "text")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}

Rows = pa.Table | pa.RecordBatch
"""What holds rows in Arrow."""


@dataclass(frozen=True, slots=True)
class Row:
    """One page and what is known about it."""

    html: str | bytes | None
    url: str | None
    headers: Mapping[str, str] | None
    layout: str | None
    fetched_at: datetime | None
    now: datetime | None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_page(kind: pa.DataType) -> bool:
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)
    return bool(_is_text(kind) or is_bytes or pa.types.is_fixed_size_binary(kind))


def _is_headers(kind: pa.DataType) -> bool:
    return bool(_is_text(kind) or pa.types.is_map(kind) or pa.types.is_struct(kind))


def _is_time(kind: pa.DataType) -> bool:
    return bool(_is_text(kind) or pa.types.is_timestamp(kind))


_PAGE_TYPES: Final = (_is_page, "text or bytes")
_KINDS: Final[dict[str, tuple[Callable[[pa.DataType], bool], str]]] = {
    **dict.fromkeys(_PAGE, _PAGE_TYPES),
    "url": (_is_text, "text"),
    "headers": (_is_headers, "a map or struct of text, or JSON objects as text"),
    "layout": (_is_text, "text"),
    "fetched_at": (_is_time, "timestamps or ISO 8601 text"),
    "now": (_is_time, "timestamps or ISO 8601 text"),
}


def check_columns(schema: pa.Schema) -> dict[str, str]:
    """Tell which columns are read: from the name of what they hold to their own; other columns are none of ours.

    Raises ``ValueError`` where there is not exactly one column with pages, or where a column has another type.
    """
    pages = [name for name in schema.names if name in _PAGE]
    if len(pages) != 1:
        raise ValueError(
            f"a table of pages has one column named html, body or text, not {_listed(pages)}; "
            f"beside it may stand url, headers, layout, fetched_at and now; this one has {_listed(schema.names)}"
        )
    for name in _KINDS:
        if schema.names.count(name) > 1:
            raise ValueError(f"the column {name} is there twice")
    found = {"html" if name in _PAGE else name: name for name in schema.names if name in _KINDS}
    for name in found.values():
        fits, allowed = _KINDS[name]
        kind = _plain(schema.field(name).type)
        if not (pa.types.is_null(kind) or fits(kind)):
            raise ValueError(f"the column {name} holds {kind}; it must hold {allowed}")
    return found


def read_url(batch: pa.RecordBatch, number: int, columns: Mapping[str, str]) -> str | None:
    """Read the address of one row, whatever its other columns hold; raises ``ValueError`` as ``read_row`` does."""
    url: str | None = _python("url", batch.column(columns["url"])[number]) if "url" in columns else None
    return url


def read_row(batch: pa.RecordBatch, number: int, columns: Mapping[str, str]) -> Row:
    """Read one row; raises ``ValueError`` where a value is no such thing as its column's name says."""

    def value(name: str) -> Any:  # noqa: ANN401  an Arrow scalar or nothing
        return batch.column(columns[name])[number] if name in columns else None

    return Row(
        html=_python("html", value("html")),
        url=read_url(batch, number, columns),
        headers=_headers(_python("headers", value("headers"))),
        layout=_python("layout", value("layout")),
        fetched_at=_moment("fetched_at", value("fetched_at")),
        now=_moment("now", value("now")),
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _plain(kind: pa.DataType) -> pa.DataType:
    """Give the type of the values themselves, behind an extension or a dictionary."""
    while isinstance(kind, pa.BaseExtensionType | pa.DictionaryType):
        kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind.value_type
    return kind


def _python(name: str, scalar: Any) -> Any:  # noqa: ANN401  any value of Arrow
    try:
        return None if scalar is None else scalar.as_py()
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is no valid UTF-8; bytes belong into a binary column ({error})") from error


def _headers(value: object) -> Mapping[str, str] | None:
    """Read headers of any form; one without a value is not there."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"headers are no JSON object ({error})") from error
    else:
        found = dict(value)  # type: ignore[call-overload]  # a struct is a dict already, a map a list of pairs
    if not isinstance(found, dict):
        raise ValueError("headers are no JSON object")  # noqa: TRY004  a matter of the value, not of its type
    headers = {name: text for name, text in found.items() if text is not None}
    if not all(isinstance(text, str) for text in headers.values()):
        raise ValueError("headers hold a value that is no text")
    return headers


def _moment(name: str, scalar: Any) -> datetime | None:  # noqa: ANN401  any value of Arrow
    """Read a time as UTC; one without a zone is taken for UTC."""
    if isinstance(scalar, pa.ExtensionScalar | pa.DictionaryScalar):
        scalar = scalar.value
    if scalar is None or not scalar.is_valid:
        return None
    try:
        if isinstance(scalar, pa.TimestampScalar):  # by number: as_py needs pandas for nanoseconds
            unit = scalar.type.unit
            count = scalar.value // 1_000 if unit == "ns" else scalar.value * _MICROSECONDS[unit]
            return _EPOCH + timedelta(microseconds=count)
        moment = datetime.fromisoformat(_python(name, scalar))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is no time in ISO 8601 between the years 1 and 9999 ({error})") from error
