"""Read pages frame by frame with Polars, and ask DuckDB about nested fields: python examples/frames_to_parquet.py."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec

from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

if missing := [name for name in ("duckdb", "polars", "pyarrow") if find_spec(name) is None]:
    print(f"This example needs {', '.join(missing)}: pip install {' '.join(missing)}")
    sys.exit()

import duckdb
import polars as pl
import pyarrow.parquet as pq

from xinnong_scraper.batch import batch_schema, extract_batch

QUESTIONS = {
    "Where are the articles filed?": "SELECT breadcrumb[-1].name AS section, count(*) AS n FROM records GROUP BY 1",
    "Which images are in them?": "SELECT i.url, i.caption FROM (SELECT unnest(images) AS i FROM records)",
    "How was the source found?": "SELECT evidence['source'].strategy AS by, count(*) AS n FROM records GROUP BY 1",
}
base = "http://www.xinnong.example"
articles = generate_articles(40, seed=20180428)
site = Site(articles, f"{base}/")
pages = pl.DataFrame({"url": [base + a.path for a in articles], "html": [site.respond(a.path).body for a in articles]})

with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/records.parquet"
    with pq.ParquetWriter(path, batch_schema()) as writer:
        for frame in pages.iter_slices(16):  # so much is in memory at once
            writer.write_table(extract_batch(frame.to_arrow()))
    duckdb.read_parquet(path).create_view("records")
    for question, query in QUESTIONS.items():
        print(question, duckdb.sql(f"{query} ORDER BY ALL LIMIT 4"), sep="\n")
