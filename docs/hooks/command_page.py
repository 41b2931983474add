"""The page about the commands, written from the application that runs them."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import typer

from xinnong_scraper.cli.application import app

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command_page"]

START: Final = """\
# Commands

Made from the program's own help (`xinnong COMMAND --help`). Records go to standard output, errors and progress to
standard error. The exit code is 0 if all is good, 1 if something failed, 2 for misuse; `xinnong check` also has 3 and
4.
"""


def command_page() -> str:
    """Return the page as Markdown."""
    program: Any = typer.main.get_command(app)
    return "\n".join([START, *(line for name, command in program.commands.items() for line in _section(name, command))])


def _section(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401  click's classes come under typer's private names
    """Yield the lines about one command: what it does, its arguments and options, examples."""
    text, _, examples = command.help.replace("\b\n", "").strip().partition("[bold]Examples[/bold]\n")
    yield f"## xinnong {name}\n"
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    usage = " ".join(["xinnong", name, "[OPTIONS]", *(_usage(argument) for argument in arguments)])
    yield f"```text\n{usage}\n```\n"
    yield f"{text.strip()}\n"
    yield "| Argument or option | Meaning |\n|---|---|"
    for argument in arguments:
        yield f"| `{_name(argument)}` | {_in_a_cell(argument.help or '')} |"
    for option in options:
        forms = ", ".join(f"`{form}`" for form in [*option.opts, *option.secondary_opts])
        yield f"| {forms}{_value(option)} | {_in_a_cell(option.help or '')}{_default(option)} |"
    yield "| `-h`, `--help` | Show the help and leave. |\n"
    if examples:
        yield "Examples:\n\n```text\n" + "\n".join(line.strip() for line in examples.strip().splitlines()) + "\n```\n"


def _name(argument: Any) -> str:  # noqa: ANN401
    return str(argument.metavar or argument.name).strip("{}[].").removesuffix("...") or argument.name


def _usage(argument: Any) -> str:  # noqa: ANN401
    shown = _name(argument) + ("..." if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def _value(option: Any) -> str:  # noqa: ANN401
    if option.is_flag:
        return ""
    if isinstance(option.default, Enum):
        return f" `{'|'.join(choice.value for choice in type(option.default))}`"
    return f" `{option.metavar}`"


def _default(option: Any) -> str:  # noqa: ANN401
    default = option.default.value if isinstance(option.default, Enum) else option.default
    return f" Default: `{default}`." if default not in (None, False, ..., (), []) else ""


def _in_a_cell(text: str) -> str:
    """Return a text as it may stand in a cell of a table."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")
