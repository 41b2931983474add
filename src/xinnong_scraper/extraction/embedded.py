"""Text that only a script holds: pages that are filled in when they are shown.

Read are JSON-LD ``articleBody``, scripts of type ``application/json`` (``__NEXT_DATA__``) and objects that a script
assigns (``window.__INITIAL_STATE__ = {…}``). Of all strings in them the one with the most running text is taken; the
object around it may name title, source and date. Of a gallery that shows one text at a time, the whole series is taken.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from ..decode import Decoded
from ..normalize.text import clean, squeeze
from ..page import Page
from ..records import Block, Body
from .body import BodyBuilder
from .byline import read_below
from .credits import find_credits
from .density import TextArea
from .disclaimer import find_disclaimer
from .language import read_stamp
from .metadata import Metadata
from .pieces import person_names
from .reading import Candidate, Reading, prose_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

__all__ = ["EmbeddedText", "find_embedded_text", "find_series", "propose_embedded"]

_LEAST: Final = 80  # weight of a text worth taking
_ONE_OF_SEVERAL: Final = 500  # characters shown by a page that may show one text of a series at a time
_SERIES: Final = 3
_COUNTER = re.compile(r"\d\s?/\s?(\d{1,3})(?!\d)")  # the slide shown, of how many
_COUNTER_WITHIN: Final = 20  # characters of a line
_ESCAPE: Final = "\\u"
_SAME: Final = 12  # characters
_MAX_NODES: Final = 40_000
_MAX_SCRIPT: Final = 3_000_000  # characters
_MAX_BRACKETS: Final = 200_000
_ASSIGNMENT = re.compile(r"=\s{0,3}(?=[{\[])|JSON\.parse\(\s{0,3}(?=[\"'])")
_STRING = re.compile(
    r'"(?:content|articleBody|body|text|html|contentHtml|article_content)"\s{0,3}:\s{0,3}("(?:[^"\\]|\\.)*")'
)
_TEXT_KEYS: Final = frozenset({"content", "body", "text", "html", "article", "detail", "desc"})
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "name"),
    "source": ("source", "sourceName", "source_name", "media_name", "mediaName", "media"),
    "published_at": (
        *("publish_time", "publishTime", "publishDate", "pubTime", "pubtime", "pubDate", "published_at", "publishedAt"),
        *("datePublished", "createTime", "create_time", "ctime", "time"),
    ),
    "authors": ("author", "authors", "authorName", "author_name", "writer", "reporter"),
    "editors": ("editor", "editors", "editorName", "editor_name", "dutyEditor"),
}  # fmt: skip
"""Names of fields beside the text, the surest first."""
_FIELD_KEYS: Final = frozenset(key for keys in _FIELDS.values() for key in keys)
_PLAIN_KEYS: Final = {key.replace("_", "").lower(): key for keys in _FIELDS.values() for key in keys}
_OF_ARTICLE = re.compile(r"^(?:article|news|content|doc|post|info)[-_]{0,2}(?=\w)|[-_]", re.IGNORECASE)
_CREDITED: Final = frozenset({"authors", "editors", "source", "disclaimer"})
_SIBLINGS: Final = 40


@dataclass(slots=True)
class EmbeddedText:
    """A text found in a script."""

    blocks: list[Block]
    weight: int
    rule: str
    node: LexborNode
    fields: dict[str, str]
    """What the object around it says: title, source, published_at, authors, editors, as written."""
    credited: list[Candidate] = field(default_factory=list)
    """Whom the text itself credits, and the notice at its end."""


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
    for node in reading.page.tree.css("textarea")[:20]:
        value = node.text()
        if "<" in value and (weight := _weigh(value, "text")) >= _LEAST and (best is None or weight > best[0]):
            best = (weight, value, "textarea", node, _fields(_beside(node)))
    if best is None:
        return None
    weight, value, rule, node, fields = best
    blocks, credited = _blocks(reading, value)
    return EmbeddedText(blocks, weight, rule, node, fields, credited) if blocks else None


def _beside(node: LexborNode) -> dict[str, Any]:
    """Read the fields of a form that stand beside a text's, each under the key that its name or class ends with."""
    around: dict[str, Any] = {}
    sibling = node.parent.child if node.parent is not None else None
    for _ in range(_SIBLINGS):
        if sibling is None:
            break
        attributes = sibling.attributes
        value = sibling.text() if sibling.tag == "textarea" else attributes.get("value")
        if value and sibling.mem_id != node.mem_id:
            for name in filter(None, (attributes.get(key) for key in ("name", "id", "class"))):
                if (key := _PLAIN_KEYS.get(_OF_ARTICLE.sub("", name).lower())) is not None:
                    around.setdefault(key, value)
        sibling = sibling.next
    return around


def find_series(reading: Reading, blocks: list[Block]) -> EmbeddedText | None:
    """Find the texts of which a page that is read slide by slide shows one: a list in a script that holds that one too.

    None where the page shows more than one slide would have, or no script has such a list.
    """
    texts = [block.text for block in blocks if block.kind == "paragraph" and block.text]
    if sum(map(len, texts)) > _ONE_OF_SEVERAL:
        return None
    longest = squeeze(max(texts, key=len, default=""))[-_SAME:]
    if len(longest) < _SAME:
        return None
    signs = [f"u{ord(char):04x}" for char in longest[:4] if not char.isascii()]
    for node in [node for _, node in reading.outline.head.data] + reading.outline.head.scripts[:100]:
        content = node.first_child
        text = (content.text_content or "") if content is not None else ""
        if len(text) > _MAX_SCRIPT or not (longest[:4] in text or _holds_escaped(text, signs)):
            continue
        for rule, data in _objects(text):
            for series, of_objects in _lists(data):
                if of_objects and not _counts_to(reading, len(series)):
                    continue  # objects with a text each may as well be a feed's articles
                if any(longest in squeeze(item) for item in series):
                    found = [Block(kind="paragraph", text=line) for item in series if (line := clean(item))]
                    weight = sum(map(len, series))
                    return EmbeddedText(found, weight, f"{rule}:series", node, {})
    return None


def _holds_escaped(text: str, signs: list[str]) -> bool:
    """Tell whether a script has all of the characters as escapes, however often their backslashes are doubled."""
    if _ESCAPE not in text:
        return False
    lowered = text.lower()
    return all(sign in lowered for sign in signs)


def _counts_to(reading: Reading, number: int) -> bool:
    """Tell whether the page shows a counter of so many texts (1/9)."""
    return any(
        int(match[1]) == number for line in reading.lines for match in _COUNTER.finditer(line.text[:_COUNTER_WITHIN])
    )


def _lists(data: Any) -> Iterator[tuple[list[str], bool]]:  # noqa: ANN401  JSON
    """Yield every list of texts, bare or, which the second value tells, as one key's value in a list of objects."""
    waiting: list[Any] = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
            first = item[0] if len(item) >= _SERIES else None
            keys = [key for key, value in first.items() if isinstance(value, str)] if isinstance(first, dict) else []
            columns = [[one.get(key) for one in item if isinstance(one, dict)] for key in keys]
            for column in [item, *columns] if first is not None else []:
                if all(isinstance(value, str) and "<" not in value for value in column):
                    yield column, column is not item


def propose_embedded(reading: Reading, found: EmbeddedText) -> None:
    """Propose the text for the body, instead of what is shown, and what the object around it says of it."""
    reading.candidates[:] = [candidate for candidate in reading.candidates if candidate.field != "images"]
    raw = next((block.text for block in found.blocks if block.text), "") or ""
    reading.propose(Candidate("body", Body(blocks=found.blocks), raw, "metadata", found.rule, found.node, 0.7))
    for name, value in found.fields.items():
        parsed: Any = value
        if name == "published_at":
            parsed = read_stamp(reading, value)
        elif name in ("authors", "editors"):
            parsed = person_names(reading, value)
        if parsed:
            reading.propose(Candidate(name, parsed, value, "metadata", f"{found.rule}/{name}", found.node, 0.7))
    for credit in found.credited:
        reading.propose(replace(credit, node=found.node))


def _objects(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the JSON values of a script: all of it, what it assigns, or the strings that look like a text."""
    if text.count("{") + text.count("[") > _MAX_BRACKETS:
        return
    stripped = text.strip()
    if stripped.startswith(("%7B", "%5B")):
        stripped = unquote(stripped)
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
        if isinstance(data, str):
            try:
                data = decoder.decode(data)
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
    """Yield every long string with its key and the object around it; what that one lacks, the next outer one adds."""
    waiting: list[tuple[str, Any, dict[str, Any]]] = [("", data, {})]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        key, item, around = waiting.pop()
        if isinstance(item, dict):
            outer = {name: around[name] for name in _FIELD_KEYS & around.keys() if isinstance(around[name], str | int)}
            joined = {**outer, **item} if item.keys() & _TEXT_KEYS else item
            waiting.extend((str(name), value, joined) for name, value in item.items())
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
    for name, keys in _FIELDS.items():
        for key in keys:
            value = around.get(key)
            if (
                isinstance(value, str | int)
                and not isinstance(value, bool)
                and (text := clean(str(value)))
                and len(text) <= 150
            ):
                fields[name] = text
                break
    return fields


def _blocks(reading: Reading, value: str) -> tuple[list[Block], list[Candidate]]:
    """Read the text as a page of its own where it is markup, else a paragraph a line; with what it credits."""
    if "<" not in value and "&lt;" not in value:
        blocks = [Block(kind="paragraph", text=text) for line in value.splitlines() if (text := clean(line))]
        inner = Reading(reading.page, reading.layout, reading.now, Metadata())
        find_credits(inner, blocks, [])
        return blocks, inner.candidates
    if "&lt;" in value and "<" not in value:
        value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    page = Page(Decoded(value, None, "text", None, 0), reading.page.url)
    inner = Reading(page, reading.layout, reading.now, Metadata())
    lines = inner.lines
    if not lines:
        return [], []
    area = TextArea(page.outline.boxes[0], 0, len(lines), [prose_weight(line) for line in lines], lines)
    notice = find_disclaimer(inner, area)
    builder = BodyBuilder(inner, area)
    span = builder.span(0, set(range(*notice)) if notice else set(), None)
    blocks = builder.blocks(span)
    read_below(inner, span.first, span.last, area.last)
    find_credits(inner, blocks, lines[span.first : span.last])
    return blocks, [candidate for candidate in inner.candidates if candidate.field in _CREDITED]
