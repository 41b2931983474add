"""Which records go into an export."""

from __future__ import annotations

from collections.abc import Collection  # noqa: TC003  part of the fields' types, which users may ask for at run time
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..normalize.urls import host
from .record import Record

if TYPE_CHECKING:
    from .record import RecordLike

__all__ = ["Filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a record must be like; a part that is None asks for nothing, and all parts must hold.

    A ``date`` bound is a whole day as the page dates it: ``since=date(2018, 4, 1), until=date(2018, 4, 30)`` is that
    April, both ends included. A ``datetime`` bound is an instant and must be aware: ``since`` included, ``until`` not.

    >>> from xinnong_scraper.records import Article
    >>> Filter(hosts=["example.cn"]).matches(Article(url="https://news.example.cn/1.html"))
    True
    """

    since: date | datetime | None = None
    """The earliest ``published_at``. A record without one is left out wherever a bound is given."""
    until: date | datetime | None = None
    """The latest ``published_at``."""
    sections: Collection[str] | None = None
    """Values of ``section``, as they stand in the record."""
    sources: Collection[str] | None = None
    """Values of ``source``, as they stand in the record."""
    hosts: Collection[str] | None = None
    """Hosts of ``url``, each with its subdomains; case and port count for nothing."""
    duplicates: bool = True
    """Whether records that repeat another one (``Record.duplicate_of``) match."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                raise TypeError(f"{field.name} is a string; give a list of strings")
            if isinstance(value, datetime) and value.tzinfo is None:
                raise ValueError(f"{field.name} has no time zone; give an aware datetime, or a date for a whole day")

    def matches(self, record: RecordLike) -> bool:
        """Tell whether ``record`` goes into the export; raises ``ValueError`` where it is no record."""
        known = Record.of(record)
        if known.duplicate_of is not None and not self.duplicates:
            return False
        article = known.article
        return (
            (self.sections is None or article.section in self.sections)
            and (self.sources is None or article.source in self.sources)
            and (self.hosts is None or _is_at(host(article.url), self.hosts))
            and (self.since is None or _is_within(article.published_at, self.since, upper=False))
            and (self.until is None or _is_within(article.published_at, self.until, upper=True))
        )


def _is_at(found: str | None, hosts: Collection[str]) -> bool:
    return found is not None and any(f".{found}".endswith(f".{name.lower().lstrip('.')}") for name in hosts)


def _is_within(moment: datetime | None, bound: date, *, upper: bool) -> bool:
    if moment is None:
        return False
    if not isinstance(bound, datetime):
        return moment.date() <= bound if upper else moment.date() >= bound
    if moment.tzinfo is None:  # a record made by hand; its clock is taken to be the bound's
        moment = moment.replace(tzinfo=bound.tzinfo)
    return moment < bound if upper else moment >= bound
