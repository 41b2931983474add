"""The words around names in bylines and credits: tables, and nothing else."""

from __future__ import annotations

__all__ = ["ANONYMOUS", "COMPOUND_SURNAMES", "PUBLISHER_ENDS", "ROLES", "WHOLE_WORD_ROLES"]

ROLES: tuple[str, ...] = (
    "特约通讯员", "通讯员", "实习编辑", "见习编辑", "责任编辑", "文字编辑", "图片编辑", "视频编辑",
    "美术编辑", "新媒体编辑", "网络编辑", "值班编辑",
    "责任校对", "全媒体记者", "融媒体记者", "融媒记者", "特约记者", "特派记者", "见习记者", "实习记者",
    "首席记者", "摄影记者", "文字记者",
    "本报见习记者", "本网见习记者", "本报记者", "本网记者", "本刊记者", "本台记者", "本社记者", "实习生",
    "撰稿人", "供稿人", "特约评论员",
    "特约撰稿", "专栏作者", "特约作者", "签约作者", "专栏作家",
    "作者", "记者", "编辑", "责编", "编审", "主编", "执行主编", "编译", "撰文", "撰稿", "供稿",
    "供图", "摄影报道", "摄影", "記者", "特約記者", "實習記者", "攝影", "編輯", "編譯", "通訊員",
    "摄像", "美编", "校对", "采写", "监制", "审核", "审校",
)  # fmt: skip
"""Words for what somebody did, strong enough to be cut out of running characters."""

WHOLE_WORD_ROLES: tuple[str, ...] = (
    "文字", "图片", "图文", "文图", "文并图", "翻译", "绘图", "制图", "漫画", "插画", "视频", "剪辑", "整理",
    "文字整理", "综合",
    "报道", "報導", "報道", "统筹", "策划", "评论员", "来源", "by", "文", "图", "摄", "写", "译", "编",
)  # fmt: skip
"""The same, but part of names as well (``21世纪经济报道``): a role only where it stands alone."""

PUBLISHER_ENDS = "社报网台刊视端"
"""Characters that publishers' names end with."""

ANONYMOUS = frozenset((
    "佚名", "未知", "匿名", "不详", "无", "暂无", "本站", "网络", "互联网", "admin", "Admin", "管理员", "-",
    "--",
    "None", "null", "本报", "本网", "本刊", "本台", "本社",
))  # fmt: skip
"""Values that systems fill in where nobody is named."""

COMPOUND_SURNAMES = frozenset((
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "夏侯", "长孙",
    "宇文", "端木", "独孤",
    "南宫",
))  # fmt: skip
"""Surnames of two characters."""
