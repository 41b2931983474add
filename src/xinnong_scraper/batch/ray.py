"""Ray: pages of a dataset become records, and archives become Parquet, wherever Ray runs them."""

from __future__ import annotations

import _thread
import os
import threading
import uuid
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ..engines import start_ray
from .local import LOOK_SECONDS, LOST, run_whole
from .tables import extract_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ..layouts import Layout
    from .local import Done, Step, Work

__all__ = ["extract_dataset", "run_archives"]

_ROWS: Final = 256  # of one call
_RETRIES: Final = 3
_MOST_WAITING: Final = 1_000  # archives that Ray is given at once
_GRACE_SECONDS: Final = 10.0  # for removing unfinished files


def extract_dataset(
    dataset: Any,  # noqa: ANN401  Ray need not be installed to read this file
    *,
    layouts: Iterable[Layout | str | Path] = (),
    **options: Any,  # noqa: ANN401  Ray's own
) -> Any:  # noqa: ANN401
    """Read a ``ray.data.Dataset`` of pages; return the dataset of records, one row for each.

    The columns, before and after, are those of :func:`~xinnong_scraper.batch.extract_batch`, and so are the errors,
    which Ray wraps in its own. ``options`` go to ``Dataset.map_batches``: ``concurrency``, ``num_cpus``,
    ``batch_size`` and the like. A batch whose worker dies is tried three times more (``max_retries``), and then Ray's
    error is raised; Ray itself would never give up. The package must be installed where Ray's workers run.

    >>> import ray  # doctest: +SKIP
    >>> pages = ray.data.read_parquet("s3://bucket/pages/")  # doctest: +SKIP
    >>> extract_dataset(pages, num_cpus=1).write_parquet("s3://bucket/articles/")  # doctest: +SKIP
    """
    defaults = {"batch_size": _ROWS, "zero_copy_batch": True, "max_retries": _RETRIES}
    with warnings.catch_warnings():  # that 2.64 will take no such options; the extra asks for an older one
        warnings.filterwarnings("ignore", "`ray_remote_args` is deprecated")
        return dataset.map_batches(
            extract_batch, batch_format="pyarrow", fn_kwargs={"layouts": tuple(layouts)}, **{**defaults, **options}
        )


def run_archives(works: Mapping[str, Work], at_once: int | None = None) -> Iterator[Step]:
    """Make the parts of archives by Ray, one task for each: an engine of :func:`.archive.extract_archives`.

    The Ray that this process is connected to is used; else the one that RAY_ADDRESS names, or one that is started on
    this machine and ended again. ``at_once`` bounds how many archives are under way; by default Ray decides. One whose
    worker dies is tried once more. Raises ``ImportError`` without ray, EngineError where it does not start.
    """
    try:
        import ray  # noqa: PLC0415  an extra
    except ImportError as error:
        raise ImportError("Ray needs the package ray: pip install 'xinnong-scraper[ray]'") from error
    started = start_ray(ray)
    try:
        yield from _steps(ray, works, at_once or _MOST_WAITING)
    finally:
        if started:
            ray.shutdown()


def _steps(ray: Any, works: Mapping[str, Work], at_once: int) -> Iterator[Step]:  # noqa: ANN401  the module
    task, folder = ray.remote(max_retries=1)(_run), os.getcwd()  # noqa: PTH109  for os.chdir
    end = f"xinnong-end-{uuid.uuid4()}".encode()
    coming = iter(works.items())
    waiting: dict[Any, str] = {}
    rows = 0
    try:
        while True:
            while len(waiting) < at_once and (following := next(coming, None)):
                name, work = following
                waiting[task.remote(work, folder, end)] = name
            if not waiting:
                return
            for ended in ray.wait(list(waiting), timeout=LOOK_SECONDS)[0]:
                more, problem = _outcome(ray, ended)
                rows += more
                yield rows, waiting.pop(ended), problem
            yield rows, None, None
    finally:
        if waiting:
            _end(ray, list(waiting), end)


def _end(ray: Any, waiting: list[Any], end: bytes) -> None:  # noqa: ANN401  the module
    """Have the tasks end that are under way, and those to come not begin.

    Not by ``ray.cancel``: where a task ends by itself in that moment, Ray ends the process that has called it
    (https://github.com/ray-project/ray/issues/54871).
    """
    from ray.experimental import internal_kv  # noqa: PLC0415  an extra

    with suppress(ray.exceptions.RayError):  # what has ended the run is told, not this
        internal_kv._internal_kv_put(end, b"")  # noqa: SLF001  Ray has no other place that all its processes see
        if not ray.wait(waiting, num_returns=len(waiting), timeout=_GRACE_SECONDS)[1]:
            internal_kv._internal_kv_del(end)  # noqa: SLF001


def _run(work: Work, folder: str, end: bytes) -> Done:
    """Do one archive's work in a worker of Ray, unless the run is to end; ``KeyboardInterrupt`` is a cancelled task."""
    if _is_to_end(end):
        return 0, None, None
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(end, over), name="xinnong-watch", daemon=True)
    watching.start()
    try:
        return run_whole(work, folder)
    finally:
        over.set()
        watching.join()


def _watch(end: bytes, over: threading.Event) -> None:
    while not over.wait(LOOK_SECONDS):
        if _is_to_end(end):
            _thread.interrupt_main()
            return


def _is_to_end(end: bytes) -> bool:
    from ray.exceptions import RayError  # noqa: PLC0415  an extra
    from ray.experimental import internal_kv  # noqa: PLC0415  an extra

    with suppress(RayError):  # out of reach for a moment
        return bool(internal_kv._internal_kv_exists(end))  # noqa: SLF001
    return False


def _outcome(ray: Any, ended: Any) -> tuple[int, str | None]:  # noqa: ANN401  the module, and a reference
    try:
        rows, problem, failure = ray.get(ended)
    except ray.exceptions.RayTaskError as error:
        return 0, f"{type(error.cause).__name__}: {error.cause}"
    except ray.exceptions.RayError:
        return 0, LOST
    if failure is not None:
        raise failure
    return rows, problem
