"""Learn the scores of lines (``extraction/line_scores.json``) from labelled pages, and say how right they are.

python -m benchmarks.line_scores ../shared/corpora/general                    five folds by host, nothing written
python -m benchmarks.line_scores ../shared/corpora/general --write PATH       all pages, written to PATH

The folder holds ``labels.jsonl`` (one object a line with ``file``, ``url`` and ``body``, the right text) and the
pages, gzipped. Needs lightgbm, which nothing else here does: install it into an environment of its own. The same pages
give the same file, byte for byte. What is learned are trees of eight leaves in which the questions on the way to a leaf
are about one pair of marks only, so that all of them together are one table of points a pair.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final
from urllib.parse import urlsplit

import lightgbm  # type: ignore[import-not-found]
import numpy as np

from xinnong_scraper.extraction.density import find_text_area
from xinnong_scraper.extraction.line_marks import BOX_MARKS, LINE_MARKS, VALUES, WORD_MARKS, LineMarks
from xinnong_scraper.extraction.line_scores import IN_DOUBT
from xinnong_scraper.extraction.metadata import read_metadata
from xinnong_scraper.extraction.reading import Reading
from xinnong_scraper.layouts import GENERAL, load_layout
from xinnong_scraper.page import read_page

MARKS: Final = LINE_MARKS + BOX_MARKS
PAIRS: Final = (
    # of the box alone
    ("climb", "holds_prose"), ("climb", "tag"), ("climb", "make"), ("climb", "part"), ("climb", "name"),
    ("climb", "articles"), ("climb", "outer_share"), ("linked", "climb"), ("outer_share", "tag"), ("part", "make"),
    ("name", "articles"), ("holds_prose", "make"), ("outer_share", "holds_prose"),
    ("share", "alike"), ("make", "alike"), ("name", "make"), ("make", "tag"), ("name", "tag"), ("outer_prose", "tag"),
    ("outer_prose", "outer_share"), ("articles", "make"), ("holds_prose", "part"), ("holds_links", "share"),
    ("outer_links", "outer_share"), ("holds_prose", "climb_headline"), ("item", "holds_prose"),
    ("paragraphs", "tag"), ("text_name", "climb"),
    # of the line and its box
    ("end", "holds_prose"), ("end", "tag"), ("end", "part"), ("reached", "tag"),
    ("reached", "holds_prose"), ("reached", "make"), ("reached", "part"), ("reached", "share"), ("prose_near", "tag"),
    ("links_near", "name"), ("links_near", "outer_share"), ("links_near", "make"), ("below_headline", "tag"),
    ("below_headline", "articles"), ("length", "tag"), ("under", "tag"), ("word", "tag"), ("down", "share"),
    ("linked", "tag"), ("under", "holds_prose"),
    # of the line alone
    ("end", "reached"), ("below_headline", "reached"),
    ("under", "reached"), ("word", "length"), ("to_prose", "reached"), ("repeated", "length"),
    ("down", "end"), ("linked", "reached"), ("end", "length"),
    # of what the line says, names and leads to
    ("saying", "linked"), ("saying", "end"), ("saying", "to_prose"), ("saying", "length"), ("own", "end"),
    ("own", "name"), ("own", "to_prose"), ("own", "reached"), ("own", "length"), ("leads", "linked"),
    ("leads", "to_prose"), ("leads", "prose_near"), ("look", "tag"), ("look", "reached"), ("look", "length"),
)  # fmt: skip
"""The pairs that free trees split by most. The mark of a line stands first."""
ROUNDS: Final = 250
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "binary", "learning_rate": 0.12, "num_leaves": 8, "min_data_in_leaf": 40, "feature_fraction": 0.7,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 2.0, "max_bin": 63, "seed": 1, "deterministic": True,
    "force_col_wise": True, "num_threads": 2, "verbose": -1,
}  # fmt: skip
FOLDS: Final = 5
BAR: Final = -0.6  # a score of 0.35, in log odds: a line too many costs less than one too few
SCALE: Final = 1000  # points for one of the log odds
MORE: Final = 4  # words that a short line counts for more than it has: one too many is seen
LEAST: Final = 0.0005  # of the page, which any line counts for
_WORD = re.compile(r"\w+")
_LONG: Final = 5  # words of a line whose place in the text is sure
_WINDOW: Final = 400  # characters of the text in which a short line's place is looked for
_NEIGHBOURS: Final = 40


@dataclass
class Sample:
    """One page: its lines, the truth of each, and the marks of those that are scored."""

    host: str
    words: list[Counter[str]]
    right: Counter[str]
    truth: list[float]
    rows: list[tuple[int, ...]]
    indexes: list[int]

    @property
    def fold(self) -> int:
        """The fold of the page's host."""
        return int(hashlib.md5(self.host.removeprefix("www.").encode()).hexdigest(), 16) % FOLDS  # noqa: S324

    def f1(self, kept: list[int]) -> float:
        """F1 over the words of these lines."""
        found: Counter[str] = Counter()
        for index in kept:
            found.update(self.words[index])
        total = found.total() + self.right.total()
        return 2 * (found & self.right).total() / total if total else 1.0


def words(text: str) -> list[str]:
    """The words of a text, lower case."""
    return _WORD.findall(text.lower())


def truths(lines: list[str], body: str) -> list[float]:
    """Say of each line whether the text holds it: 1, 0, or a half where part of it is there."""
    right = words(body)
    text = f" {' '.join(right)} "
    grams = set(zip(right, right[1:], right[2:], right[3:], strict=False))
    found: list[float | None] = []
    places: list[tuple[int, int] | None] = []
    last = 0
    for own in map(words, lines):
        places.append(None)
        if len(own) < _LONG:
            found.append(None if own else 0.0)
            continue
        line = f" {' '.join(own)} "
        place = text.find(line, last)
        place = place if place >= 0 else text.find(line)
        if place >= 0:
            found.append(1.0)
            places[-1] = (place, place + len(line) - 1)
            last = max(last, place)
        else:
            known = fmean(gram in grams for gram in zip(own, own[1:], own[2:], own[3:], strict=False))
            found.append(1.0 if known >= 0.6 else 0.0 if known < 0.3 else 0.5)
    return [value if value is not None else _short(index, lines, places, text) for index, value in enumerate(found)]


def _short(index: int, lines: list[str], places: list[tuple[int, int] | None], text: str) -> float:
    """Look for a short line between the places of the long ones around it."""
    before = next((place[1] for place in reversed(places[max(0, index - _NEIGHBOURS) : index]) if place), None)
    behind = next((place[0] for place in places[index + 1 : index + _NEIGHBOURS] if place), None)
    if before is None and behind is None:
        return 0.0
    first = before if before is not None else max(0, (behind or 0) - _WINDOW)
    last = behind if behind is not None else first + _WINDOW
    if last < first:
        last = first + _WINDOW
    return float(f" {' '.join(words(lines[index]))} " in text[max(0, first - 1) : last + 1])


def read_samples(folder: Path) -> list[Sample]:
    """Read the labelled pages of a folder."""
    layout, samples = load_layout(GENERAL), []
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        label = json.loads(line)
        page = read_page(gzip.decompress((folder / label["file"]).read_bytes()), url=label["url"])
        reading = Reading(page, layout, None, read_metadata(page.outline.head))
        area = find_text_area(reading)
        marks = LineMarks(reading, area, 1.0) if area is not None else None
        marked = [(line, box, own + marks.by_words(line)) for line, box, own in marks] if marks is not None else []
        lines = [line.text for line in reading.lines]
        samples.append(
            Sample(
                host=urlsplit(label["url"] or "").netloc,
                words=[Counter(words(text)) for text in lines],
                right=Counter(words(label["body"])),
                truth=truths(lines, label["body"]),
                rows=[own + box for _, box, own in marked],
                indexes=[line.index for line, _, _ in marked],
            )
        )
    return samples


def learn(samples: list[Sample]) -> dict[str, Any]:
    """Learn the tables from these pages; those whose text is not among their lines teach nothing."""
    rows, truth, weights = [], [], []
    for sample in samples:
        if sample.f1([index for index in sample.indexes if sample.truth[index] >= 0.5]) <= 0.5:
            continue
        size = max(50, sample.right.total())
        rows += sample.rows
        truth += [sample.truth[index] >= 0.5 for index in sample.indexes]
        weights += [min(0.3, (sample.words[index].total() + MORE) / size) + LEAST for index in sample.indexes]
    weight = np.array(weights)
    data = lightgbm.Dataset(np.array(rows), np.array(truth, dtype=int), weight=weight / weight.mean())
    constraints = [[MARKS.index(one), MARKS.index(other)] for one, other in PAIRS]
    model = lightgbm.train({**PARAMETERS, "interaction_constraints": constraints}, data, ROUNDS)
    return _as_tables(model.dump_model()["tree_info"])


def _as_tables(trees: list[dict[str, Any]]) -> dict[str, Any]:
    tables = {pair: np.zeros((VALUES[pair[0]], VALUES[pair[1]])) for pair in PAIRS}
    for tree in trees:
        stack: list[tuple[dict[str, Any], dict[str, tuple[float, float]]]] = [(tree["tree_structure"], {})]
        while stack:
            node, ranges = stack.pop()
            if "leaf_value" in node:
                pair = next(pair for pair in PAIRS if set(ranges) <= set(pair))
                one, other = (_inside(ranges.get(mark, (-1.0, np.inf)), VALUES[mark]) for mark in pair)
                tables[pair] += node["leaf_value"] * np.outer(one, other)
                continue
            mark, threshold = MARKS[node["split_feature"]], node["threshold"]
            low, high = ranges.get(mark, (-1.0, 1e9))
            stack.append((node["left_child"], {**ranges, mark: (low, min(high, threshold))}))
            stack.append((node["right_child"], {**ranges, mark: (max(low, threshold), high)}))
    return {
        "bar": round(BAR * SCALE),
        "tables": [
            {"marks": list(pair), "points": np.rint(table * SCALE).astype(int).tolist()}
            for pair, table in tables.items()
        ],
    }


def _inside(bounds: tuple[float, float], size: int) -> Any:  # noqa: ANN401  an array
    values = np.arange(size)
    return (values > bounds[0]) & (values <= bounds[1])


def scores(model: dict[str, Any], sample: Sample) -> list[int]:
    """The lines of a page that the tables keep."""
    if not sample.rows:
        return []
    rows = np.array(sample.rows)
    points, by_words = np.full(len(rows), -model["bar"]), np.zeros(len(rows), dtype=int)
    for table in model["tables"]:
        found = np.array(table["points"])[tuple(rows[:, MARKS.index(mark)] for mark in table["marks"])]
        if set(table["marks"]) & set(WORD_MARKS):
            by_words += found
        else:
            points += found
    points += by_words * ((points >= IN_DOUBT.start) & (points < IN_DOUBT.stop))
    return [index for index, value in zip(sample.indexes, points, strict=True) if value > 0]


def main() -> int:
    """Learn, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    samples = read_samples(options.folder)
    if options.write:
        model = learn(samples)
        options.write.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{options.write}: {options.write.stat().st_size} bytes")
        return 0
    best = fmean(sample.f1([i for i in sample.indexes if sample.truth[i] >= 0.5]) for sample in samples)
    print(f"{len(samples)} pages; the most that lines allow {best:.4f}")
    values = []
    for fold in range(FOLDS):
        model = learn([sample for sample in samples if sample.fold != fold])
        found = [sample.f1(scores(model, sample)) for sample in samples if sample.fold == fold]
        values += found
        print(f"fold {fold}: {len(found)} pages of other hosts, F1 {fmean(found):.4f}", flush=True)
    print(f"all folds: F1 {fmean(values):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
