"""Redesigns of the markup that leave every word where it stands: names, wrappers, elements."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from .registry import edited, rewritten

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from .editing import Editor

_ATTRIBUTE: Final = re.compile(r"""(?<=\s)(class|id)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_BLOCK: Final = "(?:div|p|ul|ol|li|table|tr|td|tbody|section|article|header|footer|nav|aside|h[1-6]|br|hr|body|form|dl)"
_SCRIPT: Final = re.compile(
    r"(<(?:script|style|pre|textarea)\b.*?</(?:script|style|pre|textarea)>)", re.IGNORECASE | re.DOTALL
)
_WORDS: Final = ("wrap", "box", "inner", "col", "row", "item", "unit", "mod", "block", "cell", "pane", "group")


def _number(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def _outside_scripts(html: str, change: re.Pattern[str], put: str) -> str:
    return "".join(part if index % 2 else change.sub(put, part) for index, part in enumerate(_SCRIPT.split(html)))


def _named_nodes(editor: Editor) -> list[LexborNode]:
    return [node for node in editor.body_node.css("[class], [id]") if node.tag != "body"]


def _renamed(editor: Editor, name_of: object) -> bool:
    assert callable(name_of)
    nodes = _named_nodes(editor)
    for node in nodes:
        for attribute in ("class", "id"):
            value = node.attributes.get(attribute)
            if value:
                node.attrs[attribute] = " ".join(name_of(name) for name in value.split())
    return bool(nodes)


@edited
def classes_renamed(editor: Editor) -> bool:
    """Every class and id gets another plain word, the same for the same."""
    return _renamed(editor, lambda name: f"{_WORDS[_number(name) % len(_WORDS)]}-{_number(name) % 97}")


@edited
def classes_hashed(editor: Editor) -> bool:
    """Every class and id becomes a hash, as CSS modules make them."""
    return _renamed(editor, lambda name: f"css-{_number(name):08x}"[:12])


@edited
def classes_removed(editor: Editor) -> bool:
    """Styles move to utility sheets by element: no classes, only ids are left."""
    nodes = editor.body_node.css("[class]")
    for node in nodes:
        del node.attrs["class"]
    return bool(nodes)


@rewritten
def names_removed(html: str) -> str:
    """Neither classes nor ids."""
    return _outside_scripts(html, _ATTRIBUTE, "")


@edited
def classes_swapped(editor: Editor) -> bool:
    """Two kinds of boxes trade their names, as when a theme is rebuilt on other components."""
    names = sorted({name for node in _named_nodes(editor) for name in (node.attributes.get("class") or "").split()})
    if len(names) < 4:
        return False
    other = dict(zip(names, [*names[len(names) // 2 :], *names[: len(names) // 2]], strict=True))
    return _renamed(editor, lambda name: other.get(name, name))


@rewritten
def divs_wrapped(html: str) -> str:
    """Every ``<div>`` holds one more."""
    opened = re.compile(r"(<div\b[^>]*>)", re.IGNORECASE)
    closed = re.compile(r"(</div\s*>)", re.IGNORECASE)
    return _outside_scripts(_outside_scripts(html, opened, r'\1<div class="inner">'), closed, r"</div>\1")


@edited
def wrappers_unwrapped(editor: Editor) -> bool:
    """Boxes that hold one box and nothing else go."""
    found = [
        node
        for node in editor.body_node.css("div, section")
        if len(children := [c for c in node.iter(include_text=True) if not c.is_empty_text_node]) == 1
        and children[0].tag in ("div", "section", "article")
    ]
    for node in found:
        node.unwrap()
    return bool(found)


@edited
def container_unwrapped(editor: Editor) -> bool:
    """The text's paragraphs stand beside the headline, without a box of their own."""
    container = editor.container
    if container is None or len(editor.blocks) < 3 or container.node.tag in ("body", "td", "dd"):
        return False
    container.node.unwrap()
    return True


@rewritten
def divs_to_sections(html: str) -> str:
    """``<section>`` for ``<div>``."""
    return _outside_scripts(html, re.compile(r"<(/?)div\b", re.IGNORECASE), r"<\1section")


@edited
def frames_to_tables(editor: Editor) -> bool:
    """The boxes around the text become table cells, as twenty years ago."""
    container = editor.container
    if container is None or container.node.tag != "div":
        return False
    inner = container.node.inner_html or ""
    editor.exchange(container.node, f'<table width="100%"><tbody><tr><td class="zw">{inner}</td></tr></tbody></table>')
    return True


@rewritten
def semantics_removed(html: str) -> str:
    """``<div>`` for every element that says what it holds."""
    tags = re.compile(r"<(/?)(?:article|section|main|header|footer|nav|aside|figure|figcaption|time)\b", re.IGNORECASE)
    return _outside_scripts(html, tags, r"<\1div")


@edited
def text_in_article_element(editor: Editor) -> bool:
    """The text's box becomes ``<article>``."""
    container = editor.container
    if container is None or container.node.tag not in ("div", "section"):
        return False
    editor.exchange(container.node, f"<article>{container.node.inner_html}</article>")
    return True


@rewritten
def minified(html: str) -> str:
    """No white space between elements."""
    return _outside_scripts(html, re.compile(r">\s+<"), "><")


@rewritten
def pretty_printed(html: str) -> str:
    """Every block on a line of its own, indented."""
    return _outside_scripts(html, re.compile(rf"(</?{_BLOCK}\b[^>]*>)", re.IGNORECASE), r"\n      \1\n        ")


@rewritten
def paragraphs_unclosed(html: str) -> str:
    """No closing tags where HTML can do without."""
    return _outside_scripts(html, re.compile(r"</(?:p|li|td|tr|dd|dt)\s*>", re.IGNORECASE), "")


@rewritten
def tags_upper_case(html: str) -> str:
    """Tags in capitals."""
    tags = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
    return "".join(
        part if index % 2 else tags.sub(lambda match: "<" + match[1].upper(), part)
        for index, part in enumerate(_SCRIPT.split(html))
    )


@rewritten
def characters_as_entities(html: str) -> str:
    """Every Han character as a numeric reference."""
    return "".join(
        part if index % 2 else re.sub("[\u4e00-\u9fff]", lambda match: f"&#x{ord(match[0]):x};", part)
        for index, part in enumerate(_SCRIPT.split(html))
    )


@edited
def texts_in_fonts(editor: Editor) -> bool:
    """The text of every paragraph inside ``<font>`` and ``<span>``, as editors paste it."""
    done = False
    for node in editor.blocks:
        if node.tag == "p" and node.inner_html:
            editor.put_in(node, f'<span style="font-size:16px"><font face="宋体">{node.inner_html}</font></span>')
            done = True
    return done
