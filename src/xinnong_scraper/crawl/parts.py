"""Which store of a divided crawl a page belongs to, and links that one store finds for another.

A crawl is divided by host, because hosts are what politeness is owed to: all pages of one are in one store, which one
worker at a time has, so that its clock is kept in one place. A host and its ``www.`` twin are together, as redirects
lead to and fro between them. The registrable domain would keep more together, but needs a public suffix list that ages;
nothing is lost without it, because a link to a host of another store is handed over to that store.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, Self

from .jobs import Link
from .keys import page_key
from .scope import key_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

__all__ = ["Part", "hand_over", "handed", "part_of", "settle_handed"]


def part_of(url: str, count: int) -> int:
    """Give the number, from 0, of the store among ``count`` that has the pages of an address's host, for all time.

    >>> part_of("https://www.x.cn/a", 32) == part_of("http://x.cn:80/b?c=1", 32)
    True
    """
    host = key_of(url).partition("/")[0].removeprefix("www.")
    return int.from_bytes(hashlib.blake2b(host.encode(), digest_size=8).digest(), "big") % count


class Part(NamedTuple):
    """One store among those of a divided crawl."""

    number: int
    among: int

    def has(self, url: str) -> bool:
        """Tell whether an address is this store's."""
        return part_of(url, self.among) == self.number

    def __str__(self) -> str:
        return f"{self.number}/{self.among}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` wrote."""
        number, _, among = text.partition("/")
        return cls(int(number), int(among))


def hand_over(db: sqlite3.Connection, link: Link) -> None:
    """Note a link that another store has to follow; once, however often it is found."""
    db.execute(
        "INSERT OR IGNORE INTO handed (key, url, kind, rank, depth) VALUES (?, ?, ?, ?, ?)",
        (page_key(link.url), link.url, link.kind, link.rank, link.depth),
    )


def handed(db: sqlite3.Connection, limit: int) -> list[Link]:
    """Give links that wait for another store to take them."""
    rows = db.execute("SELECT url, kind, rank, depth FROM handed WHERE taken = 0 LIMIT ?", (limit,))
    return [Link(*row) for row in rows]


def settle_handed(db: sqlite3.Connection, links: Sequence[Link]) -> None:
    """Note that these links were taken."""
    db.executemany("UPDATE handed SET taken = 1 WHERE key = ?", [(page_key(link.url),) for link in links])
