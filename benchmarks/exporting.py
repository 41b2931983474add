"""How fast many records reach a file, and how much memory that takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xinnong_scraper import extract_html
from xinnong_scraper.export import write_records
from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

from .memory import peak_megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS: Final = 100_000
NAMES: Final = ("records.jsonl", "records.jsonl.gz", "records.parquet")
_BASE: Final = "http://127.0.0.1:8000"
_TEXT: Final = b'"text":"'


def report(count: int) -> None:
    """Write so many records in every form, each in a process of its own; print what that took."""
    print("| file | records/s | seconds | MB written | peak memory |\n|---|---:|---:|---:|---:|")
    for name in ("nothing", *NAMES):
        if name.endswith(".parquet") and find_spec("pyarrow") is None:
            print(f"| {name} | skipped, as pyarrow is not installed here | | | |")
            continue
        command = [sys.executable, "-m", "benchmarks", "--export-of", name, "--records", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
        seconds, size, peak = json.loads(done.stdout.splitlines()[-1])
        rate = f"{count / seconds:,.0f}"
        print(f"| {name} | {rate} | {seconds:.1f} | {size / 1e6:,.0f} | {peak:.0f} MB |", flush=True)
    print(f"{count:,} records, streamed, not held; `nothing` is what making them takes, which the others do too")


def write(name: str, count: int) -> None:
    """Write one file; print seconds, bytes and the peak memory of this process in megabytes."""
    lines = _seeds()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        start = time.perf_counter()
        if name in NAMES:
            write_records(_records(lines, count), path)
        else:
            for _ in _records(lines, count):
                pass
        seconds = time.perf_counter() - start
        size = path.stat().st_size if path.exists() else 0
    print(json.dumps([seconds, size, peak_megabytes()]))


def _seeds() -> list[bytes]:
    """Read the replica's articles, once; give them as a store would: as JSON."""
    articles = generate_articles()
    site = Site(articles, _BASE)
    pages = [(article.path, site.respond(article.path)) for article in articles]
    return [
        extract_html(page.body, url=f"{_BASE}{path}", headers={"content-type": page.content_type})
        .model_dump_json()
        .encode()
        for path, page in pages
    ]


def _records(lines: list[bytes], count: int) -> Iterator[bytes]:
    """Give records one by one, each with texts of its own, so that no dictionary of a column holds them all."""
    for number in range(count):
        yield lines[number % len(lines)].replace(_TEXT, _TEXT + b"%d " % number)
