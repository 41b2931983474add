"""The forms in which ``xinnong extract`` prints records."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

from ..export import to_jsonl, to_jsonld, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..records import Article

__all__ = ["Form", "is_json", "render"]


class Form(StrEnum):
    """The values of ``--format``."""

    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    JSONLD = "jsonld"
    TEXT = "text"


_RENDERERS: dict[Form, Callable[[Article], str]] = {
    Form.JSON: lambda article: article.model_dump_json(indent=2) + "\n",
    Form.JSONL: lambda article: to_jsonl(article) + "\n",
    Form.MARKDOWN: to_markdown,
    Form.JSONLD: lambda article: json.dumps(to_jsonld(article), ensure_ascii=False, indent=2) + "\n",
    Form.TEXT: to_text,
}
_BETWEEN = {Form.MARKDOWN: "\n---\n\n", Form.TEXT: "\n----------\n\n"}


def is_json(form: Form) -> bool:
    """Tell whether the form is JSON, which a terminal may colour."""
    return form in {Form.JSON, Form.JSONL, Form.JSONLD}


def render(article: Article, form: Form, *, first: bool) -> str:
    """Return the record in a form, ending with a line break; every record but the first after a separator."""
    return ("" if first else _BETWEEN.get(form, "")) + _RENDERERS[form](article)
