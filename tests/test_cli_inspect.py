"""``xinnong inspect`` as a user runs it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper.replica import ReplicaPortal

from .test_cli import PAGE, URL, xinnong

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER = PAGE.parents[1] / "phpcms" / "page.html"
LIST = PAGE.parents[2] / "other" / "a-list-page" / "page.html"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def test_a_saved_page_becomes_a_file_named_after_it(folder: Path) -> None:
    done = xinnong("inspect", str(PAGE), "--url", URL)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == "page.inspect.html is written; open it in a browser\n"
    assert [path.name for path in folder.iterdir()] == ["page.inspect.html"]
    html = (folder / "page.inspect.html").read_text("utf-8")
    assert html.startswith("<!doctype html>")
    assert "聊城迅速掀起" in html


def test_an_address_is_fetched_and_shown(folder: Path) -> None:
    with ReplicaPortal() as portal:
        done = xinnong("inspect", portal.url_of(portal.articles[0]), "--allow-private", "-o", "look.html")
    assert done.returncode == 0
    assert portal.articles[0].title in (folder / "look.html").read_text("utf-8")


def test_a_dash_prints_the_page(folder: Path) -> None:
    done = xinnong("inspect", "-", "-o", "-", stdin=PAGE.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("<!doctype html>")
    assert list(folder.iterdir()) == []


def test_a_page_that_is_no_article_is_written_and_named(folder: Path) -> None:
    done = xinnong("inspect", str(LIST))
    assert done.returncode == 0
    assert "no record: this is a list" in done.stderr.decode()
    assert "list_page" in (folder / "page.inspect.html").read_text("utf-8")


def test_it_is_opened_in_the_browser(folder: Path) -> None:
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    done = xinnong("inspect", str(PAGE), "--open", settings={"BROWSER": f"{browser} %s"})
    assert done.returncode == 0
    assert (folder / "opened").read_text().strip() == (folder / "page.inspect.html").as_uri()


def test_two_pages_are_compared_in_text(folder: Path) -> None:
    done = xinnong("inspect", "--diff", str(OTHER), str(PAGE))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "  editors: only new\n    + 李晓燕\n" in done.stdout.decode()
    assert list(folder.iterdir()) == []


def test_two_pages_are_compared_in_a_file(folder: Path) -> None:
    done = xinnong("inspect", "--diff", str(OTHER), str(PAGE), "-o", "changes.html")
    assert done.returncode == 0
    assert "李晓燕" in (folder / "changes.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["inspect", "a.html", "b.html"], "one page at a time"),
        (["inspect", "--diff", "a.html"], "takes two pages"),
        (["inspect", "http://a.example/", "--url", "http://b.example/"], "saved pages"),
        (["inspect", "a.html", "-o", "-", "--open"], "prints the page"),
        (["inspect", "--diff", "-", "-"], "read once"),
        (["inspect", "a.html", "--layout", "no-such"], "no-such"),
    ],
)
def test_misuse_is_refused(arguments: list[str], says: str) -> None:
    done = xinnong(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in done.stderr.decode()


def test_what_fails_is_one_line(folder: Path) -> None:
    for arguments in (["inspect", "missing.html"], ["inspect", str(PAGE), "-o", "no/such/folder.html"]):
        done = xinnong(*arguments)
        assert (done.returncode, done.stdout) == (1, b"")
        assert len(done.stderr.decode().splitlines()) == 1
    assert list(folder.iterdir()) == []
