"""The course of a fetch as a generator of steps, the same for threads and for asyncio.

A flow yields what it needs done (open a request, receive a piece, pause, take a place at a host) and is sent the
result; the drivers in ``client`` do nothing but these steps. A place that is entered and a response that is opened
belong to the driver, which gives them back even when the flow is abandoned half way.
"""

from __future__ import annotations

import copy
import random
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from ..errors import (
    AddressBlockedError,
    ChallengeError,
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    RobotsDisallowedError,
)
from ..page import FetchedPage
from .actions import Budget, Done, Failure, Read, Send, Stop
from .address import Address, parse_address
from .body import BodyReader, BodyTooLargeError, CorruptBodyError
from .effects import (
    Close,
    Confirm,
    Enter,
    Forget,
    Leave,
    Open,
    Pause,
    Proceed,
    Recall,
    Receive,
    Remember,
    Steps,
)
from .freshness import may_answer, storable
from .machine import FileMachine, Machine, RobotsMachine
from .robots import RobotsCache, RobotsRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from .headers import Headers
    from .policy import FetchPolicy

__all__ = ["FetchOptions", "Flow"]


_MAX_HOSTS = 2_000
_SERVER_ERROR = 500
_KEPT_CHALLENGE = 60.0
"""Seconds for which a robot check that guards robots.txt counts, without another request."""


_PUNCTUAL = 0.001
"""Seconds by which a request may start early."""


class FetchOptions(TypedDict, total=False):
    """What one fetch may do otherwise."""

    conditions: Headers
    """Headers such as If-None-Match for the address itself; a 304 is an error then like another."""
    any_type: bool
    """The answer may be any file, such as a sitemap or a feed."""
    follows: Callable[[str], bool]
    """Tells whether a redirect to an address is followed; where it is not, LedElsewhereError names the address."""


class HostClock:
    """When the next request to each host may start; may be asked from many threads."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def reserve(self, origin: str, now: float, gap: float) -> float:
        """Take the next free moment, keep ``gap`` seconds after it free, and return the seconds until it."""
        with self._lock:
            start = max(now, self._next.get(origin, now))
            self._hold(origin, start + gap, now)
            return start - now

    def begin(self, origin: str, now: float, gap: float) -> float:
        """Note that a request starts; where ``gap`` is not over since a late start before it, give the rest."""
        with self._lock:
            rest = self._last.get(origin, now - gap) + gap - now
            if rest > _PUNCTUAL:
                return rest
            if gap > 0:
                self._last[origin] = now
            return 0.0

    def went_out(self, origin: str, at: float) -> None:
        """Note when a request that began was really sent: the look-up of a name and the connection came first."""
        with self._lock:
            if origin in self._last:
                self._last[origin] = max(at, self._last[origin])

    def hold(self, origin: str, until: float, now: float) -> None:
        """Let nothing start before ``until``."""
        with self._lock:
            self._hold(origin, until, now)

    def _hold(self, origin: str, until: float, now: float) -> None:
        if until > now:
            self._next[origin] = max(until, self._next.get(origin, until))
        if len(self._next) > _MAX_HOSTS:
            self._next = {host: moment for host, moment in self._next.items() if moment > now}
            self._last = {host: moment for host, moment in self._last.items() if host in self._next}


class Flow:
    """What fetchers of one policy know beyond a single fetch and may share: the rules of hosts and their clocks."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random.random,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._wall = wall
        self._random = random
        self._robots = RobotsCache()
        self._turns = HostClock()

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Give the sitemaps that robots.txt of an address's host names, if it has been read."""
        rules = self._robots.get(parse_address(url).origin, self._clock())
        return rules.sitemaps if rules else ()

    def gap(self, url: str) -> float:
        """Give the least seconds between the starts of two requests to an address's host, as far as is known."""
        if not self._policy.respect_robots:
            return self._policy.delay
        try:
            return self._gap(parse_address(url).origin, self._clock())
        except AddressBlockedError:
            return self._policy.delay

    def _gap(self, origin: str, now: float) -> float:
        rules = self._robots.get(origin, now) if self._policy.respect_robots else None
        return max(self._policy.delay, rules.crawl_delay if rules else 0.0)

    def fetch(self, url: str, **options: Unpack[FetchOptions]) -> Steps[FetchedPage]:
        """Fetch a page; the generator returns it or raises a :class:`FetchError`."""
        address = parse_address(url)
        budget = Budget(self._clock(), self._policy.timeout)
        kind = FileMachine if options.get("any_type") else Machine
        machine = kind(
            address,
            self._policy,
            budget=budget,
            random=self._random,
            conditions=options.get("conditions", ()),
            follows=options.get("follows"),
        )
        done = yield from self._drive(machine)
        headers: dict[str, str] = {}
        for name, value in done.headers:
            known = headers.get(name)
            single = known is None or name in _SINGLE
            headers[name] = (known or value) if single else f"{known}, {value}"
        kept = done.stored is not None
        at = datetime.fromtimestamp(done.stored.received_at if done.stored else self._wall(), UTC)
        return FetchedPage(url, done.address.url, done.status, headers, done.body, at, from_cache=kept)

    def _drive(self, machine: Machine) -> Steps[Done]:
        action: Send | Stop | Done = machine.start()
        while isinstance(action, Send):
            yield from self._pause(action)
            if self._policy.respect_robots and not isinstance(machine, RobotsMachine):
                yield from self._check_robots(machine, action.address)
            if action.key is None:
                action = yield from self._exchange(machine, action)
            else:
                stored = yield Recall(action.key)
                action = machine.on_recalled(stored, self._wall())
        if isinstance(action, Stop):
            if action.forget is not None:
                yield Forget(action.forget)
            error, cause = action.error, action.cause
            try:
                raise error from cause
            finally:
                del action, error, cause  # what an error's own frame holds lives until the collector of garbage comes
        return action

    def _pause(self, send: Send) -> Steps[None]:
        if send.after > 0:
            if send.held:
                now = self._clock()
                self._turns.hold(send.address.origin, now + send.after, now)
            yield Pause(send.after)

    def _exchange(self, machine: Machine, send: Send) -> Steps[Send | Stop | Done]:
        """One request and its response."""
        origin = send.address.origin
        yield from self._take_turn(machine, origin)
        asked_at = self._wall()
        result = yield Open(
            send.address, send.headers, self._policy.connect_timeout, self._policy.idle_timeout, machine.budget.ends
        )
        received_at = self._wall()
        if not isinstance(result, Stop) and result.sent_at is not None:
            self._turns.went_out(origin, result.sent_at)
        action: Send | Stop | Done | Read
        if isinstance(result, Stop):
            action = result
        elif isinstance(result, Failure):
            action = machine.on_failure(result, self._clock())
        else:
            action = machine.on_head(result.status, result.headers)
            if result.status == 304:
                yield Receive(machine.budget.ends)  # it has no body, but its end must be read to keep the connection
        if isinstance(action, Read):
            action = yield from (self._read if action.glance is None else self._look)(machine, action)
        yield Close()
        yield Leave(origin)
        if isinstance(action, Done) and action.key is not None:
            action = yield from self._keep(action, send.headers, (asked_at, received_at))
        return action

    def _keep(self, done: Done, request: Headers, times: tuple[float, float]) -> Steps[Done]:
        """Bring the cache up to date with a complete answer."""
        key, stored = done.key, done.stored
        if key is None:
            return done
        if stored is None:
            page = storable(key, done.address.url, request, done.status, done.headers, done.body, times)
            yield Remember(page) if page is not None else Forget(key)
            return done
        stored = replace(stored, asked_at=times[0], received_at=times[1])
        yield Confirm(stored) if may_answer(stored, request) else Forget(key)
        return replace(done, stored=stored)

    def _take_turn(self, machine: Machine, origin: str) -> Steps[None]:
        asked = self._clock()
        yield Enter(origin, self._policy.concurrency_per_host)
        gap = self._gap(origin, asked)
        wait = self._turns.reserve(origin, self._clock(), gap)
        if wait > 0:
            yield Pause(wait)
        yield Proceed()
        while (rest := self._turns.begin(origin, self._clock(), gap)) > 0:
            yield Pause(rest)
            yield Proceed()
        machine.budget.extend(self._clock() - asked)

    def _read(self, machine: Machine, read: Read) -> Steps[Send | Stop | Done]:
        reader = BodyReader(read.codings, read.limit)
        looked_at = False
        while True:
            if self._clock() >= machine.budget.ends:
                return machine.on_failure(Failure("timeout", "the body came too slowly"), self._clock())
            piece = yield Receive(machine.budget.ends)
            if isinstance(piece, Failure):
                return machine.on_failure(piece, self._clock())
            try:
                if piece is None:
                    return machine.on_body(reader.finish(), self._clock())
                reader.feed(piece)
            except CorruptBodyError as error:
                return machine.on_failure(Failure("corrupt", str(error), error), self._clock())
            except BodyTooLargeError:
                return machine.on_prefix(reader.head()) or machine.on_too_large(reader.kept(), reader.seen)
            if not looked_at and reader.seen >= 1024:
                looked_at = True
                stop = machine.on_prefix(reader.head())
                if stop is not None:
                    return stop

    def _look(self, machine: Machine, read: Read) -> Steps[Send | Stop | Done]:
        """Read what a body says beside its status: to its end if that is near, so that the connection can be kept."""
        reader = BodyReader(read.codings, read.limit)
        ends = min(machine.budget.ends, self._clock() + (read.glance or 0.0))
        while self._clock() < ends:
            piece = yield Receive(ends)
            if piece is None or isinstance(piece, Failure):
                break
            try:
                reader.feed(piece)
            except (CorruptBodyError, BodyTooLargeError):
                break
        return machine.on_body(reader.kept(), self._clock())

    def _check_robots(self, machine: Machine, address: Address) -> Steps[None]:
        if address.target.partition("?")[0] == "/robots.txt":
            return
        origin = address.origin
        rules = self._robots.get(origin, self._clock())
        if rules is None:
            rules = yield from self._ask_robots(machine, address)
        if not rules.allows(address.url):
            reason = (
                "is out of order, so nothing may be fetched for now" if rules.unavailable else "forbids the address"
            )
            message = f"robots.txt of {origin} {reason}; FetchPolicy(respect_robots=False) overrides it"
            raise RobotsDisallowedError(message, url=address.url)

    def _ask_robots(self, machine: Machine, address: Address) -> Steps[RobotsRules]:
        """Fetch the rules, one flow at a time for each host; the others wait for its outcome."""
        origin, asked = address.origin, self._clock()
        lane = f"robots.txt of {origin}"
        yield Enter(lane, 1)
        waited = self._clock()
        machine.budget.extend(waited - asked)
        outcome: RobotsRules | FetchError | None = self._robots.get(origin, waited)
        outcome = outcome or self._known_failure(origin, asked, waited)
        if outcome is None:
            outcome = yield from self._fetch_robots(machine, address)
            self._robots.put(origin, outcome, self._clock())
        yield Leave(lane)
        if isinstance(outcome, FetchError):
            raise _about_robots(outcome, address.url) from outcome.__cause__
        return outcome

    def _known_failure(self, origin: str, asked: float, now: float) -> FetchError | None:
        """Give the failure that somebody else met meanwhile, or a robot check of the last minute."""
        error = self._robots.failure(origin, asked)
        if error is None:
            error = self._robots.failure(origin, now - _KEPT_CHALLENGE)
            error = error if isinstance(error, ChallengeError) else None
        return error

    def _fetch_robots(self, machine: Machine, address: Address) -> Steps[RobotsRules | FetchError]:
        robots = RobotsMachine(
            address.with_target("/robots.txt"),
            self._policy,
            budget=machine.budget,
            random=self._random,
            home=machine.home,
        )
        try:
            done = yield from self._drive(robots)
        except (ConnectionFailedError, FetchTimeoutError) as error:
            yield Close()
            return error
        except FetchError as error:
            yield Close()
            if isinstance(error, AddressBlockedError) and robots.redirects == 0:
                return error
            if isinstance(error, ChallengeError) and error.status >= _SERVER_ERROR:
                return error  # nothing may be fetched (RFC 9309, 2.3.1.4), and this says why
            return RobotsRules.after_error(error)
        return RobotsRules.parse(done.body, self._policy.user_agent)


_SINGLE = frozenset({"content-type", "content-length", "location", "etag", "last-modified"})
"""Headers of which the first one counts; others of the same name are joined (RFC 9110, 5.3)."""


def _about_robots(error: FetchError, url: str) -> FetchError:
    """Tell the same failure about the page that was asked for."""
    told = copy.copy(error)
    told.args = (f"while asking for robots.txt: {error.message}",)
    told.url = url
    return told
