"""A portal is one TOML file and one fixture: done here as CONTRIBUTING.md says, in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from .cases import FIELDS

ROOT: Final = Path(__file__).parents[1]
LAYOUT: Final = """\
name = "liuhe"
extends = "zh"
site_name = "柳河乡报网"

[recognise]
names = ["柳河乡报网"]

[labels]
source = ["供稿方"]

[headings]
teasers = ["邻村消息"]
"""
URL: Final = "http://liuhe.example/2018/0428/7.html"
PAGE: Final = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>全市小麦陆续返青_柳河乡报网</title></head>
<body><h1>全市小麦陆续返青</h1>
<p>2018-04-28 13:44　供稿方：聊城日报</p>
<div><p>四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。</p>
<p>市农业局提醒，近期要注意防治条锈病，并做好浇水、施肥等工作，确保夏粮丰收。</p></div>
<h3>邻村消息</h3><ul><li><a href="/2018/0427/6.html">东村修好了三公里水渠</a></li></ul>
</body></html>
"""
RESPONSE: Final = {"url": URL, "headers": {"content-type": "text/html"}, "now": None, "note": "own words for fields"}
EXPECTED: Final[dict[str, Any]] = {
    "url": URL,
    "canonical_url": URL,
    "site_name": "柳河乡报网",
    "title": "全市小麦陆续返青",
    "source": "聊城日报",
    "published_at": "2018-04-28T13:44:00+08:00",
    "published_precision": "minute",
    "published_raw": "2018-04-28 13:44",
    "language": "zh",
    "body": {
        "blocks": [
            {
                "kind": "paragraph",
                "text": "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。",
            },
            {
                "kind": "paragraph",
                "text": "市农业局提醒，近期要注意防治条锈病，并做好浇水、施肥等工作，确保夏粮丰收。",
            },
        ]
    },
    "teasers": [
        {
            "title": "东村修好了三公里水渠",
            "url": "http://liuhe.example/2018/0427/6.html",
            "summary": None,
            "published_at": None,
            "image_url": None,
        }
    ],
    "page_count": 1,
    "encoding": "utf-8",
    "layout": "liuhe",
}
EMPTY: Final = ("authors", "editors", "breadcrumb", "keywords", "images", "warnings")


def add_portal(copy: Path) -> None:
    """The two things that CONTRIBUTING.md asks for."""
    layouts = copy / "src" / "xinnong_scraper" / "layouts" / "builtin"
    (layouts / "liuhe.toml").write_text(LAYOUT, "utf-8")
    case = copy / "tests" / "fixtures" / "liuhe" / "own-words"
    case.mkdir(parents=True)
    (case / "page.html").write_text(PAGE, "utf-8")
    (case / "response.json").write_text(json.dumps(RESPONSE), "utf-8")
    expected = {field: EXPECTED.get(field, [] if field in EMPTY else None) for field in FIELDS}
    (case / "expected.json").write_text(json.dumps(expected), "utf-8")


def test_a_layout_file_and_a_fixture_are_a_new_portal(tmp_path: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    add_portal(tmp_path)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "tests/test_layouts.py",
    ]
    command += ["tests/test_fixtures.py", "-k", "liuhe or layouts"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(FIELDS) + 4} passed" in done.stdout or " passed" in done.stdout
