"""Which language a page is in, and what its dates follow from that: their zone, and how a stamp is read."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Final

from ..layouts import GENERAL
from ..layouts.languages import numeric_order, words_of_languages
from ..normalize.dates import FoundDate, parse_stamp
from ..normalize.text import han_count
from ..normalize.worded import find_worded_dates

if TYPE_CHECKING:
    from datetime import tzinfo

    from ..normalize.worded import DateOrder
    from .reading import Reading

__all__ = [
    "is_chinese",
    "is_chinese_text",
    "languages_of_script",
    "letters_for_one",
    "numeric_order_of",
    "page_language",
    "read_stamp",
    "shows_date",
    "zone_of",
]

_SAMPLE: Final = 600  # characters of running text that tell a page's language
_LINES: Final = 400
_STAMP: Final = 80  # characters
_KANA_OR_HANGUL = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
"""Scripts that few languages share, each with the most spoken of them."""
_SHARED: Final = {
    "ru": frozenset(("uk", "bg", "be", "sr", "mk", "kk", "mn", "ky", "tg", "ba", "tt")),
    "ar": frozenset(("fa", "ur", "ps", "ku", "ug", "sd")),
    "he": frozenset(("yi",)),
    "hi": frozenset(("mr", "ne")),
}
"""The other languages of those scripts."""
_DECLARED = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2})(?![A-Za-z]))?")


def is_chinese(reading: Reading) -> bool:
    """Tell by its script whether a page is read by the rules for Chinese; one that shows no text at all is."""
    if reading.is_chinese is None:
        text = _sample(reading)
        reading.is_chinese = not text or is_chinese_text(text)
    return reading.is_chinese


def is_chinese_text(text: str) -> bool:
    """Tell whether a tenth of a text without spaces is Han, as beside much code, with hardly any kana or hangul."""
    han = han_count(text)
    return han > 0 and 10 * han >= len(text) and 5 * len(_KANA_OR_HANGUL.findall(text)) < han


def script_language(text: str) -> str | None:
    """The most spoken language of the script, if few share it, in which a quarter of a text without spaces stands."""
    return next((name for name, pattern in _SCRIPTS if 4 * len(pattern.findall(text)) >= len(text) > 0), None)


def languages_of_script(text: str | None) -> frozenset[str]:
    """The languages of the script that :func:`script_language` finds; for None those of all such scripts."""
    name = None if text is None else script_language(text)
    names = [each for each, _ in _SCRIPTS] if text is None else [name] if name else []
    return frozenset(names).union(*(_SHARED.get(each, frozenset()) for each in names))


def letters_for_one(reading: Reading) -> float:
    """How many letters of an alphabet a character of the page's script is worth: 2.5 for kana and Han, 1.6 for Hangul.

    Texts of one meaning in Japanese, Korean and English have about these shares of characters.
    """
    text = _sample(reading)
    if text.isascii() or not text:
        return 1.0
    kana, hangul = (len(pattern.findall(text)) for name, pattern in _SCRIPTS if name in ("ja", "ko"))
    wide = han_count(text) + kana
    return 2.5 if wide * 2 > len(text) else 1.6 if hangul * 2 > len(text) else 1.0


def _sample(reading: Reading) -> str:
    """The title and the beginning of the running text, or of all text where little of it runs."""
    picked, size = [reading.outline.head.title[:200]], 0
    for line, weight in zip(reading.lines, reading.weights, strict=True):
        if weight:
            picked.append(line.text[:_SAMPLE])
            size += len(line.text)
            if size >= _SAMPLE:
                break
    else:
        picked += [line.text for line in reading.lines[:_LINES]]
    return "".join(picked).replace(" ", "")


def page_language(reading: Reading) -> str | None:
    """The language that the page declares, with its region (``en-GB``), unless its script says otherwise."""
    text = _sample(reading)
    script = script_language(text)
    names = ("og:locale", "content-language", "language", "dc.language", "inlanguage")
    stated = [found.value for name in names if (found := reading.metadata.by_name.get(name))]
    declared = [
        match for value in (reading.outline.head.language, *stated) if value and (match := _DECLARED.match(value))
    ]
    if script is not None:
        fitting = [match for match in declared if match[1].lower() in _SHARED.get(script, frozenset()) | {script}]
        return _tag(fitting) or script
    others = {"zh", *(name for name, _ in _SCRIPTS)}
    return _tag([match for match in declared if match[1].lower() not in others])


def _tag(declared: list[re.Match[str]]) -> str | None:
    """The first language declared, with the first region that any declaration of it names."""
    if not declared:
        return None
    base = declared[0][1].lower()
    region = next((match[2] for match in declared if match[2] and match[1].lower() == base), None)
    return f"{base}-{region.upper()}" if region else base


def numeric_order_of(reading: Reading) -> DateOrder | None:
    """The order of numeric dates that follows from the page's language alone."""
    order = numeric_order(page_language(reading))
    return "dmy" if order == "dmy" else "mdy" if order == "mdy" else None


def zone_of(reading: Reading) -> tzinfo:
    """The zone of dates that name none: the layout's, and UTC on a page that is not Chinese and of no known portal."""
    if reading.layout.name != GENERAL or is_chinese(reading):
        return reading.layout.tzinfo
    return UTC


def read_stamp(reading: Reading, text: str) -> FoundDate | None:
    """Read a metadata stamp; on a page that is not Chinese one with an offset keeps it."""
    if is_chinese(reading):
        return parse_stamp(text, reading.layout.tzinfo)
    zone, text = zone_of(reading), text.strip()
    if not text or len(text) > _STAMP:
        return None
    if found := parse_stamp(text, zone, keep_offset=True):
        return found
    dates = find_worded_dates(text, words_of_languages().dates, zone=zone, order=numeric_order_of(reading), limit=2)
    return dates[0] if len(dates) == 1 and dates[0].kind == "absolute" else None


def shows_date(text: str) -> bool:
    """Tell whether a short text holds a date in any of the languages."""
    return bool(find_worded_dates(text, words_of_languages().dates, zone=UTC, limit=1))
