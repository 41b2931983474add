"""Which page is next: hosts in turn, each as fast as it likes, and no more of the queue in memory than is at hand."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .store import Job, Result, Store

__all__ = ["Frontier"]

_HOSTS: Final = 256
_JOBS: Final = 32


class _Host:
    def __init__(self, ident: int, next_at: float) -> None:
        self.id = ident
        self.next_at = next_at
        self.jobs: deque[Job] = deque()
        self.taken: set[int] = set()


class Frontier:
    """Gives the pages of a store's queue, at most so many of one host at a time; they stay queued until committed."""

    def __init__(self, store: Store, *, per_host: int) -> None:
        self._store = store
        self._per_host = per_host
        self._hosts: OrderedDict[int, _Host] = OrderedDict()
        self._of: dict[int, _Host] = {}

    def next(self, now: float) -> Job | None:
        """Give a page that may be asked for now (seconds since 1970); None where none may."""
        for _ in range(2):
            for host in list(self._hosts.values()):
                if host.next_at > now or len(host.taken) >= self._per_host:
                    continue
                job = self._take(host, now)
                if job is not None:
                    self._hosts.move_to_end(host.id)  # the others first
                    return job
            if not self._look_around():
                break
        return None

    def _take(self, host: _Host, now: float) -> Job | None:
        if not host.jobs:
            found = self._store.queue_of(host.id, _JOBS + len(host.taken), now)
            host.jobs.extend(job for job in found if job.id not in host.taken)
        if not host.jobs:
            return None
        job = host.jobs.popleft()
        host.taken.add(job.id)
        self._of[job.id] = host
        return job

    def _look_around(self) -> bool:
        """Take in hosts with queued pages that are not at hand yet; False if there are none."""
        for ident in [ident for ident, host in self._hosts.items() if not host.taken and not host.jobs]:
            del self._hosts[ident]
        known = set(self._hosts)
        for ident, next_at in self._store.waiting_hosts(_HOSTS + len(known)):
            if len(self._hosts) >= _HOSTS:
                break
            if ident in self._hosts:
                self._hosts[ident].next_at = next_at
            else:
                self._hosts[ident] = _Host(ident, next_at)
        return bool(set(self._hosts) - known)

    def under_way(self) -> dict[int, int]:
        """Count the pages that were given and are not done, by the number of their host."""
        return {ident: len(host.taken) for ident, host in self._hosts.items() if host.taken}

    def done(self, result: Result) -> None:
        """Note that what became of a page is committed, and for how long its host wants to be left alone."""
        host = self._of.pop(result.job.id)
        host.taken.discard(result.job.id)
        host.next_at = max(host.next_at, result.host_waits_until)
