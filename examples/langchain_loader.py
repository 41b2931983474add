"""A document loader for LangChain: python examples/langchain_loader.py [URL …]; without URL a replica portal's."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from xinnong_scraper import FetchPolicy, extract_many
from xinnong_scraper.replica import ReplicaPortal

if find_spec("langchain_core") is None:
    print("This example needs langchain-core: pip install langchain-core")
    sys.exit()

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ArticleLoader(BaseLoader):
    """One document a page that is an article: its text, and the metadata that vector stores can filter by."""

    def __init__(self, urls: Iterable[str], *, policy: FetchPolicy | None = None, sure: float = 0) -> None:
        self.urls, self.policy, self.sure = urls, policy, sure

    def lazy_load(self) -> Iterator[Document]:
        """Give documents as the pages come; a page that is none, or whose record is less sure than this, is none."""
        for outcome in extract_many(self.urls, policy=self.policy):
            if (article := outcome.article) is not None and article.confidence >= self.sure:
                # Scalars only: vector stores take neither lists nor times. ``source`` is the address by their custom.
                names = {"title", "section", "published_at", "language", "confidence"}
                fields = article.model_dump(mode="json", include=names)
                known = {name: value for name, value in fields.items() if value is not None}
                publisher = {"publisher": article.source} if article.source else {}
                yield Document(article.text, metadata={"source": article.url, **publisher, **known})


if __name__ == "__main__":
    with ReplicaPortal(count=14) as portal:
        addresses = sys.argv[1:] or [portal.url, *map(portal.url_of, portal.articles)]
        for document in ArticleLoader(addresses, policy=FetchPolicy(allow_private=not sys.argv[1:])).lazy_load():
            print(document.metadata["title"], document.metadata.get("publisher"), len(document.page_content), sep=" | ")
