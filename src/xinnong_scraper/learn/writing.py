"""The layout file as a person would write it: only what differs, with a comment on what each entry rests on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Draft", "render"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+$")


@dataclass(slots=True)
class Draft:
    """What a layout file says, and why."""

    head: list[str] = field(default_factory=list)
    """Comment lines above everything."""
    data: dict[str, Any] = field(default_factory=dict)
    """The file's content."""
    reasons: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    """By key, the comment behind each item of its list."""
    remarks: dict[str, list[str]] = field(default_factory=dict)
    """By table, comment lines at its end."""

    def add(self, path: tuple[str, ...], item: Any, reason: str = "") -> None:  # noqa: ANN401  what TOML holds
        """Add an item to the list at a key."""
        table = self.data
        for part in path[:-1]:
            table = table.setdefault(part, {})
        items = table.setdefault(path[-1], [])
        if item not in items:
            items.append(item)
        if reason:
            self.reasons.setdefault(path, {})[_value(item)] = reason

    def without(self, *path: str) -> Draft:
        """The same draft without a key; a table that is left empty goes, too."""
        data = _without(self.data, path)
        return Draft(self.head, data, self.reasons, self.remarks)


def _without(table: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    key, *rest = path
    kept = {name: value for name, value in table.items() if name != key}
    if rest and isinstance(table.get(key), dict) and (inner := _without(table[key], tuple(rest))):
        return {name: inner if name == key else value for name, value in table.items()}
    return kept


def render(draft: Draft) -> str:
    """Write the draft as TOML: single values and lists first, then one table after the other."""
    lines = [_comment(line) for line in draft.head]
    tables = {name: value for name, value in draft.data.items() if isinstance(value, dict)}
    for name, value in draft.data.items():
        if name not in tables:
            lines += _entry(draft, (name,), value)
    for name in dict.fromkeys([*tables, *draft.remarks]):
        lines += ["", f"[{name}]"] if name in tables else [""]
        for key, value in tables.get(name, {}).items():
            lines += _entry(draft, (name, key), value)
        lines += [_comment(remark) for remark in draft.remarks.get(name, ())]
    return "\n".join(lines) + "\n"


def _entry(draft: Draft, path: tuple[str, ...], value: Any) -> list[str]:  # noqa: ANN401  what TOML holds
    key = _key(path[-1])
    reasons = draft.reasons.get(path, {})
    if not isinstance(value, list) or not (reasons or any(isinstance(item, dict) for item in value)):
        return [f"{key} = {_value(value)}"]
    lines = [f"{key} = ["]
    for item in value:
        shown = _value(item)
        lines.append(f"  {shown},{'  ' + _comment(reasons[shown]) if shown in reasons else ''}")
    return [*lines, "]"]


def _key(name: str) -> str:
    return name if _BARE_KEY.match(name) else _text(name)


def _value(value: Any) -> str:  # noqa: ANN401  what TOML holds
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    return str(value)


def _text(text: str) -> str:
    r"""Write a string, without escapes where it can be read better so.

    >>> print(_text(r"\d+年"), _text('a"b'), _text('img[src$="x.png"]'))
    '\d+年' 'a"b' 'img[src$="x.png"]'
    """
    plain = text.encode("utf-8", "replace").decode("utf-8")
    if ("\\" in plain or '"' in plain) and "'" not in plain and plain.isprintable():
        return f"'{plain}'"
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """One comment line; nothing in it can end it."""
    return f"# {' '.join(''.join(char if char.isprintable() else ' ' for char in text).split())}"
