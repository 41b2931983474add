"""Layouts learned from pages of one site, without labels; and repaired from pages of it after a redesign."""

from .lesson import Lesson, learn_layout, study
from .repair import Repair, SelectorCheck, repair_layout
from .votes import FieldLesson

__all__ = ["FieldLesson", "Lesson", "Repair", "SelectorCheck", "learn_layout", "repair_layout", "study"]
