"""Records to write, and a disk without room for them."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinnong_scraper.records import Article, Block, Body

if TYPE_CHECKING:
    from collections.abc import Iterator

CHINA = timezone(timedelta(hours=8))
ROOT = Path(__file__).parents[1]


def article(number: int, **fields: Any) -> Article:
    body = Body(blocks=[Block(kind="paragraph", text=f"第{number}段。“引文” \\ \t😀\u2028行")])
    return Article(url=f"http://a.example/{number}", title=f"题{number}", body=body, **fields)


def articles(count: int) -> Iterator[Article]:
    return (article(number) for number in range(count))


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow past a size; the system answers as it does on a full disk, with EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
