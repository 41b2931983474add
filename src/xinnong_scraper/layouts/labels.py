"""Finding labels (来源：) in a line, from their colons backwards: a dictionary look-up for each length of word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .model import Labels

__all__ = ["Label", "LabelFinder"]

_MARK = re.compile(r"[:：/／｜丨|]")
_COLONS: Final = ":："
_BRACKETS: Final = "【】[]［］（(〔 \u3000\t\x1f"
_GLUED: Final = "年月日时分秒"  # a date may touch the label behind it
_TOUCHING: Final = ("source", "author", "editor", "other")
_SHORTEST_TOUCHING: Final = 2  # characters of a label behind another one's value
_SHORTEST_DATED: Final = 4  # and of one for a date: 发布时间, not 时间
_BRACKETED = re.compile(r"[【\[〔［]([\u4e00-\u9fff]{2,6})[】\]〕］]\s{0,2}[:：]?\s{0,2}(?=\S)")
_OPENERS: Final = "【[〔［"
_PIECE = re.compile(r"[^|｜\x1f]+")
_VALUE = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,16}\s?$")
_VALUE_GOES_ON = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_MAX_LABELS: Final = 40
_FAR: Final = 30  # characters before the colon of a text's first label

_ORDER: Final = (
    *("other", "original_title", "breadcrumb", "keywords", "summary"),
    *("modified", "published", "editor", "author", "source"),
)
"""A word that stands for several fields stands for the last of these."""


class Label(NamedTuple):
    """A label in a text."""

    field: str
    """``source``, ``author``, ``editor``, ``published``, …, ``other``."""
    word: str
    start: int
    """Index of the word."""
    end: int
    """Index of the value behind it."""


class LabelFinder:
    """The labels of one layout."""

    def __init__(self, labels: Labels) -> None:
        self._fields: dict[str, str] = {}
        for field in _ORDER:
            for word in getattr(labels, field):
                self._fields[word.replace(" ", "").casefold()] = field
        self._longest = max(map(len, self._fields), default=0)
        self._ends = frozenset(word[-1] for word in self._fields)
        self._bare = tuple(w for words in (labels.source[:2], labels.author[:1], labels.editor[:4]) for w in words)

    def field(self, text: str) -> str | None:
        """Name the field if the text is a label and nothing else."""
        return self._fields.get(text.replace(" ", "").casefold()) if len(text) <= self._longest + 4 else None

    def find(self, text: str) -> list[Label]:
        """Find the labels in order: words before a colon, roles before a stroke (文/张三), words at a piece's start
        where strokes or elements divide the line (``| 来源CSDN |``).
        """  # noqa: D205  three kinds take two lines
        found: list[Label] = []
        floor = 0
        if (bracketed := _BRACKETED.match(text)) and (name := self._fields.get(bracketed[1].casefold())):
            found.append(Label(name, bracketed[1], bracketed.start(1), bracketed.end()))
            floor = bracketed.end()
        for mark in _MARK.finditer(text, floor):
            at = mark.start()
            label = self._ending(text, floor, at, touching=bool(found) and _may_touch(text[at], found))
            if label is None:
                continue
            field, start, end = label
            if text[at] not in _COLONS and (
                field not in ("author", "editor", "source") or not _begins_with_han(text, at + 1)
            ):
                continue
            found.append(Label(field, text[start:end].strip(), start, at + 1))
            floor = at + 1
            if len(found) >= _MAX_LABELS:
                break
        if "|" in text or "\x1f" in text or "｜" in text:
            found = self._with_bare(text, found)
        return found

    def at_start(self, text: str) -> Label | None:
        """Find the label with a colon that the text begins with, brackets and spaces before it left aside."""
        if text[:1] in _OPENERS and (bracketed := _BRACKETED.match(text)):
            field = self._fields.get(bracketed[1].casefold())
            if field is not None:
                return Label(field, bracketed[1], bracketed.start(1), bracketed.end())
        colon, wide = text.find(":", 0, _FAR), text.find("：", 0, _FAR)
        if colon < 0 or 0 <= wide < colon:
            colon = wide
        if colon < 0:
            return None
        label = self._ending(text, 0, colon)
        if label is None or text[: label[1]].strip(_BRACKETS):
            return None
        return Label(label[0], text[label[1] : label[2]], label[1], colon + 1)

    def at_beginning(self, text: str) -> Label | None:
        """Find the label that a value itself begins with, without a colon: 转载自《聊城日报》."""
        for length in range(min(self._longest, len(text)), 1, -1):
            field = self._fields.get(text[:length].casefold())
            if field is not None and length < len(text) and not _VALUE_GOES_ON.match(text, length):
                return Label(field, text[:length], 0, length)
        return None

    def at_end(self, text: str) -> Label | None:
        """Find the label that the text ends with, colon or not: what stands before a date."""
        bare = text.rstrip(" :：\u3000\x1f\t\n")
        label = self._ending(bare, 0, len(bare))
        return Label(label[0], bare[label[1] : label[2]], label[1], len(text)) if label else None

    def _ending(self, text: str, floor: int, end: int, *, touching: bool = False) -> tuple[str, int, int] | None:
        """The longest label that ends at ``end``, with its field, start and end; spaces inside it do not count.

        With ``touching`` it may follow the value of the label before it without a space.
        """
        while end > floor and text[end - 1] in " \u3000\t】]］":
            end -= 1
        if end == floor or text[end - 1].casefold() not in self._ends:
            return None
        compact, best = "", None
        position = end
        while position > floor and len(compact) < self._longest:
            position -= 1
            char = text[position]
            if char in " \u3000":
                if end - position > self._longest + 4:
                    break
                continue
            compact = char + compact
            if (field := self._fields.get(compact.casefold())) is None:
                continue
            behind = touching and position >= floor + 2 and len(compact) >= _SHORTEST_TOUCHING
            named = behind and (field in _TOUCHING or len(compact) >= _SHORTEST_DATED)
            if named or self._free(text, floor, position):
                best = (field, position, end)
        return best

    @staticmethod
    def _free(text: str, floor: int, start: int) -> bool:
        """Tell whether the word that starts here is a word of its own."""
        if start == floor:
            return True
        before = text[start - 1]
        return before in _GLUED or before.isdigit() or not (before.isalnum() or before == "_")

    def _with_bare(self, text: str, found: list[Label]) -> list[Label]:
        taken = {label.start for label in found}
        for piece in _PIECE.finditer(text):
            start = piece.start() + len(piece[0]) - len(piece[0].lstrip())
            if not text.startswith(self._bare, start):
                continue
            for word in self._bare:
                if text.startswith(word, start) and start not in taken:
                    value = text[start + len(word) : piece.end()]
                    if _VALUE.match(value):
                        found.append(Label(self._fields[word.casefold()], word, start, start + len(word)))
                        break
        return sorted(found, key=lambda label: label.start)


def _may_touch(mark: str, found: list[Label]) -> bool:
    """Tell whether a label may touch the value before it: 来源：聊城日报责任编辑：张三, but not inside an abstract."""
    return mark in _COLONS and found[-1].field not in ("summary", "keywords")


def _begins_with_han(text: str, at: int) -> bool:
    following = text[at : at + 2].lstrip()
    return bool(following) and "\u4e00" <= following[0] <= "\u9fff"
