"""The command ``xinnong``. Everything heavier than this file is imported while a command runs."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

__all__ = ["main"]

INTERRUPTED = 130  # 128 + SIGINT, as shells report it
CLOSED_PIPE = 141  # 128 + SIGPIPE: what other programs end with when the reader of a pipe has gone


def main() -> NoReturn:
    """Run the command line and leave with its exit code: 0 all good, 1 something failed, 2 misuse."""
    try:
        from .application import run  # noqa: PLC0415  Ctrl-C during the imports ends as quietly as later

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
        _drop_output()
    except BrokenPipeError:
        code = CLOSED_PIPE
        _drop_output()
    except SystemExit as leaving:
        if not isinstance(leaving.__context__, BrokenPipeError):
            raise
        code = CLOSED_PIPE  # rich has met the closed pipe first and wants to leave with 1
    except OSError as error:
        code = 1
        print(f"xinnong: cannot write the output: {error.strerror}", file=sys.stderr)  # noqa: T201  one line, no trace
        _drop_output()
    sys.exit(code)


def _drop_output() -> None:
    """Send what is still buffered nowhere: flushing it at exit would fail once more, and loudly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
