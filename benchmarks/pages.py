"""The pages that everything is measured on, and what a careful reader found on them."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinnong_scraper.decode import decode_html

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("XINNONG_CORPORA") or ROOT.parent / "shared" / "corpora")
"""Pages with labels, which are no part of the repository; ``XINNONG_CORPORA`` names another place."""
FIXTURES = ROOT / "tests" / "fixtures"


@dataclass(frozen=True)
class Case:
    """One page."""

    name: str
    data: bytes = field(repr=False)
    url: str | None
    """Where it came from; None where that is not known."""
    label: dict[str, Any] | None = field(default=None, repr=False)
    """What the page says, in the form of ``labels.jsonl``; None where nobody wrote it down."""

    def changed(self, number: int) -> tuple[bytes, str]:
        """Give bytes and text that are new without changing what a reader sees, so that nothing can be remembered."""
        data = self.marked(number)
        return data, decode_html(data).text

    def marked(self, number: int) -> bytes:
        """Give the bytes alone."""
        mark = f"<!-- {number} -->".encode()
        at = self.data.lower().rfind(b"</body")
        return self.data + mark if at < 0 else self.data[:at] + mark + self.data[at:]


def load_cases(folder: Path | None = None) -> tuple[str, list[Case]]:
    """Give the pages of a folder (``*.html``, ``*.html.gz``), else of the corpus where it is, else of the fixtures."""
    if folder is not None:
        cases = _of_folder(folder)
        if not cases:
            sys.exit(f"{folder} holds no *.html or *.html.gz")
        return str(folder), cases
    if (CORPORA / "zh" / "labels.jsonl").is_file():
        return "shared/corpora/zh", corpus(CORPORA / "zh")
    return "tests/fixtures", _of_fixtures()


def score_module() -> ModuleType | None:
    """Give the corpus' own metrics, or None where the corpus is not here."""
    path = CORPORA / "score.py"
    return load_file(path, "corpora_score") if path.is_file() else None


def load_file(path: Path, name: str) -> ModuleType:
    """Import a Python file that belongs to no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _of_folder(folder: Path) -> list[Case]:
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))
    return [Case(str(path.relative_to(folder)), _bytes(path), None) for path in paths]


def corpus(folder: Path) -> list[Case]:
    """Give the pages of one set of the corpus with their labels."""
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").split("\n") if line]
    return [Case(label["id"], _bytes(folder / label["file"]), label["url"], label) for label in labels]


def _of_fixtures() -> list[Case]:
    cases = []
    for path in sorted(FIXTURES.glob("*/*/expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        if "error" in expected:
            continue
        blocks = expected["body"]["blocks"]
        label = {
            "title": [expected["title"]],
            "published_at": (expected["published_at"] or "")[:10],
            "authors": expected["authors"],
            "body": "\n".join(block["text"] for block in blocks if block.get("text")),
        }
        url = json.loads((path.parent / "response.json").read_text("utf-8"))["url"]
        cases.append(Case(path.parent.name, (path.parent / "page.html").read_bytes(), url, label))
    return cases


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
