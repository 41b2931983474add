"""Fetch many articles at once and write one JSON line each: python examples/batch_to_jsonl.py [articles.jsonl]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from xinnong_scraper import FetchPolicy, extract_many
from xinnong_scraper.export import to_jsonl
from xinnong_scraper.replica import ReplicaPortal


def write_articles(path: Path) -> None:
    """Write the records to a file and name the pages that gave none; one bad page never ends a batch."""
    with ReplicaPortal() as portal, path.open("w", encoding="utf-8") as file:
        urls = [portal.url_of(article) for article in portal.articles[:20]]
        urls.append(portal.url + "no-such-page.html")
        written = 0
        for outcome in extract_many(urls, concurrency=4, policy=FetchPolicy(allow_private=True)):
            if outcome.article is None:
                print(f"failed: {outcome.error}")
                continue
            file.write(to_jsonl(outcome.article) + "\n")
            written += 1
    print(f"{written} of {len(urls)} pages gave a record")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_articles(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            write_articles(Path(folder) / "articles.jsonl")
