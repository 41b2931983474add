"""The gate: whether this page is an article at all, and if not, what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ..challenges import CHALLENGE_WINDOW, challenge_of
from ..errors import NotAnArticleError, NotAnArticleReason
from .entries import are_comments, dated_headings, is_all_links, listed_entries, reads_like_headline
from .language import is_chinese
from .reading import Similarity, is_sentence
from .selection import body_node

if TYPE_CHECKING:
    from ..records import Block
    from .density import TextArea
    from .headline import Headline
    from .reading import Reading

__all__ = ["refuse", "refuse_before", "refuse_challenge", "refuse_without_article"]

_SAYS: Final[dict[NotAnArticleReason, str]] = {
    "empty": "the page is empty; check the address or what was saved",
    "not_html": "the content is no HTML; give the article's page",
    "list_page": "this is a list of articles (home page, section or search results); extract the articles it links to",
    "error_page": "the server shows an error page where an article was expected; the article may have moved or gone",
    "login_wall": "the text is behind a login, a consent dialogue or a subscription; fetch it with the right cookies",
    "challenge": "the server shows a robot check instead of the page; slow down, or fetch the page in a browser",
    "script_shell": "the page is an empty shell that scripts would fill; save it from a browser after it has loaded",
    "no_article": "nothing on the page reads like an article",
}
_SURE: Final = 4.0  # signs of an article with which no words on the page make it something else
_LEAST: Final = 0.6
_NAMED_BODY: Final = 3.0  # signs of an article that the layout's own element for a text is, among links
_SHORT: Final = 220  # characters: an error page says little
_CHECK: Final = 400  # characters: what a robot check or a block page says at most
_ANSWERED: Final = 200  # the status of a page that was handed over to be read
_BELOW_TEXT: Final = 6  # lines in which an offer to unlock the text follows it
_LONGEST_OFFER: Final = 120  # characters of a line that offers to unlock the text
_NOTICE: Final = 40  # characters of a line that tells that the article is gone
_HEADLINES: Final = 12  # links that read like headlines
_ENTRIES: Final = 5  # of a list, where nothing but the list is there
_LISTED: Final = 3  # dated entries that the text consists of
_PARAGRAPH: Final = 30  # weight as prose
_RUN: Final = 3  # paragraphs one after another that no list has
_SHORTEST_MESS: Final = 40  # characters without words that are no article
_TOLD: Final = 8.0  # signs of an article in a text that no list's entries have
_TEXT: Final = 600  # weight as prose
_LONG_SUMMARY: Final = 300  # weight as prose, from which on a paragraph under a link is no summary
_SUMMED: Final = 4  # times as much as the text of its own that an article may say of the things it lists
_ENTRY: Final = 20  # characters of a link that reads like a headline in words


def refuse(reason: NotAnArticleReason, url: str | None, detail: str = "") -> NotAnArticleError:
    """Make the error for a reason."""
    message = _SAYS[reason]
    return NotAnArticleError(f"{message} ({detail})" if detail else message, url=url, reason=reason)


def refuse_before(reading: Reading) -> None:
    """Raise NotAnArticleError for a page that shows nothing: an empty one, or a shell that scripts would fill."""
    characters, _ = reading.characters(reading.outline.boxes[0]) if reading.lines else (0, 0)
    if characters < 2:
        scripts = "<script" in reading.page.html.lower()
        raise refuse("script_shell" if scripts else "empty", reading.page.url)
    if characters < 120 and _is_shell(reading):
        raise refuse("script_shell", reading.page.url)


def refuse_challenge(reading: Reading) -> None:
    """Raise NotAnArticleError for a page of little text whose markup is that of a robot check or a block page."""
    shown = "\n".join(line.text for line in reading.lines)
    if len(shown) <= _CHECK:
        head = reading.page.html[:CHALLENGE_WINDOW].encode("utf-8", "replace")
        if service := challenge_of(_ANSWERED, (), head, shown=shown):
            raise refuse("challenge", reading.page.url, service)


def _refuse_by_words(reading: Reading) -> None:
    """Raise NotAnArticleError for an error, login or robot-check page: it says so, and says little else."""
    own = [line for line in reading.lines if line.link_chars * 4 <= len(line.text) * 3]
    characters = sum(len(line.text) for line in reading.lines)
    prose = sum(len(line.text) for line in own if len(line.text) > 40)
    if prose > _SHORT * 2:
        return
    first = [reading.outline.head.title, *(line.text for line in own[:40] if len(line.text) <= 120)]
    for reason, pattern in reading.lexicon.not_article.items():
        if reason != "error_page" and (characters > _SHORT * 5 or prose > _SHORT):
            continue
        for text in first:
            if text and pattern.match(text) and (reason == "error_page" or prose <= len(text) or not is_sentence(text)):
                raise refuse(reason, reading.page.url, text[:60])


def _refuse_withheld(reading: Reading, headline: Headline, area: TextArea | None) -> None:
    """Raise NotAnArticleError where what stands below a headline is an offer to unlock the text, or that it is gone."""
    apart, gone = reading.apart, reading.lexicon.not_article.get("error_page")
    last = max(area.last, headline.last) + _BELOW_TEXT if area else headline.last + 40
    for line in reading.lines[headline.last : min(last, headline.last + 40)]:
        if line.index in apart or len(line.text) > _LONGEST_OFFER:
            continue
        offer = reading.lexicon.locked.search(line.text)
        if offer and not ("“" in line.text[: offer.start()] and "”" in line.text[offer.end() :]):
            raise refuse("login_wall", reading.page.url, line.text[:60])
        if len(line.text) <= _NOTICE and not line.links and gone is not None and gone.match(line.text):
            raise refuse("error_page", reading.page.url, line.text[:60])


def _is_shell(reading: Reading) -> bool:
    """Tell whether a mount point waits for scripts to fill it."""
    html = reading.page.html
    mounts = ('id="app"', 'id="root"', "id=app", "id=root", 'id="__next"', 'id="__nuxt"', "id='app'", "id='root'")
    return "<script" in html and any(mount in html for mount in mounts)


def refuse_without_article(
    reading: Reading, area: TextArea | None, blocks: list[Block], headline: Headline | None
) -> None:
    """Raise NotAnArticleError where the signs of a list of links outweigh those of an article, or nothing was found.

    An article is never refused for being short: its headline in the document's title and a date below it are enough.
    """
    url = reading.page.url
    text = sum(len(block.text) for block in blocks if block.text)
    pictures = sum(block.kind == "image" for block in blocks)
    headlines = len([line for line in reading.lines if line.link_chars and reads_like_headline(line)])
    signs = _article_signs(reading, text, headline)
    if signs < _SURE:
        _refuse_by_words(reading)
    elif text <= _SHORT and headline is not None:
        _refuse_withheld(reading, headline, area)
    if area is None or (not text and not pictures):
        if headlines >= _HEADLINES:
            raise refuse("list_page", url, f"{headlines} headline links")
        raise refuse("script_shell" if _is_shell(reading) else "no_article", url)
    entries = dated_headings(reading, headline)
    signs += _TOLD * (not is_chinese(reading) and _tells(reading, area))
    listed = _list_signs(reading, area, headlines) + (min(entries, 3) if _has_running_text(area) else entries) * 2
    named = _NAMED_BODY if body_node(reading) is not None else 0.0
    if max(headlines, entries + 1) >= _ENTRIES and listed > signs + named:
        raise refuse("list_page", url, f"{headlines} headline links")
    if not _says_article(reading) and are_comments(reading, area, headline):
        raise refuse("no_article", url, "readers' comments")
    listed = listed_entries(reading, area, headline)
    if listed >= _LISTED and listed * 2 > _article_signs(reading, text, headline, dated=False) + named:
        raise refuse("list_page", url, f"{listed} dated links")
    if signs < _SURE and not pictures and is_all_links(reading, area, headline):
        raise refuse("no_article", url, "nothing but links")
    shown = "".join(block.text for block in blocks if block.text)
    said = any(mark in shown for mark in "。！？.!?") or (headline is not None and text >= 10)
    written = any(_is_written(block.text[:400]) for block in blocks[:40] if block.text)
    if (signs < _LEAST and not pictures and not said) or (text > _SHORTEST_MESS and not written):
        raise refuse("no_article", url)


def _is_written(text: str) -> bool:
    """Tell text from a run of signs: a third of it are letters or digits, and most texts tell it sooner."""
    return any(sum(map(str.isalnum, text[:size])) * 3 >= len(text) for size in (len(text) // 2, len(text)))


def _says_article(reading: Reading) -> bool:
    """Tell whether the page's metadata call it an article."""
    metadata = reading.metadata
    return metadata.article is not None or any(s.value.lower() in ("article", "news") for s in metadata.all("type"))


def _article_signs(reading: Reading, text: int, headline: Headline | None, *, dated: bool = True) -> float:
    """Weigh what speaks for an article; without ``dated``, the dates and names on the page are those of entries."""
    metadata, signs = reading.metadata, 0.0
    if headline is not None:
        signs += 2.0 * Similarity(reading.outline.head.title)(headline.text)
        names = {*reading.layout.site_names, *(s.value for s in metadata.all("site_name"))}
        signs -= 2.0 * (headline.text in names)
    found = {c.field for c in reading.candidates if dated and c.strategy == "landmarks" and c.value}
    signs += 2.0 * ("published_at" in found) + 1.5 * ("source" in found) + 0.5 * bool(found & {"authors", "editors"})
    signs += 2.0 * _says_article(reading)
    return signs + min(3.0, text / 100)


def _list_signs(reading: Reading, area: TextArea, headlines: int) -> float:
    apart = reading.apart
    inside = [line for line in reading.lines[area.first : area.last] if line.index not in apart]
    linked = sum(reads_like_headline(line) for line in inside)
    signs = min(4.0, headlines / 8)
    if linked >= 5 and linked * 5 >= len(inside):
        signs += 6.0
    path = urlsplit(reading.page.url).path if reading.page.url and "[" not in reading.page.url else "x"
    if path in ("", "/") or path.rpartition("/")[2].startswith(("index.", "list", "default.")):
        signs += 1.0
    return signs


def _has_running_text(area: TextArea) -> bool:
    """Tell whether some paragraphs follow each other, as no list's summaries do."""
    run = 0
    for weight in area.weights[area.first : area.last]:
        run = run + 1 if weight >= _PARAGRAPH else 0
        if run == _RUN:
            return True
    return False


def _tells(reading: Reading, area: TextArea) -> bool:
    """Tell whether a good part of the paragraphs stands by itself, not each under the link of an entry.

    In scripts that write words apart every menu is full of links as long as a Chinese headline: only the text tells.
    """
    own = summaries = 0
    entry = False
    for line in reading.lines[area.first : area.last]:
        weight = area.weights[line.index] if area.kept is None or line.index in area.kept else 0
        if weight >= _PARAGRAPH * 2:
            if entry and weight < _LONG_SUMMARY:
                summaries += weight
            else:
                own += weight
            entry = False
        elif line.link_chars >= _ENTRY and line.all_link:
            entry = True
    return own >= _TEXT and own * _SUMMED >= summaries
