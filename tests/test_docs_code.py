"""The code in the documentation: sessions run, commands print what is shown, and what is not run at least exists."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from xinnong_scraper.cli.application import app
from xinnong_scraper.replica import ReplicaPortal

ROOT: Final = Path(__file__).resolve().parents[1]
DOCUMENTS: Final = [*sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("*.md"))]
PORTAL: Final = "http://www.xinnong.example/"
"""Stands for the portal that a reader has; in the tests, for the replica."""
FETCHING: Final = {"extract", "inspect", "crawl", "learn", "check"}
FENCE: Final = re.compile(r'^``` ?(\w*)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
IMPORT: Final = re.compile(r"^from (xinnong_scraper[\w.]*) import ([\w, ]+)$", re.MULTILINE)
OPTIONS: Final = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
COMMANDS: Final[dict[str, Any]] = dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Fence:
    """A block of code in a document."""

    language: str
    title: str
    code: str

    @property
    def is_session(self) -> bool:
        return self.language in {"python", "pycon"} and ">>>" in self.code


def fences(path: Path) -> list[Fence]:
    return [Fence(*found) for found in FENCE.findall(path.read_text("utf-8"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


PAGES: Final = [path for path in DOCUMENTS if path.parent != ROOT]  # those at the top: test_examples.py
RUN: Final = [path for path in PAGES if any(each.is_session or each.language == "console" for each in fences(path))]


@pytest.mark.parametrize("path", RUN, ids=named)
def test_a_document_does_what_it_shows(path: Path, folder: Path) -> None:
    """Files that have a title are written, sessions and commands run, in the order of the document."""
    known: dict[str, Any] = {}
    with ReplicaPortal(count=20) as portal:
        for fence in fences(path):
            if fence.title:
                folder.joinpath(fence.title).write_text(fence.code, "utf-8")
            elif fence.is_session:
                run_session(fence.code, known, named(path))
            elif fence.language == "console":
                run_commands(fence.code, portal.url)


def run_session(code: str, known: dict[str, Any], name: str) -> None:
    session = doctest.DocTestParser().get_doctest(code, known, name, name, 0)
    told: list[str] = []
    doctest.DocTestRunner(optionflags=OPTIONS).run(session, out=told.append, clear_globs=False)
    known.update(session.globs)
    assert not told, "".join(told)


def run_commands(code: str, portal: str) -> None:
    for command in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        line, _, expected = command.partition("\n")
        printed = run_command(shlex.split(line), portal)
        assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), f"{line}\n{printed}"


def run_command(words: list[str], portal: str) -> str:
    """Run ``xinnong …``, with ``> FILE`` at its end; the portal is on this machine, and needs no pauses."""
    assert words[0] == "xinnong"
    output = None
    if ">" in words:
        words, output = words[: words.index(">")], words[-1]
    arguments = [word.replace(PORTAL, portal) for word in words[1:]]
    if arguments != words[1:] and words[1] in FETCHING:
        arguments.append("--allow-private")
    if words[1] == "crawl":
        arguments += ["--delay", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "xinnong_scraper", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0 or (words[1] == "crawl" and done.returncode == 1), done.stderr
    if output is not None:
        Path(output).write_text(done.stdout, "utf-8")
        return ""
    return done.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_commands_that_are_shown_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    shells = [fence.code for fence in fences(path) if fence.language in {"sh", "bash", "console"}]
    shown = [line for code in shells for line in code.split("\n")]
    shown += re.findall(r"^ {4}(xinnong .*)", FENCE.sub("", text), re.MULTILINE)
    for line in shown:
        words = re.split(r"  | #", line.removeprefix("$ "))[0].split()
        if words[:1] == ["xinnong"] and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in COMMANDS, line
            known = {form for each in COMMANDS[words[1]].params for form in [*each.opts, "-h", "--help"]}
            assert {word for word in words[2:] if re.fullmatch(r"--?[a-z][\w-]*", word)} <= known, line


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_code_that_is_not_run_is_python_and_imports_what_is_there(path: Path) -> None:
    for fence in fences(path):
        if fence.language == "python" and not fence.is_session:
            compile(fence.code, named(path), "exec")
            for module, names in IMPORT.findall(fence.code):
                assert not [name for name in names.split(", ") if is_missing(module, name)]


def is_missing(module: str, name: str) -> bool:
    """Tell whether a name is not there; what needs a package that is not installed is taken at its word."""
    try:
        return not hasattr(importlib.import_module(module), name)
    except ImportError as error:
        return (error.name or "").startswith("xinnong_scraper")


LANGUAGES: Final = {"python", "pycon", "console", "sh", "bash", "text", "html", "toml", "json", "sql"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_block_says_what_it_is(path: Path) -> None:
    assert {fence.language for fence in fences(path)} <= LANGUAGES
