"""Reading a page: strategies propose, the resolver picks, the record says where each field came from."""

from .article import read_article
from .gate import refuse
from .merging import merge_pages, with_second_opinion

__all__ = ["merge_pages", "read_article", "refuse", "with_second_opinion"]
