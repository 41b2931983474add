"""What is known of charsets and their labels: tables for decoding, and nothing else."""

from __future__ import annotations

from functools import cache

__all__ = ["FREQUENT", "GB_PRIVATE", "LABELS", "common_in", "weights_in"]

LABELS: dict[str, str] = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 x-unicode20utf8 utf-8-sig utf8mb4",
        "gb18030": "gb18030 gb2312 gbk x-gbk gb_2312 gb_2312-80 gb2312-80 csgb2312 csiso58gb231280 chinese iso-ir-58 "
        "gb_2312_80 euc-cn x-euc-cn cp936 ms936 windows-936 gb-2312 gb-18030",
        "big5": "big5 big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 big-5 cp950 ms950 windows-950",
        "cp1252": "windows-1252 cp1252 x-cp1252 latin1 latin-1 l1 iso-8859-1 iso8859-1 iso_8859-1 ascii us-ascii",
        "utf-16-le": "utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
        "utf-16-be": "utf-16be unicodefffe",
        "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j ms932",
        "euc-jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
        "cp949": "euc-kr cseuckr korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 iso-ir-149",
        "cp1251": "windows-1251 cp1251 x-cp1251",
    }.items()
    for label in labels.split()
}
"""Charset label (lower case) → Python codec, after the WHATWG table plus labels that Chinese servers send."""

FREQUENT = frozenset(
    "的一是不了在人有我他这这個个们们來来到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會家可下而过過天去能对對小多然"
    "于於心学學么麼之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美总總从從无無情己面最女但现現前些所同日手又行意动動方期它头頭"
    "经經长長儿兒回位分爱愛老因很给給名法间間斯知世什两兩次使身者被高已其进進此话話常与與活正感见見明问問力理尔爾点點文几幾定本公特做外"
    "相西果走将將月十实實向声聲车車全信重三机機工物气氣每并並别別真打太新比才便夫再书書部水像眼等体體却卻加电電主界门門利海受听聽表德少"
    "代员員许許先口由死安写寫性马馬光白或住难難望教命花结結乐樂色更东東神记記处處让讓母父应應直字场場平报報友关關放至张張认認接告入"
    "农農业業市省县縣区區民政府社济技术产编辑源新闻網网站首页日分责任者讯訊京华華党黨建设設推村镇鎮"
    "，。、：；！？“”（）《》「」　"
)
"""What no page of Chinese prose, simplified or traditional, does without."""

GB_PRIVATE = str.maketrans(
    "\ue5e5\ue7c7\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue816\ue817\ue818\ue831"
    "\ue83b\ue855\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
    "\u3000\u1e3f︐︒︑︓︔︕︖︗︘︙\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe龴龵龶龷龸龹龺龻",
)
"""Python's GB18030 is that of 2000; these private-use code points have been real characters since 2005 and 2022."""


@cache
def weights_in(codec: str) -> dict[str, int]:
    """Return how much each character speaks for a codec, in fifths; those that are rare in it are left out."""
    common = common_in(codec)
    return {char: (char in common) + 5 * (char in FREQUENT) for char in common | FREQUENT}


@cache
def common_in(codec: str) -> frozenset[str]:
    """Return the characters of daily use: the first level of GB 2312 or of Big5, kana, Hangul."""
    if codec == "gb18030":
        pairs = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
        return frozenset(pairs.decode("gbk", "ignore"))
    if codec == "big5":
        trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        pairs = bytes(byte for lead in range(0xA4, 0xC6) for trail in trails for byte in (lead, trail))
        return frozenset(pairs.decode("big5", "ignore"))
    letters = range(0xAC00, 0xD7A4) if codec == "cp949" else range(0x3041, 0x30FF)
    return frozenset(map(chr, letters))
