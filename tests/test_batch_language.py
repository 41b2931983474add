"""The filter by language: what a page opens in and what it declares, told without parsing it."""

from __future__ import annotations

import pytest

from xinnong_scraper.batch.language import may_be_in
from xinnong_scraper.batch.warc import PageFilter, read_warc

from .cases import all_samples, replica_samples
from .warcs import Stored, stored

TEXTS = {
    "zh": "四月以来全市小麦陆续返青长势良好农业部门组织技术人员深入田间地头指导农户加强管理。",
    "ja": "四月に入り、市内の小麦は順調に育っており、農家は田んぼで管理を続けていると発表しました。",
    "ko": "사월에 들어서 시내의 밀이 순조롭게 자라고 있으며 농가는 밭에서 관리를 계속하고 있다고 밝혔다.",
    "ru": "С апреля пшеница в городе растёт хорошо, сообщили в управлении сельского хозяйства.",
    "ar": "منذ أبريل ينمو القمح في المدينة بشكل جيد حسبما أعلنت إدارة الزراعة في المحافظة اليوم.",
    "en": "Since April the wheat of the city has been growing well, the agricultural office said on Monday. " * 3,
}
SCRIPTS = list(TEXTS)


def page(text: str, lang: str | None = None, head: str = "") -> bytes:
    declared = f' lang="{lang}"' if lang else ""
    return f"<!DOCTYPE html><html{declared}><head>{head}</head><body><p>{text}</p></body></html>".encode()


@pytest.mark.parametrize("text", SCRIPTS)
@pytest.mark.parametrize("asked", SCRIPTS)
@pytest.mark.parametrize("lang", [None, "itself", "en"])
def test_the_script_speaks_before_the_declaration(text: str, asked: str, lang: str | None) -> None:
    body = page(TEXTS[text], text if lang == "itself" else lang)
    assert may_be_in([asked], body, {}) == (asked == text)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (page("", "de"), {}),
        (page("Weizen", "de-AT"), {}),
        (page("Weizen"), {"content-language": "de-DE, de"}),
        (page("Weizen", head='<meta http-equiv="Content-Language" content="de">'), {}),
        (page("Weizen", head="<meta property='og:locale' content=de_DE>"), {}),
        (page(TEXTS["en"], "de"), {}),  # Latin letters all the same: the tag counts
    ],
)
def test_languages_of_one_script_are_told_by_what_is_declared(body: bytes, headers: dict[str, str]) -> None:
    assert may_be_in(["de"], body, headers)
    assert may_be_in(["fr", "de-CH"], body, headers)
    assert not may_be_in(["fr"], body, headers)
    assert not may_be_in(["zh"], body, headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body><img src=a.png>",
        page("Home News Video"),  # too little to tell
        page("Home News Video", head="<script>" + "var a = 'English words';" * 99 + "</script>"),
        page("Home News Video", head="<style>" + "p{color:red}" * 99 + "</style>"),
        b"<p>" + "Home ".encode("utf-16"),
    ],
)
def test_a_page_that_does_not_tell_is_read(body: bytes) -> None:
    for asked in (*SCRIPTS, "de"):
        assert may_be_in([asked], body, {})


def test_languages_that_share_a_script_are_kept_apart_only_where_declared() -> None:
    assert may_be_in(["uk"], page(TEXTS["ru"]), {})
    assert may_be_in(["uk"], page(TEXTS["ru"], "uk"), {})
    assert not may_be_in(["ru"], page(TEXTS["ru"], "uk"), {})
    assert may_be_in(["ja"], page(TEXTS["zh"], "ja"), {})  # a headline in Han alone
    assert may_be_in(["de"], page(TEXTS["en"]), {})


def test_a_title_in_han_is_not_in_latin_letters_but_may_be_japanese() -> None:
    body = page("", "en", "<title>全市小麦陆续返青长势良好_Portal</title>")
    assert [asked for asked in SCRIPTS if may_be_in([asked], body, {})] == ["zh", "ja"]
    assert may_be_in(["en"], page("", None, "<title>About 中 News</title>"), {})


def test_a_chinese_page_that_opens_in_english_is_read() -> None:
    assert may_be_in(["zh"], page(TEXTS["en"], "zh-CN"), {})
    assert not may_be_in(["zh"], page(TEXTS["en"], "en"), {})


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-8"])
def test_the_encoding_is_found_as_for_reading(codec: str) -> None:
    body = "<p>四月以來全市小麥陸續返青長勢良好農業部門組織技術人員深入田間地頭指導農戶加強管理。".encode(codec) * 30
    for cut in range(4):
        assert may_be_in(["zh"], body[cut:], {})
        assert not may_be_in(["ja"], body[cut:], {})


def test_every_page_of_the_fixtures_and_the_replica_may_be_chinese() -> None:
    for sample in all_samples():
        assert may_be_in(["zh"], sample.body, sample.headers), sample.name
    assert not any(may_be_in(["en"], sample.body, sample.headers) for sample in replica_samples())


def test_hostile_markup_costs_no_more_than_its_beginning() -> None:
    for piece in (b"<script>", b"<", b"<meta content=", b"<html lang=", b"<!--", b"\xff"):
        may_be_in(["zh"], piece * 1_000_000, {})


def test_the_filter_is_part_of_the_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("language") / "a.warc"
    chinese, english = stored(replica_samples()[0]), Stored(page(TEXTS["en"], "en"), "http://b.example/")
    path.write_bytes(chinese.record() + english.record())
    for asked, url in ((["zh-Hans"], chinese.url), (["EN"], english.url)):
        assert [each.url for each in read_warc(str(path), PageFilter(languages=asked))] == [url]
    with pytest.raises(ValueError, match="no language tag"):
        PageFilter(languages=["Chinese!"])
