"""One HTML file about two pages: what differs in their records and in their markup, and both pages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .changes import find_changes
from .copying import safe
from .examining import inspect_page
from .places import find_places
from .rendering import address, document, framed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ..layouts import Layout
    from .changes import Changes, FieldChange
    from .examining import Inspection, Subject
    from .places import Places

__all__ = ["render_diff"]

_MOST_ITEMS: Final = 40
_MOST_SAME: Final = 2  # of a list that is the same
_MOST_OPEN: Final = 12  # differences of the markup that are shown at once
_LONGEST: Final = 400  # characters of one value


def render_diff(
    old: Subject, new: Subject, *, url: str | None = None, layout: Layout | str | Path | None = None,
    now: datetime | None = None,
) -> str:  # fmt: skip
    """Show what differs between two pages: one HTML file that opens anywhere, runs and loads nothing.

    ``old`` and ``new`` are what :func:`inspect_page` takes; ``url``, ``layout`` and ``now`` count for both. Raises
    LayoutError, and TypeError for an argument of another type.

    >>> html = render_diff("<title>小麦返青</title>", "<title>小麦成熟</title>")
    >>> "the same" in html, "<script" in html
    (True, False)
    """
    first, second = (inspect_page(page, url=url, layout=layout, now=now) for page in (old, new))
    changes = find_changes(first, second)
    sides = [_Side(first, "old", "The old page"), _Side(second, "new", "The new page")]
    frames = "".join(side.frame for side in sides)
    parts = [
        f"<header>{_heading(first, second)}<dl class='tiles'>{''.join(_tiles(changes))}</dl></header>",
        f'<main class="compared"><h2>Record</h2>{_table(changes, sides)}<h2>Page</h2>{_parts(changes)}',
        f'<div class="pages">{frames}</div></main>',
    ]
    return document("Difference of two pages", "\n".join(parts))


class _Side:
    """One of the two pages."""

    def __init__(self, found: Inspection, name: str, title: str) -> None:
        self.name = name
        self.places: Places | None = None
        if found.page is not None:
            self.places = find_places(found.page, found.article, {})
        self.frame = framed(found, self.places, name, title)[0]

    def link(self, field: str, html: str) -> str:
        anchor = self.places.first.get(field) if self.places is not None else None
        return f'<a class="go" href="about:srcdoc#{anchor}" target="{self.name}">{html}</a>' if anchor else html


def _heading(old: Inspection, new: Inspection) -> str:
    titles = [(found.article.title if found.article else None) or "no record" for found in (old, new)]
    addresses = list(dict.fromkeys(url for url in (old.url, new.url) if url))
    shown = " → ".join(f'<bdi lang="zh">{safe(title[:120])}</bdi>' for title in dict.fromkeys(titles))
    return f'<p class="kicker">xinnong inspect --diff</p><h1>{shown}</h1>{"".join(map(address, addresses))}'


def _tiles(changes: Changes) -> Iterator[str]:
    different, moved = changes.different, sum(change.kind == "moved" for change in changes.fields)
    headings = sum(part.heading for part in changes.parts)
    for name, value, note in (
        ("Fields with another value", len(different) - moved, f"of {len(changes.fields)}"),
        ("Found elsewhere", moved, "the same value by another rule or path"),
        ("Kinds of elements", len(changes.parts) - headings, "gone or new, by tag and class"),
        ("Headings", headings, "gone, new or moved"),
    ):
        yield f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>"
    for name, pair in (("Outcome", changes.outcome), ("Layout", changes.layout)):
        if pair:
            yield f"<div><dt>{name}</dt><dd>{safe(pair[1])}</dd><dd>was {safe(pair[0])}</dd></div>"


def _table(changes: Changes, sides: list[_Side]) -> str:
    rows = "".join(_row(change, sides) for change in changes.different)
    same = [change.name for change in changes.fields if change.kind == "same"]
    below = f'<p class="absent"><b>The same:</b> {", ".join(same)}</p>' if same else ""
    if not rows:
        return f'<p class="absent">No field differs.</p>{below}'
    head = "<thead><tr><th>field<th>old<th>new</tr></thead>"
    return f'<div class="wide card"><table class="changes">{head}<tbody>{rows}</tbody></table></div>{below}'


def _row(change: FieldChange, sides: list[_Side]) -> str:
    moved = change.kind == "moved"
    old, new = (_items(items, _MOST_SAME if moved else _MOST_ITEMS) for items in (change.old, change.new))
    old, new = sides[0].link(change.name, old), sides[1].link(change.name, "<i>the same</i>" if moved else new)
    kinds = ("same", "same") if moved else ("old", "new")
    values = "".join(f'<td class="{kind}">{html}</td>' for kind, html in zip(kinds, (old, new), strict=True))
    found = ""
    if change.old and change.new:
        found = "".join(
            f'<tr class="how"><td>{name}</td><td><code>{safe(before) or "none"}</code></td>'
            f"<td><code>{safe(after) or 'none'}</code></td></tr>"
            for name, before, after in change.found
        )
    return (
        f'<tr class="f-{change.name}"><th scope="row">{change.name}<br><span class="kind">{change.says}</span></th>'
        f"{values}</tr>{found}"
    )


def _items(items: list[str], most: int) -> str:
    if not items:
        return "<i>none</i>"
    shown = [safe(item[:_LONGEST]) + ("…" if len(item) > _LONGEST else "") for item in items[:most]]
    more = [f"<i>and {len(items) - most:,} more</i>"] if len(items) > most else []
    return "<br>".join([*shown, *more])


def _parts(changes: Changes) -> str:
    if not changes.parts:
        return '<p class="absent">The pages are made of the same kinds of elements under the same headings.</p>'
    named, more = changes.named()
    rows = "".join(
        f'<tr><td><span class="kind {part.kind}">{part.kind}</span></td>'
        f"<td><code>{safe(part.name[:_LONGEST])}</code></td><td>{safe(part.note[:_LONGEST])}</td></tr>"
        for part in named
    )
    rows += f"<tr><td></td><td>and {more:,} more</td><td></td></tr>" if more else ""
    listed = f'<div class="wide"><table>{rows}</table></div>'
    count = f"{len(changes.parts)} differences of the markup"
    shut = "" if len(changes.parts) > _MOST_OPEN else " open"
    return f'<details class="card"{shut}><summary>{count}</summary>{listed}</details>'
