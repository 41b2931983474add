"""The pages that are redesigned, and what is true of them: the fixtures, and the development pages where they are."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cases import case_names, expected_of, fixture

if TYPE_CHECKING:
    from datetime import datetime

CORPORA = Path(os.environ.get("XINNONG_CORPORA") or Path(__file__).resolve().parents[3] / "shared" / "corpora")
CORPUS = CORPORA / "zh"


@dataclass(frozen=True)
class Truth:
    """What a careful reader sees on a page; no redesign changes it."""

    is_article: bool
    encoding: str
    """The codec of the page's bytes."""
    titles: tuple[str, ...] = ()
    """The headlines that are right."""
    sources: tuple[str | None, ...] = ()
    """The publishers that are right; None: saying nothing is right."""
    published: str | None = None
    """The local time as ISO, as precise as the page shows it."""
    published_raw: str | None = None
    """The date as written, where that is known."""
    clock: bool = False
    """Whether the page is read with a clock, which relative dates need."""
    paragraphs: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    """Captions, credits and leads: neither asked for nor wrong."""

    @property
    def body(self) -> str:
        """The text, one paragraph a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Page:
    """A page as it is before any redesign."""

    name: str
    data: bytes = field(repr=False)
    truth: Truth = field(repr=False)
    url: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    now: datetime | None = None


def fixture_pages() -> list[Page]:
    """The pages of ``tests/fixtures``."""
    pages = []
    for name in case_names():
        sample, expected = fixture(name), expected_of(name)
        truth = (
            Truth(is_article=False, encoding="utf-8")
            if "error" in expected
            else _truth_of(expected, clock=sample.now is not None)
        )
        pages.append(Page(name, sample.body, truth, sample.url, sample.headers, sample.now))
    return pages


def development_pages() -> list[Page]:
    """The labelled pages beside the repository; none where they are not there."""
    path = CORPUS / "labels.jsonl"
    if not path.is_file():
        return []
    labels = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    return [_of_label(label) for label in labels]


def _of_label(label: dict[str, Any]) -> Page:
    truth = Truth(
        is_article=True,
        encoding="utf-8",
        titles=tuple(label["title"]),
        sources=tuple(label["source"]),
        published=label["published_at"],
        paragraphs=tuple(label["body"].split("\n")),
        neutral=tuple(label["neutral"]),
    )
    return Page(label["id"], gzip.decompress((CORPUS / label["file"]).read_bytes()), truth, label["url"])


def _truth_of(expected: dict[str, Any], *, clock: bool) -> Truth:
    cut = {"day": 10, "minute": 16, "second": 19}.get(expected["published_precision"] or "", 0)
    blocks = expected["body"]["blocks"]
    texts = [block["text"] for block in blocks if block.get("text")]
    texts += ["\t".join(row) for block in blocks for row in block.get("rows") or []]
    images = [block["image"] for block in blocks if block.get("image")]
    return Truth(
        is_article=True,
        encoding=expected["encoding"],
        titles=(expected["title"],),
        sources=(expected["source"],),
        published=(expected["published_at"] or "")[:cut] or None,
        published_raw=expected["published_raw"],
        clock=clock,
        paragraphs=tuple(texts),
        neutral=tuple(image["caption"] for image in images if image.get("caption")),
    )
