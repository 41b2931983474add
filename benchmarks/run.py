"""Speed against plain parsing and, where they are installed, other libraries; see README.md beside this file.

python benchmarks/run.py
python benchmarks/run.py --rounds 9 --pages ../some/folder
python benchmarks/run.py --profile
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import gc
import gzip
import importlib
import logging
import platform
import pstats
import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

from xinnong_scraper import ScraperError, extract_html
from xinnong_scraper.decode import decode_html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpora" / "zh" / "pages"
FIXTURES = ROOT / "tests" / "fixtures"
URL = "http://www.xinnong.example/2018/0428/{}.html"
BASELINE = "parse only"


# The contestants. Each is given the page's bytes and, decoded outside of the time measured, its text.


def _parse(_data: bytes, text: str) -> object:
    return LexborHTMLParser(text)


def _ours(data: bytes, _text: str) -> object:
    with contextlib.suppress(ScraperError):
        return extract_html(data, url=URL.format(len(data)))
    return None


def _ours_from_text(_data: bytes, text: str) -> object:
    with contextlib.suppress(ScraperError):
        return extract_html(text, url=URL.format(len(text)))
    return None


def _trafilatura(fast: bool) -> Callable[[bytes, str], object]:
    library = importlib.import_module("trafilatura")
    return lambda _data, text: library.bare_extraction(text, fast=fast, with_metadata=True)


def _readability(_data: bytes, text: str) -> object:
    document = importlib.import_module("readability").Document(text)
    return document.title(), document.summary()


def _newspaper(_data: bytes, text: str) -> object:
    article = importlib.import_module("newspaper").Article(URL.format(len(text)), language="zh")
    article.download(input_html=text)
    article.parse()
    return article.title, article.text


def _resiliparse(_data: bytes, text: str) -> object:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return plain(text, main_content=True)


OTHERS: dict[str, tuple[str, Callable[[], Callable[[bytes, str], object]]]] = {
    "trafilatura fast": ("trafilatura", lambda: _trafilatura(fast=True)),
    "trafilatura": ("trafilatura", lambda: _trafilatura(fast=False)),
    "readability-lxml": ("readability", lambda: _readability),
    "newspaper4k": ("newspaper", lambda: _newspaper),
    "resiliparse": ("resiliparse.extract.html2text", lambda: _resiliparse),
}


def contestants(names: Sequence[str]) -> dict[str, Callable[[bytes, str], object]]:
    """Give the readers that can be run here; say which cannot."""
    found: dict[str, Callable[[bytes, str], object]] = {
        BASELINE: _parse,
        "xinnong-scraper": _ours,
        "xinnong-scraper, from text": _ours_from_text,
    }
    for name, (module, make) in OTHERS.items():
        if names and name not in names:
            continue
        try:
            importlib.import_module(module)
        except ImportError:
            print(f"skipped: {name} is not installed")
        else:
            found[name] = make()
    return found


# The pages


def load_pages(folder: Path | None) -> tuple[str, list[bytes]]:
    """Give the pages of a folder (``*.html``, ``*.html.gz``), else of the corpus where it is, else of the fixtures."""
    chosen = folder or (CORPUS if CORPUS.is_dir() else FIXTURES)
    paths = sorted(path for path in chosen.rglob("*") if path.name.endswith((".html", ".html.gz")))
    if not paths:
        sys.exit(f"{chosen} holds no *.html or *.html.gz")
    pages = [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in paths]
    name = chosen.relative_to(ROOT.parent) if chosen.is_relative_to(ROOT.parent) else chosen
    return str(name), pages


def changed(page: bytes, number: int) -> bytes:
    """Make the bytes new without changing what a reader sees, so that nothing can have been remembered."""
    mark = f"<!-- {number} -->".encode()
    at = page.lower().rfind(b"</body")
    return page + mark if at < 0 else page[:at] + mark + page[at:]


# Measuring


def measure(pages: list[bytes], readers: dict[str, Callable[[bytes, str], object]], rounds: int) -> dict[str, Any]:
    """Give, per reader and page, the median seconds over the rounds; readers take turns on each page."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in pages] for name in readers}
    names = list(readers)
    for number in range(rounds + 1):  # the first round only warms up: imports, compiled expressions
        for index, page in enumerate(pages):
            data = changed(page, number)
            text = decode_html(data).text
            shift = (number + index) % len(names)
            for name in names[shift:] + names[:shift]:
                gc.collect(0)
                started = time.perf_counter()
                with contextlib.suppress(Exception):  # another library's failure on a page is not our subject
                    readers[name](data, text)
                if number:
                    times[name][index].append(time.perf_counter() - started)
    return {name: [statistics.median(page) for page in found] for name, found in times.items()}


def report(medians: dict[str, list[float]]) -> None:
    """Print a line a reader: its median page, all pages, and both against plain parsing."""
    base = medians[BASELINE]
    print(f"\n{'':28}{'median page':>12}{'all pages':>12}{'total / parse':>15}{'median ratio':>14}{'worst ratio':>13}")
    for name, found in medians.items():
        ratios = [mine / parse for mine, parse in zip(found, base, strict=True)]
        print(
            f"{name:28}{statistics.median(found) * 1e3:9.2f} ms{sum(found) * 1e3:9.1f} ms"
            f"{sum(found) / sum(base):13.2f} x{statistics.median(ratios):12.2f} x{max(ratios):11.2f} x"
        )
    ours = sum(medians["xinnong-scraper"])
    for name in OTHERS:
        if name in medians:
            print(f"{name} takes {sum(medians[name]) / ours:.1f} times as long as xinnong-scraper over all pages")


def peak_megabytes() -> float:
    """Give the peak resident memory of this process.

    On Linux from ``/proc``, because what ``getrusage`` gives starts at the parent's peak.
    """
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


def read_all(pages: list[bytes], rounds: int) -> None:
    """Read every page some times."""
    for number in range(rounds):
        for page in pages:
            _ours(changed(page, number), "")


def report_memory(folder: Path | None) -> None:
    """Print the peak memory of fresh processes: with the pages loaded, and after reading them once and five times."""
    for rounds in (0, 1, 5):
        command = [sys.executable, __file__, "--memory-of", str(rounds), *(["--pages", str(folder)] if folder else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"peak memory with all pages in memory, each read {rounds} times: {float(done.stdout):.1f} MB")


def profile(pages: list[bytes], rounds: int) -> None:
    """Print where the time of reading goes, by function."""
    read_all(pages, 1)
    profiler = cProfile.Profile()
    profiler.runcall(read_all, pages, rounds)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--pages", type=Path, metavar="FOLDER", help="folder with *.html or *.html.gz, searched through"
    )
    parser.add_argument("--rounds", type=int, default=5, help="times that each page is read by each (default 5)")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help=f"of the others: {', '.join(OTHERS)}")
    parser.add_argument("--profile", action="store_true", help="print a profile of this package's reading instead")
    parser.add_argument("--memory-of", type=int, metavar="ROUNDS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    name, pages = load_pages(options.pages)
    if options.memory_of is not None:
        read_all(pages, options.memory_of)
        print(peak_megabytes())
        return
    if options.profile:
        profile(pages, options.rounds)
        return
    logging.disable(logging.CRITICAL)
    size = statistics.median(map(len, pages)) / 1e3
    print(f"{len(pages)} pages of {name}, median {size:.0f} kB, {options.rounds} rounds, {platform.machine()}")
    parts = ", ".join(f"{part} {version(part)}" for part in ("xinnong-scraper", "selectolax"))
    print(f"{parts}, Python {platform.python_version()}")
    report(measure(pages, contestants(options.only), options.rounds))
    report_memory(options.pages)


if __name__ == "__main__":
    main()
