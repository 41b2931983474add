"""Everything that xinnong-scraper raises on purpose.

    ScraperError                      carries ``url``; the message ends with what the caller can do
      FetchError                      the page could not be had
        HTTPStatusError               ``status``, ``retry_after`` (seconds or None)
          ChallengeError              a robot check or block page; ``service`` behind it
        RobotsDisallowedError         robots.txt forbids the address to this user agent
        AddressBlockedError           not a public address, scheme or port
        ResponseTooLargeError         ``limit`` and ``seen`` (bytes after decompression)
        FetchTimeoutError             ``timeout`` (seconds)
        ConnectionFailedError         no connection, or it broke
        TooManyRedirectsError         ``limit``
        UnsupportedContentError       the answer is no HTML; ``content_type``
      DecodeError                     the bytes are no text in any encoding
      ExtractionError                 the page was read, but gave no record
        NotAnArticleError             ``reason``: what the page is instead
        IncompleteArticleError        ``missing`` fields and the partial ``article`` (only with strict=True)
      StoreError                      ``path``: the file of a crawl cannot be used
      LayoutError                     ``file``, ``key`` and what is allowed (only while a layout is loaded)
      BaselineError                   ``path``: what was learned of a site's pages cannot be read or written
      ArchiveError                    ``file``, ``offset``: a web archive, or a record of it, cannot be read
      EngineError                     ``engine``: what should do the work (Ray, Spark) does not start
      WorkerLostError                 ``table``: the processes that read it died
      ExportError                     a file of records could not be written; an ``OSError`` too, with ``errno``

Misuse by the programmer is ``TypeError`` or ``ValueError``. Exceptions of third-party libraries never leave the
package except as ``__cause__``. Every error pickles, so that worker processes can hand it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .records import Article

__all__ = [
    "AddressBlockedError",
    "ArchiveError",
    "BaselineError",
    "ChallengeError",
    "ConnectionFailedError",
    "DecodeError",
    "EngineError",
    "ExportError",
    "ExtractionError",
    "FetchError",
    "FetchTimeoutError",
    "HTTPStatusError",
    "IncompleteArticleError",
    "LayoutError",
    "NotAnArticleError",
    "NotAnArticleReason",
    "ResponseTooLargeError",
    "RobotsDisallowedError",
    "ScraperError",
    "StoreError",
    "TooManyRedirectsError",
    "UnsupportedContentError",
    "WorkerLostError",
]

NotAnArticleReason = Literal[
    "empty",  # no bytes, or nothing that a reader would see
    "not_html",  # a PDF, an image, an archive or other binary data
    "list_page",  # a home page, section list or search result
    "error_page",  # "404", "page not found" with status 200
    "login_wall",  # the text is behind a login, a consent dialogue or a subscription
    "challenge",  # a robot check or block page
    "script_shell",  # the text would be filled in by scripts
    "no_article",  # readable, but nothing on it is an article
]
"""What a page is instead of an article."""


class ScraperError(Exception):
    """Base of all errors of this package: ``except ScraperError`` catches them and nothing else.

    ``message`` says what failed and what to do; ``url`` is the page's address, or None where it is not known.
    """

    def __init__(self, message: str, *, url: str | None = None) -> None:
        super().__init__(message)
        self.url = url

    @property
    def message(self) -> str:
        """What failed and what to do, without the address."""
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.message} [{self.url}]" if self.url else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[ScraperError], args: tuple[object, ...], state: dict[str, object]) -> ScraperError:
    """Rebuild an error without its constructor, whose keyword arguments pickle does not know."""
    error = kind.__new__(kind, *args)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)
    return error


class FetchError(ScraperError):
    """The page could not be fetched."""


class HTTPStatusError(FetchError):
    """The server answered with a status that carries no article."""

    def __init__(self, message: str, *, url: str | None = None, status: int, retry_after: float | None = None) -> None:
        super().__init__(message, url=url)
        self.status = status
        """HTTP status code (RFC 9110)."""
        self.retry_after = retry_after
        """Seconds to wait as the server asked (Retry-After), or None."""


class ChallengeError(HTTPStatusError):
    """The server answered with a robot check or a block page, which a further request of the same kind cannot pass."""

    def __init__(
        self, message: str, *, url: str | None = None, status: int, retry_after: float | None = None, service: str
    ) -> None:
        super().__init__(message, url=url, status=status, retry_after=retry_after)
        self.service = service
        """The protection that answered, by the marks it leaves: ``Cloudflare``, ``阿里云 WAF (Alibaba Cloud)``."""


class RobotsDisallowedError(FetchError):
    """The host's robots.txt forbids this address to our user agent (RFC 9309)."""


class AddressBlockedError(FetchError):
    """The address is not a public http(s) one; ``FetchPolicy(allow_private=True)`` lifts the check."""


class ResponseTooLargeError(FetchError):
    """The body grew past ``FetchPolicy.max_bytes``, counted after decompression."""

    def __init__(self, message: str, *, url: str | None = None, limit: int, seen: int) -> None:
        super().__init__(message, url=url)
        self.limit = limit
        """Bytes allowed."""
        self.seen = seen
        """Bytes read when the limit was noticed."""


class FetchTimeoutError(FetchError):
    """The fetch as a whole, or its connection, took longer than the policy allows."""

    def __init__(self, message: str, *, url: str | None = None, timeout: float) -> None:
        super().__init__(message, url=url)
        self.timeout = timeout
        """The limit that was exceeded, in seconds."""


class ConnectionFailedError(FetchError):
    """No connection could be made, or it broke before the page was complete."""


class TooManyRedirectsError(FetchError):
    """The redirects form a loop or exceed ``FetchPolicy.max_redirects``."""

    def __init__(self, message: str, *, url: str | None = None, limit: int) -> None:
        super().__init__(message, url=url)
        self.limit = limit
        """Redirects allowed."""


class UnsupportedContentError(FetchError):
    """The server sent something other than HTML, such as a PDF or an image."""

    def __init__(self, message: str, *, url: str | None = None, content_type: str | None = None) -> None:
        super().__init__(message, url=url)
        self.content_type = content_type
        """The media type that the server declared, or None."""


class DecodeError(ScraperError):
    """The bytes are text in no encoding that pages use."""


class ExtractionError(ScraperError):
    """The page was read but no record can be made of it."""


class NotAnArticleError(ExtractionError):
    """The page is something other than an article."""

    def __init__(self, message: str, *, url: str | None = None, reason: NotAnArticleReason) -> None:
        super().__init__(message, url=url)
        self.reason: NotAnArticleReason = reason
        """What the page is instead; one of :data:`NotAnArticleReason`."""


class IncompleteArticleError(ExtractionError):
    """``strict=True`` was asked for and a required field is missing."""

    def __init__(self, message: str, *, url: str | None = None, missing: tuple[str, ...], article: Article) -> None:
        super().__init__(message, url=url)
        self.missing = missing
        """The names of the missing fields."""
        self.article = article
        """What could be read all the same."""


class StoreError(ScraperError):
    """The file of a crawl cannot be read or written, is something else, or another process is at it."""

    def __init__(self, message: str, *, path: str, url: str | None = None) -> None:
        super().__init__(message, url=url)
        self.path = path
        """The file."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class LayoutError(ScraperError):
    """A layout file is wrong; raised while it is loaded, never while a page is read."""

    def __init__(self, message: str, *, file: str, key: str | None = None, url: str | None = None) -> None:
        super().__init__(message, url=url)
        self.file = file
        """The file (or layout name) at fault."""
        self.key = key
        """The dotted key at fault, or None when the file as a whole cannot be read."""


class BaselineError(ScraperError):
    """The file that says what is normal for sites cannot be read or written, or is something else."""

    def __init__(self, message: str, *, path: str, url: str | None = None) -> None:
        super().__init__(message, url=url)
        self.path = path
        """The file."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class ArchiveError(ScraperError):
    """A web archive cannot be read, or one record of it."""

    def __init__(self, message: str, *, file: str, offset: int | None = None, url: str | None = None) -> None:
        super().__init__(message, url=url)
        self.file = file
        """The archive as the caller named it."""
        self.offset = offset
        """Where the damage begins, in bytes of the file; None for the archive as a whole."""


class EngineError(ScraperError):
    """What should do the work cannot be started or reached."""

    def __init__(self, message: str, *, url: str | None = None, engine: str) -> None:
        super().__init__(message, url=url)
        self.engine = engine
        """``ray`` or ``spark``."""


class WorkerLostError(ScraperError):
    """A worker process was killed or ran out of memory, and so did the one that took its work over."""

    def __init__(self, message: str, *, url: str | None = None, table: int) -> None:
        super().__init__(message, url=url)
        self.table = table
        """Which table they read, counted from 0."""


class ExportError(ScraperError, OSError):
    """A file of records could not be written: the disk is full, the folder is missing, the file belongs to another."""

    def __init__(self, message: str, *, url: str | None = None, path: str, errno: int | None = None) -> None:
        super().__init__(message, url=url)
        self.path = path
        """The file or folder as the caller named it."""
        self.errno = errno
        """The system's number (``errno.ENOSPC``), or None where the library refused by itself."""

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, {**self.__dict__, "errno": self.errno})
