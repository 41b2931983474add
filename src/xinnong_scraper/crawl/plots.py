"""Plots as inline SVG: drawn in per cent of the width they get, so that their text keeps its size on any screen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Bar", "Column", "bars", "clean", "columns", "evenly", "linked"]

_LONGEST: Final = 120  # characters of a title or a label
_TOP: Final = 8.0  # pixels above the highest column
_HEIGHT: Final = 150.0  # and of the plot itself
_BELOW: Final = 26.0  # and for the labels
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


class Column(NamedTuple):
    """One column of a plot."""

    label: str
    """Shown where the pointer rests on the column."""
    counts: tuple[float, ...]
    """The heights of its parts, from the bottom, one a series."""


class Bar(NamedTuple):
    """One row of a table with bars."""

    label: str
    """HTML."""
    share: float
    """The length, from 0 to 1."""
    value: str
    """Text at its end."""
    kind: str = "a"
    """The colour: ``a``, ``b`` or ``c``, as of a series."""


def clean(text: str | None, longest: int = _LONGEST) -> str:
    """Give text as HTML: cut to a length, escaped, without control characters and halves of surrogate pairs.

    >>> clean("<b>" + chr(0) + "小麦", 5)
    '&lt;b&gt; 小…'
    """
    text = text or ""
    if len(text) > longest:
        text = f"{text[:longest]}…"
    return escape(text.translate(_CONTROLS).encode("utf-8", "replace").decode())


def linked(text: str | None, url: str | None) -> str:
    """Give text as HTML that leads to an address, if that is an http(s) one.

    ``bdi`` keeps marks for the direction of text from reaching past it.
    """
    shown = f'<bdi lang="zh">{clean(text or url) or "(no title)"}</bdi>'
    if url is None or not url.lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{clean(url, 4000)}" rel="noopener noreferrer">{shown}</a>'


def bars(rows: Sequence[Bar], *, name: str) -> str:
    """Give a table: a label, a bar, and a value a row."""
    lines = "".join(
        f'<tr><th scope="row">{row.label}</th><td><svg class="bar" height="12" aria-hidden="true">'
        f'<rect class="track" width="100%" height="12" rx="3"/>'
        f'<rect class="{row.kind}" width="{max(row.share * 100, 0.0):.2f}%" height="12" rx="3"/></svg></td>'
        f"<td>{clean(row.value)}</td></tr>"
        for row in rows
    )
    return f'<table class="bars" aria-label="{clean(name)}">{lines}</table>'


def evenly(labels: Sequence[str]) -> list[tuple[float, str]]:
    """Give labels to five columns or fewer, evenly."""
    count = len(labels)
    chosen = range(count) if count <= 5 else sorted({round(part * (count - 1) / 4) for part in range(5)})
    return [((number + 0.5) / count, labels[number]) for number in chosen]


def columns(
    found: Sequence[Column], *, name: str, ticks: Sequence[tuple[float, str]], series: Sequence[str] = ()
) -> str:
    """Give a plot of columns, each of one part a series.

    ``ticks`` are labels below, at parts of the width; every second one is left out where the screen is narrow.
    """
    highest = max((sum(column.counts) for column in found), default=0)
    whole = all(isinstance(count, int) for column in found for count in column.counts)
    step = _step(highest, 1.0 if whole else 0.001)
    top = step * max(1, -(-highest // step))
    drawn = [
        f'<svg class="columns" role="img" aria-label="{clean(name)}" height="{_TOP + _HEIGHT + _BELOW:.0f}">',
        *_grid(step, top),
        *_columns(found, top),
        *_ticks(ticks),
        "</svg>",
    ]
    legend = "".join(
        f'<span class="key"><i class="{kind}"></i>{clean(text)}</span>'
        for kind, text in zip("abc", series, strict=False)
    )
    return "".join(drawn) + (f'<p class="legend">{legend}</p>' if legend else "")


def _step(highest: float, least: float) -> float:
    """Choose a round distance of grid lines, of which about four are drawn.

    >>> _step(3, 1.0), _step(17, 1.0), _step(400, 1.0), _step(0, 1.0)
    (1.0, 5.0, 100.0, 1.0)
    """
    step = least
    while step * 4 < highest:
        for factor in (2.0, 5.0, 10.0):
            if step * factor * 4 >= highest:
                return step * factor
        step *= 10
    return step


def _grid(step: float, top: float) -> Iterator[str]:
    for number in range(int(top / step) + 1):
        y = _TOP + _HEIGHT * (1 - number * step / top)
        yield f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="y" x="-6" y="{y + 4:.1f}" text-anchor="end">{_short(number * step)}</text>'


def _short(value: float) -> str:
    """Write a round number in few characters.

    >>> _short(2500.0), _short(400.0), _short(3e6)
    ('2.5k', '400', '3M')
    """
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def _columns(found: Sequence[Column], top: float) -> Iterator[str]:
    width = 100 / max(1, len(found))
    gap = width * (0.2 if len(found) <= 60 else 0.06)
    for number, column in enumerate(found):
        if not any(column.counts):
            continue
        y = _TOP + _HEIGHT
        yield f"<g><title>{clean(column.label)}</title>"
        for kind, count in zip("abc", column.counts, strict=False):
            height = _HEIGHT * count / top
            y -= height
            if count:
                yield (
                    f'<rect class="{kind}" x="{number * width + gap / 2:.3f}%" y="{y:.2f}" '
                    f'width="{width - gap:.3f}%" height="{max(height, 1):.2f}"/>'
                )
        yield "</g>"


def _ticks(ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    for number, (place, text) in enumerate(ticks):
        anchor = "start" if place < 0.08 else "end" if place > 0.92 else "middle"
        kind = "x minor" if number % 2 else "x"
        at = 0 if anchor == "start" else 100 if anchor == "end" else place * 100
        attributes = f'class="{kind}" x="{at:.2f}%" y="{_TOP + _HEIGHT + 18:.0f}" text-anchor="{anchor}"'
        yield f"<text {attributes}>{clean(text)}</text>"
