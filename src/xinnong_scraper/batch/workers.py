"""Processes that work for this one, each at one thing at a time, and what becomes of what they do.

They are started afresh (spawn): what a forked process inherits from threads and locks is anybody's guess. None of them
outlives the process that started them, and one that dies takes nothing with it but what it worked at.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from types import TracebackType
    from typing import Self

__all__ = ["News", "Workers"]

Key = TypeVar("Key")

_GRACE_SECONDS: Final = 10.0
"""What a worker has for removing its unfinished file when nobody listens any more."""


@dataclass(frozen=True, slots=True)
class News(Generic[Key]):
    """Something that a worker tells."""

    of: Key
    """What it works at."""
    kind: Literal["piece", "end", "failure", "death"]
    """A piece is made, all is done, an exception has ended it, or the worker itself has died."""
    value: Any = None
    """The piece, or the exception."""


@dataclass(slots=True)
class _Worker(Generic[Key]):
    process: SpawnProcess
    pipe: Connection[Any, Any]
    at: Key | None = None


class Workers(Generic[Key]):
    """A number of processes; a context manager, which waits at its end until all of them have gone."""

    def __init__(self, number: int) -> None:
        if number < 1:
            raise ValueError(f"workers must be at least 1, not {number}")
        self._number = number
        self._workers: list[_Worker[Key]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.pipe.close()  # which ends an idle worker at once, another when it tells of its next piece
        until = time.monotonic() + _GRACE_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()
        self._workers.clear()

    @property
    def has_room(self) -> bool:
        """Whether a process has nothing to do, or may still be started."""
        return len(self._workers) < self._number or any(worker.at is None for worker in self._workers)

    def begin(self, key: Key, work: Callable[[], Generator[Any, None, None]]) -> None:
        """Have a free process work at something; what ``work`` yields is told piece by piece. It must pickle."""
        worker = next((each for each in self._workers if each.at is None), None) or self._start()
        worker.at = key
        with suppress(OSError):  # it is dead, which is told like any other death
            worker.pipe.send(work)

    def news(self, timeout: float | None = None) -> Iterator[News[Key]]:
        """Wait until there is news, at most so many seconds, and give it."""
        busy = [(worker, worker.at) for worker in self._workers if worker.at is not None]
        ready = wait([worker.pipe for worker, _ in busy], timeout)
        for worker, at in busy:
            if worker.pipe not in ready:
                continue
            try:
                kind, value = worker.pipe.recv()
            except (EOFError, OSError):
                kind, value = "death", None
                self._bury(worker)
            if kind != "piece":
                worker.at = None
            yield News(at, kind, value)

    def _start(self) -> _Worker[Key]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="xinnong-worker", daemon=True)
        with _deaf(), theirs:
            process.start()
        worker: _Worker[Key] = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _bury(self, worker: _Worker[Key]) -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it goes to all of them, and the first one ends the others."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else it is started along with the first of them, and lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, Any]) -> None:
    """Work, in a process of its own, at one thing after another, as long as somebody listens."""
    threading.Thread(target=_end_with_parent, name="xinnong-watch", daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            work = pipe.recv()
            try:
                with closing(work()) as pieces:
                    for piece in pieces:
                        pipe.send(("piece", piece))
                pipe.send(("end", None))
            except Exception as error:  # noqa: BLE001  it is told, and raised there
                pipe.send(("failure", error))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
