"""The site builds without a warning, its links lead somewhere, it loads nothing from elsewhere, and it is complete."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import cache, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import typer
from filelock import FileLock

from xinnong_scraper import errors, records
from xinnong_scraper.cli.application import app, run
from xinnong_scraper.layouts import model as layouts

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("mkdocs", reason="the extra docs is not installed")
pytest.importorskip("mkdocstrings", reason="the extra docs is not installed")

ROOT: Final = Path(__file__).resolve().parents[1]
LOADED: Final = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("link", "href")}
"""What a browser fetches by itself when it opens a page."""
JUST_NAMED: Final = {"canonical", "alternate", "next", "prev"}
"""Kinds of <link> that a browser does not fetch."""
COMMANDS: Final[dict[str, Any]] = dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


class Reader(HTMLParser):
    """What a test looks at in a page: its links, its anchors, what it loads, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = {"", "__top"}
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.update(found[name] for name in ("id", "name") if name in found)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if not JUST_NAMED & set(found.get("rel", "").split()):
            self.loaded += [found[name] for name in ("src", "href") if (tag, name) in LOADED and name in found]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "index.html").exists():
            build(folder)
    return folder


def build(folder: Path) -> None:
    """Build the site as ``make docs`` does."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "WARNING" not in done.stderr


@cache
def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    return reader


def pages(site: Path) -> Iterator[tuple[str, Reader]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), read(path)


def broken(site: Path, page: str, link: str) -> bool:
    """Tell whether a link within the site leads nowhere."""
    address, anchor = urldefrag(link)
    target = site.joinpath(page).parent.joinpath(unquote(address)).resolve() if address else site / page
    if target.is_dir():
        target /= "index.html"
    if not target.is_file() or not target.is_relative_to(site):
        return True
    return target.suffix == ".html" and unquote(anchor) not in read(target).anchors


def test_links_and_anchors_of_the_site_lead_somewhere(site: Path) -> None:
    inside = [
        (page, link)
        for page, reader in pages(site)
        if page != "404.html"  # its links are those of the server that it is put on
        for link in reader.links
        if not urlsplit(link).scheme
    ]
    assert len(inside) > 1000
    assert [(page, link) for page, link in inside if broken(site, page, link)] == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded = [(page, address) for page, reader in pages(site) for address in reader.loaded]
    assert loaded
    assert [(page, address) for page, address in loaded if urlsplit(address).scheme or address.startswith("//")] == []
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//[^)]*", styles) == []


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_browser_asks_nobody_else(site: Path) -> None:
    api = pytest.importorskip("playwright.sync_api", reason="the extra `rendered` is not installed")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    asked: list[str] = []
    wrong: list[str] = []
    with served(site) as home, api.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for name in ("index.html", "zh.html", "record.html", "api/extraction.html"):
            page.goto(home + name, wait_until="networkidle")
        page.locator("html.js").wait_for()
        page.locator("input.md-search__input").press_sequentially("teasers", delay=20)
        page.locator(".md-search-result__link").first.wait_for(timeout=20_000)
        browser.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((home, "data:", "blob:"))] == []
    assert wrong == []


MODELS: Final = [value for name in records.__all__ if hasattr(value := getattr(records, name), "model_fields")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_record_is_described_as_the_model_is(site: Path, model: Any) -> None:
    source = site.joinpath("record.html").read_text("utf-8")
    section = source.split(f'<h2 id="{model.__name__.lower()}">')[1].split("<h2")[0]
    rows = re.findall(rf'<code id="{model.__name__}\.(\w+)">.*?</code></td>\s*<td>(.*?)</td>\s*<td>(.*?)</td>', section)
    shown = {name: (plain(kind), plain(meaning)) for name, kind, meaning in rows}
    kinds = {name: str(model.__annotations__[name]) for name in model.model_fields}
    meanings = {
        name: " ".join((info.description or "").replace("`", "").split()) for name, info in model.model_fields.items()
    }
    assert shown == {name: (kinds[name], meanings[name]) for name in model.model_fields}
    assert all(meanings.values())


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def test_every_key_of_a_layout_file_is_described(site: Path) -> None:
    source = site.joinpath("layout-files.html").read_text("utf-8")
    rows = dict(re.findall(r'<code id="(\w+\.\w+)">.*?</code></td>\s*<td>.*?</td>\s*<td>(.*?)</td>', source))
    models = [value for value in vars(layouts).values() if hasattr(value, "model_fields") and value.model_fields]
    keys = {f"{model.__name__}.{name}" for model in models for name in model.model_fields}
    assert set(rows) == keys
    assert [key for key, meaning in rows.items() if not plain(meaning)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_as_its_help_does(
    site: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = site.joinpath("commands.html").read_text("utf-8")
    section = source.split(f'<h2 id="xinnong-{name}">')[1].split("<h2")[0]
    table = re.findall(r"<tr>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", section, re.DOTALL)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("TERM", "dumb")
    assert run([name, "--help"]) == 0
    options = re.findall(r"^│ [* ]*(--[\w-]+)(?: +(-\w) )?", capsys.readouterr().out, re.MULTILINE)
    shown = {form for cell, _ in table for form in re.findall(r"<code>(--?[\w-]+)</code>", cell)}
    assert shown == {form for forms in options for form in forms if form}
    texts = [plain(cell) for _, cell in table]
    for parameter in COMMANDS[name].params:
        meaning = " ".join((parameter.help or "").split())
        assert any(text.startswith(meaning) for text in texts), parameter.name


def test_every_error_has_its_place(site: Path) -> None:
    anchors = read(site / "api" / "errors.html").anchors
    assert [name for name in errors.__all__ if f"xinnong_scraper.errors.{name}" not in anchors] == []
