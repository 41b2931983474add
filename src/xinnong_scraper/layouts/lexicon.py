"""A layout's words, compiled once so that matching a line costs a dictionary look-up or one regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .labels import LabelFinder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Layout, Names

__all__ = ["Lexicon"]

_DECORATION: Final = " \u3000【】〖〗[]［］（）()「」『』〔〕《》<>＜＞:：·•|｜/-—_*#★☆▌▍▎■□●◆◇▶►»›…."
_LONGEST_LOOSE: Final = 14  # characters of a heading known only by a part of it
_HAN: Final = r"\u4e00-\u9fff"


def _union(words: Iterable[str]) -> str:
    """Alternatives, the longest first, with optional spaces inside the words of two characters (来 源)."""
    ordered = sorted(set(words), key=len, reverse=True)
    spaced = (r"[\s\u3000]{0,4}".join(map(re.escape, word)) if len(word) == 2 else re.escape(word) for word in ordered)
    return "|".join(spaced) or r"(?!)"


def _patterns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Alternatives without groups around them: where each begins with a character, a search skips to those."""
    return re.compile("|".join(dict.fromkeys(patterns)) or r"(?!)")


class Lexicon:
    """Matchers for one layout's labels, headings and lines."""

    def __init__(self, layout: Layout) -> None:
        labels, headings, lines = layout.labels, layout.headings, layout.lines
        self.labels = LabelFinder(labels)
        people = _union([*labels.editor, *labels.author])
        self.credit = re.compile(
            rf"[（(【\[［]{{0,1}}\s?(?P<label>{people})[\s\u3000]{{1,4}}(?=[{_HAN}]{{2,4}}(?:$|[\s、)）】\]］]))"
        )
        """A line that is a credit without a colon: （编辑 韩梅）."""
        self._headings: dict[str, tuple[str, int]] = {}
        for kind, words in (
            ("other", headings.other),
            ("disclaimer", headings.disclaimer),
            ("teasers", headings.teasers),
        ):
            for rank, word in enumerate(words):
                self._headings.setdefault(word.casefold(), (kind, rank))
        self._teasers_parts = re.compile("|".join(map(re.escape, headings.teasers_parts)) or r"(?!)")
        self._parts = re.compile("|".join(map(re.escape, [*headings.teasers_parts, *headings.other_parts])) or r"(?!)")
        self._other_parts = re.compile("|".join(map(re.escape, headings.other_parts)) or r"(?!)")
        self.disclaimer_start = re.compile(
            rf"[【\[（(]?(?P<heading>{_union(headings.disclaimer)})[】\]）)]?[\s\u3000]{{0,4}}[:：]?[\s\u3000]{{0,4}}"
        )
        """A disclaimer's heading with the first clause on the same line."""
        self.end = _patterns(lines.end)
        self.footer = _patterns(lines.footer)
        self.contents = _patterns(lines.contents)
        self.noise = _patterns(lines.noise)
        self.boilerplate = _patterns(lines.boilerplate)
        self.promotion = _patterns(lines.promotion)
        self.legal = _patterns([rf"[（(【\[*]?(?:{'|'.join(lines.legal) or '(?!)'})"])
        self.legal_words = re.compile("|".join(map(re.escape, lines.legal_words)) or r"(?!)")
        self._latin_legal_words = [word for word in lines.legal_words if word.isascii()]
        self.more = _patterns(lines.more)
        self.more_at_end = _patterns(lines.more_at_end)
        self.source_line = _patterns(lines.source)
        self.attachments = _patterns(lines.attachments)
        self.caption = _patterns(lines.caption)
        self.caption_end = _patterns(lines.caption_end)
        self.locked = _patterns(lines.locked)
        self.badge = _patterns(lines.badge)
        self.comment = _patterns(lines.comment)
        self.comment_controls = _patterns(lines.comment_controls)
        self.comments_title = _patterns(lines.comments_title)
        self.not_article = {reason: _patterns(patterns) for reason, patterns in lines.not_article.items()}
        self._compile_names(layout)
        self._compile_persons(layout.names)
        self.home = frozenset(word.casefold() for word in layout.breadcrumbs.home)
        self.home_words = tuple(self.home)
        self.last_crumbs = frozenset(word.casefold() for word in layout.breadcrumbs.last)
        hints = layout.hints
        self.title_hint, self.subtitle_hint = _patterns(hints.title), _patterns(hints.subtitle)
        self.breadcrumb_hint, self.caption_hint = _patterns(hints.breadcrumb), _patterns(hints.caption)
        self.aside_hint, self.icon_hint = _patterns(hints.aside), _patterns(hints.icon)
        self.visitors_hint = _patterns(hints.visitors)
        self.teasers_hint, self.account_hint = _patterns(hints.teasers), _patterns(hints.account)
        pager = _union([*layout.pager.next, *layout.pager.previous, *layout.pager.other_article, *layout.pager.around])
        self.pager_line = re.compile(rf"(?>{pager}|[\d\s\[\]【】()（）|·.…<>«»‹›/-]){{1,80}}+$", re.IGNORECASE)
        """A line that is nothing but a pager: words, numbers and brackets."""
        self.pager_word = re.compile(pager, re.IGNORECASE)
        self.next_page = frozenset(word.casefold() for word in layout.pager.next)
        self.other_article = re.compile("|".join(map(re.escape, layout.pager.other_article)) or r"(?!)")

    def _compile_names(self, layout: Layout) -> None:
        names = layout.names
        role = "|".join(sorted(map(re.escape, names.roles), key=len, reverse=True)) or r"(?!)"
        long_role = (
            "|".join(sorted((re.escape(r) for r in names.roles if len(r) > 1), key=len, reverse=True)) or r"(?!)"
        )
        short_role = "|".join(re.escape(r) for r in names.roles if len(r) == 1) or r"(?!)"
        person = rf"[{_HAN}·]{{2,4}}"
        surname = "|".join(sorted(map(re.escape, names.surnames), key=len, reverse=True)) or r"(?!)"
        self.publisher = re.compile(
            rf"(?:{'|'.join(map(re.escape, names.publisher_endings)) or '(?!)'})$", re.IGNORECASE
        )
        """The end of a publisher's name."""
        self.anonymous = frozenset(names.anonymous)
        labels = layout.labels
        others = _union([*labels.source[:2], *labels.published[:6], "时间", "日期"])
        people = _union([*labels.author[:1], *labels.editor[:6]])
        spaced = rf"(?:{people})(?=[ \u3000]{{1,4}}[{_HAN}]{{2,4}}(?![{_HAN}]))|{others}"
        self.spaced_label = re.compile(rf"(?:(?<=^)|(?<=[\s\x1f|｜]))({spaced})[ \u3000]{{1,4}}(?=[{_HAN}A-Za-z\d])")
        """A label with spaces for a colon."""
        self.editor_end = re.compile(rf"(?:{_union(labels.editor)})\s?$")
        self.editor_word = re.compile(rf"[\s|｜丨][{_HAN}]{{0,4}}?(?:{_union(labels.editor)})")
        self.other_word = re.compile(rf"[\s|｜丨](?:{_union(labels.other)})(?![{_HAN}])")
        self.not_source = _patterns(names.not_sources)
        self.not_person = _patterns(names.not_persons)
        self.not_bare_person = _patterns(names.not_bare_persons)
        lead = rf"(?:{long_role})(?=[ :：]{{0,2}})|(?<![{_HAN}])(?:{short_role})(?=[ :：/])"
        more = rf"(?:[ 、]{{1,2}}(?:{role})?[ ]?{person}|，(?:{surname})[{_HAN}]{{1,2}}(?![{_HAN}]))"
        self.role_names = re.compile(rf"({lead})[ :：/]{{0,2}}({person}{more}{{0,6}})(?![{_HAN}])")
        """A role and the names behind it, inside a line: 记者 张三 李四."""
        self.role_in_brackets = re.compile(
            rf"^[{_HAN}·\s]{{0,14}}?(?:{role})(?:[\s:：/／|｜]|(?={person}(?:[\s、，/／]|$)))|[\s、](?:{role})$|/\s?(?:{role})$"
        )
        """What stands in the brackets of a credit: 本报记者 张三."""
        listed = rf"(?:、{person}){{0,8}}(?:\s|$)|(?:[、，,]\s?(?:{surname})[{_HAN}]{{1,2}}){{1,8}}(?:\s|$)"
        self.role_line = re.compile(
            rf"^(?:《[^《》]{{1,12}}》|[{_HAN}、]{{1,12}}?)?(?:{role})(?:[\s:：/／|｜丨]|(?={person}(?:{listed})))"
        )
        """A line that is a credit: 新华社记者 张三, 新华社记者张三、李四."""
        lead_in = rf"(?:[讯电訊電][】\])）]?[\s:：]{{0,3}}|^[{_HAN}]{{0,8}}?)"
        self.reporting = re.compile(rf"{lead_in}(?:{long_role})\s?({person}(?:[、\s]{person}){{0,8}})[报報][道导導]")
        """A dateline that goes on with who reports: 本报北京讯 记者张三、李四报道."""
        self.names_then_role = re.compile(rf"^[（(]?([{_HAN}·\s、]{{2,30}})\s?[/／]\s?(?:{role})[)）]?$")
        """Names before their role: 张三/文."""
        self.credit_end = re.compile(
            rf"[（(【\[][^（()）]{{0,12}}(?:{role}|完|编辑|来源)[^（()）]{{0,40}}[)）】\]]$|^[（(]?完[)）]?$"
        )

    def _compile_persons(self, names: Names) -> None:
        self.posting = frozenset(names.posted)
        posted = _union(names.posted)
        self.posted = re.compile(rf"(?:^|[\x1f|｜])\s?([^\x1f|｜:：]{{2,20}}?)[\x1f ]{{0,4}}(?:{posted})[:：]?\s?$")
        """A name and a word that says when its owner posted the article: 张三 发表于."""
        self.original = re.compile(rf"^[\[【]?(?:{_union(names.original)})[\]】]?$")
        self.platforms = frozenset(names.platforms)
        self.reports = frozenset(names.reports)
        self.follow = frozenset(names.follow)
        self.visitor = frozenset(names.visitor)
        self.person_link = _patterns(names.person_links)
        self.member_link = _patterns(names.member_links)
        surname = "|".join(sorted(map(re.escape, names.surnames), key=len, reverse=True)) or r"(?!)"
        self.signature = re.compile(
            rf"[（(]((?:{surname})[{_HAN}]{{1,2}}(?:[\s、，](?:{surname})[{_HAN}]{{1,2}}){{0,4}})[)）]$"
        )
        """Persons' names in brackets at a text's end: （李楠）, （李楠 王五）."""
        self.person = re.compile(rf"(?:{surname})[{_HAN}]{{1,2}}")
        self.dateline = re.compile(
            rf"^[{_HAN}\d\s]{{2,16}}[讯电]\s?[（(]((?:(?:{surname})[{_HAN}]{{1,2}}[\s、，]{{0,2}}){{1,6}})[)）]"
        )
        """A dateline that names persons without a role: 某某网讯（张三 李四）."""

    def heading(self, text: str) -> tuple[str, int] | None:
        """Tell what part of the page a heading opens and its rank among such headings, or None.

        The kinds are ``disclaimer``, ``teasers`` and ``other``; the lower the rank, the surer the heading.
        """
        if len(text) > 24:
            return None
        bare = text.strip(_DECORATION).casefold()
        if " " in bare:
            bare = bare.replace(" ", "")
        if found := self._headings.get(bare):
            return found
        if len(bare) > _LONGEST_LOOSE or not self._parts.search(bare):
            return None
        if 3 <= len(bare) <= _LONGEST_LOOSE and self._teasers_parts.search(bare):
            return ("teasers", 80)
        if 2 <= len(bare) <= 12 and self._other_parts.search(bare):
            return ("other", 99)
        return None

    def count_legal_words(self, text: str) -> int:
        """Count the words that legal notices have."""
        if text.isascii() and not any(word in text for word in self._latin_legal_words):
            return 0
        return len(self.legal_words.findall(text))

    @staticmethod
    def bare_heading(text: str) -> str:
        """Strip a heading of its brackets, bullets and colon.

        >>> Lexicon.bare_heading("【免责声明】")
        '免责声明'
        """
        return text.strip(_DECORATION)
