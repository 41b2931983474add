"""When an article in another language than Chinese was published and changed.

Read are the visible dates, ``<time>`` and ``itemprop``, what the metadata states, and the address. A date without label
is that of publication, unless the metadata says otherwise: equal to the day of the last change it is that, where
``article:published_time`` states another day of publication; later than the day of publication it is a change or
another article's, and the metadata's is taken.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Final

from ..normalize.dates import FoundDate
from ..normalize.text import clean
from ..normalize.urls import date_in_url
from .language import read_stamp, zone_of
from .reading import Candidate
from .shown_dates import CHANGED, ISSUED, DateField, DateReader, ShownDate, is_of_visitors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .density import TextArea
    from .headline import Headline
    from .metadata import Stated
    from .reading import Reading

__all__ = ["propose_general_dates"]

_ELEMENTS: Final = 40
_DATED: Final = "[itemprop*='date'], time[datetime], time[pubdate], [class*='dt-published']"
_META_CHANGED = re.compile(r"modif|updat|revis|lastmod|last[-_. ]?(?:edit|review|publ)|expir")
_META_ISSUED = re.compile(
    r"publi(?:sh|c)[a-z]{0,5}[-_. ]?(?:date|time|on\b|at\b)|pub[-_. ]?(?:date|time)|^published$"
    r"|date[-_. ]?(?:publi|issued|posted|created)|post(?:ed)?[-_ ]?date|^(?:sailthru\.date|issued)$"
    r"|^citation_(?:online_)?date$|^(?:dcterms|dc)\.(?:date\.)?(?:date|created|issued|submitted)$"
)
"""In the name of a ``<meta>`` that systems use beside the well-known ones."""
_OPEN_GRAPH: Final = "article:published_time"
"""Stands for the publication beside a date that is shown; one in JSON-LD alone often names the first version."""
_JSON_DATE = re.compile(r'"datePublished"\s{0,3}:\s{0,3}"([^"]{8,40})"')
_MAX_SCRIPT: Final = 500_000  # characters


def propose_general_dates(reading: Reading, headline: Headline | None, area: TextArea | None) -> list[Line]:
    """Propose the dates of a page that is not Chinese; return the lines that show them."""
    dated = reading.page.tree.css(_DATED)
    marked = [*_marked(reading, dated), *_further_metadata(reading)]
    known = _known_days(reading, marked, dated)
    reader = DateReader(reading, known)
    shown = reader.around(headline, area) or reader.labelled(headline) or reader.below(area)
    for one in marked:
        reading.propose(one)
    _propose_shown(reading, shown)
    said = [one for one in (*reading.candidates, *_stated(reading)) if one.field == "published_at"]
    if not any(one.value.value for one in said):
        _propose_address(reading)
    return [one.line for one in shown]


def _propose_shown(reading: Reading, shown: list[ShownDate]) -> None:
    """Propose each date as what it says of itself, and what says nothing as what the metadata leaves it."""
    issued = {one.value.value.date() for one in _stated(reading) if one.field == "published_at" and one.value.value}
    changed = {one.value.value.date() for one in _stated(reading) if one.field == "modified_at" and one.value.value}
    labelled = any(one.field == "published_at" and one.rule.startswith("label:") and not one.far for one in shown)
    taken = 0
    for one in shown:
        field, day = one.field, one.date.value.date() if one.date.value else None
        if field is None and (taken or labelled):
            continue
        near = day and any(abs((day - other).days) <= 1 for other in issued)  # the same day in another zone
        if not one.rule.startswith("label:") and day and issued and not near:
            if day in changed:
                field = "modified_at" if one.far or _OPEN_GRAPH in reading.metadata.by_name else None
            elif day > min(issued) or (field is None and one.far):
                said = f"the page shows {one.date.raw!r} without a label, which is not the metadata's date"
                reading.note("metadata_disagrees", "published_at", f"{said}; the metadata's was taken")
                continue
        field = field or "published_at"
        if field == "published_at":
            taken += 1
            if taken > 1:
                continue
        node = one.line.node
        reading.propose(Candidate(field, one.date, one.date.raw, "landmarks", one.rule, node, one.trust))


def _stated(reading: Reading) -> list[Candidate]:
    """What the metadata and the marked elements say of dates."""
    found = [one for one in reading.candidates if one.field.endswith("_at") and one.strategy in ("metadata", "layout")]
    for field in ("published_at", "modified_at"):
        read = [(stated, read_stamp(reading, stated.value)) for stated in reading.metadata.all(field)[:4]]
        found += [
            Candidate(field, value, one.value, "metadata", one.rule, one.node, 0.8) for one, value in read if value
        ]
    return found


def _propose_address(reading: Reading) -> None:
    day = date_in_url(reading.page.url)
    if day is not None:
        url = reading.page.url or ""
        found = FoundDate(datetime.combine(day, time(), zone_of(reading)), "day", url, 0, len(url), "absolute")
        reading.propose(Candidate("published_at", found, url, "url", "date-in-path", None, 0.6))


def _marked(reading: Reading, nodes: list[LexborNode]) -> Iterator[Candidate]:
    """Yield the dates that elements carry for machines: ``itemprop``, ``<time class="published">``, ``pubdate``."""
    seen: set[str] = set()
    for node in nodes[:_ELEMENTS]:
        attributes = node.attributes
        field, rule = _marked_field(node)
        if field is None or field in seen or node.tag == "meta" or is_of_visitors(node):
            continue
        value = attributes.get("datetime") or attributes.get("content") or attributes.get("title") or node.text()
        if found := read_stamp(reading, clean(value or "")):
            seen.add(field)
            yield Candidate(field, found, found.raw, "metadata", rule, node, 0.75)


def _further_metadata(reading: Reading) -> Iterator[Candidate]:
    """Yield dates of the head that stand under names less well known, or beside no article's description."""
    metadata = reading.metadata
    used = {id(stated) for field in ("published_at", "modified_at") for stated in metadata.all(field)}
    read: list[tuple[DateField, Stated, FoundDate]] = []
    for name, stated in metadata.by_name.items():
        field: DateField | None = "published_at" if _META_ISSUED.search(name) else None
        field = "modified_at" if _META_CHANGED.search(name) else field
        if field and id(stated) not in used and (found := read_stamp(reading, stated.value)):
            read.append((field, stated, found))
    read.sort(key=lambda one: str(one[2].value)[:10])  # a page may be put out anew
    for field, stated, found in read:
        yield Candidate(field, found, stated.value, "metadata", stated.rule, stated.node, 0.7)
    for item in metadata.others[:_ELEMENTS]:
        for named, key in (("published_at", "datePublished"), ("modified_at", "dateModified")):
            value = item.get(key)
            if isinstance(value, str) and (found := read_stamp(reading, value)):
                yield Candidate(named, found, value, "metadata", f"json-ld:{item.get('@type')}.{key}", None, 0.7)
    if metadata.article is None and not metadata.others:
        for _, node in reading.outline.head.data:  # JSON that is broken, by its words
            if match := _JSON_DATE.search((node.text() or "")[:_MAX_SCRIPT]):
                if found := read_stamp(reading, match[1]):
                    yield Candidate("published_at", found, match[1], "metadata", "json-ld:datePublished", node, 0.65)
                return


def _marked_field(node: LexborNode) -> tuple[DateField | None, str]:
    attributes = node.attributes
    properties = (attributes.get("itemprop") or "").lower().split()
    if "datepublished" in properties:
        return "published_at", "itemprop:datePublished"
    if "datemodified" in properties:
        return "modified_at", "itemprop:dateModified"
    named = (attributes.get("class") or "").lower()
    if "pubdate" in attributes or ISSUED.search(named):
        return "published_at", "time:published"
    if CHANGED.search(named):
        return "modified_at", "time:updated"
    return None, ""


def _known_days(reading: Reading, marked: Iterable[Candidate], nodes: list[LexborNode]) -> set[date]:
    """The days that other statements name: of a date that reads two ways they tell the one meant."""
    days = {one.value.value.date() for one in (*_stated(reading), *marked) if one.value.value}
    if day := date_in_url(reading.page.url):
        days.add(day)
    times = {node.mem_id: node for node in nodes if node.tag == "time"}  # one may be found for several reasons
    stamps = (node.attributes.get("datetime") for node in times.values())
    for stamp in islice(filter(None, stamps), _ELEMENTS):
        if found := read_stamp(reading, stamp):
            days |= {found.value.date()} if found.value else set()
    return days
