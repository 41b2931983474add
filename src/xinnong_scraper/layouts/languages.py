"""The words of dates, bylines and labels in languages other than Chinese, as ``languages.toml`` lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from ..normalize.clocks import DateWords, word_key

__all__ = ["Words", "numeric_order", "words_of_languages"]

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of all languages together: a page's declared language is wrong too often to choose by it."""

    dates: DateWords
    labels: dict[str, str]
    """From a label, by its key, to ``published``, ``modified``, ``by`` or ``other``."""
    first_words: frozenset[str]
    """The words that labels begin with."""
    longest: int
    """Words in the longest label."""
    joints: frozenset[str]
    """Words between two authors."""
    not_names: frozenset[str]
    """Words that are part of no author's name."""
    roles: frozenset[str]
    """Words of what an author is: editor, PhD."""
    nobody: frozenset[str]
    """Values that name no author: admin."""
    orders: dict[str, str]
    """From a language (``de``) or one with its region (``en-US``) to ``dmy`` or ``mdy``."""


def numeric_order(language: str | None) -> str | None:
    """Tell in which order a language writes 3/4/2019: ``dmy``, ``mdy``, or None where its readers differ.

    >>> numeric_order("de-AT"), numeric_order("en-US"), numeric_order("en")
    ('dmy', 'mdy', None)
    """
    if not language:
        return None
    base, _, region = language.replace("_", "-").partition("-")
    orders = words_of_languages().orders
    return orders.get(f"{base.lower()}-{region.upper()}") or orders.get(base.lower())


@lru_cache(maxsize=1)
def words_of_languages() -> Words:
    """Load the words of all languages, once."""
    text = (files(__package__ or "xinnong_scraper.layouts") / "languages.toml").read_text(encoding="utf-8")
    data: dict[str, dict[str, Any]] = tomllib.loads(text)
    zones = data.pop("zones")
    labels: dict[str, str] = {}
    for field in ("other", "by", "modified", "published"):
        labels |= dict.fromkeys(_keys(data, field), field)
    orders = {code: table["order"] for code, table in data.items() if "order" in table}
    for code, table in data.items():
        orders |= {f"{code}-{region}": order for region, order in table.get("orders", {}).items()}
    return Words(
        dates=_date_words(data, zones),
        labels=labels,
        first_words=frozenset(label.partition(" ")[0] for label in labels),
        longest=max(label.count(" ") + 1 for label in labels),
        joints=_keys(data, "and"),
        not_names=_keys(data, "not_names"),
        roles=_keys(data, "roles"),
        nobody=_keys(data, "nobody"),
        orders=orders,
    )


def _date_words(data: dict[str, dict[str, Any]], zones: dict[str, str]) -> DateWords:
    months = {
        word_key(form): number
        for table in data.values()
        for number, forms in enumerate(table.get("months", []), 1)
        for form in forms
    }
    units = {word: seconds for unit, seconds in _SECONDS.items() for word in _keys(data, unit)}
    days_ago = dict.fromkeys(_keys(data, "today"), 0) | dict.fromkeys(_keys(data, "yesterday"), 1)
    return DateWords(
        telling=frozenset((*(month.partition(" ")[0] for month in months), *units, *days_ago)),
        months=months,
        weekdays=_keys(data, "weekdays"),
        between=_keys(data, "between"),
        halves={word: half for half in ("am", "pm") for word in _keys(data, half)},
        clock=_keys(data, "clock"),
        zones={name: _offset(written) for name, written in zones.items()},
        units=units,
        ones=_keys(data, "one"),
        ago_before=_keys(data, "ago_before"),
        ago_after=_keys(data, "ago_after"),
        days_ago=days_ago,
    )


def _keys(data: dict[str, dict[str, Any]], field: str) -> frozenset[str]:
    return frozenset(word_key(word) for table in data.values() for word in table.get(field, ()))


def _offset(written: str) -> timedelta:
    sign = -1 if written[0] == "-" else 1
    return sign * timedelta(hours=int(written[1:3]), minutes=int(written[4:6]))
