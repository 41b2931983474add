"""What repeats inside the texts of a site: lines, and boxes that hold links or a picture and never prose."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from ..extraction.reading import END_PUNCTUATION
from .places import names_of_box

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..blocks import Box, Outline
    from .names import Names
    from .sample import Sample

__all__ = ["Repeated", "repeated_boxes", "repeated_ends", "repeated_lines", "repeated_pictures"]

_SHORTEST: Final = 4
_LONG: Final = 12
"""Characters of a line that few texts share by chance."""
_EDGE: Final = 2
"""Lines at a text's end among which a site puts its own."""
_SHARE_INSIDE: Final = 0.4
_BOLD: Final = 0.9
_MOST_OF_TEXT: Final = 0.4
"""Of a text's characters, how many may be the site's."""
_SHARE_SHORT: Final = 0.6
"""Of the pages, on how many a line inside the text must stand, and a short one."""
_SHARE_NUMBERS: Final = 0.9
"""And a sentence whose numbers are others on every page."""
_ALIKE: Final = 10
"""Characters at the beginning or end of lines that may differ in the rest."""
_WHOLE: Final = 120
_START: Final = 80
_MOST: Final = 30
_LINKED: Final = 0.6
_DIGITS = re.compile(r"\d+")
_NEEDLESS = re.compile(r"\\([^\w\s.?*+^$()\[\]{}|\\])")
"""A backslash that ``re.escape`` puts where a person would not."""
_SAFE_FILE = re.compile(r"[A-Za-z0-9_.\-]{3,60}$")


class Repeated(NamedTuple):
    """Something that is no text of the article, and on how many pages it stands."""

    pattern: str
    """A regular expression for a line, a CSS selector for an element."""
    pages: int


def _needed(samples: Sequence[Sample]) -> int:
    return 2 if len(samples) <= 5 else 3


def repeated_lines(samples: Sequence[Sample]) -> list[Repeated]:
    """Lines that stand word for word, numbers aside, in the texts of several pages.

    At a text's edges a few pages are enough; inside it, where two articles may say the same, more.
    """
    pages: dict[str, set[int]] = defaultdict(set)
    shown: dict[str, set[str]] = defaultdict(set)
    inside: set[str] = set()
    for index, sample in enumerate(samples):
        blocks = [block for block in sample.article.body.blocks if block.text] if sample.article else []
        heads = _headings(sample)
        for at, block in enumerate(blocks):
            text = block.text or ""
            if text in heads and at < len(blocks) - 1 and not sample.reading.lexicon.promotion.search(text):
                continue  # the same part of another article: Ingredients
            key = _DIGITS.sub("0", text)
            pages[key].add(index)
            shown[key].add(text)
            if 0 < at < len(blocks) - _EDGE:
                inside.add(key)
    found = [
        key
        for key, seen in pages.items()
        if len(key) >= _SHORTEST
        and len(seen) >= max(_needed(samples), (_share(key, shown[key]) if key in inside else 0.0) * len(samples))
    ]
    if _are_the_text(set(found), samples):
        return []
    lines = [Repeated(_pattern(min(shown[key]), exact=len(shown[key]) == 1), len(pages[key])) for key in found]
    return sorted(lines, key=lambda line: -line.pages)[:_MOST]


def _are_the_text(keys: set[str], samples: Sequence[Sample]) -> bool:
    """Tell whether the lines make up so much of the texts that they can be nothing but text."""
    full = 0
    for sample in samples:
        texts = sample.article.text.splitlines() if sample.article else []
        taken = sum(len(text) for text in texts if _DIGITS.sub("0", text) in keys)
        full += taken > _MOST_OF_TEXT * sum(map(len, texts))
    return full * 2 > len(samples)


def repeated_ends(samples: Sequence[Sample]) -> list[Repeated]:
    """Last lines in boxes of their own of which most is the same on most pages: a note on the author."""
    lines = [(index, text) for index, sample in enumerate(samples) for text in _apart(sample)]
    found = []
    for backwards in (False, True):
        alike: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for index, text in lines:
            line = text[::-1] if backwards else text
            alike[line[:_ALIKE]].append((index, line))
        for group in alike.values():
            shared, pages = _shared_start([line for _, line in group]), len({index for index, _ in group})
            size = sum(len(line) for _, line in group) / len(group)
            several = len({line for _, line in group}) > 1
            if several and pages >= max(3, _SHARE_SHORT * len(samples)) and len(shared) >= max(_ALIKE, size / 2):
                whole = shared[::-1] if backwards else shared
                pattern = _pattern(whole[-_START:] if backwards else whole[:_START], exact=True)
                found.append(Repeated(f".*{pattern}" if backwards else pattern.removesuffix("$"), pages))
    return found


def _apart(sample: Sample) -> list[str]:
    """The last lines of a text that stand in another box than its paragraphs do."""
    texts = {block.text for block in sample.article.body.blocks if block.text} if sample.article else set()
    own = [line for line in sample.page.outline.lines if line.text in texts]
    usual = Counter(line.box.parent for line in own).most_common(1)
    return [line.text for line in own[1:][-_EDGE:] if line.box.parent is not usual[0][0]]


def _shared_start(lines: list[str]) -> str:
    """What all of the lines begin with: what the first and the last of them in order share."""
    first, last = min(lines), max(lines)
    return first[
        : next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    ]


def _headings(sample: Sample) -> set[str]:
    """Lines that the page marks as headings, by their element or in bold."""
    lines = sample.page.outline.lines
    return {line.text for line in lines if line.box.heading or line.bold_chars >= _BOLD * len(line.text)}


def _share(text: str, shown: Collection[str]) -> float:
    """Of the pages, on how many a line inside the text must stand to be the site's.

    Reports of one kind say the same sentence with other numbers: 最高气温25℃。
    """
    if len(shown) > 1 and text[-1] in END_PUNCTUATION:
        return _SHARE_NUMBERS
    return _SHARE_INSIDE if len(text) >= _LONG else _SHARE_SHORT


def _pattern(text: str, *, exact: bool) -> str:
    """A pattern for the line that a person would write: digits as such where they may differ."""
    part = text[:_START] if len(text) > _WHOLE else text
    escaped = _NEEDLESS.sub(r"\1", re.escape(part)).replace("\\ ", " ")
    if not exact:
        escaped = _DIGITS.sub(lambda _: r"\d+", escaped)
    return escaped if len(text) > _WHOLE else escaped + "$"


def repeated_boxes(samples: Sequence[Sample], names: Names) -> list[Repeated]:
    """Boxes inside the texts' boxes that came into a text and are mostly links, wherever the site has them."""
    foreign: dict[str, set[int]] = defaultdict(set)
    own: set[str] = set()
    for index, sample in enumerate(samples):
        area = _box_of(sample)
        if area is None or sample.article is None:
            continue
        texts = {block.text for block in sample.article.body.blocks if block.text}
        for box in sample.page.outline.boxes:
            if box is area or box.last <= box.first or not box.within(area):
                continue
            linked = _is_linked(sample.page.outline, box)
            for css in names_of_box(box.node, names):
                if not linked:
                    own.add(css)
                elif any(line.text in texts for line in sample.page.outline.lines[box.first : box.last]):
                    foreign[css].add(index)
    found = [Repeated(css, len(seen)) for css, seen in foreign.items() if len(seen) >= 2 and css not in own]
    return sorted(found, key=lambda box: (-box.pages, len(box.pattern)))[:4]


def _is_linked(outline: Outline, box: Box) -> bool:
    lines = outline.lines[box.first : box.last]
    return sum(line.link_chars for line in lines) >= _LINKED * sum(len(line.text) for line in lines)


def _box_of(sample: Sample) -> Box | None:
    node = sample.node("body")
    if node is None:
        return None
    return next((box for box in sample.page.outline.boxes if box.node.mem_id == node.mem_id), None)


def repeated_pictures(samples: Sequence[Sample]) -> list[Repeated]:
    """Pictures that several texts share: a code to scan, a banner."""
    pages: dict[str, set[int]] = defaultdict(set)
    for index, sample in enumerate(samples):
        for image in sample.article.images if sample.article else ():
            try:
                name = urlsplit(image.url).path.rpartition("/")[2]
            except ValueError:
                continue
            if _SAFE_FILE.match(name) and (css := _picture(name, sample)) is not None:
                pages[css].add(index)
    found = [Repeated(css, len(seen)) for css, seen in pages.items() if len(seen) >= _needed(samples)]
    return sorted(found, key=lambda picture: -picture.pages)[:_MOST]


def _picture(name: str, sample: Sample) -> str | None:
    """Name a picture by its file, in the attribute that holds its address."""
    named = (f'img[{attribute}$="/{name}"]' for attribute in ("src", "data-src", "data-original"))
    return next((css for css in named if sample.page.tree.css_first(css) is not None), None)
