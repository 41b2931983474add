"""A fetch's machine told what happens, and its answers read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.fetch.actions import Budget, Done, Read, Send, Stop
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.machine import Machine

if TYPE_CHECKING:
    from xinnong_scraper.fetch.headers import Headers

URL = "http://a.example/page"
HTML = [("content-type", "text/html; charset=gbk")]


def machine(url: str = URL, chance: float = 1.0, **changes: object) -> Machine:
    policy = FetchPolicy(**changes)  # type: ignore[arg-type]
    return Machine(parse_address(url), policy, budget=Budget(0.0, policy.timeout), random=lambda: chance)


def sent(action: object) -> Send:
    assert isinstance(action, Send), action
    return action


def reply(
    course: Machine, status: int, answer: Headers = (), now: float = 0.0, body: bytes = b""
) -> Send | Read | Stop | Done:
    """Tell a course a head, and where it asks for the body of an error that too."""
    action = course.on_head(status, answer)
    return course.on_body(body, now) if isinstance(action, Read) and action.glance is not None else action


def error(action: object) -> Exception:
    assert isinstance(action, Stop), action
    return action.error


def headers(action: object) -> dict[str, str]:
    return dict(sent(action).headers)
