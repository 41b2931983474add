"""A folder of Markdown files, one an article."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from .markdown import to_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from ..records import Article

__all__ = ["file_name", "is_file_name", "write_article"]

_TITLE_BYTES: Final = 100  # eCryptfs allows names of 143 bytes, other file systems of 255
_HASH_DIGITS: Final = 8
_NO_WORD = re.compile(r"[\W_]+")
_FILE_NAME = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|undated)_(?:[^/\\]{1,100}_)?[0-9a-f]{8}(?:-[0-9]{1,9})?\.md")


def file_name(article: Article, *, number: int = 1) -> str:
    """Name the file of an article: date, title, and a hash of the address (without one, of the content).

    The name holds letters, digits, ``-``, ``_`` and one dot, starts with a date or ``undated``, and is at most 140
    bytes long: no path, no name that Windows keeps for devices (CON, NUL), none that differs from another in case
    alone. The same address gives the same name in every export. ``number`` tells apart what would be named alike.

    >>> from datetime import datetime
    >>> from xinnong_scraper.records import Article
    >>> file_name(Article(title="聊城：../新 品种", url="http://a.example/1", published_at=datetime(2018, 4, 28)))
    '2018-04-28_聊城-新-品种_6f09fce0.md'
    """
    date = article.published_at.date().isoformat() if article.published_at else "undated"
    words = _NO_WORD.sub("-", unicodedata.normalize("NFC", article.title or "")[: 2 * _TITLE_BYTES]).strip("-")
    title = words.encode("utf-8", "ignore")[:_TITLE_BYTES].decode("utf-8", "ignore").strip("-")
    identity = article.url or article.content_hash or article.model_dump_json()
    mark = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:_HASH_DIGITS]
    ending = f"-{number}" if number > 1 else ""
    return "_".join(part for part in (date, title, mark) if part) + f"{ending}.md"


def is_file_name(name: str) -> bool:
    """Tell whether a name is one that ``file_name`` gives.

    >>> is_file_name("2018-04-28_聊城_6f09fce0.md"), is_file_name("notes.md")
    (True, False)
    """
    return _FILE_NAME.fullmatch(name) is not None


def write_article(article: Article, folder: Path) -> Path:
    """Write an article as Markdown under a name that the folder does not have yet; return the file's path.

    The file system itself says what is taken, so its own notion of equal names holds (case, Unicode forms).
    """
    for number in itertools.count(1):
        path = folder / file_name(article, number=number)
        try:
            file = path.open("x", encoding="utf-8", errors="replace", newline="\n")
        except FileExistsError:
            continue
        with file:
            file.write(to_markdown(article))
        return path
    raise AssertionError("unreachable")
