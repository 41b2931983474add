from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinnong_scraper.normalize.names import ROLES, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三 李四", ["张三", "李四"]),
        ("张三、李四", ["张三", "李四"]),
        ("张三/李四", ["张三", "李四"]),
        ("张三，李四", ["张三", "李四"]),
        ("张三;李四；王五", ["张三", "李四", "王五"]),
        ("张三和李四", ["张三", "李四"]),
        ("张三\u3000李四", ["张三", "李四"]),
        ("张三、张三", ["张三"]),
        ("记者 张三 通讯员 李四", ["张三", "李四"]),
        ("记者：张三 通讯员：李四 王五", ["张三", "李四", "王五"]),
        ("本报记者张三", ["张三"]),
        ("本报记者张三通讯员李四", ["张三", "李四"]),
        ("见习记者 王五", ["王五"]),
        ("实习记者王五", ["王五"]),
        ("文/张三 图/李四", ["张三", "李四"]),
        ("文/图 张三", ["张三"]),
        ("文：张三", ["张三"]),
        ("张三/文 李四/图", ["张三", "李四"]),
        ("张三 摄", ["张三"]),
        ("张三摄影报道", ["张三"]),
        ("张三（实习生）", ["张三"]),
        ("张三 (实习生) 李四", ["张三", "李四"]),
        ("新华社记者 张三", ["张三"]),
        ("新华社记者张三、李四", ["张三", "李四"]),
        ("人民日报 记者 张三", ["张三"]),
        ("中国新农网记者张三", ["张三"]),
        ("张三记者", ["张三"]),
        ("张三记者报道", ["张三"]),
        ("南都见习记者 张三", ["张三"]),
        ("南都记者张三 李四", ["张三", "李四"]),
        ("张三通讯员李四记者王五", ["张三", "李四", "王五"]),
        ("王晓 (EN042)", ["王晓"]),
        ("王晓（EN042）", ["王晓"]),
        ("张三_NB1234", ["张三"]),
        ("责编：李四[编号]", ["李四"]),
        ("责任编辑：李四 校对：王五", ["李四", "王五"]),
        ("李四 12345", ["李四"]),
        ("John Smith", ["John Smith"]),
        ("J. K. Rowling", ["J. K. Rowling"]),
        ("By John Smith", ["John Smith"]),
        ("John Smith, 张三", ["John Smith", "张三"]),
        ("艾力·买买提", ["艾力·买买提"]),
        ("艾力•买买提 张三", ["艾力·买买提", "张三"]),
        ("张 三", ["张三"]),
        ("李\u3000明", ["李明"]),
        ("张 三 李 四", ["张三", "李四"]),
        ("记者 张 三 通讯员 李小明", ["张三", "李小明"]),
        ("欧阳 修", ["欧阳修"]),
        ("人民日报", ["人民日报"]),
        ("21世纪经济报道", ["21世纪经济报道"]),
        ("36氪", ["36氪"]),
        ("佚名", []),
        ("admin", []),
        ("记者", []),
        ("", []),
        ("　—— ", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@given(st.text(alphabet=st.sampled_from("张三李四记者文图摄/、 　：（）[]·.AbN_01"), max_size=60))
def test_any_value_gives_clean_names(text: str) -> None:
    names = split_names(text)
    assert len(names) == len(set(names))
    for name in names:
        assert name == name.strip()
        assert name
        assert name not in ROLES


def test_a_paragraph_taken_for_a_byline_is_bounded() -> None:
    assert len(split_names("张三、李四、" * 100_000)) == 2
    assert len(split_names("（" * 100_000)) == 0
