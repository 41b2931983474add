"""The command line as a whole: its commands, how it starts and how misuse is reported."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .. import __version__
from . import (
    archiving,
    cases,
    checking,
    crawling,
    dividing,
    exporting,
    inspecting,
    learning,
    pages,
    reference,
    reporting,
    rereading,
    tour,
)
from .terminal import complain, prepare_streams

__all__ = ["run"]

# What typer raises for misuse. It brings the classes along, but under no public names of its own.
UsageError: Any = typer.BadParameter.__mro__[1]
AnyMisuse: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="xinnong",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
pages.register(app)
inspecting.register(app)
crawling.register(app)
dividing.register(app)
checking.register(app)
exporting.register(app)
rereading.register(app)
learning.register(app)
cases.register(app)
archiving.register(app)
reference.register(app)
reporting.register(app)
tour.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xinnong-scraper {__version__}")
        raise typer.Exit


@app.callback(epilog="Start with: xinnong demo", invoke_without_command=True)
def _start(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Turn Chinese news pages into typed article records."""
    if context.invoked_subcommand is None:
        raise UsageError("which command? See xinnong --help, or start with xinnong demo")


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; KeyboardInterrupt and OSError of the output pass through.

    Typer's own start is not used: it ends a closed pipe like a failure and prints misuse in a box of many lines.
    """
    prepare_streams()
    command = typer.main.get_command(app)
    try:
        with command.make_context("xinnong", arguments) as context:
            command.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    except AnyMisuse as misuse:
        complain(_explained(misuse.format_message(), getattr(misuse, "ctx", None)))
        return int(misuse.exit_code)
    return 0


def _explained(message: str, context: typer.Context | None) -> str:
    """Return what was wrong, and which help tells more."""
    return f"{message.rstrip('.')}. See {context.command_path} --help" if context else message
