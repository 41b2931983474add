"""The pages about the record and about layout files, written from the models and the texts under their fields."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

from xinnong_scraper import records
from xinnong_scraper.layouts import model as layouts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

__all__ = ["layout_page", "record_page"]

RECORD: Final = (
    records.Article,
    records.Body,
    records.Block,
    records.Image,
    records.Crumb,
    records.Disclaimer,
    records.Teaser,
    records.Evidence,
    records.ExtractionWarning,
)
RECORD_START: Final = """\
# The record

`extract` gives an `Article`: a frozen pydantic model. Absent values are `None`, never an empty string; absent lists are
`[]`. All addresses are absolute where the page's own is known, and all times know their zone.

`article.model_dump(mode="json")` is the form for interchange. `xinnong schema` prints its JSON Schema, which has the
same texts as this page; both are made from the source. Names in brackets are those of schema.org's NewsArticle, into
which `--format jsonld` turns a record. The codes of warnings are explained under [Confidence](confidence.md#warnings).
"""

LAYOUT: Final = (
    (layouts.Layout, "At the top of the file"),
    (layouts.Recognition, "[recognise]"),
    (layouts.Labels, "[labels]"),
    (layouts.Headings, "[headings]"),
    (layouts.Selector, "[selectors]"),
    (layouts.Lists, "[lists]"),
    (layouts.LineRules, "[lines]"),
    (layouts.Pager, "[pager]"),
    (layouts.Breadcrumbs, "[breadcrumbs]"),
    (layouts.Names, "[names]"),
    (layouts.Hints, "[hints]"),
)
LAYOUT_START: Final = """\
# Layout files

A layout is one TOML file: how a portal is recognised, which words it uses, and what is not its text. `extends` names
another layout, and only what differs is written: tables are merged, lists are put in front of the inherited ones,
single values replace them. [Add a portal in ten minutes](portals.md) has a complete small one; `xinnong layouts zh`
prints the general Chinese one. A wrong file fails when it is loaded, naming the key and what is allowed.

*Words* are lists of plain texts of up to 60 characters, *Patterns* lists of regular expressions of Python's `re`, *Css*
is a CSS selector. All keys but `name` may be left out.
"""


def record_page() -> str:
    """Return the page about the record as Markdown."""
    return "\n".join([RECORD_START, *(line for model in RECORD for line in _section(model, model.__name__))])


def layout_page() -> str:
    """Return the page about layout files as Markdown."""
    lines = [line for model, heading in LAYOUT for line in _section(model, heading)]
    places = 'In `[selectors]` a field has a list of such places: `title = [{ css = "h1" }]`. The fields: '
    fields = ", ".join(f"`{name}`" for name in layouts.SelectorField.__args__)  # type: ignore[attr-defined]
    return "\n".join([LAYOUT_START, *lines, f"{places}{fields}."])


def _section(model: type[BaseModel], heading: str) -> Iterator[str]:
    """Yield the lines about one model: its text, a row for each field, and its properties."""
    name = model.__name__
    yield f"## {heading}\n"
    yield f"{inspect.getdoc(model)}\n"
    yield "| Field | Type | What it holds |\n|---|---|---|"
    for field, info in model.model_fields.items():
        annotation = inspect.get_annotations(model)[field]
        yield f"| `{field}`{{#{name}.{field}}} | `{_brief(annotation)}` | {_in_a_cell(info.description or '')} |"
    yield ""
    if model in RECORD:
        yield from _properties(model)


def _properties(model: type[BaseModel]) -> Iterator[str]:
    properties = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    if properties:
        yield "Properties, which are not in the JSON form:\n"
        for field, value in properties.items():
            first = (inspect.getdoc(value) or "").partition("\n\n")[0]
            yield f"- `{model.__name__.lower()}.{field}`: {first}"
        yield ""


def _brief(annotation: str) -> str:
    """Return a type without what checks its values (``Annotated``), and a tuple as the list that it is in a file."""
    inner = annotation.removeprefix("Annotated[")
    shown = annotation if inner == annotation else inner.partition(",")[0] + inner.rpartition("]")[2]
    return re.sub(r"tuple\[(\w+), \.\.\.\]", r"list[\1]", shown)


def _in_a_cell(text: str) -> str:
    """Return a text as it may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
