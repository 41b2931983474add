"""What was found on a page, as those look at it who ask how sure it is."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ..normalize.text import squeeze

if TYPE_CHECKING:
    from datetime import date

    from ..records import Block
    from .density import TextArea
    from .reading import Candidate, Reading
    from .resolution import Resolved

__all__ = ["Findings", "Signs", "chosen"]

_SAMPLE: Final = 1_500  # characters of the text in which the title's words are looked for
_BLOCKS: Final = 20
_AROUND: Final = 30  # lines
_SHORT_LINE: Final = 120  # characters
_LATIN_NAME = re.compile(r"[A-ZÀ-Ý][\w.'’-]{0,20}(?: [A-Za-zÀ-ÿ][\w.'’-]{0,20}){1,3}")


class Signs(NamedTuple):
    """What speaks for and against one field's value."""

    kind: str
    """The kind of rule that found the value."""
    agree: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()


class Findings:
    """What was found on a page, as the signs look at it."""

    def __init__(self, reading: Reading, resolved: Resolved, blocks: list[Block], area: TextArea | None) -> None:
        self.reading = reading
        self.resolved = resolved
        self.blocks = blocks
        self.area = area

    @cached_property
    def document(self) -> str:
        """The title of the document without white space."""
        return squeeze(self.reading.outline.head.title)

    @cached_property
    def beginning(self) -> str:
        """The beginning of the text."""
        return " ".join([block.text[:_SAMPLE] for block in self.blocks[:_BLOCKS] if block.text])[:_SAMPLE].casefold()

    @cached_property
    def is_foreign(self) -> bool:
        """Tell a text in another language than the one whose words the layout knows."""
        known = self.reading.layout.language
        return known is not None and self.resolved.get("language") != known

    def is_doubted(self, field: str) -> bool:
        """Tell whether a warning was noted that the field may be something else."""
        return any(code == "low_confidence" and of == field for code, of, _ in self.reading.notes)

    def shows_day(self, day: date) -> bool:
        """Tell whether one of the page's first lines, or of those around the text, is or holds the day."""
        first, last = self.reading.span or (0, 0)
        lines = [*self.reading.lines[max(0, first - _AROUND) : first], *self.reading.lines[last : last + _AROUND]]
        forms = (f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", f"{day.year}年{day.month}月{day.day}日")
        return any(form in line.text for line in lines if len(line.text) <= _SHORT_LINE for form in forms)

    def is_person(self, name: str) -> bool:
        """Tell a name that looks like a person's."""
        return self.reading.lexicon.person.fullmatch(name) is not None or _LATIN_NAME.fullmatch(name) is not None

    def is_shown(self, field: str) -> bool:
        """Tell whether a reader sees the value where the rule found it."""
        winner = self.resolved.winners.get(field)
        return winner is not None and winner.strategy in ("landmarks", "layout")

    def agreeing(self, field: str, *starts: str) -> bool:
        """Tell whether something whose name begins so says the same."""
        names = self.resolved.agreeing.get(field, ())
        return any(name.startswith(starts) for name in names)

    def others(self, field: str) -> list[Candidate]:
        """The visible candidates beside the winner."""
        winner = self.resolved.winners[field]
        found = self.resolved.proposed.get(field, ())
        return [c for c in found if c is not winner and c.strategy == "landmarks" and c.value is not None]


def chosen(signs: dict[str, bool]) -> tuple[str, ...]:
    """The names of the signs that are there."""
    return tuple([name for name, present in signs.items() if present])
