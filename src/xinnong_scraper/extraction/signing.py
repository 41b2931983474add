"""Who wrote an article in another language than Chinese.

Names are read behind a label (By, Written by, Von) around the headline, from links to an author's page, from elements
that call themselves an author's, and from the metadata. The metadata's name is taken where the page shows it too, in
the form of the metadata; else what a label or an author's link shows; else the metadata's. A reviewer, an editor or a
photographer behind a label of their own is no author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from ..layouts.languages import words_of_languages
from ..normalize.clocks import word_key
from ..normalize.text import clean, squeeze
from ..normalize.urls import host
from ..normalize.worded import find_worded_dates
from .people import MOST_NAMES, NAME_WORD, NO_NAME, author_names
from .reading import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .headline import Headline
    from .reading import Reading

__all__ = ["propose_general_authors"]

_BELOW: Final = 24  # lines below the headline that may be its byline
_ABOVE: Final = 5
_LONGEST_LINE: Final = 160  # characters
_PARAGRAPH: Final = 220
_LABEL_WINDOW: Final = 60
_SENTENCE_WINDOW: Final = 80
_MOST_PIECES: Final = 9  # behind a label
_LONG_LABEL: Final = 5  # characters: Author, not By
_MOST_LABEL_WORDS: Final = 3
_SHORT_NAME: Final = 8  # characters of a name that a role follows without a comma
_SHORT_LINE: Final = 90
_MOST_NAME_WORDS: Final = 4
_FAR: Final = 400  # lines
_DIVIDER = re.compile(r"\s[|·•∙⋅–—‒]\s?|[|·•∙⋅\x1f]|\s-\s|\s/\s")
_DIVIDING = re.compile(r"[|·•∙⋅–—‒\x1f\d/-]")
"""What every divider and every date has one of."""
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|people|team|contributors?|writers?|staff|journalists?|profiles?|by|bio|redakteur)"
    r"/[^/?#]|[?&]author="
)
_AUTHOR_NAME = re.compile(
    r"author|by-?line|writer(?![a-z])|contributor|autor(?![a-z])|auteur|(?:^|[\s_-])vcard|(?:^|\s)fn(?:\s|$)"
)
_NO_AUTHOR_NAME = re.compile(
    r"bio|desc|avatar|image|img|photo|social|role|job(?![a-z])|date|time|comment|related|follow|position|review|editor(?!ial)|meta-?(?:date|read)"
)
_META_NAMES: Final = (
    "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "author.name",
    "cxenseparse:author", "article:author_name", "article.author", "og:article:author_name", "byl", "creator",
)  # fmt: skip
"""Names of ``<meta>`` beside the well-known ones, for one author each or all."""
_NO_HOST = re.compile(r"[^\w.]")
"""What a name has and a host does not."""
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS: Final = 5  # of a date
_DATE: Final = "|"
_ROLE_BEHIND = re.compile(r"([^,，(（]{2,40})(?:[,，]\s?|\s?[(（])([^,，()（）]{2,40})[)）]?")
_ADDRESS = re.compile(r"https?:|www\.|@|/")


@dataclass(slots=True)
class _Piece:
    """A stretch of a line between two elements or dividers."""

    text: str
    line: Line
    element: LexborNode


@dataclass(slots=True)
class _Found:
    names: list[str]
    rule: str
    line: Line
    trust: float


def propose_general_authors(reading: Reading, headline: Headline | None) -> list[Line]:
    """Propose the authors of a page that is not Chinese; return the lines that show them."""
    first = headline.last if headline else 0
    start = max(0, headline.first - _ABOVE) if headline else 0
    header = reading.lines[start : first + _BELOW]
    pieces = list(_pieces(header))
    stated = _stated(reading)
    shown = _labelled(pieces) or _linked(header)
    of_site = stated is not None and _is_site(reading, stated.value)
    if stated is not None and not of_site and (place := _shows(header, stated.value)) is not None:
        if shown is not None and any(_among(name, stated.value) for name in shown.names):
            stated.value = [*stated.value, *(name for name in shown.names if not _among(name, stated.value))]
        shown = _Found(stated.value, f"shown:{stated.rule}", place, 0.92)
    if shown is None and (stated is None or of_site):
        shown = (
            _called(pieces)
            or _with_role(pieces)
            or _beside_date(header)
            or _labelled_below(reading.lines[first + _BELOW :][:_FAR])
        )
    if shown is not None:
        node = shown.line.node
        reading.propose(Candidate("authors", shown.names, shown.line.text, "landmarks", shown.rule, node, shown.trust))
    if stated is not None:
        reading.propose(stated)
    return [shown.line] if shown is not None else []


def _is_site(reading: Reading, names: list[str]) -> bool:
    """Tell the site's own name in place of an author's."""
    sites = {squeeze(one.value) for one in reading.metadata.all("site_name")}
    own = host(reading.page.url or "") or ""
    labels = {squeeze(label) for label in own.replace("-", "").split(".")}
    return all(squeeze(name) in sites or squeeze(_NO_HOST.sub("", name)) in {*labels, own} for name in names)


def _pieces(lines: Iterable[Line]) -> Iterator[_Piece]:
    """Give the pieces of short lines, and an empty one at the end of each line and for a paragraph."""
    for line in lines:
        if len(line.text) > _LONGEST_LINE:
            if len(line.text) > _PARAGRAPH:
                yield _Piece("", line, line.box.node)
            continue
        for text, element in line.parts:
            whole = clean(text)
            if not _DIVIDING.search(whole):
                if whole:
                    yield _Piece(whole, line, element)
                continue
            for piece in _DIVIDER.split(_without_dates(whole)):
                if part := clean(piece):
                    yield _Piece(part, line, element)
        yield _Piece("", line, line.box.node)


def _without_dates(text: str) -> str:
    """Put a divider in the place of a text's dates: Posted on March 3, 2019 by Jane Doe."""
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return text
    for found in reversed(find_worded_dates(text, words_of_languages().dates, zone=UTC)):
        text = f"{text[: found.start]} {_DATE} {text[found.end :]}"
    return text


def _label(text: str) -> tuple[str, str, str] | None:
    """Read the label that a piece begins with: its field, the label and what follows it."""
    words = words_of_languages()
    first = NAME_WORD.search(text, 0, _LABEL_WINDOW)
    if first is None or word_key(first[0]) not in words.first_words:
        return None
    if any(char.isalnum() or char == "©" for char in text[: first.start()]):
        return None
    found = list(NAME_WORD.finditer(text, first.start(), _LABEL_WINDOW))[: words.longest]
    keys = [word_key(match[0]) for match in found]
    for size in range(len(keys), 0, -1):
        field = words.labels.get(" ".join(keys[:size]))
        behind = text[found[size - 1].end() :]
        if field and (not behind or not behind[0].isalnum()):
            return field, text[: found[size - 1].end()], behind.strip(" :：-–—")
    return None


def _label_within(text: str) -> tuple[str, str, str] | None:
    """Read a label of two words or more inside a sentence: This post was written by."""
    words = words_of_languages()
    written = NAME_WORD.findall(text, 0, _SENTENCE_WINDOW)
    keys = [word.lower() for word in written] if text.isascii() else [word_key(word) for word in written]
    if words.first_words.isdisjoint(keys[1:-1]):
        return None
    found = list(NAME_WORD.finditer(text, 0, _SENTENCE_WINDOW))
    for at in range(1, len(found) - 1):
        if keys[at] not in words.first_words:
            continue
        for size in range(min(_MOST_LABEL_WORDS, len(found) - at), 1, -1):
            field = words.labels.get(" ".join(keys[at : at + size]))
            if field:
                end = found[at + size - 1].end()
                return field, text[found[at].start() : end], text[end:].strip(" :：-–—")
    return None


def _labelled(pieces: list[_Piece]) -> _Found | None:
    """Read the names behind the first label for authors."""
    for index, piece in enumerate(pieces):
        label = _label(piece.text) or _label_within(piece.text)
        if label and label[0] == "by" and (names := _names_behind(pieces[index + 1 :], label[2])):
            return _Found(names, f"label:{label[1]}", piece.line, 0.9)
    return None


def _labelled_below(lines: list[Line]) -> _Found | None:
    """Read the names behind the first label for authors that is more than a preposition, anywhere below the byline."""
    for at, line in enumerate(lines):
        pieces = list(_pieces((line,)))
        for index, piece in enumerate(pieces):
            label = (_label(piece.text) or _label_within(piece.text)) if piece.text else None
            if label is None or label[0] != "by" or not _is_strong(label[1]):
                continue
            following = chain(pieces[index + 1 :], _pieces(lines[at + 1 :]))
            if names := _names_behind(following, label[2]):
                return _Found(names, f"label:{label[1]}", line, 0.7)
    return None


def _is_strong(label: str) -> bool:
    return " " in label or len(label) >= _LONG_LABEL


def _names_behind(following: Iterable[_Piece], rest: str) -> list[str]:
    """The names in the rest of a label's piece and in the following pieces that go on with them."""
    words = words_of_languages()
    names = _before_other(rest)
    if rest and not names:
        return []
    going = not rest or rest.endswith((",", "&")) or word_key(rest.rpartition(" ")[2]) in words.joints
    for piece in islice(following, _MOST_PIECES):
        text = piece.text
        if not text:
            if names and not going:
                break
            continue
        if word_key(text.strip(" ,")) in words.joints or text.strip() in {",", "&", ";", ":"}:
            going = True
            continue
        more = _before_other(text) if going or text[0] in ",&" else []
        if not more or _label(text):
            break
        names += more
        going = text.endswith((",", "&"))
    return list(dict.fromkeys(names))


def _before_other(text: str) -> list[str]:
    """The names in a text up to where something else begins: a date, an address, another label."""
    if cut := NO_NAME.search(text, 3):
        text = text[: cut.start() + cut[0].startswith(".")]
        text = text if not text[-1:].isalnum() or not cut[0].isdigit() else text.rpartition(" ")[0]
    words = words_of_languages()
    kept: list[str] = []
    for word in text.split():
        key = word_key(word.strip(",.;:()"))
        if key in words.dates.months and kept and key not in ("mai", "may", "mar", "jan", "april", "june", "august"):
            break
        kept.append(word)
    return author_names(" ".join(kept))


def _linked(lines: Iterable[Line]) -> _Found | None:
    """Read the links to an author's page that stand around the headline."""
    for line in lines:
        if len(line.text) > _LONGEST_LINE:
            continue
        names: list[str] = []
        for link in line.links[:10]:
            attributes = link.attributes
            own = "author" in (attributes.get("rel") or "").lower().split()
            if own or _AUTHOR_PAGE.search((attributes.get("href") or "").lower()):
                names += author_names(_without_label(clean(link.text())), account=own)
        if names:
            return _Found(list(dict.fromkeys(names)), "author-link", line, 0.85)
    return None


def _called(pieces: Iterable[_Piece]) -> _Found | None:
    """Read the first name in an element that calls itself an author's."""
    for piece in pieces:
        if not piece.text:
            continue
        name = f"{piece.element.attributes.get('class') or ''} {piece.line.box.ident}".lower()
        if _AUTHOR_NAME.search(name) and not _NO_AUTHOR_NAME.search(name):
            names = author_names(_without_label(piece.text))
            label = _label(piece.text)
            if names and len(names[0].split()) > 1 and (label is None or label[0] == "by"):
                return _Found(names, "element-name", piece.line, 0.7)
    return None


def _with_role(pieces: Iterable[_Piece]) -> _Found | None:
    """Read a name with its role behind it: Jane Doe, staff writer; 홍길동 기자."""
    roles = words_of_languages().roles
    for piece in pieces:
        text = piece.text
        match = _ROLE_BEHIND.fullmatch(text)
        name, _, role = (match[1], "", match[2]) if match else text.rpartition(" ")
        if not name or (not match and (role.isascii() or len(name) > _SHORT_NAME)):
            continue
        first = next((word_key(word) for word in NAME_WORD.findall(role)), "")
        if first in roles and len(NAME_WORD.findall(name)) <= _MOST_NAME_WORDS and (names := author_names(name)):
            return _Found(names, "role-behind", piece.line, 0.75)
    return None


def _beside_date(lines: Iterable[Line]) -> _Found | None:
    """Read a person's name that shares a line with a date and nothing else but dividers."""
    for line in lines:
        text = clean(line.spaced)
        divided = _without_dates(text) if len(text) <= _SHORT_LINE else text
        if divided == text:
            continue
        pieces = [part for piece in _DIVIDER.split(divided) if (part := piece.strip(" ,/|·•-–—"))]
        alone = pieces and len(NAME_WORD.findall(pieces[0])) in (2, 3) and divided.startswith(pieces[0])
        if alone and (names := author_names(pieces[0])):
            return _Found(names, "beside-date", line, 0.55)
    return None


def _without_label(text: str) -> str:
    label = _label(text)
    return label[2] if label and label[0] == "by" else text


def _stated(reading: Reading) -> Candidate | None:
    """The authors that the metadata names, from the first statement that names any."""
    metadata = reading.metadata
    statements: dict[str, tuple[list[str], LexborNode | None]] = {}
    for one in metadata.all("authors"):
        statements.setdefault(one.rule, ([], one.node))[0].append(one.value)
    for node in reading.outline.head.metas:
        attributes = node.attributes
        key = (attributes.get("name") or attributes.get("property") or "").lower()
        if key in _META_NAMES and (value := clean(attributes.get("content") or "")):
            statements.setdefault(f"meta:{key}", ([], node))[0].append(_family_name_first(value))
    for item in metadata.others[:10]:
        if named := _names_of(item.get("author")):
            statements.setdefault(f"json-ld:{item.get('@type')}.author", ([], None))[0].extend(named)
    label, written = metadata.by_name.get("twitter:label1"), metadata.by_name.get("twitter:data1")
    if label and written and (known := _label(label.value)) and known[0] == "by":
        statements.setdefault(written.rule, ([], written.node))[0].append(written.value)
    for rule, (values, element) in statements.items():
        names = [
            name
            for text in values
            if not _ADDRESS.search(text)
            for name in author_names(_without_label(text), account=True)
        ]
        if names:
            unique = list(dict.fromkeys(names))
            return Candidate("authors", unique, ", ".join(values), "metadata", rule, element, 0.7)
    return None


def _names_of(value: Any) -> list[str]:  # noqa: ANN401  JSON
    found = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in found[:MOST_NAMES]]
    return [name for name in names if isinstance(name, str)]


def _family_name_first(text: str) -> str:
    """Turn ``Doe, Jane`` of library metadata around."""
    family, comma, given = text.partition(", ")
    return f"{given} {family}" if comma and "," not in given and len(text.split()) <= 4 else text


def _shows(lines: Iterable[Line], names: list[str]) -> Line | None:
    """The line around the headline that shows one of the names."""
    keys = [squeeze(name) for name in names]
    for line in lines:
        if len(line.text) <= _LONGEST_LINE and any(key in squeeze(line.text) for key in keys):
            return line
    return None


def _among(name: str, names: list[str]) -> bool:
    key = squeeze(name)
    return any(key in squeeze(other) or squeeze(other) in key for other in names)
