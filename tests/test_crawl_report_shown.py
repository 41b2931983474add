"""The report as a browser shows it: from a file, without a request, without a script, at any width."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper.crawl import write_report

from .stores import hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

api = pytest.importorskip("playwright.sync_api", reason="the extra `rendered` is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)

SEEN = """() => ({
    width: document.documentElement.scrollWidth,
    scripts: document.scripts.length,
    plots: [...document.querySelectorAll('svg.columns')].map(plot => [...plot.querySelectorAll('rect')].map(
        bar => { const box = bar.getBoundingClientRect(), frame = plot.getBoundingClientRect();
            return [box.width, box.height, box.left >= frame.left - 1 && box.right <= frame.right + 1] })),
    bars: [...document.querySelectorAll('svg.bar rect:not(.track)')].map(bar => bar.getBoundingClientRect().width),
    texts: [...document.querySelectorAll('svg text')].map(text => parseFloat(getComputedStyle(text).fontSize)),
    outside: [...document.querySelectorAll('svg, svg text, section > *')].filter(
        node => node.getBoundingClientRect().right > innerWidth + 1 || node.getBoundingClientRect().left < -1).length,
    ground: getComputedStyle(document.body).backgroundColor,
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=30_000)
        yield running
        running.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    with hostile(folder / "x.db") as store:
        write_report(store, folder / "x.html")
    return (folder / "x.html").as_uri()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (400, "dark")])
def test_the_report_in_a_browser(browser: Any, report: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(report, timeout=30_000)
    seen = page.evaluate(SEEN)
    page.close()
    assert (asked, said, seen["scripts"]) == ([report], [], 0)
    assert (seen["width"], seen["outside"]) == (width, 0)
    assert len(seen["plots"]) == 3  # progress, confidence, time of a fetch; the articles have no dates
    assert all(any(across > 1 and high > 1 for across, high, _ in plot) for plot in seen["plots"])
    assert all(within for plot in seen["plots"] for _, _, within in plot)
    assert sum(long > 10 for long in seen["bars"]) > 10
    assert min(seen["texts"]) >= 11
    assert (sum(map(int, seen["ground"][4:-1].split(","))) > 384) == (scheme == "light")


def test_the_policy_of_the_page_is_in_force(browser: Any, report: str) -> None:
    page = browser.new_page()
    page.goto(report, timeout=30_000)
    refused = page.evaluate(
        "() => new Promise(done => { addEventListener('securitypolicyviolation', event => done(event.blockedURI));"
        " const made = document.createElement('script'); made.src = 'http://127.0.0.1:9/x';"
        " document.body.append(made) })"
    )
    page.close()
    assert refused == "http://127.0.0.1:9/x"
