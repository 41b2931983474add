"""Tests of pages for users' own layouts: a folder a case, a test a field, so that a failure names both.

A case is a folder with three files, the form that this project's own fixtures have:

    page.html      the exact bytes as the server sent them
    response.json  ``{"url": …, "headers": {…}, "now": ISO time or null, "note": what this case is about}``
    expected.json  the record that a careful reader would write down: some or all of ``FIELDS``; or
                   ``{"error": "NotAnArticleError", "reason": "list_page"}``

In ``expected.json`` the fields have the form of ``article.model_dump(mode="json")``, ``warnings`` is a sorted list of
``[code, field]``, and blocks, pictures and the like may leave out what is null or empty. A test file of pytest needs
two lines::

    from xinnong_scraper.testing import fixture_tests

    test_village = fixture_tests("fixtures/village", layout="village.toml")

The folders are in the manner of web-poet's fixtures (https://web-poet.readthedocs.io/en/stable/page-objects/testing.html).
"""

from __future__ import annotations

import difflib
import inspect
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from .errors import ScraperError
from .layouts import Layout, resolve_layout
from .pipeline import extract_html
from .records import Article, Block, Crumb, Disclaimer, Image, Teaser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FIELDS", "Case", "as_expected", "complete", "difference", "find_cases", "fixture_tests", "save_case"]

FIELDS: Final = (
    "url", "canonical_url", "site_name", "title", "subtitle", "source", "source_url", "authors", "editors",
    "published_at", "published_precision", "published_raw", "modified_at", "breadcrumb",
    "section", "summary", "keywords", "language", "body", "images", "disclaimer", "teasers", "next_page_url",
    "page_count", "encoding", "layout", "warnings",
)  # fmt: skip
"""The keys that ``expected.json`` may hold: the fields of a record that its page decides."""

_REFUSED: Final = ("error", "reason")
"""The keys of ``expected.json`` for a page that is no article."""
_READ: Final = ("content-type", "content-language", "last-modified")
"""The headers that say something of a page; others, cookies above all, have no place in a repository."""


@dataclass(frozen=True, slots=True)
class Case:
    """One page as its server sent it, and what a reader wrote down of it."""

    name: str
    """The folder's path below the one that was searched: ``village/harvest``."""
    html: bytes = field(repr=False)
    """The page's bytes."""
    url: str | None
    """Its address."""
    headers: Mapping[str, str]
    """The response's headers."""
    now: datetime | None
    """The clock for relative dates (昨天 13:44)."""
    expected: Mapping[str, Any] = field(repr=False)
    """What ``expected.json`` holds."""

    @classmethod
    def load(cls, folder: str | Path, name: str | None = None) -> Case:
        """Read a case's three files.

        Raises ``ValueError`` for files of another form, also for an unknown key, and ``OSError`` for missing ones.
        """
        home = Path(folder)
        response = _json(home / "response.json", {"url", "headers", "now", "note"})
        expected = _json(home / "expected.json", {*FIELDS, *_REFUSED})
        return cls(
            name=name or home.name,
            html=(home / "page.html").read_bytes(),
            url=response.get("url"),
            headers=response.get("headers") or {},
            now=_moment(response.get("now"), home / "response.json"),
            expected=expected,
        )

    def read(self, *, layout: Layout | str | Path | None = None) -> Article:
        """Read the page, as :func:`~xinnong_scraper.extract_html` does; what that raises passes through."""
        return extract_html(self.html, url=self.url, headers=self.headers, now=self.now, layout=layout)

    def actual(self, *, layout: Layout | str | Path | None = None) -> dict[str, Any]:
        """Give what is read of the page in the form of ``expected.json``, a ScraperError included."""
        try:
            return as_expected(self.read(layout=layout))
        except ScraperError as error:
            return {"error": type(error).__name__, "reason": getattr(error, "reason", None)}


def as_expected(article: Article) -> dict[str, Any]:
    """Give a record in the form of ``expected.json``, with nothing left out.

    >>> as_expected(Article(title="小麦返青"))["title"]
    '小麦返青'
    """
    values = article.model_dump(mode="json", include=set(FIELDS))
    values["warnings"] = sorted(([each["code"], each["field"]] for each in values["warnings"]), key=str)
    return {name: values[name] for name in FIELDS}


def find_cases(folder: str | Path) -> list[Case]:
    """Load every case in a folder, at any depth, by name.

    Raises ``ValueError`` where there is none, and for a page without ``expected.json``: an expectation that nobody has
    written is no test that passes.
    """
    root = Path(folder)
    homes = sorted(path.parent for path in root.rglob("page.html"))
    if not homes:
        raise ValueError(f"{root} holds no case: no folder in it has a page.html")
    if waiting := [home for home in homes if not (home / "expected.json").exists()]:
        raise ValueError(f"{waiting[0]} has no expected.json yet: {_WHAT_TO_DO}")
    return [Case.load(home, home.relative_to(root).as_posix() if home != root else root.name) for home in homes]


def difference(expected: Mapping[str, Any], actual: Mapping[str, Any], name: str) -> str | None:
    """Say how a field differs from what is expected, line by line; None where it does not.

    >>> print(difference({"title": "小麦返青"}, {"title": "小麦"}, "title"))
    - "小麦返青"
    + "小麦"
    >>> difference({"disclaimer": None}, {"disclaimer": None}, "disclaimer")
    """
    wanted = complete(name, expected[name])
    if name in actual and wanted == actual[name]:
        return None
    found = _lines(actual[name]) if name in actual else [_instead(actual)]
    lines = list(difflib.unified_diff(_lines(wanted), found, n=1, lineterm=""))[2:]
    return "\n".join(f"{line[:1]} {line[1:]}" for line in lines if not line.startswith("@@"))


def complete(name: str, value: Any) -> Any:  # noqa: ANN401  any JSON
    """Give an expected value with the keys that its parts leave out.

    >>> complete("images", [{"url": "http://a.example/1.jpg"}])
    [{'url': 'http://a.example/1.jpg', 'alt': None, 'caption': None}]
    """
    if name == "body" and isinstance(value, dict):
        return {**value, "blocks": complete("blocks", value.get("blocks", []))}
    model = _PARTS.get(name)
    if model is None:
        return value
    return [_filled(model, part) for part in value] if isinstance(value, list) else _filled(model, value)


def fixture_tests(folder: str | Path, *, layout: Layout | str | Path | None = None) -> Callable[[int, str], None]:
    """Make a test of pytest for every field of every case in a folder; bind it to a name that begins with ``test``.

    ``layout`` is a Layout, a name or a file, as for :func:`~xinnong_scraper.extract_html`; left out, the one that fits
    each page is chosen. A path that is not absolute starts at the file that calls. Each page is read once.

    Raises ``ValueError`` where the folder holds no case or a wrong one, LayoutError, ``ImportError`` where pytest is
    missing.
    """
    import pytest  # noqa: PLC0415  only tests need it

    here = _folder_of_caller()
    cases = find_cases(here / folder)
    if isinstance(layout, str | Path) and (here / layout).is_file():
        layout = here / layout
    chosen = resolve_layout(layout) if layout is not None else None
    read = cache(lambda number: cases[number].actual(layout=chosen))

    @pytest.mark.parametrize(
        ("number", "field"),
        [pytest.param(n, key, id=f"{case.name}-{key}") for n, case in enumerate(cases) for key in case.expected],
    )
    def test_field(number: int, field: str) -> None:
        found = difference(cases[number].expected, read(number), field)
        if found is not None:
            pytest.fail(f"{cases[number].name}: {field} is not as expected (-) but as read (+)\n{found}", pytrace=False)

    return test_field


def save_case(
    folder: str | Path,
    html: bytes,
    *,
    url: str | None,
    headers: Mapping[str, str] | None = None,
    now: datetime | None = None,
    layout: Layout | str | Path | None = None,
    note: str = "",
) -> Path:
    """Keep a page as a new case in ``folder``; return the path of ``expected.draft.json``.

    The draft is what is read of the page today. It becomes ``expected.json`` when somebody has compared it with the
    page: an expectation copied from the output proves nothing. Until then :func:`find_cases` refuses the case. The
    arguments are those of :func:`~xinnong_scraper.extract_html`; of the headers, those that say something of the page
    are kept. Raises ``FileExistsError`` where the folder has a page already, ``TypeError`` for text in place of bytes.
    """
    if not isinstance(html, bytes):
        raise TypeError(f"html must be the bytes that the server sent, not {type(html).__name__}")
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "page.html").open("xb") as file:
        file.write(html)
    kept = {name.lower(): value for name, value in (headers or {}).items() if name.lower() in _READ}
    case = Case(name=home.name, html=html, url=url, headers=kept, now=now, expected={})
    moment = now.isoformat() if now else None
    _write(home / "response.json", {"url": url, "headers": kept, "now": moment, "note": note})
    return _write(home / "expected.draft.json", _shortened(case.actual(layout=layout)))


_WHAT_TO_DO: Final = "compare expected.draft.json with the page, correct it, and rename it to expected.json"

_PARTS: Final[dict[str, type[BaseModel]]] = {
    "blocks": Block,
    "breadcrumb": Crumb,
    "disclaimer": Disclaimer,
    "images": Image,
    "teasers": Teaser,
}
"""The fields that are records or lists of records."""


def _filled(model: type[BaseModel], part: Any) -> Any:  # noqa: ANN401  any JSON
    """Give a part's whole JSON form; what is no such part stays as it is, and then equals none."""
    try:
        return model.model_validate(part).model_dump(mode="json")
    except ValidationError:
        return part


def _shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is null or empty in the blocks of a body, where most of it is."""
    if "body" not in values:
        return dict(values)
    blocks = [{key: value for key, value in block.items() if value} for block in values["body"]["blocks"]]
    return {**values, "body": {"blocks": blocks}}


def _instead(actual: Mapping[str, Any]) -> str:
    """Say what came in place of a field: an error, or a record where an error is expected."""
    return f"{actual['error']} ({actual['reason']})" if "error" in actual else f"a record: {actual.get('title')}"


def _json(path: Path, allowed: set[str]) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON in UTF-8: {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path} must hold a JSON object")  # noqa: TRY004  the file is wrong, not an argument
    if unknown := values.keys() - allowed:
        raise ValueError(f"{path}: unknown key {min(unknown)!r}; known are {', '.join(sorted(allowed))}")
    return values


def _moment(text: str | None, path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: now must be an ISO time such as 2018-05-02T09:00:00+08:00, not {text!r}") from error


def _write(path: Path, values: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def _lines(value: Any) -> list[str]:  # noqa: ANN401  any JSON
    return json.dumps(value, ensure_ascii=False, indent=2).splitlines()


def _folder_of_caller() -> Path:
    """Give the folder of the file that calls the public function; the working directory where there is no file."""
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame and frame.f_back else None
    file = caller.f_globals.get("__file__") if caller else None
    return Path(file).resolve().parent if file else Path()
