"""The lines around the headline and at the end of the text: source, date, authors, editors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.dates import find_dates
from ..normalize.text import clean
from .beside import propose_followed, propose_persons, propose_publisher, propose_unlabelled
from .pieces import AROUND, EDGES, PIECE, PIECES, LabelledValue, bare_name, in_pieces, person_names
from .reading import Candidate
from .stamps import is_date_alone, is_modified, propose_dates, read_dates

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..blocks import Line
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["find_byline", "read_below"]

_AFTER_TITLE: Final = 18  # lines below the headline that may belong to the byline
_BEFORE_TITLE: Final = 14
_AFTER_TEXT: Final = 10
_DIVIDED: Final = 100  # characters of a byline that strokes divide
_AFTER_RELATED: Final = 3
_LABEL: Final = 8
_LONE_DATE: Final = 0.6
_ENTRY: Final = 7  # characters of a link to another article
_BESIDE_ENTRY: Final = 20  # characters beside it, such as its date
_ENTRIES: Final = 2
_ENTRY_DATE = re.compile(r"\d[-/.月:]\d")
_CREDIT: Final = 40  # characters of a line that names reporters
_LONGEST: Final = 160  # characters of a byline
_EDGES_BUT_BRACKETS: Final = EDGES.translate(dict.fromkeys(map(ord, "()（）")))
_FONT_SIZE = re.compile(r"A\s?[-+－＋]?(?:\s+A\s?[-+－＋]?)?")  # a control beside the byline
_PAIRS: Final = dict(zip("（([【〔〖", "）)]】〕〗", strict=True))
_LATIN = re.compile(r"[A-Za-z0-9 .&'-]+$")
_BRACKET = re.compile(r"[（(](?=[^）)]{0,30}$|[^）)]{0,30}[）)])")
_TIME_TAIL = re.compile(r"\d{1,2}:\d{2}")


def find_byline(reading: Reading, headline: Headline | None, area: TextArea | None) -> tuple[int, set[int]]:
    """Propose source, date, authors and editors; return where the text may begin and which lines are byline."""
    header = _header(reading, headline, area)
    used = _read(reading, header)
    if headline is None:
        _doubt_dates(reading)
    if not any(c.field in ("source", "published_at") for c in reading.candidates):
        propose_followed(reading, header)
        if headline is not None:
            propose_publisher(reading, header)
    if not any(c.field == "published_at" for c in reading.candidates) and headline:
        used |= _read_above(reading, headline)
    begin = max((index for index in used if headline is None or index >= headline.last), default=-1) + 1
    if headline is not None:
        begin = max(begin, headline.last)
    return begin, used


def _doubt_dates(reading: Reading) -> None:
    """Trust a date without a label less where no headline stands above it: it may be the page's clock."""
    for candidate in reading.candidates:
        if candidate.field == "published_at" and candidate.rule == "byline-date":
            candidate.trust = _LONE_DATE


def _header(reading: Reading, headline: Headline | None, area: TextArea | None) -> list[Line]:
    lines = reading.lines
    if headline is None:
        stop = area.first_prose if area else 0
        return [
            line
            for line in lines[max(0, stop - 8) : stop + 1]
            if len(line.text) <= _LONGEST and (line.index < stop or _like_byline(reading, line))
        ]
    header: list[Line] = []
    entries = _entries(reading, lines[headline.last : headline.last + _AFTER_TITLE])
    for line in lines[headline.last : headline.last + _AFTER_TITLE]:
        if line.index in entries:
            continue
        if (
            area is not None
            and area.weights[line.index]
            and not _like_byline(reading, line)
            and not _follows_label(reading, header)
        ):
            if line.index < area.first_prose and len(line.text) <= 80:
                continue
            break
        if (
            area is not None
            and headline.last <= area.first <= line.index
            and not _is_abstract(reading, line)
            and not _follows_label(reading, header)
            and _has_date(reading, header)
        ):
            break
        if area is not None and line.index >= area.last:
            break
        if len(line.text) <= _LONGEST or _follows_label(reading, header):
            header.append(line)
    return header


def _entries(reading: Reading, lines: list[Line]) -> set[int]:
    """Find the entries of a list of other articles, each a link that reads like a headline with its date beside it."""
    found = {
        line.index
        for line in lines
        if any(len(text := clean(link.text())) >= _ENTRY and not _ENTRY_DATE.search(text) for link in line.links)
        and _ENTRY_DATE.search(line.text[-_BESIDE_ENTRY:])
        and len(line.text) - line.link_chars <= _BESIDE_ENTRY
        and not reading.lexicon.labels.find(line.text)
    }
    return found if len(found) >= _ENTRIES else set()


def _has_date(reading: Reading, header: list[Line]) -> bool:
    return any(find_dates(line.text, zone=reading.layout.tzinfo, limit=1) for line in header if len(line.text) <= 120)


def _is_abstract(reading: Reading, line: Line) -> bool:
    if len(line.text) <= _LABEL and reading.lexicon.labels.field(line.text.strip("【】[]：: ")) == "summary":
        return True
    label = reading.lexicon.labels.at_start(in_pieces(reading, line))
    return label is not None and label.field == "summary"


def _follows_label(reading: Reading, header: list[Line]) -> bool:
    """Tell whether the line before is the heading of an abstract."""
    text = header[-1].text.strip("【】[]：: ") if header else ""
    return reading.lexicon.labels.field(text) == "summary"


def _like_byline(reading: Reading, line: Line) -> bool:
    """Tell a byline from a paragraph that begins with a date or a role."""
    if len(line.text) > _LONGEST:
        first = reading.lexicon.labels.at_start(line.text)
        return first is not None and first.field in ("summary", "keywords")
    if len(line.parts) > 1 and _is_abstract(reading, line):
        return True
    labels = [label.field for label in reading.lexicon.labels.find(line.text)]
    known = [label for label in labels if label != "other"]
    if "summary" in known[:1] or len(labels) >= 2:
        return True
    if len(line.text) <= _CREDIT and reading.lexicon.role_line.match(line.text.strip(AROUND)):
        return True
    dated = bool(find_dates(line.text, zone=reading.layout.tzinfo, limit=1))
    divided = len(line.text) <= _DIVIDED and any(stroke in line.text for stroke in "|｜")
    return (bool(known) and (len(line.text) <= 60 or dated)) or (
        dated and (divided or len(line.text) <= 40) and "，" not in line.text and "。" not in line.text
    )


def _read(reading: Reading, lines: list[Line], *, labelled_only: bool = False) -> set[int]:
    """Read labels and dates from lines that belong together; return the lines that hold any."""
    texts, owners = [], []
    for line in lines:
        texts.append(in_pieces(reading, line))
        owners.append(line)
    labels = _labels(reading, texts, owners)
    dates = read_dates(reading, texts, owners)
    for label in labels:
        _propose_label(reading, label)
    propose_dates(reading, dates, labels, labelled_only=labelled_only)
    if not labelled_only:
        propose_unlabelled(reading, texts, owners, labels, dates)
    return (
        {label.line.index for label in labels} | {line.index for _, line, _ in dates} | {label.at for label in labels}
    )


def _labels(reading: Reading, texts: list[str], owners: list[Line]) -> list[LabelledValue]:
    lexicon, found = reading.lexicon, []
    for position, text in enumerate(texts):
        if len(text) <= 30 and (credit := lexicon.credit.match(text)):
            field = lexicon.labels.field(credit["label"]) or "author"
            found.append(
                LabelledValue(
                    field, credit["label"], text[credit.end() :], owners[position], credit.end(), owners[position].index
                )
            )
            continue
        matches = lexicon.labels.find(text)
        for number, match in enumerate(matches):
            end = matches[number + 1].start if number + 1 < len(matches) else len(text)
            field = match.field
            closer = _PAIRS.get(text[match.start - 1]) if match.start else None
            if closer and (closed := text.find(closer, match.end, end)) >= 0:
                end = closed
            value, owner = text[match.end : end].strip(" \x1f"), owners[position]
            start = match.end
            if not value and field != "other" and end == len(text) and position + 1 < len(texts):
                following = texts[position + 1]
                if (
                    len(following) <= (500 if field == "summary" else 40)
                    and not lexicon.labels.at_start(following)
                    and not lexicon.noise.match(following)
                ):
                    value, owner, start = following, owners[position + 1], 0
            found.append(LabelledValue(field, match.word, value, owner, start, owners[position].index))
    return found


def _propose_label(reading: Reading, label: LabelledValue) -> None:
    rule, lexicon = f"label:{label.word}", reading.lexicon
    raw, node = label.line.text, label.line.node
    if label.field == "source":
        name, link = _source(reading, label)
        if name:
            text = clean(link.text()) if link is not None else raw
            reading.propose(Candidate("source", name, text, "landmarks", rule, link or node, 0.9))
            href = link.attributes.get("href") if link is not None else None
            if href and (url := reading.page.link(href)):
                reading.propose(Candidate("source_url", url, href, "landmarks", rule, link, 0.9))
        elif not _before_date(reading, label.value).strip(EDGES):
            reading.propose(Candidate("source", None, raw, "landmarks", rule, node, 0.9))
        _credited_beside(reading, label)
    elif label.field in ("author", "editor"):
        value = _before_date(reading, label.value).strip(_EDGES_BUT_BRACKETS)
        if label.field == "editor":
            value = lexicon.other_word.split(PIECES.split(value)[0])[0]
        else:
            value = _of_one_kind(label, value)
        names = person_names(reading, value)
        if names:
            reading.propose(Candidate(f"{label.field}s", names, raw, "landmarks", rule, node, 0.9))
    elif label.field in ("published", "modified") and label.value[:8].isdecimal():
        for date in find_dates(label.value, zone=reading.layout.tzinfo, compact=True, limit=1):
            reading.propose(Candidate(f"{label.field}_at", date, date.raw, "landmarks", rule, node, 0.9))
    elif label.field == "summary" and label.value:
        reading.propose(Candidate("summary", clean(label.value).lstrip("：: "), raw, "landmarks", rule, node, 0.9))
    elif label.field == "keywords" and label.value and label.value[-1] not in "。！？":
        reading.propose(Candidate("keywords", label.value, raw, "landmarks", rule, node, 0.9))


def _of_one_kind(label: LabelledValue, value: str) -> str:
    """Keep of an author's value the pieces that are links if the first is one, or those that are none."""
    linked = {clean(link.text()) for link in label.line.links}
    parts = [part for part in value.split(PIECE) if part.strip()]
    return " ".join(
        part
        for part in parts
        if (part.strip() in linked) == (parts[0].strip() in linked) and not _FONT_SIZE.fullmatch(part.strip())
    )


def _before_date(reading: Reading, value: str) -> str:
    dates = find_dates(value.replace(PIECE, " "), zone=reading.layout.tzinfo, now=reading.now, limit=1)
    return value[: dates[0].start] if dates else value


def _source(reading: Reading, label: LabelledValue) -> tuple[str | None, LexborNode | None]:
    """Read the publisher's name out of a label's value; None where the value is no name."""
    value = _before_date(reading, label.value)
    if clock := _TIME_TAIL.search(value):
        value = value[: clock.start()]
    parts = [part for part in (bare_name(piece) for piece in PIECES.split(value)) if part]
    if not parts:
        return None, None
    name = parts[0]
    if len(parts) > 1 and _is_cut(reading, value, parts):
        name += parts[1]
    if (again := reading.lexicon.labels.at_beginning(name)) and again.field == "source":
        name = bare_name(name[again.end :])
    for link in label.line.links:
        text = bare_name(clean(link.text()))
        if len(text) > 1 and name.startswith(text) and not _refused(text):
            return text, link
        if text.endswith(name) and reading.lexicon.labels.at_start(text):
            return name, link
    if bracket := _BRACKET.search(name):
        name = name[: bracket.start()]
    words = name.split(" ")
    if len(words) > 1 and not _LATIN.match(name):
        name = words[0] if len(words[0]) > 2 or len(words[1]) > 3 else "".join(words[:2])
    if not name or len(name) > 60 or _refused(name) or name in reading.lexicon.anonymous:
        return None, None
    return name, None


def _is_cut(reading: Reading, value: str, parts: list[str]) -> bool:
    """Tell a name that two elements share (聊城 and 日报) from two names."""
    publisher, whole = reading.lexicon.publisher, parts[0] + parts[1]
    touching = f"{parts[0]}{PIECE}{parts[1]}" in value
    return touching and len(whole) <= 12 and bool(publisher.search(whole)) and not publisher.search(parts[0])


def _refused(name: str) -> bool:
    """Tell an address, a number or a sentence behind a source's label from a name."""
    return name.lower().startswith(("http", "www.")) or name.isdecimal() or any(mark in name for mark in "。！？；")


def _credited_beside(reading: Reading, label: LabelledValue) -> None:
    """Propose the authors that a source's value names with their role: 新华社（记者张三）."""
    found = reading.lexicon.role_names.search(label.value.replace("（", " ").replace("(", " "))
    if found and (names := person_names(reading, found[2].rstrip("）)"))):
        text = label.line.text
        reading.propose(Candidate("authors", names, text, "landmarks", f"role:{found[1]}", label.line.node, 0.8))


def _read_above(reading: Reading, headline: Headline) -> set[int]:
    """Read a byline that stands above the headline, in the headline's own part of the page."""
    outer = headline.line.box.parent or headline.line.box
    outer = outer.parent or outer
    above: list[Line] = []
    for line in reading.lines[max(0, headline.first - _BEFORE_TITLE) : headline.first]:
        if not line.box.within(outer) or len(line.text) > 80 or line.all_link:
            continue
        after_label = bool(above) and above[-1].text.endswith(("：", ":")) and above[-1].index == line.index - 1
        if after_label or reading.lexicon.labels.find(line.text):
            above.append(line)
    sourced = any(c.field == "source" and c.value for c in reading.candidates) or any(
        label.field == "source" for line in above for label in reading.lexicon.labels.find(line.text)
    )
    if sourced and above:
        start = max(0, above[0].index - 2)
        near = reading.lines[start : min(above[-1].index + 3, headline.first)]
        above = [line for line in near if line in above or (line.box.within(outer) and is_date_alone(reading, line))]
    used = _read(reading, above, labelled_only=not sourced)
    first = reading.lines[headline.first - 1] if headline.first else None
    box = headline.line.box.parent
    beside = first is not None and first.box.parent is box and is_date_alone(reading, first)
    if (
        not used
        and first is not None
        and box is not None
        and (beside or (box.last - box.first <= 4 and first.box.within(box)))
    ):
        dates = read_dates(reading, [in_pieces(reading, first)], [first])
        propose_dates(reading, dates, [], labelled_only=False)
        used = {first.index} if dates else used
    return used


def read_below(reading: Reading, first: int, end: int, area_end: int) -> None:
    """Propose labelled values that stand at the end of the text: editors, source, authors.

    ``first`` and ``end`` bound the lines of the text, and up to ``area_end`` goes its area: there they may also stand
    below related links.
    """
    lines, last_prose = reading.lines, end - 1
    regions = [region for region in reading.regions if region.head > last_prose]
    stop = min((region.head for region in regions), default=len(lines))
    past = max((region.last for region in regions if region.last < area_end), default=area_end)
    have = {candidate.field for candidate in reading.candidates if candidate.value}
    below = lines[max(first, last_prose - 2) : min(stop, last_prose + _AFTER_TEXT)]
    further = [line for line in lines[past : min(area_end, past + _AFTER_RELATED)] if line.index not in reading.apart]
    for line in below + further:
        if line.box.heading == 1:
            break  # the next article's headline
        if len(line.text) > _LONGEST or (line.all_link and not reading.lexicon.labels.at_start(line.text)):
            continue
        texts = [in_pieces(reading, line)]
        labels = _labels(reading, texts, [line])
        for label in labels:
            field = {"author": "authors", "editor": "editors"}.get(label.field, label.field)
            if field == "source" and field in have:
                _credited_beside(reading, label)
            elif field in ("authors", "editors", "source", "keywords") and (field == "editors" or field not in have):
                _propose_label(reading, label)
        if "published_at" not in have or "modified_at" not in have:
            dates = read_dates(reading, texts, [line])
            if "authors" not in have:
                propose_persons(reading, texts, [line], dates)
            if not dates:
                continue
            named = any(label.field in ("source", "editor") for label in labels)
            named = named or any(len(line.text) <= len(date.raw) + 2 for date, _, _ in dates)
            if "published_at" in have:
                dates = [found for found in dates if is_modified(reading, found[2])]
            # beside a byline that tells when the page changed, a date at the end is that of a signed paper
            propose_dates(reading, dates, [], labelled_only=not named or "modified_at" in have)
