"""The headline and the subtitle, as a reader sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean, is_han, squeeze
from .language import is_chinese, shows_date
from .reading import END_PUNCTUATION, Candidate, Similarity
from .titles import main_heading, without_site

if TYPE_CHECKING:
    from ..blocks import Line
    from .density import TextArea
    from .reading import Reading

__all__ = ["Headline", "find_headline", "split_site_name"]

_LOOK_BACK: Final = 120  # lines above the text in which a headline may stand
_SUBTITLE_DASH = re.compile(r"[—–－-]{1,2}\s?\S")
_LONGEST_SITE: Final = 14  # characters of a site's name behind a bare hyphen
_MAX_LINES: Final = 4
_LONGEST_LINE: Final = 40
_TRAIL = re.compile(r"[>»›]\s?\S")  # a breadcrumb's
_DATE_LIKE = re.compile(r"\d(?:\d{3}\s?[-/.年]\s?\d{1,2}|\d?:\d{2})")
_FULL_DATE = re.compile(r"\W{0,3}(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_DIVIDERS: Final = " -_|丨｜–—·»>"
_SEPARATOR = re.compile(r"(?<!\s)\s++[-|–—_·丨｜»>]++\s++|[_|丨｜]+|--+|\s?——\s?|\s-|-\s")


class Headline:
    """The lines of the headline."""

    __slots__ = ("first", "last", "line", "text")

    def __init__(self, line: Line, first: int, last: int, text: str) -> None:
        self.line = line
        self.first = first
        self.last = last
        """Index after the last line of the headline."""
        self.text = text


def split_site_name(title: str, *, headline: str = "") -> tuple[str, list[str]]:
    """Split a document title into its first part and what follows it; a headline known to begin it is one part.

    >>> split_site_name("聊城掀起热潮_招商_中国新农网")
    ('聊城掀起热潮', ['招商', '中国新农网'])
    >>> split_site_name("桃花开——联峰山见闻-中国新农网", headline="桃花开——联峰山见闻")
    ('桃花开——联峰山见闻', ['中国新农网'])
    """
    if headline and title.startswith(headline) and title[len(headline) :].lstrip()[:1] in _DIVIDERS:
        behind = title[len(headline) :].strip(_DIVIDERS).replace("-", "_")
        return headline, [part for part in map(clean, _SEPARATOR.split(behind)) if part]
    parts = [part for part in (clean(part) for part in _SEPARATOR.split(title)) if part]
    if len(parts) == 1 and "-" in title:
        rest: list[str] = []
        name = parts[0]
        while (cut := name.rfind("-")) > 0 and len(name) - cut <= _LONGEST_SITE and (not rest or len(name) - cut <= 6):
            rest.insert(0, clean(name[cut + 1 :]))
            name = name[:cut]
        return clean(name), rest
    return (parts[0], parts[1:]) if parts else ("", [])


def find_headline(reading: Reading, area: TextArea | None, crumb_line: int | None) -> Headline | None:
    """Find the visible headline: the line that the metadata repeats, a heading, or the line above the byline."""
    lines = reading.lines
    limit = min(area.first_prose if area else len(lines), len(lines))
    scorer = _Scorer(reading, limit)
    best, best_score = None, 1.2
    start = max(0, limit - _LOOK_BACK)
    far = [line for line in lines[:start] if line.box.heading == 1]
    for line in [*far, *lines[start : limit + 1]]:
        if line.index == crumb_line:
            continue
        score = scorer(line)
        if score > best_score:
            best, best_score = line, score
    if not is_chinese(reading):
        best = _preferred(reading, best)
    if best is None:
        return None
    return _whole(reading, best, limit)


def _preferred(reading: Reading, best: Line | None) -> Line | None:
    """Prefer the page's only main heading to a line that is none, if it shares words with the document's title."""
    main = main_heading(reading)
    if main is None or best is main or (best is not None and best.box.heading == 1):
        return best
    said = set(reading.outline.head.title.casefold().split())
    words = set(main.text.casefold().split())
    return main if best is None or len(words & said) * 3 >= len(words) else best


class _Scorer:
    def __init__(self, reading: Reading, limit: int) -> None:
        self.reading = reading
        self.limit = limit
        self.document = Similarity(reading.outline.head.title)
        self.squeezed = squeeze(reading.outline.head.title)
        self.stated = [Similarity(stated.value) for stated in reading.metadata.all("title")[:4]]
        self.names = {squeeze(name) for name in reading.layout.site_names}
        if site := reading.metadata.first("site_name"):
            self.names.add(squeeze(site.value))
        self._bylines: dict[int, bool] = {}

    def __call__(self, line: Line) -> float:
        text, length = line.text, len(line.text)
        if not 2 <= length <= 150:
            return 0.0
        lexicon = self.reading.lexicon
        heading, similar = line.box.heading, 0.0
        if not heading and ((line.all_link and length < 8) or lexicon.labels.at_start(text)):
            return 0.0
        if (key := squeeze(text)) in self.names or lexicon.heading(text):
            return 0.0
        score = {0: 0.0, 1: 2.4, 2: 1.7, 3: 1.2}.get(heading, 0.6)
        if heading and len(line.parts) > 1:
            text = _without_extras(line, self.squeezed)
            key, length = squeeze(text), len(text)
        if length >= 4:
            similar = self.document.of(key)
            score += 3.0 * similar * (1.0 if length >= 8 or (similar == 1.0 and heading) else 0.6)
            score += 1.5 * max([stated.of(key) for stated in self.stated], default=0.0)
        if line.all_link and score < 2.4 and not (heading and similar > 0.7):
            return 0.0
        if lexicon.title_hint.search(line.box.ident):
            score += 0.6
        if line.bold_chars >= 0.9 * length:
            score += 0.3
        if line.index >= self.limit and not heading:
            score -= 1.5
        if text[-1] in "。；，、：;,:" and not heading:
            score -= 1.0
        if _DATE_LIKE.search(text) and not heading:
            score -= 0.8
        if line.all_link and not (heading and similar > 0.7):
            score -= 1.2
        score += self._above_byline(line)
        if length < 6:
            score -= 0.5
        return score - 0.008 * min(_LOOK_BACK, max(0, self.limit - line.index))

    def _above_byline(self, line: Line) -> float:
        """Weigh that a line with a label or a date of its own follows, as under most headlines."""
        for distance, below in enumerate(self.reading.lines[line.index + 1 : line.index + 3]):
            if (known := self._bylines.get(below.index)) is None:
                known = self._bylines[below.index] = self._is_byline(below)
            if known:
                return 1.2 - 0.5 * distance
        return 0.0

    def _is_byline(self, line: Line) -> bool:
        text = line.text
        if len(text) > 160 or line.all_link:
            return False
        label = self.reading.lexicon.labels.at_start(text)
        return (label is not None and label.field in ("source", "published", "author", "modified")) or (
            len(text) < 80 and _FULL_DATE.match(text) is not None
        )


def _whole(reading: Reading, line: Line, limit: int) -> Headline:
    """Take in the lines that a ``<br>`` cut off the headline, but no byline inside the heading."""
    lines = reading.lines
    first, last = line.index, line.index + 1
    document = squeeze(reading.outline.head.title)
    box = line.box
    while (
        last < min(box.last, limit + 4)
        and last - first < _MAX_LINES
        and _goes_on(reading, lines[first:last], lines[last], document)
    ):
        last += 1
    while (
        first > box.first
        and last - first < _MAX_LINES
        and _goes_on(reading, lines[first:last], lines[first - 1], document, above=True)
    ):
        first -= 1
    text = _without_extras(lines[first], document)
    if not is_chinese(reading) and text != lines[first].text and not _is_stated(reading, text):
        text = lines[first].text
    for more in lines[first + 1 : last]:
        text += ("" if is_han(text[-1]) and is_han(more.text[0]) else " ") + more.text
    if not is_chinese(reading):
        text = without_site(reading, text)
    return Headline(line, first, last, text)


def _is_stated(reading: Reading, text: str) -> bool:
    """Tell a title that the document or its metadata states as a whole."""
    stated = [reading.outline.head.title, *(one.value for one in reading.metadata.all("title"))]
    return squeeze(text) in {squeeze(without_site(reading, title)) for title in stated}


def _without_extras(line: Line, document: str) -> str:
    """Cut what shares the headline's line and is not in the document's title: a number of comments, a badge."""
    if len(line.parts) < 2 or squeeze(line.text) in document:
        return line.text
    texts = [part for part, _ in line.parts]
    runs = [
        *(texts[:count] for count in range(len(texts) - 1, 0, -1)),
        *(texts[count:] for count in range(1, len(texts))),
    ]
    for run in runs:
        text = clean("".join(run))
        if len(text) >= 4 and squeeze(text) in document:
            return text
    return line.text


def _goes_on(reading: Reading, found: list[Line], line: Line, document: str, *, above: bool = False) -> bool:
    """Tell whether a line beside the headline's is more of it: one that a ``<br>`` cut off."""
    text = line.text
    if line.box is not found[0].box and not found[0].box.heading:
        return False
    if (
        reading.lexicon.labels.find(text)
        or _DATE_LIKE.search(text)
        or _SUBTITLE_DASH.match(text)
        or line.box.tag == "small"
    ):
        return False
    texts = [item.text for item in found]
    joined = squeeze("".join([text, *texts] if above else [*texts, text]))
    if joined in document:
        return True
    if squeeze("".join(texts)) in document:
        return False
    same = line.parts[0][1].mem_id == found[0].parts[0][1].mem_id and line.parts[0][1].mem_id != line.box.node.mem_id
    return (bool(found[0].box.heading) and not above) or (same and len(text) <= _LONGEST_LINE)


def find_subtitle(reading: Reading, headline: Headline, body_first: int) -> Candidate | None:
    """Find a second headline right below or above the first: a dash line, or one marked up as a heading beside it."""
    lines = reading.lines
    for index in (headline.last, headline.last + 1, headline.first - 1):
        if not 0 <= index < len(lines) or index >= body_first:
            continue
        line = lines[index]
        text = line.text
        if not 4 <= len(text) <= 80 or line.link_chars or text[-1] in "。；，、：;,:" or text == headline.text:
            continue
        bare = text.strip(_DIVIDERS)
        if reading.lexicon.noise.match(bare) or reading.lexicon.labels.field(bare.strip("【】[]：:")):
            continue
        if _TRAIL.search(text) or reading.lexicon.account_hint.search(line.box.ident):
            continue
        if reading.lexicon.labels.find(text) or _DATE_LIKE.search(text) or reading.lexicon.heading(text):
            continue
        if not is_chinese(reading) and shows_date(text):
            continue
        below = index >= headline.last
        beside = (
            line.box.parent is not None
            and headline.line.box.within(line.box.parent)
            and line.box.depth >= headline.line.box.depth
        )
        hint = reading.lexicon.subtitle_hint
        hinted = bool(
            hint.search(line.box.ident) or (line.box.parent is not None and hint.search(line.box.parent.ident))
        )
        if (
            not below
            and len(text) >= 5
            and line.box.parent is headline.line.box.parent
            and text[-1] not in END_PUNCTUATION
        ):
            hinted = hinted or (line.box.parent is not None and line.box is not headline.line.box)
        if _SUBTITLE_DASH.match(text) or hinted or (line.box.heading and beside and text[-1] not in END_PUNCTUATION):
            return Candidate("subtitle", text, text, "landmarks", "beside-title", line.node, 0.7)
    return None
