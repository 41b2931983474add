"""Text that only a script holds: pages that are filled in when they are shown.

Read are JSON-LD ``articleBody``, scripts of type ``application/json`` (``__NEXT_DATA__``) and objects that a script
assigns (``window.__INITIAL_STATE__ = {…}``). Of all strings in them the one with the most running text is taken; the
object around it may name title, source and date.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..decode import Decoded
from ..normalize.dates import parse_stamp
from ..normalize.text import clean
from ..page import Page
from ..records import Block
from .body import BodyBuilder
from .density import TextArea
from .metadata import Metadata
from .reading import Candidate, Reading, prose_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

__all__ = ["EmbeddedText", "find_embedded_text", "propose_embedded"]

_LEAST: Final = 80  # weight of a text worth taking
_MAX_NODES: Final = 40_000
_MAX_SCRIPT: Final = 3_000_000  # characters
_MAX_BRACKETS: Final = 200_000
_ASSIGNMENT = re.compile(r"=\s{0,3}(?=[{\[])|JSON\.parse\(\s{0,3}(?=[\"'])")
_STRING = re.compile(
    r'"(?:content|articleBody|body|text|html|contentHtml|article_content)"\s{0,3}:\s{0,3}("(?:[^"\\]|\\.)*")'
)
_TEXT_KEYS: Final = ("content", "body", "text", "html", "article", "detail", "desc")
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "name"),
    "source": ("source", "sourceName", "source_name", "media_name", "mediaName"),
    "published_at": (
        *("publish_time", "publishTime", "publishDate", "pubTime", "pubDate", "published_at", "publishedAt"),
        *("datePublished", "createTime", "create_time", "ctime", "time"),
    ),
}  # fmt: skip
"""Names of fields beside the text, the surest first."""


@dataclass(slots=True)
class EmbeddedText:
    """A text found in a script."""

    blocks: list[Block]
    weight: int
    rule: str
    node: LexborNode
    fields: dict[str, str]
    """What the object around it says: title, source, published_at, as written."""


def find_embedded_text(reading: Reading) -> EmbeddedText | None:
    """Find the longest running text that the page's scripts hold; None where there is none."""
    best: tuple[int, str, str, LexborNode, dict[str, str]] | None = None
    head = reading.outline.head
    for node in [node for _, node in head.data] + head.scripts[:100]:
        content = node.first_child
        text = content.text_content if content is not None else None
        if not text or len(text) > _MAX_SCRIPT or len(text) < _LEAST:
            continue
        for rule, data in _objects(text):
            for key, value, around in _strings(data):
                weight = _weigh(value, key)
                if weight >= _LEAST and (best is None or weight > best[0]):
                    best = (weight, value, f"{rule}:{key}", node, _fields(around))
    if best is None:
        return None
    weight, value, rule, node, fields = best
    blocks = _blocks(reading, value)
    return EmbeddedText(blocks, weight, rule, node, fields) if blocks else None


def propose_embedded(reading: Reading, found: EmbeddedText) -> None:
    """Propose what the object around the text says of it."""
    for field, value in found.fields.items():
        parsed: Any = parse_stamp(value, reading.layout.tzinfo) if field == "published_at" else value
        if parsed:
            reading.propose(Candidate(field, parsed, value, "metadata", f"{found.rule}/{field}", found.node, 0.7))


def _objects(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the JSON values of a script: all of it, what it assigns, or the strings that look like a text."""
    if text.count("{") + text.count("[") > _MAX_BRACKETS:
        return
    stripped = text.strip()
    decoder = json.JSONDecoder(strict=False)
    try:
        whole = decoder.decode(stripped)
    except (ValueError, RecursionError):
        yield from _assigned(stripped, decoder)
    else:
        yield "json", whole


def _assigned(stripped: str, decoder: json.JSONDecoder) -> Iterator[tuple[str, Any]]:
    found = False
    position = 0
    for _ in range(20):
        match = _ASSIGNMENT.search(stripped, position)
        if match is None:
            break
        position = match.end()
        try:
            data, position = decoder.raw_decode(stripped, match.end())
        except (ValueError, RecursionError):
            continue
        found = True
        yield "state", data
    if not found:
        for match in _STRING.finditer(stripped):
            try:
                yield "string", {"content": json.loads(match[1], strict=False)}
            except ValueError:
                continue


def _strings(data: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:  # noqa: ANN401  JSON
    """Yield every long string with its key and the object around it."""
    waiting: list[tuple[str, Any, dict[str, Any]]] = [("", data, {})]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        key, item, around = waiting.pop()
        if isinstance(item, dict):
            waiting.extend((str(name), value, item) for name, value in item.items())
        elif isinstance(item, list):
            waiting.extend((key, value, around) for value in item)
        elif isinstance(item, str) and len(item) >= _LEAST:
            yield key, item, around


def _weigh(value: str, key: str) -> int:
    marks = sum(value.count(mark) for mark in "，。、；！？")
    if marks < 3:
        return 0
    return min(len(value), marks * 60) * (2 if any(name in key.lower() for name in _TEXT_KEYS) else 1)


def _fields(around: dict[str, Any]) -> dict[str, str]:
    fields = {}
    for field, keys in _FIELDS.items():
        for key in keys:
            value = around.get(key)
            if (
                isinstance(value, str | int)
                and not isinstance(value, bool)
                and (text := clean(str(value)))
                and len(text) <= 150
            ):
                fields[field] = text
                break
    return fields


def _blocks(reading: Reading, value: str) -> list[Block]:
    """Read the text as a page of its own where it is markup, else a paragraph a line."""
    if "<" not in value and "&lt;" not in value:
        return [Block(kind="paragraph", text=text) for line in value.splitlines() if (text := clean(line))]
    if "&lt;" in value and "<" not in value:
        value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    page = Page(Decoded(value, None, "text", None, 0), reading.page.url)
    inner = Reading(page, reading.layout, reading.now, Metadata())
    lines = inner.lines
    if not lines:
        return []
    weights = [prose_weight(line) for line in lines]
    builder = BodyBuilder(inner, TextArea(page.outline.boxes[0], 0, len(lines), weights, lines))
    return builder.blocks(builder.span(0, set(), None))
