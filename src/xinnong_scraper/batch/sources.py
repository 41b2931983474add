"""Where archives come from: local files, URLs that fsspec knows, and the path listings of Common Crawl.

Common Crawl gives with each crawl, and with each month of its news crawl, a file of lines such as
``crawl-data/CC-NEWS/2018/05/CC-NEWS-20180501000000-00001.warc.gz`` (``warc.paths.gz``); before each line goes where one
reads it from: ``https://data.commoncrawl.org/`` or ``s3://commoncrawl/``.
"""

from __future__ import annotations

import gzip
import re
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from ..errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Source", "archive_names", "file_state", "file_states", "opened"]

_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,19}::)*[a-z][a-z0-9+.-]{1,19}://")  # also simplecache::https://…
_LISTING: Final = re.compile(r"\.paths(\.gz)?\Z")
_MOST_LISTED: Final = 64 << 20  # bytes of a listing; the longest of Common Crawl has 14 million
_OF_COMMON_CRAWL: Final = "crawl-data/"
_WAITS: Final = (1.0, 4.0, 16.0)
"""Seconds before a remote file is asked again for what it did not give."""
_ASKED: Final = 16  # files at once
_STATE: Final = ("size", "ETag", "Last-Modified", "Content-MD5")
"""What a web server tells of a file; fsspec's own key of it is only its address."""


class Source(Protocol):
    """A file as far as archives need it."""

    def seek(self, offset: int, /) -> object:
        """Go to a byte of the file."""

    def read(self, size: int, /) -> bytes:
        """Read on from there; fewer bytes only at the end of the file. Raises ``OSError``."""


def archive_names(names: Iterable[str], prefix: str | None = None) -> Iterator[str]:
    """Yield the names as they are, and in place of a path listing (``*.paths``, ``*.paths.gz``) its lines.

    ``prefix`` goes before each line of a listing that is no URL itself.

    Raises ArchiveError for a listing that cannot be read, and for one of Common Crawl's without a ``prefix``.
    """
    for name in names:
        if _LISTING.search(name):
            yield from _listed(name, prefix)
        else:
            yield name


def _listed(name: str, prefix: str | None) -> Iterator[str]:
    with opened(name) as file:
        data = file.read(_MOST_LISTED)
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"{name} is a damaged listing: {error}", file=name) from error
    for line in data.decode("utf-8", "replace").split("\n"):
        path = line.strip()
        if not path:
            continue
        if prefix and not _URL.match(path):
            yield f"{prefix.rstrip('/')}/{path.lstrip('/')}"
        elif path.startswith(_OF_COMMON_CRAWL) and not Path(path).exists():
            raise ArchiveError(
                f"{name} lists paths of Common Crawl; give the prefix https://data.commoncrawl.org/ "
                "or s3://commoncrawl/",
                file=name,
            )
        else:
            yield path


def file_state(name: str) -> tuple[str, str]:
    """Give an archive's absolute name, and what changes when the file does: size and time, or what its store tells.

    Raises ArchiveError where there is no such file.
    """
    with _opening(name):
        if _URL.match(name):
            import fsspec  # noqa: PLC0415  not for local files

            system, path = fsspec.url_to_fs(name)
            info = system.info(path)
            return name, " ".join([str(system.ukey(path)), *(str(info[key]) for key in _STATE if key in info)])
        status = Path(name).stat()
        return str(Path(name).absolute()), f"{status.st_size} bytes of {status.st_mtime_ns}"


def file_states(names: Sequence[str]) -> Iterator[tuple[str, str] | ArchiveError]:
    """Yield what :func:`file_state` says of each file, or its error, in their order; many servers' answers at once."""

    def state(name: str) -> tuple[str, str] | ArchiveError:
        try:
            return file_state(name)
        except ArchiveError as error:
            return error

    with ThreadPoolExecutor(_ASKED) as pool:
        yield from pool.map(state, names)


@contextmanager
def opened(name: str) -> Iterator[Source]:
    """Open a file, or a URL that fsspec knows, and close it.

    Raises ArchiveError where it cannot be opened, and where ``OSError`` is raised while it is open.
    """
    with _file(name) as file:
        try:
            yield _Remote(file) if _URL.match(name) else file
        except OSError as error:
            raise ArchiveError(f"{name} cannot be read on: {error.strerror or error}", file=name) from error


class _Remote:
    """A remote file that is asked again where it fails: an hour's reading should not end with one lost connection."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    def seek(self, offset: int, /) -> None:
        self._at = offset

    def read(self, size: int, /) -> bytes:
        for wait in (*_WAITS, None):
            try:
                self._file.seek(self._at)
                data = self._file.read(size)
            except Exception as error:  # a remote file system raises what it likes
                if wait is None or isinstance(error, ValueError):  # what it cannot do, as reading from the middle
                    raise OSError(str(error) or type(error).__name__) from error
                time.sleep(wait)
            else:
                self._at += len(data)
                return data
        raise AssertionError


def _file(name: str) -> BinaryIO:
    with _opening(name):
        if not _URL.match(name):
            return Path(name).open("rb")
        import fsspec  # noqa: PLC0415  not for local files

        return cast("BinaryIO", fsspec.open(name, "rb").open())


@contextmanager
def _opening(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a remote file system raises what it likes
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ArchiveError(f"{name} cannot be opened: {why}", file=name) from error
