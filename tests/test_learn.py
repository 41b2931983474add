"""Layouts learned from pages of one site: what they hold, that they read other pages better, and what they refuse."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import Article, FetchPolicy, Layout, extract_html
from xinnong_scraper.crawl import Crawler, CrawlPolicy
from xinnong_scraper.errors import LayoutError, NotAnArticleError
from xinnong_scraper.layouts import load_layout
from xinnong_scraper.learn import learn_layout, repair_layout, study

from . import sites
from .serving import serve
from .sites import article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xinnong_scraper.layouts.model import SelectorField

    from .faults import FaultServer

UNSEEN = range(20, 28)


def pages(make: Callable[[sites.Truth], bytes], count: int = 8) -> list[tuple[str | bytes, str | None]]:
    return [(make(article(number)), article(number).url) for number in range(1, count + 1)]


def unseen(make: Callable[[sites.Truth], bytes], layout: Layout | None) -> list[tuple[Article, sites.Truth]]:
    return [(extract_html(make(truth), url=truth.url, layout=layout), truth) for truth in (article(n) for n in UNSEEN)]


def right(read: list[tuple[Article, sites.Truth]]) -> dict[str, int]:
    """Count the right values by field."""
    return {
        "title": sum(a.title == truth.title for a, truth in read),
        "source": sum(a.source == truth.source for a, truth in read),
        "published_at": sum(f"{a.published_at:%Y-%m-%d %H:%M}" == truth.date for a, truth in read),
        "body": sum(a.paragraphs == list(truth.paragraphs) for a, truth in read),
    }


# What a layout holds


def test_a_site_without_traps_gives_short_names_that_hit_everywhere() -> None:
    lesson = study(pages(sites.plain), name="liuhe")
    found = {field: [selector.css for selector in selectors] for field, selectors in lesson.layout.selectors.items()}
    assert found == {
        "title": [".article-title"],
        "source": [".article-source"],
        "published_at": [".article-time"],
        "body": [".article-content"],
    }
    assert lesson.toml.count("# hit on 8 of 8") == 4
    assert "no gain was seen" in lesson.toml
    assert lesson.has_learned
    assert lesson.gain == 0
    assert right(unseen(sites.plain, lesson.layout)) == dict.fromkeys(("title", "source", "published_at", "body"), 8)


def test_the_site_is_recognised_by_host_and_name() -> None:
    layout = learn_layout(pages(sites.plain), name="liuhe")
    assert (layout.name, layout.extends, layout.site_name) == ("liuhe", "zh", "柳河乡报网")
    assert layout.recognise.hosts == ("news.liuhe.example",)
    assert layout.recognise.names == ("柳河乡报网",)


def test_lines_and_pictures_that_the_site_repeats_are_no_text() -> None:
    lesson = study(pages(sites.boilerplate), name="liuhe")
    assert right(unseen(sites.boilerplate, None))["body"] == 0
    assert right(unseen(sites.boilerplate, lesson.layout))["body"] == len(UNSEEN)
    assert all(len(a.images) == 2 for a, _ in unseen(sites.boilerplate, None))
    assert all(
        [image.url for image in a.images] == [f"https://news.liuhe.example/uploads/{truth.number}.jpg"]
        for a, truth in unseen(sites.boilerplate, lesson.layout)
    )
    assert len(lesson.layout.lines.boilerplate) == 2
    assert lesson.layout.exclude == ('img[src$="/village-letters.jpg"]',)
    assert lesson.outcome.changed == {"body": 8, "images": 8}
    assert "# in the text on 8 of 8" in lesson.toml


@pytest.mark.parametrize(
    ("make", "field", "css"),
    [
        pytest.param(sites.template_title, "title", ".art-title", id="a-title-that-all-pages-share"),
        pytest.param(sites.two_dates, "published_at", ".pubdate", id="a-date-that-the-address-contradicts"),
    ],
)
def test_what_the_pages_together_contradict_is_not_relied_on(
    make: Callable[[sites.Truth], bytes], field: SelectorField, css: str
) -> None:
    lesson = study(pages(make), name="liuhe")
    assert lesson.layout.selectors[field][0].css == css
    assert lesson.outcome.changed == {field: 8}
    assert right(unseen(make, None)) == {**dict.fromkeys(right([]), len(UNSEEN)), field: 0}
    assert right(unseen(make, lesson.layout)) == dict.fromkeys(right([]), len(UNSEEN))


def test_cards_and_notes_inside_the_text_are_none_of_it() -> None:
    layout = learn_layout(pages(sites.notes), name="liuhe")
    assert layout.exclude == (".in-article-card",)
    assert "authors" not in layout.selectors
    assert right(unseen(sites.notes, None))["body"] == 0
    assert right(unseen(sites.notes, layout))["body"] == len(UNSEEN)


def test_an_empty_label_stays_empty() -> None:
    lesson = study(pages(sites.gaps), name="liuhe")
    assert lesson.layout.selectors["source"][0].css == ".info"
    for read, truth in unseen(sites.gaps, lesson.layout):
        assert read.source == (truth.source if truth.number % 4 else None)
        assert f"{read.published_at:%Y-%m-%d %H:%M}" == truth.date


def test_sentences_that_make_up_the_texts_are_no_boilerplate() -> None:
    def make(truth: sites.Truth) -> bytes:
        return sites.plain(replace(truth, paragraphs=(truth.paragraphs[0], *map(str.strip, sites.TEXTS[:3]))))

    layout = learn_layout(pages(make), name="liuhe")
    assert layout.lines.boilerplate == ()
    assert len(extract_html(make(article(20)), layout=layout).paragraphs) == 4


def test_a_sentence_with_other_numbers_is_no_boilerplate() -> None:
    def make(truth: sites.Truth) -> bytes:
        figures = f"<p>引进专业技术人员{truth.number}名，覆盖全部村庄。</p>" if truth.number % 2 else ""
        first, *rest = truth.paragraphs
        texts = sites.paragraphs((first,)) + figures + sites.paragraphs((*rest, "本次会议由东河镇政府主持召开。"))
        return sites.page(
            truth,
            f'<h1 class="title">{truth.title}</h1><div class="info">来源：{truth.source} {truth.date}</div>'
            f'<div class="content">{texts}</div>',
        )

    lesson = study(pages(make), name="liuhe")
    assert "引进专业技术人员" not in lesson.toml
    read = extract_html(make(article(21)), url=article(21).url, layout=lesson.layout)
    assert "引进专业技术人员21名，覆盖全部村庄。" in read.paragraphs


def test_a_site_in_another_language_is_read_as_without_the_layout() -> None:
    """What the layout extends is the general layout for Chinese; its zone and its ways are not the site's."""
    story = "The council of the small town met on {day} and agreed, after {number} hours, to rebuild the old bridge."
    more = "Farmers who bring their wheat to the market have waited {number} years for it, and many came to listen."

    def make(number: int) -> bytes:
        texts = "".join(f"<p>{text.format(day='Monday', number=number)}</p>" for text in [story, more] * 4)
        head = f"<html lang=en><title>Bridge number {number} will be rebuilt</title>"
        top = f"<h1>Bridge number {number} will be rebuilt</h1><p class=date>January {number}, 2024</p>"
        return f"{head}<div class=head>{top}</div><div class=text>{texts}</div><p>Follow us</p>".encode()

    layout = learn_layout([(make(n), f"http://town.example/{n}.html") for n in range(1, 9)], name="town")
    for number in range(20, 24):
        general, learned = (
            extract_html(make(number), url="http://town.example/a.html", layout=of) for of in (None, layout)
        )
        assert learned.published_at == general.published_at
        assert learned.published_at is not None
        assert learned.published_at.isoformat() == f"2024-01-{number}T00:00:00+00:00"
        assert (learned.title, learned.text) == (general.title, general.text)


def test_words_of_the_sites_own_are_learned() -> None:
    layout = learn_layout(pages(sites.own_words), name="liuhe")
    assert layout.labels.source[0] == "送稿单位"
    assert layout.labels.author[0] == "执笔人员"
    assert layout.headings.teasers[0] == "左邻右舍"
    read = unseen(sites.own_words, layout)
    assert right(unseen(sites.own_words, None))["source"] == 0
    assert right(read)["source"] == len(UNSEEN)
    assert all(a.authors == [truth.author] for a, truth in read)
    assert all(tuple(teaser.title for teaser in a.teasers) == truth.related for a, truth in read)


def test_pages_on_which_the_engine_errs_are_outvoted() -> None:
    lesson = study(pages(sites.sometimes_short), name="liuhe")
    expected = [list(sites.short_or_long(truth)) for _, truth in unseen(sites.sometimes_short, None)]
    assert [a.paragraphs for a, _ in unseen(sites.sometimes_short, None)] != expected
    assert [a.paragraphs for a, _ in unseen(sites.sometimes_short, lesson.layout)] == expected
    body = next(field for field in lesson.fields if field.field == "body")
    assert (body.agree, body.repairs, body.gain) == (6, 2, 2)


def test_list_pages_tell_their_links_and_pager() -> None:
    layout = learn_layout([*pages(sites.plain, 4), sites.listing(1), sites.listing(2)], name="liuhe")
    assert layout.lists.items == (".news-list",)
    assert layout.lists.pager == (".pagination",)


def test_the_file_says_what_the_layout_says(tmp_path: Path) -> None:
    for make in (sites.plain, sites.boilerplate, sites.own_words, sites.sometimes_short):
        lesson = study(pages(make), name="liuhe")
        path = tmp_path / "liuhe.toml"
        path.write_text(lesson.toml, "utf-8")
        assert load_layout(path) == lesson.layout
        assert all(len(line) <= 160 for line in lesson.toml.splitlines())


# Names that do not last


@pytest.mark.parametrize("style", sites.STYLES)
def test_names_of_one_build_are_not_relied_on(style: str) -> None:
    lesson = study([(sites.hashed(article(n), 1, style), article(n).url) for n in range(1, 9)], name="liuhe")
    built = set(re.findall(r'(?:class|id)="([^"]+)"', sites.hashed(article(1), 1, style).decode()))
    assert len(built) > 10
    assert not [name for name in built if re.search(rf"[.#\"']{re.escape(name)}\b", lesson.toml)]
    assert lesson.hashed
    assert "only names made of words" in lesson.toml
    rebuilt = [extract_html(sites.hashed(article(n), 2, style), layout=lesson.layout) for n in UNSEEN]
    read = list(zip(rebuilt, map(article, UNSEEN), strict=True))
    assert right(read) == dict.fromkeys(("title", "source", "published_at", "body"), len(UNSEEN))
    assert all(tuple(teaser.title for teaser in a.teasers) == truth.related for a, truth in read)


@pytest.mark.parametrize("style", ["letters", "short"])
@pytest.mark.parametrize("build", range(3, 9))
def test_no_build_of_random_letters_passes_for_words(build: int, style: str) -> None:
    layout = learn_layout([(sites.hashed(article(n), build, style), None) for n in range(1, 5)], name="liuhe")
    named = [selector.css or "" for selectors in layout.selectors.values() for selector in selectors]
    assert not [css for css in [*named, *layout.exclude] if re.search(r"[.#]", css)]


# How many pages, and which


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_pages_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least 3 pages"):
        learn_layout(pages(sites.plain, count), name="liuhe")


def test_three_pages_are_enough() -> None:
    layout = learn_layout(pages(sites.plain, 3), name="liuhe")
    assert set(layout.selectors) == {"title", "source", "published_at", "body"}


def test_of_many_pages_twenty_are_looked_at() -> None:
    assert study(pages(sites.plain, 50), name="liuhe").articles == 20


def test_the_same_page_again_counts_once() -> None:
    lesson = study(pages(sites.plain, 1) * 5, name="liuhe")
    assert (lesson.articles, lesson.others) == (1, 4)
    assert not lesson.has_learned
    assert lesson.layout.selectors == {}


ODD: list[tuple[Any, Any]] = [
    ("", None),
    (b"", "http://x.example/"),
    ("<p>短", "not an address"),
    (b"\x89PNG\r\n\x1a\n" + bytes(200), "http://[::1"),
    ("{}", "\ud800"),
    (None, None),
    (7, 7),
    ("<div class='\"]{}'>" * 2000, None),
]


def test_odd_pages_are_left_aside() -> None:
    assert learn_layout(ODD, name="odd").selectors == {}
    lesson = study([*ODD, *pages(sites.plain, 4)], name="odd")
    assert lesson.articles == 4
    assert set(lesson.layout.selectors) == {"title", "source", "published_at", "body"}


def test_text_without_addresses_is_enough() -> None:
    given = [(html.decode(), None) for html, _ in pages(sites.plain, 4) if isinstance(html, bytes)]
    layout = learn_layout(given, name="liuhe")
    assert layout.recognise.hosts == ()
    assert layout.selectors["title"][0].css == ".article-title"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Liuhe Village News!", "liuhe-village-news"),
        ("Café_2.0", "cafe_2.0"),
        ("--zh--", "zh-site"),
        ("柳河乡报网", "news.liuhe.example"),
        ("", "news.liuhe.example"),
        ("x" * 200, "x" * 64),
    ],
)
def test_a_name_is_normalised_not_refused(name: str, expected: str) -> None:
    assert learn_layout(pages(sites.plain, 3), name=name).name == expected


# Repair


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "liuhe.toml"
    path.write_text(study(pages(sites.plain), name="liuhe").toml + 'summary = [{ meta = "description" }]\n', "utf-8")
    return path


def test_a_layout_is_repaired_after_a_redesign(old: Path) -> None:
    before = old.read_bytes()
    repair = repair_layout(old, pages(sites.redesigned))
    assert old.read_bytes() == before
    assert {check.field for check in repair.broken} == {"title", "source", "published_at", "body", "summary"}
    found = {field: [s.css for s in selectors] for field, selectors in repair.layout.selectors.items()}
    assert found["title"] == [".headline"]
    assert found["published_at"] == [".pubdate"]
    assert found["body"] == [".post-text"]
    assert "title: .article-title was left out, it hit on 0 of 8" in repair.toml
    assert "# new: hit on 8 of 8" in repair.toml
    assert right(unseen(sites.redesigned, repair.layout)) == dict.fromkeys(right([]), len(UNSEEN))


def test_what_still_holds_stays(old: Path) -> None:
    def half(truth: sites.Truth) -> bytes:
        return sites.plain(truth).replace(b"article-title", b"headline")

    repair = repair_layout(old, pages(half))
    assert {check.field for check in repair.broken} == {"title", "summary"}
    assert repair.layout.selectors["title"][0].css == ".headline"
    assert repair.layout.selectors["body"][0].css == ".article-content"
    assert "# holds: hit on 8 of 8" in repair.toml


def test_a_repair_needs_articles(old: Path) -> None:
    with pytest.raises(ValueError, match="at least 3 pages"):
        repair_layout(old, pages(sites.plain, 2))
    with pytest.raises(ValueError, match="needs two at least"):
        repair_layout(old, [sites.listing(n) for n in range(3)])
    with pytest.raises(LayoutError):
        repair_layout(old.with_name("nowhere.toml"), pages(sites.plain))


# The command


def run(*arguments: object) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "xinnong_scraper", "learn", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, (html, _) in enumerate(pages(sites.boilerplate, 5)):
        assert isinstance(html, bytes)
        (folder / f"{number}.html").write_bytes(html)
    return folder


def test_the_command_writes_a_layout(saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "liuhe.toml"
    code, shown, told = run(saved, "--name", "liuhe", "--url", "https://news.liuhe.example/1.html", "-o", out)
    assert (code, shown) == (0, "")
    assert load_layout(out).recognise.hosts == ("news.liuhe.example",)
    assert "title: .title (hit on 5 of 5)" in told
    assert "body: read differently from the general engine on 5 pages" in told
    files = sorted(saved.iterdir())
    code, shown, told = run(*files, "--name", "liuhe")
    assert tomllib.loads(shown)["selectors"]["title"] == [{"css": ".title"}]


def test_the_command_says_when_nothing_was_learned(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.html").write_bytes(sites.listing(number)[0].replace(b"news-list", b"css-1a2b3c"))
    code, shown, told = run(tmp_path, "--name", "liuhe")
    assert code == 1
    assert "nothing was learned" in told
    assert "selectors" not in tomllib.loads(shown)


def test_the_command_refuses_misuse(saved: Path, old: Path) -> None:
    assert run("--name", "x")[0] == 2
    code, _, told = run(saved / "0.html", "--name", "x")
    assert (code, "at least 3 pages" in told) == (2, True)
    code, _, told = run(saved, "--repair", old, "-o", old)
    assert (code, "does not replace the layout" in told) == (2, True)
    code, _, told = run(saved / "nowhere.html", "--name", "x")
    assert (code, "No such file" in told) == (1, True)


def test_the_command_proposes_a_repair(saved: Path, old: Path) -> None:
    code, shown, told = run(saved, "--repair", old)
    assert code == 0
    assert "title: .article-title is broken (hit on 0 of 5, rightly on 0)" in told
    assert tomllib.loads(shown)["selectors"]["title"] == [{"css": ".title"}]


@pytest.fixture
def served() -> Iterator[FaultServer]:
    """The site with repeated lines on loopback: eight articles and the page that links to them."""
    articles = [article(number) for number in range(1, 9)]
    links = "".join(f'<li><a href="/a{t.number}">{t.title}</a></li>' for t in articles)
    shown = {f"a{t.number}": sites.boilerplate(t).decode() for t in articles}
    with serve(home=f"<title>柳河乡报网</title><ul>{links}</ul>", **shown) as server:
        yield server


def test_the_command_fetches_pages(served: FaultServer) -> None:
    addresses = [served.url(f"/a{number}") for number in range(1, 4)]
    code, shown, told = run(*addresses, served.url("/nowhere"), "--name", "liuhe", "--allow-private")
    assert code == 0
    assert tomllib.loads(shown)["selectors"]["title"] == [{"css": ".title"}]
    assert "HTTPStatusError" in told
    assert run(*addresses, "--name", "liuhe")[0] == 1  # none of the pages may be fetched


def test_the_command_learns_from_the_pages_that_a_crawl_kept(served: FaultServer, old: Path, tmp_path: Path) -> None:
    store = tmp_path / "crawl.db"
    fetch = FetchPolicy(allow_private=True, respect_robots=False, delay=0, retries=0)
    policy = CrawlPolicy(fetch=fetch, retry_delay=0.05, keep_raw=True)
    Crawler(store, policy).run([served.url("/home")])
    code, shown, told = run("--from", store, "--name", "liuhe")
    assert code == 0
    assert "8 articles, 0 list pages" in told
    assert len(tomllib.loads(shown)["lines"]["boilerplate"]) == 2
    code, shown, told = run("--from", store, "--repair", old)
    assert code == 0
    assert "body: .article-content is broken (hit on 0 of 8, rightly on 0)" in told
    assert tomllib.loads(shown)["selectors"]["body"] == [{"css": ".content"}]
    code, _, told = run("--from", tmp_path / "nowhere.db", "--name", "liuhe")
    assert (code, "there is no such store" in told) == (1, True)


def test_an_article_that_is_taken_for_a_list_is_read_by_the_layout() -> None:
    links = "".join(f"<li><a href=/{n}.html>东河村的第{n}条长长的消息在这里</a></li>" for n in range(40))

    def make(truth: sites.Truth) -> bytes:
        if truth.number % 4:
            return sites.plain(truth)
        text = sites.paragraphs(truth.paragraphs[:2])
        return f'<title>柳河乡报网</title><ul>{links}</ul><div class="article-content">{text}</div>'.encode()

    lesson = study(pages(make, 12), name="liuhe")
    assert lesson.opened == 3
    assert "It reads 3 pages that the general engine takes for lists of links." in lesson.toml
    truth = article(24)
    with pytest.raises(NotAnArticleError):
        extract_html(make(truth), url=truth.url)
    assert extract_html(make(truth), url=truth.url, layout=lesson.layout).paragraphs == list(truth.paragraphs[:2])
