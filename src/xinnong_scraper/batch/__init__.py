"""Pages by the table: Arrow in, Arrow out, one function for every engine that speaks Arrow (the extra ``parquet``)."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("pyarrow") is None:
    raise ImportError("tables of pages need the package pyarrow: pip install 'xinnong-scraper[parquet]'")

from .tables import batch_schema, extract_batch

__all__ = ["batch_schema", "extract_batch"]
