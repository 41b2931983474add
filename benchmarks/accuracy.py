"""How right the readers are: by the corpus' own metrics where the corpus is, else by plain ones on the fixtures."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Any

from .pages import score_module
from .readers import OURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .pages import Case
    from .readers import Reader

    Score = Callable[[dict[str, Any], dict[str, Any]], dict[str, float | None]]


def measure(cases: list[Case], found: list[Reader]) -> dict[str, dict[str, float]]:
    """Give, per reader and field, the mean score over the pages that have labels; a page that fails counts as empty."""
    module = score_module()
    score: Score = (
        module.score if module is not None and cases[0].label and "neutral" in cases[0].label else plain_score
    )
    results: dict[str, dict[str, float]] = {}
    for reader in found:
        if reader.fields is None:
            continue
        rows: list[dict[str, float | None]] = []
        for case in cases:
            if case.label is None:
                continue
            try:
                got = reader.fields(reader.read(*case.changed(0), case.url))
            except Exception as error:  # noqa: BLE001  another library's failure on a page costs it the page
                got = {"body": "", "title": None}
                print(f"{reader.name} fails on {case.name}: {type(error).__name__} {str(error)[:80]!r}")
            exact = score(case.label, got)
            row = {**exact, "published": None, "day": _day(score, case.label, got)}
            rows.append({**row, "published": exact["published"]} if reader.name == OURS else row)
        results[reader.name] = _means(rows)
    return results


def _day(score: Score, label: dict[str, Any], got: dict[str, Any]) -> float | None:
    """Score the date on the day alone, as most libraries give no more."""
    day = {**label, "published_at": (label["published_at"] or "")[:10]}
    return score(day, {**got, "published": (got["published"] or "")[:10]})["published"] if "published" in got else None


def _means(rows: list[dict[str, float | None]]) -> dict[str, float]:
    fields = dict.fromkeys(field for row in rows for field in row)
    values = {field: [value for row in rows if (value := row.get(field)) is not None] for field in fields}
    return {field: fmean(found) for field, found in values.items() if found}


def plain_score(label: dict[str, Any], got: dict[str, Any]) -> dict[str, float | None]:
    """Score body (4-gram F1), title, date and authors of a fixture."""
    return {
        "body": gram_f1(got["body"], label["body"]),
        "title": float(_plain(got["title"]) in map(_plain, label["title"])) if "title" in got else None,
        "published": float((got["published"] or "")[:10] == label["published_at"]) if "published" in got else None,
        "authors": float(sorted(got["authors"]) == sorted(label["authors"])) if "authors" in got else None,
    }


def gram_f1(predicted: str, true: str) -> float:
    """Give the F1 over the 4-grams of characters that two texts have in common, white space left out."""
    mine, theirs = (Counter(t[i : i + 4] for i in range(len(t) - 3)) for t in map(_plain, (predicted, true)))
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else float(_plain(predicted) == _plain(true))


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def report(results: dict[str, dict[str, float]]) -> None:
    """Print a table in Markdown."""
    columns = [
        "body",
        "title",
        "day",
        "published",
        "authors",
        "source",
        "editors",
        "breadcrumb",
        "disclaimer",
        "teasers",
    ]
    shown = [column for column in columns if any(column in row for row in results.values())]
    print("| library | " + " | ".join(shown) + " |\n|---|" + "---:|" * len(shown))
    for name, row in results.items():
        print(f"| {name} | " + " | ".join(f"{row[c]:.3f}" if c in row else "–" for c in shown) + " |")
