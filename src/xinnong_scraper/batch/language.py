"""Whether a page may be in a language, judged before it is parsed by what it declares and by the script it opens in.

A page is passed over only where something speaks against it, since what is passed over is never seen again. The script
of the first text tells Chinese, Japanese, Korean, Russian, Arabic, Greek, Hebrew, Thai and Hindi (each with the
languages that share its script) from each other and from those in Latin letters, whatever the page declares: templates
that say ``lang="en"`` above Chinese text are common. Languages of one script are told apart only by what the page or
the server declares (``lang``, ``Content-Language``, ``og:locale``), and not at all where neither does; simplified and
traditional Chinese are one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..decode import decode_html
from ..extraction.language import is_chinese_text, languages_of_script
from ..normalize.text import han_count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["base_language", "may_be_in"]

_LOOKED: Final = (1 << 13, 1 << 15)
"""Bytes of a page that are looked at, the more where the fewer hold too little text: scripts may stand before it."""
_SAMPLE: Final = 400  # characters of text
_TITLE: Final = 8  # characters that show a script, where half of them are of it
_SOME: Final = 40  # characters that show a script, and tell Chinese from the others that have Han
_MUCH: Final = 200  # letters without any Han: a Chinese page may open with a menu in English
_WRITTEN_IN_HAN: Final = frozenset(("ja", "yue", "wuu", "nan", "hak", "gan", "lzh"))
"""Languages beside Chinese whose pages may open in nothing but Han."""
_UNREAD: Final = ("script", "style", "template", "svg")
_LANG: Final = re.compile(r"\blang\s{0,9}=\s{0,9}[\"']?([A-Za-z]{2,3})(?![A-Za-z])", re.IGNORECASE)
_CONTENT: Final = re.compile(r"\bcontent\s{0,9}=\s{0,9}[\"']?([A-Za-z]{2,3})(?![A-Za-z])", re.IGNORECASE)
_DECLARING: Final = re.compile(r"content-language|og:locale[\"'\s]", re.IGNORECASE)
_LEADING: Final = frozenset("hHmMsStT")
"""First letters of the elements that are looked at."""
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")


def base_language(tag: str) -> str:
    """Give the language of a tag in lower case, without script and region; raises ``ValueError`` where it is none.

    >>> base_language("zh-Hans-CN"), base_language("EN_us")
    ('zh', 'en')
    """
    found = _TAG.match(tag)
    if found is None:
        raise ValueError(f"{tag!r} is no language tag such as zh or en")
    return found[0].lower()


def may_be_in(languages: Collection[str], body: bytes, headers: Mapping[str, str]) -> bool:
    """Tell whether a page may be in one of some languages (tags as in BCP 47, of which the first part counts)."""
    wanted = {base_language(tag) for tag in languages}
    text = ""
    declared: set[str] = set()
    for size in _LOOKED:
        end = body.rfind(b"<", 0, size) if len(body) > size else len(body)  # not within a character
        markup = decode_html(body[:end] if end > 0 else body[:size], headers.get("content-type")).text
        text, declared = _opening(markup)
        if len(text) >= _SAMPLE or len(body) <= size:
            break
    if header := _TAG.match(headers.get("content-language", "").strip()):
        declared.add(header[0].lower())
    if _TITLE <= len(text) < _SOME and 2 * han_count(text) > len(text):
        return not wanted.isdisjoint({"zh"} | _WRITTEN_IN_HAN)
    if len(text) >= _SOME:
        if is_chinese_text(text):
            return not wanted.isdisjoint({"zh"} | (declared & _WRITTEN_IN_HAN))
        if family := languages_of_script(text):
            return not wanted.isdisjoint(declared & family or family)
        if len(text) >= _MUCH and han_count(text) * 50 < len(text):
            return any(tag in declared or not (declared or _has_own_script(tag)) for tag in wanted)
    return not declared or not wanted.isdisjoint(declared)


def _has_own_script(tag: str) -> bool:
    return tag == "zh" or tag in languages_of_script(None)


def _opening(markup: str) -> tuple[str, set[str]]:
    """Give the first text of a page without white space, and the languages that its markup declares."""
    declared: set[str] = set()
    picked: list[str] = []
    size = 0
    skipped = ""
    for piece in markup.split("<")[1:]:
        if skipped:
            if piece[:9].lower().startswith(skipped):
                skipped = ""
            continue
        if piece[:1] in _LEADING:  # most are others, and a page has hundreds
            name = piece[:9].lower()
            if name.startswith(_UNREAD):
                skipped = "/" + next(each for each in _UNREAD if name.startswith(each))
                continue
            if found := _declaration(name, piece.partition(">")[0]):
                declared.add(found[1].lower())
        text = piece.partition(">")[2]
        if text and not text.isspace():
            picked.append("".join(text.split()))
            size += len(picked[-1])
            if size >= _SAMPLE:
                break
    return "".join(picked), declared


def _declaration(name: str, tag: str) -> re.Match[str] | None:
    if name.startswith("html"):
        return _LANG.search(tag)
    return _CONTENT.search(tag) if name.startswith("meta") and _DECLARING.search(tag) else None
