"""JSON lines that are appended as records come in."""

from __future__ import annotations

import errno
import json
import os
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ExportError
from .files import form_of
from .record import Record
from .replacing import lock, sync_folder, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .record import RecordLike

__all__ = ["Lines", "append_records", "opened"]

_BINARY: Final = getattr(os, "O_BINARY", 0)
_BATCH_BYTES: Final = 4 << 20  # a batch ends here at the latest, so that large records do not add up in memory
_LOOK_BACK: Final = 1 << 16  # bytes read at once in search of the last line break
_LONGEST: Final = 64 << 20  # bytes of a last line up to which it is read to see whether it is whole


def append_records(records: Iterable[RecordLike], path: str | os.PathLike[str], *, batch: int = 500) -> int:
    """Append records to a ``.jsonl`` file, which is made where it is missing; return how many.

    ``records`` are what :func:`write_records` takes, ``path`` the file. Every ``batch`` records, and at the end, what
    came in is written and on the disk (fsync) before the next is asked for. If ``records`` raises, or Ctrl-C is
    pressed, what it gave before is written first. A crash can leave part of a line at the end: the next call cuts it
    off before it appends. A whole record that only lacks its line break gets it. Where the disk is full, the file ends
    after the last whole batch.

    While it is being appended to, the file is locked against a second call (flock, where the system has it).

    Raises ``ExportError`` (an ``OSError`` too) where the path cannot be written or is locked, ``ValueError`` for a
    record that is none, for another ending than ``.jsonl`` and for a ``batch`` below 1.
    """
    if form_of(path) != "jsonl":
        raise ValueError(f"records can be appended to .jsonl files only, not to {os.fspath(path)!r}")
    if batch < 1:
        raise ValueError(f"batch is {batch}; it must be at least 1")
    target = Path(path)
    count = 0
    with opened(target) as lines:
        for value in records:
            lines.add(Record.of(value).json)
            count += 1
            if lines.waiting >= batch or lines.waiting_bytes >= _BATCH_BYTES:
                lines.write()
    return count


@contextmanager
def opened(path: Path) -> Iterator[Lines]:
    """Open a file of lines for appending, alone, with a whole line at its end; what is added is written at the end."""
    with writing(path):
        is_new = not path.exists()
        if not is_new and not path.is_file():
            raise ExportError(f"{path} is no regular file; choose another name", path=str(path))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
    try:
        if not lock(descriptor):
            message = f"{path} is being appended to by another process; wait for it, or choose another file"
            raise ExportError(message, path=str(path), errno=errno.EWOULDBLOCK)
        with writing(path):
            if is_new:
                sync_folder(path.parent)
            lines = Lines(path, descriptor, _mend(descriptor))
        try:
            yield lines
        finally:
            lines.write()
    finally:
        os.close(descriptor)


class Lines:
    """The lines of one batch, and where in the file they go."""

    def __init__(self, path: Path, descriptor: int, end: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._end = end
        self._lines: list[bytes] = []
        self.waiting_bytes = 0

    @property
    def waiting(self) -> int:
        """How many lines are not written yet."""
        return len(self._lines)

    @property
    def end(self) -> int:
        """The length of the file in bytes."""
        return self._end

    def checksum(self, start: int) -> int:
        """Give the CRC-32 of the file from a place on."""
        os.lseek(self._descriptor, start, os.SEEK_SET)
        found = 0
        while part := os.read(self._descriptor, _LOOK_BACK):
            found = zlib.crc32(part, found)
        return found

    def cut(self, end: int) -> None:
        """Shorten the file."""
        with writing(self._path):
            os.ftruncate(self._descriptor, end)
            self._end = os.lseek(self._descriptor, end, os.SEEK_SET)

    def add(self, line: bytes) -> None:
        """Take a line for the batch."""
        self._lines.append(line)
        self.waiting_bytes += len(line)

    def write(self) -> None:
        """Write the batch and see it on the disk, or leave the file as it was before."""
        if not self._lines:
            return
        data = b"\n".join([*self._lines, b""])
        self._lines, self.waiting_bytes = [], 0
        with writing(self._path):
            try:
                _write_all(self._descriptor, data)
                os.fsync(self._descriptor)
            except BaseException:
                os.ftruncate(self._descriptor, self._end)
                os.lseek(self._descriptor, self._end, os.SEEK_SET)
                raise
        self._end += len(data)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _mend(descriptor: int) -> int:
    """Make the file end with a whole line; return its length, where the file's position is then."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    start = _after_last_break(descriptor, size)
    if start == size:
        return size
    if _is_whole(descriptor, start, size):
        os.lseek(descriptor, size, os.SEEK_SET)
        _write_all(descriptor, b"\n")
        return size + 1
    os.ftruncate(descriptor, start)
    return os.lseek(descriptor, start, os.SEEK_SET)


def _after_last_break(descriptor: int, size: int) -> int:
    end = size
    while end > 0:
        start = max(0, end - _LOOK_BACK)
        os.lseek(descriptor, start, os.SEEK_SET)
        found = os.read(descriptor, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _is_whole(descriptor: int, start: int, end: int) -> bool:
    """Tell whether the last line is a JSON object: no part of one is."""
    if end - start > _LONGEST:
        return False
    os.lseek(descriptor, start, os.SEEK_SET)
    parts = []
    while end > start and (part := os.read(descriptor, end - start)):
        parts.append(part)
        start += len(part)
    try:
        return isinstance(json.loads(b"".join(parts)), dict)
    except (ValueError, RecursionError):
        return False
