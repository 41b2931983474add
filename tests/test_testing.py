"""The tests that users write for their own layouts, run as they run them: by pytest, in a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.errors import LayoutError
from xinnong_scraper.replica import ReplicaPortal
from xinnong_scraper.testing import FIELDS, Case, difference, find_cases, fixture_tests, save_case

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
URL = "http://cunbao.example/2018/0428/7.html"
PAGE = """<!doctype html><html lang="zh"><head><meta charset="gbk"><title>东河村修通致富路_村报网</title></head><body>
<h1>东河村修通致富路</h1><p>昨天 13:44　送稿单位：柳林镇广播站</p>
<p>四月以来，东河村修通了三公里水泥路，车辆可以直接开到地头，村民的蔬菜当天就能运进城里。</p>
<p><img src="/1.jpg"></p>
<p>村里还办起了豆腐坊，农技人员进村入户，指导农民加强田间管理，确保夏粮丰收。</p></body></html>
""".encode("gb18030")
HEADERS = {"Content-Type": "text/html", "Set-Cookie": "session=secret"}
NOW = datetime.fromisoformat("2018-04-29T08:00:00+08:00")
LAYOUT = """name = "cunbao"
extends = "zh"
[recognise]
names = ["村报网"]
[labels]
source = ["送稿单位"]
"""
TEST_FILE = """from xinnong_scraper.testing import fixture_tests
test_village = fixture_tests("fixtures", layout="village.toml")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's project: a layout, a test file, and one case whose draft was looked at."""
    (tmp_path / "village.toml").write_text(LAYOUT, "utf-8")
    (tmp_path / "test_portal.py").write_text(TEST_FILE, "utf-8")
    draft = save_case(
        tmp_path / "fixtures/village/road", PAGE, url=URL, headers=HEADERS, now=NOW, layout=tmp_path / "village.toml"
    )
    draft.rename(draft.with_name("expected.json"))
    return tmp_path


def expected_of(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project / "fixtures/village/road/expected.json").read_text("utf-8"))
    return found


def expect(project: Path, **values: Any) -> None:
    text = json.dumps(expected_of(project) | values, ensure_ascii=False)
    (project / "fixtures/village/road/expected.json").write_text(text, "utf-8")


def run_pytest(project: Path, folder: Path | None = None) -> str:
    """Run the project's tests from a folder; return what pytest prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "-p", "no:cacheprovider"]
    quick = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, str(project)],
        cwd=folder or project,
        env=os.environ | quick | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_field_of_every_case_is_a_test(project: Path) -> None:
    printed = run_pytest(project)
    assert f"{len(FIELDS)} passed" in printed
    assert "PASSED test_portal.py::test_village[village/road-source]" in printed
    assert expected_of(project)["source"] == "柳林镇广播站", "read by the project's layout"
    assert expected_of(project)["published_at"] == "2018-04-28T13:44:00+08:00", "by the clock of the case"
    assert expected_of(project)["encoding"] == "gb18030"


def test_a_failure_names_case_and_field_and_shows_both_values(project: Path) -> None:
    expect(project, source="东河村委会")
    printed = run_pytest(project)
    assert f"1 failed, {len(FIELDS) - 1} passed" in printed
    assert "FAILED test_portal.py::test_village[village/road-source]" in printed
    assert "village/road: source is not as expected (-) but as read (+)" in printed
    assert '- "东河村委会"' in printed
    assert '+ "柳林镇广播站"' in printed
    assert "difflib" not in printed, "the helper's own code tells its user nothing"


def test_paths_start_at_the_test_file_whatever_the_working_directory_is(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert f"{len(FIELDS)} passed" in run_pytest(project, tmp_path_factory.mktemp("elsewhere"))


def test_a_page_that_turns_out_to_be_no_article_says_so_in_every_field(project: Path) -> None:
    (project / "fixtures/village/road/page.html").write_bytes(b"%PDF-1.4")
    printed = run_pytest(project)
    assert f"{len(FIELDS)} failed" in printed
    assert "+ NotAnArticleError (not_html)" in printed


def test_a_draft_that_nobody_has_looked_at_fails(project: Path) -> None:
    expected = project / "fixtures/village/road/expected.json"
    expected.rename(expected.with_name("expected.draft.json"))
    printed = run_pytest(project)
    assert "1 error" in printed
    assert "compare expected.draft.json with the page" in printed


def test_a_project_without_cases_does_not_pass(project: Path) -> None:
    (project / "test_portal.py").write_text(TEST_FILE.replace('"fixtures"', '"fixtrues"'), "utf-8")
    assert "fixtrues holds no case" in run_pytest(project)


def test_a_mistyped_key_is_named(project: Path) -> None:
    expect(project, tittle="东河村修通致富路")
    assert "unknown key 'tittle'" in run_pytest(project)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("response.json", '{"now": "yesterday"}', "now must be an ISO time"),
        ("response.json", '{"link": "http://a.example/"}', "unknown key 'link'"),
        ("expected.json", "[]", "must hold a JSON object"),
        ("expected.json", '{"title": ', "no JSON"),
    ],
)
def test_a_wrong_file_is_named(project: Path, file: str, text: str, said: str) -> None:
    path = project / "fixtures/village/road" / file
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=f"{file}.*{said}"):
        find_cases(project / "fixtures")


def test_a_wrong_layout_is_named_once(project: Path) -> None:
    (project / "village.toml").write_text(LAYOUT + "sauce = []\n", "utf-8")
    with pytest.raises(LayoutError, match="sauce"):
        fixture_tests(project / "fixtures", layout=project / "village.toml")


def test_a_case_may_expect_some_fields_only(project: Path) -> None:
    text = json.dumps({"title": "东河村修通致富路", "images": [{"url": "http://cunbao.example/1.jpg"}]})
    (project / "fixtures/village/road/expected.json").write_text(text, "utf-8")
    assert "2 passed" in run_pytest(project)


def test_a_page_that_is_no_article_is_a_case_too(tmp_path: Path) -> None:
    draft = save_case(tmp_path / "pdf", b"%PDF-1.4", url=URL)
    assert json.loads(draft.read_text("utf-8")) == {"error": "NotAnArticleError", "reason": "not_html"}
    draft.rename(draft.with_name("expected.json"))
    case = Case.load(tmp_path / "pdf")
    assert [difference(case.expected, case.actual(), name) for name in case.expected] == [None, None]


def test_a_case_keeps_the_bytes_and_no_cookie(project: Path) -> None:
    folder = project / "fixtures/village/road"
    assert (folder / "page.html").read_bytes() == PAGE
    assert json.loads((folder / "response.json").read_text("utf-8")) == {
        "url": URL,
        "headers": {"content-type": "text/html"},
        "now": "2018-04-29T08:00:00+08:00",
        "note": "",
    }


def test_a_case_is_never_written_over(project: Path) -> None:
    with pytest.raises(FileExistsError):
        save_case(project / "fixtures/village/road", b"another", url=URL)
    assert [case.html for case in find_cases(project / "fixtures")] == [PAGE]


def test_text_is_refused_as_it_has_lost_its_bytes(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="bytes that the server sent"):
        save_case(tmp_path / "case", PAGE.decode("gb18030"), url=URL)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_pytest_is_not_loaded_by_what_saves_cases() -> None:
    code = "import sys, xinnong_scraper.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_passes() -> None:
    printed = run_pytest(ROOT / "examples/own_tests")
    assert "PASSED" in printed
    assert "::test_village[road-source]" in printed
    assert "failed" not in printed


@pytest.fixture(scope="module")
def portal() -> Iterator[ReplicaPortal]:
    with ReplicaPortal(count=14) as running:
        yield running


def xinnong(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xinnong_scraper", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def test_the_command_keeps_a_fetched_page(portal: ReplicaPortal, tmp_path: Path) -> None:
    url = portal.url_of(portal.articles[0])
    done = xinnong("case", url, str(tmp_path / "first"), "--allow-private", "--note", "the first one")
    assert (done.returncode, done.stdout) == (0, "")
    assert "rename it to expected.json" in done.stderr
    draft = tmp_path / "first/expected.draft.json"
    assert json.loads(draft.read_text("utf-8"))["title"] == portal.articles[0].title
    response = json.loads((tmp_path / "first/response.json").read_text("utf-8"))
    assert (response["url"], response["note"]) == (url, "the first one")
    assert datetime.fromisoformat(response["now"]).tzinfo is not None
    draft.rename(draft.with_name("expected.json"))
    case = Case.load(tmp_path / "first")
    assert [name for name in case.expected if difference(case.expected, case.actual(), name)] == []


def test_the_command_keeps_a_saved_page(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(PAGE)
    arguments = ["case", str(tmp_path / "saved.html"), str(tmp_path / "case")]
    done = xinnong(*arguments, "--url", URL, "--now", "2018-04-29T08:00")
    assert done.returncode == 0
    assert (tmp_path / "case/page.html").read_bytes() == PAGE
    again = xinnong(*arguments)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert "page.html: File exists" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["case", "missing.html", "case"], 1, "missing.html: No such file"),
        (["case", "http://127.0.0.1:9/1.html", "case"], 1, "AddressBlockedError"),
        (["case", "http://127.0.0.1:9/1.html", "case", "--url", URL], 2, "--url"),
        (["case", "missing.html"], 2, "FOLDER"),
    ],
)
def test_the_command_says_in_one_line_what_failed(arguments: list[str], code: int, said: str) -> None:
    done = xinnong(*arguments)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert said in done.stderr
