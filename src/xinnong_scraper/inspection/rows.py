"""The record as HTML: each field with its value, its evidence and what else was proposed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ..records import Article, Block, Crumb, Disclaimer, Image, Teaser
from .copying import safe
from .places import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..extraction.contests import Rival
    from ..records import Evidence
    from .places import Places

__all__ = ["FIELDS", "bar", "record_rows", "shown", "value_of"]

FIELDS: Final = (
    "title",
    "subtitle",
    "source",
    "source_url",
    "authors",
    "editors",
    "published_at",
    "published_precision",
    "published_raw",
    "modified_at",
    "breadcrumb",
    "section",
    "summary",
    "keywords",
    "body",
    "images",
    "disclaimer",
    "teasers",
    "next_page_url",
    "page_count",
    "site_name",
    "canonical_url",
    "language",
    "encoding",
)
"""The fields that are shown, in this order; what describes the reading as a whole stands above them."""
_LONGEST: Final = 600  # characters of one text
_LONGEST_ITEM: Final = 160  # characters of one block, teaser or clause
_OPEN_ITEMS: Final = 3  # of a long list that are shown at once
_MOST_ITEMS: Final = 300
_SURE, _FAIR = 0.9, 0.7  # confidence from which a bar is green, and amber


def record_rows(
    article: Article | None, rivals: Mapping[str, Sequence[Rival]], places: Places | None, frame: str = "page"
) -> str:
    """Give a row for each field that has a value or candidates, and the names of the others."""
    rows, absent = [], []
    for name in FIELDS:
        value = value_of(article, name)
        others = rivals.get(name, ())
        if name == "page_count" and value is None:
            continue
        if _is_absent(value) and not others:
            absent.append(name)
        else:
            rows.append(_Row(name, article, value, others, places, frame).html())
    if absent:
        rows.append(f'<p class="absent"><b>Not found:</b> {", ".join(absent)}</p>')
    return "\n".join(rows)


def value_of(article: Article | None, name: str) -> Any:  # noqa: ANN401  by field
    """Give a field's value; that an article has one page is none."""
    value = getattr(article, name, None)
    return None if name == "page_count" and value == 1 else value


def bar(confidence: float) -> str:
    """Draw a confidence from 0 to 1 as a bar with its number."""
    said = round(confidence, 2)
    kind = "sure" if said >= _SURE else "fair" if said >= _FAIR else "poor"
    return (
        f'<span class="confidence {kind}"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="8"/><rect width="{100 * confidence:.1f}" height="8"/></svg>'
        f'<span class="number"><span class="spoken">confidence </span>{confidence:.2f}</span></span>'
    )


def shown(value: Any, longest: int = _LONGEST) -> str:  # noqa: ANN401  by field
    """Give a value of any field as plain text, cut to a length."""
    if value is None:
        text = ""
    elif isinstance(value, datetime):
        text = value.isoformat(sep=" ")
    elif isinstance(value, list):
        between = " › " if value and isinstance(value[0], Crumb) else "、"
        text = between.join(shown(item, longest) for item in value[:_MOST_ITEMS])
    elif isinstance(value, Crumb):
        text = value.name
    elif isinstance(value, Image):
        text = " · ".join(filter(None, [value.caption or value.alt, value.url]))
    elif isinstance(value, Teaser):
        when = shown(value.published_at) if value.published_at else None
        text = " · ".join(filter(None, [value.title, when, value.url]))
    elif isinstance(value, Disclaimer):
        text = " ".join(filter(None, [value.heading, *value.clauses]))
    elif isinstance(value, Block):
        text = _block_text(value)
    else:
        text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _block_text(block: Block) -> str:
    if block.image is not None:
        return shown(block.image)
    if block.rows:
        return " ⏐ ".join(" · ".join(row) for row in block.rows)
    return block.text or ""


def _is_absent(value: Any) -> bool:  # noqa: ANN401  by field
    return value is None or value == [] or (hasattr(value, "blocks") and not value.blocks)


class _Row:
    """One field of the record."""

    def __init__(
        self,
        name: str,
        article: Article | None,
        value: Any,  # noqa: ANN401  by field
        rivals: Sequence[Rival],
        places: Places | None,
        frame: str,
    ) -> None:
        self.name = name
        self.article = article
        self.value = value
        self.rivals = rivals
        self.places = places
        self.frame = frame
        self.evidence = article.evidence.get(name) if article is not None else None

    def html(self) -> str:
        """The whole row; a field that follows from another one and shares its evidence gets a short one."""
        anchor = self.places.first.get(self.name) if self.places is not None else None
        if self._follows():
            value = f'<span class="name">{self.name}</span> {safe(shown(self.value))}'
            return f'<section class="field short f-{self.name}">{self._link(anchor, value, "go")}</section>'
        head = f'<h3 class="name">{self.name}</h3>{bar(self.evidence.confidence) if self.evidence else ""}'
        parts = [
            self._link(anchor, head, "head"),
            f'<div class="value" lang="zh">{self._value(anchor)}</div>',
            *self._how(),
            *self._warnings(),
            *self._details(),
        ]
        return f'<section class="field f-{self.name}">{"".join(parts)}</section>'

    def _follows(self) -> bool:
        base = self.article.evidence.get(SHARED.get(self.name, "")) if self.article is not None else None
        if base is None or self.evidence is None or self.rivals:
            return False
        return (base.path, base.strategy) == (self.evidence.path, self.evidence.strategy)

    def _link(self, anchor: str | None, html: str, kind: str) -> str:
        """Make a link that shows a place in the frame; plain where there is no place."""
        if anchor is None:
            return f'<span class="{kind}">{html}</span>'
        return f'<a class="{kind}" href="about:srcdoc#{anchor}" target="{self.frame}">{html}</a>'

    def _value(self, anchor: str | None) -> str:
        items = self._items()
        if items is None:
            return "<i>none</i>" if _is_absent(self.value) else self._link(anchor, safe(shown(self.value)), "go")
        listed = [f"<li>{item}</li>" for item in items]
        if len(listed) <= _OPEN_ITEMS + 2:
            return f"<ol>{''.join(listed)}</ol>"
        first, rest = "".join(listed[:_OPEN_ITEMS]), "".join(listed[_OPEN_ITEMS:])
        more = f"<details><summary>{len(listed) - _OPEN_ITEMS:,} more</summary>"
        return f'<ol>{first}</ol>{more}<ol start="{_OPEN_ITEMS + 1}">{rest}</ol></details>'

    def _items(self) -> list[str] | None:
        """The parts of a value that is a list of blocks, pictures, clauses or teasers, each leading to its place."""
        if self.name == "body" and self.value is not None:
            return [
                self._item(number, block, block.kind) for number, block in enumerate(self.value.blocks[:_MOST_ITEMS])
            ]
        if self.name in ("images", "teasers"):
            return [self._item(number, item) for number, item in enumerate((self.value or [])[:_MOST_ITEMS])]
        if isinstance(self.value, Disclaimer):
            return [self._item(number, clause) for number, clause in enumerate(self.value.clauses[:_MOST_ITEMS])]
        return None

    def _item(self, number: int, item: object, kind: str = "paragraph") -> str:
        anchor = self.places.items.get((self.name, number)) if self.places is not None else None
        badge = f'<span class="kind">{kind.replace("_", " ")}</span> ' if kind != "paragraph" else ""
        return badge + self._link(anchor, safe(shown(item, _LONGEST_ITEM)), "go")

    def _how(self) -> Iterator[str]:
        if self.evidence is None:
            return
        agreeing = "".join(f'<span class="agreeing">✓ {safe(source)}</span>' for source in self.evidence.agreeing)
        yield f'<p class="how"><code>{safe(self.evidence.strategy)} · {safe(self.evidence.rule)}</code>{agreeing}</p>'

    def _warnings(self) -> Iterator[str]:
        for warning in self.article.warnings if self.article is not None else ():
            if warning.field == self.name:
                yield f'<p class="warning"><b>{safe(warning.code)}</b> {safe(warning.message[:_LONGEST])}</p>'

    def _details(self) -> Iterator[str]:
        others = len(self.rivals)
        count = f"{others} other candidate{'s' * (others != 1)}" if others else ""
        if self.evidence is not None:
            shown_at_once = " open" if self.places is None else ""  # without a page it is all there is to look at
            yield f"<details{shown_at_once}><summary>Evidence{', ' * bool(count)}{count}</summary>"
        elif others:
            yield f"<details open><summary>{count.replace('other ', '')}</summary>"
        else:
            return
        if self.evidence is not None:
            yield from _evidence(self.evidence)
        if others:
            yield from self._rivals()
        yield "</details>"

    def _rivals(self) -> Iterator[str]:
        yield (
            '<div class="wide"><table><thead><tr><th>candidate<th>from<th>trust<th>why not taken</tr></thead><tbody>'
        )
        for number, rival in enumerate(self.rivals):
            anchor = self.places.rivals.get((self.name, number)) if self.places is not None else None
            value = self._link(anchor, safe(shown(rival.value or rival.raw, _LONGEST_ITEM)) or "<i>nothing</i>", "go")
            yield (
                f"<tr><td>{value}</td><td><code>{safe(rival.strategy)} · {safe(rival.rule)}</code></td>"
                f'<td class="number">{rival.trust:.2f}</td><td>{safe(rival.why)}</td></tr>'
            )
        yield "</tbody></table></div>"


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield "<dl>"
    for name, text in (("path", evidence.path), ("raw", evidence.raw)):
        if text:
            yield f"<dt>{name}</dt><dd><code>{safe(text)}</code></dd>"
        elif name == "path":
            yield "<dt>path</dt><dd>no place in the page's markup</dd>"
    yield f"<dt>confidence</dt><dd>{evidence.confidence:.3f}</dd></dl>"
