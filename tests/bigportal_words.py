"""The vocabulary of the big test portal, and sentences, titles and sources made from it by a seeded generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


PLACES = _each(
    "山东聊城 河南周口 河北邯郸 安徽阜阳 江苏盐城 湖北荆州 湖南常德 四川南充 陕西渭南 甘肃定西 吉林四平 辽宁铁岭 "
    "山西运城 江西赣州 广西玉林 广东茂名 福建漳州 浙江衢州 云南曲靖 贵州遵义 海南儋州 新疆昌吉 宁夏固原 青海海东 "
    "内蒙古赤峰 黑龙江绥化 重庆涪陵 天津宝坻 上海崇明 北京平谷"
)
CROPS = _each(
    "小麦 玉米 大豆 水稻 棉花 花生 油菜 马铃薯 生姜 大蒜 辣椒 番茄 黄瓜 苹果 柑橘 葡萄 草莓 西瓜 茶叶 食用菌 "
    "生猪 肉牛 奶牛 肉羊 蛋鸡 肉鸭 草鱼 对虾 大闸蟹 海参 月季 兰花 中药材 蜂蜜 桑蚕 核桃"
)
SOURCES = _each(
    "聊城日报 农民日报 大众日报 河南日报 河北日报 安徽日报 新华日报 湖北日报 湖南日报 四川日报 陕西日报 甘肃日报 "
    "吉林日报 辽宁日报 山西日报 江西日报 广西日报 南方日报 福建日报 浙江日报 云南日报 贵州日报 海南日报 新疆日报 "
    "宁夏日报 青海日报 中国食品报 中国畜牧兽医报 经济日报 科技日报 人民网 新华网 中国网 央广网 光明网"
)
EVENTS = _each(
    "价格连续三周上涨 进入集中上市期 种植面积明显增加 订单提前锁定 出口量创新高 喜获丰收 遭遇倒春寒 保险覆盖全县 "
    "合作社抱团闯市场 搭上电商快车 病虫害防控全面启动 收购价稳中有降 品牌建设提速 新品种通过审定 产销对接会举行 "
    "冷链物流补上短板 加工企业扩大产能 库存处于低位 标准化生产基地建成 技术培训送到田头 质量追溯系统上线 "
    "春管工作全面展开 托管服务受欢迎 秸秆变成宝贝"
)
TURNS = _each(
    "农户惜售心理增强 专家建议理性种植 带动千户增收 后市仍需观察 业内看法不一 产业链条不断延长 补贴资金已经到位 "
    "贫困村走出新路子 年轻人返乡当起带头人 市场需求持续回暖 机械化水平再提高 绿色防控成亮点 亩均收益超过往年 "
    "田间地头一片繁忙 监管部门加强抽检 小产业做成大文章"
)
TIMES = _each(
    "近日 日前 连日来 入春以来 今年以来 上周末 昨天上午 眼下 本月初 一大早 进入四月 端午刚过 雨后初晴 去年冬天 "
    "当天下午 秋收时节 三年前 截至月底 近两个月 中旬以来"
)
# 喆 and 镕 stand in GBK and not in the GB2312 that the pages declare.
PEOPLE = _each(
    "种植大户李广田 合作社理事长王秀英 村支书赵长河 农技站站长孙建国 养殖户周大勇 收购商陈志强 返乡青年刘洋 "
    "农业专家马文彬 乡长徐向东 农机手高铁柱 经纪人吴桂兰 研究员胡一鸣 老农郑有福 驻村干部林晓燕 企业负责人何振华 "
    "市场管理员罗春生 饲料店老板唐国庆 兽医宋玉梅 技术员韩立冬 果农曹满仓 农艺师陶喆明 种粮大户朱镕生"
)
SAYINGS = _each("告诉记者 介绍说 算了一笔账 坦言 高兴地说 分析认为 表示 回忆道 提醒大家 掰着指头说")
BODIES = _each(
    "县农业局 市畜牧站 镇政府 省农科院 村委会 供销社 农发行支行 龙头企业 质检中心 气象台 水利站 农资公司 "
    "批发市场 家庭农场 科技特派员 商务部门 物价监测点 财政所 土肥站 植保站"
)
DEEDS = _each(
    "组织人员深入一线 投入专项资金 引进优良品种 举办培训班 建立示范片 签订保底协议 搭建网上平台 更换老旧设备 "
    "推广测土配方 开展免费检测 铺设滴灌管道 改良土壤结构 发放明白纸 协调贷款担保 清理沟渠 统一供种供肥 "
    "建起冷库 注册商标 请来教授把脉 试行轮作休耕"
)
EFFECTS = _each(
    "长势好于常年 成本降下一截 销路不再发愁 用水节省三成 损失被控制在最低 亩产有望突破纪录 日子越过越红火 "
    "闲地变成聚宝盆 周边村民纷纷效仿 产品卖到外省 效率翻了一番 品质得到客商认可 收入有了保障 技术难题迎刃而解 "
    "风险有人分担 信心更足 环境变得干净 次品率大幅下降 老品种焕发生机 外出的人陆续回来"
)
REASONS = _each(
    "受持续降雨影响 由于进口量减少 随着气温回升 考虑到运输费用上涨 因为前期种得太多 得益于政策扶持 "
    "在节日消费拉动下 面对激烈竞争 赶上播种季 经过多次试验 借助手机软件 摸清市场行情后 吸取往年教训 "
    "按照统一规划 依托当地气候 看准城里人的口味 对比几家报价 跟着能人学 走出去取经 守着老办法不行"
)
MEASURES = _each(
    "收购均价为每公斤 日均交易量达到 亩产预计达到 累计投放补贴 库存量约为 合同面积共计 出栏数量达到 "
    "网上销售额突破 运输车辆每天约 带动就业人数达 检测样品合计 受灾范围约 新增大棚 带来产值"
)
COMPARES = _each("同比增长 环比下降 比上年多出 较前一周回落 比预期高 与常年相比减少 较年初提高 比邻县低")
UNITS = _each("万元 吨 亩 户 车次 元 公斤 万株 头 批次")
OUTLOOKS = _each(
    "下一步还要扩大规模 预计行情将逐步企稳 关键要把好质量关 建议分批出售 打算再流转一些土地 短期内难有大的波动 "
    "有关部门将继续跟踪监测 切莫盲目跟风 计划注册自己的牌子 希望有更多技术人员下乡 产业前景值得期待 "
    "仍要防范极端天气 争取明年覆盖所有乡镇 深加工是必由之路 这条路子走对了 要让更多人尝到甜头"
)
NUMBERS = tuple(str(n) for n in range(12, 980, 7)) + tuple(f"{n / 10:.1f}" for n in range(11, 98, 3))

SENTENCES: tuple[tuple[str | tuple[str, ...], ...], ...] = (
    (TIMES, "，", PLACES, BODIES, DEEDS, "，", CROPS, EFFECTS, "。"),
    (PEOPLE, SAYINGS, "，", REASONS, "，", CROPS, EFFECTS, "，", OUTLOOKS, "。"),
    (PLACES, "的", CROPS, MEASURES, NUMBERS, UNITS, "，", COMPARES, NUMBERS, "%。"),
    (REASONS, "，", BODIES, DEEDS, "，", TIMES, CROPS, MEASURES, NUMBERS, UNITS, "。"),
    ("在", PLACES, "，", PEOPLE, "正忙着", DEEDS, "。", REASONS, "，", EFFECTS, "。"),
    ("“", REASONS, "，", CROPS, EFFECTS, "。”", PEOPLE, SAYINGS, "，", OUTLOOKS, "。"),
    (BODIES, "和", BODIES, "联手，", DEEDS, "、", DEEDS, "，", MEASURES, NUMBERS, UNITS, "。"),
    (TIMES, "，", CROPS, MEASURES, NUMBERS, UNITS, "，", COMPARES, NUMBERS, "%，", OUTLOOKS, "。"),
    (PEOPLE, "和", PEOPLE, "一起", DEEDS, "，", TIMES, EFFECTS, "。"),
    (CROPS, "与", CROPS, "套种，", EFFECTS, "，", BODIES, DEEDS, "，", OUTLOOKS, "。"),
    (TIMES, REASONS, "，", PLACES, CROPS, "的行情引人关注，", OUTLOOKS, "。"),
    ("从", PLACES, "到", PLACES, "，", DEEDS, "的做法各有不同，", EFFECTS, "。"),
)


def sentence(random: Random) -> str:
    """One sentence of 25 to 70 characters."""
    draw = random.random
    parts = SENTENCES[int(draw() * len(SENTENCES))]
    return "".join([part if isinstance(part, str) else part[int(draw() * len(part))] for part in parts])


def paragraph(random: Random) -> str:
    """Two to four sentences."""
    return "".join([sentence(random) for _ in range(2 + int(random.random() * 3))])


def title(random: Random) -> tuple[str, str]:
    """A headline, and the crop that it is about."""
    crop = random.choice(CROPS)
    place, event, turn = random.choice(PLACES), random.choice(EVENTS), random.choice(TURNS)
    form = random.randrange(4)
    if form == 0:
        return f"{place}：{crop}{event}", crop
    if form == 1:
        return f"{place}{crop}{event} {turn}", crop
    if form == 2:
        return f"{crop}{event}，{place}{turn}", crop
    return f"{place}{random.choice(NUMBERS[:100])}户农民种{crop}：{turn}", crop


def reprinted(paragraphs: list[str], random: Random) -> list[str]:
    """The same text as another paper prints it: a few words changed."""
    said = [*paragraphs]
    for _ in range(2):
        at = random.randrange(len(said))
        old, new = random.choice((("，", "，据了解，"), ("预计", "估计"), ("记者", "本报记者"), ("。", "，")))
        said[at] = said[at].replace(old, new, 1) if said[at].count(old) > 1 else said[at]
    if said == paragraphs or random.random() < 0.3:
        said[0] = f"据{random.choice(SOURCES)}消息，{said[0]}"
    return said
