"""Typed article records from Chinese news pages.

>>> from xinnong_scraper import extract_html
>>> page = '''<title>小麦返青</title><h1>小麦返青</h1><p>来源：聊城日报 2018-04-28 13:44</p>
... <p>四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。</p>'''
>>> article = extract_html(page)
>>> article.title, article.source, article.published_at.isoformat()
('小麦返青', '聊城日报', '2018-04-28T13:44:00+08:00')
"""

from ._version import __version__
from .errors import ScraperError
from .fetch import FetchPolicy
from .layouts import Layout
from .pipeline import Scraper, aextract, aextract_many, extract, extract_html, extract_many
from .records import Article

__all__ = [
    "Article",
    "FetchPolicy",
    "Layout",
    "Scraper",
    "ScraperError",
    "__version__",
    "aextract",
    "aextract_many",
    "extract",
    "extract_html",
    "extract_many",
]
