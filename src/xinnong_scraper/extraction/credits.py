"""Names that the text itself credits: datelines, credits in brackets, and credit lines at either end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from .pieces import AROUND, person_names
from .reading import Candidate

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from ..records import Block
    from .density import TextArea
    from .reading import Reading

__all__ = ["find_credits", "find_keywords"]

_BRACKETS = re.compile(r"[（(【\[〔]([^（()）【】\[\]〔〕]{2,60})[)）】\]〕]")
_STOPS: Final = "。！？"
_STROKES = re.compile("[丨｜|]")
_BETWEEN: Final = " ，,；;|｜。"
_COMMAS = re.compile("[，,；;|｜]")
_TAG_LENGTH: Final = 16  # characters
_HEAD: Final = 90  # characters of the first paragraph that may be a dateline
_TAIL: Final = 70
_LONGEST_LINE: Final = 60
_LONGEST_INTRODUCTION: Final = 160
_FIRST_LINES: Final = 3
_INTRODUCTION: Final = 2  # labels


def find_credits(reading: Reading, blocks: list[Block], lines: list[Line]) -> None:
    """Propose authors that stand in the body's first or last paragraphs."""
    texts = [
        (index, block.text)
        for index, block in enumerate(blocks)
        if block.text and block.kind in ("paragraph", "subheading")
    ]
    if not texts:
        return
    places = [(text, text[:_HEAD], "dateline") for _, text in texts[:2]]
    places += [(text, text, "line") for _, text in texts[2:8] if len(text) <= _LONGEST_LINE // 2]
    places += [(text, text[-_TAIL:], "credit") for _, text in texts[-3:]]
    last = texts[-1][1]
    if (signature := reading.lexicon.signature.search(last)) and (names := person_names(reading, signature[1])):
        node = _node_of(lines, last)
        reading.propose(Candidate("authors", names, last[-60:], "landmarks", "text:signature", node, 0.6))
    for line in lines[:_FIRST_LINES]:
        _divided(reading, line)
    for _, text in texts[:2]:
        _labelled(reading, text, _node_of(lines, text))
    for text, part, rule in places:
        if editors := _editors_beside(reading, text):
            reading.propose(Candidate("editors", editors, text, "landmarks", "text:line", _node_of(lines, text), 0.85))
        for value in _credits(reading, text, part):
            names = [name for name in person_names(reading, _STROKES.sub(" ", value)) if 2 <= len(name) <= 12]
            if names:
                node = _node_of(lines, text)
                reading.propose(Candidate("authors", names, text[:200], "landmarks", f"text:{rule}", node, 0.85))


def _divided(reading: Reading, line: Line) -> None:
    """Propose the editor of a line above the text that a stroke divides: 某某新闻编辑 | 李四."""
    head, stroke, value = (_STROKES.sub("|", line.text)).partition("|")
    label = reading.lexicon.editor_end.search(head) if stroke and len(line.text) <= _LONGEST_LINE else None
    if label and (names := person_names(reading, value)):
        reading.propose(Candidate("editors", names, line.text, "landmarks", f"text:{label[0]}", line.node, 0.85))


def _labelled(reading: Reading, text: str, node: LexborNode | None) -> None:
    """Propose what a line above the text credits behind labels: 本文来自公众号：乡村观察，作者：张三，编辑：李四."""
    labels = reading.lexicon.labels.find(text) if len(text) <= _LONGEST_INTRODUCTION else []
    known = [label for label in labels if label.field in ("author", "editor", "source", "original_title")]
    if len(known) < _INTRODUCTION or "。" in text[:-1]:
        return
    ends = [label.start for label in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=True):
        value, colon, _ = text[label.end : end].replace(":", "：").partition("：")
        if colon or (end < len(text) and text[end - 1] not in _BETWEEN):  # 题图 of 题图来自：
            value = "，".join(_COMMAS.split(value)[:-1])
        names = person_names(reading, value.strip(_BETWEEN))
        if label.field in ("author", "editor") and names:
            rule = f"text:{label.word}"
            reading.propose(Candidate(f"{label.field}s", names, text[:200], "landmarks", rule, node, 0.8))


def _node_of(lines: list[Line], text: str) -> LexborNode | None:
    """Find the element of the line that became the block."""
    return next((line.node for line in lines if line.text == text), None)


def _editors_beside(reading: Reading, text: str) -> list[str]:
    """Read the editors that share a line with its reporters: 本报记者：张三 本报编辑：李四."""
    lexicon = reading.lexicon
    if len(text) > _LONGEST_LINE or not lexicon.role_line.match(text.strip(AROUND)):
        return []
    label = lexicon.editor_word.search(text)
    return person_names(reading, text[label.end() :].lstrip(" :：")) if label else []


def _credits(reading: Reading, text: str, part: str) -> list[str]:
    lexicon = reading.lexicon
    if len(text) <= _LONGEST_LINE:
        bare = text.strip(AROUND)
        word, colon, value = text.replace(":", "：", 1).partition("：")
        if colon and lexicon.original.match(word):
            return person_names(reading, value)[:1]  # an account's name may follow
        if (role := lexicon.role_line.match(bare)) and not any(mark in bare for mark in _STOPS):
            if "、" in role[0] and (names := lexicon.role_names.search(bare)):
                bare = bare[names.start() :]  # without the employers, of which there are several
            return [lexicon.editor_word.split(bare, maxsplit=1)[0]]
        if both := lexicon.names_then_role.match(text):
            return [both[1]]
    if dateline := lexicon.dateline.match(part):
        return [dateline[1]]
    if reported := lexicon.reporting.search(part):
        return [reported[1]]
    return [
        match[1]
        for match in _BRACKETS.finditer(part)
        if lexicon.role_in_brackets.search(match[1]) and not lexicon.legal.match(match[1])
    ]


def _tag_links(reading: Reading, first: int, last: int) -> list[tuple[LexborNode, Line]]:
    """The links with ``rel="tag"`` (microformats rel-tag) of the first line that has any, and of those beside it."""
    found: list[tuple[LexborNode, Line]] = []
    for line in reading.lines[first:last]:
        if not line.links or line.link_chars > _TAG_LENGTH * len(line.links):
            continue
        tags = [link for link in line.links if _is_tag(link.attributes.get("rel"))]
        if not tags and found:
            break
        found.extend((link, line) for link in tags)
    return found[:20]


def _is_tag(rel: str | None) -> bool:
    return rel is not None and "tag" in rel.split() and "category" not in rel


def find_keywords(reading: Reading, area: TextArea | None, begin: int) -> None:
    """Propose the tags shown behind 标签： or 关键词：, on its line or as short links on the lines after it."""
    if area is None or any(c.field == "keywords" for c in reading.candidates):
        return
    if tags := _tag_links(reading, begin, area.last + 40):
        words = list(dict.fromkeys(clean(link.text()).lstrip("#＃ ") for link, _ in tags))
        reading.propose(
            Candidate("keywords", "\x1f".join(words), tags[0][1].text, "landmarks", "rel:tag", tags[0][1].node, 0.9)
        )
        return
    lines, lexicon = reading.lines, reading.lexicon
    for line in lines[begin : area.last + 40]:
        if len(line.text) > 200:
            continue
        label = lexicon.labels.at_start(line.text)
        if label is None or label.field != "keywords":
            continue
        text = "\x1f".join([part.strip() for part, _ in line.parts if part.strip()])
        label = lexicon.labels.at_start(text)
        if label is None or label.field != "keywords":
            continue
        value = text[label.end :].strip(" \x1f")
        if not value:
            following = []
            for other in lines[line.index + 1 : line.index + 16]:
                if (
                    not other.all_link
                    or len(other.text) > 16
                    or other.box.parent is None
                    or not other.box.within(line.box.parent or line.box)
                ):
                    break
                following.append(other.text)
            value = "\x1f".join(following)
        if value and value[-1] not in "。！？":
            reading.propose(Candidate("keywords", value, line.text, "landmarks", f"label:{label.word}", line.node, 0.9))
            return
