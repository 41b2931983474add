"""Drift: a redesign is found within 20 pages, an unusual article never is one."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.drift import Baseline, Monitor, check, observe, observe_html, observe_outcome
from xinnong_scraper.drift.betting import Bet, upper_bound
from xinnong_scraper.errors import BaselineError, ChallengeError, ConnectionFailedError, HTTPStatusError

from .portals import PORTALS, big_pages, in_text, normal, observed, put, replica_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xinnong_scraper.drift import Observation, Verdict

PAGES = 500
LEARNED = 200
TEASERS = "".join(f'<li><a href="/c/{n}.html">全市新增充电桩两千余个项目</a> 2020-03-1{n}</li>' for n in range(6))
REDESIGNS: dict[str, Callable[[bytes], bytes]] = {
    "names": put(r'(class|id)="([^"]*)"', r'\1="new-\2"'),
    "a box around everything": put(r"(<body[^>]*>)(.*)</body>", r'\1<div id="app">\2</div></body>'),
    "a box around the headline": put(r"(<h1.*?</h1>)", r"<div>\1</div>"),
    "the headline no heading": put(r"<(/?)h1", r"<\1div"),
    "texts by script": put(r"<p[^>]*>.*?</p>", ""),
    "consent wall": put(r"(<body[^>]*>)", r'\1<div class="mask"><p>请同意后继续阅读。</p><button>同意</button></div>'),
    "teasers above": put(r"(<body[^>]*>)", rf"\1<ul>{TEASERS}</ul>"),
    "no dates": put(r"20\d\d[-/年.]\d+[-/月.]\d+日?( ?\d+:\d+(:\d+)?)?", ""),
    "no label of the source": put("(文章来源|稿源|来源|来自)[:：]?", ""),
    "no metadata": put(r'<meta name="(keywords|description)"[^>]*>', ""),
    "another charset declared": lambda body: body.replace(b"charset=gb2312", b"charset=big5"),
}


def shuffled(portal: str, seed: int) -> list[Observation]:
    pages = list(normal(portal, PAGES))
    Random(seed).shuffle(pages)
    return pages


def pages_until_alarm(monitor: Monitor, pages: list[Observation]) -> tuple[int, Verdict]:
    for number, page in enumerate(pages, 1):
        verdict = monitor.observe(page)
        if verdict.status != "ok":
            return number, verdict
    return len(pages) + 1, monitor.verdict


@pytest.mark.parametrize("portal", PORTALS)
def test_no_alarm_in_normal_pages_in_any_order(portal: str) -> None:
    for seed in range(8):
        pages = shuffled(portal, seed)
        monitor = Monitor(Baseline.learn(pages[:LEARNED]))
        for page in pages[LEARNED:]:
            verdict = monitor.observe(page)
            assert verdict.status == "ok", [str(finding) for finding in verdict.findings]


@pytest.mark.parametrize("name", REDESIGNS)
@pytest.mark.parametrize("portal", PORTALS)
def test_a_redesign_is_found_within_20_pages(portal: str, name: str) -> None:
    redesigned = observed(PORTALS[portal](PAGES)[:60], REDESIGNS[name])
    if len(redesigned) < 20:
        pytest.skip("no page of this portal has it")
    pages = shuffled(portal, 5)
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    for page in pages[LEARNED : LEARNED + 80]:
        assert monitor.observe(page).status == "ok"
    needed, verdict = pages_until_alarm(monitor, redesigned)
    assert needed <= 20
    assert verdict.findings
    assert all(finding.urls for finding in verdict.findings)
    assert min(finding.probability for finding in verdict.findings) < 1e-4


def test_a_finding_names_field_rule_chance_and_examples() -> None:
    pages = normal("big", PAGES)
    dateless = observed(big_pages(PAGES)[:20], REDESIGNS["no dates"])
    verdict = check(dateless, Baseline.learn(pages[:LEARNED]))
    assert verdict.status == "broken"
    (finding,) = [each for each in verdict.findings if (each.field, each.aspect) == ("published_at", "filled")]
    assert finding.status == "broken"
    assert finding.rule is not None
    assert finding.rule.startswith("landmarks ")
    assert finding.now == "empty on 20 of the newest 20"
    assert "filled on 200" in finding.normal
    assert finding.probability < 1e-6
    assert set(finding.urls) <= {page.url for page in dateless}


def test_lost_texts_are_broken() -> None:
    baseline = Baseline.learn(normal("replica", PAGES)[:LEARNED])
    gone = [observe_outcome(f"http://www.xinnong.example/{n}.html", "script_shell") for n in range(10)]
    verdict = check(gone, baseline)
    assert verdict.status == "broken"
    assert verdict.findings[0].aspect == "outcome"
    stubs = observed(replica_pages(PAGES)[:40], REDESIGNS["texts by script"])
    assert check(stubs, baseline).status == "broken"


def test_the_same_text_on_every_page_is_broken() -> None:
    page = "<h1>第%d号题目在这里</h1><p>2018-04-28</p>"
    own = "".join("<p>%d号村的小麦今年长势喜人，农户说收成一定比去年要好得多。</p>" for _ in range(8))
    told = "<p>本文内容已经迁移到手机客户端，请下载客户端后继续阅读全文，感谢您的支持。</p>" * 8
    good = [observe_html((page + own) % ((n,) * 9), url=f"http://x.cn/a/{n}.html") for n in range(100)]
    bad = [observe_html((page + told) % n, url=f"http://x.cn/a/{n}.html") for n in range(200, 220)]
    verdict = check(bad, Baseline.learn(good))
    assert verdict.status == "broken"
    assert ("body", "repeated") in {(finding.field, finding.aspect) for finding in verdict.findings}


def test_unusual_articles_are_no_drift() -> None:
    pages = shuffled("big", 1)
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    odd = observed(big_pages(PAGES)[:3], REDESIGNS["no dates"]) + observed(
        big_pages(PAGES)[10:13],
        in_text(lambda text: text.replace("<p>　　", '<figure class="gallery"><p>').replace("</p>\n", "</figure>")),
    )
    for page in [*odd, *pages[LEARNED:]]:
        assert monitor.observe(page).status == "ok"


def test_the_alarm_ends_when_the_pages_are_as_before() -> None:
    pages = shuffled("big", 2)
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    for page in observed(big_pages(PAGES)[:20], REDESIGNS["names"]):
        monitor.observe(page)
    assert monitor.verdict.status == "drifting"
    for page in pages[LEARNED : LEARNED + 80]:
        monitor.observe(page)
    assert monitor.verdict.status == "ok"


def test_a_template_that_was_rare_and_now_is_everywhere_is_a_drift() -> None:
    pages = normal("replica", PAGES)[13:]  # the templates take turns
    rare = pages[3::13]
    others = [page for page in pages if page not in rare]
    baseline = Baseline.learn([*others[:190], *rare[:6]])
    assert check(rare[6:26], baseline).status == "drifting"


def test_errors_of_servers_and_connections_tell_nothing_and_refusals_do() -> None:
    url = "http://x.cn/1.html"
    assert observe(ConnectionFailedError("no route", url=url)) is None
    assert observe(HTTPStatusError("not found", url=url, status=404)) is None
    for error in (
        HTTPStatusError("forbidden", url=url, status=403),
        ChallengeError("a robot check", url=url, status=403, service="?"),
    ):
        told = observe(error)
        assert told is not None
        assert told.values["outcome"] == "refused"


def test_records_alone_are_enough() -> None:
    records = [extract_html(page.body, url=page.url) for page in big_pages(PAGES)[:120]]
    baseline = Baseline.learn([observe(record) for record in records[:100]])
    assert check([observe(record) for record in records[100:]], baseline).status == "ok"
    empty = [record.model_copy(update={"published_at": None, "evidence": {}}) for record in records[:20]]
    assert check([observe(record) for record in empty], baseline).status == "broken"


def test_sites_are_compared_with_themselves_only() -> None:
    baseline = Baseline.learn([*normal("replica", PAGES)[:100], *normal("big", PAGES)[:100]])
    assert set(baseline.profiles) == {"xinnong.example", "tianye.example"}
    monitor = Monitor(baseline)
    for good, bad in zip(
        normal("replica", PAGES)[100:120], observed(big_pages(PAGES)[:20], REDESIGNS["no dates"]), strict=True
    ):
        assert monitor.observe(good).status == "ok"
        monitor.observe(bad)
    assert {finding.site for finding in monitor.verdict.findings} == {"tianye.example"}
    assert monitor.observe(observe(Article(url="http://elsewhere.example/1.html"))).unknown == ("elsewhere.example",)


def test_too_few_pages_teach_nothing() -> None:
    assert not Baseline.learn(normal("big", PAGES)[:19]).profiles
    assert Baseline.learn([*normal("big", PAGES)[:20], None]).profiles


def test_a_baseline_is_a_small_file_that_people_can_read(tmp_path: Path) -> None:
    baseline = Baseline.learn(normal("replica", PAGES)[:300])
    path = tmp_path / "normal.json"
    baseline.save(path)
    assert Baseline.load(path) == baseline
    assert path.stat().st_size < 60_000
    lines = path.read_text("utf-8").splitlines()
    assert '  "title.filled": {"yes": 300},' in lines
    assert [entry.name for entry in tmp_path.iterdir()] == ["normal.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2, "sites": []}', '{"format": 1, "sites": [{}]}', '{"format": 1, "sites": 3}']
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "normal.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match=r"normal\.json: it is no baseline"):
        Baseline.load(path)
    with pytest.raises(BaselineError, match="cannot be read"):
        Baseline.load(tmp_path / "none.json")
    with pytest.raises(BaselineError, match="cannot be written"):
        Baseline({}).save(tmp_path / "no" / "folder.json")


def test_a_baseline_that_was_saved_judges_as_the_one_that_was_learned() -> None:
    baseline = Baseline.learn(normal("big", PAGES)[:LEARNED])
    pages = observed(big_pages(PAGES)[:20], REDESIGNS["names"])
    assert check(pages, Baseline.from_json(baseline.to_json())) == check(pages, baseline)


def test_the_bound_of_a_share_holds() -> None:
    """Of 1,000 samples of a share, about ten may give a bound below it; Chernoff's bound is a wide one."""
    random = Random(1)
    for pages, share in ((20, 0.3), (100, 0.05), (300, 0.02)):
        below = 0
        for _ in range(1_000):
            seen = sum(random.random() < share for _ in range(pages))
            below += upper_bound(seen, pages) < share
        assert below <= 20


def test_a_bet_is_fair_in_any_order_of_pages() -> None:
    """What a bet wins is 1 on average over all that can be seen, so that Markov's inequality bounds false alarms."""
    shares = {"a": 0.7, "b": 0.2, "c": 0.1}
    total = 0.0
    for pages in itertools.product(shares, repeat=4):
        bet = Bet(len(shares))
        for page in pages:
            bet.add(page, math.log(shares[page]))
        total += math.exp(bet.log_e) * math.prod(shares[page] for page in pages)
        again = Bet(len(shares))
        for page in ["a", *reversed(pages)]:
            again.add(page, math.log(shares[page]))
        again.drop("a", math.log(shares["a"]))
        assert math.isclose(again.log_e, bet.log_e, abs_tol=1e-9)
    assert math.isclose(total, 1.0)


def test_what_a_page_tells_is_small_and_plain() -> None:
    told = normal("big", PAGES)[0]
    assert json.dumps(dict(told.values), ensure_ascii=False).isprintable()
    assert len(told.values) < 130
    assert Counter(map(type, told.values.values())) == {str: len(told.values)}
