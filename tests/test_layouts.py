"""Layouts: loading and merging files, selectors, and recognising a portal by what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from xinnong_scraper import Article, Layout, Scraper, extract_html
from xinnong_scraper.errors import LayoutError, NotAnArticleError
from xinnong_scraper.layouts import builtin_layouts, layout_source, load_layout

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。"
BODY = f"<div id=text>{f'<p>{SENTENCE}</p>' * 4}</div>"
URL = "http://news.village.example/a.html"


def page(body: str = BODY, *, title: str = "小麦返青", before: str = "", after: str = "", head: str = "") -> str:
    return (
        f"<!doctype html><title>{title}</title>{head}{before}<h1>全市小麦陆续返青</h1>"
        f"<p class=info>来源：聊城日报 2018-04-28 13:44</p>{body}{after}"
    )


def written(folder: Path, text: str, name: str = "village.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, html: str, **arguments: Any) -> Article:
    layout = written(folder, f'name = "village"\nextends = "zh"\n{text}')
    return extract_html(html, layout=layout, **{"url": URL, **arguments})


def refused(folder: Path, text: str) -> LayoutError:
    path = written(folder, text)
    with pytest.raises(LayoutError) as caught:
        load_layout(path)
    assert caught.value.file == str(path)
    assert str(path) in str(caught.value)
    return caught.value


# Loading and merging


def test_the_package_ships_the_general_layout_and_the_portals() -> None:
    names = [layout.name for layout in builtin_layouts()]
    assert names[0] == "zh"
    assert "xinnong" in names
    assert 'name = "zh"' in layout_source("zh")
    with pytest.raises(LayoutError, match=r"'nowhere'.*zh, .*xinnong"):
        layout_source("nowhere")


def test_a_layout_extends_the_general_one(tmp_path: Path) -> None:
    general = load_layout("zh")
    layout = load_layout(
        written(
            tmp_path,
            'name = "village"\nextends = "zh"\nzone = "Asia/Urumqi"\nexpected = ["title"]\n'
            '[labels]\nsource = ["村报", "来源"]\n[headings]\nteasers = ["乡邻也在读"]\n',
        )
    )
    assert (layout.name, layout.extends, layout.zone, layout.language) == ("village", "zh", "Asia/Urumqi", "zh")
    assert layout.labels.source[:2] == ("村报", "来源")
    assert set(layout.labels.source) == {"村报", *general.labels.source}
    assert len(layout.labels.source) == len(set(layout.labels.source))
    assert layout.headings.teasers == ("乡邻也在读", *general.headings.teasers)
    assert layout.labels.author == general.labels.author
    assert layout.lines == general.lines
    assert layout.expected == ("title",)


def test_a_layout_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    written(tmp_path, 'name = "county"\nextends = "zh"\n[labels]\nsource = ["县报"]\n', "county.toml")
    layout = load_layout(written(tmp_path, 'name = "village"\nextends = "county.toml"\n[labels]\nsource = ["村报"]\n'))
    assert layout.labels.source[:2] == ("村报", "县报")
    assert "来源" in layout.labels.source


def test_a_layout_without_a_parent_has_its_own_words_only(tmp_path: Path) -> None:
    layout = load_layout(written(tmp_path, 'name = "alone"\n[labels]\nsource = ["From"]\n'))
    assert (layout.labels.source, layout.labels.author, layout.extends) == (("From",), (), None)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "village.toml"
    path.write_text('name = "village"\n', encoding="utf-8-sig")
    assert load_layout(path).name == "village"


def test_a_layout_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_layout("zh").name = "other"


# Files with mistakes: the message names the file, the key and what is allowed


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ('name = "x"\nlabel = 1', "label", "labels"),
        ('name = "x"\n[labels]\nsauce = ["来源"]', "labels.sauce", "source"),
        ('name = "x"\n[recognise]\nname = "x"', "recognise.name", "names"),
        ('name = "x"\n[lines]\nend = ["("]', "lines.end.0", "regular expression"),
        ('name = "x"\n[lines.not_article]\nnothing = ["a"]', "lines.not_article.nothing", "error_page"),
        ('name = "x"\nzone = "Mars/Base"', "zone", "Asia/Shanghai"),
        ('name = "x"\nzone = "../etc/passwd"', "zone", "Asia/Shanghai"),
        ("zone = 'Asia/Shanghai'", "name", "required"),
        ('name = "Not A Name"', "name", "pattern"),
        ('name = "x"\nexpected = ["tittle"]', "expected.0", "published_at"),
        ('name = "x"\n[labels]\nsource = "来源"', "labels.source", "tuple"),
        ('name = "x"\n[labels]\nsource = [""]', "labels.source.0", "1 character"),
        ('name = "x"\nextends = "nowhere"', "extends", "zh"),
        ('name = "x"\nextends = 7', "extends", "layout's name"),
        ('name = "x"\nextends = "missing.toml"', "extends", "missing.toml"),
        ('name = "x"\nextends = "village.toml"', "extends", "loop"),
        ('name = "x"\n[[selectors.title]]\ncss = "h1"\nregex = "["', "selectors.title.0.regex", "regular expression"),
        ('name = "x"\n[[selectors.tittle]]\ncss = "h1"', "selectors.tittle", "title"),
        ('name = "x"\n[[selectors.title]]\nxpath = "//h1"', "selectors.title.0.xpath", "css"),
        ('name = "x"\n[[selectors.title]]\nattribute = "content"', "selectors.title.0", "css or meta"),
        ('name = "x"\n[[selectors.title]]\ncss = "h1"\nmeta = "t"', "selectors.title.0", "css or meta"),
        ('name = "x"\n[[selectors.title]]\ncss = "h1["', "selectors.title.0.css", "CSS"),
        ('name = "x"\nexclude = ["p::"]', "exclude.0", "CSS"),
    ],
)  # fmt: skip
def test_a_mistake_is_explained(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    error = refused(tmp_path, text)
    assert error.key == key
    assert key in str(error)
    assert allowed in str(error)


@pytest.mark.parametrize("text", ["name = ", "[labels", "name = 'x'\nname = 'y'", "\x00"])
def test_what_is_no_toml_is_explained(tmp_path: Path, text: str) -> None:
    assert "TOML" in str(refused(tmp_path, text))


def test_files_that_cannot_be_read_are_layout_errors(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "x"  # 来源'.encode("gb18030"))
    for path in (latin, tmp_path, tmp_path / "missing.toml"):
        with pytest.raises(LayoutError) as caught:
            load_layout(path)
        assert caught.value.file == str(path)


def test_two_files_that_extend_each_other_are_a_loop(tmp_path: Path) -> None:
    written(tmp_path, 'name = "county"\nextends = "village.toml"\n', "county.toml")
    error = refused(tmp_path, 'name = "village"\nextends = "county.toml"\n')
    assert (error.key, "loop" in str(error)) == ("extends", True)


# Selectors


@pytest.mark.parametrize(
    ("field", "selector", "expected"),
    [
        ("title", 'css = "#t"', "村里的标题"),
        ("subtitle", 'css = "#t2"', "副题"),
        ("source", 'css = "#s"\nregex = "由(.{2,8})供稿"', "柳林镇广播站"),
        ("source", 'css = "#nowhere"}, {css = "#s"\nregex = "柳林镇"', "柳林镇"),
        ("source", 'meta = "origin"', "镇政府"),
        ("authors", 'css = "#a"', ["张三", "李四"]),
        ("editors", 'css = "#a"\nattribute = "data-editor"', ["王五"]),
        ("published_at", 'css = "time"\nattribute = "datetime"', "2018-05-01T08:30:00+08:00"),
        ("published_at", 'meta = "made"', "2018-05-02T00:00:00+08:00"),
        ("modified_at", 'css = "time"\nattribute = "datetime"', "2018-05-01T08:30:00+08:00"),
        ("summary", 'css = "#t2"', "副题"),
        ("keywords", 'css = "#k"', ["小麦", "返青"]),
        ("site_name", 'css = "#t2"', "副题"),
        ("next_page_url", 'css = "#n"\nattribute = "href"', "http://news.village.example/a_2.html"),
    ],
)
def test_a_selector_reads_a_field(tmp_path: Path, field: str, selector: str, expected: object) -> None:
    extra = (
        "<meta name=origin content=镇政府><meta name=made content='2018-05-02'>"
        "<div id=t>村里的标题</div><i id=t2>副题</i><p id=s>由柳林镇广播站供稿</p>"
        "<p id=a data-editor=王五>张三 李四</p><time datetime='2018-05-01 08:30'></time>"
        "<p id=k>小麦 返青</p><a id=n href=a_2.html>其余</a>"
    )
    inline = selector.replace("\n", ", ")
    article = read(tmp_path, f"[selectors]\n{field} = [{{{inline}}}]", page(after=f"<footer>{extra}</footer>"))
    assert article.model_dump(mode="json")[field] == expected
    assert article.evidence[field].strategy == "layout"


def test_a_breadcrumb_by_selector(tmp_path: Path) -> None:
    before = "<div id=where>在：<a href=/>村口</a> / <a href=/news/>新闻</a></div>"
    article = read(tmp_path, '[selectors]\nbreadcrumb = [{css = "#where"}]', page(before=before))
    assert [(crumb.name, crumb.url) for crumb in article.breadcrumb] == [
        ("村口", "http://news.village.example/"), ("新闻", "http://news.village.example/news/"),
    ]  # fmt: skip
    assert article.section == "新闻"


def test_a_body_by_selector(tmp_path: Path) -> None:
    other = f"<div id=other><p>{SENTENCE}</p><p>{SENTENCE}</p></div>"
    html = page(after=other)
    assert len(read(tmp_path, "", html).paragraphs) != 2
    assert read(tmp_path, '[selectors]\nbody = [{css = "#other"}]', html).paragraphs == [SENTENCE] * 2


def test_a_selector_without_a_hit_leaves_the_field_to_landmarks(tmp_path: Path) -> None:
    article = read(tmp_path, '[selectors]\nsource = [{css = "#nowhere"}, {meta = "nowhere"}]', page())
    assert (article.source, article.evidence["source"].strategy) == ("聊城日报", "landmarks")


def test_excluded_elements_are_not_read(tmp_path: Path) -> None:
    advert = f"<div class=ad><p>{SENTENCE}</p></div>"
    html = page(BODY.replace("</div>", f"{advert}</div>"))
    assert len(read(tmp_path, "", html).paragraphs) == 5
    assert read(tmp_path, 'exclude = [".ad", ".info"]', html).paragraphs == [SENTENCE] * 4
    assert read(tmp_path, 'exclude = [".ad", ".info"]', html).source is None


def test_own_words_are_read(tmp_path: Path) -> None:
    after = (
        "<h3>乡邻也在读</h3><ul><li><a href=/1.html>东河村修通致富路</a><li><a href=/2.html>西岭村办起豆腐坊</a></ul>"
    )
    html = page(after=after).replace("来源：", "传抄自：")
    words = '[labels]\nsource = ["传抄自"]\n[headings]\nteasers = ["乡邻也在读"]'
    assert read(tmp_path, "", html).source != "聊城日报"
    assert read(tmp_path, "", html).teasers == []
    article = read(tmp_path, words, html)
    assert article.source == "聊城日报"
    assert [teaser.title for teaser in article.teasers] == ["东河村修通致富路", "西岭村办起豆腐坊"]


def test_lines_that_the_portal_repeats_are_left_out(tmp_path: Path) -> None:
    repeated = "本报期待着每一位热心读者的来信来稿，讲述身边的变化。"
    html = page(BODY.replace("</div>", f"<p>{repeated}</p></div>"))
    assert len(read(tmp_path, "", html).paragraphs) == 5
    assert read(tmp_path, '[lines]\nboilerplate = ["本报期待着每一位"]', html).paragraphs == [SENTENCE] * 4


def test_a_layout_without_a_heading_of_its_own_finds_related_articles_as_the_general_one_does(tmp_path: Path) -> None:
    links = "".join(f"<li><a href=/{n}.html>东河村的第{n}条消息在这里</a>" for n in range(1, 6))
    html = page(after=f"<h3>为您推荐</h3><ul>{links}</ul>")
    general = extract_html(html, url=URL).teasers
    assert len(general) == 5
    assert read(tmp_path, '[recognise]\nnames = ["村报网"]', html).teasers == general
    assert read(tmp_path, '[headings]\nteasers = ["乡邻也在读"]', html).teasers == []


def test_the_element_of_the_text_speaks_for_an_article_among_many_links(tmp_path: Path) -> None:
    links = "".join(f"<li><a href=/{n}.html>东河村的第{n}条长长的消息在这里</a>" for n in range(40))
    html = f"<title>村口</title><ul>{links}</ul><h2>村口</h2><div id=text><p>{SENTENCE * 3}</p></div>"
    with pytest.raises(NotAnArticleError) as caught:
        read(tmp_path, "", html)
    assert caught.value.reason == "list_page"
    assert read(tmp_path, '[selectors]\nbody = [{css = "#text"}]', html).paragraphs == [SENTENCE * 3]


def test_a_layouts_zone_counts(tmp_path: Path) -> None:
    article = read(tmp_path, 'zone = "Asia/Tokyo"', page())
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2018-04-28T13:44:00+09:00"


def test_expected_fields_that_are_missing_are_warnings(tmp_path: Path) -> None:
    warnings = read(tmp_path, 'expected = ["title", "editors"]', page()).warnings
    assert [(warning.code, warning.field) for warning in warnings] == [("missing_field", "editors")]


# Recognition


NOTICE = "<p>【免责声明】</p><p>1、凡本网注明出处非(中国新农网)的作品,均转载于自其它媒体,并不代表本网赞同其观点。</p>"
CRUMBS = "<div><a href=/>首页</a> -> <a href=/news/>农业</a></div>"


@pytest.mark.parametrize(
    "html",
    [
        page(title="全市小麦陆续返青_中国新农网"),
        page(title="全市小麦陆续返青 - 农业 - 中国新农网"),
        page(title="中国新农网|全市小麦陆续返青"),
        page(before=f"<div class=logo><a href=/>中国新农网</a></div>{CRUMBS}"),
        page(before=f"<a href=/><img src=/logo.png alt=中国新农网></a>{CRUMBS}"),
        page(after=NOTICE),
        page(after="<footer>版权所有 © 2018 中国新农网</footer>"),
        page(after="<footer>中国新农网 版权所有</footer>"),
        page(after="<footer>版权所有 中国新农网</footer>"),
        page(after="<footer>版权所有：<a href=/>中国新农网</a></footer>"),
        page(after="<footer>中国新农网 2009-2019 版权所有 冀ICP备1号</footer>"),
        page(after="<footer>Copyright © 2018 www.x.example 中国新农网 All Rights Reserved</footer>"),
        page(after="<footer>中国新农网版权所有 未经授权不得转载 Copyright © 2018</footer>"),
    ],
    ids=[
        "title",
        "title-last",
        "title-first",
        "brand",
        "logo",
        "disclaimer",
        "copyright",
        "copyright-bare",
        "copyright-before",
        "copyright-linked",
        "copyright-behind",
        "copyright-english",
        "copyright-joined",
    ],
)
def test_the_portal_is_recognised_by_what_it_shows(html: str) -> None:
    article = extract_html(html, url="http://anything.example/1.html")
    assert (article.layout, article.site_name) == ("xinnong", "中国新农网")


@pytest.mark.parametrize(
    "html",
    [
        page(),
        page(BODY.replace("农技人员", "据中国新农网报道，农技人员")),
        page(after="<h3>友情链接</h3><p><a href=http://x.example/>中国新农网</a> <a href=/b>农业网</a></p>"),
        page(after="<h3>友情链接</h3><ul><li><a href=http://x.example/>中国新农网</a><li><a href=/b>农业网</a></ul>"),
        page().replace("来源：聊城日报", "来源：中国新农网"),
        page(before=CRUMBS),
        page(title="记者走进中国新农网编辑部_村报"),
        page(head="<meta name=keywords content=中国新农网>"),
        page(after="<!-- 中国新农网 --><p hidden>版权所有 中国新农网</p>"),
        page(BODY.replace("农技人员", "据中国新农网版权所有者介绍，农技人员")),
        page(BODY.replace("农技人员", "他并非中国新农网记者，农技人员")),
        page(BODY + "<p>本文版权所有归中国新农网，转载请注明。</p>"),
        page(BODY + "<p>中国新农网公布了举报电话：12345，欢迎农民朋友监督春耕农资市场。</p>"),
        page(
            after="<footer>友情链接：<a href=//x.example>中国新农网</a> <a href=/b>农业网</a> 版权所有：村报网</footer>"
        ),
        page(after="<footer>Copyright © 2018 村报网 友情链接 <a href=//x.example>中国新农网</a></footer>"),
        page(after="<footer>友情链接：中国新农网 农业网 版权所有：村报网 © 2018</footer>"),
        page(after="<footer>Copyright © 2018 <a href=//x.example>中国新农网</a> <a href=/>村报网</a></footer>"),
        page(after="<footer>来源：中国新农网 责任编辑：张三 版权所有：村报网</footer>"),
    ],
    ids=[
        "plain",
        "in-text",
        "friend-link",
        "friend-list",
        "as-source",
        "arrow-only",
        "in-headline",
        "meta",
        "hidden",
        "owner-in-text",
        "not-in-text",
        "rights-in-text",
        "telephone-in-text",
        "friend-in-footer",
        "friend-behind-copyright",
        "friend-unlinked",
        "friend-in-copyright",
        "source-in-footer",
    ],
)
def test_a_page_that_only_mentions_the_portal_is_another_sites(html: str) -> None:
    article = extract_html(html, url="http://anything.example/1.html")
    assert article.layout == "zh"
    assert article.site_name != "中国新农网"


def test_an_own_layout_is_chosen_by_host(tmp_path: Path) -> None:
    hosts = '[recognise]\nhosts = ["village.example", ".town.example"]\n'
    path = written(tmp_path, f'name = "village"\nextends = "zh"\nsite_name = "村报网"\n{hosts}')
    for own in (path, str(path), load_layout(path)):
        with Scraper(layouts=[own]) as scraper:
            chosen = {
                url: scraper.extract_html(page(), url=url).layout
                for url in (
                    URL,
                    "http://village.example/",
                    "http://a.town.example/",
                    "http://notvillage.example/",
                    None,
                )
            }
        assert list(chosen.values()) == ["village", "village", "village", "zh", "zh"]


def test_an_own_layout_is_chosen_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, 'name = "village"\nextends = "zh"\n[recognise]\nnames = ["村报网"]\n')
    with Scraper(layouts=[path]) as scraper:
        assert scraper.extract_html(page(title="小麦返青_村报网")).layout == "village"
        assert scraper.extract_html(page()).layout == "zh"
        assert scraper.extract_html(page(title="小麦返青_中国新农网")).layout == "xinnong"


def test_a_layout_given_is_taken_whatever_the_page_shows() -> None:
    html = page(title="小麦返青_中国新农网")
    assert extract_html(html, layout="zh").layout == "zh"
    assert extract_html(page(), layout=Layout(name="bare")).layout == "bare"
