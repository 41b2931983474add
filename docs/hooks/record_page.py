"""The page about the record, written from the models and the texts under their fields."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

from xinnong_scraper.records import (
    Article,
    Block,
    Body,
    Crumb,
    Disclaimer,
    Evidence,
    ExtractionWarning,
    Image,
    Teaser,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

__all__ = ["record_page"]

MODELS: Final = (Article, Body, Block, Image, Crumb, Disclaimer, Teaser, Evidence, ExtractionWarning)

START: Final = """\
# The record

`extract` gives an `Article`: a frozen pydantic model. Absent values are `None`, never an empty string; absent lists are
`[]`. All addresses are absolute where the page's own is known, and all times know their zone.

`article.model_dump(mode="json")` is the form for interchange. `xinnong schema` prints its JSON Schema, which has the
same texts as this page; both are made from the source. Names in brackets are those of schema.org's NewsArticle, into
which `--format jsonld` turns a record. The codes of warnings are explained under [Confidence](confidence.md#warnings).
"""


def record_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([START, *(line for model in MODELS for line in _section(model))])


def _section(model: type[BaseModel]) -> Iterator[str]:
    """Yield the lines about one model: its text, a row for each field, and its properties."""
    name = model.__name__
    yield f"## {name}\n"
    yield f"{inspect.getdoc(model)}\n"
    yield "| Field | Type | What it holds |\n|---|---|---|"
    for field, info in model.model_fields.items():
        annotation = inspect.get_annotations(model)[field]
        yield f"| `{field}`{{#{name}.{field}}} | `{annotation}` | {_in_a_cell(info.description or '')} |"
    yield ""
    properties = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    if properties:
        yield "Properties, which are not in the JSON form:\n"
        for field, value in properties.items():
            first = (inspect.getdoc(value) or "").partition("\n\n")[0]
            yield f"- `{name.lower()}.{field}`: {first}"
        yield ""


def _in_a_cell(text: str) -> str:
    r"""Return a text as it may stand in a cell of a table.

    >>> _in_a_cell("one\\n| two")
    'one \\\\| two'
    """
    return " ".join(text.split()).replace("|", "\\|")
