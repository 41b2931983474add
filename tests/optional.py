"""Packages that not every environment has."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def imported(name: str) -> Any:
    """Import a module, or skip the tests that need it; where nothing may be skipped (``make integrations``), fail."""
    if os.environ.get("XINNONG_SKIPS") == "no":
        return importlib.import_module(name)
    return pytest.importorskip(name, reason=f"needs {name}: make integrations")
