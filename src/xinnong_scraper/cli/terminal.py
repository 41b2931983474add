"""What a command writes: records to standard output, everything else to standard error."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.text import Text

__all__ = ["complain", "errors", "output", "prepare_streams", "printable", "tell", "write"]

WIDTH_OF_A_PIPE = 160
# A page must not be able to steer the terminal: control characters other than tab and line break are not shown.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]) | {0x09: "\t", 0x0A: "\n"}


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale is: records hold Chinese, and a pipe in the C locale would refuse it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def output() -> Console:
    """Return a console on standard output; it colours only on a terminal and honours NO_COLOR."""
    width = None if sys.stdout.isatty() else WIDTH_OF_A_PIPE
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def errors() -> Console:
    """Return a console on standard error, for progress."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def printable(text: str) -> str:
    """Return the text without control characters other than tab and line break.

    >>> printable("a" + chr(27) + "[31mb")
    'a[31mb'
    """
    return text.translate(_CONTROLS)


def write(text: str, *, json: bool = False) -> None:
    """Write a record to standard output at once, on a terminal with JSON coloured."""
    if not sys.stdout.isatty():
        sys.stdout.write(text)
    elif json:
        console = output()
        console.print(JSONHighlighter()(Text(printable(text))), soft_wrap=True, end="")
    else:
        sys.stdout.write(printable(text))
    sys.stdout.flush()


def complain(message: str) -> None:
    """Write one line to standard error, whatever line breaks the message has."""
    line = printable(" ".join(message.split()))
    sys.stderr.write(f"xinnong: {line}\n")
    sys.stderr.flush()


def tell(message: str) -> None:
    """Write one line to standard error that is no complaint, such as how much was done."""
    sys.stderr.write(f"{printable(' '.join(message.split()))}\n")
    sys.stderr.flush()
