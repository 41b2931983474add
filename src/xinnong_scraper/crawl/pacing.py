"""The clocks of hosts from one run of a crawl to the next: a new run asks no host sooner than the last one might have.

A run that ended by itself says when. One that was killed cannot, so what it last asked for may lie as little back as
the moment at which its store could be locked again: from then on every host rests once for as long as it always does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

__all__ = ["begin_run", "end_run", "keep_gap"]

_BEGUN = "run_begun"
_ENDED = "run_ended"


def begin_run(db: sqlite3.Connection, delay: float, now: float) -> None:
    """Let each host rest for ``delay`` seconds, or the longer time that it asked for, since the run before this one."""
    notes = dict(db.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", (_BEGUN, _ENDED)))
    if notes:
        since = min(now, float(notes.get(_ENDED, now)))
        db.execute(
            "UPDATE host SET next_at = max(next_at,"
            " ? + max(?, coalesce((SELECT gap FROM pace WHERE pace.host = host.id), 0))) WHERE queued > 0",
            (since, delay),
        )
    db.execute("DELETE FROM meta WHERE key = ?", (_ENDED,))
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_BEGUN, repr(now)))


def end_run(db: sqlite3.Connection, now: float) -> None:
    """Note that nothing is asked for any more."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_ENDED, repr(now)))


def keep_gap(db: sqlite3.Connection, host: int, gap: float) -> None:
    """Keep how many seconds a host wants between two requests."""
    if gap > 0:
        db.execute("INSERT OR REPLACE INTO pace VALUES (?, ?)", (host, gap))
