"""Drift: tells whether a site has changed, so that records are lost or go wrong.

Good pages teach what is normal (:class:`Baseline`); new pages are compared with it (:class:`Monitor`,
:func:`check`), and the verdict is ``ok``, ``drifting`` or ``broken``, with the fields, rules and examples that it rests
on. One unusual article is none; six in a row are.

>>> from xinnong_scraper.drift import Baseline, check, observe_html
>>> page = "<h1>%s年的小麦长势喜人</h1><p>2018-04-28</p>" + "<p>今年的小麦长势喜人，农户说收成一定好。</p>" * 9
>>> good = [observe_html(page % number, url=f"http://x.cn/{number}.html") for number in range(60)]
>>> check(good[-20:], Baseline.learn(good)).status
'ok'
"""

from __future__ import annotations

from .baseline import Baseline, Profile
from .monitor import Finding, Monitor, Status, Verdict, check
from .observing import Observation, observe, observe_html, observe_outcome

__all__ = [
    "Baseline",
    "Finding",
    "Monitor",
    "Observation",
    "Profile",
    "Status",
    "Verdict",
    "check",
    "observe",
    "observe_html",
    "observe_outcome",
]
