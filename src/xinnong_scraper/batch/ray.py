"""Ray Data: pages of a dataset become records, wherever Ray runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .tables import extract_batch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..layouts import Layout

__all__ = ["extract_dataset"]

_ROWS: Final = 256  # of one call


def extract_dataset(
    dataset: Any,  # noqa: ANN401  Ray need not be installed to read this file
    *,
    layouts: Iterable[Layout | str | Path] = (),
    **options: Any,  # noqa: ANN401  Ray's own
) -> Any:  # noqa: ANN401
    """Read a ``ray.data.Dataset`` of pages; return the dataset of records, one row for each.

    The columns, before and after, are those of :func:`~xinnong_scraper.batch.extract_batch`, and so are the errors,
    which Ray wraps in its own. ``options`` go to ``Dataset.map_batches``: ``concurrency``, ``num_cpus``,
    ``batch_size`` and the like. The package must be installed where Ray's workers run.

    >>> import ray  # doctest: +SKIP
    >>> pages = ray.data.read_parquet("s3://bucket/pages/")  # doctest: +SKIP
    >>> extract_dataset(pages, num_cpus=1).write_parquet("s3://bucket/articles/")  # doctest: +SKIP
    """
    defaults = {"batch_size": _ROWS, "zero_copy_batch": True}
    return dataset.map_batches(
        extract_batch, batch_format="pyarrow", fn_kwargs={"layouts": tuple(layouts)}, **{**defaults, **options}
    )
