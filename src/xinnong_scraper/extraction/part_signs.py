"""What speaks for and against the page's parts: breadcrumb, disclaimer, teasers and body."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from ..normalize.urls import host
from .findings import Signs, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from .findings import Findings
    from .reading import Candidate

__all__ = ["body_signs", "breadcrumb_signs", "disclaimer_signs", "teaser_signs"]

_LONG_NAME: Final = 12  # characters of a crumb
_MANY: Final = 4
_MANY_TEASERS: Final = 12
_SURE_RANK: Final = 40  # headings up to here are known as a whole
_SHORT_NOTICE: Final = 20  # characters
_LONG_NOTICE: Final = 800
_TINY_TEXT: Final = 40
_SHORT_TEXT: Final = 120
_LITTLE_TEXT: Final = 400
_LONG_TEXT: Final = 12_000
_VERY_LONG: Final = 30_000
_SURE_LINES, _UNSURE_LINES, _VERY_UNSURE_LINES = 0.97, 0.93, 0.86
_FRAME: Final = ("headline-above", "byline", "metadata", "ended")
_AROUND: Final = 3  # lines


def breadcrumb_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the breadcrumb: whether it starts at home and its links lead down the site."""
    crumbs: list[Any] = winner.value
    reading = found.reading
    home = crumbs[0].name.casefold()
    linked = sum(crumb.url is not None for crumb in crumbs)
    stated = [stated.value for stated in reading.metadata.all("section")[:1]]
    agree = {
        "home": any(word in home for word in reading.lexicon.home),
        "linked": linked >= len(crumbs) - 1,
        "nested": _are_nested([crumb.url for crumb in crumbs if crumb.url]),
        "named": crumbs[-1].name in reading.outline.head.title or crumbs[-1].name in stated,
        "hint": winner.node is not None and _calls_itself(reading.lexicon.breadcrumb_hint.search, winner.node),
    }
    doubt = {
        "one": len(crumbs) == 1,
        "unlinked": not linked,
        "many": len(crumbs) > _MANY,
        "long": any(len(crumb.name) > _LONG_NAME for crumb in crumbs),
        "language": found.is_foreign,
    }
    return Signs(winner.rule.partition(":")[2] or winner.strategy, chosen(agree), chosen(doubt))


def _are_nested(urls: list[str]) -> bool:
    """Tell whether each address lies below the one before it."""
    folders = [url.rpartition("/")[0] for url in urls]
    return len(urls) > 1 and all(b.startswith(a) for a, b in pairwise(folders))


def _calls_itself(search: Callable[[str], object], node: Any) -> bool:  # noqa: ANN401  a node of the tree
    for _ in range(3):
        if node is None or not node.is_element_node:
            return False
        attributes = node.attributes
        if search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()):
            return True
        node = node.parent
    return False


def disclaimer_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the legal notice: whether it has a heading and speaks of the law."""
    value = winner.value
    text = "".join(value.clauses)
    span = found.reading.span
    words = len(found.reading.lexicon.legal_words.findall(text[:600]))
    agree = {"several": len(value.clauses) > 1, "legal": words > 1, "much-legal": words > 3}
    doubt = {
        "short": len(text) < _SHORT_NOTICE,
        "long": len(text) > _LONG_NOTICE,
        "no-text": span is None,
        "language": found.is_foreign,
    }
    return Signs(winner.rule, chosen(agree), chosen(doubt))


def teaser_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the teasers: whether their heading says related, and they lead to articles."""
    teasers: list[Any] = winner.value
    own = host(found.reading.page.url)
    addresses = [teaser.url for teaser in teasers if teaser.url]
    numbered = sum(any(map(str.isdigit, url.partition("//")[2])) for url in addresses)
    agree = {
        "several": len(teasers) >= 3,
        "addresses": 2 * numbered > len(teasers),
        "dated": any(teaser.published_at for teaser in teasers),
        "host": own is not None and any(host(url) == own for url in addresses),
    }
    doubt = {
        "one": len(teasers) == 1,
        "many": len(teasers) > _MANY_TEASERS,
        "unlinked": not addresses,
        "weak-heading": winner.rule.startswith("heading:") and not _is_related(found, winner),
        "language": found.is_foreign,
    }
    return Signs("heading" if winner.rule.startswith("heading:") else winner.rule, chosen(agree), chosen(doubt))


def _is_related(found: Findings, winner: Candidate) -> bool:
    """Tell a heading that is known as a whole from one known by a part of it."""
    heading = found.reading.lexicon.heading(winner.raw)
    return heading is not None and heading[1] < _SURE_RANK


def body_signs(found: Findings, winner: Candidate) -> Signs:
    """Look at the body: how much of the page's prose it holds, and what stands right above and below it."""
    reading, area, span = found.reading, found.area, found.reading.span
    length = sum([len(block.text) for block in found.blocks if block.text])
    kind = "script" if winner.strategy == "metadata" else winner.strategy
    if area is None or span is None or kind == "script":
        return Signs(kind, ("metadata",) if found.resolved.agreeing.get("body") else (), _lengths(length))
    weights = reading.weights
    own, prose = sum(weights[span[0] : span[1]]) or 1, sum(weights)
    before = _prose_between(found, span[0])
    after = sum(area.weights[span[1] :])
    linked = _links(found, span)
    stated = next((len(one.value) for one in reading.metadata.all("body")[:1]), 0)
    agree = {
        "metadata": bool(found.resolved.agreeing.get("body")),
        "as-long-as-stated": stated > 0 and 0.85 <= length / stated <= 1.15,
        "most-prose": 10 * own >= 6 * prose,
        "nearly-all-prose": 10 * own >= 9 * prose,
        "headline-above": before is not None and 10 * before <= own,
        "byline": found.is_shown("published_at") or found.is_shown("source"),
        "ended": _is_ended(found, span[1]),
        "sure-lines": area.likeness is not None and area.likeness >= _SURE_LINES,
        "paragraphs": sum([len(block.text) > 60 for block in found.blocks if block.text]) >= 3,
    }
    doubt = {
        "other-length-than-stated": stated > _SHORT_TEXT and not 0.7 <= length / stated <= 1.4,
        "some-prose": 10 * own < 3 * prose,
        "skipped": before is not None and 4 * before > own,
        "no-headline": before is None,
        "goes-on": 3 * after > own,
        "goes-on-much": after > own,
        "links": linked > 0.06,
        "many-links": linked > 0.15,
        "noted": found.is_doubted("body"),
        "unsure-lines": area.likeness is not None and area.likeness < _UNSURE_LINES,
        "very-unsure-lines": area.likeness is not None and area.likeness < _VERY_UNSURE_LINES,
        "unframed": not any(agree[name] for name in _FRAME),
        "title-unseen": not found.is_shown("title"),
        "language": found.is_foreign,
    }
    return Signs(kind, chosen(agree), chosen(doubt) + _lengths(length))


def _lengths(length: int) -> tuple[str, ...]:
    """Name a length that few articles have."""
    if length < _LITTLE_TEXT:
        return ("tiny",) if length < _TINY_TEXT else ("short",) if length < _SHORT_TEXT else ("little",)
    return ("very-long",) if length > _VERY_LONG else ("long",) if length > _LONG_TEXT else ()


def _prose_between(found: Findings, first: int) -> int | None:
    """The weight of the prose between the headline and the text; None where no headline stands above the text."""
    headline = found.reading.headline
    if headline is None or headline.first > first:
        return None
    return sum(found.reading.weights[headline.last : first])


def _is_ended(found: Findings, last: int) -> bool:
    """Tell whether what comes right behind the text is known to end articles, or is the page's end."""
    reading = found.reading
    lines = reading.lines[last : last + _AROUND]
    if len(lines) < _AROUND:
        return True
    heads = {region.head for region in reading.regions}
    return any(line.index in heads or reading.lexicon.end.match(line.text[:120]) for line in lines)


def _links(found: Findings, span: tuple[int, int]) -> float:
    lines = found.reading.lines[span[0] : span[1]]
    return sum([line.link_chars for line in lines]) / max(1, sum([len(line.text) for line in lines]))
