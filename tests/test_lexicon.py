"""The patterns that the layouts' words are compiled to: none may backtrack without end on hostile text."""

from __future__ import annotations

import re
import time
from typing import Final

import pytest

from xinnong_scraper.layouts import Lexicon, load_layout

LEXICON: Final = Lexicon(load_layout("xinnong"))
PATTERNS: Final = {name: value for name, value in vars(LEXICON).items() if isinstance(value, re.Pattern)}
PATTERNS.update({f"not_article:{reason}": pattern for reason, pattern in LEXICON.not_article.items()})
UNITS: Final = (
    *" 　\t-—–>›»«‹→/|｜丨·•:：,，、。；;()（）[]【】〔〕\"'“”《》0a一张编辑",
    *("编辑 ", "责编：", "来源：", "> ", "- ", "上一篇 ", "下一页", "首页 > ", "记者 张三 ", "（记者"),
    *("2018-04-28 ", "a1", "© ", "转载 ", "图/", "分享 ", "[1]", "登录 ", "404 ", "验证 "),
)  # fmt: skip
SECONDS: Final = 2.0  # of processor time for all units, each 400 characters long


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_no_time_on_repetition(name: str) -> None:
    pattern = PATTERNS[name]
    started = time.process_time()
    for unit in UNITS:
        text = (unit * 400)[:400]
        for hostile in (text, f"{text}字", f"字{text}!"):
            pattern.match(hostile)
            pattern.search(hostile)
    assert time.process_time() - started < SECONDS
