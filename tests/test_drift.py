"""Drift: a redesign is found within 20 pages, an unusual article never is one."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.drift import Baseline, Monitor, check, observe, observe_html, observe_outcome
from xinnong_scraper.drift.betting import Bet, upper_bound
from xinnong_scraper.errors import BaselineError, ChallengeError, ConnectionFailedError, HTTPStatusError

from .portals import PORTALS, big_pages, normal, redesigned

if TYPE_CHECKING:
    from pathlib import Path

    from xinnong_scraper.drift import Observation, Verdict

PAGES = 500
LEARNED = 200
REDESIGNS = (
    "date_in_bare_span", "sidebar_before_article",
    "classes_renamed", "classes_hashed", "names_removed", "divs_wrapped", "container_unwrapped", "divs_to_sections",
    "frames_to_tables", "semantics_removed", "text_in_article_element", "headline_to_div", "headline_removed",
    "site_name_as_h1", "date_below_text", "date_with_strokes", "date_removed", "date_relative",
    "source_without_label", "source_below_text", "byline_as_list", "byline_as_table", "tools_in_byline",
    "breadcrumb_below_headline", "metadata_removed", "metadata_of_other_article", "utf8_declared_gb2312",
    "gbk_declared_utf8", "as_old_portal", "as_blog_system", "as_government_site", "as_mobile_page", "text_to_stub",
    "text_cut_off", "text_emptied", "text_loading", "login_wall_over_text", "consent_wall_before",
    "consent_wall_instead", "teasers_above_article", "ranking_before_headline", "comments_below",
    "other_article_below", "text_to_other_articles", "text_to_error", "app_shell", "images_lazy", "links_in_text",
)  # fmt: skip
"""Of all redesigns those that a run of the tests has time for; the benchmark has all."""
LOSING = {
    "date_removed", "date_relative", "text_to_stub", "text_cut_off", "text_emptied", "text_loading",
    "login_wall_over_text", "consent_wall_instead", "text_to_other_articles", "text_to_error",
}  # fmt: skip
"""Those that lose the text or the date."""


@cache
def monitored(portal: str) -> tuple[Baseline, tuple[Observation, ...]]:
    """What is normal for a portal, and the normal pages that come before a redesign."""
    pages = shuffled(portal, 5)
    return Baseline.learn(pages[:LEARNED]), tuple(pages[LEARNED : LEARNED + 40])


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
    for seed in range(4):
        pages = shuffled(portal, seed)
        monitor = Monitor(Baseline.learn(pages[:LEARNED]))
        for page in pages[LEARNED:]:
            verdict = monitor.observe(page)
            assert verdict.status == "ok", [str(finding) for finding in verdict.findings]


@pytest.mark.parametrize("name", REDESIGNS)
@pytest.mark.parametrize("portal", PORTALS)
def test_a_redesign_is_found_within_20_pages(portal: str, name: str) -> None:
    pages = redesigned(portal, name, 20, start=20, of=PAGES)
    assert len(pages) == 20
    baseline, before = monitored(portal)
    monitor = Monitor(baseline)
    for page in before:
        monitor.observe(page)
    assert monitor.verdict.status == "ok"
    needed, verdict = pages_until_alarm(monitor, pages)
    assert needed <= 20
    assert min(finding.probability for finding in verdict.findings) < 1e-4
    assert {url for finding in verdict.findings for url in finding.urls} <= {page.url for page in [*before, *pages]}
    if name in LOSING:
        assert check(pages, baseline).status == "broken"


def test_a_finding_names_field_rule_chance_and_examples() -> None:
    pages = normal("big", PAGES)
    dateless = redesigned("big", "date_removed", 20, of=PAGES)
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


def test_the_same_text_on_every_page_is_broken() -> None:
    page = "<h1>第%d号题目在这里</h1><p>2018-04-28</p>"
    own = "".join("<p>%d号村的小麦今年长势喜人，农户说收成一定比去年要好得多。</p>" for _ in range(8))
    told = "<p>本文内容已经迁移到手机客户端，请下载客户端后继续阅读全文，感谢您的支持。</p>" * 8
    good = [observe_html((page + own) % ((n,) * 9), url=f"http://x.cn/a/{n}.html") for n in range(100)]
    bad = [observe_html((page + told) % n, url=f"http://x.cn/a/{n}.html") for n in range(200, 220)]
    verdict = check(bad, Baseline.learn(good))
    assert verdict.status == "broken"
    assert ("body", "repeated") in {(finding.field, finding.aspect) for finding in verdict.findings}


def test_a_few_unusual_articles_are_no_drift() -> None:
    pages = shuffled("big", 1)
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    galleries = redesigned("big", "text_to_stub", 2, of=PAGES)
    for page in [*redesigned("big", "date_removed", 2, of=PAGES), *galleries, *pages[LEARNED:]]:
        assert monitor.observe(page).status == "ok"


def test_the_alarm_ends_when_the_pages_are_as_before() -> None:
    pages = shuffled("big", 2)
    monitor = Monitor(Baseline.learn(pages[:LEARNED]))
    renamed = [monitor.observe(page).status for page in redesigned("big", "classes_renamed", 20, of=PAGES)]
    after = [monitor.observe(page).status for page in pages[LEARNED : LEARNED + 80]]
    assert (renamed[0], renamed[-1], after[-1]) == ("ok", "drifting", "ok")


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
    dateless = redesigned("big", "date_removed", 20, of=PAGES)
    for good, bad in zip(normal("replica", PAGES)[100:120], dateless, strict=True):
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
    assert path.stat().st_size < 80_000
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
    pages = redesigned("big", "classes_renamed", 20, of=PAGES)
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


def test_where_a_date_stands_in_its_line_is_told_and_a_new_element_around_it_is_a_drift() -> None:
    page = (
        "<h1>%s号试验田的小麦长势喜人</h1><p><em>2018-04-28</em></p>"
        + "<p>农户说今年的收成一定比去年要好得多。</p>" * 9
    )
    good = [observe_html(page % number, url=f"http://x.cn/{number}.html") for number in range(60)]
    spans = page.replace("<em>", "<em><span>").replace("</em>", "</span></em>")
    changed = [observe_html(spans % number, url=f"http://x.cn/{number}.html") for number in range(60, 80)]
    assert good[0] is not None
    assert changed[0] is not None
    assert good[0].values["published_at.inside"] == "em"
    assert changed[0].values["published_at.inside"] == "em>span"
    verdict = check(changed, Baseline.learn(good))
    assert verdict.status == "drifting"
    assert {"inside"} <= {each.aspect for each in verdict.findings if each.field == "published_at"}


def test_parts_for_others_in_one_of_two_templates_are_a_drift() -> None:
    text = "<p>农户说今年的收成一定比去年要好得多。</p>" * 9
    one = f"<h1>%s号田的小麦长势喜人</h1><p>2018-04-28</p><div class=a><div class=t>{text}</div><ul><li>甲</ul></div>"
    two = f"<div class=b><h2>%s号田的小麦长势喜人</h2><p>2018-04-28</p><div class=u>{text}</div><ol><li>乙</ol></div>"

    def read(page: str, numbers: range) -> list[Observation | None]:
        return [observe_html(page % n, url=f"http://x.cn/{n}.html") for n in numbers]

    good = [each for pair in zip(read(one, range(60)), read(two, range(60, 120)), strict=True) for each in pair]
    assert Baseline.learn(good).profiles["x.cn"].quantities["page.template"] == {"0 lost, 0 new": 120}
    verdict = check(read(one.replace("ul>", "ol>"), range(120, 140)), Baseline.learn(good))
    (finding,) = [each for each in verdict.findings if each.aspect == "template"]
    assert finding.now == "3-9 lost, 3-9 new on 20 of the newest 20"
    assert check(read(one, range(120, 140)), Baseline.learn(good)).status == "ok"


def test_what_a_page_tells_is_small_and_plain() -> None:
    told = normal("big", PAGES)[0]
    assert json.dumps(dict(told.values), ensure_ascii=False).isprintable()
    assert len(told.values) < 130
    assert Counter(map(type, told.values.values())) == {str: len(told.values)}
