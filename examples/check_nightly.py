"""For a crontab, after the crawl: has a site changed? python examples/check_nightly.py [STORE]; 0 is ok."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from xinnong_scraper import FetchPolicy
from xinnong_scraper.crawl import Crawler, CrawlPolicy
from xinnong_scraper.crawl.observed import observe_store
from xinnong_scraper.drift import Baseline, Verdict, check, observe_outcome
from xinnong_scraper.replica import ReplicaPortal


def report(verdict: Verdict) -> int:
    """Print what was found; cron mails what is printed, so a quiet night may print nothing at all."""
    print(f"{verdict.status}: {verdict.pages} pages compared")
    for finding in verdict.findings:
        print(f"  {finding}  {' '.join(finding.urls[:1])}")
    return {"ok": 0, "drifting": 3, "broken": 4}[verdict.status]


if __name__ == "__main__":
    if len(sys.argv) == 2:
        found = observe_store(sys.argv[1])
        sys.exit(report(check(found.newest, Baseline.learn(found.older))))
    with tempfile.TemporaryDirectory() as temporary, ReplicaPortal(count=90) as portal:
        policy = CrawlPolicy(fetch=FetchPolicy(allow_private=True, delay=0))
        Crawler(Path(temporary, "portal.db"), policy).run([portal.url])
        found = observe_store(Path(temporary, "portal.db"))
    baseline = Baseline.learn(found.older)
    report(check(found.newest, baseline))
    # Suppose that from tonight on the texts are filled in by scripts.
    empty = [observe_outcome(f"{portal.url}{number}.html", "script_shell") for number in range(10)]
    report(check([*found.newest, *empty], baseline))
