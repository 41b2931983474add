"""The legal notice below an article: its heading and its clauses."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..layouts import Lexicon
from ..records import Disclaimer
from .reading import Candidate

if TYPE_CHECKING:
    from ..blocks import Line
    from .density import TextArea
    from .reading import Reading, Region

__all__ = ["find_disclaimer"]

_NUMBER = re.compile(
    r"[（(\[]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①②③④⑤⑥⑦⑧⑨⑩])[)）\]]?(?:\s?[、.．:：)）]\s?|(?<=[①②③④⑤⑥⑦⑧⑨⑩])\s?|(?<=[)）\]])\s?)|第[一二三四五六七八九十\d]{1,3}条[：:、，\s]\s?|[·•◆■●*-]\s?"
)
_INNER_NUMBER = re.compile(
    r"(?<=[。；;！])\s?(?=[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）]?\s?[、.．]|[①②③④⑤⑥⑦⑧⑨⑩]|[（(]\d{1,2}[)）])"
)
_NUMBER_ALONE = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?[)）、.．:：]|[①②③④⑤⑥⑦⑧⑨⑩]")
_MAX_CLAUSES: Final = 20
_LONGEST: Final = 800
_SHORT_LINE: Final = 120
_CERTAIN: Final = 2  # words of the law that make a line a notice
_BETWEEN: Final = 40  # characters of a line between two notices
_FOOT: Final = 12  # lines at the page's end
_LOOK_AHEAD: Final = 60  # lines below the text
_OPENING: Final = tuple("【[（(")
_AFTER_HEADING: Final = tuple("：:】] ）)")


def find_disclaimer(reading: Reading, area: TextArea) -> tuple[int, int] | None:
    """Propose the disclaimer; return the lines that it takes, heading included."""
    for region in reading.regions:
        if region.kind == "disclaimer" and (found := _from_region(reading, region)):
            return found
    return _without_heading(reading, area)


def _from_region(reading: Reading, region: Region) -> tuple[int, int] | None:
    lines = reading.lines
    in_flow = region.box.first < region.head - 1
    clauses: list[Line] = []
    for line in lines[region.first : region.last][: _MAX_CLAUSES * 2]:
        if _NUMBER_ALONE.fullmatch(line.text):
            continue
        if not _is_clause(reading, line, numbered=bool(clauses and _NUMBER.match(clauses[0].text)), in_flow=in_flow):
            break
        clauses.append(line)
    if not clauses:
        return None
    heading = Lexicon.bare_heading(lines[region.head].text)
    _propose(reading, heading, clauses, lines[region.head], "heading")
    return region.head, clauses[-1].index + 1


def _is_clause(reading: Reading, line: Line, *, numbered: bool, in_flow: bool) -> bool:
    text = line.text
    lexicon = reading.lexicon
    if len(text) > _LONGEST or (line.link_chars * 2 > len(text) and not lexicon.legal.match(text)):
        return False
    if lexicon.heading(text):
        return False
    if reading.lexicon.noise.match(text):
        return False
    if _NUMBER.match(text) and len(text) > 6:
        return True
    if reading.lexicon.end.match(text) and not reading.lexicon.legal_words.search(text):
        return False
    if numbered and in_flow:
        return bool(reading.lexicon.legal_words.search(text))
    return len(text) >= 12 if not in_flow else bool(reading.lexicon.legal_words.search(text))


def _without_heading(reading: Reading, area: TextArea) -> tuple[int, int] | None:
    """Find a notice that starts with 免责声明：… on its first line, or with the words such notices start with.

    A line about rights at the text's end and the site's own notice further below are one disclaimer.
    """
    lexicon, lines = reading.lexicon, reading.lines
    last_prose = max((i for i in range(area.first, _text_end(reading, area)) if area.weights[i]), default=area.last)
    below, stop = area.first_prose + 1, area.last + _LOOK_AHEAD
    foot = max(stop, len(lines) - _FOOT)
    plain: list[Line] = []
    for line in chain(lines[below:stop], lines[foot:], lines[:below]):
        text = line.text
        if not 10 <= len(text) <= _LONGEST or (line.link_chars * 2 > len(text) and not lexicon.legal.match(text)):
            continue
        words = lexicon.count_legal_words(text)
        if not words:
            continue
        match = lexicon.disclaimer_start.match(text)
        above = match is not None and line.index < below and not match[0].startswith(_OPENING)
        if above and match and (words < _CERTAIN or len(match[0]) < 5):
            continue  # an announcement may begin with 声明：
        if match and _goes_on(reading, text, match) and line not in plain:
            clauses = _following(reading, line.index)
            if not plain:
                _propose(reading, match["heading"], clauses, line, "heading-inline", cut=match.end())
                return line.index, clauses[-1].index + 1
            if line.index >= area.last:
                plain += clauses
                break
        elif plain:
            continue
        elif lexicon.legal.match(text) and words >= _CERTAIN and last_prose - 2 <= line.index < stop:
            plain = _following(reading, line.index)
        elif line.index >= area.last and (cut := _legal_end(reading, text)):
            _propose(reading, None, [line], line, "legal-words", cut=cut)
            return line.index, line.index + 1
    if not plain:
        return None
    _propose(reading, None, plain, plain[0], "legal-words")
    taken = {line.index for line in plain}
    last = plain[0].index + 1
    while last in taken or last + 1 in taken:
        last += 1
    return plain[0].index, last


def _text_end(reading: Reading, area: TextArea) -> int:
    """Index of the credit or heading below most of the text, behind which only neighbours and comments come."""
    left, half = area.weight, area.weight // 2
    heads = {region.head for region in reading.regions}
    for index in range(area.first, area.last):
        weight = area.weights[index]
        left -= weight
        if left <= half and not weight and (index in heads or reading.lexicon.end.match(reading.lines[index].text)):
            return index
    return area.last


def _legal_end(reading: Reading, text: str) -> int:
    """Index of a notice that a line ends with, behind a telephone number or the like; 0 where there is none."""
    cut = text.rfind(" ") + 1
    legal = cut and len(text) <= _SHORT_LINE and reading.lexicon.legal.match(text, cut)
    return cut if legal and len(reading.lexicon.legal_words.findall(text, cut)) >= _CERTAIN else 0


def _goes_on(reading: Reading, text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() :]
    return len(rest) >= 8 and (match[0][-1:] in _AFTER_HEADING or bool(reading.lexicon.legal.match(rest)))


def _opens(reading: Reading, text: str) -> bool:
    """Tell a line that begins with 声明： or the like and goes on."""
    match = reading.lexicon.disclaimer_start.match(text)
    return match is not None and match[0].endswith(("：", ":")) and _goes_on(reading, text, match)


def _following(reading: Reading, first: int) -> list[Line]:
    """The notice of a line and those after it; a short line about something else may stand before one more."""
    lines, lexicon = reading.lines, reading.lexicon
    clauses = [lines[first]]
    for line in lines[first + 1 : first + _MAX_CLAUSES]:
        beside = line.index - clauses[-1].index == 1
        numbered = beside and _NUMBER.match(line.text) and lexicon.legal_words.search(line.text)
        legal = lexicon.legal.match(line.text) and (beside or lexicon.count_legal_words(line.text) >= _CERTAIN)
        if (numbered or legal or (beside and _opens(reading, line.text))) and _is_clause(
            reading, line, numbered=True, in_flow=True
        ):
            clauses.append(line)
        elif not beside or len(line.text) > _BETWEEN:
            break
    return clauses


def _propose(reading: Reading, heading: str | None, lines: list[Line], at: Line, rule: str, *, cut: int = 0) -> None:
    texts = [lines[0].text[cut:], *(line.text for line in lines[1:])]
    if len(texts) == 1:
        texts = _INNER_NUMBER.split(texts[0])
    if cut and texts[-1][-1] in "）)" and not any(bracket in texts[-1] for bracket in "（("):
        texts[-1] = texts[-1][:-1]  # of a notice that stands in brackets
    clauses = [
        clause
        for clause in (
            _NUMBER.sub("", text, count=1).strip() if _NUMBER.match(text) else text.strip() for text in texts
        )
        if clause
    ]
    if clauses:
        value = Disclaimer(heading=heading, clauses=clauses)
        reading.propose(Candidate("disclaimer", value, at.text, "landmarks", rule, at.node, 0.9 if heading else 0.6))
