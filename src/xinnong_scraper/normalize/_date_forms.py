"""The words and forms of dates, as data and patterns; ``dates`` gives them their meaning.

Every repetition is bounded and every pattern is tried only where an anchor stands, so reading is linear in the text.
"""

from __future__ import annotations

import re

from .text import Folding

FOLD = Folding(
    dict(
        zip(
            "０１２３４５６７８９：．／－–‐‑−，年\u00a0\u3000\u2002\u2003\u2009\u202f\t\n\r\v\f時點號國",
            "0123456789:./-----,年           时点号国",
            strict=True,
        )
    )
)
"""One character for one, so that positions stay."""

DIGITS = {
    char: n
    for n, chars in enumerate(("〇零○", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
MONTHS = {name: n for n, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
DAY_WORDS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3}
YEAR_WORDS = {"今年": 0, "去年": 1, "前年": 2}
HALF_DAYS = {
    **dict.fromkeys(("下午", "晚上", "晚间", "夜间", "傍晚", "晚", "pm"), "pm"),
    **dict.fromkeys(("上午", "凌晨", "早上", "早晨", "清晨", "早", "am"), "am"),
    "中午": "noon",
}
ZONES = {"z": 0, "utc": 0, "gmt": 0, "ut": 0, "cst": 8, "hkt": 8, "est": -5, "edt": -4, "pst": -8, "pdt": -7}
"""Hours east of Greenwich; CST is China's on the pages that this library reads."""

_CN = "〇零○一二三四五六七八九"
_DAY_OF_MONTH = rf"\d{{1,2}}|[{_CN}十廿卅]{{1,3}}"
_MONTH_NUMBER = rf"\d{{1,2}}|[{_CN}十]{{1,2}}"
_MINUTES = rf"\d{{1,2}}|[{_CN}十]{{1,3}}"
_HALF = "|".join(sorted((word for word in HALF_DAYS if not word.isascii()), key=len, reverse=True))
_OFFSET = r"[+-]\d\d:?\d\d(?![\d:])"

_CLOCK = (
    rf"(?P<half>{_HALF})? ?(?:"
    r"(?P<h>\d{1,2}) ?: ?(?P<mi>\d\d)(?: ?: ?(?P<s>\d\d)(?:[.,]\d{1,9})?)?(?!\d|:\d)"
    r"(?: ?(?P<ampm>[AaPp][Mm])(?![A-Za-z]))?"
    rf"|(?P<hc>{_MINUTES}) ?[时点](?: ?(?:整|(?P<mc>半|{_MINUTES}) ?分?(?: ?(?P<sc>{_MINUTES}) ?秒)?))?"
    rf")(?P<z> ?(?:Z(?![A-Za-z])|{_OFFSET}))?"
)
_WEEKDAY = r"(?:[(（\[]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）\]]?|[(（][一二三四五六日][)）])"
_TAIL = rf"(?P<gap>T| {{0,8}}(?:{_WEEKDAY})? {{0,8}}[,|·/]? {{0,8}}){_CLOCK}"

CALENDAR = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z_][-./])(?<!\d:)(?:"
    # 2018-04-28, also glued to its time, but not to other letters or digits; 18-04-28
    r"(?P<y>(?:19|20)\d\d|(?P<short>\d\d))(?:"
    r"(?P<sep> ?[-/.] ?)(?P<mo>\d{1,2})(?P=sep)(?P<d>\d\d?)(?=T\d|\d\d ?: ?\d\d|(?![0-9A-Za-z_]|[-/.:]\d))"
    rf"| ?年 ?(?P<moc>\d{{1,2}}) ?月 ?(?P<dc>\d{{1,2}}) ?[日号])"
    rf"|(?<![{_CN}十])(?P<ycn>[{_CN}]{{4}}) ?年 ?(?P<mcn>{_MONTH_NUMBER}) ?月 ?(?P<dcn>{_DAY_OF_MONTH}) ?[日号]"
    rf"|民国 ?(?P<ym>\d{{1,3}}|[{_CN}十百元]{{1,5}}) ?年 ?(?P<mm>{_MONTH_NUMBER}) ?月 ?(?P<dm>{_DAY_OF_MONTH}) ?[日号]"
    r"|(?P<yw>[今去前每]年)? ?(?P<mn>\d{1,2}) ?月 ?(?P<dn>\d{1,2}) ?[日号]"
    r"|(?P<ms>\d{1,2}[-/]|\d\d\.)(?P<ds>\d{1,2})(?= )"
    r"|(?P<word>大前天|[今昨前][天日])"
    rf"|(?<![{_CN}十])(?P<ago>\d{{1,3}}|[{_CN}十两]{{1,3}}) ?天(?:之|以)?前"
    rf")(?:{_TAIL})?"
)
CALENDAR_ANCHOR = re.compile(rf"[0-9]+|[{_CN}十两]+|民国|大前天|[今昨前][天日年]|[去每]年")

AGO = re.compile(
    rf"(?<![0-9A-Za-z_.{_CN}十])(?:(?P<n>\d{{1,4}}|[{_CN}十两]{{1,3}}|半)"
    r" ?(?P<u>秒钟?|分钟?|个?小时|个?钟头|周|个?星期|个月)(?:之|以)?前"
    r"|(?P<just>刚刚|刚才))"
)
AGO_ANCHOR = re.compile(rf"[0-9]+|[{_CN}十两]+|半|刚[刚才]")
AGO_SECONDS = {"秒": 1, "秒钟": 1, "分": 60, "分钟": 60, "小时": 3600, "个小时": 3600, "钟头": 3600, "个钟头": 3600}

COMPACT = re.compile(
    r"(?<![0-9A-Za-z_])(?P<y>(?:19|20)\d\d)(?P<mo>[01]\d)(?P<d>[0-3]\d)"
    r"(?:[ T]?(?P<h>[0-2]\d)(?P<mi>[0-5]\d)(?P<s>[0-5]\d)?|(?P<gap> )(?P<h2>\d{1,2}):(?P<mi2>\d\d)(?::(?P<s2>\d\d))?)?"
    r"(?![0-9A-Za-z_])"
)
COMPACT_ANCHOR = re.compile(r"[0-9]+")

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_HMS = r"(?P<{0}h>\d{{1,2}}):(?P<{0}mi>\d\d)(?::(?P<{0}s>\d\d))?(?!\d|:\d)"
_NAMED_ZONE = rf"(?:Z|UTC?|GMT|CST|HKT|E[SD]T|P[SD]T|{_OFFSET})(?![A-Za-z])"
ENGLISH = re.compile(
    r"(?<![A-Za-z0-9_])(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,? )?(?:"
    rf"(?P<m1>{_MONTH})[a-z]{{0,6}}\.? (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:, ?| )"
    rf"(?:{_HMS.format('in')} (?:(?P<inz>{_NAMED_ZONE}) )?)?(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<m2>{_MONTH})[a-z]{{0,6}}\.?,? (?P<y2>(?:19|20)\d\d)"
    rf")(?![0-9A-Za-z_])(?:,? (?:at )?{_HMS.format('')}(?: ?(?P<ampm>[ap]m)(?![A-Za-z]))?(?: ?(?P<z>{_NAMED_ZONE}))?)?",
    re.IGNORECASE,
)
ENGLISH_ANCHOR = re.compile(rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}}|{_MONTH})|[0-9]{{1,2}}", re.IGNORECASE)

LABEL = re.compile(r"(?:时间|日期|发布|发表|更新|刊发|于|date|time)[ :]{0,3}$", re.IGNORECASE)
"""What stands before a date that is announced as one."""
LIKELY = re.compile(
    rf"[0-9０-９{_CN}十廿卅两半今昨前去每刚JFMASONDjfmasondſ](?:"
    rf"(?<=[0-9０-９{_CN}十廿卅两半])\s?[-/.－／．–‐‑−年年月天日号號秒分小个钟周星]"
    r"|(?<=[今昨前])[天日]|(?<=[今去前每])年|(?<=刚)"
    r"|(?<=[JFMASONDjfmasondſ])(?i:(?<=j)an|(?<=f)eb|(?<=m)ar|(?<=a)pr|(?<=m)ay|(?<=j)u[nl]|(?<=a)ug|(?<=s)ep|(?<=o)ct|(?<=n)ov|(?<=d)ec))"
)
"""What every date but a compact one has somewhere: a number with its separator or unit, or a word for a day. The first
character comes first by itself, so that the search skips to it.
"""
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z][A-Za-z]")

ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)? ?(Z|[+-]\d\d(?::?\d\d)?)?)?")
OTHER_ISO = re.compile(
    r"((?:[0-9]{4}-?W[0-9]{2}-?[0-9]|[0-9]{4}-[0-9]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T)|[0-9]{7,8}(?=T)))"
    r"(?:T([0-9]{2}(?::?[0-9]{2})?)((?<=:[0-9]{2}):[0-9]{2}|(?<=[0-9]{4})[0-9]{2})?(?:[.,][0-9]{1,9})?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
"""The day, its time and the seconds in the forms of ISO 8601 that pages seldom use: basic (20180428T134424+0800), weeks
(2018-W17-6), days of the year (2018-118). Bare digits are none of them, a week or a month is no day."""
EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.\d{1,6})?")
EPOCH_END = 2_000_000_000
"""The year 2033: ten digits beyond are rather a compact date, such as 2018042813."""
