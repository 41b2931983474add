"""Fixtures that many files use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .faults import nothing_left_open

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Count threads, sockets and other files before and after the test; asyncio tasks are counted where they run."""
    with nothing_left_open():
        yield
