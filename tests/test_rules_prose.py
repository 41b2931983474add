"""What only looks like a notice, a control or a credit is text, and what only looks like a name is none."""

from __future__ import annotations

import pytest

from xinnong_scraper import Article, extract_html

P = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
MORE = ["到五月底，全市已经派出三百多名技术人员。", "市农业局提醒，近期要注意防治条锈病，并做好浇水、施肥等工作。"]


def article(*paragraphs: str, by: str = "2018-04-28 13:44 来源：聊城日报") -> Article:
    body = "".join(text if text.startswith("<") else f"<p>{text}</p>" for text in paragraphs)
    return extract_html(
        f"<title>全市小麦陆续返青_聊城</title><h1>全市小麦陆续返青</h1><div>{by}</div><div>{body}</div>"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "王女士告诉记者，她下载了政务客户端，足不出户就能领取养老补贴。",
        "市民可以下载“爱山东”APP，在线查询更多办事指南。",
        "他说，下载了App，第一时间就能看到更多信息。",
        "著作权归属于谁，是本案争议的焦点，侵权与否取决于授权范围。",
        "版权归属于作者还是平台，法院的判决给出了答案。",
        "未经消费者同意，经营者不得擅自使用其肖像，侵权行为将受到版权部门处罚。",
        "本文件不代表任何机构的立场，只是专家观点。",
        "本作品由著名导演执导，获得独家授权，将在各大平台上映。",
        "如果作品被转载，作者可以联系平台要求删除侵权内容。",
        "分享经济正在改变城市生活",
        "扫码支付普及",
        "大中小企业",
        "暂停营业",
        "流畅",
        "一审：判处有期徒刑三年",
        "信息来源：群众举报和日常巡查",
    ],
)
def test_a_sentence_of_the_article_stays(sentence: str) -> None:
    inside = article(P, MORE[0], sentence, MORE[1], P)
    assert inside.paragraphs == [P, MORE[0], sentence, MORE[1], P]
    last = article(P, *MORE, sentence)
    assert last.paragraphs == [P, *MORE, sentence]
    assert last.disclaimer is None


@pytest.mark.parametrize("notice", ["版权归本网所有，转载请注明出处。", "本文版权归作者所有，如有侵权请联系删除。"])
def test_a_notice_is_still_one(notice: str) -> None:
    found = article(P, *MORE, notice)
    assert found.paragraphs == [P, *MORE]
    assert found.disclaimer is not None
    assert found.disclaimer.clauses == [notice]


@pytest.mark.parametrize("credit", ["来源：新华社", "来源：李先生供图"])
def test_a_source_in_the_text_ends_nothing(credit: str) -> None:
    assert article(P, *MORE, credit, P, *MORE).paragraphs == [P, *MORE, P, *MORE]


def test_a_source_below_the_text_ends_it() -> None:
    assert article(P, *MORE, "来源：新华社", "作者：张三").paragraphs == [P, *MORE]


def test_the_source_of_each_teaser_ends_no_list() -> None:
    titles = [f"第{n}批技术人员进村指导春耕" for n in range(5)]
    entries = "".join(
        f"<li><a href=/2018/{n}.html>{title}</a><p>来源：新华社</p></li>" for n, title in enumerate(titles)
    )
    found = article(P, *MORE, f"<div><h3>推荐阅读</h3><ul>{entries}</ul></div>")
    assert [teaser.title for teaser in found.teasers] == titles


@pytest.mark.parametrize("kind", ["comment-detail", "commentary", "privacy-news"])
def test_an_article_may_have_a_class_that_begins_like_a_comments(kind: str) -> None:
    html = (
        f"<title>全市小麦陆续返青</title><h1>全市小麦陆续返青</h1><div>2018-04-28 13:44</div>"
        f"<div class=lead><p>{MORE[1]}</p><p>{MORE[0]}</p></div><div class={kind}>{f'<p>{P}</p>' * 8}</div>"
    )
    assert extract_html(html).paragraphs.count(P) == 8


@pytest.mark.parametrize("name", ["王神州", "李九州", "刘镇", "周市", "杨村", "黄山", "文学"])
def test_a_labelled_person_may_be_called_like_a_place(name: str) -> None:
    assert article(P, *MORE, by=f"2018-04-28 13:44 作者：{name}").authors == [name]


@pytest.mark.parametrize("word", ["石家庄", "马鞍山", "高铁", "石油", "江南", "黄河", "常德", "方志"])
@pytest.mark.parametrize(
    "by", ["<i>2018-04-28 13:44</i> <i>{}</i>", "<i>{}</i> <i>2018-04-28 13:44</i> <i>聊城日报</i>"]
)
def test_a_place_or_column_beside_the_date_is_no_author(by: str, word: str) -> None:
    assert article(P, *MORE, by=by.format(word)).authors == []


@pytest.mark.parametrize(
    ("by", "authors"),
    [
        ("首发 发布于 2018-04-28 13:44", []),
        ("本稿 于 2018-04-28 13:44", []),
        ("<a href=/people/>人民生活</a> 2018-04-28 13:44", []),
        ("<a href=/people/7>老农</a> 2018-04-28 13:44", ["老农"]),
        ("张三 发布于 2018-04-28 13:44", ["张三"]),
    ],
)
def test_who_posted_has_a_persons_name_or_page(by: str, authors: list[str]) -> None:
    assert article(P, *MORE, by=by).authors == authors


@pytest.mark.parametrize("words", ["美丽乡村大家绘", "这家企业负责城市规划图的测绘"])
def test_words_below_a_picture_are_no_credit_for_ending_like_one(words: str) -> None:
    found = article(P, "<p><img src=/a.jpg></p>", words, *MORE)
    assert words in [*found.paragraphs, *(image.caption for image in found.images)]


# In the text


def test_the_text_goes_on_behind_a_box_of_links_in_it() -> None:
    links = "<li><a href=/1>东村修好了三公里长的水渠</a><li><a href=/2>西村办起了果蔬合作社</a>"
    inner = f"<div><span>延伸阅读</span><ul>{links}</ul></div>"
    outer = "".join(f"<li><a href=/9{n}>邻县第{n}批农机手已经下田作业</a>" for n in range(4))
    found = article(
        P, *MORE, P, inner, "<p><b>合作社里学问多</b></p>", MORE[1], P, f"<h3>相关新闻</h3><ul>{outer}</ul>"
    )
    assert found.paragraphs == [P, *MORE, P, "合作社里学问多", MORE[1], P]
    assert "邻县第0批农机手已经下田作业" in [teaser.title for teaser in found.teasers]


@pytest.mark.parametrize(
    "lead",
    ["【本报讯】记者梁敏仪报道：", "【大公報訊】記者梁敏儀報道：", "本报讯 记者梁敏仪报道 ", "本报记者梁敏仪报道："],
)
def test_a_dateline_names_its_reporter_without_brackets(lead: str) -> None:
    assert [name[:2] for name in article(lead + P, *MORE).authors] == ["梁敏"]


def test_reporters_and_editors_share_a_line() -> None:
    found = article("每农记者：蔡鼎　　每农编辑：杨欢", P, *MORE)
    assert (found.authors, found.editors) == (["蔡鼎"], ["杨欢"])


def test_a_reporter_beside_an_address_is_no_source() -> None:
    person = "<a href=/a>黄思颖</a> <span>报道</span> <a href='mailto:h@a.example'>h@a.example</a>"
    found = article(P, *MORE, by=f"<div>{person}</div><div>2018-04-28 13:44</div>")
    assert (found.source, found.authors) == (None, ["黄思颖"])


def test_a_sentence_on_rights_below_the_text_is_a_notice() -> None:
    notice = "本网所刊载内容之知识产权为新农传媒及相关权利人专属所有。未经许可，禁止进行转载、摘编、复制等任何使用。"
    found = article(P, *MORE, f"<p><strong>{notice}</strong></p>")
    assert found.paragraphs == [P, *MORE]
    assert found.disclaimer is not None
    assert found.disclaimer.clauses == [notice]
