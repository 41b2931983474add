"""The folder of a divided crawl: a fixed number of stores, each with the hosts whose number it is.

The number of stores is settled when the folder is made and never changes, so that a host stays in its store whatever
the number of workers. A store's file appears with the first address for it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from ..errors import StoreError
from .parts import Part, part_of
from .snapshots import reading
from .store import Store
from .visiting import seeds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from .jobs import Link

__all__ = ["MOST_SHARDS", "Shards"]

MOST_SHARDS: Final = 4_096
_LEAST_SHARDS: Final = 32
_A_WORKER: Final = 4
"""Stores for each worker that the crawl begins with: the more, the evener is the work divided."""
_COUNT: Final = "shards"
"""The file of a folder that says how many stores it has."""
_SMALL_CACHE_KB: Final = 2_000


class Shards:
    """The stores of a divided crawl, in one folder."""

    def __init__(self, folder: str | PathLike[str], *, workers: int | None = None, stores: int | None = None) -> None:
        """Open a folder of stores; with ``workers``, the number that will work on it, make it if need be.

        ``stores`` is the number of stores of a folder that is made, a power of two from it on; by default 32, or four
        a worker. Raises :class:`~xinnong_scraper.errors.StoreError`.
        """
        self.folder = Path(folder)
        if stores is not None and not 1 <= stores <= MOST_SHARDS:
            raise ValueError(f"a folder has from 1 to {MOST_SHARDS} stores, not {stores}")
        if workers is not None and not (self.folder / _COUNT).exists():
            self._make(stores or max(_LEAST_SHARDS, _A_WORKER * workers))
        try:
            self.count = int((self.folder / _COUNT).read_text("ascii"))
        except (OSError, ValueError) as error:
            raise StoreError("it is no folder of a crawl with several workers", path=str(self.folder)) from error

    def _make(self, least: int) -> None:
        count = min(MOST_SHARDS, 1 << (least - 1).bit_length())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise StoreError("the folder holds something else; give another path", path=str(self.folder))
            fresh = self.folder / f"{_COUNT}.new"
            fresh.write_text(f"{count}\n", "ascii")
            fresh.replace(self.folder / _COUNT)
        except OSError as error:
            message = f"the folder cannot be made ({error.strerror or error})"
            raise StoreError(message, path=str(self.folder)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one that hands out work; raises StoreError if there is another."""
        keeper = FileLock(self.folder / f"{_COUNT}.lock", timeout=0)
        try:
            keeper.acquire()
        except Timeout:
            raise StoreError("another process is crawling into this folder", path=str(self.folder)) from None
        try:
            yield
        finally:
            keeper.release()

    def path(self, number: int) -> Path:
        """Give the path of a store, which may not be there yet."""
        return self.folder / f"{number:04}.db"

    def there(self) -> list[int]:
        """Give the numbers of the stores that are there."""
        return [number for number in range(self.count) if self.path(number).exists()]

    def paths(self) -> list[Path]:
        """Give the paths of the stores that are there."""
        return [self.path(number) for number in self.there()]

    def seeds(self) -> list[str]:
        """Give the addresses that the crawl started from so far, which are noted in each store."""
        for path in self.paths():
            with Store(path, cache_kb=_SMALL_CACHE_KB) as store:
                if noted := store.note("seeds"):
                    return noted.split()
        return []

    def plant(self, seeds: Iterable[str], *, refresh: bool = False) -> None:
        """Queue each seed in the store of its host, again if it failed; note in every store what the crawl is of.

        With ``refresh``, pages that were read before are queued again, as by :meth:`.Crawler.run`.
        """
        new = list(dict.fromkeys(seeds))
        known = list(dict.fromkeys([*self.seeds(), *new]))
        mine: dict[int, list[str]] = defaultdict(list)
        for seed in new:
            mine[part_of(seed, self.count)].append(seed)
        for number in sorted({*self.there(), *mine}):
            with self.open(number, known) as store:
                store.add(seeds_of(mine[number]))
                store.try_again(mine[number])
                if refresh:
                    store.queue_again(before=time.time(), articles=True)

    def open(self, number: int, seeds: Iterable[str]) -> Store:
        """Open a store, or make it, and note there what the crawl is of."""
        store = Store(self.path(number), create=True, cache_kb=_SMALL_CACHE_KB)
        try:
            store.become_part(Part(number, self.count))
            store.note("seeds", "\n".join(seeds))
        except BaseException:
            store.close()
            raise
        return store

    def queued(self, number: int) -> int:
        """Count the pages that wait in a store."""
        with Store(self.path(number), cache_kb=_SMALL_CACHE_KB) as store:
            return store.queued()

    def visited(self, number: int) -> int:
        """Count the pages of a store that were asked for."""
        with Store(self.path(number), cache_kb=_SMALL_CACHE_KB) as store:
            return store.visited()

    def totals(self) -> tuple[int, int]:
        """Count the pages that were asked for and those that wait, in all stores; a crawl may go on meanwhile."""
        asked = queued = 0
        for path in self.paths():
            with reading(path) as db:
                found = db.execute("SELECT coalesce(sum(fetched), 0), coalesce(sum(queued), 0) FROM host").fetchone()
            asked, queued = asked + found[0], queued + found[1]
        return asked, queued

    def deliver(self, giving: int, *, busy: frozenset[int], seeds: Iterable[str]) -> tuple[set[int], int]:
        """Bring the links that a store found for others to those that nobody works on.

        Returns the numbers of the stores that took some, and how many links are left. A link counts as taken only when
        the other store has it: after a crash in between it is brought once more, and the other store knows it already.
        """
        took: set[int] = set()
        with Store(self.path(giving), cache_kb=_SMALL_CACHE_KB) as store:
            while links := store.handed():
                mine: dict[int, list[Link]] = defaultdict(list)
                for link in links:
                    mine[part_of(link.url, self.count)].append(link)
                free = mine.keys() - busy
                for number in sorted(free):
                    with self.open(number, seeds) as other:
                        other.add(mine[number])
                    store.settle_handed(mine[number])
                took |= free
                if not free:
                    return took, len(links)
        return took, 0
