"""Records in other forms: one record as text, and many records in files. Exporters know records and nothing else."""

from .appending import append_records
from .files import Form, form_of, write_records
from .filters import Filter
from .following import follow_records
from .frames import to_arrow, to_pandas, to_polars
from .jsonl import to_jsonl
from .jsonld import to_jsonld
from .markdown import to_markdown
from .record import Record, RecordLike
from .text import to_text

__all__ = [
    "Filter",
    "Form",
    "Record",
    "RecordLike",
    "append_records",
    "follow_records",
    "form_of",
    "to_arrow",
    "to_jsonl",
    "to_jsonld",
    "to_markdown",
    "to_pandas",
    "to_polars",
    "to_text",
    "write_records",
]
