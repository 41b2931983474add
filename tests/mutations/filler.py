"""Words that redesigns put beside an article: nothing in them belongs to any page's truth."""

from __future__ import annotations

from typing import Final

HEADLINES: Final = (
    "春耕备耕有序推进 农机合作社忙检修",
    "小城夜市点亮消费新场景",
    "高铁新站房主体结构提前封顶",
    "社区食堂让老人吃上热乎饭",
    "非遗剪纸走进乡村小学课堂",
    "全市新增充电桩两千余个",
    "气象部门发布大风蓝色预警",
    "图书馆延长开放时间受欢迎",
    "老街改造留住烟火气",
    "山区茶农直播卖新茶 订单排到下月",
)
SUMMARY: Final = "记者从有关部门获悉，这项工作将分三个阶段推进，预计年底前全部完成，届时沿线居民的出行将更加方便，相关配套设施也会同步投入使用。"
DATES: Final = ("2020-03-11 09:26", "2021-11-02 18:05", "2019-07-30 07:48", "2022-01-16 21:33", "2023-05-08 10:12")
COMMENTS: Final = (
    "写得真好，说出了我们老百姓的心里话，希望以后能多一些这样接地气的报道，支持！",
    "我家就在附近，亲眼看着这几年的变化，道路宽了，路灯亮了，晚上散步的人也多了。",
    "建议有关部门把后续的管理也跟上，不要只是一阵风，过几个月又回到原来的样子。",
    "转发给家里人看了，都说不错，就是不知道什么时候能轮到我们那里，期待早日实现。",
)
OTHER_PARAGRAPHS: Final = (
    "本报讯 清晨六点，天刚蒙蒙亮，河东蔬菜批发市场里已是人声鼎沸，一辆辆满载新鲜蔬菜的货车排着队等待过秤入场。",
    "“今年雨水足，菠菜和油麦菜的长势都比往年好，价格也稳得住。”摊主老周一边麻利地卸货，一边和老主顾打着招呼。",
    "据市场管理方介绍，入春以来日均交易量保持在八百吨左右，较去年同期增长约一成，供应充足，品种也更加丰富。",
    "为方便市民选购，市场还新设了便民服务台，提供免费的农药残留检测和公平秤复秤，让大家买得放心、吃得安心。",
    "下一步，市场将继续扩大与周边种植基地的直供合作，减少中间环节，力争把更多实惠留给菜农和消费者。",
)
OTHER_TITLE: Final = "河东市场清晨见闻：一棵青菜的进城路"
OTHER_DATE: Final = "2021-03-22 06:58:00"
NAVIGATION: Final = ("首页", "要闻", "国内", "国际", "财经", "社会", "体育", "文化", "视频", "专题")


def teasers(count: int = 6, *, dated: bool = False) -> str:
    """A list of links to other articles."""
    entries = []
    for number, title in enumerate(HEADLINES[:count]):
        date = f'<span class="time">{DATES[number % len(DATES)]}</span>' if dated else ""
        entries.append(f'<li><a href="/content/{7100 + number}.html">{title}</a>{date}</li>')
    return f'<ul class="list">{"".join(entries)}</ul>'


def cards(count: int = 4) -> str:
    """Teasers with a summary and a date each."""
    return "".join(
        f'<div class="card"><h3><a href="/content/{7300 + number}.html">{HEADLINES[number]}</a></h3>'
        f"<p>{SUMMARY}</p><p>{DATES[number % len(DATES)]}</p></div>"
        for number in range(count)
    )


def navigation() -> str:
    """A menu of sections."""
    return "<nav>" + "".join(f'<a href="/{n}/">{name}</a> ' for n, name in enumerate(NAVIGATION)) + "</nav>"


def paragraphs(texts: tuple[str, ...]) -> str:
    """Paragraphs of text."""
    return "".join(f"<p>{text}</p>" for text in texts)
