"""Title, authors and dates of pages in other languages than Chinese."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from xinnong_scraper import Article, extract_html

URL = "https://www.harbour-gazette.example/town/new-lighthouse"
TEXT = {
    "en": (
        "The old lighthouse above the harbour was painted white again last week, and the "
        "keeper says that it will stay open."
    ),
    "de": (
        "Der alte Leuchtturm über dem Hafen wurde in der vergangenen Woche wieder weiß gestrichen, sagt der Wärter."
    ),
    "fr": (
        "Le vieux phare au-dessus du port a été repeint en blanc la semaine dernière, et "
        "le gardien assure qu'il restera ouvert."
    ),
    "es": (
        "El viejo faro sobre el puerto fue pintado de blanco la semana pasada, y el farero asegura que seguirá abierto."
    ),
    "pt": (
        "O velho farol acima do porto foi pintado de branco na semana passada, e o faroleiro garante que ficará aberto."
    ),
    "it": (
        "Il vecchio faro sopra il porto è stato ridipinto di bianco la settimana scorsa, "
        "e il guardiano dice che resterà aperto."
    ),
    "ru": (
        "Старый маяк над гаванью на прошлой неделе снова покрасили в белый цвет, и "
        "смотритель говорит, что он останется открытым."
    ),
    "ja": (
        "港を見下ろす古い灯台は先週ふたたび白く塗り直され、灯台守はこれからも開けておくつもりだと話"
        "している。訪れる人も多い。"
    ),
    "ko": (
        "항구 위의 낡은 등대는 지난주 다시 하얗게 칠해졌으며, "
        "등대지기는 앞으로도 계속 문을 열어 둘 것이라고 말했다. 방문객도 많다."
    ),
    "ar": (
        "أُعيد طلاء المنارة القديمة فوق الميناء باللون الأبيض الأسبوع الماضي، ويقول "
        "الحارس إنها ستبقى مفتوحة للزوار طوال العام."
    ),
}
NAME = {
    "en": "Lighthouse above the harbour shines white again",
    "de": "Leuchtturm über dem Hafen strahlt wieder weiß",
    "fr": "Le phare du port retrouve sa blancheur",
    "es": "El faro del puerto vuelve a brillar de blanco",
    "pt": "O farol do porto volta a brilhar de branco",
    "it": "Il faro del porto torna a splendere di bianco",
    "ru": "Маяк над гаванью снова сияет белым",
    "ja": "港の灯台がふたたび白く輝く",
    "ko": "항구의 등대가 다시 하얗게 빛나다",
    "ar": "منارة الميناء تتألق بالأبيض من جديد",
}


def page(
    by: str = "",
    *,
    language: str = "en",
    head: str = "",
    above: str = "",
    below: str = "",
    url: str | None = URL,
    now: datetime | None = None,
    declared: str | None = None,
) -> Article:
    name, text = NAME[language[:2]], TEXT[language[:2]]
    paragraphs = "".join(f"<p>{text} {text}</p>" for _ in range(5))
    return extract_html(
        f'<html lang="{declared or language}"><head><meta charset="utf-8">'
        f"<title>{name} | Harbour Gazette</title>{head}</head>"
        f"<body>{above}<article><h1>{name}</h1>{by}{paragraphs}</article>{below}</body></html>",
        url=url,
        now=now,
    )


def codes(article: Article) -> set[tuple[str, str | None]]:
    return {(warning.code, warning.field) for warning in article.warnings}


def day(article: Article) -> str | None:
    return article.published_at.isoformat() if article.published_at else None


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("en", "Published March 3, 2019", "2019-03-03T00:00:00+00:00"),
        ("en", "By Ann Keeper · 3 March 2019, 2:30 PM GMT", "2019-03-03T14:30:00+00:00"),
        ("de", "Veröffentlicht am 3. März 2019 um 14:30 Uhr", "2019-03-03T14:30:00+00:00"),
        ("fr", "Publié le 3 mars 2019 à 14h30", "2019-03-03T14:30:00+00:00"),
        ("es", "Publicado el 3 de marzo de 2019 a las 14:30", "2019-03-03T14:30:00+00:00"),
        ("pt", "Publicado em 3 de março de 2019 às 14h30", "2019-03-03T14:30:00+00:00"),
        ("it", "Pubblicato il 3 marzo 2019 alle 14:30", "2019-03-03T14:30:00+00:00"),
        ("ru", "Опубликовано: 3 марта 2019, 14:30 МСК", "2019-03-03T14:30:00+03:00"),
        ("ja", "公開日：2019年3月3日 14:30", "2019-03-03T14:30:00+00:00"),
        ("ko", "입력 2019.03.03 오후 2:30", "2019-03-03T14:30:00+00:00"),
        ("ar", "نشر في: ٣ مارس ٢٠١٩", "2019-03-03T00:00:00+00:00"),
        ("de", "03.04.2019", "2019-04-03T00:00:00+00:00"),
        ("en-US", "03/04/2019", "2019-03-04T00:00:00+00:00"),
        ("en-GB", "03/04/2019", "2019-04-03T00:00:00+00:00"),
    ],
)
def test_the_date_below_the_headline_is_read_in_the_page_s_language(language: str, line: str, expected: str) -> None:
    article = page(f"<div>{line}</div>", language=language)
    assert day(article) == expected
    assert article.modified_at is None
    assert article.language == language[:2]
    assert article.evidence["published_at"].strategy == "landmarks"


@pytest.mark.parametrize(
    ("language", "published", "modified"),
    [
        ("en", "Published: 3 March 2019", "Last updated: 5 March 2019"),
        ("de", "Veröffentlicht: 3. März 2019", "Zuletzt aktualisiert: 5. März 2019"),
        ("fr", "Publié le 3 mars 2019", "Mis à jour le 5 mars 2019"),
        ("es", "Publicado: 3 de marzo de 2019", "Actualizado: 5 de marzo de 2019"),
        ("pt", "Publicado em 3 de março de 2019", "Atualizado em 5 de março de 2019"),
        ("it", "Pubblicato il 3 marzo 2019", "Aggiornato il 5 marzo 2019"),
        ("ru", "Опубликовано 3 марта 2019", "Обновлено 5 марта 2019"),
        ("ja", "公開日 2019年3月3日", "更新日 2019年3月5日"),
        ("ko", "입력 2019.03.03", "수정 2019.03.05"),
        ("ar", "تاريخ النشر: 3 مارس 2019", "آخر تحديث: 5 مارس 2019"),
    ],
)
@pytest.mark.parametrize("markup", ["<p>{} | {}</p>", "<p>{}</p><p>{}</p>", "<p>{1}</p><p>{0}</p>"])
def test_labels_tell_publication_from_change(language: str, published: str, modified: str, markup: str) -> None:
    article = page(markup.format(published, modified), language=language)
    assert (day(article), article.modified_at and article.modified_at.day) == ("2019-03-03T00:00:00+00:00", 5)


def test_a_label_may_stand_in_an_element_or_line_of_its_own() -> None:
    article = page("<div>Published</div><div>March 3, 2019</div><dl><dt>Updated</dt><dd>March 5, 2019</dd></dl>")
    assert (day(article), article.modified_at and article.modified_at.day) == ("2019-03-03T00:00:00+00:00", 5)


def test_a_numeric_date_is_settled_by_another_statement_of_the_same_day() -> None:
    meta = '<meta property="article:modified_time" content="2019-04-03T08:00:00+02:00">'
    assert day(page("<p>03/04/2019</p>", head=meta)) == "2019-04-03T00:00:00+00:00"
    dated = "https://www.harbour-gazette.example/2019/03/04/white"
    assert day(page("<p>03/04/2019</p>", url=dated)) == "2019-03-04T00:00:00+00:00"
    assert day(page("<p>03/04/2019</p>", below="<ul><li>Tides 04/25/2019</li></ul>")) == "2019-03-04T00:00:00+00:00"


def test_a_numeric_date_that_nothing_settles_is_kept_as_written_with_a_warning() -> None:
    article = page("<p>Published 03/04/2019</p>")
    assert (article.published_at, article.published_raw) == (None, "03/04/2019")
    assert ("unresolved_date", "published_at") in codes(article)
    assert "day or its month" in next(w.message for w in article.warnings if w.code == "unresolved_date")


def test_a_stamp_keeps_the_offset_that_it_states() -> None:
    meta = '<meta property="article:published_time" content="2019-03-03T23:30:00-05:00">'
    assert day(page(head=meta)) == "2019-03-03T23:30:00-05:00"
    assert day(page(head=meta.replace("-05:00", ""))) == "2019-03-03T23:30:00+00:00"


def test_a_relative_date_needs_a_clock() -> None:
    assert page("<p>2 hours ago</p>").published_at is None
    article = page("<p>vor 2 Stunden</p>", language="de", now=datetime(2019, 3, 3, 12, tzinfo=UTC))
    assert day(article) == "2019-03-03T10:00:00+00:00"
    article = page('<time datetime="2019-03-03T10:00:00Z">2 hours ago</time>')
    assert day(article) == "2019-03-03T10:00:00+00:00"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="parsely-pub-date" content="2019-03-03T10:00:00Z">',
        '<meta name="sailthru.date" content="2019-03-03 10:00:00">',
        '<meta name="DC.date.issued" content="2019-03-03">',
        '<meta name="citation_publication_date" content="2019/03/03">',
        '<meta name="published-date" content="March 3, 2019">',
        '<script type="application/ld+json">{"@type": "OpinionNewsArticle", "datePublished": "2019-03-03"}</script>',
        '<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2019-03-03T10:00:00Z"}</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2019-03-03", oops}</script>',
    ],
)
def test_less_known_metadata_is_read(head: str) -> None:
    article = page(head=head)
    assert str(article.published_at)[:10] == "2019-03-03"
    assert article.evidence["published_at"].strategy == "metadata"


@pytest.mark.parametrize(
    "markup",
    [
        '<time class="entry-date published" datetime="2019-03-03T10:00:00+00:00">12 weeks back</time>',
        '<span itemprop="datePublished" content="2019-03-03T10:00:00+00:00">some time back</span>',
        '<time datetime="2019-03-03T10:00:00+00:00">03/03</time>',
    ],
)
def test_what_elements_say_for_machines_is_read(markup: str) -> None:
    assert day(page(f"<div>{markup}</div>")) == "2019-03-03T10:00:00+00:00"


@pytest.mark.parametrize("shown", ["2 days ago", "04/03/2019"])
def test_metadata_alone_in_place_of_a_date_that_cannot_be_resolved_is_told(shown: str) -> None:
    article = page(f"<p>{shown}</p>", head="<meta name=pubdate content=2019-06-05>")
    assert day(article) == "2019-06-05T00:00:00+00:00"
    assert ("unresolved_date", "published_at") in codes(article)


def test_the_address_tells_the_day_where_nothing_else_does() -> None:
    article = page(url="https://www.harbour-gazette.example/2019/03/03/white")
    assert (day(article), article.published_precision) == ("2019-03-03T00:00:00+00:00", "day")
    assert article.evidence["published_at"].strategy == "url"


def test_a_later_date_without_a_label_is_the_change_that_the_metadata_states() -> None:
    head = (
        '<meta property="article:published_time" content="2019-03-03T10:00:00+00:00">'
        '<meta property="article:modified_time" content="2019-06-05T10:00:00+00:00">'
    )
    article = page("<p>June 5, 2019</p>", head=head)
    assert (str(article.published_at)[:10], str(article.modified_at)[:10]) == ("2019-03-03", "2019-06-05")


def test_a_date_without_a_label_is_taken_before_that_of_json_ld_alone() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "Article", "datePublished": "2019-03-03T10:00:00+00:00",'
        ' "dateModified": "2019-06-05T10:00:00+00:00"}</script>'
    )
    article = page("<p>June 5, 2019</p>", head=head)
    assert (str(article.published_at)[:10], str(article.modified_at)[:10]) == ("2019-06-05", "2019-06-05")
    assert ("metadata_disagrees", "published_at") in codes(article)
    labelled = page("<p>Updated June 5, 2019</p>", head=head)
    assert (str(labelled.published_at)[:10], str(labelled.modified_at)[:10]) == ("2019-03-03", "2019-06-05")


def test_of_two_dates_in_less_known_metadata_the_earlier_is_that_of_publication() -> None:
    late = '<meta name="published-time" content="2019-06-05T10:00:00Z">'
    early = '<meta name="published-date" content="2019-03-03">'
    assert str(page(head=late + early).published_at)[:10] == "2019-03-03"
    assert str(page(head=early + late).published_at)[:10] == "2019-03-03"


def test_a_later_date_that_nothing_confirms_is_another_article_s() -> None:
    head = '<meta property="article:published_time" content="2019-03-03T10:00:00+00:00">'
    article = page("<p>June 5, 2019</p>", head=head)
    assert str(article.published_at)[:10] == "2019-03-03"
    assert ("metadata_disagrees", "published_at") in codes(article)


@pytest.mark.parametrize("stamp", ["2019-03-04T01:30:00+00:00", "2019-03-02T23:30:00Z", "2019-03-03T23:30:00-08:00"])
def test_a_day_agrees_with_a_moment_of_it_in_another_zone(stamp: str) -> None:
    article = page("<p>March 3, 2019</p>", head=f'<meta property="article:published_time" content="{stamp}">')
    assert str(article.published_at)[:10] == "2019-03-03"
    assert ("metadata_disagrees", "published_at") not in codes(article)
    assert article.evidence["published_at"].agreeing


def test_a_labelled_date_is_taken_before_the_metadata_s() -> None:
    head = '<meta property="article:published_time" content="2019-06-05T10:00:00+00:00">'
    article = page("<p>First published March 3, 2019</p>", head=head)
    assert str(article.published_at)[:10] == "2019-03-03"
    assert ("metadata_disagrees", "published_at") in codes(article)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Published <span>March 3, 2019</span> <span>5 min read</span></p>",
        "<p><a href='/news'>Town News</a> <span>March 3, 2019</span> <a href='#c'>3 comments</a></p>",
        "<h2>March 3, 2019</h2><p>Ann Keeper <a href='/f'>Follow</a></p>",
    ],
)
def test_what_stands_beside_a_date_is_no_source_and_no_subtitle(line: str) -> None:
    article = page(line)
    assert (day(article), article.source, article.subtitle) == ("2019-03-03T00:00:00+00:00", None, None)


def test_dates_of_other_articles_and_of_comments_are_left_alone() -> None:
    entries = "".join(
        f'<li><a href="/town/{n}">How the harbour town keeps its tides, part {n}</a> March {n}, 2020</li>'
        for n in range(1, 6)
    )
    comments = '<div class="comments"><p>Bo wrote</p><p>Posted on April 3, 2020</p></div>'
    assert page(below=f"<ul>{entries}</ul>{comments}").published_at is None


def test_a_label_beside_the_headline_is_taken_before_a_date_without_one() -> None:
    article = page("<p>Tides of June 5, 2019</p><p>Published March 3, 2019</p>")
    assert day(article) == "2019-03-03T00:00:00+00:00"


def test_a_date_alone_right_below_the_text_counts() -> None:
    text = f"<p>{TEXT['en']}</p>" * 8
    html = f"<html lang=en><h1>{NAME['en']}</h1><article>{text}<div>March 3, 2019</div></article></html>"
    assert day(extract_html(html, url=URL)) == "2019-03-03T00:00:00+00:00"


def test_a_date_that_is_a_line_right_above_the_headline_counts_but_not_today_s_in_the_site_s_head() -> None:
    text = f"<main><article><div><h1>{NAME['en']}</h1></div>" + f"<p>{TEXT['en']}</p>" * 8 + "</article></main>"
    for above, expected in (("<div>{}</div>", "2019-03-03T00:00:00+00:00"), ("<header><div>{}</div></header>", None)):
        assert day(extract_html(above.format("<p>March 3, 2019</p>") + text, url=URL)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "<p>Posted by Anna Berg on March 3, 2019 in harbours. Tags: lighthouse, town.</p>",
        "<p>By Anna Berg • March 3, 2019</p>",
        "<div class=card><h3>Published</h3><p>March 3, 2019</p></div>",
    ],
)
def test_a_byline_or_a_label_far_below_the_text_counts(line: str) -> None:
    notes = "<p>The harbour office answers questions on workdays.</p>" * 12
    assert day(page(below=notes + line)) == "2019-03-03T00:00:00+00:00"


@pytest.mark.parametrize(
    "line", ["<p>By Anna Berg • May {}, 2019</p>", "<div class=card><p>Published</p><p>May {}, 2019</p></div>"]
)
def test_the_bylines_and_labels_of_a_list_of_other_articles_are_left_alone(line: str) -> None:
    assert page(below="".join(f"<div>{line.format(n)}</div>" for n in (4, 5))).published_at is None


def test_the_date_before_that_of_a_change_is_that_of_publication() -> None:
    notes = "<p>The harbour office answers questions on workdays.</p>" * 12
    article = page(below=f"{notes}<p>March 3, 2019. <i>Updated: March 7, 2019</i></p>")
    assert article.published_at
    assert article.published_at.day == 3
    assert article.modified_at
    assert article.modified_at.day == 7


def test_the_day_when_a_product_came_out_is_not_the_article_s() -> None:
    article = page("<p>March 3, 2019</p><p>Author: Anna Berg</p><p>Released: June 17, 2018 by Harbour Books</p>")
    assert day(article) == "2019-03-03T00:00:00+00:00"


def test_a_visitor_s_date_right_below_the_text_is_left_alone() -> None:
    comments = '<div class="wp-block-comments"><p>Bo</p><p>April 3, 2020</p><p>So it is.</p></div>'
    assert page(below=comments).published_at is None


def test_a_date_at_the_end_counts_behind_a_label() -> None:
    assert day(page(below="<p>Originally published on March 3, 2019.</p>")) == "2019-03-03T00:00:00+00:00"


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("en", "By Ann Keeper", ["Ann Keeper"]),
        ("en", "By Ann Keeper and Bo de Vries | March 3, 2019", ["Ann Keeper", "Bo de Vries"]),
        ("en", "Written by <a href='/x'>Ann Keeper</a>, <b>Bo Diver</b> &amp; Cy", ["Ann Keeper", "Bo Diver", "Cy"]),
        ("en", "By <b>Ann Keeper, PhD</b>, Senior Editor", ["Ann Keeper"]),
        ("en", "<span>By</span> <span>Ann Keeper</span> <span>Photos by Bo Diver</span>", ["Ann Keeper"]),
        ("en", "<a rel='author' href='/writers/ann'>Ann Keeper</a>", ["Ann Keeper"]),
        ("en", "<a href='/author/ann-keeper'>Ann Keeper</a> <a href='/tag/sea'>Sea Stories</a>", ["Ann Keeper"]),
        ("en", "<span class='author-name'>Ann Keeper</span>", ["Ann Keeper"]),
        ("de", "Von Anne Wärter und Bodo Taucher", ["Anne Wärter", "Bodo Taucher"]),
        ("fr", "Par Anne Gardien et Benoît Plongeur", ["Anne Gardien", "Benoît Plongeur"]),
        ("es", "Por Ana Farera y Benito Buzo", ["Ana Farera", "Benito Buzo"]),
        ("pt", "Por Ana Faroleira e Bento Mergulhador", ["Ana Faroleira", "Bento Mergulhador"]),
        ("it", "di Anna Guardiana e Bruno Palombaro", ["Anna Guardiana", "Bruno Palombaro"]),
        ("ru", "Автор: Анна Смотрова", ["Анна Смотрова"]),
        ("ar", "بقلم: أحمد البحار", ["أحمد البحار"]),
        ("ja", "文：灯台守子", ["灯台守子"]),
        ("ja", "灯台守子（ライター）", ["灯台守子"]),
        ("ko", "홍길동 기자", ["홍길동"]),
        ("ru", "Анна Смотрова, корреспондент", ["Анна Смотрова"]),
        ("pt", "Por Ana Faroleira, G1 — São Paulo", ["Ana Faroleira"]),
        ("en", "Posted on March 3, 2019 by Ann Keeper", ["Ann Keeper"]),
        ("en", "Ann Keeper • March 3, 2019 • 5 min read", ["Ann Keeper"]),
    ],
)  # fmt: skip
def test_authors_are_read_from_the_byline(language: str, line: str, expected: list[str]) -> None:
    article = page(f"<div>{line}</div>", language=language)
    assert article.authors == expected
    assert article.evidence["authors"].strategy == "landmarks"


@pytest.mark.parametrize(
    "line",
    [
        "By the sea, 3 miles from here", "Reviewed by Ann Keeper", "Photos by Ann Keeper", "5 min read", "By admin",
        "Share this article", "By March 2019",
    ],
)  # fmt: skip
def test_what_names_no_author_is_left_alone(line: str) -> None:
    assert page(f"<div>{line}</div>").authors == []


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Ann Keeper">',
        '<meta name="citation_author" content="Keeper, Ann">',
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Keeper">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": [{"name": "Ann Keeper"}]}</script>',
        '<script type="application/ld+json">{"@type": "WebPage", "author": {"name": "Ann Keeper"}}</script>',
    ],
)  # fmt: skip
def test_the_metadata_names_authors_that_the_page_does_not_show(head: str) -> None:
    article = page(head=head)
    assert article.authors == ["Ann Keeper"]
    assert article.evidence["authors"].strategy == "metadata"


@pytest.mark.parametrize(
    ("line", "head", "told"),
    [
        ("<p>By our two reporters at the harbour</p>", "", True),
        ('<div class="post-author"><img src="/a.png">44</div>', "", True),
        ("", '<meta name="author" content="https://www.facebook.com/harbourgazette">', True),
        ("", '<meta name="author" content="admin">', False),
        ("<p>Harbour and tides</p>", "", False),
    ],
)
def test_an_author_that_the_page_speaks_of_and_that_was_not_found_is_told(line: str, head: str, told: bool) -> None:
    article = page(line, head=head)
    assert article.authors == []
    assert (("missing_field", "authors") in codes(article)) is told
    assert ("missing_field", "authors") not in codes(page("<p>By Ann Keeper</p>"))


def test_a_persons_name_beside_another_word_is_less_sure() -> None:
    stated = '<script type="application/ld+json">{"@type": "Article", "author": [%s]}</script>'
    one = page(head=stated % '"Ann Keeper"')
    two = page(head=stated % '"Ann Keeper", "Boatyard"')
    assert two.authors == ["Ann Keeper", "Boatyard"]
    assert two.evidence["authors"].confidence < one.evidence["authors"].confidence


def test_a_title_of_two_words_or_with_a_part_behind_a_dash_is_less_sure() -> None:
    def sure(title: str) -> float:
        text = f"<p>{TEXT['en']} {TEXT['en']}</p>" * 5
        html = f"<html lang=en><title>{title}</title><article><h1>{title}</h1>{text}</article></html>"
        article = extract_html(html, url=URL)
        assert article.title == title
        return article.evidence["title"].confidence

    assert sure("Harbour lighthouse") < sure("Harbour lighthouse painted white")
    assert sure("Harbour lighthouse painted white - Part One") < sure("Harbour lighthouse painted white, Part One")


def test_an_author_shown_and_stated_is_surer_than_either() -> None:
    meta = '<meta name="author" content="Ann Keeper">'
    shown, both = page("<p>By Ann Keeper</p>"), page("<p>By Ann Keeper</p>", head=meta)
    assert both.authors == shown.authors == ["Ann Keeper"]
    assert both.evidence["authors"].confidence > shown.evidence["authors"].confidence


def test_an_author_s_label_counts_far_below_the_headline() -> None:
    far = "<p>More of the harbour and its tides.</p>" * 30
    assert page(below=f"{far}<div>Author:</div><div>Ann Keeper</div>").authors == ["Ann Keeper"]
    assert page(below=f"{far}<div>By</div><div>Ann Keeper</div>").authors == []


def test_the_byline_is_taken_before_the_site_s_own_name() -> None:
    head = '<meta property="og:site_name" content="Harbour Gazette"><meta name="author" content="Harbour Gazette">'
    assert page("<p>By Ann Keeper</p>", head=head).authors == ["Ann Keeper"]


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>{}</h1>", "<h1>{} | Harbour Gazette</h1>", "<h1>{} – Harbour Gazette</h1>", "<h1>Harbour Gazette: {}</h1>",
        '<meta property="og:title" content="{} - Harbour Gazette">', '<div class="x"></div>',
    ],
)  # fmt: skip
def test_the_site_s_name_is_cut_from_the_title(heading: str) -> None:
    name = "A keeper's year: storms, gulls and paint"
    html = (
        f"<html lang=en><head><title>{name} | Harbour Gazette</title>"
        f"<meta property=og:site_name content='Harbour Gazette'></head><body>{heading.format(name)}"
        + f"<p>{TEXT['en']}</p>" * 8
        + "</body></html>"
    )
    assert extract_html(html, url=URL).title == name


def test_a_title_keeps_its_own_dashes_and_colons() -> None:
    name = "Lighthouse - a keeper's year: storms"
    html = f"<html lang=en><head><title>{name}</title></head><body><h1>{name}</h1>" + f"<p>{TEXT['en']}</p>" * 8
    assert extract_html(html, url=URL).title == name


def test_the_main_heading_is_the_title_whole() -> None:
    html = (
        "<html lang=en><head><title>Lighthouse guide (2019) | Harbour Gazette</title></head><body>"
        "<p>Lighthouse guide</p><h1><em>Lighthouse guide</em> for all who visit the harbour</h1>"
    )
    article = extract_html(html + f"<p>{TEXT['en']}</p>" * 8, url=URL)
    assert article.title == "Lighthouse guide for all who visit the harbour"


def test_a_wrong_declaration_of_the_language_does_not_hide_a_date() -> None:
    article = page("<p>3. März 2019</p>", language="de", declared="en-US")
    assert day(article) == "2019-03-03T00:00:00+00:00"
    assert page("<p>3 марта 2019</p>", language="ru", declared="en").language == "ru"


def test_a_chinese_page_keeps_its_zone_whatever_it_declares() -> None:
    text = (
        "四月下旬的联峰山上，三百亩桃花竞相开放，从山脚一直铺到山顶，前来赏花的游客络绎不绝，停车场早早就停满了车辆。"
    )
    head = '<html lang="en"><title>联峰山桃花盛开</title><h1>联峰山桃花盛开</h1><p>2018-04-28 13:44</p>'
    article = extract_html(f"{head}<p>{text}</p><p>{text}</p>", url=None)
    assert str(article.published_at) == "2018-04-28 13:44:00+08:00"
    assert article.language == "zh"
