"""Looking at an extraction: the page with each field's place, the evidence, and what else was proposed.

``inspect_page`` reads a page and keeps what was found on the way; ``render_inspection`` and ``render_diff`` make HTML
pages of it that run and load nothing, ``describe_diff`` a few lines of text.
"""

from .changes import describe_diff, find_changes
from .comparing import render_diff
from .examining import Inspection, inspect_page
from .rendering import render_inspection

__all__ = ["Inspection", "describe_diff", "find_changes", "inspect_page", "render_diff", "render_inspection"]
