"""Reading without Python's collector of cyclic garbage.

The collector goes through the youngest objects whenever some hundred more have come than gone (CPython's ``gc``
documentation, "set_threshold"). A page is tens of thousands of short-lived objects without one cycle, so that all of
these rounds find nothing; they took a tenth to a fifth of the time of reading a page.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["seldom", "undisturbed"]

_SELDOM: Final = 20_000
"""Objects more than gone at which the collector looks at the youngest: what some hundred pages hold until they are
committed."""

P = ParamSpec("P")
T = TypeVar("T")


def undisturbed(read: Callable[P, T]) -> Callable[P, T]:
    """Let a function that reads one page do so without the collector, which goes on afterwards as before.

    It is for work of milliseconds that makes no cycles: in the meantime other threads go without the collector, too.
    Where the program has turned it off, it stays off.
    """

    @wraps(read)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> T:
        if not gc.isenabled():
            return read(*args, **kwargs)
        try:
            gc.disable()
            return read(*args, **kwargs)
        finally:
            gc.enable()

    return quiet


@contextmanager
def seldom() -> Iterator[None]:
    """Let the collector come less often than usual while many pages are worked at.

    It is for work that holds what it has read for a while and makes hardly any cycles: the usual round after every page
    goes through all that is under way. It comes for the garbage of others as well, so that it is not turned off. Where
    the program has set it to come seldom, or not at all, that stays.
    """
    youngest, *older = gc.get_threshold()
    if not 0 < youngest < _SELDOM:
        yield
        return
    gc.set_threshold(_SELDOM, *older)
    try:
        yield
    finally:
        gc.set_threshold(youngest, *older)
