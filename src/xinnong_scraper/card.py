"""An article as a small card of HTML: what a notebook shows for a record."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from .byline import shown_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .records import Article

__all__ = ["to_card"]

_PARAGRAPHS: Final = 3
_WARNINGS: Final = 5
_LONGEST: Final = 280  # characters of one paragraph, title or warning
_FRAME: Final = (
    "border:1px solid rgba(128,128,128,.4);border-radius:6px;padding:.8em 1em;max-width:46em;line-height:1.5;"
    "text-align:left;overflow-wrap:anywhere"
)
_FAINT: Final = "opacity:.7;font-size:90%"


def to_card(article: Article) -> str:
    """Return the article as HTML: sections, title, source and time, first paragraphs, warnings, confidence.

    The card stands alone: no script, no picture, no style sheet, nothing is loaded. All text of the page is escaped
    and cut to a length; of its addresses only http and https ones become links. It has no colours of its own, so that
    it suits light and dark notebooks.

    >>> from xinnong_scraper.records import Article
    >>> "&lt;b&gt;" in to_card(Article(title="<b>"))
    True
    """
    return f'<div style="{_FRAME}">{"".join(_parts(article))}</div>'


def _parts(article: Article) -> Iterator[str]:
    if article.breadcrumb:
        yield _line(" › ".join(_linked(crumb.name, crumb.url) for crumb in article.breadcrumb[:10]), _FAINT)
    title = _linked(article.title, article.url) if article.title else "<i>no title</i>"
    yield _line(title, "font-size:125%;font-weight:bold")
    if article.subtitle:
        yield _line(_text(article.subtitle), "font-weight:bold")
    byline = [_linked(article.source, article.source_url) if article.source else ""]
    byline += [_text(shown_time(article) or ""), _text("、".join(article.authors))]
    yield _line(" · ".join(part for part in byline if part), _FAINT)
    for paragraph in article.paragraphs[:_PARAGRAPHS]:
        yield _line(_text(paragraph), "margin:.5em 0")
    left = len(article.paragraphs) - _PARAGRAPHS
    if left > 0:
        yield _line(f"… and {left} more paragraphs", _FAINT)
    yield _line(f"confidence {article.confidence:.2f} · {_text(article.layout or 'no layout')}", _FAINT)
    for warning in article.warnings[:_WARNINGS]:
        where = f" ({_text(warning.field)})" if warning.field else ""
        yield _line(f"⚠ <b>{_text(warning.code)}</b>{where}: {_text(warning.message)}", _FAINT)
    if len(article.warnings) > _WARNINGS:
        yield _line(f"… and {len(article.warnings) - _WARNINGS} more warnings", _FAINT)


def _line(html: str, style: str) -> str:
    """Wrap one line; ``bdi`` keeps marks for the direction of text from reaching past it."""
    return f'<div style="{style}"><bdi>{html}</bdi></div>' if html else ""


def _linked(text: str, url: str | None) -> str:
    if url is None or not url.lower().startswith(("http://", "https://")):
        return _text(text)
    return f'<a href="{_escaped(url)}" rel="noopener noreferrer" target="_blank">{_text(text)}</a>'


def _text(text: str) -> str:
    return _escaped(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _escaped(text: str) -> str:
    """Escape text for HTML; half a surrogate pair, which no UTF-8 message can carry, becomes a question mark."""
    return escape(text.encode("utf-8", "replace").decode())
