"""Workers of a divided crawl as processes of this machine: one for each slice, begun fresh."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, NamedTuple

from .slices import Ended, Report, crawl_slice

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from .slices import Orders

__all__ = ["ProcessWorkers"]

_CONTEXT: Final = multiprocessing.get_context("spawn")
_ORPHANED: Final = 70
_CLOSING: Final = 10.0
"""Seconds in which a process that was told to end at once does."""


class _Running(NamedTuple):
    process: SpawnProcess
    line: Connection
    shards: tuple[int, ...]


class ProcessWorkers:
    """So many processes at a time; the stores are worked on where they are, so the folder is on a local disk.

    A process that the crawl's own process leaves behind ends at once.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError("a crawl needs at least one worker")
        self._count = count
        self._running: list[_Running] = []

    @property
    def free(self) -> int:
        """How many more slices may begin."""
        return self._count - len(self._running)

    def pids(self) -> list[int]:
        """Give the numbers of the processes at work."""
        return [each.process.pid for each in self._running if each.process.pid is not None]

    def begin(self, paths: dict[int, Path], orders: Orders) -> None:
        """Begin a slice in a new process."""
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_work, args=(theirs, paths, orders), name="xinnong-crawl", daemon=True)
        process.start()
        theirs.close()
        self._running.append(_Running(process, ours, tuple(paths)))

    def wait(self, seconds: float) -> list[Ended]:
        """Give the slices that are over, waiting so long for one at the most; raises what a slice raised."""
        if not self._running:
            time.sleep(seconds)
            return []
        ready = wait([each.line for each in self._running], seconds)
        over = [each for each in self._running if each.line in ready]
        self._running = [each for each in self._running if each not in over]
        return [_ended(each) for each in over]

    def stop(self) -> None:
        """Let all slices come to their end now."""
        for each in list(self._running):
            try:
                each.line.send(None)
            except OSError:
                continue  # it has ended meanwhile

    def close(self) -> None:
        """End all workers at once."""
        running, self._running = self._running, []
        for each in running:
            each.process.kill()
        for each in running:
            each.process.join(_CLOSING)
            each.line.close()


def _ended(running: _Running) -> Ended:
    """Read how a process ended; one that said nothing was lost."""
    try:
        said: Report | BaseException | None = running.line.recv()
    except (EOFError, OSError):
        said = None
    running.process.join()
    running.line.close()
    if isinstance(said, BaseException):
        raise said
    return Ended(running.shards, said)


def _work(line: Connection, paths: dict[int, Path], orders: Orders) -> None:
    """Crawl a slice, in the worker's process."""
    stopping = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; ours are told by their line
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threading.Thread(target=_listen, args=(line, stopping), daemon=True).start()
    try:
        said: Report | Exception = crawl_slice(paths, orders, stopping)
    except Exception as error:  # noqa: BLE001  told by the one who waits
        said = error
    line.send(said)


def _listen(line: Connection, stopping: threading.Event) -> None:
    """Hear that the work is to stop, or that nobody waits for it any more."""
    try:
        while True:
            line.recv()
            stopping.set()
    except (EOFError, OSError):
        os._exit(_ORPHANED)
