"""Robot checks and block pages by the marks that the services behind them leave.

A mark is something that stands on no ordinary page: what a service sets on every page that it lets through (session
cookies such as ``acw_tc``, ``__jsluid_s``, ``HWWAFSESID``, ``visid_incap``; the scripts of Cloudflare under
``/cdn-cgi/scripts/`` and ``/cdn-cgi/challenge-platform/scripts/``; ``server:`` names) is no mark by itself. Some hold
only beside certain statuses, others only where the page shows nothing to read, because the service also puts the same
script into pages that it lets through.

Sources, by the letters in the table:

- C  developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response
- A  docs.aws.amazon.com/waf/latest/APIReference/API_ChallengeAction.html and API_CaptchaAction.html
- B  alibabacloud.com/help/tc/waf, "configure custom response rules": 405 is the status of blocked requests
- H  support.huaweicloud.com/usermanual-waf/waf_01_0154.html: 418 is the status of blocked requests
- T  cloud.tencent.com/document/product/1552/101095: 566 and 567 are EdgeOne's own statuses for blocked requests
- W  the signatures of github.com/EnableSecurity/wafw00f (plugins) and github.com/stamparm/identYwaf (data.json)
- P  public reports and test pages that quote the service's answer, found by the mark itself
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .skim import glance

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CHALLENGE_WINDOW", "challenge_of"]

CHALLENGE_WINDOW: Final = 32_768
"""Bytes at a page's beginning in which marks are looked for."""

_NOTHING_TO_READ: Final = 60
"""Bytes of text below which a page shows nothing to read."""


@dataclass(frozen=True, slots=True)
class _Mark:
    source: str
    body: tuple[str, ...] = ()
    """All of these stand in the body; lower case."""
    header: tuple[str, str] | None = None
    """A header's name and a part of its value; lower case."""
    status: frozenset[int] = frozenset()
    """Only with one of these; empty for every one."""
    bare: bool = False
    """Only where the page shows nothing to read."""
    said: bool = False
    """The service says it to the reader; other marks are markup, and do not count where a page's text quotes them."""


def _body(source: str, *parts: str, status: Iterable[int] = (), bare: bool = False, said: bool = False) -> _Mark:
    return _Mark(source, body=parts, status=frozenset(status), bare=bare, said=said)


def _header(source: str, name: str, value: str, *, status: Iterable[int] = ()) -> _Mark:
    return _Mark(source, header=(name, value), status=frozenset(status))


_TABLE: Final[dict[str, tuple[_Mark, ...]]] = {
    # Chinese services
    "知道创宇加速乐 (Jiasule)": (
        _header("P", "set-cookie", "__jsluid", status=(521,)),
        _body("P", "document.cookie=('_')+('_')+('j')+('s')+('l')"),  # __jsl_clearance, spelt out
        _body("P", '"tn":"__jsl_clearance'),  # the second step: go({…, "tn": "__jsl_clearance_s"})
        _body("P", "__jsl_clearance", status=(521,)),
        _body("W", "notice-jiasule"),
        _body("W", "static.jiasule.com/", status=(403, 405, 503, 521)),
    ),
    "知道创宇创宇盾 (Chuangyu Shield)": (
        _body("W", "help.365cyd.com/cyd-error-help"),
        _body("W", "/ks-waf-error.png"),
    ),
    "阿里云 WAF (Alibaba Cloud)": (
        _body("P", "acw_sc__v", "arg1="),  # a script that computes the cookie acw_sc__v2 from arg1
        _body("P", "var arg1='", bare=True),
        _body("P", '"aliyun_waf_'),  # <meta name="aliyun_waf_aa">
        _body("P", "_waf_bd8ce2ce37"),  # <textarea id="renderData">
        _body("P", "/_____tmd_____/punish"),
        _body("P", "x5secdata="),
        _body("B W", "errors.aliyun.com/", status=(405,)),
        _body("P", "g.alicdn.com/sd-base/static/", "/image/405.png"),
    ),
    "腾讯云 EdgeOne/WAF (Tencent Cloud)": (
        _Mark("T", status=frozenset({566, 567})),
        _body("W", "waf.tencent-cloud.com/"),
        _body("P", "eo_bot_ssid", "__tst_status"),
        _body("P", "__tst_status", "document", bare=True),
    ),
    "瑞数 (River Security)": (
        _body("P", "$_ts=window['$_ts']", status=(202, 412)),
        _body("P", "$_ts.cd=", status=(202, 412)),
        _body("P", "$_ts=window['$_ts']", bare=True),  # it also stands in pages that are let through
    ),
    "长亭雷池 (SafeLine)": (
        _body("W", "<!-- event_id:", status=(403, 405)),
        _body("P W", "safeline", status=(468,)),
        _header("P", "set-cookie", "sl-session=", status=(468,)),
        _body("P", "safelinechallenge("),
        _body("P", "/.safeline/challenge/"),
        _body("P", "challenge.rivers.chaitin.cn/challenge/"),
    ),
    "华为云 WAF (Huawei Cloud)": (
        _header("H W", "server", "huaweicloudwaf", status=(418,)),
        _header("H W", "set-cookie", "hwwafsesid=", status=(418,)),
        _body("W", "hws_security@"),
    ),
    "360/奇安信网站卫士 (WangZhanBao)": (
        _header("W", "wzws-ray", "", status=(493,)),
        _body("W", "/wzws-waf-cgi/"),
        _body("W", "wangshan.360.cn", status=(403, 493)),
    ),
    "安域 (AnYu)": (_body("W", "your access has been intercepted by anyu", said=True),),
    "安全狗 (SafeDog)": (
        _body("W", "404.safedog.cn/", status=(200, 403, 405)),
        _body("W", "safedogsite/broswer_logo.jpg", status=(200, 403, 405)),
    ),
    "云锁 (Yunsuo)": (
        _body("W", "yunsuologo"),
        _body("P", "security_verify_data="),  # self.location = "…?security_verify_data=" + the screen's size
    ),
    "宝塔网站防火墙 (BT WAF)": (
        _body("P", "<title>网站防火墙</title>", "拦截", said=True),
        _body("P", "btwaf_aes_forge_"),
        _body("P", 'src="/renji_', ".js?id="),
        _body("P", 'src="/huadong_', ".js?id="),
    ),
    "D盾 (D99)": (_body("P", "<title>d盾_拦截提示"),),
    "安全宝 (Anquanbao)": (_body("W", "/aqb_cc/error/"),),
    "云盾 (Yundun)": (
        _body("W", "blocked by yundun cloud waf", said=True),
        _body("W", "yundun.com/yd_http_error/"),
        _body("W", "yundun.com/yd-http-error/"),
    ),
    "网宿 WAF (Wangsu)": (_header("P", "server", "wswaf", status=(403,)),),
    # Services elsewhere
    "Cloudflare": (
        _header("C", "cf-mitigated", "challenge"),
        _body("P", "_cf_chl_opt"),
        _body("P", "/cdn-cgi/challenge-platform/", "/orchestrate/"),
        _body("W", "<title>attention required! | cloudflare"),
        _body("P", "<title>just a moment...</title>", status=(403, 429, 503)),
        _body("P", "used cloudflare to restrict access", status=(403,)),
    ),
    "AWS WAF": (
        _header("A", "x-amzn-waf-action", "challenge"),
        _header("A", "x-amzn-waf-action", "captcha"),
        _body("P", "window.gokuprops"),
        _body("W", "request blocked.", "generated by cloudfront", status=(403,)),
    ),
    "Akamai": (
        _body("P", 'id="sec-if-cpt-container"'),
        _body("P", "bm-verify=", "/_sec/verify"),
        _body("P", "bm-verify=", "http-equiv", bare=True),
        _body("P", "errors.edgesuite.net/", status=(403,)),
    ),
    "Imperva Incapsula": (
        _body("P", "incapsula incident id", said=True),
        _body("P", "/_incapsula_resource?cwudnsai="),
        _body("P", "/_incapsula_resource?", bare=True),  # ordinary pages carry the script as well
    ),
    "DataDome": (_body("P", ".captcha-delivery.com/"),),
    "HUMAN (PerimeterX)": (_body("P", "window._pxappid", "px-captcha"),),
    "Sucuri": (
        _header("W", "x-sucuri-block", ""),
        _body("P", "sucuri_cloudproxy_js"),
        _body("W", "sucuri website firewall", "access denied", said=True),
    ),
    "DDoS-Guard": (
        _body("P", "/.well-known/ddos-guard/js-challenge"),
        _body("P", "/.well-known/ddos-guard/ddg-captcha-page"),
        _body("P", "<title>ddos-guard</title>"),
    ),
    "F5": (
        _body("W", "the requested url was rejected. please consult with your administrator", said=True),
        _body("P", 'window["bobcmn"]', bare=True),
    ),
    "Google": (_body("P", "our systems have detected unusual traffic", status=(403, 429, 503)),),
    "Vercel": (_header("P", "x-vercel-mitigated", "challenge"),),
}


def _needles(mark: _Mark) -> tuple[tuple[bytes, ...], ...]:
    """Write each part in the encodings that block pages come in, and with each byte in lower case as in the body."""
    return tuple(
        (part.encode(),) if part.isascii() else (part.encode("utf-8").lower(), part.encode("gb18030").lower())
        for part in mark.body
    )


_SOUGHT: Final = tuple((service, mark, _needles(mark)) for service, marks in _TABLE.items() for mark in marks)


def challenge_of(status: int, headers: Iterable[tuple[str, str]], head: bytes, *, shown: str = "") -> str | None:
    """Name the service whose robot check or block page this answer is; None for every other answer.

    ``headers`` have their names in lower case. ``head`` is the body or its beginning; the first 32 kB count. ``shown``
    is the text that a reader sees, where it is known: a page that writes about these services is none of theirs.

    >>> challenge_of(403, [("cf-mitigated", "challenge")], b"")
    'Cloudflare'
    >>> challenge_of(404, [], b"<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>") is None
    True
    """
    known = [(name, value.lower()) for name, value in headers]
    head = head[:CHALLENGE_WINDOW]
    lower, shown = head.lower(), shown.lower()
    bare: bool | None = None
    for service, mark, needles in _SOUGHT:
        if mark.status and status not in mark.status:
            continue
        if mark.header and not any(name == mark.header[0] and mark.header[1] in value for name, value in known):
            continue
        if not all(any(form in lower for form in forms) for forms in needles):
            continue
        if shown and not mark.said and any(part in shown for part in mark.body):
            continue
        if mark.bare:
            bare = glance(head).text < _NOTHING_TO_READ if bare is None else bare
            if not bare:
                continue
        return service
    return None
