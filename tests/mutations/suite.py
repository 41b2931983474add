"""Every redesign of every page, read and judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .catalogue import MUTATIONS, RECODED
from .judge import FIELDS, Outcome, Verdict, body_f1, judge, read, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .pages import Page

UNCHANGED: Final = "(unchanged)"
SILENT: Final = 0.01
"""The greatest share of silent errors."""


@dataclass(frozen=True)
class Case:
    """One redesign of one page, and what became of the record."""

    mutation: str
    page: str
    verdicts: dict[str, Verdict]
    warned: bool
    """Whether the record has any warning."""

    @property
    def verdict(self) -> Verdict:
        """The worst of the fields'."""
        return whole(self.verdicts)


@dataclass
class Tally:
    """Counts of cases, in all and by field."""

    whole: Counter[Verdict] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case) -> None:
        """Count one case."""
        self.whole[case.verdict] += 1
        self.silent.update(name for name in FIELDS if case.verdicts[name] is Verdict.SILENT)

    @property
    def cases(self) -> int:
        """All that were counted."""
        return self.whole.total()

    @property
    def share_silent(self) -> float:
        """Silent errors among them."""
        return self.whole[Verdict.SILENT] / max(1, self.cases)


def outcome_of(page: Page, mutation: str = UNCHANGED, data: bytes | None = None) -> Outcome:
    """What the library makes of a page's bytes."""
    headers = {} if mutation in RECODED else page.headers
    return read(page.data if data is None else data, url=page.url, headers=headers, now=page.now)


def run(
    pages: Iterable[Page], *, only: Iterable[str] = (), wanted: Callable[[str, str], bool] = lambda *_: True
) -> Iterator[Case]:
    """Judge each page as it is, then under every redesign that can apply to it and is wanted."""
    names = list(only) or list(MUTATIONS)
    for page in pages:
        usual = outcome_of(page)
        likeness = body_f1(page.truth, usual) if page.truth.is_article else 1.0
        yield _case(UNCHANGED, page, usual, likeness)
        for name in names:
            if wanted(name, page.name) and (data := MUTATIONS[name](page.data, page.truth)) is not None:
                yield _case(name, page, outcome_of(page, name, data), likeness)


def _case(mutation: str, page: Page, found: Outcome, likeness: float) -> Case:
    # the page as it was is held to the mark itself
    usual = 1.0 if mutation == UNCHANGED else likeness
    return Case(mutation, page.name, judge(page.truth, found, usual_f1=usual), bool(getattr(found, "warnings", ())))
