"""What a page costs as a crawl grows: processor, bytes, memory, queue, near-duplicates, merging; for docs/scaling.md.

python -m benchmarks.scaling
python -m benchmarks.scaling --articles 1000 --largest 1000000
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import random
import sqlite3
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tests.bigportal_server import BigPortal

from xinnong_scraper import Article, FetchPolicy, ScraperError
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store, merge_stores
from xinnong_scraper.crawl.frontier import Frontier
from xinnong_scraper.crawl.keeping import relate_record
from xinnong_scraper.crawl.links import read_links
from xinnong_scraper.crawl.similar import blocks_of
from xinnong_scraper.crawl.store import OTHER, Link, Result
from xinnong_scraper.export import write_records
from xinnong_scraper.extraction import read_open
from xinnong_scraper.page import read_page

from .memory import peak_megabytes
from .pages import load_cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from .pages import Case

T = TypeVar("T")
HOSTS = 1_000
PAGE = "INSERT INTO page (id, key, url, host, kind, rank, depth, state) VALUES (?, ?, ?, 1, 'item', 10, 1, 1)"
RECORD = "INSERT INTO record (id, page, version, content_hash, mark, stored_at, json) VALUES (?, ?, 1, ?, ?, 0, ?)"
NEW = 300
"""Records that are added to a store of each size."""
SHARDS = 4


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000, help="of the portal that is crawled")
    parser.add_argument("--largest", type=int, default=1_000_000, help="pages queued, and records stored, at the most")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extracting(folder)
        crawling(folder, given.articles)
        sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= given.largest]
        for size in sizes:
            queueing(folder, size)
        for size in sizes:
            relating(folder, size)
        merging(folder, min(25_000, given.largest))


def extracting(folder: Path) -> None:
    """Do with pages what a crawl does with them, once they were read, so that nothing is loaded any more."""
    name, cases = load_cases(None)
    articles = [found for case in cases if (found := _read(case))]
    begun = time.process_time()
    for case in cases:
        _read(case)
    spent = time.process_time() - begun
    size = sum(len(case.data) for case in cases) / len(cases)
    packed = sum(len(gzip.compress(case.data, 6)) for case in cases) / len(cases)
    print(f"record and links of a page: {1000 * spent / len(cases):.2f} ms, processor")
    print(f"  {len(cases)} pages of {name}, {size:,.0f} bytes each, {packed:,.0f} packed")
    write_records(articles, folder / "articles.parquet")
    write_records(articles, folder / "articles.jsonl")
    _sizes(folder / "articles", len(articles))


def _read(case: Case) -> Article | None:
    page = read_page(case.data, url=case.url)
    read_links(page)
    try:
        return read_open(page, now=datetime.now(UTC))
    except ScraperError:
        return None


def _sizes(path: Path, articles: int) -> None:
    lines = path.with_suffix(".jsonl").read_bytes()
    print(
        f"  an article as JSON: {len(lines) / articles:,.0f} bytes, packed {len(gzip.compress(lines)) / articles:,.0f}"
    )
    print(f"  as Parquet: {path.with_suffix('.parquet').stat().st_size / articles:,.0f} bytes")


def crawling(folder: Path, articles: int) -> None:
    """Crawl the test portal in a process of its own, and look at what it leaves."""
    with BigPortal(articles, broken=False) as portal:
        visited, read, spent, idle, peak = _apart(_crawl, portal.url, folder / "portal.db")
        bodies = sum(len(portal.portal.answer(request, 1)[2]) for request in portal.requests())
    with Store(folder / "portal.db") as store:
        write_records(store.records(), folder / "portal.parquet")
        write_records(store.records(), folder / "portal.jsonl")
    size = (folder / "portal.db").stat().st_size
    print(f"crawl: {1000 * spent / visited:.2f} ms a page, processor")
    print(f"  {visited:,} pages of {bodies / visited:,.0f} bytes, {read:,} articles")
    print(f"  memory: {idle:.0f} MB with the libraries, {peak:.0f} MB at the peak")
    print(f"  store: {size / visited:,.0f} bytes a page, {size / read:,.0f} an article")
    _sizes(folder / "portal", int(read))


def _crawl(url: str, path: Path) -> tuple[float, ...]:
    fetch = FetchPolicy(allow_private=True, retries=0, concurrency_per_host=16)
    policy = CrawlPolicy(fetch=fetch, exclude=("/calendar*", "/share*", "/private/*"))
    idle, begun = peak_megabytes(), time.process_time()
    stats = Crawler(path, policy).run([url])
    return stats.visited, stats.articles, time.process_time() - begun, idle, peak_megabytes()


def _apart(work: Callable[..., T], *arguments: object) -> T:
    """Do it in a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def queueing(folder: Path, size: int) -> None:
    """Queue pages of a thousand hosts, and take and settle some of them."""
    path = folder / f"queue-{size}.db"
    with Store(path, create=True) as store:
        begun = time.process_time()
        for start in range(0, size, 50_000):
            numbers = range(start, min(size, start + 50_000))
            store.add(Link(f"http://h{n % HOSTS}.example/{n}.html", "item", 10, 1) for n in numbers)
        added = time.process_time() - begun
        frontier = Frontier(store, per_host=4)
        begun, settled = time.process_time(), 0
        while settled < 3_000:
            jobs = [job for _ in range(100) if (job := frontier.next(time.time()))]
            results = [Result(job, OTHER, "list_page") for job in jobs]
            store.commit(results)
            for result in results:
                frontier.done(result)
            settled += len(results)
        taken = time.process_time() - begun
    print(f"queue of {size:,} pages of {HOSTS:,} hosts, {path.stat().st_size / size:.0f} bytes a page")
    print(f"  {1e6 * added / size:.0f} µs to add a page, {1e6 * taken / settled:.0f} µs to take and settle one")


def relating(folder: Path, size: int) -> None:
    """Add records to a store that has so many with texts of all kinds."""
    chance = random.Random(size)  # noqa: S311  the same marks in every run
    path = folder / f"records-{size}.db"
    Store(path, create=True).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        for start in range(1, size + 1, 50_000):
            marks = [(n, chance.getrandbits(64)) for n in range(start, min(size + 1, start + 50_000))]
            db.executemany(PAGE, [(n, n, "") for n, _ in marks])
            db.executemany(RECORD, [(n, n, "", _signed(mark), "") for n, mark in marks])
            blocks = [(value, n) for n, mark in marks for value in blocks_of(mark)]
            db.executemany("INSERT INTO block VALUES (?, ?)", blocks)
        db.commit()
        begun = time.process_time()
        for n in range(size + 1, size + 1 + NEW):
            mark = chance.getrandbits(64)
            db.execute(PAGE, (n, n, ""))
            db.execute(RECORD, (n, n, "", _signed(mark), ""))
            relate_record(db, n, n, mark, None)
        spent = time.process_time() - begun
    print(f"near-duplicates of a new record among {size:,}: {1000 * spent / NEW:.2f} ms")
    path.unlink()


def _signed(mark: int) -> int:
    return mark - (mark >> 63 << 64)


def merging(folder: Path, each: int) -> None:
    """Merge stores whose records have the size of those that were crawled."""
    with Store(folder / "portal.db") as store:
        data = [record.article.model_dump_json().encode() for record in islice(store.records(), 500)]
    chance = random.Random(1)  # noqa: S311  the same marks in every run
    paths = []
    for shard in range(SHARDS):
        paths.append(folder / f"shard-{shard}.db")
        Store(paths[-1], create=True).close()
        with closing(sqlite3.connect(paths[-1])) as db:
            db.execute("INSERT INTO host (id, origin) VALUES (1, ?)", (f"http://h{shard}.example",))
            for n in range(1, each + 1):
                mark = chance.getrandbits(64)
                db.execute(PAGE, (n, chance.getrandbits(63), f"http://h{shard}.example/{n}.html"))
                db.execute(RECORD, (n, n, str(mark), _signed(mark), data[n % len(data)]))
            db.commit()
    count, spent, idle, peak = _apart(_merge, paths, folder / "merged.db")
    print(f"merge of {SHARDS} stores: {1000 * spent / count:.2f} ms an article, processor ({count:,.0f} articles)")
    print(f"  memory: {idle:.0f} MB with the libraries, {peak:.0f} MB at the peak")


def _merge(paths: list[Path], into: Path) -> tuple[float, ...]:
    idle, begun = peak_megabytes(), time.process_time()
    count = merge_stores(paths, into)
    return count, time.process_time() - begun, idle, peak_megabytes()


if __name__ == "__main__":
    main()
