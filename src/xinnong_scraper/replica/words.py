"""Words and sentences drawn from the tables of ``phrases.toml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .theme import load_data

if TYPE_CHECKING:
    from random import Random

__all__ = ["Words", "draw_name"]

_NUMBER = re.compile(r"@(\d+)-(\d+)")
_LONGEST = 250  # characters of a paragraph


def draw_name(rng: Random) -> str:
    """Draw a person's name."""
    data = load_data("phrases.toml")
    return str(rng.choice(data["surnames"])) + str(rng.choice(data["given"]))


class Words(dict[str, str]):
    """The words of one article: place and people stay the same within it, numbers are drawn anew at every use.

    A slot with a number at its end (``{person2}``) is another one of its kind, drawn anew.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._data = load_data("phrases.toml")
        super().__init__({name: self._expand(rng.choice(values)) for name, values in self._data["fixed"].items()})
        self._pool: list[str] = []

    def __missing__(self, slot: str) -> str:
        kind = slot.rstrip("0123456789")
        return self._expand(self.rng.choice(self._data["free"].get(kind) or self._data["fixed"][kind]))

    def headline(self, section: int) -> str:
        """Draw a headline of the section with this index."""
        return self._filled(self.rng.choice(self._section(section)["headlines"]))

    def lead(self, section: int) -> str:
        """Write a first paragraph: it opens with the section's own matter."""
        sentences = self._section(section)["sentences"]
        opening, sequel, *rest = self.rng.sample(sentences, len(sentences))
        self._pool = [*rest, *self._data["general"]["sentences"]]
        self.rng.shuffle(self._pool)
        return self._filled(opening) + self._filled(sequel)

    def paragraph(self, section: int, at_least: int) -> str:
        """Put sentences together until they have ``at_least`` characters; none comes twice before all came once."""
        text = ""
        while len(text) < at_least:
            if not self._pool:
                self._pool = [*self._section(section)["sentences"], *self._data["general"]["sentences"]]
                self.rng.shuffle(self._pool)
            sentence = self._filled(self._pool.pop())
            if text and len(text) + len(sentence) > _LONGEST:
                break
            text += sentence
        return text

    def several(self, section: int, table: str, count: int) -> list[str]:
        """Draw ``count`` different entries of one of the section's tables."""
        return [self._filled(entry) for entry in self.rng.sample(self._section(section)[table], count)]

    def general(self, table: str, count: int) -> list[str]:
        """Draw ``count`` different entries of one of the tables for all sections."""
        return [self._filled(entry) for entry in self.rng.sample(self._data["general"][table], count)]

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Draw a table: a row of headings and three or four rows of a name and numbers."""
        head: list[str] = self.rng.choice(self._data["general"]["table_heads"])
        first_cells = self.general("table_rows", self.rng.randint(3, 4))
        rows = [(cell, *(self["thousand"] for _ in head[2:]), self["pct"]) for cell in first_cells]
        return (tuple(head), *rows)

    def keywords(self) -> tuple[str, ...]:
        """Draw three different keywords."""
        return tuple(self.general("keywords", 3))

    def _section(self, section: int) -> dict[str, Any]:
        entry: dict[str, Any] = self._data["section"][section]
        return entry

    def _filled(self, pattern: str) -> str:
        return pattern.format_map(self)

    def _expand(self, pattern: str) -> str:
        text = pattern.replace("@name", draw_name(self.rng)) if "@name" in pattern else pattern
        return _NUMBER.sub(lambda match: str(self.rng.randint(int(match[1]), int(match[2]))), text)
