"""From the lines of the text area to the blocks of the body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean, squeeze
from ..normalize.urls import site
from ..records import Block, Image
from .looks import is_centred, names_of, unwrapped
from .pictures import alternative_text, is_decoration, picture_url
from .reading import END_PUNCTUATION
from .span import SpanFinder
from .tables import data_tables

if TYPE_CHECKING:
    from ..blocks import Box, Line, Picture
    from .density import TextArea
    from .reading import Reading
    from .span import BodySpan
    from .tables import DataTable

__all__ = ["BodyBuilder"]

_LONG: Final = 45  # characters of a paragraph that makes a short line beside it a sub-heading
_SHORT: Final = 34  # characters of a sub-heading without markup
_LONGEST_SUBHEADING: Final = 60
_CAPTION: Final = 80
_MORE: Final = 14  # characters of a link to more
_CENTRED_CAPTION: Final = 50
_GALLERY: Final = 3
_BESIDE: Final = 3  # lines of the text before or behind a picture
_CONTAINERS: Final = {"li": "list_item", "blockquote": "quote", "pre": "code"}
_DATE_LINE = re.compile(
    r"[\d〇零一二三四五六七八九十]{2,4}\s?年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日?$|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_NUMERAL = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_NUMBERED = re.compile(
    rf"(?:{_NUMERAL}|[（(]{_NUMERAL}[)）])\s?[、.．:： ]|第[一二三四五六七八九十]{{1,3}}[章节部分条]"
)


class BodyBuilder:
    """Makes blocks of the article's own lines."""

    def __init__(self, reading: Reading, area: TextArea) -> None:
        self.reading = reading
        self.area = area
        self.lines = reading.lines
        self.caption_of: dict[int, str] = {}
        self._finder = SpanFinder(reading, area)
        self.figure_of: dict[Picture, str] = {}
        self.first_picture: Picture | None = None
        self.gallery = False
        """Whether several pictures have a line each in a box of their own."""
        self._containers: dict[int, tuple[str, Box | None]] = {}

    def span(self, begin: int, used: set[int], title: str | None) -> BodySpan:
        """Find where the body begins and ends and what inside it is no text of the article."""
        return self._finder.find(begin, used, title)

    def blocks(self, span: BodySpan) -> list[Block]:
        """Make the blocks in reading order."""
        dropped = span.dropped if self.area.kept is not None else set()
        tables = data_tables(self.reading, span.first, span.last, dropped)
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
            kept = self.area.kept
            if kept is not None and kept.isdisjoint(range(picture.at - _BESIDE, picture.at + _BESIDE)):
                continue
            if self._leads_away(picture) or self._finder.is_aside(picture.box):
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
        if self.area.kept is not None:
            return False  # what else marks captions is known of Chinese pages only
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
            if kind == "list_item" or (kind is not None and self._finder.weight(inner) * 2 < self.area.weight):
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
