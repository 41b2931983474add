"""The replica's articles: the portal's own first one, and generated ones that read like it.

Everything is drawn from ``random.Random`` with a fixed seed, so that the same seed gives the same portal, byte for
byte; every article draws from a generator of its own, so that it does not depend on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Literal

from .bodies import Outline, body_pages, names
from .model import AuthorPlace, Block, Crumb, Disclaimer, Picture, ReplicaArticle, Section, TeaserRef
from .theme import THEMES, Settings, load_data, load_theme
from .words import Words

__all__ = ["CHANNEL", "HOME", "SECTIONS", "generate_articles"]

_SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_FIRST_NUMBER = 20940  # the newest article's number, counting down
_SUMMARY_LENGTH = 62  # where the portal cuts a teaser's summary, before its two dots

HOME = Section("", "首页")
CHANNEL = Section("news", "新闻中心")
SECTIONS = tuple(Section(entry["slug"], entry["name"]) for entry in load_data("phrases.toml")["section"])


@dataclass(frozen=True, slots=True)
class _Stub:
    """What other pages know of an article, before its body is written."""

    index: int
    section: Section
    title: str
    moment: datetime
    lead: str
    summary: str
    """As teasers show it."""
    words: Words
    genuine: bool = False
    """Whether title and lead are the portal's own."""

    @property
    def number(self) -> int:
        return _FIRST_NUMBER - self.index

    @property
    def theme(self) -> str:
        return THEMES[self.index % len(THEMES)]

    @property
    def settings(self) -> Settings:
        return load_theme(self.theme).settings

    @property
    def thumbnail(self) -> Picture:
        return Picture(f"/images/thumb{self.number}_120x80.png", 120, 80)

    def path(self, page: int = 1) -> str:
        pattern = self.settings.path if page == 1 else self.settings.page_path
        return pattern.format(section=self.section.slug, number=self.number, d=self.moment, page=page)


def generate_articles(count: int = 120, seed: int = 20180428) -> list[ReplicaArticle]:
    """Write the portal's articles, newest first; the first six are the portal's own article and its related ones.

    The same ``count`` and ``seed`` give equal articles. Raises ``ValueError`` for fewer than 14 articles, the least
    that shows every template.
    """
    if count < len(THEMES) + 1:
        raise ValueError(f"count must be at least {len(THEMES) + 1}, not {count}")
    stubs = _genuine_stubs(seed)
    stubs += _generated_stubs(seed, stubs, count)
    return [_genuine_article(stubs), *(_article(stub, stubs, seed) for stub in stubs[1:])]


def _genuine_stubs(seed: int) -> list[_Stub]:
    data = load_data("seed_article.toml")
    lead = data["body"][0][1]
    entries = [{**data, "lead": lead, "summary": _cut(lead)}]
    entries += [{**entry, "lead": entry["summary"].rstrip(".") + entry["rest"]} for entry in data["related"]]
    sections = {section.slug: section for section in SECTIONS}
    return [
        _Stub(
            index=index,
            section=sections[entry["section"]],
            title=entry["title"],
            moment=datetime.fromisoformat(entry["published_text"]).replace(tzinfo=_SHANGHAI),
            lead=entry["lead"],
            summary=entry["summary"],
            words=Words(_rng(seed, index)),
            genuine=True,
        )
        for index, entry in enumerate(entries)
    ]


def _generated_stubs(seed: int, genuine: list[_Stub], count: int) -> list[_Stub]:
    weights = [entry["weight"] for entry in load_data("phrases.toml")["section"]]
    titles = {stub.title for stub in genuine}
    moment = genuine[-1].moment
    stubs = []
    for index in range(len(genuine), count):
        rng = _rng(seed, index)
        words = Words(rng)
        number = rng.choices(range(len(SECTIONS)), weights)[0]
        moment -= timedelta(seconds=rng.randint(900, 11000))
        title = _headline(words, number, titles)
        titles.add(title)
        lead = words.lead(number)
        stubs.append(_Stub(index, SECTIONS[number], title, moment, lead, _cut(lead), words))
    return stubs


def _headline(words: Words, section: int, taken: set[str]) -> str:
    for attempt in range(1000):
        title = words.headline(section) + (f"（{attempt}）" if attempt > 20 else "")
        if title not in taken:
            return title
    raise RuntimeError("the tables of words are too small for so many headlines")


def _genuine_article(stubs: list[_Stub]) -> ReplicaArticle:
    """Give the portal's own article, as it stood there."""
    stub, data = stubs[0], load_data("seed_article.toml")
    blocks = tuple(Block(kind, text) for kind, text in data["body"])
    return ReplicaArticle(
        **_head(stub),
        paths=(stub.path(),),
        source=data["source"],
        source_url=None,
        authors=(),
        author_place="byline",
        editor=None,
        keywords=("聊城", "招商引资", "新旧动能转换"),
        pages=(blocks,),
        disclaimer=Disclaimer(data["disclaimer"]["heading"], tuple(data["disclaimer"]["clauses"])),
        teasers=_teasers(stub, stubs, 5),
    )


def _article(stub: _Stub, stubs: list[_Stub], seed: int) -> ReplicaArticle:
    rng = _rng(seed, stub.index, "article")
    source, source_url = _source(rng)
    authors, author_place = _authors(rng)
    pages = body_pages(stub.words, SECTIONS.index(stub.section), stub.settings, _outline(stub), (authors, author_place))
    return ReplicaArticle(
        **_head(stub),
        paths=tuple(stub.path(page) for page in range(1, len(pages) + 1)),
        source=source,
        source_url=source_url,
        authors=authors,
        author_place=author_place,
        editor=names(rng, 1)[0] if rng.random() < 0.6 else None,
        keywords=stub.words.keywords(),
        pages=pages,
        disclaimer=_disclaimer(rng),
        teasers=_teasers(stub, stubs, rng.choice((0, 3, 4, 5, 5, 5))),
    )


def _head(stub: _Stub) -> dict[str, Any]:
    moment, text, precision = _shown(stub.moment, stub.settings.date)
    return {
        "number": stub.number,
        "section": stub.section,
        "title": stub.title,
        "published_at": moment,
        "published_text": text,
        "precision": precision,
        "summary": stub.lead[: stub.lead.find("。") + 1] or stub.lead,
        "crumbs": _crumbs(stub),
        "thumbnail": stub.thumbnail,
        "template": stub.theme,
        "encoding": stub.settings.encoding,
    }


def _outline(stub: _Stub) -> Outline:
    """Settle the length: the genuine related articles are short picture stories, one in nine others has more pages."""
    more = 3 if stub.index % 27 == 12 else 2 if stub.index % 9 == 3 else 1
    pages = 1 if stub.genuine else more
    return Outline(number=stub.number, title=stub.title, lead=stub.lead, pages=pages, short=stub.genuine)


def _shown(moment: datetime, pattern: str) -> tuple[datetime, str, Literal["second", "minute", "day"]]:
    """Format a moment, and cut it to what the format shows."""
    text = pattern.format(d=moment)
    if "%S" in pattern:
        return moment, text, "second"
    if "%M" in pattern:
        return moment.replace(second=0), text, "minute"
    return moment.replace(hour=0, minute=0, second=0), text, "day"


def _crumbs(stub: _Stub) -> tuple[Crumb, ...]:
    steps = (HOME, CHANNEL, stub.section) if stub.settings.channel else (HOME, stub.section)
    return tuple(Crumb(step.name, step.path) for step in steps)


def _teasers(stub: _Stub, stubs: list[_Stub], count: int) -> tuple[TeaserRef, ...]:
    """Point to the articles that came before this one; the oldest point to the newest."""
    count = min(count, len(stubs) - 1)
    return tuple(_teaser(stubs[(stub.index + step) % len(stubs)], stub.settings) for step in range(1, count + 1))


def _teaser(stub: _Stub, settings: Settings) -> TeaserRef:
    moment, text = _shown(stub.moment, settings.teaser_date)[:2] if settings.teaser_date else (None, None)
    return TeaserRef(
        path=stub.path(),
        title=stub.title,
        summary=stub.summary if settings.teaser_summary else None,
        published_at=moment,
        published_text=text,
        picture=stub.thumbnail if settings.teaser_image else None,
    )


def _source(rng: Random) -> tuple[str | None, str | None]:
    data = load_data("phrases.toml")
    chance = rng.random()
    if chance < 0.08:
        return None, None
    if chance < 0.14:
        return load_data("seed_article.toml")["site"], None
    source = rng.choice(data["sources"])
    return source, data["linked_sources"].get(source) if rng.random() < 0.8 else None


def _authors(rng: Random) -> tuple[tuple[str, ...], AuthorPlace]:
    place: AuthorPlace = rng.choice(("byline", "byline", "dateline", "credit"))
    return names(rng, rng.choice((0, 0, 1, 1, 2))), place


def _disclaimer(rng: Random) -> Disclaimer | None:
    genuine = load_data("seed_article.toml")["disclaimer"]
    if rng.random() < 0.08:
        return None
    entry = rng.choice([genuine, genuine, genuine, *load_data("phrases.toml")["disclaimer"]])
    return Disclaimer(entry["heading"], tuple(entry["clauses"]))


def _cut(text: str) -> str:
    return text[:_SUMMARY_LENGTH] + ".."


def _rng(*key: object) -> Random:
    return Random(":".join(map(str, key)))  # noqa: S311  chosen for repeatability, not for secrets
