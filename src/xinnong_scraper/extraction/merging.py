"""One record from several: the pages of an article, and a second opinion on its body."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from ..normalize.text import squeeze
from ..records import Article, Block, Body, Evidence, ExtractionWarning
from .fallback import second_opinion_text
from .weighing import record_confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["content_hash", "merge_pages", "with_second_opinion"]

_LOW: Final = 0.75  # confidence in the body below which a second opinion is worth its time
_AGREE: Final = 0.85


def content_hash(title: str | None, text: str) -> str | None:
    """Give the SHA-256 of title and text in hexadecimal, None where there is neither."""
    return hashlib.sha256(f"{title or ''}\n{text}".encode()).hexdigest() if title or text else None


def merge_pages(parts: Sequence[Article], problem: str | None = None) -> Article:
    """Join the pages of one article in order: the first page's fields, everyone's blocks, names and notices.

    ``problem`` becomes a warning that the article is not complete; ``next_page_url`` then stays where it broke off.
    """
    first, last = parts[0], parts[-1]
    if len(parts) == 1 and problem is None:
        return first
    body = Body(blocks=[block for part in parts for block in part.body.blocks])
    warnings = [warning for part in parts for warning in part.warnings]
    if problem:
        warnings.append(ExtractionWarning(code="truncated", field="body", message=problem))
    unique = {(warning.code, warning.field): warning for warning in reversed(warnings)}
    merged = first.model_copy(
        update={
            "body": body,
            "images": [image for part in parts for image in part.images],
            "authors": list(dict.fromkeys(name for part in parts for name in part.authors)),
            "editors": list(dict.fromkeys(name for part in parts for name in part.editors)),
            "disclaimer": next((part.disclaimer for part in parts if part.disclaimer), None),
            "teasers": next((part.teasers for part in parts if part.teasers), []),
            "next_page_url": last.next_page_url if problem else None,
            "page_count": len(parts),
            "warnings": sorted(unique.values(), key=lambda warning: (warning.code, warning.field or "")),
            "content_hash": content_hash(first.title, body.text),
        }
    )
    evidence = _evidence(merged, parts)
    return merged.model_copy(update={"evidence": evidence, "confidence": record_confidence(evidence)})


def _evidence(merged: Article, parts: Sequence[Article]) -> dict[str, Evidence]:
    """Give the evidence of the first page that has a value; the body is as sure as its least sure page."""
    found = {field: evidence for part in reversed(parts) for field, evidence in part.evidence.items()}
    bodies = [part.evidence["body"].confidence for part in parts if "body" in part.evidence]
    if bodies:
        found["body"] = found["body"].model_copy(update={"confidence": min(bodies)})
    known = {field: found[field] for field in sorted(found) if getattr(merged, field)}
    addresses = " ".join(part.url for part in parts if part.url)
    pages = Evidence(strategy="landmarks", rule="followed-pages", raw=addresses or None, confidence=0.9)
    return {**known, "page_count": pages}


def with_second_opinion(article: Article, html: str) -> Article:
    """Ask trafilatura about the body where confidence in it is low.

    Agreement raises the confidence. Where this package read next to nothing, the other's text is taken and the evidence
    says so; where the two differ otherwise, the record stays and a warning says that it is disputed.
    """
    evidence = article.evidence.get("body")
    if evidence is not None and evidence.confidence >= _LOW:
        return article
    paragraphs = second_opinion_text(html)
    other = "\n".join(paragraphs)
    if not other:
        return article
    overlap = _overlap(article.text, other)
    if evidence is not None and overlap >= _AGREE:
        sure = evidence.model_copy(update={"confidence": 0.9, "agreeing": [*evidence.agreeing, "fallback:trafilatura"]})
        return _with_evidence(article, sure)
    if len(squeeze(article.text)) * 3 < len(squeeze(other)):
        body = Body(blocks=[Block(kind="paragraph", text=text) for text in paragraphs])
        taken = Evidence(strategy="fallback", rule="trafilatura", raw=paragraphs[0][:500], confidence=0.6)
        changed = {"body": body, "content_hash": content_hash(article.title, body.text)}
        return _with_evidence(article.model_copy(update=changed), taken)
    disputed = ExtractionWarning(
        code="ambiguous",
        field="body",
        message=f"trafilatura reads another body ({overlap:.0%} in common); look at the page",
    )
    return article.model_copy(update={"warnings": [*article.warnings, disputed]})


def _with_evidence(article: Article, body: Evidence) -> Article:
    """Say where the body came from and how sure it and the record are."""
    evidence = {**article.evidence, "body": body}
    return article.model_copy(update={"evidence": evidence, "confidence": record_confidence(evidence)})


def _overlap(first: str, second: str) -> float:
    """Share of character 4-grams in common (Dice)."""
    grams = [{text[i : i + 4] for i in range(len(text) - 3)} for text in (squeeze(first), squeeze(second))]
    total = len(grams[0]) + len(grams[1])
    return 2 * len(grams[0] & grams[1]) / total if total else 0.0
