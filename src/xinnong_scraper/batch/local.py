"""Archives on this machine: one after another, or several at once in processes of their own.

How archives are worked through is a matter of the engine, what is made of one is not: an engine takes the work for
each archive by its name, and yields steps. The others are :mod:`.ray` and :mod:`.spark`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, chdir, closing, suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from ..errors import ArchiveError, ScraperError
from .workers import Workers

if TYPE_CHECKING:
    from .workers import News

__all__ = ["LOOK_SECONDS", "LOST", "Done", "Engine", "Step", "Work", "run_local", "run_whole"]

Work: TypeAlias = Callable[[], Generator[int, None, None]]
"""Makes one part, and yields how many rows each piece of it has; it pickles, and raises ``ScraperError``."""
Step: TypeAlias = tuple[int, str | None, str | None]
"""Rows made so far; the archive that has ended, if one has; what was wrong with it."""
Engine: TypeAlias = Callable[[Mapping[str, Work]], Iterator[Step]]
"""Does all work and tells of it; what it does not finish, for a reason of its own or Ctrl-C, leaves no part."""
Done: TypeAlias = tuple[int, str | None, ScraperError | None]
"""What is left of one archive's work elsewhere: its rows; what was wrong with the archive; what ends the whole run."""

LOOK_SECONDS: Final = 1.0
"""How often an engine yields a step, whatever happens."""
LOST: Final = "a worker ended before its time (killed, or out of memory?); run it again, with fewer workers"


def run_local(works: Mapping[str, Work], workers: int = 1) -> Iterator[Step]:
    """Do the work on this machine, on so many processes."""
    workers = min(workers, len(works))
    return _together(works, workers) if workers > 1 else _alone(works)


def run_whole(work: Work, folder: str) -> Done:
    """Do one archive's work from beginning to end, where an engine has sent it, with names as they are in ``folder``.

    A machine without that folder reads absolute names all the same.
    """
    rows = 0
    try:
        with ExitStack() as stack:
            with suppress(OSError):
                stack.enter_context(chdir(folder))
            for count in stack.enter_context(closing(work())):
                rows += count
    except ArchiveError as error:
        return rows, str(error), None
    except ScraperError as error:
        return rows, None, error
    return rows, None, None


def _alone(works: Mapping[str, Work]) -> Iterator[Step]:
    rows = 0
    for name, work in works.items():
        problem = None
        try:
            with closing(work()) as pieces:
                for count in pieces:
                    rows += count
                    yield rows, None, None
        except ArchiveError as error:
            problem = str(error)
        yield rows, name, problem


def _together(works: Mapping[str, Work], workers: int) -> Iterator[Step]:
    rows = ended = 0
    coming = iter(works.items())
    with Workers[str](workers) as pool:
        while ended < len(works):
            while pool.has_room and (following := next(coming, None)):
                pool.begin(*following)
            for news in pool.news(LOOK_SECONDS):
                if news.kind == "piece":
                    rows += news.value
                else:
                    ended += 1
                    yield rows, news.of, _problem(news)
            yield rows, None, None


def _problem(news: News[str]) -> str | None:
    if news.kind == "death":
        return LOST
    if news.kind == "failure":
        if isinstance(news.value, ArchiveError):
            return str(news.value)
        raise news.value
    return None
