from __future__ import annotations

import os
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.decode import codec_for, decode_html, looks_binary

PROSE = (
    "中国新农网讯 4月28日，农业农村部在京召开新闻发布会，朱镕基、陶喆、囧囧、𠮷野出席。会议指出，要推进乡村振兴战略。"
)
TRADITIONAL = "中國新農網訊 四月二十八日，農業部在北京召開新聞發布會，會議指出要推進鄉村振興的戰略，圍碁。"
PAGE = f"<html><head><title>春</title></head><body><p>{PROSE}</p></body></html>"


def page(declaration: str, text: str = PROSE, before: str = "") -> str:
    return f"<html><head>{before}{declaration}<title>春</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "x-gbk", "gb_2312-80", "csGB2312", " GB2312 ", '"gbk"'])
def test_every_gb_label_means_gb18030(label: str) -> None:
    text = page(f"<meta charset='{label}'>" if '"' in label else f'<meta charset="{label}">')
    decoded = decode_html(text.encode("gb18030"))
    assert (decoded.text, decoded.encoding, decoded.how, decoded.replaced) == (text, "gb18030", "meta", 0)
    assert codec_for(decoded.declared) == "gb18030"


@pytest.mark.parametrize("char", ["镕", "喆", "囧", "𠮷", "㎜", "〇", "ǹ", "ḿ", "龴"])
def test_characters_that_others_lose(char: str) -> None:
    text = PROSE + char
    assert decode_html(text.encode("gb18030"), "text/html; charset=gb2312").text == text


def test_two_byte_codes_that_python_sends_to_the_private_area() -> None:
    assert decode_html(
        PROSE.encode("gbk", "ignore") + b"\xa8\xbc\xa6\xd9\xa3\xa0", "text/html; charset=gbk"
    ).text.endswith("ḿ︐\u3000")


@pytest.mark.parametrize(
    ("declaration", "how"),
    [
        ('<meta charset="gbk">', "meta"),
        ("<META CHARSET=GBK>", "meta"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />', "meta"),
        ("<meta content='text/html;charset=gb2312' http-equiv=content-type>", "meta"),
        ('<meta http-equiv="Content-Type" content="text/html"; charset="gb2312">', "meta"),
        ('<!-- <meta charset="gbk"> -->', "content"),
        ('<script charset="gbk">var a = "<meta charset=gbk>";</script>', "content"),
        ('<script src="a.js" charset="gbk"></script><link charset="gbk">', "content"),
        ('<meta name="keywords" content="charset=gbk">', "content"),
        ('<meta charset="x-unheard-of">', "content"),
    ],
)
def test_where_a_declaration_counts(declaration: str, how: str) -> None:
    text = page(declaration)
    decoded = decode_html(text.encode("gb18030"))
    assert (decoded.text, decoded.encoding, decoded.how) == (text, "gb18030", how)


def test_a_declaration_after_byte_1024() -> None:
    text = page('<meta charset="gb2312">', before="<style>" + "a{b:c}" * 1000 + "</style>")
    decoded = decode_html(text.encode("gb18030"))
    assert (decoded.text, decoded.declared, decoded.how) == (text, "gb2312", "meta")


def test_an_xml_declaration() -> None:
    text = '<?xml version="1.0" encoding="GB2312"?>' + PAGE
    decoded = decode_html(text.encode("gb18030"))
    assert (decoded.text, decoded.declared, decoded.how) == (text, "GB2312", "meta")


@pytest.mark.parametrize(
    "header", [None, "text/html", "text/html; charset=gb2312", "text/html;charset=big5", "text/html;charset=latin1"]
)
@pytest.mark.parametrize(
    "meta", ["", "<meta charset=gbk>", "<meta charset=utf-8>", "<meta charset=big5>", "<meta charset=utf-16>"]
)
@pytest.mark.parametrize(
    ("codec", "encoding", "prose"),
    [("utf-8", "utf-8", PROSE), ("gb18030", "gb18030", PROSE), ("big5hkscs", "big5", TRADITIONAL)],
)
def test_declarations_that_lie(header: str | None, meta: str, codec: str, encoding: str, prose: str) -> None:
    text = page(meta, prose)
    decoded = decode_html(text.encode(codec), header)
    assert (decoded.text, decoded.encoding, decoded.replaced) == (text, encoding, 0)


def test_the_header_is_named_before_the_document() -> None:
    decoded = decode_html(page("<meta charset=utf-8>").encode(), "text/html; charset=GB2312")
    assert (decoded.declared, decoded.encoding, decoded.how) == ("GB2312", "utf-8", "meta")


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("text/html; charset=gb2312", "gb18030"),
        ("text/html; charset=ISO-8859-1", "cp1252"),
        ("text/html", "utf-8"),
        ("text/html;charset=nonsense", "utf-8"),
    ],
)
def test_plain_ascii_takes_the_declared_encoding(header: str, encoding: str) -> None:
    decoded = decode_html(b"<p>plain</p>", header)
    assert (decoded.text, decoded.encoding) == ("<p>plain</p>", encoding)


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (PROSE, "utf-8", "utf-8"),
        (PROSE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5hkscs", "big5"),
        ("中国", "gbk", "gb18030"),
        ("联通", "gbk", "gb18030"),
        ("新聞", "big5", "big5"),
        ("喆囧", "gb18030", "gb18030"),
        ("Café olé, naïveté.", "cp1252", "cp1252"),
        ("é", "utf-8", "utf-8"),
        (PAGE, "utf-16-le", "utf-16-le"),
        (PAGE, "utf-16-be", "utf-16-be"),
    ],
)
def test_nothing_declared(text: str, codec: str, encoding: str) -> None:
    decoded = decode_html(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.declared) == (text, encoding, None)


def test_a_declared_character_that_happens_to_be_valid_utf8() -> None:
    data = "<p>一</p>".encode("gbk")
    assert data.decode("utf-8") != "<p>一</p>"
    assert decode_html(data, "text/html; charset=gbk").text == "<p>一</p>"


@pytest.mark.parametrize(
    ("codec", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_byte_order_mark_beats_what_is_declared(codec: str, mark: bytes) -> None:
    decoded = decode_html(mark + PAGE.encode(codec), "text/html; charset=gbk")
    assert (decoded.text, decoded.encoding, decoded.how) == (PAGE, codec, "bom")


def test_a_utf8_mark_before_gbk_is_not_believed() -> None:
    decoded = decode_html(b"\xef\xbb\xbf" + PAGE.encode("gb18030"))
    assert decoded.encoding == "gb18030"
    assert PROSE in decoded.text


@pytest.mark.parametrize(
    ("stray", "codec"),
    [(b"\xff", "gb18030"), (b"\xd6", "gb18030"), (b"\x81", "gb18030"), (b"\xff", "big5"), (b"\x81", "big5")],
)
def test_a_stray_byte_costs_only_itself(stray: bytes, codec: str) -> None:
    first, second = "农业农村部在北京召开新闻发布会", "会议指出要推进乡村振兴战略"
    if codec == "big5":
        first, second = "農業部在北京召開新聞發布會", "會議指出要推進鄉村振興的戰略"
    data = b"<p>" + first.encode(codec) + stray + second.encode(codec) + b"</p><p>" + second.encode(codec)
    decoded = decode_html(data, f"text/html; charset={codec}")
    assert decoded.text == f"<p>{first}\ufffd{second}</p><p>{second}"
    assert decoded.replaced == 1


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_truncated_last_character(codec: str) -> None:
    decoded = decode_html(PROSE[:-1].encode(codec) + "会".encode(codec)[:-1], "text/html; charset=gb2312")
    assert (decoded.text, decoded.encoding, decoded.replaced) == (PROSE[:-1] + "\ufffd", codec, 1)


def test_a_replacement_character_of_the_page_is_not_counted() -> None:
    decoded = decode_html((PROSE + "\ufffd").encode() + b"\xff")
    assert decoded.text == PROSE + "\ufffd\ufffd"
    assert decoded.replaced == 1


@pytest.mark.parametrize(
    "data",
    [b"\xff" * 1000, b"\x80" * 50, b"<p>\xff\xfe\xfd\xfc\xfb</p>" * 20, b"\xff \xff " * 100, b"plain \xff page"],
    ids=["ff", "80", "runs", "single", "stray"],
)
@pytest.mark.parametrize("header", [None, "text/html", "text/html; charset=utf-8"])
def test_bytes_that_form_no_words_are_not_taken_for_letters(data: bytes, header: str | None) -> None:
    decoded = decode_html(data, header)
    assert decoded.replaced > 0
    assert decoded.text.count("\ufffd") == decoded.replaced
    assert decoded.text.replace("\ufffd", "").isascii()


def test_bytes_without_words_are_what_they_were_declared_as() -> None:
    assert decode_html(b"\xff" * 9, "text/html; charset=latin1").text == "ÿ" * 9
    assert decode_html(b"\xff" * 9, "text/html; charset=gbk").replaced == 9


@pytest.mark.parametrize(
    "text",
    [
        "déjà vu où à État “quote” it’s",
        "naïveté",
        "5 € – 100 £ © 2018 »",
        "pääsylippujärjestelmä älä",
    ],
)
def test_words_of_western_languages_are_read_undeclared(text: str) -> None:
    decoded = decode_html(text.encode("cp1252"))
    assert (decoded.text, decoded.encoding, decoded.replaced) == (text, "cp1252", 0)


def test_byte_80_is_the_euro_sign_in_gbk() -> None:
    decoded = decode_html(PROSE.encode("gb18030") + b"\x80 5", "text/html; charset=gbk")
    assert (decoded.text, decoded.replaced) == (PROSE + "€ 5", 0)


def test_text_comes_back_without_mark_and_surrogates() -> None:
    decoded = decode_html("\ufeff春\ud800\ud83d\ude00")
    assert (decoded.text, decoded.encoding, decoded.how, decoded.replaced) == ("春\ufffd😀", None, "text", 1)


def test_no_bytes() -> None:
    decoded = decode_html(b"")
    assert (decoded.text, decoded.encoding, decoded.replaced) == ("", "utf-8", 0)


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html; charset=gbk", "text/html; charset=big5", "x;charset=utf-16", "charset=latin1"]),
)
def test_any_bytes_give_text(data: bytes, header: str | None) -> None:
    decoded = decode_html(data, header)
    decoded.text.encode("utf-8")
    assert decoded.replaced >= 0
    assert "".encode(decoded.encoding or "") == b""


@given(st.text(max_size=200))
def test_any_text_gives_encodable_text(text: str) -> None:
    assert decode_html(text).encoding is None


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=80))
def test_utf8_round_trip(tail: str) -> None:
    text = PAGE + tail
    assert decode_html(text.encode()).text == text


@pytest.mark.parametrize(
    "data",
    [
        (PAGE.encode("gb18030") * 200_000)[:20_000_000],
        PAGE.encode("gb18030") * 60_000 + b"\xff",
        bytes(20_000_000),
        b"\xff" * 20_000_000,
        b"<!--" * 5_000_000,
        b"<meta " * 3_000_000,
        b"\x81\xff" * 5_000_000,
        b"\x80 " * 5_000_000,
    ],
    ids=["gbk", "gbk-broken", "nul", "ff", "comments", "metas", "bad-pairs", "euros"],
)
def test_huge_input_takes_seconds_at_most(data: bytes) -> None:
    started = time.process_time()
    assert decode_html(data, "text/html; charset=gbk").text
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG image"),
        (b"\xff\xd8\xff\xe0", "JPEG image"),
        (b"GIF89a\x01", "GIF image"),
        (b"PK\x03\x04\x14", "ZIP archive"),
        (b"\x1f\x8b\x08", "gzip data"),
        (b"\0" * 100, "binary data"),
        (zlib.compress(os.urandom(4000)), "binary data"),
        (b"", None),
        (PAGE.encode(), None),
        (PAGE.encode("gb18030"), None),
        (PAGE.encode("big5", "ignore"), None),
        (PAGE.encode("utf-16"), None),
        (PAGE.encode("utf-16-le"), None),
        (PAGE.encode() + b"\0", None),
    ],
)
def test_binary_data_is_named(data: bytes, name: str | None) -> None:
    assert looks_binary(data) == name
