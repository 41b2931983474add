"""Many records in one file, or in one folder: streamed, whole or not at all, in memory that does not grow.

    .jsonl     one record a line: ``article.model_dump(mode="json")`` as compact JSON in UTF-8
    .jsonl.gz  the same, compressed
    .parquet   a table with nested columns, for DuckDB, pandas, Polars and Spark (needs the extra ``parquet``)
    .jsonld    one schema.org document: the articles are the ``@graph`` under one ``@context``
    .md        a folder with one Markdown file an article; ``articles/``, or any other name with a slash, means one too

JSON-LD is one document because its consumers read documents: a graph object without a name is the default graph
(JSON-LD 1.1, section 4.9), so that every processor sees the articles themselves, and the context is written once.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Protocol, get_args

from .jsonld import to_jsonld
from .markdown_files import is_file_name, write_article
from .record import Record
from .replacing import new_file, new_folder, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .record import RecordLike

__all__ = ["Form", "form_of", "write_records"]

Form = Literal["jsonl", "jsonl.gz", "parquet", "jsonld", "markdown"]
"""The forms in which many records are written."""

_ENDINGS: Final[dict[str, Form]] = {
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl.gz",
    ".parquet": "parquet",
    ".jsonld": "jsonld",
    ".md": "markdown",
}
_CONTEXT: Final = "https://schema.org"
_GZIP_LEVEL: Final = 6  # gzip's own default
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS  # 16 asks zlib for a gzip header and trailer


class _Sink(Protocol):
    """What takes records one by one."""

    def add(self, record: Record) -> None:
        """Write a record, or keep it for the next group."""

    def finish(self) -> None:
        """Write what is left."""


def form_of(path: str | os.PathLike[str]) -> Form:
    """Tell the form from the ending of ``path``; a slash at its end means a folder of Markdown files.

    Raises ``ValueError`` for any other ending.

    >>> form_of("out/ARTICLES.JSONL"), form_of("articles/")
    ('jsonl', 'markdown')
    """
    text = os.fspath(path)
    if text.endswith(("/", os.sep)):
        return "markdown"
    for ending, form in _ENDINGS.items():
        if text.lower().endswith(ending):
            return form
    raise ValueError(f"{text!r} ends in none of {', '.join(_ENDINGS)} and no slash; choose such a name, or give a form")


def write_records(records: Iterable[RecordLike], path: str | os.PathLike[str], *, form: Form | None = None) -> int:
    """Write records to the file (or folder) at ``path``, replacing it; return how many.

    ``records`` may be articles, their ``model_dump(mode="json")``, that as JSON text, or ``Record`` objects. They are
    read one by one, and none is kept: a million of them take the memory of some. ``form`` is told from the path's
    ending where it is not given.

    The file appears when it is whole and on the disk. If anything fails, Ctrl-C included, nothing of it is left and
    the file that was there stays. What ``records`` raises passes through.

    Raises ``ExportError`` (an ``OSError`` too) where the disk is full or the path cannot be written, ``ValueError``
    for a record that is none and for an unknown ending, ``ImportError`` where pyarrow is missing.

    >>> import tempfile
    >>> from xinnong_scraper.records import Article
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_records([Article(title="甲"), Article(title="乙")], f"{folder}/articles.jsonl")
    2
    """
    chosen = form or form_of(path)
    if chosen not in get_args(Form):
        raise ValueError(f"form is {chosen!r}; it must be one of {', '.join(get_args(Form))}")
    if chosen == "parquet" and find_spec("pyarrow") is None:
        raise ImportError("Parquet needs the package pyarrow: pip install 'xinnong-scraper[parquet]'")
    target = Path(path)
    count = 0
    with _opened(target, chosen) as sink:
        for value in records:
            record = Record.of(value)
            with writing(target):
                sink.add(record)
            count += 1
        with writing(target):
            sink.finish()
    return count


@contextmanager
def _opened(path: Path, form: Form) -> Iterator[_Sink]:
    with ExitStack() as stack:
        if form == "markdown":
            yield _Folder(stack.enter_context(new_folder(path, is_file_name)))
            return
        file = stack.enter_context(new_file(path))
        if form == "parquet":
            from .parquet import ParquetSink  # noqa: PLC0415  an extra

            yield stack.enter_context(closing(ParquetSink(file)))
        elif form == "jsonld":
            yield _Graph(file)
        else:
            yield _GzipLines(file) if form == "jsonl.gz" else _Lines(file)


class _Lines:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, record: Record) -> None:
        self._file.write(record.json)
        self._file.write(b"\n")

    def finish(self) -> None:
        pass


class _GzipLines:
    """Lines through a compressor; the header (RFC 1952) names neither time nor file: equal records, equal bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._compressor = zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW)

    def add(self, record: Record) -> None:
        self._file.write(self._compressor.compress(record.json + b"\n"))

    def finish(self) -> None:
        self._file.write(self._compressor.flush())


class _Graph:
    """A JSON-LD document, one article a line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._is_empty = True
        file.write(f'{{"@context":"{_CONTEXT}","@graph":['.encode())

    def add(self, record: Record) -> None:
        node = {name: value for name, value in to_jsonld(record.article).items() if name != "@context"}
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode()
        self._file.write(b"\n" if self._is_empty else b",\n")
        self._file.write(text)
        self._is_empty = False

    def finish(self) -> None:
        self._file.write(b"\n]}\n")


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, record: Record) -> None:
        write_article(record.article, self._folder)

    def finish(self) -> None:
        pass
