"""Crawling: from one address to the articles of a portal."""
