from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.normalize.text import clean, cut, han_count, is_han, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("春拂联峰山 花开北戴河", "春拂联峰山 花开北戴河"),
        ("\u3000\u3000春拂联峰山\xa0\xa0花开", "春拂联峰山 花开"),
        ("春拂\n联峰山", "春拂联峰山"),
        ("春拂，\r\n\t\t联峰山", "春拂，联峰山"),
        ("春拂  \u2028  “联峰山”", "春拂“联峰山”"),
        ("春拂\nspring", "春拂 spring"),
        ("spring\ncomes", "spring comes"),
        ("a\u2003\u2009b\tc", "a b c"),
        ("新\u200b农\u00ad网\ufeff\u202e\u2060", "新农网"),
        ("新\x00农\x1f网\x9f", "新农网"),
        ("“引号”——……！？", "“引号”——……！？"),
        ("ＡＢＣ１２３", "ＡＢＣ１２３"),
        ("", ""),
        (" \n ", ""),
        ("\u200b", ""),
        ("市民马\ue863说", "市民马\ue863说"),
        ("\ue600首页 \ue601", "首页"),
        ("更多\ue600\ue601新闻", "更多新闻"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text())
def test_clean_text_is_one_visible_line_and_stays(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert not any(char in cleaned for char in "\n\r\t\xa0\u3000\u200b\ufeff\u00ad")


def test_cleaning_is_linear() -> None:
    started = time.process_time()
    assert clean("\n " * 500_000) == ""
    assert clean("春\n " * 300_000) == "春" * 300_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“新农网”", '"新农网"'),
        ("「新农网」", '"新农网"'),
        ("春拂联峰山 花开北戴河", "春拂联峰山\u3000花开北戴河\n"),
        ("Ｘinnong ２０１８", "xinnong2018"),
        ("甲——乙", "甲-乙"),
        ("甲—乙", "甲-乙"),
        ("新农\u200b网", "新农网"),
    ],
)
def test_squeezed_forms_are_equal(one: str, other: str) -> None:
    assert squeeze(one) == squeeze(other)


def test_squeezed_forms_of_different_texts_differ() -> None:
    assert squeeze("新农网") != squeeze("新农村")


@pytest.mark.parametrize("char", list("春镕〇々𠮷㐂"))
def test_han(char: str) -> None:
    assert is_han(char)
    assert han_count(f"a{char}，1{char}") == 2


@pytest.mark.parametrize("char", ["a", "1", "，", "。", "あ", "한", " ", "", "春春"])
def test_not_one_han_character(char: str) -> None:
    assert not is_han(char)


def test_han_count_of_latin_text() -> None:
    assert han_count("plain text") == 0


@pytest.mark.parametrize(
    ("limit", "expected"), [(1, "…"), (3, "春拂…"), (6, "春拂，花开…"), (7, "春拂，花开了！"), (4, "春拂…")]
)
def test_cut(limit: int, expected: str) -> None:
    assert cut("春拂，花开了！", limit) == expected


def test_cut_needs_room() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        cut("春", 0)
