"""The one walk: what a reader sees, in lines and boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper.walk import read_outline

if TYPE_CHECKING:
    from xinnong_scraper.blocks import Line, Outline


def outline(html: str, **arguments: int) -> Outline:
    return read_outline(LexborHTMLParser(html), **arguments)


def texts(html: str) -> list[str]:
    return [line.text for line in outline(html).lines]


def only(html: str) -> Line:
    (line,) = outline(html).lines
    return line


# Where a line ends


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("甲<br>乙", ["甲", "乙"]),
        ("甲<br><br><br>乙", ["甲", "乙"]),
        ("<p>甲<p>乙", ["甲", "乙"]),
        ("<div>甲<p>乙</p>丙</div>", ["甲", "乙", "丙"]),
        ("甲<div></div>乙", ["甲", "乙"]),
        ("甲<hr>乙", ["甲", "乙"]),
        ("<span>甲<div>乙</div>丙</span>", ["甲", "乙", "丙"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<table><tr><td>甲<td>乙<tr><th>丙</table>", ["甲", "乙", "丙"]),
        ("<dl><dt>甲<dd>乙</dl>", ["甲", "乙"]),
        ("<custom-part>甲</custom-part><custom-part>乙</custom-part>", ["甲", "乙"]),
        ("<center>甲</center>乙", ["甲", "乙"]),
        ("<h1>甲</h1>乙", ["甲", "乙"]),
        ("<form><label>甲</label><div>乙</div></form>", ["甲", "乙"]),
    ],
)
def test_blocks_and_breaks_end_a_line(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>来<b>源</b>：<a href=/>聊<i>城</i></a>日报</p>", "来源：聊城日报"),
        ("<p><span>来源：</span> <span>聊城日报</span></p>", "来源： 聊城日报"),
        ("<p>全市\n  小麦</p>", "全市小麦"),
        ("<p>wheat\n  field</p>", "wheat field"),
        ("<p>\u3000\u3000全市&nbsp;小麦&ensp;</p>", "全市 小麦"),
        ("<p>全\u200b市\xad小<wbr>麦</p>", "全市小麦"),
        ("<p>&lt;p&gt; &amp;amp;</p>", "<p> &amp;"),
        ("<font size=2><unknown>全市</unknown></font>小麦", "全市小麦"),
    ],
)
def test_inline_elements_join_as_they_stand(html: str, expected: str) -> None:
    assert only(html).text == expected


def test_empty_elements_and_white_space_give_no_line() -> None:
    assert texts("<p> </p><div>&nbsp;<br>\u3000</div><p>\u200b</p>") == []


def test_spaced_parts_the_elements_of_a_line() -> None:
    line = only("<p><span>聊城日报</span><span>2018-04-28</span></p>")
    assert line.text == "聊城日报2018-04-28"
    assert line.spaced == "聊城日报 2018-04-28"


def test_preformatted_text_keeps_its_breaks() -> None:
    assert texts("<pre>a = 1\n  b = 2<br>c</pre>") == ["a = 1\n  b = 2\nc"]


# What a reader does not see


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>乙</p>",
        "<p hidden=hidden>乙</p>",
        "<p hidden=until-found>乙</p>",
        "<p style='display:none'>乙</p>",
        "<p style='color:red; DISPLAY : NONE !important'>乙</p>",
        "<p style='visibility: hidden'>乙</p>",
        "<div style=display:none><p>乙<p>乙</div>",
        "<template><p>乙</p></template>",
        "<noscript><p>乙</p><img src=a></noscript>",
        "<i aria-hidden=true>乙</i>",
        "<!-- 乙 -->",
        "<script>乙</script>",
        "<style>乙{}</style>",
        "<svg><title>乙</title><text>乙</text></svg>",
        "<select><option>乙</select>",
        "<textarea>乙</textarea>",
        "<button>乙</button>",
        "<iframe>乙</iframe>",
        "<video>乙</video>",
        "<dialog><p>乙</p></dialog>",
        "<dialog class=a><img src=a>乙</dialog>",
    ],
)
def test_hidden_things_are_not_text(hidden: str) -> None:
    found = outline(f"<p>甲</p>{hidden}<p>丙</p>")
    assert [line.text for line in found.lines] == ["甲", "丙"]
    assert found.pictures == []


@pytest.mark.parametrize(
    "shown",
    [
        "<p hidden=false>乙</p>",
        "<p style='overflow:hidden'>乙</p>",
        "<p style='list-style:none;border:none'>乙</p>",
        "<div aria-hidden=true>乙</div>",
        "<p class=hidden>乙</p>",
        "<p aria-hidden=false>乙</p>",
        "<dialog open><p>乙</p></dialog>",
        "<details><div>乙</div></details>",
    ],
)
def test_what_only_looks_hidden_is_text(shown: str) -> None:
    assert texts(f"<p>甲</p>{shown}<p>丙</p>") == ["甲", "乙", "丙"]


# Links, bold, pictures


def test_links_and_bold_are_counted_in_characters() -> None:
    line = only("<p>全市<a href=/a>小麦<b>返青</b></a>，<strong>长势良好</strong><a href=/b>。</a></p>")
    assert line.text == "全市小麦返青，长势良好。"
    assert (line.link_chars, line.bold_chars) == (5, 6)
    assert [link.attributes["href"] for link in line.links] == ["/a", "/b"]
    assert not line.all_link


def test_a_link_around_blocks_counts_on_every_line() -> None:
    lines = outline("<a href=/a><h3>小麦</h3><p>返青</p></a><p>长势</p>").lines
    assert [(line.text, line.all_link, len(line.links)) for line in lines] == [
        ("小麦", True, 1), ("返青", True, 1), ("长势", False, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("style", ["font-weight:bold", "FONT-WEIGHT: 700;color:red"])
def test_bold_by_style(style: str) -> None:
    assert only(f"<p><span style='{style}'>小麦</span>返青</p>").bold_chars == 2


def test_pictures_stand_between_the_lines() -> None:
    found = outline("<p>甲</p><img src=1><p>乙<img src=2>丙</p><a href=/x><img src=3></a><p>丁</p><img src=4>")
    assert [line.text for line in found.lines] == ["甲", "乙丙", "丁"]
    assert [(p.attributes["src"], p.at) for p in found.pictures] == [("1", 1), ("2", 2), ("3", 2), ("4", 3)]
    links = [picture.link.attributes["href"] if picture.link else None for picture in found.pictures]
    assert links == [None, None, "/x", None]


def test_the_node_of_a_line_is_the_innermost_with_all_its_text() -> None:
    assert only("<p><span><b>小麦返青</b></span></p>").node.tag == "b"
    assert only("<p><b>小麦</b>返青</p>").node.tag == "p"


# Boxes


def test_boxes_nest_and_hold_their_lines() -> None:
    found = outline("<div id=A class='B c'><h2>甲</h2><section><p>乙<p>丙</section></div><p>丁")
    spans = {(box.tag, box.ident.strip()): (box.first, box.last) for box in found.boxes if box.tag != "p"}
    assert spans == {("html", ""): (0, 4), ("div", "a b c"): (0, 3), ("h2", ""): (0, 1), ("section", ""): (1, 3)}
    div = next(box for box in found.boxes if box.tag == "div")
    section = next(box for box in found.boxes if box.tag == "section")
    assert section.within(div)
    assert not div.within(section)
    assert found.lines[0].box.heading == 2
    assert found.lines[1].box.heading == 0


def test_text_in_a_heading_is_heading_text_at_any_depth() -> None:
    assert only("<h1><div><span>小麦</span></div></h1>").box.heading == 1


# The head


def test_the_head_is_collected_wherever_broken_markup_put_it() -> None:
    html = (
        "<html lang=zh-CN><body><p>甲</p><title> 小麦\n返青 </title><meta name=author content=乙><base href=/b/>"
        "<base href=/c/><link rel=canonical href=/a><script type='application/ld+json'>{}</script><title>别的</title>"
    )
    head = outline(html).head
    assert (head.title, head.base, head.language) == ("小麦返青", "/b/", "zh-CN")
    assert [node.attributes["name"] for node in head.metas] == ["author"]
    assert [node.attributes["rel"] for node in head.links] == ["canonical"]
    assert [kind for kind, _ in head.data] == ["application/ld+json"]


def test_the_title_of_a_drawing_is_not_the_pages() -> None:
    assert outline("<body><svg><title>箭头</title></svg><title>小麦</title>").head.title == "小麦"


# Bounds


def test_a_page_is_read_up_to_a_number_of_lines() -> None:
    found = outline("<div>" + "<p>甲" * 50, max_lines=10)
    assert len(found.lines) == 10
    assert found.truncated
    assert [(box.tag, box.last) for box in found.boxes[:2]] == [("html", 10), ("div", 10)]
    assert not outline("<p>甲" * 9, max_lines=10).truncated


def test_an_empty_document_has_no_lines() -> None:
    found = outline("")
    assert (found.lines, found.pictures, found.truncated) == ([], [], False)


def test_depth_does_not_matter_to_the_walk() -> None:
    assert texts("<div>" * 20_000 + "深处" + "</div>" * 20_000 + "<p>后面</p>") == ["深处", "后面"]


# Breaks that a style keeps


def test_an_image_behind_a_kept_break_stands_in_front_of_what_follows() -> None:
    found = outline("<div style='white-space:pre-line'>甲\n<img src=a.jpg>乙\n丙</div>")
    assert [line.text for line in found.lines] == ["甲", "乙", "丙"]
    assert [picture.at for picture in found.pictures] == [1]


def test_each_line_of_a_text_keeps_its_link_and_weight() -> None:
    found = outline(
        "<div style='white-space:pre-wrap'><a href=/1>甲甲\n</a><b>乙\n丙</b>丁\n<a href=/2>戊\n己</a></div>"
    )
    told = [(line.text, len(line.links), line.link_chars, line.bold_chars) for line in found.lines]
    assert told == [("甲甲", 1, 2, 0), ("乙", 0, 0, 1), ("丙丁", 0, 0, 1), ("戊", 1, 1, 0), ("己", 1, 1, 0)]
