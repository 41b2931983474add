"""Apache Spark: pages of a DataFrame become records, and archives become Parquet, wherever Spark runs them."""

from __future__ import annotations

import os
import sys
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..engines import uninterrupted
from ..errors import EngineError
from ..layouts import resolve_layout
from .local import LOOK_SECONDS, LOST, run_whole
from .tables import batch_schema, extract_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from ..layouts import Layout
    from .local import Done, Step, Work

__all__ = ["extract_frame", "run_archives"]

_ROWS: Final = 256  # of one call: Spark gives 10,000 at once, which may be a gigabyte of pages
_MISSING: Final = "Spark needs the package pyspark: pip install 'xinnong-scraper[spark]'"


def extract_frame(frame: Any, *, layouts: Iterable[Layout | str | Path] = ()) -> Any:  # noqa: ANN401  Spark's own
    """Read a ``pyspark.sql.DataFrame`` of pages; return the frame of records, one row for each (``mapInArrow``).

    The columns, before and after, are those of :func:`~xinnong_scraper.batch.extract_batch`. What it raises for a
    frame that is no table of pages stands in Spark's own exception, when the frame is computed. The package must be
    installed for the Python of Spark's workers, which the variable PYSPARK_PYTHON names; unset it is the first
    ``python3``. Raises ``ImportError`` without pyspark, LayoutError for ``layouts``.

    >>> pages = spark.read.parquet("s3a://bucket/pages/")  # doctest: +SKIP
    >>> extract_frame(pages).write.parquet("s3a://bucket/articles/")  # doctest: +SKIP
    """
    try:
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  an extra
    except ImportError as error:
        raise ImportError(_MISSING) from error
    own = [resolve_layout(layout) for layout in layouts]
    return frame.mapInArrow(partial(_records, layouts=own), from_arrow_schema(batch_schema()))


def _records(batches: Iterable[pa.RecordBatch], layouts: list[Layout]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for first in range(0, batch.num_rows, _ROWS):
            yield from extract_batch(batch.slice(first, _ROWS), layouts=layouts).to_batches()


def run_archives(works: Mapping[str, Work], at_once: int | None = None) -> Iterator[Step]:
    """Make the parts of archives by Spark, one task for each: an engine of :func:`.archive.extract_archives`.

    The session that is active is used, or else one is made, as Spark's own settings say, and ended again; a session
    over Spark Connect takes no such tasks. Each archive is a job of its own, so that one whose worker dies, as often
    as Spark tries, costs no other. ``at_once`` bounds how many are under way; by default as many as Spark has cores.
    Raises ``ImportError`` without pyspark, EngineError where Spark does not start.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra
    except ImportError as error:
        raise ImportError(_MISSING) from error
    active = SparkSession.getActiveSession()
    session = active or _new_session(SparkSession.builder)
    try:
        yield from _steps(session.sparkContext, works, at_once)
    finally:
        if active is None:
            session.stop()


def _new_session(builder: Any) -> Any:  # noqa: ANN401  Spark's own
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the first python3, which need not know this package
    builder = builder.appName("xinnong archive").config("spark.ui.showConsoleProgress", "false")
    session = None
    try:
        with uninterrupted():
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("ERROR")
    except KeyboardInterrupt:
        if session is not None:
            session.stop()
        raise
    except Exception as error:  # whatever Java, its gateway and the cluster raise
        text = str(error).partition("\n")[0]
        raise EngineError(f"Spark does not start: {text}; see to Java and JAVA_HOME", engine="spark") from error
    return session


def _steps(context: Any, works: Mapping[str, Work], at_once: int | None) -> Iterator[Step]:  # noqa: ANN401  Spark's own
    group, folder = f"xinnong-{uuid.uuid4()}", os.getcwd()  # noqa: PTH109  for os.chdir
    rows = 0
    pool = ThreadPoolExecutor(at_once or context.defaultParallelism, "xinnong-spark")
    try:
        waiting = {pool.submit(_job, context, group, work, folder): name for name, work in works.items()}
        while waiting:
            for ended in wait(waiting, LOOK_SECONDS, FIRST_COMPLETED).done:
                name = waiting.pop(ended)
                more, problem = _outcome(ended)
                rows += more
                yield rows, name, problem
            yield rows, None, None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        context.cancelJobGroup(group)
        pool.shutdown()


def _job(context: Any, group: str, work: Work, folder: str) -> Done:  # noqa: ANN401  Spark's own
    """Run a job of one task and wait for it, in a thread of its own."""
    context.setJobGroup(group, "xinnong archive", interruptOnCancel=True)
    found: list[Done] = context.parallelize([work], 1).map(partial(run_whole, folder=folder)).collect()
    return found[0]


def _outcome(ended: Future[Done]) -> tuple[int, str | None]:
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415  comes with pyspark

    try:
        rows, problem, failure = ended.result()
    except Py4JJavaError as error:
        text = str(error.java_exception.getMessage())
        return 0, LOST if "crashed" in text or "exited unexpectedly" in text else text
    if failure is not None:
        raise failure
    return rows, problem
