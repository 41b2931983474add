"""From a page to the record: every strategy once, one winner a field, normalized."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ..decode import codec_for
from ..layouts import GENERAL
from ..normalize.dates import FoundDate
from ..normalize.text import han_count, squeeze
from ..normalize.urls import absolute, canonical
from ..records import Article, Block, Body, Evidence, ExtractionWarning
from .embedded import find_embedded_text
from .fields import read_fields
from .gate import refuse_before, refuse_challenge
from .headline import split_site_name
from .language import is_chinese, page_language
from .merging import content_hash
from .metadata import read_metadata
from .pictures import alternative_text
from .reading import Candidate, Reading
from .resolution import Resolved, metadata_authors_contradict, resolve
from .titles import without_site
from .veiled import unveil

if TYPE_CHECKING:
    from datetime import datetime

    from ..layouts import Layout
    from ..page import Page
    from .density import TextArea

__all__ = ["read_article"]

_KEYWORD_SEPARATORS = re.compile(r"[,，;；、|\x1f]+|(?<=[\u4e00-\u9fff])\s+|(?<!\s)\s++(?=[\u4e00-\u9fff])")
_LOGOS: Final = 12  # pictures at the page's top among which a site's logo may be
_MAX_KEYWORDS: Final = 30
_SAMPLE: Final = 2_000  # characters that tell a text's language
_LITTLE_TEXT: Final = 200  # weight as prose of all the page shows


def read_article(page: Page, layout: Layout, *, now: datetime | None = None) -> Article:
    """Read the page by the layout.

    Raises NotAnArticleError for a page that is something other than an article.
    """
    reading = Reading(page, layout, now, read_metadata(page.outline.head))
    if unveil(page, shows_little=_shows_little(reading)):
        reading = Reading(page, layout, now, read_metadata(page.outline.head))
    little = _shows_little(reading)
    embedded = find_embedded_text(reading) if little else None
    if embedded is None:
        if little:
            refuse_challenge(reading)
        refuse_before(reading)
    blocks, area = read_fields(reading, embedded)
    resolved = resolve(reading)
    _complete(reading, resolved, blocks, area)
    return _record(reading, resolved)


def _shows_little(reading: Reading) -> bool:
    """Tell a page that shows so little running text that a script may hold it."""
    return sum(reading.weights) < _LITTLE_TEXT


def _complete(reading: Reading, resolved: Resolved, blocks: list[Block], area: TextArea | None) -> None:
    """Fill the fields that follow from others, and weigh the body."""
    outline, page, layout = reading.outline, reading.page, reading.layout
    _title(reading, resolved)
    _site_name(reading, resolved)
    body = Body(blocks=blocks)
    if blocks and area is not None and resolved.get("body") is None:
        raw = next((block.text for block in blocks if block.text), "") or ""
        agreeing = _body_agreeing(reading, blocks)
        resolved.set(
            Candidate("body", body, raw, "density", "best-box", area.box.node, 0.7),
            confidence=_body_confidence(resolved, blocks, area, agreeing),
            agreeing=agreeing,
        )
    crumbs = resolved.get("breadcrumb") or []
    homes = {*reading.lexicon.home, resolved.get("site_name")}
    if len(crumbs) > 1 or (crumbs and crumbs[0].name not in homes):
        _derive(resolved, "section", crumbs[-1].name, "breadcrumb", "last-crumb")
    _keywords(reading, resolved)
    chinese = is_chinese(reading)
    if _is_chinese(body.text) and (chinese or page_language(reading) not in ("ja", "ko")):
        resolved.set(Candidate("language", layout.language or "zh", "", "landmarks", "script:Han", None, 0.95))
    elif chinese:
        if language := (outline.head.language or layout.language):
            code = language.split("-")[0].lower()
            resolved.set(Candidate("language", code, language, "metadata", "html:lang", None, 0.6))
    elif language := page_language(reading):
        resolved.set(Candidate("language", language.split("-")[0], language, "metadata", "html:lang", None, 0.6))
    _canonical(page, resolved, reading)


def _is_chinese(text: str) -> bool:
    """Tell whether a quarter of a text's beginning is Han; most texts tell it sooner."""
    sample = text[:_SAMPLE]
    return any(4 * han_count(sample[:size]) >= len(sample) > 0 for size in (len(sample) // 3, len(sample)))


def _title(reading: Reading, resolved: Resolved) -> None:
    if resolved.get("title"):
        document = reading.outline.head.title
        evidence = resolved.evidence["title"]
        if document and squeeze(resolved.get("title")) in squeeze(document) and evidence.strategy != "metadata":
            doubt = (1 - evidence.confidence) * 0.5
            resolved.evidence["title"] = Evidence(
                strategy=evidence.strategy,
                rule=evidence.rule,
                path=evidence.path,
                raw=evidence.raw,
                confidence=round(1 - doubt, 3),
                agreeing=[*evidence.agreeing, "metadata:title"],
            )
        return
    document = reading.outline.head.title
    if name := split_site_name(document)[0] if is_chinese(reading) else without_site(reading, document):
        resolved.set(Candidate("title", name, reading.outline.head.title, "metadata", "title", None, 0.6))


def _site_name(reading: Reading, resolved: Resolved) -> None:
    layout, page = reading.layout, reading.page
    if layout.site_name and layout.name != GENERAL:
        node = next((line.node for line in reading.lines[:60] if line.text == layout.site_name), None)
        resolved.set(
            Candidate("site_name", layout.site_name, layout.site_name, "layout", f"layout:{layout.name}", node, 0.95)
        )
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
        resolved.set(Candidate("site_name", name, document, "metadata", "title-suffix", None, 0.7))


def _site_of_logo(reading: Reading, resolved: Resolved) -> None:
    """Take the alternative text of a picture that leads home for the site's name, where it ends like a publisher's."""
    for picture in reading.outline.pictures[:_LOGOS]:
        name = alternative_text(picture)
        target = reading.page.link(picture.link.attributes.get("href")) if picture.link is not None else None
        leads_home = target is not None and target.rstrip("/").count("/") == 2
        if name and leads_home and reading.lexicon.publisher.search(name):
            resolved.set(Candidate("site_name", name, name, "landmarks", "logo", picture.node, 0.6))
            return


def _derive(resolved: Resolved, field: str, value: object, source: str, rule: str) -> None:
    base = resolved.evidence[source]
    resolved.values[field] = value
    resolved.evidence[field] = Evidence(
        strategy=base.strategy, rule=rule, path=base.path, raw=base.raw, confidence=base.confidence, agreeing=[]
    )


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


def _body_confidence(resolved: Resolved, blocks: list[Block], area: TextArea, agreeing: list[str]) -> float:
    """Weigh the body: how much of the page's prose it holds, and whether headline and byline stand right above it."""
    inside = sum(len(block.text) for block in blocks if block.text)
    total = sum(area.weights) or 1
    share = area.weight / total
    doubt = 0.35 if inside >= 120 else 0.5
    if share > 0.6:
        doubt *= 0.6
    if resolved.get("title") and resolved.evidence["title"].strategy in ("landmarks", "layout"):
        doubt *= 0.7
    if resolved.get("published_at") and resolved.evidence["published_at"].strategy in ("landmarks", "layout"):
        doubt *= 0.7
    doubt *= 0.5 ** len(agreeing)
    most = 0.99 if inside >= 60 else 0.7
    return max(0.05, min(most, 1 - doubt))


def _published(resolved: Resolved, reading: Reading, values: dict[str, Any]) -> None:
    for field in ("published_at", "modified_at"):
        found = values.pop(field, None)
        if found is None and field == "published_at" and isinstance(values.get("modified_at"), FoundDate):
            found = values["modified_at"]
            _derive(resolved, "published_at", found, "modified_at", resolved.evidence["modified_at"].rule)
            changed = {"confidence": min(0.7, resolved.evidence["published_at"].confidence)}
            resolved.evidence["published_at"] = resolved.evidence["published_at"].model_copy(update=changed)
        if not isinstance(found, FoundDate):
            continue
        if found.value is None:
            stated = next(
                (
                    c.value
                    for c in reading.candidates
                    if c.field == field and c.strategy == "metadata" and c.value.value
                ),
                None,
            )
            if stated is None:
                if field == "published_at":
                    values["published_raw"] = found.raw
                    resolved.evidence["published_raw"] = resolved.evidence[field]
                    reading.note("unresolved_date", field, _unresolved(found))
                resolved.evidence.pop(field, None)
                continue
            found = stated._replace(raw=found.raw)
        values[field] = found.value
        if field == "published_at":
            values["published_precision"] = found.precision
            values["published_raw"] = found.raw
            base = resolved.evidence[field]
            for name in ("published_precision", "published_raw"):
                resolved.evidence[name] = base


def _unresolved(found: FoundDate) -> str:
    if found.kind == "ambiguous":
        return f"{found.raw!r} may begin with its day or its month, and nothing on the page tells which"
    return f"{found.raw!r} needs a clock or a year; give now=…"


def _warnings(reading: Reading, values: dict[str, Any]) -> list[ExtractionWarning]:
    known = (*reading.layout.site_names, values.get("site_name"), values.get("source"))
    if values.get("authors") and (other := metadata_authors_contradict(reading, values["authors"], known)):
        reading.note(
            "metadata_disagrees",
            "authors",
            f"the byline names {', '.join(values['authors'])}, but {other.rule} says {other.raw!r}",
        )
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
    values = dict(resolved.values)
    _published(resolved, reading, values)
    if "body" not in values:
        values["body"] = Body()
    warnings = _warnings(reading, values)
    if encoding := reading.page.decoded.encoding:
        resolved.evidence["encoding"] = Evidence(
            strategy="decode", rule=reading.page.decoded.how, raw=reading.page.decoded.declared, confidence=0.95
        )
    sure = [
        resolved.evidence[field].confidence if field in resolved.evidence else 0.0 for field in reading.layout.expected
    ]
    return Article(
        url=reading.page.url,
        encoding=encoding,
        layout=reading.layout.name,
        confidence=round(sum(sure) / len(sure), 3) if sure else 0.0,
        evidence={name: resolved.evidence[name] for name in sorted(resolved.evidence)},
        warnings=warnings,
        content_hash=content_hash(values.get("title"), values["body"].text),
        **values,
    )
