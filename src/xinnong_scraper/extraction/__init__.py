"""Reading a page: strategies propose, the resolver picks, the record says where each field came from."""

from .merging import merge_pages
from .saved import insist, read_open, read_saved

__all__ = ["insist", "merge_pages", "read_open", "read_saved"]
