"""What is left aside when the examples in docstrings are run: files that need a package which is not installed."""

from __future__ import annotations

from importlib.util import find_spec

_NEEDED = {"web_poet.py": "web_poet", "zyte.py": "zyte_common_items"}
collect_ignore = [
    f"src/xinnong_scraper/integrations/{name}" for name, package in _NEEDED.items() if find_spec(package) is None
]
