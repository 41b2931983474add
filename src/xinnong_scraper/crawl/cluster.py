"""Workers of a divided crawl as actors of a Ray cluster (the extra ``ray``), which needs no disk in common.

The stores stay in the folder of the crawl, on a local disk of the machine that runs it: SQLite's write-ahead log is not
safe on network file systems (https://www.sqlite.org/wal.html), and half a copy is none. At the beginning of a slice a
worker is sent a copy of its stores, works on them on its own disk, and sends them back at the end, where each takes the
place of the old file at once. What a lost worker has done since the beginning of its slice is thereby done again: its
pages are asked for once more, after their hosts have rested.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..engines import start_ray
from .schema import pack_store, replace_store
from .slices import Ended, Report, crawl_slice
from .store import Store

if TYPE_CHECKING:
    from .slices import Orders

__all__ = ["RayWorkers"]

_ANSWER: Final = 5.0
"""Seconds in which a worker's machine is known, if it ever began."""


class _Running(NamedTuple):
    actor: Any
    node: Any
    paths: dict[int, Path]
    told: Any
    files: list[Any]
    seconds: float
    """The most that the slice takes."""


class RayWorkers:
    """So many actors at a time, each with ``num_cpus`` processors; begins or joins a cluster where none is joined.

    Those for which the cluster has no room wait for it. The package must be installed where the actors run. Raises
    ImportError without Ray, EngineError where it does not start.
    """

    def __init__(self, count: int, *, num_cpus: float = 1.0) -> None:
        if find_spec("ray") is None:
            raise ImportError("a crawl over Ray needs the package ray: pip install 'xinnong-scraper[ray]'")
        import ray  # noqa: PLC0415  found only where it is used

        if count < 1:
            raise ValueError("a crawl needs at least one worker")
        start_ray(ray)
        self._ray = ray
        self._kind = ray.remote(num_cpus=num_cpus, max_restarts=0, max_concurrency=2)(_Worker)
        self._count = count
        self._running: list[_Running] = []

    @property
    def free(self) -> int:
        """How many more slices may begin."""
        return self._count - len(self._running)

    def pids(self) -> list[int]:
        """Give the process numbers of the actors at work, each on its own machine."""
        found: list[int] = self._ray.get([each.actor.pid.remote() for each in self._running])
        return found

    def begin(self, paths: dict[int, Path], orders: Orders) -> None:
        """Begin a slice on a new actor."""
        for path in paths.values():
            with Store(path) as store:
                store.begin_run(orders.policy.fetch.delay)  # whatever becomes of the worker: the hosts will rest
        sent = [self._ray.put(pack_store(path)) for path in paths.values()]
        actor = self._kind.remote()
        node = actor.node.remote()
        told, *files = actor.crawl.options(num_returns=1 + len(paths)).remote(orders, list(paths), *sent)
        self._running.append(_Running(actor, node, dict(paths), told, files, orders.seconds + orders.grace))

    def wait(self, seconds: float) -> list[Ended]:
        """Give the slices that are over, waiting so long for one at the most; raises what a slice raised."""
        if not self._running:
            time.sleep(seconds)
            return []
        ready, _ = self._ray.wait([each.told for each in self._running], timeout=seconds)
        over = [each for each in self._running if each.told in ready]
        self._running = [each for each in self._running if each not in over]
        return [self._ended(each) for each in over]

    def _ended(self, running: _Running) -> Ended:
        """Put what a worker sends back in its place; a worker that does not is lost."""
        try:
            report: Report = self._ray.get(running.told)
            for path, file in zip(running.paths.values(), running.files, strict=True):
                replace_store(path, self._ray.get(file))
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except self._ray.exceptions.RayError:
            return Ended(tuple(running.paths), None, self._free_at(running))
        finally:
            self._end(running.actor)
        return Ended(tuple(running.paths), report)

    def _free_at(self, running: _Running) -> float:
        """Say until when a lost worker may go on: not at all where its machine answers, else for all its time."""
        try:
            node = self._ray.get(running.node, timeout=_ANSWER)
        except self._ray.exceptions.RayError:
            return 0.0  # it never began
        alive = any(each["NodeID"] == node and each["Alive"] for each in self._ray.nodes())
        return 0.0 if alive else time.monotonic() + running.seconds

    def _end(self, actor: Any) -> None:  # noqa: ANN401
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(actor)

    def stop(self) -> None:
        """Let all slices come to their end now."""
        for each in list(self._running):
            each.actor.stop.remote()

    def close(self) -> None:
        """End all actors at once."""
        running, self._running = self._running, []
        for each in running:
            self._end(each.actor)


class _Worker:
    """The actor: one slice, and beside it a word to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def pid(self) -> int:
        return os.getpid()

    def node(self) -> str:
        import ray  # noqa: PLC0415  found only where it is used

        return str(ray.get_runtime_context().get_node_id())

    def stop(self) -> None:
        self._stopping.set()

    def crawl(self, orders: Orders, numbers: list[int], *files: bytes) -> tuple[Report | bytes, ...]:
        """Crawl into the stores that were sent, and send them back."""
        with tempfile.TemporaryDirectory(prefix="xinnong-") as name:
            paths = {number: Path(name, f"{number:04}.db") for number in numbers}
            for path, file in zip(paths.values(), files, strict=True):
                path.write_bytes(file)
            report = crawl_slice(paths, orders, self._stopping)
            return report, *(pack_store(path) for path in paths.values())
