"""What runs every night: crawl what is new, append it to a file: python examples/nightly.py [URL CONTACT FOLDER]."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.export import follow_records
from xinnong_scraper.replica import ReplicaPortal


def crawl_and_append(url: str, folder: Path, policy: CrawlPolicy) -> None:
    """Crawl on, look for changes, and append what came or changed; killed at any moment, it can be run again."""
    path = folder / "portal.db"
    stats = Crawler(path, policy).run([url], refresh=path.exists())
    with Store(path) as store:
        count = follow_records(
            lambda last: store.numbered(after=last), folder / "articles.jsonl", origin=store.identity()
        )
    print(f"{stats.visited} pages asked for, {stats.articles} articles read, {count} records appended")


if __name__ == "__main__":
    if len(sys.argv) == 4:  # one line of a crontab
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        fetch = FetchPolicy(delay=1.0, contact=sys.argv[2])
        crawl_and_append(sys.argv[1], Path(sys.argv[3]), CrawlPolicy(fetch=fetch, since=yesterday))
    else:  # two nights at a replica on this machine, which needs no pauses; the second night has nothing new
        with tempfile.TemporaryDirectory() as temporary, ReplicaPortal(count=20) as portal:
            fetch = FetchPolicy(contact="mailto:you@example.org", allow_private=True)
            for _ in range(2):
                crawl_and_append(portal.url, Path(temporary), CrawlPolicy(fetch=fetch, since=date(2018, 4, 27)))
