"""``xinnong schema`` and ``xinnong layouts``: what can be looked up."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from .. import Article, ScraperError
from ..layouts import builtin_layouts, layout_source
from .terminal import output, write

__all__ = ["register"]

SCHEMA_HELP = """
Print the JSON Schema of a record in its interchange form (a line of --format jsonl).

\b
[bold]Examples[/bold]
  xinnong schema > article.schema.json
"""

LAYOUTS_HELP = """
List the layouts that come with the package, or print the file of one to start your own from.

\b
[bold]Examples[/bold]
  xinnong layouts
  xinnong layouts xinnong > mine.toml
  xinnong extract saved.html --layout mine.toml
"""


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("schema", help=SCHEMA_HELP)(_schema_command)
    app.command("layouts", help=LAYOUTS_HELP)(_layouts_command)


def _schema_command() -> None:
    schema = Article.model_json_schema(mode="serialization")
    write(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", json=True)


def _layouts_command(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The layout whose file to print.")] = None,
) -> None:
    if name is None:
        _print_table()
        return
    try:
        source = layout_source(name)
    except ScraperError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from error
    write(source)


def _print_table() -> None:
    table = Table("layout", "language", "recognises pages that show", box=box.SIMPLE, pad_edge=False)
    for layout in builtin_layouts():
        table.add_row(layout.name, layout.language, "、".join(layout.site_names) or "any other article")
    output().print(table)
