"""Pages that a crawl kept, read again: what would change, what does, and that a kill does no harm."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Changes, Crawler, CrawlPolicy, Store, extract_again
from xinnong_scraper.errors import LayoutError, StoreError
from xinnong_scraper.replica import ReplicaPortal

from .serving import html_page, serve

if TYPE_CHECKING:
    from pathlib import Path

POLICY = CrawlPolicy(fetch=FetchPolicy(allow_private=True, retries=0, timeout=10), retry_delay=0.05, keep_raw=True)
COMMAND = [sys.executable, "-m", "xinnong_scraper", "extract-again"]
LAYOUT = 'name = "mine"\nextends = "xinnong"\n[recognise]\nhosts = ["127.0.0.1"]\n'


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("crawled") / "crawl.db"
    with ReplicaPortal(count=120) as portal:
        Crawler(path, POLICY).run([portal.url])
    return path


@pytest.fixture
def path(crawled: Path, tmp_path: Path) -> Path:
    return copied(crawled, tmp_path / "crawl.db")


@pytest.fixture
def no_body(tmp_path: Path) -> Path:
    """A layout by which no page is an article."""
    path = tmp_path / "no_body.toml"
    path.write_text(f'exclude = ["p", "table", "section", "article", "div", "td"]\n{LAYOUT}')
    return path


def copied(path: Path, to: Path) -> Path:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def changed(path: Path, *statements: str) -> None:
    """Change a store as if an older version had written it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0


def versions(path: Path) -> dict[str, int]:
    with Store(path) as store:
        return store.versions()


def records(path: Path) -> dict[str, Any]:
    with Store(path) as store:
        return {record.article.url or "": (record.json, record.duplicate_of) for record in store.records()}


def again(path: Path, **options: Any) -> Changes:
    with Store(path) as store:
        return extract_again(store, **options)


OLDER_SOURCES = (
    "UPDATE record SET source = '旧', json = CAST(json_set(CAST(json AS TEXT), '$.source', '旧') AS BLOB)"
    " WHERE id % 3 = 0"
)
OLDER_TITLES = (
    "UPDATE record SET content_hash = 'x',"
    " json = CAST(json_set(CAST(json AS TEXT), '$.title', '旧', '$.content_hash', 'x') AS BLOB) WHERE id % 7 = 0"
)


def test_the_same_code_changes_nothing(path: Path) -> None:
    before = records(path)
    changes = again(path)
    assert (changes.articles, changes.changed, changes.fields) == (len(before), 0, {})
    assert (changes.became, changes.stopped, changes.unread) == (None, None, None)
    assert records(path) == before
    with Store(path) as store:
        assert any(record.article.page_count > 1 for record in store.records())


def test_what_older_code_read_otherwise_is_replaced_or_becomes_a_new_version(path: Path) -> None:
    before = records(path)
    changed(path, OLDER_SOURCES, OLDER_TITLES)
    older = records(path)
    different = {url for url in before if older[url] != before[url]}
    told = again(path, write=False)
    assert records(path) == older
    assert told.changed == len(different)
    assert told.fields["source"].old == '"旧"'
    assert told.fields["source"].url in different
    assert told.fields["title"].records == told.versions
    with Store(path) as store:
        last = max(number for number, _ in store.numbered())
    assert again(path) == told
    assert records(path) == before
    counts = versions(path)
    with Store(path) as store:
        assert {record.article.url for _, record in store.numbered(after=last)} == different
    assert sum(count == 2 for count in counts.values()) == told.versions
    assert max(counts.values()) == 2
    assert again(path).changed == 0


def test_the_columns_that_exports_choose_by_are_replaced_too(path: Path) -> None:
    with Store(path) as store:
        count = sum(record.article.source == "农民日报" for record in store.records())
    changed(path, OLDER_SOURCES)
    again(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM record WHERE source = '农民日报'").fetchone()[0] == count > 0


def test_a_layout_may_take_articles_away_and_without_it_they_come_back(path: Path, no_body: Path) -> None:
    before = records(path)
    changes = again(path, layouts=[no_body])
    assert changes.stopped is not None
    assert changes.stopped.pages == len(before)
    assert changes.stopped.url in before
    assert records(path) == {}
    with Store(path) as store:
        assert "article" not in store.counts()
    back = again(path)
    assert back.became is not None
    assert back.became.pages == len(before)
    assert {url: json for url, (json, _) in records(path).items()} == {url: json for url, (json, _) in before.items()}
    assert {url for url, (_, of) in records(path).items() if of} == {url for url, (_, of) in before.items() if of}


def test_a_layout_of_ones_own_is_read_by(path: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(LAYOUT)
    changes = again(path, layouts=[mine], write=False)
    assert changes.fields["layout"].new == '"mine"'
    assert changes.fields["layout"].records == changes.articles


def test_a_page_that_the_crawl_could_not_have_stays_missing(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    with serve(a=html_page("一", "b"), b=html_page("二", "c")) as server:
        Crawler(path, POLICY).run([server.url("/a")])
        url = server.url("/a")
    before = records(path)
    assert b"page 3 could not be read" in before[url][0]
    assert again(path).changed == 0
    assert records(path) == before


def test_a_part_that_is_gone_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DELETE FROM raw WHERE part > 0")
    changes = again(path)
    assert '"page_count"' not in changes.fields
    assert changes.fields["page_count"].new == "1"
    assert "the store did not keep it" in changes.fields["warnings"].new


def test_a_store_without_pages_names_the_option(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    with Store(path, create=True) as store, pytest.raises(StoreError, match="--keep-raw"):
        extract_again(store)


def test_a_damaged_page_is_an_error_of_ours(path: Path) -> None:
    changed(path, "UPDATE raw SET body = substr(body, 1, 40)")
    with pytest.raises(StoreError, match="damaged"):
        again(path)


def test_nobody_else_may_write_meanwhile(path: Path) -> None:
    with Store(path) as store, store.locked():
        with pytest.raises(StoreError, match="another process"):
            again(path)
        assert again(path, write=False).changed == 0


def test_a_layout_that_recognises_nothing_is_misuse(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"recognise\.hosts"):
        again(path, layouts=["zh"])
    with pytest.raises(LayoutError):
        again(path, layouts=[tmp_path / "missing.toml"])


KILLED = """
import os, signal, sys
from xinnong_scraper.crawl import Store, extract_again
with Store(sys.argv[1]) as store:
    extract_again(store, on_page=lambda count: count > 60 and os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_it_is_run_again(path: Path) -> None:
    before = records(path)
    changed(path, OLDER_SOURCES, OLDER_TITLES)
    all_of_it = again(path, write=False).changed
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert 0 < again(path).changed < all_of_it
    assert records(path) == before
    assert max(versions(path).values()) == 2
    assert again(path).changed == 0


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_tells_field_by_field(path: Path) -> None:
    changed(path, OLDER_SOURCES)
    code, told, complaint = run(path, "--dry-run")
    assert (code, complaint) == (0, "")
    assert "records would change, 0 of them in title or text" in told
    assert [line for line in told.split("\n") if line.startswith("  source ") and '"旧" → ' in line]
    assert run(path)[1] == told.replace("would change", "changed")
    assert "\n0 records changed" in run(path)[1]


def test_the_command_tells_of_misuse_and_failure_in_a_line(path: Path, no_body: Path, tmp_path: Path) -> None:
    assert "are no articles any more" in run(path, "--layout", no_body)[1]
    for code, told, arguments in (
        (2, "--layout", [path, "--layout", "zh"]),
        (2, "--layout", [path, "--layout", "missing.toml"]),
        (1, "there is no such store", [tmp_path / "missing.db"]),
    ):
        found, _, complaint = run(*arguments)
        assert (found, complaint.count("\n")) == (code, 1)
        assert told in complaint
