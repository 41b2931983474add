"""A replica of the portal 中国新农网 with generated articles, served on loopback.

It stands in for the real portal in the demo and in tests: articles over many page layouts, section lists, pictures,
robots.txt and a sitemap, and for every article the values that a reader finds on its page.
"""

from __future__ import annotations

from .content import generate_articles
from .model import ReplicaArticle
from .server import ReplicaPortal

__all__ = ["ReplicaArticle", "ReplicaPortal", "generate_articles"]
