"""Starting an engine, Ray or Spark, that then works for this process, with Ctrl-C kept for when it has started.

While an engine starts, Ctrl-C does harm: what it raises in a callback of Python's own is printed and forgotten, so that
the run goes on; and a Java machine that is about to report to its parent is left behind without one.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["start_ray", "uninterrupted"]


def start_ray(ray: Any) -> bool:  # noqa: ANN401  the module, which whoever asks has imported
    """Connect to the Ray that RAY_ADDRESS names, or start one on this machine; False where one is connected to already.

    Raises EngineError where it does not start, ``KeyboardInterrupt`` where it was asked for meanwhile.
    """
    if ray.is_initialized():
        return False
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a run tells nobody of itself
    try:
        with uninterrupted():
            ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except KeyboardInterrupt:
        ray.shutdown()
        raise
    except Exception as error:  # whatever its address, its ports and its other processes raise
        raise EngineError(f"Ray does not start: {error}; see to RAY_ADDRESS", engine="ray") from error
    return True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Keep the first Ctrl-C until the block ends, well or not; the second one raises ``KeyboardInterrupt`` at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # where no signal arrives
        return
    asked = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    except Exception:
        if not asked:
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt
