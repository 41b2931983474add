"""Learn a layout from five pages of a site, without labels, and read a sixth one with it."""

from __future__ import annotations

from xinnong_scraper import extract_html
from xinnong_scraper.learn import study

VILLAGES = ["东河村", "西岭村", "柳林镇", "北沟村", "南坪乡", "石桥镇"]
TEXT = "今年春天，{village}的合作社试种了新品种小麦，专家到田间指导，农户学会了节水灌溉，收成比往年好得多。"
MORE = "下一步，{village}还要修通通往集市的道路，并请技术员每个月来一次，把种田的学问讲给乡亲们听。"
CARD = "点开村报小程序，就能听全文朗读"


def page(number: int) -> str:
    """Build an article's page as the site does."""
    village = VILLAGES[number]
    lines = [TEXT.format(village=village), CARD, MORE.format(village=village)]
    return f"""<!DOCTYPE html><html><head><title>{village}试种新麦喜获丰收_村报网</title></head><body>
<div class="top"><a href="/">村报网</a></div><h1 class="title">{village}试种新麦喜获丰收</h1>
<div class="info">送稿单位：{village}广播站 2018-04-{number + 10} 13:44</div>
<div class="content">{"".join(f"<p>{line}</p>" for line in lines)}</div></body></html>"""


def main() -> None:
    """Print the file, and the new page as it is read without the layout and with it."""
    address = "https://cunbao.example.cn/a/{}.html"
    lesson = study([(page(number), address.format(number)) for number in range(5)], name="cunbao")
    print(lesson.toml)
    for layout in (None, lesson.layout):
        article = extract_html(page(5), url=address.format(5), layout=layout)
        print(article.layout, article.site_name, article.source, len(article.paragraphs), sep=" | ")


if __name__ == "__main__":
    main()
