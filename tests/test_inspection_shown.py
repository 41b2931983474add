"""Inspections as a browser shows them: a field leads to its place, and no page runs or loads anything."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.inspection import render_diff, render_inspection

from .attacks import ATTRIBUTES, ELEMENTS, ENCODED, attack

if TYPE_CHECKING:
    from collections.abc import Iterator

api = pytest.importorskip("playwright.sync_api", reason="the extra `rendered` is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)

FIXTURES = Path(__file__).parent / "fixtures"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "zh"

FRAME = """() => {
    const all = [...document.querySelectorAll('*')];
    return {
        elements: [...new Set(all.map(node => node.localName))],
        spaces: [...new Set(all.map(node => node.namespaceURI))],
        attributes: [...new Set(all.flatMap(
            node => node.getAttributeNames().map(name => `${node.localName} ${name}`)))],
        shadows: all.filter(node => node.shadowRoot).length, ran: window.ran ?? null,
        refreshes: all.filter(node => (node.httpEquiv || '').toLowerCase() == 'refresh').length,
    }
}"""
AIMED = """() => {
    const node = document.querySelector(':target');
    if (!node) return null;
    const box = node.getBoundingClientRect();
    return {text: node.textContent, classes: node.className, seen: box.top >= 0 && box.top < innerHeight,
        outline: getComputedStyle(node).outlineStyle}
}"""


class Trap:
    """A server on loopback that notes what is asked of it."""

    def __init__(self) -> None:
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<link rel=icon href=data:,>ok")

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.at = f"http://127.0.0.1:{self._server.server_port}"

    heard: list[str]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=30_000)
        yield running
        running.close()


class Tab:
    """A page of the browser with what it did."""

    def __init__(self, browser: Any, html: str, folder: Path, **options: Any) -> None:
        path = folder / "inspection.html"
        path.write_text(html, encoding="utf-8")
        self.url = path.as_uri()
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("dialog", self._dismiss)
        self.page.goto(self.url, timeout=30_000)

    def _dismiss(self, dialog: Any) -> None:
        self.said.append("dialog")
        dialog.dismiss()

    def frame(self, name: str = "page") -> Any:
        """The frame with a saved page, which the browser keeps in a process of its own, once it is there."""
        frame = self.page.locator(f"iframe[name={name}]").element_handle().content_frame()
        frame.wait_for_url("about:srcdoc**", timeout=10_000)
        frame.wait_for_selector("body", state="attached", timeout=10_000)
        return frame

    def aim(self, selector: str, name: str = "page") -> Any:
        """Click something beside the frame; return the place that the frame then shows."""
        self.page.locator(selector).first.click()
        self.frame(name).wait_for_function("() => document.querySelector(':target') !== null", timeout=10_000)
        return self.frame(name).evaluate(AIMED)


def saved(name: str) -> dict[str, Any]:
    folder = FIXTURES / name
    response = json.loads((folder / "response.json").read_text("utf-8"))
    return {"html": (folder / "page.html").read_bytes(), "url": response["url"], "headers": response["headers"]}


def inspect(name: str) -> str:
    page = saved(name)
    return render_inspection(page.pop("html"), **page)


PLACES = {
    "title": "聊城迅速掀起新一轮对外开放、招商引资热潮",
    "source": "聊城日报",
    "published_at": "2018-04-28 13:44:24",
    "body": "善谋者胜,远谋者兴。",
    "disclaimer": "免责声明",
    "teasers": "阅读延展",
}


def test_each_field_leads_to_its_place(browser: Any, tmp_path: Path) -> None:
    tab = Tab(browser, inspect("xinnong/phpcms"), tmp_path)
    for name, text in PLACES.items():
        tab.page.locator(f"section.f-{name} a.head").first.click()
        tab.frame().wait_for_function(
            f"() => document.querySelector(':target')?.textContent.includes({text!r})", timeout=10_000
        )
        aimed = tab.frame().evaluate(AIMED)
        assert f"f-{name}" in aimed["classes"].split()
        assert (aimed["seen"], aimed["outline"]) == (True, "solid"), name
    assert (tab.asked[:1], tab.said) == ([tab.url], [])
    assert not [url for url in tab.asked if not url.startswith(("file:", "about:srcdoc"))]
    tab.context.close()


def test_one_block_one_teaser_and_one_lost_candidate_lead_to_their_places(browser: Any, tmp_path: Path) -> None:
    tab = Tab(browser, inspect("xinnong/phpcms"), tmp_path)
    assert "对聊城市来讲" in tab.aim("section.f-body li:nth-child(2) a.go")["text"]
    tab.page.locator("section.f-teasers li a.go").first.click()
    tab.frame().wait_for_function("() => document.querySelector(':target').textContent.includes('春拂联峰山')")
    tab.page.locator("section.f-summary summary").first.click()
    tab.page.locator("section.f-summary table a.go").first.click()
    tab.frame().wait_for_function("() => document.querySelector(':target').textContent.includes('<meta')")
    tab.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_the_inspection_fits_the_screen(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    screen = {"viewport": {"width": width, "height": 860}, "color_scheme": scheme}
    tab = Tab(browser, inspect("xinnong/phpcms"), tmp_path, **screen)
    assert tab.page.evaluate("document.documentElement.scrollWidth") == width
    assert tab.frame().evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.aim("section.f-source a.head")
    frame = tab.page.locator("iframe").bounding_box()
    field = tab.page.locator("section.f-source").bounding_box()
    assert frame["height"] > 250
    assert field["y"] < 860
    assert frame["y"] + frame["height"] > 100
    for ground in (tab.page, tab.frame()):
        colour = ground.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, colour[4:-1].split(","))) > 384) == (scheme == "light")
    assert len(tab.page.screenshot()) > 20_000
    tab.context.close()


def test_a_page_that_is_no_article_is_shown(browser: Any, tmp_path: Path) -> None:
    tab = Tab(browser, inspect("other/a-list-page"), tmp_path)
    assert "list_page" in tab.page.locator(".refused").inner_text()
    assert tab.frame().evaluate("document.body.innerText.length") > 100
    tab.context.close()


def test_two_pages_side_by_side(browser: Any, tmp_path: Path) -> None:
    first, second = (saved(f"xinnong/{name}")["html"] for name in ("phpcms", "dedecms"))
    tab = Tab(browser, render_diff(first, second, url="http://www.xinnong.example/a/20180428/1.html"), tmp_path)
    assert "聊城迅速" in tab.aim("tr.f-title td:nth-child(2) a.go", "old")["text"]
    assert "聊城迅速" in tab.aim("tr.f-title td:nth-child(3) a.go", "new")["text"]
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 1280
    assert tab.said == []
    tab.context.close()


def test_the_attacks_work_where_nothing_stops_them(browser: Any, tmp_path: Path, trap: Trap) -> None:
    """What the next test sees not happen does happen in a browser that is given the page as it is."""
    for taken in ('<meta http-equiv="refresh"', "document.getElementById('f').submit()"):
        assert taken in attack(trap.at)
    page = attack(trap.at).replace('http-equiv="refresh"', "").replace("document.getElementById('f').submit()", "")
    tab = Tab(browser, page, tmp_path)
    assert tab.page.evaluate("window.ran") == 1
    expected = {"/sheet.css", "/script.js", "/import.css", "/picture.png", "/frame", "/svg.png", "/poster.png"}
    assert expected <= set(trap.heard)
    tab.context.close()


@pytest.mark.parametrize("name", ENCODED)
def test_no_page_runs_or_loads_anything(browser: Any, tmp_path: Path, trap: Trap, name: str) -> None:
    html = render_inspection(ENCODED[name](trap.at), url=f"{trap.at}/a.html")
    tab = Tab(browser, html, tmp_path)
    for link in tab.page.locator("main a.head, main a.go").all()[:25]:
        if link.is_visible():
            link.click()
    for place in ("p", "span.a", "h1", "td"):
        for shown in tab.frame().locator(place).all()[:8]:
            shown.click(force=True, timeout=5_000)
    assert_harmless(tab, trap)
    tab.page.goto(f"{trap.at}/last", timeout=30_000)
    assert trap.heard == ["/last"]  # whatever was asked for before would have come before
    tab.context.close()


def assert_harmless(tab: Tab, trap: Trap) -> None:
    assert tab.page.url == tab.url
    assert len(tab.context.pages) == 1
    assert tab.page.evaluate("window.ran ?? null") is None
    assert tab.page.evaluate("document.scripts.length + document.querySelectorAll('[style]').length") == 0
    for frame in tab.page.frames[1:]:
        seen = frame.evaluate(FRAME)
        assert set(seen["elements"]) <= ELEMENTS
        assert seen["spaces"] == ["http://www.w3.org/1999/xhtml"]
        pairs = [pair.split(" ", 1) for pair in seen["attributes"]]
        assert {name for element, name in pairs if element != "meta"} <= ATTRIBUTES
        assert (seen["shadows"], seen["ran"], seen["refreshes"]) == (0, None, 0)
    assert len(tab.page.frames) == 2
    assert not [url for url in tab.asked if trap.at in url]
    assert "dialog" not in tab.said


def test_the_policies_refuse_what_would_slip_through(browser: Any, tmp_path: Path, trap: Trap) -> None:
    """The second and third wall, without the first: a script and a picture put into page and frame by hand."""
    forged = f'<script>top.ran=1;window.ran=1</script><img src="{trap.at}/x.png"><p style="color:red">x</p>'
    html = inspect("xinnong/phpcms")
    inner = forged.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    html = html.replace("&lt;/body&gt;", f"{inner}&lt;/body&gt;").replace("<main", f"{forged}<main")
    tab = Tab(browser, html, tmp_path)
    for where in (tab.page, tab.frame()):
        where.wait_for_selector("[style]", state="attached")
        assert where.evaluate("window.ran ?? null") is None
        assert where.evaluate("getComputedStyle(document.querySelector('[style]')).color") != "rgb(255, 0, 0)"
    tab.page.goto(f"{trap.at}/last", timeout=30_000)
    assert trap.heard == ["/last"]
    tab.context.close()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the development pages are not there")
def test_real_pages(browser: Any, tmp_path: Path) -> None:
    labels = [json.loads(line) for line in (CORPUS / "labels.jsonl").read_text("utf-8").splitlines()][::10]
    for label in labels:
        html = gzip.decompress((CORPUS / label["file"]).read_bytes())
        tab = Tab(browser, render_inspection(html, url=label["url"]), tmp_path)
        aimed = tab.aim("section.f-title a.head")
        assert (aimed["seen"], aimed["outline"]) == (True, "solid")
        assert aimed["text"].removeprefix("title")
        assert len(tab.page.screenshot()) > 20_000
        assert not [url for url in tab.asked if not url.startswith(("file:", "about:srcdoc"))]
        tab.context.close()
