"""Ask questions of a crawl with DuckDB and pandas, through Parquet: python examples/store_to_duckdb.py [STORE]."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.export import write_records
from xinnong_scraper.replica import ReplicaPortal

QUERY = """
SELECT source, count(*) AS articles, CAST(min(published_at) AS DATE) AS first_day, round(avg(confidence), 2) AS sure
FROM read_parquet(?) WHERE source IS NOT NULL GROUP BY source ORDER BY articles DESC, source LIMIT 5
"""


def ask(store_path: Path, folder: Path) -> None:
    """Export the store, and print the sources with most articles as a pandas table."""
    import duckdb  # noqa: PLC0415  looked for first

    with Store(store_path) as store:
        print(write_records(store.records(), folder / "articles.parquet"), "records exported")
    print(duckdb.execute(QUERY, [str(folder / "articles.parquet")]).df().to_string(index=False))


if __name__ == "__main__":
    if missing := [name for name in ("duckdb", "pandas", "pyarrow") if find_spec(name) is None]:
        print(f"This example needs {', '.join(missing)}: pip install {' '.join(missing)}")
        sys.exit()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/portal.db")
        if len(sys.argv) == 1:  # a small crawl of a replica on this machine
            with ReplicaPortal(count=60) as portal:
                Crawler(path, CrawlPolicy(fetch=FetchPolicy(allow_private=True))).run([portal.url])
        ask(path, Path(temporary))
