"""How a text is set: centred lines, lists of attachments, and paragraphs that were typed with breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from ..walk import MAX_LINES

if TYPE_CHECKING:
    from ..blocks import Box, Line
    from .reading import Reading

__all__ = ["is_attachment", "is_centred", "names_of", "unwrapped"]

_INDENTED = re.compile("\n(?=[ \u3000\t]{2}|\n|\u3000)")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z)(?:$|[?#])", re.IGNORECASE)
_ATTACHMENTS: Final = 12  # lines
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)


def is_centred(line: Line) -> bool:
    """Tell whether the line's own box centres it."""
    box: Box | None = line.box
    for _ in range(2):
        if box is None or box.last - box.first > 1:
            return False
        attributes = box.node.attributes
        if (
            box.tag == "center"
            or (attributes.get("align") or "").lower() == "center"
            or _CENTRED.search(attributes.get("style") or "")
        ):
            return True
        box = box.parent
    return False


def is_attachment(reading: Reading, line: Line) -> bool:
    """Tell a linked line that is a file, or an entry of the list behind 附件：."""
    if _FILE.search(line.links[0].attributes.get("href") or ""):
        return True
    for other in reversed(reading.lines[max(0, line.index - _ATTACHMENTS) : line.index + 1]):
        if reading.lexicon.attachments.match(other.text):
            return True
        if not other.all_link:
            break
    return False


def names_of(line: Line) -> str:
    """Give the ids and classes of the line's box and of the element in it that holds all of the text."""
    node = line.node
    if node.mem_id == line.box.node.mem_id:
        return line.box.ident
    return f"{line.box.ident} {node.attributes.get('class') or ''}".lower()


def unwrapped(text: str) -> list[str]:
    """Split a preformatted text into its paragraphs, which an indent or an empty line begins, else each line.

    There are at most as many as a page has lines.
    """
    parts = _INDENTED.split(text, MAX_LINES)
    if len(parts) == 1:
        parts = text.split("\n", MAX_LINES)
    return [paragraph for part in parts[:MAX_LINES] if (paragraph := clean(part))]
