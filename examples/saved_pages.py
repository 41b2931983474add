"""Read saved pages without fetching: python examples/saved_pages.py [page.html …]; without names it saves two first."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from xinnong_scraper import ScraperError, extract_html
from xinnong_scraper.export import to_markdown
from xinnong_scraper.replica import ReplicaPortal


def save_two(folder: Path) -> list[Path]:
    """Save an article and the home page of the replica portal, as a browser would."""
    with ReplicaPortal() as portal:
        pages = {"article.html": portal.url_of(portal.articles[0]), "home.html": portal.url}
        for name, url in pages.items():
            (folder / name).write_bytes(urlopen(url).read())  # noqa: S310  the address is the portal's own
    return [folder / name for name in pages]


def main() -> None:
    """Write a Markdown file beside every page that is an article."""
    with tempfile.TemporaryDirectory() as folder:
        for page in [Path(name) for name in sys.argv[1:]] or save_two(Path(folder)):
            try:
                article = extract_html(page.read_bytes())
            except ScraperError as error:
                print(f"{page.name}: {error.message}")
                continue
            page.with_suffix(".md").write_text(to_markdown(article), "utf-8")
            print(f"{page.name}: {article.title} (decoded as {article.encoding})")


if __name__ == "__main__":
    main()
