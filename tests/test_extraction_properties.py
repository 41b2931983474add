"""What must hold for every page: no memory, no dependence on order, threads or encoding, no foreign exception."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinnong_scraper import Article, ScraperError, extract_html
from xinnong_scraper.decode import decode_html

from .cases import Sample, all_samples, case_names, fixture, outcome_of, replica_samples

CASES = case_names()
SECONDS = 5.0
"""Far more than any page of this size takes, for slow machines; a page that hangs is caught all the same."""

searching = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)

DIGEST = """
import hashlib
from tests.cases import all_samples
print(hashlib.sha256("\\n".join(sample.outcome() for sample in all_samples()).encode()).hexdigest())
"""


@cache
def outcomes() -> dict[str, str]:
    """The reference: every page, read in the order of the names."""
    return {sample.name: sample.outcome() for sample in all_samples()}


# Order, threads, processes


@pytest.mark.parametrize("seed", range(3))
def test_records_do_not_depend_on_the_order_of_pages(seed: int) -> None:
    samples = all_samples() * 2
    random.Random(seed).shuffle(samples)
    assert [s.name for s in samples if s.outcome() != outcomes()[s.name]] == []


def test_a_page_read_after_any_other_gives_the_same_record() -> None:
    changed = []
    for first, second in combinations(map(fixture, CASES), 2):
        changed += [s.name for s in (first, second) if s.outcome() != outcomes()[s.name]]
    assert changed == []


def test_records_do_not_depend_on_threads() -> None:
    expected, changed = outcomes(), list[str]()
    start = threading.Barrier(8)

    def work(seed: int) -> None:
        samples = all_samples()
        random.Random(seed).shuffle(samples)
        start.wait()
        changed.extend(s.name for s in samples if s.outcome() != expected[s.name])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert changed == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_records_do_not_depend_on_the_process(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | {"PYTHONHASHSEED": seed},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    here = "\n".join(outcomes()[sample.name] for sample in all_samples())
    assert done.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


# Text and bytes, encodings


def without_encoding(record: Article) -> dict[str, Any]:
    """The record but for what its bytes' encoding says."""
    values = record.model_dump(mode="json", exclude={"encoding"})
    values["evidence"].pop("encoding", None)
    values["warnings"] = [w for w in values["warnings"] if w["code"] not in ("wrong_charset", "undecodable_bytes")]
    return values


def read(sample: Sample, html: str | bytes, headers: dict[str, str]) -> dict[str, Any] | str:
    try:
        return without_encoding(extract_html(html, url=sample.url, headers=headers, now=sample.now))
    except ScraperError as error:
        return str(error)


def text_of(sample: Sample) -> str:
    return decode_html(sample.body, sample.headers.get("content-type")).text


@pytest.mark.parametrize("case", CASES)
def test_text_gives_the_record_that_its_bytes_give(case: str) -> None:
    sample = fixture(case)
    assert read(sample, text_of(sample), {}) == read(sample, sample.body, sample.headers)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("declared", ["nothing", "what it was"])
def test_a_page_in_gb18030_gives_the_same_record(case: str, declared: str) -> None:
    sample = fixture(case)
    text = text_of(sample)
    if declared == "nothing":
        text = re.sub(r"(?i)(<meta\b[^>]*?)charset", r"\1data-lost", text)
    assert read(sample, text.encode("gb18030"), {}) == read(sample, text.encode(), {}) == read(sample, text, {})


def test_replica_pages_in_gb18030_give_the_same_record() -> None:
    changed = []
    for sample in replica_samples():
        text = text_of(sample)
        if read(sample, text.encode("gb18030"), {}) != read(sample, sample.body, sample.headers):
            changed.append(sample.name)
    assert changed == []


# The record's own order


@pytest.mark.parametrize("case", CASES)
def test_a_record_reads_back_from_its_json(case: str) -> None:
    try:
        article = fixture(case).read()
    except ScraperError:
        return
    assert Article.model_validate_json(article.model_dump_json()) == article
    assert Article.model_validate(json.loads(json.dumps(article.model_dump(mode="json")))) == article


# Hostile input

cuts = st.tuples(st.sampled_from(["cut", "double", "drop", "flip", "insert"]), st.floats(0, 1), st.integers(1, 400))
pieces = st.sampled_from(
    [b"<", b">", b"</div>", b"<table>", b"<!--", b"<script>", b"<p>", b'"', b"\x00", b"\xff", b"&#x110000;", b"<svg>"]
)


def mutate(data: bytes, kind: str, where: float, size: int, piece: bytes) -> bytes:
    at = int(where * len(data))
    part = data[at : at + size]
    if kind == "cut":
        return data[:at]
    if kind == "double":
        return data[:at] + part + data[at:]
    if kind == "drop":
        return data[:at] + data[at + size :]
    if kind == "flip":
        return data[:at] + bytes(byte ^ (1 << size % 8) for byte in part) + data[at + size :]
    return data[:at] + piece + data[at:]


def bounded(html: str | bytes, **arguments: Any) -> str:
    """Read in bounded time, with a record or the library's own error."""
    started = time.process_time()
    outcome = outcome_of(html, **arguments)
    assert time.process_time() - started < SECONDS
    return outcome


@searching
@given(case=st.sampled_from(CASES), steps=st.lists(st.tuples(cuts, pieces), min_size=1, max_size=12))
def test_damaged_pages_give_a_record_or_a_typed_error(
    case: str, steps: list[tuple[tuple[str, float, int], bytes]]
) -> None:
    sample = fixture(case)
    data = sample.body
    for (kind, where, size), piece in steps:
        data = mutate(data, kind, where, size, piece)
    arguments: dict[str, Any] = {"url": sample.url, "headers": sample.headers, "now": sample.now}
    assert bounded(data, **arguments) == bounded(data, **arguments)


@searching
@given(html=st.one_of(st.binary(max_size=400), st.text(max_size=400)), url=st.none() | st.text(max_size=60))
def test_random_input_gives_a_record_or_a_typed_error(html: bytes | str, url: str | None) -> None:
    bounded(html, url=url)


WORDS = """
来源： 作者： 责任编辑： 发布时间： 2018-04-28 13:44 昨天 免责声明 【阅读延展】 下一页 上一篇
-> > 1、 （记者 张三） 文/张三 首页
<p> </p> <div> <b> <h1> <h2> <br> <a/href=/a.html> </a> <li> <table><tr><td> <img/src=/a.jpg> <title> <blockquote>
春拂联峰山，花开北戴河，游人如织。 四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。
"""
words = st.sampled_from(WORDS.split())


@searching
@given(parts=st.lists(words, max_size=60))
def test_heaps_of_landmarks_give_a_record_or_a_typed_error(parts: list[str]) -> None:
    bounded("".join(parts), url="http://www.xinnong.example/a.html")
