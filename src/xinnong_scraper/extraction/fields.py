"""The strategies, in the order in which they need each other's findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .body import BodyBuilder
from .breadcrumb import find_breadcrumb, propose_breadcrumb
from .byline import find_byline, read_below
from .credits import find_credits, find_keywords
from .dating import propose_general_dates
from .density import TextArea, find_text_area
from .disclaimer import find_disclaimer
from .embedded import find_series, propose_embedded
from .gate import refuse_without_article
from .headline import find_headline, find_subtitle, split_site_name
from .language import is_chinese
from .pager import find_next_page
from .pictures import picture_source
from .reading import Candidate
from .scored_text import scored_area
from .selection import body_node, propose_selected
from .signing import propose_general_authors
from .state import propose_script_date
from .teasers import find_teasers

if TYPE_CHECKING:
    from ..records import Block
    from .embedded import EmbeddedText
    from .headline import Headline
    from .reading import Reading

__all__ = ["read_fields"]

_BYLINE: Final = 100  # characters of a line that is a byline and no text


def read_fields(reading: Reading, embedded: EmbeddedText | None) -> tuple[list[Block], TextArea | None]:
    """Let every strategy propose its candidates; return the body's blocks and the area that they were read from.

    Raises NotAnArticleError where the page is none.
    """
    area = _selected_area(reading) or _scored(reading, find_text_area(reading))
    headline, title = _read_heading(reading, area)
    propose_selected(reading)
    begin, used = find_byline(reading, headline, area)
    if not is_chinese(reading):
        used = used | _propose_general(reading, headline, area)
    blocks: list[Block] = []
    end = len(reading.lines)
    if area is not None:
        blocks, end = _read_text(reading, area, headline, title, begin, used)
    embedded = embedded or find_series(reading, blocks)
    if embedded is not None and embedded.weight > 2 * sum(len(block.text or "") for block in blocks):
        blocks = embedded.blocks
        propose_embedded(reading, embedded)
    else:
        refuse_without_article(reading, area, blocks, headline)
    if not any(c.field == "published_at" and c.value.value for c in reading.candidates):
        propose_script_date(reading, title)
    find_keywords(reading, area, begin)
    find_teasers(reading, title, end)
    find_next_page(reading, area, end)
    return blocks, area


def _propose_general(reading: Reading, headline: Headline | None, area: TextArea | None) -> set[int]:
    """Propose dates and authors by the words of other languages, instead of what those for Chinese take for a byline.

    Give the lines of the byline. Sources and editors have no words in other languages yet.
    """
    fields = frozenset(("published_at", "modified_at", "authors", "editors", "source", "source_url"))
    reading.candidates[:] = [c for c in reading.candidates if c.field not in fields or c.strategy != "landmarks"]
    lines = propose_general_dates(reading, headline, area) + propose_general_authors(reading, headline)
    reading.settled = fields
    return {line.index for line in lines if len(line.text) <= _BYLINE}


def _scored(reading: Reading, area: TextArea | None) -> TextArea | None:
    """The area as the learned scores draw it, on a page of a script that they are for."""
    if area is None or is_chinese(reading):
        return area
    return scored_area(reading, area)


def _selected_area(reading: Reading) -> TextArea | None:
    """The area of the element that the layout names as the body's."""
    found = body_node(reading)
    if found is None:
        return None
    node, selector = found
    for box in reading.outline.boxes:
        if box.node.mem_id == node.mem_id and box.last > box.first:
            reading.selected = selector
            return TextArea(box, box.first, box.last, list(reading.weights), reading.lines)
    return None


def _read_heading(reading: Reading, area: TextArea | None) -> tuple[Headline | None, str | None]:
    """Propose title and breadcrumb; return the visible headline and the title as far as it is known."""
    stop = area.first_prose if area else len(reading.lines)
    signs: dict[int, tuple[str, float]] = {}
    crumb = find_breadcrumb(reading, stop, signs)
    reading.headline = headline = find_headline(reading, area, crumb[0] if crumb else None)
    title = headline.text if headline else split_site_name(reading.outline.head.title)[0] or None
    if headline is not None:
        node = headline.line.node
        reading.propose(Candidate("title", headline.text, headline.text, "landmarks", "headline", node, 0.85))
        if crumb and crumb[0] > headline.last:
            crumb = find_breadcrumb(reading, headline.first, signs)
        if crumb is None:
            crumb = find_breadcrumb(reading, headline.first, signs, above_headline=True)
    propose_breadcrumb(reading, crumb, title)
    return headline, title


def _read_text(
    reading: Reading, area: TextArea, headline: Headline | None, title: str | None, begin: int, used: set[int]
) -> tuple[list[Block], int]:
    """Propose what stands in the text and right below it; return the body's blocks and the line behind the text."""
    builder = BodyBuilder(reading, area)
    if legal := find_disclaimer(reading, area):
        used = used | set(range(*legal))
    span = builder.span(begin, used, title)
    reading.span = (span.first, span.last)
    blocks = builder.blocks(span)
    between = reading.lines[begin : span.first] if headline is not None else []
    reading.distance = sum(len(line.text) for line in between if line.index not in used)
    read_below(reading, span.first, span.last, area.last)
    find_credits(reading, blocks, reading.lines[max(begin, area.first) : span.last])
    if builder.first_picture is not None:
        images = [block.image for block in blocks if block.image]
        picture = builder.first_picture
        written = picture_source(picture.attributes) or ""
        reading.propose(Candidate("images", images, written, "density", "in-body", picture.node, 0.85))
    if headline is not None and (subtitle := find_subtitle(reading, headline, span.first)):
        reading.propose(subtitle)
        blocks = [block for block in blocks if block.text != subtitle.value]
    return blocks, span.last
