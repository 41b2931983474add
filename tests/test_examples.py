"""The examples run as a reader of the documentation would run them, and print what they promise."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xinnong_scraper import errors
from xinnong_scraper.records import Article
from xinnong_scraper.replica import ReplicaPortal

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
PRINTED = {
    "extract_one.py": ["title:", "source:", "聊城日报", "2018-04-28 13:44:24+08:00", "The source was read by "],
    "saved_pages.py": ["article.html: 聊城", "home.html: "],
    "batch_to_jsonl.py": ["failed: ", "no-such-page.html", "20 of 21 pages gave a record"],
    "own_layout.py": [
        "zh | ",
        "cunbao | 村报网 | 柳林镇广播站 | ['东河村修通致富路', '西岭村办起豆腐坊']",
    ],
    "learn_layout.py": [
        '{ css = ".title" },  # hit on 5 of 5',
        "zh | 村报网 | 送稿单位：石桥镇广播站 | 3",
        "cunbao | 村报网 | 石桥镇广播站 | 2",
    ],
    "nightly.py": [
        "pages asked for, 2",
        " articles read, 2",
        " records appended",
        "0 articles read, 0 records appended",
    ],
    "check_nightly.py": ["ok: 30 pages compared", "broken: 40 pages compared", "record outcome: script_shell on "],
    "store_to_duckdb.py": ["records exported", "first_day", "农民日报"],
    "frames_to_parquet.py": ["农业", "图为王庄镇的油牡丹种植基地", "landmarks"],
    "tables_of_pages.py": ["shape: (3, 3)", "聊城日报", "articles", "http://www.xinnong.example/", "NotAnArticleError"],
}

WITH_A_BROWSER = {"rendered_page.py"}
"""Tried in test_example_rendered.py, where there is a browser; longer than the others, to keep that in bounds."""

IN_OTHER_FRAMEWORKS = {"langchain_loader.py", "llama_index_reader.py", "scrapy_spider.py", "web_poet_page.py"}
"""Tried in test_integrations.py, with those frameworks."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )


def test_every_example_is_run() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(PRINTED) | WITH_A_BROWSER | IN_OTHER_FRAMEWORKS


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_it_promises(name: str) -> None:
    done = run(str(EXAMPLES / name))
    assert (done.returncode, done.stderr) == (0, "")
    if "This example needs " in done.stdout:
        pytest.skip(done.stdout)
    for expected in PRINTED[name]:
        assert expected in done.stdout


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_is_short(name: str) -> None:
    assert len((EXAMPLES / name).read_text("utf-8").splitlines()) < 40


def test_saved_pages_takes_files(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"%PDF-1.4 no page at all")
    done = run(str(EXAMPLES / "saved_pages.py"), str(page))
    assert done.stdout.startswith("page.html: ")
    assert not page.with_suffix(".md").exists()


def test_the_batch_writes_a_record_a_line(tmp_path: Path) -> None:
    out = tmp_path / "articles.jsonl"
    run(str(EXAMPLES / "batch_to_jsonl.py"), str(out))
    records = [json.loads(line) for line in out.read_text("utf-8").split("\n") if line]
    assert len({record["url"] for record in records}) == 20
    assert all(record["title"] and record["body"]["blocks"] for record in records)


def test_a_night_in_a_crontab(tmp_path: Path) -> None:
    with ReplicaPortal(count=14) as portal:
        done = run(str(EXAMPLES / "nightly.py"), portal.url, "mailto:you@example.org", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.endswith(" 0 records appended\n"), "loopback is refused without leave"


def test_the_notebook_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = notebook["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not [cell for cell in codes if cell["outputs"] or cell["execution_count"]], "save it without outputs"
    known: dict[str, Any] = {}
    for cell in codes:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), known)
    assert known["article"].source == "聊城日报"
    assert known["article"].title in known["article"]._repr_html_()
    assert "20 of 20 pages are articles" in capsys.readouterr().out


READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_code_in_a_readme_prints_what_it_shows(name: str) -> None:
    results = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert results.attempted > 5
    assert results.failed == 0


@pytest.mark.parametrize("name", READMES)
def test_a_readme_lists_every_field_of_the_record_in_order(name: str) -> None:
    fields = re.findall(r"^\| `(\w+)` \| \S", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert fields == list(Article.model_fields)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_every_error(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not [error for error in errors.__all__ if error.endswith("Error") and f"`{error}`" not in text]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / name).read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
