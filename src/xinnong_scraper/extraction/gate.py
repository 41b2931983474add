"""The gate: is this page an article at all, and if not, what is it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..errors import NotAnArticleError, NotAnArticleReason

if TYPE_CHECKING:
    from ..records import Block
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["refuse", "refuse_before", "refuse_without_article"]

_SAYS: Final[dict[NotAnArticleReason, str]] = {
    "empty": "the page is empty; check the address or what was saved",
    "not_html": "the content is no HTML; give the article's page",
    "list_page": "this is a list of articles (a home page, a section or search results), not one article; extract its links instead",
    "error_page": "the server shows an error page where an article was expected; the article may have moved or gone",
    "login_wall": "the text is behind a login, a consent dialogue or a subscription; fetch the page with the right cookies",
    "challenge": "the server shows a robot check instead of the page; slow down, or fetch the page in a browser",
    "script_shell": "the page is an empty shell that scripts would fill; save it from a browser after it has loaded",
    "no_article": "nothing on the page reads like an article",
}
_SHORT: Final = 220  # characters: an error page says little
_HEADLINES: Final = 12  # links that read like headlines


def refuse(reason: NotAnArticleReason, url: str | None, detail: str = "") -> NotAnArticleError:
    """Make the error for a reason."""
    message = _SAYS[reason]
    return NotAnArticleError(f"{message} ({detail})" if detail else message, url=url, reason=reason)


def refuse_before(reading: Reading) -> None:
    """Raise NotAnArticleError for a page that shows nothing, or an error, login or robot-check page that shows little."""
    lines = reading.lines
    url = reading.page.url
    characters = sum(len(line.text) for line in lines)
    if characters < 2:
        scripts = "<script" in reading.page.html.lower()
        raise refuse("script_shell" if scripts else "empty", url)
    own = [line for line in lines if not line.all_link]
    prose = sum(len(line.text) for line in own if len(line.text) > 40)
    if prose > _SHORT * 2:
        return
    first = [reading.outline.head.title, *(line.text for line in own[:40] if len(line.text) <= 120)]
    for reason, pattern in reading.lexicon.not_article.items():
        if reason != "error_page" and characters > _SHORT * 5:
            continue
        for text in first:
            if text and pattern.match(text):
                if reason == "error_page" or prose <= _SHORT:
                    raise refuse(reason, url, text[:60])
    if characters < 120 and _is_shell(reading):
        raise refuse("script_shell", url)


def _is_shell(reading: Reading) -> bool:
    """Tell whether scripts outweigh what is shown by far, or an empty mount point waits for them."""
    html = reading.page.html
    mounts = ('id="app"', 'id="root"', "id=app", "id=root", 'id="__next"', 'id="__nuxt"', "id='app'", "id='root'")
    return "<script" in html and any(mount in html for mount in mounts)


def refuse_without_article(reading: Reading, area: TextArea | None, blocks: list[Block], headline: Headline | None) -> None:
    """Raise NotAnArticleError where what was found is a list of links, or nothing."""
    url = reading.page.url
    text = sum(len(block.text) for block in blocks if block.text)
    pictures = sum(block.kind == "image" for block in blocks)
    dated = any(c.field == "published_at" for c in reading.candidates)
    headlines = sum(line.all_link and len(line.text) >= 9 for line in reading.lines)
    article = reading.metadata.article is not None
    if area is None or (not text and not pictures):
        if headlines >= _HEADLINES:
            raise refuse("list_page", url, f"{headlines} headline links")
        if not (article and reading.metadata.first("body")):
            raise refuse("script_shell" if _is_shell(reading) else "no_article", url)
    if article or (dated and headline is not None and text >= 30):
        return
    if headlines >= _HEADLINES and text < headlines * 15:
        raise refuse("list_page", url, f"{headlines} headline links")
