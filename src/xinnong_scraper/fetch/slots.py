"""A page's place among those that are worked at together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

__all__ = ["Slot"]


class Slot:
    """One of the places of a batch: left while the page waits for its host, taken again before it goes on."""

    def __init__(self, places: asyncio.Semaphore, on_leave: Callable[[], None]) -> None:
        """Begin with a place that has been acquired from ``places``; ``on_leave`` is called when one is left."""
        self._places = places
        self._on_leave = on_leave
        self.held = True

    def leave(self) -> None:
        """Give the place to others, if it is held."""
        if self.held:
            self.held = False
            self._places.release()
            self._on_leave()

    async def take(self) -> None:
        """Wait for a place, if none is held."""
        if not self.held:
            await self._places.acquire()
            self.held = True
