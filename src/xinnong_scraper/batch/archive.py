"""Archives become Parquet, one part for each archive, on as many processes as are wanted.

A part has the columns of :func:`~xinnong_scraper.batch.batch_schema`, and then ``archive`` and ``offset``: where its
record stands. It appears under its name when it is whole, and remembers what it was made of; so whatever interrupts a
run, the same run again makes the parts that are missing, and no others.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from .._version import __version__
from ..errors import ArchiveError
from ..export.parquet import ROW_GROUP_BYTES
from ..export.replacing import new_file, writing
from .columns import Row
from .local import run_local
from .sources import file_states
from .tables import batch_schema, extract_rows
from .warc import ArchivedPage, PageFilter, read_warc

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Iterator, Sequence

    from .local import Engine

__all__ = ["ArchiveRun", "Progress", "archive_schema", "extract_archives"]

_MOST_PAGES: Final = 256  # that are read as one table
_MOST_BYTES: Final = 8 << 20  # of pages in one table
_MADE_OF: Final = b"xinnong_scraper.archive"
_SLASH: Final = re.compile(r"[/\\]")
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    files: int
    """Archives whose part is there, those of earlier runs included."""
    all_files: int
    rows: int
    """Rows that this run has made so far."""


@dataclass(slots=True)
class ArchiveRun:
    """What a run has left behind."""

    parts: list[Path] = field(default_factory=list)
    """The part of each archive, in the order of the archives; without those that failed."""
    made: int = 0
    """How many of them this run made."""
    articles: int = 0
    """Rows with a record, in all parts."""
    errors: Counter[str] = field(default_factory=Counter)
    """Rows without one, in all parts, by the name of the error."""
    failed: dict[str, str] = field(default_factory=dict)
    """The archives that have no part, and why."""


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    part: Path
    made_of: bytes
    wanted: PageFilter


def archive_schema() -> pa.Schema:
    """Give the schema of a part."""
    place = [pa.field("archive", pa.string(), nullable=False), pa.field("offset", pa.int64(), nullable=False)]
    schema = batch_schema()
    return pa.schema([*schema, *place], schema.metadata)


def extract_archives(
    names: Sequence[str],
    out: str | os.PathLike[str],
    *,
    wanted: PageFilter | None = None,
    workers: int = 1,
    engine: Engine | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> ArchiveRun:
    """Read WARC files by their ``names``, or URLs of them that fsspec knows, into Parquet files in the folder ``out``.

    ``wanted`` says which responses are read. With more than one of ``workers`` so many processes read an archive each;
    they are started afresh (spawn), so a script that asks for them does so below ``if __name__ == "__main__":``.
    Another ``engine`` does the work in their stead: :func:`.ray.run_archives` and :func:`.spark.run_archives`.
    ``on_progress`` is called about once a second. A part that an earlier run made of the same archive, with the same
    filter and version, is kept. A page or record that gives no article is a row with its error; an archive that
    cannot be read to its end has no part and stands in ``failed``.

    Raises ``ValueError`` for ``workers`` below 1, ExportError where ``out`` cannot be written, and what an ``engine``
    raises.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    folder = Path(out)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    run = ArchiveRun()
    jobs = list(_jobs(list(dict.fromkeys(names)), folder, wanted or PageFilter(), run))
    missing = [job for job in jobs if not _is_made(job)]
    done = len(jobs) - len(missing)
    show = on_progress or (lambda _: None)
    works = {job.name: partial(_make, job) for job in missing}
    for rows, ended, problem in engine(works) if engine and works else run_local(works, workers):
        if ended is not None:
            done += 1
            if problem:
                run.failed[ended] = problem
        show(Progress(done, len(jobs), rows))
    run.made = len(missing) - sum(job.name in run.failed for job in missing)
    run.parts = [job.part for job in jobs if job.name not in run.failed]
    _count(run)
    return run


def _jobs(names: Sequence[str], folder: Path, wanted: PageFilter, run: ArchiveRun) -> Iterator[_Job]:
    """Say what is to be made of each archive that is there."""
    asked = {
        key: sorted(v) if isinstance(v, list | tuple | set | frozenset) else v for key, v in asdict(wanted).items()
    }
    for name, found in zip(names, file_states(names), strict=True):
        if isinstance(found, ArchiveError):
            run.failed[name] = str(found)
            continue
        place, state = found
        made_of = json.dumps({"state": state, "wanted": asked, "version": __version__}, default=str, sort_keys=True)
        stem = _NOT_IN_NAMES.sub("_", _SLASH.split(place)[-1])[:100]
        digest = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        yield _Job(name, folder / f"{stem}-{digest}.parquet", made_of.encode(), wanted)


def _is_made(job: _Job) -> bool:
    try:
        metadata: dict[bytes, bytes] = pq.read_schema(job.part).metadata or {}
    except (OSError, pa.ArrowException):
        return False
    return metadata.get(_MADE_OF) == job.made_of


def _count(run: ArchiveRun) -> None:
    for part in run.parts:
        with pq.ParquetFile(part) as file:
            counts = file.read(["error"])["error"].value_counts()
        for value in counts.to_pylist():
            if value["values"] is None:
                run.articles += value["counts"]
            else:
                run.errors[value["values"]] += value["counts"]


def _make(job: _Job) -> Generator[int, None, None]:
    """Make a part, and tell of each piece how many rows it has."""
    schema = archive_schema()
    schema = schema.with_metadata({**schema.metadata, _MADE_OF: job.made_of})
    with _settled(), new_file(job.part) as file:
        writer = pq.ParquetWriter(file, schema, compression="zstd")
        group: list[pa.Table] = []
        size = 0
        try:
            for table in _tables(job, schema):
                group.append(table)
                size += table.nbytes
                if size >= ROW_GROUP_BYTES:
                    _write(writer, group, job)
                    group, size = [], 0
                yield table.num_rows
            _write(writer, group, job)
            with writing(job.part):
                writer.close()
        finally:
            writer.is_open = False  # else pyarrow tries again when it is collected


def _write(writer: pq.ParquetWriter, group: list[pa.Table], job: _Job) -> None:
    if group:
        table = pa.concat_tables(group)
        with writing(job.part):
            writer.write_table(table, row_group_size=table.num_rows)


def _tables(job: _Job, schema: pa.Schema) -> Iterator[pa.Table]:
    found: list[ArchivedPage | ArchiveError] = []
    size = 0
    for each in read_warc(job.name, job.wanted):
        found.append(each)
        size += len(each.body) if isinstance(each, ArchivedPage) else 0
        if len(found) >= _MOST_PAGES or size >= _MOST_BYTES:
            yield _table(found, job, schema)
            found, size = [], 0
    if found:
        yield _table(found, job, schema)


def _table(found: list[ArchivedPage | ArchiveError], job: _Job, schema: pa.Schema) -> pa.Table:
    """Read pages, and add where each row comes from."""
    table = extract_rows(each if isinstance(each, ArchiveError) else _row(each) for each in found)
    names = pa.array([job.name] * len(found), pa.string())
    offsets = pa.array([each.offset or 0 for each in found], pa.int64())
    return pa.table([*table.columns, names, offsets], schema=schema)


def _row(page: ArchivedPage) -> Row:
    moment = page.archived_at
    return Row(page.body, page.url, page.headers, layout=None, fetched_at=moment, now=None)


@contextmanager
def _settled() -> Iterator[None]:
    """Keep what is loaded from the garbage collector: else it goes through all of it again for some hundred rows."""
    if gc.get_freeze_count():  # the caller has his own way
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
