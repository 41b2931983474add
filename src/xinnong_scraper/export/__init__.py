"""Records in other forms. Exporters know records and nothing else: no page, no network, no files."""

from .jsonl import to_jsonl
from .jsonld import to_jsonld
from .markdown import to_markdown
from .text import to_text

__all__ = ["to_jsonl", "to_jsonld", "to_markdown", "to_text"]
