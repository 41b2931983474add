"""One text for both drivers: coroutines whose awaits never wait are run by the blocking one in a single step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["completed"]

T = TypeVar("T")


def completed(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that awaits nothing but blocking calls to its end, and return what it returns.

    >>> async def blocking() -> int:
    ...     return 1
    >>> completed(blocking())
    1
    """
    try:
        steps.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    steps.close()
    raise RuntimeError("a step of the blocking driver waited for an event loop")
