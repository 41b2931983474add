"""One HTML file about one page: the record with its evidence, and beside it the page with each field marked.

The file holds no script at all. The saved page stands in a frame whose sandbox allows nothing; a click on a field leads
the frame to the field's mark by its anchor, which browsers do by themselves.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from ..layouts import HOST_WEIGHT
from .copying import copy_page, frame_style, policy, safe, stylesheet
from .examining import inspect_page
from .places import find_places
from .rows import bar, record_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from ..errors import ScraperError
    from ..layouts import Layout
    from .examining import Inspection, Subject
    from .places import Places

__all__ = ["address", "document", "framed", "render_inspection"]

_LONGEST_TITLE = 300  # characters


def render_inspection(
    subject: Subject,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    layout: Layout | str | Path | None = None,
    now: datetime | None = None,
) -> str:
    """Show what was read from a page, and where on it: one HTML file that opens anywhere, runs and loads nothing.

    ``subject`` is a page's HTML (text, or better the bytes), a FetchedPage, a Page or an Inspection; of an Article,
    whose page is not known, only the record and its evidence are shown. ``url``, ``headers``, ``layout`` and ``now``
    are those of :func:`~xinnong_scraper.extract_html`. A page that is no article is shown too, with the reason and what
    was proposed before. Raises LayoutError, and TypeError for an argument of another type.

    >>> html = render_inspection("<h1>小麦返青</h1><p>四月以来，长势良好。</p>")
    >>> "小麦返青" in html, "<script" in html
    (True, False)
    """
    found = inspect_page(subject, url=url, headers=headers, layout=layout, now=now)
    places = find_places(found.page, found.article, found.rivals) if found.page is not None else None
    record = record_rows(found.article, found.rivals, places)
    frame, cut = framed(found, places, "page", "The saved page with the places of the fields")
    hint = " · click a field to see its place" if frame and found.article is not None else ""
    title = (found.article.title if found.article is not None else None) or _untitled(found)
    parts = [
        f"<header>{_heading(found, title)}<dl class='tiles'>{''.join(_tiles(found))}</dl></header>",
        *_notices(found, cut=cut),
        f'<main class="{"two" if frame else "one"}">',
        f'<div class="record"><h2>Record{hint}</h2>{record}</div>{frame}</main>',
    ]
    return document(f"Inspection: {title[:_LONGEST_TITLE]}", "\n".join(parts))


def document(title: str, body: str) -> str:
    """Put a body into the page that loads and runs nothing."""
    style = stylesheet("hues.css") + stylesheet("page.css")
    template = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(policy=policy(style, frame_style()), title=safe(title), style=style, body=body)


def framed(found: Inspection, places: Places | None, name: str, title: str) -> tuple[str, bool]:
    """Give the frame with the copy of the page, and whether the copy was cut; nothing where there is no page."""
    if found.page is None or places is None:
        return "", False
    copy = copy_page(found.page.tree, places)
    frame = (
        f'<div class="page"><h2>{safe(title)}</h2>'
        f'<iframe name="{name}" sandbox title="{safe(title)}" srcdoc="{escape(copy.html)}"></iframe></div>'
    )
    return frame, copy.cut


def _untitled(found: Inspection) -> str:
    return "No title" if found.article is not None else "Not an article" if found.error is not None else "Nothing"


def _heading(found: Inspection, title: str) -> str:
    shown = title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"
    return f'<p class="kicker">xinnong inspect</p><h1><bdi lang="zh">{safe(shown)}</bdi></h1>{address(found.url)}'


def address(url: str | None) -> str:
    """Give an address as HTML; a link only where it is an http(s) one."""
    if not url:
        return ""
    shown = safe(url[:500])
    if not url.lower().startswith(("http://", "https://")):
        return f'<p class="url">{shown}</p>'
    return f'<p class="url"><a href="{safe(url)}" rel="noopener noreferrer" target="_blank">{shown}</a></p>'


def _tiles(found: Inspection) -> Iterator[str]:
    article, page = found.article, found.page
    if article is not None:
        yield _tile("Confidence", bar(article.confidence), "of the record as a whole")
        yield _tile("Layout", safe(article.layout or "none"), _layout_note(found))
        yield _tile("Encoding", safe(article.encoding or "text"), _encoding_note(found))
    elif page is not None:
        yield _tile("Encoding", safe(page.decoded.encoding or "text"), _encoding_note(found))
    if found.seconds is not None:
        yield _tile("Read in", f"{1000 * found.seconds:.1f} ms", "from the bytes to the record")
    if article is not None:
        yield _tile("Warnings", str(len(article.warnings)), "see below" if article.warnings else "nothing to note")


def _tile(name: str, value: str, note: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd><dd>{note}</dd></div>"


def _layout_note(found: Inspection) -> str:
    if not found.layouts:
        return "as asked for" if found.page is not None else ""
    name, weight = found.layouts[0]
    if weight >= HOST_WEIGHT:
        return "known by the host of the address"
    if not weight:
        return "no signs of a portal that has its own"
    return f"signs of {safe(name)} weigh {weight}, 2 are enough"


def _encoding_note(found: Inspection) -> str:
    if found.page is None:
        return ""
    decoded = found.page.decoded
    declared = f", declared {safe(decoded.declared)}" if decoded.declared else ""
    replaced = f", {decoded.replaced:,} places unreadable" if decoded.replaced else ""
    return f"by {safe(decoded.how)}{declared}{replaced}"


def _notices(found: Inspection, *, cut: bool) -> Iterator[str]:
    """Say why there is no record, what a careful user should know, and that the copy is not whole."""
    if found.error is not None:
        yield _refusal(found.error)
    general = [w for w in found.article.warnings if w.field is None] if found.article is not None else []
    missing = [w for w in found.article.warnings if w.field is not None] if found.article is not None else []
    lines = [
        f"<li><b>{safe(w.code)}</b>{f' ({safe(w.field)})' if w.field else ''} {safe(w.message[:600])}</li>"
        for w in [*general, *missing]
    ]
    if cut:
        lines.append("<li><b>cut</b> the page is very long; its beginning is shown</li>")
    if found.article is not None and found.page is None:
        lines.append("<li><b>record only</b> the page itself was not given, so its places are not shown</li>")
    if lines:
        yield f'<ul class="notices">{"".join(lines)}</ul>'


def _refusal(error: ScraperError) -> str:
    reason = getattr(error, "reason", type(error).__name__)
    return (
        f'<section class="refused"><h2>No record: {safe(str(reason))}</h2><p>{safe(error.message)}</p>'
        "<p>What was proposed before the page was refused is listed below.</p></section>"
    )
