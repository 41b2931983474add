"""The places at each host and the transports that hold the connections to it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

__all__ = ["KEEPALIVE_SECONDS", "Lane", "Lanes"]

KEEPALIVE_SECONDS = 15.0
"""How long a connection is kept without use; many servers close theirs not much later."""

_MAX_LANES = 64

Gate = TypeVar("Gate")
Transport = TypeVar("Transport")


class Lane(Generic[Gate, Transport]):
    """The places at one host and the transports that wait for the next request.

    One transport a place and so one connection a transport, because a pool looks at all its connections for every
    request: 32 of them in one pool are four times slower than 32 pools.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.users = 0
        self.idle: deque[tuple[float, Transport]] = deque()
        """Transports and since when they wait, the latest at the end."""


class Lanes(Generic[Gate, Transport]):
    """The lanes in use, and up to 64 idle ones."""

    def __init__(
        self,
        make_gate: Callable[[int], Gate],
        make_transport: Callable[[ssl.SSLContext | None], Transport],
        make_tls: Callable[[], ssl.SSLContext],
        where: Callable[[], object],
    ) -> None:
        """``where`` names the process or event loop that is asking: connections of another one are not used."""
        self._where = where
        self._home: object = None
        self._make_gate = make_gate
        self._make_transport = make_transport
        self._make_tls = make_tls
        self._tls: ssl.SSLContext | None = None
        self._lanes: OrderedDict[str, Lane[Gate, Transport]] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    def check_out(self, name: str, width: int) -> Lane[Gate, Transport]:
        """Count a user of a lane of so many places."""
        self._settle()
        with self._lock:
            if self._closed:
                raise RuntimeError("this fetcher is closed")
            lane = self._lanes.get(name) or Lane(self._make_gate(width))
            self._lanes[name] = lane
            self._lanes.move_to_end(name)
            lane.users += 1
            return lane

    def take(self, lane: Lane[Gate, Transport], *, tls: bool) -> Transport:
        """Give the transport used last; certificates are loaded (about 20 ms) once and only for https."""
        with self._lock:
            if lane.idle:
                return lane.idle.pop()[1]
            if tls and self._tls is None:
                self._tls = self._make_tls()
            return self._make_transport(self._tls if tls else None)

    def give_back(self, lane: Lane[Gate, Transport], transport: Transport) -> list[Transport]:
        """Take a transport back; returns those that have become superfluous, to be closed."""
        now = time.monotonic()
        with self._lock:
            if self._closed:
                return [transport]
            lane.idle.append((now, transport))
            surplus: list[Transport] = []
            while lane.idle[0][0] < now - KEEPALIVE_SECONDS:
                surplus.append(lane.idle.popleft()[1])
            return surplus

    def check_in(self, lane: Lane[Gate, Transport]) -> list[Transport]:
        """Count a user less; returns transports that have become superfluous, to be closed."""
        with self._lock:
            lane.users -= 1
            surplus = max(0, len(self._lanes) - _MAX_LANES)
            if not surplus:
                return []
            return self._remove([name for name, lane in self._lanes.items() if lane.users == 0][:surplus])

    def close(self) -> list[Transport]:
        """Forget all lanes; returns the transports that wait in them, to be closed."""
        self._settle()
        with self._lock:
            self._closed = True
            return self._remove(list(self._lanes))

    def _settle(self) -> None:
        """Begin anew in another process or event loop; nothing of the old one can be closed from here."""
        where = self._where()
        if where != self._home:
            self._home, self._lock, self._lanes = where, threading.Lock(), OrderedDict()

    def _remove(self, names: list[str]) -> list[Transport]:
        return [transport for name in names for _, transport in self._lanes.pop(name).idle]
