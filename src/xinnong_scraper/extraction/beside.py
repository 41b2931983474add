"""Sources and authors that stand beside the date without a label."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from .pieces import DATE, EDGES, PIECE, PIECES, LabelledValue, in_pieces, is_link, person_names, pieces_of
from .reading import Candidate

if TYPE_CHECKING:
    from ..blocks import Line
    from ..normalize.dates import FoundDate
    from .reading import Reading

__all__ = ["propose_followed", "propose_persons", "propose_publisher", "propose_unlabelled"]

_APART: Final = PIECE + " "
_LONGEST_NAME: Final = 20
_SHORT_LINE: Final = 60  # characters
_PUBLISHER: Final = 2.0  # the score of a name that ends like a publisher's
_NEAR_DATE: Final = 3  # lines between the date and an account's name


def propose_unlabelled(
    reading: Reading,
    texts: list[str],
    owners: list[Line],
    labels: list[LabelledValue],
    dates: list[tuple[FoundDate, Line, str]],
) -> None:
    """Propose a source that stands without a label beside the date."""
    lexicon = reading.lexicon
    sourced = any(label.field == "source" for label in labels)
    credited = any(label.field == "author" for label in labels)
    persons = [] if credited else propose_persons(reading, texts, owners, dates)
    if not dates:
        return
    labelled = {label.line.index for label in labels}
    dated = {line.index + step for date, line, _ in dates for step in range(date.raw.count(" ") + 1)}
    best: tuple[float, str, Line] | None = None
    for text, line in zip(texts, owners, strict=True):
        near = min((abs(line.index - index) for index in dated), default=9)
        if near > _NEAR_DATE:
            continue
        values = [
            value.strip(EDGES)
            for label in labels
            if label.line is line
            for value in label.value.split(PIECE)[: None if label.field == "keywords" else 1]
        ]
        rest = text
        for date, owner, before in reversed(dates):
            if owner is line:
                rest = rest[: len(before)] + DATE + rest[len(before) + date.end - date.start :]
        rest = _before_label(rest, next((label.word for label in labels if label.at == line.index), None))
        before = ""
        for piece, beside in _with_place(rest):
            publisher, before = before, piece.strip(EDGES)
            name = before
            if role := lexicon.role_names.search(piece):
                if (names := person_names(reading, role[2])) and not credited:
                    reading.propose(Candidate("authors", names, text, "landmarks", f"role:{role[1]}", line.node, 0.8))
                name = piece[: role.start()].strip(EDGES)
                if not (near == 0 and lexicon.publisher.search(name)):
                    continue
            leads = beside or rest.startswith(piece)
            stands = is_link(name, line) or (leads and any(map(lexicon.publisher.search, name.split(" "))))
            if name in persons or sourced or (line.index in labelled and (name in values or not stands)):
                continue
            published = bool(lexicon.publisher.search(publisher)) and rest.endswith(piece)
            alone = rest.strip(EDGES) == name and rest.startswith(name)
            told = near == 0 and (published or alone or _is_named(reading, name, line))
            if told and not credited and _is_person(reading, name, line):
                reading.propose(Candidate("authors", [name], text, "landmarks", "beside-date", line.node, 0.6))
                continue
            score = _source_score(reading, name, line, near, beside=beside and near == 0)
            if score and (best is None or score >= best[0]):
                best = (score, name, line)
    if best is not None:
        _propose_bare(reading, best[1], best[2])


def _before_label(text: str, word: str | None) -> str:
    """Set apart what stands before a byline's first label: 聊城日报 编辑：李四."""
    at = text.find(word) if word else -1
    return text[:at] + PIECE + text[at:] if at > 0 and text[at - 1] in _APART else text


def _behind(date: FoundDate, line: Line, before: str, texts: list[str], owners: list[Line]) -> str | None:
    """The linked name right behind a date: posted @ 2018-04-28 13:44 张三."""
    text = texts[owners.index(line)][len(before) + date.end - date.start :]
    name = next(iter(pieces_of(text)), "")
    return name if name and is_link(name, line) else None


def propose_followed(reading: Reading, header: list[Line]) -> None:
    """Propose a linked name that a control to follow it stands behind or whose box is an account's, without a date."""
    pieces = [(piece, line) for line in header for piece in pieces_of(in_pieces(reading, line))]
    for (name, line), (control, beside) in pairwise([*pieces, pieces[-1]] if pieces else []):
        followed = beside.index - line.index <= 1 and control in reading.lexicon.follow
        known = any(name in c.value for c in reading.candidates if c.field == "authors")
        if known and not _is_account(reading, name, line):
            continue
        hinted = bool(reading.lexicon.account_hint.search(line.box.ident))
        if (followed or hinted) and is_link(name, line) and _source_score(reading, name, line, 0, beside=False):
            reading.propose(Candidate("source", name, line.text, "landmarks", "followed", line.node, 0.6))
            return


def propose_publisher(reading: Reading, header: list[Line]) -> None:
    """Propose a publisher's name that begins a line below the headline, where neither label nor date is."""
    for line in header:
        name = next(iter(pieces_of(in_pieces(reading, line))), "") if len(line.text) <= _SHORT_LINE else ""
        if any(c.field == "source" for c in reading.candidates):
            return
        ending = reading.lexicon.publisher.search(name)
        named = ending is not None and ending.start() > 0 and not line.box.heading
        if named and _source_score(reading, name, line, 0, beside=False) >= _PUBLISHER:
            reading.propose(Candidate("source", name, line.text, "landmarks", "publisher-alone", line.node, 0.55))


def _is_account(reading: Reading, name: str, line: Line) -> bool:
    """Tell an author whose link leads to a member's page, not to a list of what an employee wrote."""
    return any(
        clean(link.text()).strip(EDGES) == name
        and reading.lexicon.member_link.search(link.attributes.get("href") or "")
        for link in line.links
    )


def propose_persons(
    reading: Reading, texts: list[str], owners: list[Line], dates: list[tuple[FoundDate, Line, str]]
) -> list[str]:
    """Propose the names that the byline gives as the author's by their place; return them.

    Such is a name before 发表于 and a date, one between 原创 and an account's name, and a link to a person's own page.
    An account's name on a media platform is a source's.
    """
    lexicon, found = reading.lexicon, []
    divided = [pieces_of(text) for text in texts]
    if not dates and max(map(len, divided), default=0) < 2 and not any(line.links for line in owners):
        return []  # a lone paragraph, as most below a text are
    accounts = _propose_accounts(reading, divided, owners)
    for date, line, before in dates:
        match = lexicon.posted.search(before) if "。" not in line.text else None
        labelled = match is not None and before[: match.start(1)].rstrip(_APART).endswith((":", "："))
        if match and not labelled and before[match.end(1)] in _APART and not lexicon.labels.field(match[1]):
            name = match[1].strip(EDGES)
            if is_link(name, line) or _is_named(reading, name, line) or _is_person(reading, name, line):
                found.append((name, line, "posted"))
        label = lexicon.labels.at_end(before[-24:])
        if label is not None and label.word in lexicon.posting and (name := _behind(date, line, before, texts, owners)):
            found.append((name, line, "posted"))
    for pieces, line in zip(divided, owners, strict=True):
        found += [
            (name, line, "reports")
            for name, word in pairwise(pieces)
            if word in lexicon.reports and (is_link(name, line) or lexicon.person.fullmatch(name))
        ]
        for word, name, account in zip(pieces, pieces[1:], pieces[2:], strict=False):
            if lexicon.original.match(word) and is_link(account, line):
                found.append((name, line, "original"))
        if not lexicon.visitor.isdisjoint(pieces):
            continue
        found += [
            (clean(link.text()).strip(EDGES), line, "person-link")
            for link in line.links
            if lexicon.person_link.search(link.attributes.get("href") or "")
        ]
    persons = []
    for name, line, rule in found:
        names = person_names(reading, name) if 2 <= len(name) <= _LONGEST_NAME and name not in accounts else []
        if names and not lexicon.publisher.search(name) and not lexicon.not_source.search(name):
            reading.propose(Candidate("authors", names, line.text, "landmarks", f"beside-date:{rule}", line.node, 0.75))
            persons.append(name)
    return persons + accounts


def _propose_accounts(reading: Reading, divided: list[list[str]], owners: list[Line]) -> list[str]:
    """Propose names that the kind of their account stands behind (乡村观察 企鹅号); return them."""
    lexicon = reading.lexicon
    pieces = [(name, line) for names, line in zip(divided, owners, strict=True) for name in names]
    accounts = [
        (name, line)
        for (name, line), (kind, _) in pairwise(pieces)
        if kind in lexicon.platforms and 2 <= len(name) <= _LONGEST_NAME and not lexicon.not_source.search(name)
    ]
    for name, line in accounts:
        if not lexicon.labels.find(name) and not lexicon.labels.field(name):
            reading.propose(Candidate("source", name, line.text, "landmarks", "account", line.node, 0.7))
    return [name for name, _ in accounts]


def _is_named(reading: Reading, name: str, line: Line) -> bool:
    """Tell whether the element that holds a name calls itself somebody's."""
    hint = reading.lexicon.account_hint
    if hint.search(line.box.ident):
        return True
    elements = [element for text, element in line.parts if clean(text).strip(EDGES) == name]
    return any(hint.search((element.attributes.get("class") or "").lower()) for element in elements)


def _is_person(reading: Reading, name: str, line: Line) -> bool:
    """Tell a person's name of two or three characters, which is no part of the document's title, from a source."""
    lexicon = reading.lexicon
    if not lexicon.person.fullmatch(name) or any(
        pattern.search(name) for pattern in (lexicon.publisher, lexicon.not_person, lexicon.not_bare_person)
    ):
        return False
    return not is_link(name, line) and name not in reading.outline.head.title


def _with_place(text: str) -> list[tuple[str, bool]]:
    """Split a line at its dates and elements; say of each piece whether a date touches it."""
    chunks = text.split(DATE)
    found = []
    for number, chunk in enumerate(chunks):
        pieces = [piece for piece in PIECES.split(chunk) if piece.strip(EDGES)]
        for position, piece in enumerate(pieces):
            before = position == 0 and number > 0
            after = position == len(pieces) - 1 and number < len(chunks) - 1
            found.append((piece, before or after))
    return found


def _source_score(reading: Reading, name: str, line: Line, near: int, *, beside: bool) -> float:
    """Weigh words without a label as the source: by their ending, their link, their box's name, their place."""
    lexicon = reading.lexicon
    if not 2 <= len(name) <= 20 or lexicon.not_source.search(name) or lexicon.labels.field(name):
        return 0.0
    if lexicon.heading(name) or line.index in reading.apart:
        return 0.0
    own = [link.attributes.get("href") or "" for link in line.links if clean(link.text()).strip(EDGES) == name]
    if own and own[0].startswith("#"):
        return 0.0
    if any(crumb.name == name for c in reading.candidates if c.field == "breadcrumb" for crumb in c.value):
        return 0.0
    linked = is_link(name, line)
    hinted = bool(lexicon.account_hint.search(line.box.ident))
    score = 2.0 * bool(lexicon.publisher.search(name)) + 0.8 * linked + 0.7 * hinted + 0.9 * beside
    return score + 0.3 - 0.2 * near if score else 0.0


def _propose_bare(reading: Reading, name: str, line: Line) -> None:
    """Propose words beside the date as the source; of ``石佳/中国青年报`` or ``石佳 中国青年报`` the publisher."""
    name = name.removeprefix("原创 ")
    parts = [part.strip() for part in name.split("/") if part.strip()]
    first, _, second = name.partition(" ")
    if len(parts) == 1 and second and (_is_person(reading, first, line) or _is_person(reading, second, line)):
        parts = [first, second]
    publishers = [part for part in parts if reading.lexicon.publisher.search(part)]
    if len(parts) > 1 and len(publishers) == 1:
        names = [part for part in parts if part not in publishers]
        reading.propose(Candidate("authors", names, line.text, "landmarks", "beside-date", line.node, 0.7))
        name = publishers[0]
    reading.propose(Candidate("source", name, line.text, "landmarks", "beside-date", line.node, 0.6))
