"""A table of pages becomes a table of records, row for row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ..errors import LayoutError, ScraperError
from ..export.parquet import CHUNK_BYTES, article_converter, parquet_schema
from ..layouts import Layout, builtin_layouts, resolve_layout
from ..pipeline import Scraper
from .columns import Rows, check_columns, read_row, read_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ..records import Article
    from .columns import Row

__all__ = ["batch_schema", "extract_batch", "extract_rows"]

_PIECE: Final = 1_024  # rows that are looked at as one record batch


def batch_schema() -> pa.Schema:
    """Give the schema of what :func:`extract_batch` returns.

    The columns are those of :func:`~xinnong_scraper.export.parquet.parquet_schema`, null in a row without a record,
    and then ``error``, the name of the exception's class, and ``message``, what it says; both null beside a record.
    """
    schema = parquet_schema()
    fields = [field.with_nullable(True) for field in schema]
    return pa.schema([*fields, pa.field("error", pa.string()), pa.field("message", pa.string())], schema.metadata)


def extract_batch(table: Rows, *, layouts: Iterable[Layout | str | Path] = ()) -> pa.Table:
    """Read ``table``, a table of pages: one row out for each row in, in the same order.

    The pages stand in the column ``html``, ``body`` or ``text`` (bytes as the server sent them, or text). Beside it
    may stand ``url``, ``headers`` (a map, a struct, or a JSON object as text), ``layout`` (a layout's name),
    ``fetched_at`` (goes into the record) and ``now`` (the clock for relative dates; without it ``fetched_at`` is).
    Times without a zone are UTC. Other columns are passed over. ``layouts`` are tried before the built-in ones, and
    the column ``layout`` may name them; it never names files.

    What :func:`~xinnong_scraper.extract_html` raises for a page stands in its row, whose ``url`` is then the one
    given: no page ends the batch. The function keeps no state and gives the same table for the same table.

    Raises ``TypeError`` and ``ValueError`` for something else than a table of pages, LayoutError for ``layouts``.

    >>> page = "<h1>小麦返青</h1>" + "<p>四月以来，全市小麦陆续返青，长势良好。</p>" * 3
    >>> found = extract_batch(pa.table({"html": [page, ""]}))
    >>> found["title"].to_pylist(), found["error"].to_pylist()
    (['小麦返青', None], [None, 'NotAnArticleError'])
    """
    if not isinstance(table, Rows):
        raise TypeError(f"table must be a pyarrow Table or RecordBatch, not {type(table).__name__}")
    columns = check_columns(table.schema)
    own = [resolve_layout(layout) for layout in layouts]
    pages = table.select(list(columns.values()))
    batches = [pages] if isinstance(pages, pa.RecordBatch) else pages.to_batches(max_chunksize=_PIECE)
    schema = batch_schema()
    reader = _Reader(own)
    rows = (reader.row(batch, number, columns) for batch in batches for number in range(batch.num_rows))
    return pa.Table.from_batches(_packed(rows, schema), schema)


def extract_rows(rows: Iterable[Row | ScraperError]) -> pa.Table:
    """Read pages that are not in a table, as :func:`extract_batch` does; an error becomes the row that tells of it."""
    schema = batch_schema()
    reader = _Reader([])
    found = (_failure(row.url, row) if isinstance(row, ScraperError) else reader.read(row) for row in rows)
    return pa.Table.from_batches(_packed(found, schema), schema)


class _Reader:
    """Reads rows by the layouts of one call."""

    def __init__(self, layouts: list[Layout]) -> None:
        self._scraper = Scraper(layouts=layouts)
        self._named = {layout.name: layout for layout in (*builtin_layouts(), *layouts)}
        self._convert = article_converter()

    def row(self, batch: pa.RecordBatch, number: int, columns: Mapping[str, str]) -> tuple[dict[str, Any], int]:
        """Give the columns of one row, and about how many bytes they are."""
        try:
            url = read_url(batch, number, columns)
        except Exception as error:  # noqa: BLE001  whatever a row holds, it costs that row
            return _failure(None, error)
        try:
            page = read_row(batch, number, columns)
        except Exception as error:  # noqa: BLE001  as above
            return _failure(url, error)
        return self.read(page)

    def read(self, page: Row) -> tuple[dict[str, Any], int]:
        """Read one page; give its columns and about how many bytes they are."""
        try:
            line = self._article(page).model_dump_json()
            return self._convert(line), len(line)
        except Exception as error:  # noqa: BLE001  whatever a page does, it does to its own row
            return _failure(page.url, error)

    def _article(self, page: Row) -> Article:
        article = self._scraper.extract_html(
            page.html,  # type: ignore[arg-type] # None is refused there, in its own words
            url=page.url,
            headers=page.headers,
            now=page.now or page.fetched_at,
            layout=None if page.layout is None else self._layout(page.layout),
        )
        return article if page.fetched_at is None else article.model_copy(update={"fetched_at": page.fetched_at})

    def _layout(self, name: str) -> Layout:
        if name not in self._named:
            raise LayoutError(f"there is no layout {name!r}; give one of {', '.join(self._named)}", file=name)
        return self._named[name]


def _packed(rows: Iterable[tuple[dict[str, Any], int]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Turn rows into Arrow piece by piece: as Python objects they take some ten times as much memory."""
    piece: list[dict[str, Any]] = []
    size = 0
    for row, row_bytes in rows:
        piece.append(row)
        size += row_bytes
        if size >= CHUNK_BYTES:
            yield pa.RecordBatch.from_pylist(piece, schema)
            piece, size = [], 0
    if piece:
        yield pa.RecordBatch.from_pylist(piece, schema)


def _failure(url: str | None, error: Exception) -> tuple[dict[str, Any], int]:
    message = error.message if isinstance(error, ScraperError) else str(error)
    return {"url": _clean(url), "error": type(error).__name__, "message": _clean(message)}, len(message)


def _clean(text: str | None) -> str | None:
    """Replace halves of surrogate pairs, which Arrow cannot hold."""
    return None if text is None else text.encode("utf-8", "replace").decode()
