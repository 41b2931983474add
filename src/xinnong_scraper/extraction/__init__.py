"""Reading a page: strategies propose, the resolver picks, the record says where each field came from."""

from .article import read_article
from .gate import refuse

__all__ = ["read_article", "refuse"]
