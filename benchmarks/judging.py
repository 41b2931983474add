"""Which fields of a record are right, by the labels of a page, and how sure the record was of them."""

from __future__ import annotations

import gzip
import importlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from xinnong_scraper import Article, ScraperError
from xinnong_scraper.extraction.article import read_weighed
from xinnong_scraper.layouts import choose_layout
from xinnong_scraper.page import read_page

from .accuracy import gram_f1
from .pages import CORPORA, FIXTURES, score_module
from .readers import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xinnong_scraper.extraction.findings import Signs

__all__ = ["FIELDS", "LEAST", "Labelled", "Verdict", "judge", "labelled_pages", "verdicts"]

FIELDS: Final = (
    "title", "source", "published_at", "authors", "editors", "breadcrumb", "disclaimer", "teasers", "body",
)  # fmt: skip
LEAST: Final = {"body": 0.9, "teasers": 0.8}
"""The score from which a field counts as right; of the others it must be 1."""
_BODY_OF_WORDS: Final = 0.8
"""The same for a body that is scored by its words: those labels were not made by one hand."""
KEPT: Final = ("title", "source", "published_at", "body")
"""The fields that no redesign changes, and of which the record's confidence speaks."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and what a careful reader found on it."""

    group: str
    """The set of pages that it belongs to."""
    name: str
    data: bytes
    url: str | None
    headers: dict[str, str]
    now: datetime | None
    label: dict[str, Any]
    score: Callable[[dict[str, Any], dict[str, Any]], dict[str, float | None]]
    """Gives each field of a reading a score from 0 to 1 by the label; None where the label does not say."""
    change: str = ""
    """What was done to the page before it was read; the label holds as before."""
    fields: tuple[str, ...] = FIELDS
    """Those that are judged."""

    @property
    def origin(self) -> str:
        """The page without its change."""
        return f"{self.group}/{self.name}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One field of one record, or with the field ``record`` the record as a whole."""

    page: Labelled
    field: str
    said: bool
    """Whether the record has a value."""
    right: bool
    confidence: float
    """0 where nothing is said."""
    warned: bool
    """Whether a warning concerns the field or the whole record."""
    signs: Signs | None = None
    """What the confidence was weighed by."""


def labelled_pages(name: str) -> Iterator[Labelled]:
    """Give the pages of ``fixtures``, of ``zh`` or ``general`` of the corpora, or of a folder of either form.

    That is a folder with ``labels.jsonl``, or one with ``expected.json`` beside ``page.html`` and ``response.json`` in
    folders of its own. ``mutations`` are the redesigns of fixtures and ``zh``. A set that is not here is empty.
    """
    folder = FIXTURES if name == "fixtures" else CORPORA / name
    if name == "mutations":
        yield from _mutated([*labelled_pages("fixtures"), *labelled_pages("zh")])
    elif (folder / "labels.jsonl").is_file():
        yield from _of_labels(folder, name)
    else:
        yield from _of_fixtures(folder, name)


def _mutated(pages: list[Labelled]) -> Iterator[Labelled]:
    """Give every redesign of every page; what a redesign may change is not judged, nor what was wrong before it."""
    try:
        redesigns = importlib.import_module("tests.mutations.catalogue")
        originals = importlib.import_module("tests.mutations.pages")
    except ImportError:
        return
    by_name = {page.name: page for page in pages}
    for before in [*originals.fixture_pages(), *originals.development_pages()]:
        if (page := by_name.get(before.name)) is None:
            continue
        fields = tuple(verdict.field for verdict in verdicts(page) if verdict.right and verdict.field in KEPT)
        for name, change in redesigns.MUTATIONS.items():
            if (data := change(before.data, before.truth)) is not None:
                headers = {} if name in redesigns.RECODED else page.headers
                yield replace(page, data=data, headers=headers, change=name, fields=fields)


def _of_fixtures(folder: Path, group: str) -> Iterator[Labelled]:
    for path in sorted(folder.rglob("expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        response = json.loads((path.parent / "response.json").read_text("utf-8"))
        if "error" in expected:
            continue
        now = datetime.fromisoformat(response["now"]) if response["now"] else None
        data = (path.parent / "page.html").read_bytes()
        yield Labelled(
            group,
            str(path.parent.relative_to(folder)),
            data,
            response["url"],
            response["headers"],
            now,
            expected,
            score_expected,
        )


def _of_labels(folder: Path, group: str) -> Iterator[Labelled]:
    module = score_module()
    if module is None:
        return
    for line in (folder / "labels.jsonl").read_text("utf-8").split("\n"):
        if not line:
            continue
        label = json.loads(line)
        path = folder / label["file"]
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        score = module.score if "neutral" in label else partial(score_general, module.score_general)
        yield Labelled(group, label["id"], data, label["url"], {}, None, label, score)


def score_general(
    score: Callable[[dict[str, Any], dict[str, Any]], dict[str, float | None]],
    label: dict[str, Any],
    got: dict[str, Any],
) -> dict[str, float | None]:
    """Score a page of another language by the corpus' metrics, and its authors, whose label is one line of text.

    They are right when the line begins with one of them and holds all, whatever titles it has besides.
    """
    line = " ".join((label.get("author") or "").casefold().split())
    names = [" ".join(name.casefold().split()) for name in got["authors"]]
    right = any(map(line.startswith, names)) and all(name in line for name in names)
    return {**score(label, got), "authors": float(right) if line else None}


def score_expected(expected: dict[str, Any], got: dict[str, Any]) -> dict[str, float | None]:
    """Score a reading by a fixture's ``expected.json``."""
    blocks = (expected["body"] or {}).get("blocks", [])
    lines = [text for block in blocks for text in (block.get("text"), *map("\t".join, block.get("rows") or [])) if text]
    clauses = (expected["disclaimer"] or {}).get("clauses", [])
    crumbs = [crumb["name"] for crumb in expected["breadcrumb"]]
    teasers = {teaser["title"] for teaser in expected["teasers"]}
    stamp = expected["published_at"]
    width = {"day": 10, "minute": 16, "second": 19}[expected["published_precision"] or "second"]
    return {
        "title": float(got["title"] == expected["title"]),
        "source": float(got["source"] == expected["source"]),
        "published": float((got["published"] or "")[:width] == stamp[:width]) if stamp else float(not got["published"]),
        "authors": name_f1(got["authors"], expected["authors"]),
        "editors": name_f1(got["editors"], expected["editors"]),
        "breadcrumb": name_f1(got["breadcrumb"], crumbs),
        "disclaimer": gram_f1(got["disclaimer"], "\n".join(clauses)),
        "teasers": len(teasers & set(got["teasers"])) / len(teasers) if teasers else None,
        "body": gram_f1(got["body"], "\n".join(lines)),
    }


def name_f1(mine: list[str], theirs: list[str]) -> float:
    """Give the F1 over two lists of names; 1 where both are empty."""
    total = len(mine) + len(theirs)
    return 2 * (Counter(mine) & Counter(theirs)).total() / total if total else 1.0


def verdicts(case: Labelled) -> list[Verdict]:
    """Read a page and judge every field that its label tells of; a page that is refused gives none."""
    try:
        page = read_page(case.data, url=case.url, headers=case.headers)
        article, signs = read_weighed(page, choose_layout(page), now=case.now)
    except ScraperError:
        return []
    return judge(case, article, signs)


def judge(page: Labelled, article: Article, signs: dict[str, Signs]) -> list[Verdict]:
    """Judge every field of a record that the page's label tells of, and the record."""
    got = fields_of(article)
    scores = page.score(page.label, got)
    found: list[Verdict] = []
    for field in page.fields:
        score = scores.get("published" if field == "published_at" else field)
        if score is None:
            continue
        evidence = article.evidence.get(field)
        least = _BODY_OF_WORDS if field == "body" and "phrases" in scores else LEAST.get(field, 1.0)
        found.append(
            Verdict(
                page,
                field,
                evidence is not None,
                score >= least - 1e-9,
                evidence.confidence if evidence else 0.0,
                any(warning.field in (field, None) for warning in article.warnings),
                signs.get(field),
            )
        )
    key = [verdict for verdict in found if verdict.field in KEPT and (verdict.field != "source" or verdict.said)]
    right = all(verdict.right for verdict in key)
    found.append(Verdict(page, "record", True, right, article.confidence, bool(article.warnings)))
    return found
