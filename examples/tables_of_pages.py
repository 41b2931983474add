"""Turn tables of pages into tables of records, in Polars and in DuckDB: python examples/tables_of_pages.py."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

if missing := [name for name in ("duckdb", "polars", "pyarrow") if find_spec(name) is None]:
    print(f"This example needs {', '.join(missing)}: pip install {' '.join(missing)}")
    sys.exit()

import duckdb
import polars as pl
import pyarrow as pa

from xinnong_scraper.batch import extract_batch

# A small portal's pages, as a crawler might have kept them; the last one is its front page.
BASE = "http://www.xinnong.example/"
articles = generate_articles(20, seed=20180428)
site = Site(articles, BASE)
paths = [*(article.path for article in articles), "/"]
saved = pl.DataFrame({"url": [BASE + path[1:] for path in paths], "html": [site.respond(path).body for path in paths]})

# Polars: a frame in, a frame out.
records = pl.DataFrame(extract_batch(saved.to_arrow()))
print(records.filter(pl.col("error").is_null()).select("title", "source", "published_at").head(3))

# DuckDB: whatever a query gives, batch by batch; and queries of the records.
pages = pa.RecordBatchReader.from_stream(
    duckdb.sql("SELECT * FROM saved WHERE url LIKE 'http://www.xinnong.example/%'")
)
read = pa.concat_tables([extract_batch(batch) for batch in pages])
print(duckdb.sql("SELECT source, count(*) AS articles FROM read WHERE error IS NULL GROUP BY ALL ORDER BY ALL LIMIT 3"))
print(duckdb.sql("SELECT url, error FROM read WHERE error IS NOT NULL"))
