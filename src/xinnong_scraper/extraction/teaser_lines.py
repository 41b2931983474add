"""The lines of a box of teasers: which of their text is which link's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .reading import Reading

__all__ = ["BESIDE", "CLOSING", "HEADLINE", "OPENING", "link_target", "runs_of", "trimmed"]

HEADLINE: Final = 8
"""Characters of a link that reads like a headline."""
BESIDE: Final = " •·|-\u3000:：>›»▪■◆●"
"""What separates a title from its neighbours."""
OPENING: Final = "[(（【〔［"
CLOSING: Final = "])）】〕］"
_ODD: Final = frozenset(BESIDE + OPENING + CLOSING + ",，、")
_MAX_PARTS: Final = 400  # of one line
_CARD: Final = 3  # texts of a link that holds title, title again and summary
_BOLD: Final = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_NOWHERE = re.compile(r"(?i:javascript|mailto|tel|about|data|vbscript):")


def link_target(link: LexborNode | None) -> str | None:
    """Give where a link leads, as written; None where it leads nowhere."""
    href = link.attrs.get("href") if link is not None else None
    if not href or href.startswith(("http", "/")):
        return href or None
    href = href.strip()
    return None if not href or href[0] == "#" or _NOWHERE.match(href) else href


def trimmed(text: str) -> str:
    """Take off what stands between a title and its neighbours: dots, dashes, arrows, half of a pair of brackets."""
    if text and (text[0] in _ODD or text[-1] in _ODD):
        text = text.strip(BESIDE).rstrip(",，、")
        if text and text[0] in CLOSING:
            text = text.lstrip(CLOSING + BESIDE)
        if text and text[-1] in OPENING:
            text = text.rstrip(OPENING + BESIDE)
    return text


def _once(text: str) -> str:
    """Give the text of a link once where it is written twice in a row."""
    if text.find(text[:2], 2) < 0:
        return text
    half = len(text) // 2
    first, second = text[:half].strip(), text[half:].strip()
    return first if first == second and half > 2 else text


def _shown(texts: list[str]) -> list[str]:
    """The texts of one link as one, but where its title is written twice the title and what follows it apart."""
    if len(texts) >= _CARD:
        parts = [part for part in map(clean, texts[: _CARD * 3]) if part]
        if len(parts) >= _CARD and parts[0] == parts[1] and len(parts[0]) >= HEADLINE:
            return parts[1:]
    text = _once(clean("".join(texts)))
    return [text] if text else []


def runs_of(reading: Reading, line: Line) -> list[tuple[str, LexborNode | None]]:
    """The line's text split where a link begins or ends, each run with its link."""
    if not line.link_chars:
        return [(line.text, None)]
    parts = line.parts[:_MAX_PARTS]
    if len(line.links) == 1:
        if line.link_chars >= len(line.text):
            if len(parts) == 1:
                return [(_once(line.text), line.links[0])]
            numbered = len(parts) > 1 and parts[0][0].strip().isdecimal()
            texts = [text for text, _ in parts[numbered:]]
            shown = [_once(line.text)] if len(texts) < _CARD and not numbered else _shown(texts)
            return [(text, line.links[0]) for text in shown]
        if (lead := _lead(reading, line)) is not None:
            return lead
    links = {link.mem_id: link for link in line.links[:_MAX_PARTS]}
    outermost = line.box.node
    around = _link_around(outermost.parent, links, 0, None)
    runs: list[tuple[list[str], LexborNode | None]] = []
    for text, element in parts:
        link = _link_around(element, links, outermost.mem_id, around)
        if link is not None and len(text) <= 5 and text.strip().isdecimal():
            continue  # the number of a list's entry
        if runs and runs[-1][1] is link:
            runs[-1][0].append(text)
        else:
            runs.append(([text], link))
    return [(text, link) for texts, link in runs for text in _shown(texts)]


def _lead(reading: Reading, line: Line) -> list[tuple[str, LexborNode | None]] | None:
    """Read a paragraph that begins with its title in bold and ends with the link to the rest ([详细])."""
    text, element = line.parts[0]
    if element.tag not in _BOLD or len(line.parts) < _CARD:
        return None
    if not reading.lexicon.more.match(clean(line.parts[-1][0]).lstrip(OPENING)):
        return None
    rest = clean("".join(part for part, _ in line.parts[1:-1]))
    return [(clean(text), line.links[0]), (rest, None)]


def _link_around(
    element: LexborNode | None, links: dict[int, LexborNode], outermost: int, otherwise: LexborNode | None
) -> LexborNode | None:
    """Find the link that an element stands in; ``otherwise`` where none does below the outermost element."""
    node = element
    for _ in range(6):
        if node is None or node.mem_id == outermost:
            return links.get(outermost, otherwise)
        if node.mem_id in links:
            return links[node.mem_id]
        node = node.parent
    return None
