"""Fetch one article and use its fields; the page comes from a replica portal on this machine."""

from __future__ import annotations

from xinnong_scraper import FetchPolicy, extract
from xinnong_scraper.replica import ReplicaPortal


def main() -> None:
    """Print what most programs want to know of an article."""
    with ReplicaPortal() as portal:
        url = portal.url_of(portal.articles[0])
        # A page on the web needs no policy; loopback addresses are refused unless one allows them.
        article = extract(url, policy=FetchPolicy(allow_private=True))

    print("title:    ", article.title)
    print("source:   ", article.source)
    print("published:", article.published_at, f"(to the {article.published_precision})")
    print("section:  ", " > ".join(crumb.name for crumb in article.breadcrumb))
    print("text:     ", len(article.text), "characters in", len(article.paragraphs), "paragraphs")
    print("related:  ", [teaser.title for teaser in article.teasers])

    where = article.evidence["source"]
    print(f"The source was read by {where.strategy} ({where.rule}) at {where.path}.")
    for warning in article.warnings:
        print("warning:", warning.message)


if __name__ == "__main__":
    main()
