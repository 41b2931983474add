"""Web archives to measure with: pages of the replica portal, and where the corpora are also their development pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Final

from tests.cases import BASE
from tests.warc_damages import KINDS
from tests.warcs import Stored, packed

from xinnong_scraper.replica import generate_articles
from xinnong_scraper.replica.pages import Site

from .pages import CORPORA, Case, corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ARTICLES: Final = 500
"""Articles of the replica; further pages are the same ones under other addresses, with a number in the markup."""
_REAL: Final = 5
"""One page in so many is a development page, where they are here."""


@dataclass(frozen=True)
class Made:
    """What was written."""

    files: list[Path]
    pages: int
    bytes: int
    """Bytes of the pages."""
    sources: str
    """Where the pages are from, in words."""
    damaged: dict[tuple[str, int], str]
    """By file name and offset of the damaged records, how they are damaged."""


def write_archives(folder: Path, pages: int, files: int, *, damaged: int = 0, seed: int = 1) -> Made:
    """Write so many pages into as many archives (``.warc.gz``), the same ones every time; some of them damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)  # noqa: S311  the same damage in every run
    hurt = set(random.sample(range(pages), damaged))
    kinds = list(KINDS)
    cases, sources = _cases()
    made = Made([folder / f"pages-{number}.warc.gz" for number in range(files)], pages, 0, sources, {})
    size = 0
    found = enumerate(islice(_responses(cases), pages))
    for number, path in enumerate(made.files):
        share = pages // files + (number < pages % files)
        with path.open("wb") as file:
            for index, page in islice(found, share):
                size += len(page.body)
                if index in hurt:
                    kind = kinds[len(made.damaged) % len(kinds)]
                    made.damaged[path.name, file.tell()] = kind
                    file.write(KINDS[kind](page, random))
                else:
                    file.write(packed(page.record()))
    return Made(made.files, pages, size, sources, made.damaged)


def _cases() -> tuple[list[Case], str]:
    site = Site(articles := generate_articles(_ARTICLES), BASE)
    made = [Case(path, site.respond(path).body, None) for article in articles for path in article.paths]
    real = [
        case
        for name in ("zh", "general")
        if (CORPORA / name / "labels.jsonl").is_file()
        for case in corpus(CORPORA / name)
    ]
    if not real:
        return made, f"{len(made)} pages of the replica portal"
    mixed = [
        real[number // _REAL % len(real)] if number % _REAL == 0 else made[number % len(made)]
        for number in range(len(made))
    ]
    return (
        mixed,
        f"{len(made)} pages of the replica portal, one in {_REAL} replaced by {len(real)} development pages in turn",
    )


def _responses(cases: list[Case]) -> Iterator[Stored]:
    number = 0
    while True:
        for case in cases:
            number += 1
            host = "news.a.example" if number % 2 else "b.example"
            yield Stored(case.marked(number), f"http://{host}/2018/{number:06}.html")
