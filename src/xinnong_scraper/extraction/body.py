"""From the lines of the text area to the blocks of the body."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean, squeeze
from ..normalize.urls import site
from ..records import Block, Image
from .looks import is_attachment, is_centred, names_of, unwrapped
from .pictures import alternative_text, is_decoration, picture_url
from .reading import END_PUNCTUATION, is_sentence
from .tables import data_tables

if TYPE_CHECKING:
    from ..blocks import Box, Line, Picture
    from .density import TextArea
    from .reading import Reading
    from .tables import DataTable

__all__ = ["BodyBuilder", "BodySpan"]

_LONG: Final = 45  # characters of a paragraph that makes a short line beside it a sub-heading
_SHORT: Final = 34  # characters of a sub-heading without markup
_LONGEST_SUBHEADING: Final = 60
_CAPTION: Final = 80
_MORE: Final = 14  # characters of a link to more
_CENTRED_CAPTION: Final = 50
_LONGEST_END: Final = 120  # characters
_CARDS: Final = 2
_HEADLINE: Final = 10
_ROW: Final = 3  # links
_GALLERY: Final = 3
_ASIDE_TAGS: Final = frozenset({"aside", "footer", "nav", "form"})
_CONTAINERS: Final = {"li": "list_item", "blockquote": "quote", "pre": "code"}
_DATE_LINE = re.compile(
    r"[\d〇零一二三四五六七八九十]{2,4}\s?年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日?$|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_NUMERAL = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_NUMBERED = re.compile(
    rf"(?:{_NUMERAL}|[（(]{_NUMERAL}[)）])\s?[、.．:： ]|第[一二三四五六七八九十]{{1,3}}[章节部分条]"
)
_NUMERAL_ALONE = re.compile(r"0\d|\d{1,2}:\d{2}(?::\d{2})?")  # a part's number, the time of a live report's entry


class BodySpan:
    """The lines of the body: a range, and the lines in it that are something else."""

    __slots__ = ("dropped", "first", "last")

    def __init__(self, first: int, last: int, dropped: set[int]) -> None:
        self.first = first
        self.last = last
        self.dropped = dropped


class BodyBuilder:
    """Cuts the area to the article's own lines and makes blocks of them."""

    def __init__(self, reading: Reading, area: TextArea) -> None:
        self.reading = reading
        self.area = area
        self.lines = reading.lines
        self.caption_of: dict[int, str] = {}
        self.prose_before = list(accumulate(area.weights, initial=0))
        self.figure_of: dict[Picture, str] = {}
        self.first_picture: Picture | None = None
        self.gallery = False
        """Whether several pictures have a line each in a box of their own."""
        self._asides: dict[int, bool] = {}
        self._containers: dict[int, tuple[str, Box | None]] = {}

    def span(self, begin: int, used: set[int], title: str | None) -> BodySpan:
        """Find where the body begins and ends and what inside it is no text of the article."""
        first = max(self.area.first, begin)
        last = self.area.last
        dropped = {index for index in used if first <= index < last}
        for region in self.reading.regions:
            if first < region.head < last or (region.head == first and region.kind != "disclaimer"):
                after = self.prose_before[last] - self.prose_before[min(region.last, last)]
                before = self.prose_before[region.head] - self.prose_before[first]
                if not before and not after:
                    continue  # a text is no part of its own page that words above it head
                if before >= after:
                    last = region.head
                else:
                    dropped.update(range(region.head, region.last))
        last = self._before_cards(first, self._end(first, last))
        dropped |= self._noise(first, last, squeeze(title or ""))
        while first < last and first in dropped:
            first += 1
        while last > first and last - 1 in dropped:
            last -= 1
        return BodySpan(first, last, dropped)

    def _end(self, first: int, last: int) -> int:
        """Cut at the first line that ends articles, unless most of the text comes behind it."""
        total = self.prose_before[last] - self.prose_before[first]
        for index in range(first + 1, last):
            if self._ends(self.lines[index].text):
                seen = self.prose_before[index] - self.prose_before[first]
                if seen * 2 >= total:
                    return index
        return last

    def _before_cards(self, first: int, last: int) -> int:
        """Cut below the last prose where links to other articles, each with its own small print, begin."""
        stop = next((i for i in range(last - 1, first, -1) if self.area.weights[i]), first) + 1
        cards = [i for i in range(stop, last) if self.lines[i].all_link and self._promotes(self.lines[i])]
        if len(cards) < _CARDS:
            return last
        cut = cards[0]
        while cut > stop and len(label := self.lines[cut - 1].text) <= _MORE and label[-1] not in END_PUNCTUATION:
            cut -= 1
        return cut

    def _ends(self, text: str) -> bool:
        """Tell a line that ends articles (责任编辑：王五) from a sentence that begins like one."""
        if len(text) > _LONGEST_END or not self.reading.lexicon.end.match(text):
            return False
        return not is_sentence(text) or bool(self.reading.lexicon.legal_words.search(text))

    def _noise(self, first: int, last: int, title: str) -> set[int]:
        lexicon, noise = self.reading.lexicon, self._pager(first, last)
        prose = [index for index in range(first, last) if self.area.weights[index]]
        start, stop = (prose[0], prose[-1] + 1) if prose else (first, last)
        for index in range(first, last):
            line = self.lines[index]
            text = line.text
            if (
                self._ends(text)
                or (len(text) <= 120 and lexicon.noise.match(text) and self._is_noise(line))
                or (title and index < first + 3 and len(text) < 120 and squeeze(text) == title)
                or (line.links and line.all_link and self._promotes(line))
                or (index + 1 < last and index < first + 2 and self._is_abstract(line))
                or (line.links and index < start and self._links_only(line))
                or (index >= stop and text[-1] not in END_PUNCTUATION and lexicon.footer.search(text[:300]))
                or self._aside(line.box)
            ):
                noise.add(index)
        return noise

    def _is_noise(self, line: Line) -> bool:
        text = line.text
        if _NUMERAL_ALONE.fullmatch(text) and line.index + 1 < len(self.lines):
            following = self.lines[line.index + 1]
            beside = following.box.within(line.box) or following.box.parent is line.box.parent
            return not (beside and (text[0] == "0" or self.area.weights[following.index]))
        return not is_sentence(text) or bool(self.reading.lexicon.promotion.search(text))

    def _is_abstract(self, line: Line) -> bool:
        """Tell a line that the text's first paragraph begins with word for word."""
        following = self.lines[line.index + 1].text
        return len(line.text) >= 12 and len(following) > len(line.text) and following.startswith(line.text)

    def _pager(self, first: int, last: int) -> set[int]:
        """Find runs of lines that are nothing but a pager and have one of its words."""
        lexicon, found = self.reading.lexicon, set()
        run: list[int] = []
        for index in range(first, last + 1):
            if index < last and len(self.lines[index].text) <= 120 and lexicon.pager_line.match(self.lines[index].text):
                run.append(index)
                continue
            if any(lexicon.pager_word.search(self.lines[i].text) for i in run):
                found.update(run)
            run = []
        return found

    def _promotes(self, line: Line) -> bool:
        """Tell a line that is nothing but a link to another article from a linked name or a heading in the text."""
        if len(line.text) < _HEADLINE or line.box.heading or line.text[-1] == "。":
            return False
        return not is_attachment(self.reading, line)

    def _links_only(self, line: Line) -> bool:
        """Tell a line of links to other parts of the site, above the text."""
        return not line.box.heading and (
            line.all_link or (len(line.links) >= _ROW and line.link_chars * 2 > len(line.text))
        )

    def _weight(self, box: Box) -> int:
        return self.prose_before[box.last] - self.prose_before[box.first]

    def _aside(self, box: Box) -> bool:
        """Tell whether a box of the area, or one around it, calls itself something else and holds little prose."""
        chain: list[Box] = []
        answer = False
        current: Box | None = box
        while current is not None and current.depth > self.area.box.depth:
            known = self._asides.get(current.index)
            if known is not None:
                answer = known
                break
            chain.append(current)
            current = current.parent
        for inner in reversed(chain):
            if not answer and (inner.tag in _ASIDE_TAGS or self.reading.lexicon.aside_hint.search(inner.ident)):
                answer = self._weight(inner) * 5 < self.area.weight
            self._asides[inner.index] = answer
        return answer

    def blocks(self, span: BodySpan) -> list[Block]:
        """Make the blocks in reading order."""
        tables = data_tables(self.reading, span.first, span.last)
        pictures = self._pictures(span)
        self._figures(pictures)
        blocks: list[Block] = []
        index = span.first
        while index <= span.last:
            for picture in pictures.get(index, ()):
                self._image(picture, span, blocks)
            if index == span.last:
                break
            table = tables.get(index)
            if table is not None:
                blocks.append(Block(kind="table", rows=table.rows))
                index = max(table.last, index + 1)
                continue
            if index not in span.dropped and index not in self.caption_of:
                index = self._text(index, span, blocks, tables)
            else:
                index += 1
        return blocks

    def _pictures(self, span: BodySpan) -> dict[int, list[Picture]]:
        """The pictures of the body by the line they stand before; those among dropped lines at its edges go."""
        found: dict[int, list[Picture]] = {}
        for picture in self.reading.outline.pictures:
            if not span.first <= picture.at <= span.last or is_decoration(picture, self.reading.lexicon.icon_hint):
                continue
            if not picture.box.within(self.area.box) and self.area.box.tag != "html":
                continue
            if self._leads_away(picture) or self._aside(picture.box):
                continue
            found.setdefault(picture.at, []).append(picture)
        return found

    def _leads_away(self, picture: Picture) -> bool:
        """Tell a picture that links to another host: an advert."""
        if picture.link is None:
            return False
        target = site(self.reading.page.link(picture.link.attributes.get("href")))
        own = site(self.reading.page.url)
        return bool(target and own and target != own)

    def _figures(self, pictures: dict[int, list[Picture]]) -> None:
        """Give each picture in a ``<figure>`` the figure's text as its caption, wherever in it that stands."""
        for picture in [picture for found in pictures.values() for picture in found]:
            figure: Box | None = picture.box
            while figure is not None and figure.tag != "figure" and figure.depth > self.area.box.depth:
                figure = figure.parent
            if figure is None or figure.tag != "figure":
                continue
            texts = [line for line in self.lines[figure.first : figure.last] if line.index not in self.caption_of]
            self.caption_of.update((line.index, line.text) for line in texts)
            self.figure_of[picture] = " ".join(line.text for line in texts)
        alone = [
            picture for found in pictures.values() for picture in found if picture.box.last - picture.box.first == 1
        ]
        self.gallery = len(alone) >= _GALLERY

    def _image(self, picture: Picture, span: BodySpan, blocks: list[Block]) -> None:
        url = picture_url(self.reading.page, picture)
        if url is None:
            return
        alt = alternative_text(picture)
        caption = self._caption(picture, span, alt)
        self.first_picture = self.first_picture or picture
        blocks.append(Block(kind="image", image=Image(url=url, alt=alt, caption=caption)))

    def _caption(self, picture: Picture, span: BodySpan, alt: str | None) -> str | None:
        if picture in self.figure_of:
            return self.figure_of[picture] or None
        index = picture.at
        if index >= span.last or index in self.caption_of or index in span.dropped:
            return None
        line = self.lines[index]
        if self._is_caption(line, picture, alt):
            self.caption_of[index] = line.text
            return line.text
        return None

    def _is_caption(self, line: Line, picture: Picture, alt: str | None) -> bool:
        text = line.text
        if len(text) > (_CAPTION * 2 if self.gallery else _CAPTION):
            return False
        if (
            (alt and squeeze(alt) == squeeze(text))
            or self.reading.lexicon.caption_hint.search(names_of(line))
            or line.box.tag == "figcaption"
        ):
            return True
        if self.reading.lexicon.caption.match(text) or self.reading.lexicon.caption_end.search(text):
            return True
        alone = picture.box.last - picture.box.first == 1 and line.box.within(picture.box)
        if alone and (picture.box.tag == "li" or self.gallery or (len(text) <= 60 and text[-1] not in "。！？；")):
            return True
        if text[-1] in "。！？；，：" and line.box is not picture.box:
            return text[-1] == "。" and len(text) <= _CENTRED_CAPTION and is_centred(line)
        if line.box is picture.box and len(text) <= 60 and line.box.last - line.box.first <= 2:
            return True
        return len(text) <= 50 and not line.bold_chars and is_centred(line)

    def _text(self, index: int, span: BodySpan, blocks: list[Block], tables: dict[int, DataTable]) -> int:
        """Make the block that starts at the line; return the index behind it."""
        line = self.lines[index]
        kind, box = self._container(line)
        if kind == "list_item" and box is not None:
            last = index + 1
            texts = [line.text]
            while (
                last < min(box.last, span.last) and self._container(self.lines[last])[1] is box and last not in tables
            ):
                if last not in span.dropped:
                    texts.append(self.lines[last].text)
                last += 1
            blocks.append(Block(kind="list_item", text=" ".join(texts)))
            return last
        if kind in ("quote", "code"):
            blocks.append(Block(kind=kind, text=line.text))  # type: ignore[arg-type]
        elif (heading := line.box.heading) and len(line.text) <= 100:
            blocks.append(Block(kind="subheading", text=line.text, level=heading))
        elif self._is_subheading(line, span):
            blocks.append(Block(kind="subheading", text=line.text))
        elif "\n" in line.text:
            blocks.extend(Block(kind="paragraph", text=text) for text in unwrapped(line.text))
        else:
            blocks.append(Block(kind="paragraph", text=self._without_more(line)))
        return index + 1

    def _without_more(self, line: Line) -> str:
        """The line's text without a link at its end that leads to more (返回首页，查看更多)."""
        if not line.links or len(line.parts) < 2:
            return line.text
        last = clean(line.parts[-1][0])
        if (
            len(last) > _MORE
            or last != clean(line.links[-1].text())
            or not self.reading.lexicon.more_at_end.match(last)
        ):
            return line.text
        return line.text.removesuffix(last).rstrip()

    def _container(self, line: Line) -> tuple[str, Box | None]:
        """Name what the line stands in (a list item, a quote, code) and the box that makes it so."""
        chain: list[Box] = []
        found: tuple[str, Box | None] = ("paragraph", None)
        current: Box | None = line.box
        while current is not None and current.depth > self.area.box.depth:
            known = self._containers.get(current.index)
            if known is not None:
                found = known
                break
            chain.append(current)
            current = current.parent
        for inner in reversed(chain):
            kind = _CONTAINERS.get(inner.tag)
            if kind == "list_item" or (kind is not None and self._weight(inner) * 2 < self.area.weight):
                found = (kind, inner)
            self._containers[inner.index] = found
        return found

    def _is_subheading(self, line: Line, span: BodySpan) -> bool:
        text = line.text
        if not 2 <= len(text) <= _LONGEST_SUBHEADING:
            return False
        bold = line.bold_chars >= 0.9 * len(text)
        centred = not bold and is_centred(line)
        if not bold and not centred and (len(text) > _SHORT or line.link_chars):
            return False
        if self._says_what_it_is(text):
            return False
        before, after = self._neighbour(line.index, -1, span), self._neighbour(line.index, 1, span)
        if after is None:
            return False
        if (bold or (centred and not is_centred(after))) and text[-1] not in "。；，;,":
            return before is not None or len(text) <= _SHORT
        if len(text) > _SHORT or line.link_chars:
            return False
        if before is None:
            return len(text) <= 25 and len(after.text) >= _LONG and text[-1] not in END_PUNCTUATION + "）)】”"
        if _NUMBERED.match(text) and text[-1] not in "。；，：;,:":
            return len(after.text) >= _LONG
        if text[-1] in END_PUNCTUATION or text[-1] in "）)】":
            return False
        return len(before.text) >= _LONG and len(after.text) >= _LONG and before.text[-1] not in "：:，,、"

    def _says_what_it_is(self, text: str) -> bool:
        """Tell a short line that is a credit, a caption or a date."""
        lexicon = self.reading.lexicon
        if lexicon.credit_end.search(text) or lexicon.role_line.match(text) or lexicon.caption.match(text):
            return True
        return _DATE_LINE.match(text) is not None

    def _neighbour(self, index: int, step: int, span: BodySpan) -> Line | None:
        index += step
        while span.first <= index < span.last:
            if index not in span.dropped and index not in self.caption_of:
                return self.lines[index]
            index += step
        return None
