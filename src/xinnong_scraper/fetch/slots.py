"""Places for pages that are worked at together: left while a page waits for its host."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Places", "Slot"]


class Places:
    """A number of places within one event loop, given in the order of asking; says how many are free."""

    def __init__(self, count: int) -> None:
        self.free = count
        """Places that nobody has or waits for."""
        self._queue: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait for a place."""
        if self.free > 0:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()  # it was handed over in the moment of the cancellation
            raise

    def give_back(self) -> None:
        """Hand a place to whoever waits longest, or leave it free."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


class Slot:
    """One page's place: left while the page waits for its host, taken again before it goes on."""

    def __init__(self, places: Places, on_leave: Callable[[], None]) -> None:
        """Take a place if one is free; ``on_leave`` is called each time that it is left."""
        self._places = places
        self._on_leave = on_leave
        self._held = places.free > 0
        places.free -= self._held

    def leave(self) -> None:
        """Give the place to others, if it is held."""
        if self._held:
            self._held = False
            self._places.give_back()
            self._on_leave()

    async def take(self) -> None:
        """Wait for a place, if none is held."""
        if not self._held:
            await self._places.take()
            self._held = True
