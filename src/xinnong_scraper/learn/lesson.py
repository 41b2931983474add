"""From pages of one site to a layout: what repeats is template, what varies is content."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from ..extraction.language import is_chinese
from ..layouts import GENERAL, builtin_layouts, load_layout, parse_layout
from ..normalize.urls import host, site
from .boilerplate import repeated_boxes, repeated_ends, repeated_lines, repeated_pictures
from .doubts import doubt
from .listing import learn_lists
from .names import Names
from .options import options_for
from .sample import FIELDS, LEAST, read_samples, spread
from .texts import learn_body, read_with
from .trial import FIELDS_OF_LABELS, Outcome, without_harm
from .votes import learn_field
from .words import learn_labels, learn_teaser_heading
from .writing import Draft, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..layouts import Layout
    from .sample import Sample
    from .votes import FieldLesson

__all__ = ["Lesson", "layout_name", "learn_fields", "learn_layout", "study", "study_samples"]

_LONGEST_NAME: Final = 64
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_.-]+")
_MOST_HOSTS: Final = 8


@dataclass(frozen=True, slots=True)
class Lesson:
    """A learned layout and what it rests on."""

    layout: Layout
    """The layout, ready for use."""
    toml: str
    """The layout file, with comments."""
    articles: int
    """Pages that are articles, each counted once."""
    opened: int
    """Pages that the general engine takes for lists, and the layout reads as articles."""
    lists: int
    """Pages that are lists of links."""
    others: int
    """Pages that are neither, or the same article again."""
    fields: tuple[FieldLesson, ...]
    """What was learned of each field."""
    outcome: Outcome
    """What the layout changes on these pages, compared with the general engine."""
    hashed: bool
    """Whether a tool makes the site's class names, so that only those made of words were relied on."""

    @property
    def has_learned(self) -> bool:
        """Whether the layout says anything of how to read a page."""
        return bool(self.layout.selectors or self.layout.exclude or self.outcome.found or self.outcome.changed)

    @property
    def gain(self) -> int:
        """Values and articles that the layout finds on these pages and the general engine does not, or elsewhere."""
        return self.opened + sum(self.outcome.found.values()) + sum(self.outcome.changed.values())


def learn_layout(pages: Iterable[tuple[str | bytes, str | None]], *, name: str) -> Layout:
    """Learn a layout from 3 to 20 ``pages`` of one site, given as (html, url); no labels are needed.

    ``html`` is text or better the bytes, ``url`` may be None. ``name`` is normalised to what a layout's name may be.
    Pages that are no articles are left aside, or tell how the site's lists look; of more than 20 pages 20 are taken.
    Fields that the general engine reads as well from several places of a page are left to it. Raises ``ValueError`` for
    fewer than three pages.

    :func:`study` gives the file with its comments, and what was gained.
    """
    return study(pages, name=name).layout


def study(pages: Iterable[tuple[str | bytes, str | None]], *, name: str) -> Lesson:
    """Learn a layout as :func:`learn_layout` does, from ``pages`` and with ``name``, and tell what it rests on.

    Raises ``ValueError`` for fewer than three pages.
    """
    given = spread(pages)
    if len(given) < LEAST:
        raise ValueError(f"a layout is learned from at least {LEAST} pages of one site, not {len(given)}")
    return study_samples(read_samples(given), name=name, given=len(given))


def study_samples(samples: Sequence[Sample], *, name: str, given: int) -> Lesson:
    """Learn from pages that are read already; ``given`` is how many there were before doubles went."""
    articles = [sample for sample in samples if sample.article is not None]
    lists = [sample for sample in samples if sample.reason == "list_page"]
    doubt(articles)
    names = Names(sample.page.tree for sample in samples)
    base = _base(articles)
    own_name = layout_name(name, articles)
    draft = Draft(data={"name": own_name, "extends": base.name})
    if base.name == GENERAL and 2 * sum(is_chinese(sample.reading) for sample in articles) < len(articles):
        draft.data["zone"] = "UTC"  # as of pages in other languages by the general engine
    _recognise(draft, articles)
    fields: list[FieldLesson] = []
    if len(articles) > 1:
        fields = learn_fields(articles, names, base)
        _repetitions(draft, articles, names)
        _words(draft, articles)
        _selectors(draft, fields)
    bodies = [selector.css for lesson in fields if lesson.field == "body" for selector in lesson.selectors]
    doubtful = [page for page in lists if any(page.page.tree.css_first(css or "") for css in bodies)]
    lists = [page for page in lists if page not in doubtful]
    for box in learn_lists(lists, articles, names):
        draft.add(("lists", box.kind), box.css, f"on {box.pages} of {len(lists)} list pages")
    build = partial(parse_layout, file=own_name)
    draft, outcome = without_harm(draft, articles, build)
    kept = draft.data.get("selectors", {})
    fields = [field if field.field in kept else _left_out(field) for field in fields]
    opened = sum(bool(read_with(build(render(draft)), page)) for page in doubtful)
    _remarks(draft, fields, articles, outcome, opened, names)
    text = render(draft)
    others = given - len(articles) - opened - len(lists)
    return Lesson(
        build(text), text, len(articles), opened, len(lists), others, tuple(fields), outcome, names.only_semantic
    )


def learn_fields(articles: Sequence[Sample], names: Names, base: Layout) -> list[FieldLesson]:
    """Learn the selectors of every field from two articles at least."""
    lessons = [learn_field(field, options_for(field, articles, names), articles) for field in FIELDS]
    return [*lessons, learn_body(articles, names, base)]


def layout_name(name: str, samples: Sequence[Sample] = ()) -> str:
    """Normalise a name to what a layout's may be; where nothing is left of it, the site's host names the layout.

    >>> layout_name(" Village News! "), layout_name("村报网"), layout_name("zh")
    ('village-news', 'site', 'zh-site')
    """
    hosts = Counter(address for sample in samples if (address := _host(sample)))
    for given in (name, *[address for address, _ in hosts.most_common(1)], "site"):
        folded = unicodedata.normalize("NFKD", str(given)).encode("ascii", "ignore").decode("ascii").lower()
        plain = _NOT_IN_NAMES.sub("-", folded).lstrip("-_.")[:_LONGEST_NAME].rstrip("-_.")
        if plain:
            return f"{plain}-site" if plain == GENERAL else plain
    return "site"


def _host(sample: Sample) -> str | None:
    canonical = sample.article.canonical_url if sample.article else None
    return host(sample.url or "") or host(canonical or "")


def _base(articles: Sequence[Sample]) -> Layout:
    """The layout to build on: the one that reads most of the pages, if it comes with the package."""
    known = {layout.name for layout in builtin_layouts()}
    used = Counter(sample.reading.layout.name for sample in articles)
    found = [name for name, count in used.most_common(1) if name in known and 2 * count > len(articles)]
    return load_layout(found[0] if found else GENERAL)


def _recognise(draft: Draft, articles: Sequence[Sample]) -> None:
    """Say whose pages these are: by host, and by the name that they give their site."""
    hosts = Counter(address for sample in articles if (address := _host(sample)))
    sites = {site(f"http://{address}/") for address in hosts}
    if len(hosts) > 1 and len(sites) == 1 and (common := sites.pop()):
        draft.add(("recognise", "hosts"), f".{common}", f"{len(hosts)} hosts, on {sum(hosts.values())} pages")
    else:
        for address, count in hosts.most_common(_MOST_HOSTS):
            draft.add(("recognise", "hosts"), address, f"{count} of {len(articles)}")
    named = Counter(sample.article.site_name for sample in articles if sample.article and sample.article.site_name)
    for name, count in named.most_common(1):
        if count > 1 and 2 * count > len(articles) and len(name) <= 60:
            draft.data["site_name"] = name
            draft.add(("recognise", "names"), name, f"{count} of {len(articles)}")


def _repetitions(draft: Draft, articles: Sequence[Sample], names: Names) -> None:
    """Say what repeats inside the texts and is none of them."""
    of = f"of {len(articles)}"
    for box in [*repeated_boxes(articles, names), *repeated_pictures(articles)]:
        draft.add(("exclude",), box.pattern, f"in the text on {box.pages} {of}")
    for line in [*repeated_lines(articles), *repeated_ends(articles)]:
        draft.add(("lines", "boilerplate"), line.pattern, f"in the text on {line.pages} {of}")


def _words(draft: Draft, articles: Sequence[Sample]) -> None:
    """Say what words the site has of its own."""
    for label in learn_labels(articles):
        draft.add(("labels", label.field), label.word, f"on {label.pages} of {len(articles)}")
    if heading := learn_teaser_heading(articles):
        draft.add(("headings", heading.field), heading.word, f"on {heading.pages} of {len(articles)}")


def _selectors(draft: Draft, fields: Sequence[FieldLesson]) -> None:
    for lesson in fields:
        for selector, hits in zip(lesson.selectors, lesson.hits, strict=False):
            entry = selector.model_dump(exclude_none=True)
            draft.add(("selectors", lesson.field), entry, f"hit on {hits} of {lesson.pages}")


def _left_out(lesson: FieldLesson) -> FieldLesson:
    if not lesson.selectors:
        return lesson
    return replace(lesson, selectors=(), note="it costs another field")


def _remarks(
    draft: Draft, fields: Sequence[FieldLesson], articles: Sequence[Sample], outcome: Outcome, opened: int, names: Names
) -> None:
    """Say above all what the layout was learned from and whether it helps; below, what it leaves to the engine."""
    where = draft.data.get("site_name") or next(iter(draft.data.get("recognise", {}).get("hosts", [])), "one site")
    draft.head.append(f"Articles of {where}: learned from {len(articles)} pages, without labels.")
    better = {**outcome.found}
    for field, pages in outcome.changed.items():
        better[field] = better.get(field, 0) + pages
    if opened:
        draft.head.append(f"It reads {opened} pages that the general engine takes for lists of links.")
    if better:
        said = ", ".join(f"{field} on {pages} of {len(articles)}" for field, pages in better.items())
        draft.head.append(f"Beside the general engine it changes: {said}.")
    elif not opened:
        draft.head.append("On these pages the general engine reads the same: no gain was seen.")
    if names.only_semantic:
        draft.head.append("A tool makes most class names of this site: only names made of words are used.")
    labels = {FIELDS_OF_LABELS.get(label, label) for label in draft.data.get("labels", {})}
    for lesson in fields:
        if not lesson.selectors and lesson.agree and lesson.field not in labels:
            draft.remarks.setdefault("selectors", []).append(f"{lesson.field}: no selector, {lesson.note}.")
