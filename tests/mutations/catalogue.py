"""All redesigns, in the report's order."""

from __future__ import annotations

from . import around, frame, head, header, systems, text
from .registry import MUTATIONS, RECODED, Mutation

__all__ = ["MUTATIONS", "RECODED", "Mutation"]

GROUPS = {module.__name__.rpartition(".")[2]: module.__doc__ for module in (frame, header, text, around, head, systems)}
