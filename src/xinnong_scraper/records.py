"""The record of an article and its parts: frozen, typed, with one JSON form.

Field names follow schema.org NewsArticle where a Chinese news page has the same notion (``to_jsonld`` in the export
room maps them). Two conventions hold everywhere: an absent scalar is ``None``, never an empty string, and an absent
list is ``[]``. ``article.model_dump(mode="json")`` is the interchange form; ``xinnong schema`` prints its JSON Schema.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  pydantic resolves the annotations at run time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Article",
    "Block",
    "BlockKind",
    "Body",
    "Crumb",
    "Disclaimer",
    "Evidence",
    "ExtractionWarning",
    "Image",
    "Precision",
    "Teaser",
    "WarningCode",
]

BlockKind = Literal["paragraph", "subheading", "list_item", "quote", "image", "table", "code"]
Precision = Literal["second", "minute", "day"]

WarningCode = Literal[
    "missing_field",  # a field that the layout expects, or the page shows signs of, was not found
    "empty_label",  # the page shows the label (来源：) and nothing behind it
    "unresolved_date",  # a relative date (昨天 13:44) without a clock, or one without a year
    "metadata_disagrees",  # what a reader sees and the page's metadata contradict each other; the visible won
    "undecodable_bytes",  # bytes that the encoding does not have became U+FFFD
    "wrong_charset",  # the declared charset does not decode the page; another one did
    "low_confidence",  # the parts of the page speak against the value: a part of the text, or something else
    "ambiguous",  # two readings of the page are about equally good
    "truncated",  # a bound was reached and the rest of the page was left out
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Crumb(_Record):
    """One step of the breadcrumb."""

    name: str
    """The section's name as shown."""
    url: str | None = None
    """Its address, absolute, or None where the step is no link."""


class Image(_Record):
    """A picture of the body."""

    url: str
    """The real picture's address, absolute; of a lazily loaded one not the placeholder's."""
    alt: str | None = None
    """The alternative text."""
    caption: str | None = None
    """The caption that a reader sees at the picture."""


class Block(_Record):
    """One block of the body, in reading order."""

    kind: BlockKind
    """What the block is."""
    text: str | None = None
    """The block's text; None for images and tables. Only ``code`` keeps line breaks."""
    level: int | None = None
    """Of a sub-heading: 1 to 6 where it is a heading element, None where it is a bold or short line."""
    rows: list[list[str]] = Field(default_factory=list)
    """Of a table: the rows of cells, as text."""
    image: Image | None = None
    """Of an image: the picture."""


class Body(_Record):
    """The text of the article, without title, byline, disclaimer and anything around it."""

    blocks: list[Block] = Field(default_factory=list)
    """The blocks in reading order."""

    @property
    def paragraphs(self) -> list[str]:
        """The texts of the blocks that have one: paragraphs, sub-headings, list items, quotes, code."""
        return [block.text for block in self.blocks if block.text is not None]

    @property
    def text(self) -> str:
        r"""Plain text, one paragraph or table row a line, cells joined by a tab; without captions.

        >>> Body(blocks=[Block(kind="paragraph", text="甲"), Block(kind="table", rows=[["a", "b"]])]).text
        '甲\na\tb'
        """
        lines: list[str] = []
        for block in self.blocks:
            if block.text is not None:
                lines.append(block.text)
            if block.rows:
                lines.extend("\t".join(row) for row in block.rows)
        return "\n".join(lines)


class Disclaimer(_Record):
    """The legal notice below an article (免责声明, 版权声明, 特别声明)."""

    heading: str | None = None
    """The heading as shown, without brackets and colon: 免责声明."""
    clauses: list[str]
    """The clauses in order, without their numbers."""


class Teaser(_Record):
    """A pointer to a related article (阅读延展, 相关阅读)."""

    title: str
    """The headline shown; once, however often the page repeats it."""
    url: str | None = None
    """Where it leads, absolute."""
    summary: str | None = None
    """The abstract as shown, with its trailing dots."""
    published_at: datetime | None = None
    """The time shown beside it, aware."""
    image_url: str | None = None
    """The address of its picture, absolute."""


class Evidence(_Record):
    """Where the value of a field came from."""

    strategy: str
    """The strategy that won: layout, landmarks, metadata, density, url, decode or fallback."""
    rule: str
    """The rule within the strategy, such as ``label:来源`` or ``meta:og:title``."""
    path: str | None = None
    """A CSS path to the node, None where the value came from no node (the URL, the headers)."""
    raw: str | None = None
    """The text as found, before normalization; at most 500 characters of it."""
    confidence: float = Field(ge=0, le=1)
    """The chance that the value is right, from 0 to 1, by what agrees with it and what speaks against it.

    Measured on pages with labels (docs/confidence.md): of values with 0.9 and more, under 1 % are wrong on Chinese news
    pages, and about 5 % on pages in other languages. Below 0.7 look at the page.
    """
    agreeing: list[str] = Field(default_factory=list)
    """The other sources that said the same, such as ``metadata:og:title`` or ``url``."""


class ExtractionWarning(_Record):
    """Something that a careful user should know about the record."""

    code: WarningCode
    """A stable name to filter by."""
    field: str | None = None
    """The field concerned, or None for the record as a whole."""
    message: str
    """One English sentence with the values concerned."""


class Article(_Record):
    """One article as its page shows it, normalized, with the evidence for every field."""

    url: str | None = None
    """The address that the page came from (after redirects), or None if it was not told."""
    canonical_url: str | None = None
    """The address that the page names as its own, else ``url`` without tracking parameters."""
    site_name: str | None = None
    """The portal that shows the page (schema.org publisher)."""
    title: str | None = None
    """The headline as shown; never the site's name (headline)."""
    subtitle: str | None = None
    """A second headline (副标题) or kicker (引题) shown with the first (alternativeHeadline)."""
    source: str | None = None
    """The publisher that the page names as the origin: 聊城日报 (sourceOrganization); not the portal."""
    source_url: str | None = None
    """Where the source's name leads, absolute."""
    authors: list[str] = Field(default_factory=list)
    """Names after 作者, 记者, 文, 图, 摄影 and the like, without the role (author)."""
    editors: list[str] = Field(default_factory=list)
    """Names after 责任编辑, 编辑 and the like, without staff codes (editor)."""
    published_at: datetime | None = None
    """When it was published, aware, in the page's zone; day precision is T00:00:00 (datePublished)."""
    published_precision: Precision | None = None
    """The precision that the page shows; None exactly where ``published_at`` is None."""
    published_raw: str | None = None
    """The date as written on the page."""
    modified_at: datetime | None = None
    """When it was last changed, as the page says (dateModified)."""
    breadcrumb: list[Crumb] = Field(default_factory=list)
    """The sections as shown, home included, without a prefix and without 正文 or the title at its end."""
    section: str | None = None
    """The last crumb's name (articleSection)."""
    summary: str | None = None
    """The abstract that the page shows or declares (description)."""
    keywords: list[str] = Field(default_factory=list)
    """The tags that the page shows or declares (keywords)."""
    language: str | None = None
    """ISO 639-1 code of the text's language: ``zh`` (inLanguage)."""
    body: Body = Field(default_factory=Body)
    """The text in blocks (articleBody)."""
    images: list[Image] = Field(default_factory=list)
    """The pictures of the body, in order (image)."""
    disclaimer: Disclaimer | None = None
    """The legal notice, or None where there is none."""
    teasers: list[Teaser] = Field(default_factory=list)
    """The related articles that the page points to."""
    next_page_url: str | None = None
    """The next page of this article (下一页), absolute; never the next article (下一篇)."""
    page_count: int = 1
    """How many pages were merged into this record."""
    encoding: str | None = None
    """The Python codec that decoded the bytes, lower case; None where text was given."""
    layout: str | None = None
    """The name of the layout that the page was read by."""
    confidence: float = Field(default=0.0, ge=0, le=1)
    """The chance that title, body, date and, where one is named, source are all right: that of the least sure of them.

    A record without a date has 0.5 at most, one without a title or a text 0.1 (docs/confidence.md).
    """
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    """For every field that has a value: where it came from. What describes the reading itself has none: ``url``,
    ``layout``, ``confidence``, ``warnings``, ``fetched_at``, ``content_hash``. ``page_count`` has one where pages were
    followed.
    """
    warnings: list[ExtractionWarning] = Field(default_factory=list)
    """What a careful user should know."""
    fetched_at: datetime | None = None
    """When the page was fetched (UTC); None for a page that was handed in."""
    content_hash: str | None = None
    """SHA-256 (hexadecimal) of the title and the body's text: equal content, equal hash."""

    @property
    def text(self) -> str:
        """The body as plain text, one paragraph a line."""
        return self.body.text

    @property
    def paragraphs(self) -> list[str]:
        """The body's texts in order, sub-headings included."""
        return self.body.paragraphs

    def _repr_html_(self) -> str:
        """What a notebook shows: a small card (IPython's display protocol)."""
        from .card import to_card  # noqa: PLC0415  only notebooks need it

        return to_card(self)
