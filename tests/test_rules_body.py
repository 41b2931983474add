"""What is text of the article and what only stands near it: notices, credits, captions."""

from __future__ import annotations

import re

import pytest

from .rules import BY, TEXTS, URL, B, among, page, paragraphs

EDITOR = "王五"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("主编：您觉得乡村旅游的下一步应该怎么走？", id="chief-editor-asks"),
        pytest.param("审核：这项工作由专家组负责，历时三个月。", id="review-in-a-sentence"),
        pytest.param("标签：如今已不再是外界贴给这里的，人们说起它时满是赞叹。", id="tags-in-a-sentence"),
        pytest.param("分享到的经验让大家受益匪浅，村民们纷纷表示要学习推广。", id="sharing-in-a-sentence"),
        pytest.param("关注农村公众号运营的年轻人越来越多，他们把镜头对准了田野。", id="following-in-a-sentence"),
    ],
)
def test_a_sentence_that_begins_like_a_label_is_text(text: str) -> None:
    article = page(among(f"<p>{text}</p>"))
    assert article.paragraphs == [TEXTS[0], text, *TEXTS[1:]]
    assert (article.editors, article.keywords) == ([], [])


NOISE = [
    pytest.param("（责任编辑：王五）", id="editor-in-brackets"),
    pytest.param("（编辑 韩梅）", id="editor-without-colon"),
    pytest.param("[编辑 韩梅]", id="editor-in-square-brackets"),
    pytest.param("责编|王五", id="editor-after-a-bar"),
    pytest.param("上一篇：石榴花开满山红", id="previous-article"),
    pytest.param("<a href=/2.html>上一篇：石榴花开满山红</a>", id="previous-article-linked"),
    pytest.param("分享到：微信 微博", id="share"),
    pytest.param("扫一扫关注我们", id="scan"),
    pytest.param("[打印] [关闭]", id="print"),
    pytest.param("打开APP阅读全文", id="app"),
    pytest.param("返回新农网，查看更多", id="home"),
    pytest.param("延伸阅读：<a href=/2.html>农村集市上的年轻人越来越多</a>", id="another-article"),
    pytest.param("阅读 1032 在看 17 投诉", id="counters"),
]


@pytest.mark.parametrize("line", NOISE)
@pytest.mark.parametrize("inside", [True, False], ids=["in-the-text's-box", "below-it"])
def test_a_line_about_the_page_is_no_text(line: str, inside: bool) -> None:
    line = f"<p>{line}</p>"
    article = page(B + line) if inside else page(below=line)
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    ("line", "editor"),
    [("（责任编辑：王五）", "王五"), ("（编辑 韩梅）", "韩梅"), ("[编辑 韩梅]", "韩梅"), ("责编|王五", "王五")],
    ids=["in-brackets", "without-colon", "in-square-brackets", "after-a-bar"],
)
def test_an_editor_line_names_the_editor(line: str, editor: str) -> None:
    assert page(f"{B}<p>{line}</p>").editors == [editor]


PERSONAL = "本文内容仅为作者个人观点，不构成任何投资建议，据此操作风险自担。"
RIGHTS = "本文仅代表作者个人观点，与本网无关，如有侵权请联系本网删除。"


@pytest.mark.parametrize(
    ("line", "heading", "clause"),
    [
        pytest.param(f"【版权声明】{RIGHTS}", "版权声明", RIGHTS, id="heading-in-brackets"),
        pytest.param(f"免责声明：{PERSONAL}", "免责声明", PERSONAL, id="heading-with-colon"),
    ],
)
def test_a_notice_in_the_last_paragraph_is_the_disclaimer(line: str, heading: str, clause: str) -> None:
    article = page(f"{B}<p>{line}</p>")
    assert article.paragraphs == list(TEXTS)
    assert article.disclaimer is not None
    assert (article.disclaimer.heading, article.disclaimer.clauses) == (heading, [clause])


def test_a_caption_above_its_picture() -> None:
    figure = "<figure><figcaption>游客在桃林中拍照</figcaption><img src=/img/a.jpg></figure>"
    article = page(among(figure))
    assert [(image.url, image.caption) for image in article.images] == [
        ("http://www.xinnong.example/img/a.jpg", "游客在桃林中拍照")
    ]
    assert article.paragraphs == list(TEXTS)
    assert [block.kind for block in article.body.blocks] == ["paragraph", "image", "paragraph", "paragraph"]


CAPTIONS = [
    "游客在联峰山的桃林中拍照留念。",
    "村民把新摘的草莓摆上路边的摊位。",
    "孩子们在山脚的草地上放风筝。",
    "志愿者在停车场引导车辆。",
]


@pytest.mark.parametrize("count", [3, 4])
def test_a_gallery_of_pictures_each_with_its_sentence(count: int) -> None:
    pictures = "".join(
        f"<div><img src=/img/{number}.jpg><p>{text}</p></div>" for number, text in enumerate(CAPTIONS[:count])
    )
    article = page(paragraphs(TEXTS[:1]) + pictures, by=BY)
    assert article.paragraphs == [TEXTS[0]]
    assert [image.caption for image in article.images] == CAPTIONS[:count]
    assert all(image.url.startswith(URL[:26]) for image in article.images)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["附件：<a href=/1>1.申报指南</a>", "<a href=/2>2.专项资金申请书（模板）</a>"], id="numbered"),
        pytest.param(["附件", "<a href=/1>1.农业专项资金的申报指南</a>", "<a href=/2>2.申请书模板</a>"], id="heading"),
        pytest.param(
            ["附件1：<a href=/1>申报指南</a>", "附件2：<a href=/2>专项资金申请书（模板）</a>"], id="a-label-each"
        ),
        pytest.param(["<a href=/f/1.docx>农业专项资金的申报指南</a>"], id="file"),
    ],
)
def test_attachments_are_text(lines: list[str]) -> None:
    article = page(B + "".join(f"<p>{line}</p>" for line in lines))
    assert article.paragraphs[3:] == [re.sub("<.*?>", "", line) for line in lines]


@pytest.mark.parametrize(
    "twin",
    [
        "Notice: The content above is uploaded by a user of this platform, which only provides storage services.",
        "Disclaimer: this article does not represent the views of the platform.",
    ],
)
@pytest.mark.parametrize("label", ["特别声明：", "<b>特别声明：</b>", "声明："])
@pytest.mark.parametrize("inside", [True, False])
def test_a_notice_and_its_english_twin_are_one(twin: str, label: str, inside: bool) -> None:
    clause = "以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。"
    lines = f"<p>{label}{clause}</p><p>{twin}</p>"
    article = page(B + lines) if inside else page(below=f"<div>{lines}</div>")
    assert article.paragraphs == list(TEXTS)
    assert article.disclaimer is not None
    assert article.disclaimer.clauses == [clause, twin]


@pytest.mark.parametrize("kind", ["em", "span", "div", "p"])
def test_a_line_behind_a_picture_whose_class_says_so_is_its_caption(kind: str) -> None:
    inner = f"<{kind} class=img-desc>联峰山游客中心资料照</{kind}>"
    article = page(among(f"<p><i><img src=/img/a.jpg></i></p><p>{inner}</p>"))
    assert [image.caption for image in article.images] == ["联峰山游客中心资料照"]
    assert article.paragraphs == list(TEXTS)


@pytest.mark.parametrize(
    "line",
    [
        "（以上内容仅代表作者个人观点，不代表本网立场，如有侵权请联系本网删除。）",
        "风险提示：本文内容仅供参考，不构成投资建议，投资者据此操作风险自担。",
        "本网站登载此文出于传递更多信息之目的，并不意味着赞同其观点。文章内容仅供参考。",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_a_notice_without_heading(line: str, inside: bool) -> None:
    article = page(f"{B}<p>{line}</p>") if inside else page(below=f"<div>{line}</div>")
    assert article.paragraphs == list(TEXTS)
    assert article.disclaimer is not None
    assert [clause.strip("（）") for clause in article.disclaimer.clauses] == [line.strip("（）")]
    assert article.authors == []
