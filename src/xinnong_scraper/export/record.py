"""A record on its way into a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ..records import Article

__all__ = ["Record", "RecordLike"]


class Record:
    """An article as JSON, as an object, or both: each is made from the other when it is first asked for.

    Whoever has the JSON already, such as a store, hands on the bytes; a JSONL export then neither parses nor dumps.
    The bytes are taken at their word: they are checked where a form has to look into them, not before.
    """

    __slots__ = ("_article", "_json", "duplicate_of")

    def __init__(self, value: Article | Mapping[str, Any] | bytes | str, *, duplicate_of: str | None = None) -> None:
        """Take ``value``: an article, its ``model_dump(mode="json")``, or that as JSON text.

        ``duplicate_of`` is the address of the record that it repeats. Raises ``ValueError`` for a mapping that is no
        article and for text that is no JSON object, and ``TypeError`` for any other type.
        """
        self._article: Article | None = None
        self._json: bytes | None = None
        self.duplicate_of = duplicate_of
        """The address of the record that this one repeats, or None. It is no part of the article."""
        if isinstance(value, Article):
            self._article = value
        elif isinstance(value, Mapping):
            self._article = _validated(value)
        elif isinstance(value, bytes | str):
            self._json = self._line(value.encode() if isinstance(value, str) else value)
        else:
            raise TypeError(f"a record is an Article, a mapping, bytes or str, not {type(value).__name__}")

    @classmethod
    def of(cls, value: RecordLike) -> Record:
        """Give ``value`` itself where it is a record, or one made of it.

        >>> Record.of(Article(title="聊城")).json[:44].decode()
        '{"url":null,"canonical_url":null,"site_name"'
        """
        return value if isinstance(value, Record) else cls(value)

    @property
    def json(self) -> bytes:
        """``article.model_dump(mode="json")`` as compact JSON in UTF-8: one line without a line break.

        Raises ``ValueError`` for text that UTF-8 cannot hold, such as half of a surrogate pair.
        """
        if self._json is None:
            try:
                self._json = self.article.model_dump_json().encode()
            except PydanticSerializationError as error:
                raise ValueError(f"the record cannot be written as JSON: {error} [{self.article.url}]") from error
        return self._json

    @property
    def article(self) -> Article:
        """The article; raises ``ValueError`` where the JSON is none."""
        if self._article is None:
            self._article = _validated(self._json or b"")
        return self._article

    def _line(self, text: bytes) -> bytes:
        line = text.strip()
        if not (line.startswith(b"{") and line.endswith(b"}")):
            raise ValueError(f"this is no record in JSON: {_start(line)}")
        if b"\n" in line or b"\r" in line:
            self._article = _validated(line)
            return self._article.model_dump_json().encode()
        return line


RecordLike: TypeAlias = Record | Article | Mapping[str, Any] | bytes | str
"""What the writers take as a record."""


def _validated(value: bytes | Mapping[str, Any]) -> Article:
    try:
        return Article.model_validate_json(value) if isinstance(value, bytes) else Article.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise ValueError(f"this is no article record ({where}: {first['msg']}): {_start(value)}") from error


def _start(value: bytes | Mapping[str, Any]) -> str:
    return repr(value[:60] if isinstance(value, bytes) else list(value)[:6])
