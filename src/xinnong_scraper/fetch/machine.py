"""What to do next in a fetch: a machine without input, output or clock of its own.

The driver reports what happened (a response's head, a failure, the end of the body) with the time it happened at, and
the machine answers with the next action: send a request (now or after a pause), read the body, stop with an error, or
done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..challenges import CHALLENGE_WINDOW, challenge_of
from ..errors import (
    AddressBlockedError,
    ChallengeError,
    ConnectionFailedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    ResponseTooLargeError,
    TooManyRedirectsError,
    UnsupportedContentError,
)
from .actions import Budget, Done, Failure, FailureKind, LedElsewhereError, Read, Send, Stop
from .body import ACCEPT_ENCODING, codings_of, is_page, looks_cut, sniff
from .cookies import Cookies, may_see_credentials
from .freshness import CREDENTIALS, StoredPage, cache_key, is_fresh, may_answer, refreshed, validators
from .guard import check_address
from .headers import Headers, first, retry_after
from .refresh import waypoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .address import Address
    from .policy import FetchPolicy

__all__ = ["FileMachine", "Machine", "RobotsMachine"]

_RETRIED_FAILURES = frozenset({"connect_timeout", "connect", "broken", "stale", "corrupt"})
_RETRIED_STATUS = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WITHOUT_PAGE = frozenset({204, 205, 206, 304})
_GONE = frozenset({404, 410})
_OK = 200
_NOT_MODIFIED = 304

_FREE_REPEATS = 4
"""Requests repeated at once and uncounted because a kept connection was closed meanwhile (RFC 9112, 9.3.1)."""

_FIRST_PAUSE = 0.3
_LONGEST_PAUSE = 8.0
_LONGEST_RETRY_AFTER = 60.0
"""Seconds that a fetch waits because a server asks it to; who is told more comes back later with ``retry_after``."""

_CLOCK_GRAIN = 0.02
"""Seconds by which a timer of the event loop may be early."""
_GLANCE_SECONDS = 2.0
"""Seconds for the body of an error: it decides what to tell and whether to come back, and is worth no more."""


class Machine:
    """The decisions of one fetch, from its first request to its result."""

    _believes_lifetimes = True

    def __init__(
        self,
        address: Address,
        policy: FetchPolicy,
        *,
        budget: Budget,
        random: Callable[[], float],
        home: Address | None = None,
        conditions: Headers = (),
        follows: Callable[[str], bool] | None = None,
    ) -> None:
        self.budget = budget
        self.redirects = 0
        self._policy = policy
        self._random = random
        self._address = address
        self._home = home or address
        self._conditions = conditions
        self._follows = follows
        self._retries = 0
        self._repeats = 0
        self._cookies = Cookies()
        self._seen = {(address.url, "")}
        self._status = 0
        self._headers: Headers = ()
        self._cut_at: int | None = None
        self._looked_up = False
        self._stored: StoredPage | None = None

    @property
    def home(self) -> Address:
        """The address that the caller named: the only host that sees the caller's credentials."""
        return self._home

    def start(self) -> Send | Stop:
        """Begin."""
        return self._send()

    def on_recalled(self, stored: StoredPage | None, now: float) -> Send | Stop | Done:
        """Decide after a look into the cache; ``now`` in seconds since 1970."""
        self._looked_up = True
        request = self._request_headers()
        if stored is not None and self._is_usable(stored, request):
            self._stored = stored
            if self._believes_lifetimes and is_fresh(stored, request, now):
                return self._take(stored)
        return self._send()

    def on_head(self, status: int, headers: Headers) -> Send | Read | Stop | Done:
        """Decide on a response's status and headers."""
        self._status, self._headers = status, headers
        self._cookies.keep(self._address.origin, headers)
        if status == _NOT_MODIFIED and self._stored is not None:
            return self._on_not_modified(self._stored, headers)
        location = first(headers, "location")
        if status in _REDIRECTS and location:
            return self._follow(location)
        if self._is_error:
            return Read(codings_of(_coding(headers)) or (), CHALLENGE_WINDOW, _GLANCE_SECONDS)
        return self._accept(headers)

    def on_failure(self, failure: Failure, now: float) -> Send | Stop:
        """Decide after a request that broke."""
        if failure.kind == "timeout" and now < self.budget.ends - _CLOCK_GRAIN:
            limit = self._policy.idle_timeout
            message = f"not a byte for {limit:g} seconds; FetchPolicy(idle_timeout=…) sets more"
            return Stop(FetchTimeoutError(message, url=self._address.url, timeout=limit), failure.cause)
        if failure.kind == "timeout" or now >= self.budget.ends:
            limit = self._policy.timeout
            message = f"no complete page within {limit:g} seconds ({failure.detail}); FetchPolicy(timeout=…) sets more"
            return Stop(FetchTimeoutError(message, url=self._address.url, timeout=limit), failure.cause)
        if failure.kind == "stale" and self._repeats < _FREE_REPEATS:
            self._repeats += 1
            return self._send()
        error: FetchError
        if failure.kind == "connect_timeout":
            limit = self._policy.connect_timeout
            error = FetchTimeoutError(f"no connection within {limit:g} seconds", url=self._address.url, timeout=limit)
        else:
            error = ConnectionFailedError(f"{_MEANING[failure.kind]}: {failure.detail}", url=self._address.url)
        if failure.kind not in _RETRIED_FAILURES:
            return Stop(error, failure.cause)
        return self._retry(error, now, cause=failure.cause)

    def on_prefix(self, head: bytes) -> Stop | None:
        """Look at the first kilobyte of the body; None is to go on."""
        media_type = sniff(head)
        return Stop(self._content_error(media_type, "the server sent")) if media_type else None

    def on_too_large(self, kept: bytes, seen: int) -> Stop | Done:
        """Decide when the body passes the limit."""
        del kept
        limit = self._policy.max_bytes
        message = f"the page is larger than {limit} bytes; FetchPolicy(max_bytes=…) allows more"
        return Stop(ResponseTooLargeError(message, url=self._address.url, limit=limit, seen=seen))

    def on_body(self, body: bytes, now: float) -> Send | Stop | Done:
        """Decide when the body is complete, or for an error's as much of it as came."""
        if self._is_error:
            return self._refuse(body, now)
        return self.on_prefix(body[:1024]) or self._check(body, now) or self._done(body)

    @property
    def _is_error(self) -> bool:
        return not 200 <= self._status < 300 or self._status in _WITHOUT_PAGE

    def _refuse(self, body: bytes, now: float) -> Send | Stop:
        """Decide on an error's status and what its body shows: a robot check stays, some other trouble may pass."""
        asked = retry_after(first(self._headers, "retry-after"))
        service = challenge_of(self._status, self._headers, body)
        if service is not None:
            return Stop(self._challenge_error(service, asked))
        if self._status in _RETRIED_STATUS:
            return self._retry(self._status_error(asked), now, asked=asked)
        gone = self._stored is not None and self._status in _GONE
        return Stop(self._status_error(asked), forget=self._key() if gone else None)

    def _check(self, body: bytes, now: float) -> Send | Stop | None:
        """Look at what arrived before it is called a page; None is to call it one."""
        if self._status != _OK and (service := challenge_of(self._status, self._headers, body)):
            return Stop(self._challenge_error(service, None))
        if looks_cut(self._headers, body) and len(body) != self._cut_at:
            doubted, self._cut_at = self._cut_at, len(body)
            again = self._retry(ConnectionFailedError("the page breaks off", url=self._address.url), now)
            if isinstance(again, Send) or doubted is not None:
                return again
        target = waypoint(self._headers, body)
        if target is None or challenge_of(self._status, self._headers, body):
            return None
        return self._follow(target) if self._leads_on(target) else None

    def _leads_on(self, target: str) -> bool:
        """Tell whether a refresh is more than a reload of the same: another address, or new cookies to show."""
        try:
            step = self._step(self._address.join(target))
        except AddressBlockedError:
            return True
        return step[0] != self._address.url or step not in self._seen

    def _done(self, body: bytes) -> Done:
        return Done(self._address, self._status, self._headers, body, key=self._key())

    def _is_usable(self, stored: StoredPage, request: Headers) -> bool:
        """Tell whether a stored page is one that this fetch could have brought."""
        if len(stored.body) > self._policy.max_bytes or not may_answer(stored, request):
            return False
        return isinstance(self._accept(stored.headers), Read) and self.on_prefix(stored.body[:1024]) is None

    def _on_not_modified(self, stored: StoredPage, headers: Headers) -> Send | Stop | Done:
        """Take the stored page, or ask again without a condition if the server means another one."""
        confirmed = refreshed(stored, headers)
        if confirmed is None:
            self._stored = None
            return self._send()
        return self._take(confirmed)

    def _take(self, stored: StoredPage) -> Done:
        return Done(self._address, _OK, stored.headers, stored.body, stored, self._key())

    def _key(self) -> bytes | None:
        if self._policy.cache is None:
            return None
        # Names are looked up only for a request, so what an intranet sent is kept apart from what the guard has passed.
        purpose = f"{type(self).__name__}, private: {self._policy.allow_private}"
        return cache_key(purpose, self._address.url, self._request_headers())

    def _accept(self, headers: Headers) -> Read | Stop:
        content_type = first(headers, "content-type")
        if not is_page(content_type):
            return Stop(self._content_error(content_type, "the server announced"))
        return self._read(headers, self._policy.max_bytes)

    def _read(self, headers: Headers, limit: int) -> Read | Stop:
        coding = _coding(headers)
        codings = codings_of(coding)
        if codings is None:
            message = f"the Content-Encoding {coding[:80]!r} cannot be undone here"
            return Stop(UnsupportedContentError(message, url=self._address.url, content_type=None))
        return Read(codings, limit)

    def _follow(self, location: str) -> Send | Stop:
        limit = self._policy.max_redirects
        self.redirects += 1
        try:
            target = self._address.join(location)
        except AddressBlockedError as error:
            return Stop(error)
        if self._address.scheme == "https" and target.scheme == "http" and not self._policy.allow_downgrade:
            message = "redirected from https to http; FetchPolicy(allow_downgrade=True) allows it"
            return Stop(AddressBlockedError(message, url=target.url))
        if self._follows is not None and not self._follows(target.url):
            return Stop(LedElsewhereError("the page redirects elsewhere", url=self._address.url, target=target.url))
        step = self._step(target)
        if step in self._seen:
            return Stop(TooManyRedirectsError("the redirects form a loop", url=target.url, limit=limit))
        if self.redirects > limit:
            message = f"more than {limit} redirects; FetchPolicy(max_redirects=…) allows more"
            return Stop(TooManyRedirectsError(message, url=target.url, limit=limit))
        self._seen.add(step)
        self._address = target
        self._cut_at = None
        self._looked_up, self._stored, self._conditions = False, None, ()
        return self._send()

    def _step(self, target: Address) -> tuple[str, str]:
        return target.url, self._cookies.header(target.origin)

    def _retry(
        self, error: FetchError, now: float, *, asked: float | None = None, cause: BaseException | None = None
    ) -> Send | Stop:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self._retries) * (0.5 + self._random() / 2)
        if asked is not None:
            pause = max(asked, pause if asked == 0 else 0.0)
        held = asked is not None
        if self._retries >= self._policy.retries or now + pause >= self.budget.ends or pause > _LONGEST_RETRY_AFTER:
            return Stop(error, cause)
        self._retries += 1
        return self._send(after=pause, held=held)

    def _send(self, *, after: float = 0.0, held: bool = False) -> Send | Stop:
        try:
            check_address(self._address, self._policy)
        except AddressBlockedError as error:
            return Stop(error)
        conditions = validators(self._stored) if self._stored is not None else ()
        key = None if self._looked_up else self._key()
        return Send(self._address, (*self._request_headers(), *conditions), after, held, key)

    def _request_headers(self) -> tuple[tuple[str, str], ...]:
        headers = {
            "user-agent": self._policy.agent,
            "accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
            "accept-language": "zh-CN,zh;q=0.9,en;q=0.5",
            "accept-encoding": ACCEPT_ENCODING,
        }
        trusted = may_see_credentials(self._home, self._address)
        for name, value in self._policy.headers.items():
            if trusted or name.lower() not in CREDENTIALS:
                headers[name.lower()] = value
        own = headers.get("cookie", "")
        cookies = "; ".join(part for part in (own, self._cookies.header(self._address.origin)) if part)
        if cookies:
            headers["cookie"] = cookies
        return (("host", self._address.host_header), *headers.items(), *self._conditions)

    def _status_error(self, asked: float | None) -> HTTPStatusError:
        later = f"; it asks to come back in {asked:g} seconds" if asked is not None else ""
        message = f"the server answered with status {self._status}, which carries no page{later}"
        return HTTPStatusError(message, url=self._address.url, status=self._status, retry_after=asked)

    def _challenge_error(self, service: str, asked: float | None) -> ChallengeError:
        message = (
            f"the server answered with status {self._status} and a robot check or block page of {service}; "
            "slow down, or fetch the page in a browser"
        )
        return ChallengeError(message, url=self._address.url, status=self._status, retry_after=asked, service=service)

    def _content_error(self, media_type: str | None, who: str) -> UnsupportedContentError:
        declared = first(self._headers, "content-type")
        message = f"{who} {(media_type or '')[:80]!r}, which is no HTML page"
        return UnsupportedContentError(message, url=self._address.url, content_type=declared)


class FileMachine(Machine):
    """The same decisions for a file of any type, such as a sitemap or a feed."""

    def _accept(self, headers: Headers) -> Read | Stop:
        return self._read(headers, self._policy.max_bytes)

    def on_prefix(self, head: bytes) -> Stop | None:
        """Every content will do."""
        del head
        return None

    def _check(self, body: bytes, now: float) -> None:
        del body, now


class RobotsMachine(FileMachine):
    """The same decisions for robots.txt, of which only the first 500 kB count (RFC 9309, 2.5)."""

    LIMIT = 500_000
    _believes_lifetimes = False  # one small request a process, and a rule that was added counts at once

    def _accept(self, headers: Headers) -> Read | Stop:
        return self._read(headers, self.LIMIT)

    def on_too_large(self, kept: bytes, seen: int) -> Stop | Done:
        """Keep to the whole lines within the limit."""
        del seen
        return self._done(kept[: kept.rfind(b"\n") + 1])


_MEANING: Mapping[FailureKind, str] = {
    "timeout": "the server was too slow",
    "connect_timeout": "no connection in time",
    "connect": "no connection could be made",
    "name": "the host's name could not be resolved",
    "tls": "no secure connection could be made",
    "stale": "the connection was closed",
    "broken": "the connection broke before the page was complete",
    "protocol": "the server's answer is no valid HTTP",
    "corrupt": "the body is damaged or incomplete",
}


def _coding(headers: Headers) -> str:
    return ", ".join(value for name, value in headers if name == "content-encoding")
