"""A page object of web-poet with one field of its own: python examples/web_poet_page.py."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec

if find_spec("web_poet") is None:
    print("This example needs web-poet: pip install 'xinnong-scraper[web-poet]'")
    sys.exit()

from web_poet import HttpResponse, field

from xinnong_scraper.integrations.web_poet import ArticlePage

PAGE = """<!DOCTYPE html><html><head><meta charset="gbk"><title>合作社试种新麦_村报网</title></head><body>
<h1>合作社试种新麦</h1><div>来源：柳林镇广播站 2018-04-28 13:44</div><b class="column">乡村新事</b>
<div><p>今年春天，村里的合作社试种了新品种小麦，专家到田间指导，农户学会了节水灌溉，收成比往年好得多。</p>
<p>合作社的周社长说，明年还要再种三百亩，已经有邻村的农户来打听种子从哪里买，什么时候可以买到。</p></div>
</body></html>"""


class VillagePage(ArticlePage):
    """Pages of 村报网: as the library reads them, but for the section, which only this site shows like this.

    ``@web_poet.handle_urls("cunbao.example.cn")`` above the class registers it with a framework.
    """

    @field
    def section(self) -> str | None:
        """Take the column's name, which stands below the headline."""
        shown: str | None = self.css(".column::text").get()
        return shown


headers = {"Content-Type": "text/html"}
response = HttpResponse("https://cunbao.example.cn/a/1.html", PAGE.encode("gbk"), headers=headers)
article = asyncio.run(VillagePage(response).to_item())
print(article.title, article.source, article.published_at, article.section, sep=" | ")
