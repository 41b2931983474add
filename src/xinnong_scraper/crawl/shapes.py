"""What addresses look like: shapes that a crawl learns to tell articles from lists by, and the forms of traps.

A portal's addresses come from a handful of templates (``/nongye/2018/0428/123456.html``). Which of them are articles
is not written in them, but every page that was read says it of all of its shape.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from ..normalize.urls import date_in_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ..errors import NotAnArticleReason

__all__ = ["Likelihood", "Shapes", "Verdict", "is_trap", "may_be_page", "shape_of", "trap_of", "verdict_of"]

Verdict = Literal["article", "list", "other"]
"""What a page proved to be. ``other`` is what leads nowhere: no article and no list, an article that was had before
under another address, a list without a link that was new."""

Trap = Literal["long", "deep", "repeated", "calendar", "parameters", "action"]

_MOST_SHAPES: Final = 5_000
_LONGEST_SHAPE: Final = 200  # characters
_MOST_PARAMETERS: Final = 12
_LONGEST_URL: Final = 2_000  # characters: what browsers and the sitemap protocol (2,048) allow at least
_DEEPEST: Final = 15  # folders
_SMOOTHING: Final = 4.0  # pages that the likelihood before any evidence counts for
_BARREN_AFTER: Final = 20  # pages of a shape that all led nowhere

_TOKEN = re.compile(r"[0-9]+|[A-Za-z]+|[^0-9A-Za-z]")
_HEX = re.compile(r"(?=[^0-9]{0,64}[0-9])(?=[^a-fA-F]{0,64}[a-fA-F])[0-9a-fA-F]{12,64}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID = re.compile(r"[0-9A-Za-z]{10,64}")
_DIGIT = re.compile(r"[0-9]")
_FOUR_DIGITS = re.compile(r"[0-9]{4}(?![0-9])|[0-9]{4}(?=[01][0-9])")
_DAY = re.compile(r"(?:19[9][0-9]|20[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEAR_MONTH = re.compile(r"(?:19[9][0-9]|20[0-9]{2})([-_])(?:0?[1-9]|1[0-2])(?:([-_])(?:0?[1-9]|[12][0-9]|3[01]))?")
_SLUG = re.compile(r"[A-Za-z0-9]{1,40}(?:[-_][A-Za-z0-9]{1,40}){2,60}")
_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,8})")
_WORD = re.compile(r"[A-Za-z]{1,16}")
_INDEX = re.compile(r"(?:index|default|list|home|main)(?:[-_]?[0-9]{1,6})?\.[A-Za-z]{2,6}")
_LITERAL = re.compile(r"[^/{}]{1,200}")

_FREE_VALUES: Final = frozenset({"q", "wd", "kw", "key", "keyword", "keywords", "word", "search", "query", "s", "tag"})
"""Parameters that hold what a reader types: their values are never part of a shape."""
_SORTING: Final = frozenset(
    {
        *("sort", "sortby", "sort_by", "order", "orderby", "order_by", "ordertype", "dir", "direction", "asc", "desc"),
        *("view", "display", "layout", "style", "skin", "theme", "limit", "pagesize", "page_size", "perpage"),
        *("per_page", "filter", "filters", "min", "max", "color", "colour", "size", "rows"),
    }
)
"""Parameters that only arrange what another address shows."""
_ACTIONS: Final = frozenset(
    {"replytocom", "add-to-cart", "diff", "oldid", "returnto", "redirect_to", "backurl", "printable"}
)
"""Parameters of addresses that do something or show something again."""
_ACTION_VALUES: Final = frozenset(
    {"edit", "history", "login", "logout", "register", "print", "reply", "report", "diff"}
)
_ACTION_NAMES: Final = frozenset({"action", "do", "act", "mod"})
_YEAR_NAMES: Final = frozenset({"year", "date", "day", "y", "yy", "ym", "cal_year", "month"})
"""Parameters whose value may begin with a year."""
_CALENDAR_FOLDERS: Final = frozenset({"calendar", "rili", "events"})
_NO_PAGES: Final = frozenset(
    {
        *("jpg", "jpeg", "jpe", "png", "gif", "bmp", "webp", "avif", "svg", "ico", "tif", "tiff", "psd", "heic"),
        *("css", "js", "mjs", "map", "json", "jsonp", "woff", "woff2", "ttf", "otf", "eot", "wasm"),
        *("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "ofd", "csv", "rtf", "epub", "mobi"),
        *("zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "iso", "dmg", "cab"),
        *("apk", "ipa", "exe", "msi", "bin", "deb", "rpm", "jar", "swf", "dll", "torrent", "plist", "mobileconfig"),
        *("mp3", "mp4", "m4a", "m4v", "m3u8", "wav", "wma", "wmv", "avi", "flv", "f4v", "mov", "mkv", "mpg", "mpeg"),
        *("rm", "rmvb", "ogg", "ogv", "webm", "aac", "amr", "ts", "3gp"),
        *("rss", "atom", "xml", "txt", "ics", "vcf"),
    }
)
"""Endings of what is no HTML page; feeds and sitemaps are read by other ways than their links."""


class Likelihood(NamedTuple):
    """What a page not yet fetched is likely to be; each from 0 to 1, together at most 1."""

    article: float
    list: float
    seen: int
    """Pages of its shape that were read."""


def shape_of(url: str) -> str:
    """Generalise an address: host, path and query with numbers, dates, ids and slugs replaced by their kind.

    ``{d4}`` is a folder of four digits (a year, a month with day), ``{d2}`` one of one or two, ``{d8}`` a whole date,
    ``{n}`` any other number, ``{hex}`` and ``{id}`` an id with letters, ``{slug}`` words or Chinese, ``{w}`` any other
    value of a parameter. Parameters are sorted. An address that cannot be parsed has the shape ``?``.

    >>> shape_of("http://www.x.cn/nongye/2018/0428/123456.html")
    'www.x.cn/nongye/{d4}/{d4}/{n}.html'
    >>> shape_of("http://x.cn/a.php?id=12&act=show&name=%E5%B0%8F")
    'x.cn/a.php?act=show&id={n}&name={slug}'
    """
    parts = _split(url)
    if parts is None:
        return "?"
    *folders, name = parts.path[:_LONGEST_URL].split("/")
    shape = parts.netloc.lower() + "".join(f"{_folder(folder)}/" for folder in folders[: _DEEPEST + 1]) + _file(name)
    if parts.query:
        pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&")[:_MOST_PARAMETERS] if pair)
        shape += "?" + "&".join(f"{_file(key[:40])}={_value(key, value)}" for key, value in pairs)
    return shape[:_LONGEST_SHAPE]


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url[: 2 * _LONGEST_URL])
    except ValueError:
        return None


def _folder(text: str) -> str:
    if not text or text.isalpha():
        return text if text.isascii() else "{slug}"
    if text.isdecimal():
        size = len(text)
        return "{d2}" if size <= 2 else "{d4}" if size == 4 else "{d6}" if size == 6 else _number(text)
    return _file(text)


def _file(text: str) -> str:
    """Generalise the last part of a path, its ending kept."""
    if not text or (text.isascii() and text.isalpha()):
        return text
    if not text.isascii() or "%" in text:
        return "{slug}"
    stem, dot, ending = text.rpartition(".")
    if dot and stem and _ENDING.fullmatch(dot + ending):
        return _stem(stem) + dot + ending
    return _stem(text)


def _stem(text: str) -> str:
    if text.isdecimal():
        return _number(text)
    if _UUID.fullmatch(text) or _HEX.fullmatch(text):
        return "{hex}"
    if day := _YEAR_MONTH.fullmatch(text):
        return "{d4}" + day[1] + "{d2}" + (day[2] + "{d2}" if day[2] else "")
    digits = len(_DIGIT.findall(text))
    if _ID.fullmatch(text) and digits >= 2 and _switches(text) >= 3:
        return "{id}"
    if _SLUG.fullmatch(text) and len(text) - digits > digits:
        return "{slug}"
    if not digits:
        return text
    return "".join(_number(token) if token.isdecimal() else token for token in _TOKEN.findall(text[:100]))


def _number(text: str) -> str:
    return "{d8}" if _DAY.fullmatch(text) else "{n}"


def _switches(text: str) -> int:
    """Count the changes between letters and digits: an id has many, a name with a number one or two."""
    return sum(a.isdecimal() != b.isdecimal() for a, b in pairwise(text))


def _value(key: str, value: str) -> str:
    if key.lower() in _FREE_VALUES:
        return "{w}"
    if not value or _WORD.fullmatch(value):
        return value
    if not value.isascii() or "%" in value:
        return "{slug}"
    return _number(value) if value.isdecimal() else "{hex}" if _HEX.fullmatch(value) else "{w}"


def _coarse(shape: str) -> str:
    """Generalise a shape across sections and hosts: the literal folders become ``{w}``, the last part stays.

    >>> _coarse("www.x.cn/nongye/{d4}/{d4}/{n}.html")
    '/{w}/{d4}/{d4}/{n}.html'
    """
    path, mark, query = shape.partition("?")
    _, *folders, name = path.split("/") if "/" in path else (path, "")
    return "".join(f"/{_LITERAL.sub('{w}', f) if '{' not in f else f}" for f in folders) + f"/{name}{mark}{query}"


class Shapes:
    """What a crawl has learned of shapes: pages read of each, by what they proved to be. Bounded; not for threads."""

    def __init__(self, rows: Iterable[tuple[str, int, int, int]] = (), *, limit: int = _MOST_SHAPES) -> None:
        if limit < 2:
            raise ValueError(f"limit must be 2 or more, not {limit}")
        self._limit = limit
        self._exact: dict[str, list[int]] = {}
        self._coarse: dict[str, list[int]] = {}
        for shape, articles, lists, others in rows:
            self._add(shape, (articles, lists, others))

    def __len__(self) -> int:
        return len(self._exact)

    def rows(self) -> list[tuple[str, int, int, int]]:
        """Give the shapes with their numbers of articles, lists and others, to be kept and given back."""
        return [(shape, *counts) for shape, counts in self._exact.items()]  # type: ignore[misc]

    def learn(self, url: str, verdict: Verdict) -> None:
        """Note what a page proved to be. What failed to be fetched proved nothing."""
        self._add(shape_of(url), (verdict == "article", verdict == "list", verdict == "other"))

    def score(self, url: str) -> Likelihood:
        """Say what an address is likely to be.

        The pages of its very shape count first; where they are few, those of like shapes in other sections; and where
        there are none, what addresses look like in general.
        """
        shape = shape_of(url)
        exact, coarse = self._exact.get(shape), self._coarse.get(_coarse(shape))
        article, lists = _smoothed(exact, _smoothed(coarse, _looks(url, shape)))
        return Likelihood(article, lists, sum(exact) if exact else 0)

    def is_barren(self, url: str) -> bool:
        """Tell whether its shape has led nowhere many times: print versions, comments, tags, calendars.

        A shape of which one page in fifty was of use is not barren.
        """
        counts = self._exact.get(shape_of(url))
        return counts is not None and counts[2] >= _BARREN_AFTER and (counts[0] + counts[1]) * 50 < counts[2]

    def _add(self, shape: str, counts: tuple[int, int, int]) -> None:
        for table, key in ((self._exact, shape[:_LONGEST_SHAPE]), (self._coarse, _coarse(shape[:_LONGEST_SHAPE]))):
            known = table.get(key)
            if known is None:
                if len(table) >= self._limit:
                    _forget(table)
                known = table[key] = [0, 0, 0]
            for kind, count in enumerate(counts):
                known[kind] += count


def _forget(table: dict[str, list[int]]) -> None:
    """Drop the half of which the fewest pages were read, the oldest first."""
    for key in sorted(table, key=lambda key: sum(table[key]))[: len(table) // 2]:
        del table[key]


def _smoothed(counts: list[int] | None, prior: tuple[float, float]) -> tuple[float, float]:
    if counts is None:
        return prior
    total = sum(counts) + _SMOOTHING
    return (counts[0] + _SMOOTHING * prior[0]) / total, (counts[1] + _SMOOTHING * prior[1]) / total


def _looks(url: str, shape: str) -> tuple[float, float]:
    """Guess article and list from the address alone."""
    path, _, query = shape.partition("?")
    name = path.rpartition("/")[2]
    if not name or _INDEX.fullmatch(name.replace("{n}", "1")):
        return 0.05, 0.75
    if date_in_url(url) is not None:
        return 0.8, 0.05
    if "{n}" in name or "{id}" in name or "{hex}" in name or "{slug}" in name:
        return 0.65, 0.1
    if "id={n}" in query:
        return 0.45, 0.25
    return (0.3, 0.3) if "." in name else (0.2, 0.5)


def verdict_of(reason: NotAnArticleReason | None) -> Verdict:
    """Turn the gate's word on a page into a verdict: None is an article."""
    return "article" if reason is None else "list" if reason == "list_page" else "other"


def may_be_page(url: str) -> bool:
    """Tell whether an address may lead to an HTML page, by its ending.

    >>> may_be_page("http://x.cn/a/b.html"), may_be_page("http://x.cn/a/b.PDF?x=1"), may_be_page("http://x.cn/v1.2/a")
    (True, False, True)
    """
    path = url.partition("#")[0].partition("?")[0]
    name = path[path.find("://") + 3 :].rpartition("/")[2] if "/" in path[path.find("://") + 3 :] else ""
    return name.rpartition(".")[2].lower() not in _NO_PAGES if "." in name else True


def is_trap(url: str, *, today: date | None = None) -> bool:
    """Tell whether an address has the form of a crawler trap; :func:`trap_of` says of which."""
    return trap_of(url, today=today) is not None


def trap_of(url: str, *, today: date | None = None) -> Trap | None:
    """Say what makes an address one of endlessly many that a server could make up, None where nothing does.

    ``long``: over 2,000 characters. ``deep``: over 15 folders. ``repeated``: folders that come again and again, as
    relative links to a page that answers under any path make them. ``calendar``: a day of a calendar's folder,
    or a year before 1990 or after the next (``today`` says which that is; without it 2099). ``parameters``: more than
    12, or two that only sort or filter. ``action``: reply, edit, log in, print.
    """
    if len(url) > _LONGEST_URL:
        return "long"
    parts = _split(url)
    if parts is None:
        return None
    folders = [folder for folder in parts.path.split("/")[:-1] if folder]
    if len(folders) > _DEEPEST:
        return "deep"
    if _repeats(folders):
        return "repeated"
    last = today.year + 1 if today else 2099
    if found := _in_query(parts.query, last):
        return found
    day = date_in_url(url)
    in_calendar = any(folder.lower() in _CALENDAR_FOLDERS for folder in folders)
    return "calendar" if day is not None and (in_calendar or day.year > last) else None


def _repeats(folders: list[str]) -> bool:
    """Tell whether one folder comes four times, or a row of them three times in succession; numbers may."""
    names = [folder for folder in folders if not folder.isdecimal()]
    if any(names.count(name) >= 4 for name in set(names)):
        return True
    for size in range(1, len(folders) // 3 + 1):
        for start in range(len(folders) - 3 * size + 1):
            row = folders[start : start + size]
            again = row == folders[start + size : start + 2 * size] == folders[start + 2 * size : start + 3 * size]
            if again and not all(folder.isdecimal() for folder in row):
                return True
    return False


def _in_query(query: str, last: int) -> Trap | None:
    if not query:
        return None
    pairs = [pair.lower().partition("=") for pair in query.split("&", _MOST_PARAMETERS + 1) if pair]
    if len(pairs) > _MOST_PARAMETERS:
        return "parameters"
    names = {name for name, _, _ in pairs}
    if names & _ACTIONS or any(n in _ACTION_NAMES and v in _ACTION_VALUES for n, _, v in pairs):
        return "action"
    if len(names & _SORTING) >= 2 or any("[" in name or "%5b" in name for name in names):
        return "parameters"
    years = [_FOUR_DIGITS.match(value) for name, _, value in pairs if name in _YEAR_NAMES]
    return "calendar" if any(year and not 1990 <= int(year[0]) <= last for year in years) else None
