"""A record with everything in it, and rows of tables in the JSON form of records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from xinnong_scraper.records import (
    Article,
    Block,
    Body,
    Crumb,
    Disclaimer,
    Evidence,
    ExtractionWarning,
    Image,
    Teaser,
)  # fmt: skip

CHINA = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PICTURE = Image(url="http://a.example/1.jpg", alt="替", caption="图")
FULL = Article(
    url="http://a.example/1", title="题", authors=["张三", "李四"], keywords=["小麦"],
    published_at=datetime(2018, 4, 28, 13, 44, 24, 123456, tzinfo=CHINA), published_precision="second",
    modified_at=datetime(2018, 4, 28, 5, 44, 24, tzinfo=UTC), fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
    breadcrumb=[Crumb(name="首页", url="http://a.example/"), Crumb(name="新闻")], section="新闻",
    body=Body(blocks=[
        Block(kind="paragraph", text="一"),
        Block(kind="subheading", text="二", level=3),
        Block(kind="table", rows=[["甲", "乙"], [], ["丙"]]),
        Block(kind="image", image=PICTURE),
    ]),
    images=[PICTURE, Image(url="http://a.example/2.jpg")],
    disclaimer=Disclaimer(heading="免责声明", clauses=["一", "二"]),
    teasers=[
        Teaser(title="甲", published_at=datetime(2018, 4, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
        Teaser(title="乙"),
    ],
    confidence=0.1 + 0.2,
    evidence={
        "title": Evidence(strategy="landmarks", rule="headline", confidence=0.9, agreeing=["metadata:og:title"]),
        "body": Evidence(strategy="density", rule="best", confidence=1 / 3),
    },
    warnings=[ExtractionWarning(code="missing_field", field="editors", message="no editor")],
)  # fmt: skip


def shown(value: Any, offset: int | None) -> str | None:
    """A time as the JSON form shows it: the instant, in the zone whose offset stands beside it."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else EPOCH + timedelta(microseconds=value)
    local = moment.astimezone(timezone(timedelta(minutes=offset or 0)))
    text = (local if offset is not None else local.replace(tzinfo=None)).isoformat()
    return text.replace("+00:00", "Z")


def json_of(value: Any) -> Any:
    """A row as a reader gives it, in the JSON form: times joined with their offsets, maps as objects."""
    if isinstance(value, dict):
        return {
            name: shown(inner, value[f"{name}_offset"]) if f"{name}_offset" in value else json_of(inner)
            for name, inner in value.items()
            if not name.endswith("_offset")
        }
    if isinstance(value, list | tuple):
        return [json_of(inner) for inner in value]
    return value


def entries(value: Any) -> dict[str, Any]:
    """A map in any of the shapes that readers give it."""
    if isinstance(value, dict):
        return value
    return dict((item["key"], item["value"]) if isinstance(item, dict) else item for item in value)
