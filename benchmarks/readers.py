"""Who is measured: this library, plain parsing, and the other libraries that are installed.

Each is given the page's bytes and, decoded outside of the time measured, its text. What it gives back is turned into
the fields that are scored afterwards, outside of the time too.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import Article, ScraperError, extract_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read = Callable[[bytes, str, str | None], Any]
    Fields = Callable[[Any], dict[str, Any]]

ANYWHERE: Final = "http://www.xinnong.example/a.html"
"""For libraries that insist on an address, where it is not known."""
PARSING: Final = "parsing alone"
OURS: Final = "xinnong-scraper"
FROM_TEXT: Final = "xinnong-scraper, from text"


@dataclass(frozen=True)
class Reader:
    """One of those who are measured."""

    name: str
    package: str
    """The distribution, whose version is printed."""
    read: Read
    fields: Fields | None
    """Turns what ``read`` gave into body, title, published, authors, …; None where accuracy is not measured."""


def readers(only: Iterable[str] = ()) -> tuple[list[Reader], list[str]]:
    """Give those who can be measured here, of the other libraries only some where they are named, and who cannot."""
    wanted = list(only)
    found = [
        Reader(PARSING, "selectolax", lambda _data, text, _url: LexborHTMLParser(text), None),
        Reader(OURS, OURS, _read, fields_of),
        Reader(FROM_TEXT, OURS, lambda _data, text, url: _read(text, "", url), None),
    ]
    missing = []
    for name, (package, make) in PEERS.items():
        if wanted and name not in wanted:
            continue
        try:
            read, fields = make()
        except (ImportError, PackageNotFoundError):
            missing.append(name)
        else:
            found.append(Reader(name, package, read, fields))
    return found, missing


def versions(found: list[Reader]) -> str:
    """Name the packages with their versions."""
    return ", ".join(f"{package} {version(package)}" for package in dict.fromkeys(reader.package for reader in found))


def _read(html: bytes | str, _text: str, url: str | None) -> Article | None:
    with contextlib.suppress(ScraperError):
        return extract_html(html, url=url)
    return None


_PRECISION: Final = {"day": 10, "minute": 16, "second": 19}


def fields_of(article: Article | None) -> dict[str, Any]:
    """Give the fields that are scored; those of no article are empty."""
    if article is None:
        lists: dict[str, Any] = {name: [] for name in ("authors", "editors", "breadcrumb", "teasers")}
        return {**lists, "body": "", "title": None, "source": None, "published": None, "disclaimer": ""}
    published = article.published_at.isoformat() if article.published_at else None
    return {
        "body": article.text,
        "title": article.title,
        "source": article.source,
        "published": published and published[: _PRECISION.get(article.published_precision or "second", 19)],
        "authors": article.authors,
        "editors": article.editors,
        "breadcrumb": [crumb.name for crumb in article.breadcrumb],
        "disclaimer": "\n".join(article.disclaimer.clauses) if article.disclaimer else "",
        "teasers": [teaser.title for teaser in article.teasers],
    }


# The other libraries. Each function imports its library, so that a missing one is an ImportError.


def _trafilatura(*, fast: bool) -> tuple[Read, Fields]:
    library = importlib.import_module("trafilatura")

    def fields(found: Any) -> dict[str, Any]:  # noqa: ANN401  another library's type
        if found is None:
            return {"body": "", "title": None, "published": None, "authors": []}
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {"body": found.text, "title": found.title, "published": found.date, "authors": authors}

    return lambda _data, text, url: library.bare_extraction(text, url=url, fast=fast, with_metadata=True), fields


def _gne() -> tuple[Read, Fields]:
    extractor = importlib.import_module("gne").GeneralNewsExtractor()

    def fields(found: Any) -> dict[str, Any]:  # noqa: ANN401  another library's type
        authors = [found["author"]] if found.get("author") else []
        published = re.sub(r"[年月/]", "-", found.get("publish_time") or "")
        return {"body": found["content"], "title": found["title"], "published": _day(published), "authors": authors}

    return lambda _data, text, _url: extractor.extract(text), fields


def _newspaper() -> tuple[Read, Fields]:
    library = importlib.import_module("newspaper")

    def read(_data: bytes, text: str, url: str | None) -> Any:  # noqa: ANN401  another library's type
        article = library.Article(url or ANYWHERE, language="zh", fetch_images=False)
        article.download(input_html=text)
        article.parse()
        return article

    def fields(found: Any) -> dict[str, Any]:  # noqa: ANN401  another library's type
        published = str(found.publish_date)[:10] if found.publish_date else None
        return {"body": found.text, "title": found.title, "published": published, "authors": list(found.authors)}

    return read, fields


def _readability() -> tuple[Read, Fields]:
    library = importlib.import_module("readability")

    def read(_data: bytes, text: str, _url: str | None) -> tuple[str, str]:
        document = library.Document(text)
        return document.short_title(), document.summary()

    return read, lambda found: {"body": _visible(found[1]), "title": found[0]}


def _resiliparse() -> tuple[Read, Fields]:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree

    def read(_data: bytes, text: str, _url: str | None) -> tuple[str, str]:
        parsed = tree.parse(text)
        return parsed.title, plain(parsed, main_content=True)

    return read, lambda found: {"body": found[1], "title": found[0]}


def _magic_html() -> tuple[Read, Fields]:
    extractor = importlib.import_module("magic_html").GeneralExtractor()
    return (
        lambda _data, text, url: extractor.extract(text, base_url=url or ANYWHERE),
        lambda found: {"body": _visible(found.get("html") or ""), "title": found.get("title")},
    )


def _visible(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator="\n") if body is not None else ""


def _day(text: str) -> str | None:
    """Give the day that a date begins with as 2018-04-28."""
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None


PEERS: Final[dict[str, tuple[str, Callable[[], tuple[Read, Fields]]]]] = {
    "trafilatura, fast": ("trafilatura", lambda: _trafilatura(fast=True)),
    "trafilatura": ("trafilatura", lambda: _trafilatura(fast=False)),
    "GNE": ("gne", _gne),
    "newspaper4k": ("newspaper4k", _newspaper),
    "readability-lxml": ("readability-lxml", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
    "magic-html": ("magic-html", _magic_html),
}
"""The other libraries by the name in the tables: their distribution, and what imports them."""
