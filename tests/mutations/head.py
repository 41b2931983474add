"""Redesigns of what the page says of itself, and of its encoding."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from .filler import OTHER_DATE, OTHER_TITLE, SUMMARY
from .judge import squeeze
from .registry import edited, recoded

if TYPE_CHECKING:
    from .editing import Editor

_CHARSET: Final = re.compile(r"<meta[^>]*charset[^>]*>", re.IGNORECASE)
_XML: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_LEAD: Final = re.compile(r"(<head\b[^>]*>)", re.IGNORECASE)


def _shows_source(editor: Editor) -> bool:
    """Whether the byline shows what the metadata may say of the source."""
    sources = editor.truth.sources
    if editor.headline is None or editor.body is None:
        return False
    shown = editor.text[editor.headline.end : editor.body.start]
    return None in sources or any(squeeze(source) in shown for source in sources)


def _without_metadata(editor: Editor) -> None:
    editor.remove(
        *editor.tree.css("meta[name], meta[property], meta[itemprop], link[rel=canonical]"),
        *editor.tree.css('script[type="application/ld+json"]'),
    )


def _set_title(editor: Editor, title: str) -> None:
    for node in editor.tree.css("head title"):
        node.decompose()
    _put_in_head(editor, f"<title>{title}</title>")


def _put_in_head(editor: Editor, html: str) -> None:
    head = editor.tree.head
    assert head is not None
    head.insert_child(editor.mark(html))


@edited
def metadata_removed(editor: Editor) -> bool:
    """Only the document's title is left."""
    if editor.headline is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    return True


@edited
def title_of_site(editor: Editor) -> bool:
    """The document's title is the portal's name, and there is no metadata."""
    if editor.headline is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    _set_title(editor, "清溪新闻网")
    return True


@edited
def title_missing(editor: Editor) -> bool:
    """Neither document title nor metadata."""
    if editor.headline is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    editor.remove(*editor.tree.css("head title"))
    return True


@edited
def metadata_of_other_article(editor: Editor) -> bool:
    """The metadata is that of another article, kept by a template; the document's title is right."""
    if editor.headline is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    stated = {
        "og:title": OTHER_TITLE,
        "og:description": SUMMARY,
        "article:published_time": f"{OTHER_DATE.replace(' ', 'T')}+08:00",
    }
    _put_in_head(editor, "".join(f'<meta property="{name}" content="{text}">' for name, text in stated.items()))
    return True


@edited
def head_of_other_article(editor: Editor) -> bool:
    """The document's title and all metadata are those of another article."""
    if editor.headline is None or not _shows_source(editor):
        return False
    metadata_of_other_article(editor)
    _set_title(editor, f"{OTHER_TITLE}_清溪新闻网")
    return True


@edited
def dates_of_build(editor: Editor) -> bool:
    """The structured data's date is that of the day on which the site was built anew."""
    if editor.headline is None or not editor.truth.published or editor.date is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": editor.truth.titles[0]}
    data |= {"datePublished": "2026-11-20T03:00:00+08:00", "dateModified": "2026-11-20T03:00:00+08:00"}
    script = json.dumps(data, ensure_ascii=False)
    _put_in_head(editor, f'<script type="application/ld+json">{script}</script>')
    return True


@edited
def structured_data_added(editor: Editor) -> bool:
    """The metadata is whole and right."""
    if editor.headline is None or editor.date is None or not _shows_source(editor):
        return False
    _without_metadata(editor)
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": editor.truth.titles[0]}
    stamp = editor.truth.published or ""
    data["datePublished"] = f"{stamp}:00+08:00" if len(stamp) == 16 else f"{stamp}+08:00" if "T" in stamp else stamp
    script = json.dumps(data, ensure_ascii=False)
    _put_in_head(editor, f'<script type="application/ld+json">{script}</script>')
    return True


def _declared(html: str, charset: str | None) -> str:
    bare = _XML.sub("", _CHARSET.sub("", html))
    if charset is None:
        return bare
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return _LEAD.sub(lambda match: match[1] + meta, bare, count=1) if _LEAD.search(bare) else meta + bare


@recoded
def utf8_declared_gb2312(html: str) -> bytes:
    return _declared(html, "gb2312").encode()


@recoded
def utf8_undeclared(html: str) -> bytes:
    return _declared(html, None).encode()


@recoded
def utf8_declared_latin1(html: str) -> bytes:
    return _declared(html, "iso-8859-1").encode()


@recoded
def utf8_declared_late(html: str) -> bytes:
    """The declaration is right, but far behind the first kilobyte, where no browser looks."""
    padding = f"<script>/*{'.' * 3000}*/</script>"
    return _declared(html, "utf-8").replace('<meta http-equiv="Content-Type"', padding + "<meta http-equiv", 1).encode()


@recoded
def gbk_declared_gbk(html: str) -> bytes:
    return _declared(html, "gbk").encode("gb18030", "xmlcharrefreplace")


@recoded
def gbk_declared_utf8(html: str) -> bytes:
    return _declared(html, "utf-8").encode("gb18030", "xmlcharrefreplace")


@recoded
def gbk_undeclared(html: str) -> bytes:
    return _declared(html, None).encode("gb18030", "xmlcharrefreplace")


@recoded
def utf16_with_mark(html: str) -> bytes:
    return "\ufeff".encode("utf-16-le") + _declared(html, None).encode("utf-16-le", "surrogatepass")
