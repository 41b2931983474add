"""A reader for LlamaIndex: python examples/llama_index_reader.py [STORE]; without STORE a small crawl of a replica."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from typing import TYPE_CHECKING

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy, Store
from xinnong_scraper.replica import ReplicaPortal

if find_spec("llama_index") is None or find_spec("llama_index.core") is None:
    print("This example needs llama-index-core: pip install llama-index-core")
    sys.exit()

from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document

if TYPE_CHECKING:
    from collections.abc import Iterator


class StoreReader(BaseReader):
    """The articles of a crawl as documents, reprints left out."""

    def lazy_load_data(self, store: str) -> Iterator[Document]:
        """Give one document a record; its id is the address, so that a later version takes the place of an earlier."""
        with Store(store) as opened:
            for record in opened.records():
                if record.duplicate_of is None:
                    article = record.article
                    names = {"url", "title", "source", "section", "published_at", "language", "confidence"}
                    known = article.model_dump(mode="json", include=names, exclude_none=True)
                    hidden = ["url", "confidence", "language"]  # known to the index, not told to the model
                    yield Document(
                        id_=article.url, text=article.text, metadata=known, excluded_llm_metadata_keys=hidden
                    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, ReplicaPortal(count=14) as portal:
        path = sys.argv[1] if len(sys.argv) > 1 else f"{folder}/portal.db"
        if len(sys.argv) == 1:
            Crawler(path, CrawlPolicy(fetch=FetchPolicy(allow_private=True, delay=0))).run([portal.url])
        for document in StoreReader().lazy_load_data(path):
            print(document.metadata["title"], document.metadata.get("source"), len(document.text), sep=" | ")
