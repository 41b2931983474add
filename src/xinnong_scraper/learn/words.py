"""The site's own words: labels before values, and the heading above related articles."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from ..normalize.dates import find_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..layouts import Lexicon
    from .sample import Sample

__all__ = ["Word", "learn_labels", "learn_teaser_heading"]

_PIECE = re.compile(r"(?:^|[\s|｜【\[(（])([\u4e00-\u9fff]{2,8})\s?[:：]\s{0,2}([^\s|｜:：】\])）]{1,40})")
_SHARE: Final = 0.7
"""Of the pages, on how many a word must stand."""
_LONGEST_LINE: Final = 160
_HEADLINE: Final = 7
_LONGEST_HEADING: Final = 14
_LINKS: Final = 2
_EDITORS = re.compile(r"[编審审校]")


class Word(NamedTuple):
    """A word of the site, what it says, and on how many pages."""

    field: str
    """A key of ``[labels]`` or ``[headings]``."""
    word: str
    pages: int


def learn_labels(samples: Sequence[Sample]) -> list[Word]:
    """Words before a colon that the general layout does not know, where what follows tells what they stand for."""
    values: dict[str, dict[int, str]] = defaultdict(dict)
    for index, sample in enumerate(samples):
        for word, value in _labelled(sample):
            values[word].setdefault(index, value)
    found = []
    for word, by_page in values.items():
        if len(by_page) < max(2, _SHARE * len(samples)) or len(set(by_page.values())) < 2:
            continue
        field = _field_of(word, list(by_page.values()), samples)
        if field is not None:
            found.append(Word(field, word, len(by_page)))
    best = {word.field: word for word in sorted(found, key=lambda word: word.pages)}
    return list(best.values())


def _labelled(sample: Sample) -> Iterator[tuple[str, str]]:
    texts = {block.text for block in sample.article.body.blocks} if sample.article else set()
    finder = sample.reading.lexicon.labels
    for line in sample.page.outline.lines:
        if len(line.text) > _LONGEST_LINE or line.text in texts:
            continue
        for piece in _PIECE.finditer(line.spaced):
            if finder.field(piece[1]) is None:
                yield piece[1], piece[2]


def _field_of(word: str, values: list[str], samples: Sequence[Sample]) -> str | None:
    """What the values behind a label are, where the engine misses that on most pages, or takes the label along."""
    lexicon, layout = samples[0].reading.lexicon, samples[0].reading.layout
    if sum(str(sample.value("source")).startswith(word) for sample in samples) >= _SHARE * len(samples):
        return "source"
    kinds = {
        "source": sum(lexicon.publisher.search(value) is not None for value in values),
        "published": sum(bool(find_dates(value, zone=layout.tzinfo, limit=1)) for value in values),
        "editor" if _EDITORS.search(word) else "author": sum(_is_person(value, lexicon) for value in values),
    }
    field = max(kinds, key=lambda kind: kinds[kind])
    name = {"published": "published_at", "editor": "editors", "author": "authors"}.get(field, field)
    missing = sum(sample.value(name) is None or word in str(sample.value(name)) for sample in samples)
    return field if kinds[field] >= _SHARE * len(values) and missing >= len(samples) / 2 else None


def _is_person(value: str, lexicon: Lexicon) -> bool:
    return lexicon.person.fullmatch(value) is not None


def learn_teaser_heading(samples: Sequence[Sample]) -> Word | None:
    """The heading below the text that links to other articles follow, other ones on every page."""
    if sum(sample.value("teasers") is None for sample in samples) < _SHARE * len(samples):
        return None
    below: dict[str, dict[int, tuple[int, tuple[str, ...]]]] = defaultdict(dict)
    for index, sample in enumerate(samples):
        for distance, heading, titles in _headed(sample):
            below[heading].setdefault(index, (distance, titles))
    wide = [
        (sum(distance for distance, _ in seen.values()) / len(seen), heading, len(seen))
        for heading, seen in below.items()
        if len(seen) >= max(2, _SHARE * len(samples)) and len({titles for _, titles in seen.values()}) * 2 > len(seen)
    ]
    if not wide:
        return None
    _, heading, pages = min(wide)
    return Word("teasers", heading, pages)


def _headed(sample: Sample) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Short unlinked lines below the text with links below them: how far below, the line, the links' texts."""
    lines, lexicon = sample.page.outline.lines, sample.reading.lexicon
    texts = {block.text for block in sample.article.body.blocks if block.text} if sample.article else set()
    end = max((line.index for line in lines if line.text in texts), default=len(lines))
    for line in lines[end + 1 :]:
        heading = line.text.strip("【】:： ")
        if line.links or not 2 <= len(heading) <= _LONGEST_HEADING or lexicon.heading(line.text):
            continue
        linked = []
        for below in lines[line.index + 1 : line.index + 13]:
            if not (below.all_link and below.link_chars >= _HEADLINE):
                break
            linked.append(below.text)
        if len(linked) >= _LINKS:
            yield line.index - end, heading, tuple(linked)
