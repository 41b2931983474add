"""Pages that are not Chinese: what is an article, and which of their lines are its text."""

from __future__ import annotations

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.errors import NotAnArticleError

URL = "https://www.example.com/2024/05/orchard-walk/"
TITLE = "<title>A walk through the orchards in bloom - The Example Post</title>"
H1 = "<h1>A walk through the orchards in bloom</h1>"
TEXTS = (
    (
        "In late April the orchards above the village open all at once, and the first visitors arrive before the mist has "
        "lifted from the terraces. By nine the car park is full, and the farm shops have sold their first trays of buns."
    ),
    (
        "The owner of the oldest farm, who has kept notes since 1987, says that the bloom now comes eleven days earlier "
        "than when she began. She shows the ledgers, bound in green cloth, in which every frost has a line of its own."
    ),
    (
        "The town council plans a path around the ridge and a market hall next to the station, so that the growers can "
        "sell their fruit without a long drive. Work is to begin in autumn, once the harvest has been brought in."
    ),
)
MENU = (
    "<nav><ul>" + "".join(f"<li><a href='/s/{n}'>News from the region {n}</a></li>" for n in range(40)) + "</ul></nav>"
)


def paragraphs(texts: tuple[str, ...] = TEXTS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def article(body: str, *, above: str = MENU, below: str = "") -> Article:
    return extract_html(f"{TITLE}{above}<main>{H1}<div>{body}</div>{below}</main>", url=URL)


def test_a_menu_of_many_words_makes_no_list() -> None:
    assert article(paragraphs()).paragraphs == list(TEXTS)


def test_a_text_that_lists_things_with_linked_names_is_an_article() -> None:
    parts = [
        f"<h2><a href='https://shop.example/{n}'>The {n}th orchard on the walk</a></h2>{paragraphs()}" for n in range(8)
    ]
    found = article(paragraphs(TEXTS[:1]) + "".join(parts))
    assert found.paragraphs[-4:] == ["The 7th orchard on the walk", *TEXTS]


def test_a_part_that_was_streamed_late_is_read() -> None:
    shell = f"{TITLE}<div id=root>{MENU}<template id='B:0'></template></div>"
    streamed = f"<div hidden id='S:0'><main>{H1}{paragraphs()}</main></div><div hidden id=S>Not shown at all.</div>"
    found = extract_html(f"{shell}{streamed}<script>$RC('B:0','S:0')</script>", url=URL)
    assert found.paragraphs == list(TEXTS)


SUMMARY = "Growers along the ridge expect a good year. The market opens in May."
CARDS = "".join(
    f"<div><h3><a href='/a/{n}'>Story number {n} from the orchards of the valley</a></h3><p>{SUMMARY}</p></div>"
    for n in range(15)
)
RESULTS = "<title>Search results for orchard</title><h1>Search results for “orchard”</h1>" + CARDS


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(f"<title>The Example Post</title>{MENU}<main>{CARDS}</main>", "list_page", id="front-page"),
        pytest.param(RESULTS, "list_page", id="search-results"),
        pytest.param(f"<title>Orchards</title>{MENU}<h1>Orchards</h1><main>{CARDS}</main>", "list_page", id="section"),
    ],
)
def test_a_list_of_articles_is_refused(page: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        extract_html(page, url="https://www.example.com/orchards")
    assert caught.value.reason == reason
