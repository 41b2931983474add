"""Many pages at once: who works, who waits for a host, and what is finished and not yet taken."""

from __future__ import annotations

import asyncio
import atexit
import errno
import threading
from collections import deque
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .fetch.slots import Places, Slot

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterable

    from .drivers import Outcome

    Work = Callable[[str, Slot], Awaitable[Outcome]]

__all__ = ["Batch", "LoopThread", "aoutcomes", "outcomes"]

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_THREADS = 64
"""For a fetcher of the caller's that blocks; threads are started as they are needed."""
_LOOK_SECONDS = 1.0
"""How often is looked whether the loop that is waited for still runs."""
MAX_WAITING = 1_000
"""Pages that may wait for their hosts while others are worked at; beyond that no further address is read."""


class Batch(Generic[Item, Result]):
    """Works at a number of pages at once, within one event loop.

    A page holds a place while it is fetched or read and until its outcome is taken. While it waits for its host (a
    delay, a Retry-After, the host's other requests) it holds none, and another address is begun in its stead.
    """

    def __init__(self, work: Callable[[Item, Slot], Awaitable[Result]], concurrency: int) -> None:
        self._work = work
        self._places = Places(concurrency)
        self._running: set[asyncio.Task[None]] = set()
        self._finished: deque[tuple[Result, Slot]] = deque()
        self._changed = asyncio.Event()
        self._failure: Exception | None = None

    @property
    def room(self) -> int:
        """How many addresses may be begun."""
        return max(0, min(self._places.free, MAX_WAITING - len(self._running)))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._running

    @property
    def is_ready(self) -> bool:
        """Whether outcomes wait to be taken; may be asked from any thread."""
        return bool(self._finished) or self._failure is not None

    def begin(self, item: Item) -> None:
        """Begin with a page; where there is no room any more, it waits for a place."""
        slot = Slot(self._places, self._changed.set)
        task = asyncio.create_task(self._one(item, slot))
        self._running.add(task)
        task.add_done_callback(partial(self._ended, slot))

    async def _one(self, item: Item, slot: Slot) -> None:
        try:
            await slot.take()
            outcome = await self._work(item, slot)
        except Exception as error:  # noqa: BLE001  a mistake in the call, told where the outcomes are taken
            self._failure = error
        else:
            self._finished.append((outcome, slot))

    def _ended(self, slot: Slot, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():  # by somebody else, perhaps before its first step: nobody will take an outcome
            slot.leave()
        self._changed.set()

    async def take(self, *, more: bool) -> tuple[list[Result], int]:
        """Wait for outcomes and give them, with the room that there is then.

        There are none when room has come for ``more`` addresses, or when nothing is left to wait for.
        """
        while not self.is_ready and self._running and not (more and self.room):
            self._changed.clear()
            await self._changed.wait()
        if self._failure is not None:
            raise self._failure
        taken = list(self._finished)
        self._finished.clear()
        for _, slot in taken:
            slot.leave()
        return [outcome for outcome, _ in taken], self.room

    async def close(self) -> None:
        """End what is still under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def aoutcomes(urls: Iterable[str], work: Work, concurrency: int) -> AsyncGenerator[Outcome, None]:
    """Work at addresses as they are read, and give the outcomes as they come."""
    batch = Batch(work, concurrency)
    try:
        for url in urls:
            batch.begin(url)
            while batch.is_ready or not batch.room:
                for outcome in (await batch.take(more=True))[0]:
                    yield outcome
        while found := (await batch.take(more=False))[0]:
            for outcome in found:
                yield outcome
    finally:
        await batch.close()


def outcomes(urls: Iterable[str], work: Work, concurrency: int, loop: LoopThread) -> Generator[Outcome, None, None]:
    """Do the same for a caller without an event loop; the addresses are read in the caller's thread."""
    batch = Batch(work, concurrency)
    room = concurrency
    try:
        for url in urls:
            loop.soon(batch.begin, url)
            room -= 1
            while batch.is_ready or not room:
                found, room = loop.run(batch.take(more=True))
                yield from found
        while found := loop.run(batch.take(more=False))[0]:
            yield from found
    finally:
        loop.end(batch.close)


class LoopThread:
    """An event loop in a thread of its own, from construction until ``close``.

    Raises ``OSError`` where the system gives no more files or threads for one.
    """

    def __init__(self) -> None:
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._work, name="xinnong-loop", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            raise OSError(errno.EAGAIN, str(error)) from error
        self._started.wait()
        if self._failure is not None:
            raise self._failure
        atexit.register(self.close)  # else a generator that is closed at the very end would wait for a frozen thread

    def _work(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001  told to those who wait for the loop
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="xinnong"))
        self._stopped = asyncio.Event()
        self._started.set()
        await self._stopped.wait()
        while self._endings:
            await asyncio.wait(self._endings)

    @property
    def is_alive(self) -> bool:
        """Whether it still runs: not after ``close``, nor in a process forked meanwhile."""
        return self._thread.is_alive()

    def run(self, steps: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait for what it returns; ``RuntimeError`` if the loop is closed before."""
        try:
            self._check()
            future = asyncio.run_coroutine_threadsafe(steps, self._loop)
        except RuntimeError:
            steps.close()
            raise self._gone() from self._failure
        while not wait((future,), _LOOK_SECONDS).done:
            self._check()  # a loop that is just closing may take steps and never do them
        try:
            return future.result()
        except CancelledError:
            raise self._gone() from self._failure

    def soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Call a function there, without waiting; ``RuntimeError`` if the loop is closed."""
        self._check()
        self._loop.call_soon_threadsafe(call, *arguments)

    def end(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run what ends something, and wait for it.

        In the loop's own thread nothing is waited for: the garbage collector may run there and end a forgotten batch.
        ``close`` waits then. Where the loop is closed, all has ended already.
        """
        if threading.current_thread() is self._thread:
            ending = self._loop.create_task(last())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        elif self.is_alive:
            with suppress(RuntimeError):
                self.run(last())

    def close(self) -> None:
        """End what runs there, and the thread."""
        atexit.unregister(self.close)
        if threading.current_thread() is self._thread:
            self._stopped.set()
        elif self._thread.is_alive():
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()

    def _check(self) -> None:
        if not self.is_alive:
            raise self._gone() from self._failure

    def _gone(self) -> RuntimeError:
        return RuntimeError("the batch was closed before its end")
