"""The bodies of generated articles: paragraphs under sub-headings, with pictures, tables, lists and quotes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .model import AuthorPlace, Block, Picture
from .words import Words, draw_name

if TYPE_CHECKING:
    from random import Random

    from .theme import Settings

__all__ = ["Outline", "body_pages", "names"]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is settled of an article before its body is written."""

    number: int
    title: str
    lead: str
    """The first paragraph."""
    pages: int
    short: bool
    """Whether the lead is all the text there is, beside a picture."""


def names(rng: Random, count: int) -> tuple[str, ...]:
    """Draw ``count`` people's names."""
    return tuple(draw_name(rng) for _ in range(count))


def body_pages(
    words: Words, section: int, settings: Settings, outline: Outline, credit: tuple[tuple[str, ...], AuthorPlace]
) -> tuple[tuple[Block, ...], ...]:
    """Write the blocks of an article page by page, with its authors in dateline or credit where they belong there."""
    pictures = _pictures(words, section, settings, outline)
    blocks = [Block("paragraph", outline.lead)]
    if outline.short:
        return (_signed(tuple(pictures[:1] + blocks), *credit),)
    subheads = words.several(section, "subheads", 4) if outline.pages > 1 or words.rng.random() < 0.6 else []
    pages = []
    for page in range(outline.pages):
        blocks += _text(
            words, section, subheads[page * 2 : page * 2 + 2] if outline.pages < 3 else subheads[page : page + 1]
        )
        if page == outline.pages - 1:
            blocks.append(Block("paragraph", words.general("endings", 1)[0]))
        extras = [[picture] for picture in pictures[page :: outline.pages]] + _extras(words, settings)
        pages.append(tuple(_scattered(words.rng, blocks, extras)))
        blocks = []
    signed = list(pages)
    if credit[1] == "dateline":
        signed[0] = _signed(signed[0], *credit)
    else:
        signed[-1] = _signed(signed[-1], *credit)
    return tuple(signed)


def _text(words: Words, section: int, subheads: list[str]) -> list[Block]:
    rng = words.rng
    blocks = []
    for subhead in subheads or [""]:
        if subhead:
            blocks.append(Block("subheading", subhead))
        count = rng.randint(2, 3) if subhead else rng.randint(4, 6)
        blocks += [Block("paragraph", words.paragraph(section, rng.randint(60, 200))) for _ in range(count)]
    return blocks


def _pictures(words: Words, section: int, settings: Settings, outline: Outline) -> list[Block]:
    """Draw up to two pictures; a short article always has one."""
    rng = words.rng
    count = rng.choice((0, 0, 1, 1, 2))
    captions = words.several(section, "captions", 2)[: max(count, 1) if outline.short else count]
    return [_picture(words, settings, outline, order, caption) for order, caption in enumerate(captions, 1)]


def _picture(words: Words, settings: Settings, outline: Outline, order: int, caption: str) -> Block:
    rng = words.rng
    width, height = rng.choice(((600, 400), (550, 366), (640, 480), (500, 750)))
    captioned = settings.image_caption and not outline.short and rng.random() < 0.7
    picture = Picture(
        path=f"/images/{outline.number}{order:02}_{width}x{height}.png",
        width=width,
        height=height,
        alt=outline.title if settings.image_alt else None,
        caption=caption if captioned else None,
    )
    return Block("image", picture=picture)


def _extras(words: Words, settings: Settings) -> list[list[Block]]:
    """Draw a table, a list or a quotation, if any, of those that the template can show."""
    drawn: list[tuple[str, list[Block]]] = [
        ("table", [Block("table", rows=words.table())]),
        ("list_item", [Block("list_item", text) for text in words.general("list_items", 3)]),
        ("quote", [Block("quote", words.general("quotes", 1)[0])]),
    ]
    return [blocks for kind, blocks in drawn if kind in settings.kinds and words.rng.random() < 0.15]


def _scattered(rng: Random, blocks: list[Block], extras: list[list[Block]]) -> list[Block]:
    """Put extras behind paragraphs, never behind a sub-heading and never last."""
    places = [index for index, block in enumerate(blocks[:-1], 1) if block.kind == "paragraph"]
    chosen = sorted(rng.sample(places, min(len(extras), len(places))), reverse=True)
    result = list(blocks)
    for place, extra in zip(chosen, extras, strict=False):
        result[place:place] = extra
    return result


def _signed(blocks: tuple[Block, ...], authors: tuple[str, ...], place: AuthorPlace) -> tuple[Block, ...]:
    """Name the authors in the first or the last paragraph; ``blocks`` are those of the page that names them."""
    if not authors or place == "byline":
        return blocks
    reporters = f"记者 {authors[0]}" + "".join(f" 通讯员 {name}" for name in authors[1:])
    texts = [index for index, block in enumerate(blocks) if block.kind == "paragraph"]
    index = texts[0] if place == "dateline" else texts[-1]
    text = blocks[index].text
    signed = f"本报讯（{reporters}）{text}" if place == "dateline" else f"{text}（{reporters}）"
    return (*blocks[:index], replace(blocks[index], text=signed), *blocks[index + 1 :])
