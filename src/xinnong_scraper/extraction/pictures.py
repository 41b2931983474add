"""The address of a picture: the real one, however it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..normalize.text import clean
from ..normalize.urls import is_placeholder_image

if TYPE_CHECKING:
    import re

    from ..blocks import Picture
    from ..page import Page

__all__ = ["alternative_text", "is_decoration", "picture_source", "picture_url"]

_LAZY: Final = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazyload",
    "data-lazy",
    "data-url",
    "data-echo",
    "data-actualsrc",
    "data-original-src",
    "original",
    "_src",
    "file",
    "zoomfile",
)
_SMALL: Final = 50  # pixels: an icon, not a picture


def picture_url(page: Page, picture: Picture) -> str | None:
    """Give the address of the picture that a reader sees in the end, absolute.

    ``src``, unless that is a placeholder; then the attributes that lazy loaders use, then the first of ``srcset``.
    """
    return page.link(picture_source(picture.attributes))


def picture_source(attributes: dict[str, str | None]) -> str | None:
    """Choose the attribute that holds the picture, as written."""
    later = [(attributes[name] or "").strip() for name in _LAZY if name in attributes]
    lazy = next((value for value in later if not is_placeholder_image(value)), None)
    shown = (attributes.get("src") or "").strip()
    if lazy:
        waits = "lazy" in (attributes.get("class") or "").lower() or "default" in shown.rpartition("/")[2].lower()
        return lazy if waits or is_placeholder_image(shown) else shown
    if not is_placeholder_image(shown):
        return shown
    for name in ("srcset", "data-srcset"):
        first = (attributes.get(name) or "").split(",")[0].split()
        if first and not is_placeholder_image(first[0]):
            return first[0]
    return None


def alternative_text(picture: Picture) -> str | None:
    """Give the picture's ``alt``, cleaned; None where it is empty."""
    return clean(picture.attributes.get("alt") or "") or None


def is_decoration(picture: Picture, hint: re.Pattern[str]) -> bool:
    """Tell an icon, a logo, a QR code or a counting pixel from a picture of the article."""
    attributes = picture.attributes
    if is_placeholder_image(attributes.get("src")) and picture_source(attributes) is not None:
        return False  # the size is the placeholder's
    for side in ("width", "height"):
        value = (attributes.get(side) or "").removesuffix("px")
        if value.isdecimal() and int(value[:6]) < _SMALL:
            return True
    name = (attributes.get("src") or attributes.get("data-src") or "").split("?")[0][-120:]
    return bool(hint.search(name.lower()) or hint.search((attributes.get("alt") or "").lower()))
