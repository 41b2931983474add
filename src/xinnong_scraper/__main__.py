"""``python -m xinnong_scraper`` is the command ``xinnong``."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
