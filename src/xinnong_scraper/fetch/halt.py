"""Ending the fetches of a batch from another thread; asyncio has cancellation for that.

A thread that waits for the network cannot be interrupted, but what it waits for can be ended: the socket is shut down,
the look-up of a name given up, a pause cut short. The fetch then ends with an error that nobody asks for any more.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ..errors import ConnectionFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Halt", "acquire", "check", "pause", "shutting", "waking"]

_LOOK = 0.2
"""Seconds between two looks while waiting for a place at a host."""


class Halt:
    """Ends all the fetches that were started under it, at once and for good."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._wakers: set[Callable[[], object]] = set()

    @contextmanager
    def governs(self) -> Iterator[None]:
        """Let the fetches of this thread end with this."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def end(self) -> None:
        """End them."""
        with self._lock:
            self._ended.set()
            for wake in self._wakers:
                wake()

    def check(self) -> None:
        """Raise :class:`ConnectionFailedError` once it has ended."""
        if self._ended.is_set():
            raise ConnectionFailedError("the batch was ended before the page was complete")

    def wait(self, seconds: float) -> None:
        """Let so much time pass, or less if it ends before."""
        self._ended.wait(seconds)

    @contextmanager
    def waking(self, wake: Callable[[], object]) -> Iterator[None]:
        """Have this called if it ends meanwhile, or has ended before."""
        with self._lock:
            self._wakers.add(wake)
            if self._ended.is_set():
                wake()
        try:
            yield
        finally:
            with self._lock:
                self._wakers.discard(wake)


_current: ContextVar[Halt | None] = ContextVar("_current", default=None)


def check() -> None:
    """Raise :class:`ConnectionFailedError` in a fetch of a batch that was ended."""
    if (halt := _current.get()) is not None:
        halt.check()


def pause(seconds: float) -> None:
    """Sleep, unless the batch is ended."""
    halt = _current.get() or Halt()
    halt.wait(seconds)
    halt.check()


def acquire(gate: threading.Semaphore) -> None:
    """Wait for a place, unless the batch is ended."""
    if _current.get() is None:
        gate.acquire()
        return
    while not gate.acquire(timeout=_LOOK):
        check()


@contextmanager
def waking(wake: Callable[[], object]) -> Iterator[None]:
    """Have this called if the batch is ended meanwhile; ``wake`` must end the wait inside."""
    halt = _current.get()
    if halt is None:
        yield
        return
    with halt.waking(wake):
        yield


@contextmanager
def shutting(sock: object, *, handed_over: bool = False) -> Iterator[None]:
    """Shut a socket down if the batch is ended meanwhile; ``handed_over`` to TLS it lives on in another object."""
    if _current.get() is None or not isinstance(sock, socket.socket):
        yield
    elif handed_over:
        with socket.socket(fileno=socket.dup(sock.fileno())) as same, waking(lambda: _shut(same)):
            yield
    else:
        with waking(lambda: _shut(sock)):
            yield


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, whose state belongs to the thread that reads
