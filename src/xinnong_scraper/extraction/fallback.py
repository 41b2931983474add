"""A second opinion from trafilatura, imported only when it is asked."""

from __future__ import annotations

import logging

__all__ = ["second_opinion_text"]

_log = logging.getLogger(__name__)


def second_opinion_text(html: str) -> list[str]:
    """Give the paragraphs that trafilatura reads as the body; empty where it finds none.

    Slower by an order of magnitude than this package's own reading.
    """
    import trafilatura  # noqa: PLC0415  loaded only where it is asked

    try:
        text = trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False)
    except Exception:  # noqa: BLE001  whatever a third party raises on odd pages must not cost the record
        _log.exception("trafilatura failed; the record is made without a second opinion")
        return []
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
