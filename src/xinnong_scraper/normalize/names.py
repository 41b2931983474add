"""Names of persons out of the value of a byline or credit."""

from __future__ import annotations

import re

from ._name_words import ANONYMOUS, COMPOUND_SURNAMES, PUBLISHER_ENDS, ROLES, WHOLE_WORD_ROLES
from .text import is_han

__all__ = ["ROLES", "WHOLE_WORD_ROLES", "split_names"]

_NO_NAMES = ANONYMOUS.union(ROLES, WHOLE_WORD_ROLES)

_MAX_TEXT = 500  # characters; a byline is shorter, and a paragraph taken for one is cut
_MAX_NAMES = 40

_BRACKETS = re.compile(r"[\[【［{<《〈(（][^\[\]【】［］{}<>《》〈〉()（）]{0,60}[\]】］}>》〉)）]")
_LOOSE_BRACKETS = re.compile(r"[\[\]【】［］{}<>()（）]")
_STAFF_CODE = re.compile(
    r"\b(?:[A-Za-z]{1,4}[_\-]?)?\d{2,10}\b"
    r"|(?<=[\u4e00-\u9fff])[_\-－—]?(?:[A-Za-z]{1,4}\d{1,8}|\d{3,10})(?!\w)"
    r"|(?:工号|编号)[:：]?[A-Za-z0-9]{1,12}"
)
_LATIN_NAME = r"[A-Za-zÀ-ÿ](?:[A-Za-zÀ-ÿ'’\-]{0,30}\.?)"
_LATIN = re.compile(rf"{_LATIN_NAME}(?: {_LATIN_NAME}){{1,4}}")
_MIDDLE_DOT = re.compile(r"(?<=[^\W\da-zA-Z])\s?[·•・‧∙．.]\s?(?=[^\W\da-zA-Z])")
_SEPARATORS = re.compile(r"[、，,；;/／|｜&＆+\n:：]")
_AND = re.compile(r"(?<=[\u4e00-\u9fff]{2})[和与](?=[\u4e00-\u9fff]{2,4}(?:$|\s))")
_ROLE = "|".join(sorted(ROLES, key=len, reverse=True))
_ROLE_WORD = re.compile(rf"((?:{_ROLE})(?![部站团证])\s?[:：]?)")
_EMPLOYED = re.compile("记者|[栏约]作[者家]")
_EDGE = r"[\s、，,;；/／|｜:：]"
_WHOLE = "|".join(sorted((role for role in WHOLE_WORD_ROLES if len(role) > 1), key=len, reverse=True))
_WHOLE_ROLE = re.compile(rf"(?:^|(?<={_EDGE}))(?:{_WHOLE})(?=$|{_EDGE})", re.IGNORECASE)
_PLACE_REPORT = re.compile(r"[／/]\s?[\u4e00-\u9fff]{2,8}[报報][导導道](?!\w)")  # 記者林佳蓉／雲林報導
_REPORT = re.compile(r"[\u4e00-\u9fff]{2}[报報][导導道]")  # the place of a report: 臺南報導
_SHORT_ROLE = re.compile(
    rf"(?:^|(?<={_EDGE}))[文图摄写]\s?[/／:：|｜]|\s?[/／|｜]\s?[文图摄](?=$|{_EDGE})|(?<=\w\w)\s?摄(?=$|{_EDGE})"
)
_LAST_WORD = re.compile(r"([\u4e00-\u9fffA-Za-z0-9]{2,20})(\s?)$")
_SHORT_EMPLOYER = re.compile(r"\s*[\u4e00-\u9fff]{2}")  # 南都记者 张三
_NAME_FOLLOWS = re.compile(r"\s?([\u4e00-\u9fff]{2,4})(?!\w)")
_LOOSE_ENDS = " \t:：-－—_·.。,，;；'\"“”‘’*#"


def split_names(text: str) -> list[str]:
    """Return the names in a byline's value, in order, without roles, employers, staff codes and doubles.

    A publisher or account as the only value (``人民日报``) is kept; placeholders such as ``佚名`` are not.

    >>> split_names("新华社记者 张三 通讯员 李　四（实习生）")
    ['张三', '李四']
    """
    text = _MIDDLE_DOT.sub("·", text[:_MAX_TEXT])
    for _ in range(2):
        text = _BRACKETS.sub(" ", text)
    text = _STAFF_CODE.sub(" ", _LOOSE_BRACKETS.sub(" ", text))
    text = _PLACE_REPORT.sub("、", text)
    text = _WHOLE_ROLE.sub("、", _SHORT_ROLE.sub("、", text))
    names = (name for part in _by_role(text) for name in _names_of(part))
    return list(dict.fromkeys(names))[:_MAX_NAMES]


def _by_role(text: str) -> list[str]:
    """Split a value at its role words; an employer before 记者 or 专栏作者 goes with the role."""
    pieces = _ROLE_WORD.split(text)
    for index in range(0, len(pieces) - 1, 2):
        if not _EMPLOYED.search(pieces[index + 1]):
            continue
        following = _NAME_FOLLOWS.match(pieces[index + 2])
        first = index == 0 or pieces[index - 1].endswith((":", "："))
        if first and following and following[1] not in _NO_NAMES and _SHORT_EMPLOYER.fullmatch(pieces[index]):
            pieces[index] = ""
        else:
            pieces[index] = _LAST_WORD.sub(_employer, pieces[index])
    return pieces[::2]


def _employer(found: re.Match[str]) -> str:
    """Drop a publisher before 记者 (``新华社记者``), but not a name with its role behind it (``张三记者``)."""
    word, space = found.groups()
    return "" if word[-1] in PUBLISHER_ENDS or (len(word) > 3 and not space) else word


def _names_of(part: str) -> list[str]:
    """Return the names in a stretch without roles; Latin names keep their spaces."""
    names: list[str] = []
    position = 0
    for latin in _LATIN.finditer(part):
        names += _plain_names(part[position : latin.start()])
        names.append(latin[0])
        position = latin.end()
    return names + _plain_names(part[position:])


def _plain_names(part: str) -> list[str]:
    names = [
        name
        for chunk in _SEPARATORS.split(part)
        for name in _join_wide([word for piece in _AND.split(chunk) for word in _words(piece)])
    ]
    reports = [name for name in names[1:] if _REPORT.fullmatch(name)]
    return [name for name in names if name not in _NO_NAMES and name not in reports and any(map(str.isalpha, name))]


def _words(text: str) -> list[str]:
    return [word for piece in text.split() if (word := piece.strip(_LOOSE_ENDS))]


def _join_wide(words: list[str]) -> list[str]:
    """Join single characters side by side, names that were set wide: ``张 三``, ``欧阳 修``."""
    joined: list[str] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and len(words[end]) == 1 and is_han(words[end]):
            end += 1
        run = "".join(words[at:end])
        if run:
            size = 2 if len(run) > 3 and len(run) % 2 == 0 else len(run)
            joined += [run[start : start + size] for start in range(0, len(run), size)]
        elif words[at] in COMPOUND_SURNAMES and at + 1 < len(words) and len(words[at + 1]) <= 2:
            end = at + 2
            joined.append(words[at] + words[at + 1])
        else:
            end = at + 1
            joined.append(words[at])
        at = end
    return joined
