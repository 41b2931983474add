"""Pages that are not Chinese: what is an article, and which of their lines are its text."""

from __future__ import annotations

import pytest

from xinnong_scraper import Article, extract_html
from xinnong_scraper.errors import NotAnArticleError

from .languages import REPORTS

URL = "https://www.example.com/2024/05/orchard-walk/"
TITLE = "<title>A walk through the orchards in bloom - The Example Post</title>"
H1 = "<h1>A walk through the orchards in bloom</h1>"
TEXTS = (
    (
        "In late April the orchards above the village open all at once, and the first visitors arrive before the mist "
        "has lifted from the terraces. By nine the car park is full, and the farm shops have sold their first buns."
    ),
    (
        "The owner of the oldest farm, who has kept notes since 1987, says that the bloom now comes eleven days "
        "earlier than when she began. She shows the ledgers, in which every frost has a line of its own."
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


def numbered(number: int) -> tuple[str, ...]:
    """The paragraphs in other words."""
    return tuple(f"{text} This is what visitor number {number} heard." for text in TEXTS)


def article(body: str, *, above: str = MENU, below: str = "") -> Article:
    return extract_html(f"{TITLE}{above}<main>{H1}<div>{body}</div>{below}</main>", url=URL)


def test_a_menu_of_many_words_makes_no_list() -> None:
    assert article(paragraphs()).paragraphs == list(TEXTS)


def test_a_text_that_lists_things_with_linked_names_is_an_article() -> None:
    parts = [
        f"<h2><a href='https://shop.example/{n}'>The {n}th orchard on the walk</a></h2>{paragraphs(numbered(n))}"
        for n in range(8)
    ]
    found = article(paragraphs(TEXTS[:1]) + "".join(parts))
    assert found.paragraphs[-4:] == ["The 7th orchard on the walk", *numbered(7)]


def test_a_part_that_was_streamed_late_is_read() -> None:
    shell = f"{TITLE}<div id=root>{MENU}<template id='B:0'></template></div>"
    streamed = f"<div hidden id='S:0'><main>{H1}{paragraphs()}</main></div><div hidden id=S>Not shown at all.</div>"
    found = extract_html(f"{shell}{streamed}<script>$RC('B:0','S:0')</script>", url=URL)
    assert found.paragraphs == list(TEXTS)


AROUND = (
    "<aside><h3>Related articles</h3>"
    + "".join(f"<div><a href='/r/{n}'>How the valley came by its railway, part {n}</a></div>" for n in range(5))
    + "</aside><section class=comments><h3>Comments</h3><ol>"
    + "".join(
        f"<li><b>Reader {n}</b><p>I was there last year, and the buns were sold out by ten.</p></li>" for n in range(6)
    )
    + "</ol></section><div class=newsletter><h4>Newsletter</h4><p>Sign up for our letter.</p></div>"
    "<footer><p>© 2024 The Example Post. All rights reserved.</p><a href=/imprint>Imprint</a></footer>"
)


def test_what_stands_around_a_text_is_none_of_it() -> None:
    share = "<div class=share><a href=#>Share</a> <a href=#>Tweet</a></div>"
    tags = "<div class=tags>Tags: <a href=/t/1>orchards</a> <a href=/t/2>spring</a></div>"
    assert article(share + paragraphs() + tags, below=AROUND).paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Advertisement"), ("en", "ARTICLE CONTINUES BELOW"), ("de", "- Anzeige -"), ("ja", "スポンサーリンク"),
        ("ru", "Реклама"),
    ],
)  # fmt: skip
def test_a_line_that_marks_an_advert_is_none_of_the_text(language: str, line: str) -> None:
    texts = TEXTS if language == "en" else REPORTS[language].texts
    page = f"<main>{H1}<div>{paragraphs(texts[:1])}<p>{line}</p>{paragraphs(texts[1:])}</div></main>"
    assert extract_html(TITLE + page, url=URL).paragraphs == list(texts)


@pytest.mark.parametrize(
    "ask",
    [
        "<p><a class=btn href=/join>Subscribe to our newsletter!</a></p>",
        "<p>Sign up for our free newsletter, delivered to your inbox every week!</p>",
        "<h2>Join our mailing list</h2>",
        "<p>Enjoyed this? Follow us on Instagram and YouTube.</p>",
        "<p>Abonnieren Sie unseren Newsletter und verpassen Sie nichts.</p>",
        "<p>Síguenos en Facebook e Instagram.</p>",
    ],
)
def test_what_asks_the_reader_for_something_is_none_of_the_text(ask: str) -> None:
    found = article(paragraphs(TEXTS[:2]) + ask + paragraphs(TEXTS[2:]))
    assert found.paragraphs == list(TEXTS)


def test_a_text_about_newsletters_and_shops_stays_whole() -> None:
    texts = (
        (
            "Readers who subscribe to a newsletter stay longer, the publisher says, and most of them share an article "
            "once a week. The free trial that began in March brought eleven thousand new subscribers."
        ),
        (
            "The shop on the market square sells what the paper prints: maps, posters and a guide to the orchards. "
            "Whoever orders three gets a discount, and the price includes the post."
        ),
        "Shops should ask visitors to follow them on Instagram, he says, and to sign up for a newsletter at the till.",
    )
    assert article(paragraphs(TEXTS[:1] + texts + TEXTS[1:])).paragraphs == [TEXTS[0], *texts, *TEXTS[1:]]


def test_lists_quotes_code_and_tables_are_content() -> None:
    parts = (
        "<h2>What to bring</h2><ul><li>Shoes that may get wet, for the lower path</li><li>A bottle of water</li></ul>"
        "<blockquote><p>“Come before the bees do,” says the owner, “and stay until the light has gone.”</p>"
        "</blockquote><h2>When the trees bloom</h2><table><tr><th>Tree</th><th>First bloom</th></tr>"
        "<tr><td>Cherry</td><td>14 April</td></tr><tr><td>Apple</td><td>27 April</td></tr></table>"
        "<h2>How the days are counted</h2><pre><code>days = bloom - frost\nprint(days)</code></pre>"
    )
    kinds = {block.kind for block in article(paragraphs() + parts + paragraphs(), below=AROUND).body.blocks}
    assert kinds == {"paragraph", "subheading", "list_item", "quote", "table", "code"}


def test_a_caption_is_none_of_the_paragraphs() -> None:
    caption = "The oldest tree of the valley. Photo: J. Doe"
    figure = f"<figure><img src=/1.jpg width=800><figcaption>{caption}</figcaption></figure>"
    found = article(paragraphs(TEXTS[:1]) + figure + paragraphs(TEXTS[1:]), below=AROUND)
    assert found.paragraphs == list(TEXTS)
    assert [image.caption for image in found.images] == [caption]


def test_a_text_that_stands_twice_for_two_sizes_of_screens_is_read_once() -> None:
    body = f"<h2>In bloom</h2>{paragraphs()}"
    found = article(f"<div class=wide>{body}</div><div class=narrow>{body}</div>", below=AROUND)
    assert found.paragraphs == ["In bloom", *TEXTS]


def test_a_text_that_stands_three_times_and_repeats_its_lead_is_read_once() -> None:
    body = paragraphs(TEXTS[:1]) + "<h2>How it began</h2>" + paragraphs(TEXTS) + paragraphs(numbered(2))
    found = article(f"<div>{body}</div>" * 3)
    assert found.paragraphs == [TEXTS[0], "How it began", *TEXTS, *numbered(2)]


def test_a_live_report_keeps_all_of_its_entries() -> None:
    entries = "".join(
        f"<div class=entry><time>1{n}:05</time><h3>Report number {n} from the ridge</h3><p>{text}</p></div>"
        for n, text in enumerate((*numbered(1), *numbered(2)))
    )
    found = article(paragraphs(TEXTS[:1]) + entries, below=AROUND)
    assert [text for text in found.paragraphs if len(text) > 60] == [TEXTS[0], *numbered(1), *numbered(2)]


def test_an_interview_keeps_its_questions() -> None:
    questions = ["Since when do you keep the ledgers?", "What changed?", "Who will write them after you?"]
    body = "".join(f"<p><b>{asked}</b></p><p>{text}</p>" for asked, text in zip(questions, TEXTS, strict=True))
    assert article(body, below=AROUND).paragraphs == [
        text for pair in zip(questions, TEXTS, strict=True) for text in pair
    ]


@pytest.mark.parametrize("language", REPORTS)
def test_a_text_in_any_language(language: str) -> None:
    report = REPORTS[language]
    links = "".join(f"<li><a href=/{n}>{report.link} {n}</a></li>" for n in range(5))
    found = extract_html(
        f"<html lang={language}><title>{report.headline}</title>{MENU}<main><h1>{report.headline}</h1>"
        f"{paragraphs(report.texts)}<div><h3>{report.related}</h3><ul>{links}</ul></div></main>"
        "<footer>© 2024 Example</footer>",
        url=URL,
    )
    assert found.paragraphs == list(report.texts)


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
