"""Teach the library a portal with one file of data, own_layout.toml; no code changes."""

from __future__ import annotations

from pathlib import Path

from xinnong_scraper import extract_html

TEXT = "今年春天，村里的合作社试种了新品种小麦，专家到田间指导，农户学会了节水灌溉，收成比往年好得多。"
PAGE = f"""<!DOCTYPE html><html><head><title>合作社试种新麦_村报网</title></head><body>
<div><a href="/">村报网</a></div>
<h1>合作社试种新麦</h1>
<div>供稿方：柳林镇广播站 2018-04-28 13:44</div>
<div>{f"<p>{TEXT}</p>" * 4}</div>
<div><h3>邻村消息</h3><ul>
<li><a href="/a/2.html">东河村修通致富路</a></li>
<li><a href="/a/3.html">西岭村办起豆腐坊</a></li>
</ul></div></body></html>"""


def main() -> None:
    """Read the same page without and with the layout."""
    for layout in ("zh", Path(__file__).with_name("own_layout.toml")):
        article = extract_html(PAGE, url="https://cunbao.example.cn/a/1.html", layout=layout)
        print(
            article.layout, article.site_name, article.source, [teaser.title for teaser in article.teasers], sep=" | "
        )


if __name__ == "__main__":
    main()
