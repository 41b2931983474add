"""Other frameworks' responses and items, one file a framework; each is imported only by those who use it.

``xinnong_scraper.integrations.scrapy``     a response of Scrapy becomes a record (needs nothing installed by itself)
``xinnong_scraper.integrations.web_poet``   a page object of web-poet whose item is a record (the extra ``web-poet``)
``xinnong_scraper.integrations.zyte``       the record as ``zyte_common_items.Article`` (the extra ``zyte``)
"""
