"""The breadcrumb: where in the site the article stands."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ..normalize.text import clean, squeeze
from ..records import Crumb
from .reading import Candidate

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from ..blocks import Box, Line
    from .reading import Reading

__all__ = ["find_breadcrumb", "propose_breadcrumb"]

_LOOK_BACK: Final = 60  # lines above the headline
_MAX_CRUMBS: Final = 8
_MOST_BETWEEN_PICTURES: Final = 4  # steps; more links with pictures between them are a menu
_MAX_NAME: Final = 30
_ARROW = re.compile(
    r"(?<!\s)\s*(?:(?<!-)-+>+|(?<!=)=+>|(?<!－)－+[>＞]|▶|►|>+|＞+|»+|›+|〉+|→|/|／|\\|\||｜|·|•|::|－|—+|\s-\s|-$|^-)\s*"
)
_STRONG_SPLIT = re.compile(r"(?<!\s)\s*(?:(?<!-)-+>+|(?<!=)=+>|(?<!－)－+[>＞]|>+|＞+|»+|›+|〉+|→|▶|►)\s*")
_STRONG_ARROW = re.compile(r"->|>|＞|»|›|〉|→|▶|►")


def find_breadcrumb(
    reading: Reading, stop: int, signs: dict[int, tuple[str, float]], *, above_headline: bool = False
) -> tuple[int, int, list[Crumb], Line, str] | None:
    """Find the breadcrumb above line ``stop``: its lines, its steps, the line to point to and the rule.

    ``signs`` keeps what the lines show from one search to the next. With ``above_headline`` a few links without arrows
    do, if they start at home and stand right above the headline.
    """
    lines = reading.lines
    best: tuple[float, int, int, list[Crumb], Line, str] | None = None
    known: dict[int, bool] = {}
    index = max(0, stop - _LOOK_BACK)
    while index < min(stop, len(lines)):
        line = lines[index]
        last = index + 1
        if index not in signs:
            signs[index] = _signs(reading, line, known)
        rule, score = signs[index]
        if rule in ("", "arrow") and (end := _list_of_steps(reading, index, stop)) > last:
            rule, score, last = "list", max(score, 1.0), end
        if not rule and above_headline and index == stop - 1 and _is_bare_path(reading, line):
            rule, score, last = "bare", 0.5, index + 1
        if rule:
            if rule != "list" and last == index + 1:
                last = _same_box(reading, line, stop) if rule in ("hint", "label") else last
            steps = _steps(reading, lines[index:last])
            if len(steps) > 1 or (steps and rule == "label"):
                score += 0.02 * (index - stop) / 10
                if best is None or score >= best[0]:
                    best = (score, index, last, steps, line, rule)
        index = max(last, index + 1)
    return best[1:] if best else None


def _signs(reading: Reading, line: Line, known: dict[int, bool]) -> tuple[str, float]:
    """Name the sign that makes a line a breadcrumb, and weigh it."""
    text = line.text
    if len(text) > 160:
        return "", 0.0
    label = reading.lexicon.labels.at_start(text)
    if label and label.field == "breadcrumb":
        return "label", 3.0
    home = reading.lexicon.home
    if line.links and len(text) <= 120 and _STRONG_ARROW.search(text):
        return "arrow", 2.0 + 0.5 * any(word in text[:12].casefold() for word in home)
    if len(text) <= 60 and "|" not in text and text.casefold().startswith(reading.lexicon.home_words):
        steps = _ARROW.split(text)
        if steps[0].strip().casefold() in home and 2 <= len(steps) <= _MAX_CRUMBS:
            return "arrow", 2.0
    if (
        3 <= len(line.links) <= _MAX_CRUMBS
        and line.all_link
        and len(text) <= 60
        and _nested([link.attributes.get("href") for link in line.links], reading)
    ):
        return "nested", 1.6
    if line.links and len(text) <= 60 and _ends_at_text(reading, line):
        return "ended", 2.0
    if _has_arrow_pictures(reading, line):
        return "pictures", 1.5
    box: Box | None = line.box
    for _ in range(3):
        if box is None or box.last - box.first > 10:
            break
        if _hinted(reading, box, known):
            return "hint", 1.8
        box = box.parent
    return "", 0.0


def _ends_at_text(reading: Reading, line: Line) -> bool:
    """Tell a line from home to 正文, whatever stands between its steps."""
    if not line.text.casefold().startswith(reading.lexicon.home_words):
        return False
    home, last = clean(line.parts[0][0]).casefold(), squeeze(line.parts[-1][0]).strip("|｜·-/")
    return home in reading.lexicon.home and last in reading.lexicon.last_crumbs


def _has_arrow_pictures(reading: Reading, line: Line) -> bool:
    """Tell a path whose arrows are pictures: links from home on, with a picture between each two."""
    links = line.links
    if not links or not 2 <= len(links) <= _MOST_BETWEEN_PICTURES or line.link_chars < len(squeeze(line.text)):
        return False
    if clean(links[0].text()).casefold() not in reading.lexicon.home:
        return False
    between = sum(picture.at == line.index + 1 and picture.box is line.box for picture in reading.outline.pictures)
    return between >= len(links) - 1


def _is_bare_path(reading: Reading, line: Line) -> bool:
    links = line.links
    return 2 <= len(links) <= 4 and line.all_link and clean(links[0].text()).casefold() in reading.lexicon.home


def _hinted(reading: Reading, box: Box, known: dict[int, bool]) -> bool:
    """Tell whether the box calls itself a breadcrumb, by class, id or ``aria-label``."""
    answer = known.get(box.index)
    if answer is None:
        own_words = ("breadcrumb", "breadcrumbs", "面包屑")
        answer = bool(reading.lexicon.breadcrumb_hint.search(box.ident)) or box.label in own_words
        known[box.index] = answer
    return answer


def _same_box(reading: Reading, line: Line, stop: int) -> int:
    """End of the run of short lines that stand in the breadcrumb's own box."""
    lines, box = reading.lines, line.box
    while (
        box.parent is not None
        and box.parent.last - box.parent.first <= _MAX_CRUMBS * 2
        and box.parent.first <= line.index
    ):
        if box.last - box.first > 1 and not (
            reading.lexicon.breadcrumb_hint.search(box.parent.ident) or box.parent.tag in ("ol", "ul", "nav")
        ):
            break
        if box.parent.last > stop:
            break
        box = box.parent
    last = line.index + 1
    while (
        last < min(box.last, stop)
        and len(lines[last].text) <= _MAX_NAME
        and (lines[last].links or len(lines[last].text) <= 12)
    ):
        last += 1
    return last


def _list_of_steps(reading: Reading, index: int, stop: int) -> int:
    """End of a short list that starts with the home page, one step a line."""
    lines = reading.lines
    line = lines[index]
    if len(line.text) > 10:
        return index
    word = line.text.replace(" ", "").strip(">＞»›/-").casefold()
    if word not in reading.lexicon.home and line.text not in reading.layout.site_names:
        return index
    box: Box | None = line.box
    while box is not None and box.last <= index + 1:
        box = box.parent
    if box is None or box.first != index or box.last - box.first > _MAX_CRUMBS * 2 or box.last > stop:
        return index
    steps = lines[index : box.last]
    if len(steps) > 5 or any(len(item.text) > _MAX_NAME for item in steps):
        return index
    ended = not steps[-1].links and squeeze(steps[-1].text) in reading.lexicon.last_crumbs
    if ended or any(_STRONG_ARROW.search(item.text) or _ARROW.fullmatch(item.text) for item in steps):
        return box.last
    addresses = [item.links[0].attributes.get("href") for item in steps if item.links]
    return box.last if len(addresses) <= 4 and _nested(addresses, reading) else index


def _nested(addresses: list[str | None], reading: Reading) -> bool:
    """Tell a path into the site from a menu: every address lies below the one before it."""
    urls = [reading.page.link(address) for address in addresses]
    return all(a and b and a != b and b.startswith(a.rpartition("/")[0]) for a, b in pairwise(urls)) and all(
        a and b and b.rstrip("/").count("/") > a.rstrip("/").count("/") for a, b in pairwise(urls)
    )


def _steps(reading: Reading, lines: list[Line]) -> list[Crumb]:
    """Split the lines into steps: link by link, and at the arrows between."""
    steps: list[Crumb] = []
    strong = any(_STRONG_ARROW.search(line.text) for line in lines)
    for line in lines:
        links = {link.mem_id: link for link in line.links}
        run: list[str] = []
        current: LexborNode | None = None
        for text, element in line.parts:
            link = _link_of(element, links)
            if link is not current and run:
                _add_step(reading, steps, "".join(run), current, strong=strong)
                run = []
            current = link
            run.append(text)
        if run:
            _add_step(reading, steps, "".join(run), current, strong=strong)
    return steps[:_MAX_CRUMBS]


def _link_of(element: LexborNode, links: dict[int, LexborNode]) -> LexborNode | None:
    node: LexborNode | None = element
    for _ in range(4):
        if node is None:
            return None
        if node.mem_id in links:
            return links[node.mem_id]
        node = node.parent
    return None


def _add_step(reading: Reading, steps: list[Crumb], text: str, link: LexborNode | None, *, strong: bool) -> None:
    text = clean(text)
    label = reading.lexicon.labels.at_start(text)
    if label and label.field == "breadcrumb":
        text = text[label.end :]
    elif not steps and link is None and reading.lexicon.labels.field(text.strip("：: ")):
        return
    if link is not None:
        name = text.strip(" >＞»›〉→/|-·:：[]【】")
        if _says_something(name) and len(steps) < _MAX_CRUMBS:
            steps.append(Crumb(name=name, url=reading.page.link(link.attributes.get("href"))))
        return
    if not steps and text.endswith(("：", ":")):
        return
    for part in (_STRONG_SPLIT if strong else _ARROW).split(text):
        name = part.strip(" :：·|[]【】()（）")
        if _says_something(name):
            steps.append(Crumb(name=name))


def _says_something(name: str) -> bool:
    return any(map(str.isalnum, name))


def propose_breadcrumb(
    reading: Reading, found: tuple[int, int, list[Crumb], Line, str] | None, title: str | None
) -> None:
    """Propose the breadcrumb without 正文 and the title at its end."""
    if found is None:
        return
    _, _, steps, line, rule = found
    own = squeeze(title or "")
    home = next((i for i, step in enumerate(steps[:3]) if any(word in step.name for word in reading.lexicon.home)), 0)
    steps = steps[home:]
    end = next((i for i, step in enumerate(steps) if squeeze(step.name) in reading.lexicon.last_crumbs), len(steps))
    steps = steps[:end]
    while steps and (
        squeeze(steps[-1].name) in reading.lexicon.last_crumbs
        or _is_title(squeeze(steps[-1].name), own)
        or len(steps[-1].name) > _MAX_NAME
    ):
        steps = steps[:-1]
    if steps:
        reading.propose(
            Candidate(
                "breadcrumb",
                steps,
                line.text,
                "landmarks",
                f"breadcrumb:{rule}",
                line.node,
                0.9 if rule != "list" else 0.7,
            )
        )


def _is_title(name: str, title: str) -> bool:
    cut = name.rstrip(".…")
    return bool(title) and (name == title or (len(cut) > 5 and title.startswith(cut)))
