"""The hosts that a crawl is busy with, from the counters that the store keeps of each host."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .snapshots import reading

if TYPE_CHECKING:
    from .snapshots import StoreLike

__all__ = ["BusyHost", "read_busiest"]


class BusyHost(NamedTuple):
    """One host, in numbers that cost no look at its pages."""

    id: int
    """Its number in the store."""
    origin: str
    """Scheme, host and port."""
    visited: int
    """Its answers so far."""
    queued: int
    """Its pages that wait, those under way among them."""
    failed: int
    """Its pages that were given up."""
    next_at: float
    """Before when nothing is asked of it (seconds since 1970)."""


def read_busiest(store: StoreLike, limit: int = 10) -> tuple[list[BusyHost], int]:
    """Give the hosts with the most pages waiting, and how many hosts there are in all.

    Raises :class:`~xinnong_scraper.errors.StoreError`.
    """
    with reading(store) as db:
        rows = db.execute(
            "SELECT id, origin, fetched, queued, failed, next_at FROM host"
            " ORDER BY queued DESC, fetched DESC, id LIMIT ?",
            (limit,),
        )
        found = [BusyHost(*row) for row in rows]
        return found, int(db.execute("SELECT count(*) FROM host").fetchone()[0])
