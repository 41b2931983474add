"""What the first bytes of a page show, told without decoding or parsing it.

For decisions that come before a page is called a page: is there anything to read, and what does its head ask for. The
scan knows comments, elements whose content is no text, and attributes (WHATWG HTML, 13.2.5), in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Glance", "glance"]

_TAG: Final = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]{0,30})")
_REST: Final = re.compile(rb"""(?:[^>=]++|=[ \t\r\n\f]*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
"""The rest of a tag; a quote counts only where a value begins."""
_ATTRIBUTE: Final = re.compile(
    rb"""([^\s"'>/=]{1,60})[ \t\r\n\f]*+=[ \t\r\n\f]*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))"""
)
_WITHOUT_TEXT: Final = {
    name: re.compile(rb"</" + name + rb"(?![A-Za-z0-9-])", re.IGNORECASE)
    for name in (
        b"script", b"style", b"noscript", b"template", b"textarea", b"title", b"xmp", b"iframe", b"noembed",
        b"noframes",
    )
}  # fmt: skip
"""Elements whose content a reader does not see, or not as the page's text, and their ends."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen."""

    text: int
    """Bytes of text that a reader would see, white space left out: a Chinese character counts two or three, about
    what a word of as many letters does."""
    metas: tuple[dict[bytes, bytes], ...]
    """The attributes of each ``<meta>``, names in lower case, values as written."""
    base: bytes | None
    """The first ``<base href>``, as written."""


def glance(head: bytes) -> Glance:
    """Look at the first bytes of a page; the caller bounds them.

    >>> seen = glance(b"<title>t</title><meta name=a content='b'><!-- no --><p>Two words<script>code</script>")
    >>> seen.text, seen.metas
    (8, ({b'name': b'a', b'content': b'b'},))
    """
    text, place = 0, 0
    metas: list[dict[bytes, bytes]] = []
    base: bytes | None = None
    while (start := head.find(b"<", place)) >= 0:
        text += _weight(head[place:start])
        tag = _TAG.match(head, start)
        if tag is None:
            place = _past_other(head, start)
            text += place == start + 1
            continue
        rest = _REST.match(head, tag.end())
        if rest is None:
            return Glance(text, tuple(metas), base)
        place, name = rest.end(), tag[2].lower()
        if tag[1]:
            continue
        if name == b"meta":
            metas.append(_attributes(rest[0]))
        elif name == b"base" and base is None:
            base = _attributes(rest[0]).get(b"href")
        elif (end := _WITHOUT_TEXT.get(name)) is not None:
            closing = end.search(head, place)
            place = closing.start() if closing else len(head)
    return Glance(text + _weight(head[place:]), tuple(metas), base)


def _past_other(head: bytes, start: int) -> int:
    """Find the end of a comment, a declaration or a processing instruction; a bare ``<`` is text of one byte."""
    if head.startswith(b"<!--", start):
        end = head.find(b"-->", start + 2)  # "<!-->" is a comment too
        return end + 3 if end >= 0 else len(head)
    if head[start + 1 : start + 2] in (b"!", b"?", b"/"):
        end = head.find(b">", start)
        return end + 1 if end >= 0 else len(head)
    return start + 1


def _attributes(rest: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for match in _ATTRIBUTE.finditer(rest):
        found.setdefault(match[1].lower(), next(value for value in match.groups()[1:] if value is not None))
    return found


def _weight(text: bytes) -> int:
    return sum(map(len, text.replace(b"&nbsp;", b" ").split()))
