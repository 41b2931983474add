"""Names that the text itself credits: datelines, credits in brackets, and credit lines at either end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from .pieces import person_names
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
_TAG_LENGTH: Final = 16  # characters
_HEAD: Final = 90  # characters of the first paragraph that may be a dateline
_TAIL: Final = 70
_LONGEST_LINE: Final = 60


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
    if signature := reading.lexicon.signature.search(texts[-1][1]):
        last = texts[-1][1]
        node = _node_of(lines, last)
        reading.propose(Candidate("authors", [signature[1]], last[-60:], "landmarks", "text:signature", node, 0.6))
    for text, part, rule in places:
        for value in _credits(reading, text, part):
            names = [name for name in person_names(reading, _STROKES.sub(" ", value)) if 2 <= len(name) <= 12]
            if names:
                node = _node_of(lines, text)
                reading.propose(Candidate("authors", names, text[:200], "landmarks", f"text:{rule}", node, 0.85))


def _node_of(lines: list[Line], text: str) -> LexborNode | None:
    """Find the element of the line that became the block."""
    return next((line.node for line in lines if line.text == text), None)


def _credits(reading: Reading, text: str, part: str) -> list[str]:
    lexicon = reading.lexicon
    if len(text) <= _LONGEST_LINE:
        bare = text.strip("（()）【】[] ")
        if lexicon.role_line.match(bare) and not any(mark in bare for mark in _STOPS):
            return [lexicon.editor_word.split(bare, maxsplit=1)[0]]
        if both := lexicon.names_then_role.match(text):
            return [both[1]]
    return [match[1] for match in _BRACKETS.finditer(part) if lexicon.role_in_brackets.search(match[1])]


def _tag_links(reading: Reading, first: int, last: int) -> list[tuple[LexborNode, Line]]:
    """The links with ``rel="tag"`` (microformats rel-tag) of the first line that has any, and of those beside it."""
    found: list[tuple[LexborNode, Line]] = []
    for line in reading.lines[first:last]:
        if line.link_chars > _TAG_LENGTH * len(line.links):
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
        if ":" not in line.text and "：" not in line.text:
            continue
        text = "\x1f".join(part.strip() for part, _ in line.parts if part.strip())
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
