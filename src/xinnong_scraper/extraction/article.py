"""From a page to the record: every strategy once, one winner a field, normalized."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ..decode import codec_for
from ..layouts import GENERAL
from ..normalize.dates import FoundDate
from ..normalize.text import han_count, squeeze
from ..normalize.urls import absolute, canonical
from ..records import Article, Block, Body, Evidence, ExtractionWarning
from .doubts import note_doubts
from .embedded import find_embedded_text
from .fields import read_fields
from .findings import Findings
from .gate import refuse_before, refuse_challenge
from .headline import split_site_name
from .language import is_chinese, page_language
from .left_out import note_left_out
from .merging import content_hash
from .metadata import read_metadata
from .pictures import alternative_text
from .reading import Candidate, Reading
from .resolution import Resolved, doubt_authors, resolve, settle_dates
from .titles import without_site
from .veiled import unveil
from .weighing import record_confidence, weigh

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ..layouts import Layout
    from ..page import Page
    from .density import TextArea
    from .findings import Signs

__all__ = ["read_article", "read_weighed"]

_KEYWORD_SEPARATORS = re.compile(r"[,，;；、|\x1f]+|(?<=[\u4e00-\u9fff])\s+|(?<!\s)\s++(?=[\u4e00-\u9fff])")
_LOGOS: Final = 12  # pictures at the page's top among which a site's logo may be
_MAX_KEYWORDS: Final = 30
_OPENING: Final = 8  # characters of a title that another one begins with
_SAMPLE: Final = 2_000  # characters that tell a text's language
_LITTLE_TEXT: Final = 200  # weight as prose of all the page shows


def read_article(
    page: Page, layout: Layout, *, now: datetime | None = None, watch: Callable[[Reading], None] | None = None
) -> Article:
    """Read the page by the layout; ``watch`` is given what the strategies share, to be looked at afterwards.

    Raises NotAnArticleError for a page that is something other than an article.
    """
    return read_weighed(page, layout, now=now, watch=watch)[0]


def read_weighed(
    page: Page, layout: Layout, *, now: datetime | None = None, watch: Callable[[Reading], None] | None = None
) -> tuple[Article, dict[str, Signs]]:
    """Do the same, and give the signs that the fields' confidence was weighed by."""
    reading = Reading(page, layout, now, read_metadata(page.outline.head))
    if unveil(page, shows_little=_shows_little(reading)):
        reading = Reading(page, layout, now, read_metadata(page.outline.head))
    if watch is not None:
        watch(reading)
    little = _shows_little(reading)
    embedded = find_embedded_text(reading) if little else None
    if embedded is None:
        if little:
            refuse_challenge(reading)
        refuse_before(reading)
    blocks, area = read_fields(reading, embedded)
    resolved = resolve(reading)
    _complete(reading, resolved, blocks, area)
    note_doubts(reading, resolved, area)
    note_left_out(reading, resolved)
    weigh(Findings(reading, resolved, blocks, area))
    return _record(reading, resolved), resolved.signs


def _shows_little(reading: Reading) -> bool:
    """Tell a page that shows so little running text that a script may hold it."""
    return sum(reading.weights) < _LITTLE_TEXT


def _complete(reading: Reading, resolved: Resolved, blocks: list[Block], area: TextArea | None) -> None:
    """Fill the fields that follow from others."""
    _title(reading, resolved)
    _site_name(reading, resolved)
    _body(reading, resolved, blocks, area)
    settle_dates(reading, resolved)
    doubt_authors(reading, resolved)
    _keywords(reading, resolved)
    _language(reading, resolved, Body(blocks=blocks).text)
    _canonical(reading.page, resolved, reading)


def _body(reading: Reading, resolved: Resolved, blocks: list[Block], area: TextArea | None) -> None:
    if not blocks or area is None or resolved.get("body") is not None:
        return
    strategy, rule = ("layout", f"css:{reading.selected}") if reading.selected else ("density", "best-box")
    raw = next((block.text for block in blocks if block.text), "") or ""
    box = area.box
    while reading.span is not None and box.parent is not None and not box.first <= reading.span[0] < box.last:
        box = box.parent
    candidate = Candidate("body", Body(blocks=blocks), raw, strategy, rule, box.node)
    resolved.set(candidate, agreeing=_body_agreeing(reading, blocks))


def _language(reading: Reading, resolved: Resolved, text: str) -> None:
    """Tell the language by the script of the text or, without text, of the title; else as the page declares it."""
    own, declared = reading.layout.language, reading.outline.head.language
    chinese = is_chinese(reading)
    language = declared if chinese else page_language(reading)
    if _is_chinese(text or resolved.get("title") or "") and (chinese or language not in ("ja", "ko")):
        resolved.set(Candidate("language", own or "zh", "", "landmarks", "script:Han", None, 0.95))
    elif language:
        code = language.split("-")[0].lower()
        if declared and declared.lower().startswith(code):
            node = reading.page.tree.root
            resolved.set(Candidate("language", code, declared, "metadata", "html:lang", node, 0.6))
        else:
            resolved.set(Candidate("language", code, "", "landmarks", "script", None, 0.6))
    elif own and reading.layout.name != GENERAL:
        resolved.set(Candidate("language", own, "", "layout", f"layout:{reading.layout.name}", None, 0.6))


def _is_chinese(text: str) -> bool:
    """Tell whether a quarter of a text's beginning is Han; most texts tell it sooner."""
    sample = text[:_SAMPLE]
    return any(4 * han_count(sample[:size]) >= len(sample) > 0 for size in (len(sample) // 3, len(sample)))


def _title(reading: Reading, resolved: Resolved) -> None:
    """Let the document's title agree with the headline, or be it where there is none."""
    document = reading.outline.head.title
    title, whole = resolved.get("title"), split_site_name(document)[0]
    if title and resolved.winners["title"].strategy == "metadata" and _is_cut(title, whole):
        # a quotation mark ended the attribute too early
        resolved.set(replace(resolved.winners["title"], value=whole), agreeing=resolved.agreeing["title"])
    if title:
        if document and squeeze(title) in squeeze(document) and resolved.winners["title"].strategy != "metadata":
            resolved.set(resolved.winners["title"], agreeing=[*resolved.agreeing["title"], "metadata:title"])
        return
    if not is_chinese(reading):
        whole = without_site(reading, document)
    if whole:
        node = reading.page.tree.css_first("title")
        resolved.set(Candidate("title", whole, document, "metadata", "title", node))


def _is_cut(title: str, whole: str) -> bool:
    return len(title) >= _OPENING and whole.startswith(title) and len(whole) > len(title)


def _site_name(reading: Reading, resolved: Resolved) -> None:
    layout, page = reading.layout, reading.page
    if layout.site_name and layout.name != GENERAL:
        shown = next((line.node for line in reading.lines[:60] if line.text == layout.site_name), None)
        raw = layout.site_name if shown is not None else ""
        resolved.set(Candidate("site_name", layout.site_name, raw, "layout", f"layout:{layout.name}", shown, 0.95))
        return
    if stated := reading.metadata.first("site_name"):
        resolved.set(Candidate("site_name", stated.value, stated.value, "metadata", stated.rule, stated.node, 0.8))
        return
    title = squeeze(resolved.get("title") or "")
    document = page.outline.head.title
    first, parts = split_site_name(document, headline=resolved.get("title") or "")
    stated = reading.metadata.first("keywords")
    words = _KEYWORD_SEPARATORS.split(stated.value) if stated else []
    rest = [part for part in parts if not reading.lexicon.not_source.search(part)]
    rest = [part for part in rest if part == parts[-1] or part not in words]
    if not rest:
        _site_of_logo(reading, resolved)
    publishers = [part for part in rest if reading.lexicon.publisher.search(part) and not part.endswith("频道")]
    if not rest or not title or squeeze(first)[: 2 if publishers else 6] != title[: 2 if publishers else 6]:
        return
    name = (publishers or rest)[-1]
    known = bool(publishers) or any(name in line.text for line in [*reading.lines[:40], *reading.lines[-12:]])
    if known and 2 <= len(name) <= 20 and squeeze(name) not in title:
        resolved.set(
            Candidate("site_name", name, document, "metadata", "title-suffix", page.tree.css_first("title"), 0.7)
        )


def _site_of_logo(reading: Reading, resolved: Resolved) -> None:
    """Take the alternative text of a picture that leads home for the site's name, where it ends like a publisher's."""
    for picture in reading.outline.pictures[:_LOGOS]:
        name = alternative_text(picture)
        target = reading.page.link(picture.link.attributes.get("href")) if picture.link is not None else None
        leads_home = target is not None and target.rstrip("/").count("/") == 2
        if name and leads_home and reading.lexicon.publisher.search(name):
            resolved.set(Candidate("site_name", name, name, "landmarks", "logo", picture.node, 0.6))
            return


def _keywords(reading: Reading, resolved: Resolved) -> None:
    value = resolved.get("keywords")
    if value is None:
        stated = reading.metadata.first("keywords")
        if stated is None:
            return
        value = stated.value
        resolved.set(Candidate("keywords", value, value, "metadata", stated.rule, stated.node, 0.8))
    if isinstance(value, str):
        words = [word for part in _KEYWORD_SEPARATORS.split(value) if (word := part.strip(" \x1f"))]
        resolved.values["keywords"] = list(dict.fromkeys(words))[:_MAX_KEYWORDS]


def _canonical(page: Page, resolved: Resolved, reading: Reading) -> None:
    for node in page.outline.head.links:
        attributes = node.attributes
        if (attributes.get("rel") or "").lower() == "canonical" and (
            url := absolute(attributes.get("href"), page.base_url)
        ):
            resolved.set(
                Candidate("canonical_url", url, attributes.get("href") or "", "metadata", "link:canonical", node, 0.9)
            )
            return
    if (stated := reading.metadata.first("url")) and (url := absolute(stated.value, page.base_url)):
        resolved.set(Candidate("canonical_url", url, stated.value, "metadata", stated.rule, stated.node, 0.8))
        return
    if page.url:
        resolved.set(Candidate("canonical_url", canonical(page.url), page.url, "url", "without-tracking", None, 0.7))


def _body_agreeing(reading: Reading, blocks: list[Block]) -> list[str]:
    agreeing: list[str] = []
    statements = [*reading.metadata.all("body")[:1], *reading.metadata.all("summary")[:2]]
    if not statements:
        return agreeing
    shown = "".join([block.text for block in blocks[:12] if block.text])[:1200]
    squeezed = ""
    for stated in statements:
        start = squeeze(stated.value[:60])[:30]
        if len(start) < 15:
            continue
        same = stated.value[:30] in shown
        if not same:
            squeezed = squeezed or squeeze(shown)
            same = start in squeezed
        if same:
            agreeing.append(f"metadata:{stated.rule}")
    return agreeing


def _follow(reading: Reading, resolved: Resolved) -> None:
    """Derive what follows from other fields, as sure as those are."""
    crumbs = resolved.get("breadcrumb") or []
    homes = {*reading.lexicon.home, resolved.get("site_name")}
    if len(crumbs) > 1 or (crumbs and crumbs[0].name not in homes):
        resolved.derive("section", crumbs[-1].name, "breadcrumb", "last-crumb")
    for field in ("published_at", "modified_at"):
        found = resolved.get(field)
        if isinstance(found, FoundDate):
            resolved.values[field] = found.value
            if field == "published_at":
                resolved.derive("published_precision", found.precision, field)
                resolved.derive("published_raw", found.raw, field)


def _warnings(reading: Reading, values: dict[str, Any]) -> list[ExtractionWarning]:
    noted = {(code, field) for code, field, _ in reading.notes}
    for field in reading.layout.expected:
        value = values.get(field)
        if value is None or (field == "body" and not value.blocks):
            if field == "source" and any(c.field == "source" and c.value is None for c in reading.candidates):
                reading.note("empty_label", "source", "the page shows the label of a source and nothing behind it")
            elif (("unresolved_date", field)) not in noted:
                reading.note(
                    "missing_field",
                    field,
                    f"no {field} was found; look at the page or give a layout with a selector for it",
                )
    decoded = reading.page.decoded
    if decoded.replaced:
        reading.note(
            "undecodable_bytes",
            None,
            f"{decoded.replaced} places could not be decoded as {decoded.encoding} and became U+FFFD",
        )
    if decoded.encoding and (codec := codec_for(decoded.declared)) and codec != decoded.encoding:
        reading.note(
            "wrong_charset", None, f"the page is declared as {decoded.declared}, but its bytes are {decoded.encoding}"
        )
    if reading.page.tamed or reading.outline.truncated:
        reading.note("truncated", None, "the markup exceeds what pages for readers have; part of it was left out")
    unique = {(code, field): message for code, field, message in reversed(reading.notes)}
    ordered = sorted(unique.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    return [ExtractionWarning(code=code, field=field, message=message) for (code, field), message in ordered]  # type: ignore[arg-type]


def _record(reading: Reading, resolved: Resolved) -> Article:
    _follow(reading, resolved)
    values = dict(resolved.values)
    if "body" not in values:
        values["body"] = Body()
    warnings = _warnings(reading, values)
    evidence = {field: grounds.evidence() for field, grounds in resolved.grounds.items()}
    if encoding := reading.page.decoded.encoding:
        evidence["encoding"] = Evidence(
            strategy="decode", rule=reading.page.decoded.how, raw=reading.page.decoded.declared, confidence=0.95
        )
    return Article(
        url=reading.page.url,
        encoding=encoding,
        layout=reading.layout.name,
        confidence=record_confidence(evidence),
        evidence=dict(sorted(evidence.items())),
        warnings=warnings,
        content_hash=content_hash(values.get("title"), values["body"].text),
        **values,
    )
